"""The answers on what comes out, files and settings; see `web.shapes`."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, RootModel

from booktrack.web.shapes import (
    Answer,
    Count,
    Date,
    Format,
    Instant,
    Paged,
    Place,
)


class Release(Answer):
    """Something that comes out, or is out and not owned."""

    title: str
    release_date: Date
    format: Format
    owned: bool
    wanted: bool
    state: Literal["announced", "estimated", "released"]
    precision: Literal["day", "month", "year"]
    why: str
    series: str | None
    series_id: int | None
    series_position: Place
    book_id: int | None
    edition_id: int | None
    isbn_13: str | None


class Calendar(RootModel[dict[str, list[Release]]]):
    """Releases by month, such as "2026-12"; what is known to the year stands under "2026"."""


class Transaction(Answer):
    """A change."""

    id: int
    at: Instant
    why: str
    user_id: int | None
    changes: dict[str, int]
    details: dict[str, dict[str, int]]
    undoes: int | None
    undone_by: int | None


class History(Paged):
    """What was changed, newest first."""

    transactions: list[Transaction]


class ImportReport(Answer):
    """What an import did, or would do."""

    id: int | None
    format: str
    preview: bool
    rows: Count
    added: Count
    updated: Count
    unchanged: Count
    skipped: list[dict[str, Any]]
    failed: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    notes: list[str]
    effects: list[dict[str, Any]]


class Job(Answer):
    """Long work."""

    id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: dict[str, Any] | None
    result: Any
    problem: dict[str, Any] | None
    created_at: Instant
    started_at: Instant | None
    finished_at: Instant | None


class JobPage(Paged):
    """A page of jobs, newest first, without their results."""

    jobs: list[Job]


class StaleEntry(Answer):
    """An edition of which something is lacking or old."""

    book_id: int
    edition_id: int
    isbn_13: str | None
    title: str
    missing: list[str]
    stale: list[str]


class Stale(Answer):
    """What needs asking, in the order of need."""

    total: Count
    limit: Count
    entries: list[StaleEntry]


class Backup(Answer):
    """A kept copy of the library, by its name."""

    name: str
    at: Instant
    revision: int
    size: Count


class Backups(Answer):
    """The kept copies, newest first."""

    total: Count
    backups: list[Backup]


class Restored(Answer):
    """The transaction that made the library what a backup holds; null where it was that already."""

    id: int | None
    kept: Annotated[str | None, Field(description="The backup of what was there before.")]


class Check(Answer):
    """Whether the library's files are whole."""

    ok: bool
    problems: list[dict[str, Any]]
    revision: int
    schema_: Annotated[int, Field(alias="schema")]
    tables: dict[str, int]


class Settings(RootModel[dict[str, Any]]):
    """The value of every setting, secrets masked."""


class Setting(Answer):
    """What a setting is."""

    name: str
    type: str
    group: str
    doc: str
    default: Any
    limits: dict[str, Any]
    secret: bool
    value: Any
    origin: str


class SettingsInfo(Answer):
    """What every setting is."""

    total: Count
    settings: list[Setting]
    updated_at: str | None


class SettingsBackup(Answer):
    """Every setting but keys and the webhook."""

    settings: dict[str, Any]
    left_out: list[str]
    at: Instant


class SettingsRestored(Answer):
    """What restoring settings changed."""

    id: int | None
    changed: dict[str, Any]
    left_out: list[str]
    settings: dict[str, Any]


class Picture(Answer):
    """A picture that the library keeps."""

    sha256: str
    mime: str
    width: int
    height: int
    bytes: int
    source: str | None
    url: str | None
    uploaded: bool


class RemovedCover(Answer):
    """Whether there was a picture to remove."""

    edition_id: int
    removed: Any


class CoverPath(Answer):
    """A path on the server."""

    path: str


class VolumeCovers(RootModel[dict[str, str]]):
    """The paths of pictures on the server, by position."""


class ImportEntry(Answer):
    """A file that was taken in."""

    id: int
    format: str
    at: Instant
    rows: Count
    added: Count
    updated: Count
    unchanged: Count
    skipped: Count
    failed: Count


class Imports(Paged):
    """The files that were taken in, newest first."""

    imports: list[ImportEntry]
