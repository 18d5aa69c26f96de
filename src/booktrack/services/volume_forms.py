"""Adding, changing, marking and removing single volumes by hand, as the forms of a page do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.domain.positions import try_position
from booktrack.domain.series import Volume
from booktrack.domain.series_choices import EXCLUDED, volume_key
from booktrack.errors import Conflict, InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.collection import edit_book, edit_edition, remove_book
from booktrack.services.context import Context
from booktrack.services.owning import mark_many
from booktrack.services.pages import find_edition
from booktrack.services.recording import VOLUME
from booktrack.services.series_documents import override, put_series, series_answer, series_of
from booktrack.services.series_forms import is_bare_stand_in
from booktrack.services.series_moves import leave_series, put_at
from booktrack.services.series_pages import labelled_id, number_of, volume_at
from booktrack.services.volume_marks import mark_volumes, stand_in
from booktrack.store.base import Transaction

JSON = dict[str, Any]

_OF_BOOK = ("title", "subtitle", "authors", "description")
_OF_EDITION = ("isbn_13", "publisher", "release_date", "page_count", "cover_url", "format",
               "language")  # fmt: skip


def add_volume(
    ctx: Context, series: int | str, position: object, status: str, fields: Mapping[str, Any]
) -> JSON:
    """Return the series after putting a book at a place of it that no book holds yet.

    Raises:
        NotFound: there is no such series.
        Conflict: a book stands there already, or the ISBN is that of another book of the series.
        InvalidInput: a value is wrong.
    """
    inputs.one_of(status, inputs.STATUSES, "status")
    _known(fields)
    place = try_position(number_of(position))
    if place is None or place.number is None or place.number < 0:
        raise InvalidInput(f"{shown(position)} is no place in a series; use 3 or 1.5")
    with ctx.store.transaction(f"add volume {place.text} of {series}", user_id=ctx.user_id) as tx:
        id_ = labelled_id(ctx, series)
        volume = _at(tx, ctx, id_, place.number)
        held = [one for one in volume.held if not _is_stand_in(tx, one.book_id)] if volume else []
        if held:
            raise Conflict(
                f"volume {place.text} is {shown(held[0].title)} already", book_id=held[0].book_id
            )
        _count_in(tx, ctx, id_, place.text)
        edition_id = _known_edition(tx, ctx, fields.get("isbn_13"))
        if edition_id is not None:
            book_id = int((tx.get("editions", edition_id) or {})["book_id"])
            if volume is None or book_id not in {one.book_id for one in volume.held}:
                _refuse_elsewhere(tx, id_, book_id)
            put_at(tx, ctx, book_id, tx.get("books", book_id) or {}, id_, place)
            fields = {name: value for name, value in fields.items() if name in _OF_BOOK}
        elif volume is not None and volume.held:
            edition_id = volume.held[0].edition_id or 0
        else:
            edition_id = stand_in(tx, ctx, id_, place.text)
        _edit(tx, ctx, edition_id, fields)
        if status != "missing":
            mark_many(ctx, [edition_id], status, None)
        return series_answer(tx, ctx, id_)


def _refuse_elsewhere(tx: Transaction, id_: int, book_id: int) -> None:
    for one in (tx.get("books", book_id) or {}).get("memberships", []):
        if one["series_id"] == id_ and one.get("position") is not None:
            raise Conflict(
                f"this ISBN is volume {one['position']} of the series already", book_id=book_id
            )


def edit_volume(ctx: Context, series: int | str, number: object, fields: Mapping[str, Any]) -> JSON:
    """Return the series after correcting the book at a place; without one it gets a book.

    Raises:
        NotFound: there is no such series or volume.
        InvalidInput: there is no such field, or a value is wrong.
    """
    changes = dict(fields)
    status = changes.pop("status", None)
    if status is not None:
        inputs.one_of(status, inputs.STATUSES, "status")
    _known(changes)
    with ctx.store.transaction(f"edit volume {number} of {series}", user_id=ctx.user_id) as tx:
        id_ = labelled_id(ctx, series)
        answer = Answers(tx, ctx.user_id, ctx.today())
        found, volume = volume_at(answer, id_, number)
        edition_id = _edition_of(tx, ctx, id_, found, volume)
        _edit(tx, ctx, edition_id, changes)
        if status is not None:
            _mark(tx, ctx, id_, found, volume, status)
        return series_answer(tx, ctx, id_)


def _edition_of(tx: Transaction, ctx: Context, id_: int, number: float, volume: Volume) -> int:
    order = {"own": 0, "want": 1}
    held = [one for one in volume.held if number >= 0 or one.book_id == -number]
    held = [one for one in held if one.edition_id is not None]
    if any(len(one.covers) > 1 for one in held) and all(len(one.covers) > 1 for one in held):
        raise Conflict(
            f"volume {number} is part of {shown(held[0].title)}: correct that book instead",
            book_id=held[0].book_id,
        )
    held.sort(key=lambda one: (len(one.covers) > 1, order.get(one.status, 2), one.edition_id or 0))
    if held and held[0].edition_id is not None:
        return held[0].edition_id
    if volume.position is None:
        raise NotFound(f"the library has no edition of {shown(volume.label)}; add it first")
    return stand_in(tx, ctx, id_, volume.position)


def mark_volume(ctx: Context, series: int | str, number: object, status: str) -> JSON:
    """Return the series after saying that the volume with this number is owned, wanted or missing.

    Raises:
        NotFound: there is no such series or volume.
        Conflict: the volume is owned within an omnibus, whose status would have to change.
    """
    inputs.one_of(status, inputs.STATUSES, "status")
    with ctx.store.transaction(
        f"mark volume {number} of {series} {status}", user_id=ctx.user_id
    ) as tx:
        id_ = labelled_id(ctx, series)
        found, volume = volume_at(Answers(tx, ctx.user_id, ctx.today()), id_, number)
        _mark(tx, ctx, id_, found, volume, status)
        return series_answer(tx, ctx, id_)


def _mark(
    tx: Transaction, ctx: Context, id_: int, number: float, volume: Volume, status: str
) -> None:
    if number >= 0:
        done = mark_volumes(ctx, id_, volume.position, status)
        if done["skipped"]:
            raise Conflict(f"volume {volume.position} is {done['skipped'][0]['reason']}")
        return
    mine = [one for one in volume.held if one.book_id == -number and one.edition_id is not None]
    said = [one for one in mine if one.status in ("own", "want")]
    chosen = (said or mine)[:1] if status == "own" else said or mine
    if chosen:
        mark_many(ctx, [one.edition_id for one in chosen if one.edition_id], status, None)


def remove_volume(ctx: Context, series: int | str, number: object) -> JSON:
    """Return the series without a volume: its book leaves the series and stays in the library.

    A volume of which the library has no book is counted out; adding it counts it in again.

    Raises:
        NotFound: there is no such series or volume.
        Conflict: the volume is part of an omnibus.
    """
    with ctx.store.transaction(f"remove volume {number} of {series}", user_id=ctx.user_id) as tx:
        id_ = labelled_id(ctx, series)
        found, volume = volume_at(Answers(tx, ctx.user_id, ctx.today()), id_, number)
        books = sorted({one.book_id for one in volume.held if found >= 0 or one.book_id == -found})
        for one in volume.held:
            if one.book_id in books and len(one.covers) > 1:
                raise Conflict(
                    f"volume {found} is part of {shown(one.title)}; take that book out instead",
                    book_id=one.book_id,
                )
        for book_id in books:
            if is_bare_stand_in(tx, book_id, tx.get("books", book_id) or {}):
                remove_book(ctx, book_id)
            else:
                leave_series(ctx, book_id, id_, None)
        if volume.position is not None and found >= 0:
            before = series_of(tx, id_)
            said = {
                **before.get("overrides", {}),
                volume_key(volume.position): override(ctx, EXCLUDED, None),
            }
            put_series(tx, ctx, id_, before, {**before, "overrides": said})
        return series_answer(tx, ctx, id_)


def _count_in(tx: Transaction, ctx: Context, id_: int, place: str) -> None:
    before = series_of(tx, id_)
    said = {
        key: one
        for key, one in before.get("overrides", {}).items()
        if key != volume_key(place) or one["value"] != EXCLUDED
    }
    put_series(tx, ctx, id_, before, {**before, "overrides": said})


def _at(tx: Transaction, ctx: Context, id_: int, number: float) -> Volume | None:
    try:
        return volume_at(Answers(tx, ctx.user_id, ctx.today()), id_, number)[1]
    except NotFound:
        return None


def _is_stand_in(tx: Transaction, book_id: int) -> bool:
    """Whether a book stands for a number of which nothing more was told."""
    book = tx.get("books", book_id) or {}
    return VOLUME in book.get("identifiers", {}) and not book.get("origins")


def _known_edition(tx: Transaction, ctx: Context, isbn: object) -> int | None:
    if isbn is None:
        return None
    try:
        return find_edition(ctx, tx, isbn)
    except NotFound:
        return None


def _known(fields: Mapping[str, Any]) -> None:
    if fields:
        inputs.known_fields(fields, (*_OF_BOOK, *_OF_EDITION), "volume")


def _edit(tx: Transaction, ctx: Context, edition_id: int, fields: Mapping[str, Any]) -> None:
    """Take over what a form says; what it leaves blank stays as it is."""
    book_id = int((tx.get("editions", edition_id) or {})["book_id"])
    said = {name: value for name, value in fields.items() if value not in (None, "", [])}
    of_book = {name: said[name] for name in _OF_BOOK if name in said}
    of_edition = {name: said[name] for name in _OF_EDITION if name in said}
    if of_book:
        edit_book(ctx, book_id, of_book)
    if of_edition:
        edit_edition(ctx, edition_id, of_edition)
