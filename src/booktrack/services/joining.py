"""Joining two books that are one, with all that was said of either."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booktrack.domain.merge import LIBRARY, Facts, facts_of, merge
from booktrack.domain.models import Book, Edition
from booktrack.domain.text import fold_key
from booktrack.errors import Conflict, NotFound, shown
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.services.recording import with_memberships
from booktrack.services.writing import filling_gaps, put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

_PLACES = {"memberships", "series_name", "series_position", "not_in_series"}
_BOOK_FIELDS = sorted(Book.model_fields.keys() - Book.last - _PLACES - {"title", "added_at"})
_EDITION_FIELDS = sorted(
    Edition.model_fields.keys() - Edition.last - {"book_id", "asked", "asking", "source"}
)


def merge_books(ctx: Context, into: int, other: int) -> JSON:
    """Return the book that took over another's editions, readings, series and what was said."""
    if into == other:
        raise Conflict(f"a book cannot be merged into itself (book {into})", id=into)
    with ctx.store.transaction(f"merge book {other} into {into}", user_id=ctx.user_id) as tx:
        before, gone = _book(tx, into), _book(tx, other)
        put(tx, "books", into, before, _joined(tx, before, gone, other), ctx.now())
        _move_words(tx, ctx, (into, before), (other, gone))
        _move_editions(tx, ctx, into, other)
        for reading_id in tx.find("reading_book", str(other)):
            reading = tx.get("readings", reading_id) or {}
            tx.put("readings", reading_id, {**reading, "book_id": into})
        tx.remove("books", other)
        return Answers(tx, ctx.user_id, ctx.today()).book(into)


def _book(tx: Transaction, book_id: int) -> Document:
    book = tx.get("books", book_id)
    if book is None:
        raise NotFound(f"the library has no book {shown(book_id)}", table="books", id=book_id)
    return book


def _joined(tx: Transaction, mine: Document, theirs: Document, gone: int) -> Document:
    """Return the book that stays: its own title and places in series go first."""
    joined = _with_claims(mine, theirs, _BOOK_FIELDS)
    if fold_key(theirs["title"]) != fold_key(mine["title"]):
        # A claim of its own: what sources say of the other titles later leaves it there.
        name = Facts(LIBRARY, f"book {gone}", None, {"alternate_titles": [theirs["title"]]})
        joined = merge(joined, [name])
    added = [at for at in (mine.get("added_at"), theirs.get("added_at")) if at]
    joined["added_at"] = min(added, default=None)
    here = mine.get("memberships", [])
    known = {one["series_id"] for one in here} | set(mine.get("not_in_series", []))
    here = here + [one for one in theirs.get("memberships", []) if one["series_id"] not in known]
    left = {*mine.get("not_in_series", []), *theirs.get("not_in_series", [])}
    joined["not_in_series"] = sorted(left - {one["series_id"] for one in here})
    return with_memberships(tx, joined, here)


def _move_words(
    tx: Transaction, ctx: Context, stays: tuple[int, Document], goes: tuple[int, Document]
) -> None:
    """Let what the user said of the place of the book that goes hold of the one that stays, where
    that has no place of its own: it can be cleared there.
    """
    (into, mine), (other, theirs) = stays, goes
    placed = _series_of(mine)
    for series_id, series in tx.get_many("series", sorted(_series_of(theirs))).items():
        said = dict(series.get("overrides", {}))
        word = said.pop(f"book {other}", None)
        if word is None:
            continue
        if series_id not in placed:
            said[f"book {into}"] = word
        put(tx, "series", series_id, series, {**series, "overrides": said}, ctx.now())


def _series_of(book: Document) -> set[int]:
    """Return the series that a book stands in or was taken out of."""
    named = {one["series_id"] for one in book.get("memberships", [])}
    return named | set(book.get("not_in_series", []))


