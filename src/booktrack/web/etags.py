"""Versions of what is served: lists by the library's revision, single things by their content."""

from __future__ import annotations

import hashlib


def of_content(body: bytes) -> str:
    """Return the version of one thing: another as soon as a byte of it is another."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def of_revision(seed: str, revision: int, today: str) -> str:
    """Return the version of a list: another after any change, and on another day.

    What is released by now, and so missing, depends on the day. It is weak: the same list may
    well come under the next one too.
    """
    known = hashlib.blake2b(f"{seed} {revision} {today}".encode(), digest_size=12)
    return f'W/"{known.hexdigest()}"'


def matches(header: str, etag: str, *, weakly: bool = True) -> bool:
    """Return whether a header If-Match or If-None-Match names the version."""
    if header.strip() == "*":
        return True
    if not weakly and etag.startswith("W/"):
        return False
    bare = etag.removeprefix("W/")
    for one in header.split(","):
        named = one.strip()
        if named == etag or (weakly and named.removeprefix("W/") == bare):
            return True
    return False
