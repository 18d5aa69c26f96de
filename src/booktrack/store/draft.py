"""A transaction that is being written: its own changes over the library as it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from booktrack.errors import InvalidDocument, NotFound, shown
from booktrack.store.base import Document
from booktrack.store.encoding import LARGEST_ID, canonical, check_table_name, decode, encode
from booktrack.store.indexes import Index, definition, index_of
from booktrack.store.journal import NOTHING, Op
from booktrack.store.state import State, documents


class _Change(NamedTuple):
    table: str
    doc_id: int
    earlier: bytes | None
    was_touched: bool


class Draft:
    """The `Transaction` of `store.base`: nothing leaves it before it is committed."""

    def __init__(self, state: State) -> None:
        """Start over a state that nobody changes meanwhile."""
        self.state = state
        self._changed: dict[str, dict[int, bytes | None]] = {}
        self._next_ids: dict[str, int] = {}
        self._indexes: dict[str, Index] = {}
        self._log: list[_Change] = []
        self._open = True

    # Reading

    def get(self, table: str, doc_id: int) -> Document | None:
        """Return the document, or None where there is none."""
        raw = self.raw(table, doc_id)
        return None if raw is None else decode(raw)

    def get_many(self, table: str, doc_ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that are there, by id, in the order asked for."""
        found = ((doc_id, self.raw(table, doc_id)) for doc_id in doc_ids)
        return {doc_id: decode(raw) for doc_id, raw in found if raw is not None}

    def find(self, index: str, key: str) -> list[int]:
        """Return the ids that stand under the key of an index, ascending."""
        found = self.state.index(index).find(key)
        changed = self._changed.get(definition(index).table)
        if not changed:
            return found
        own = self._index(index, changed).find(key)
        if not found:
            return own
        return sorted([*(doc_id for doc_id in found if doc_id not in changed), *own])

    def ids(self, table: str) -> list[int]:
        """Return all ids of a table, ascending."""
        changed = self._changed.get(table, {})
        kept = (doc_id for doc_id in self.state.table(table).ids() if doc_id not in changed)
        return sorted([*kept, *(key for key, raw in changed.items() if raw is not None)])

    def all(self, table: str) -> Iterator[tuple[int, Document]]:
        """Return every document with its id, ascending by id."""
        found = ((doc_id, self.raw(table, doc_id)) for doc_id in self.ids(table))
        return documents((doc_id, raw) for doc_id, raw in found if raw is not None)

    def count(self, table: str) -> int:
        """Return how many documents a table holds."""
        there = self.state.table(table)
        more = sum(
            (raw is not None) - (there.raw(doc_id) is not None)
            for doc_id, raw in self._changed.get(table, {}).items()
        )
        return len(there) + more

    def raw(self, table: str, doc_id: int) -> bytes | None:
        """Return the document's bytes, or None."""
        changed = self._changed.get(table)
        if changed is not None and doc_id in changed:
            return changed[doc_id]
        return self.state.table(table).raw(doc_id)

    def tables(self) -> list[str]:
        """Return the names of the tables that hold a document."""
        names = {*self.state.tables, *self._changed}
        return sorted(name for name in names if self.count(name))

    # Writing

    def insert(self, table: str, document: Document) -> int:
        """Return the new document's id; an id is never given twice, not even after a removal."""
        raw = encode(check_table_name(table), document)
        doc_id = self.take_id(table)
        self._set(table, doc_id, raw)
        return doc_id

    def put(self, table: str, doc_id: int, document: Document) -> bool:
        """Replace a document; return False where it was the same already."""
        before = self._there(table, doc_id)
        raw = encode(table, document)
        if raw == before or raw == canonical(before):
            return False
        self._set(table, doc_id, raw)
        return True

    def remove(self, table: str, doc_id: int) -> None:
        """Remove a document."""
        self._there(table, doc_id)
        self._set(table, doc_id, None)

    def take_id(self, table: str) -> int:
        """Return an id that no document of the table ever had."""
        doc_id = max(self._next_ids.get(table, 1), self.state.next_id(table))
        self._next_ids[table] = doc_id + 1
        return doc_id

    def insert_at(self, table: str, doc_id: int, document: Document) -> None:
        """Add a document under an id that the caller chose, as TinyDB allows.

        Raises:
            InvalidDocument: the id is taken or is no positive number.
        """
        raw = encode(check_table_name(table), document)
        if type(doc_id) is not int or not 0 < doc_id <= LARGEST_ID:
            raise InvalidDocument(f"{table}: an id is a number from 1 on, got {shown(doc_id)}")
        if self.raw(table, doc_id) is not None:
            raise InvalidDocument(f"{table} {doc_id} is there already")
        self.restore(table, doc_id, raw)

    def restore(self, table: str, doc_id: int, raw: bytes | None) -> None:
        """Set bytes that were stored before, or remove the document where they are None."""
        self._next_ids[table] = max(self._next_ids.get(table, 1), doc_id + 1)
        self._set(table, doc_id, raw)

    # Keeping or leaving

    def savepoint(self) -> int:
        """Return a mark to roll back to."""
        return len(self._log)

    def roll_back(self, savepoint: int) -> None:
        """Take back what was changed after the mark. Ids that were given stay given."""
        while len(self._log) > savepoint:
            change = self._log.pop()
            self._write(change.table, change.doc_id, change.earlier)
            if not change.was_touched:
                del self._changed[change.table][change.doc_id]

    def ops(self) -> list[Op]:
        """Return what the transaction changed, in the order of the tables' first change."""
        return [
            Op(table, doc_id, _raw(before), _raw(after))
            for table, changed in self._changed.items()
            for doc_id, after in changed.items()
            if (before := self.state.table(table).raw(doc_id)) != after
        ]

    def end(self) -> None:
        """Refuse every further change: the transaction was committed or left."""
        self._open = False

    def _there(self, table: str, doc_id: int) -> bytes:
        raw = self.raw(table, doc_id)
        if raw is None:
            raise NotFound(f"there is no {table} {shown(doc_id)}", table=table, doc_id=doc_id)
        return raw

    def _set(self, table: str, doc_id: int, raw: bytes | None) -> None:
        if not self._open:
            raise RuntimeError("this transaction has ended; start another one")
        touched = doc_id in self._changed.setdefault(table, {})
        self._log.append(_Change(table, doc_id, self.raw(table, doc_id), touched))
        self._write(table, doc_id, raw)

    def _write(self, table: str, doc_id: int, raw: bytes | None) -> None:
        for index in self._indexes.values():
            if index.table == table:
                before = self._changed[table].get(doc_id)
                index.change(doc_id, before, raw)
        self._changed[table][doc_id] = raw

    def _index(self, name: str, changed: dict[int, bytes | None]) -> Index:
        # Over the changed documents only, so that an import of 10,000 rows stays linear.
        if name not in self._indexes:
            index = self._indexes[name] = index_of(name)
            for doc_id, raw in changed.items():
                index.change(doc_id, None, raw)
        return self._indexes[name]


def _raw(found: bytes | None) -> msgspec.Raw:
    return NOTHING if found is None else msgspec.Raw(found)
