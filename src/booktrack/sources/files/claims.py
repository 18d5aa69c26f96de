"""The series that a file's own columns name."""

from __future__ import annotations

from functools import lru_cache

from booktrack.domain.models import SeriesKind
from booktrack.domain.positions import try_position
from booktrack.domain.records import SeriesClaim
from booktrack.domain.series_names import series_cell

_KINDS: dict[str, SeriesKind] = {
    "light_novel": "light_novel",
    "manga": "manga",
    "comic": "comic",
    "graphic_novel": "comic",
}


def series_claims(series: str, volume: str = "") -> list[SeriesClaim]:
    """Return the series that a Series column names, with the place that a Volume column gives.

    The cell's first name is the series', the others are its aliases. Where the volume's cell is
    empty or no position, a number at the end of the series' cell counts.

    >>> claim, = series_claims("推しの子 [Oshi no Ko]", "1")
    >>> claim.name, claim.aliases, claim.position
    ('推しの子', ['Oshi no Ko'], '1')
    """
    named = _named(series) if series else None
    if named is None:
        return []
    name, aliases, position, kind = named
    place = (_position(volume) if volume else None) or position
    return [SeriesClaim(name=name, aliases=list(aliases), position=place, kind=kind)]


@lru_cache(maxsize=8192)
def _named(series: str) -> tuple[str, tuple[str, ...], str | None, SeriesKind] | None:
    cell = series_cell(series)
    if not cell.names:
        return None
    kinds = {_KINDS[word] for word in cell.kind_words if word in _KINDS}
    kind: SeriesKind = kinds.pop() if len(kinds) == 1 else "unknown"
    position = cell.position.text if cell.position else None
    return cell.names[0], cell.names[1:], position, kind


@lru_cache(maxsize=4096)
def _position(volume: str) -> str | None:
    position = try_position(volume)
    return position.text if position else None
