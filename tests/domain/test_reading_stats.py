"""What was read, counted by period and kind."""

from datetime import date

import pytest

from booktrack.domain.reading_log import Gain
from booktrack.domain.reading_stats import (
    Statistics,
    Told,
    average,
    finished_in,
    goal_answer,
    streak_answer,
)


def counted(*told, year=None):
    statistics = Statistics(year)
    for one in told:
        statistics.add(one)
    return statistics.answer()


def finished(at, book_id=1, **fields):
    return Told(book_id, True, at, **fields)


def books(tallies):
    return {name: one["books"] for name, one in tallies.items()}


class TestPeriods:
    def test_a_date_counts_for_what_it_says_and_no_more(self):
        told = counted(
            finished("2024-02-29"), finished("2024-02", 2), finished("2024", 3), finished(None, 4)
        )
        assert (told["books"], told["titles"], told["undated"], told["without_month"]) == (
            4, 4, 1, 1
        )  # fmt: skip
        assert books(told["by_year"]) == {"2024": 3}
        assert books(told["by_month"]) == {"2024-02": 2}

    def test_a_year_has_twelve_months_and_nothing_of_other_years(self):
        told = counted(finished("2024-12-31"), finished("2025-01-01", 2), finished(None, 3),
                       finished("2024", 4), year=2024)  # fmt: skip
        assert (told["books"], told["undated"], told["without_month"]) == (2, 0, 1)
        assert len(told["by_month"]) == 12
        assert (told["by_month"]["2024-12"]["books"], told["by_month"]["2024-01"]["books"]) == (
            1,
            0,
        )

    def test_pages_count_on_their_day_and_not_at_the_finish(self):
        one = finished("2025-01-02", gains=(Gain("2024-12-31", 100, 5), Gain("2025-01-01", 50, 0)))
        assert counted(one)["pages"] == 150
        assert (counted(one, year=2024)["books"], counted(one, year=2024)["pages"]) == (0, 100)
        assert (counted(one, year=2025)["books"], counted(one, year=2025)["pages"]) == (1, 50)
        assert counted(one, year=2024)["by_month"]["2024-12"] == {
            "books": 0, "pages": 100, "minutes": 5, "average_rating": None,
        }  # fmt: skip

    def test_pages_of_unknown_date_count_in_all_only(self):
        one = Told(1, False, gains=(Gain(None, 70, 0),))
        assert (counted(one)["pages"], counted(one, year=2024)["pages"]) == (70, 0)
        assert counted(one)["books"] == 0


class TestKinds:
    def test_by_author_series_format_and_language_the_most_read_first(self):
        told = counted(
            finished("2024", 1, authors=("A", "B"), series="S", form="ebook", language="en"),
            finished("2024", 2, authors=("B",), gains=(Gain("2024", 10, 0),)),
        )
        assert list(told["by_author"]) == ["B", "A"]
        assert books(told["by_series"]) == {"S": 1}
        assert books(told["by_format"]) == {"unknown": 1, "ebook": 1}
        assert books(told["by_language"]) == {"unknown": 1, "en": 1}

    def test_ratings(self):
        told = counted(
            finished("2024", 1, rating=4.5, authors=("A",)),
            finished("2024", 2, rating=5.0),
            finished("2024", 3),
        )
        assert (told["average_rating"], told["ratings"]) == (4.75, {"4.5": 1, "5": 1})
        assert told["by_author"]["A"]["average_rating"] == 4.5
        assert counted()["average_rating"] is None

    def test_days_a_book(self):
        assert counted(finished("2024", days_taken=3), finished("2024", 2, days_taken=4))[
            "average_days"
        ] == pytest.approx(3.5)
        assert counted(finished("2024"))["average_days"] is None

    def test_what_came_to_nothing_in_a_year_is_not_listed(self):
        told = counted(finished("2023", authors=("A",)), year=2024)
        assert told["by_author"] == {}


class TestRereads:
    def test_count_as_books_but_are_one_title(self):
        told = counted(finished("2024-01-01"), finished("2024-02-01", finished_before=1), year=2024)
        assert (told["books"], told["titles"], told["rereads"]) == (2, 1, 1)

    def test_that_a_file_only_counted_have_no_date(self):
        one = finished("2024", finished_before=2, uncounted=2, pages=300, minutes=5,
                       gains=(Gain("2024", 300, 5),), authors=("A",))  # fmt: skip
        told = counted(one)
        assert (told["books"], told["titles"], told["rereads"], told["undated"]) == (3, 1, 2, 2)
        assert (told["pages"], told["minutes"]) == (900, 15)
        assert told["by_author"]["A"]["books"] == 3
        assert told["by_year"]["2024"]["books"] == 1
        assert counted(one, year=2024)["books"] == 1

    def test_of_unknown_length_add_no_pages(self):
        assert counted(finished(None, finished_before=1, uncounted=1))["pages"] == 0


class TestStreaks:
    def test_of_all_time_and_of_a_year(self):
        dates = ["2023-12-30", "2023-12-31", "2024-01-01", "2024-01", "2023-02-29", "2023-12-31"]
        told = streak_answer(dates, date(2024, 1, 2))
        assert (told["current"], told["current_since"]) == (3, "2023-12-30")
        assert (told["longest"], told["longest_to"], told["days_read"]) == (3, "2024-01-01", 3)
        of_2024 = streak_answer(dates, date(2024, 1, 2), 2024)
        assert (of_2024["current"], of_2024["longest"], of_2024["longest_from"]) == (
            3, 1, "2024-01-01"
        )  # fmt: skip

    def test_of_nothing(self):
        assert streak_answer([], date(2024, 1, 2)) == {
            "current": 0, "current_since": None, "longest": 0, "longest_from": None,
            "longest_to": None, "days_read": 0,
        }  # fmt: skip


def test_a_goal_that_was_passed_leaves_nothing():
    told = goal_answer(2024, 2, 3, date(2025, 5, 1))
    assert told == {
        "year": 2024, "books": 2, "finished": 3, "percent": 150.0, "remaining": 0, "expected": 2,
        "ahead": 1,
    }  # fmt: skip


def test_a_year_without_a_goal():
    told = goal_answer(2024, None, 3, date(2024, 5, 1))
    assert (told["books"], told["finished"], told["ahead"]) == (None, 3, None)


def test_finished_in_a_period():
    finishes = ["2024-02-29", "2024", None, "2023-02-01"]
    assert (finished_in(finishes, "2024"), finished_in(finishes, "2024-02")) == (2, 1)


def test_the_average_of_nothing_is_none():
    assert average([], 2) is None
