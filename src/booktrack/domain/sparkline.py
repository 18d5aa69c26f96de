"""A row of numbers as a row of bars, for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

BARS = "▁▂▃▄▅▆▇█"
PLAIN_BARS = "_.-:=+*#"
"""For a terminal that has no letters but those of ASCII."""


def sparkline(values: Iterable[float | None], bars: str = BARS) -> str:
    """Return a bar for each number, from zero to the greatest; what is unknown is a blank.

    >>> sparkline([0, 1, 2, None, 8])
    '▁▂▃ █'
    >>> sparkline([0, 1, 2, None, 8], PLAIN_BARS)
    '_.- #'
    """
    told = list(values)
    top = max((value for value in told if value is not None), default=0)
    return "".join(" " if value is None else _bar(value, top, bars) for value in told)


def _bar(value: float, top: float, bars: str) -> str:
    share = value / top if top > 0 else 0.0
    return bars[round(max(share, 0.0) * (len(bars) - 1))]
