"""What series detection takes and gives: candidates, known series, groups, placings."""

from __future__ import annotations

from dataclasses import dataclass, field

from booktrack.domain.models import SeriesKind
from booktrack.domain.positions import Position
from booktrack.domain.records import SeriesClaim
from booktrack.domain.title_models import ParsedTitle
from booktrack.domain.titles import series_key

Key = tuple[str, str, str]  # the name's key, the kind, the edition line


@dataclass(frozen=True)
class Candidate:
    """A book as somebody gave it: its title as printed, its authors, and what was claimed."""

    title: str
    authors: tuple[str, ...] = ()
    claims: tuple[SeriesClaim, ...] = ()
    volume: str | None = None
    """A volume's number that was given without the name of its series."""


@dataclass(frozen=True)
class KnownSeries:
    """A series that the library has, with the titles that stand at its positions."""

    id: int
    names: tuple[str, ...]
    kind: SeriesKind = "unknown"
    edition_line: str | None = None
    authors: tuple[str, ...] = ()
    taken: tuple[tuple[str, str], ...] = ()
    absorbed: tuple[tuple[SeriesKind, str | None], ...] = ()
    """Kinds and edition lines of series that a user joined into this one."""


@dataclass
class Group:
    """A series as detected: one that is known (`id`) or a new one."""

    id: int | None
    name: str
    aliases: list[str]
    kind: SeriesKind
    edition_line: str | None
    authors: list[str]


@dataclass
class Placing:
    """The place of a book in a group, and why."""

    group: int
    position: str | None = None
    label: str | None = None
    sort_key: list[object] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)
    coverage: str = "whole"
    slot: str = "main"
    confidence: str = "high"
    """high, medium, or low, which needs a review."""
    needs_review: bool = False
    reasons: list[str] = field(default_factory=list)


@dataclass
class Detection:
    """The groups of a batch and, for each candidate, its placings (the primary one first)."""

    groups: list[Group]
    placings: list[list[Placing]]
    parsed: list[ParsedTitle]


@dataclass
class Mention:
    """One series that one candidate names, before names are joined."""

    candidate: int
    names: list[str]
    kind: SeriesKind
    line: str | None
    from_title: str | None = None
    position: Position | None = None
    label: str | None = None
    covers: list[str] = field(default_factory=list)
    coverage: str = "whole"
    slot: str = "main"
    confidence: str | None = None
    doubts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    cell: Key | None = None
    """What the series' cell says by itself; the kind of a mention may come from its title."""

    def keys(self) -> list[Key]:
        """Return the keys under which the series may be known."""
        return [
            (key, self.kind, self.line or "") for name in self.names if (key := series_key(name))
        ]
