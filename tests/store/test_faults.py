"""The disk fails at every operation in turn: what was acknowledged stays, nothing else appears."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from booktrack.errors import StoreError, StoreReadOnly
from booktrack.store import Database, open_store
from booktrack.store.files import Files
from support.stores import DyingFiles, FaultyFiles, book, clock, contents, edition, in_child, status

Work = Callable[[Database], None]


def first_write(store: Database) -> None:
    with store.transaction("first") as changes:
        changes.insert("books", book())


def mark(store: Database) -> None:
    with store.transaction("mark") as changes:
        changes.put("statuses", 1, status(1, "want"))
        changes.insert("books", book("Elantris"))


def checkpoint(store: Database) -> None:
    store.checkpoint()


def undo(store: Database) -> None:
    store.undo(1)


def restore(store: Database) -> None:
    store.restore(store.path.with_name("old.json"))


def filled(path: Path, files: Files | None = None) -> Database:
    store = open_store(path, clock=clock)
    with store.transaction("fill") as changes:
        changes.insert("editions", edition(changes.insert("books", book())))
        changes.insert("statuses", status(1))
    store.backup(path.with_name("old.json"))
    with store.transaction("more") as changes:
        changes.insert("books", book("Warbreaker"))
    store.checkpoint()
    with store.transaction("waiting in the journal") as changes:
        changes.insert("books", book("Mistborn"))
    store._log.close()
    return open_store(path, clock=clock, files=files)


def opened(path: Path, work: Work, files: Files) -> Database:
    return (
        open_store(path, clock=clock, files=files) if work is first_write else filled(path, files)
    )


def steps_of(work: Work, path: Path) -> list[str]:
    """Return the operations that the work needs where nothing fails."""
    files = FaultyFiles()
    store = opened(path, work, files)
    files.heal()
    work(store)
    return files.operations.copy()


def both(work: Work, folder: Path) -> tuple[dict[str, Any], dict[str, Any], int]:
    """Return what the library holds before and after the work, and the number of operations."""
    files = FaultyFiles()
    store = opened(folder / "library.json", work, files)
    before = contents(store)
    files.heal()
    work(store)
    count = len(files.operations)
    after = contents(store)
    store.close()
    return before, after, count


WORKS = [first_write, mark, checkpoint, undo, restore]


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("work", WORKS)
def test_an_operation_that_fails_is_an_error_and_changes_nothing(
    work: Work, tmp_path: Path, *, for_good: bool
) -> None:
    (tmp_path / "whole").mkdir()
    before, after, count = both(work, tmp_path / "whole")
    assert count > 0
    for operation in range(count):
        folder = tmp_path / str(operation)
        folder.mkdir()
        path = folder / "library.json"
        files = FaultyFiles()
        store = opened(path, work, files)
        files.fail(operation, for_good=for_good)
        try:
            work(store)
        except StoreError as error:
            failed = str(error)
        else:
            failed = ""
        files.heal()
        now = contents(store)
        doubtful = "taking it back failed too" in failed
        assert failed, f"operation {operation} failed unnoticed"
        assert now == before or (doubtful and now == after), f"operation {operation}"
        other = open_store(path, clock=clock)
        assert contents(other) == now
        other._log.close()
        if now == before:
            work(store)
        assert contents(store) == after, f"operation {operation}: works again afterwards"
        store.close()
        reopened = open_store(path, clock=clock)
        assert contents(reopened) == after
        assert reopened.check()["problems"] == []
        with TinyDB(path) as plain:
            assert len(plain.table("books")) == len(after["books"])


@pytest.mark.parametrize("work", WORKS)
def test_a_process_that_dies_at_an_operation_leaves_the_state_before_or_after(
    work: Work, tmp_path: Path
) -> None:
    (tmp_path / "whole").mkdir()
    before, after, count = both(work, tmp_path / "whole")
    for operation in range(count):
        folder = tmp_path / str(operation)
        folder.mkdir()
        path = folder / "library.json"
        files = DyingFiles(lambda: os._exit(77))
        store = opened(path, work, files)

        def die_at_it(store: Database = store, files: FaultyFiles = files) -> None:
            files.fail(operation)  # noqa: B023
            work(store)

        assert in_child(die_at_it) == 77
        reopened = open_store(path, clock=clock)
        assert contents(reopened) in (before, after)
        assert contents(store) == contents(reopened)
        if contents(reopened) == before:
            work(reopened)
        assert contents(store) == after
        reopened.close()
        with TinyDB(path) as plain:
            assert len(plain.table("books")) == len(after["books"])


def test_a_snapshot_that_cannot_be_written_does_not_fail_the_transaction(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booktrack.store.engine._SMALLEST_LIMIT", 500)
    files = FaultyFiles()
    store = filled(tmp_path / "library.json", files)
    files.heal()
    files.fail(3, code=errno.ENOSPC, for_good=True)  # behind the line that is written and synced
    with store.transaction("large") as changes:
        changes.insert("books", book("x" * 2000))
    assert store.count("books") == 4
    problems = store.check()["problems"]
    assert [item["code"] for item in problems] == ["checkpoint"]
    assert "No space left" in problems[0]["message"]
    files.heal()
    with store.transaction("larger") as changes:
        changes.insert("books", book("y" * 3000))
    assert store.check()["problems"] == []
    assert store._log.journal_size == 0
    store.close()


def test_a_disk_that_refuses_the_right_to_write_says_so(tmp_path: Path) -> None:
    files = FaultyFiles()
    store = filled(tmp_path / "library.json", files)
    files.fail(0, code=errno.EACCES)
    with pytest.raises(StoreReadOnly, match="may not be written"):
        mark(store)
    files.heal()
    store.close()
