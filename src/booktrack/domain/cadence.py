"""When the next volume of a series may come, judged by those before it: a guess, said as one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from booktrack.domain.dates import PartialDate

# Four volumes make three intervals: fewer say nothing of a rhythm.
_VOLUMES = 4
_LATEST = 6
_LONGEST = 24  # months; a series that takes longer keeps no rhythm worth a guess
_STEADY = 2  # months by which the intervals may differ for a month to be named


def next_release(dates: Iterable[PartialDate], today: PartialDate) -> PartialDate | None:
    """Return the month, or only the year, in which the next volume may come; None for no guess.

    There is none where fewer than four volumes are dated to the month, where the rhythm is loose
    or longer than two years, and where the guess has passed: then nobody knows.

    >>> volumes = [PartialDate(2026, month) for month in (1, 4, 7, 10)]
    >>> next_release(volumes, PartialDate(2026, 11, 22)).text
    '2027-01'
    """
    months = sorted({date.year * 12 + date.month - 1 for date in dates if date.month})[-_LATEST:]
    if len(months) < _VOLUMES:
        return None
    gaps = [later - earlier for earlier, later in pairwise(months)]
    usual = sorted(gaps)[(len(gaps) - 1) // 2]
    spread = max(gaps) - min(gaps)
    expected = months[-1] + usual
    # A month that has begun is no guess any more: shops would list the volume.
    if usual > _LONGEST or spread > max(_STEADY, usual) or expected <= _month(today):
        return None
    year, month = divmod(expected, 12)
    return PartialDate(year, month + 1) if spread <= _STEADY else PartialDate(year)


def _month(today: PartialDate) -> int:
    return today.year * 12 + (today.month or 1) - 1
