"""Statistics on what a user read, and the goals of years."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from booktrack.domain.reading import counts, current, days_taken
from booktrack.domain.reading_log import dates_read, gains
from booktrack.domain.reading_stats import (
    Statistics,
    Told,
    finished_in,
    goal_answer,
    streak_answer,
)
from booktrack.domain.series_choices import shown_kind, shown_name
from booktrack.errors import NotFound
from booktrack.services import inputs
from booktrack.services.collector import collector_at_rest
from booktrack.services.context import Context
from booktrack.services.reading import change
from booktrack.services.reading_lists import all_readings, by_book
from booktrack.services.reading_shelf import length_of
from booktrack.store.base import Document, Reader, Store

JSON = dict[str, Any]

_STANDS: JSON = {"want_to_read": 0, "reading": 0, "paused": 0, "finished": 0, "abandoned": 0}


def reading_stats(ctx: Context, year: int | None) -> JSON:
    """Return what was read in a year, or in all, and how things stand now."""
    if year is not None:
        inputs.whole(year, "the year", least=1, most=9999)
    today = ctx.clock().date()
    kept, goal = _kept(ctx, year or today.year)
    statistics = Statistics(year)
    for one in kept.told:
        statistics.add(one)
    streak = streak_answer(kept.dates, today, year)
    finishes = [one.finished_at for one in kept.told if one.finished and one.finished_at]
    in_year = finished_in(finishes, f"{year or today.year:04}")
    return {
        "year": year,
        **statistics.answer(),
        "streak": streak,
        "goal": goal_answer(year or today.year, goal, in_year, today),
        **kept.standing,
        "by_status": dict(kept.standing["by_status"]),
        "total_pages_read": kept.pages,
        "reading_streak_days": streak["current"],
        "books_this_year": finished_in(finishes, f"{today.year:04}"),
        "books_this_month": finished_in(finishes, today.isoformat()[:-3]),
    }


@dataclass(frozen=True)
class _Kept:
    """What statistics of any year are made of, as a user's readings stood at one revision."""

    user_id: int
    revision: int
    told: tuple[Told, ...]
    dates: frozenset[str]
    standing: JSON
    pages: int


_last: WeakKeyDictionary[Store, _Kept] = WeakKeyDictionary()


def _kept(ctx: Context, year: int) -> tuple[_Kept, int | None]:
    """Return what statistics are made of, and the goal of a year.

    Who looks at one year after the other, or at a page with both, asks the same again and again:
    10,000 books take a third of a second to gather, and a third of that to count.
    """
    with ctx.store.reading() as reader:
        goal = _books_of_goal(reader, ctx, year)
        revision = ctx.store.catch_up()
        last = None if ctx.store.in_transaction() else _last.get(ctx.store)
        if last is not None and (last.user_id, last.revision) == (ctx.user_id, revision):
            return last, goal
        with collector_at_rest():
            # Others wait meanwhile, so it is counted afterwards.
            found = _gather(reader, ctx)
    with collector_at_rest():
        kept = _keep(found, ctx.user_id, revision)
    if not ctx.store.in_transaction():
        # What a transaction reads of its own may still be taken back.
        _last[ctx.store] = kept
    return kept, goal


def _keep(found: _Found, user_id: int, revision: int) -> _Kept:
    told = tuple(_told(found))
    return _Kept(
        user_id,
        revision,
        told,
        frozenset(text for one in found.readings.values() for text in dates_read(one)),
        _standing(found),
        sum([
            one.uncounted * (one.pages or 0) + sum([gain.pages for gain in one.gains])
            for one in told
        ]),
    )  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """The documents by id, and which books are owned."""

    readings: dict[int, Document]
    of_book: dict[int, dict[int, Document]]
    books: dict[int, Document]
    editions: dict[int, Document]
    series: dict[int, Document]
    owned: set[int]


