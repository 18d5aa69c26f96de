"""The editions as a table for notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booktrack.domain.positions import try_position
from booktrack.domain.reading import current
from booktrack.domain.series_choices import shown_kind, shown_name
from booktrack.errors import MissingExtra
from booktrack.services.context import Context
from booktrack.services.exporting import held

if TYPE_CHECKING:
    import pandas

COLUMNS = (
    "title", "authors", "series", "series_kind", "series_position", "series_position_label",
    "isbn_13", "asin", "format", "publisher", "release_date", "language", "page_count", "price",
    "currency", "status", "notes", "shelves", "tags", "reading_status", "started_at",
    "finished_at", "rating", "added_at",
)  # fmt: skip


def dataframe(ctx: Context, **filters: Any) -> pandas.DataFrame:
    """Return the editions that the filters let through, a row for each.

    Raises:
        MissingExtra: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise MissingExtra(
            "tables need the extra `notebook`: pip install 'booktrack[notebook]'", extra="notebook"
        ) from error
    return pd.DataFrame(rows(ctx, **filters), columns=list(COLUMNS))


def rows(ctx: Context, **filters: Any) -> list[dict[str, Any]]:
    """Return the rows of the table, each with every column."""
    found = held(ctx, **filters)
    told = []
    for row in found.rows:
        book, edition, status = row.document, row.edition or {}, row.status or {}
        place = row.places[0] if row.places else {}
        series = found.series[place["series"]] if place else None
        readings = dict(enumerate(row.readings, 1))
        reading = readings.get(current(readings) or 0, {})
        position = try_position(place.get("position"))
        values = {
            **edition,
            **status,
            **{name: reading.get(name) for name in ("started_at", "finished_at", "rating")},
            "title": book["title"],
            "authors": "; ".join(book.get("authors", [])),
            "series": None if series is None else shown_name(series),
            "series_kind": None if series is None else shown_kind(series),
            "series_position": position.number if position else None,
            "series_position_label": place.get("position") or place.get("label"),
            "format": edition.get("book_format", "unknown"),
            "status": status.get("status", "missing"),
            "shelves": "; ".join(status.get("shelves", [])),
            "tags": "; ".join(status.get("tags", [])),
            "reading_status": reading.get("status"),
            "added_at": book.get("added_at"),
        }
        told.append({name: values.get(name) for name in COLUMNS})
    return told
