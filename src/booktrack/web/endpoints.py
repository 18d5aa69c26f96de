"""Doing an operation: read the request, call the function in a thread, send what it returns."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from booktrack.library import Library
from booktrack.web import etags, idempotency
from booktrack.web.calls import LONG, Workers
from booktrack.web.jobs import Jobs
from booktrack.web.operations import File, Operation, Upload
from booktrack.web.problems import Problem
from booktrack.web.requests import json_body, params_of, upload_of

JSON = dict[str, Any]
PREFIX = "/api/v1"


@dataclass
class Served:
    """What the operations of one app work with."""

    library: Library
    workers: Workers
    jobs: Jobs
    keys: idempotency.Keys

    @classmethod
    def of(cls, library: Library, workers: Workers, jobs: Jobs) -> Served:
        """Return what serves a library."""
        return cls(library, workers, jobs, idempotency.Keys(Path(library.path)))

    def version(self) -> str:
        """Return the version of every list, as the library is now."""
        return etags.of_revision(self.library.path, self.library.revision(), self.library.today())


@dataclass
class Reply:
    """What is sent back."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    async def send(self, send: Send, *, bare: bool) -> None:
        """Send it, where `bare` is set without its body, as HEAD wants it."""
        head = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in self.headers.items()]
        if self.status not in (204, 304):
            head.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if bare else self.body})


class Endpoint:
    """One operation, ready to be called."""

    def __init__(self, operation: Operation, served: Served) -> None:
        self.operation = operation
        self._served = served
        self._function: Callable[..., Any] = getattr(served.library, operation.function)
        if operation.call is not None:
            self._function = _adapted(operation.call, served.library)
        workers = served.workers
        self._run = workers.read if operation.method == "GET" else workers.write
        if operation.function in LONG and not operation.job:
            self._run = workers.wait

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, values: dict[str, str]
    ) -> None:
        """Answer a request."""
        operation = self.operation
        given = params_of(operation.params, values, scope["query_string"])
        request = Request(scope, receive)
        if isinstance(operation.body, Upload):
            given[operation.body.argument] = await upload_of(request, operation.body)
        elif operation.body is not None:
            given |= await json_body(operation.body, request)
        if operation.method == "GET":
            known = request.headers.get("if-none-match")
            reply = await self._run(lambda: self._get(given, known))
        else:
            reply = await self._change(request, given)
        await reply.send(send, bare=scope["method"] == "HEAD")

    # --- reading -----------------------------------------------------------------------------

    def _get(self, given: JSON, known: str | None) -> Reply:
        operation = self.operation
        etag = self._served.version() if operation.version == "revision" else None
        if etag and known and etags.matches(known, etag):
            return Reply(304, {"ETag": etag})
        reply = self._rendered(self._function(**given), given)
        if operation.version == "content":
            etag = etags.of_content(reply.body)
            if known and etags.matches(known, etag):
                return Reply(304, {"ETag": etag})
        if etag:
            reply.headers["ETag"] = etag
        return reply

    def _rendered(self, result: Any, given: JSON) -> Reply:
        if isinstance(self.operation.answer, File):
            media, headers, body = self.operation.answer.render(result, given)
            return Reply(self.operation.status, {"Content-Type": media, **headers}, body)
        body = msgspec.json.encode(result)
        return Reply(self.operation.status, {"Content-Type": "application/json"}, body)

    # --- changing ----------------------------------------------------------------------------

    async def _change(self, request: Request, given: JSON) -> Reply:
        expected = request.headers.get("if-match")
        if expected is not None and self.operation.current is None:
            raise Problem(400, "this address takes no If-Match", code="if_match_not_taken")
        key = request.headers.get(idempotency.HEADER)
        if key is None or not self.operation.keyed:
            return await self._run(lambda: self._do(given, expected))
        idempotency.checked_key(key)
        fingerprint = await _fingerprint(request, given)
        return await self._once(key, fingerprint, lambda: self._do(given, expected))

    def _do(self, given: JSON, expected: str | None) -> Reply:
        if self.operation.job:
            return self._begin(self.operation.job, given)
        if expected is None:
            return self._done(given)
        # One transaction, so that nobody, in no other process, gets in between.
        with self._served.library.transaction(self.operation.summary):
            self._refuse_a_lost_update(given, expected)
            return self._done(given)

    def _done(self, given: JSON) -> Reply:
        result = self._function(**given)
        reply = self._rendered(result, given)
        if self.operation.location:
            reply.headers["Location"] = PREFIX + self.operation.location(result)
        if self.operation.version == "content":
            reply.headers["ETag"] = etags.of_content(reply.body)
        return reply

    def _begin(self, kind: str, given: JSON) -> Reply:
        job = self._served.jobs.start(
            kind, lambda progress: self._function(**given, progress=progress)
        )
        where = f"{PREFIX}/jobs/{job.id}"
        headers = {"Content-Type": "application/json", "Location": where}
        return Reply(202, headers, msgspec.json.encode(job.answer()))

    def _refuse_a_lost_update(self, given: JSON, expected: str) -> None:
        function = getattr(self._served.library, str(self.operation.current))
        named = self.operation.params.model_fields
        body = msgspec.json.encode(function(**{k: v for k, v in given.items() if k in named}))
        etag = etags.of_content(body)
        if not etags.matches(expected, etag, weakly=False):
            raise Problem(
                409,
                "it was changed since you read it; read it again and repeat your change",
                code="lost_update",
                headers={"ETag": etag},
                etag=etag,
            )

    async def _once(self, key: str, fingerprint: str, work: Callable[[], Reply]) -> Reply:
        """Do the work where no request with this key was answered before."""

        def attempt() -> Reply:
            served = self._served
            before = served.keys.begin(key, fingerprint, served.library.revision())
            if before is not None:
                headers = {**before.headers, "Idempotency-Replayed": "true"}
                return Reply(before.status, headers, before.body)
            kept: idempotency.Answer | None = None
            try:
                reply = work()
                kept = idempotency.Answer(reply.status, reply.headers, reply.body)
                return reply
            finally:
                # An error changed nothing, so the key is free again. So it is for work that
                # turns out to need the network, and begins anew in another thread.
                served.keys.finish(key, kept)

        run: Callable[[Callable[[], Reply]], Awaitable[Reply]] = self._run
        return await run(attempt)


def _adapted(call: Callable[[Library, JSON], Any], library: Library) -> Callable[..., Any]:
    return lambda **given: call(library, given)


async def _fingerprint(request: Request, given: JSON) -> str:
    """Return what tells one request from another: its address, and all that it gives."""
    told = hashlib.blake2b(digest_size=16)
    scope = request.scope
    told.update(repr((scope["method"], scope["path"], scope["query_string"])).encode())
    for name in sorted(given):
        value = given[name]
        if hasattr(value, "seek"):
            while piece := value.read(1 << 20):
                told.update(piece)
            value.seek(0)
        else:
            told.update(repr((name, value)).encode(errors="replace"))
    return told.hexdigest()
