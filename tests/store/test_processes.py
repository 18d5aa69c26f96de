"""Processes that share a library, fork, wait for each other, or are killed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from io import FileIO
from pathlib import Path

import pytest
from tinydb import TinyDB

from booktrack.errors import StoreBusy, StoreError
from booktrack.store import Database, open_store
from booktrack.store.files import Files, Stamp
from support.stores import book, clock, edition, in_child, status

KILLS = 200


def titles(store: Database) -> list[str]:
    return [document["title"] for _, document in store.all("books")]


def write_until_killed(path: Path, acknowledge: int, name: str) -> None:
    store = open_store(path, clock=clock)
    for count in range(1_000_000):
        with store.transaction("add") as changes:
            title = f"{name}-{count}"
            book_id = changes.insert("books", book(title))
            changes.insert("statuses", status(changes.insert("editions", edition(book_id))))
        os.write(acknowledge, f"{title}\n".encode())
        if count % 3 == 2:
            store.checkpoint()


def kill_a_writer(path: Path, name: str, chance: random.Random) -> list[str]:
    """Return what a writer acknowledged before it was killed at a random moment."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.close(reading)
            write_until_killed(path, writing, name)
        finally:
            os._exit(1)
    os.close(writing)
    seen = b""
    while seen.count(b"\n") < chance.randrange(5):
        seen += os.read(reading, 4096)
    until = time.perf_counter() + chance.random() * 0.004
    while time.perf_counter() < until:
        pass
    os.kill(child, signal.SIGKILL)
    while more := os.read(reading, 4096):
        seen += more
    os.close(reading)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return seen.decode().split()


def test_a_writer_that_is_killed_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    chance = random.Random(20101)
    there: set[str] = set()
    watching = open_store(path, clock=clock)
    for kill in range(KILLS):
        acknowledged = kill_a_writer(path, str(kill), chance)
        store = open_store(path, clock=clock)
        found = titles(store)
        assert titles(watching) == found
        assert len(found) == len(set(found))
        fresh = set(found) - there
        assert there <= set(found)
        assert set(acknowledged) <= fresh
        # The one that was under way may have been durable before its acknowledgement was sent.
        assert fresh - set(acknowledged) <= {f"{kill}-{len(acknowledged)}"}
        assert store.count("editions") == store.count("statuses") == len(found)
        there = set(found)
        if kill % 20 == 19:
            assert store.check()["problems"] == []
        store._log.close()
    watching.checkpoint()
    with TinyDB(path) as plain:
        assert {document["title"] for document in plain.table("books")} == there
    watching.close()


