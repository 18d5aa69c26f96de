"""Asking what is new of the series that a user tracks: how a new volume comes to be known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from booktrack.domain.series_choices import shown_name
from booktrack.services.context import Context, Progress
from booktrack.services.series_lookup import due_sources, find_series
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

SERIES = 25
"""How many are asked for at most by one refresh: each takes a request or two of every source."""


def refresh_series(ctx: Context, only: Sequence[str] | None, progress: Progress | None) -> JSON:
    """Return `{answered, sources}` after asking for the tracked series that are due, oldest first.

    A series is due as a question by its name finds it due: a running one every two weeks. A
    source that fails is asked for no other series; they stay due.
    """
    able = [name for name in ctx.asker.names("series") if only is None or name in only]
    due = [
        (series_id, series)
        for series_id, series in (_tracked(ctx.store, ctx.user_id) if able else [])
        if due_sources(ctx, series, able)
    ][:SERIES]
    answered = 0
    sources: JSON = {}
    for number, (series_id, _) in enumerate(due, 1):
        # What an answer said of another series may have come to this one too.
        series = ctx.store.get("series", series_id) or {}
        left = [name for name in able if sources.get(name, {"code": "ok"})["code"] == "ok"]
        whom = due_sources(ctx, series, left) if series else []
        if whom:
            _, answer = find_series(ctx, shown_name(series), "auto", only=whom)
            sources |= answer.sources
            answered += any(entry["code"] == "ok" for entry in answer.sources.values())
        if progress:
            progress({"done": number, "total": len(due), "what": "asked for series"})
    return {"answered": answered, "sources": sources}


def _tracked(reader: Reader, user_id: int) -> list[tuple[int, Document]]:
    """Return the tracked series of which the user owns or wants a book, longest unasked first."""
    ids: set[int] = set()
    for word in ("own", "want"):
        statuses = reader.get_many("statuses", reader.find("status", f"{user_id}:{word}"))
        editions = reader.get_many("editions", [one["edition_id"] for one in statuses.values()])
        books = reader.get_many("books", {one["book_id"] for one in editions.values()})
        ids |= {
            place["series_id"] for one in books.values() for place in one.get("memberships", ())
        }
    found = reader.get_many("series", sorted(ids))
    tracked = [(id_, one) for id_, one in found.items() if one.get("tracked")]
    return sorted(tracked, key=lambda pair: max(pair[1].get("asked", {}).values(), default=""))
