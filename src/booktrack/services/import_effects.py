"""What a row of an import does to the library, field by field, for a look before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from booktrack.domain.series_choices import shown_name
from booktrack.domain.text import fold_key
from booktrack.store.base import Document, Reader, Transaction

JSON = dict[str, Any]

# How the library keeps its books, and what a person never asks of: no event of a reader's life.
_INNER = frozenset(
    {"origins", "alternatives", "imported", "updated_at", "asked", "asking", "sort_key", "source",
     "user_id", "book_id", "edition_id", "identifiers", "series_name", "series_position",
     "isbn_10", "added_at"}
)  # fmt: skip
_SHOWN_AS = {
    ("editions", "book_format"): "format",
    ("editions", "title"): "edition_title",
    ("readings", "status"): "reading_status",
}
_TABLES = ("books", "editions", "statuses", "readings")


class Watched:
    """A transaction that remembers how the documents were before it changed them."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._before: dict[tuple[str, int], Document | None] = {}
        self._new: set[tuple[str, int]] = set()

    def get(self, table: str, doc_id: int) -> Document | None:
        """Return the document, or None where there is none."""
        return self._tx.get(table, doc_id)

    def get_many(self, table: str, doc_ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that are there, by id."""
        return self._tx.get_many(table, doc_ids)

    def find(self, index: str, key: str) -> list[int]:
        """Return the ids that stand under the key of an index."""
        return self._tx.find(index, key)

    def ids(self, table: str) -> list[int]:
        """Return all ids of a table."""
        return self._tx.ids(table)

    def all(self, table: str) -> Iterator[tuple[int, Document]]:
        """Return every document with its id."""
        return self._tx.all(table)

    def count(self, table: str) -> int:
        """Return how many documents a table holds."""
        return self._tx.count(table)

    def insert(self, table: str, document: Document) -> int:
        """Return the new document's id."""
        doc_id = self._tx.insert(table, document)
        self._before.setdefault((table, doc_id), None)
        self._new.add((table, doc_id))
        return doc_id

    def put(self, table: str, doc_id: int, document: Document) -> bool:
        """Replace a document; return False where it was the same already."""
        before = self._tx.get(table, doc_id)
        changed = self._tx.put(table, doc_id, document)
        if changed:
            self._before.setdefault((table, doc_id), before)
        return changed

    def remove(self, table: str, doc_id: int) -> None:
        """Remove a document."""
        self._before.setdefault((table, doc_id), self._tx.get(table, doc_id))
        self._tx.remove(table, doc_id)

    def savepoint(self) -> int:
        """Return a mark to roll back to; what is remembered is of what comes after it."""
        self._before.clear()
        return self._tx.savepoint()

    def roll_back(self, savepoint: int) -> None:
        """Take back what was changed after the mark."""
        self._before.clear()
        self._tx.roll_back(savepoint)

    def changes(self) -> JSON:
        """Return by field `[before, after]` of what was changed since the last savepoint."""
        found: JSON = {}
        for (table, doc_id), before in self._before.items():
            if table in _TABLES:
                _compare(found, table, self._shown(before), self._shown(self.get(table, doc_id)))
        return found

    def namesakes(self, book_id: int) -> list[JSON]:
        """Return the books of the title of a book that is new: perhaps it is one of them.

        What the same file has brought is no candidate: after a preview it is not there.
        """
        if self._before.get(("books", book_id), {}) is not None:
            return []
        book = self.get("books", book_id) or {}
        ids = self.find("title", fold_key(book["title"]))
        return [
            {"book_id": one, "title": other["title"], "authors": other.get("authors", [])}
            for one, other in self.get_many("books", ids).items()
            if ("books", one) not in self._new
        ]

    def _shown(self, document: Document | None) -> JSON:
        if document is None:
            return {}
        shown = {name: value for name, value in document.items() if name not in _INNER}
        if "memberships" in shown:
            shown["series"] = [self._place(one) for one in shown.pop("memberships")]
        return shown

    def _place(self, membership: Document) -> str:
        series = self.get("series", membership["series_id"])
        name = shown_name(series) if series else ""
        return f"{name} {membership.get('position') or membership.get('label') or ''}".strip()


def _compare(found: JSON, table: str, before: JSON, after: JSON) -> None:
    for name in dict.fromkeys([*before, *after]):
        mine, theirs = before.get(name), after.get(name)
        if (mine or None) != (theirs or None):
            found[_SHOWN_AS.get((table, name), name)] = [mine, theirs]


@dataclass(frozen=True)
class Earlier:
    """What imports of one format by one user brought before."""

    editions: frozenset[int] = frozenset()
    missed: frozenset[int] = frozenset()
    """Those that were gone at an import before this one, and were reported then."""

    @classmethod
    def of(cls, reader: Reader, format: str, user_id: int) -> Earlier:
        """Return what the user imported of this format."""
        imports = [
            one
            for _, one in reader.all("imports")
            if one["format"] == format and one["user_id"] == user_id
        ]
        if not imports:
            return cls()
        editions = {
            one.get("edition_id")
            for table in ("statuses", "readings")
            for _, one in reader.all(table)
            if one["user_id"] == user_id and format in one.get("imported", {})
        }
        missed = {edition_id for one in imports for edition_id in one.get("vanished", [])}
        known = frozenset(one for one in editions if one is not None)
        return cls(known, frozenset(missed))

    def vanished(self, reader: Reader, touched: set[int]) -> list[JSON]:
        """Return the editions that are no longer in the file; they stay in the library.

        A file that holds less than half of what was there is a part, or another account's.
        """
        if 2 * len(self.editions & touched) < len(self.editions):
            return []
        gone = reader.get_many("editions", sorted(self.editions - touched - self.missed))
        books = reader.get_many("books", {one["book_id"] for one in gone.values()})
        return [
            {
                "edition_id": edition_id,
                "book_id": one["book_id"],
                "title": books[one["book_id"]]["title"],
                "isbn_13": one.get("isbn_13"),
            }
            for edition_id, one in gone.items()
        ]
