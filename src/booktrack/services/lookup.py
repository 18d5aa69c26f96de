"""Search and lookup: the library first, the sources where it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from booktrack.domain.freshness import needs, worth_asking
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.match import Work, match_works
from booktrack.domain.queries import read_query
from booktrack.domain.records import SeriesRecord, WorkRecord
from booktrack.domain.search import Entry, Hit, SearchIndex
from booktrack.errors import InvalidInput, InvalidISBN, NotFound
from booktrack.services import inputs
from booktrack.services.answers import Answers, standing_answers
from booktrack.services.asking import Asked
from booktrack.services.context import Context
from booktrack.services.finding import editions_with_isbn
from booktrack.services.note_search import note_hits, with_notes
from booktrack.services.series_lookup import find_series

JSON = dict[str, Any]

REMOTE = ("auto", "never", "always")
_GOOD = 0.8  # a local hit as good as this is what was meant; sources are not asked
_SHORT_PATIENCE = 3.0
_LIKE_AN_ISBN = 8  # digits; a title has fewer


def lookup(ctx: Context, isbn: str, remote: str) -> JSON:
    """Return the one book that has an edition with this ISBN.

    Raises:
        InvalidISBN: it is no ISBN.
        NotFound: neither the library nor any source that could be asked knows it; `sources` says
            which could not.
    """
    number = parse_isbn(isbn)
    inputs.one_of(remote, REMOTE, "way to ask (remote)")
    with ctx.store.reading() as reader:
        found = editions_with_isbn(reader, number)
        only = _whom_to_ask(ctx, found, remote)
    # Whoever has an answer already does not wait long for a better one.
    patience = _SHORT_PATIENCE if found and remote == "auto" else None
    asked: Asked[WorkRecord] = Asked()
    ctx.lookups["local" if found and only == [] else "asked"] += 1
    if only != []:
        asked = ctx.asker.by_isbn(number, only, patience, lambda works: _is_good(works, number))
    carrying = [work for work in asked.found if _carries(work, number)]
    if carrying:
        record_works(ctx, carrying, f"look up {number}")
        found = editions_with_isbn(ctx.store, number)
    if not found:
        raise NotFound(_unknown(number, asked), isbn=number, sources=asked.sources)
    note_asked(ctx, found[:1], asked)
    with standing_answers(ctx) as answer:
        return {**answer.book(answer.edition(found[0])["book_id"]), "asked": asked.sources}


def _is_good(works: Iterable[WorkRecord], isbn: str) -> bool:
    """Whether the edition is described well enough to wait for nobody else."""
    return any(
        work.authors
        and isbn in edition.isbns
        and edition.publisher
        and edition.release_date
        and edition.page_count
        and edition.cover_url
        for work in works
        for edition in work.editions
    )


def _whom_to_ask(ctx: Context, found: list[int], remote: str) -> list[str] | None:
    """Return the sources that may add something; None means all of them."""
    if remote == "never":
        return []
    if remote == "always" or not found:
        return None
    edition = ctx.store.get("editions", found[0]) or {}
    book = ctx.store.get("books", edition["book_id"]) or {}
    now = ctx.clock()
    wanted = needs(book, edition, now, ctx.policy)
    if not wanted:
        return []  # without loading the sources
    return [
        name
        for name in ctx.asker.names("by_isbn")
        if worth_asking(name, wanted, edition.get("asked", {}), now)
    ]


def note_asked(ctx: Context, edition_ids: Iterable[int], asked: Asked[WorkRecord]) -> None:
    """Remember which sources have answered, so that they are not asked again so soon."""
    answered = {name: ctx.now() for name, entry in asked.sources.items() if entry["code"] == "ok"}
    if not answered:
        return
    with ctx.store.transaction("remember who was asked", user_id=ctx.user_id) as tx:
        for edition_id, edition in tx.get_many("editions", edition_ids).items():
            tx.put(
                "editions", edition_id, {**edition, "asked": edition.get("asked", {}) | answered}
            )


def _carries(work: WorkRecord, isbn: str) -> bool:
    """Whether the record is of this ISBN: searches by ISBN answer with others' books too."""
    return any(isbn in edition.isbns for edition in work.editions)


