"""Prices: every change is kept with its currency, source and date; what a collection is worth."""

import pytest

from booktrack import Conflict, InvalidDate, InvalidInput, NotFound
from support.libraries import (
    DUNE,
    NOW,
    WAY_OF_KINGS,
    WAY_OF_KINGS_EBOOK,
    Told,
    open_library,
    snapshot,
    work,
)

HEADER = "Title,Author,ISBN,Price,Status\n"


def seen(library, edition=DUNE):
    return [
        (one["price"], one["currency"], one["source"])
        for one in library.price_history(edition)["prices"]
    ]


def noted(library):
    return library._ctx.store.count("prices")


@pytest.fixture
def dune(library):
    library.add(DUNE, title="Dune", authors="Frank Herbert")
    return library


class TestHistory:
    def test_of_an_edition_without_a_price(self, dune):
        assert dune.price_history(DUNE) == {
            "edition_id": 1, "book_id": 1, "isbn_13": DUNE, "title": "Dune", "prices": [],
            "cheapest": {}, "latest": {},
        }  # fmt: skip

    def test_of_a_library_that_is_older_than_the_notes(self, sample):
        assert noted(sample) == 0
        (price,) = sample.price_history(WAY_OF_KINGS)["prices"]
        assert (price["price"], price["currency"], price["source"]) == (29.99, "USD", "curated")
        sample.edit_edition(WAY_OF_KINGS, price=25, currency="USD")
        assert seen(sample, WAY_OF_KINGS) == [(29.99, "USD", "curated"), (25, "USD", "user")]

    def test_an_edit_is_noted_with_its_instant(self, dune):
        dune.edit_edition(DUNE, price=9.99, currency="EUR")
        (price,) = dune.price_history(DUNE)["prices"]
        assert price == {
            "price": 9.99, "currency": "EUR", "source": "user", "seen_at": NOW.isoformat()
        }  # fmt: skip

    def test_currencies_are_never_compared(self, dune):
        dune.add_price(DUNE, 900, "JPY", source="shop", date="2026-01")
        dune.add_price(DUNE, 12, "EUR", source="shop", date="2026-01")
        dune.add_price(DUNE, 10, "EUR", source="shop", date="2026-02")
        dune.add_price(DUNE, 11, "EUR", source="shop", date="2026-03")
        dune.add_price(DUNE, 1, None, source="shop", date="2026-03")
        told = dune.price_history(DUNE)
        assert {one: told["cheapest"][one]["price"] for one in told["cheapest"]} == {
            "EUR": 10, "JPY": 900, "unknown": 1
        }  # fmt: skip
        assert told["latest"]["EUR"]["price"] == 11
        assert told["latest"]["unknown"]["currency"] is None

    def test_the_same_price_is_noted_once_and_again_only_after_another(self, dune):
        for price in (9, 9, 8, 9, 9):
            dune.add_price(DUNE, price, "EUR", source="shop")
        assert [one[0] for one in seen(dune)] == [9, 8, 9]

    def test_saying_the_same_again_is_no_change(self, dune):
        dune.add_price(DUNE, 9, "EUR")
        before = dune.history()["transactions"]
        dune.add_price(DUNE, 9, "EUR")
        assert dune.history()["transactions"] == before

    def test_an_older_price_is_put_in_its_place(self, dune):
        dune.add_price(DUNE, 9, "EUR", date="2026-05")
        dune.add_price(DUNE, 9, "EUR", date="2025")
        dune.add_price(DUNE, 7, "EUR", date="2025-12-31")
        told = dune.price_history(DUNE)["prices"]
        assert [one["seen_at"] for one in told] == ["2025", "2025-12-31", "2026-05"]

    def test_a_price_may_be_nothing(self, dune):
        dune.add_price(DUNE, 0, "EUR")
        assert dune.price_history(DUNE)["cheapest"]["EUR"]["price"] == 0

    def test_the_edition_keeps_its_own_price(self, dune):
        dune.edit_edition(DUNE, price=9, currency="EUR")
        dune.add_price(DUNE, 5, "EUR", source="flea market")
        assert dune.get_edition(DUNE)["price"] == 9

    @pytest.mark.parametrize(
        ("arguments", "error", "names"),
        [
            ({"price": -0.01}, InvalidInput, "-0.01"),
            ({"price": None}, InvalidInput, "price"),
            ({"price": "9"}, InvalidInput, "9"),
            ({"price": float("inf")}, InvalidInput, "inf"),
            ({"price": True}, InvalidInput, "True"),
            ({"currency": "Euro"}, InvalidInput, "Euro"),
            ({"currency": 978}, InvalidInput, "978"),
            ({"source": ""}, InvalidInput, "source"),
            ({"source": None}, InvalidInput, "source"),
            ({"date": "2026-11-23"}, InvalidDate, "2026-11-23"),
            ({"date": "2026-02-29"}, InvalidDate, "2026-02-29"),
            ({"edition": 999}, NotFound, "999"),
        ],
    )
    def test_what_is_wrong_is_named_and_changes_nothing(self, dune, arguments, error, names):
        before = snapshot(dune)
        with pytest.raises(error, match=names):
            dune.add_price(**{"edition": DUNE, "price": 5, "currency": "EUR", **arguments})
        assert (snapshot(dune), noted(dune)) == (before, 0)


