"""Refreshing: what needs asking, in the order of need, and asking it within every limit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from booktrack.domain.freshness import Need, needs, urgency, worth_asking
from booktrack.domain.records import WorkRecord
from booktrack.services import inputs, webhook
from booktrack.services.answers import answers
from booktrack.services.asking import Asked
from booktrack.services.context import Context, Progress
from booktrack.services.lookup import record_works
from booktrack.services.series_refresh import refresh_series
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

# 100 ISBNs are four requests to Open Library and one for their works. Storing so many takes less
# time than the next turn is away, so that the service's pace is used whole. Sources without a batch
# call are asked one by one; what is lost when the power goes is a batch.
_BATCH = 100
_BATCH_OF_SINGLES = 25
_PATIENCE = 600.0
# A claim older than this was left by a process that died; no batch takes so long.
_CLAIM = timedelta(seconds=1.5 * _PATIENCE)
_WATCHED = ("title", "subtitle", "authors", "series", "series_position", "alternate_titles")
_WATCHED_OF_EDITION = (
    "format", "publisher", "release_date", "language", "page_count", "cover_url", "price",
    "currency",
)  # fmt: skip


@dataclass(frozen=True)
class _Entry:
    """One edition that needs asking."""

    edition_id: int
    book_id: int
    isbn: str
    title: str
    wanted: list[Need]
    asked: dict[str, str]
    rank: tuple[Any, ...]


def stale(ctx: Context, limit: int) -> JSON:
    """Return `{total, limit, entries}`: what is partial, lacks cover or price, or is old."""
    inputs.whole(limit, "limit", least=1, most=100_000)
    ctx.store.catch_up()
    entries = _due(ctx, ctx.asker.able("by_isbn"))
    return {
        "total": len(entries),
        "limit": limit,
        "entries": [
            {
                "book_id": entry.book_id,
                "edition_id": entry.edition_id,
                "isbn_13": entry.isbn,
                "title": entry.title,
                "missing": [need.field for need in entry.wanted if need.why == "missing"],
                "stale": [need.field for need in entry.wanted if need.why == "stale"],
            }
            for entry in entries[:limit]
        ],
    }


def _due(ctx: Context, sources: Sequence[str]) -> list[_Entry]:
    """Return the entries of which one of the sources may tell something new, in order of need.

    What all of them were asked lately does not count: it would stand in front of the others for
    as long as nobody knows its publisher.
    """
    now = ctx.clock()
    due = [
        entry
        for entry in _entries(ctx)
        if any(worth_asking(name, entry.wanted, entry.asked, now) for name in sources)
    ]
    return sorted(due, key=lambda entry: entry.rank)


def _entries(ctx: Context) -> Iterator[_Entry]:
    """Yield the editions with an ISBN of which something is missing or old.

    An edition that nobody owns or wants is of interest for its book only, which its siblings
    stand for.
    """
    now, policy = ctx.clock(), ctx.policy
    mine = set(_spoken_for(ctx.store, ctx.user_id))
    tracked = {id_ for id_, one in ctx.store.all("series") if one.get("tracked")}
    for edition_id, edition in ctx.store.all("editions"):
        isbn = edition.get("isbn_13")
        if isbn is None or edition_id not in mine:
            continue
        book = ctx.store.get("books", edition["book_id"]) or {}
        wanted = needs(book, edition, now, policy)
        asked = edition.get("asked", {})
        if wanted:
            yield _Entry(
                edition_id,
                edition["book_id"],
                isbn,
                book.get("title", ""),
                wanted,
                asked,
                (
                    urgency(wanted),
                    max(asked.values(), default=""),
                    _distance(book, edition, tracked, now.date().isoformat()),
                    edition_id,
                ),
            )


def _spoken_for(reader: Reader, user_id: int) -> Iterator[int]:
    for status in ("own", "want"):
        found = reader.get_many("statuses", reader.find("status", f"{user_id}:{status}"))
        for document in found.values():
            yield document["edition_id"]


def _distance(book: Document, edition: Document, tracked: set[int], today: str) -> int:
    """Return how near a release date of a tracked series is: those near today go first."""
    date = edition.get("release_date")
    if date is None or not any(m["series_id"] in tracked for m in book.get("memberships", ())):
        return 10**6
    return abs(_months(date) - _months(today))


def _months(date: str) -> int:
    year, _, rest = date.partition("-")
    return int(year) * 12 + int(rest[:2] or 6)


def refresh(
    ctx: Context,
    limit: int,
    progress: Progress | None,
    only: Sequence[str] | None,
    among: Collection[int] | None = None,
) -> JSON:
    """Return `{asked, changed, sources, left}` after asking for what needs it most.

    `series` tells of how many tracked series was asked, `webhook` how telling it went; both only
    where there was something to do.

    `only` names the sources that are asked, `among` the editions of interest; None means all.

    Every batch is stored before the next is asked: an interrupted refresh goes on where it
    stopped. An entry is claimed before it is asked for, so that two processes never ask for the
    same one. A source that fails is not asked for the rest; its entries stay due.
    """
    inputs.whole(limit, "limit", least=1, most=100_000)
    able = _sources(ctx, only)
    ctx.store.catch_up()
    webhook.begin(ctx)
    due = [one for one in _due(ctx, able) if among is None or one.edition_id in among]
    report: JSON = {"asked": 0, "changed": [], "sources": {}, "left": len(due)}
    steps = [(name, batch) for name in able for batch in _batches(ctx, name, due[:limit])]
    total = sum(len(batch) for _, batch in steps)
    answered: set[int] = set()
    done = 0
    for name, batch in steps:
        if report["sources"].get(name, {"code": "ok"})["code"] == "ok":
            answered |= _take(ctx, name, batch, report)
        done += len(batch)
        if progress:
            progress({"done": done, "total": total, "what": f"asked {name}"})
    report["asked"] = len(answered)
    report["left"] = len({entry.edition_id for entry in due} - answered)
    if among is None:
        _ask_series(ctx, only, progress, report)
    told = webhook.tell(ctx)
    return report if told is None else {**report, "webhook": told}


def _ask_series(
    ctx: Context, only: Sequence[str] | None, progress: Progress | None, report: JSON
) -> None:
    """Ask for what is new of tracked series, and report that where there was something to ask."""
    series = refresh_series(ctx, only, progress)
    report["sources"] = series["sources"] | report["sources"]
    if series["answered"]:
        report["series"] = series["answered"]


def _sources(ctx: Context, only: Sequence[str] | None) -> list[str]:
    able = ctx.asker.names("by_isbn")
    if only is None:
        return able
    chosen = inputs.texts(only, "a source")
    for name in chosen:
        inputs.one_of(name, able + ctx.asker.names("series"), "source that can be asked")
    return [name for name in able if name in chosen]


def _batches(ctx: Context, name: str, entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    now = ctx.clock()
    size = _BATCH if name in ctx.asker.names("by_isbns") else _BATCH_OF_SINGLES
    worth = [entry for entry in entries if worth_asking(name, entry.wanted, entry.asked, now)]
    for start in range(0, len(worth), size):
        yield worth[start : start + size]


def _take(ctx: Context, name: str, batch: Sequence[_Entry], report: JSON) -> set[int]:
    """Ask for what nobody else is asking for; return the ids of the editions that were answered."""
    claimed = _claim(ctx, name, batch)
    if not claimed:
        return set()
    before = _state(ctx, claimed)
    answered = False
    try:
        asked = ctx.asker.by_isbns(name, [entry.isbn for entry in claimed], _PATIENCE)
        report["sources"][name] = asked.sources[name]
        if asked.sources[name]["code"] == "ok":
            _store(ctx, name, claimed, asked)
            answered = True
    finally:
        if not answered:
            _release(ctx, name, claimed)
    if not answered:
        return set()
    report["changed"] += _changes(before, _state(ctx, claimed))
    return {entry.edition_id for entry in claimed}


def _claim(ctx: Context, name: str, batch: Sequence[_Entry]) -> list[_Entry]:
    """Write down that these are being asked for; leave out what another process took meanwhile."""
    now = ctx.clock()
    claimed = []
    with ctx.store.transaction(f"refresh from {name}", user_id=ctx.user_id) as tx:
        for entry in batch:
            edition = tx.get("editions", entry.edition_id)
            if (
                edition is None
                or not worth_asking(name, entry.wanted, edition.get("asked", {}), now)
                or _is_claimed(edition, name, now)
            ):
                continue
            asking = edition.get("asking", {}) | {name: ctx.now()}
            tx.put("editions", entry.edition_id, {**edition, "asking": asking})
            claimed.append(entry)
    return claimed


def _is_claimed(edition: Document, name: str, now: datetime) -> bool:
    at = edition.get("asking", {}).get(name)
    return at is not None and abs(now - datetime.fromisoformat(at)) < _CLAIM


def _release(ctx: Context, name: str, entries: Sequence[_Entry]) -> None:
    """Take a claim back: the source could not be asked, so somebody should ask again."""
    with ctx.store.transaction(f"{name} could not be asked", user_id=ctx.user_id) as tx:
        for edition_id, edition in _editions(tx, entries).items():
            tx.put("editions", edition_id, _without_claim(edition, name))


def _without_claim(edition: Document, name: str) -> Document:
    asking = {who: at for who, at in edition.get("asking", {}).items() if who != name}
    return {**edition, "asking": asking}


def _editions(reader: Reader, entries: Iterable[_Entry]) -> dict[int, Document]:
    return reader.get_many("editions", [entry.edition_id for entry in entries])


def _store(ctx: Context, name: str, claimed: Sequence[_Entry], asked: Asked[WorkRecord]) -> None:
    """Store what was said of the editions that are still there, and that they were asked for."""
    why = f"refresh {len(claimed)} books from {name}"
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        # What the user removed while the source was asked does not come back.
        wanted = {edition.get("isbn_13") for edition in _editions(tx, claimed).values()}
        carrying = [
            work
            for work in asked.found
            if any(wanted & set(edition.isbns) for edition in work.editions)
        ]
        if carrying:
            record_works(ctx, carrying, why)
        for edition_id, edition in _editions(tx, claimed).items():
            told = edition.get("asked", {}) | {name: ctx.now()}
            tx.put("editions", edition_id, {**_without_claim(edition, name), "asked": told})


def _state(ctx: Context, batch: Sequence[_Entry]) -> dict[int, JSON]:
    """Return the watched values of each book, to tell afterwards what changed."""
    answer = answers(ctx)
    state: dict[int, JSON] = {}
    books = ctx.store.get_many("books", sorted({entry.book_id for entry in batch}))
    for book_id in books:
        book = answer.book(book_id)
        values = {name: book[name] for name in _WATCHED}
        values["title_of_book"] = book["title"]
        for edition in book["editions"]:
            number = edition["isbn_13"] or edition["asin"] or f"edition {edition['id']}"
            for name in _WATCHED_OF_EDITION:
                values[f"{number} {name}"] = edition[name]
        state[book_id] = values
    return state


def _changes(before: dict[int, JSON], after: dict[int, JSON]) -> list[JSON]:
    changed = []
    for book_id, now in after.items():
        was = before.get(book_id, {})
        fields = {
            name: [was.get(name), value]
            for name, value in now.items()
            if was.get(name) != value and name != "title_of_book"
        }
        if fields:
            changed.append({"book_id": book_id, "title": now["title_of_book"], "fields": fields})
    return changed
