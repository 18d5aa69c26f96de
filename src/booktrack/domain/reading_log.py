"""What was read when: pages and minutes by date, days in a row, and a year's goal."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from booktrack.domain.reading import Length, part_of, place

Document = Mapping[str, Any]


class Gain(NamedTuple):
    """Pages and minutes that were read at a date, None where the date is not known."""

    date: str | None
    pages: int
    minutes: int


def gains(reading: Document, length: Length) -> list[Gain]:
    """Return what a reading came to, date by date: never more pages than the edition has.

    Pages count once, however often they were reported. Of a finished book what the log does not
    tell of counts at the finish; of another one the rest up to its place has no date.
    """
    if reading["status"] == "want_to_read":
        return []
    found: list[Gain] = []
    page = minute = 0
    for one in reading.get("sessions", ()):
        end = _end(one, "to_page", length.pages)
        pages = max(end - max(one.get("from_page") or 0, page), 0)
        page = max(page, end)
        heard = _end(one, "at_minute", length.minutes)
        minutes = max(heard - minute, 0) if one.get("minutes") is None else one["minutes"]
        # Who listens for half an hour stands half an hour on.
        minute = max(heard, minute + minutes if length.minutes else minute)
        found.append(Gain(one["date"], pages, minutes))
    found.append(_rest(reading, length, found))
    return [gain for gain in found if gain.pages or gain.minutes]


def _end(session: Document, name: str, whole: int | None) -> int:
    """Return the page or minute at which a session ended, as far as the edition goes."""
    told: int | None = session.get(name)
    percent = session.get("percent")
    if told is None:
        return 0 if percent is None or not whole else part_of(percent, whole)
    return min(told, whole) if whole else told


def _rest(reading: Document, length: Length, found: list[Gain]) -> Gain:
    """Return what the log does not tell of."""
    there = place(reading, length)
    pages = (there.page or 0) - sum([gain.pages for gain in found])
    minutes = (there.minutes or 0) - sum([gain.minutes for gain in found])
    at = reading.get("finished_at") if reading["status"] == "finished" else None
    return Gain(at, max(pages, 0), max(minutes, 0))


def dates_read(reading: Document) -> Iterator[str]:
    """Yield the dates at which something was read: of the log, of the start and of a finish."""
    for one in reading.get("sessions", ()):
        yield one["date"]
    if reading["status"] != "want_to_read" and reading.get("started_at"):
        yield reading["started_at"]
    if reading["status"] == "finished" and reading.get("finished_at"):
        yield reading["finished_at"]


@dataclass(frozen=True)
class Streak:
    """Days in a row on which something was read."""

    days: int = 0
    first: date | None = None
    last: date | None = None


def streaks(days: Iterable[date]) -> list[Streak]:
    """Return the runs of days without a gap, oldest first.

    >>> [run.days for run in streaks([date(2023, 12, 31), date(2024, 1, 1), date(2024, 1, 3)])]
    [2, 1]
    """
    runs: list[Streak] = []
    for day in sorted(set(days)):
        before = runs[-1].last if runs else None
        if before is not None and (day - before).days == 1:
            runs[-1] = Streak(runs[-1].days + 1, runs[-1].first, day)
        else:
            runs.append(Streak(1, day, day))
    return runs


def longest_streak(runs: Iterable[Streak]) -> Streak:
    """Return the longest run, of equals the latest."""
    return max(reversed([*runs]), key=lambda run: run.days, default=Streak())


def current_streak(runs: Iterable[Streak], today: date) -> Streak:
    """Return the run that goes on: one that reached today, or yesterday as today is not over.

    One that ends tomorrow does, too: who flies west has read on a day that begins here later.
    """
    near = [run for run in runs if run.last is not None and abs((today - run.last).days) <= 1]
    return longest_streak(near)


def expected_by(books: int, year: int, today: date) -> int:
    """Return how many books of a year's goal an even pace has finished at the end of a day.

    >>> expected_by(12, 2024, date(2024, 2, 29)), expected_by(12, 2025, date(2024, 2, 29))
    (1, 0)
    """
    if today.year != year:
        return books if today.year > year else 0
    return books * today.timetuple().tm_yday // (366 if isleap(year) else 365)
