"""Which releases are of interest to a user: read from the whole library in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from booktrack.domain.cadence import next_release
from booktrack.domain.dates import PartialDate
from booktrack.domain.names import name_key
from booktrack.domain.releases import Release, each_place_once, language_of
from booktrack.domain.series import SeriesState, Volume
from booktrack.domain.series_choices import shown_name
from booktrack.services.context import Context
from booktrack.services.release_shelves import (
    READ,
    OnShelf,
    Place,
    Shelves,
    Wishes,
    instant,
    stored_date,
)
from booktrack.store.base import Document, Store

JSON = dict[str, Any]

# A box of volumes that came out before is a reprint of them.
_BOX = re.compile(r"\bbox(?:ed)?\b|\bslipcase\b|\bomnibus\b", re.IGNORECASE)
_RUNNING = ("releasing", "not_yet_released")
_STOPPED = ("finished", "cancelled", "hiatus")


def releases(ctx: Context, wishes: Wishes) -> Sequence[Release]:
    """Return every release of interest, dated or not, in no order."""
    default = _own_language(ctx)
    with ctx.store.reading() as reader:
        revision = ctx.store.catch_up()
        asked = (ctx.user_id, ctx.today(), wishes, default)
        then, found = _kept.get(ctx.store, {}).get(asked, (-1, ()))
        # What a transaction changed itself is in no revision yet.
        own = ctx.store.in_transaction()
        if then >= 0 and not own and _stands(ctx.store, then, revision):
            _keep(ctx.store, asked, revision, found)
            return found
        shelves = _Releases(ctx, reader, wishes, default)
    # Others may write meanwhile.
    found = each_place_once(list(shelves.all()))
    if not own:
        _keep(ctx.store, asked, revision, found)
    return found


_Answers = dict[tuple[Any, ...], tuple[int, Sequence[Release]]]

# The last answers of each open library, with their revisions: a page is asked for again and again,
# by more than one user, and 10,000 books are read in most of a second.
_kept: WeakKeyDictionary[Store, _Answers] = WeakKeyDictionary()
_ANSWERS = 4


def _keep(store: Store, asked: tuple[Any, ...], revision: int, found: Sequence[Release]) -> None:
    others = [one for one in _kept.get(store, {}).items() if one[0] != asked]
    # Put there whole: other threads may be reading it.
    _kept[store] = dict([*others[1 - _ANSWERS :], (asked, (revision, found))])


def _stands(store: Store, then: int, now: int) -> bool:
    """Return whether nothing was changed between two revisions that releases are made of."""
    if then == now:
        return True
    touched = store.changed_since(then)
    return touched is not None and READ.isdisjoint(table for table, _ in touched)


class _Releases(Shelves):
    """Makes releases of what stands on the shelves."""

    def all(self) -> Iterator[Release]:
        """Yield those of the books, then those of volumes that no book of the library is of."""
        for book_id, book in self.books.items():
            yield from self._of_book(book_id, book)
        for series_id, series in self.series.items():
            if self.is_tracked(series_id):
                yield from self._of_volumes(series_id, series)

    # --- books ---------------------------------------------------------------------------------

    def _of_book(self, book_id: int, book: Document) -> Iterator[Release]:
        editions = self.editions[book_id]
        place = self.place_of(book)
        wanted = any(one.word == "want" for one in editions)
        owned = any(one.word == "own" for one in editions)
        dated = {one.id: one for one in editions if one.date}
        chosen = {one.id for one in dated.values() if one.word in ("own", "want")}
        if self.wishes.reprints or not (owned or any(dated[id_].word == "want" for id_ in chosen)):
            chosen |= {one.edition_id for one in self.first(dated.values(), place)}
        if not chosen:
            if not owned:
                here = [] if dated else editions  # those with a date are in other languages
                yield from self._listed(book_id, book, here, place, wanted=wanted)
            return
        filled = owned or self.is_filled(place, book_id)
        about = self._about(book_id, book, place)
        followed, why = self._followed(book, place, editions)
        missing = not filled and (_is_said_missing(editions) or self.is_missing(place, book_id))
        for edition_id in sorted(chosen):
            one = dated[edition_id]
            mine = one.word == "own"
            hoped = one.word == "want" or (wanted and not owned)
            yield Release(
                **_with_edition(about, one),
                owned=mine,
                wanted=hoped and not mine,
                # What is owned in another edition is not awaited, unless reprints are asked for.
                followed=followed and (not filled or mine or self.wishes.reprints),
                missing=missing,
                why=_why(own=mine, want=hoped, followed=why if followed else None),
            )

    def _listed(
        self,
        book_id: int,
        book: Document,
        editions: list[OnShelf],
        place: Place | None,
        *,
        wanted: bool,
    ) -> Iterator[Release]:
        """Yield a book that only its series gives a date, or that is announced without one."""
        volume = self.volume_of(place, book_id) if place and place.tracked else None
        if volume is not None and (volume.owned or volume.excluded):
            return
        listed = self.listed(place) if place and volume else {}
        date = stored_date(listed.get("release_date"))
        told = language_of(None, listed.get("isbn_13"))
        if date is None and volume is not None and volume.released and not wanted:
            return
        if not editions and (date is None or not self._is_read_in(place, told)):
            return
        about = self._about(book_id, book, place)
        followed, why = self._followed(book, place, editions)
        fields = _with_edition(about, editions[0]) if editions else about
        yield Release(
            **{**fields, "date": date},
            wanted=wanted,
            followed=followed,
            missing=_is_said_missing(editions) or self.is_missing(place, book_id),
            why=_why(want=wanted, followed=why if followed else None),
        )

    def _about(self, book_id: int, book: Document, place: Place | None) -> JSON:
        """Return what a release takes from its book, as arguments: made twice it took longer."""
        return {
            "title": book["title"],
            "book_id": book_id,
            "authors": tuple(book.get("authors", ())),
            "series": shown_name(place.series) if place else None,
            "series_id": place.series_id if place else None,
            "position": place.membership.get("position") if place else None,
            "label": place.membership.get("label") if place else None,
            "updated_at": book.get("updated_at"),
            "listed_first": place is not None and _was_listed(self.listed(place), book),
        }

    def _followed(
        self, book: Document, place: Place | None, editions: Iterable[OnShelf]
    ) -> tuple[bool, str]:
        """Return whether the user waits for such books, and why."""
        if place is not None and place.tracked:
            return True, f"you track {shown_name(place.series)}"
        said = {
            author: self.said_of_authors.get(name_key(author)) for author in book.get("authors", ())
        }
        tracked = [author for author, word in said.items() if word]
        # An untracked series is not brought back by other books of its author.
        if not tracked and place is None:
            tracked = [
                author for author, word in said.items() if word is None and self.is_read(author)
            ]
        if tracked:
            return True, f"you track {tracked[0]}"
        if place is None and False not in said.values() and _is_said_missing(editions):
            return True, "you said that you miss it"
        return False, ""

    # --- series --------------------------------------------------------------------------------

    def _of_volumes(self, series_id: int, series: Document) -> Iterator[Release]:
        running = _publication_status(series) in _RUNNING
        if not series.get("volumes") and not running:
            return
        state = self.state(series_id)
        if state.is_line:
            return
        isbns = {one.get("position"): one.get("isbn_13") for one in series.get("volumes", ())}
        place = Place(series_id, series, {}, tracked=True)
        found = [
            (volume, self._of_volume(place, volume, isbns.get(volume.position)))
            for volume in state.volumes
            if not (volume.held or volume.excluded)
            and (self.wishes.reprints or not _BOX.search(volume.label))
        ]
        coming = [one for volume, one in found if one.date or not volume.released]
        guess = self._guess(series, state)
        if guess is not None:
            coming = _with_guess(coming, guess, self._next(place, state) if running else None)
        for one in coming:
            if self._is_read_in(place, language_of(None, one.isbn_13)):
                yield one

    def _is_read_in(self, place: Place | None, language: str | None) -> bool:
        languages = self.languages(place)
        return languages is None or language is None or language in languages

    def _of_volume(self, place: Place, volume: Volume, isbn: str | None) -> Release:
        """Return a volume of which the library has no book; without a date it is yet to come."""
        name = shown_name(place.series)
        return Release(
            title=volume.title or f"{name} {volume.label}",
            date=stored_date(volume.release_date),
            followed=True,
            # Not an extra that is out, nor the volumes of a series that was only looked up.
            missing=volume.released
            and volume.number is not None
            and self.is_collected(place.series_id),
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

    def _next(self, place: Place, state: SeriesState) -> Release | None:
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
        ahead = [date for date in dates if date.text > self.today_text[: len(date.text)]]
        return None if ahead else next_release(dates, self.today)

    def _date_of(self, volume: Volume, series: Document) -> PartialDate | None:
        """Return when a volume came out in the languages that the user reads of the series."""
        books = {one.book_id for one in volume.held}
        found = [
            one.date
            for book_id in books
            for one in self.first(self.editions[book_id], self.place_of(self.books[book_id]))
        ]
        # Where its books have a date, it is one in another language.
        listed = None if any(one.release_date for one in volume.held) else volume.release_date
        return min(found, default=stored_date(listed))


def _with_edition(about: JSON, one: OnShelf) -> JSON:
    stamps = (
        about["updated_at"],
        one.document.get("updated_at"),
        (one.status or {}).get("updated_at"),
    )
    return {
        **about,
        "date": one.date,
        "book_format": one.document.get("book_format", "unknown"),
        "edition_id": one.id,
        "isbn_13": one.document.get("isbn_13"),
        "language": one.document.get("language"),
        "publisher": one.document.get("publisher"),
        "cover_url": one.document.get("cover_url"),
        # By the moment: "14:00-08:00" is later than "20:00+00:00".
        "updated_at": max(filter(None, stamps), key=datetime.fromisoformat, default=None),
    }


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


def _was_listed(volume: Document, book: Document) -> bool:
    """Return whether a source listed the volume before the book was added."""
    since, added = volume.get("listed_at") or volume.get("seen_at"), book.get("added_at")
    return since is not None and added is not None and instant(since) <= instant(added)


def _is_said_missing(editions: Iterable[OnShelf]) -> bool:
    return any(one.status is not None and one.word == "missing" for one in editions)


def _why(*, own: bool = False, want: bool = False, followed: str | None = None) -> str:
    if own:
        return "you own it"
    if want:
        return "you want it"
    return followed or "you own no edition of it"


def _own_language(ctx: Context) -> frozenset[str] | None:
    if ctx.settings.origin("default_language") == "default":
        return None
    return frozenset({ctx.settings("default_language")})
