"""What a source or a file says, before it is merged into the library.

A record is somebody's word, kept as it was given but for spelling: ISBNs are checked, dates are
partial dates as text, people are names with roles. Sources and file readers make records; only
`domain.merge` and the services turn them into documents.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from booktrack.domain.models import (
    BookFormat,
    Contributor,
    PublicationStatus,
    ReadingStatus,
    SeriesKind,
    Slot,
    Status,
)


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class SeriesClaim(_Record):
    """A series as a record names it; `position` is the text as printed there."""

    name: str
    position: str | None = None
    aliases: list[str] = Field(default_factory=list)
    kind: SeriesKind = "unknown"
    total: int | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)


class EditionRecord(_Record):
    """What one record says of one edition."""

    source: str
    record_id: str | None = None
    url: str | None = None
    fetched_at: str | None = None
    isbns: list[str] = Field(default_factory=list)
    """Checked ISBN-13s, the edition's own first."""
    asin: str | None = None
    title: str | None = None
    book_format: BookFormat = "unknown"
    format_detail: str | None = None
    publisher: str | None = None
    release_date: str | None = None
    language: str | None = None
    page_count: int | None = None
    duration_minutes: int | None = None
    cover_url: str | None = None
    price: float | None = None
    currency: str | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    work_ids: list[str] = Field(default_factory=list)
    """The source's own ids of the work that this edition belongs to."""


class WorkRecord(_Record):
    """What one record says of a work, with the editions it brings."""

    source: str
    record_id: str | None = None
    url: str | None = None
    fetched_at: str | None = None
    title: str
    subtitle: str | None = None
    people: list[Contributor] = Field(default_factory=list)
    """Authors have the role None; others carry the source's word for what they did."""
    alternate_titles: list[str] = Field(default_factory=list)
    series: list[SeriesClaim] = Field(default_factory=list)
    volume: str | None = None
    """A volume's number that the record gives without naming its series."""
    description: str | None = None
    genres: list[str] = Field(default_factory=list)
    first_published: str | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    editions: list[EditionRecord] = Field(default_factory=list)

    @property
    def authors(self) -> tuple[str, ...]:
        """The names of those who wrote or drew it, without translators and the like."""
        return tuple(person.name for person in self.people if person.role is None)


class VolumeRecord(_Record):
    """A volume as the record of its series lists it, out already or only announced."""

    position: str | None = None
    """As printed there; None for what stands outside the numbering, which `label` then names."""
    label: str | None = None
    title: str | None = None
    authors: list[str] = Field(default_factory=list)
    release_date: str | None = None
    isbn_13: str | None = None
    asin: str | None = None
    book_format: BookFormat = "unknown"
    language: str | None = None
    cover_url: str | None = None
    slot: Slot = "main"
    record_id: str | None = None
    """The source's own id of the volume: of its work where it has works, else of the edition."""
    url: str | None = None


class RelatedSeries(_Record):
    """Another series that a record names: `relation` is the source's word, such as "SPIN_OFF"."""

    relation: str
    name: str
    kind: SeriesKind = "unknown"
    record_id: str | None = None


class SeriesRecord(_Record):
    """What one record says of a whole series.

    `total` is the number of main volumes that the record states itself, None where it does not
    say; it is never counted from `volumes`, which may be a part of them.
    """

    source: str
    record_id: str | None = None
    url: str | None = None
    """Where people may read the record: shown beside its values where a source asks for that."""
    fetched_at: str | None = None
    name: str
    aliases: list[str] = Field(default_factory=list)
    kind: SeriesKind = "unknown"
    publication_status: PublicationStatus = "unknown"
    total: int | None = None
    total_scope: Literal["main", "all"] = "main"
    total_language: str | None = None
    """Of the editions that were counted: AniList's are the Japanese ones."""
    authors: list[str] = Field(default_factory=list)
    description: str | None = None
    genres: list[str] = Field(default_factory=list)
    started: str | None = None
    ended: str | None = None
    cover_url: str | None = None
    identifiers: dict[str, list[str]] = Field(default_factory=dict)
    volumes: list[VolumeRecord] = Field(default_factory=list)
    related: list[RelatedSeries] = Field(default_factory=list)


class ImportedReading(_Record):
    """A reading as an export file tells it."""

    status: ReadingStatus
    started_at: str | None = None
    finished_at: str | None = None
    rating: float | None = None
    review: str | None = None
    read_count: int | None = None


class ExactRow(_Record):
    """What a row of booktrack's own files holds, as it is stored but for the ids.

    Nothing in it is guessed from a title: it is put where it says that it stands.
    """

    book: str
    """The book's number in the file: the rows of its editions share it."""
    document: dict[str, Any]
    places: list[dict[str, Any]] = Field(default_factory=list)
    """Memberships, each naming its series by `series`, a key of `ImportedFile.series`."""
    edition: dict[str, Any] | None = None
    status: dict[str, Any] | None = None
    readings: list[dict[str, Any]] = Field(default_factory=list)
    """Readings of the book: those of this edition say `of_edition`, others are of none."""
    prices: list[dict[str, Any]] = Field(default_factory=list)
    """What the edition cost, the oldest first."""


class ImportedRow(_Record):
    """One row of an export file: the work, its one edition, and what the owner says of it.

    `row` is the row's number in the file, the first one after the header being 1; `key` is the
    service's own id of the row ("goodreads:123"), where it has one. A row without `work` is not a
    book (`skip` says why) or could not be read (`error` says why).
    """

    row: int
    key: str | None = None
    data: dict[str, str] = Field(default_factory=dict)
    """The cells as they were, for the report on a failed row."""
    work: WorkRecord | None = None
    status: Status | None = None
    notes: str | None = None
    shelves: list[str] = Field(default_factory=list)
    tags: list[str] = Field(default_factory=list)
    copies: int | None = None
    condition: str | None = None
    location: str | None = None
    acquired_date: str | None = None
    price_paid: float | None = None
    price_paid_currency: str | None = None
    signed: bool = False
    loaned_to: str | None = None
    loaned_since: str | None = None
    reading: ImportedReading | None = None
    """The last one."""
    earlier: list[ImportedReading] = Field(default_factory=list)
    """Those before it of which the file tells the end, the oldest first."""
    warnings: list[str] = Field(default_factory=list)
    skip: str | None = None
    error: str | None = None
    exact: ExactRow | None = None
    """Where the file is booktrack's own: all of it, and no title is read for a series."""


class ImportedFile(_Record):
    """A whole export file as its reader understood it."""

    format: str
    encoding: str
    delimiter: str | None = None
    columns: list[str] = Field(default_factory=list)
    mapping: dict[str, str] = Field(default_factory=dict)
    """Of a table of no known service: the column that each field was read from."""
    exported: str | None = None
    rows: list[ImportedRow]
    notes: list[str] = Field(default_factory=list)
    series: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """The series of booktrack's own files, by their keys in the file."""
    goals: list[dict[str, Any]] = Field(default_factory=list)
    """How many books the user wants to read in which year, of booktrack's own JSON."""


Outcome = Literal["added", "updated", "unchanged", "skipped", "failed"]
JSON = dict[str, Any]
