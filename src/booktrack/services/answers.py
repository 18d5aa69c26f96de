"""The dicts that users get: books, editions and series as DESIGN.md section 3 prints them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from booktrack.domain.models import Series
from booktrack.domain.positions import try_position
from booktrack.domain.series import Held, SeriesState, Volume, series_state
from booktrack.domain.series_choices import disagreements, excluded_volumes, overridden
from booktrack.errors import NotFound
from booktrack.services.context import Context
from booktrack.services.cover_documents import of_edition, of_volume, summary
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

# What a reader would miss, in the order in which it is asked for.
_EDITION_FIELDS = ("cover_url", "release_date", "publisher", "page_count", "language", "price")


def answers(ctx: Context) -> Answers:
    """Return a builder of answers on the library as it is now."""
    ctx.store.catch_up()
    return Answers(ctx.store, ctx.user_id, ctx.today())


@contextmanager
def standing_answers(ctx: Context) -> Iterator[Answers]:
    """Return a context with a builder of answers, in which the library stands still."""
    with ctx.store.reading() as reader:
        yield Answers(reader, ctx.user_id, ctx.today())


class Answers:
    """Builds answers from one reading of the store; what it looked up once it keeps."""

    def __init__(self, reader: Reader, user_id: int, today: str) -> None:
        self._reader = reader
        self._user_id = user_id
        self._today = today
        self._pictured = reader.count("covers") > 0  # most questions need not look
        self._series: dict[int, Series] = {}
        self._states: dict[int, SeriesState] = {}
        self._owned: dict[int, int] = {}

    def book(self, book_id: int) -> JSON:
        """Return the book with its editions and its series.

        Raises:
            NotFound: the library has no book of this id.
        """
        document = self._reader.get("books", book_id)
        if document is None:
            raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
        editions = self.editions_of(book_id)
        first, *more = document.get("memberships") or [None]
        return {
            "id": book_id,
            "title": document["title"],
            "subtitle": document.get("subtitle"),
            "authors": document.get("authors", []),
            **self._place(first),
            "more_series": [self._place(membership) for membership in more],
            "openlibrary_id": document.get("openlibrary_id"),
            "google_books_id": document.get("google_books_id"),
            "alternate_titles": document.get("alternate_titles", []),
            "editions": editions,
            "series_info": self.series(first["series_id"], volumes=False) if first else None,
            "sources": sources_of(document, editions),
            "incomplete": incomplete(document, editions),
            "updated_at": document.get("updated_at"),
        }

    def books_there(self, ids: Iterable[int]) -> list[int]:
        """Return those of the ids under which there is a book."""
        return [book_id for book_id in ids if self._reader.get("books", book_id) is not None]

    def editions_of(self, book_id: int) -> list[JSON]:
        """Return the book's editions, oldest id first, with the user's status and notes."""
        ids = self._reader.find("edition_book", str(book_id))
        return [
            self.edition_answer(edition_id, document)
            for edition_id, document in self._reader.get_many("editions", ids).items()
        ]

    def edition(self, edition_id: int) -> JSON:
        """Return one edition.

        Raises:
            NotFound: the library has no edition of this id.
        """
        document = self._reader.get("editions", edition_id)
        if document is None:
            raise NotFound(
                f"the library has no edition {edition_id}", table="editions", id=edition_id
            )
        return self.edition_answer(edition_id, document)

    def edition_answer(self, edition_id: int, document: Document) -> JSON:
        """Return the answer for an edition whose document is at hand."""
        status = self.status_of(edition_id) or {}
        picture = of_edition(self._reader, edition_id) if self._pictured else None
        return {
            "id": edition_id,
            "book_id": document["book_id"],
            "isbn_13": document.get("isbn_13"),
            "isbn_10": document.get("isbn_10"),
            "asin": document.get("asin"),
            "format": document.get("book_format", "unknown"),
            "format_detail": document.get("format_detail"),
            "publisher": document.get("publisher"),
            "release_date": document.get("release_date"),
            "language": document.get("language"),
            "page_count": document.get("page_count"),
            "cover_url": document.get("cover_url"),
            "cover": summary(picture),
            "price": document.get("price"),
            "currency": document.get("currency"),
            "source": document.get("source"),
            "status": status.get("status", "missing"),
            "notes": status.get("notes"),
            "shelves": status.get("shelves", []),
            "tags": status.get("tags", []),
            "copy": copy_answer(status),
        }

    def status_of(self, edition_id: int) -> Document | None:
        """Return what this user said of an edition; another user's word never shows."""
        ids = self._reader.find("edition_status", str(edition_id))
        for document in self._reader.get_many("statuses", ids).values():
            if document["user_id"] == self._user_id:
                return document
        return None

    def series(self, series_id: int, *, volumes: bool = True) -> JSON:
        """Return the series with what is owned, wanted, missing and announced.

        Raises:
            NotFound: the library has no series of this id.
        """
        series = self.series_model(series_id)
        state = self.state(series_id)
        name = overridden(series.overrides, "name", series.name)
        names = dict.fromkeys([series.name, *(alias.name for alias in series.aliases)])
        answer: JSON = {
            "id": series_id,
            "name": name,
            "aliases": [other for other in names if other != name],
            "kind": self.kind(series_id),
            "edition_line": overridden(series.overrides, "edition_line", series.edition_line),
            "publication_status": overridden(
                series.overrides, "publication_status", series.publication_status
            ),
            "authors": series.authors,
            "tracked": series.tracked,
            "total": state.total,
            "total_source": state.total_source,
            "total_disagreements": state.disagreements,
            "disagreements": disagreements(series),
            "overrides": {key: one.model_dump() for key, one in series.overrides.items()},
            "completeness": state.completeness,
            "percent": state.percent,
            "contradiction": state.contradiction,
            "owned_count": self._owned_count(series_id),
            "owned": state.owned,
            "wanted": state.wanted,
            "missing": state.missing,
            "announced": state.announced,
            "excluded": excluded_volumes(series.overrides),
        }
        if volumes:
            answer["volumes"] = [self.volume(series_id, volume) for volume in state.volumes]
        return answer

    def _owned_count(self, series_id: int) -> int:
        # Of a page of books of one long series each asks anew: 1,000 volumes took 4 ms a book.
        if series_id not in self._owned:
            self._owned[series_id] = sum(
                one.owned for one in self.state(series_id).volumes if one.number is not None
            )
        return self._owned[series_id]

    def volume(self, series_id: int, volume: Volume) -> JSON:
        """Return one place of a series with its picture."""
        picture = of_volume(self._reader, series_id, volume) if self._pictured else None
        return volume_answer(volume, picture)

    def kind(self, series_id: int) -> str:
        """Return the kind of a series; what is numbered like a publisher's line is one."""
        series = self.series_model(series_id)
        # Only where nobody says what it is does it take its books to tell.
        is_line = series.kind in ("unknown", "novel") and self.state(series_id).is_line
        kind = overridden(series.overrides, "kind", "publisher_line" if is_line else series.kind)
        return str(kind)

    def series_model(self, series_id: int) -> Series:
        """Return the series document as a model.

        Raises:
            NotFound: the library has no series of this id.
        """
        if series_id not in self._series:
            document = self._reader.get("series", series_id)
            if document is None:
                raise NotFound(
                    f"the library has no series {series_id}", table="series", id=series_id
                )
            self._series[series_id] = Series.check(document)
        return self._series[series_id]

    def state(self, series_id: int) -> SeriesState:
        """Return the derived state of a series."""
        if series_id not in self._states:
            self._states[series_id] = series_state(
                self.series_model(series_id), self._held(series_id), today=self._today
            )
        return self._states[series_id]

    def languages_of(self, series_id: int) -> frozenset[str]:
        """Return the languages of the editions that the library has of a series."""
        return frozenset(
            edition["language"]
            for book_id in self._reader.find("series", str(series_id))
            for edition in self.editions_of(book_id)
            if edition["language"]
        )

    def _held(self, series_id: int) -> list[Held]:
        held = []
        ids = self._reader.find("series", str(series_id))
        for book_id, book in self._reader.get_many("books", ids).items():
            membership = next(m for m in book["memberships"] if m["series_id"] == series_id)
            editions = self._reader.find("edition_book", str(book_id))
            documents = self._reader.get_many("editions", editions)
            for edition_id, edition in documents.items() or [(None, {})]:
                held.append(self._holding(book_id, book, membership, edition_id, edition))
        return held

    def _holding(
        self,
        book_id: int,
        book: Document,
        membership: Document,
        edition_id: int | None,
        edition: Document,
    ) -> Held:
        status = self.status_of(edition_id) if edition_id is not None else None
        return Held(
            book_id=book_id,
            edition_id=edition_id,
            status=status["status"] if status else "missing",
            position=membership.get("position"),
            label=membership.get("label"),
            covers=tuple(membership.get("covers", ())),
            whole=membership.get("coverage", "whole") == "whole",
            slot=membership.get("slot", "main"),
            title=book["title"],
            authors=tuple(book.get("authors", ())),
            release_date=edition.get("release_date"),
            cover_url=edition.get("cover_url"),
        )

    def _place(self, membership: Document | None) -> JSON:
        if membership is None:
            return {
                "series": None,
                "series_id": None,
                "series_position": None,
                "series_position_label": None,
            }
        series = self.series_model(membership["series_id"])
        return {
            "series": overridden(series.overrides, "name", series.name),
            "series_id": membership["series_id"],
            **position_answer(membership.get("position"), membership.get("label")),
        }


