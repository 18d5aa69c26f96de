"""How well one entry of a library answers a question, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from rapidfuzz.distance import OSA

from booktrack.domain.search_words import index_words
from booktrack.domain.text import fold

Kind = Literal["any", "title", "author", "series"]
Field = Literal["title", "alternate_title", "series", "author", "notes", "tags"]
How = Literal["exact", "prefix", "words", "typo"]
"""The whole text; its beginning; every word of the query (the last perhaps unfinished), in any
order and field; or words that are misspelt or missing."""

FIELDS_OF_KIND: dict[str, tuple[Field, ...]] = {
    "any": ("title", "alternate_title", "series", "author"),
    "title": ("title", "alternate_title"),
    "series": ("series",),
    "author": ("author",),
}

ACCEPTED = 0.60
"""The least score of a hit: about two thirds of the query found, by weight."""

# An exact title stands before an exact series of that name, and that before its author.
_FIELD_COST: dict[Field, float] = {
    "title": 0.0,
    "alternate_title": 0.005,
    "series": 0.02,
    "author": 0.03,
}
_EXACT = 1.0
_EXACT_WITH_POSITION = 0.995
_PREFIX = 0.90  # plus up to 0.08 for the share of the value that was typed
_WORDS_WITH_POSITION = 0.96
_POSITION_WEIGHT = 0.5  # against at most 1 for a word
_LOOSE = 0.95  # what words in any order, or letters with typos, can reach
_SUBJECT_ONLY = 0.72  # the series is right, the volume asked for is another one
_BEGINS_QUERY = 0.55  # plus up to 0.3: "oathbringer a novel" for "Oathbringer"
_LEAST_ALIKE = 0.70
_SHORTEST_ALIKE = 4


PAIR = 0.95
"""The similarity of words that differ by a blank only."""


class Entry(NamedTuple):
    """What a book is found by. `series` holds names and aliases, `position` the printed place."""

    title: str
    alternate_titles: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    position: str | None = None


class Hit(NamedTuple):
    """A book found: how well (0 to 1), by which field, by which of its texts, and how."""

    doc_id: int
    score: float
    field: Field
    text: str
    how: How


class Pair(NamedTuple):
    """Two words that a typed one is when a blank is missing: "wayof" is "way of"."""

    first: str
    second: str
    closeness: float


@dataclass(slots=True)
class Term:
    """One word of a question with the words of the library that may be meant by it."""

    word: str
    similar: dict[str, float]
    typos: frozenset[str] = frozenset()
    pairs: list[Pair] = field(default_factory=list)
    """Best first."""
    weight: float = 1.0

    def similarity(self, words: Sequence[str]) -> float:
        """Return how surely the words hold what is meant, from 0 to 1."""
        similar = self.similar
        best = max([similar.get(word, 0.0) for word in words], default=0.0)
        for first, second, closeness in self.pairs:
            if closeness <= best:
                break
            if first in words and second in words:
                return closeness
        return best

    def has_typo_in(self, words: Sequence[str]) -> bool:
        """Return whether the word is not found in them, or only by assuming a typo."""
        best = self.similarity(words)
        return best < PAIR and not any(
            self.similar.get(word) == best and word not in self.typos for word in words
        )


@dataclass(slots=True)
class Question:
    """A query made ready for comparing: its key, its words, and the position it may ask for."""

    folded: str
    terms: list[Term]
    subject_key: str
    position: str | None = None

    @property
    def key(self) -> str:
        """The folded query without blanks."""
        return self.folded.replace(" ", "")


class _Value(NamedTuple):
    field: Field
    text: str
    folded: str
    key: str
    words: list[str]
    similarities: list[float]


def match(question: Question, doc_id: int, entry: Entry, kind: str) -> Hit | None:
    """Return how the entry answers the question, or None where it answers it too badly.

    A word may be found in any field that the kind allows ("kings sanderson"); the hit names the
    field that answers best.
    """
    values = [_compare(question, name, text) for name, text in texts(entry, kind)]
    if not values:
        return None
    found = [max(column) for column in zip(*(value.similarities for value in values), strict=True)]
    at_position = _position_found(question, entry, values)
    asked = sum(term.weight for term in question.terms)
    answered = sum(
        term.weight * similarity for term, similarity in zip(question.terms, found, strict=True)
    )
    if question.position is not None:
        asked += _POSITION_WEIGHT
        answered += _POSITION_WEIGHT * at_position
    share = answered / asked
    score, best = max(
        ((_score(question, value, share, at_position), value) for value in values),
        key=lambda pair: pair[0],
    )
    if score < ACCEPTED:
        return None
    return Hit(
        doc_id, round(score, 4), best.field, best.text, _how(question, best, values, at_position)
    )


def texts(entry: Entry, kind: str) -> Iterator[tuple[Field, str]]:
    """Yield the texts of the entry that the kind allows, each with its field."""
    for field_name in FIELDS_OF_KIND[kind]:
        if field_name == "title":
            yield "title", entry.title
            continue
        for text in _several(entry, field_name):
            yield field_name, text


def _several(entry: Entry, field_name: Field) -> tuple[str, ...]:
    if field_name == "alternate_title":
        return entry.alternate_titles
    return entry.series if field_name == "series" else entry.authors


def _compare(question: Question, field_name: Field, text: str) -> _Value:
    folded = fold(text)
    words = index_words(folded)
    similarities = [term.similarity(words) for term in question.terms]
    return _Value(field_name, text, folded, folded.replace(" ", ""), words, similarities)


def _position_found(question: Question, entry: Entry, values: list[_Value]) -> float:
    if question.position is None:
        return 0.0
    by_number = covers(entry.position, question.position)
    if by_number < 1 and any(
        same_number(word, question.position) for value in values for word in value.words
    ):
        return 0.9
    return by_number


def _score(question: Question, value: _Value, share: float, at_position: float) -> float:
    """Return the best of what the value earns as a whole, by its words and by its letters."""
    if value.key == question.key:
        return _EXACT - _FIELD_COST[value.field]
    typed = sum(
        similarity * len(term.word)
        for term, similarity in zip(question.terms, value.similarities, strict=True)
    )
    coverage = min(1.0, typed / max(1, len(value.key)))
    # A field that holds nothing of the query does not become its reason.
    by_words = _score_words(question, value, share, coverage, at_position) if typed else 0.0
    return max(by_words, _score_letters(question, value)) - _FIELD_COST[value.field]


def _score_words(
    question: Question, value: _Value, share: float, coverage: float, at_position: float
) -> float:
    loose = _LOOSE * (0.8 * share + 0.2 * coverage)
    if question.position is not None and value.key == question.subject_key:
        return max(loose, _EXACT_WITH_POSITION if at_position >= 1 else _SUBJECT_ONLY)
    if at_position >= 1 and share > _LOOSE:
        return max(loose, _WORDS_WITH_POSITION + 0.02 * coverage)
    return loose


def _score_letters(question: Question, value: _Value) -> float:
    key, whole = question.key, value.key
    if is_prefix(key, whole):
        return _PREFIX + 0.08 * len(key) / len(whole)
    if min(len(key), len(whole)) < _SHORTEST_ALIKE or question.position is not None:
        return 0.0
    if question.folded.startswith(value.folded + " "):
        return _BEGINS_QUERY + 0.3 * len(whole) / len(key)
    return _LOOSE * OSA.normalized_similarity(key, whole, score_cutoff=_LEAST_ALIKE)


def is_prefix(key: str, whole: str) -> bool:
    """Return whether the key begins the whole without cutting a number: 1 does not begin 12."""
    if not whole.startswith(key) or len(whole) == len(key):
        return False
    return not (key[-1].isdigit() and whole[len(key)].isdigit())


def _how(question: Question, best: _Value, values: list[_Value], at_position: float) -> How:
    if best.key == question.key or (best.key == question.subject_key and at_position >= 1):
        return "exact"
    if is_prefix(question.key, best.key):
        return "prefix"
    together = [word for value in values for word in value.words]
    return "typo" if any(term.has_typo_in(together) for term in question.terms) else "words"


_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)?")


def covers(printed: str | None, asked: str) -> float:
    """Return 1 where the printed position is the asked one, 0.8 where it holds it, else 0.

    >>> covers("12", "12"), covers("10-12", "12"), covers(None, "12")
    (1.0, 0.8, 0.0)
    """
    if printed is None:
        return 0.0
    ours, theirs = _ends(printed), _ends(asked)
    if not ours or not theirs:
        return 0.0
    if ours == theirs:
        return 1.0
    return 0.8 if ours[0] <= theirs[0] and theirs[-1] <= ours[-1] else 0.0


def same_number(word: str, asked: str) -> bool:
    """Return whether the word is the asked number, leading zeros aside."""
    return word.isdecimal() and word.lstrip("0") == asked


def position_order(printed: str | None) -> tuple[float, str]:
    """Return the key that sorts positions by number; those without one come last."""
    ends = _ends(printed or "")
    return (ends[0] if ends else float("inf"), printed or "")


def _ends(position: str) -> list[float]:
    numbers = [float(number) for number in _NUMBERS.findall(position)]
    return numbers[:1] + numbers[1:][-1:]
