"""What a document tells of prices, and what a list of them comes to."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.merge import Facts, merge
from booktrack.domain.prices import (
    Price,
    changes_only,
    cheapest,
    in_order,
    latest,
    says_something_new,
    standing,
    told_prices,
    total,
)


def told(*facts, **document):
    return told_prices(merge(document, [Facts(*fact) for fact in facts]))


class TestWhatADocumentTells:
    def test_every_source_with_its_own_currency(self):
        found = told(
            ("googlebooks", "g", "2026-01-01", {"price": 9.99, "currency": "USD"}),
            ("audible", "a", "2026-02-01", {"price": 35.0, "currency": "EUR"}),
            ("handylib", None, None, {"price": 12.0}),
        )
        assert set(found) == {
            Price(9.99, "USD", "googlebooks", "2026-01-01"),
            Price(35.0, "EUR", "audible", "2026-02-01"),
            Price(12.0, None, "handylib", None),
        }

    def test_two_records_of_one_source(self):
        found = told(
            ("googlebooks", "g", "2026-01-01", {"price": 9.99, "currency": "USD"}),
            ("googlebooks", "h", "2026-01-01", {"price": 7.99, "currency": "EUR"}),
        )
        assert {(one.price, one.currency) for one in found} == {(9.99, "USD"), (7.99, "EUR")}

    def test_a_price_of_which_nobody_says_where_it_is_from(self):
        assert told_prices({"price": 0, "currency": None}) == [Price(0.0, None, "library")]
        assert told_prices({"price": 5.0, "source": "curated"})[0].source == "curated"

    def test_a_currency_that_the_user_put_to_a_sources_amount(self):
        document = merge({}, [Facts("handylib", None, None, {"price": 12.0})])
        document |= {"currency": "GBP", "locked": ["currency"]}
        assert Price(12.0, "GBP", "user") in told_prices(document)

    @pytest.mark.parametrize("document", [{}, {"price": None, "currency": "EUR"}])
    def test_no_price(self, document):
        assert told_prices(document) == []


class TestOrder:
    def test_is_of_instants_whatever_their_zones(self):
        berlin = Price(1, "EUR", "a", "2026-11-22T00:30:00+01:00")
        utc = Price(2, "EUR", "a", "2026-11-21T23:45:00Z")
        assert in_order([utc, berlin]) == [berlin, utc]

    def test_a_month_stands_before_its_days_and_no_date_before_all(self):
        dates = ["2026-11-01", None, "2026-11", "2026"]
        found = in_order(Price(1, "EUR", "a", date) for date in dates)
        assert [one.seen_at for one in found] == [None, "2026", "2026-11", "2026-11-01"]

    def test_what_a_source_repeats_is_no_change(self):
        prices = [
            Price(9, "EUR", "a", "2026-01-01"),
            Price(9, "EUR", "b", "2026-01-02"),
            Price(9, "EUR", "a", "2026-01-03"),
            Price(8, "EUR", "a", "2026-01-04"),
            Price(9, "EUR", "a", "2026-01-05"),
            Price(9, "USD", "a", "2026-01-06"),
        ]
        kept = [one.seen_at[-1] for one in changes_only(prices)]
        assert kept == ["1", "2", "4", "5", "6"]

    def test_an_older_price_that_comes_later_is_news(self):
        known = [Price(9, "EUR", "a", "2026-05-01")]
        assert says_something_new(Price(9, "EUR", "a", "2026-04"), known)
        assert not says_something_new(Price(9, "EUR", "a", "2026-06"), known)
        assert says_something_new(Price(8, "EUR", "a", "2026-06"), known)
        assert says_something_new(Price(9, None, "a", "2026-06"), known)


class TestSums:
    PRICES = (
        Price(12, "EUR", "a", "2026-01-01"),
        Price(0, "EUR", "b", "2026-02-01"),
        Price(15, "EUR", "b", "2026-03-01"),
        Price(3, "USD", "a", "2026-01-01"),
        Price(2, None, "a", "2026-01-01"),
    )

    def test_the_cheapest_and_the_latest_are_of_one_currency(self):
        assert {key: one.price for key, one in cheapest(self.PRICES).items()} == {
            "EUR": 0, "USD": 3, "unknown": 2
        }  # fmt: skip
        assert latest(self.PRICES)["EUR"].price == 15

    def test_what_a_source_asked_before_is_no_offer(self):
        assert {one.price for one in standing(self.PRICES)} == {12, 15, 3, 2}

    def test_of_equal_prices_the_newest_counts(self):
        same = [Price(5, "EUR", "b", "2026-02"), Price(5, "EUR", "a", "2026-01")]
        assert cheapest(same)["EUR"].source == "b"

    @settings(max_examples=50)
    @given(
        st.lists(
            st.tuples(st.integers(0, 10**7).map(lambda cents: cents / 100), st.integers(1, 1000))
        )
    )
    def test_are_exact_to_the_cent(self, amounts):
        cents = sum(round(amount * 100) * times for amount, times in amounts)
        assert total(amounts) == cents / 100
