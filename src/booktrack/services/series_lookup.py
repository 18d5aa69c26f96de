"""Finding a series with its volumes: in the library, else from the sources that know series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from booktrack.domain.records import SeriesRecord
from booktrack.domain.series_names import series_key
from booktrack.services.asking import Asked
from booktrack.services.context import Context
from booktrack.services.series_records import is_meant, record_series_records

JSON = dict[str, Any]

# A running series gets a volume every few months; a finished one is corrected now and then.
_ASK_AGAIN = {"releasing": 14, "not_yet_released": 14, "hiatus": 60}
_ASK_AGAIN_OTHERS = 180


def find_series(
    ctx: Context, name: str, remote: str, only: Sequence[str] | None = None
) -> tuple[list[int], Asked[SeriesRecord]]:
    """Return the ids of the series of this name, after asking where something may be new.

    `only` names the sources to ask, where the caller knows which.
    """
    ids = ctx.store.find("series_name", series_key(name))
    only = list(only) if only is not None else _whom_to_ask(ctx, ids, remote)
    if only == []:
        return ids, Asked()
    asked = ctx.asker.series(name, only)
    meant = [record for record in asked.found if is_meant(record, name)]
    stored = record_series_records(ctx, meant, f"look up the series {name}")
    asked.found = [record for record in asked.found if record not in meant]
    ids = list(dict.fromkeys([*ids, *stored, *ctx.store.find("series_name", series_key(name))]))
    _note_asked(ctx, ids, asked)
    return ids, asked


def _whom_to_ask(ctx: Context, ids: Sequence[int], remote: str) -> list[str] | None:
    """Return the sources that may add something; None means all of them."""
    if remote == "never":
        return []
    if remote == "always" or not ids:
        return None
    able = ctx.asker.names("series")
    due = {
        name
        for one in ctx.store.get_many("series", ids).values()
        for name in due_sources(ctx, one, able)
    }
    return [name for name in able if name in due]


def due_sources(ctx: Context, series: JSON, names: Sequence[str]) -> list[str]:
    """Return which of the sources may have something new on a series."""
    now = ctx.clock()
    return [name for name in names if _is_due(series, name, now)]


def _is_due(series: JSON, source: str, now: datetime) -> bool:
    at = series.get("asked", {}).get(source)
    if at is None:
        return True
    days = _ASK_AGAIN.get(series.get("publication_status", "unknown"), _ASK_AGAIN_OTHERS)
    return datetime.fromisoformat(at) + timedelta(days=days) < now


def _note_asked(ctx: Context, ids: Sequence[int], asked: Asked[SeriesRecord]) -> None:
    answered = {name: ctx.now() for name, entry in asked.sources.items() if entry["code"] == "ok"}
    if not answered:
        return
    with ctx.store.transaction("remember who was asked", user_id=ctx.user_id) as tx:
        for series_id, series in tx.get_many("series", ids).items():
            tx.put("series", series_id, {**series, "asked": series.get("asked", {}) | answered})
