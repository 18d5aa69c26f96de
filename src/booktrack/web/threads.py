"""Threads that work for the loop: handed over and back with as little ado as can be.

A read of the library takes a fraction of a millisecond, less than asyncio and anyio take under
load to hand it to a thread and its result back. Here work goes over in a queue that is written in
C, and results come back together: the loop is woken once for all that are there by then.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
import weakref
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class _Task(NamedTuple):
    work: Callable[[], Any]
    future: asyncio.Future[Any]
    home: _Home
    context: contextvars.Context


_Queue = SimpleQueue[_Task | None]


class Threads:
    """So many threads, begun when they are needed; they end with this object.

    Args:
        count: How many.
        name: What they are called.
    """

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._name = name
        self._started = 0
        self._queue: _Queue = SimpleQueue()
        self._home: _Home | None = None
        weakref.finalize(self, _end, self._queue, count)

    async def run(self, work: Callable[[], T]) -> T:
        """Return what the work returns, done in one of the threads.

        Work that was begun is finished, even where nobody waits for it any more.
        """
        loop = asyncio.get_running_loop()
        if self._home is None or self._home.loop is not loop:
            self._home = _Home(loop)
        if self._started < self._count:
            self._started += 1
            # The thread knows the queue alone, so that it keeps nothing alive.
            threading.Thread(
                target=_serve, args=(self._queue,), name=self._name, daemon=True
            ).start()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Task(work, future, self._home, contextvars.copy_context()))
        return await future


class _Home:
    """A loop, and what is on its way back to it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._done: deque[tuple[asyncio.Future[Any], Any, BaseException | None]] = deque()
        self._woken = False

    def bring(self, future: asyncio.Future[Any], result: Any, error: BaseException | None) -> None:
        """Take a result, in a thread."""
        self._done.append((future, result, error))
        # Looked at after the result is there, and lowered before results are fetched: one that
        # finds it up is fetched with the others.
        if not self._woken:
            self._woken = True
            try:
                self.loop.call_soon_threadsafe(self._fetch)
            except RuntimeError:
                self._done.clear()  # the loop is closed, and nobody waits

    def _fetch(self) -> None:
        self._woken = False
        while self._done:
            future, result, error = self._done.popleft()
            if future.cancelled():
                continue
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)


def _serve(queue: _Queue) -> None:
    while (task := queue.get()) is not None:
        if not task.future.cancelled():
            result = error = None
            try:
                result = task.context.run(task.work)
            except BaseException as raised:  # noqa: BLE001  # whoever waits is told of all
                error = raised
            task.home.bring(task.future, result, error)
            del result, error
        # Nothing of a request lives on while the thread waits for the next one.
        del task


def _end(queue: _Queue, count: int) -> None:
    for _ in range(count):
        queue.put(None)
