"""The answers on books, editions and series, as the OpenAPI document tells them.

They are models of what `Library` returns and change nothing of it: what is sent is the function's
own dict. Every field that is named here is there; tests hold the answers against them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Date = Annotated[str, Field(description="2010, 2010-08 or 2010-08-31.", examples=["2010-08-31"])]
Instant = Annotated[str, Field(description="ISO 8601.", examples=["2026-11-22T12:00:00Z"])]
Status = Literal["own", "want", "missing"]
Format = Literal["hardcover", "paperback", "ebook", "audiobook", "comic", "unknown"]
Place = Annotated[
    int | float | None, Field(description="Where it is a number; else see the label.")
]


class Answer(BaseModel):
    """An answer, or a part of one; a later version may add fields."""

    model_config = ConfigDict(extra="ignore", defer_build=True)


class Cover(Answer):
    """A picture that the library keeps; its address is /api/v1/covers/{sha256}."""

    sha256: str
    width: int
    height: int
    uploaded: bool


class Copy(Answer):
    """What the user owns of an edition."""

    copies: int
    condition: str | None
    location: str | None
    acquired_date: Date | None
    price_paid: float | None
    price_paid_currency: str | None
    signed: bool
    loaned_to: str | None
    loaned_since: Date | None


class Edition(Answer):
    """One ISBN or ASIN."""

    id: int
    book_id: int
    isbn_13: str | None
    isbn_10: str | None
    asin: str | None
    format: Format
    format_detail: str | None
    publisher: str | None
    release_date: Date | None
    language: str | None
    page_count: int | None
    cover_url: str | None
    price: float | None
    currency: str | None
    source: str | None
    status: Status
    notes: str | None
    shelves: list[str]
    tags: list[str]
    copy_: Annotated[Copy | None, Field(alias="copy")]


class SeriesPlace(Answer):
    """A further series that a book belongs to."""

    series: str | None
    series_id: int | None
    series_position: Place
    series_position_label: str | None


class Series(Answer):
    """A series without its volumes. Positions are texts."""

    id: int
    name: str
    aliases: list[str]
    kind: str
    edition_line: str | None
    publication_status: str | None
    authors: list[str]
    tracked: bool
    total: int | None
    total_source: str | None
    total_disagreements: list[Any]
    disagreements: Any
    overrides: dict[str, Any]
    completeness: Literal["complete", "incomplete", "unknown_total", "contradiction"]
    percent: float | None
    contradiction: str | None
    owned_count: Count
    owned: list[str]
    wanted: list[str]
    missing: list[str]
    announced: list[str]
    excluded: list[str]


class Volume(Answer):
    """A volume of a series; its status follows from the editions."""

    position: str | None
    label: str | None
    slot: str
    title: str | None
    release_date: Date | None
    cover_url: str | None
    status: str
    book_ids: list[int]
    edition_ids: list[int]


class SeriesWithVolumes(Series):
    """A series with its volumes."""

    volumes: list[Volume]


class Book(Answer):
    """A work with its editions."""

    id: int
    title: str
    subtitle: str | None
    authors: list[str]
    series: str | None
    series_id: int | None
    series_position: Place
    series_position_label: str | None
    more_series: list[SeriesPlace]
    openlibrary_id: str | None
    google_books_id: str | None
    alternate_titles: list[str]
    editions: list[Edition]
    series_info: Series | None
    sources: list[str]
    incomplete: Annotated[list[str], Field(description="The fields of which nothing is known.")]
    updated_at: Instant | None


class SourceState(Answer):
    """How it went with one source."""

    code: str


Sources = dict[str, SourceState]


class FoundBook(Book):
    """A book, with whom was asked about it."""

    asked: Sources


class Match(Answer):
    """Why a book was found."""

    score: Annotated[float, Field(ge=0, le=1)]
    field: str
    text: str | None
    how: str


class Hit(Book):
    """A book that answers a question."""

    match: Match


class Found(Answer):
    """What a search found."""

    query: dict[str, Any]
    results: list[Hit]
    series: list[Any]
    candidates: Annotated[list[Any], Field(description="Records of sources, not stored yet.")]
    sources: Sources
    suggestions: list[str]


class Paged(Answer):
    """One page."""

    total: Count
    limit: Count
    offset: Count


class Books(Paged):
    """A page of books."""

    books: list[Book]


class SeriesPage(Paged):
    """A page of series."""

    series: list[Series]


class Removed(Answer):
    """What was removed, by table."""

    id: int
    removed: dict[str, int]


class Marked(Answer):
    """Editions after marking them."""

    total: Count
    changed: Count
    editions: list[Edition]


class Value(Answer):
    """A value with who said it."""

    value: Any
    source: str
    record: str | None
    at: Instant | None


class SaidValue(Value):
    """The value in use, and what others say instead."""

    locked: bool
    rejected: list[Any]


class EditionProvenance(Answer):
    """Who said each value of an edition."""

    id: int
    fields: dict[str, SaidValue]


class Provenance(Answer):
    """Who said each value of a book."""

    book: dict[str, SaidValue]
    editions: list[EditionProvenance]


class EditionCandidates(Answer):
    """The fields of an edition on which sources differ."""

    id: int
    fields: dict[str, list[Any]]


class Candidates(Answer):
    """The fields on which sources differ, the value in use first."""

    book: dict[str, list[Any]]
    editions: list[EditionCandidates]


class Pair(Answer):
    """Two books that look like one."""

    books: Annotated[list[Book], Field(min_length=2, max_length=2)]
    score: float
    verdict: str
    penalties: dict[str, float]
    fix: dict[str, Any]


class Pairs(Paged):
    """A page of pairs, surest first."""

    pairs: list[Pair]