def _unknown(isbn: str, asked: Asked[WorkRecord]) -> str:
    silent = [
        f"{name} ({entry['code']})"
        for name, entry in asked.sources.items()
        if entry["code"] != "ok"
    ]
    if silent:
        return f"the library does not know {isbn}, and could not ask {', '.join(silent)}"
    if asked.sources:
        return f"neither the library nor {', '.join(asked.sources)} knows {isbn}"
    return f"the library does not know {isbn}"


def record_works(ctx: Context, works: list[WorkRecord], why: str) -> list[int]:
    """Store what sources said and return the ids of the books, each once."""
    from booktrack.services.recording import detect_series, record_series, record_work

    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        now = ctx.now()
        detection = detect_series(tx, works)
        series_ids = record_series(tx, detection.groups, now)
        book_ids = [
            record_work(tx, work, placings, series_ids, now).book_id
            for work, placings in zip(works, detection.placings, strict=True)
        ]
    return list(dict.fromkeys(book_ids))


def search(
    ctx: Context,
    query: str | None,
    *,
    isbn: str | None,
    title: str | None,
    author: str | None,
    series: str | None,
    remote: str,
    limit: int,
) -> JSON:
    """Return `{query, results, sources, suggestions}`: books with why and how well they match."""
    inputs.one_of(remote, REMOTE, "way to ask (remote)")
    inputs.whole(limit, "limit", least=1, most=1_000)
    if isbn is None and query is not None:
        parsed = read_query(inputs.text(query, "the query"))
        isbn = parsed.isbn
    if isbn is not None:
        if title is not None or author is not None or series is not None:
            raise InvalidInput("an ISBN names one book; search by it alone")
        return _search_isbn(ctx, isbn, remote)
    asked_for = _asked_for(query, title, author, series)
    hits = _local(ctx, asked_for, limit)
    sources: JSON = {}
    candidates: list[JSON] = []
    series_ids: list[int] = []
    if series is not None:
        series_ids, about = find_series(ctx, asked_for["series"], remote)
        sources = about.sources
        candidates = [_candidate(record, 0.0) for record in about.found]
    # A series that is known with its volumes answers the question; its books may be nobody's yet.
    known = bool(series_ids) and len(asked_for) == 1 and remote != "always"
    if not known and _should_ask(asked_for, hits, remote):
        asked = ctx.asker.search(
            asked_for.get("title") or asked_for.get("any") or asked_for.get("series"),
            asked_for.get("author"),
            limit,
        )
        sources = _both(sources, asked.sources)
        candidates += _take_in(ctx, asked_for, asked.found)
        hits = _local(ctx, asked_for, limit)
    with standing_answers(ctx) as answer:
        results = [_result(answer, hit) for hit in hits]
        series_found = [answer.series(series_id) for series_id in series_ids]
    return {
        "query": {"kind": _kind(asked_for, hits), **asked_for},
        "results": results,
        "series": series_found,
        "candidates": candidates,
        "sources": sources,
        "suggestions": [] if hits else ctx.finder.suggest(" ".join(asked_for.values())),
        "hint": None if hits else _hint(" ".join(asked_for.values())),
    }


def _hint(query: str) -> str | None:
    """Return what is wrong with a query of digits that was to be an ISBN, or None."""
    digits = sum(char.isdigit() for char in query)
    if digits < _LIKE_AN_ISBN or any(char.isalpha() and char not in "xX" for char in query):
        return None
    try:
        parse_isbn(query)
    except InvalidISBN as error:
        return error.message
    return None


def _both(first: JSON, second: JSON) -> JSON:
    """Return how it went with each source; where one failed once, that is told."""
    failed = {
        name: entry
        for part in (second, first)
        for name, entry in part.items()
        if entry["code"] != "ok"
    }
    return {**first, **second, **failed}


def _asked_for(
    query: str | None, title: str | None, author: str | None, series: str | None
) -> dict[str, str]:
    given = {"any": query, "title": title, "author": author, "series": series}
    asked_for = {
        name: inputs.text(value, "the query") for name, value in given.items() if value is not None
    }
    if not asked_for:
        raise InvalidInput("nothing to search: give a query, an ISBN, a title, author or series")
    return asked_for


