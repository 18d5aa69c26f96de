"""Listing books: filtered, in an order that people agree with, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from booktrack.domain.languages import language_code
from booktrack.domain.names import name_key
from booktrack.domain.text import fold
from booktrack.errors import InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers, standing_answers
from booktrack.services.context import Context
from booktrack.services.note_search import noted_statuses
from booktrack.services.orders import sorted_ids

JSON = dict[str, Any]

# Some milliseconds of work, for which those who write wait.
_AT_ONCE = 50

SORTS = ("title", "author", "series", "release_date", "added", "updated", "id")


@dataclass(frozen=True)
class Filters:
    """What a book must have to be listed; None lets every book through.

    Status, format, language, shelf, notes and tag must hold of one and the same edition.
    """

    status: str | None = None
    author: str | None = None
    series: int | None = None
    book_format: str | None = None
    language: str | None = None
    shelf: str | None = None
    notes: str | None = None
    tag: str | None = None


def list_books(
    ctx: Context, filters: Filters, *, limit: int, offset: int, sort: str, descending: bool
) -> JSON:
    """Return `{total, limit, offset, books}` of the books that every given filter lets through."""
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    inputs.one_of(sort, SORTS, "sort order")
    inputs.flag(descending, "descending")
    answer = answers(ctx)
    order = sorted_ids(ctx, filtered_ids(ctx, answer, filters), sort, descending)
    return {
        "total": len(order),
        "limit": limit,
        "offset": offset,
        "books": list(_books(ctx, order[offset : offset + limit])),
    }


def _books(ctx: Context, ids: Sequence[int]) -> Iterator[JSON]:
    """Yield the answers, some at a time, so that a long list lets changes through."""
    for at in range(0, len(ids), _AT_ONCE):
        with standing_answers(ctx) as answer:
            # One that was removed meanwhile is no longer among the books that fit.
            there = answer.books_there(ids[at : at + _AT_ONCE])
            found = [answer.book(book_id) for book_id in there]
        yield from found


def filtered_ids(ctx: Context, answer: Answers, filters: Filters) -> list[int]:
    """Return the ids of the books that every given filter lets through, ascending.

    Raises:
        InvalidInput: a filter is none.
        NotFound: there is no such series.
    """
    wanted = _checked(filters)
    store = ctx.store
    found: list[set[int]] = []
    if wanted.status is not None:
        found.append(books_with_status(ctx, wanted.status))
    if wanted.author is not None:
        found.append(set(store.find("author", name_key(wanted.author))))
    if wanted.series is not None:
        answer.series_model(wanted.series)
        found.append(set(store.find("series", str(wanted.series))))
    for text in (wanted.notes, wanted.tag):
        if text is not None:
            found.append(_books_noted(ctx, text))
    ids = sorted(set.intersection(*found)) if found else store.ids("books")
    of_edition = (wanted.book_format, wanted.language, wanted.shelf, wanted.notes, wanted.tag)
    if all(one is None for one in of_edition):
        return ids
    return [book_id for book_id in ids if _has_edition(answer, book_id, wanted)]


def _checked(filters: Filters) -> Filters:
    if filters.status is not None:
        inputs.one_of(filters.status, inputs.STATUSES, "status")
    if filters.book_format is not None:
        inputs.one_of(filters.book_format, inputs.FORMATS, "format")
    language = filters.language
    if language is not None:
        language = language_code(inputs.text(language, "the language"))
        if language is None:
            raise InvalidInput(f"{shown(filters.language)} is no language; write it like 'en'")
    return Filters(
        filters.status,
        None if filters.author is None else inputs.text(filters.author, "the author"),
        filters.series,
        filters.book_format,
        language,
        *(
            None if value is None else fold(inputs.text(value, what))
            for value, what in (
                (filters.shelf, "the shelf"), (filters.notes, "the note"), (filters.tag, "the tag")
            )
        ),
    )  # fmt: skip


def _books_noted(ctx: Context, text: str) -> set[int]:
    statuses = noted_statuses(ctx.store, ctx.user_id, text)
    editions = ctx.store.get_many("editions", (one["edition_id"] for one in statuses))
    return {document["book_id"] for document in editions.values()}


def _has_edition(answer: Answers, book_id: int, wanted: Filters) -> bool:
    return any(
        wanted.status in (None, edition["status"])
        and wanted.book_format in (None, edition["format"])
        and wanted.language in (None, edition["language"])
        and (wanted.shelf is None or wanted.shelf in map(fold, edition["shelves"]))
        and (wanted.tag is None or wanted.tag in map(fold, edition["tags"]))
        and (wanted.notes is None or wanted.notes in fold(edition["notes"] or ""))
        for edition in answer.editions_of(book_id)
    )


def books_with_status(ctx: Context, status: str) -> set[int]:
    """Return the ids of the books of which the user has an edition in this status.

    An edition of which nothing was said is missing, as everywhere.
    """
    store = ctx.store
    if status == "missing":
        said = {
            document["edition_id"]
            for word in ("own", "want")
            for document in store.get_many(
                "statuses", store.find("status", f"{ctx.user_id}:{word}")
            ).values()
        }
        return {
            document["book_id"]
            for edition_id, document in store.all("editions")
            if edition_id not in said
        }
    statuses = store.get_many("statuses", store.find("status", f"{ctx.user_id}:{status}"))
    editions = store.get_many("editions", (one["edition_id"] for one in statuses.values()))
    return {document["book_id"] for document in editions.values()}
