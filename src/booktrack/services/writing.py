"""Writing a document only where it says something new."""

from __future__ import annotations

from booktrack.domain.models import MODELS
from booktrack.store.base import Document, Transaction


def put(
    tx: Transaction, table: str, doc_id: int, before: Document, after: Document, now: str
) -> bool:
    """Write a document where it says something new, with the instant; return whether it did."""
    if MODELS[table].check(after).dump() == before:
        return False
    return tx.put(table, doc_id, after | {"updated_at": now})
