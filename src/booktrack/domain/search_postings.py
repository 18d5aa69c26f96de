"""Which entries hold which words: the lists that a search index looks words up in."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import log

from booktrack.domain.search_score import Entry, texts
from booktrack.domain.search_words import index_words
from booktrack.domain.text import fold, fold_key

_Lists = dict[str, list[int]]


class Postings:
    """Word -> ascending ids of the entries that hold it, apart for titles, series and authors."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        by_title: defaultdict[str, list[int]] = defaultdict(list)
        # Authors and series recur: each distinct name is folded and cut up once.
        of_series: defaultdict[str, list[int]] = defaultdict(list)
        of_author: defaultdict[str, list[int]] = defaultdict(list)
        for doc_id in sorted(entries):
            title, alternates, series, authors, _ = entries[doc_id]
            for word in index_words(fold(title)):
                by_title[word].append(doc_id)
            for text in alternates:
                for word in index_words(fold(text)):
                    by_title[word].append(doc_id)
            for name in series:
                of_series[name].append(doc_id)
            for name in authors:
                of_author[name].append(doc_id)
        self._titles: _Lists = {word: list(dict.fromkeys(ids)) for word, ids in by_title.items()}
        self._series = _by_word(of_series)
        self._authors = _by_word(of_author)
        self._of_kind = {
            "any": (self._titles, self._series, self._authors),
            "title": (self._titles,),
            "series": (self._series,),
            "author": (self._authors,),
        }
        self._size = len(entries)

    def add(self, doc_id: int, entry: Entry) -> set[str]:
        """Enter an entry that is not there yet, and return its words."""
        self._size += 1
        words = set()
        for lists, word in self._places(entry):
            insort(lists.setdefault(word, []), doc_id)
            words.add(word)
        return words

    def discard(self, doc_id: int, entry: Entry) -> None:
        """Take out an entry that is there."""
        self._size -= 1
        for lists, word in self._places(entry):
            take_out(lists, word, doc_id)

    def words(self) -> set[str]:
        """Return every word, those of entries taken out perhaps among them."""
        return self._titles.keys() | self._series.keys() | self._authors.keys()

    def ids(self, word: str, kind: str) -> Iterator[list[int]]:
        """Yield the lists of entries that hold the word in a field of that kind."""
        for lists in self._of_kind[kind]:
            if word in lists:
                yield lists[word]

    def holding_both(self, first: str, second: str, kind: str) -> set[int]:
        """Return the entries that hold both words in fields of one name."""
        return {
            doc_id
            for lists in self._of_kind[kind]
            for doc_id in set(lists.get(first, ())).intersection(lists.get(second, ()))
        }

    def count(self, word: str, kind: str = "any") -> int:
        """Return how often the word is held: once per entry and name of field."""
        return sum(map(len, self.ids(word, kind)))

    def rarity(self, word: str, kind: str) -> float:
        """Return what the word tells, in nats: near 0 where every entry holds it."""
        return log(1 + self._size / max(1, self.count(word, kind)))

    def weight(self, word: str, kind: str) -> float:
        """Return the rarity as a share of the greatest possible, from 0.15 to 1."""
        return min(1.0, 0.15 + self.rarity(word, kind) / log(1 + max(1, self._size)))

    def _places(self, entry: Entry) -> Iterator[tuple[_Lists, str]]:
        for lists, names in (
            (self._titles, (entry.title, *entry.alternate_titles)),
            (self._series, entry.series),
            (self._authors, entry.authors),
        ):
            for word in {word for name in names for word in index_words(fold(name))}:
                yield lists, word


class Keys:
    """Key of a whole text (folded, without blanks) -> ascending ids of the entries that hold it."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        self._ids: _Lists = {}
        of_text: defaultdict[str, list[int]] = defaultdict(list)
        for doc_id in sorted(entries):
            title, alternates, series, authors, _ = entries[doc_id]
            for text in {title, *alternates, *series, *authors}:
                of_text[text].append(doc_id)
        for text, ids in of_text.items():
            known = self._ids.setdefault(fold_key(text), ids)
            if known is not ids:
                known[:] = sorted({*known, *ids})

    def add(self, doc_id: int, entry: Entry) -> None:
        """Enter an entry that is not there yet."""
        for key in self._keys_of(entry):
            insort(self._ids.setdefault(key, []), doc_id)

    def discard(self, doc_id: int, entry: Entry) -> None:
        """Take out an entry that is there."""
        for key in self._keys_of(entry):
            take_out(self._ids, key, doc_id)
            if not self._ids[key]:
                del self._ids[key]

    def all(self) -> list[str]:
        """Return every key once."""
        return list(self._ids)

    def ids(self, key: str) -> list[int]:
        """Return the entries that hold a text of that key."""
        return self._ids[key]

    @staticmethod
    def _keys_of(entry: Entry) -> set[str]:
        return {fold_key(text) for _, text in texts(entry, "any")}


def take_out(lists: _Lists, word: str, doc_id: int) -> None:
    """Take the id out of the word's ascending list, which stays even when it is empty."""
    ids = lists[word]
    del ids[bisect_left(ids, doc_id)]


def _by_word(ids_of_name: dict[str, list[int]]) -> _Lists:
    lists: defaultdict[str, list[int]] = defaultdict(list)
    for name, ids in ids_of_name.items():
        for word in index_words(fold(name)):
            lists[word].extend(ids)
    return {word: sorted(set(ids)) for word, ids in lists.items()}
