"""Queries with slips of the finger, for comparing searches."""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.books import LETTERS
from benchmarks.timing import Times, times
from booktrack.domain.text import fold_key


def with_typos(title: str, rng: random.Random) -> str:
    """Return the title with one or two slips: swapped, missing, doubled, wrong, blank lost."""
    for _ in range(rng.choice((1, 2))):
        at = rng.randrange(max(1, len(title) - 1))
        slip = rng.choice(("swap", "miss", "double", "wrong", "blank"))
        if slip == "swap":
            title = title[:at] + title[at + 1 : at + 2] + title[at : at + 1] + title[at + 2 :]
        elif slip == "miss" and len(title) > 2:
            title = title[:at] + title[at + 1 :]
        elif slip == "double":
            title = title[: at + 1] + title[at:]
        elif slip == "wrong":
            title = title[:at] + rng.choice(LETTERS) + title[at + 1 :]
        else:
            title = title.replace(" ", "", 1)
    return title


def compare(
    asked: list[tuple[str, str]], search: Callable[[str], list[str]]
) -> tuple[Times, float]:
    """Return how long a search takes, and the share of titles found in the first ten answers.

    Args:
        asked: each title with the query that means it.
        search: returns the titles that it finds.
    """
    answers: list[list[str]] = []
    taken = times(lambda query: answers.append(search(query)), [query for _, query in asked])
    found = [
        fold_key(title) in map(fold_key, answer[:10])
        for (title, _), answer in zip(asked, answers, strict=True)
    ]
    return taken, sum(found) / len(found)