def _gather(reader: Reader, ctx: Context) -> _Found:
    readings = all_readings(reader, ctx.user_id)
    of_book = by_book(readings.items())
    books = reader.get_many("books", of_book)
    named = {one["edition_id"] for one in readings.values() if one.get("edition_id")}
    series = {one["memberships"][0]["series_id"] for one in books.values()
              if one.get("memberships")}  # fmt: skip
    editions = reader.get_many("editions", sorted(named))
    return _Found(
        readings,
        of_book,
        books,
        editions,
        reader.get_many("series", sorted(series)),
        _owned(reader, ctx.user_id, editions),
    )


def _owned(reader: Reader, user_id: int, known: Mapping[int, Document]) -> set[int]:
    """Return the ids of the books that the user owns; `known` editions are not read again."""
    said = reader.get_many("statuses", reader.find("status", f"{user_id}:own"))
    owned = {one["edition_id"] for one in said.values()}
    others = reader.get_many("editions", sorted(owned - known.keys()))
    return {one["book_id"] for one in others.values()} | {
        known[edition_id]["book_id"] for edition_id in owned & known.keys()
    }


def _standing(found: _Found) -> JSON:
    """Return how many books are read, being read, given up, wished for and owned unread."""
    now = Counter(
        mine[reading_id]["status"]
        for mine in found.of_book.values()
        if (reading_id := current(mine)) is not None
    )
    unread = len(found.owned - found.of_book.keys())
    return {
        "by_status": {**_STANDS, **now},
        "unread": unread,
        "total_books": len(found.of_book) + unread,
        "books_read": now["finished"],
        "books_reading": now["reading"] + now["paused"],
        "books_unread": unread,
        "books_wishlist": now["want_to_read"],
        "books_dnf": now["abandoned"],
    }


def _told(found: _Found) -> Iterator[Told]:
    """Yield each reading that was begun, with what its book and its edition say."""
    series = _series_names(found.series)
    for book_id, mine in found.of_book.items():
        book = found.books.get(book_id, {})
        memberships = book.get("memberships") or [{"series_id": None}]
        before = counts(mine)
        for reading_id, one in mine.items():
            if one["status"] == "want_to_read":
                continue
            edition = found.editions.get(one.get("edition_id") or 0, {})
            length = length_of(edition)
            yield Told(
                book_id=book_id,
                finished=one["status"] == "finished",
                finished_at=one.get("finished_at"),
                rating=one.get("rating"),
                days_taken=days_taken(one),
                finished_before=before[reading_id].finished,
                uncounted=before[reading_id].uncounted,
                pages=length.pages,
                minutes=length.minutes,
                gains=tuple(gains(one, length)),
                authors=tuple(dict.fromkeys(book.get("authors", ()))),
                series=series.get(memberships[0]["series_id"]),
                form=edition.get("book_format", "unknown"),
                language=edition.get("language") or "unknown",
            )


def _series_names(found: Mapping[int, Document]) -> dict[int | None, str]:
    """Return the name of each series; where several bear it, with what tells them apart."""
    names = {series_id: shown_name(one) for series_id, one in found.items()}
    often = Counter(names.values())
    kinds = Counter((names[series_id], shown_kind(one)) for series_id, one in found.items())
    told: dict[int | None, str] = {}
    for series_id, name in names.items():
        if often[name] > 1:
            kind = shown_kind(found[series_id])
            mark = f"#{series_id}" if kinds[name, kind] > 1 else kind.replace("_", " ")
            told[series_id] = f"{name} ({mark})"
        else:
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
    books = _books_of_goal(reader, ctx, year)
    finishes = [one.get("finished_at") for one in readings if one["status"] == "finished"]
    return goal_answer(year, books, finished_in(finishes, f"{year:04}"), ctx.clock().date())


def _books_of_goal(reader: Reader, ctx: Context, year: int) -> int | None:
    found = reader.find("goal", f"{ctx.user_id}:{year}")
    document = reader.get("goals", found[0]) if found else None
    return document["books"] if document else None
