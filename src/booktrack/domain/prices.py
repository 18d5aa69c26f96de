"""What editions cost: which prices a document tells of, and what a list of them comes to.

An amount means nothing without its currency: nothing here compares or adds two currencies, and a
price of which nobody said the currency stands for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from booktrack.domain.merge import LIBRARY, USER

JSON = dict[str, Any]

NO_CURRENCY = "unknown"
"""How an answer names the currency of prices of which nobody said it."""


class Price(NamedTuple):
    """What an edition cost, who said so, and when: an instant or a partial date."""

    price: float
    currency: str | None
    source: str
    seen_at: str | None = None

    @property
    def said(self) -> tuple[float, str | None, str]:
        """What was said by whom, whenever that was."""
        return self.price, self.currency, self.source

    def answer(self) -> JSON:
        """Return it as callers see it."""
        return self._asdict()


def told_prices(edition: Mapping[str, Any]) -> list[Price]:
    """Return every price that an edition's document tells of: its own, and what others said.

    >>> told_prices({"price": 9.99, "currency": "USD", "source": "googlebooks"})
    [Price(price=9.99, currency='USD', source='googlebooks', seen_at=None)]
    """
    amounts = _claims(edition, "price")
    currencies = _claims(edition, "currency")
    told = {
        record: Price(price, currencies.get(record, (None, None))[0], record[0], at)
        for record, (price, at) in amounts.items()
    }
    found = list(told.values())
    price, currency = edition.get("price"), edition.get("currency")
    if price is not None and not any(
        (one.price, one.currency) == (price, currency) for one in found
    ):
        # The user put a currency to a source's amount, or nobody says where the price is from.
        mine = {"price", "currency"} & set(edition.get("locked", ()))
        found.append(Price(float(price), currency, USER if mine else _source(edition)))
    return found


def _claims(edition: Mapping[str, Any], name: str) -> dict[tuple[str, str], tuple[Any, str | None]]:
    """Return by source and record what each said of a field, and when."""
    found: dict[tuple[str, str], tuple[Any, str | None]] = {}
    if edition.get(name) is not None:
        for origin in edition.get("origins", ()):
            if name in origin["fields"]:
                record = (origin["source"], origin.get("record") or "")
                found[record] = (edition[name], origin.get("at"))
    for claim in edition.get("alternatives", {}).get(name, ()):
        record = (claim["source"], claim.get("record") or "")
        found[record] = (claim["value"], claim.get("at"))
    return found


def _source(edition: Mapping[str, Any]) -> str:
    return edition.get("source") or LIBRARY


def in_order(prices: Iterable[Price]) -> list[Price]:
    """Return the prices, the oldest first, whatever the time zones of their instants."""
    return sorted(prices, key=lambda one: _moment(one.seen_at or ""))


def _moment(text: str) -> str:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text  # "2026-05", which stands before every day of that month
    return instant.astimezone(UTC).isoformat() if instant.tzinfo else text


def says_something_new(price: Price, known: Iterable[Price]) -> bool:
    """Whether a price differs from the one that its source named last before, in its currency.

    >>> known = [Price(9.99, "USD", "googlebooks", "2026-01-01")]
    >>> says_something_new(Price(9.99, "USD", "googlebooks", "2026-02-01"), known)
    False
    """
    moment = _moment(price.seen_at or "")
    earlier = [
        one
        for one in in_order(known)
        if (one.source, one.currency) == (price.source, price.currency)
        and _moment(one.seen_at or "") <= moment
    ]
    return not earlier or earlier[-1].price != price.price


def changes_only(prices: Iterable[Price]) -> list[Price]:
    """Return the prices, the oldest first, without those that repeat what their source said.

    Two editions that were joined may both have noted one price.
    """
    kept: list[Price] = []
    last: dict[tuple[str, str | None], float] = {}
    for one in in_order(prices):
        if last.get((one.source, one.currency)) != one.price:
            kept.append(one)
            last[(one.source, one.currency)] = one.price
    return kept


def latest(prices: Sequence[Price]) -> dict[str, Price]:
    """Return by currency the price that was seen last."""
    return {one.currency or NO_CURRENCY: one for one in in_order(prices)}


def cheapest(prices: Iterable[Price]) -> dict[str, Price]:
    """Return by currency the lowest price, of equal ones the one that was seen last."""
    found: dict[str, Price] = {}
    for one in in_order(prices):
        key = one.currency or NO_CURRENCY
        if key not in found or one.price <= found[key].price:
            found[key] = one
    return dict(sorted(found.items()))


def standing(prices: Iterable[Price]) -> Iterator[Price]:
    """Yield what each source says by now: its last price in each currency."""
    last = {(one.source, one.currency): one for one in in_order(prices)}
    yield from last.values()


def total(amounts: Iterable[tuple[float, int]]) -> float:
    """Return the sum of amounts, each so many times, to the cent: binary fractions drift.

    >>> total([(0.1, 1), (0.2, 1)]), total([(9.99, 3)])
    (0.3, 29.97)
    """
    return float(sum((Decimal(str(amount)) * times for amount, times in amounts), Decimal()))