class TestEveryChangeIsNoted:
    def test_what_sources_say_by_and_by(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE, price=9.99, currency="USD"))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            library.add(DUNE)
            assert seen(library) == [(9.99, "USD", "told")]
            library.lookup(DUNE, remote="always")
            assert noted(library) == 1
            later = work("Dune", "Frank Herbert", isbn=DUNE, price=7.99, currency="USD")
            later.editions[0].fetched_at = "2026-11-22T18:00:00Z"
            source.works = [later]
            library.lookup(DUNE, remote="always")
            assert seen(library) == [(9.99, "USD", "told"), (7.99, "USD", "told")]
            told = library.price_history(DUNE)["prices"]
            assert [one["seen_at"] for one in told] == [
                "2026-11-22T12:00:00Z", "2026-11-22T18:00:00Z"
            ]  # fmt: skip

    def test_also_of_a_source_that_the_user_overruled(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE, price=9.99, currency="USD"))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            library.add(DUNE, title="Dune", authors="Frank Herbert")
            library.edit_edition(DUNE, price=20, currency="EUR")
            library.lookup(DUNE, remote="always")
            assert library.get_edition(DUNE)["price"] == 20
            assert (9.99, "USD", "told") in seen(library)

    def test_an_import_and_one_that_says_otherwise(self, library):
        library.import_file((HEADER + f"Dune,Frank Herbert,{DUNE},12.50 EUR,own\n").encode())
        assert seen(library) == [(12.5, "EUR", "table")]
        library.import_file((HEADER + f"Dune,Frank Herbert,{DUNE},13 EUR,own\n").encode())
        assert seen(library) == [(12.5, "EUR", "table"), (13, "EUR", "table")]

    def test_a_currency_that_the_user_corrects(self, dune):
        dune.edit_edition(DUNE, price=9)
        dune.edit_edition(DUNE, currency="GBP")
        assert seen(dune) == [(9, None, "user"), (9, "GBP", "user")]

    def test_a_price_that_is_taken_away_was_seen(self, dune):
        dune.edit_edition(DUNE, price=9, currency="EUR")
        dune.edit_edition(DUNE, price=None, currency=None)
        assert dune.get_edition(DUNE)["price"] is None
        assert seen(dune) == [(9, "EUR", "user")]

    def test_a_preview_notes_nothing(self, library):
        row = (HEADER + f"Dune,Frank Herbert,{DUNE},12.50 EUR,own\n").encode()
        library.import_file(row, preview=True)
        assert noted(library) == 0


class TestWithTheirEdition:
    def test_they_go(self, dune):
        dune.add_price(DUNE, 9, "EUR")
        dune.add_price(DUNE, 8, "EUR")
        gone = dune.remove_edition(DUNE)
        assert (gone["removed"]["prices"], noted(dune), dune.check()["ok"]) == (2, 0, True)
        dune.undo(dune.history(limit=1)["transactions"][0]["id"])
        assert [one[0] for one in seen(dune)] == [9, 8]

    def test_they_go_with_the_book(self, dune):
        dune.add_price(DUNE, 9, "EUR")
        assert dune.remove_book(1)["removed"]["prices"] == 1
        assert (noted(dune), dune.check()["ok"]) == (0, True)

    def test_a_reading_of_a_removed_edition_stays_with_its_book(self, dune):
        dune.start_reading(DUNE)
        dune.remove_edition(DUNE)
        assert dune.check()["ok"]
        assert dune.readings(1)["total"] == 1

    def test_undoing_a_change_takes_its_price_back(self, dune):
        dune.edit_edition(DUNE, price=9, currency="EUR")
        dune.edit_edition(DUNE, price=8, currency="EUR")
        dune.undo(dune.history(limit=1)["transactions"][0]["id"])
        assert (seen(dune), dune.get_edition(DUNE)["price"]) == ([(9, "EUR", "user")], 9)

    def test_a_book_of_which_a_price_was_noted_since_is_not_taken_back(self, library):
        library.add(DUNE, title="Dune")
        (added,) = library.history()["transactions"]
        library.add_price(DUNE, 9, "EUR")
        with pytest.raises(Conflict, match="prices 1 names editions 1"):
            library.undo(added["id"])
        assert library.check()["ok"]

    def test_joining_books_keeps_both_histories(self, dune):
        other = dune.add(title="Dune!", authors="Frank Herbert, senior")["id"]
        edition = dune.get_book(other)["editions"][0]["id"]
        dune.add_price(DUNE, 9, "EUR", source="shop")
        dune.add_price(edition, 4, "EUR", source="flea market")
        dune.merge_books(1, other)
        assert (seen(dune), seen(dune, edition)) == (
            [(9, "EUR", "shop")], [(4, "EUR", "flea market")]
        )  # fmt: skip

    def test_a_backup_holds_them(self, dune, tmp_path):
        dune.add_price(DUNE, 9, "EUR")
        dune.backup(tmp_path / "backup.json")
        dune.remove_book(1)
        dune.restore(tmp_path / "backup.json")
        assert seen(dune) == [(9, "EUR", "user")]


