"""Whether two descriptions mean one work: named penalties and a verdict that can be explained.

Identifiers come first; without one, title and author and position must agree, never the title
alone. Numbers are compared before strings, because "Vol. 2" and "Vol. 3" are alike to the eye of
any string distance and are two books.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from booktrack.domain.names import name_key
from booktrack.domain.series_names import series_key
from booktrack.domain.text import fold, fold_key

Verdict = Literal["strong", "medium", "weak", "none"]

_NUMBERS = re.compile(r"\d+")
_PENALTIES = {
    "title": 0.5,
    "subtitle": 0.05,
    "authors": 0.4,
    "authors unknown": 0.15,
    "position unknown": 0.1,
    "series": 0.1,
}


@dataclass(frozen=True)
class Work:
    """What is compared: one book, however it was described."""

    title: str
    authors: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    series_id: int | None = None
    """The series' id in the library: it parts two series of one name."""
    position: str | None = None
    kind: str = "unknown"
    alternate_titles: tuple[str, ...] = ()
    identifiers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
    """How alike two works are: 1.0 is the same; `penalties` says what spoke against it."""

    verdict: Verdict
    score: float
    penalties: dict[str, float]


def match_works(one: Work, two: Work) -> Match:
    """Return how certain it is that two descriptions mean one work.

    >>> match_works(Work("Dune", ("Frank Herbert",)), Work("DUNE", ("Herbert, Frank",))).verdict
    'strong'
    >>> match_works(Work("Dune"), Work("Dune")).verdict
    'weak'
    """
    if one.identifiers & two.identifiers and _similarity(one, two) >= 0.5:
        return Match("strong", 1.0, {})
    if refusal := _refusal(one, two):
        return Match("none", 0.0, {refusal: 1.0})
    penalties = {name: value for name, value in _penalties(one, two) if value > 0}
    score = max(0.0, round(1.0 - sum(penalties.values()), 3))
    return Match(_verdict(score, penalties), score, penalties)


def best_match(wanted: Work, offered: Sequence[Work]) -> tuple[int, Match] | None:
    """Return the place and the match of the best offer, None where none is even weak."""
    found = [(place, match_works(wanted, other)) for place, other in enumerate(offered)]
    alike = [pair for pair in found if pair[1].verdict != "none"]
    return max(alike, key=lambda pair: (pair[1].score, -pair[0]), default=None)


def are_alike(first: str, second: str) -> bool:
    """Return whether two titles may well mean one book that is known to be the same by its ISBN.

    >>> are_alike("Mort (Discworld, #4)", "Mort"), are_alike("Mort", "Sourcery")
    (True, False)
    """
    one, two = f" {fold(first)} ", f" {fold(second)} "
    if one in two or two in one or fold(first.split(":")[0]) == fold(second.split(":")[0]):
        return True
    same = ("",)
    return match_works(Work(first, same), Work(second, same)).verdict in ("strong", "medium")


def _refusal(one: Work, two: Work) -> str | None:
    """Return why two works cannot be one, whatever else is alike."""
    if one.position is not None and two.position is not None and one.position != two.position:
        return "another position"
    if one.kind != two.kind and "unknown" not in (one.kind, two.kind):
        return "another kind"
    if not _share_numbers(one, two):
        return "another number in the title"
    if _in_namesakes(one, two):
        return "another series of the name"
    return None


def _in_namesakes(one: Work, two: Work) -> bool:
    """Whether the library keeps two series of one name apart: the novel, its comic, its deluxe."""
    if one.series_id is None or two.series_id is None or one.series_id == two.series_id:
        return False
    return bool(set(map(series_key, one.series)) & set(map(series_key, two.series)))


def _share_numbers(one: Work, two: Work) -> bool:
    """Whether the numbers of some pair of titles agree, leading zeros aside."""
    theirs = {_numbers(title) for title in (two.title, *two.alternate_titles)}
    return any(_numbers(title) in theirs for title in (one.title, *one.alternate_titles))


def _numbers(title: str) -> tuple[int, ...]:
    return tuple(int(digits) for digits in _NUMBERS.findall(fold(title)))


def _penalties(one: Work, two: Work) -> list[tuple[str, float]]:
    found = [("title", _PENALTIES["title"] * 2 * (1.0 - _similarity(one, two)))]
    if not one.authors or not two.authors:
        found.append(("authors unknown", _PENALTIES["authors unknown"]))
    elif not {name_key(name) for name in one.authors} & {name_key(name) for name in two.authors}:
        found.append(("authors", _PENALTIES["authors"]))
    if (one.position is None) != (two.position is None):
        found.append(("position unknown", _PENALTIES["position unknown"]))
    if one.series and two.series and not set(map(fold, one.series)) & set(map(fold, two.series)):
        found.append(("series", _PENALTIES["series"]))
    return found


def _similarity(one: Work, two: Work) -> float:
    """Return the best likeness of any pair of titles, 0 to 1; a subtitle costs a little."""
    best = 0.0
    for first in (one.title, *one.alternate_titles):
        for second in (two.title, *two.alternate_titles):
            if fold_key(first) == fold_key(second):
                return 1.0
            best = max(best, fuzz.ratio(fold(first), fold(second)) / 100)
            if _differ_in_subtitle(first, second):
                best = max(best, 1.0 - _PENALTIES["subtitle"])
    return best


def _differ_in_subtitle(first: str, second: str) -> bool:
    """Whether one title only says more than the other, or says the same more at length.

    "The Sandman: Overture" and "The Sandman: Brief Lives" are two books of one series.
    """
    (main, _, sub), (other_main, _, other_sub) = first.partition(":"), second.partition(":")
    if fold(main) != fold(other_main):
        return False
    one, two = f" {fold(sub)} ", f" {fold(other_sub)} "
    return one in two or two in one or not sub.strip() or not other_sub.strip()


def _verdict(score: float, penalties: dict[str, float]) -> Verdict:
    # Never on title alone: without a shared author it is a guess at best.
    unproven = "authors" in penalties or "authors unknown" in penalties
    if score >= 0.9 and not unproven:
        return "strong"
    if score >= 0.8 and not unproven:
        return "medium"
    return "weak" if score >= 0.55 else "none"