def test_four_writers_and_a_reader_lose_nothing_and_share_no_id(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    each = 500

    def write(name: int) -> None:
        store = open_store(path, lock_timeout=120)
        for count in range(each):
            with store.transaction(f"{name}") as changes:
                changes.insert("books", book(f"{name}-{count}"))
                if count % 10 == 9:
                    changes.put("books", 1, book("Shared", genres=[f"{name}-{count}"]))
            if count % 100 == 99:
                store.checkpoint()
        store.close()

    store = open_store(path)
    with store.transaction("first") as changes:
        changes.insert("books", book("Shared"))
    children = []
    for name in range(4):
        child = os.fork()
        if not child:
            try:
                write(name)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    running = set(children)
    last = 0
    while running:
        # Nothing is torn: whole transactions only, and never fewer than before.
        for _ in range(20):
            found = store.count("books")
            assert found >= last
            last = found
        for child in list(running):
            done, code = os.waitpid(child, os.WNOHANG)
            if done:
                assert os.waitstatus_to_exitcode(code) == 0
                running.remove(child)
    found = titles(store)
    assert len(found) == 1 + 4 * each
    names = Counter(title.partition("-")[0] for title in found[1:])
    assert names == {str(name): each for name in range(4)}
    for name in range(4):
        mine = [title for title in found if title.startswith(f"{name}-")]
        assert mine == [f"{name}-{count}" for count in range(each)]
    assert store.catch_up() == 1 + 4 * each
    assert len(store.history(limit=None)) == 1 + 4 * each
    assert store.check()["problems"] == []
    store.close()


def test_a_library_that_another_process_keeps_locked_is_busy(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    holder = open_store(path)
    waiting = open_store(path, lock_timeout=0.05)
    with holder.transaction("long") as changes:
        changes.insert("books", book())

        def try_it() -> None:
            with (
                pytest.raises(StoreBusy, match=r"held by another process or handle for 0\.05 s"),
                waiting.transaction("too early"),
            ):
                pass
            assert waiting.count("books") == 0
            waiting.close()

        assert in_child(try_it) == 0
        # The same holds for another handle of this very thread, which could wait for ever.
        with pytest.raises(StoreBusy), waiting.transaction("too early"):
            pass
    assert waiting.count("books") == 1
    waiting.close()
    holder.close()


def test_closing_leaves_the_journal_to_whoever_is_writing(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    writing = open_store(path, lock_timeout=0.05)
    with writing.transaction("first") as changes:
        changes.insert("books", book())
    leaving = open_store(path, lock_timeout=0.05)
    with writing.transaction("second") as changes:
        changes.insert("books", book())
        leaving.close()
    assert writing.count("books") == 2
    writing.close()


def test_a_forked_child_reads_and_writes_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    store = open_store(path)
    with store.transaction("before") as changes:
        changes.insert("books", book("Elantris"))

    def in_it() -> None:
        assert titles(store) == ["Elantris"]
        with store.transaction("in the child") as changes:
            changes.insert("books", book("Warbreaker"))
        store.close()

    assert in_child(in_it) == 0
    with store.transaction("after") as changes:
        changes.insert("books", book("Mistborn"))
    assert titles(store) == ["Elantris", "Warbreaker", "Mistborn"]
    store.close()


def test_a_fork_inside_a_transaction_leaves_it_to_the_parent(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    store = open_store(path, lock_timeout=0.05)

    def begin_and_fork() -> int:
        with store.transaction("the parent's") as changes:
            changes.insert("books", book("Elantris"))
            child = os.fork()
            if child:
                return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            # The parent holds the lock until its own transaction ends.
            with pytest.raises(StoreBusy), store.transaction("the child's"):
                pass
        return 0

    try:
        code = begin_and_fork()
    except StoreError as error:
        os._exit(7 if "forked child" in str(error) else 8)
    assert code == 7
    assert titles(store) == ["Elantris"]
    with store.transaction("another") as changes:
        changes.insert("books", book("Warbreaker"))
    assert titles(open_store(path)) == ["Elantris", "Warbreaker"]
    store.close()


class Hasty(Files):
    """A disk that is not waited for, so that a writer replaces its files as often as it can."""

    def sync(self, handle: FileIO) -> None:
        pass

    def sync_folder(self, folder: Path) -> None:
        pass


def test_opening_while_another_process_replaces_the_files_always_finds_the_newest(
    tmp_path: Path,
) -> None:
    path = tmp_path / "library.json"
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            store = open_store(path, files=Hasty())
            for count in range(1, 801):
                with store.transaction("add") as changes:
                    changes.insert("books", book(f"{count}"))
                os.write(writing, b".")
                if count % 2:
                    store.checkpoint()
            os._exit(0)
        finally:
            os._exit(1)
    os.close(writing)
    acknowledged = 0
    opened = 0
    long_open = open_store(path)
    while more := os.read(reading, 1 << 16):
        acknowledged += len(more)
        store = open_store(path)
        found = store.count("books")
        assert acknowledged <= found == store.catch_up() or store.catch_up() > found
        assert long_open.count("books") >= found
        opened += 1
        store._log.close()
    os.close(reading)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert acknowledged == long_open.count("books") == 800
    assert opened > 20
    long_open.close()


def test_what_a_fork_does_to_the_child_can_be_seen_in_one_process(tmp_path: Path) -> None:
    store = open_store(tmp_path / "library.json")
    with store.transaction("add") as changes:
        changes.insert("books", book("Elantris"))
    store.after_fork()
    assert titles(store) == ["Elantris"]

    def fork_inside() -> None:
        with store.transaction("lost") as changes:
            changes.insert("books", book("Warbreaker"))
            store.after_fork()

    with pytest.raises(StoreError, match="begin one in the child"):
        fork_inside()
    assert titles(store) == ["Elantris"]
    store._log.close()


class Unreadable(Files):
    """A disk that goes away."""

    gone = False

    def stamp(self, path: Path | str) -> Stamp | None:
        if self.gone:
            raise OSError(5, "Input/output error")
        return super().stamp(path)


def test_a_disk_that_goes_away_is_an_error_of_the_tree_until_it_is_back(tmp_path: Path) -> None:
    files = Unreadable()
    store = open_store(tmp_path / "library.json", files=files)
    with store.transaction("add") as changes:
        changes.insert("books", book("Elantris"))
    files.gone = True
    with pytest.raises(StoreError, match=r"reading .*library\.json failed.*Input/output error"):
        store.count("books")
    files.gone = False
    assert titles(store) == ["Elantris"]
    store.close()
