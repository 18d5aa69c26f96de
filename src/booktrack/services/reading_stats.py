"""Statistics on what a user read, and the goals of years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from booktrack.domain.reading import counts, current, days_taken
from booktrack.domain.reading_log import days_read, gains
from booktrack.domain.reading_stats import (
    Statistics,
    Told,
    finished_in,
    goal_answer,
    streak_answer,
)
from booktrack.domain.series_choices import shown_name
from booktrack.errors import NotFound
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.listing import books_with_status
from booktrack.services.reading import change
from booktrack.services.reading_lists import all_readings, by_book
from booktrack.services.reading_shelf import length_of
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]
Readings = Mapping[int, Mapping[int, Document]]

_STANDS: JSON = {"want_to_read": 0, "reading": 0, "paused": 0, "finished": 0, "abandoned": 0}


def reading_stats(ctx: Context, year: int | None) -> JSON:
    """Return what was read in a year, or in all, and how things stand now."""
    if year is not None:
        inputs.whole(year, "the year", least=1, most=9999)
    with ctx.store.reading() as reader:
        readings = all_readings(reader, ctx.user_id)
        books = by_book(readings.items())
        today = ctx.clock().date()
        statistics = Statistics(year)
        everything = statistics if year is None else Statistics()
        for one in _told(reader, books):
            statistics.add(one)
            if everything is not statistics:
                everything.add(one)
        days = (day for one in readings.values() for day in days_read(one))
        streak = streak_answer(days, today, year)
        return {
            "year": year,
            **statistics.answer(),
            "streak": streak,
            "goal": _goal_of(reader, ctx, year or today.year, readings.values()),
            **_standing(ctx, books),
            **_of_all_time(everything.answer(), streak),
            "books_this_year": finished_in(readings.values(), f"{today.year:04}"),
            "books_this_month": finished_in(readings.values(), ctx.today()[:-3]),
        }


def _of_all_time(told: JSON, streak: JSON) -> JSON:
    """Return what is told of all time, whatever year was asked for."""
    return {
        "total_pages_read": told["pages"],
        "total_minutes_read": told["minutes"],
        "overall_average_rating": told["average_rating"],
        "reading_streak_days": streak["current"],
    }


def _standing(ctx: Context, books: Readings) -> JSON:
    """Return how many books are read, being read, given up, wished for and owned unread."""
    now = Counter(
        mine[reading_id]["status"]
        for mine in books.values()
        if (reading_id := current(mine)) is not None
    )
    unread = len(books_with_status(ctx, "own") - books.keys())
    wanted = len(books_with_status(ctx, "want") - books_with_status(ctx, "own") - books.keys())
    return {
        "by_status": {**_STANDS, **now},
        "unread": unread,
        "total_books": len(books) + unread + wanted,
        "books_read": now["finished"],
        "books_reading": now["reading"] + now["paused"],
        "books_unread": unread,
        "books_wishlist": now["want_to_read"] + wanted,
        "books_dnf": now["abandoned"],
    }


def _told(reader: Reader, books: Readings) -> Iterator[Told]:
    """Yield each reading that was begun, with what its book and its edition say."""
    documents = reader.get_many("books", books)
    named = {
        one["edition_id"]
        for mine in books.values() for one in mine.values() if one.get("edition_id")
    }  # fmt: skip
    editions = reader.get_many("editions", sorted(named))
    series = _series_names(reader, documents.values())
    for book_id, mine in books.items():
        book = documents.get(book_id, {})
        memberships = book.get("memberships") or [{"series_id": None}]
        before = counts(mine)
        for reading_id, one in mine.items():
            if one["status"] == "want_to_read":
                continue
            edition = editions.get(one.get("edition_id") or 0, {})
            length = length_of(edition)
            yield Told(
                book_id=book_id,
                finished=one["status"] == "finished",
                finished_at=one.get("finished_at"),
                rating=one.get("rating"),
                days_taken=days_taken(one),
                reread=before[reading_id].reread,
                uncounted=before[reading_id].uncounted,
                pages=length.pages,
                minutes=length.minutes,
                gains=tuple(gains(one, length)),
                authors=tuple(dict.fromkeys(book.get("authors", ()))),
                series=series.get(memberships[0]["series_id"]),
                form=edition.get("book_format", "unknown"),
                language=edition.get("language") or "unknown",
            )


def _series_names(reader: Reader, books: Iterable[Document]) -> dict[int | None, str]:
    """Return the name of each series; where several bear it, with what tells them apart."""
    ids = {book["memberships"][0]["series_id"] for book in books if book.get("memberships")}
    found = reader.get_many("series", sorted(ids))
    names = {series_id: shown_name(one) for series_id, one in found.items()}
    often = Counter(names.values())
    kinds = Counter((names[series_id], one.get("kind")) for series_id, one in found.items())
    told: dict[int | None, str] = {}
    for series_id, name in names.items():
        kind = found[series_id].get("kind", "unknown")
        if often[name] > 1:
            name += f" ({kind})" if kinds[name, kind] == 1 else f" (#{series_id})"
        told[series_id] = name
    return told


# --- goals -------------------------------------------------------------------------------------


def set_goal(ctx: Context, books: int, year: int | None) -> JSON:
    """Return the year against the goal that it has from now on."""
    inputs.whole(books, "the goal", least=1, most=100_000)
    year = _year(ctx, year)
    with change(ctx, f"goal of {books} books in {year}") as tx:
        document = {"user_id": ctx.user_id, "year": year, "books": books, "updated_at": ctx.now()}
        found = tx.find("goal", f"{ctx.user_id}:{year}")
        if not found:
            tx.insert("goals", document)
        elif (tx.get("goals", found[0]) or {})["books"] != books:
            tx.put("goals", found[0], document)
        return _goal_of(tx, ctx, year, all_readings(tx, ctx.user_id).values())


def goal(ctx: Context, year: int | None) -> JSON:
    """Return a year against its goal; `books` is None where it has none."""
    year = _year(ctx, year)
    with ctx.store.reading() as reader:
        return _goal_of(reader, ctx, year, all_readings(reader, ctx.user_id).values())


def remove_goal(ctx: Context, year: int | None) -> JSON:
    """Return `{year, removed}` after giving up a goal."""
    year = _year(ctx, year)
    with change(ctx, f"no goal for {year}") as tx:
        found = tx.find("goal", f"{ctx.user_id}:{year}")
        if not found:
            raise NotFound(f"there is no goal for {year}", year=year)
        for goal_id in found:
            tx.remove("goals", goal_id)
        return {"year": year, "removed": {"goals": len(found)}}


def _year(ctx: Context, year: int | None) -> int:
    if year is None:
        return ctx.clock().year
    return inputs.whole(year, "the year", least=1, most=9999)


def _goal_of(reader: Reader, ctx: Context, year: int, readings: Iterable[Document]) -> JSON:
    found = reader.find("goal", f"{ctx.user_id}:{year}")
    document = reader.get("goals", found[0]) if found else None
    finished = finished_in(readings, f"{year:04}")
    books = document["books"] if document else None
    return goal_answer(year, books, finished, ctx.clock().date())
