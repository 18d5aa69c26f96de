"""The readings that export files tell of: which ones they mean, and those before the last one."""

from __future__ import annotations

from collections.abc import Mapping

from booktrack.domain.reading import OPEN, are_one, current
from booktrack.domain.records import ImportedReading, ImportedRow
from booktrack.services.reading_shelf import own_readings
from booktrack.services.recording import Recorded
from booktrack.store.base import Document, Transaction


def tell_earlier(
    tx: Transaction, row: ImportedRow, recorded: Recorded, scheme: str, mark: str, user_id: int,
    now: str,
) -> bool:  # fmt: skip
    """Return whether the file brought an earlier reading that nobody told of yet.

    One that was told of, by the user or by any file, is neither doubled nor changed.
    """
    if not row.earlier:
        return False
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


def same_reading(
    mine: Mapping[int, Document], scheme: str, mark: str, reading: ImportedReading
) -> tuple[int, Document | None]:
    """Return the reading that an earlier import of this row made; a re-read is another one.

    Else it is one that the user or another file told of already, and this file did not.
    """
    marked, others = {}, {}
    for reading_id, document in mine.items():
        marks = document.get("identifiers", {})
        if mark in marks.get(scheme, []):
            marked[reading_id] = document
        elif scheme not in marks:
            others[reading_id] = document
    if marked:
        # An older file tells again of a reading before the last one.
        ends = [one for one in marked if _ends_alike(marked[one], scheme, reading)]
        last = max(ends or marked)
        is_reread = _is_reread(marked[last], scheme, reading)
        return (0, None) if is_reread else (last, marked[last])
    if reading.status == "want_to_read":
        # Who has read it elsewhere, or is reading it, did so after the wish.
        same = current(others)
    else:
        told = reading.model_dump()
        same = max((one for one in others if are_one(others[one], told)), default=None)
    return (0, None) if same is None else (same, others[same])


def _ends_alike(before: Document, scheme: str, reading: ImportedReading) -> bool:
    earlier = before.get("imported", {}).get(scheme, {})
    end = reading.finished_at
    return end is not None and (earlier.get("status"), earlier.get("finished_at")) == (
        reading.status, end
    )  # fmt: skip


def _is_reread(before: Document, scheme: str, reading: ImportedReading) -> bool:
    earlier = before.get("imported", {}).get(scheme, {})
    if reading.status in OPEN and earlier.get("status") == "finished":
        # What the file itself told of as finished on a day stays finished.
        return "finished_at" in earlier
    return bool(
        before["status"] == reading.status == "finished"
        and before.get("finished_at")
        and reading.finished_at
        and before["finished_at"] != reading.finished_at
        and (reading.read_count or 0) > (before.get("read_count") or 0)
    )
