"""What a person read, in a year or in all: counted by month, author, series, form and language."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from booktrack.domain.reading import calendar_day
from booktrack.domain.reading_log import (
    Gain,
    current_streak,
    expected_by,
    longest_streak,
    streaks,
)

JSON = dict[str, Any]

_KINDS = ("author", "series", "format", "language")
_YEAR, _MONTH = len("2026"), len("2026-11")


class Told(NamedTuple):
    """A reading as statistics see it.

    `finished_before` are the readings of the book that were finished before this one; of those
    `uncounted` are such that a file only counted: they have no documents and no dates.
    """

    book_id: int
    finished: bool
    finished_at: str | None = None
    rating: float | None = None
    days_taken: int | None = None
    finished_before: int = 0
    uncounted: int = 0
    pages: int | None = None
    minutes: int | None = None
    gains: tuple[Gain, ...] = ()
    authors: tuple[str, ...] = ()
    series: str | None = None
    form: str = "unknown"
    language: str = "unknown"


@dataclass
class Tally:
    """Books, pages and minutes of one kind, with what the books were given."""

    books: int = 0
    pages: int = 0
    minutes: int = 0
    ratings: list[float] = field(default_factory=list)

    def answer(self) -> JSON:
        """Return the tally with the average of the ratings, None where nothing was rated."""
        return {
            "books": self.books,
            "pages": self.pages,
            "minutes": self.minutes,
            "average_rating": average(self.ratings, 2),
        }


def average(values: Iterable[float], places: int) -> float | None:
    """Return the mean, None of nothing.

    >>> average([4, 4.5], 1), average([], 1)
    (4.2, None)
    """
    told = list(values)
    return round(sum(told) / len(told), places) if told else None


class Statistics:
    """Counts readings of one year, or of all time where the year is None."""

    def __init__(self, year: int | None = None) -> None:
        self._year = year
        self._period = "" if year is None else f"{year:04}"
        self._whole = Tally()
        self._by: dict[str, dict[str, Tally]] = {
            kind: defaultdict(Tally) for kind in ("year", "month", *_KINDS)
        }
        self._books: set[int] = set()
        self._rereads = self._undated = self._without_month = 0
        self._stars: Counter[float] = Counter()
        self._days: list[int] = []

    def add(self, one: Told) -> None:
        """Take in a reading: a finished one counts in its finish's period, pages in theirs."""
        kinds = self._kinds(one)
        if one.finished and self._is_in(one.finished_at):
            self._finish(one, kinds)
        gains = [gain for gain in one.gains if self._is_in(gain.date)]
        for gain in gains:
            for tally in self._periods(gain.date):
                tally.pages += gain.pages
                tally.minutes += gain.minutes
        more = one.uncounted if self._year is None else 0
        self._undated += more
        self._rereads += max(more - (one.finished_before == more), 0)
        pages = sum([gain.pages for gain in gains]) + more * (one.pages or 0)
        minutes = sum([gain.minutes for gain in gains]) + more * (one.minutes or 0)
        for tally in kinds:
            tally.books += more
            tally.pages += pages
            tally.minutes += minutes

    def _finish(self, one: Told, kinds: list[Tally]) -> None:
        for tally in [*kinds, *self._periods(one.finished_at)]:
            tally.books += 1
            if one.rating is not None:
                tally.ratings.append(one.rating)
        self._books.add(one.book_id)
        self._rereads += one.finished_before > 0
        self._undated += one.finished_at is None
        self._without_month += one.finished_at is not None and len(one.finished_at) < _MONTH
        if one.rating is not None:
            self._stars[one.rating] += 1
        if one.days_taken is not None:
            self._days.append(one.days_taken)

    def _is_in(self, at: str | None) -> bool:
        if self._year is None:
            return True
        return at is not None and at.startswith(self._period)

    def _kinds(self, one: Told) -> list[Tally]:
        return [
            self._whole,
            *(self._tally("author", author) for author in one.authors),
            *([] if one.series is None else [self._tally("series", one.series)]),
            self._tally("format", one.form),
            self._tally("language", one.language),
        ]

    def _periods(self, at: str | None) -> list[Tally]:
        if at is None:
            return []
        year = self._tally("year", at[:_YEAR])
        return [year] if len(at) < _MONTH else [year, self._tally("month", at[:_MONTH])]

    def _tally(self, kind: str, name: str) -> Tally:
        return self._by[kind][name]

    def answer(self) -> JSON:
        """Return what was counted; the kinds of which most was read come first."""
        months = self._by["month"]
        if self._year is not None:
            months = {
                name: months.get(name, Tally())
                for name in (f"{self._year:04}-{month:02}" for month in range(1, 13))
            }
        return {
            **self._whole.answer(),
            "titles": len(self._books),
            "rereads": self._rereads,
            "undated": self._undated,
            "without_month": self._without_month,
            "average_days": average(self._days, 1),
            "ratings": {f"{stars:g}": self._stars[stars] for stars in sorted(self._stars)},
            "by_year": {name: self._by["year"][name].answer() for name in sorted(self._by["year"])},
            "by_month": {name: months[name].answer() for name in sorted(months)},
            **{f"by_{kind}": self._ranked(kind) for kind in _KINDS},
        }

    def _ranked(self, kind: str) -> JSON:
        told = {
            name: tally for name, tally in self._by[kind].items()
            if tally.books or tally.pages or tally.minutes
        }  # fmt: skip
        order = sorted(told, key=lambda name: (-told[name].books, -told[name].pages, name))
        return {name: told[name].answer() for name in order}


def streak_answer(dates: Iterable[str], today: date, year: int | None = None) -> JSON:
    """Return the days in a row up to now, and the longest run, or the longest of a year.

    A run goes on over New Year; of the longest of a year only the days of that year count. Months
    and years on which something was read are no days.
    """
    told = {day for day in map(calendar_day, set(dates)) if day is not None}
    runs = streaks(told)
    now = current_streak(runs, today)
    if year is not None:
        runs = streaks(day for day in told if day.year == year)
    longest = longest_streak(runs)
    return {
        "current": now.days,
        "current_since": _text(now.first),
        "longest": longest.days,
        "longest_from": _text(longest.first),
        "longest_to": _text(longest.last),
        "days_read": sum(run.days for run in runs),
    }


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def goal_answer(year: int, books: int | None, finished: int, today: date) -> JSON:
    """Return a year against its goal: what is left, and how far ahead of an even pace it is.

    >>> goal_answer(2024, 24, 5, date(2024, 2, 29))["ahead"]
    2
    """
    expected = None if books is None else expected_by(books, year, today)
    return {
        "year": year,
        "books": books,
        "finished": finished,
        "percent": None if books is None else round(100 * finished / books, 1),
        "remaining": None if books is None else max(books - finished, 0),
        "expected": expected,
        "ahead": None if expected is None else finished - expected,
    }


def finished_in(finishes: Iterable[str | None], period: str) -> int:
    """Return how many of these dates of a finish lie in a year ("2026") or month ("2026-11").

    A date that is known to the year only counts for the year and for none of its months.

    >>> finished_in(["2024-02-29", "2024", None], "2024"), finished_in(["2024"], "2024-02")
    (2, 0)
    """
    return sum(at is not None and at.startswith(period) for at in finishes)
