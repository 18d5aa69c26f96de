from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tinydb import TinyDB

from booktrack.errors import Conflict, InvalidFile, StoreCorrupt, StoreTooNew
from booktrack.store import Database, open_store
from booktrack.store.files import Files
from booktrack.store.schema import Schema, Tables
from support.stores import FaultyFiles, book, clock, contents, edition


class Days:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, days: float) -> None:
        self.now += timedelta(days=days)


def add(store: Database, title: str) -> None:
    with store.transaction(f"add {title}") as changes:
        changes.insert("editions", edition(changes.insert("books", book(title))))


@pytest.fixture
def days() -> Days:
    return Days()


@pytest.fixture
def store(tmp_path: Path, days: Days) -> Iterator[Database]:
    store = open_store(tmp_path / "library.json", clock=days, backups=3)
    add(store, "Elantris")
    store.checkpoint()
    yield store
    store.close()


def test_a_snapshot_a_day_is_kept_and_only_the_last_ones(store: Database, days: Days) -> None:
    assert store.backups() == []
    for number in range(6):
        for part in range(2):
            add(store, f"Day {number}, part {part}")
            store.checkpoint()
        days.pass_(1)
    kept = store.backups()
    assert [item["at"][:10] for item in kept] == ["2026-11-06", "2026-11-05", "2026-11-04"]
    assert [item["revision"] for item in kept] == [11, 9, 7]
    newest = json.loads(Path(kept[0]["path"]).read_text())
    assert len(newest["books"]) == 11
    assert kept[0]["size"] == Path(kept[0]["path"]).stat().st_size


def test_files_of_others_in_the_folder_are_left_alone(store: Database, days: Days) -> None:
    folder = store.path.with_name("library.json.backups")
    folder.mkdir()
    (folder / "mine.json").write_text("{}")
    for number in range(5):
        days.pass_(1)
        add(store, f"Day {number}")
        store.checkpoint()
    assert (folder / "mine.json").exists()
    assert len(store.backups()) == 3


def test_what_is_no_backup_though_it_is_called_so_hinders_nothing(store: Database) -> None:
    folder = store.path.with_name("library.json.backups")
    folder.mkdir()
    (folder / "library-20261399T999999Z-r1.json").write_text("{}")
    (folder / "library-20261031T120000Z-r1.json").mkdir()
    (folder / "library-20261102T120000Z-r1.json").symlink_to("nowhere")
    (folder / f"library-20261103T120000Z-r{'9' * 150}.json").write_text("{}")
    assert store.backups() == []
    add(store, "Warbreaker")
    assert store.keep_backup() is not None
    assert [item["revision"] for item in store.backups()] == [2, 1]


def test_no_backups_are_kept_where_none_are_wanted(tmp_path: Path) -> None:
    store = open_store(tmp_path / "library.json", backups=0)
    for title in ("Elantris", "Warbreaker"):
        add(store, title)
        store.checkpoint()
    assert store.backups() == []
    store.close()


def test_a_disk_without_hard_links_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    store = open_store(tmp_path / "library.json", clock=clock)
    for title in ("Elantris", "Warbreaker"):
        add(store, title)
        store.checkpoint()
    (kept,) = store.backups()
    assert "Warbreaker" not in Path(kept["path"]).read_text()
    store.close()


def test_a_backup_is_a_plain_file_with_what_waits_in_the_journal(
    store: Database, tmp_path: Path
) -> None:
    add(store, "Warbreaker")
    target = tmp_path / "elsewhere" / "books.json"
    target.parent.mkdir()
    made = store.backup(target)
    assert made == {
        "path": str(target),
        "bytes": target.stat().st_size,
        "revision": 2,
        "tables": {"books": 2, "editions": 2},
    }
    with TinyDB(target) as plain:
        assert [found["title"] for found in plain.table("books")] == ["Elantris", "Warbreaker"]
    copy = open_store(target)
    assert contents(copy) == contents(store)
    assert [path.name for path in target.parent.iterdir()] == ["books.json"]


def test_a_backup_overwrites_only_when_told_and_never_the_library(
    store: Database, tmp_path: Path
) -> None:
    target = tmp_path / "books.json"
    store.backup(target)
    add(store, "Warbreaker")
    with pytest.raises(Conflict, match=r"books\.json is there already"):
        store.backup(target)
    store.backup(target, overwrite=True)
    assert open_store(target).count("books") == 2
    with pytest.raises(Conflict, match=r"library\.json is there already"):
        store.backup(store.path, overwrite=True)


class WrongDisk(Files):
    """A disk that writes something else than it was told."""

    def write(self, handle, data):  # type: ignore[no-untyped-def]
        super().write(handle, bytes(data).replace(b"Elantris", b"Elantri5"))


