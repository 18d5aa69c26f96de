"""The two files under a library as this process knows them: read on, appended to, exchanged.

A commit appends one line to the journal and syncs it. A checkpoint writes a new snapshot and
begins a new journal. What the two files mean together stands in `store.reconcile`.
"""

from __future__ import annotations

from collections.abc import Callable
from io import FileIO
from pathlib import Path

from booktrack.errors import StoreCorrupt, StoreError
from booktrack.store import snapshot as snapshots
from booktrack.store.files import Files, Stamp
from booktrack.store.journal import (
    Entry,
    Header,
    Line,
    SnapshotStamp,
    corrupt,
    entry_of,
    header_of,
    read_lines,
    seal,
)
from booktrack.store.reconcile import Plan, reconcile
from booktrack.store.schema import Schema
from booktrack.store.snapshot import Meta
from booktrack.store.state import State

JOURNAL = 1  # the version of the journal's form
_ATTEMPTS = 5


class Log:
    """The files, how far this process has read them, and the state that they make."""

    def __init__(self, path: Path, files: Files, schema: Schema) -> None:
        self._journal: FileIO | None = None
        self.path = path
        self.schema = schema
        self.journal_path = path.with_name(path.name + ".journal")
        # Text, because os.stat of a Path takes twice as long and every read begins with two.
        self._name, self._journal_name = str(path), str(self.journal_path)
        self.files = files
        self.chain = 0
        self.entries_start = 0
        self.end = 0
        self.in_doubt = False
        self.state = State(snapshots.empty(), 0, {})
        self.meta = Meta()
        self.header: Header | None = None
        self.outdated = False
        self.former: State | None = None
        self.snapshot_is_empty = True
        self._loaded = False
        self._names_synced = False
        self._identity = ""
        self._stamp: Stamp | None = None
        self._journal_writable = False
        self._seen: Stamp | None = None
        self._last_start = 0

    @property
    def journal_size(self) -> int:
        """How many bytes of transactions wait in the journal."""
        return self.end - self.entries_start

    @property
    def snapshot_size(self) -> int:
        """How many bytes the snapshot has."""
        return self._stamp.size if self._stamp else 0

    @property
    def exists(self) -> bool:
        """Whether there is a file."""
        return self._stamp is not None

    def close(self) -> None:
        """Let go of the journal."""
        if self._journal is not None:
            self._journal.close()
        self._journal = None
        self._journal_writable = False

    def __del__(self) -> None:
        # A notebook that never closes its library must not leave a warning behind.
        self.close()

    # Reading

    def load(self) -> None:
        """Read both files anew.

        Raises:
            StoreCorrupt: a file is damaged, or they do not belong together.
            StoreTooNew: a newer booktrack wrote them.
        """
        before = damage = None
        for _ in range(_ATTEMPTS):
            stamps = (self.files.stamp(self.path), self.files.stamp(self.journal_path))
            try:
                if self._read_both():
                    return
            except StoreCorrupt as error:
                # Another process may have replaced one file between the reading of the two.
                if stamps == before:
                    raise
                damage = error
            before = stamps
        raise damage or StoreError(
            f"{self.path} is being replaced again and again by another program"
        )

    def is_current(self) -> bool:
        """Return whether the files are as they were read, by their stamps alone."""
        if self.in_doubt or self.files.stamp(self._name) != self._stamp:
            return False
        seen = self.files.stamp(self._journal_name)
        return seen == self._seen and (seen is None or seen.size == self.end)

    def catch_up(self) -> None:
        """Take over what others have done to the files since they were read."""
        seen, stamp = self.files.stamp(self._journal_name), self.files.stamp(self._name)
        if self.in_doubt or stamp != self._stamp or _inode(seen) != _inode(self._seen):
            if self.in_doubt or not self._follows(seen, stamp):
                self.load()
                return
            seen = self._seen
        if seen is None or (seen == self._seen and seen.size == self.end):
            return
        if self.outdated or seen.size < self.end or not self._last_line_is_there():
            self.load()
            return
        self._seen = seen
        self._read_on()

    def _follows(self, seen: Stamp | None, stamp: Stamp | None) -> bool:
        """Return whether a checkpoint by another process explains that the files differ."""
        if seen is None or stamp is None or _inode(seen) == _inode(self._seen):
            return False
        journal = self.files.open(self.journal_path)
        header = None
        try:
            lines = read_lines(self.files.read(journal), 0, 0, self.journal_path) if journal else []
            if lines and self._inode_of(journal) == seen.inode:
                header = self._header_that_follows(lines[0], stamp)
        finally:
            if header is None and journal is not None:
                journal.close()
        if header is None:
            return False
        self._identity, self._stamp = header.snapshot.identity, stamp
        self._use(journal, seen, lines[0])
        self.header, self._names_synced = header, False
        return True

    def _header_that_follows(self, line: Line, stamp: Stamp) -> Header | None:
        header = header_of(line, self.journal_path)
        if (header.revision, header.chain) != (self.state.revision, f"{self.chain:08x}"):
            return None
        return header if (header.snapshot.size, header.snapshot.mtime_ns) == stamp[1:] else None

    def _use(self, journal: FileIO | None, seen: Stamp | None, header: Line | None) -> None:
        self.close()
        self._journal, self._seen = journal, seen
        self.entries_start = self.end = header.end if header else 0
        self._last_start = 0
        if header:
            self.chain = header.seal

    def _last_line_is_there(self) -> bool:
        if self._journal is None:
            return False
        self._journal.seek(self._last_start)
        return self._journal.read(9) == b"%08x " % self.chain

    def _read_on(self) -> None:
        if self._journal is None:
            return
        data = self.files.read(self._journal, self.end)
        for line in read_lines(data, self.end, self.chain, self.journal_path):
            self._take(line)

    def _take(self, line: Line) -> None:
        try:
            self.state.apply(entry_of(line, self.journal_path))
        except StoreCorrupt as error:
            raise corrupt(self.journal_path, line.start) from error
        self._last_start, self.end, self.chain = line.start, line.end, line.seal

    def _read_both(self) -> bool:
        stamp, data = self._read_file(self.path)
        journal = self.files.open(self.journal_path)
        seen = self.files.stamp(self.journal_path)
        content = self.files.read(journal) if journal else b""
        try:
            if self.files.stamp(self.path) != stamp or _inode(seen) != self._inode_of(journal):
                if journal:
                    journal.close()
                return False
            lines = read_lines(content, 0, 0, self.journal_path)
            if content and not lines:
                raise corrupt(self.journal_path, 0)
            plan = reconcile(self.path, self.schema, stamp, data, lines)
        except BaseException:
            if journal:
                journal.close()
            raise
        self._install(plan, stamp, journal, seen)
        return True

    def _read_file(self, path: Path) -> tuple[Stamp | None, bytes | None]:
        handle = self.files.open(path)
        if handle is None:
            return None, None
        with handle:
            # Of the file that is read, whichever may have its name by now.
            return self.files.stamp_of(handle), self.files.read(handle)

    def _inode_of(self, handle: FileIO | None) -> int | None:
        return None if handle is None else self.files.stamp_of(handle).inode

    def _install(
        self, plan: Plan, stamp: Stamp | None, journal: FileIO | None, seen: Stamp | None
    ) -> None:
        revision = plan.revision
        if plan.edited or plan.header is None:
            # No revision was written for an edit by hand, so whoever saw the library before it
            # counts one more; the same content keeps the number that it was seen under.
            same = self._loaded and plan.snapshot.identity == self._identity
            least = self.state.revision + (self._loaded and not same)
            revision = max(revision if not same else 0, least)
        self._use(journal, seen, plan.header)
        self.header = plan.header_says
        self.state = State(plan.snapshot, revision, plan.next_ids)
        self.meta = plan.snapshot.meta
        self._identity, self._stamp = plan.snapshot.identity, stamp
        self.snapshot_is_empty = not plan.snapshot.sections
        self._loaded, self.in_doubt, self._names_synced = True, False, False
        if plan.header is None:
            self.chain = int(self.meta.chain, 16)
        for line in plan.absorbed:
            self._last_start, self.end, self.chain = line.start, line.end, line.seal
        self.entries_start = self.end
        for line in plan.waiting:
            self._take(line)
        self.outdated = self.meta.schema < self.schema.version
        self.former = self.state if self.outdated else None
        if self.outdated:
            self.state = self.schema.upgrade(self.state, self.meta.schema)

    # Writing; the caller holds the lock and has caught up

    def append(self, entry: Entry) -> None:
        """Make a transaction durable and apply it; where it fails, nothing happened.

        Raises:
            OSError: the disk refused.
        """
        journal = self._journal_for_writing()
        line, crc = seal(entry, self.chain)
        start = self.end
        try:
            if self._seen is None or self._seen.size != start:
                self.files.truncate(journal, start)  # what a killed writer left unfinished
            journal.seek(start)
            self.files.write(journal, line)
            self.files.sync(journal)
        except BaseException as error:
            self._take_back(journal, start, error)
            raise
        self.state.apply(entry)
        self._last_start, self.end, self.chain = start, start + len(line), crc
        self._seen = self.files.stamp(self.journal_path)

    def checkpoint(self, before_replacing: Callable[[], None]) -> None:
        """Write everything into the snapshot and begin a new journal.

        Args:
            before_replacing: called when the new snapshot is whole beside the old one.

        Raises:
            OSError: the disk refused; whichever files are there make the same library.
        """
        meta = self.present_meta()
        pieces = snapshots.render(meta, self.state.lines())
        fresh = self.path.with_name(self.path.name + ".new")
        stamp = self.files.create(fresh, pieces, like=self.path)
        self.in_doubt = True
        try:
            before_replacing()
            self.files.replace(fresh, self.path)
        except BaseException:
            self.files.unlink(fresh)
            raise
        self.files.sync_folder(self.path.parent)
        self.meta, self._identity, self._stamp = meta, meta.crc, stamp
        self.snapshot_is_empty = not self.state.lines()
        self._begin_journal()
        self.in_doubt = self.outdated = False
        self.former = None

    def former_file(self) -> list[bytes | memoryview] | None:
        """Return the library as it was before its documents were given today's form."""
        if self.former is None:
            return None
        meta = Meta(
            schema=self.meta.schema,
            revision=self.former.revision,
            next_ids=dict(sorted(self.former.next_ids.items())),
        )
        return snapshots.render(meta, self.former.lines())

    def present_meta(self) -> Meta:
        """Return what a snapshot made now would say of itself."""
        return Meta(
            schema=self.schema.version,
            revision=self.state.revision,
            chain=f"{self.chain:08x}",
            next_ids=dict(sorted(self.state.next_ids.items())),
        )

    def waiting(self) -> list[Line]:
        """Return the lines of the journal that this process has taken over."""
        if self._journal is None:
            return []
        data = self.files.read(self._journal)[: self.end]
        return read_lines(data, 0, 0, self.journal_path)[1:]

    def _begin_journal(self) -> None:
        if self._stamp is None:
            raise FileNotFoundError(self.path)
        header = Header(
            journal=JOURNAL,
            revision=self.state.revision,
            chain=f"{self.chain:08x}",
            next_ids=self.state.next_ids,
            snapshot=SnapshotStamp(self._identity, self._stamp.size, self._stamp.mtime_ns),
        )
        line, crc = seal(header, 0)
        self.close()
        self._seen = self.files.put(self.journal_path, [line], like=self.path)
        self._journal = self.files.open(self.journal_path, writing=True)
        self._journal_writable = True
        self.header = header
        self.entries_start = self.end = len(line)
        self._last_start, self.chain = 0, crc

    def _journal_for_writing(self) -> FileIO:
        if self._journal is None or self.header is None or self._was_edited(self.header):
            self.in_doubt = True
            self._begin_journal()
            self.in_doubt = False
        elif not self._names_synced:
            # Whoever replaced the files last may have died before their names were durable.
            self.files.sync_folder(self.path.parent)
        self._names_synced = True
        if self._journal is None or not self._journal_writable:
            opened = self.files.open(self.journal_path, writing=True)
            if opened is None:
                raise FileNotFoundError(self.journal_path)
            if self._journal is not None:
                self._journal.close()
            self._journal, self._journal_writable = opened, True
        return self._journal

    def _was_edited(self, header: Header) -> bool:
        return self.end == self.entries_start and header.snapshot.identity != self._identity

    def _take_back(self, journal: FileIO, start: int, error: BaseException) -> None:
        self.in_doubt = True
        try:
            self.files.truncate(journal, start)
            self.files.sync(journal)
        except OSError as second:
            raise StoreError(
                f"writing {self.journal_path} failed ({error}) and taking it back failed too "
                f"({second}): whether the change was kept shows when the library is opened again",
                path=str(self.journal_path),
            ) from error
        self._seen = self.files.stamp(self.journal_path)
        self.in_doubt = False


def _inode(stamp: Stamp | None) -> int | None:
    return None if stamp is None else stamp.inode
