"""What reading a title gives: `ParsedTitle`, its further series, its candidate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from booktrack.domain.positions import Position

Slot = Literal["main", "side", "special"]
Unit = Literal["volume", "chapter", "issue", "season"]
Confidence = Literal["explicit", "parenthesis", "trailing"]


@dataclass(frozen=True, slots=True)
class SeriesPart:
    """One series that a title names, with the place in it where one is given."""

    series: str
    position: Position | None = None
    label: str | None = None
    total: int | None = None
    kinds: frozenset[str] = frozenset()
    """The format words that stood with the name: "Overlord Light Novels"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bare number that may be a place, if something else knows a series of this stem."""

    position: Position
    stem: str

    @property
    def looks_like_year(self) -> bool:
        """True for 1900 to 2099, which are years unless siblings say otherwise."""
        start = self.position.start or ""
        return len(start) == 4 and start[:2] in ("19", "20")


@dataclass(frozen=True, slots=True)
class ParsedTitle:
    """What a title says; what it does not say is None or empty, never guessed.

    `start`, `end` and `covers` are position texts; `conflicts` holds other numbers that the same
    title gives for the same series; `others` further series; `reasons` say what was read where.
    """

    title: str
    subtitle: str | None = None
    series: str | None = None
    start: str | None = None
    end: str | None = None
    covers: tuple[str, ...] = ()
    coverage: Literal["whole", "part"] = "whole"
    total: int | None = None
    kind_words: frozenset[str] = frozenset()
    slot: Slot = "main"
    unit: Unit = "volume"
    label: str | None = None
    others: tuple[SeriesPart, ...] = ()
    confidence: Confidence | None = None
    conflicts: tuple[str, ...] = ()
    candidate: Candidate | None = None
    reasons: tuple[str, ...] = ()
    position: Position | None = field(default=None, compare=False)
