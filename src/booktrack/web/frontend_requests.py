"""What the existing frontend sends, read leniently: a blank is not known."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from booktrack.domain.dates import parse_date
from booktrack.domain.isbn import is_isbn
from booktrack.domain.languages import language_code
from booktrack.errors import shown
from booktrack.web.problems import Problem

JSON = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]

_KEY = re.compile(r"(?:edition|book)-\d+|B[0-9A-Z]{9}", re.ASCII)
STANDALONE = ("Standalone", "Standalone Books")
PATIENCE = 20.0
"""Seconds for which sources are waited for at most: after 30 the page takes a book off again that
the server may have stored."""


def both(path: str, endpoint: Endpoint, *methods: str) -> list[BaseRoute]:
    """Return routes of a path with and without a slash at its end: a redirect could lead astray."""
    bare = path.rstrip("/")
    named = list(methods) or ["GET"]
    return [Route(bare, endpoint, methods=named), Route(f"{bare}/", endpoint, methods=named)]


async def body_of(request: Request) -> JSON:
    """Return the object in a JSON body; an empty body is an empty object.

    Raises:
        Problem: It is no JSON, or no object.
    """
    content = await request.body()
    if not content.strip():
        return {}
    try:
        given = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, f"the body is no JSON: {error}", code="invalid_json") from None
    if not isinstance(given, dict):
        raise Problem(422, f"the body is an object, not {shown(given)}")
    return given


def told(body: Mapping[str, Any], *names: str) -> Any:
    """Return the first value that says something: a form's "", 0 and null say nothing."""
    for name in names:
        value = body.get(name)
        if isinstance(value, str):
            value = value.strip()
        if value not in (None, "", 0, []) and value is not False:
            return value
    return None


def whole(value: Any) -> Any:
    """Return a number that came as text or as 12.0; the library refuses others."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 16:
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


def number_between(text: str | None, least: int, most: int, default: int) -> int:
    """Return a number of a query, brought between two bounds; anything else is the default."""
    if text is None or not (text.isascii() and text.isdecimal()) or len(text) > 9:
        return default
    return min(most, max(least, int(text)))


def key_of(body: Mapping[str, Any]) -> str | None:
    """Return what names the edition: the ISBN under any of its names, or the shelf's own key."""
    names = ("isbn", "isbn_13", "isbn13", "isbn_10", "isbn10", "asin")
    given = [value for name in names if isinstance(value := told(body, name), str)]
    return next((one for one in given if is_isbn(one)), given[0] if given else None)


def series_name(body: Mapping[str, Any]) -> str | None:
    """Return the series that a book says; the shelf's group of single books is none."""
    name = told(body, "series", "series_name")
    return None if name in STANDALONE else name


def known_book(body: Mapping[str, Any]) -> JSON:
    """Return what a whole book that was sent along tells: what cannot be used is passed over."""
    title = told(body, "title")
    if not isinstance(title, str):
        return {}
    date, pages = told(body, "published_date", "release_date"), whole(told(body, "page_count"))
    cover, language = told(body, "cover_url", "thumbnail_url"), told(body, "language")
    series = series_name(body)
    given: JSON = {
        "title": title,
        "authors": [one for one in _texts(body.get("authors")) if one.strip()],
        "publisher": _text(told(body, "publisher")),
        "release_date": parsed.text
        if isinstance(date, str) and (parsed := parse_date(date[:10]))
        else None,
        "page_count": pages if isinstance(pages, int) and 0 < pages <= 100_000 else None,
        "language": language_code(language) if isinstance(language, str) else None,
        "cover_url": cover if isinstance(cover, str) and cover.startswith("http") else None,
        "series": _text(series),
        "position": position_of(body) if isinstance(series, str) else None,
    }
    return {name: value for name, value in given.items() if value not in (None, [])}


def position_of(body: Mapping[str, Any]) -> float | str | None:
    """Return the position that a form says; 0 is no position where the page shows books."""
    value = told(body, "series_position", "position")
    return value if isinstance(value, (int, float, str)) else None


def form_fields(body: Mapping[str, Any]) -> JSON:
    """Return the fields of a book or volume that a form filled, by the library's names."""
    given = {
        "title": told(body, "title"),
        "subtitle": told(body, "subtitle"),
        "authors": told(body, "authors", "author"),
        "description": told(body, "description"),
        "isbn_13": _isbn(told(body, "isbn_13", "isbn13", "isbn", "isbn_10", "isbn10")),
        "publisher": told(body, "publisher"),
        "release_date": _day(told(body, "published_date", "release_date")),
        "page_count": whole(told(body, "page_count")),
        "cover_url": _outside(told(body, "cover_url")),
        "language": told(body, "language"),
        "format": told(body, "format"),
    }
    return {name: value for name, value in given.items() if value is not None}


def _isbn(value: Any) -> Any:
    """Return an ISBN; the key that a page has for a book without one, sent back, is none."""
    return None if isinstance(value, str) and _KEY.fullmatch(value) else value


def _day(value: Any) -> Any:
    """Return the date of an instant: the page writes "2010-08-31T00:00:00.000Z"."""
    return value.partition("T")[0] if isinstance(value, str) else value


def _outside(address: Any) -> Any:
    """Return a cover's address; that of the library's own picture, sent back, says nothing new."""
    return None if isinstance(address, str) and address.startswith("/api/") else address


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _texts(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [value]
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
