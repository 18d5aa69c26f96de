"""The words that texts are found by, and the words of a library that lie near a typed one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Scripts without blanks between words (and Korean, whose particles stick to the noun): kana with
# its length mark, Han with its iteration mark, Hangul, Thai.
_UNPARTED = (
    "\u0e01-\u0e4e\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff"
)
_HAS_UNPARTED = re.compile(f"[{_UNPARTED}]")
_RUNS = re.compile(f"[{_UNPARTED}]+|[^{_UNPARTED}]+")

# Up to four letters one slip; a second one would make "king" of "wind".
_SHORTEST_WITH_TYPO = 3
_SHORTEST_WITH_TWO = 5
_SHORTEST_NUMBER_WITH_TYPO = 4


def index_words(folded: str) -> list[str]:
    """Return every word that a folded text can be found by.

    Text in a script without blanks gives its single characters and its pairs of neighbours.

    >>> index_words("re ゼロから")
    ['re', 'ゼ', 'ロ', 'か', 'ら', 'ゼロ', 'ロか', 'から']
    """
    if folded.isascii() or not _HAS_UNPARTED.search(folded):
        return folded.split()
    words: list[str] = []
    for run in _runs(folded):
        if _HAS_UNPARTED.match(run):
            words.extend(run)
            words.extend(_pairs(run))
        else:
            words.append(run)
    return words


def query_words(folded: str) -> list[str]:
    """Return the words that a folded query asks for, each once: pairs only where there are pairs.

    >>> query_words("way of 狼 ヒカル")
    ['way', 'of', '狼', 'ヒカ', 'カル']
    """
    words: list[str] = []
    for run in _runs(folded):
        words.extend(_pairs(run) if is_unparted(run) and len(run) > 1 else [run])
    return list(dict.fromkeys(words))


def is_unparted(word: str) -> bool:
    """Return whether the word is of a script that is written without blanks."""
    return bool(_HAS_UNPARTED.match(word))


def _runs(folded: str) -> list[str]:
    return [run for word in folded.split() for run in _RUNS.findall(word)]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


class Vocabulary:
    """The distinct words of a library, laid out for asking which of them lie near a typed one."""

    def __init__(self, words: Iterable[str]) -> None:
        self._sorted = sorted(words)
        # A word with one typo keeps its first or its last letter, so only a fifth of the words of
        # its length need comparing: (length, first letter) and (length, "-" + last letter).
        self._by_shape: dict[tuple[int, str], list[str]] = {}
        for word in self._sorted:
            self._place(word)

    def add(self, words: Iterable[str]) -> None:
        """Take in those of the words that are not there yet."""
        for word in words:
            at = bisect_left(self._sorted, word)
            if self._sorted[at : at + 1] != [word]:
                self._sorted.insert(at, word)
                self._place(word)

    def _place(self, word: str) -> None:
        for letter in (word[0], "-" + word[-1]):
            self._by_shape.setdefault((len(word), letter), []).append(word)

    def starting(self, prefix: str) -> list[str]:
        """Return the words that begin with the prefix and are longer than it."""
        first = bisect_left(self._sorted, prefix)
        last = bisect_left(self._sorted, prefix + "\U0010ffff", lo=first)
        return [word for word in self._sorted[first:last] if word != prefix]

    def near(self, word: str, most: int = 2) -> dict[str, float]:
        """Return the words at most `most` typos away (one in a short word), with a similarity.

        A letter replaced, missing, added, doubled, or swapped with its neighbour is one typo. The
        similarity is the share of letters in place, below 1; a swap costs less than a wrong letter.
        """
        allowed = min(most, _typos_allowed(word))
        near: dict[str, float] = {}
        for length in range(len(word) - allowed, len(word) + allowed + 1) if allowed else ():
            # The swap of a two-letter end ("hte", "kign") moves one end only.
            for letter in (word[0], "-" + word[-1]):
                choices = self._by_shape.get((length, letter), [])
                found = process.extract(
                    word, choices, scorer=OSA.distance, score_cutoff=allowed, limit=None
                )
                for other, distance, _ in found:
                    if distance:
                        near[other] = _similarity(word, other, distance)
        return near


def _similarity(word: str, other: str, distance: int) -> float:
    swapped = len(word) == len(other) and sorted(word) == sorted(other)
    return 1 - distance * (0.7 if swapped else 1.0) / max(len(word), len(other))


def _typos_allowed(word: str) -> int:
    if is_unparted(word):
        return 0
    if word.isdigit():
        # "vol 3" must never find volume 4, yet 1894 may mean 1984.
        return 1 if len(word) >= _SHORTEST_NUMBER_WITH_TYPO else 0
    if len(word) >= _SHORTEST_WITH_TWO:
        return 2
    return 1 if len(word) >= _SHORTEST_WITH_TYPO else 0
