"""Whatever happens to an edition, its history holds every price that it had, in order."""

import tempfile
from itertools import groupby
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from support.libraries import DUNE, open_library

AMOUNTS = st.sampled_from([0.0, 5.0, 9.99])
CURRENCIES = st.sampled_from(["EUR", "USD", None])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(AMOUNTS, CURRENCIES), max_size=8), st.booleans())
def test_every_price_of_an_edition_is_in_its_history(prices, taken_back):
    with tempfile.TemporaryDirectory() as folder, open_library(Path(folder) / "l.json") as library:
        library.add(DUNE, title="Dune")
        for price, currency in prices:
            library.edit_edition(DUNE, price=price, currency=currency)
        changes = [one for one, _ in groupby(prices)]
        if taken_back and changes:
            (last,) = library.history(limit=1)["transactions"]
            library.undo(last["id"])
            if "prices" in last["changes"]:
                changes.pop()
        history = library.price_history(DUNE)
        for currency in {one for _, one in prices}:
            told = [one["price"] for one in history["prices"] if one["currency"] == currency]
            said = [price for price, one in changes if one == currency]
            assert told == [price for price, _ in groupby(said)]
            if said:
                assert history["latest"][currency or "unknown"]["price"] == said[-1]
                assert history["cheapest"][currency or "unknown"]["price"] == min(said)
        assert library.check()["ok"]
