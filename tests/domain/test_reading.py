"""Where a reader stands, which reading is meant, and what came before it."""

import pytest

from booktrack.domain.reading import (
    Count,
    Length,
    Place,
    are_one,
    calendar_day,
    clamped,
    counts,
    current,
    days_taken,
    is_latest,
    is_rating,
    last_date,
    moved,
    part_of,
    percent_of,
    place,
    rating_of,
    reading_on,
    surely_before,
    times_finished,
    with_session,
)
from booktrack.errors import InvalidDate


def reading(status="reading", **fields):
    return {"status": status, **fields}


@pytest.mark.parametrize(
    ("first", "second", "before"),
    [
        ("2024-02-29", "2024-03-01", True),
        ("2024-02-29", "2024-02-29", False),
        ("2024-03-01", "2024-02-29", False),
        ("2024-02", "2024-02-29", False),
        ("2024-02-29", "2024-02", False),
        ("2024-02", "2024-03-01", True),
        ("2023", "2024-01-01", True),
        ("2024", "2024-12-31", False),
        ("2024-12-31", "2024", False),
        ("2025", "2024-12-31", False),
        ("-0400", "2024", True),
    ],
)
def test_a_date_is_before_another_only_where_that_is_sure(first, second, before):
    assert surely_before(first, second) is before


def test_what_is_no_day_of_the_calendar_is_refused():
    with pytest.raises(InvalidDate):
        surely_before("2023-02-29", "2024")


@pytest.mark.parametrize("stars", [0.5, 0.75, 1, 3.25, 4.5, 5, 5.0])
def test_ratings_go_in_quarters_from_a_half_to_five(stars):
    assert is_rating(stars)


@pytest.mark.parametrize(
    "stars", [0, 0.25, -1, 5.25, 4.3, 100, float("nan"), float("inf"), -0.5, 0.1]
)
def test_other_numbers_are_no_ratings(stars):
    assert not is_rating(stars)


class TestThePlace:
    @pytest.mark.parametrize(
        ("told", "length", "there"),
        [
            ({"page": 150}, Length(300), Place(150, 50.0, None)),
            ({"page": 0}, Length(300), Place(0, 0.0, None)),
            ({"page": 150}, Length(), Place(150, None, None)),
            ({"page": 150, "percent": 40.0}, Length(), Place(150, 40.0, None)),
            ({"page": 150, "percent": 40.0}, Length(300), Place(150, 50.0, None)),
            ({"page": 350}, Length(300), Place(300, 100.0, None)),
            ({"page": 150}, Length(300, 600), Place(150, 50.0, 300)),
            ({"percent": 33.3}, Length(300), Place(100, 33.3, None)),
            ({"percent": 33.3}, Length(), Place(None, 33.3, None)),
            ({"percent": 50.0}, Length(None, 601), Place(None, 50.0, 300)),
            ({"minutes": 90}, Length(None, 180), Place(None, 50.0, 90)),
            ({"minutes": 90}, Length(200, 180), Place(100, 50.0, 90)),
            ({"minutes": 90}, Length(), Place(None, None, 90)),
            ({"minutes": 999}, Length(None, 180), Place(None, 100.0, 180)),
            ({}, Length(300, 180), Place()),
            ({"page": 7}, Length(0, 0), Place(7, None, None)),
            ({"percent": 7.0}, Length(0, 0), Place(None, 7.0, None)),
        ],
    )
    def test_is_made_of_the_measure_that_was_told(self, told, length, there):
        assert place(reading(**told), length) == there

    def test_of_a_finished_book_is_its_end(self):
        finished = reading("finished", page=12)
        assert place(finished, Length(300, 600)) == Place(300, 100.0, 600)
        assert place(finished, Length()) == Place(None, 100.0, None)

    def test_of_a_book_without_a_page_is_no_division_by_zero(self):
        assert place(reading("finished"), Length(0)) == Place(0, 100.0, None)
        assert part_of(50, 0) == 0

    @pytest.mark.parametrize("pages", [1, 2, 299, 1000, 100_000])
    def test_is_100_percent_at_the_end_only(self, pages):
        assert percent_of(pages, pages) == 100.0
        assert percent_of(pages - 1, pages) < 100
        assert part_of(99.99, pages) < pages
        assert part_of(100, pages) == pages

    def test_goes_on_in_another_edition_at_the_same_share(self):
        there = moved(reading(page=150, minutes=None), Length(300))
        assert place(there, Length(500)) == Place(250, 50.0, None)
        assert place(moved(reading(page=150), Length()), Length(500)) == Place()