class TestWorth:
    def test_nothing(self, library):
        assert library.collection_worth() == {
            "currencies": {}, "editions": 0, "copies": 0, "unpriced": 0, "without_currency": 0
        }  # fmt: skip

    def test_is_of_each_currency_by_itself(self, library):
        library.add(title="A", price=0.1, currency="EUR")
        library.add(title="B", price=0.2, currency="EUR")
        library.add(title="C", price=5, currency="USD")
        library.add(title="D", price=7)
        library.add(title="E")
        library.add(title="F", price=0, currency="USD")
        library.add(title="G", price=100, currency="USD", status="want")
        assert library.collection_worth() == {
            "currencies": {
                "EUR": {"worth": 0.3, "editions": 2, "copies": 2, "paid": 0.0, "paid_editions": 0},
                "USD": {"worth": 5.0, "editions": 2, "copies": 2, "paid": 0.0, "paid_editions": 0},
            },
            "editions": 6, "copies": 6, "unpriced": 1, "without_currency": 1,
        }  # fmt: skip

    def test_counts_every_copy(self, library):
        edition = library.add(title="A", price=9.99, currency="EUR")["editions"][0]["id"]
        library.edit_copy(edition, copies=1000, price_paid=1.5, price_paid_currency="USD")
        worth = library.collection_worth()
        assert worth["currencies"]["EUR"]["worth"] == 9990.0
        assert (worth["currencies"]["USD"]["paid"], worth["currencies"]["USD"]["editions"]) == (
            1500.0, 0
        )  # fmt: skip
        assert (worth["editions"], worth["copies"], worth["unpriced"]) == (1, 1000, 0)

    def test_what_was_paid_without_a_currency_is_not_summed(self, library):
        edition = library.add(title="A")["editions"][0]["id"]
        library.edit_copy(edition, price_paid=10)
        assert library.collection_worth()["currencies"] == {}

    def test_what_has_no_price_counts_with_the_one_that_was_seen_last(self, dune):
        dune.add_price(DUNE, 5, "EUR", date="2020")
        dune.add_price(DUNE, 6, "USD", source="shop", date="2021")
        assert dune.collection_worth()["currencies"]["USD"]["worth"] == 6

    def test_a_price_that_the_user_took_away_does_not_count(self, dune):
        dune.edit_edition(DUNE, price=9, currency="EUR")
        dune.edit_edition(DUNE, price=None)
        assert dune.collection_worth()["unpriced"] == 1

    def test_a_thousand_editions(self, library):
        rows = "".join(f"Book {n},Ann Lee,,1.10 EUR,own\n" for n in range(1000))
        library.import_file((HEADER + rows).encode())
        assert library.collection_worth()["currencies"]["EUR"]["worth"] == 1100.0


class TestWhatItCostsInLists:
    def test_the_least_that_is_asked_now_in_each_currency(self, sample):
        sample.add_price(WAY_OF_KINGS_EBOOK, 2, "USD", source="shop", date="2019")
        sample.add_price(WAY_OF_KINGS_EBOOK, 11, "USD", source="shop", date="2026-01")
        sample.add_price(WAY_OF_KINGS_EBOOK, 8, "EUR", source="shop")
        sample.add_price(WAY_OF_KINGS, 1, "USD", source="shop")  # of an edition that is not wanted
        book = next(one for one in sample.wanted()["books"] if one["title"] == "The Way of Kings")
        offers = book["cheapest_prices"]
        assert {key: one["price"] for key, one in offers.items()} == {"EUR": 8, "USD": 9.99}
        assert offers["USD"]["isbn_13"] == WAY_OF_KINGS_EBOOK
        assert {"source", "seen_at", "edition_id", "currency"} <= offers["USD"].keys()
