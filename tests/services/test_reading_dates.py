"""Days of reading: time zones, partial dates, the edges of the calendar."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from booktrack import InvalidDate
from support.libraries import open_library, snapshot

AUCKLAND = timezone(timedelta(hours=13))
HONOLULU = timezone(timedelta(hours=-10))


class Clock:
    """A clock that a test sets."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def at(tmp_path):
    """Open a library whose clock shows a time; return it with its book and its clock."""
    opened = []

    def open_at(*now, zone=UTC):
        clock = Clock(datetime(*now, tzinfo=zone))
        library = open_library(tmp_path / f"{len(opened)}.json", clock=clock)
        opened.append(library)
        return library, library.add(title="Dune", page_count=300)["id"], clock

    yield open_at
    for library in opened:
        library.close()


@pytest.mark.parametrize(
    ("zone", "today"), [(AUCKLAND, "2025-01-01"), (UTC, "2024-12-31"), (HONOLULU, "2024-12-31")]
)
def test_today_is_the_day_of_the_clocks_own_zone(at, zone, today):
    moment = datetime(2024, 12, 31, 12, 0, tzinfo=UTC).astimezone(zone)
    library, book, _ = at(*moment.timetuple()[:6], zone=zone)
    assert library.finish_reading(book)["finished_at"] == today
    told = library.reading_stats()
    assert (told["books_this_year"], told["books_this_month"]) == (1, 1)
    assert library.reading_goal()["year"] == int(today[:4])
    assert library.reading_stats(int(today[:4]))["books"] == 1


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024-02", "2024-02"),
        ("2024", "2024"),
        (" 2024-02-29 ", "2024-02-29"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime.fromisoformat("2024-02-29T23:59"), "2024-02-29"),
        ("2024-02-29T23:30:00", "2024-02-29"),
        # An instant is the day on the library's clock, here ten hours behind Greenwich.
        ("2024-03-01T09:59:00Z", "2024-02-29"),
        ("2024-03-01T09:59:00.000Z", "2024-02-29"),
        ("2024-03-01T10:00:00+00:00", "2024-03-01"),
        ("2024-03-01 22:30:00+13:00", "2024-02-29"),
        (datetime(2024, 3, 1, 9, 59, tzinfo=UTC), "2024-02-29"),
    ],
)
def test_a_date_is_taken_as_written_and_an_instant_by_the_clock(at, given, day):
    library, book, _ = at(2024, 3, 5, zone=HONOLULU)
    assert library.start_reading(book, date=given)["started_at"] == day


def test_summer_time_moves_no_day(at):
    library, book, _ = at(2024, 7, 15, 12, zone=ZoneInfo("Europe/Berlin"))
    winter, summer = "2024-01-31T23:30:00Z", "2024-06-30T22:30:00Z"
    assert library.start_reading(book, date=winter)["started_at"] == "2024-02-01"
    assert library.finish_reading(book, date=summer)["finished_at"] == "2024-07-01"


@pytest.mark.parametrize(
    "given",
    ["2023-02-29", "2024-13", "2024-00-10", "24", "yesterday", "", "2024-2-9", "-0400", 2024, 1.5,
     True, [2024], "2024-02-29T25:00:00", "2024-02-30T10:00:00Z", "02/29/2024",
     "0001-01-01T00:00:00+14:00"],
)  # fmt: skip
def test_what_is_no_date_is_refused(at, given):
    library, book, _ = at(2026, 11, 22, zone=HONOLULU)
    before = snapshot(library)
    for work in (library.start_reading, library.finish_reading, library.abandon_reading,
                 library.add_session):  # fmt: skip
        with pytest.raises(InvalidDate):
            work(book, date=given)
    assert snapshot(library) == before


@pytest.mark.parametrize("given", ["2024-03-02", "2024-04", "2025", "2024-03-02T00:00:01+00:00"])
def test_the_future_is_refused(at, given):
    library, book, _ = at(2024, 2, 29, 23)
    with pytest.raises(InvalidDate, match="in the future"):
        library.start_reading(book, date=given)


@pytest.mark.parametrize("given", ["2024-03-01", "2024-03", "2024-02", "2024"])
def test_tomorrow_is_today_elsewhere(at, given):
    library, book, _ = at(2024, 2, 29)
    assert library.start_reading(book, date=given)["started_at"] == given


def test_a_flight_over_the_date_line_ends_no_book_before_its_start(at):
    library, book, clock = at(2024, 3, 1, 9, zone=AUCKLAND)
    library.update_progress(book, page=100)
    clock.now = clock.now.astimezone(HONOLULU) + timedelta(hours=10)
    assert clock.now.date() == date(2024, 2, 29)
    reading = library.update_progress(book, page=150)
    assert (reading["page"], reading["started_at"]) == (150, "2024-03-01")
    assert library.reading_stats()["streak"]["current"] == 2
    assert library.pause_reading(book)["paused_at"] == "2024-03-01"
    assert library.finish_reading(book)["finished_at"] == "2024-03-01"


def test_a_streak_goes_on_over_new_year_and_ends_after_a_day_without(at):
    library, book, clock = at(2024, 12, 30, 22)
    for day in range(4):
        library.add_session(book, minutes=10)
        streak = library.reading_stats()["streak"]
        assert (streak["current"], streak["longest"]) == (day + 1, day + 1)
        clock.now += timedelta(days=1)
    assert library.reading_stats()["reading_streak_days"] == 4  # today is not over
    clock.now += timedelta(days=1)
    told = library.reading_stats()
    assert (told["reading_streak_days"], told["streak"]["longest"]) == (0, 4)
    assert (library.reading_stats(2024)["streak"]["longest"],
            library.reading_stats(2025)["streak"]["longest"]) == (2, 2)  # fmt: skip


def test_the_29_february_is_a_day_of_its_year(at):
    library, book, _ = at(2024, 3, 1, 8)
    library.start_reading(book, date="2024-02-28")
    library.add_session(book, date="2024-02-29", minutes=10)
    library.finish_reading(book)
    told = library.reading_stats(2024)
    assert (told["streak"]["current"], told["average_days"]) == (3, 3.0)
    assert told["by_month"]["2024-02"] == {
        "books": 0, "pages": 0, "minutes": 10, "average_rating": None,
    }  # fmt: skip
