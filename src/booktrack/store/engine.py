"""The machinery under a `Database`: who reads what, who may write, when a snapshot is due."""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from booktrack.errors import StoreError, StoreReadOnly
from booktrack.store.backups import Backups
from booktrack.store.draft import Draft
from booktrack.store.files import Files, disk_errors, is_writable
from booktrack.store.history import History
from booktrack.store.journal import Entry, entry_of
from booktrack.store.lock import Lock
from booktrack.store.log import Log
from booktrack.store.schema import Schema

logger = logging.getLogger(__name__)

# A journal may grow to a quarter of its snapshot: opening reads at most so much more, and writing
# 50 MB anew is shared by some 30,000 marks, 20 microseconds each.
_SMALLEST_LIMIT = 4 << 20
_LARGEST_SHARE = 4

Clock = Callable[[], datetime]


class Engine:
    """The files of a library, the locks around them, and the transaction that is under way.

    `_writer` is held by the thread that writes, for as long as its transaction lasts; `_mutex`
    by whoever touches the state in memory, for a moment. The file lock keeps other processes out.
    """

    def __init__(
        self,
        path: Path,
        *,
        files: Files,
        lock: Lock,
        clock: Clock,
        backups: int,
        user_id: int | None,
        schema: Schema,
    ) -> None:
        self.path = path
        self._files = files
        self._lock = lock
        self._clock = clock
        self._user_id = user_id
        self._log = Log(path, files, schema)
        self._history = History(path.with_name(path.name + ".history"), path, files)
        self._backups = Backups(path, files, backups)
        self._draft: Draft | None = None
        self._owner: int | None = None
        self._closed = False
        self._checkpoint_failed: str | None = None
        self._no_checkpoint_before = 0
        self._reset_locks()
        _open.add(self)
        with disk_errors(path, "reading"):
            self.read_only = not is_writable(path)
            self._log.load()
        self._reader = Draft(self._log.state)

    def _now(self) -> Draft:
        """Return what this thread reads: its own transaction, or the library as it stands."""
        if self._closed:
            raise self._is_closed()
        if self._draft is None:
            if not self._standing:
                self._catch_up()
        elif self._owner == threading.get_ident():
            return self._draft
        return self._reader

    def _is_closed(self) -> StoreError:
        return StoreError(f"{self.path} is closed; open it again", path=str(self.path))

    def _catch_up(self) -> None:
        try:
            self._log.catch_up()
        except OSError:
            with disk_errors(self.path, "reading"):
                raise
        if self._reader.state is not self._log.state:
            self._reader = Draft(self._log.state)

    def _items(self, table: str) -> Iterator[tuple[int, bytes]]:
        return self._log.state.table(table).items()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if self._closed:
            raise self._is_closed()
        if self.read_only:
            raise StoreReadOnly(
                f"{self.path} or its folder may not be written; change its rights, or open a copy",
                path=str(self.path),
            )
        with self._writer:
            if not self._log.exists:
                with disk_errors(self.path, "making the folder of"):
                    self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock.held():
                with self._mutex:
                    self._catch_up()
                yield

    @contextmanager
    def _begun(self, why: str, user_id: int | None, undoes: int | None = None) -> Iterator[Draft]:
        with self._locked():
            draft = Draft(self._log.state)
            self._owner, self._draft = threading.get_ident(), draft
            try:
                yield draft
                self._commit(draft, why, user_id, undoes)
            finally:
                draft.end()
                self._draft = self._owner = None

    def _commit(self, draft: Draft, why: str, user_id: int | None, undoes: int | None) -> None:
        if draft is not self._draft:
            raise StoreError(
                "a transaction cannot be committed by a forked child; begin one in the child",
                path=str(self.path),
            )
        ops = draft.ops()
        if not ops:
            return
        with self._mutex, disk_errors(self.path, "writing"):
            if self._log.outdated or not self._log.exists:
                self._checkpoint()
            entry = Entry(
                revision=self._log.state.revision + 1,
                at=_stamp(self._clock()),
                # The name of a file may hold half a character, which no line can.
                why=why.encode(errors="replace").decode(),
                user_id=self._user_id if user_id is None else user_id,
                undoes=undoes,
                ops=ops,
            )
            self._log.append(entry)
        self._checkpoint_where_due()

    def _checkpoint_where_due(self) -> None:
        size = self._log.journal_size
        if size <= max(self._journal_limit(), self._no_checkpoint_before):
            return
        try:
            self._checkpoint()
        except (StoreError, OSError) as error:
            # The transaction itself is durable, so it must not fail; check() reports this, and
            # the next attempt waits until the journal has grown by as much again.
            self._checkpoint_failed = str(error)
            self._no_checkpoint_before = size + _SMALLEST_LIMIT
            logger.warning("no snapshot of %s could be written: %s", self.path, error)

    def _journal_limit(self) -> int:
        """Return above which size the journal is taken into the snapshot."""
        return max(_SMALLEST_LIMIT, self._log.snapshot_size // _LARGEST_SHARE)

    def _checkpoint(self) -> None:
        former = self._log.former_file()

        def before_replacing() -> None:
            self._history.extend(self._log.waiting())
            if former is not None:
                self._backups.keep(self._log.meta.revision, self._clock(), instead=former)
            elif not self._log.snapshot_is_empty:
                self._backups.keep(self._log.meta.revision, self._clock())

        with self._mutex, disk_errors(self.path, "writing"):
            self._log.checkpoint(before_replacing)
        self._checkpoint_failed = None
        self._no_checkpoint_before = 0

    def _keep_present(self) -> str | None:
        if self._log.journal_size or self._log.outdated:
            self._checkpoint()
        with disk_errors(self._backups.folder, "writing"):
            kept = self._backups.keep(self._log.meta.revision, self._clock(), always=True)
        return str(kept) if kept else None

    def _entries(self) -> list[Entry]:
        with self._mutex, disk_errors(self.path, "reading"):
            self._now()
            # The journal first: a checkpoint in between moves its lines to the history, not back.
            waiting = [entry_of(line, self._log.journal_path) for line in self._log.waiting()]
            entries = list(self._history.entries())
        first = waiting[0].revision if waiting else None
        return [item for item in entries if first is None or item.revision < first] + waiting

    def after_fork(self) -> None:
        """Make a forked child independent: its own locks, its own file handles, no transaction."""
        # The parent may hold the old lock; letting go of the object here would release it there.
        _left_by_forks.append(self._lock)
        self._lock = Lock(self._lock.library, self._lock.timeout)
        self._log.in_doubt = True
        self._draft = self._owner = None
        self._reset_locks()

    def _reset_locks(self) -> None:
        self._writer = threading.RLock()
        self._mutex = threading.RLock()
        self._standing = 0


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_open: weakref.WeakSet[Engine] = weakref.WeakSet()
_left_by_forks: list[Lock] = []


def _after_fork() -> None:
    for engine in list(_open):
        engine.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