def test_what_is_past_the_end_is_cut_off_there():
    said = {"page": 400, "percent": 120.0, "minutes": 700, "chapter": 99, "note": "x"}
    assert clamped(said, Length(300, 600)) == (
        {"page": 300, "percent": 100, "minutes": 600, "chapter": 99, "note": "x"},
        ["page", "percent", "minutes"],
    )


def test_where_the_end_is_unknown_nothing_is_cut_off():
    said = {"page": 400, "minutes": 700, "percent": None}
    assert clamped(said, Length(0)) == (said, [])


class TestTheLog:
    def test_stands_by_date_and_of_one_date_as_reported(self):
        log = []
        for date, page in (("2024-03-01", 3), ("2024-02", 1), ("2024-03-01", 2), ("2024", 9)):
            log = with_session(log, {"date": date, "to_page": page})
        assert [one["to_page"] for one in log] == [9, 1, 3, 2]

    def test_lets_a_later_date_say_where_the_reader_stands(self):
        log = [{"date": "2024-03-02", "to_page": 50}, {"date": "2024-03-05", "minutes": 20}]
        assert is_latest(log, "2024-03-02")
        assert is_latest(log, "2024-03")
        assert is_latest(log, "2024-03-03")  # the session of the 5th tells no place
        assert not is_latest(log, "2024-03-01")
        assert is_latest([], "2024")


class TestTheReadingThatStandsForABook:
    def test_is_none_where_there_is_none(self):
        assert current({}) is None

    @pytest.mark.parametrize(
        ("readings", "standing"),
        [
            ({1: reading("finished", finished_at="2024")}, 1),
            ({1: reading(), 2: reading("finished", finished_at="2024")}, 1),
            ({1: reading(), 2: reading("paused")}, 1),
            ({1: reading("paused"), 2: reading("want_to_read")}, 1),
            ({1: reading(), 2: reading()}, 2),
            ({1: reading("finished"), 2: reading("want_to_read")}, 2),
            ({1: reading("want_to_read"), 2: reading("finished")}, 2),
            ({1: reading("finished"), 2: reading("want_to_read", source="goodreads")}, 1),
            ({1: reading("want_to_read", source="goodreads")}, 1),
            ({1: reading("want_to_read"), 2: reading("want_to_read")}, 2),
            (
                {
                    1: reading("finished", finished_at="2024-05-01"),
                    2: reading("finished", finished_at="2020"),
                    3: reading("abandoned"),
                },
                1,
            ),
        ],
    )
    def test_is_the_one_under_way_else_a_later_wish_else_the_last(self, readings, standing):
        assert current(readings) == standing

    def test_a_day_belongs_to_the_closed_reading_in_whose_time_it_lies(self):
        readings = {
            1: reading("finished", started_at="2023-12-30", finished_at="2024-01-02"),
            2: reading("abandoned", finished_at="2022"),
            3: reading("finished"),
            4: reading(started_at="2024-01-01"),
        }
        assert reading_on(readings, "2024-01-01") == 1
        assert reading_on(readings, "2023-12-30") == 1
        assert reading_on(readings, "2024-01-02") == 1
        assert reading_on(readings, "2024-01-03") is None
        assert reading_on(readings, "2022-07") == 2
        assert reading_on({}, "2024") is None


