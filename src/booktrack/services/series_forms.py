"""Making, changing and removing series by hand, as the forms of a page do.

Each function is one transaction, so each can be undone by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from booktrack.domain.models import PublicationStatus, Series
from booktrack.domain.series_choices import overridden
from booktrack.domain.text import fold
from booktrack.errors import Conflict, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.collection import remove_book
from booktrack.services.context import Context
from booktrack.services.pages import STANDALONE, labels_of
from booktrack.services.recording import VOLUME, with_memberships
from booktrack.services.series_documents import (
    override,
    put_series,
    series_answer,
    series_of,
    with_aliases,
)
from booktrack.services.series_pages import labelled_id, summary_of
from booktrack.services.writing import put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

_STATUSES: tuple[str, ...] = get_args(PublicationStatus)

# What is the user's word over that of sources, and what only a user tells.
_OVERRIDES: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: inputs.text(value, "the name"),
    "kind": lambda value: inputs.one_of(value, inputs.KINDS, "kind of series"),
    "total": lambda value: (
        None if value is None else inputs.whole(value, "the total", least=1, most=100_000)
    ),
    "publication_status": lambda value: inputs.one_of(value, _STATUSES, "publication status"),
}
_TEXTS: dict[str, Callable[[Any], Any]] = {
    "authors": lambda value: inputs.texts(value, "an author"),
    "description": lambda value: None if value is None else inputs.text(value, "the description"),
    "publisher": lambda value: None if value is None else inputs.text(value, "the publisher"),
    "genres": lambda value: inputs.texts(value, "a genre"),
    "tags": lambda value: inputs.texts(value, "a tag"),
}


def create_series(ctx: Context, name: str, fields: Mapping[str, Any]) -> JSON:
    """Return the new series.

    Raises:
        Conflict: there is a series of this name.
        InvalidInput: there is no such field, or a value is wrong.
    """
    said = _checked({"name": name, **fields})
    with ctx.store.transaction(f"create series {said['name']}", user_id=ctx.user_id) as tx:
        _refuse_taken(tx, ctx, said["name"], said.get("kind"))
        document = Series(
            name=said["name"],
            kind=said.get("kind", "unknown"),
            publication_status=said.get("publication_status", "unknown"),
            **{name: said[name] for name in _TEXTS if said.get(name) is not None},
            updated_at=ctx.now(),
        ).dump()
        if said.get("total") is not None:
            document["overrides"] = {"total": override(ctx, said["total"], None)}
        return series_answer(tx, ctx, tx.insert("series", document))


def edit_series(ctx: Context, series: int | str, fields: Mapping[str, Any]) -> JSON:
    """Return the series after a form was sent back: only what differs becomes the user's word.

    Raises:
        NotFound: there is no such series.
        Conflict: another series bears the new name.
        InvalidInput: there is no such field, or a value is wrong.
    """
    values = _checked(fields)
    with ctx.store.transaction(f"edit series {series}", user_id=ctx.user_id) as tx:
        id_ = labelled_id(ctx, series)
        label = labels_of(ctx)[id_]
        before = series_of(tx, id_)
        shown_now = _shown(tx, ctx, id_) | {"name": label}
        said = {
            name: value
            for name, value in values.items()
            if name in _OVERRIDES and value != shown_now[name]
        }
        if ", ".join(values.get("authors", ())) == ", ".join(shown_now["authors"]):
            # A form has one line for all authors: sent back as it was, it says nothing new.
            values.pop("authors", None)
        after = {
            **before,
            **{name: value for name, value in values.items() if name in _TEXTS},
            "overrides": {
                **before.get("overrides", {}),
                **{name: override(ctx, value, None) for name, value in said.items()},
            },
        }
        if "name" in said:
            kind = said.get("kind", shown_now["kind"])
            _refuse_taken(tx, ctx, said["name"], kind, but=id_)
            after["aliases"] = with_aliases(before, [said["name"]])
        put_series(tx, ctx, id_, before, after)
        return series_answer(tx, ctx, id_)


def _checked(fields: Mapping[str, Any]) -> JSON:
    checks = _OVERRIDES | _TEXTS
    inputs.known_fields(fields, checks, "series")
    return {name: checks[name](value) for name, value in fields.items()}


def _shown(tx: Transaction, ctx: Context, id_: int) -> JSON:
    answer = Answers(tx, ctx.user_id, ctx.today())
    model = answer.series_model(id_)
    return {
        "authors": summary_of(tx, answer, id_, labels_of(ctx))["authors"],
        "kind": answer.kind(id_),
        "total": answer.state(id_).total,
        "publication_status": overridden(
            model.overrides, "publication_status", model.publication_status
        ),
    }


def _refuse_taken(
    tx: Transaction, ctx: Context, name: str, kind: str | None, *, but: int | None = None
) -> None:
    """Refuse a name that finds another series: two of one name are told apart by their kinds.

    Raises:
        Conflict: it does.
    """
    if name in (STANDALONE, "Standalone Books"):
        raise Conflict(f"{shown(name)} means the books of no series; choose another name")
    for id_, one in tx.all("series"):
        names = {one["name"], *(alias["name"] for alias in one.get("aliases", []))}
        said = one.get("overrides", {}).get("name")
        names |= {said["value"]} if said else set()
        if id_ == but or fold(name) not in map(fold, names):
            continue
        theirs = one.get("kind", "unknown")
        if kind is None or kind == "unknown" or theirs == "unknown" or kind == theirs:
            raise Conflict(
                f"there is a series {shown(labels_of(ctx)[id_])} already; "
                "merge_series joins two that are one",
                series_id=id_,
            )


def remove_series(ctx: Context, series: int | str) -> JSON:
    """Return `{id, name, removed, books}` after removing a series; its books stay, on their own.

    A book that only stood for a number goes with the series, unless somebody owns or wants it.

    Raises:
        NotFound: there is no such series.
    """
    with ctx.store.transaction(f"remove series {series}", user_id=ctx.user_id) as tx:
        id_ = labelled_id(ctx, series)
        name = labels_of(ctx)[id_]
        removed = {"series": 1, "books": 0, "covers": 0}
        left = []
        for book_id, book in tx.get_many("books", tx.find("series", str(id_))).items():
            if is_bare_stand_in(tx, book_id, book):
                remove_book(ctx, book_id)
                removed["books"] += 1
                continue
            memberships = [one for one in book["memberships"] if one["series_id"] != id_]
            after = with_memberships(tx, book, memberships)
            put(tx, "books", book_id, book, after, ctx.now())
            left.append(book_id)
        _forget_leavers(tx, ctx, id_)
        for cover_id, cover in list(tx.all("covers")):
            if cover.get("series_id") == id_:
                tx.remove("covers", cover_id)
                removed["covers"] += 1
        tx.remove("series", id_)
        return {"id": id_, "name": name, "removed": removed, "books": left}


def _forget_leavers(tx: Transaction, ctx: Context, id_: int) -> None:
    """Forget that books were taken out of a series that is no more."""
    said = series_of(tx, id_).get("overrides", {})
    numbers = (key.removeprefix("book ") for key in said if key.startswith("book "))
    ids = sorted(int(number) for number in numbers if number.isdecimal())
    for book_id, book in tx.get_many("books", ids).items():
        out = [one for one in book.get("not_in_series", []) if one != id_]
        put(tx, "books", book_id, book, {**book, "not_in_series": out}, ctx.now())


def is_bare_stand_in(tx: Transaction, book_id: int, book: Document) -> bool:
    """Return whether a book stands for a number only and nobody owns, wants or read it."""
    if VOLUME not in book.get("identifiers", {}) or book.get("origins"):
        return False
    if tx.find("reading_book", str(book_id)):
        return False
    editions = tx.get_many("editions", tx.find("edition_book", str(book_id)))
    statuses = [
        status["status"]
        for edition_id in editions
        for status in tx.get_many("statuses", tx.find("edition_status", str(edition_id))).values()
    ]
    return all(status == "missing" for status in statuses)
