"""The Gateway: the one place from which booktrack talks to the network.

`Gateway.run(source, flow)` drives a source's flow: it paces, retries, follows redirects, caches,
and turns whatever a service may answer into a `Reply` or an error of the tree.
"""

from __future__ import annotations

import hashlib
import logging
import math
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

import anyio
import httpx
import stamina

from booktrack.errors import (
    InvalidInput,
    SourceChanged,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
    shown,
)
from booktrack.sources.addresses import Resolve, is_public, resolve
from booktrack.sources.base import Ask, Flow, Refusal, Reply, Source, as_sources_entry, canonical
from booktrack.sources.bodies import changed, check_content, read_body
from booktrack.sources.cache import Cache, Entry
from booktrack.sources.discretion import keep_out_of_logs
from booktrack.sources.pacing import LONGEST_PAUSE, Pace, retry_after

T = TypeVar("T")

# stamina warns of each retry; without a handler Python would print that on the user's terminal.
logging.getLogger("stamina").addHandler(logging.NullHandler())

MAX_HOPS = 5
TRIES = 3
BUDGET = 30.0
"""Seconds for a whole flow, waiting for turns included."""

CONTACT_HINT = (
    "set a contact, an e-mail address or a web page, by BOOKTRACK_CONTACT or the setting "
    "`contact`: services let callers that name one ask more often"
)

# Seconds, doubled by each failure; somebody without a network should not wait long to hear it.
_BACKOFF = 0.5
_BACKOFF_CAP = 10.0
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEPT_HEADERS = ("content-type", "etag", "last-modified")
_ACCEPT = {
    "json": "application/json",
    "xml": "application/xml, text/xml",
    "image": "image/*",
}


@dataclass
class Answer(Generic[T]):
    """How a flow ended: with a value or an error, by how many requests, on old answers or not."""

    value: T | None = None
    error: SourceError | None = None
    requests: int = 0
    stale: bool = False

    def entry(self) -> dict[str, Any]:
        """Return what `sources` tells of it, such as `{"code": "ok"}`."""
        told = as_sources_entry(self.error)
        return {**told, "stale": True} if self.stale else told


