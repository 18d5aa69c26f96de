"""Doing an operation: read the request, call the function in a thread, send what it returns."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from booktrack.library import Library
from booktrack.services.waiting import may_wait
from booktrack.web import etags, idempotency
from booktrack.web.calls import LONG, Workers
from booktrack.web.jobs import Job, Jobs
from booktrack.web.keeping import FUNCTIONS, Kept, Moment
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
    kept: Kept[Reply]

    @classmethod
    def of(cls, library: Library, workers: Workers, jobs: Jobs) -> Served:
        """Return what serves a library."""
        keys = idempotency.Keys(Path(library.path), library.user_id)
        return cls(library, workers, jobs, keys, Kept(library))

    def version(self, moment: Moment) -> str:
        """Return the version of every list, as the library is at that moment."""
        seed = f"{self.library.path} {self.library.user_id}"
        return etags.of_revision(seed, *moment)


@dataclass
class Reply:
    """What is sent back."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    job: Job | None = None

    async def send(self, send: Send, *, bare: bool) -> None:
        """Send it, where `bare` is set without its body, as HEAD wants it."""
        head = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in self.headers.items()]
        if self.status not in (204, 304):
            head.append((b"content-length", str(len(self.body)).encode()))
        await send({"type": "http.response.start", "status": self.status, "headers": head})
        await send({"type": "http.response.body", "body": b"" if bare else self.body})

    def unless_known(self, known: str | None) -> Reply:
        """Return it, or that nothing has changed where the version is the one that is known."""
        etag = self.headers.get("ETag")
        if known and etag and etags.matches(known, etag):
            return Reply(304, {"ETag": etag})
        return self


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
        by_library_alone = operation.version == "revision" or operation.function in FUNCTIONS
        self._keeps = operation.method == "GET" and by_library_alone

    async def __call__(
        self, scope: Scope, receive: Receive, send: Send, values: dict[str, str]
    ) -> None:
        """Answer a request."""
        operation = self.operation
        if self._keeps and (reply := self._at_hand(scope)):
            await reply.send(send, bare=scope["method"] == "HEAD")
            return
        given = params_of(operation.params, values, scope["query_string"])
        request = Request(scope, receive)
        if isinstance(operation.body, Upload):
            file = await upload_of(request, operation.body)
            with contextlib.ExitStack() as open_files:
                open_files.callback(file.close)
                reply = await self._change(request, {**given, operation.body.argument: file})
                if operation.job and "Idempotency-Replayed" not in reply.headers:
                    open_files.pop_all()  # the job reads it long after, and closes it
            await reply.send(send, bare=False)
            return
        if operation.body is not None:
            given |= await json_body(operation.body, request)
        if operation.method == "GET":
            known = request.headers.get("if-none-match")
            key = _key(scope)
            reply = await self._run(lambda: self._get(given, known, key))
        else:
            reply = await self._change(request, given)
        await reply.send(send, bare=scope["method"] == "HEAD")

    # --- reading -----------------------------------------------------------------------------

    def _at_hand(self, scope: Scope) -> Reply | None:
        """Return the answer where it is kept and nobody has to be waited for."""
        moment = self._served.kept.moment_at_hand()
        reply = moment and self._served.kept.get(_key(scope), moment)
        return reply and reply.unless_known(Headers(scope=scope).get("if-none-match"))

    def _get(self, given: JSON, known: str | None, key: bytes) -> Reply:
        if not self._keeps:
            return self._made(given, None).unless_known(known)
        moment = self._served.kept.moment()
        reply = self._served.kept.get(key, moment)
        if reply is None:
            etag = None
            if self.operation.version == "revision":
                etag = self._served.version(moment)
                if known and etags.matches(known, etag):
                    return Reply(304, {"ETag": etag})
            reply = self._made(given, etag)
            if not may_wait():  # else sources were asked, and may be again
                self._served.kept.put(key, moment, reply)
        return reply.unless_known(known)

    def _made(self, given: JSON, etag: str | None) -> Reply:
        reply = self._rendered(self._function(**given), given)
        if self.operation.version == "content":
            etag = etags.of_content(reply.body)
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
            reply = self._done(given)
        if self.operation.version == "content":
            # What is told within a transaction may rest on what was before it, as settings do.
            reply.body = self._current(given)
            reply.headers["ETag"] = etags.of_content(reply.body)
        return reply

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
        return Reply(202, headers, msgspec.json.encode(job.answer()), job)

    def _current(self, given: JSON) -> bytes:
        function = getattr(self._served.library, str(self.operation.current))
        named = self.operation.params.model_fields
        return msgspec.json.encode(function(**{k: v for k, v in given.items() if k in named}))

    def _refuse_a_lost_update(self, given: JSON, expected: str) -> None:
        etag = etags.of_content(self._current(given))
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
                if reply.job is not None:
                    reply.job.when_over(lambda: served.keys.settle(key))
                return reply
            finally:
                # An error changed nothing, so the key is free again. So it is for work that
                # turns out to need the network, and begins anew in another thread.
                served.keys.finish(key, kept)

        run: Callable[[Callable[[], Reply]], Awaitable[Reply]] = self._run
        return await run(attempt)


def _adapted(call: Callable[[Library, JSON], Any], library: Library) -> Callable[..., Any]:
    return lambda **given: call(library, given)


def _key(scope: Scope) -> bytes:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return path + b"?" + query


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