def test_a_backup_that_does_not_read_back_does_not_count(store: Database, tmp_path: Path) -> None:
    target = tmp_path / "books.json"
    other = open_store(store.path, files=WrongDisk())
    with pytest.raises(StoreCorrupt, match="does not read back"):
        other.backup(target)
    assert not target.exists()
    assert not target.with_name("books.json.new").exists()


def test_restoring_is_one_transaction_that_keeps_what_was_there_and_can_be_undone(
    store: Database, tmp_path: Path
) -> None:
    target = tmp_path / "books.json"
    store.backup(target)
    before = contents(store)
    with store.transaction("much") as changes:
        changes.put("books", 1, book("Changed"))
        changes.insert("books", book("Added"))
        changes.remove("editions", 1)
        changes.insert("mine", {"a": 1})
    changed = contents(store)
    seen = store.catch_up()
    done = store.restore(target, user_id=4)
    assert contents(store) == before
    assert (done["why"], done["user_id"]) == ("restore books.json", 4)
    assert done["details"] == {
        "books": {"changed": 1, "removed": 1},
        "editions": {"added": 1},
        "mine": {"removed": 1},
    }
    kept = open_store(done["kept"])
    assert contents(kept) == changed
    assert store.changed_since(seen) == {("books", 1), ("books", 2), ("editions", 1), ("mine", 1)}
    with store.transaction("add") as changes:
        assert changes.insert("books", book("Next")) == 3
    store.undo(store.catch_up())
    store.undo(done["id"])
    assert contents(store) == changed


def test_restoring_what_is_there_already_does_nothing(store: Database, tmp_path: Path) -> None:
    store.backup(tmp_path / "books.json")
    assert store.restore(tmp_path / "books.json") == {"kept": None}
    assert store.catch_up() == 1
    assert store.backups() == []


def test_a_file_of_stock_tinydb_can_be_restored(store: Database, tmp_path: Path) -> None:
    target = tmp_path / "stock.json"
    with TinyDB(target) as plain:
        plain.table("books").insert(book("Warbreaker"))
    store.restore(target)
    assert contents(store)["books"][1]["title"] == "Warbreaker"


def test_an_older_backup_is_carried_over(tmp_path: Path) -> None:
    def rename(tables: Tables) -> None:
        for document in tables["mine"].values():
            document["new"] = document.pop("old")

    old = open_store(tmp_path / "old.json")
    with old.transaction("add") as changes:
        changes.insert("mine", {"old": 1})
    old.close()
    store = open_store(tmp_path / "library.json", schema=Schema(2, {1: rename}))
    store.restore(tmp_path / "old.json")
    assert dict(store.all("mine")) == {1: {"new": 1}}
    store.close()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file"),
        (b"", "holds no books"),
        (b"{}", "holds no books"),
        (b"isbn;title\n", "no TinyDB file"),
        (b"\x89PNG\r\n\x1a\n", "no TinyDB file"),
        (b'{"books": {"1": {"titel": "x"}}}', "Book.title"),
    ],
)
def test_a_file_that_cannot_be_restored_changes_nothing(
    store: Database, tmp_path: Path, content: bytes | None, message: str
) -> None:
    target = tmp_path / "wrong.json"
    if content is not None:
        target.write_bytes(content)
    before = contents(store)
    with pytest.raises(InvalidFile, match=rf"wrong\.json cannot be restored.*{message}|{message}"):
        store.restore(target)
    assert contents(store) == before
    assert store.backups() == []


def test_a_damaged_or_newer_backup_is_refused(store: Database, tmp_path: Path) -> None:
    target = tmp_path / "books.json"
    store.backup(target)
    whole = target.read_bytes()
    target.write_bytes(whole.replace(b"Elantris", b"Elantri5"))
    with pytest.raises(InvalidFile, match="its CRC is wrong"):
        store.restore(target)
    target.write_bytes(json.dumps({"_meta": {"1": {"schema": 99}}}).encode())
    with pytest.raises(StoreTooNew):
        store.restore(target)
    assert store.catch_up() == 1


def test_a_restore_that_fails_on_the_disk_changes_nothing(tmp_path: Path) -> None:
    files = FaultyFiles()
    store = open_store(tmp_path / "library.json", clock=clock, files=files)
    add(store, "Elantris")
    store.backup(tmp_path / "books.json")
    add(store, "Warbreaker")
    before = contents(store)
    for operation in range(5):
        files.fail(operation)
        with pytest.raises(Exception, match="nothing was changed"):
            store.restore(tmp_path / "books.json")
        files.heal()
        assert contents(store) == before
    store.close()
