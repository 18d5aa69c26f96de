"""What is wanted and missing: whether it is out, what it costs, and why it is listed."""

import pytest

from booktrack.services.owning_lists import state_of
from support.libraries import WAY_OF_KINGS, WAY_OF_KINGS_EBOOK, open_library

TODAY = "2026-11-22"


@pytest.mark.parametrize(
    ("date", "state"),
    [
        (None, "unknown"),
        ("2026-11-22", "released"),
        ("2026-11-23", "announced"),
        ("2026-12", "announced"),
        ("2027", "announced"),
        ("2049-12-31", "estimated"),
        ("2026", "estimated"),
        ("2026-11", "estimated"),
        ("2025", "released"),
        ("2026-10", "released"),
        ("2024-02-29", "released"),
        ("-0400", "released"),
    ],
)
def test_a_date_says_whether_a_book_is_out(date, state):
    assert state_of(date, TODAY) == state


@pytest.mark.parametrize(
    ("today", "state"), [("2026-11-30", "released"), ("2026-11-29", "estimated")]
)
def test_a_month_is_over_on_its_last_day(today, state):
    assert state_of("2026-11", today) == state


class TestWanted:
    def of(self, library, title):
        return next(one for one in library.wanted()["books"] if one["title"] == title)

    def test_says_which_editions_are_meant_and_why(self, sample):
        book = self.of(sample, "The Way of Kings")
        (edition,) = book["wanted_editions"]
        assert sample.get_edition(edition)["isbn_13"] == WAY_OF_KINGS_EBOOK
        assert (book["release_state"], book["release_date"]) == ("released", "2010-08-31")
        assert book["why"] == (
            f"you want ebook {WAY_OF_KINGS_EBOOK}; out since 2010-08-31; "
            f"you own hardcover {WAY_OF_KINGS}"
        )

    @pytest.mark.parametrize(
        ("date", "state", "why"),
        [
            ("2027-01-05", "announced", "announced for 2027-01-05"),
            ("2026", "estimated", "expected 2026"),
            (None, "unknown", "its date is not known"),
        ],
    )
    def test_what_is_not_out_yet(self, library, date, state, why):
        fields = {"release_date": date} if date else {}
        library.add(title="Dune", status="want", **fields)
        book = self.of(library, "Dune")
        assert (book["release_state"], book["why"]) == (state, f"you want #1; {why}")

    def test_the_date_of_an_edition_that_is_not_wanted_does_not_count(self, library):
        dune = {"title": "Dune", "authors": "Frank Herbert"}
        library.add(**dune, format="paperback", release_date="2005")
        library.add(**dune, format="hardcover", release_date="2027", status="want")
        assert self.of(library, "Dune")["release_state"] == "announced"

    def test_keeps_what_every_book_has(self, sample):
        book = self.of(sample, "The Way of Kings")
        assert sample.get_book(book["id"]).items() <= book.items()

    def test_is_paged(self, sample):
        every = sample.wanted()["books"]
        page = sample.wanted(limit=2, offset=1)
        assert (page["books"], page["total"]) == (every[1:3], len(every))


class TestMissingFromAuthor:
    def test_says_why_and_whether_it_is_out(self, library):
        library.add(title="Out", authors="Ann Lee", status="missing", release_date="2020",
                    price=5, currency="EUR")  # fmt: skip
        library.add(title="Ahead", authors="Ann Lee", status="want", release_date="2027-03")
        library.add(title="Mine", authors="Ann Lee")
        told = library.missing_from_author("Ann Lee")
        assert (told["total"], told["owned"]) == (2, 1)
        out, ahead = told["books"]
        assert (out["release_state"], out["why"]) == (
            "released", "you own no edition; out since 2020"
        )  # fmt: skip
        assert (out["cheapest_prices"]["EUR"]["price"], ahead["cheapest_prices"]) == (5, {})
        assert (ahead["release_state"], ahead["why"]) == (
            "announced", "you want it and own no edition; announced for 2027-03"
        )  # fmt: skip

    def test_what_another_owns_is_missing_still(self, library):
        library.add(title="Mine", authors="Ann Lee")
        with open_library(library.path, user_id=2) as other:
            (book,) = other.missing_from_author("Ann Lee")["books"]
            assert book["editions"][0]["status"] == "missing"

    @pytest.mark.parametrize("name", ["Sanderson, Brandon", "brandon sanderson", "Brandn Sandersn"])
    def test_names_the_author_as_the_library_does(self, sample, name):
        assert sample.missing_from_author(name)["author"] == "Brandon Sanderson"


class TestMissingFromSeries:
    def test_carries_books_editions_prices_and_state(self, library):
        library.add(title="Saga, Vol. 1", authors="Ann Lee")
        library.add("9780765326355", title="Saga, Vol. 2", authors="Ann Lee", status="missing",
                    release_date="2015-05", price=8, currency="USD")  # fmt: skip
        library.add(title="Saga, Vol. 4", authors="Ann Lee")
        second, third = library.missing_from_series("Saga")["volumes"]
        (book,) = second["books"]
        assert (book["title"], [one["isbn_13"] for one in book["editions"]]) == (
            "Saga, Vol. 2", ["9780765326355"]
        )  # fmt: skip
        assert second["editions"] == book["editions"]
        assert (second["release_state"], second["cheapest_prices"]["USD"]["price"]) == (
            "released", 8
        )  # fmt: skip
        assert second["why"] == "in the library, not owned"
        assert (third["books"], third["editions"], third["cheapest_prices"]) == ([], [], {})
        assert (third["release_state"], third["why"]) == ("unknown", "a hole below volume 4")

    def test_what_another_user_said_is_not_put_in_your_mouth(self, sample):
        with open_library(sample.path, user_id=2) as other:
            other.override_series("Saga", total=9)
        assert {one["why"] for one in sample.missing_from_series("Saga")["volumes"]} == {
            "one of 9 according to another user"
        }
        sample.override_series("Saga", total=8)
        assert sample.missing_from_series("Saga")["volumes"][0]["why"] == (
            "one of 8 according to you"
        )
