"""What was read when: pages and minutes, days in a row, an even pace."""

from datetime import date

import pytest

from booktrack.domain.reading import Length
from booktrack.domain.reading_log import (
    Gain,
    Streak,
    current_streak,
    dates_read,
    expected_by,
    gains,
    longest_streak,
    streaks,
)


def reading(*sessions, status="reading", **fields):
    return {"status": status, "sessions": list(sessions), **fields}


def at(day, **fields):
    return {"date": f"2024-03-{day:02}", **fields}


class TestGains:
    def test_pages_count_once_however_often_they_are_reported(self):
        told = reading(at(1, to_page=100), at(2, to_page=80), at(3, to_page=120), page=120)
        assert gains(told, Length(300)) == [
            Gain("2024-03-01", 100, 0),
            Gain("2024-03-03", 20, 0),
        ]

    def test_a_session_that_names_its_first_page_leaves_out_what_was_skipped(self):
        told = reading(at(1, from_page=50, to_page=80), page=80)
        assert gains(told, Length(300)) == [Gain("2024-03-01", 30, 0), Gain(None, 50, 0)]

    def test_the_rest_of_a_finished_book_counts_at_its_finish(self):
        told = reading(at(1, to_page=100), status="finished", finished_at="2024-03")
        assert gains(told, Length(300)) == [Gain("2024-03-01", 100, 0), Gain("2024-03", 200, 0)]

    def test_a_finished_book_of_unknown_date_and_length(self):
        assert gains(reading(status="finished"), Length()) == []
        assert gains(reading(status="finished"), Length(300)) == [Gain(None, 300, 0)]

    def test_never_more_pages_than_the_edition_has(self):
        told = reading(at(1, to_page=400), at(2, to_page=450), status="finished")
        assert gains(told, Length(300)) == [Gain("2024-03-01", 300, 0)]

    def test_a_share_is_as_many_pages(self):
        told = reading(at(1, percent=50.0), at(2, percent=75.0), percent=75.0)
        assert gains(told, Length(300)) == [Gain("2024-03-01", 150, 0), Gain("2024-03-02", 75, 0)]
        assert gains(told, Length()) == []

    def test_the_place_of_an_audiobook_is_time_that_was_heard(self):
        told = reading(at(1, at_minute=60), at(2, at_minute=90), status="finished")
        assert gains(told, Length(None, 100)) == [
            Gain("2024-03-01", 0, 60),
            Gain("2024-03-02", 0, 30),
            Gain(None, 0, 10),
        ]

    def test_half_an_hour_that_was_heard_is_not_counted_again_by_the_place_after_it(self):
        told = reading(at(1, minutes=30), at(2, at_minute=90), minutes=90)
        assert [gain.minutes for gain in gains(told, Length(None, 600))] == [30, 60]
        assert [gain.minutes for gain in gains(told, Length())] == [30, 90]

    def test_time_spent_counts_as_it_is(self):
        told = reading(at(1, minutes=45, to_page=20), at(1, minutes=0), page=20)
        assert gains(told, Length(300)) == [Gain("2024-03-01", 20, 45)]

    def test_a_wish_comes_to_nothing(self):
        assert gains({"status": "want_to_read"}, Length(300)) == []

    def test_what_was_abandoned_counts_up_to_its_place(self):
        told = reading(status="abandoned", page=70, finished_at="2024-03-09")
        assert gains(told, Length(300)) == [Gain(None, 70, 0)]


def test_days_of_reading_are_those_of_the_log_the_start_and_the_finish():
    told = reading(at(2), started_at="2024-03-01", finished_at="2024-03-09", status="finished")
    assert list(dates_read(told)) == ["2024-03-02", "2024-03-01", "2024-03-09"]
    assert list(dates_read({**told, "status": "abandoned"})) == ["2024-03-02", "2024-03-01"]
    assert list(dates_read({"status": "want_to_read", "started_at": "2024"})) == []
    assert list(dates_read({"status": "finished"})) == []


def days(*texts):
    return [date.fromisoformat(text) for text in texts]


class TestStreaks:
    def test_go_on_over_new_year_and_over_29_february(self):
        found = streaks(days("2024-01-01", "2023-12-31", "2024-02-28", "2024-02-29", "2024-03-01"))
        assert [run.days for run in found] == [2, 3]
        assert [run.days for run in streaks(days("2023-02-28", "2023-03-01"))] == [2]

    def test_of_no_day(self):
        assert streaks([]) == []
        assert longest_streak([]) == Streak()
        assert current_streak([], date(2024, 1, 1)) == Streak()

    def test_a_day_counts_once(self):
        assert streaks(days("2024-01-01", "2024-01-01"))[0].days == 1

    def test_of_two_of_one_length_the_later_is_the_longest(self):
        runs = streaks(days("2024-01-01", "2024-01-03"))
        assert longest_streak(runs).first == date(2024, 1, 3)

    @pytest.mark.parametrize(
        ("today", "length"),
        [
            ("2023-12-30", 2),  # the last day is tomorrow here, and today in Auckland
            ("2023-12-31", 2),
            ("2024-01-01", 2),  # today is not over
            ("2024-01-02", 0),
            ("2023-12-28", 0),
        ],
    )
    def test_one_that_reached_yesterday_goes_on(self, today, length):
        runs = streaks(days("2023-12-30", "2023-12-31"))
        assert current_streak(runs, date.fromisoformat(today)).days == length

    def test_the_last_day_of_the_calendar_ends_one(self):
        assert streaks([date.max])[0].last == date.max


@pytest.mark.parametrize(
    ("today", "books"),
    [
        ("2023-12-31", 0),
        ("2024-01-01", 1),
        ("2024-02-29", 60),
        ("2024-12-31", 366),
        ("2025-01-01", 366),
    ],
)
def test_an_even_pace_in_a_leap_year(today, books):
    assert expected_by(366, 2024, date.fromisoformat(today)) == books


def test_an_even_pace_ends_with_the_year():
    assert expected_by(10, 2025, date(2025, 12, 31)) == 10
