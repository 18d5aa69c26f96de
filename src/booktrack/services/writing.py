"""Writing a document only where it says something new, and trying a change without keeping it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from booktrack.domain.models import MODELS
from booktrack.services.context import Context
from booktrack.services.price_notes import note_prices
from booktrack.store.base import Document, Transaction


class _PreviewDone(Exception):
    """Leaves the transaction, so that a preview goes the same way and writes nothing."""


@contextmanager
def change_or_preview(ctx: Context, why: str, *, preview: bool) -> Iterator[Transaction]:
    """Give a transaction that is kept, or in a preview taken back at the end."""
    try:
        with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
            yield tx
            if preview:
                raise _PreviewDone
    except _PreviewDone:
        return


def put(
    tx: Transaction, table: str, doc_id: int, before: Document, after: Document, now: str
) -> bool:
    """Write a document where it says something new, with the instant; return whether it did.

    What an edition costs is noted beside it, so that an older price is not forgotten.
    """
    if MODELS[table].check(after).dump() == before:
        return False
    if table == "editions":
        note_prices(tx, doc_id, before, after, now)
    return tx.put(table, doc_id, after | {"updated_at": now})


def filling_gaps(before: Mapping[str, Any], fresh: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a second file adds to what is there: it fills gaps and never takes away."""
    joined: dict[str, Any] = {}
    for name, value in fresh.items():
        mine = before.get(name)
        if isinstance(value, list):
            joined[name] = list(dict.fromkeys([*(mine or []), *value]))
        elif mine in (None, "", False) or (name, mine) == ("status", "missing"):
            joined[name] = value
    return joined


def is_older(told: Mapping[str, Any], mine: Mapping[str, Any]) -> bool:
    """Return whether what a file tells was written before what stands here, as far as it says."""
    return _written(told) < _written(mine)


def _written(document: Mapping[str, Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(document.get("updated_at") or "")
    except ValueError:  # a file that was edited by hand
        return datetime(1, 1, 2, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