# What a user tells of the copies of an edition.
OF_COPY = (
    "copies", "condition", "location", "acquired_date", "price_paid", "price_paid_currency",
    "signed", "loaned_to", "loaned_since",
)  # fmt: skip


def copy_answer(status: Document) -> JSON | None:
    """Return what the user has of an edition, None where it is not owned and nothing was told."""
    owned = status.get("status") == "own"
    told = {name: status.get(name) for name in OF_COPY}
    if not owned and not any(value not in (None, False) for value in told.values()):
        return None
    return {
        **told,
        # Who owns an edition has one copy of it, unless more were told of.
        "copies": told["copies"] or int(owned),
        "signed": bool(told["signed"]),
    }


def position_answer(position: str | None, label: str | None) -> JSON:
    """Return `series_position` as a number where it is one, and the printed text beside it."""
    parsed = try_position(position)
    return {
        "series_position": parsed.number if parsed else None,
        "series_position_label": label or position,
    }


def volume_answer(volume: Volume, picture: Document | None = None) -> JSON:
    """Return one place of a series."""
    return {
        "position": volume.position,
        "label": volume.label,
        "slot": volume.slot,
        "title": volume.title,
        "release_date": volume.release_date,
        "cover_url": volume.cover_url,
        "cover": summary(picture),
        "status": volume.status,
        "book_ids": _distinct(one.book_id for one in volume.held),
        "edition_ids": _distinct(
            one.edition_id for one in volume.held if one.edition_id is not None
        ),
    }


def sources_of(book: Document, editions: Iterable[JSON]) -> list[str]:
    """Return the names of all sources that said something of the book or its editions."""
    named = {origin["source"] for origin in book.get("origins", [])}
    named |= {edition["source"] for edition in editions if edition["source"]}
    return sorted(named)


def incomplete(book: Document, editions: list[JSON]) -> list[str]:
    """Return the fields that a reader would expect and that nobody has told yet."""
    missing = [] if book.get("authors") else ["authors"]
    # A book may stand alone; without a word from outside that is not known.
    if not book.get("memberships") and not book.get("openlibrary_id"):
        missing.append("series")
    if not any(edition["isbn_13"] or edition["asin"] for edition in editions):
        missing.append("isbn")
    return missing + [
        name
        for name in _EDITION_FIELDS
        if not any(edition[name] is not None for edition in editions)
    ]


def _distinct(ids: Iterable[int]) -> list[int]:
    return sorted(set(ids))
