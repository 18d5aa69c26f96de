"""The orders in which books are listed, kept between questions.

To sort 10,000 books by title takes a tenth of a second, most of it to read them and to fold their
titles. So each order is made at the first question for it; after it only the books that were
changed are looked at again, and a mark changes none.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any
from weakref import WeakKeyDictionary

from booktrack.domain.names import sort_name
from booktrack.domain.text import fold, natural_key
from booktrack.services.context import Context
from booktrack.store.base import Document, Reader, Store

Key = tuple[Any, ...] | None


def sorted_ids(ctx: Context, ids: Sequence[int], sort: str, descending: bool) -> list[int]:
    """Return the ids in order; books of which nothing is known to sort by come last."""
    if ctx.store.in_transaction():
        # What is not committed yet is nobody else's business.
        return _in_order(keys_of(ctx.store, ids, sort), ids, descending)
    with _lock:
        orders = _kept.setdefault(ctx.store, {})
        order = orders.setdefault(sort, Order(ctx.store, sort))
    return order.of(ids, descending)


class Order:
    """One order of all books of a store."""

    def __init__(self, store: Store, sort: str) -> None:
        self._store = store
        self._sort = sort
        self._revision: int | None = None
        self._keys: dict[int, Key] = {}
        self._whole: list[int] | None = None
        self._lock = threading.Lock()

    def of(self, ids: Sequence[int], descending: bool) -> list[int]:
        """Return the ids in this order."""
        with self._lock:
            self._keep_in_step()
            if len(ids) != len(self._keys) or descending:
                return _in_order(self._keys, ids, descending)
            if self._whole is None:
                self._whole = _in_order(self._keys, ids, False)
            return self._whole

    def _keep_in_step(self) -> None:
        revision = self._store.catch_up()
        if revision == self._revision:
            return
        changed = None if self._revision is None else self._store.changed_since(self._revision)
        books = None if changed is None else self._touched(changed)
        if books is None:
            self._keys = keys_of(self._store, self._store.ids("books"), self._sort)
            self._whole = None
        else:
            self._look_again(books)
        self._revision = revision

    def _touched(self, changed: set[tuple[str, int]]) -> set[int] | None:
        """Return the books to look at again; None where that cannot be told."""
        books = {doc_id for table, doc_id in changed if table == "books"}
        if self._sort != "release_date":
            return books
        editions = [doc_id for table, doc_id in changed if table == "editions"]
        there = self._store.get_many("editions", editions)
        if len(there) < len(editions):
            return None  # whose edition was removed, nobody knows any more
        # An edition that went from one book to another changed the former one, too.
        return books | {document["book_id"] for document in there.values()}

    def _look_again(self, books: set[int]) -> None:
        fresh = keys_of(self._store, sorted(books), self._sort)
        for book_id in books:
            if book_id in fresh:
                if self._keys.get(book_id, ()) != fresh[book_id]:
                    self._keys[book_id] = fresh[book_id]
                    self._whole = None
            elif self._keys.pop(book_id, ()) != ():
                self._whole = None


def _in_order(keys: dict[int, Key], ids: Sequence[int], descending: bool) -> list[int]:
    known = [(key, book_id) for book_id in ids if (key := keys.get(book_id)) is not None]
    known.sort(reverse=descending)
    last = [book_id for book_id in ids if keys.get(book_id) is None]
    return [book_id for _, book_id in known] + last


def keys_of(reader: Reader, ids: Sequence[int], sort: str) -> dict[int, Key]:
    """Return what each book is sorted by; None where nothing is known of it."""
    books = reader.get_many("books", ids)
    return {book_id: _key(reader, book_id, book, sort) for book_id, book in books.items()}


def _key(reader: Reader, book_id: int, book: Document, sort: str) -> Key:
    if sort == "id":
        return (book_id,)
    if sort in ("added", "updated"):
        at = book.get(f"{sort}_at")
        return (at,) if at else None
    title = natural_key(book["title"])
    if sort == "author":
        authors = book.get("authors") or []
        return (fold(sort_name(authors[0])), title) if authors else None
    if sort == "series":
        first = (book.get("memberships") or [{}])[0]
        # A book of its own stands where a series of its name would.
        return (fold(book.get("series_name") or book["title"]), first.get("sort_key", []), title)
    if sort == "release_date":
        ids = reader.find("edition_book", str(book_id))
        editions = reader.get_many("editions", ids).values()
        dates = [date for one in editions if (date := one.get("release_date"))]
        return (min(dates), title) if dates else None
    return title


_kept: WeakKeyDictionary[Store, dict[str, Order]] = WeakKeyDictionary()
_lock = threading.Lock()
