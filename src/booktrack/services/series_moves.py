"""Joining and parting series, and saying where a book stands in one.

Each function is one transaction, so each can be undone by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from booktrack.domain.positions import Position
from booktrack.domain.series_choices import FIELDS, shown_line, shown_name
from booktrack.errors import Conflict, InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.collection import checked_id
from booktrack.services.context import Context
from booktrack.services.cover_documents import move_places
from booktrack.services.recording import with_memberships
from booktrack.services.series import series_id
from booktrack.services.series_documents import (
    book_of,
    override,
    put_series,
    series_answer,
    series_of,
    with_aliases,
)
from booktrack.services.writing import put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]


def merge_series(ctx: Context, into: int | str, other: int | str) -> JSON:
    """Return the series that took over the other's books, names, totals and volumes."""
    with ctx.store.transaction(f"merge series {other} into {into}", user_id=ctx.user_id) as tx:
        kept, gone = series_id(ctx, into), series_id(ctx, other)
        if kept == gone:
            raise Conflict(f"{shown(into)} and {shown(other)} are the same series already")
        join_series(tx, ctx, kept, gone)
        return series_answer(tx, ctx, kept)


def join_series(tx: Transaction, ctx: Context, kept: int, gone: int) -> list[int]:
    """Move everything of one series into another, remove it, and return the moved books."""
    before, other = series_of(tx, kept), series_of(tx, gone)
    merged = {
        "name": shown_name(other), "kind": other.get("kind", "unknown"),
        "edition_line": shown_line(other),
    }  # fmt: skip
    after = {
        **before,
        "aliases": with_aliases(
            before, [shown_name(other), other["name"], *_alias_names(other)]
        ),
        "authors": list(dict.fromkeys([*before.get("authors", []), *other.get("authors", [])])),
        "identifiers": _joined_ids(before.get("identifiers", {}), other.get("identifiers", {})),
        "totals": [*before.get("totals", []), *(
            one for one in other.get("totals", []) if one not in before.get("totals", [])
        )],
        "volumes": _joined_volumes(before.get("volumes", []), other.get("volumes", [])),
        "reports": [*before.get("reports", []), *other.get("reports", [])],
        # The user's words on the one that stays go first.
        "overrides": {
            **{key: one for key, one in other.get("overrides", {}).items() if key not in FIELDS},
            f"merged {gone}": override(ctx, merged, None),
            **before.get("overrides", {}),
        },
    }  # fmt: skip
    if before.get("kind", "unknown") == "unknown":
        after["kind"] = other.get("kind", "unknown")
    put_series(tx, ctx, kept, before, after)
    moved = tx.find("series", str(gone))
    for book_id, book in tx.get_many("books", moved).items():
        memberships: dict[int, Document] = {}
        for one in book["memberships"]:
            id_ = kept if one["series_id"] == gone else one["series_id"]
            there = memberships.get(id_)
            if there is None or (there.get("position") is None and one.get("position")):
                memberships[id_] = {**one, "series_id": id_}
        out = [one for one in book.get("not_in_series", []) if one != kept]
        after_book = with_memberships(tx, book, list(memberships.values()))
        put(tx, "books", book_id, book, {**after_book, "not_in_series": out}, ctx.now())
    _keep_out(tx, ctx, kept, gone, other)
    move_places(tx, kept, gone)
    tx.remove("series", gone)
    return moved


def _keep_out(tx: Transaction, ctx: Context, kept: int, gone: int, other: Document) -> None:
    """Let a book that was taken out of the one series stay out of the joined one too."""
    members = set(tx.find("series", str(kept)))
    named = [
        int(key.removeprefix("book ")) for key in other.get("overrides", {}) if key[:5] == "book "
    ]
    for book_id, book in tx.get_many("books", sorted(set(named) - members)).items():
        out = book.get("not_in_series", [])
        if gone in out:
            after = {**book, "not_in_series": sorted({*out, kept} - {gone})}
            put(tx, "books", book_id, book, after, ctx.now())


def split_series(
    ctx: Context,
    series: int | str,
    books: Iterable[int],
    *,
    name: str | None,
    kind: str | None,
) -> JSON:
    """Return the new series that took these books out of another one."""
    if isinstance(books, (str, bytes)) or not isinstance(books, Iterable):
        raise InvalidInput(f"give a list of book ids, not {shown(books)}")
    ids = list(dict.fromkeys(checked_id(one, "book") for one in books))
    if not ids:
        raise InvalidInput("name the books that make the new series")
    with ctx.store.transaction(f"split series {series}", user_id=ctx.user_id) as tx:
        old = series_id(ctx, series)
        before = series_of(tx, old)
        new_name = inputs.text(name, "the name") if name is not None else shown_name(before)
        new_kind = (
            inputs.one_of(kind, inputs.KINDS, "kind of series")
            if kind is not None
            else before.get("kind", "unknown")
        )
        members = set(tx.find("series", str(old)))
        for book_id in ids:
            if book_id not in members:
                raise NotFound(f"book {book_id} is not in series {old}", table="books", id=book_id)
        found = tx.get_many("books", ids)
        authors = [author for book in found.values() for author in book.get("authors", [])]
        new = tx.insert(
            "series",
            {
                "name": new_name,
                "kind": new_kind,
                "tracked": before.get("tracked", True),
                "edition_line": before.get("edition_line"),
                "authors": list(dict.fromkeys(authors)),
                "updated_at": ctx.now(),
            },
        )
        for book_id, book in found.items():
            _move_book(tx, ctx, book_id, book, old, new)
        said = {
            **before.get("overrides", {}),
            **{
                f"book {one}": override(ctx, {"member": False} | _place_before(book, old), None)
                for one, book in found.items()
            },
        }
        put_series(tx, ctx, old, before, {**before, "overrides": said})
        return series_answer(tx, ctx, new)


