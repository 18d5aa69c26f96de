"""The store of a library: TinyDB on a journal, shared by threads and processes.

A `Database` reads the snapshot's bytes and the journal, hands out private copies of documents,
and commits each transaction as one durable line.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from booktrack.errors import Conflict, NotFound, StoreBusy, StoreError, StoreReadOnly, shown
from booktrack.store import checking, exchange
from booktrack.store import history as histories
from booktrack.store.backups import Backups
from booktrack.store.base import Document
from booktrack.store.draft import Draft
from booktrack.store.files import Files, disk_errors, is_writable
from booktrack.store.history import History
from booktrack.store.journal import Entry, entry_of
from booktrack.store.lock import Lock
from booktrack.store.log import Log
from booktrack.store.schema import SCHEMA, Schema
from booktrack.store.state import documents
from booktrack.store.undo import take_back

if TYPE_CHECKING:
    from tinydb import TinyDB

logger = logging.getLogger(__name__)

# A journal may grow to a quarter of its snapshot: opening reads at most so much more, and writing
# 50 MB anew is shared by some 30,000 marks, 20 microseconds each.
_SMALLEST_LIMIT = 4 << 20
_LARGEST_SHARE = 4

Clock = Callable[[], datetime]


def open_store(
    path: str | os.PathLike[str],
    *,
    lock_timeout: float = 10,
    clock: Clock | None = None,
    backups: int = 5,
    user_id: int | None = None,
    files: Files | None = None,
    schema: Schema = SCHEMA,
) -> Database:
    """Return the library at the path, which need not exist before the first write.

    Args:
        path: the file; a symbolic link is followed, and stays.
        lock_timeout: seconds to wait for another process that writes.
        clock: gives the time that stands in the history.
        backups: how many earlier snapshots are kept.
        user_id: whose the changes are where a transaction does not say it.
        files: the disk.
        schema: the form of the documents.

    Raises:
        StoreCorrupt: the file is damaged; the message says where and how to recover.
        StoreTooNew: a newer booktrack wrote it.
        StoreError: it cannot be read.
    """
    real = Path(os.path.realpath(path))
    return Database(
        real,
        files=files or Files(),
        lock=Lock(real, lock_timeout),
        clock=clock or _now,
        backups=backups,
        user_id=user_id,
        schema=schema,
    )


def _now() -> datetime:
    return datetime.now(UTC)


class Database:
    """A library on disk; see `store.base.Store` for what its methods promise."""

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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Reading

    def get(self, table: str, doc_id: int) -> Document | None:
        """Return the document, or None where there is none."""
        with self._mutex:
            return self._now().get(table, doc_id)

    def get_many(self, table: str, doc_ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that are there, by id, in the order asked for."""
        with self._mutex:
            return self._now().get_many(table, doc_ids)

    def find(self, index: str, key: str) -> list[int]:
        """Return the ids that stand under the key of an index, ascending."""
        with self._mutex:
            return self._now().find(index, key)

    def ids(self, table: str) -> list[int]:
        """Return all ids of a table, ascending."""
        with self._mutex:
            return self._now().ids(table)

    def all(self, table: str) -> Iterator[tuple[int, Document]]:
        """Return every document with its id, ascending, as they were when this was called."""
        with self._mutex:
            view = self._now()
            return view.all(table) if view is self._draft else documents(self._items(table))

    def count(self, table: str) -> int:
        """Return how many documents a table holds."""
        with self._mutex:
            return self._now().count(table)

    def tables(self) -> list[str]:
        """Return the names of the tables that hold a document."""
        with self._mutex:
            return self._now().tables()

    @property
    def revision(self) -> int:
        """The number of the last transaction that was taken over."""
        return self._log.state.revision

    def catch_up(self) -> int:
        """Take over what other processes have committed; return the revision that is read now."""
        with self._mutex:
            self._now()
            return self.revision

    def changed_since(self, revision: int) -> set[tuple[str, int]] | None:
        """Return the (table, id) pairs touched after that revision; None where it is too old."""
        with self._mutex:
            self._now()
            return self._log.state.changed_since(revision)

    # Writing

    @contextmanager
    def transaction(self, why: str, *, user_id: int | None = None) -> Iterator[Draft]:
        """Return a context: leaving it commits durably, an exception leaves everything as it was.

        Reading inside sees the transaction's own changes. A transaction inside another one of the
        same thread joins it; an exception that leaves the inner one takes back the inner changes.

        Raises:
            StoreBusy: another process kept the lock for too long.
            StoreReadOnly: the file or its folder may not be written.
            StoreError: the disk refused; nothing was changed.
        """
        with self._writer:
            if self._draft is not None:
                savepoint = self._draft.savepoint()
                try:
                    yield self._draft
                except BaseException:
                    self._draft.roll_back(savepoint)
                    raise
            else:
                with self._begun(why, user_id) as draft:
                    yield draft

    def undo(self, transaction_id: int, *, user_id: int | None = None) -> dict[str, Any]:
        """Take a transaction back; return the transaction that did so, which can be undone too.

        Raises:
            NotFound: the history does not hold it, or not any more.
            Conflict: documents changed since; `details["conflicts"]` lists them. Nothing is undone.
        """
        with self._writer:
            if self._draft is not None:
                raise Conflict("an undo is a transaction of its own and cannot be part of another")
            entries = self._entries()
            entry = next((item for item in entries if item.revision == transaction_id), None)
            if entry is None:
                oldest = entries[0].revision if entries else "none"
                raise NotFound(
                    f"the history holds no transaction {shown(transaction_id)}; "
                    f"the oldest is {oldest}",
                    transaction=transaction_id,
                )
            by = histories.undone_by(entries).get(entry.revision)
            if by is not None:
                raise Conflict(
                    f"transaction {transaction_id} was taken back by {by} already; undo {by} to "
                    "bring it back",
                    transaction=transaction_id,
                    undone_by=by,
                )
            later = {
                (op.table, op.doc_id)
                for item in entries
                for op in item.ops
                if item.revision > entry.revision
            }
            why = f"undo {entry.revision}: {entry.why}"
            with self._begun(why, user_id, undoes=entry.revision) as draft:
                take_back(draft, entry, later)
            return self.history(limit=1)[0]

    def history(self, limit: int | None = 50) -> list[dict[str, Any]]:
        """Return the last transactions, newest first.

        Returns:
            `{"id", "at", "why", "user_id", "changes": {table: count}, "details": {table: {"added",
            "changed", "removed"}}, "undoes", "undone_by"}` each.
        """
        entries = self._entries()
        undone = histories.undone_by(entries)
        newest = entries[::-1] if limit is None else entries[: -limit - 1 : -1]
        return [histories.summary(entry, undone.get(entry.revision)) for entry in newest]

    def checkpoint(self) -> None:
        """Write the snapshot, so that the plain file holds everything and the journal is empty.

        Raises:
            StoreBusy: another process kept the lock for too long.
            StoreError: the disk refused; nothing is lost, the journal stays.
        """
        with self._locked():
            if self._log.journal_size or self._log.outdated:
                self._checkpoint()

    def close(self) -> None:
        """Write a last snapshot where there is something to write, and let go of the files.

        Where another process is writing at the moment, the journal is left to it.
        """
        with self._writer:
            if self._closed:
                return
            try:
                if self._log.journal_size and not self.read_only:
                    self.checkpoint()
            except StoreBusy:
                logger.info("%s is busy: its journal stays until the next checkpoint", self.path)
            finally:
                self._closed = True
                self._log.close()

    def check(self) -> dict[str, Any]:
        """Return a report on the files: CRCs, JSON, models, references, ids, indexes.

        Returns:
            `{"ok", "problems": [{"code", "message", "table", "id"}], "path", "revision",
            "schema", "tables": {name: count}, "snapshot", "journal", "history", "backups"}`.
        """
        found = checking.report(Log(self.path, self._files, self._log.schema), self._history)
        with self._mutex:
            found["problems"] += checking.problems_of_indexes(self._log.state)
        if self._checkpoint_failed:
            text = f"the last snapshot could not be written: {self._checkpoint_failed}"
            found["problems"].append(checking.problem("checkpoint", text))
        return {**found, "ok": not found["problems"], "backups": self.backups()}

    def backups(self) -> list[dict[str, Any]]:
        """Return the kept snapshots, newest first: `{"path", "at", "revision", "size"}` each."""
        return self._backups.kept()

    def backup(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> dict[str, Any]:
        """Write the library to a plain TinyDB file, which is read again before it counts.

        Returns:
            `{"path", "bytes", "revision", "tables": {name: count}}`.

        Raises:
            Conflict: the file is there already and `overwrite` is not set, or is the library.
            StoreError: the disk refused.
        """
        target = Path(os.path.realpath(path))
        with self._mutex, disk_errors(target, "writing"):
            self._now()
            state, meta = self._log.state, self._log.present_meta()
            return exchange.write_backup(
                state, meta, self.path, target, self._files, overwrite=overwrite
            )

    def restore(
        self, path: str | os.PathLike[str], *, user_id: int | None = None
    ) -> dict[str, Any]:
        """Make the library what the file holds, as one transaction, which can be undone.

        Returns:
            That transaction, as in `history`, and `kept`: the backup of what was before. Where
            the library held the same already, only `{"kept": None}`.

        Raises:
            InvalidFile: the file is missing or holds no library; nothing was changed.
            StoreTooNew: a newer booktrack wrote it; nothing was changed.
        """
        source = Path(path)
        wanted = exchange.read_backup(source, self._log.schema)
        with self._writer:
            before = self.catch_up()
            with self._begun(f"restore {source.name}", user_id) as draft:
                exchange.replace_all(draft, wanted)
                kept = self._keep_present() if draft.ops() else None
            if self.revision == before:
                return {"kept": None}
            return {**self.history(limit=1)[0], "kept": kept}

    @cached_property
    def tinydb(self) -> TinyDB:
        """A TinyDB whose every change goes through lock, journal, validation and indexes."""
        from booktrack.store.storage import tinydb_over

        return tinydb_over(self)

    # Inside

    def _now(self) -> Draft:
        """Return what this thread reads: its own transaction, or the library as it stands."""
        if self._closed:
            raise self._is_closed()
        if self._draft is None:
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
        share = self._log.snapshot_size // _LARGEST_SHARE
        if size <= max(_SMALLEST_LIMIT, share, self._no_checkpoint_before):
            return
        try:
            self._checkpoint()
        except (StoreError, OSError) as error:
            # The transaction itself is durable, so it must not fail; check() reports this, and
            # the next attempt waits until the journal has grown by as much again.
            self._checkpoint_failed = str(error)
            self._no_checkpoint_before = size + _SMALLEST_LIMIT
            logger.warning("no snapshot of %s could be written: %s", self.path, error)

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


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


_open: weakref.WeakSet[Database] = weakref.WeakSet()
_left_by_forks: list[Lock] = []


def _after_fork() -> None:
    for database in list(_open):
        database.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
