"""Keeping within a service's limits: one pace for each source, shared by all who ask it.

A pace is a process's own. Two processes that ask one source at once are together up to 1.6 times
as fast as it permits, and a pause that it asks for is kept by the one that it told; what it gives
in a day is counted for all of them (`quota.py`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import anyio
from aiolimiter import AsyncLimiter

from booktrack.errors import SourceRateLimited

SHARE = 0.8
"""The part of a permitted rate that is used: other programs share the user's address."""

LONGEST_PAUSE = 60.0
"""Seconds; a service that asks for a longer pause is reported instead of waited for."""


class Pace:
    """The turns of one source: evenly spaced, and none while the service asked for a pause."""

    def __init__(self, source: str, per_second: float, now: Callable[[], datetime]) -> None:
        # AsyncLimiter(48, 60) would let 48 requests through at once: one turn at a time is even.
        self._limiter = AsyncLimiter(1, 1 / (per_second * SHARE))
        self._source = source
        self._now = now
        self._paused_until: datetime | None = None

    def pause(self, until: datetime) -> None:
        """Give no turn before the moment; a longer pause that is already set stays."""
        if self._paused_until is None or until > self._paused_until:
            self._paused_until = until

    def left(self) -> float:
        """Return the seconds of the pause that are left, 0 where there is none."""
        if self._paused_until is None:
            return 0.0
        return max(0.0, (self._paused_until - self._now()).total_seconds())

    def check(self, patience: float = LONGEST_PAUSE) -> None:
        """Return if the pause that is left may be waited for.

        Raises:
            SourceRateLimited: it lasts longer than `patience` seconds.
        """
        left = self.left()
        if left > min(patience, LONGEST_PAUSE):
            raise SourceRateLimited(
                f"{self._source} asked for a pause; it may be asked again in {math.ceil(left)} s",
                source=self._source,
                retry_after=math.ceil(left),
            )

    async def turn(self, patience: float) -> None:
        """Return when it is this caller's turn.

        Raises:
            SourceRateLimited: a pause is on that lasts longer than `patience` seconds.
        """
        while True:
            self.check(patience)
            if left := self.left():
                await anyio.sleep(left)
                continue
            await self._limiter.acquire()
            # Another request may have been told to pause while this one stood in the queue; it
            # queues again, or all that waited would go out at once when the pause ends.
            if not self.left():
                return


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a `Retry-After` header asks for, or None where it says nothing.

    Both forms are read: seconds, and a date (RFC 9110, section 10.2.3).

    >>> retry_after("30", datetime(2026, 1, 1, tzinfo=UTC))
    30.0
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
