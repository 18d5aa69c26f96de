"""Times, and memory, as medians: what one run of something takes."""

from __future__ import annotations

import resource
import statistics
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Times(NamedTuple):
    """Seconds that each of several runs took."""

    runs: list[float]

    @property
    def median(self) -> float:
        """The time that half of the runs stayed below."""
        return statistics.median(self.runs)

    @property
    def p95(self) -> float:
        """The time that 19 of 20 runs stayed below."""
        return statistics.quantiles(self.runs, n=20)[-1] if len(self.runs) > 1 else self.runs[0]


def times(work: Callable[[T], object], arguments: Iterable[T]) -> Times:
    """Return how long the work takes with each of the arguments."""
    return Times([seconds(partial(work, argument)) for argument in arguments])


def repeated(work: Callable[[], object], repeats: int) -> Times:
    """Return how long the work takes, several times over."""
    return Times([seconds(work) for _ in range(repeats)])


def seconds(work: Callable[[], object]) -> float:
    """Return how long the work takes once; what it returned is let go after the clock stopped."""
    start = perf_counter()
    kept = work()
    taken = perf_counter() - start
    del kept
    return taken


def seconds_in_fresh_process(work: Callable[..., object], *arguments: str) -> float:
    """Return how long the work takes a process that has done nothing else before."""
    return _in_fresh_process(_duration, work, *arguments)


def megabytes_after(work: Callable[..., object], *arguments: str) -> float:
    """Return how many MB a fresh process grows by the work while its result is held."""
    return _in_fresh_process(_growth, work, *arguments)


def _in_fresh_process(measure: Callable[..., float], *arguments: object) -> float:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(measure, *arguments).result()


def _duration(work: Callable[..., object], *arguments: str) -> float:
    return seconds(partial(work, *arguments))


def _growth(work: Callable[..., object], *arguments: str) -> float:
    before = _resident()
    kept = work(*arguments)
    grown = _resident() - before
    del kept
    return grown / 1e6


def _resident() -> int:
    """Return the bytes of memory that this process holds; elsewhere than on Linux, its peak."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text("ascii").split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
