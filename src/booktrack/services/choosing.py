"""Letting a user choose: another source's value for a field, or a record that was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from booktrack.domain.merge import provenance
from booktrack.domain.records import WorkRecord
from booktrack.errors import InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context
from booktrack.services.writing import put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]


def candidates(ctx: Context, book_id: int) -> JSON:
    """Return `{book, editions}`: of each field all values that were said, the one in use first."""
    ctx.store.catch_up()
    book = ctx.store.get("books", book_id)
    if book is None:
        raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
    ids = ctx.store.find("edition_book", str(book_id))
    return {
        "book": _choices(book),
        "editions": [
            {"id": edition_id, "fields": _choices(edition)}
            for edition_id, edition in ctx.store.get_many("editions", ids).items()
        ],
    }


def _choices(document: Document) -> dict[str, list[JSON]]:
    """Return the fields on which more than one value was said."""
    return {
        name: [
            {key: told[key] for key in ("value", "source", "record", "at")},
            *told["rejected"],
        ]
        for name, told in provenance(document).items()
        if told["rejected"]
    }


def choose_value(
    ctx: Context, book_id: int, field: str, source: str, edition: int | str | None
) -> JSON:
    """Return the book after taking what a source said of a field, which then is locked."""
    name, who = inputs.text(field, "the field"), inputs.text(source, "the source")
    with ctx.store.transaction(f"choose {name} of {who}", user_id=ctx.user_id) as tx:
        table, doc_id, before = _document(tx, book_id, edition)
        told = provenance(before).get(name)
        said = [told, *told["rejected"]] if told else []
        chosen = next((one for one in said if one["source"] == who), None)
        if chosen is None:
            known = sorted({one["source"] for one in said}) or ["nobody"]
            raise NotFound(
                f"{who} said nothing of {name}; {', '.join(known)} did", field=name, source=who
            )
        locked = sorted({*before.get("locked", []), name})
        after = {**before, name: chosen["value"], "locked": locked}
        put(tx, table, doc_id, before, after, ctx.now())
        return Answers(tx, ctx.user_id, ctx.today()).book(book_id)


def _document(
    tx: Transaction, book_id: int, edition: int | str | None
) -> tuple[str, int, Document]:
    book = tx.get("books", book_id)
    if book is None:
        raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
    if edition is None:
        return "books", book_id, book
    edition_id = inputs.edition_id(tx, edition)
    found = tx.get("editions", edition_id) or {}
    if found["book_id"] != book_id:
        raise InvalidInput(f"edition {edition_id} is not one of book {book_id}", id=edition_id)
    return "editions", edition_id, found


def choose_record(ctx: Context, record: Mapping[str, Any], book_id: int | None) -> JSON:
    """Return the book that a candidate of `search` became, or was added to.

    Args:
        ctx: the open library.
        record: the candidate's `record`, as `search` gave it.
        book_id: the book that it is of; None makes a book of its own where none is the same.
    """
    from booktrack.services.recording import detect_series, record_series, record_work

    try:
        work = WorkRecord.model_validate(dict(record))
    except (ValidationError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"not a record of a book as `search` lists them among its candidates: {shown(record)}"
        ) from error
    if book_id is not None:
        answers(ctx).book(book_id)  # raises where there is none
    with ctx.store.transaction(f"choose {work.title}", user_id=ctx.user_id) as tx:
        now = ctx.now()
        detection = detect_series(tx, [work])
        series_ids = record_series(tx, detection.groups, now)
        recorded = record_work(tx, work, detection.placings[0], series_ids, now, book_id=book_id)
        return Answers(tx, ctx.user_id, ctx.today()).book(recorded.book_id)
