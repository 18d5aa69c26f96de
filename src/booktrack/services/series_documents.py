"""Series documents as the tools on series read and write them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booktrack.domain.series_choices import shown_name
from booktrack.domain.text import fold, script
from booktrack.errors import NotFound
from booktrack.services.answers import Answers
from booktrack.services.collection import checked_id
from booktrack.services.context import Context
from booktrack.services.recording import with_memberships
from booktrack.services.writing import put
from booktrack.store.base import Document, Reader, Transaction

JSON = dict[str, Any]


def override(ctx: Context, value: Any, why: str | None) -> JSON:
    """Return the user's word with who, when and why."""
    return {"value": value, "who": ctx.user_id, "at": ctx.now(), "why": why}


def with_aliases(series: Document, names: Iterable[str]) -> list[Document]:
    """Return the aliases of a series with these names among them, each once."""
    aliases = list(series.get("aliases", []))
    known = {fold(series["name"]), *(fold(one["name"]) for one in aliases)}
    for name in names:
        if fold(name) not in known:
            known.add(fold(name))
            aliases.append({"name": name, "script": script(name)})
    return aliases


def series_of(reader: Reader, series_id: int) -> Document:
    """Return a series that is known to be there."""
    return reader.get("series", series_id) or {}


def book_of(tx: Transaction, book_id: int) -> Document:
    """Return a book.

    Raises:
        NotFound: there is none of this id.
        InvalidInput: it is no id.
    """
    book = tx.get("books", checked_id(book_id, "book"))
    if book is None:
        raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
    return book


def put_series(
    tx: Transaction, ctx: Context, series_id: int, before: Document, after: Document
) -> None:
    """Write a series; where the name that is shown changes, its books repeat the new one."""
    put(tx, "series", series_id, before, after, ctx.now())
    if shown_name(before) == shown_name(after):
        return
    for book_id, book in tx.get_many("books", tx.find("series", str(series_id))).items():
        put(tx, "books", book_id, book, with_memberships(tx, book, book["memberships"]), ctx.now())


def series_answer(tx: Transaction, ctx: Context, series_id: int) -> JSON:
    """Return the series as it is inside the transaction."""
    return Answers(tx, ctx.user_id, ctx.today()).series(series_id)
