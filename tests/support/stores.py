"""Documents, disks and processes for the tests of the store."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from booktrack.store.files import Files, Stamp


def book(title: str = "The Way of Kings", **fields: Any) -> dict[str, Any]:
    return {"title": title, "authors": ["Brandon Sanderson"], **fields}


def edition(book_id: int, isbn_13: str | None = "9780765326355", **fields: Any) -> dict[str, Any]:
    return {"book_id": book_id, "isbn_13": isbn_13, **fields}


def status(edition_id: int, is_now: str = "own", **fields: Any) -> dict[str, Any]:
    return {"user_id": 1, "edition_id": edition_id, "status": is_now, **fields}


def clock() -> datetime:
    return datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


def contents(store: Any) -> dict[str, dict[int, dict[str, Any]]]:
    """Return everything that a store holds."""
    return {table: dict(store.all(table)) for table in store.tables()}


class FaultyFiles(Files):
    """A disk that fails at the n-th operation, once or from then on."""

    def __init__(self) -> None:
        self.operations: list[str] = []
        self.fail_at: int | None = None
        self.for_good = False
        self.code = errno.EIO
        self.half_written = True

    def fail(self, operation: int, *, code: int = errno.EIO, for_good: bool = False) -> None:
        self.operations.clear()
        self.fail_at, self.code, self.for_good = operation, code, for_good

    def heal(self) -> None:
        self.operations.clear()
        self.fail_at = None

    def _step(self, name: str) -> None:
        number = len(self.operations)
        self.operations.append(name)
        if self.fail_at is None:
            return
        if number == self.fail_at or (self.for_good and number > self.fail_at):
            raise OSError(self.code, os.strerror(self.code))

    def write(self, handle: FileIO, data: bytes | memoryview) -> None:
        try:
            self._step("write")
        except OSError:
            super().write(handle, memoryview(data)[: len(data) // 2])
            raise
        super().write(handle, data)

    def sync(self, handle: FileIO) -> None:
        self._step("sync")
        super().sync(handle)

    def truncate(self, handle: FileIO, size: int) -> None:
        self._step("truncate")
        super().truncate(handle, size)

    def replace(self, source: Path, target: Path) -> None:
        self._step("replace")
        super().replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        self._step("link")
        super().link(source, target)

    def unlink(self, path: Path) -> None:
        self._step("unlink")
        super().unlink(path)

    def sync_folder(self, folder: Path) -> None:
        self._step("sync_folder")
        super().sync_folder(folder)

    def create(self, path: Path, chunks: Iterable[bytes | memoryview], like: Path) -> Stamp:
        self._step("create")
        return super().create(path, chunks, like)


class DyingFiles(FaultyFiles):
    """A disk under a process that is killed at the n-th operation: nothing runs after it."""

    def __init__(self, die: Callable[[], None]) -> None:
        super().__init__()
        self.die = die

    def _step(self, name: str) -> None:
        number = len(self.operations)
        self.operations.append(name)
        if number == self.fail_at:
            self.die()


def in_child(work: Callable[[], None]) -> int:
    """Run the work in a forked process and return its exit status, or minus its signal."""
    child = os.fork()
    if not child:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
