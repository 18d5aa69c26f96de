"""Hardcover's answers as models: most fields may be null, a search answers in other shapes."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from pydantic import BeforeValidator, Field

from booktrack.domain.dates import PartialDate, parse_date
from booktrack.domain.formats import book_format
from booktrack.domain.languages import language_code
from booktrack.domain.models import BookFormat, Contributor
from booktrack.domain.positions import try_position
from booktrack.sources.fields import (
    Address,
    Count,
    Items,
    Key,
    Line,
    Lines,
    Markup,
    Payload,
    Title,
    each_once,
    isbns_in,
)

_MAX_GENRES = 15
_READING_FORMATS: dict[int | None, BookFormat] = {2: "audiobook", 4: "ebook"}


def _place(value: Any) -> float | None:
    if isinstance(value, str):
        value = float(value)  # pydantic takes its ValueError for a refusal
    if isinstance(value, bool) or not isinstance(value, int | float | None):
        raise ValueError("a number is due")
    return value


def _genres(tags: Any) -> list[str]:
    """Read `{"Genre": [{"tag": "Romance", "count": 7}], "Mood": ...}`."""
    found = tags.get("Genre") if isinstance(tags, dict) else None
    tags = found if isinstance(found, list) else []
    named = [one.get("tag") for one in tags if isinstance(one, dict)]
    return [name for name in named if isinstance(name, str)]


def told_day(text: str | None) -> str | None:
    """Return a release date, of 1 January the year alone.

    The column holds whole days only, so a book of which the year is known stands on its first
    day: "All Systems Red", of May 2017, on 2017-01-01. Few books come out on a New Year's Day,
    and of those the year is true as well.
    """
    found = parse_date(text) if text else None
    if found is not None and (found.month, found.day) == (1, 1):
        return PartialDate(found.year).text
    return found.text if found else None


class Named(Payload):
    """A publisher, a person or a series by name."""

    id: Key = None
    name: Line = None


class Picture(Payload):
    """A picture."""

    url: Address = None


class Language(Payload):
    """A language."""

    language: Line = None
    code2: Line = None
    code3: Line = None


class Contribution(Payload):
    """What a person did; older data says nothing of authors."""

    contribution: Line = None
    author: Named | None = None

    @property
    def person(self) -> Contributor | None:
        """The person, authors without a role."""
        if self.author is None or self.author.name is None:
            return None
        is_author = (self.contribution or "author").lower() == "author"
        return Contributor(name=self.author.name, role=None if is_author else self.contribution)


class Place(Payload):
    """A book's place in a series; `details` is "1-3" where `position` is the first number."""

    position: Annotated[float | None, BeforeValidator(_place)] = None
    details: Line = None
    featured: bool | None = None
    compilation: bool | None = None
    series: Named | None = None

    @property
    def text(self) -> str | None:
        """The position as it is printed."""
        written, number = try_position(self.details), try_position(self.position)
        if written is not None and written.start != written.end:
            return written.text
        found = number or written
        return found.text if found else None


class Edition(Payload):
    """An edition; the work may come with it."""

    id: Key = None
    title: Line = None
    isbn_13: Line = None
    isbn_10: Line = None
    asin: Line = None
    edition_format: Line = None
    physical_format: Line = None
    reading_format_id: Count = None
    pages: Count = None
    audio_seconds: Count = None
    release_date: Line = None
    publisher: Named | None = None
    language: Language | None = None
    image: Picture | None = None
    book: Book | None = None

    @property
    def isbns(self) -> list[str]:
        """The ISBN-13s that it carries; the two columns need not agree."""
        return isbns_in((self.isbn_13, self.isbn_10))

    @property
    def format_words(self) -> str | None:
        """How librarians worded the format."""
        return self.edition_format or self.physical_format

    @property
    def book_format(self) -> BookFormat:
        """The format; `reading_format_id` is asked last, recordings are found filed as ebooks."""
        if self.audio_seconds:
            return "audiobook"
        worded = book_format(self.format_words)
        if worded != "unknown":
            return worded
        return _READING_FORMATS.get(self.reading_format_id, "unknown")

    @property
    def language_code(self) -> str | None:
        """The language in two letters."""
        told = self.language
        names = (told.code2, told.code3, told.language) if told else ()
        return next((code for name in names if (code := language_code(name))), None)


class Book(Payload):
    """A work; one that was merged into another names it in `canonical_id`."""

    id: Key = None
    canonical_id: Key = None
    slug: Line = None
    title: Title
    subtitle: Line = None
    description: Markup = None
    release_date: Line = None
    is_partial_book: bool | None = None
    image: Picture | None = None
    cached_tags: Annotated[list[str], BeforeValidator(_genres)] = Field(default_factory=list)
    contributions: Items[Contribution]
    book_series: Items[Place]
    editions: Items[Any]

    @property
    def people(self) -> list[Contributor]:
        """The people, each once for each part."""
        return people_of(self.contributions)

    @property
    def genres(self) -> list[str]:
        """What readers file it under."""
        return each_once(self.cached_tags)[:_MAX_GENRES]


class SeriesBook(Place):
    """A book as its series lists it."""

    book: Book | None = None


class Series(Payload):
    """A series; `primary_books_count` is the number of whole positions."""

    id: Key
    name: Title
    slug: Line = None
    is_completed: bool | None = None
    primary_books_count: Count = None
    author: Named | None = None
    book_series: Items[SeriesBook]


class Document(Payload):
    """What a search tells of a book; ids are texts here, and genres differ by case alone."""

    id: Key
    slug: Line = None
    title: Title
    subtitle: Line = None
    description: Markup = None
    author_names: Lines = Field(default_factory=list)
    alternative_titles: Lines = Field(default_factory=list)
    contributions: Items[Contribution]
    featured_series: Place | None = None
    series_names: Lines = Field(default_factory=list)
    genres: Lines = Field(default_factory=list)
    release_date: Line = None

    @property
    def people(self) -> list[Contributor]:
        """The people; some hits name their authors only."""
        named = [Contributor(name=name) for name in each_once(self.author_names)]
        return people_of(self.contributions) or named


class Hit(Payload):
    """What is needed of a hit to ask for the whole."""

    id: Key


def people_of(contributions: list[Contribution]) -> list[Contributor]:
    """Return the people, each once for each part that they had."""
    people = [one.person for one in contributions]
    return [one for i, one in enumerate(people) if one is not None and one not in people[:i]]


def hits_in(results: Any) -> list[Any] | None:
    """Return the documents of a search, None where they are not to be found.

    `results` is Typesense's answer, an object or the same as a JSON text.
    """
    if isinstance(results, str):
        try:
            results = msgspec.json.decode(results)
        except msgspec.DecodeError:
            return None
    hits = results.get("hits") if isinstance(results, dict) else None
    if not isinstance(hits, list):
        return None
    return [hit.get("document") if isinstance(hit, dict) else hit for hit in hits]


Edition.model_rebuild()
