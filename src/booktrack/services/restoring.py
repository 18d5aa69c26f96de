"""Taking in booktrack's own files: everything goes where the file says that it stands.

What is new is stored as it was exported, so that exporting it again gives the same bytes. What is
there already is joined: the user's later word wins, sources keep their say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.domain.merge import Facts, merge
from booktrack.domain.models import Book, Edition
from booktrack.domain.records import ExactRow, ImportedFile, ImportedRow
from booktrack.domain.series_choices import shown_kind, shown_line, shown_name
from booktrack.domain.series_names import series_key
from booktrack.domain.text import fold, fold_key
from booktrack.errors import InvalidDocument
from booktrack.services.price_notes import insert_edition, take_prices
from booktrack.services.recording import (
    VOLUME,
    Recorded,
    find_book,
    find_edition,
    known_series,
    same_edition,
    with_memberships,
)
from booktrack.services.restoring_readings import RestoringReadings
from booktrack.services.writing import filling_gaps, put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

# What is no source's word: it is taken over with a new document and never merged.
_BOOK_STORED = frozenset(
    {"origins", "alternatives", "locked", "updated_at", "added_at", "not_in_series"}
)
_EDITION_STORED = frozenset(
    {"origins", "alternatives", "locked", "updated_at", "book_id", "source", "asked"}
)
_NOTED = ("updated_at", "imported", "source")


class Restoring:
    """One own file on its way into the library."""

    def __init__(self, tx: Transaction, file: ImportedFile, user_id: int, now: str) -> None:
        self._tx = tx
        self._source = file.format
        self._user_id = user_id
        self._now = now
        self._books: dict[str, int] = {}
        self._new: set[int] = set()
        self._editions: set[int] = set()
        self._told: dict[int, int] = {}  # by book: how many readings the file has told of so far
        self._readings = RestoringReadings(tx, file.format, user_id, now)
        self._taken: set[int] = set()
        self._series = {
            key: self._restore_series(document) for key, document in file.series.items()
        }

    # --- series --------------------------------------------------------------------------------

    def _restore_series(self, told: JSON) -> int:
        # What it says of books is put in when the books are there.
        bare = {**told, "overrides": _others(told.get("overrides", {}))}
        same = self._same_series(told)
        if same is None:
            series_id = self._tx.insert("series", {"updated_at": self._now, **bare})
            self._taken.add(series_id)
            return series_id
        self._taken.add(same)
        before = self._tx.get("series", same) or {}
        put(self._tx, "series", same, before, _joined_series(before, bare), self._now)
        return same

    def _same_series(self, told: JSON) -> int | None:
        """Return the series of this name, kind and line.

        Where several bear the name it is the one that is shown under it, then the one that shares
        an author.
        """
        wanted = set(map(fold, told.get("authors", [])))
        name = fold(shown_name(told))
        fitting = []
        for one in known_series(self._tx, [series_key(shown_name(told))]):
            same = (one.kind, one.edition_line) == (shown_kind(told), shown_line(told))
            if one.id not in self._taken and same and name in map(fold, one.names):
                shown = shown_name(self._tx.get("series", one.id) or told)
                stranger = not wanted & set(map(fold, one.authors))
                fitting.append((fold(shown) != name, stranger, one.id))
        return min(fitting)[-1] if fitting else None

    def finish(self, file: ImportedFile) -> None:
        """Put in what series say of books, which have their ids by now."""
        for key, series_id in self._series.items():
            said = file.series[key].get("overrides", {})
            if not any(name.startswith("book ") for name in said):
                continue
            before = self._tx.get("series", series_id) or {}
            kept = before.get("overrides", {})
            named = {self._named(name): one for name, one in said.items() if self._named(name)}
            ordered = {name: kept.get(name, one) for name, one in named.items()}
            after = {**before, "overrides": ordered | kept}
            put(self._tx, "series", series_id, before, after, before.get("updated_at", self._now))

    def _named(self, override: str) -> str | None:
        if not override.startswith("book "):
            return override
        book_id = self._books.get(override[5:])
        return None if book_id is None else f"book {book_id}"

    # --- books ---------------------------------------------------------------------------------

    def take(self, row: ImportedRow, exact: ExactRow) -> Recorded:
        """Return where a row went; where it fails nothing is remembered of it."""
        memberships = [self._membership(place) for place in exact.places]
        book_id = self._book_of(row, exact, memberships)
        is_new = book_id is None
        edition_ids: list[int] = []
        book_id, changed = self._put_book(exact, memberships, book_id)
        added = is_new
        if exact.edition is not None:
            new_book = is_new or book_id in self._new
            edition_id, fresh, said = self._put_edition(row, exact, book_id, new_book)
            edition_ids.append(edition_id)
            added, changed = added or fresh, changed or said
            changed |= self._status(edition_id, exact.status)
        first = self._told.get(book_id, 0) + 1
        changed |= self._readings.take(book_id, edition_ids, first, exact.readings)
        self._books.setdefault(exact.book, book_id)
        self._editions.update(edition_ids)
        self._told[book_id] = self._told.get(book_id, 0) + len(exact.readings)
        if is_new:
            self._new.add(book_id)
        return Recorded(book_id, edition_ids, added, changed)

    def _membership(self, place: JSON) -> Document:
        key = place["series"]
        if key not in self._series:
            raise InvalidDocument(f"the file lists no series {key}", table="series", field="places")
        told = {name: value for name, value in place.items() if name != "series"}
        return {"series_id": self._series[key], **told}

    def _book_of(
        self, row: ImportedRow, exact: ExactRow, memberships: list[Document]
    ) -> int | None:
        if exact.book in self._books:
            return self._books[exact.book]
        if row.work is None:
            return None
        identifiers = self._with_ids(exact.document).get("identifiers", {})
        work = row.work.model_copy(update={"identifiers": identifiers})
        for record in work.editions:
            edition_id = find_edition(self._tx, record, work, apart=self._editions)
            edition = None if edition_id is None else self._tx.get("editions", edition_id)
            if edition is not None and edition["book_id"] not in self._told:
                return int(edition["book_id"])
        same = find_book(self._tx, work, memberships, apart=self._told)
        return same or self._alike(exact.document, memberships)

    def _alike(self, told: JSON, memberships: list[Document]) -> int | None:
        """Return the book that stands here as it does in the file, even one without an author."""
        places = [(one["series_id"], one.get("position")) for one in memberships]
        ids = self._tx.find("title", fold_key(told["title"]))
        for book_id, book in self._tx.get_many("books", ids).items():
            if book_id not in self._told and (
                book["title"],
                book.get("authors", []),
                [(one["series_id"], one.get("position")) for one in book.get("memberships", [])],
            ) == (told["title"], told.get("authors", []), places):
                return book_id
        return None

    def _put_book(
        self, exact: ExactRow, memberships: list[Document], book_id: int | None
    ) -> tuple[int, bool]:
        document = self._with_ids(exact.document)
        if book_id is None:
            fresh = {"updated_at": self._now, **document}
            new = with_memberships(self._tx, fresh, memberships)
            return self._tx.insert("books", new), True
        if book_id in self._new:
            return book_id, False  # another edition of a book that this file has brought
        before = self._tx.get("books", book_id) or {}
        after = self._joined(before, document, _BOOK_STORED)
        places = {one["series_id"]: one for one in before.get("memberships", [])}
        if "memberships" not in before.get("locked", []):
            for one in memberships:
                mine = places.get(one["series_id"])
                left = one["series_id"] in before.get("not_in_series", [])
                if not left and (mine is None or not mine.get("locked")):
                    places[one["series_id"]] = one
        after = with_memberships(self._tx, after, list(places.values()))
        after = Book.check(after).dump()
        return book_id, put(self._tx, "books", book_id, before, after, self._now)

    def _with_ids(self, document: JSON) -> JSON:
        told = dict(document)
        left = [self._series[str(key)] for key in told.pop("not_in_series", [])
                if str(key) in self._series]  # fmt: skip
        if left:
            told["not_in_series"] = left
        marks = told.get("identifiers", {}).get(VOLUME, [])
        if marks:
            parted = [mark.partition("/") for mark in marks]
            named = [f"{self._series[key]}/{rest}" for key, _, rest in parted
                     if key in self._series]  # fmt: skip
            told["identifiers"] = {**told["identifiers"], VOLUME: named}
        return told

    def _joined(self, before: Document, told: JSON, stored: frozenset[str]) -> Document:
        """Return a document with what the file says otherwise, as one source among others."""
        news = {
            name: value
            for name, value in told.items()
            if name not in stored and value is not None and before.get(name) != value
        }
        return merge(before, [Facts(self._source, None, None, news)]) if news else dict(before)

    def _put_edition(
        self, row: ImportedRow, exact: ExactRow, book_id: int, new_book: bool
    ) -> tuple[int, bool, bool]:
        told = exact.edition or {}
        edition_id = None
        if row.work is not None and not new_book:
            (record,) = row.work.editions
            found = find_edition(self._tx, record, row.work, apart=self._editions)
            edition = None if found is None else self._tx.get("editions", found)
            if edition is not None and edition["book_id"] == book_id:
                edition_id = found
            edition_id = edition_id or same_edition(self._tx, book_id, record, apart=self._editions)
        if edition_id is None:
            new = {"updated_at": self._now, **told, "book_id": book_id}
            return insert_edition(self._tx, new, self._now, exact.prices), True, True
        before = self._tx.get("editions", edition_id) or {}
        after = Edition.check(self._joined(before, told, _EDITION_STORED)).dump()
        news = take_prices(self._tx, edition_id, exact.prices)
        news |= put(self._tx, "editions", edition_id, before, after, self._now)
        return edition_id, False, news

    # --- what the user says --------------------------------------------------------------------

    def _status(self, edition_id: int, told: JSON | None) -> bool:
        if told is None:
            return False
        said = {
            name: value
            for name, value in told.items()
            if name not in _NOTED and value not in (None, [], False)
        }
        imported = {**told.get("imported", {}), self._source: said}
        ids = self._tx.find("edition_status", str(edition_id))
        for status_id, before in self._tx.get_many("statuses", ids).items():
            if before["user_id"] == self._user_id:
                return self._later_status(status_id, before, said)
        self._tx.insert(
            "statuses",
            {
                "updated_at": self._now,
                **told,
                "user_id": self._user_id,
                "edition_id": edition_id,
                "imported": imported,
            },
        )
        return True

    def _later_status(self, status_id: int, before: Document, said: JSON) -> bool:
        """Write what the file says now and did not say before: later edits here stay."""
        earlier = before.get("imported", {}).get(self._source)
        news = {name: value for name, value in said.items() if (earlier or {}).get(name) != value}
        fresh = news if earlier is not None else filling_gaps(before, news)
        if earlier == said or all(before.get(name) == value for name, value in fresh.items()):
            return False
        imported = {**before.get("imported", {}), self._source: said}
        after = {**before, **fresh, "imported": imported}
        return put(self._tx, "statuses", status_id, before, after, self._now)


def _others(overrides: JSON) -> JSON:
    return {name: one for name, one in overrides.items() if not name.startswith("book ")}


def _joined_series(before: Document, told: Mapping[str, Any]) -> Document:
    """Return a series with what the file knows beside it; what was said here stays."""
    after = dict(before)
    for name in ("aliases", "totals", "volumes", "reports"):
        kept = before.get(name, [])
        new = [one for one in told.get(name, []) if _mark(one) not in map(_mark, kept)]
        if new:
            after[name] = [*kept, *new]
    for name in ("kind", "publication_status"):
        if before.get(name, "unknown") == "unknown" and told.get(name):
            after[name] = told[name]
    known = set(map(fold, before.get("authors", [])))
    new_authors = [one for one in told.get("authors", []) if fold(one) not in known]
    if new_authors:
        after["authors"] = [*before.get("authors", []), *new_authors]
    said = {**_others(told.get("overrides", {})), **before.get("overrides", {})}
    if said:
        after["overrides"] = said
    if told.get("identifiers"):
        mine = before.get("identifiers", {})
        after["identifiers"] = {
            **mine, **{key: one for key, one in told["identifiers"].items() if key not in mine}
        }  # fmt: skip
    return after


def _mark(one: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what makes a part of a series the same one: not when it was seen."""
    return tuple(
        fold(str(one[name])) if name == "name" else one.get(name)
        for name in ("name", "position", "label", "value", "scope", "edition_line", "language",
                     "source", "problem")
        if name in one
    )  # fmt: skip
