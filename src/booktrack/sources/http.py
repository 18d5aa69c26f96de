"""The Gateway: the one place from which booktrack talks to the network.

`Gateway.run(source, flow)` drives a source's flow: it paces, retries, follows redirects, caches,
and turns whatever a service may answer into a `Reply` or an error of the tree. The day's requests
are counted for all processes (`quota.py`), the pace is kept by each process for itself.
"""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Awaitable, Callable
from contextlib import aclosing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from typing import TypeVar
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
from booktrack.sources.addresses import Resolve, is_proxied, public_addresses, resolve
from booktrack.sources.answers import Answers, conditions, key_of, recalled
from booktrack.sources.base import HOUR, Ask, Flow, Refusal, Reply, Source
from booktrack.sources.bodies import changed, check_content, read_body
from booktrack.sources.cache import Cache, Entry
from booktrack.sources.calls import Answer, Call
from booktrack.sources.contact import CONTACT_HINT, checked_contact
from booktrack.sources.discretion import conceal, keep_out_of_logs
from booktrack.sources.pacing import LONGEST_PAUSE, Pace, retry_after
from booktrack.sources.quota import Quota
from booktrack.sources.strangers import KEEP_NOTHING, Stranger, stranger
from booktrack.sources.webhook import SHORTEST_SECRET, Message, deliver

T = TypeVar("T")

# stamina warns of each retry; without a handler Python would print that on the user's terminal.
logging.getLogger("stamina").addHandler(logging.NullHandler())

MAX_HOPS = 5
TRIES = 3
BUDGET = 30.0
"""Seconds for a whole flow, waiting for turns included."""

# Seconds, doubled by each failure; somebody without a network should not wait long to hear it.
_BACKOFF = 0.5
_BACKOFF_CAP = 10.0
_TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = {
    "json": "application/json",
    "xml": "application/xml, text/xml",
    "image": "image/*",
    "any": "*/*",
}


