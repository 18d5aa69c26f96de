"""Long work that answers at once: it runs in threads of its own, tells how far it is, can be ended.

The jobs live as long as the server. What they have stored stays stored whatever ends them, and
the next refresh or import goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from booktrack.errors import BooktrackError, Conflict, NotFound, shown

_log = logging.getLogger(__name__)

JSON = dict[str, Any]
Progress = Callable[[JSON], None]
Work = Callable[[Progress], Any]

# Two, so that an import need not wait for a refresh of an hour.
_AT_ONCE = 2
_MOST_WAITING = 100
_KEPT = 200

ENDED = frozenset({"done", "failed", "cancelled"})


class Cancelled(Exception):
    """Raised within the work by its next word on the progress."""


class Job:
    """One piece of work; every method may be called from any thread."""

    def __init__(self, kind: str) -> None:
        self.id = secrets.token_hex(8)
        self.kind = kind
        self.version = 0
        self.future: Future[None] | None = None
        self._lock = threading.Lock()
        self._listeners: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._cancelling = False
        self._asked_by_server = False
        self._facts: JSON = {
            "id": self.id,
            "kind": kind,
            "state": "queued",
            "progress": None,
            "result": None,
            "problem": None,
            "created_at": _now(),
            "started_at": None,
            "finished_at": None,
        }

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self._facts["state"] in ENDED

    def answer(self, *, result: bool = True) -> JSON:
        """Return the job as the API tells it, in lists without its result."""
        with self._lock:
            facts = dict(self._facts)
        if not result:
            facts["result"] = None
        return facts

    def tell(self, **facts: Any) -> None:
        """Change what is known of the job, and wake those who listen."""
        with self._lock:
            self._facts.update(facts)
            self.version += 1
            listeners = list(self._listeners)
        for loop, event in listeners:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    def progress(self, step: JSON) -> None:
        """Take down how far the work is.

        Raises:
            Cancelled: It is not wanted any more.
        """
        if self._cancelling:
            raise Cancelled
        self.tell(
            progress={
                "done": step.get("done", 0),
                "total": step.get("total"),
                "what": step.get("what"),
            }
        )

    @property
    def cut_off(self) -> bool:
        """Whether the end of the server ended the work before it was done."""
        return self._asked_by_server and self._facts["state"] != "done"

    def cancel(self, *, by_server: bool = False) -> None:
        """End the work at its next step; what has not begun never does."""
        self._cancelling = True
        self._asked_by_server = by_server
        if self.future is not None and self.future.cancel():
            self.tell(state="cancelled", finished_at=_now())

    def when_over(self, then: Callable[[], None]) -> None:
        """Call a function once the job has ended, unless the server's end cut it off."""

        def ended(_: Future[None]) -> None:
            if not self.cut_off:
                then()

        if self.future is not None:
            self.future.add_done_callback(ended)

    def run(self, work: Work) -> None:
        """Do the work in this thread, and take down how it ended."""
        if self._cancelling:
            self.tell(state="cancelled", finished_at=_now())
            return
        self.tell(state="running", started_at=_now())
        try:
            result = work(self.progress)
        except Cancelled:
            self.tell(state="cancelled", finished_at=_now())
        except BooktrackError as error:
            told = {"code": error.code, "detail": error.message}
            self.tell(state="failed", problem=told, finished_at=_now())
        except Exception as error:  # noqa: BLE001 - the work's thread is the last to hear of it
            _log.error("the job %s failed in a way that nobody expected", self.kind, exc_info=error)
            told = {"code": "internal_error", "detail": "something went wrong inside the server"}
            self.tell(state="failed", problem=told, finished_at=_now())
        else:
            self.tell(state="done", result=result, finished_at=_now())

    async def changes(self, pause: float) -> AsyncIterator[JSON | None]:
        """Yield the job now and after each change until it ends; None after a pause without."""
        event = asyncio.Event()
        listener = (asyncio.get_running_loop(), event)
        with self._lock:
            self._listeners.add(listener)
        try:
            seen = -1
            while True:
                event.clear()
                if self.version != seen:
                    seen = self.version
                    answer = self.answer()
                    yield answer
                    if answer["state"] in ENDED:
                        return
                    continue
                try:
                    async with asyncio.timeout(pause):
                        await event.wait()
                except TimeoutError:
                    yield None
        finally:
            with self._lock:
                self._listeners.discard(listener)


class Jobs:
    """The jobs of one app, the last two hundred of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._pool: ThreadPoolExecutor | None = None
        self.closing = False

    def start(self, kind: str, work: Work) -> Job:
        """Return a job that does the work as soon as a thread is free for it.

        Args:
            kind: What is done: "import", "refresh", "covers", ...
            work: Given the function to report its progress to; what it returns is the result.

        Raises:
            Conflict: The server is ending, or too many jobs wait already.
        """
        job = Job(kind)
        with self._lock:
            if self.closing:
                raise Conflict("the server is ending and takes no more jobs")
            if sum(not one.ended for one in self._jobs.values()) >= _MOST_WAITING:
                raise Conflict(f"{_MOST_WAITING} jobs are under way already; wait, or cancel some")
            self._forget_the_oldest()
            self._jobs[job.id] = job
            if self._pool is None:
                self._pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="booktrack-job")
            job.future = self._pool.submit(job.run, work)
        return job

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFound: There is none of this id, or not any more.
        """
        job = self._jobs.get(job_id)
        if job is None:
            raise NotFound(f"there is no job {shown(job_id)}; jobs end with the server")
        return job

    def newest(self) -> list[Job]:
        """Return the jobs, newest first."""
        with self._lock:
            return list(self._jobs.values())[::-1]

    def hang_up(self) -> None:
        """Take no more jobs, and let go of those who listen to one: the server ends."""
        with self._lock:
            self.closing = True
            jobs = list(self._jobs.values())
        for job in jobs:
            job.tell()

    def close(self) -> None:
        """End all jobs at their next step, and wait for that."""
        self.hang_up()
        with self._lock:
            jobs, pool = list(self._jobs.values()), self._pool
        for job in jobs:
            if not job.ended:
                job.cancel(by_server=True)
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _forget_the_oldest(self) -> None:
        ended = [key for key, job in self._jobs.items() if job.ended]
        for key in ended[: max(0, len(self._jobs) - _KEPT + 1)]:
            del self._jobs[key]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
