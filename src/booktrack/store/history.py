"""What was done: `library.json.history`, where the journal's lines go when it ends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import Any

from booktrack.store.base import Change, Changes, Document
from booktrack.store.encoding import decode
from booktrack.store.files import Files, copy_rights
from booktrack.store.journal import NOTHING, Entry, Line, entry_of, read_lines, seal_bytes

# The newest transactions that fit are kept: about 100,000 marks, or six imports of 10,000 books.
HISTORY_LIMIT = 64 << 20
# However large they are, so many of the last transactions can always be undone.
ALWAYS_KEPT = 20


class History:
    """The finished transactions, oldest first, each line sealed for itself."""

    def __init__(self, path: Path, library: Path, files: Files, limit: int = HISTORY_LIMIT) -> None:
        self.path = path
        self._library = library
        self._files = files
        self._limit = limit

    def lines(self) -> list[Line]:
        """Return the whole lines that are there.

        Raises:
            StoreCorrupt: a line is damaged.
        """
        handle = self._files.open(self.path)
        if handle is None:
            return []
        with handle:
            return read_lines(self._files.read(handle), 0, None, self.path)

    def entries(self) -> Iterator[Entry]:
        """Return the transactions, oldest first."""
        return (entry_of(line, self.path) for line in self.lines())

    def extend(self, lines: Iterable[Line]) -> None:
        """Add the lines of a journal, except those that a broken-off attempt added already."""
        there = self.lines()
        last = entry_of(there[-1], self.path).revision if there else 0
        fresh = [line.payload for line in lines if entry_of(line, self.path).revision > last]
        if not fresh:
            return
        end = there[-1].end if there else 0
        payloads = [*(line.payload for line in there), *fresh]
        kept = self._newest(payloads)
        if not there or len(kept) < len(payloads):
            self._files.put(self.path, _sealed(kept), like=self._library)
        else:
            self._append(end, b"".join(_sealed(fresh)))

    def _append(self, end: int, new: bytes) -> None:
        with FileIO(self.path, "r+") as handle:
            copy_rights(self._library, handle.fileno())
            self._files.truncate(handle, end)  # what a broken-off attempt left behind
            handle.seek(end)
            self._files.write(handle, new)
            self._files.sync(handle)

    def _newest(self, payloads: list[bytes]) -> list[bytes]:
        # Down to half of the limit, so that the file is not rewritten at every checkpoint.
        room = self._limit if sum(map(len, payloads)) <= self._limit else self._limit // 2
        kept: list[bytes] = []
        for payload in reversed(payloads):
            room -= len(payload) + 10
            if room < 0 and len(kept) >= ALWAYS_KEPT:
                break
            kept.append(payload)
        return kept[::-1]


def _sealed(payloads: Iterable[bytes]) -> Iterator[bytes]:
    return (seal_bytes(payload, 0)[0] for payload in payloads)


def summary(entry: Entry, undone_by: int | None) -> dict[str, Any]:
    """Return a transaction as the user sees it, with the number of changes per table."""
    changes: dict[str, Counter[str]] = {}
    for op in entry.ops:
        kind = "added" if op.before == NOTHING else "removed" if op.after == NOTHING else "changed"
        changes.setdefault(op.table, Counter())[kind] += 1
    return {
        "id": entry.revision,
        "at": entry.at,
        "why": entry.why,
        "user_id": entry.user_id,
        "changes": {table: counts.total() for table, counts in changes.items()},
        "details": {table: dict(counts) for table, counts in changes.items()},
        "undoes": entry.undoes,
        "undone_by": undone_by,
    }


def undone_by(entries: Iterable[Entry]) -> dict[int, int]:
    """Return which transaction took back which, as far as that still holds.

    An undo that was itself undone does not count: what it took back is there again.
    """
    undone: dict[int, int] = {}
    takes_back: dict[int, int] = {}
    for entry in entries:
        if entry.undoes is None:
            continue
        takes_back[entry.revision] = entry.undoes
        undone[entry.undoes] = entry.revision
        again = takes_back.get(entry.undoes)
        if again is not None and undone.get(again) == entry.undoes:
            del undone[again]
    return undone


def changes(
    entries: Sequence[Entry],
    revision: int,
    tables: Collection[str],
    since: datetime | None,
    after: int | None,
) -> Changes:
    """Return what the transactions changed in these tables, from the first that is meant on.

    Only the documents that are meant are read: the history of an import holds 50,000.
    """
    first = _first(entries, since, after)
    made = [
        Change(entry.revision, entry.at, op.table, op.doc_id, _read(op.before), _read(op.after))
        for entry in entries[first:]
        for op in entry.ops
        if op.table in tables
    ]
    oldest = entries[0].revision if entries else revision + 1
    # Where the oldest that is kept is meant too, it must be the first of all that are meant.
    return Changes(first > 0 or oldest <= (after or 0) + 1, made)


def _first(entries: Sequence[Entry], since: datetime | None, after: int | None) -> int:
    """Return where they begin: by their order, not by each one's clock, which may be set back."""
    for number, entry in enumerate(entries):
        if after is not None and entry.revision <= after:
            continue
        if since is None or datetime.fromisoformat(entry.at) >= since:
            return number
    return len(entries)


def _read(raw: bytes) -> Document | None:
    return None if raw == NOTHING else decode(raw)