def _with_claims(mine: Document, theirs: Document, fields: Iterable[str]) -> Document:
    """Return a document with all that was said of the other; a locked value of either stays."""
    joined = merge(mine, facts_of(theirs, fields))
    fresh = set(theirs.get("locked", [])) & set(fields) - set(mine.get("locked", []))
    joined |= {name: theirs.get(name) for name in fresh}
    joined["locked"] = sorted({*mine.get("locked", []), *fresh})
    return joined


def _move_editions(tx: Transaction, ctx: Context, into: int, other: int) -> None:
    here = tx.get_many("editions", tx.find("edition_book", str(into)))
    for edition_id, edition in tx.get_many("editions", tx.find("edition_book", str(other))).items():
        twin = next((id_ for id_, one in here.items() if _is_twin(one, edition)), None)
        if twin is None:
            tx.put("editions", edition_id, {**edition, "book_id": into})
        else:
            _join_editions(tx, ctx, twin, edition_id)


def _is_twin(one: Document, two: Document) -> bool:
    """Whether both are one edition: a number that both bear, and no two formats."""
    formats = {one.get("book_format", "unknown"), two.get("book_format", "unknown")} - {"unknown"}
    return len(formats) < 2 and any(
        one.get(name) is not None and one.get(name) == two.get(name) for name in ("isbn_13", "asin")
    )


def _join_editions(tx: Transaction, ctx: Context, kept: int, gone: int) -> None:
    mine, theirs = tx.get("editions", kept) or {}, tx.get("editions", gone) or {}
    joined = _with_claims(mine, theirs, _EDITION_FIELDS)
    joined["asked"] = {**theirs.get("asked", {}), **mine.get("asked", {})}
    put(tx, "editions", kept, mine, joined, ctx.now())
    by_user = {
        status["user_id"]: (id_, status)
        for id_, status in tx.get_many(
            "statuses", tx.find("edition_status", str(kept))
        ).items()
    }  # fmt: skip
    for status_id, status in tx.get_many("statuses", tx.find("edition_status", str(gone))).items():
        there = by_user.get(status["user_id"])
        if there is None:
            tx.put("statuses", status_id, {**status, "edition_id": kept})
        else:
            tx.put("statuses", there[0], _both_say(there[1], status))
            tx.remove("statuses", status_id)
    for reading_id in tx.find("reading_book", str(theirs["book_id"])):
        reading = tx.get("readings", reading_id) or {}
        if reading.get("edition_id") == gone:
            tx.put("readings", reading_id, {**reading, "edition_id": kept})
    for price_id, price in tx.get_many("prices", tx.find("edition_price", str(gone))).items():
        tx.put("prices", price_id, {**price, "edition_id": kept})
    _move_covers(tx, kept, gone)
    tx.remove("editions", gone)


def _both_say(mine: Document, theirs: Document) -> Document:
    """Return what a user says of an edition that was there twice: owning beats wanting."""
    joined = {**mine, **filling_gaps(mine, theirs)}
    if "own" in (mine["status"], theirs["status"]):
        joined["status"] = "own"
    lines = (mine.get("notes") or "").splitlines() + (theirs.get("notes") or "").splitlines()
    joined["notes"] = "\n".join(dict.fromkeys(lines)) or None
    return joined


def _move_covers(tx: Transaction, kept: int, gone: int) -> None:
    """Give the edition that stays a picture where it has none, or where only the other's is the
    user's own.
    """
    there = tx.get_many("covers", tx.find("cover", f"edition:{kept}"))
    mine = {id_: one for id_, one in there.items() if not one.get("removed")}
    has_own = any(one.get("uploaded") for one in mine.values())
    for cover_id, cover in tx.get_many("covers", tx.find("cover", f"edition:{gone}")).items():
        # What the user did not want of the one is not wanted of both.
        if not cover.get("removed") and mine and (has_own or not cover.get("uploaded")):
            tx.remove("covers", cover_id)
            continue
        if not cover.get("removed"):
            for replaced in mine:
                tx.remove("covers", replaced)
            mine = {cover_id: cover}
        tx.put("covers", cover_id, {**cover, "edition_id": kept})
