"""The library in memory: the snapshot's bytes, what the journal changed since, and the indexes."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from heapq import merge

from booktrack.errors import StoreCorrupt
from booktrack.store.encoding import decode
from booktrack.store.indexes import Index, index_of
from booktrack.store.journal import NOTHING, Entry
from booktrack.store.sections import EMPTY, Section
from booktrack.store.snapshot import Snapshot

# Enough for a search index that looks again after an import of a large collection.
_REMEMBERED_CHANGES = 200_000


class TableState:
    """One table: an unchanging section and, over it, the documents that changed since."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.changed: dict[int, bytes | None] = {}
        self._added = 0

    def raw(self, doc_id: int) -> bytes | None:
        """Return the document's bytes, or None."""
        if doc_id in self.changed:
            return self.changed[doc_id]
        return self.section.raw(doc_id)

    def set(self, doc_id: int, raw: bytes | None) -> None:
        """Replace, add or (None) remove a document."""
        self._added += (raw is not None) - (self.raw(doc_id) is not None)
        self.changed[doc_id] = raw

    def __len__(self) -> int:
        return len(self.section) + self._added

    def ids(self) -> list[int]:
        """Return all ids, ascending."""
        if not self.changed:
            return list(self.section.ids)
        changed = self.changed
        kept = (doc_id for doc_id in self.section.ids if doc_id not in changed)
        return sorted([*kept, *(key for key, raw in changed.items() if raw is not None)])

    def items(self) -> Iterator[tuple[int, bytes]]:
        """Return every document as it is now, ascending, whatever changes while they are read."""
        return self._items(self.changed.copy())

    def _items(self, changed: dict[int, bytes | None]) -> Iterator[tuple[int, bytes]]:
        kept = (item for item in self.section.items() if item[0] not in changed)
        fresh = sorted((key, raw) for key, raw in changed.items() if raw is not None)
        return merge(kept, fresh, key=lambda item: item[0])

    def lines(self) -> Iterator[bytes | memoryview]:
        """Return the lines of the snapshot: runs of unchanged ones whole, the changed ones anew."""
        for part in self.section.slices(sorted(self.changed)):
            if not isinstance(part, int):
                yield part
            elif (raw := self.changed[part]) is not None:
                yield b'"%d": %b' % (part, raw)


class State:
    """Every table at one revision."""

    def __init__(self, snapshot: Snapshot, revision: int, next_ids: dict[str, int]) -> None:
        self.revision = revision
        self.tables = {name: TableState(part) for name, part in snapshot.sections.items()}
        self.next_ids = dict(next_ids)
        self._indexes: dict[str, Index] = {}
        self._changes: deque[tuple[int, frozenset[tuple[str, int]]]] = deque()
        self._remembered = 0
        self._known_since = revision

    def table(self, name: str) -> TableState:
        """Return the table, an empty one where there is none."""
        found = self.tables.get(name)
        return TableState(EMPTY) if found is None else found

    def lines(self) -> dict[str, Iterator[bytes | memoryview]]:
        """Return the lines of the snapshot of each table that holds a document."""
        return {name: part.lines() for name, part in self.tables.items() if len(part)}

    def next_id(self, table: str) -> int:
        """Return the id that the table's next document gets."""
        return self.next_ids.get(table, 1)

    def index(self, name: str) -> Index:
        """Return an index, built now if nobody asked it before.

        Raises:
            KeyError: there is no such index.
        """
        if name not in self._indexes:
            index = index_of(name)
            table = self.table(index.table)
            index.build(table.section)
            for doc_id, raw in table.changed.items():
                index.change(doc_id, table.section.raw(doc_id), raw)
            self._indexes[name] = index
        return self._indexes[name]

    def built_indexes(self) -> dict[str, Index]:
        """Return the indexes that are kept at the moment."""
        return dict(self._indexes)

    def apply(self, entry: Entry) -> None:
        """Take over one transaction.

        Raises:
            StoreCorrupt: its revision does not follow this one.
        """
        if entry.revision != self.revision + 1:
            raise StoreCorrupt(
                f"the journal goes from revision {self.revision} to {entry.revision}"
            )
        indexes = list(self._indexes.values())
        for op in entry.ops:
            before = None if op.before == NOTHING else bytes(op.before)
            after = None if op.after == NOTHING else bytes(op.after)
            if op.table not in self.tables:
                self.tables[op.table] = TableState(EMPTY)
            self.tables[op.table].set(op.doc_id, after)
            if op.doc_id >= self.next_id(op.table):
                self.next_ids[op.table] = op.doc_id + 1
            for index in indexes:
                if index.table == op.table:
                    index.change(op.doc_id, before, after)
        self.revision = entry.revision
        self._remember(entry)

    def changed_since(self, revision: int) -> set[tuple[str, int]] | None:
        """Return what was touched after the revision; None where that is not remembered."""
        if not self._known_since <= revision <= self.revision:
            return None
        touched: set[tuple[str, int]] = set()
        for at, pairs in reversed(self._changes):
            if at <= revision:
                break
            touched |= pairs
        return touched

    def _remember(self, entry: Entry) -> None:
        pairs = frozenset((op.table, op.doc_id) for op in entry.ops)
        self._changes.append((entry.revision, pairs))
        self._remembered += len(pairs)
        while self._remembered > _REMEMBERED_CHANGES:
            self._known_since, forgotten = self._changes.popleft()
            self._remembered -= len(forgotten)


def documents(items: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, dict[str, object]]]:
    """Return the items with their documents decoded."""
    return ((doc_id, decode(raw)) for doc_id, raw in items)
