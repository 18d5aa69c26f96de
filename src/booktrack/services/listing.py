"""Listing books: filtered, in an order that people agree with, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from booktrack.domain.languages import language_code
from booktrack.domain.names import name_key, sort_name
from booktrack.domain.text import fold, natural_key
from booktrack.errors import InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context
from booktrack.services.note_search import noted_statuses
from booktrack.store.base import Document

JSON = dict[str, Any]

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
    order = sorted_ids(ctx, answer, filtered_ids(ctx, answer, filters), sort, descending)
    return {
        "total": len(order),
        "limit": limit,
        "offset": offset,
        "books": [answer.book(book_id) for book_id in order[offset : offset + limit]],
    }


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


def sorted_ids(
    ctx: Context, answer: Answers, ids: Sequence[int], sort: str, descending: bool
) -> list[int]:
    """Return the ids in order; books of which nothing is known to sort by come last."""
    keys = {
        book_id: _sort_key(answer, book_id, book, sort)
        for book_id, book in ctx.store.get_many("books", ids).items()
    }
    known = [book_id for book_id in keys if keys[book_id] is not None]
    known.sort(key=lambda book_id: (keys[book_id], book_id), reverse=descending)
    return known + [book_id for book_id in keys if keys[book_id] is None]


def _sort_key(answer: Answers, book_id: int, book: Document, sort: str) -> tuple[Any, ...] | None:
    title = natural_key(book["title"])
    if sort == "author":
        authors = book.get("authors") or []
        return (fold(sort_name(authors[0])), title) if authors else None
    if sort == "series":
        first = (book.get("memberships") or [{}])[0]
        # A book of its own stands where a series of its name would.
        return (fold(book.get("series_name") or book["title"]), first.get("sort_key", []), title)
    if sort == "release_date":
        dates = [one["release_date"] for one in answer.editions_of(book_id) if one["release_date"]]
        return (min(dates), title) if dates else None
    if sort in ("added", "updated"):
        at = book.get(f"{sort}_at")
        return (at,) if at else None
    return title if sort == "title" else (book_id,)
