"""Asking the sources about what was imported: after the answer, in a job, one at a time."""

from __future__ import annotations

import threading
from typing import Any

from booktrack.errors import BooktrackError
from booktrack.library import Library
from booktrack.web.jobs import Job, Jobs, Progress

KIND = "enrich"
_MOST = 100_000

JSON = dict[str, Any]


class Enrichment:
    """The job of one app that asks about new books, and those that wait for their turn in it.

    A second job beside the first would ask for the same books again; what is imported while one
    is under way is asked for by that one, when it is done with what came before.
    """

    def __init__(self, library: Library, jobs: Jobs) -> None:
        self._library, self._jobs = library, jobs
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._waiting = 0

    def begin(self, added: int) -> None:
        """Let so many new books be asked for."""
        if not added:
            return
        with self._lock:
            self._waiting += added
            if self._job is not None and not self._job.ended:
                return
            try:
                self._job = self._jobs.start(KIND, self._ask)
            except BooktrackError:
                # The server ends, or too many jobs wait: they are asked for with the next ones.
                return

    def _ask(self, progress: Progress) -> JSON:
        report: JSON = {}
        while limit := self._next():
            report = self._library.refresh(limit, progress=progress)
        return report

    def _next(self) -> int:
        with self._lock:
            limit, self._waiting = min(self._waiting, _MOST), 0
            if not limit:
                # What comes in from now on begins a job of its own.
                self._job = None
            return limit
