"""The readings of a book before the last one, of which some export files tell the dates."""

from __future__ import annotations

from booktrack.domain.reading import are_one
from booktrack.domain.records import ImportedRow
from booktrack.services.reading_shelf import own_readings
from booktrack.services.recording import Recorded
from booktrack.store.base import Transaction


def tell_earlier(
    tx: Transaction, row: ImportedRow, recorded: Recorded, scheme: str, mark: str, user_id: int,
    now: str,
) -> bool:  # fmt: skip
    """Return whether the file brought an earlier reading that nobody told of yet.

    One that was told of, by the user or by any file, is neither doubled nor changed.
    """
    mine = [*own_readings(tx, user_id, recorded.book_id).values()]
    told = False
    for reading in row.earlier:
        said = {name: value for name, value in reading.model_dump().items() if value is not None}
        own_mark = f"{mark} until {reading.finished_at}"
        known = any(
            own_mark in one.get("identifiers", {}).get(scheme, []) or are_one(one, said)
            for one in mine
        )
        if known:
            continue
        fresh = {
            **said,
            "user_id": user_id,
            "book_id": recorded.book_id,
            "edition_id": recorded.edition_ids[0],
            "identifiers": {scheme: [own_mark]},
            "source": scheme,
            "imported": {scheme: said},
            "updated_at": now,
        }
        tx.insert("readings", fresh)
        mine.append(fresh)
        told = True
    return told
