"""The answers on what is missing, and on checking series; see `web.shapes`."""

from __future__ import annotations

from typing import Any

from booktrack.web.shapes import (
    Answer,
    Book,
    Count,
    Date,
    Edition,
    Instant,
    Series,
    SeriesWithVolumes,
    Volume,
)


class VolumeBook(Answer):
    """A book that fills a volume, in short."""

    id: int
    title: str
    subtitle: str | None
    authors: list[str]
    editions: list[Edition]


class MissingVolume(Volume):
    """A volume that is not owned, and why it is listed."""

    release_state: str | None
    books: list[VolumeBook]
    editions: list[Edition]
    cheapest_prices: dict[str, Any]
    why: str


class MissingVolumes(Answer):
    """What is not owned of a series."""

    series: Series
    total: Count
    missing: list[str]
    announced: list[str]
    volumes: list[MissingVolume]


class MissingBook(Book):
    """A book that is not owned, and why it is listed."""

    release_date: Date | None
    release_state: str | None
    cheapest_prices: dict[str, Any]
    why: str


class MissingBooks(Answer):
    """The books of an author that are not owned."""

    author: str
    total: Count
    owned: Count
    books: list[MissingBook]


class MarkedVolumes(Answer):
    """What marking volumes did."""

    series: SeriesWithVolumes
    total: Count
    changed: Count
    created: list[str]
    skipped: list[Any]


class Validated(Answer):
    """What may be believed of an API's words."""

    series: str
    series_id: int | None
    valid: bool
    source: str | None
    accepted: dict[str, Any]
    suspect: list[dict[str, Any]]
    corrected: dict[str, Any]
    falls_back_to_owned: bool
    owned: list[str]


class Reconciled(Answer):
    """What was repaired between a series and its books."""

    series: list[SeriesWithVolumes]
    preview: bool
    changed: list[dict[str, Any]]
    left: list[dict[str, Any]]


class AllReconciled(Answer):
    """What was repaired in every series."""

    total: Count
    preview: bool
    changed: list[dict[str, Any]]
    left: list[dict[str, Any]]


class Fixed(Answer):
    """What reading titles anew changed."""

    checked: Count
    preview: bool
    changed: list[dict[str, Any]]
    left: list[dict[str, Any]]


class SeriesProblem(Answer):
    """Something wrong or doubtful, with the call that mends it."""

    code: str
    series_id: int
    series: str
    problem: str
    books: list[Any]
    positions: list[str]
    fix: Any


class Audit(Answer):
    """All that is wrong or doubtful about series."""

    total: Count
    counts: dict[str, int]
    problems: list[SeriesProblem]


class SeriesReport(Answer):
    """A report of wrong data."""

    series_id: int
    series: str
    number: int
    problem: str
    values: dict[str, Any]
    origin: str | None
    who: int | None
    at: Instant


class SeriesReports(Answer):
    """What was reported."""

    total: Count
    reports: list[SeriesReport]


class CuratedReports(Answer):
    """The reports as curated entries."""

    text: str
    entries: Count
    left_out: list[dict[str, Any]]
