"""Finding books by what the user noted of their editions; what another user noted is not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from booktrack.domain.search import Hit, How
from booktrack.domain.search_words import query_words
from booktrack.domain.text import fold
from booktrack.store.base import Document, Reader

# A note that says just what was asked is what was meant. One that only holds the words is
# doubtful: "like Dune" is no answer to "Dune" that would keep the sources from being asked.
_WHOLE, _BEGINS, _PHRASE, _WORDS = 0.95, 0.75, 0.7, 0.5


def noted_statuses(reader: Reader, user_id: int, query: str) -> Iterable[Document]:
    """Return what the user says of editions of which notes or tags hold every word of a query."""
    words = query_words(fold(query))
    found = [set(reader.find("noted", f"{user_id}:{word}")) for word in words]
    ids = set.intersection(*found) if found else set()
    return reader.get_many("statuses", sorted(ids)).values()


def note_hits(reader: Reader, user_id: int, query: str) -> list[Hit]:
    """Return the books with a note or tag that answers the query, best first."""
    best: dict[int, Hit] = {}
    for status in noted_statuses(reader, user_id, query):
        edition = reader.get("editions", status["edition_id"])
        if edition is None:
            continue
        for hit in _hits(edition["book_id"], status, fold(query)):
            there = best.get(hit.doc_id)
            if there is None or hit.score > there.score:
                best[hit.doc_id] = hit
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.doc_id))


def _hits(book_id: int, status: Document, query: str) -> Iterator[Hit]:
    for tag in status.get("tags", []):
        if score := _score(fold(tag), query):
            yield Hit(book_id, score, "tags", tag, _how(score))
    notes = status.get("notes") or ""
    for line in notes.splitlines():
        if score := _score(fold(line), query):
            yield Hit(book_id, score, "notes", line, _how(score))
    if notes and all(word in fold(notes) for word in query_words(query)):
        yield Hit(book_id, _WORDS, "notes", notes, "words")


def _score(text: str, query: str) -> float:
    if text == query:
        return _WHOLE
    if text.startswith(f"{query} "):
        return _BEGINS
    words, asked = query_words(text), query_words(query)
    runs = (words[at : at + len(asked)] for at in range(len(words) - len(asked) + 1))
    return _PHRASE if asked in runs else 0.0


def _how(score: float) -> How:
    return "exact" if score == _WHOLE else "prefix" if score == _BEGINS else "words"


def with_notes(found: Iterable[Hit], noted: Iterable[Hit]) -> list[Hit]:
    """Return both kinds of hits, best first, each book once with its better one."""
    best: dict[int, Hit] = {}
    for hit in (*found, *noted):
        if hit.doc_id not in best or hit.score > best[hit.doc_id].score:
            best[hit.doc_id] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)
