"""The documents of the library: what each table of `library.json` holds.

The names are the specification's: a Book is the work, an Edition is one ISBN or ASIN, a
UserEditionStatus says that somebody owns or wants it. Ids are the integers of TinyDB and stand
outside the document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from booktrack.errors import InvalidDocument, shown

Status = Literal["own", "want", "missing"]
BookFormat = Literal["hardcover", "paperback", "ebook", "audiobook", "comic", "unknown"]
ReadingStatus = Literal["want_to_read", "reading", "paused", "finished", "abandoned"]
# A publisher's line ("African Writers Series, 119") numbers other people's books.
SeriesKind = Literal["novel", "light_novel", "manga", "comic", "publisher_line", "unknown"]
PublicationStatus = Literal[
    "finished", "releasing", "hiatus", "cancelled", "not_yet_released", "unknown"
]
Slot = Literal["main", "side", "special"]

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
DateText = Annotated[str, StringConstraints(pattern=r"^-?\d{4}(-\d{2}(-\d{2})?)?$")]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Part(BaseModel):
    """A part of a document; unknown fields are refused, so that a typo is never kept."""

    # Built when first used: the command starts sooner, and most runs need a few models only.
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class Claim(Part):
    """What one record said of one field."""

    value: Any
    source: str
    record: str | None = None
    at: str | None = None


class Origin(Part):
    """The record that the values of `fields` come from, and when it was read."""

    source: str
    record: str | None = None
    at: str | None = None
    fields: list[str]


class Contributor(Part):
    """A person or group that had a part in the book, with the role as the source words it."""

    name: Text
    role: str | None = None


class Membership(Part):
    """The place of a book in a series.

    `position` is the printed text ("1", "1.5", "1-3") or None where it is not known; `covers`
    lists the whole main positions that it fills.
    """

    series_id: int
    position: str | None = None
    label: str | None = None
    sort_key: list[Any] = Field(default_factory=list)
    covers: list[str] = Field(default_factory=list)
    coverage: Literal["whole", "part"] = "whole"
    slot: Slot = "main"
    needs_review: bool = False
    reasons: list[str] = Field(default_factory=list)
    locked: bool = False


class Document(Part):
    """A document of one table; `dump` gives what is stored."""

    table: ClassVar[str]
    always: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def check(cls, document: dict[str, Any]) -> Self:
        """Return the document as a model.

        Raises:
            InvalidDocument: a field is missing, unknown or of the wrong kind.
        """
        try:
            return cls.model_validate(document)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InvalidDocument(
                f"{cls.__name__}.{field}: {first['msg']}, got {shown(first.get('input'))}",
                table=cls.table,
                field=field,
            ) from error

    def dump(self) -> dict[str, Any]:
        """Return the JSON form: the specification's fields always, others where they say something.

        What a person reads first stands first; where values come from stands last.
        """
        # Not `model_dump`, which makes every field, of which most say nothing, and all its parts.
        told = self.__dict__
        return {
            name: _plain(told[name], _lean)
            for name in self._order()
            if (told[name] is not None and not _is_empty(told[name])) or name in self.always
        }

    @classmethod
    def _order(cls) -> list[str]:
        if cls not in _ORDER:
            last = Sourced.model_fields if issubclass(cls, Sourced) else {}
            _ORDER[cls] = [*(name for name in cls.model_fields if name not in last), *last]
        return _ORDER[cls]


_ORDER: dict[type[Document], list[str]] = {}


def _plain(value: Any, form: Callable[[dict[str, Any]], dict[str, Any]] = dict) -> Any:
    """Return the JSON form of a value, which shares nothing; `form` is that of parts in lists."""
    if type(value) is str or value is None or isinstance(value, (int, float)):
        return value
    if isinstance(value, str):
        return str(value)  # of a subclass, which JSON encoders refuse
    if isinstance(value, (list, tuple)):
        return [
            one
            if type(one) is str
            else _plain(form(one.__dict__) if isinstance(one, Part) else one)
            for one in value
        ]
    fields = value.__dict__ if isinstance(value, Part) else value
    return {name: _plain(part) for name, part in fields.items()}


def _lean(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part without those that say nothing."""
    return {
        name: value for name, value in fields.items() if not _is_empty(value) or name == "value"
    }


def _is_empty(value: Any) -> bool:
    # A price of 0 says something, though 0 == False.
    return not value and (value is None or value is False or value == [] or value == {})


class Sourced(Document):
    """A document whose values come from records: who said what, and what was said otherwise."""

    origins: list[Origin] = Field(default_factory=list)
    alternatives: dict[str, list[Claim]] = Field(default_factory=dict)
    locked: list[str] = Field(default_factory=list)
    updated_at: str | None = None


class Book(Sourced):
    """A work: what its editions have in common."""

    table = "books"
    always = frozenset(
        {"title", "authors", "series_name", "series_position", "openlibrary_id", "google_books_id"}
    )

    title: Text
    subtitle: str | None = None
    authors: list[str] = Field(default_factory=list)
    contributors: list[Contributor] = Field(default_factory=list)
    alternate_titles: list[str] = Field(default_factory=list)
    # The primary membership once more, as the specification names it: kept in step on writing.
    series_name: str | None = None
    series_position: str | None = None
    memberships: list[Membership] = Field(default_factory=list)
    # Series that the user took the book out of: no title or source puts it back.
    not_in_series: list[int] = Field(default_factory=list)
    openlibrary_id: str | None = None
    google_books_id: str | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    description: str | None = None
    genres: list[str] = Field(default_factory=list)
    first_published: DateText | None = None
    added_at: str | None = None


