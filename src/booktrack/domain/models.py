"""The documents of the library: what each table of `library.json` holds.

The names are the specification's: a Book is the work, an Edition is one ISBN or ASIN, a
UserEditionStatus says that somebody owns or wants it. Ids are the integers of TinyDB and stand
outside the document.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from booktrack.domain.documents import Amount, DateText, Document, Part, Text

Status = Literal["own", "want", "missing"]
BookFormat = Literal["hardcover", "paperback", "ebook", "audiobook", "comic", "unknown"]
ReadingStatus = Literal["want_to_read", "reading", "paused", "finished", "abandoned"]
# A publisher's line ("African Writers Series, 119") numbers other people's books.
SeriesKind = Literal["novel", "light_novel", "manga", "comic", "publisher_line", "unknown"]
PublicationStatus = Literal[
    "finished", "releasing", "hiatus", "cancelled", "not_yet_released", "unknown"
]
Slot = Literal["main", "side", "special"]


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


class Sourced(Document):
    """A document whose values come from records: who said what, and what was said otherwise."""

    origins: list[Origin] = Field(default_factory=list)
    alternatives: dict[str, list[Claim]] = Field(default_factory=dict)
    locked: list[str] = Field(default_factory=list)
    updated_at: str | None = None

    last = frozenset({"origins", "alternatives", "locked", "updated_at"})


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


class Session(Part):
    """One sitting with a book."""

    date: DateText
    minutes: Annotated[int, Field(ge=0)] | None = None
    from_page: Annotated[int, Field(ge=0)] | None = None
    to_page: Annotated[int, Field(ge=0)] | None = None
    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    # Where an audiobook was left; `minutes` is the time that was spent.
    at_minute: Annotated[int, Field(ge=0)] | None = None
    chapter: Annotated[int, Field(ge=0)] | None = None
    note: str | None = None


class Reading(Document):
    """One reading of a book by one user; a re-read is a second one."""

    table = "readings"
    always = frozenset({"user_id", "book_id", "status"})

    user_id: int
    book_id: int
    edition_id: int | None = None
    status: ReadingStatus
    started_at: DateText | None = None
    # When it was finished, or given up.
    finished_at: DateText | None = None
    paused_at: DateText | None = None
    rating: Annotated[float, Field(ge=0.5, le=5)] | None = None
    review: str | None = None
    page: Annotated[int, Field(ge=0)] | None = None
    percent: Annotated[float, Field(ge=0, le=100)] | None = None
    minutes: Annotated[int, Field(ge=0)] | None = None
    chapter: Annotated[int, Field(ge=0)] | None = None
    sessions: list[Session] = Field(default_factory=list)
    read_count: Annotated[int, Field(ge=0)] | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    source: str | None = None
    imported: dict[str, dict[str, Any]] = Field(default_factory=dict)
    updated_at: str | None = None


class Goal(Document):
    """What a user wants to have read in a year."""

    table = "goals"
    always = frozenset({"user_id", "year", "books"})

    user_id: int
    year: Annotated[int, Field(ge=1, le=9999)]
    books: Annotated[int, Field(ge=1, le=100_000)]
    updated_at: str | None = None


class PriceSeen(Document):
    """What an edition cost at one time."""

    table = "prices"
    always = frozenset({"edition_id", "price", "currency", "source", "seen_at"})

    edition_id: int
    price: Amount
    currency: str | None = None
    source: str
    seen_at: str | None = None


class Cover(Document):
    """The picture of an edition, or of a volume of a series of which the library has no book.

    The file is named by the SHA-256 of its content: one picture of many editions is kept once.
    """

    table = "covers"
    always = frozenset({"sha256", "mime", "width", "height", "bytes"})

    edition_id: int | None = None
    series_id: int | None = None
    position: str | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    mime: Literal["image/jpeg", "image/png", "image/webp", "image/gif"]
    width: Annotated[int, Field(gt=0)]
    height: Annotated[int, Field(gt=0)]
    bytes: Annotated[int, Field(gt=0)]
    source: str | None = None
    url: str | None = None
    # A user's own picture: no source replaces it.
    uploaded: bool = False
    # The user does not want this one, or it turned out to stand for none: it is not shown, and not
    # fetched again from its address.
    removed: bool = False
    at: str | None = None


class Followed(Document):
    """An author whom a user tracks, or does not though books of theirs are owned."""

    table = "authors"
    always = frozenset({"user_id", "name", "tracked"})

    user_id: int
    name: Text
    tracked: bool = True
    updated_at: str | None = None


class Told(Document):
    """How far a user's webhook has been told the news."""

    table = "told"
    always = frozenset({"user_id", "revision", "day"})

    user_id: int
    revision: Annotated[int, Field(ge=0)]
    day: DateText
    # The digest of the address that wants no more of them (HTTP 410).
    gone: str | None = None
    updated_at: str | None = None


class Settings(Document):
    """What the user set otherwise than the defaults, one name in each; see `domain.settings`."""

    table = "settings"
    always = frozenset({"values"})

    values: dict[str, Any] = Field(default_factory=dict)
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
    # Since when it has been known: a calendar's event stays the same when a book of it is added.
    listed_at: str | None = None


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
    # What a user tells of a series on its page; sources say such things of its books.
    description: str | None = None
    publisher: str | None = None
    genres: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
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
    model.table: model
    for model in (
        Book, Edition, UserEditionStatus, Reading, Goal, Series, Import, PriceSeen, Cover, Settings,
        Followed, Told,
    )
}  # fmt: skip
