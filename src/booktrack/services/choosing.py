"""Letting a user choose: another source's value for a field, or a record that was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import ValidationError

from booktrack.domain.merge import FOLLOWER, USER, Facts, merge, provenance, release
from booktrack.domain.records import SeriesRecord, WorkRecord
from booktrack.errors import InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.collection import sources_of_values
from booktrack.services.context import Context
from booktrack.services.writing import put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]
R = TypeVar("R", WorkRecord, SeriesRecord)


def candidates(ctx: Context, book_id: int) -> JSON:
    """Return `{book, editions}`: of each field all values that were said, the one in use first."""
    told = sources_of_values(ctx, book_id)
    return {
        "book": _choices(told["book"]),
        "editions": [
            {"id": edition["id"], "fields": _choices(edition["fields"])}
            for edition in told["editions"]
        ],
    }


def _choices(fields: JSON) -> dict[str, list[JSON]]:
    """Return the fields on which more than one value was said."""
    return {
        name: [
            {key: told[key] for key in ("value", "source", "record", "at")},
            *told["rejected"],
        ]
        for name, told in fields.items()
        if told["rejected"]
    }


def choose_value(
    ctx: Context, book_id: int, field: str, source: str, edition: int | str | None
) -> JSON:
    """Return the book after taking what a source said of a field, which then is locked."""
    name, who = inputs.text(field, "the field"), inputs.text(source, "the source")
    name = "book_format" if name == "format" else name
    with ctx.store.transaction(f"choose {name} of {who}", user_id=ctx.user_id) as tx:
        table, doc_id, before = _document(tx, book_id, edition)
        values = {name: _said(before, name, who)}
        if name in FOLLOWER:
            # 9.99 of one source with the currency of another would be a price that nobody named.
            values[FOLLOWER[name]] = _said(before, FOLLOWER[name], who, default=None)
        now = ctx.now()
        after = merge(release(before, values), [Facts(USER, None, now, values)]) | values
        after["locked"] = sorted({*after.get("locked", []), *values})
        put(tx, table, doc_id, before, after, now)
        return Answers(tx, ctx.user_id, ctx.today()).book(book_id)


_NOBODY: Any = object()


def _said(document: Document, name: str, who: str, default: Any = _NOBODY) -> Any:
    """Return what a source said of a field.

    Raises:
        NotFound: it said nothing and there is no default.
    """
    told = provenance(document).get(name)
    said = [told, *told["rejected"]] if told else []
    for one in said:
        if who == one["source"] or who in one.get("also", ()):
            return one["value"]
    if default is not _NOBODY:
        return default
    known = sorted({one["source"] for one in said}) or ["nobody"]
    raise NotFound(f"{who} said nothing of {name}; {', '.join(known)} did", field=name, source=who)


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
    """Return the book, or the series, that a candidate of `search` became, or was added to.

    Args:
        ctx: the open library.
        record: the candidate's `record`, as `search` gave it.
        book_id: the book that it is of; None makes a book of its own where none is the same.
    """
    if isinstance(record, Mapping) and "title" not in record and "name" in record:
        return _choose_series(ctx, _read(SeriesRecord, record))
    work = _read(WorkRecord, record)
    if book_id is not None:
        answers(ctx).book(book_id)  # raises where there is none
    from booktrack.services.recording import detect_series, record_series, record_work

    with ctx.store.transaction(f"choose {work.title}", user_id=ctx.user_id) as tx:
        now = ctx.now()
        detection = detect_series(tx, [work])
        series_ids = record_series(tx, detection.groups, now)
        recorded = record_work(tx, work, detection.placings[0], series_ids, now, book_id=book_id)
        return Answers(tx, ctx.user_id, ctx.today()).book(recorded.book_id)


def _choose_series(ctx: Context, record: SeriesRecord) -> JSON:
    from booktrack.services.series_records import record_series_records

    (series_id,) = record_series_records(ctx, [record], f"choose the series {record.name}")
    return answers(ctx).series(series_id)


def _read(model: type[R], record: Mapping[str, Any]) -> R:
    try:
        return model.model_validate(dict(record))
    except (ValidationError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"not a record as `search` lists them among its candidates: {shown(record)}"
        ) from error
