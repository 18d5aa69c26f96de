"""What the `booktrack` command shows of copies, loans, prices, and of what is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from booktrack.cli_tables import bars, table
from booktrack.domain.text import clean

JSON = dict[str, Any]

_MOST_BARS = 40


def show_copy(edition: JSON) -> None:
    """Print what the user has of an edition."""
    number = edition["isbn_13"] or edition["asin"] or f"#{edition['id']}"
    print(f"{number}: {edition['status']}")
    told = edition["copy"] or {}
    lines = {
        "copies": told.get("copies"),
        "condition": told.get("condition"),
        "location": told.get("location"),
        "acquired": told.get("acquired_date"),
        "paid": _money(told["price_paid"], told["price_paid_currency"]) if told else None,
        "signed": "yes" if told.get("signed") else None,
        "lent": f"to {told['loaned_to']} since {told['loaned_since'] or '?'}"
        if told.get("loaned_to")
        else None,
        "shelves": ", ".join(edition["shelves"]),
        "tags": ", ".join(edition["tags"]),
        # What an imported note holds must not command the terminal.
        "notes": "\n         ".join(map(clean, (edition["notes"] or "").splitlines())),
    }
    for name, value in lines.items():
        if value:
            print(f"  {name}: {value}")


def show_loans(editions: Sequence[JSON], title: str) -> None:
    """Print what is lent, to whom and since when."""
    if not editions:
        print("nothing is lent")
        return
    rows = [
        [
            one["copy"]["loaned_since"] or "?",
            one["copy"]["loaned_to"],
            "\n".join(filter(None, [one["title"], ", ".join(one["authors"])])),
            one["isbn_13"] or one["asin"] or f"#{one['id']}",
        ]
        for one in editions
    ]
    table(title, ["When", "Who", "Title", "ISBN"], rows)


def show_prices(history: JSON) -> None:
    """Print what an edition costs and cost, with a line of bars for each currency."""
    print(f"{history['title']} ({history['isbn_13'] or history['edition_id']})")
    prices = history["prices"]
    if not prices:
        print("  no price is known")
        return
    for currency, latest in history["latest"].items():
        amounts = [one["price"] for one in prices if (one["currency"] or "unknown") == currency]
        least = history["cheapest"][currency]
        print(
            f"  {bars(amounts[-_MOST_BARS:])} {_money(latest['price'], latest['currency'])}"
            f" ({latest['source']}), at least {_money(least['price'], least['currency'])}"
        )
    rows = [
        [(one["seen_at"] or "?")[:10], _money(one["price"], one["currency"]), one["source"]]
        for one in prices
    ]
    table("Prices", ["Date", "Price", "Source"], rows)


def show_worth(worth: JSON) -> None:
    """Print what the owned copies cost today, in each currency."""
    rows = [
        [
            currency,
            f"{one['worth']:,.2f}",
            str(one["editions"]),
            str(one["copies"]),
            f"{one['paid']:,.2f}" if one["paid_editions"] else "",
        ]
        for currency, one in worth["currencies"].items()
    ]
    if rows:
        table("Worth", ["Currency", "Worth", "Editions", "Copies", "Paid"], rows)
    print(f"{worth['editions']} editions are owned, {worth['copies']} copies")
    print(f"  {worth['unpriced']} have no price")
    if worth["without_currency"]:
        print(f"  {worth['without_currency']} have a price without a currency, which is not summed")


def show_lacking(books: Sequence[JSON], title: str) -> None:
    """Print wanted or missing books: what they cost, and why each is listed."""
    if not books:
        print(f"{title}: nothing")
        return
    rows = [
        [
            "\n".join(filter(None, [one["title"], ", ".join(one["authors"])])),
            f"{one['series'] or ''} {one['series_position_label'] or ''}".strip(),
            "\n".join(_offers(one["cheapest_prices"].values())),
            one["why"],
        ]
        for one in books
    ]
    table(title, ["Title", "Series", "Price", "Because"], rows)


def _offers(prices: Iterable[JSON]) -> Iterable[str]:
    return (f"{_money(one['price'], one['currency'])} ({one['source']})" for one in prices)


def _money(amount: float | None, currency: str | None) -> str:
    return "" if amount is None else f"{amount:.2f} {currency or '(no currency)'}"
