"""What the buttons and forms of a page do with one book: take it in, take it out, correct it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.errors import InvalidInput, NotFound
from booktrack.services import collection, inputs
from booktrack.services.context import Context
from booktrack.services.owning import mark
from booktrack.services.pages import book_page, find_edition, labels_of, page_of
from booktrack.services.series_forms import create_series
from booktrack.services.series_moves import leave_series, set_position
from booktrack.services.series_pages import labelled_id
from booktrack.store.base import Reader

JSON = dict[str, Any]

_OF_BOOK = ("title", "subtitle", "authors", "description", "genres")
_OF_EDITION = ("isbn_13", "format", "publisher", "release_date", "language", "page_count",
               "cover_url", "price", "currency")  # fmt: skip


def put_on_shelf(ctx: Context, key: str, status: str, book: Mapping[str, Any]) -> JSON:
    """Return `{already, book}` after saying that the user owns or wants an edition.

    What the library does not know is taken from `book` where that names a title, else asked of
    the sources.

    Raises:
        NotFound: nobody knows it and no title was given.
        InvalidISBN: the key is none.
    """
    inputs.one_of(status, inputs.STATUSES, "status")
    ctx.store.catch_up()
    edition_id = _find(ctx, ctx.store, key)
    if edition_id is None:
        edition_id = _take_in(ctx, key, status, book)
        return {"already": False, "book": book_page(ctx, f"edition-{edition_id}")}
    before = book_page(ctx, f"edition-{edition_id}")
    mine = next(one["status"] for one in before["editions"] if one["id"] == edition_id)
    # A wish does not take a book off the shelf.
    already = mine == status or (mine == "own" and status == "want")
    if not already:
        mark(ctx, edition_id, status, None)
    return {"already": already, "book": book_page(ctx, f"edition-{edition_id}")}


def _find(ctx: Context, reader: Reader, key: str) -> int | None:
    try:
        return find_edition(ctx, reader, key)
    except NotFound:
        return None


def _take_in(ctx: Context, key: str, status: str, book: Mapping[str, Any]) -> int:
    title = book.get("title")
    if title is None:
        added = collection.add_book(
            ctx, isbn=key, title=None, authors=None, series=None, position=None, status=status,
            notes=None, remote="auto", fields={},
        )  # fmt: skip
    else:
        given = {name: book[name] for name in _OF_EDITION if book.get(name) is not None}
        given.pop("isbn_13", None)
        series = book.get("series")
        added = collection.add_book(
            ctx, isbn=key, title=title, authors=book.get("authors"), series=series,
            position=book.get("position") if series else None, status=status, notes=None,
            remote="never", fields=given,
        )  # fmt: skip
    number = find_edition(ctx, ctx.store, key)
    ids = [one["id"] for one in added["editions"]]
    return number if number in ids else int(ids[0])


def take_off_shelf(ctx: Context, key: str) -> JSON:
    """Return the book after saying that the user has an edition no more.

    Raises:
        NotFound: the library has no such edition.
    """
    ctx.store.catch_up()
    edition_id = find_edition(ctx, ctx.store, key)
    mark(ctx, edition_id, "missing", None)
    return book_page(ctx, f"edition-{edition_id}")


def edit_page(ctx: Context, key: int | str, fields: Mapping[str, Any]) -> JSON:
    """Return the book after a form with fields of the book, its edition and its place was sent.

    The series is named as pages list it; one that is not there is made, and None takes the book
    out of its first series. Fields that are not given stay.

    Raises:
        NotFound: the library has no such book.
        InvalidInput: there is no such field, or a value is wrong.
    """
    inputs.known_fields(fields, (*_OF_BOOK, *_OF_EDITION, "series", "position"), "book")
    of_book = {name: fields[name] for name in _OF_BOOK if name in fields}
    of_edition = {name: fields[name] for name in _OF_EDITION if name in fields}
    with ctx.store.transaction(f"edit book {key}", user_id=ctx.user_id) as tx:
        page = page_of(ctx, tx, key, labels_of(ctx))
        changed = {name: value for name, value in of_book.items() if value != page.get(name)}
        if changed:
            collection.edit_book(ctx, page["id"], changed)
        if of_edition:
            _edit_edition(ctx, page, of_edition)
        if "series" in fields:
            _place(ctx, page, fields)
    return book_page(ctx, page["id"])


def _edit_edition(ctx: Context, page: JSON, changes: Mapping[str, Any]) -> None:
    if not page["editions"]:
        raise InvalidInput(f"book {page['id']} has no edition to correct; add one with its ISBN")
    edition = page["editions"][0]
    changed = {name: value for name, value in changes.items() if value != edition.get(name)}
    if changed:
        collection.edit_edition(ctx, edition["id"], changed)


def _place(ctx: Context, page: JSON, fields: Mapping[str, Any]) -> None:
    name, position = fields["series"], fields.get("position")
    here = (page["label"], page["series_position"])
    if name is None:
        if page["series_id"] is not None:
            leave_series(ctx, page["id"], page["series_id"], None)
        return
    if here == (name, position) or (name == page["label"] and "position" not in fields):
        return
    try:
        id_ = labelled_id(ctx, name)
    except NotFound:
        id_ = create_series(ctx, name, {})["id"]
    set_position(ctx, page["id"], id_, position, None)
    if page["series_id"] not in (None, id_):
        leave_series(ctx, page["id"], page["series_id"], None)
