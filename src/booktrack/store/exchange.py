"""Whole libraries as files: a backup that is read again before it counts, and the way back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from booktrack.domain.models import MODELS
from booktrack.errors import Conflict, InvalidDocument, InvalidFile, StoreCorrupt
from booktrack.store import snapshot as snapshots
from booktrack.store.checking import problems_of
from booktrack.store.draft import Draft
from booktrack.store.encoding import canonical, decode, encode
from booktrack.store.files import Files, read_file
from booktrack.store.schema import Schema
from booktrack.store.snapshot import Meta
from booktrack.store.state import State

_LARGEST = 1 << 30
"""A library of a million books has about 900 MB."""


def write_backup(
    state: State, meta: Meta, library: Path, target: Path, files: Files, *, overwrite: bool
) -> dict[str, Any]:
    """Write the library as a plain TinyDB file; return `{"path", "bytes", "revision", "tables"}`.

    Raises:
        Conflict: the target is there and may not be overwritten, or it is the library itself.
        StoreCorrupt: what was written does not read back; the target is as it was.
    """
    if target.exists() and (not overwrite or target.samefile(library)):
        raise Conflict(f"{target} is there already; name another file", path=str(target))
    pieces = snapshots.render(meta, state.lines())
    fresh = target.with_name(target.name + ".new")
    files.create(fresh, pieces, like=library)
    try:
        data = fresh.read_bytes()
        back = snapshots.parse_own(data, fresh)
        if back is None or back.identity != meta.crc:
            raise StoreCorrupt(f"{fresh} does not read back as it was written", path=str(fresh))
        files.replace(fresh, target)
    except BaseException:
        files.unlink(fresh)
        raise
    files.sync_folder(target.parent)
    return {
        "path": str(target),
        "bytes": len(data),
        "revision": meta.revision,
        "tables": {name: len(part) for name, part in back.sections.items()},
    }


def read_backup(source: Path, schema: Schema) -> State:
    """Return the library that a file holds, every document of it checked.

    Raises:
        InvalidFile: there is no such file, or it holds no library.
        StoreTooNew: a newer booktrack wrote it.
    """
    try:
        data = read_file(source, _LARGEST)
        if snapshots.seems_own(data) and snapshots.parse_own(data, source) is None:
            raise StoreCorrupt("it is not what booktrack wrote: its CRC is wrong")
        state = state_of(data, source, schema)
        if not snapshots.seems_own(data):
            _refuse_what_hangs_in_the_air(state)
    except (OSError, StoreCorrupt, InvalidDocument) as error:
        raise InvalidFile(
            f"{source} cannot be restored, nothing was changed: {_reason(error)}", path=str(source)
        ) from error
    if not state.tables.keys() & MODELS.keys() and not snapshots.seems_own(data):
        raise InvalidFile(f"{source} holds no books; nothing was changed", path=str(source))
    return state


def _reason(error: Exception) -> str:
    """Return what is wrong, without the advice on a library that cannot be opened."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return (
        str(error.details.get("reason", error)) if isinstance(error, StoreCorrupt) else str(error)
    )


def _refuse_what_hangs_in_the_air(state: State) -> None:
    """Refuse a file of another program in which a document names one that is not there.

    What booktrack wrote is as its library was, which `check` tells of.
    """
    for one in problems_of(state):
        raise InvalidDocument(one["message"], table=one["table"], doc_id=one["id"])


def state_of(data: bytes, source: Path, schema: Schema) -> State:
    """Return the library that the bytes of a file hold, in today's form.

    Raises:
        StoreCorrupt: they are no library.
        InvalidDocument: a document does not fit its model.
        StoreTooNew: a newer booktrack wrote them.
    """
    found = snapshots.parse(data, source)
    schema.refuse_newer(found.meta.schema, source)
    state = State(found, found.meta.revision, found.meta.next_ids)
    if found.meta.schema < schema.version:
        return schema.upgrade(state, found.meta.schema)
    for table, part in state.tables.items():
        for _, raw in part.items():
            encode(table, decode(raw))
    return state


def replace_all(draft: Draft, wanted: State) -> None:
    """Make the library hold what the other one holds."""
    for table in {*draft.tables(), *wanted.tables}:
        there = wanted.table(table)
        for doc_id in draft.ids(table):
            if there.raw(doc_id) is None:
                draft.remove(table, doc_id)
        for doc_id, raw in there.items():
            if (present := draft.raw(table, doc_id)) is None or canonical(present) != canonical(
                raw
            ):
                draft.restore(table, doc_id, canonical(raw))
