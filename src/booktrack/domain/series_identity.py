"""Whether two series of the library are one, and what its books say of a series' kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from booktrack.domain.detection import KnownSeries
from booktrack.domain.names import name_key
from booktrack.domain.series_names import series_key
from booktrack.domain.title_markers import kinds_in

_KINDS = ("light_novel", "manga", "comic")


def are_one(one: KnownSeries, other: KnownSeries) -> bool:
    """Return whether two entries mean one series.

    They bear one name, are of one kind as far as is told and of one edition line, and no author
    or volume speaks against it: two works that only share a name are two.

    >>> are_one(KnownSeries(1, ("Unless...",)), KnownSeries(2, ("Unless…",), kind="manga"))
    True
    """
    return (
        bool(_keys(one) & _keys(other))
        and (one.kind == other.kind or "unknown" in (one.kind, other.kind))
        and one.edition_line == other.edition_line
        and _same_people(one.authors, other.authors)
    )


def _keys(series: KnownSeries) -> set[str]:
    return {key for name in series.names if (key := series_key(name))}


def _same_people(one: Sequence[str], other: Sequence[str]) -> bool:
    return not one or not other or bool(set(map(name_key, one)) & set(map(name_key, other)))


def duplicates(series: Sequence[KnownSeries]) -> list[tuple[int, list[int]]]:
    """Return (the id to keep, the ids to join into it), for every series that is there twice.

    What fits a manga and a light novel of its name alike is joined to neither. The one with the
    most volumes stays, else the older.
    """
    ordered = sorted(series, key=lambda one: (one.kind == "unknown", -len(one.taken), one.id))
    # Compared are only those that share a name: all pairs of 10,000 series would take minutes.
    heads: dict[str, list[KnownSeries]] = {}
    joined: dict[int, list[int]] = {}
    for one in ordered:
        keys = _keys(one)
        near = {head.id: head for key in keys for head in heads.get(key, ())}
        fitting = [head.id for head in near.values() if are_one(head, one)]
        if len(fitting) == 1:
            joined.setdefault(fitting[0], []).append(one.id)
            continue
        for key in keys:
            heads.setdefault(key, []).append(one)
    return sorted(joined.items())


def kinds_of_titles(titles: Iterable[str]) -> set[str]:
    """Return the kinds of book that the titles name: manga, light_novel, comic.

    >>> sorted(kinds_of_titles(["Heroines! (Light Novel) Vol. 1", "Heroines!, Vol. 2 (manga)"]))
    ['light_novel', 'manga']
    """
    return {kind for title in titles for kind in kinds_in(title) if kind in _KINDS}
