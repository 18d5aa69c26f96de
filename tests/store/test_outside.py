"""The plain file and the world around it: stock TinyDB, editors, links, rights, older and newer."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import pytest
from tinydb import TinyDB

from booktrack.errors import StoreCorrupt, StoreError, StoreReadOnly, StoreTooNew
from booktrack.store import Database, open_store, recover
from booktrack.store.schema import Schema, Tables
from support.stores import FaultyFiles, book, clock, edition, in_child, status


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.json"


def titles(store: Database) -> list[str]:
    return [document["title"] for _, document in store.all("books")]


def add(store: Database, title: str) -> None:
    with store.transaction(f"add {title}") as changes:
        changes.insert("books", book(title))


def filled(path: Path, *names: str) -> Database:
    store = open_store(path, clock=clock)
    for name in names or ("Elantris",):
        add(store, name)
    store.checkpoint()
    return store


def test_the_file_is_a_plain_tinydb_file_with_one_document_per_line(path: Path) -> None:
    store = open_store(path, clock=clock)
    with store.transaction("add") as changes:
        changes.insert("own_table", {"b": 1, "a": "späť\n"})
        changes.insert("statuses", status(1))
        changes.insert("editions", edition(1))
        changes.insert("books", book("進撃の巨人"))
        changes.insert("books", book("Elantris"))
    store.close()
    lines = path.read_text("utf-8").splitlines()
    assert lines[2].startswith('"1": {"crc":"')
    assert [line[:14] for line in lines] == [
        "{",
        '"_meta": {',
        '"1": {"crc":"' + lines[2][13],
        "},",
        '"books": {',
        '"1": {"title":',
        '"2": {"title":',
        "},",
        '"editions": {',
        '"1": {"book_id',
        "},",
        '"statuses": {',
        '"1": {"user_id',
        "},",
        '"own_table": {',
        '"1": {"b":1,"a',
        "}",
        "}",
    ]
    assert path.read_bytes().endswith(b"}\n}\n")
    assert "進撃の巨人" in lines[5]
    assert json.loads(path.read_text("utf-8"))["own_table"]["1"] == {"b": 1, "a": "späť\n"}
    with TinyDB(path) as plain:
        assert plain.table("books").get(doc_id=2)["title"] == "Elantris"
        assert plain.table("books").insert({"title": "Warbreaker"}) == 3


def test_a_change_of_one_book_changes_one_line_of_the_file(path: Path) -> None:
    store = filled(path, *(f"Book {number}" for number in range(50)))
    before = path.read_text().splitlines()
    with store.transaction("rename") as changes:
        changes.put("books", 25, book("Renamed"))
    store.close()
    after = path.read_text().splitlines()
    changed = [
        place for place, pair in enumerate(zip(before, after, strict=True)) if len({*pair}) > 1
    ]
    assert len(changed) == 2  # _meta, and the book
    assert "Renamed" in after[changed[1]]


def test_a_file_of_stock_tinydb_opens_and_is_kept_as_a_backup(path: Path) -> None:
    with TinyDB(path) as plain:
        plain.table("books").insert_multiple([book("Elantris"), book("Warbreaker")])
        plain.table("books").remove(doc_ids=[1])
        plain.insert({"anything": ["of", {"mine": None}]})
    store = open_store(path, clock=clock)
    assert titles(store) == ["Warbreaker"]
    assert store.get("_default", 1) == {"anything": ["of", {"mine": None}]}
    add(store, "Mistborn")
    assert store.ids("books") == [2, 3]
    store.close()
    (kept,) = store.backups()
    assert json.loads(Path(kept["path"]).read_text())["books"]["2"]["title"] == "Warbreaker"


def test_a_file_that_an_editor_has_spread_over_lines_opens(path: Path) -> None:
    filled(path, "Elantris", "Warbreaker").close()
    path.write_text(json.dumps(json.loads(path.read_text()), indent=4))
    store = open_store(path, clock=clock)
    assert titles(store) == ["Elantris", "Warbreaker"]
    with store.transaction("nothing") as changes:
        assert changes.put("books", 1, book("Elantris")) is False
    add(store, "Mistborn")
    store.close()
    again = open_store(path, clock=clock)
    assert titles(again) == ["Elantris", "Warbreaker", "Mistborn"]
    assert again.check()["ok"]
    again.close()


def test_an_edit_by_hand_is_taken_over_by_whoever_has_the_library_open(path: Path) -> None:
    store = filled(path, "Elantris", "Warbreaker")
    other = open_store(path, clock=clock)
    seen = store.catch_up()
    path.write_text(path.read_text().replace("Elantris", "Elantris, the 10th anniversary edition"))
    assert titles(store)[0] == "Elantris, the 10th anniversary edition"
    assert store.catch_up() > seen
    assert store.changed_since(seen) is None
    seen = store.catch_up()
    path.write_text(path.read_text().replace(", the 10th anniversary edition", ", tenth"))
    assert titles(other)[0] == "Elantris, tenth"
    assert store.catch_up() == seen + 1
    add(other, "Mistborn")
    assert titles(store) == ["Elantris, tenth", "Warbreaker", "Mistborn"]
    assert store.catch_up() == other.catch_up()
    store.close()
    other.close()


def test_a_touched_file_is_still_the_same_revision(path: Path) -> None:
    store = filled(path)
    seen = store.catch_up()
    os.utime(path)
    assert store.catch_up() == seen
    add(store, "Warbreaker")
    path.with_name("library.json.journal").touch()
    assert titles(store) == ["Elantris", "Warbreaker"]
    store.close()


def test_a_file_that_was_put_back_from_elsewhere_is_taken_over(path: Path) -> None:
    store = filled(path, "Elantris")
    old = path.read_bytes()
    add(store, "Warbreaker")
    store.close()
    path.write_bytes(old)
    again = open_store(path, clock=clock)
    assert titles(again) == ["Elantris"]
    add(again, "Mistborn")
    assert again.ids("books") == [1, 3], "the id of Warbreaker is not given again"
    again.close()


def test_an_edit_by_hand_while_changes_wait_in_the_journal_is_refused_with_the_ways_back(
    path: Path,
) -> None:
    store = filled(path, "Elantris", "Warbreaker")
    whole = path.read_text()
    add(store, "Mistborn")
    with store.transaction("rename") as changes:
        changes.put("books", 2, book("Nightblood"))
    path.write_text(whole.replace("Elantris", "Elantris, edited by hand"))
    for attempt in (store.check, lambda: open_store(path)):
        try:
            problems = attempt()["problems"]
        except StoreCorrupt as error:
            text = str(error)
        else:
            text = problems[0]["message"]
        assert "changed by another program while 2 changes waited in library.json.journal" in text
        assert "put back the former file" in text
        assert "move the journal away" in text
    with pytest.raises(StoreCorrupt), store.transaction("more"):
        pass
    path.write_text(whole)
    assert titles(store) == ["Elantris", "Nightblood", "Mistborn"]
    store._log.close()
    path.write_text(
        whole.replace("Elantris", "Elantris, edited by hand").replace(
            "Warbreaker", "Breaker of wars"
        )
    )
    report = recover(path)
    assert report["base"] == str(path)
    assert report["left_out"] == [
        {"revision": 4, "why": "rename", "documents": [{"table": "books", "id": 2}]}
    ]
    again = open_store(path, clock=clock)
    assert titles(again) == ["Elantris, edited by hand", "Breaker of wars", "Mistborn"]
    again.close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"books": {"1": {"title": ""}}}', "books 1 cannot be read: Book.title"),
        ('{"books": {"1": {"titel": "x", "title": "x"}}}', "Book.titel"),
        ('{"books": {"x": {"title": "x"}}}', "no TinyDB file"),
        ('{"books": {"0": {"title": "x"}}}', "an id is a number from 1"),
        ('{"books": {"18446744073709551617": {"title": "x"}}}', "an id is a number from 1"),
        ('{"own": {"1": 5}}', "own 1 cannot be read"),
        ('{"books": [1, 2]}', "no TinyDB file"),
        ('{"books": {"1": {"title": "x"}}', "no TinyDB file, from byte 31 on"),
        ("isbn,title\n978,x\n", "no TinyDB file, from byte 0 on"),
        (b'{"books": {"1": {"title": "\xff"}}}', "from byte 27 on"),
        ('{"_meta": {"1": {"revision": "many"}}}', "table _meta that booktrack did not write"),
    ],
)
def test_a_file_that_is_no_library_is_refused_untouched(
    path: Path, content: str | bytes, message: str
) -> None:
    data = content if isinstance(content, bytes) else content.encode()
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt, match=message):
        open_store(path)
    assert path.read_bytes() == data
    assert list(path.parent.iterdir()) == [path]


def test_the_marks_and_line_ends_of_windows_are_no_damage(path: Path) -> None:
    filled(path, "Elantris", "Warbreaker").close()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    store = open_store(path, clock=clock)
    assert titles(store) == ["Elantris", "Warbreaker"]
    add(store, "Mistborn")
    store.close()
    assert titles(open_store(path)) == ["Elantris", "Warbreaker", "Mistborn"]


def test_whoever_may_write_the_library_may_lock_it(path: Path) -> None:
    filled(path).close()
    path.chmod(0o664)
    path.with_name("library.json.lock").unlink()
    store = open_store(path, clock=clock)
    add(store, "Warbreaker")
    store.close()
    assert path.with_name("library.json.lock").stat().st_mode & 0o777 == 0o664


@pytest.mark.parametrize("content", ["", " \n", "{}"])
def test_an_empty_file_is_an_empty_library(path: Path, content: str) -> None:
    path.write_text(content)
    store = open_store(path, clock=clock)
    assert store.tables() == []
    add(store, "Elantris")
    store.close()
    assert titles(open_store(path)) == ["Elantris"]


def test_a_library_deleted_with_nothing_waiting_begins_anew(path: Path) -> None:
    store = filled(path)
    path.unlink()
    assert store.count("books") == 0
    add(store, "Warbreaker")
    assert store.ids("books") == [2]
    store.close()
    assert titles(open_store(path)) == ["Warbreaker"]


def test_a_journal_that_was_deleted_leaves_the_snapshot(path: Path) -> None:
    store = filled(path)
    add(store, "Warbreaker")
    path.with_name("library.json.journal").unlink()
    assert titles(store) == ["Elantris"]
    add(store, "Mistborn")
    assert titles(store) == ["Elantris", "Mistborn"]
    store.close()
    assert titles(open_store(path)) == ["Elantris", "Mistborn"]


def test_folders_that_are_not_there_are_made_on_the_first_write(tmp_path: Path) -> None:
    path = tmp_path / "my books" / "all" / "library.json"
    store = open_store(path)
    assert store.count("books") == 0
    assert not path.parent.exists()
    add(store, "Elantris")
    assert path.exists()
    store.close()


def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    target = tmp_path / "cloud" / "books.json"
    link = tmp_path / "library.json"
    target.parent.mkdir()
    link.symlink_to(target)
    store = filled(link)
    store.close()
    assert link.is_symlink()
    assert store.path == target
    assert titles(open_store(target)) == ["Elantris"]
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["library.json"]


def test_modes_are_kept_and_what_lies_beside_has_the_same(path: Path) -> None:
    store = filled(path)
    path.chmod(0o640)
    add(store, "Warbreaker")
    store.checkpoint()
    add(store, "Mistborn")
    store.close()
    for name in ("library.json", "library.json.journal", "library.json.history"):
        assert path.with_name(name).stat().st_mode & 0o777 == 0o640, name
    assert path.with_name("library.json.backups").stat().st_mode & 0o777 == 0o750


def test_a_read_only_file_opens_for_reading_and_says_so_on_writing(path: Path) -> None:
    filled(path).close()
    path.chmod(0o444)
    store = open_store(path)
    assert store.read_only
    assert titles(store) == ["Elantris"]
    for attempt in (store.checkpoint, lambda: add(store, "No"), lambda: store.undo(1)):
        with pytest.raises(StoreReadOnly, match="may not be written"):
            attempt()
    assert store.check()["ok"]
    store.close()


def test_a_read_only_folder_opens_for_reading_with_what_waits_in_the_journal(path: Path) -> None:
    store = filled(path)
    add(store, "Warbreaker")
    store._log.close()
    path.parent.chmod(0o555)
    try:
        reading = open_store(path)
        assert reading.read_only
        assert titles(reading) == ["Elantris", "Warbreaker"]
        with pytest.raises(StoreReadOnly):
            add(reading, "No")
        reading.close()
    finally:
        path.parent.chmod(0o755)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_may_read_and_not_write() -> None:
    # pytest's own folders are closed to others.
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    path = folder / "library.json"
    filled(path).close()

    def as_nobody() -> None:
        os.setuid(65534)
        store = open_store(path)
        assert titles(store) == ["Elantris"]
        assert store.read_only
        with pytest.raises(StoreReadOnly):
            add(store, "No")

    try:
        assert in_child(as_nobody) == 0
    finally:
        shutil.rmtree(folder)


def test_root_leaves_the_file_to_its_owner(path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give files away")
    store = filled(path)
    os.chown(path, 1234, 1234)
    add(store, "Warbreaker")
    store.close()
    assert (path.stat().st_uid, path.stat().st_gid) == (1234, 1234)


def test_a_file_of_a_newer_booktrack_is_refused_untouched(path: Path) -> None:
    filled(path).close()
    data = path.read_bytes()
    for newer in (data.replace(b'"schema":1', b'"schema":2'), b'{"_meta":{"1":{"format":9}}}'):
        path.with_name("library.json.journal").unlink(missing_ok=True)
        path.write_bytes(newer)
        with pytest.raises(StoreTooNew, match="Update"):
            open_store(path)
        with pytest.raises(StoreTooNew):
            recover(path)
        assert path.read_bytes() == newer
    written = open_store(path.with_name("new.json"), schema=Schema(7, {}))
    add(written, "Elantris")
    written.close()
    with pytest.raises(StoreTooNew, match="schema 7"):
        open_store(path.with_name("new.json"))


def rename_shelf(tables: Tables) -> None:
    for document in tables.get("own", {}).values():
        document["shelf"] = document.pop("bookshelf")


def drop_nothing(tables: Tables) -> None:
    tables.setdefault("fresh", {})[1] = {"made": "by the step"}


NEWER = Schema(3, {1: rename_shelf, 2: drop_nothing})


def test_an_older_file_is_carried_over_step_by_step_and_kept(path: Path) -> None:
    store = open_store(path, clock=clock)
    for shelf in ("a", "b"):
        with store.transaction("add") as changes:
            changes.insert("own", {"bookshelf": shelf})
    store._log.close()
    old = path.read_bytes()
    upgraded = open_store(path, clock=clock, schema=NEWER)
    assert dict(upgraded.all("own")) == {1: {"shelf": "a"}, 2: {"shelf": "b"}}
    assert path.read_bytes() == old, "reading changes nothing"
    with upgraded.transaction("write") as changes:
        assert changes.insert("own", {"shelf": "c"}) == 3
    assert upgraded.get("fresh", 1) == {"made": "by the step"}
    upgraded.close()
    (kept,) = upgraded.backups()
    assert "bookshelf" in Path(kept["path"]).read_text()
    assert '"schema":3' in path.read_text()
    with pytest.raises(StoreTooNew):
        open_store(path)
    again = open_store(path, clock=clock, schema=NEWER)
    assert again.count("own") == 3
    assert again.check()["ok"]
    again.close()


def test_an_older_process_that_still_writes_is_followed(path: Path) -> None:
    old = open_store(path, clock=clock)
    with old.transaction("add") as changes:
        changes.insert("own", {"bookshelf": "a"})
    new = open_store(path, clock=clock, schema=NEWER)
    with old.transaction("add") as changes:
        changes.insert("own", {"bookshelf": "b"})
    assert new.get("own", 2) == {"shelf": "b"}
    new.checkpoint()
    with pytest.raises(StoreTooNew):
        old.count("own")
    new.close()


def test_a_full_disk_is_an_error_that_changes_nothing_and_passes(path: Path) -> None:
    """The system itself refuses: a file may not grow past the limit, as on a full disk."""

    def on_a_small_disk() -> None:
        store = filled(path)
        limit = path.with_name("library.json.journal").stat().st_size + 300
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        unlimited = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, unlimited[1]))
        with pytest.raises(StoreError, match="nothing was changed: File too large"):
            add(store, "x" * 1000)
        assert titles(store) == ["Elantris"]
        resource.setrlimit(resource.RLIMIT_FSIZE, unlimited)
        add(store, "y" * 1000)
        assert titles(store) == ["Elantris", "y" * 1000]
        store.close()

    assert in_child(on_a_small_disk) == 0
    again = open_store(path)
    assert titles(again) == ["Elantris", "y" * 1000]
    again.close()


def test_no_space_left_is_named(path: Path) -> None:
    filled(path).close()
    files = FaultyFiles()
    store = open_store(path, clock=clock, files=files)
    files.fail(1, code=errno.ENOSPC)
    with pytest.raises(StoreError, match=r"library\.json failed.*No space left on device") as full:
        add(store, "Warbreaker")
    assert full.value.code == "store_error"
    files.heal()
    assert titles(store) == ["Elantris"]
    add(store, "Warbreaker")
    store.close()


@pytest.mark.skipif(not os.access("/dev/shm", os.W_OK), reason="needs a tmpfs that may be mounted")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_small_disk_that_fills_up_keeps_what_was_acknowledged(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(disk)]
    if not shutil.which("mount") or subprocess.run(command, check=False, stderr=-3).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        path = disk / "library.json"
        store = open_store(path, clock=clock)
        kept: list[str] = []
        failures: list[str] = []
        while len(failures) < 3:
            title = f"{len(kept)}-{len(failures)}-" + "x" * 3000
            try:
                add(store, title)
            except StoreError as error:
                failures.append(str(error))
            else:
                kept.append(title)
        assert all("No space left" in failure for failure in failures)
        assert len(kept) > 10
        assert titles(store) == kept
        reopened = open_store(path, clock=clock)
        assert titles(reopened) == kept
        subprocess.run(["mount", "-o", "remount,size=2m", str(disk)], check=True)
        add(store, "there is room again")
        store.checkpoint()
        assert titles(reopened) == [*kept, "there is room again"]
        store.close()
        reopened._log.close()
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
