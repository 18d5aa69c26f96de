"""Under which names the server answers, and which pages may call it.

A page of a stranger can let its own name resolve to 127.0.0.1 (DNS rebinding): it is then of the
same origin as this server in the browser's eyes, and only the header Host tells. Without that
trick it can still send: only Origin and Sec-Fetch-Site tell then.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import Response

from booktrack.errors import InvalidInput, shown
from booktrack.web.problems import Problem

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# What test clients call an app that they hold in memory (Starlette's TestClient, httpx's examples).
# No stranger can own them: a name without a dot is none of the public DNS, "test" is reserved.
_IN_MEMORY = frozenset({"testserver", "test"})
_EVERY_ADDRESS = frozenset({"0.0.0.0", "::"})
_METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE"
_ASKED_HEADERS = "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key"
_SHOWN_HEADERS = "ETag, Location, Retry-After, Link, Idempotency-Replayed"
_HOUR = "3600"

_HOST = re.compile(r"\[(?P<six>[0-9a-fA-F:.]+)\](:\d{1,5})?|(?P<name>[^:\[\]/@?#\s]+)(:\d{1,5})?")


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a server that is bound to the host."""
    if host.lower() == "localhost":
        return True
    address = _address(host)
    return address is not None and address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _bare(host: str) -> str | None:
    """Return the name in a Host header without its port, or None where it is no such header."""
    found = _HOST.fullmatch(host)
    if not found:
        return None
    return (found["six"] or found["name"].removesuffix(".")).lower()


class Hosts:
    """The names under which the server answers.

    Args:
        allowed: Beside those of loopback; ".example.org" stands for all names below, "0.0.0.0"
            and "::" for every numeric address, "*" for everything.

    Raises:
        InvalidInput: One of them is no name.
    """

    def __init__(self, allowed: Sequence[str]) -> None:
        if isinstance(allowed, str):
            raise InvalidInput(f"allowed_hosts is a list of names, not {shown(allowed)}")
        names = set()
        for host in allowed:
            # A name, an address, or either with a port; an IPv6 address may come bare.
            bare = host.strip("[]").lower() if _address(host) else _bare(host)
            if not bare:
                raise InvalidInput(f"{shown(host)} is no name of a host")
            names.add(bare)
        self._every = "*" in names
        self._addresses = bool(names & _EVERY_ADDRESS)
        self._below = tuple(name for name in names if name.startswith("."))
        # The header as most requests bear it: found without looking closer.
        self._names = _LOOPBACK | _IN_MEMORY | names

    def check(self, headers: Headers) -> None:
        """Return where the request names this server.

        Raises:
            Problem: It names another one, or none, or several.
        """
        if self._every:
            return
        given = headers.getlist("host")
        host = _bare(given[0]) if len(given) == 1 else None
        if host is None or not self._knows(host):
            raise Problem(
                400,
                "this server does not answer under that name; start it with --allow-host to "
                "add one",
                code="wrong_host",
            )

    def _knows(self, host: str) -> bool:
        if host in self._names:
            return True
        if self._below and host.endswith(self._below):
            return True
        return self._addresses and _address(host) is not None


class Origins:
    """The origins of the pages that may call from elsewhere.

    Args:
        allowed: Such as "https://books.example".

    Raises:
        InvalidInput: One of them is no origin.
    """

    def __init__(self, allowed: Iterable[str]) -> None:
        if isinstance(allowed, str):
            raise InvalidInput(f"allowed_origins is a list of origins, not {shown(allowed)}")
        self._allowed = frozenset(_origin(one) for one in allowed)
        self.any = bool(self._allowed)

    def __contains__(self, origin: str) -> bool:
        return origin in self._allowed

    def check(self, safe: bool, headers: Headers) -> None:
        """Return where no page of a stranger asks.

        A program sends neither Origin nor Sec-Fetch-Site. Reading is let through where a browser
        goes to an address by itself; a stranger's page that reads could make the server ask
        sources, and store what they say.

        Raises:
            Problem: One does.
        """
        origin = headers.get("origin")
        if origin is not None and origin in self._allowed:
            return
        site = headers.get("sec-fetch-site")
        foreign = site == "cross-site" and not _goes_there_itself(safe, headers)
        if origin is not None and not safe:
            foreign = not (_is_own(origin, headers.get("host", "")) or _is_proxied(origin, site))
        if foreign:
            raise Problem(
                403,
                "a page of another site may not do this; start the server with --allow-origin "
                "to let it",
                code="foreign_origin",
            )

    def preflight(self, headers: Headers) -> Response:
        """Return the answer to the question whether a page may call.

        Raises:
            Problem: It may not.
        """
        if headers.get("origin") not in self._allowed:
            raise Problem(403, "pages of this origin may not call", code="foreign_origin")
        return Response(
            status_code=204,
            headers={
                "Access-Control-Allow-Methods": _METHODS,
                "Access-Control-Allow-Headers": _ASKED_HEADERS,
                "Access-Control-Max-Age": _HOUR,
            },
        )

    def grants(self, origin: str) -> Iterable[tuple[bytes, bytes]]:
        """Return the headers that let a page of an allowed origin read the answer."""
        return (
            (b"access-control-allow-origin", origin.encode("latin-1")),
            (b"access-control-allow-credentials", b"true"),
            (b"access-control-expose-headers", _SHOWN_HEADERS.encode()),
        )


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(f"{shown(text)} is no origin; write it like https://books.example")
    if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise InvalidInput(f"{shown(text)} is more than an origin; leave out what follows the host")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _goes_there_itself(safe: bool, headers: Headers) -> bool:
    return (
        safe
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") in ("document", None)
    )


def _is_own(origin: str, host: str) -> bool:
    # Behind a proxy that ends TLS the page is https and this server is asked by http.
    return urlsplit(origin).netloc.lower() == host.lower() != ""


def _is_proxied(origin: str, site: str | None) -> bool:
    """Whether a development server of this machine passes its own page's call on to this one.

    The browser then says that the page calls its own server. A page of another local server that
    calls this one directly is a stranger's as well ("same-site"); every browser that is not older
    than 2023 tells them apart.
    """
    name = urlsplit(origin).hostname
    return name is not None and is_loopback(name) and site in (None, "same-origin")
