"""The library as its releases are read from it: in memory, for as long as one answer takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

from booktrack.domain.dates import PartialDate, parse_date, require_date
from booktrack.domain.models import Series
from booktrack.domain.names import name_key
from booktrack.domain.releases import Dated, first_editions, in_languages, language_of
from booktrack.domain.series import Held, SeriesState, Volume, series_state
from booktrack.domain.text import fold
from booktrack.services.context import Context
from booktrack.store.base import Document, Reader

WISHED = "want_to_read"
"""The one status of a reading that has not begun."""


READ = frozenset({"authors", "books", "editions", "readings", "series", "statuses"})
"""The tables from which the shelves are filled."""

# Who said what, and what else was said, is most of a document. It is let go of at once: kept, it
# has Python look through a million objects again and again for what may be freed.
_OF_BOOK = ("title", "authors", "memberships", "added_at", "updated_at")
_OF_EDITION = (
    "book_format", "cover_url", "isbn_13", "language", "publisher", "release_date", "updated_at",
)  # fmt: skip
_OF_STATUS = ("status", "updated_at")


@dataclass(frozen=True)
class Wishes:
    """What a user asks to see: None as languages means those that they read."""

    languages: frozenset[str] | None = None
    every_language: bool = False
    reprints: bool = False


class OnShelf:
    """An edition with what the user says of it, and whether others say something too.

    `word` is the user's status of it, `language` what is known of its language.
    """

    __slots__ = ("date", "document", "id", "language", "others", "status", "word")

    def __init__(
        self, id_: int, document: Document, status: Document | None = None, others: bool = False
    ) -> None:
        self.id = id_
        self.document = document
        self.status = status
        self.others = others
        self.word: str = status["status"] if status else "missing"
        self.date = stored_date(document.get("release_date"))
        self.language = language_of(document.get("language"), document.get("isbn_13"))


@dataclass(frozen=True)
class Place:
    """Where a book stands in a series."""

    series_id: int
    series: Document
    membership: Document
    tracked: bool


class Shelves:
    """What one user sees of the library: its documents, and what is derived of a series.

    Books and series of which only others have said something are not this user's: they are not
    missing, and their volumes are not awaited.
    """

    def __init__(
        self, ctx: Context, reader: Reader, wishes: Wishes, default: frozenset[str] | None
    ) -> None:
        self.today_text = ctx.today()
        self.today = require_date(self.today_text)
        self.wishes = wishes
        self._default = default
        mine: dict[int, Document] = {}
        theirs: set[int] = set()
        for _, status in reader.all("statuses"):
            if status["user_id"] == ctx.user_id:
                mine[status["edition_id"]] = _only(status, _OF_STATUS)
            else:
                theirs.add(status["edition_id"])
        self._reading: dict[int, str] = {}
        self._read_by_others: set[int] = set()
        for _, reading in reader.all("readings"):
            if reading["user_id"] == ctx.user_id:
                self._reading[reading["book_id"]] = reading["status"]
            else:
                self._read_by_others.add(reading["book_id"])
        self.editions: dict[int, list[OnShelf]] = defaultdict(list)
        for edition_id, document in reader.all("editions"):
            self.editions[document["book_id"]].append(
                OnShelf(
                    edition_id,
                    _only(document, _OF_EDITION),
                    mine.get(edition_id),
                    edition_id in theirs,
                )
            )
        self.books = {book_id: _only(book, _OF_BOOK) for book_id, book in reader.all("books")}
        self.series = dict(reader.all("series"))
        self.said_of_authors = said_of_authors(reader, ctx.user_id)
        self._tracked: dict[int, bool] = {}
        self._states: dict[int, SeriesState] = {}
        self._places: dict[int, dict[int, list[Volume]]] = {}
        self._known_volumes: dict[int, dict[tuple[str | None, str], Document]] = {}
        self._in_series: dict[int, list[int]] = defaultdict(list)
        for book_id, book in self.books.items():
            for membership in book.get("memberships", ()):
                self._in_series[membership["series_id"]].append(book_id)

    def is_tracked(self, series_id: int) -> bool:
        """Return whether the volumes of a series are of interest to this user."""
        if series_id not in self._tracked:
            tracked = bool(self.series[series_id].get("tracked"))
            self._tracked[series_id] = tracked and not self._is_theirs(self._in_series[series_id])
        return self._tracked[series_id]

    def is_collected(self, series_id: int) -> bool:
        """Return whether the user has said or read anything of a series: else nothing is missed."""
        return any(
            book_id in self._reading or any(one.status for one in self.editions[book_id])
            for book_id in self._in_series[series_id]
        )

    def _is_theirs(self, books: Iterable[int]) -> bool:
        """Return whether others have said something of these books, and this user has not."""
        said = False
        for book_id in books:
            editions = self.editions[book_id]
            if book_id in self._reading or any(one.status for one in editions):
                return False
            said = said or book_id in self._read_by_others or any(one.others for one in editions)
        return said

    def first(self, editions: Iterable[OnShelf], place: Place | None) -> list[Dated]:
        """Return the editions in the user's languages; without reprints unless asked for."""
        dated = [
            Dated(one.id, one.date, one.document.get("book_format", "unknown"), one.language)
            for one in editions
            if one.date
        ]
        found = in_languages(dated, self.languages(place))
        return found if self.wishes.reprints else first_editions(found)

    def languages(self, place: Place | None) -> Collection[str] | None:
        """Return the languages in which books of a place are of interest, None for all."""
        if self.wishes.every_language:
            return None
        if self.wishes.languages:
            return self.wishes.languages
        of_series = self._languages_of_series.get(place.series_id) if place else None
        return of_series or self._languages_read or self._default

    @cached_property
    def _languages_read(self) -> frozenset[str]:
        return frozenset().union(*self._languages_of_book.values())

    @cached_property
    def _languages_of_book(self) -> dict[int, frozenset[str]]:
        """The languages in which the user owns or wants each book."""
        read = {
            book_id: frozenset(
                one.language for one in editions if one.word in ("own", "want") and one.language
            )
            for book_id, editions in self.editions.items()
        }
        return {book_id: found for book_id, found in read.items() if found}

    @cached_property
    def _languages_of_series(self) -> dict[int, frozenset[str]]:
        of_book = self._languages_of_book
        return {
            series_id: frozenset().union(*(of_book.get(book, frozenset()) for book in books))
            for series_id, books in self._in_series.items()
        }

    def place_of(self, book: Document) -> Place | None:
        """Return the book's place in the first series that is tracked, else in its first one."""
        places = [
            Place(one["series_id"], series, one, self.is_tracked(one["series_id"]))
            for one in book.get("memberships", ())
            if (series := self.series.get(one["series_id"])) is not None
        ]
        return next((place for place in places if place.tracked), places[0] if places else None)

    def is_read(self, author: str) -> bool:
        """Return whether the user owns or wants a book of the author."""
        return name_key(author) in self._authors_read

    @cached_property
    def _authors_read(self) -> frozenset[str]:
        books = [
            self.books.get(book_id, {})
            for book_id, editions in self.editions.items()
            if any(one.word in ("own", "want") for one in editions)
        ]
        names = {author for book in books for author in book.get("authors", ())}
        return frozenset(map(name_key, names))

    def is_filled(self, place: Place | None, book_id: int) -> bool:
        """Return whether other books fill all the places of this one, as an omnibus does."""
        if place is None or place.membership.get("position") is None:
            return False
        volumes = self.volumes_of(place.series_id, book_id)
        return bool(volumes) and all(volume.owned for volume in volumes)

    def is_missing(self, place: Place | None, book_id: int) -> bool:
        """Return whether the reader misses the book: not an extra, nor what was read elsewhere."""
        if self._reading.get(book_id, WISHED) != WISHED:
            return False
        if place is None:
            return not self._is_theirs([book_id])
        if not place.tracked or place.membership.get("slot", "main") != "main":
            return False
        volume = self.volume_of(place, book_id)
        if volume is None or volume.excluded:
            return False
        return volume.number is not None or volume.position is None

    def volume_of(self, place: Place | None, book_id: int) -> Volume | None:
        """Return the first place that a book fills in its series."""
        volumes = self.volumes_of(place.series_id, book_id) if place else []
        return volumes[0] if volumes else None

    def volumes_of(self, series_id: int, book_id: int) -> list[Volume]:
        """Return the places that a book fills."""
        if series_id not in self._places:
            self._places[series_id] = defaultdict(list)
            for volume in self.state(series_id).volumes:
                for filled in {one.book_id for one in volume.held}:
                    self._places[series_id][filled].append(volume)
        return self._places[series_id][book_id]

    def listed(self, place: Place) -> Document:
        """Return what the sources list of a place; nothing is an empty document."""
        if place.series_id not in self._known_volumes:
            volumes = place.series.get("volumes", ())
            self._known_volumes[place.series_id] = {_mark(one): one for one in reversed(volumes)}
        return self._known_volumes[place.series_id].get(_mark(place.membership), {})

    def state(self, series_id: int) -> SeriesState:
        """Return the derived state of a series."""
        if series_id not in self._states:
            self._states[series_id] = series_state(
                Series.check(self.series[series_id]),
                list(self._held(series_id)),
                today=self.today_text,
            )
        return self._states[series_id]

    def _held(self, series_id: int) -> Iterator[Held]:
        for book_id in self._in_series[series_id]:
            book = self.books[book_id]
            place = next(one for one in book["memberships"] if one["series_id"] == series_id)
            for one in self.editions[book_id] or [OnShelf(0, {})]:
                yield Held(
                    book_id=book_id,
                    edition_id=one.id or None,
                    status=one.word,
                    position=place.get("position"),
                    label=place.get("label"),
                    covers=tuple(place.get("covers", ())),
                    whole=place.get("coverage", "whole") == "whole",
                    slot=place.get("slot", "main"),
                    title=book["title"],
                    authors=tuple(book.get("authors", ())),
                    release_date=one.document.get("release_date"),
                    cover_url=one.document.get("cover_url"),
                )


def _only(document: Document, names: Iterable[str]) -> Document:
    return {name: document[name] for name in names if name in document}


def _mark(one: Document) -> tuple[str | None, str]:
    """Return what tells a place from others: its position, else its label."""
    position = one.get("position")
    return position, "" if position is not None else fold(one.get("label") or "")


def instant(text: str) -> datetime:
    """Return a stored moment, or the beginning of a stored day."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@lru_cache(maxsize=20_000)
def stored_date(text: str | None) -> PartialDate | None:
    """Return a stored date; those of a library repeat, and reading one takes 10 microseconds."""
    return parse_date(text)


def said_of_authors(reader: Reader, user_id: int) -> dict[str, bool]:
    """Return whether each author is tracked of whom the user said so, by `name_key`."""
    return {
        name_key(one["name"]): one["tracked"]
        for _, one in reader.all("authors")
        if one["user_id"] == user_id
    }