class TestWhatCameBefore:
    def test_first_the_readings_of_unknown_date(self):
        readings = {
            1: reading("finished", started_at="2024-01-01"),
            2: reading("finished"),
            3: reading("want_to_read"),
            4: reading("abandoned", finished_at="2020"),
            5: reading(started_at="2025"),
        }
        assert counts(readings) == {
            2: Count(0, 0, 0),
            4: Count(1, 1, 0),
            1: Count(2, 1, 0),
            5: Count(3, 2, 0),
            3: Count(4, 2, 0),
        }

    def test_a_file_that_counts_three_and_tells_of_one(self):
        assert counts({1: reading("finished", read_count=3)}) == {1: Count(2, 2, 2)}

    def test_the_counts_of_later_files_hold_those_of_earlier_ones(self):
        readings = {
            1: reading("finished", finished_at="2020", read_count=2),
            2: reading("finished", finished_at="2024", read_count=3),
            3: reading("finished", started_at="2025"),
        }
        assert [one.uncounted for one in counts(readings).values()] == [1, 0, 0]
        assert counts(readings)[3] == Count(3, 3, 0)

    def test_how_often_it_was_finished(self):
        assert times_finished({}) == 0
        assert times_finished(
            {1: reading("finished", read_count=3), 2: reading("finished"), 3: reading()}
        ) == 4  # fmt: skip

    def test_what_it_was_given_last(self):
        first, second = reading("finished", rating=4.0), reading(started_at="2024")
        assert rating_of({}) is None
        assert rating_of({2: first, 1: second}) == 4.0
        assert rating_of({2: first, 1: {**second, "rating": 3.0}}) == 3.0
        assert rating_of({1: {**first, "finished_at": "2025"}, 2: reading(rating=2.0)}) == 2.0

    def test_a_count_of_zero_says_nothing(self):
        assert counts({1: reading("finished", read_count=0)}) == {1: Count(0, 0, 0)}


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2024-02-28", "2024-03-01", 3),
        ("2023-02-28", "2023-03-01", 2),
        ("2024-12-31", "2025-01-01", 2),
        ("2024-02-29", "2024-02-29", 1),
        ("2024-02", "2024-03-01", None),
        ("2024-02-01", "2024", None),
        ("2024-03-02", "2024-03-01", None),
        (None, "2024-03-01", None),
        ("2024-03-02", None, None),
        ("2023-02-29", "2023-03-01", None),
    ],
)
def test_days_count_from_the_first_to_the_last(start, end, days):
    assert days_taken({"started_at": start, "finished_at": end}) == days


def test_a_month_is_no_day_and_a_date_before_christ_neither():
    assert calendar_day("2024-02") is None
    assert calendar_day("-0400-01") is None
    assert calendar_day("-0400-01-01") is None
    assert calendar_day(None) is None


def test_the_last_date_of_a_reading():
    assert last_date(reading(started_at="2024", finished_at="2025")) == "2025"
    assert last_date(reading(started_at="2024")) == "2024"
    assert last_date(reading()) == ""


class TestOneReadingToldTwice:
    @pytest.mark.parametrize(
        ("mine", "told"),
        [
            (
                reading("finished", finished_at="2024-02-29"),
                reading("finished", finished_at="2024"),
            ),
            (reading("finished"), reading("finished", finished_at="2024")),
            (reading("finished", finished_at="2024"), reading("finished")),
            (reading("abandoned"), reading("abandoned")),
            (reading("paused"), reading("reading", started_at="2024")),
            (
                reading("finished", started_at="2024-02-20", finished_at="2024-02-29"),
                reading("finished", started_at="2024-02-21", finished_at="2024-02"),
            ),
        ],
    )
    def test_is_one(self, mine, told):
        assert are_one(mine, told)

    @pytest.mark.parametrize(
        ("mine", "told"),
        [
            (reading("finished", finished_at="2023"), reading("finished", finished_at="2024")),
            (reading("finished", finished_at="2024"), reading("finished", finished_at="2023")),
            (reading("finished", started_at="2024"), reading("finished", finished_at="2023")),
            (reading("finished", finished_at="2023"), reading("finished", started_at="2024")),
            (reading("finished"), reading("reading")),
            (reading("reading"), reading("finished")),
            (reading("abandoned"), reading("finished")),
        ],
    )
    def test_is_two_where_anything_speaks_against_it(self, mine, told):
        assert not are_one(mine, told)
