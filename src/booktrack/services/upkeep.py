"""What a settings page shows and does beside settings: syncs, caches, a pause, a fresh start."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

from booktrack.errors import InvalidInput, NotFound, shown
from booktrack.services import inputs, settings
from booktrack.services.context import Context
from booktrack.services.live_settings import TABLE

JSON = dict[str, Any]

_LONGEST_PAUSE = 525_600  # minutes of a year
CONFIRMATION = "DELETE"


def sync_history(ctx: Context, *, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, history}`: what the user took in from elsewhere, newest first.

    Each is `{timestamp, source, success, books_found, books_processed, books_added,
    books_updated, error_details: [text]}`.
    """
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    mine = [one for _, one in ctx.store.all("imports") if one["user_id"] == ctx.user_id]
    mine.reverse()
    return {
        "total": len(mine),
        "limit": limit,
        "offset": offset,
        "history": [_sync(one) for one in mine[offset : offset + limit]],
    }


def _sync(one: JSON) -> JSON:
    added, updated = one.get("added", 0), one.get("updated", 0)
    failed, skipped = one.get("failed", 0), one.get("skipped", 0)
    rows = ((failed, "could not be read"), (skipped, "left out"))
    return {
        "timestamp": one["at"],
        "source": one["format"],
        "success": failed == 0,
        "books_found": one["rows"],
        "books_processed": added + updated + one.get("unchanged", 0),
        "books_added": added,
        "books_updated": updated,
        "error_details": [
            f"{number} {'row was' if number == 1 else 'rows were'} {what}"
            if what == "left out"
            else f"{number} {'row' if number == 1 else 'rows'} {what}"
            for number, what in rows
            if number
        ],
    }


def cache_stats(ctx: Context) -> JSON:
    """Return `{book_cache, api_cache, page_cache}`, each `{size, hit_rate}` with what is counted.

    `book_cache` is the library itself: its books, and the share of questions on an ISBN since the
    start that it answered without asking a source. `api_cache` are the answers of sources that
    are kept, and the share of requests since the start that they saved. Pages are not kept.
    """
    kept = ctx.asker.kept_answers()
    lookups = ctx.lookups
    return {
        "book_cache": {
            "size": ctx.store.count("books"),
            "hit_rate": _share(lookups["local"], lookups["asked"] + lookups["local"]),
        },
        "api_cache": {
            "size": kept["answers"],
            "hit_rate": _share(kept["served"], kept["questions"]),
            "bytes": kept["bytes"],
        },
        "page_cache": {"size": 0, "hit_rate": 0.0},
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def external_status(ctx: Context) -> JSON:
    """Return `{enabled, timeout_active, timeout_until, minutes_remaining, message}`."""
    enabled, until = ctx.settings.several(
        "enable_external_metadata", "external_metadata_timeout_until"
    )
    left = 0.0
    if until is not None:
        left = (datetime.fromisoformat(until) - ctx.clock().astimezone(UTC)).total_seconds()
    paused = left > 0
    if ctx.unplugged:
        message = "booktrack was started offline: no source is asked"
    elif not enabled:
        message = "sources on the network are not asked"
    elif paused:
        message = f"sources on the network are not asked until {until}"
    else:
        message = "sources on the network are asked"
    return {
        "enabled": enabled and not paused and not ctx.unplugged,
        "timeout_active": enabled and paused,
        "timeout_until": until if paused else None,
        "minutes_remaining": math.ceil(left / 60) if enabled and paused else 0,
        "message": message,
    }


def enable_external(ctx: Context) -> JSON:
    """Return the status after letting sources be asked again."""
    settings.update(
        ctx, {"enable_external_metadata": True, "external_metadata_timeout_until": None}
    )
    return external_status(ctx)


def disable_external(ctx: Context, duration_minutes: int | None) -> JSON:
    """Return the status after stopping sources from being asked, for some time or until enabled."""
    if duration_minutes is None:
        settings.update(ctx, {"enable_external_metadata": False})
        return external_status(ctx)
    minutes = inputs.whole(duration_minutes, "duration_minutes", least=1, most=_LONGEST_PAUSE)
    until = ctx.clock().astimezone(UTC) + timedelta(minutes=minutes)
    change = {
        "enable_external_metadata": True,
        "external_metadata_timeout_until": until.isoformat(timespec="seconds"),
    }
    settings.update(ctx, change)
    return external_status(ctx)


def remove_all_data(ctx: Context, confirmation: object) -> JSON:
    """Return `{removed_counts: {table: count}, total, backup, id}` after removing everything.

    Settings and keys stay. A backup is made first, and the removal is one transaction to undo.
    """
    if confirmation != CONFIRMATION:
        raise InvalidInput(
            f"nothing was removed: say {shown(CONFIRMATION)} to remove all data, "
            f"not {shown(confirmation)}"
        )
    why = "remove all data"
    removed: dict[str, int] = {}
    backup = None
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        for table in ctx.store.tables():
            if table != TABLE:
                ids = tx.ids(table)
                removed[table] = len(ids)
                for doc_id in ids:
                    tx.remove(table, doc_id)
        if removed:
            # Within the transaction: nobody can change anything between the backup and its end.
            backup = ctx.store.keep_backup()
    return {
        "removed_counts": {table: removed.get(table, 0) for table in _COUNTED} | removed,
        "total": sum(removed.values()),
        "backup": backup,
        "id": ctx.store.history(limit=1)[0]["id"] if removed else None,
    }


def keep_backup(ctx: Context) -> JSON:
    """Return `{path, bytes, revision, tables, pictures}` of a backup kept among the others.

    Raises:
        NotFound: there is no library yet.
    """
    ctx.store.keep_backups(ctx.settings("backups_kept"))
    path = ctx.store.keep_backup()
    if path is None:
        raise NotFound(f"there is nothing to back up yet: {ctx.store.path} does not exist")
    kept = next(one for one in ctx.store.backups() if one["path"] == path)
    tables = {name: ctx.store.count(name) for name in ctx.store.tables()}
    return {
        "path": path,
        "bytes": kept["size"],
        "revision": kept["revision"],
        "tables": tables,
        "pictures": 0,
    }


_COUNTED = ("books", "editions", "statuses", "readings", "series", "imports")
