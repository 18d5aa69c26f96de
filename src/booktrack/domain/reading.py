"""Readings: where a reader stands in a book, which reading is meant, and what the log says.

A reading is a document of the table `readings`. What the reader said last (a page, a percentage or
a minute) is stored; the other measures are derived from the edition at each question, so that they
stay right when the edition's length is corrected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from booktrack.domain.dates import PartialDate, require_date

Document = Mapping[str, Any]

OPEN = ("reading", "paused")
CLOSED = ("finished", "abandoned")
MEASURES = ("page", "percent", "minutes")
"""The measures of which one stands for the place; a chapter is told beside it."""

_QUARTERS = frozenset(quarter / 4 for quarter in range(2, 21))


class Length(NamedTuple):
    """How long an edition is, as far as that is known; zero says as little as None."""

    pages: int | None = None
    minutes: int | None = None


class Place(NamedTuple):
    """Where a reader stands: the page, the share of the whole and the minute."""

    page: int | None = None
    percent: float | None = None
    minutes: int | None = None


def is_rating(value: float) -> bool:
    """Return whether a number is a rating: half a star to five, in quarters as StoryGraph has them.

    >>> is_rating(4.5), is_rating(3.75), is_rating(4.3), is_rating(0)
    (True, True, False, False)
    """
    return value in _QUARTERS


def surely_before(first: str, second: str) -> bool:
    """Return whether a date lies before another one, whatever the unknown parts of both are.

    >>> surely_before("2024-02-29", "2024-03"), surely_before("2024", "2024-03-01")
    (True, False)
    """
    left, right = _date(first), _date(second)
    for mine, theirs in (
        (left.year, right.year), (left.month, right.month), (left.day, right.day)
    ):  # fmt: skip
        if mine is None or theirs is None:
            return False
        if mine != theirs:
            return mine < theirs
    return False


@lru_cache(maxsize=4096)
def _date(text: str) -> PartialDate:
    # A log of a thousand sessions is compared with each session that comes.
    return require_date(text)


# --- the place ---------------------------------------------------------------------------------


def percent_of(done: int, whole: int) -> float:
    """Return the share in percent to one place; it is 100 at the end only.

    >>> percent_of(1, 3), percent_of(2999, 3000), percent_of(3000, 3000)
    (33.3, 99.9, 100.0)
    """
    return min(1000 * done // whole, 1000) / 10


def part_of(percent: float, whole: int) -> int:
    """Return the page or minute at a share of the whole; it is the last one at 100 % only.

    >>> part_of(50, 301), part_of(99.9, 300), part_of(100, 300)
    (150, 299, 300)
    """
    return whole if percent >= 100 else min(round(percent * whole / 100), max(whole - 1, 0))


def place(reading: Document, length: Length) -> Place:
    """Return where a reading stands, each measure made of the one that was told."""
    if reading["status"] == "finished":
        return Place(length.pages, 100.0, length.minutes)
    page = _within(reading.get("page"), length.pages)
    minutes = _within(reading.get("minutes"), length.minutes)
    percent = reading.get("percent")
    if page is not None and length.pages:
        percent = percent_of(page, length.pages)
    elif page is None and minutes is not None and length.minutes:
        percent = percent_of(minutes, length.minutes)
    if percent is None:
        return Place(page, None, minutes)
    if page is None and length.pages:
        page = part_of(percent, length.pages)
    if minutes is None and length.minutes:
        minutes = part_of(percent, length.minutes)
    return Place(page, percent, minutes)


def _within(value: int | None, whole: int | None) -> int | None:
    return value if value is None or not whole else min(value, whole)


def clamped(said: Mapping[str, Any], length: Length) -> tuple[dict[str, Any], list[str]]:
    """Return what was said, cut off at the end of the edition, and the names of what was cut.

    >>> clamped({"to_page": 320, "percent": 12.5}, Length(pages=310))
    ({'to_page': 310, 'percent': 12.5}, ['to_page'])
    """
    ends = {
        "page": length.pages, "from_page": length.pages, "to_page": length.pages,
        "minutes": length.minutes, "percent": 100,
    }  # fmt: skip
    kept = dict(said)
    cut = []
    for name, value in said.items():
        end = ends.get(name)
        if end and value is not None and value > end:
            kept[name] = end
            cut.append(name)
    return kept, cut


def moved(reading: Document, length: Length) -> dict[str, Any]:
    """Return the reading with its place as a percentage, to go on in an edition of other pages."""
    share = place(reading, length).percent
    return {**reading, "page": None, "minutes": None, "percent": share}


# --- the log -----------------------------------------------------------------------------------


def with_session(sessions: Iterable[Document], fresh: Document) -> list[dict[str, Any]]:
    """Return the log with one more session, by date; of one date as they were reported."""
    log = [*map(dict, sessions), dict(fresh)]
    return sorted(log, key=lambda one: _date(one["date"]))


def is_latest(sessions: Iterable[Document], day: str) -> bool:
    """Return whether what is reported of a date says where the reader stands now.

    It does unless the log tells of a surely later date: progress may be reported out of order.
    """
    return not any(surely_before(day, one["date"]) for one in sessions if _tells_place(one))


def _tells_place(session: Document) -> bool:
    return any(session.get(name) is not None for name in ("to_page", "percent", "at_minute"))


# --- which reading -----------------------------------------------------------------------------


def current(readings: Mapping[int, Document]) -> int | None:
    """Return the id of the reading that stands for a book, None where there is none.

    It is the one under way, else a wish to read the book again, else the last reading. What a
    file wishes is no wish to read again: files name other editions of a book that was read.
    """
    if len(readings) == 1:  # of most books, and of ten thousand that takes a while
        return next(iter(readings))
    ids = [doc_id for doc_id in readings if readings[doc_id]["status"] in OPEN]
    if ids:
        return max(ids, key=lambda doc_id: (readings[doc_id]["status"] == "reading", doc_id))
    closed = [doc_id for doc_id in readings if readings[doc_id]["status"] in CLOSED]
    last = max(closed, key=lambda doc_id: (last_date(readings[doc_id]), doc_id), default=None)
    wishes = readings.keys() - closed
    if last is None:
        return max(wishes, default=None)
    again = [one for one in wishes if one > max(closed) and not readings[one].get("source")]
    return max(again, default=last)


def last_date(reading: Document) -> str:
    """Return the last date that is known of a reading, the empty text where none is."""
    return reading.get("finished_at") or reading.get("started_at") or ""


def reading_on(readings: Mapping[int, Document], day: str) -> int | None:
    """Return the closed reading in whose time a date lies, None where there is none."""
    found = [
        doc_id
        for doc_id, one in readings.items()
        if one["status"] in CLOSED
        and one.get("finished_at")
        and not surely_before(one["finished_at"], day)
        and not (one.get("started_at") and surely_before(day, one["started_at"]))
    ]
    return max(found, key=lambda doc_id: (readings[doc_id]["finished_at"], doc_id), default=None)


class Count(NamedTuple):
    """What came before a reading of a book: readings, finished ones, and those only counted."""

    begun: int
    finished: int
    uncounted: int


def counts(readings: Mapping[int, Document]) -> dict[int, Count]:
    """Return for each reading of a book how many came before it, oldest first.

    Export files keep one reading and say how often the book was read in all: `read_count`. What
    they counted and did not tell of came before, at unknown dates.
    """
    found: dict[int, Count] = {}
    begun = finished = 0
    for doc_id in in_order(readings):
        one = readings[doc_id]
        is_finished = one["status"] == "finished"
        more = max((one.get("read_count") or 0) - finished - 1, 0) if is_finished else 0
        begun += more
        finished += more
        found[doc_id] = Count(begun, finished, more)
        begun += one["status"] != "want_to_read"
        finished += is_finished
    return found


def times_finished(readings: Mapping[int, Document]) -> int:
    """Return how often a book was read to its end, as far as anybody counted.

    >>> times_finished({1: {"status": "finished", "read_count": 2}, 2: {"status": "reading"}})
    2
    """
    return sum(
        one.uncounted + (readings[doc_id]["status"] == "finished")
        for doc_id, one in counts(readings).items()
    )


def rating_of(readings: Mapping[int, Document]) -> float | None:
    """Return what a book was given last, by the reading that stands for it or an earlier one."""
    order = [*in_order(readings), *filter(None, [current(readings)])]
    rated = [readings[doc_id]["rating"] for doc_id in order if readings[doc_id].get("rating")]
    return rated[-1] if rated else None


def in_order(readings: Mapping[int, Document]) -> Sequence[int]:
    """Return the ids by time: those of unknown date first, wishes last."""
    if len(readings) < 2:
        return list(readings)
    return sorted(
        readings,
        key=lambda doc_id: (
            readings[doc_id]["status"] == "want_to_read",
            readings[doc_id].get("started_at") or readings[doc_id].get("finished_at") or "",
            doc_id,
        ),
    )


def are_one(mine: Document, told: Document) -> bool:
    """Return whether a reading and what another file tells of one may well be the same.

    People keep their readings in several places, and a reading counts once. Nothing may speak
    against it: neither the status nor a date.

    >>> are_one({"status": "finished", "finished_at": "2024-02-29"},
    ...         {"status": "finished", "finished_at": "2024"})
    True
    """
    if mine["status"] in OPEN or told["status"] in OPEN:
        return mine["status"] in OPEN and told["status"] in OPEN
    mine_at, told_at = mine.get("finished_at"), told.get("finished_at")
    return (
        mine["status"] == told["status"]
        and not _is_before(mine_at, told_at)
        and not _is_before(told_at, mine_at)
        and not _is_before(told_at, mine.get("started_at"))
        and not _is_before(mine_at, told.get("started_at"))
    )


def _is_before(first: str | None, second: str | None) -> bool:
    return first is not None and second is not None and surely_before(first, second)


def days_taken(reading: Document) -> int | None:
    """Return the days from start to finish, both counted; None where a day is not known.

    >>> days_taken({"started_at": "2024-02-28", "finished_at": "2024-03-01"})
    3
    """
    first, last = (calendar_day(reading.get(name)) for name in ("started_at", "finished_at"))
    if first is None or last is None or last < first:
        return None  # the wrong order was imported: booktrack refuses a finish before the start
    return (last - first).days + 1


def calendar_day(text: str | None) -> date | None:
    """Return the day that a stored date names; None for a month, a year and what is no day.

    >>> calendar_day("2024-02-29"), calendar_day("2024-02")
    (datetime.date(2024, 2, 29), None)
    """
    if text is None or len(text) != len("2026-11-22"):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:  # a file that was edited by hand: 2023-02-29
        return None
