"""Python's garbage collector, which large work need not wait for."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Let no garbage be looked for meanwhile.

    All that an import makes lives to its end; going through it again and again for garbage that
    is not there took a sixth of the time, and a third of that of statistics.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