class Edition(Sourced):
    """One published form of a book: one ISBN or ASIN, or none."""

    table = "editions"
    always = frozenset(
        {
            "isbn_10",
            "isbn_13",
            "book_id",
            "book_format",
            "publisher",
            "release_date",
            "cover_url",
            "price",
            "source",
        }
    )

    book_id: int
    isbn_10: str | None = None
    isbn_13: str | None = None
    asin: str | None = None
    title: str | None = None
    book_format: BookFormat = "unknown"
    format_detail: str | None = None
    publisher: str | None = None
    release_date: DateText | None = None
    language: str | None = None
    page_count: Annotated[int, Field(gt=0)] | None = None
    duration_minutes: Annotated[int, Field(gt=0)] | None = None
    cover_url: str | None = None
    price: Amount | None = None
    currency: str | None = None
    source: str | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    # When each source last answered a question on this edition, be it with "no such book".
    asked: dict[str, str] = Field(default_factory=dict)
    # Since when a refresh is asking a source for this edition: others leave it alone meanwhile.
    asking: dict[str, str] = Field(default_factory=dict)


class UserEditionStatus(Document):
    """What one user says of one edition."""

    table = "statuses"
    always = frozenset({"user_id", "edition_id", "status", "notes"})

    user_id: int
    edition_id: int
    status: Status
    notes: str | None = None
    shelves: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    copies: Annotated[int, Field(ge=1, le=100_000)] | None = None
    condition: str | None = None
    location: str | None = None
    acquired_date: DateText | None = None
    price_paid: Amount | None = None
    price_paid_currency: str | None = None
    signed: bool = False
    loaned_to: str | None = None
    loaned_since: DateText | None = None
    source: str | None = None
    # What each export file said last, so that importing it again never undoes a later edit.
    imported: dict[str, dict[str, Any]] = Field(default_factory=dict)
    updated_at: str | None = None


class Reading(Document):
    """One reading of a book by one user; a re-read is a second one."""

    table = "readings"
    always = frozenset({"user_id", "book_id", "status"})

    user_id: int
    book_id: int
    edition_id: int | None = None
    status: ReadingStatus
    started_at: DateText | None = None
    finished_at: DateText | None = None
    rating: Annotated[float, Field(ge=0.5, le=5)] | None = None
    review: str | None = None
    page: Annotated[int, Field(ge=0)] | None = None
    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    minutes: Annotated[int, Field(ge=0)] | None = None
    read_count: Annotated[int, Field(ge=0)] | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    source: str | None = None
    imported: dict[str, dict[str, Any]] = Field(default_factory=dict)
    updated_at: str | None = None


class Alias(Part):
    """Another name of a series."""

    name: Text
    script: str | None = None
    language: str | None = None


class Total(Part):
    """What one source said of the number of volumes, and when."""

    value: Annotated[int, Field(ge=0, le=100_000)]
    scope: Literal["main", "all"] = "main"
    edition_line: str | None = None
    language: str | None = None
    source: str
    seen_at: str | None = None


class Override(Part):
    """What a user said instead of the sources."""

    value: Any
    who: int | None = None
    at: str | None = None
    why: str | None = None


class KnownVolume(Part):
    """A volume that a source lists, whether or not a book of it is in the library.

    `position` is None for what stands outside the numbering; `label` then names it.
    """

    position: str | None = None
    label: str | None = None
    title: str | None = None
    release_date: DateText | None = None
    cover_url: str | None = None
    isbn_13: str | None = None
    slot: Slot = "main"
    source: str
    seen_at: str | None = None


class Report(Part):
    """What a user says is wrong about a series, with the right values where they are known."""

    problem: Text
    values: dict[str, Any] = Field(default_factory=dict)
    origin: str | None = None
    who: int | None = None
    at: str


class Series(Document):
    """Volumes that belong together; its id, not its name, is its identity."""

    table = "series"
    always = frozenset({"name", "kind", "tracked"})

    name: Text
    aliases: list[Alias] = Field(default_factory=list)
    kind: SeriesKind = "unknown"
    edition_line: str | None = None
    publication_status: PublicationStatus = "unknown"
    tracked: bool = True
    authors: list[str] = Field(default_factory=list)
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    totals: list[Total] = Field(default_factory=list)
    overrides: dict[str, Override] = Field(default_factory=dict)
    volumes: list[KnownVolume] = Field(default_factory=list)
    reports: list[Report] = Field(default_factory=list)
    asked: dict[str, str] = Field(default_factory=dict)
    updated_at: str | None = None


class Import(Document):
    """One import that was carried out: the file's fingerprint and what it did."""

    table = "imports"
    always = frozenset({"format", "rows"})

    format: str
    fingerprint: str
    user_id: int
    at: str
    rows: int
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    failed: int = 0
    # Editions that earlier files of the format held and this one lacked: reported once.
    vanished: list[int] = Field(default_factory=list)


MODELS: dict[str, type[Document]] = {
    model.table: model for model in (Book, Edition, UserEditionStatus, Reading, Series, Import)
}
