"""Checking what callers give, before anything is changed."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from booktrack.domain.dates import require_date
from booktrack.domain.identifiers import identifier_key, parse_asin
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.models import BookFormat, SeriesKind, Status
from booktrack.domain.positions import Position, parse_position
from booktrack.domain.text import clean
from booktrack.errors import Conflict, InvalidInput, NotFound, shown
from booktrack.services.finding import editions_with_isbn
from booktrack.store.base import Reader

STATUSES: tuple[str, ...] = get_args(Status)
FORMATS: tuple[str, ...] = get_args(BookFormat)
KINDS: tuple[str, ...] = get_args(SeriesKind)
_LONGEST_TEXT = 4_000


def one_of(value: object, allowed: Iterable[str], what: str) -> str:
    """Return the value where it is one of the allowed words.

    Raises:
        InvalidInput: it is not; the message lists the words.
    """
    words = tuple(allowed)
    if not isinstance(value, str) or value not in words:
        raise InvalidInput(
            f"{shown(value)} is not a {what}; use one of: {', '.join(words)}", value=shown(value)
        )
    return value


def text(value: object, what: str) -> str:
    """Return the text cleaned of stray blanks and control characters.

    Raises:
        InvalidInput: it is no text, empty, longer than 4,000 characters or not valid Unicode.
    """
    if not isinstance(value, str):
        raise InvalidInput(f"{what} must be a text, not {shown(value)}", value=shown(value))
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise InvalidInput(f"{what} is not valid Unicode: {shown(value)}") from error
    cleaned = clean(value)
    if not cleaned:
        raise InvalidInput(f"{what} is empty: {shown(value)}", value=shown(value))
    if len(cleaned) > _LONGEST_TEXT:
        raise InvalidInput(
            f"{what} has {len(cleaned)} characters, more than {_LONGEST_TEXT}: {shown(value)}"
        )
    return cleaned


def note(value: object) -> str | None:
    """Return a note as it was written, line breaks included; an empty one is none.

    Raises:
        InvalidInput: it is no text, or longer than 4,000 characters.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"a note is a text, not {shown(value)}")
    if len(value) > _LONGEST_TEXT:
        raise InvalidInput(
            f"the notes of an edition have at most {_LONGEST_TEXT} characters, "
            f"not {len(value)}: {shown(value)}"
        )
    return value.strip() or None


def texts(value: object, what: str) -> list[str]:
    """Return a list of cleaned texts; a single text is a list of one.

    Raises:
        InvalidInput: it is neither a text nor a list of texts.
    """
    if value is None:
        return []
    if isinstance(value, str):
        return [text(value, what)]
    if isinstance(value, (list, tuple)):
        return [text(one, what) for one in value]
    raise InvalidInput(f"{what} must be a text or a list of texts, not {shown(value)}")


def flag(value: object, what: str) -> bool:
    """Return the value where it is true or false.

    Raises:
        InvalidInput: it is neither.
    """
    if not isinstance(value, bool):
        raise InvalidInput(f"{what} is true or false, not {shown(value)}", value=shown(value))
    return value


