"""The way back from damaged files: everything that is whole, put together again."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from booktrack.errors import InvalidInput, StoreCorrupt, StoreError
from booktrack.store import snapshot as snapshots
from booktrack.store.backups import Backups
from booktrack.store.bitflip import flipped_bit
from booktrack.store.draft import Draft
from booktrack.store.encoding import canonical
from booktrack.store.exchange import state_of
from booktrack.store.files import Files, disk_errors
from booktrack.store.history import History
from booktrack.store.journal import (
    NOTHING,
    Entry,
    Header,
    Line,
    header_of,
    read_lines,
    seal,
)
from booktrack.store.lock import Lock
from booktrack.store.log import Log
from booktrack.store.reconcile import as_written
from booktrack.store.schema import SCHEMA, Schema
from booktrack.store.state import State

_SEAL = 9
_HEADER = b'{"journal":'
_entries = msgspec.json.Decoder(Entry)


def recover(
    path: str | os.PathLike[str], *, schema: Schema = SCHEMA, lock_timeout: float = 10
) -> dict[str, Any]:
    """Rebuild a damaged library; the files that were there are kept beside it.

    The snapshot is taken where it is whole, else the newest good backup. Over it come the
    transactions that are whole: those that waited in the journal and, over a backup, those of the
    history since. A change whose document is not what it was made on is left out and named.

    Returns:
        `{"recovered", "base", "revision", "applied", "left_out": [{"revision", "why",
        "documents"}], "missing": [revision], "unreadable": lines, "kept": folder}`; `recovered` is
        False where the library was whole and nothing was done.

    Raises:
        StoreTooNew: a newer booktrack wrote it.
        StoreBusy: another process is writing.
    """
    library = Path(os.path.realpath(path))
    files = Files()
    lock = Lock(library, lock_timeout)
    history = History(library.with_name(library.name + ".history"), library, files)
    with lock.held(), disk_errors(library, "recovering"):
        log = Log(library, files, schema)
        try:
            log.load()
            history.lines()
        except StoreCorrupt:
            return _rebuild(log, history)
        finally:
            log.close()
        return {"recovered": False, "base": str(library), "revision": log.state.revision}


class _Base(NamedTuple):
    state: State
    name: str
    is_backup: bool


def _rebuild(log: Log, history: History) -> dict[str, Any]:
    base = _base(log)
    waiting, lost_waiting = _whole_lines(log.journal_path, chained=True)
    past, lost_past = _whole_lines(history.path, chained=False)
    chosen = {entry.revision: entry for entry in (past if base.is_backup else [])}
    chosen |= {entry.revision: entry for entry in waiting}
    draft = Draft(base.state)
    applied, left_out = _apply(draft, sorted(chosen.values(), key=lambda entry: entry.revision))
    known = [entry.revision for entry in (*past, *waiting)]
    first = base.state.revision + 1
    kept = _put_aside(log, history)
    _write(log, history, draft, [*past, *waiting])
    return {
        "recovered": True,
        "base": base.name,
        "revision": log.state.revision,
        "applied": applied,
        "left_out": left_out,
        "missing": sorted({*range(first, max(known, default=0) + 1)} - {*known}),
        "unreadable": lost_waiting + lost_past,
        "kept": str(kept),
    }


def _base(log: Log) -> _Base:
    backups = [Path(item["path"]) for item in Backups(log.path, log.files, 0).kept()]
    for place in (log.path, *backups):
        try:
            data = place.read_bytes()
            if place == log.path:
                data = _as_written(data, log)
            state = state_of(data, place, log.schema)
        except (OSError, StoreError, InvalidInput):
            continue  # the next candidate; `base` in the report names the one that was whole
        return _Base(state, str(place), is_backup=place != log.path)
    return _Base(State(snapshots.empty(), 0, {}), "nothing: no backup is whole", is_backup=True)


def _as_written(data: bytes, log: Log) -> bytes:
    """Return the snapshot with a flipped bit turned back; an edit by hand stays as it is."""
    if snapshots.parse_own(data, log.path):
        return data
    mended, byte = as_written(data, log.files.stamp(log.path), _header(log.journal_path))
    if byte is not None and mended is data:
        raise StoreCorrupt(f"{log.path} is damaged in more than one place")
    return mended


def _header(journal: Path) -> Header | None:
    if not journal.exists():
        return None
    with journal.open("rb") as handle:
        line = handle.readline()
    try:
        lines = read_lines(line, 0, 0, journal)
        return header_of(lines[0], journal) if lines else None
    except StoreCorrupt:
        return None  # the first line is the damaged one


def _whole_lines(path: Path, *, chained: bool) -> tuple[list[Entry], int]:
    """Return the transactions that can be read, and how many lines cannot."""
    data = path.read_bytes() if path.exists() else b""
    lines = data.split(b"\n")
    entries: list[Entry] = []
    unreadable = 0
    chain = 0
    for text in lines[:-1]:
        payload, crc = _mended_line(text, chain)
        if payload is None:
            unreadable += 1
        elif not payload.startswith(_HEADER):
            entries.append(_entries.decode(payload))
        if chained:
            chain = crc
    return entries, unreadable


def _mended_line(text: bytes, chain: int) -> tuple[bytes | None, int]:
    """Return the line's JSON, None where it is lost, and the seal that the next one goes on from.

    A flipped bit is turned back, in the JSON or in the seal before it.
    """
    seal_text, payload = text[: _SEAL - 1], text[_SEAL:]
    crc = zlib.crc32(payload, chain)
    computed = b"%08x" % crc
    differing = [
        one ^ other for one, other in zip(seal_text, computed, strict=False) if one != other
    ]
    if not differing or (len(differing) == 1 and differing[0].bit_count() == 1):
        return payload, crc
    try:
        stored = int(seal_text, 16)
    except ValueError:
        return None, crc
    found = flipped_bit(crc ^ stored, len(payload))
    if found is None:
        return None, stored
    byte, bit = found
    return payload[:byte] + bytes([payload[byte] ^ 1 << bit]) + payload[byte + 1 :], stored


def _apply(draft: Draft, entries: Iterable[Entry]) -> tuple[int, list[dict[str, Any]]]:
    applied = 0
    left_out = []
    for entry in entries:
        if entry.revision <= draft.state.revision:
            continue
        refused = []
        for op in entry.ops:
            present = draft.raw(op.table, op.doc_id)
            if _equal(present, op.before):
                after = None if op.after == NOTHING else bytes(op.after)
                draft.restore(op.table, op.doc_id, after)
            elif not _equal(present, op.after):
                refused.append({"table": op.table, "id": op.doc_id})
        if refused:
            left_out.append({"revision": entry.revision, "why": entry.why, "documents": refused})
        applied += len(refused) < len(entry.ops)
    return applied, left_out


def _equal(present: bytes | None, recorded: msgspec.Raw) -> bool:
    if present is None or recorded == NOTHING:
        return present is None and recorded == NOTHING
    return canonical(present) == canonical(recorded)


def _put_aside(log: Log, history: History) -> Path:
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}"
    folder = log.path.with_name(f"{log.path.name}.damaged-{stamp}")
    folder.mkdir()
    for path in (log.path, log.journal_path, history.path):
        if path.exists():
            log.files.link(path, folder / path.name)
    log.files.sync_folder(folder)
    return folder


def _write(log: Log, history: History, draft: Draft, entries: list[Entry]) -> None:
    last = max([draft.state.revision, *(entry.revision for entry in entries)], default=0)
    ops = draft.ops()
    state = State(snapshots.empty(), last, draft.state.next_ids)
    state.tables = draft.state.tables
    log.state = state
    state.apply(Entry(revision=last + 1, at="", why="recover", ops=ops))
    log.files.unlink(history.path)
    unique = {entry.revision: entry for entry in entries}
    lines = [seal(unique[number], 0)[0][_SEAL:-1] for number in sorted(unique)]
    log.checkpoint(lambda: history.extend(Line(text, 0, 0, 0) for text in lines))
