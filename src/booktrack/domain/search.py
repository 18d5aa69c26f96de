"""A typo-tolerant index of a library, in memory: what a person types finds the book meant.

Words vote for the entries that hold them, rare words more than common ones, typos less than exact
words; the best few hundred entries are then compared whole (`search_score`). Nothing is written:
the index is built from the entries and kept in step by `put` and `remove`.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import nlargest
from itertools import pairwise

from rapidfuzz import fuzz, process

from booktrack.domain.queries import split_position
from booktrack.domain.search_postings import Keys, Postings
from booktrack.domain.search_score import (
    FIELDS_OF_KIND,
    PAIR,
    Entry,
    Field,
    Hit,
    How,
    Kind,
    Pair,
    Question,
    Term,
    covers,
    match,
    position_order,
    texts,
)
from booktrack.domain.search_words import Vocabulary, is_unparted, query_words
from booktrack.domain.text import fold, fold_key
from booktrack.errors import InvalidInput, shown

__all__ = ["Entry", "Field", "Hit", "How", "Kind", "SearchIndex"]

_COMPARED = 250  # entries that are compared whole
# A word of more entries than this finds nothing by itself, unless the query has no rarer one.
_COMMON_SHARE, _COMMON_LEAST = 0.03, 1000
_LEAST_SHARE_OF_VOTES = 0.3
_POSITION_VOTE = 3.0
_PAIRS = 20  # readings of a word as two, one of them misspelt
_STARTED = 0.8  # a word of which only the beginning is typed
_KNOWN = 0.85  # what is left of a similar word's similarity where the typed one exists
# Below this the letters of whole texts are compared as well; one word alone may be several with
# their blanks missing ("spidrman"), so that it must be all but exact.
_SURE, _SURE_OF_ONE_WORD = 0.70, 0.95
_ALIKE, _SUGGESTED = 72.0, 45.0  # least rapidfuzz ratio of whole texts
_LEAST_OF_BEST = 0.65  # hits far behind the best one are noise


class SearchIndex:
    """Books found by what people type of their titles, series and authors.

    >>> index = SearchIndex()
    >>> index.put(1, Entry("The Way of Kings", authors=("Brandon Sanderson",)))
    >>> index.search("wayof kigns")[0].text
    'The Way of Kings'
    """

    def __init__(self) -> None:
        self.build(())

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._entries

    def build(self, entries: Iterable[tuple[int, Entry]]) -> None:
        """Index these entries and only these, several times as fast as `put` for each would."""
        self._entries = dict(entries)
        self._postings = Postings(self._entries)
        # Made when first asked for: most searches are sure without the keys of whole texts.
        self._vocabulary: Vocabulary | None = None
        self._keys: Keys | None = None

    def put(self, doc_id: int, entry: Entry) -> None:
        """Index the entry under its id, in place of what stood there."""
        self.remove(doc_id)
        self._entries[doc_id] = entry
        words = self._postings.add(doc_id, entry)
        if self._vocabulary is not None:
            self._vocabulary.add(words)
        if self._keys is not None:
            self._keys.add(doc_id, entry)

    def remove(self, doc_id: int) -> None:
        """Forget the entry; an id that is not there is no error."""
        entry = self._entries.pop(doc_id, None)
        if entry is None:
            return
        self._postings.discard(doc_id, entry)
        if self._keys is not None:
            self._keys.discard(doc_id, entry)

    def search(self, query: str, *, kind: Kind = "any", limit: int = 10) -> list[Hit]:
        """Return the entries that answer the query, best first; nothing for nonsense.

        Equal scores stand in the order of their series positions, then of their ids.

        Args:
            query: Words of a title, a series, an author or of all together, perhaps with a volume
                number, with typos, in any order; the last word may be unfinished.
            kind: Which fields count.
            limit: How many at most.

        Raises:
            InvalidInput: No such kind.
        """
        if kind not in FIELDS_OF_KIND:
            raise InvalidInput(
                f"No such kind of search: {shown(kind)}. Kinds: {', '.join(FIELDS_OF_KIND)}.",
                value=shown(kind),
            )
        question = self._question(query, kind)
        if not question.terms or not self._entries:
            return []
        hits = self._matches(question, self._candidates(question, kind), kind)
        if _best(hits) < (_SURE if len(question.terms) > 1 else _SURE_OF_ONE_WORD):
            hits |= self._matches(question, self._alike(question.key), kind)
        least = _best(hits) * _LEAST_OF_BEST
        kept = (hit for hit in hits.values() if hit.score >= least)
        return sorted(kept, key=self._order)[: max(0, limit)]

    def suggest(self, query: str, limit: int = 3) -> list[str]:
        """Return the titles, series and authors nearest to a query that found nothing.

        >>> index = SearchIndex()
        >>> index.put(1, Entry("Gilead", authors=("Marilynne Robinson",)))
        >>> index.suggest("gold")
        ['Gilead']
        """
        nearest = self._nearest_keys(fold_key(query), _SUGGESTED, max(0, limit))
        return [self._text_of(key, ids[0]) for key, ids in nearest]

    def _order(self, hit: Hit) -> tuple[float, tuple[float, str], int]:
        return (-hit.score, position_order(self._entries[hit.doc_id].position), hit.doc_id)

    def _question(self, query: str, kind: str) -> Question:
        subject, position = split_position(query)
        words = query_words(fold(subject))
        terms = [self._term(word, last=at == len(words) - 1) for at, word in enumerate(words)]
        self._join_neighbours(terms)
        for term in terms:
            term.weight = self._weight(term, kind)
        return Question(fold(query), terms, fold_key(subject), position)

    def _weight(self, term: Term, kind: str) -> float:
        # A word that nothing resembles tells as much as the rarest one: it is missing.
        likeliest = max(term.similar, key=term.similar.__getitem__, default=None)
        weight = self._postings.weight(likeliest, kind) if likeliest else 1.0
        # "fo" is too short to be matched with a typo, and says little where it is one.
        return weight / 2 if len(term.word) <= 2 and term.word.isascii() else weight

    def _term(self, word: str, *, last: bool) -> Term:
        known = self._is_known(word)
        # A known word is seldom a slip of another, and hardly ever two slips away from it.
        near = self._words().near(word, most=1 if known else 2)
        similar = {other: close * (_KNOWN if known else 1.0) for other, close in near.items()}
        started = self._words().starting(word) if last and not word.isdigit() else []
        for longer in started:
            close = _STARTED + (1 - _STARTED) * len(word) / len(longer)
            similar[longer] = max(close, similar.get(longer, 0.0))
        if known:
            similar[word] = 1.0
        typos = frozenset(near.keys() - set(started))
        pairs = self._pairs(word, whole=known or _one_typo_off(word, near))
        return Term(word, similar, typos, pairs)

    def _pairs(self, word: str, *, whole: bool) -> list[Pair]:
        """Return the pairs of words that a missing blank may have made one, the best first.

        Args:
            word: The word typed.
            whole: Whether it is, but for one typo, a word of the library; if so, the two words
                must be spelt right.
        """
        if is_unparted(word) or word.isdigit():
            return []
        cuts = [(word[:at], word[at:]) for at in range(1, len(word))]
        pairs = [Pair(*cut, PAIR) for cut in cuts if all(map(self._is_known, cut))]
        if whole:
            return pairs
        for first, second in cuts:
            if self._is_known(first):
                near = self._words().near(second, most=1)
                pairs += [Pair(first, other, PAIR * close) for other, close in near.items()]
            elif self._is_known(second):
                near = self._words().near(first, most=1)
                pairs += [Pair(other, second, PAIR * close) for other, close in near.items()]
        return nlargest(_PAIRS, pairs, key=self._likeliness)

    def _likeliness(self, pair: Pair) -> tuple[float, int]:
        """Return the key that puts close pairs first, then those of well-known words."""
        counts = (self._postings.count(pair.first), self._postings.count(pair.second))
        return (pair.closeness, min(counts))

    def _join_neighbours(self, terms: list[Term]) -> None:
        """Let two words stand for the one that they make: "spider man" is also "spiderman"."""
        for first, second in pairwise(terms):
            joined = first.word + second.word
            if is_unparted(joined):
                continue
            near = {joined: PAIR} if self._is_known(joined) else {}
            if not (self._is_known(first.word) and self._is_known(second.word)):
                near |= self._words().near(joined, most=1)
            for term in (first, second):
                added = {word: close for word, close in near.items() if word not in term.similar}
                term.similar.update(added)
                term.typos |= added.keys() - {joined}

    def _candidates(self, question: Question, kind: str) -> list[int]:
        """Return the ids of the entries that most of the query's words speak for."""
        votes = self._votes(question, kind)
        least = max(votes.values(), default=0.0) * _LEAST_SHARE_OF_VOTES
        if question.position is not None:
            for doc_id in votes:
                if covers(self._entries[doc_id].position, question.position):
                    votes[doc_id] += _POSITION_VOTE
        # Of equal votes the shorter title is nearer: "It" before all others that hold "it".
        ranked = {
            doc_id: vote - len(self._entries[doc_id].title) / 10_000
            for doc_id, vote in votes.items()
            if vote >= least
        }
        return nlargest(_COMPARED, ranked, key=ranked.__getitem__)

    def _votes(self, question: Question, kind: str) -> dict[int, float]:
        common = max(_COMMON_LEAST, int(len(self._entries) * _COMMON_SHARE))
        rare = [term for term in question.terms if self._postings.count(term.word, kind) <= common]
        return self._sum_of_votes(rare, kind) or self._sum_of_votes(question.terms, kind)

    def _sum_of_votes(self, terms: list[Term], kind: str) -> dict[int, float]:
        votes: dict[int, float] = {}
        for term in terms:
            for doc_id, vote in self._votes_of(term, kind).items():
                votes[doc_id] = votes.get(doc_id, 0.0) + vote
        return votes

    def _votes_of(self, term: Term, kind: str) -> dict[int, float]:
        """Return the entries that hold the word or one like it, each with its best vote."""
        # A rare word that is only similar must not outvote the word itself: "it" is not "Italian".
        limit = self._postings.rarity(term.word, kind)
        ballots = sorted(
            (close * close * min(limit, self._postings.rarity(word, kind)), word)
            for word, close in term.similar.items()
        )
        votes: dict[int, float] = {}
        # Rising order: a better vote overwrites a worse one without being compared.
        for vote, word in ballots:
            for ids in self._postings.ids(word, kind):
                votes.update(dict.fromkeys(ids, vote))
        for first, second, closeness in reversed(term.pairs):
            both = self._postings.holding_both(first, second, kind)
            votes.update(dict.fromkeys(both, limit * closeness))
        return votes

    def _matches(self, question: Question, doc_ids: Iterable[int], kind: str) -> dict[int, Hit]:
        matches = (match(question, doc_id, self._entries[doc_id], kind) for doc_id in doc_ids)
        return {hit.doc_id: hit for hit in matches if hit is not None}

    def _alike(self, key: str) -> set[int]:
        nearest = self._nearest_keys(key, _ALIKE, _COMPARED // 5)
        return {doc_id for _, ids in nearest for doc_id in ids}

    def _nearest_keys(self, key: str, least: float, limit: int) -> list[tuple[str, list[int]]]:
        """Return the keys of whole texts most like this one, with the ids of their entries."""
        if self._keys is None:
            self._keys = Keys(self._entries)
        found = process.extract(
            key, self._keys.all(), scorer=fuzz.ratio, score_cutoff=least, limit=limit
        )
        return [(other, self._keys.ids(other)) for other, _, _ in found]

    def _text_of(self, key: str, doc_id: int) -> str:
        values = texts(self._entries[doc_id], "any")
        return next(text for _, text in values if fold_key(text) == key)

    def _words(self) -> Vocabulary:
        if self._vocabulary is None:
            self._vocabulary = Vocabulary(self._postings.words())
        return self._vocabulary

    def _is_known(self, word: str) -> bool:
        return self._postings.count(word) > 0


def _one_typo_off(word: str, near: dict[str, float]) -> bool:
    return max(near.values(), default=0.0) >= 1 - 1 / len(word)


def _best(hits: dict[int, Hit]) -> float:
    return max((hit.score for hit in hits.values()), default=0.0)