class Gateway:
    """One connection pool, one cache and one pace a source; used inside one event loop.

    Args:
        contact: An e-mail address or web page that services may write to.
        cache: Where answers are kept and the day's requests counted; by default in memory.
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
        self.contact = checked_contact(contact)
        self._cache = cache or Cache()
        self._answers = Answers(self._cache, now)
        self._quota = Quota(self._cache, now)
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

    async def run(
        self, source: Source, flow: Flow[T] | Callable[[], Flow[T]], *, budget: float = BUDGET
    ) -> T:
        """Return what the flow returns; at most about `budget` seconds are spent on it.

        Args:
            source: Whose limits are kept.
            flow: The conversation, or what begins it: then one that cannot read what the cache
                kept, perhaps for an older booktrack, begins once more and asks for it again.
            budget: Seconds, waiting for turns included.

        Raises:
            SourceRateLimited: the source asks for a longer pause than may be waited for, or has
                given all that it gives in a day.
            SourceUnavailable: it is down or too slow.
            SourceRefused: it refuses this caller.
            SourceChanged: it answers in a form that is not the documented one.
        """
        return await self._drive(source, flow, self._call(budget))

    async def answer(
        self,
        source: Source,
        flow: Flow[T] | Callable[[], Flow[T]],
        *,
        budget: float = BUDGET,
        keep: float | None = None,
    ) -> Answer[T]:
        """Return how the flow ended; a source that fails is a part of the answer, not raised.

        `keep` is for how many seconds at most a kept answer serves; None leaves it to the source.
        """
        call = self._call(budget)
        call.keep = keep
        try:
            value = await self._drive(source, flow, call)
        except SourceError as error:
            return Answer(None, error, call.requests, call.stale)
        return Answer(value, None, call.requests, call.stale)

    async def fetch(
        self,
        url: str,
        *,
        max_bytes: int,
        accept: str = "*/*",
        allow_private: bool = False,
        trusted: frozenset[str] = frozenset(),
        budget: float = BUDGET,
        keep_missing: float = KEEP_NOTHING,
    ) -> Reply:
        """Return what stands at an address that a user or a source gave.

        Only the open internet is asked: the host's addresses are checked, those checked are
        connected to (DNS rebinding), and again at each of at most 5 redirects. Nothing that comes
        is believed: neither its length nor its kind. Only "nothing is there" is kept.

        Args:
            url: An http or https address.
            max_bytes: What the answer may hold, unpacked.
            accept: The kinds of content that are asked for.
            allow_private: Let the address be one of the own network or machine.
            trusted: Hosts, with their ports, that booktrack or the user's sources name themselves:
                they are asked like a source's own, over connections that are kept.
            budget: Seconds, waiting for turns included.
            keep_missing: Seconds for which "nothing is there" is believed without asking again.

        Returns:
            The reply: `missing` where nothing is there, and any other status below 500 that does
            not refuse the caller.

        Raises:
            InvalidInput: it is no such address.
            SourceChanged: it leads to an address that is not public or sends too much.
            SourceRateLimited: the host asks for a pause.
            SourceUnavailable: the host has no address, is down or too slow.
            SourceRefused: the host refuses this caller.
        """
        source = stranger(url, private=allow_private, trusted=trusted)
        return await self.run(
            source, _asking(_page(url, max_bytes, accept, keep_missing)), budget=budget
        )

    def dismiss(self, url: str, *, accept: str = "*/*", seconds: float = KEEP_NOTHING) -> None:
        """Let `fetch` answer "nothing is there" for so long: what stands there is of no use."""
        source = stranger(url)
        ask = _page(url, 0, accept, seconds)
        gone = Reply(404, {}, b"", _stamp(self._now()), url, source.name)
        self._answers.keep(source, ask, key_of(source, ask), gone)

    def holds_nothing(self, url: str, *, accept: str = "*/*") -> bool:
        """Return whether `fetch` would answer "nothing is there" without asking."""
        try:
            source, ask = stranger(url), _page(url, 0, accept, 0)
        except InvalidInput:
            return False  # `fetch` says what is wrong with it
        kept = self._answers.fresh(key_of(source, ask))
        return kept is not None and recalled(source, kept).missing

    def kept_answers(self) -> dict[str, int]:
        """Return `{"answers", "bytes", "questions", "served"}` of the cache, since the start."""
        return self._answers.counts()

    async def deliver(self, message: Message) -> int:
        """Return after how many attempts a webhook's message was taken.

        The rules of `fetch` hold: public addresses unless the message allows others, connected to
        as they were checked, and no redirect is followed.

        Raises:
            InvalidInput: its address is none.
            SourceError: it was not taken; another time it may be.
        """
        source = self._receiver(message)

        async def send(ask: Ask, left: float) -> Reply:
            return await self.run(source, _asking(ask), budget=left)

        return await deliver(message, send, now=self._now, jitter=self._jitter)

    def _receiver(self, message: Message) -> Stranger:
        try:
            source = stranger(message.url, private=message.allow_private)
            path = httpx.URL(message.url).raw_path.decode("ascii")
        except (InvalidInput, httpx.InvalidURL):
            # Not from those errors: they show the address, which is a secret.
            raise InvalidInput("webhook_url is no address that can be asked; set it anew") from None
        if len(path) >= SHORTEST_SECRET:
            keep_out_of_logs(path)
        return source

    async def aclose(self) -> None:
        """Close the connections and the cache; the next call opens them again."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None
        self._cache.close()

    async def _drive(self, source: Source, flow: Flow[T] | Callable[[], Flow[T]], call: Call) -> T:
        begin = flow if callable(flow) else None
        talk = flow() if callable(flow) else flow
        while True:
            try:
                return await self._converse(source, talk, call)
            except SourceChanged as error:
                if error is call.failure:
                    raise  # the Gateway's own, which has kept nothing
                if begin is None or not call.recalled:
                    # What a flow cannot read is not kept: the next question asks again.
                    self._answers.forget(call.recalled | call.fetched)
                    raise
            self._answers.forget(call.recalled)
            call.begin_again()
            talk, begin = begin(), None

    async def _converse(self, source: Source, flow: Flow[T], call: Call) -> T:
        try:
            ask = next(flow)
            while True:
                try:
                    reply = await self._answer(source, ask, call)
                except SourceError as error:
                    # The flow may go on without this answer; most let the error pass.
                    call.failure = error
                    ask = flow.throw(error)
                else:
                    ask = flow.send(reply)
        except StopIteration as done:
            value: T = done.value
            return value
        except SourceError as error:
            conceal(error)  # services repeat in their errors what they were sent
            raise
        finally:
            flow.close()

    async def _answer(self, source: Source, ask: Ask, call: Call) -> Reply:
        if not ask.repeatable:
            return await self._in_time(source, call, lambda: self._ask(source, ask, call, None))
        key = key_of(source, ask)
        if reply := self._recall(source, key, call):
            return reply
        try:
            return await self._in_time(source, call, lambda: self._shared(source, ask, call, key))
        except (SourceRateLimited, SourceUnavailable):
            reply = self._answers.instead(source, key)
            if reply is None:
                raise
            call.stale = True
            call.recalled.add(key)
            return reply

    def _recall(self, source: Source, key: str, call: Call) -> Reply | None:
        kept = self._answers.fresh(key, call.keep)
        if kept is None:
            return None
        (call.recalled if kept.stored < call.begun else call.fetched).add(key)
        return recalled(source, kept)

    async def _shared(self, source: Source, ask: Ask, call: Call, key: str) -> Reply:
        # Two flows that need the same page ask for it once. The dictionary is weak: a lock lives
        # as long as somebody waits for it.
        async with self._locks.setdefault(key, anyio.Lock()):
            if reply := self._recall(source, key, call):
                return reply
            kept = self._answers.get(source, key)
            reply = await self._ask(source, ask, call, kept)
            self._answers.keep(source, ask, key, reply)
            # "Not modified" gives the kept body anew.
            unchanged = kept is not None and reply.body is kept.body
            (call.recalled if unchanged else call.fetched).add(key)
            return reply

    async def _in_time(
        self, source: Source, call: Call, work: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        try:
            with anyio.fail_after(call.left()):
                return await work()
        except TimeoutError as error:
            raise SourceUnavailable(
                f"{source.title} took longer than {call.budget:g} s", source=source.name
            ) from error

    async def _ask(self, source: Source, ask: Ask, call: Call, kept: Entry | None) -> Reply:
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
            if isinstance(error, SourceRateLimited) and error.retry_after:
                # The day's requests are spent: worth waiting for just before midnight only.
                soon = error.retry_after <= min(LONGEST_PAUSE, call.left())
                return error.retry_after if soon else False
            return self._jitter(min(_BACKOFF_CAP, _BACKOFF * 2**failures))

        tries = stamina.AsyncRetryingCaller(attempts=TRIES if ask.repeatable else 1, timeout=None)
        return await tries(wait, self._once, source, ask, call, kept)

    async def _once(self, source: Source, ask: Ask, call: Call, kept: Entry | None) -> Reply:
        try:
            reply = await self._fetch(source, ask, call, kept)
        except (httpx.InvalidURL, ValueError) as error:
            # httpx lets redirects pass that it cannot follow: `data:...`, `http://xn--/`, `:]`.
            raise changed(source, f"leads to what is no address ({error})") from error
        if reply.status == 304 and kept:
            return replace(recalled(source, kept), fetched_at=reply.fetched_at)
        refusal = source.refusal(reply, self._now())
        if refusal:
            raise self._error(source, ask, refusal, reply)
        check_content(ask, reply, source)
        return reply

    async def _fetch(self, source: Source, ask: Ask, call: Call, kept: Entry | None) -> Reply:
        """Return what the service answers in the end; each redirect is a request of its own."""
        url = httpx.URL(ask.url)
        if ask.params:  # merging none would write a signed address anew
            url = url.copy_merge_params(dict(ask.params))
        for _ in range(MAX_HOPS + 1):
            addresses = await self._addresses(source, url)
            self._quota.check(source, ask)
            # A picture that Open Library keeps elsewhere costs it one request, not three.
            host = source.towards(str(url)) if isinstance(source, Stranger) else source
            await self._pace(host).turn(call.left())
            self._quota.take(source, ask)
            call.requests += 1
            reply = await self._send(source, ask, url, kept, addresses)
            target = reply.headers.get("location")
            if reply.status not in _REDIRECTS or not target:
                return reply
            if ask.method != "GET":
                raise changed(source, f"redirects a {ask.method} to {shown(target)}")
            url = url.join(target)  # httpx has seen that it is an address
        raise changed(source, f"redirects more than {MAX_HOPS} times from {ask.url}")

    async def _send(
        self, source: Source, ask: Ask, url: httpx.URL, kept: Entry | None, addresses: list[str]
    ) -> Reply:
        headers = {"Accept": _ACCEPT[ask.accept], **ask.headers, **conditions(kept)}
        sent = url
        if _is_own(source, url) and url.scheme == httpx.URL(ask.url).scheme:
            keep_out_of_logs(*ask.secret_params.values(), *ask.secret_headers.values())
            headers |= ask.secret_headers
            sent = url.copy_merge_params(dict(ask.secret_params)) if ask.secret_params else url
        request = self._open().build_request(
            ask.method, sent, headers=headers, content=ask.content, json=ask.json
        )
        try:
            response = await self._reach(request, addresses)
            async with aclosing(response):
                body = b""
                if ask.max_bytes:
                    pieces = response.aiter_raw()
                    body = await read_body(source, response.headers, pieces, ask.max_bytes)
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

    async def _reach(self, request: httpx.Request, addresses: list[str]) -> httpx.Response:
        """Return the head of the answer; of the addresses the first that can be reached gives it.

        They were checked, and a second look at the name might find others (DNS rebinding): the
        name stands in `Host` and in the certificate only. Through a proxy the name is sent,
        because there the proxy is who looks it up.
        """
        tried = [_pinned(request, address) for address in addresses] or [request]
        for each in tried[:-1]:
            with suppress(httpx.ConnectError, httpx.ConnectTimeout):
                return await self._open().send(each, stream=True)
        return await self._open().send(tried[-1], stream=True)

    async def _addresses(self, source: Source, url: httpx.URL) -> list[str]:
        """Return the addresses to connect to, none where the name may be trusted."""
        if url.scheme not in ("http", "https") or not url.host or url.userinfo:
            raise changed(source, f"leads to {shown(str(url))}, which is not fetched")
        if _is_own(source, url):
            return []
        host = url.raw_host.decode("ascii")
        private = isinstance(source, Stranger) and source.private
        addresses = await public_addresses(source, host, self._resolve, private=private)
        return [] if self._transport is None and is_proxied(url.scheme, host) else addresses

    def _error(self, source: Source, ask: Ask, refusal: Refusal, reply: Reply) -> SourceError:
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
        if seconds is None and refusal.kind == "quota":
            seconds = (source.limits.resets(now) - now).total_seconds()
        if seconds is not None:
            until = now + timedelta(seconds=min(seconds, 400 * 86_400))
            if refusal.kind == "quota":
                self._quota.stop(source, ask, until)
            else:
                self._pace(source).pause(until)
            if refusal.kind == "busy" and seconds > HOUR:
                # A day's quota by another name, as Hardcover's is; other processes keep it too.
                self._quota.stop(source, ask, min(until, source.limits.resets(now)))
        if refusal.kind == "down":
            return SourceUnavailable(refusal.message, source=source.name, status=reply.status)
        return SourceRateLimited(
            refusal.message,
            source=source.name,
            retry_after=None if seconds is None else math.ceil(seconds),
        )

    def _call(self, budget: float) -> Call:
        return Call(budget, self._now().timestamp())

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
                # No cookies: who asks for books is not to be recognised.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            )
        return self._client


def _page(url: str, max_bytes: int, accept: str, keep_missing: float) -> Ask:
    try:
        _ = httpx.URL(url).host  # only then is the spelling of the host read
    except (httpx.InvalidURL, UnicodeError) as error:
        raise InvalidInput(f"this is no address: {shown(url)} ({error})") from error
    return Ask(
        url,
        accept="any",
        headers={"Accept": accept},
        keep=0,
        keep_missing=keep_missing,
        max_bytes=max_bytes,
    )


def _asking(ask: Ask) -> Flow[Reply]:
    return (yield ask)


def _is_own(source: Source, url: httpx.URL) -> bool:
    # With the port: a test's server on 127.0.0.1:8001 must not lead to 127.0.0.1:9200.
    return url.netloc.decode("ascii") in source.hosts


def _pinned(request: httpx.Request, address: str) -> httpx.Request:
    """Return the request as one to this address, for the host that it names."""
    headers = request.headers.copy()
    # One address may serve several hosts, and a connection is good for the certificate of one.
    headers["Connection"] = "close"
    host = request.url.raw_host.decode("ascii")
    return httpx.Request(
        request.method,
        request.url.copy_with(host=address),
        headers=headers,
        stream=request.stream,
        extensions={**request.extensions, "sni_hostname": host},
    )


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