def whole(value: object, what: str, *, least: int, most: int = 1_000_000) -> int:
    """Return the number.

    Raises:
        InvalidInput: it is no whole number, or out of the range.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InvalidInput(
            f"{what} must be a whole number from {least} to {most}, not {shown(value)}",
            value=shown(value),
        )
    return value


def amount(value: object, what: str) -> float | None:
    """Return an amount of money as a float, None for None.

    Raises:
        InvalidInput: it is no finite number, or below zero.
    """
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e9:
        raise InvalidInput(
            f"{what} must be a number of 0 or more, below a thousand million, not {shown(value)}"
        )
    return abs(float(value))  # there is a -0.0


def currency(value: object) -> str | None:
    """Return the three-letter code of a currency in capitals, None for None.

    Raises:
        InvalidInput: it is none.
    """
    if value is None:
        return None
    code = value.strip().upper() if isinstance(value, str) else ""
    if len(code) != 3 or not (code.isascii() and code.isalpha()):
        raise InvalidInput(f"a currency is a code such as EUR, not {shown(value)}")
    return code


def web_address(value: object, what: str) -> str | None:
    """Return an http or https address, None for None.

    Raises:
        InvalidInput: it is none; other schemes can run code in a page or read local files.
    """
    if value is None:
        return None
    address = text(value, what)
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise InvalidInput(f"{what} is no address: {shown(address)}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput(f"{what} is an http or https address, not {shown(address)}")
    return address


def date(value: object) -> str | None:
    """Return a partial date as text: "2010", "2010-08" or "2010-08-31"; a `datetime.date` is one.

    Raises:
        InvalidDate: it is none of these.
    """
    if isinstance(value, datetime.date):
        return value.isoformat()[: len("2010-08-31")]
    return None if value is None else require_date(value).text  # type: ignore[arg-type]  # checked there


def position(value: object) -> Position | None:
    """Return the place in a series.

    Raises:
        InvalidPosition: it is no place such as 1, 1.5 or 1-3.
    """
    return None if value is None else parse_position(value)  # type: ignore[arg-type]  # checked there


# An id has fewer digits, an ISBN has 13.
_LARGEST_NUMBER = 10**15


def called(edition: object) -> str:
    """Return what an edition was called, as the history tells it: on one line, never long."""
    return shown(edition, 40).strip("'\"")


def edition_id(reader: Reader, edition: object) -> int:
    """Return the id of an edition that is named by its id, its ISBN or its ASIN.

    A number of up to nine digits is an id; ten or thirteen digits are an ISBN.

    Raises:
        InvalidISBN: it is a text, but neither an ISBN nor an ASIN.
        InvalidInput: it is neither a number nor a text.
        NotFound: the library has no such edition.
    """
    if isinstance(edition, bool) or not isinstance(edition, (int, str)):
        raise InvalidInput(f"an edition is named by its id or its ISBN, not by {shown(edition)}")
    if isinstance(edition, int) and abs(edition) >= _LARGEST_NUMBER:
        raise InvalidInput(f"neither an edition's id nor an ISBN: {shown(edition)}")
    if isinstance(edition, int) and edition < 10**9:
        if reader.get("editions", edition) is None:
            raise NotFound(f"the library has no edition {edition}", table="editions", id=edition)
        return edition
    asin = parse_asin(str(edition))
    if asin is not None:
        found = reader.find("identifier", identifier_key("asin", asin))
        if not found:
            raise NotFound(f"the library has no edition with the ASIN {asin}", asin=asin)
        return found[0]
    isbn = parse_isbn(str(edition))
    found = editions_with_isbn(reader, isbn)
    if not found:
        raise NotFound(f"the library has no edition with the ISBN {isbn}; add it first", isbn=isbn)
    return found[0]


def known_fields(changes: Mapping[str, Any], allowed: Iterable[str], what: str) -> None:
    """Refuse changes to fields that do not exist.

    Raises:
        InvalidInput: nothing is to be changed, or a field is not one of the allowed.
    """
    names = sorted(allowed)
    if not changes:
        raise InvalidInput(f"nothing to change; a {what} has the fields {', '.join(names)}")
    for name in changes:
        if name not in names:
            raise InvalidInput(
                f"a {what} has no field {shown(name)}; it has {', '.join(names)}", field=name
            )


def file_path(value: object, what: str) -> Path:
    """Return the path of a file.

    Raises:
        InvalidInput: it is none.
    """
    text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else None
    if not isinstance(text, str) or not _can_be_a_path(text):
        raise InvalidInput(f"{what} is named by a path, not by {shown(value)}")
    # Not Path.expanduser, which fails where ~ names nobody; a file may be called so.
    return Path(os.path.expanduser(text))


_LONGEST_PATH = 4_096  # bytes, as Linux allows


def _can_be_a_path(text: str) -> bool:
    try:
        return 0 < len(os.fsencode(text)) < _LONGEST_PATH and "\0" not in text
    except UnicodeEncodeError:
        return False


_OWN_FILES = ("", ".journal", ".history", ".lock", ".secrets")


def not_of_library(target: Path, library: Path) -> Path:
    """Return a file to write, which is none of those that a library consists of.

    Raises:
        Conflict: it is one, or no ordinary file: root could put one in the place of /dev/null.
    """
    real = Path(os.path.realpath(target))
    if real in {library.with_name(library.name + ending) for ending in _OWN_FILES}:
        text = f"{target} belongs to the library itself; name another file"
        raise Conflict(text, path=str(target))
    if real.exists() and not real.is_file():
        text = f"{target} is there already and no ordinary file; name another file"
        raise Conflict(text, path=str(target))
    return target