def _move_book(
    tx: Transaction, ctx: Context, book_id: int, book: Document, old: int, new: int
) -> None:
    memberships = [
        {**one, "series_id": new, "locked": True} if one["series_id"] == old else one
        for one in book["memberships"]
    ]
    after = with_memberships(tx, book, memberships)
    out = sorted({*book.get("not_in_series", []), old})
    put(tx, "books", book_id, book, {**after, "not_in_series": out}, ctx.now())


def set_position(
    ctx: Context, book_id: int, series: int | str, position: str | float | None, why: str | None
) -> JSON:
    """Return the book after saying where it stands in a series; no source moves it from there."""
    place = inputs.position(position)
    reason = inputs.note(why)
    with ctx.store.transaction(f"set position of book {book_id}", user_id=ctx.user_id) as tx:
        book = book_of(tx, book_id)
        id_ = series_id(ctx, series)
        put_at(tx, ctx, book_id, book, id_, place)
        said = {"position": place.text if place else None}
        _say_of_book(tx, ctx, id_, book_id, said | _place_before(book, id_), reason)
        return Answers(tx, ctx.user_id, ctx.today()).book(book_id)


def put_at(
    tx: Transaction, ctx: Context, book_id: int, book: Document, id_: int, place: Position | None
) -> None:
    """Put a book at a place of a series and lock it there."""
    mine = {**placed_at(id_, place), "locked": True}
    others = book.get("memberships", [])
    memberships = [mine if one["series_id"] == id_ else one for one in others]
    if mine not in memberships:
        memberships.append(mine)
    out = [one for one in book.get("not_in_series", []) if one != id_]
    after = with_memberships(tx, book, memberships)
    put(tx, "books", book_id, book, {**after, "not_in_series": out}, ctx.now())


def placed_at(id_: int, place: Position | None) -> Document:
    """Return a membership at a place."""
    return {
        "series_id": id_,
        "position": place.text if place else None,
        "label": place.label if place else None,
        "sort_key": list(place.sort_key) if place else [],
        "covers": list(place.covers) if place else [],
        "coverage": "part" if place and place.partial else "whole",
        "slot": "main",
        "reasons": ["said by you"],
    }


def leave_series(ctx: Context, book_id: int, series: int | str, why: str | None) -> JSON:
    """Return the book after taking it out of a series for good."""
    reason = inputs.note(why)
    with ctx.store.transaction(f"take book {book_id} out of {series}", user_id=ctx.user_id) as tx:
        book = book_of(tx, book_id)
        id_ = series_id(ctx, series)
        memberships = [one for one in book.get("memberships", []) if one["series_id"] != id_]
        if len(memberships) == len(book.get("memberships", [])):
            raise NotFound(f"book {book_id} is not in series {id_}", table="books", id=book_id)
        after = with_memberships(tx, book, memberships)
        out = sorted({*book.get("not_in_series", []), id_})
        put(tx, "books", book_id, book, {**after, "not_in_series": out}, ctx.now())
        said = {"member": False} | _place_before(book, id_)
        _say_of_book(tx, ctx, id_, book_id, said, reason)
        return Answers(tx, ctx.user_id, ctx.today()).book(book_id)


def _place_before(book: Document, id_: int) -> JSON:
    """Return the place that a book had by its sources, to be restored when the word is cleared."""
    before = [one for one in book.get("memberships", []) if one["series_id"] == id_]
    return {"before": {**before[0], "locked": False} if before else None}


def _say_of_book(
    tx: Transaction, ctx: Context, id_: int, book_id: int, value: JSON, why: str | None
) -> None:
    before = series_of(tx, id_)
    said = before.get("overrides", {})
    if f"book {book_id}" in said:
        # What the sources said is what stood there before the user's first word.
        value = value | {"before": said[f"book {book_id}"]["value"].get("before")}
    said = {**said, f"book {book_id}": override(ctx, value, why)}
    put_series(tx, ctx, id_, before, {**before, "overrides": said})


def _alias_names(series: Document) -> list[str]:
    return [one["name"] for one in series.get("aliases", [])]


def _joined_ids(one: Mapping[str, Any], other: Mapping[str, Any]) -> JSON:
    return {
        scheme: list(dict.fromkeys([*one.get(scheme, []), *other.get(scheme, [])]))
        for scheme in sorted({*one, *other})
    }


def _joined_volumes(one: Sequence[JSON], other: Sequence[JSON]) -> list[JSON]:
    known = {(volume.get("position"), volume.get("label")) for volume in one}
    return [
        *one,
        *(v for v in other if (v.get("position"), v.get("label")) not in known),
    ]
