"""Hosts that a user or a source named: asked like a source, but trusted in nothing.

A stranger has no hosts of its own but those that its caller vouches for, so the Gateway looks up
each address that it is led to, checks that it is public, and connects to exactly what it checked.
"""

from __future__ import annotations

from functools import lru_cache
from typing import cast
from urllib.parse import urlsplit

from booktrack.errors import InvalidInput, shown
from booktrack.sources.base import DAY, BaseSource, Limits

KEEP_NOTHING = DAY
"""Seconds for which "nothing is there" is believed."""

_LONGEST_ADDRESS = 4_000

# Nobody publishes how many pictures may be asked for; a browser that shows a page asks for more.
_ORDINARY = Limits(requests=4)
_OPEN_LIBRARY = "covers.openlibrary.org"
_BY_ID = Limits(requests=400, seconds=60)  # docker/covers_nginx.conf
_BY_ISBN = Limits(requests=100, seconds=300)  # blog.openlibrary.org, 2011-04-27


class Stranger(BaseSource):
    """Any host; `private` tells whether the user lets it be one of the own network."""

    private = False

    def towards(self, url: str) -> Stranger:
        """Return the host that a redirect leads to, whose own limits are kept."""
        return stranger(url, private=self.private, trusted=self.hosts)


def stranger(
    url: object, *, private: bool = False, trusted: frozenset[str] = frozenset()
) -> Stranger:
    """Return the host of an address as a source whose limits are kept.

    Args:
        url: The address.
        private: Let it be one of the own network.
        trusted: Hosts, with their ports, whose names are not looked up and checked.

    Raises:
        InvalidInput: it is no http or https address, or carries a name and password.
    """
    if not isinstance(url, str) or len(url) > _LONGEST_ADDRESS:
        raise InvalidInput(f"an address is a text of at most 4,000 characters, not {shown(url)}")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise InvalidInput(f"this is no address: {shown(url)} ({error})") from error
    if parts.username is not None or parts.password is not None:
        raise InvalidInput(
            f"an address with a user's name or password is not fetched: {shown(host)}"
        )
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise InvalidInput(f"only http and https addresses are fetched, not {shown(url)}")
    if not url.isprintable() or " " in url:
        raise InvalidInput(f"an address has no blanks or control characters: {shown(url)}")
    name, limits = _service(host, parts.path)
    return _made(name, host, limits, private, trusted)


def _service(host: str, path: str) -> tuple[str, Limits]:
    if host != _OPEN_LIBRARY:
        return host, _ORDINARY
    # By ISBN, OCLC number and the like far less may be asked than by its own ids.
    return (host, _BY_ID) if path.startswith("/b/id/") else (f"{host} by number", _BY_ISBN)


@lru_cache(maxsize=256)
def _made(name: str, host: str, limits: Limits, private: bool, trusted: frozenset[str]) -> Stranger:
    said = {
        "name": name,
        "title": host,
        "home": f"https://{host}",
        "limits": limits,
        "private": private,
        "hosts": trusted,
    }
    return cast(Stranger, type("Stranger", (Stranger,), said)())
