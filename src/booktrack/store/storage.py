"""TinyDB over the store: its own `Table` and `Storage`, so that nobody can write past the journal.

`Table._update_table` is the one funnel of every change that TinyDB makes to a table; here it is a
transaction on copies. `drop_table` and `drop_tables` go around the funnel and hand the storage a
whole database, which `write` turns into a transaction of what differs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any

from tinydb import TinyDB
from tinydb.queries import QueryLike
from tinydb.storages import Storage
from tinydb.table import Table

from booktrack.errors import InvalidDocument, shown
from booktrack.store.base import Document
from booktrack.store.draft import Draft

if TYPE_CHECKING:
    from booktrack.store.database import Database


class TableView(Mapping[str, Document]):
    """A table as TinyDB reads it: ids as text, each document decoded when it is asked for."""

    def __init__(self, store: Database, table: str) -> None:
        self._store = store
        self._table = table

    def __getitem__(self, key: str) -> Document:
        document = self._store.get(self._table, int(key)) if key.isdecimal() else None
        if document is None:
            raise KeyError(key)
        return document

    def __iter__(self) -> Iterator[str]:
        return map(str, self._store.ids(self._table))

    def __len__(self) -> int:
        return self._store.count(self._table)

    def items(self) -> Any:
        """Return every id with its document; decoded while they are read."""
        return ((str(doc_id), document) for doc_id, document in self._store.all(self._table))


class TableDraft(MutableMapping[int, Document]):
    """What an updater of TinyDB changes: documents of its own until `keep` hands them over."""

    def __init__(self, draft: Draft, table: str) -> None:
        self._draft = draft
        self._table = table
        self._ids = dict.fromkeys(draft.ids(table))
        self._given: dict[int, Document] = {}

    def __getitem__(self, key: int) -> Document:
        if key not in self._ids:
            raise KeyError(key)
        if key not in self._given:
            found = self._draft.get(self._table, key)
            if found is None:
                raise KeyError(key)
            self._given[key] = found
        return self._given[key]

    def __setitem__(self, key: int, document: Document) -> None:
        self._ids[key] = None
        self._given[key] = document

    def __delitem__(self, key: int) -> None:
        del self._ids[key]
        self._given.pop(key, None)

    def __contains__(self, key: object) -> bool:
        return key in self._ids

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def keep(self) -> None:
        """Hand over what the updater left: documents it removed, changed and added."""
        there = set(self._draft.ids(self._table))
        for doc_id in there - self._ids.keys():
            self._draft.remove(self._table, doc_id)
        for doc_id, document in self._given.items():
            if doc_id in there:
                self._draft.put(self._table, doc_id, document)
            else:
                self._draft.insert_at(self._table, doc_id, document)


class StoreStorage(Storage):
    """The store as TinyDB's storage."""

    def __init__(self, store: Database) -> None:
        self.store = store

    def read(self) -> dict[str, dict[str, Any]] | None:
        """Return a view of each table that holds a document, or None where there is none."""
        tables: dict[str, Any] = {name: TableView(self.store, name) for name in self.store.tables()}
        return tables or None

    def write(self, data: Mapping[str, Mapping[Any, Document]]) -> None:
        """Make the store hold these tables and no others, as one transaction."""
        with self.store.transaction("tinydb: write") as draft:
            for name in {*draft.tables(), *data}:
                table = TableDraft(draft, name)
                wanted = {_number(key): document for key, document in data.get(name, {}).items()}
                for doc_id in set(table) - wanted.keys():
                    del table[doc_id]
                for doc_id, document in wanted.items():
                    table[doc_id] = document
                table.keep()

    def close(self) -> None:
        """Close the store with TinyDB."""
        self.store.close()


def _number(key: object) -> int:
    try:
        return int(str(key))
    except ValueError as error:
        raise InvalidDocument(f"an id is a number, got {shown(key)}") from error


class StoreTable(Table):
    """A table whose every change is a transaction of the store."""

    default_query_cache_capacity = 0  # a cached answer would miss what other processes change

    _storage: StoreStorage

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, **options: Any) -> None:
        """Take TinyDB's arguments; `cache_size` is always 0, see above."""
        super().__init__(storage, name, cache_size=0, **options)

    def insert(self, document: Mapping[str, Any]) -> int:
        """Return the id of the new document."""
        with self._transaction("insert"):
            return super().insert(document)

    def insert_multiple(self, documents: Iterable[Mapping[str, Any]]) -> list[int]:
        """Return the ids of the new documents, added as one transaction."""
        with self._transaction("insert"):
            return super().insert_multiple(documents)

    def upsert(self, document: Mapping[str, Any], cond: QueryLike | None = None) -> list[int]:
        """Return the ids of the documents that were updated, or of the one that was added."""
        with self._transaction("upsert"):
            return super().upsert(document, cond)

    def _transaction(self, why: str) -> Any:
        return self._storage.store.transaction(f"tinydb: {why} {self.name}")

    def _get_next_id(self) -> int:
        with self._transaction("insert") as draft:
            doc_id: int = draft.take_id(self.name)
        return doc_id

    def _read_table(self) -> Any:
        return TableView(self._storage.store, self.name)

    def _update_table(self, updater: Callable[[Any], None]) -> None:
        with self._transaction("update") as draft:
            table = TableDraft(draft, self.name)
            updater(table)
            table.keep()


class StoreTinyDB(TinyDB):
    """TinyDB with the store's tables."""

    table_class = StoreTable  # type: ignore[assignment]  # tinydb declares exactly Table, documents subclasses


def tinydb_over(store: Database) -> TinyDB:
    """Return a TinyDB that reads and writes the store."""
    return StoreTinyDB(store, storage=StoreStorage)
