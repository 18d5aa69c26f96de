"""Which releases are of interest to a user: read from the whole library in one pass."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from booktrack.domain.cadence import next_release
from booktrack.domain.dates import PartialDate, parse_date
from booktrack.domain.models import Series
from booktrack.domain.names import name_key
from booktrack.domain.releases import (
    Dated,
    Release,
    first_editions,
    in_languages,
    language_of,
)
from booktrack.domain.series import Held, SeriesState, Volume, series_state
from booktrack.domain.series_choices import shown_name
from booktrack.services.context import Context
from booktrack.store.base import Document, Reader, Store

JSON = dict[str, Any]

# A box of volumes that came out before is a reprint of them.
_BOX = re.compile(r"\bbox(?:ed)?\b|\bslipcase\b|\bomnibus\b", re.IGNORECASE)
_RUNNING = ("releasing", "not_yet_released")
_STOPPED = ("finished", "cancelled", "hiatus")


@dataclass(frozen=True)
class Wishes:
    """What a user asks to see: None as languages means those that they read."""

    languages: frozenset[str] | None = None
    every_language: bool = False
    reprints: bool = False


@dataclass(frozen=True)
class _Edition:
    """An edition with what the user says of it."""

    id: int
    document: Document
    status: Document | None

    @property
    def word(self) -> str:
        return self.status["status"] if self.status else "missing"

    @cached_property
    def date(self) -> PartialDate | None:
        return _date(self.document.get("release_date"))

    @cached_property
    def language(self) -> str | None:
        return language_of(self.document.get("language"), self.document.get("isbn_13"))


@dataclass(frozen=True)
class _Place:
    """Where a book stands in a series."""

    series_id: int
    series: Document
    membership: Document
    tracked: bool


def releases(ctx: Context, wishes: Wishes) -> Sequence[Release]:
    """Return every release of interest, dated or not, in no order."""
    default = _own_language(ctx)
    with ctx.store.reading() as reader:
        key = (ctx.store.catch_up(), ctx.user_id, ctx.today(), wishes, default)
        kept = _kept.get(ctx.store)
        if kept is not None and kept[0] == key:
            return kept[1]
        shelves = _Shelves(ctx, reader, wishes, default)
    # Others may write meanwhile.
    found = list(shelves.releases())
    _kept[ctx.store] = key, found
    return found


# The last answer of each open library: a page is asked for again and again, and 10,000 books are
# read in a second.
_kept: WeakKeyDictionary[Store, tuple[tuple[Any, ...], Sequence[Release]]] = WeakKeyDictionary()


class _Shelves:
    """The library in memory, for as long as one answer takes."""

    def __init__(
        self, ctx: Context, reader: Reader, wishes: Wishes, default: frozenset[str] | None
    ) -> None:
        self._today_text = ctx.today()
        self._today = PartialDate(*map(int, self._today_text.split("-")))
        self._wishes = wishes
        self._default = default
        self._statuses = {
            status["edition_id"]: status
            for word in ("own", "want", "missing")
            for status in reader.get_many(
                "statuses", reader.find("status", f"{ctx.user_id}:{word}")
            ).values()
        }
        self._editions: dict[int, list[_Edition]] = defaultdict(list)
        for edition_id, document in reader.all("editions"):
            status = self._statuses.get(edition_id)
            self._editions[document["book_id"]].append(_Edition(edition_id, document, status))
        self._books = dict(reader.all("books"))
        self._said_of_authors = said_of_authors(reader, ctx.user_id)
        self._series = dict(reader.all("series"))
        self._states: dict[int, SeriesState] = {}
        self._places: dict[int, dict[int, list[Volume]]] = {}
        self._in_series: dict[int, list[int]] = defaultdict(list)
        for book_id, book in self._books.items():
            for membership in book.get("memberships", ()):
                self._in_series[membership["series_id"]].append(book_id)

    def releases(self) -> Iterator[Release]:
        """Yield those of the books, then those of volumes that no book of the library is of."""
        for book_id, book in self._books.items():
            yield from self._of_book(book_id, book)
        for series_id, series in self._series.items():
            if series.get("tracked"):
                yield from self._of_volumes(series_id, series)

    # --- books ---------------------------------------------------------------------------------

    def _of_book(self, book_id: int, book: Document) -> Iterator[Release]:
        editions = self._editions[book_id]
        place = self._place_of(book)
        wanted = any(one.word == "want" for one in editions)
        owned = any(one.word == "own" for one in editions)
        dated = {one.id: one for one in editions if one.date}
        chosen = {one.id for one in dated.values() if one.word in ("own", "want")}
        if self._wishes.reprints or not (owned or any(dated[id_].word == "want" for id_ in chosen)):
            chosen |= {one.edition_id for one in self._first(dated.values(), place)}
        if not chosen and not dated and not owned:
            yield from self._undated(book_id, book, editions, place, wanted=wanted)
        if not chosen:
            return
        filled = owned or self._is_filled(place, book_id)
        about = self._about(book_id, book, place)
        followed, why = self._followed(book, place, editions)
        missing = not filled and (_is_said_missing(editions) or self._is_missing(place, book_id))
        for edition_id in sorted(chosen):
            one = dated[edition_id]
            mine = one.word == "own"
            hoped = one.word == "want" or (wanted and not owned)
            yield replace(
                _with_edition(about, one),
                owned=mine,
                wanted=hoped and not mine,
                # What is owned in another edition is not awaited, unless reprints are asked for.
                followed=followed and (not filled or mine or self._wishes.reprints),
                missing=missing,
                why=_why(own=mine, want=hoped, followed=why if followed else None),
            )

    def _undated(
        self,
        book_id: int,
        book: Document,
        editions: list[_Edition],
        place: _Place | None,
        *,
        wanted: bool,
    ) -> Iterator[Release]:
        """Yield a book that only its series gives a date, or that is announced without one."""
        volume = self._volume_of(place, book_id) if place and place.tracked else None
        if volume is not None and (volume.owned or volume.excluded):
            return
        date = _date(volume.release_date) if volume else None
        if date is None and volume is not None and volume.released and not wanted:
            return
        about = self._about(book_id, book, place)
        followed, why = self._followed(book, place, editions)
        yield replace(
            _with_edition(about, editions[0]) if editions else about,
            date=date,
            wanted=wanted,
            followed=followed,
            missing=_is_said_missing(editions) or self._is_missing(place, book_id),
            why=_why(want=wanted, followed=why if followed else None),
        )

    def _first(self, editions: Iterable[_Edition], place: _Place | None) -> list[Dated]:
        """Return the editions in the user's languages; without reprints unless asked for."""
        dated = [
            Dated(one.id, one.date, one.document.get("book_format", "unknown"), one.language)
            for one in editions
            if one.date
        ]
        found = in_languages(dated, self._languages(place))
        return found if self._wishes.reprints else first_editions(found)

    def _languages(self, place: _Place | None) -> Collection[str] | None:
        if self._wishes.every_language:
            return None
        if self._wishes.languages:
            return self._wishes.languages
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
            for book_id, editions in self._editions.items()
        }
        return {book_id: found for book_id, found in read.items() if found}

    @cached_property
    def _languages_of_series(self) -> dict[int, frozenset[str]]:
        of_book = self._languages_of_book
        return {
            series_id: frozenset().union(*(of_book.get(book, frozenset()) for book in books))
            for series_id, books in self._in_series.items()
        }

    def _place_of(self, book: Document) -> _Place | None:
        """Return the book's place in the first series that is tracked, else in its first one."""
        places = [
            _Place(one["series_id"], series, one, bool(series.get("tracked")))
            for one in book.get("memberships", ())
            if (series := self._series.get(one["series_id"])) is not None
        ]
        return next((place for place in places if place.tracked), places[0] if places else None)

    def _about(self, book_id: int, book: Document, place: _Place | None) -> Release:
        return Release(
            title=book["title"],
            date=None,
            book_id=book_id,
            authors=tuple(book.get("authors", ())),
            series=shown_name(place.series) if place else None,
            series_id=place.series_id if place else None,
            position=place.membership.get("position") if place else None,
            label=place.membership.get("label") if place else None,
            updated_at=book.get("updated_at"),
        )

    def _followed(
        self, book: Document, place: _Place | None, editions: Iterable[_Edition]
    ) -> tuple[bool, str]:
        """Return whether the user waits for such books, and why."""
        if place is not None and place.tracked:
            return True, f"you track {shown_name(place.series)}"
        if _is_said_missing(editions):
            return True, "you said that you miss it"
        for author in book.get("authors", ()):
            said = self._said_of_authors.get(name_key(author))
            # An untracked series is not brought back by other books of its author.
            if said or (said is None and place is None and self._is_read(author)):
                return True, f"you track {author}"
        return False, ""

    def _is_read(self, author: str) -> bool:
        """Return whether the user owns or wants a book of the author."""
        return name_key(author) in self._authors_read

    @cached_property
    def _authors_read(self) -> frozenset[str]:
        books = [
            self._books.get(book_id, {})
            for book_id, editions in self._editions.items()
            if any(one.word in ("own", "want") for one in editions)
        ]
        names = {author for book in books for author in book.get("authors", ())}
        return frozenset(map(name_key, names))

    # --- series --------------------------------------------------------------------------------

    def _of_volumes(self, series_id: int, series: Document) -> Iterator[Release]:
        running = _publication_status(series) in _RUNNING
        if not series.get("volumes") and not running:
            return
        state = self._state(series_id)
        if state.is_line:
            return
        isbns = {one.get("position"): one.get("isbn_13") for one in series.get("volumes", ())}
        place = _Place(series_id, series, {}, tracked=True)
        found = [
            self._of_volume(place, volume, isbns.get(volume.position))
            for volume in state.volumes
            if not (volume.held or volume.excluded)
            and (self._wishes.reprints or not _BOX.search(volume.label))
        ]
        coming = [one for one in found if one.date or not one.missing]
        guess = self._guess(series, state)
        if guess is not None:
            coming = _with_guess(coming, guess, self._next(place, state) if running else None)
        languages = self._languages(place)
        for one in coming:
            told = language_of(None, one.isbn_13)
            if languages is None or told is None or told in languages:
                yield one

    def _of_volume(self, place: _Place, volume: Volume, isbn: str | None) -> Release:
        """Return a volume of which the library has no book; without a date it is yet to come."""
        name = shown_name(place.series)
        return Release(
            title=volume.title or f"{name} {volume.label}",
            date=_date(volume.release_date),
            followed=True,
            # An extra that is out is not missed.
            missing=volume.released and volume.number is not None,
            why=f"you track {name}",
            authors=tuple(place.series.get("authors", ())),
            series=name,
            series_id=place.series_id,
            position=volume.position,
            label=volume.label,
            isbn_13=isbn,
            cover_url=volume.cover_url,
            updated_at=place.series.get("updated_at"),
        )

    def _next(self, place: _Place, state: SeriesState) -> Release | None:
        """Return the volume after the last that anybody knows, of a series that goes on."""
        last = max((one.number for one in state.volumes if one.number is not None), default=0)
        if state.total is not None and last >= state.total:
            return None
        number = str(last + 1)
        return self._of_volume(place, Volume(number, number, released=False), None)

    def _guess(self, series: Document, state: SeriesState) -> PartialDate | None:
        """Return when the next volume may come, where more are to come and none has a date."""
        if _publication_status(series) in _STOPPED:
            return None
        dates = [
            date
            for volume in state.volumes
            if volume.number is not None and (date := self._date_of(volume, series))
        ]
        ahead = [date for date in dates if date.text > self._today_text[: len(date.text)]]
        return None if ahead else next_release(dates, self._today)

    def _date_of(self, volume: Volume, series: Document) -> PartialDate | None:
        """Return when a volume came out in the languages that the user reads of the series."""
        books = {one.book_id for one in volume.held}
        found = [
            one.date
            for book_id in books
            for one in self._first(self._editions[book_id], self._place_of(self._books[book_id]))
        ]
        # Where its books have a date, it is one in another language.
        listed = None if any(one.release_date for one in volume.held) else volume.release_date
        return min(found, default=_date(listed))

    def _is_filled(self, place: _Place | None, book_id: int) -> bool:
        """Return whether other books fill all the places of this one, as an omnibus does."""
        if place is None or place.membership.get("position") is None:
            return False
        volumes = self._volumes_of(place.series_id, book_id)
        return bool(volumes) and all(volume.owned for volume in volumes)

    def _is_missing(self, place: _Place | None, book_id: int) -> bool:
        """Return whether the reader misses the book: not an extra, nor what nobody follows."""
        if place is None:
            return True
        if not place.tracked or place.membership.get("slot", "main") != "main":
            return False
        volume = self._volume_of(place, book_id)
        if volume is None or volume.excluded:
            return False
        return volume.number is not None or volume.position is None

    def _volume_of(self, place: _Place | None, book_id: int) -> Volume | None:
        volumes = self._volumes_of(place.series_id, book_id) if place else []
        return volumes[0] if volumes else None

    def _volumes_of(self, series_id: int, book_id: int) -> list[Volume]:
        """Return the places that a book fills."""
        if series_id not in self._places:
            self._places[series_id] = defaultdict(list)
            for volume in self._state(series_id).volumes:
                for filled in {one.book_id for one in volume.held}:
                    self._places[series_id][filled].append(volume)
        return self._places[series_id][book_id]

    def _state(self, series_id: int) -> SeriesState:
        if series_id not in self._states:
            self._states[series_id] = series_state(
                Series.check(self._series[series_id]),
                list(self._held(series_id)),
                today=self._today_text,
            )
        return self._states[series_id]

    def _held(self, series_id: int) -> Iterator[Held]:
        for book_id in self._in_series[series_id]:
            book = self._books[book_id]
            place = next(one for one in book["memberships"] if one["series_id"] == series_id)
            for one in self._editions[book_id] or [_Edition(0, {}, None)]:
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


