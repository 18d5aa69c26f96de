"""Books that look like one: the library may have them twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from booktrack.domain.match import Match, Work, match_works
from booktrack.domain.names import name_key
from booktrack.domain.series_choices import shown_kind
from booktrack.domain.text import fold, fold_key
from booktrack.services import inputs
from booktrack.services.answers import standing_answers
from booktrack.services.context import Context
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]

_BY = "by "
# Of an author of so many books each is compared with each, wherever a slip of the pen is; of
# "Various" that would be all day.
_FEW_BOOKS = 60


def duplicates(ctx: Context, *, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, pairs}`: books that look like one, the surest first."""
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    with ctx.store.reading() as reader:
        works = _works(reader)
    # Others may write while half a second of comparing goes on.
    found = sorted(_alike(works), key=lambda pair: (-pair[2].score, pair[0], pair[1]))
    with standing_answers(ctx) as answer:
        pairs = [
            {
                "books": [answer.book(one), answer.book(two)],
                "score": match.score,
                "verdict": match.verdict,
                "penalties": match.penalties,
                "fix": {"call": "merge_books", "arguments": {"into": one, "other": two}},
            }
            for one, two, match in found[offset : offset + limit]
            if len(answer.books_there([one, two])) == 2  # none was removed meanwhile
        ]
    return {"total": len(found), "limit": limit, "offset": offset, "pairs": pairs}


def _works(reader: Reader) -> dict[int, Work]:
    kinds = {id_: shown_kind(series) for id_, series in reader.all("series")}
    numbers: dict[int, set[str]] = defaultdict(set)
    for _, edition in reader.all("editions"):
        numbers[edition["book_id"]] |= {
            number for number in (edition.get("isbn_13"), edition.get("asin")) if number
        }
    return {book_id: _work(book, kinds, numbers[book_id]) for book_id, book in reader.all("books")}


def _work(book: Document, kinds: Mapping[int, str], numbers: Iterable[str]) -> Work:
    first = (book.get("memberships") or [{}])[0]
    return Work(
        title=book["title"],
        authors=tuple(book.get("authors", ())),
        series=(book["series_name"],) if book.get("series_name") else (),
        series_id=first.get("series_id"),
        position=first.get("position"),
        kind=kinds.get(first.get("series_id", 0), "unknown"),
        alternate_titles=tuple(book.get("alternate_titles", ())),
        identifiers=frozenset(numbers),
    )


def _alike(works: dict[int, Work]) -> Iterator[tuple[int, int, Match]]:
    """Yield the pairs that are surely or probably one book.

    Only books that share a number, or an author and words of the title, are compared: all pairs
    of 10,000 books would be 50 million.
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for book_id, work in works.items():
        for key in _block_keys(work):
            blocks[key].append(book_id)
    seen: set[tuple[int, int]] = set()
    for key, ids in blocks.items():
        if key.startswith(_BY) and len(ids) > _FEW_BOOKS:
            continue
        for place, one in enumerate(ids):
            for two in ids[place + 1 :]:
                if (one, two) not in seen:
                    seen.add((one, two))
                    match = match_works(works[one], works[two])
                    if match.verdict in ("strong", "medium"):
                        yield one, two, match


def _block_keys(work: Work) -> set[str]:
    # Without a number in common, books that share no author are never surely one.
    keys = {f"number {number}" for number in work.identifiers}
    titles = (work.title, *work.alternate_titles)
    for author in map(name_key, work.authors):
        keys.add(f"{_BY}{author}")
        keys |= {f"title {author} {fold_key(title)}" for title in titles}
        keys |= {f"start {author} {fold(title)[:4]}" for title in titles}
        keys |= {f"end {author} {fold(title)[-4:]}" for title in titles}
    return keys
