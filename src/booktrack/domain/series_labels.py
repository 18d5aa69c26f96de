"""Names under which a page can list series side by side: each names one series and no other."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple


class Named(NamedTuple):
    """What tells a series from others of its name."""

    name: str
    kind: str = "unknown"
    line: str | None = None


def series_labels(series: Mapping[int, Named], reserved: Collection[str] = ()) -> dict[int, str]:
    """Return a label of its own for every series: its name where no other bears that.

    The oldest series of a name keeps it plain; the others say their kind, edition line or id.

    >>> series_labels({1: Named("Overlord", "manga"), 2: Named("Overlord", "light_novel")})
    {1: 'Overlord', 2: 'Overlord (light novel)'}

    Args:
        series: the series by id.
        reserved: labels that mean something else to the page.
    """
    labels: dict[int, str] = {}
    taken = set(reserved)
    later = []
    for id_ in sorted(series):
        name = series[id_].name
        if name in taken:
            later.append(id_)
        else:
            labels[id_] = name
            taken.add(name)
    for id_ in later:
        labels[id_] = _told_apart(id_, series[id_], taken)
        taken.add(labels[id_])
    return labels


def _told_apart(id_: int, one: Named, taken: Collection[str]) -> str:
    said = [word for word in (one.kind, one.line) if word not in ("unknown", None)]
    words = ", ".join(str(word).replace("_", " ") for word in said)
    label = f"{one.name} ({words})" if words else f"{one.name} (series)"
    while label in taken:
        # An id never stands twice, but somebody may have called a series so.
        label = f"{label} #{id_}"
    return label
