"""Release dates on a calendar: what they say for certain, and which of a book's editions counts.

A release date is a calendar date with a precision, never an instant: "2026-11" is a month, and no
day of it is made up.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from booktrack.domain.dates import PartialDate
from booktrack.domain.text import fold

ReleaseState = Literal["announced", "estimated", "released"]
Day = tuple[int, int, int]

# Beyond it nobody plans books; shops write the last or first day of some far year for "no date".
_PLANNED_YEARS = 5
_STAND_INS = ((1, 1), (12, 31))
_NEVER = 9999

# Languages that a book's number tells almost for certain: the registration groups of countries
# with one. Groups 0, 1 and 3 print in many languages, and so do international houses.
_GROUPS = {
    "9782": "fr", "9784": "ja", "9785": "ru", "9787": "zh", "97884": "es", "97888": "it",
    "97889": "ko", "97910": "fr", "97911": "ko", "97912": "it",
}  # fmt: skip


def first_day(date: PartialDate) -> Day:
    """Return the earliest day that the date can mean, as numbers that compare."""
    return date.year, date.month or 1, date.day or 1


def last_day(date: PartialDate) -> Day:
    """Return the latest day that the date can mean; the 31st stands for the end of any month.

    >>> last_day(PartialDate(2026, 11)) < first_day(PartialDate(2026, 12, 1))
    True
    """
    return date.year, date.month or 12, date.day or 31


def is_over(date: PartialDate, today: PartialDate) -> bool:
    """Return whether the date has come for certain: a month has on its last day.

    >>> is_over(PartialDate(2026, 11), PartialDate(2026, 11, 22))
    False
    """
    last = date.last_day()
    return last is None or (last.year, last.month, last.day) <= first_day(today)


def is_stand_in(date: PartialDate, today: PartialDate) -> bool:
    """Return whether the date is what shops write where they know none: 2049-12-31.

    >>> is_stand_in(PartialDate(2049, 12, 31), PartialDate(2026, 11, 22))
    True
    """
    if date.year == _NEVER:
        return True
    return (date.month, date.day) in _STAND_INS and date.year > today.year + _PLANNED_YEARS


def release_state(date: PartialDate, today: PartialDate, *, guessed: bool = False) -> ReleaseState:
    """Return whether a book of that date is out for certain, announced for later, or neither.

    Estimated is a guess, a stand-in, and a month or year that runs: the book may be out or not.

    >>> today = PartialDate(2026, 11, 22)
    >>> release_state(PartialDate(2026, 12), today), release_state(PartialDate(2026, 11), today)
    ('announced', 'estimated')
    """
    if is_over(date, today):
        return "released"
    runs = first_day(date) <= first_day(today)
    return "estimated" if guessed or runs or is_stand_in(date, today) else "announced"


def language_of(language: str | None, isbn: str | None) -> str | None:
    """Return an edition's language: what is said, else what its number tells, else None.

    >>> language_of(None, "9784101010014"), language_of(None, "9780765326355")
    ('ja', None)
    """
    if language or not isbn:
        return language
    return next((code for group, code in _GROUPS.items() if isbn.startswith(group)), None)


@dataclass(frozen=True)
class Dated:
    """One edition of a book with the date on which it comes out."""

    edition_id: int
    date: PartialDate
    book_format: str = "unknown"
    language: str | None = None


def in_languages(editions: Sequence[Dated], languages: Collection[str] | None) -> list[Dated]:
    """Return the editions in these languages, and those of which the language is not known."""
    return [
        one
        for one in editions
        if languages is None or one.language is None or one.language in languages
    ]


def first_editions(editions: Sequence[Dated]) -> list[Dated]:
    """Return the editions with which the book came out in a language, one of each format.

    What came out for certain after another edition of the same language is a reprint.
    """
    first = [one for one in editions if not any(_precedes(other, one) for other in editions)]
    named = {one.language for one in first if one.book_format != "unknown"}
    best: dict[tuple[str | None, str], Dated] = {}
    for one in first:
        if one.book_format == "unknown" and one.language in named:
            continue
        key = (one.language, one.book_format)
        there = best.get(key)
        if there is None or _order(one) < _order(there):
            best[key] = one
    return sorted(best.values(), key=lambda one: one.edition_id)


def _precedes(other: Dated, one: Dated) -> bool:
    alike = None in (other.language, one.language) or other.language == one.language
    return alike and last_day(other.date) < first_day(one.date)


def _order(one: Dated) -> tuple[int, int]:
    return ("day", "month", "year").index(one.date.precision), one.edition_id


@dataclass(frozen=True, slots=True)
class Release:
    """A book, or a volume of which the library has no book, with when it comes out.

    `date` is None for a volume that is announced without one. `followed` tells whether a series
    or author of it is tracked, `missing` that nothing of it is owned though it should be.
    """

    title: str
    date: PartialDate | None
    book_format: str = "unknown"
    owned: bool = False
    wanted: bool = False
    followed: bool = False
    missing: bool = False
    guessed: bool = False
    why: str = ""
    book_id: int | None = None
    edition_id: int | None = None
    authors: tuple[str, ...] = ()
    series: str | None = None
    series_id: int | None = None
    position: str | None = None
    label: str | None = None
    isbn_13: str | None = None
    language: str | None = None
    publisher: str | None = None
    cover_url: str | None = None
    updated_at: str | None = None
    """The last change of the book, the edition or what the user says of it, as stored."""
    listed_first: bool = False
    """Whether a source had listed the volume before the library had a book of it."""

    @property
    def place(self) -> tuple[int, str] | None:
        """The series and the volume in it, where it has one."""
        if self.series_id is None or not (self.position or self.label):
            return None
        return self.series_id, self.position or fold(self.label or "")

    def state(self, today: PartialDate) -> ReleaseState:
        """Return whether it is out for certain, announced for later, or neither."""
        if self.date is None:
            return "announced"
        return release_state(self.date, today, guessed=self.guessed)

    def is_listed(self, today: PartialDate) -> bool:
        """Return whether a calendar lists it: what is to come, and what is out and not owned."""
        if self.date is None:
            return False
        if self.state(today) != "released":
            return self.followed or self.wanted or self.owned
        return not self.owned and (self.wanted or self.missing)

    @property
    def is_volume(self) -> bool:
        """Return whether it is known as a volume of its series, not as a book or an edition."""
        return self.place is not None and (self.book_id is None or self.listed_first)

    def dated(self, date: PartialDate) -> Release:
        """Return the release on another date, which is a guess."""
        return replace(self, date=date, guessed=True)


def each_place_once(found: Sequence[Release]) -> list[Release]:
    """Return the releases, of which only one, the oldest, is known as the volume of its place."""
    oldest: dict[tuple[int, str], Release] = {}
    for one in found:
        place = one.place
        if place is None or not one.is_volume:
            continue
        first = oldest.setdefault(place, one)
        if _age(one) < _age(first):
            oldest[place] = one
    return [
        replace(one, listed_first=False)
        if one.listed_first and one.place is not None and oldest[one.place] is not one
        else one
        for one in found
    ]


def _age(one: Release) -> tuple[int, int]:
    return one.book_id or 0, one.edition_id or 0