def _kind(asked_for: dict[str, str], hits: list[Hit]) -> str:
    """Return what was asked for: as given, else told by what the best result matched."""
    given = next(iter(asked_for)) if len(asked_for) == 1 else "combined"
    if given != "any" or not hits:
        return given
    return "title" if hits[0].field == "alternate_title" else hits[0].field


def _search_isbn(ctx: Context, isbn: str, remote: str) -> JSON:
    number = parse_isbn(isbn)
    result: JSON = {
        "query": {"kind": "isbn", "isbn": number},
        "results": [],
        "series": [],
        "candidates": [],
        "sources": {},
        "suggestions": [],
        "hint": None,
    }
    try:
        book = lookup(ctx, number, remote)
    except NotFound as error:
        return {**result, "sources": error.details["sources"]}
    match = {"score": 1.0, "field": "isbn", "text": number, "how": "exact"}
    return {**result, "results": [{**book, "match": match}]}


def _local(ctx: Context, asked_for: dict[str, str], limit: int) -> list[Hit]:
    """Return the books that answer every part of the question."""
    # Several parts narrow each other: each is searched wider than the answer is long.
    width = limit if len(asked_for) == 1 else 1_000
    first, *others = _hits(ctx.finder.search, asked_for, width)
    kept = [hit for doc_id, hit in first.items() if all(doc_id in part for part in others)]
    if "any" in asked_for and not others:
        kept = with_notes(kept, note_hits(ctx.store, ctx.user_id, asked_for["any"]))
    return kept[:limit]


def _hits(
    find: Callable[..., list[Hit]], asked_for: dict[str, str], limit: int
) -> list[dict[int, Hit]]:
    return [
        {hit.doc_id: hit for hit in find(text, kind=kind, limit=limit)}
        for kind, text in asked_for.items()
    ]


def _should_ask(asked_for: dict[str, str], hits: list[Hit], remote: str) -> bool:
    if remote == "never":
        return False
    if remote == "always":
        return True
    return not hits or hits[0].score < _GOOD


def _take_in(ctx: Context, asked_for: dict[str, str], works: list[WorkRecord]) -> list[JSON]:
    """Store the works that answer the question well; return the others as candidates."""
    index = SearchIndex()
    index.build((number, _entry(work)) for number, work in enumerate(works))
    parts = _hits(index.search, asked_for, len(works))
    scores = {
        number: min((part[number].score if number in part else 0.0) for part in parts)
        for number in range(len(works))
    }
    good = [work for number, work in enumerate(works) if scores[number] >= _GOOD]
    if good:
        record_works(ctx, good, f"search {' '.join(asked_for.values())}")
    return [
        _candidate(work, scores[number], _penalties(asked_for, work))
        for number, work in enumerate(works)
        if scores[number] < _GOOD
    ]


def _penalties(asked_for: dict[str, str], work: WorkRecord) -> dict[str, float]:
    """Return by name what speaks against a work being the one that was asked for."""
    title = asked_for.get("title") or asked_for.get("any") or asked_for.get("series") or ""
    author = asked_for.get("author")
    wanted = Work(title, (author,) if author else ())
    return match_works(wanted, Work(work.title, work.authors)).penalties


def _candidate(
    record: WorkRecord | SeriesRecord, score: float, penalties: dict[str, float] | None = None
) -> JSON:
    """Return a record that was not stored, because it is too doubtful that it was meant."""
    return {
        "verdict": "weak",
        "score": round(score, 3),
        "penalties": penalties or {},
        "record": record.model_dump(),
    }


def _entry(work: WorkRecord) -> Entry:
    return Entry(
        work.title,
        tuple(work.alternate_titles),
        tuple(claim.name for claim in work.series),
        work.authors,
    )


def _result(answer: Answers, hit: Hit) -> JSON:
    match = {
        "score": round(hit.score, 3), "field": hit.field, "text": hit.text, "how": hit.how
    }  # fmt: skip
    return {**answer.book(hit.doc_id), "match": match}
