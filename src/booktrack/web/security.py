"""Who may call: the right Host, no page of a stranger, the token; and what every answer bears.

One plain ASGI layer around everything: what it refuses never reaches a route, and what a route
raises becomes a problem here at the latest.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from booktrack.web import bodies
from booktrack.web.access import Hosts, Origins
from booktrack.web.problems import Problem, answer_to
from booktrack.web.tokens import Tokens

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

# Answered without a token: whether the server lives, and the way to show the token.
_OPEN = frozenset({"/health", "/api/health", "/api/login", "/api/login.js", "/api/docs.css"})

STRANGER = "booktrack.stranger"
"""Set for who has not shown the token and is answered nevertheless."""

_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
)
_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
_FRESH = (b"cache-control", b"private, no-cache")


class Guard:
    """The layer around the app.

    Args:
        app: What is guarded.
        tokens: Who does not show the token is refused; None demands none.
        origins: Pages of other origins that may call.
        hosts: Names under which the server is reached.
        large: The bytes that the addresses take to which files are uploaded.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        tokens: Tokens | None,
        origins: Origins,
        hosts: Hosts,
        large: Mapping[str, int],
    ) -> None:
        self.app = app
        self._tokens, self._origins, self._hosts = tokens, origins, hosts
        self._large = large
        shared = b"cross-origin" if origins.any else b"same-origin"
        self._headers = (*_HEADERS, (b"cross-origin-resource-policy", shared))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._mark(message, origin)
            await send(message)

        try:
            if await self._preflight(scope, headers, receive, sending):
                return
            self._check(scope, headers)
            await self.app(scope, bodies.limited(scope, headers, receive, self._large), sending)
        except ClientDisconnect:
            return
        except Exception as error:
            if started:
                raise
            await answer_to(error)(scope, receive, sending)

    def _check(self, scope: Scope, headers: Headers) -> None:
        self._hosts.check(headers)
        self._origins.check(scope["method"] in _SAFE, headers)
        if self._tokens is not None:
            try:
                self._tokens.check(scope, headers)
            except Problem:
                if scope["path"] not in _OPEN:
                    raise
                scope[STRANGER] = True

    async def _preflight(
        self, scope: Scope, headers: Headers, receive: Receive, send: Send
    ) -> bool:
        """Answer a browser's question whether a page may call; it comes without the token."""
        if scope["method"] != "OPTIONS" or "access-control-request-method" not in headers:
            return False
        self._hosts.check(headers)
        await self._origins.preflight(headers)(scope, receive, send)
        return True

    def _mark(self, message: Message, origin: str | None) -> None:
        there = message.setdefault("headers", [])
        names = {name for name, _ in there}
        there.extend(self._headers)
        if _POLICY[0] not in names:
            there.append(_POLICY)
        if _FRESH[0] not in names:
            there.append(_FRESH)
        if self._origins.any:
            there.append((b"vary", b"Origin"))
            if origin is not None and origin in self._origins:
                there.extend(self._origins.grants(origin))
