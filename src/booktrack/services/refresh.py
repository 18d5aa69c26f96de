"""Refreshing: what needs asking, in the order of need, and asking it within every limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from booktrack.domain.freshness import Need, needs, urgency, worth_asking
from booktrack.domain.records import WorkRecord
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.asking import Asked
from booktrack.services.context import Context, Progress
from booktrack.services.lookup import record_works
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

# 250 ISBNs are ten requests to Open Library and three for their works: half a minute without a
# contact, and what is lost when the power goes.
_BATCH = 250
_PATIENCE = 600.0
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
    rank: tuple[Any, ...]


def stale(ctx: Context, limit: int) -> JSON:
    """Return `{total, limit, entries}`: what is partial, lacks cover or price, or is old."""
    inputs.whole(limit, "limit", least=1, most=100_000)
    ctx.store.catch_up()
    entries = sorted(_entries(ctx), key=lambda entry: entry.rank)
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


def _entries(ctx: Context) -> Iterator[_Entry]:
    """Yield the editions with an ISBN of which something is missing or old.

    An edition that nobody owns or wants is of interest for its book only, which its siblings
    stand for.
    """
    now = ctx.clock()
    mine = set(_spoken_for(ctx.store, ctx.user_id))
    tracked = {id_ for id_, one in ctx.store.all("series") if one.get("tracked")}
    for edition_id, edition in ctx.store.all("editions"):
        isbn = edition.get("isbn_13")
        if isbn is None or edition_id not in mine:
            continue
        book = ctx.store.get("books", edition["book_id"]) or {}
        wanted = needs(book, edition, now)
        if wanted:
            yield _Entry(
                edition_id,
                edition["book_id"],
                isbn,
                book.get("title", ""),
                wanted,
                (
                    urgency(wanted),
                    max(edition.get("asked", {}).values(), default=""),
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
    year, _, rest = date.lstrip("-").partition("-")
    return int(year) * 12 + int(rest[:2] or 6)


def refresh(
    ctx: Context, limit: int, progress: Progress | None, only: Sequence[str] | None
) -> JSON:
    """Return `{asked, changed, sources, left}` after asking for what needs it most.

    Every batch is stored before the next is asked: an interrupted refresh goes on where it
    stopped. An entry is claimed before it is asked for, so that two processes never ask for the
    same one.
    """
    inputs.whole(limit, "limit", least=1, most=100_000)
    able = ctx.asker.names("by_isbn")
    if only is not None:
        for name in inputs.texts(list(only), "a source"):
            inputs.one_of(name, able, "source that can be asked")
        able = [name for name in able if name in only]
    ctx.store.catch_up()
    everything = sorted(_entries(ctx), key=lambda entry: entry.rank)
    chosen = everything[:limit]
    report: JSON = {"asked": 0, "changed": [], "sources": {}, "left": len(everything)}
    steps = [(name, batch) for name in able for batch in _batches(ctx, name, chosen)]
    total = sum(len(batch) for _, batch in steps)
    done = 0
    for name, batch in steps:
        claimed = _claim(ctx, name, batch)
        if claimed:
            report["sources"][name] = _ask(ctx, name, claimed, report)
        done += len(batch)
        if progress:
            progress({"done": done, "total": total, "what": f"asked {name}"})
    report["asked"] = total
    report["left"] = len(everything) - len({entry.edition_id for _, b in steps for entry in b})
    return report


def _batches(ctx: Context, name: str, entries: Iterable[_Entry]) -> Iterator[list[_Entry]]:
    now = ctx.clock()
    editions = ctx.store.get_many("editions", [entry.edition_id for entry in entries])
    worth = [
        entry
        for entry in entries
        if worth_asking(name, entry.wanted, editions[entry.edition_id].get("asked", {}), now)
    ]
    for start in range(0, len(worth), _BATCH):
        yield worth[start : start + _BATCH]


def _claim(ctx: Context, name: str, batch: Sequence[_Entry]) -> list[_Entry]:
    """Write down that these are being asked for; leave out what another process took meanwhile."""
    now = ctx.clock()
    claimed = []
    with ctx.store.transaction(f"refresh from {name}", user_id=ctx.user_id) as tx:
        for entry in batch:
            edition = tx.get("editions", entry.edition_id)
            if edition is None or not worth_asking(
                name, entry.wanted, edition.get("asked", {}), now
            ):
                continue
            asked = edition.get("asked", {}) | {name: ctx.now()}
            tx.put("editions", entry.edition_id, {**edition, "asked": asked})
            claimed.append(entry)
    return claimed


def _release(ctx: Context, name: str, entries: Sequence[_Entry]) -> None:
    """Take a claim back: the source could not be asked, so somebody should ask again."""
    with ctx.store.transaction(f"{name} could not be asked", user_id=ctx.user_id) as tx:
        for entry in entries:
            edition = tx.get("editions", entry.edition_id)
            if edition is not None:
                asked = {who: at for who, at in edition.get("asked", {}).items() if who != name}
                tx.put("editions", entry.edition_id, {**edition, "asked": asked})


def _ask(ctx: Context, name: str, batch: Sequence[_Entry], report: JSON) -> JSON:
    before = _state(answers(ctx), batch)
    isbns = [entry.isbn for entry in batch]
    try:
        asked = ctx.asker.by_isbns(name, isbns, _PATIENCE)
    except BaseException:
        _release(ctx, name, batch)
        raise
    entry = asked.sources[name]
    if entry["code"] != "ok":
        _release(ctx, name, batch)
        return dict(entry)
    _store(ctx, name, isbns, asked)
    report["changed"] += _changes(before, _state(answers(ctx), batch))
    return dict(entry)


def _store(ctx: Context, name: str, isbns: Sequence[str], asked: Asked[WorkRecord]) -> None:
    wanted = set(isbns)
    carrying: list[WorkRecord] = [
        work
        for work in asked.found
        if any(wanted & set(edition.isbns) for edition in work.editions)
    ]
    if carrying:
        record_works(ctx, carrying, f"refresh {len(isbns)} books from {name}")


def _state(answer: Answers, batch: Sequence[_Entry]) -> dict[int, JSON]:
    """Return the watched values of each book, to tell afterwards what changed."""
    state: dict[int, JSON] = {}
    for book_id in {entry.book_id for entry in batch}:
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
        was = before[book_id]
        fields = {
            name: [was.get(name), value]
            for name, value in now.items()
            if was.get(name) != value and name != "title_of_book"
        }
        if fields:
            changed.append({"book_id": book_id, "title": now["title_of_book"], "fields": fields})
    return changed
