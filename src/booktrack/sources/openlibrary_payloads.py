"""Open Library's payloads as models, and the ways in which one field is written.

Anybody edits Open Library: a text may be a string or `{"type": "/type/text", "value": ...}`, a
reference `{"key": ...}`, `{"author": {"key": ...}}` or a bare key, and every field may be missing.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from booktrack.domain.dates import parse_date
from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.text import clean

_DIGITS = re.compile(r"\s*(\d{1,6})\b")


def _text(value: Any) -> str | None:
    if isinstance(value, dict) and "value" in value:
        value = value["value"]
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("a text is due")
    return value.strip() or None


def _line(value: Any) -> str | None:
    text = _text(value)
    return clean(text) or None if text else None


def _lines(value: Any) -> list[str]:
    """Read a list of texts; a single text and `{"name": ...}` items occur too."""
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    lines = (_line(item.get("name") if _is_named(item) else item) for item in items)
    return [line for line in lines if line]


def _is_named(item: Any) -> bool:
    return isinstance(item, dict) and "name" in item


def _key(value: Any) -> str | None:
    """Read a reference: "/authors/OL1A" out of any of its shapes."""
    while isinstance(value, dict):
        value = value.get("key") or value.get("author") or value.get("series")
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("a key is due")
    return value


def _keys(value: Any) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("a list of keys is due")
    return [key for key in map(_key, value) if key]


def _number(value: Any) -> int | None:
    if isinstance(value, str):
        digits = _DIGITS.match(value)
        value = int(digits.group(1)) if digits else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("a number is due")
    return value if 0 < value <= 100_000 else None


def _cover_ids(value: Any) -> list[int]:
    """Read cover ids; -1 and null stand for none."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError("a list of numbers is due")
    return [one for one in value if isinstance(one, int) and one > 0]


def _identifiers(value: Any) -> dict[str, list[str]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ValueError("identifiers by scheme are due")
    return {str(scheme): _lines(values) for scheme, values in value.items()}


Text = Annotated[str | None, BeforeValidator(_text)]
Line = Annotated[str | None, BeforeValidator(_line)]
Lines = Annotated[list[str], BeforeValidator(_lines)]
Key = Annotated[str | None, BeforeValidator(_key)]
Keys = Annotated[list[str], BeforeValidator(_keys)]
Number = Annotated[int | None, BeforeValidator(_number)]
CoverIds = Annotated[list[int], BeforeValidator(_cover_ids)]
Identifiers = Annotated[dict[str, list[str]], BeforeValidator(_identifiers)]


class Payload(BaseModel):
    """Unknown fields are the ordinary case here: they are left out."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class Thing(Payload):
    """What every record begins with; a merged one points to another, a deleted one to none."""

    key: Line = None
    type: Key = None
    location: Any = None
    """Of a redirect the new key. Editions use the same name for a shelf mark."""


class Person(Payload):
    """An item of `contributors`."""

    name: Line = None
    role: Line = None


class NamedKey(Payload):
    """An author inside an edition; `jscmd=details` and `data` bring the name along."""

    key: Key = None
    name: Line = None


def _named_keys(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    named = []
    for item in value:
        if isinstance(item, dict) and "name" in item:
            named.append({"key": item.get("key"), "name": item["name"]})
        elif item is not None:
            named.append({"key": item})
    return named


class EditionPayload(Thing):
    """An edition as `/books`, `/isbn`, `/works/../editions` and `/api/books` give it."""

    title: Line = None
    title_prefix: Line = None
    full_title: Line = None
    subtitle: Line = None
    authors: Annotated[list[NamedKey], BeforeValidator(_named_keys)] = Field(default_factory=list)
    contributors: list[Person] = Field(default_factory=list)
    other_titles: Lines = Field(default_factory=list)
    series: Lines = Field(default_factory=list)
    isbn_10: Lines = Field(default_factory=list)
    isbn_13: Lines = Field(default_factory=list)
    isbn: Lines = Field(default_factory=list)
    identifiers: Identifiers = Field(default_factory=dict)
    oclc_numbers: Lines = Field(default_factory=list)
    lccn: Lines = Field(default_factory=list)
    physical_format: Line = None
    publishers: Lines = Field(default_factory=list)
    publish_date: Line = None
    number_of_pages: Number = None
    languages: Keys = Field(default_factory=list)
    covers: CoverIds = Field(default_factory=list)
    works: Keys = Field(default_factory=list)
    description: Text = None

    @property
    def isbns(self) -> list[str]:
        """The ISBN-13s that it carries, its own first, the wrong ones left out."""
        written = [
            *self.isbn_13,
            *self.isbn_10,
            *self.isbn,
            *self.identifiers.get("isbn_13", []),
            *self.identifiers.get("isbn_10", []),
        ]
        return list(dict.fromkeys(parse_isbn(text) for text in written if is_isbn(text)))

    @property
    def whole_title(self) -> str | None:
        """The title with the article that old records keep apart ("The " + "idiot")."""
        if not self.title or not self.title_prefix:
            return self.title or self.full_title
        blank = "" if self.title_prefix.endswith(("'", "’")) else " "
        return f"{self.title_prefix}{blank}{self.title}"

    @property
    def released(self) -> str | None:
        """The date of publication, no more precise than it is written."""
        found = parse_date(self.publish_date) if self.publish_date else None
        return found.text if found else None


class SeriesLink(Payload):
    """An item of a work's `series`: the new form, by key."""

    series: Key = None
    position: Line = None


def _series_links(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [item for item in value if isinstance(item, dict)]


class WorkPayload(Thing):
    """A work."""

    title: Line = None
    subtitle: Line = None
    authors: Keys = Field(default_factory=list)
    first_publish_date: Line = None
    description: Text = None
    subjects: Lines = Field(default_factory=list)
    covers: CoverIds = Field(default_factory=list)
    series: Annotated[list[SeriesLink], BeforeValidator(_series_links)] = Field(
        default_factory=list
    )


class AuthorPayload(Thing):
    """An author, or a series: both are asked for their name."""

    name: Line = None
    personal_name: Line = None


class EditionsPage(Payload):
    """A page of a work's editions; each entry is read by itself, so that one bad one is one."""

    entries: list[Any]
    size: Number = None


class FoundEditions(Payload):
    """The editions that a search names for a work, where it was asked to."""

    docs: list[EditionDoc] = Field(default_factory=list)


class EditionDoc(Payload):
    """An edition inside a search answer."""

    key: Line = None
    title: Line = None
    isbn: Lines = Field(default_factory=list)
    language: Lines = Field(default_factory=list)
    publisher: Lines = Field(default_factory=list)
    publish_date: Lines = Field(default_factory=list)
    format: Lines = Field(default_factory=list)
    cover_i: Number = None


class WorkDoc(Payload):
    """A work in a search answer; names and keys of authors and series are parallel lists."""

    key: Line = None
    title: Line = None
    subtitle: Line = None
    author_name: Lines = Field(default_factory=list)
    author_key: Lines = Field(default_factory=list)
    first_publish_year: Number = None
    subject: Lines = Field(default_factory=list)
    series_name: Lines = Field(default_factory=list)
    series_position: list[Any] = Field(default_factory=list)
    editions: FoundEditions | None = None


class SearchPage(Payload):
    """A search answer."""

    docs: list[WorkDoc]


FoundEditions.model_rebuild()
WorkDoc.model_rebuild()
SearchPage.model_rebuild()
