"""What editions cost and cost before, and what a collection is worth."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from booktrack.domain.prices import Price, cheapest, latest, total
from booktrack.domain.series import is_ahead
from booktrack.errors import InvalidDate, InvalidInput
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.price_notes import known_prices, note_price
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]


def price_history(ctx: Context, edition: int | str) -> JSON:
    """Return what an edition costs and cost, the oldest first."""
    with ctx.store.reading() as reader:
        return _history(reader, inputs.edition_id(reader, edition))


def _history(reader: Reader, edition_id: int) -> JSON:
    edition = reader.get("editions", edition_id) or {}
    book = reader.get("books", edition["book_id"]) or {}
    prices = known_prices(reader, edition_id, edition)
    return {
        "edition_id": edition_id,
        "book_id": edition["book_id"],
        "isbn_13": edition.get("isbn_13"),
        "title": book.get("title"),
        "prices": [one.answer() for one in prices],
        "cheapest": {currency: one.answer() for currency, one in cheapest(prices).items()},
        "latest": {currency: one.answer() for currency, one in sorted(latest(prices).items())},
    }


def add_price(
    ctx: Context,
    edition: int | str,
    price: float,
    currency: str | None,
    *,
    source: str,
    date: str | datetime.date | None,
) -> JSON:
    """Return the price history after noting what an edition costs somewhere."""
    amount = inputs.amount(price, "the price")
    if amount is None:
        raise InvalidInput("give a price: a number of 0 or more")
    seen = Price(
        amount, inputs.currency(currency), inputs.text(source, "the source"), _seen_at(ctx, date)
    )
    with ctx.store.transaction(f"price of {inputs.called(edition)}", user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        edition_document = tx.get("editions", edition_id) or {}
        note_price(tx, edition_id, seen, known_prices(tx, edition_id, edition_document))
        return _history(tx, edition_id)


def _seen_at(ctx: Context, date: str | datetime.date | None) -> str:
    told = inputs.date(date)
    if told is None or told == ctx.today():
        return ctx.now()
    if is_ahead(told, ctx.today()):
        raise InvalidDate(
            f"nobody has seen a price of {told} yet, today is {ctx.today()}", value=told
        )
    return told


@dataclass
class _Sum:
    """What is owned in one currency: amounts, each with the number of its copies."""

    worth: list[tuple[float, int]] = field(default_factory=list)
    paid: list[tuple[float, int]] = field(default_factory=list)

    def answer(self) -> JSON:
        """Return the sums."""
        return {
            "worth": total(self.worth),
            "editions": len(self.worth),
            "copies": sum(copies for _, copies in self.worth),
            "paid": total(self.paid),
            "paid_editions": len(self.paid),
        }


def collection_worth(ctx: Context) -> JSON:
    """Return by currency what the owned copies cost today and what was paid for them."""
    sums: dict[str, _Sum] = {}
    counts = {"editions": 0, "copies": 0, "unpriced": 0, "without_currency": 0}
    with ctx.store.reading() as reader:
        for status, price in _owned(reader, ctx.user_id):
            copies = status.get("copies") or 1
            counts["editions"] += 1
            counts["copies"] += copies
            if price is None:
                counts["unpriced"] += 1
            elif price[1] is None:
                counts["without_currency"] += 1
            else:
                sums.setdefault(price[1], _Sum()).worth.append((price[0], copies))
            paid, paid_in = status.get("price_paid"), status.get("price_paid_currency")
            if paid is not None and paid_in is not None:
                sums.setdefault(paid_in, _Sum()).paid.append((paid, copies))
    return {"currencies": {one: sums[one].answer() for one in sorted(sums)}, **counts}


def _owned(
    reader: Reader, user_id: int
) -> Iterator[tuple[Document, tuple[float, str | None] | None]]:
    """Yield what the user says of each owned edition, and what it costs."""
    statuses = reader.get_many("statuses", reader.find("status", f"{user_id}:own"))
    by_edition = {status["edition_id"]: status for status in statuses.values()}
    for edition_id, edition in reader.get_many("editions", sorted(by_edition)).items():
        yield by_edition[edition_id], _worth(reader, edition_id, edition)


def _worth(
    reader: Reader, edition_id: int, edition: Mapping[str, Any]
) -> tuple[float, str | None] | None:
    """Return what an edition costs: its price, else the one that was seen last, else None."""
    if edition.get("price") is not None:
        return edition["price"], edition.get("currency")
    if "price" in edition.get("locked", ()):
        return None  # the user took the price away
    seen = known_prices(reader, edition_id, edition)
    return (seen[-1].price, seen[-1].currency) if seen else None
