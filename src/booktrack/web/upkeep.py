"""What the server does by itself while it runs: refreshing, covers, backups and syncs, as set."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from booktrack.errors import BooktrackError, NotFound, shown
from booktrack.library import Library
from booktrack.web.calls import Workers
from booktrack.web.jobs import Job, Jobs, Progress

_log = logging.getLogger(__name__)

JSON = dict[str, Any]

_EVERY_SECONDS = 60.0
_AT_ONCE = 500


class Upkeep:
    """The periodic work of one app.

    When a job ran last is known since the start only: a server that is started anew waits out the
    interval first, so that starting it often asks nobody more often.
    """

    def __init__(
        self,
        library: Library,
        workers: Workers,
        jobs: Jobs,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._library = library
        self._workers = workers
        self._jobs = jobs
        self._clock = clock
        self._since = clock()
        self._begun: dict[str, Job] = {}
        self._work: dict[str, Callable[[Progress], Any]] = {
            "refresh": lambda progress: library.refresh(_AT_ONCE, progress=progress),
            "covers": lambda progress: library.download_covers(_AT_ONCE, progress=progress),
            "backup": lambda progress: library.backup(),
            "sync": lambda progress: library.sync_skoolib(),
        }

    @property
    def names(self) -> list[str]:
        """The jobs that there are."""
        return list(self._work)

    def start(self, name: str) -> Job:
        """Return the job that does the work now; one under way is not begun again.

        Raises:
            NotFound: There is no such work.
        """
        work = self._work.get(name)
        if work is None:
            raise NotFound(f"the server has no job {shown(name)}; it has {', '.join(self._work)}")
        for job in self._jobs.newest():
            if job.kind == name and not job.ended:
                return job
        self._begun[name] = self._jobs.start(name, work)
        return self._begun[name]

    def last(self, name: str) -> Job | None:
        """Return the last run of a job since the server was started."""
        # Of jobs only the newest are kept: a weekly one may be forgotten before its next turn.
        kept = (job for job in self._jobs.newest() if job.kind == name)
        return next(kept, self._begun.get(name))

    def due_at(self, name: str, interval_hours: float) -> datetime:
        """Return when a job runs next."""
        last = self.last(name)
        began = datetime.fromisoformat(last.answer()["created_at"]) if last else self._since
        return began + timedelta(hours=interval_hours)

    async def run(self, pause: float = _EVERY_SECONDS) -> None:
        """Begin what is due, every so many seconds, until this is cancelled."""
        while True:
            await asyncio.sleep(pause)
            try:
                settings = await self._workers.read(self._library.get_settings)
                self.begin_due(settings["jobs"])
            except BooktrackError as error:
                # The library is busy or the server ends: a minute later there is another turn.
                _log.warning("the periodic work was put off: %s", error.message)

    @asynccontextmanager
    async def running(self, app: object) -> AsyncIterator[None]:
        """Return the lifespan of the app: the work goes on as long as that."""
        task = asyncio.create_task(self.run())
        try:
            yield
        finally:
            task.cancel()
            # What runs ends at its next step; else its threads would keep the process alive.
            await asyncio.to_thread(self._jobs.close)

    def begin_due(self, jobs: JSON) -> list[str]:
        """Begin the jobs that are switched on and due, and return their names."""
        now = self._clock()
        due = [
            name
            for name, one in jobs.items()
            if one["enabled"]
            and name in self._work
            and self.due_at(name, one["interval_hours"]) <= now
        ]
        for name in due:
            self.start(name)
        return due
