"""The one background event loop of a process, and what lives in it: connections and limiters.

A notebook runs a loop of its own, a script none, a server another one; all of them share this
one, so that each source's limit is kept by the whole process. Another process has a pace of its
own; only the requests of a day are counted for all. The thread starts with the first question to
the network.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

import anyio
from anyio.from_thread import BlockingPortal

from booktrack.config import Config
from booktrack.services.waiting import about_to_wait
from booktrack.sources.cache import Cache
from booktrack.sources.http import Gateway

T = TypeVar("T")


class Engine:
    """Runs coroutines on the background loop and keeps one Gateway for each way to be asked.

    Args:
        loop_factory: Makes the loop, for tests; by default asyncio's own.
        make_gateway: Makes a Gateway for a contact and a cache.
    """

    def __init__(
        self,
        loop_factory: Callable[[], asyncio.AbstractEventLoop] | None = None,
        make_gateway: Callable[..., Gateway] = Gateway,
    ) -> None:
        self._options = {"loop_factory": loop_factory} if loop_factory else {}
        self._make_gateway = make_gateway
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._portal: BlockingPortal | None = None
        self._gateways: dict[tuple[str | None, str], Gateway] = {}

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Return what the coroutine returns; called from any thread but the loop's own.

        An interruption of the caller, such as Ctrl-C, ends the coroutine too: else the command
        would go on asking, and end only after it.
        """
        about_to_wait()
        future = self._open().start_task_soon(work)
        try:
            answer: T = future.result()
        except BaseException:
            future.cancel()
            raise
        return answer

    def gateway(self, config: Config) -> Gateway:
        """Return the process's Gateway for this contact and cache."""
        key = (config.contact, str(config.cache_folder))
        with self._lock:
            if key not in self._gateways:
                cache = Cache(config.cache_folder / "answers.sqlite3")
                self._gateways[key] = self._make_gateway(contact=config.contact, cache=cache)
            return self._gateways[key]

    def _open(self) -> BlockingPortal:
        with self._lock:
            if self._portal is None:
                opened: Future[BlockingPortal] = Future()
                # Not anyio's start_blocking_portal: what it returns stops the loop when it is
                # collected, and in a forked child, where the loop's thread is gone, that waits
                # for ever.
                self._thread = threading.Thread(
                    target=_turn, args=(opened, self._options), name="booktrack", daemon=True
                )
                self._thread.start()
                self._portal = opened.result()
            return self._portal

    def close(self) -> None:
        """Close the connections and end the thread; the next call starts anew."""
        with self._lock:
            portal, thread, gateways = self._portal, self._thread, list(self._gateways.values())
            self._clear()
        if portal is None or thread is None:
            return
        for gateway in gateways:
            portal.call(gateway.aclose)
        # What an interruption left under way is ended, not waited for.
        portal.call(portal.stop, True)
        thread.join()

    def forget(self) -> None:
        """Begin anew in a forked child, where the parent's thread does not exist."""
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        self._thread = self._portal = None
        self._gateways = {}


def _turn(opened: Future[BlockingPortal], options: dict[str, Any]) -> None:
    """Run the loop in this thread; whoever waits for it learns of a loop that does not start."""
    try:
        anyio.run(_serve, opened, backend="asyncio", backend_options=options)
    except BaseException as error:
        if opened.done():
            raise
        opened.set_exception(error)


async def _serve(opened: Future[BlockingPortal]) -> None:
    async with BlockingPortal() as portal:
        opened.set_result(portal)
        await portal.sleep_until_stopped()


engine = Engine()
atexit.register(engine.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=engine.forget)
