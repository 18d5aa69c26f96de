"""The store of a library: TinyDB on a journal, shared by threads and processes.

A `Database` reads the snapshot's bytes and the journal, hands out private copies of documents,
and commits each transaction as one durable line.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from booktrack.errors import Conflict, NotFound, StoreBusy, shown
from booktrack.store import checking, exchange
from booktrack.store import history as histories
from booktrack.store.base import Changes, Document
from booktrack.store.draft import Draft
from booktrack.store.engine import Clock, Engine
from booktrack.store.files import Files, disk_errors, free_space, is_writable
from booktrack.store.lock import Lock
from booktrack.store.log import Log
from booktrack.store.schema import SCHEMA, Schema
from booktrack.store.state import documents
from booktrack.store.undo import take_back

if TYPE_CHECKING:
    from tinydb import TinyDB

logger = logging.getLogger(__name__)


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


class Database(Engine):
    """A library on disk; see `store.base.Store` for what its methods promise."""

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

    @contextmanager
    def reading(self) -> Iterator[Draft]:
        """Return a context in which the library stands still: all that is read is of one revision.

        It looks for other processes' changes once, where each read by itself does: an answer on a
        series of 40 books reads 300 times.
        """
        with self._mutex:
            view = self._now()
            self._standing += 1
            try:
                yield view
            finally:
                self._standing -= 1

    def in_transaction(self) -> bool:
        """Return whether this thread is in a transaction, and so reads its own changes."""
        return self._draft is not None and self._owner == threading.get_ident()

    @property
    def revision(self) -> int:
        """The number of the last transaction that was taken over."""
        return self._log.state.revision

    def catch_up(self) -> int:
        """Take over what other processes have committed; return the revision that is read now."""
        with self._mutex:
            self._now()
            return self.revision

    def glance(self) -> int | None:
        """Return the revision where it is at hand, or None where one would have to wait for it.

        For a server's loop, which serves everybody and so may neither wait for a lock nor read.
        """
        if self._closed or not self._mutex.acquire(blocking=False):
            return None
        try:
            return self.revision if self._log.is_current() else None
        except OSError:
            return None  # whoever reads it in earnest is told what is wrong
        finally:
            self._mutex.release()

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

    def changes(
        self, tables: Collection[str], *, since: datetime | None = None, after: int | None = None
    ) -> Changes:
        """Return what was changed in these tables since a moment, or after a revision."""
        with self._mutex:
            entries = self._entries()
            return histories.changes(entries, self.revision, tables, since, after)

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

    def condition(self) -> dict[str, Any]:
        """Return what can be told of the files at once, without reading them through.

        Returns:
            `{"path", "exists", "writable", "bytes", "journal_bytes", "journal_limit", "revision",
            "locked", "checkpoint_failed", "free_bytes"}`; sizes in bytes.
        """
        with self._mutex, disk_errors(self.path, "reading"):
            self._now()
            return {
                "path": str(self.path),
                "exists": self._log.exists,
                "writable": is_writable(self.path) and self._lock.is_usable(),
                "bytes": self._log.snapshot_size,
                "journal_bytes": self._log.journal_size,
                "journal_limit": self._journal_limit(),
                "revision": self.revision,
                "locked": not self._lock.is_free(),
                "checkpoint_failed": self._checkpoint_failed,
                "free_bytes": free_space(self.path),
            }

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

    def keep_backups(self, most: int) -> None:
        """Keep at most so many backups from now on; the oldest go when the next one is made."""
        self._backups.most = most

    def keep_backup(self) -> str | None:
        """Keep what is there now among the backups; return its path, None where nothing is there.

        Within a transaction it is what was there before that.

        Raises:
            StoreBusy: another process kept the lock for too long.
            StoreError: the disk refused.
        """
        with self._locked():
            return self._keep_present()

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
