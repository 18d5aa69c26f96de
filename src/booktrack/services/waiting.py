"""Whether a thread may wait for the network: one of the server's few quick ones may not.

Most questions are answered by the file alone, in a fraction of a millisecond, by threads of which
the server has a handful. What turns out to need the network ends there with `WouldWait`, before
anything was asked or changed, and is done again by a thread that may wait.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_here = threading.local()


class WouldWait(BaseException):
    """The work needs the network; no Exception, so that nothing takes it for a failed source."""


def without_waiting(work: Callable[[], T]) -> T:
    """Return what the work returns, where it needs no network.

    Raises:
        WouldWait: it does; what it has changed before is kept, so it must ask first.
    """
    _here.hurried = True
    try:
        return work()
    finally:
        _here.hurried = False


def waiting_at_most(seconds: float, work: Callable[[], T]) -> T:
    """Return what the work returns; its questions wait so long for sources and no longer.

    The user's own patience may be ten minutes, while a page that asked gives up before that.
    """
    _here.longest = seconds
    try:
        return work()
    finally:
        _here.longest = None


def shortened(patience: float) -> float:
    """Return the seconds that this thread waits for sources, where so many were wished."""
    longest: float | None = getattr(_here, "longest", None)
    return patience if longest is None else min(patience, longest)


def may_wait() -> bool:
    """Return whether this thread may wait for the network."""
    return not getattr(_here, "hurried", False)


def about_to_wait() -> None:
    """Go on where this thread may wait for the network.

    Raises:
        WouldWait: it may not.
    """
    if not may_wait():
        raise WouldWait
