"""Which document names which other one: what must be there for the library to hang together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from booktrack.store.base import Reader

# table of the target -> indexes of the tables that name it, with what stands before the id there
_POINTED_AT = {
    "books": (("edition_book", "editions", ""), ("reading_book", "readings", "")),
    "editions": (
        ("edition_status", "statuses", ""),
        ("edition_price", "prices", ""),
        ("cover", "covers", "edition:"),
    ),
    "series": (("series", "books", ""),),
}


def references(table: str, document: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """Return the table and id of every document that this one names."""
    if table == "books":
        for part in document.get("memberships", ()):
            yield "series", part["series_id"]
        return
    if table in ("editions", "readings"):
        yield "books", document["book_id"]
    named = document.get("edition_id")
    if table in ("statuses", "readings", "prices", "covers") and named is not None:
        yield "editions", named
    if table == "covers" and document.get("series_id") is not None:
        yield "series", document["series_id"]


class Dangling(NamedTuple):
    """A reference that leads nowhere, and the document at its other end."""

    text: str
    other: tuple[str, int]


def dangling(reader: Reader, table: str, doc_id: int) -> Iterator[Dangling]:
    """Return which references to and from a document lead nowhere."""
    document = reader.get(table, doc_id)
    if document is None:
        for index, other, before in _POINTED_AT.get(table, ()):
            for found in reader.find(index, f"{before}{doc_id}"):
                yield Dangling(f"{other} {found} names {table} {doc_id}", (other, found))
        return
    for target, target_id in references(table, document):
        if reader.get(target, target_id) is None:
            text = f"{table} {doc_id} names {target} {target_id}"
            yield Dangling(text, (target, target_id))
