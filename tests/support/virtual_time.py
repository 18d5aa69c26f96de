"""An event loop in which waiting takes no time: every timer fires at once, in its order.

`asyncio.sleep`, aiolimiter, anyio's timeouts and stamina all go by the loop's clock, so a test
sees exactly how long a program would have waited and waits for nothing.
"""

from __future__ import annotations

import asyncio
import selectors
from datetime import UTC, datetime, timedelta
from typing import Any

BEGIN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class _Selector(selectors.DefaultSelector):
    """Instead of waiting for a timer it moves the clock.

    `patience` is the real time given to what may come from outside the loop; `outside` counts
    what is under way in threads, and as long as there is some the clock stands.
    """

    waited = 0.0
    patience = 0.0
    outside = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        # Time passes a little in any case: a timer that is due by a rounding error would else be
        # set for the same instant again and again.
        self.waited += 1e-7
        if timeout:
            ready = super().select(timeout if self.outside else self.patience)
            if not ready:
                self.waited += timeout
            return ready
        return super().select(timeout)


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _Selector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.waited


def loop_time() -> float:
    """Return the seconds that have passed in the running loop."""
    return asyncio.get_running_loop().time()


def now() -> datetime:
    """Return the time of day in the running loop."""
    return BEGIN + timedelta(seconds=loop_time())
