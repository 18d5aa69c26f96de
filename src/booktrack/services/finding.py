"""Finding books in the library: by identifier exactly, else by words with typos."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

from booktrack.domain.identifiers import identifier_key
from booktrack.domain.search import Entry, Hit, Kind, SearchIndex
from booktrack.store.base import Document, Reader, Store

JSON = dict[str, Any]


class Finder:
    """The search index of one store, built at the first question and kept in step after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._index = SearchIndex()
        self._revision: int | None = None
        self._lock = threading.Lock()

    def search(self, query: str, *, kind: Kind = "any", limit: int = 10) -> list[Hit]:
        """Return the books that answer the query, best first."""
        with self._lock:
            return self._current().search(query, kind=kind, limit=limit)

    def suggest(self, query: str, limit: int = 3) -> list[str]:
        """Return the nearest titles, series and authors for a query that found nothing."""
        with self._lock:
            return self._current().suggest(query, limit)

    def _current(self) -> SearchIndex:
        if self._store.in_transaction():
            # Its own changes are in no revision yet, and may still be taken back.
            index = SearchIndex()
            index.build(entries(self._store))
            return index
        self._keep_in_step()
        return self._index

    def _keep_in_step(self) -> None:
        revision = self._store.catch_up()
        changed = None
        if self._revision is not None:
            if revision == self._revision:
                return
            changed = self._store.changed_since(self._revision)
        if changed is None:
            self._index.build(entries(self._store))
        else:
            self._update(changed)
        self._revision = revision

    def _update(self, changed: set[tuple[str, int]]) -> None:
        books = {doc_id for table, doc_id in changed if table == "books"}
        for table, doc_id in changed:
            if table == "series":
                books.update(self._store.find("series", str(doc_id)))
        found = self._store.get_many("books", sorted(books))
        names = _SeriesNames(self._store)
        for book_id in books:
            if book_id in found:
                self._index.put(book_id, _entry(found[book_id], names))
            else:
                self._index.remove(book_id)


def entries(reader: Reader) -> Iterator[tuple[int, Entry]]:
    """Yield what is searched of every book."""
    names = _SeriesNames(reader)
    for book_id, book in reader.all("books"):
        yield book_id, _entry(book, names)


class _SeriesNames(dict[int, tuple[str, ...]]):
    """The names of series by id, read from the store when first asked for."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self._reader = reader

    def __missing__(self, series_id: int) -> tuple[str, ...]:
        document = self._reader.get("series", series_id) or {"name": ""}
        names = (document["name"], *(alias["name"] for alias in document.get("aliases", [])))
        self[series_id] = names
        return names


def _entry(book: Document, names: _SeriesNames) -> Entry:
    memberships = book.get("memberships", ())
    return Entry(
        book["title"],
        tuple(book.get("alternate_titles", ())),
        tuple(name for one in memberships for name in names[one["series_id"]]),
        tuple(book.get("authors", ())),
        book.get("series_position"),
    )


def editions_with_isbn(reader: Reader, isbn: str) -> list[int]:
    """Return the ids of all editions that carry an ISBN-13: publishers have used one twice."""
    return reader.find("identifier", identifier_key("isbn", isbn))