class Gateway:
    """One connection pool, one cache and one pace a source; used inside one event loop.

    Args:
        contact: An e-mail address or web page that services may write to.
        cache: Where answers are kept; by default in memory.
        transport: What sends the requests, for tests; by default the network.
        now: The time, for tests.
        jitter: Returns a wait between 0 and the number it is given.
        resolver: Returns the addresses of a host.
    """

    def __init__(
        self,
        *,
        contact: str | None = None,
        cache: Cache | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        jitter: Callable[[float], float] = lambda most: random.uniform(0, most),
        resolver: Resolve = resolve,
    ) -> None:
        self.contact = _checked_contact(contact)
        self._cache = cache or Cache()
        self._transport = transport
        self._now = now
        self._jitter = jitter
        self._resolve = resolver
        self._client: httpx.AsyncClient | None = None
        self._paces: dict[str, Pace] = {}
        self._locks: WeakValueDictionary[str, anyio.Lock] = WeakValueDictionary()

    @property
    def user_agent(self) -> str:
        """The name, version and contact that every service is told."""
        return f"booktrack/{version('booktrack')} ({self.contact or 'no contact set'})"

    def hint(self, source: Source) -> str | None:
        """Return what the user could do to ask this source more often, or None."""
        return None if self.contact or source.limits.identified is None else CONTACT_HINT

    async def run(self, source: Source, flow: Flow[T], *, budget: float = BUDGET) -> T:
        """Return what the flow returns; at most about `budget` seconds are spent on it.

        Raises:
            SourceRateLimited: the source asks for a longer pause than may be waited for.
            SourceUnavailable: it is down or too slow.
            SourceRefused: it refuses this caller.
            SourceChanged: it answers in a form that is not the documented one.
        """
        return await self._drive(source, flow, _Call(budget))

    async def answer(self, source: Source, flow: Flow[T], *, budget: float = BUDGET) -> Answer[T]:
        """Return how the flow ended; a source that fails is a part of the answer, not raised."""
        call = _Call(budget)
        try:
            value = await self._drive(source, flow, call)
        except SourceError as error:
            return Answer(None, error, call.requests, call.stale)
        return Answer(value, None, call.requests, call.stale)

    async def aclose(self) -> None:
        """Close the connections and the cache; the next call opens them again."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
        self._cache.close()

    async def _drive(self, source: Source, flow: Flow[T], call: _Call) -> T:
        try:
            ask = next(flow)
            while True:
                try:
                    reply = await self._answer(source, ask, call)
                except SourceError as error:
                    # The flow may go on without this answer; most let the error pass.
                    ask = flow.throw(error)
                else:
                    ask = flow.send(reply)
        except StopIteration as done:
            value: T = done.value
            return value
        finally:
            flow.close()

    async def _answer(self, source: Source, ask: Ask, call: _Call) -> Reply:
        if not ask.repeatable:
            return await self._in_time(source, call, lambda: self._ask(source, ask, call, None))
        key = _key(source, ask)
        if reply := self._fresh(source, key):
            return reply
        try:
            return await self._in_time(source, call, lambda: self._shared(source, ask, call, key))
        except (SourceRateLimited, SourceUnavailable):
            kept = self._cache.get(key)
            reply = _from_cache(source, kept, stale=True) if kept else None
            # An old "not found" is no answer: "could not ask" must not look like it.
            if reply is None or reply.missing or source.says_nothing(reply):
                raise
            call.stale = True
            return reply

    async def _shared(self, source: Source, ask: Ask, call: _Call, key: str) -> Reply:
        # Two flows that need the same page ask for it once. The dictionary is weak: a lock lives
        # as long as somebody waits for it.
        async with self._locks.setdefault(key, anyio.Lock()):
            if reply := self._fresh(source, key):
                return reply
            reply = await self._ask(source, ask, call, self._cache.get(key))
            self._keep(source, ask, key, reply)
            return reply

    def _fresh(self, source: Source, key: str) -> Reply | None:
        kept = self._cache.get(key)
        if kept is None or not kept.fresh(self._now().timestamp()):
            return None
        return _from_cache(source, kept)

    async def _in_time(
        self, source: Source, call: _Call, work: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        try:
            with anyio.fail_after(call.left()):
                return await work()
        except TimeoutError as error:
            raise SourceUnavailable(
                f"{source.title} took longer than {call.budget:g} s", source=source.name
            ) from error

    async def _ask(self, source: Source, ask: Ask, call: _Call, kept: Entry | None) -> Reply:
        pace = self._pace(source)
        failures = 0

        def wait(error: Exception) -> bool | float:
            nonlocal failures
            failures += 1
            busy = isinstance(error, SourceRateLimited)
            if not (busy or isinstance(error, SourceUnavailable)) or pace.left() > LONGEST_PAUSE:
                return False
            if pace.left():
                return 0.0  # the pace waits, for this request and for all others
            return self._jitter(min(_BACKOFF_CAP, _BACKOFF * 2**failures))

        tries = stamina.AsyncRetryingCaller(attempts=TRIES if ask.repeatable else 1, timeout=None)
        return await tries(wait, self._once, source, ask, call, kept)

    async def _once(self, source: Source, ask: Ask, call: _Call, kept: Entry | None) -> Reply:
        reply = await self._fetch(source, ask, call, kept)
        if reply.status == 304 and kept:
            return replace(_from_cache(source, kept), fetched_at=reply.fetched_at)
        refusal = source.refusal(reply, self._now())
        if refusal:
            raise self._error(source, refusal, reply)
        check_content(ask, reply, source)
        return reply

    async def _fetch(self, source: Source, ask: Ask, call: _Call, kept: Entry | None) -> Reply:
        """Return what the service answers in the end; each redirect is a request of its own."""
        url = httpx.URL(ask.url).copy_merge_params(dict(ask.params))
        for _ in range(MAX_HOPS + 1):
            await self._check_address(source, url)
            await self._pace(source).turn(call.left())
            call.requests += 1
            reply = await self._send(source, ask, url, kept)
            target = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not target:
                return reply
            if ask.method != "GET":
                raise changed(source, f"redirects a {ask.method} to {shown(target)}")
            url = url.join(target)  # httpx has seen that it is an address
        raise changed(source, f"redirects more than {MAX_HOPS} times from {ask.url}")

    async def _send(self, source: Source, ask: Ask, url: httpx.URL, kept: Entry | None) -> Reply:
        headers = {"Accept": _ACCEPT[ask.accept], **ask.headers, **_conditions(kept)}
        sent = url
        if _is_own(source, url) and url.scheme == httpx.URL(ask.url).scheme:
            keep_out_of_logs(*ask.secret_params.values())
            headers |= ask.secret_headers
            sent = url.copy_merge_params(dict(ask.secret_params)) if ask.secret_params else url
        json = {"json": ask.json} if ask.json is not None else {}
        try:
            async with self._open().stream(ask.method, sent, headers=headers, **json) as response:
                body = await read_body(source, response.headers, response.aiter_raw())
        except httpx.TimeoutException as error:
            raise SourceUnavailable(
                f"{source.title} did not answer in time", source=source.name
            ) from error
        except httpx.TransportError as error:
            raise SourceUnavailable(
                f"{source.title} cannot be reached ({type(error).__name__})", source=source.name
            ) from error
        for name in ask.secret_params:
            url = url.copy_remove_param(name)  # a redirect may have repeated it
        return Reply(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
            fetched_at=_stamp(self._now()),
            url=str(url),
            source=source.name,
        )

    async def _check_address(self, source: Source, url: httpx.URL) -> None:
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise changed(source, f"leads to {shown(str(url))}, which is not fetched")
        if _is_own(source, url):
            return
        try:
            addresses = await self._resolve(url.host)
        except OSError as error:
            raise SourceUnavailable(
                f"{source.title} leads to {url.host}, which has no address", source=source.name
            ) from error
        if not addresses or not all(is_public(address) for address in addresses):
            raise changed(source, f"leads to {url.host}, which is not a public address")

    def _error(self, source: Source, refusal: Refusal, reply: Reply) -> SourceError:
        now = self._now()
        if refusal.kind == "changed":
            return SourceChanged(refusal.message, source=source.name, url=reply.url)
        if refusal.kind == "refused":
            hint = self.hint(source)
            message = f"{refusal.message}; {hint}" if hint else refusal.message
            return SourceRefused(message, source=source.name, status=reply.status)
        seconds = refusal.retry_after
        if seconds is None:
            seconds = retry_after(reply.headers.get("retry-after"), now)
        if refusal.until is not None:
            seconds = max(0.0, (refusal.until - now).total_seconds())
        if seconds is not None:
            self._pace(source).pause(now + timedelta(seconds=min(seconds, 400 * 86_400)))
        if refusal.kind == "down":
            return SourceUnavailable(refusal.message, source=source.name, status=reply.status)
        return SourceRateLimited(
            refusal.message,
            source=source.name,
            retry_after=None if seconds is None else math.ceil(seconds),
        )

    def _keep(self, source: Source, ask: Ask, key: str, reply: Reply) -> None:
        if reply.status != 200 and not reply.missing:
            return
        nothing = reply.missing or source.says_nothing(reply)
        self._cache.put(
            key,
            Entry(
                status=reply.status,
                headers={
                    name: reply.headers[name] for name in _KEPT_HEADERS if name in reply.headers
                },
                body=reply.body,
                url=reply.url,
                fetched_at=reply.fetched_at,
                stored=self._now().timestamp(),
                keep=ask.keep_missing if nothing else ask.keep,
            ),
        )

    def _pace(self, source: Source) -> Pace:
        if source.name not in self._paces:
            permitted = source.limits.permitted(identified=bool(self.contact))
            self._paces[source.name] = Pace(source.name, permitted, self._now)
        return self._paces[source.name]

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(
                transport=self._transport,
                timeout=_TIMEOUT,
                # Only what `_read_body` can unpack within bounds is asked for.
                headers={"User-Agent": self.user_agent, "Accept-Encoding": "gzip"},
            )
        return self._client


class _Call:
    """One `run`: its budget from now on, and what came of it."""

    def __init__(self, budget: float) -> None:
        self.budget = budget
        self.requests = 0
        self.stale = False
        self._deadline = anyio.current_time() + budget

    def left(self) -> float:
        return max(0.0, self._deadline - anyio.current_time())


def _conditions(kept: Entry | None) -> dict[str, str]:
    conditions = {}
    if kept and "etag" in kept.headers:
        conditions["If-None-Match"] = kept.headers["etag"]
    if kept and "last-modified" in kept.headers:
        conditions["If-Modified-Since"] = kept.headers["last-modified"]
    return conditions


def _is_own(source: Source, url: httpx.URL) -> bool:
    # With the port: a test's server on 127.0.0.1:8001 must not lead to 127.0.0.1:9200.
    return url.netloc.decode("ascii") in source.hosts


def _key(source: Source, ask: Ask) -> str:
    said = [source.name, ask.method, ask.url, ask.params, ask.json, ask.headers, ask.accept]
    told = canonical([dict(part) if isinstance(part, Mapping) else part for part in said])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _from_cache(source: Source, kept: Entry, *, stale: bool = False) -> Reply:
    return Reply(
        kept.status, kept.headers, kept.body, kept.fetched_at, kept.url, source.name, stale
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _checked_contact(contact: str | None) -> str | None:
    text = (contact or "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isprintable()) or not ("@" in text or "://" in text):
        raise InvalidInput(
            f"A contact is an e-mail address or the address of a web page, not {shown(text)}"
        )
    return text
