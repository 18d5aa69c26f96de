"""Keeping the prices of editions: every change is noted, whoever makes it.

`note_prices` is called wherever an edition is written. A price that a source repeats is no news:
it held from the day on which it was seen first until its source named another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from booktrack.domain.interchange import OWN_FORMATS
from booktrack.domain.prices import Price, changes_only, in_order, says_something_new, told_prices
from booktrack.store.base import Document, Reader, Transaction


def noted_prices(reader: Reader, edition_id: int) -> list[Price]:
    """Return the prices that were noted of an edition, the oldest first."""
    found = reader.get_many("prices", reader.find("edition_price", str(edition_id)))
    return in_order(_read(one) for one in found.values())


def known_prices(reader: Reader, edition_id: int, edition: Mapping[str, Any]) -> list[Price]:
    """Return the prices of an edition, the oldest first.

    What its document tells of and nobody noted is among them: a library may be older than the
    notes, or edited by hand.
    """
    noted = noted_prices(reader, edition_id)
    return changes_only([*noted, *_unnoted(edition, noted)])


def _unnoted(edition: Mapping[str, Any], noted: Iterable[Price]) -> list[Price]:
    there = {one.said for one in noted}
    # An own file repeats what others have said, whose words it brings along.
    repeated = {(one.price, one.currency, name) for one in noted for name in OWN_FORMATS}
    return [
        one._replace(seen_at=one.seen_at or edition.get("updated_at"))
        for one in told_prices(edition)
        if one.said not in there | repeated
    ]


def note_prices(
    tx: Transaction, edition_id: int, before: Document | None, after: Document, now: str
) -> None:
    """Note what an edition's document says of prices and did not say before."""
    told = told_prices(after)
    earlier = {one.said for one in told_prices(before)} if before else set()
    if earlier == {one.said for one in told}:
        return
    known = noted_prices(tx, edition_id)
    if before is None:
        news = _unnoted(after, known)
    else:
        # What was never noted would be forgotten with the document that told of it.
        old = _unnoted(before, known)
        news = old + [one for one in told if one.said not in earlier]
    for one in news:
        known.append(note_price(tx, edition_id, one._replace(seen_at=one.seen_at or now), known))


def note_price(tx: Transaction, edition_id: int, price: Price, known: Iterable[Price]) -> Price:
    """Note a price where it says something new, and return it."""
    if says_something_new(price, known):
        tx.insert("prices", {"edition_id": edition_id, **price.answer()})
    return price


def insert_edition(
    tx: Transaction, document: Document, now: str, prices: Iterable[Document] = ()
) -> int:
    """Return the id of a new edition, whose price is noted beside the prices that it had before."""
    edition_id = tx.insert("editions", document)
    take_prices(tx, edition_id, prices)
    note_prices(tx, edition_id, None, document, now)
    return edition_id


def take_prices(tx: Transaction, edition_id: int, prices: Iterable[Document]) -> bool:
    """Note what a file tells of the prices that an edition had; return whether that was news."""
    there = set(noted_prices(tx, edition_id)) if prices else set()
    fresh = [one for one in map(_read, prices) if one not in there]
    for one in fresh:
        tx.insert("prices", {"edition_id": edition_id, **one.answer()})
    return bool(fresh)


def _read(document: Document) -> Price:
    return Price(
        document["price"], document.get("currency"), document["source"], document.get("seen_at")
    )