@lru_cache(maxsize=20_000)
def _date(text: str | None) -> PartialDate | None:
    """Return a stored date; those of a library repeat, and reading one takes 10 microseconds."""
    return parse_date(text)


def said_of_authors(reader: Reader, user_id: int) -> dict[str, bool]:
    """Return whether each author is tracked of whom the user said so, by `name_key`."""
    return {
        name_key(one["name"]): one["tracked"]
        for _, one in reader.all("authors")
        if one["user_id"] == user_id
    }


def _own_language(ctx: Context) -> frozenset[str] | None:
    if ctx.settings.origin("default_language") == "default":
        return None
    return frozenset({ctx.settings("default_language")})


def _with_edition(about: Release, one: _Edition) -> Release:
    stamps = (
        about.updated_at,
        one.document.get("updated_at"),
        (one.status or {}).get("updated_at"),
    )
    return replace(
        about,
        date=one.date,
        book_format=one.document.get("book_format", "unknown"),
        edition_id=one.id,
        isbn_13=one.document.get("isbn_13"),
        language=one.document.get("language"),
        publisher=one.document.get("publisher"),
        cover_url=one.document.get("cover_url"),
        updated_at=max(filter(None, stamps), default=None),
    )


def _with_guess(
    coming: list[Release], guess: PartialDate, next_one: Release | None
) -> list[Release]:
    """Return the volumes with the guess for the next one, which is added where none is known."""
    undated = [one for one in coming if one.date is None and (one.position or "").isdecimal()]
    first = min(undated, key=lambda one: int(one.position or 0), default=next_one)
    if first is None:
        return coming
    guessed = replace(first.dated(guess), why=f"{first.why}, whose volumes keep a rhythm")
    return [*(one for one in coming if one is not first), guessed]


def _publication_status(series: Document) -> str:
    said = series.get("overrides", {}).get("publication_status")
    return str(said["value"] if said else series.get("publication_status", "unknown"))


def _is_said_missing(editions: Iterable[_Edition]) -> bool:
    return any(one.status is not None and one.word == "missing" for one in editions)


def _why(*, own: bool = False, want: bool = False, followed: str | None = None) -> str:
    if own:
        return "you own it"
    if want:
        return "you want it"
    return followed or "you own no edition of it"
