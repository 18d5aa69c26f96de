"""What a snapshot and a journal mean together, whatever a crash or somebody else made of them.

Every state that a crash can leave is one of these:

- the journal's header names this snapshot: all its lines are replayed;
- the snapshot says that it holds the journal up to a line (a crash after its replacement and
  before the new journal): the lines after that one are replayed;
- the journal has no lines: somebody edited the snapshot, and it is taken as it is.

Anything else is refused: the snapshot was exchanged while changes waited in the journal.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from booktrack.errors import StoreCorrupt
from booktrack.store import snapshot as snapshots
from booktrack.store.files import Stamp
from booktrack.store.journal import Header, Line, header_of
from booktrack.store.schema import Schema
from booktrack.store.snapshot import Snapshot


class Plan(NamedTuple):
    """What to take from the two files."""

    snapshot: Snapshot
    header: Line | None
    revision: int
    next_ids: dict[str, int]
    header_says: Header | None = None
    absorbed: Sequence[Line] = ()
    waiting: Sequence[Line] = ()
    edited: bool = False


def reconcile(
    path: Path, schema: Schema, stamp: Stamp | None, data: bytes | None, lines: list[Line]
) -> Plan:
    """Return what the files of a library say together.

    Args:
        path: the library.
        schema: the newest form of the documents that can be read.
        stamp: of the snapshot, None where there is none.
        data: the snapshot's bytes.
        lines: the journal's whole lines, its header first.

    Raises:
        StoreCorrupt: the snapshot is damaged, missing, or was exchanged.
        StoreTooNew: a newer booktrack wrote it.
    """
    header = header_of(lines[0], _journal_of(path)) if lines else None
    found = _parse(path, schema, stamp, data, header, waiting=len(lines) - 1)
    meta = found.meta
    if header is None:
        return Plan(found, None, meta.revision, meta.next_ids)
    next_ids = {
        name: max(meta.next_ids.get(name, 1), header.next_ids.get(name, 1))
        for name in {*meta.next_ids, *header.next_ids}
    }
    plan = Plan(found, lines[0], header.revision, next_ids, header_says=header)
    if found.identity == header.snapshot.identity:
        return plan._replace(waiting=lines[1:])
    for place, line in enumerate(lines, start=1):
        if found.own and f"{line.seal:08x}" == meta.chain:
            return plan._replace(
                revision=meta.revision, absorbed=lines[1:place], waiting=lines[place:]
            )
    if len(lines) > 1:
        raise _exchanged(path, len(lines) - 1)
    return plan._replace(revision=max(header.revision, meta.revision) + 1, edited=True)


def as_written(data: bytes, stamp: Stamp | None, header: Header | None) -> tuple[bytes, int | None]:
    """Return a snapshot with a flipped bit turned back, and the byte where it is damaged.

    The byte is None where it is whole or somebody edited it; where more than a bit is damaged,
    the data comes back as it is.
    """
    was = None if header is None else header.snapshot
    if was is not None and not data.strip():
        return data, 0
    if was is not None and was.is_own and was.size == len(data):
        broken = snapshots.mended(data, was.identity)
        if broken is None and stamp is not None and stamp.mtime_ns == was.mtime_ns:
            return data, 0
    else:
        broken = snapshots.mended(data)
    return (data, None) if broken is None else (broken[1], broken[0])


def _parse(
    path: Path,
    schema: Schema,
    stamp: Stamp | None,
    data: bytes | None,
    header: Header | None,
    waiting: int,
) -> Snapshot:
    if data is None:
        if waiting > 0:
            raise _missing(path, waiting)
        return snapshots.empty(schema.version)
    found = snapshots.parse_own(data, path)
    if found is None:
        _, byte = as_written(data, stamp, header)
        if byte is not None:
            raise _damaged(path, byte)
        found = snapshots.parse_other(data, path)
    schema.refuse_newer(found.meta.schema, path)
    return found


def _journal_of(path: Path) -> Path:
    return path.with_name(path.name + ".journal")


def _missing(path: Path, waiting: int) -> StoreCorrupt:
    return StoreCorrupt(
        f"{path} is missing, but {_journal_of(path).name} holds {waiting} changes to it. Put the "
        f"file back, or let `booktrack.store.recover({str(path)!r})` take the newest backup, or "
        "move the journal away to begin anew",
        path=str(path),
    )


def _damaged(path: Path, byte: int) -> StoreCorrupt:
    return StoreCorrupt(
        f"{path} is damaged from byte {byte} on: it is not what was written. Nothing was "
        f"changed. `booktrack.store.recover({str(path)!r})` keeps the damaged file aside "
        "and rebuilds the library from what is whole, the newest good backup and the history",
        path=str(path),
        offset=byte,
    )


def _exchanged(path: Path, waiting: int) -> StoreCorrupt:
    return StoreCorrupt(
        f"{path} was changed by another program while {waiting} changes waited in "
        f"{_journal_of(path).name}. Nothing was lost: put back the former file to keep both "
        "booktrack's changes and it, or move the journal away to keep the other program's "
        f"version only; `booktrack.store.recover({str(path)!r})` applies the waiting "
        "changes to the changed file where they do not contradict it",
        path=str(path),
    )
