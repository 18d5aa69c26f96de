"""Backups, restoring, and the way back from damage, as a user goes it."""

import os
from pathlib import Path

import pytest

import booktrack
from booktrack import Conflict, InvalidFile, InvalidInput, StoreCorrupt
from support.libraries import WAY_OF_KINGS, open_library


def test_a_backup_is_a_library_by_itself(sample, tmp_path):
    done = sample.backup(tmp_path / "backup.json")
    assert done["tables"]["books"] == 46
    with open_library(tmp_path / "backup.json") as copy:
        assert copy.lookup(WAY_OF_KINGS)["title"] == "The Way of Kings"


def test_a_file_that_is_there_is_not_overwritten_by_chance(sample, tmp_path):
    (tmp_path / "diary.txt").write_text("dear diary", encoding="utf-8")
    with pytest.raises(Conflict):
        sample.backup(tmp_path / "diary.txt")
    assert (tmp_path / "diary.txt").read_text(encoding="utf-8") == "dear diary"
    with pytest.raises(Conflict):
        sample.backup(sample.path, overwrite=True)
    sample.backup(tmp_path / "diary.txt", overwrite=True)
    assert (tmp_path / "diary.txt").read_bytes().startswith(b"{")


def test_restoring_brings_back_what_was_and_can_be_undone(sample, tmp_path):
    sample.backup(tmp_path / "backup.json")
    sample.mark(WAY_OF_KINGS, "missing")
    done = sample.restore(tmp_path / "backup.json")
    assert sample.lookup(WAY_OF_KINGS)["editions"][0]["status"] == "own"
    assert done["kept"] in [one["path"] for one in sample.backups()["backups"]]
    sample.undo(done["id"])
    assert sample.lookup(WAY_OF_KINGS)["editions"][0]["status"] == "missing"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"books": 7}', b"\x89PNG"])
def test_what_is_no_library_is_refused_and_changes_nothing(sample, tmp_path, content):
    (tmp_path / "other.json").write_bytes(content)
    before = sample.list_books(limit=1000)
    with pytest.raises(InvalidFile):
        sample.restore(tmp_path / "other.json")
    assert sample.list_books(limit=1000) == before


@pytest.mark.parametrize(
    "content",
    [
        b'{"books": {"1": {"title": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}}",
        b'{"_default": {"1": {"int": 1}}}',
        b'{"../../etc/passwd": {"1": {"title": "x"}}}',
        b'{"books": {}, "editions": {"1": {"book_id": 99}}}',
        b'{"books": {"1": {"title": "x", "pages": NaN}}}',
        b'{"books": {"0": {"title": "x"}}}',
    ],
    ids=["deep", "of-another-program", "traversal", "dangling", "not-a-number", "id"],
)
def test_a_strangers_file_that_is_no_whole_library_is_refused(sample, tmp_path, content):
    (tmp_path / "other.json").write_bytes(content)
    before = sample.list_books(limit=1000)
    with pytest.raises(InvalidFile) as caught:
        sample.restore(tmp_path / "other.json")
    # What helps a library that cannot be opened is no advice on somebody's file.
    assert "mend it by hand" not in caught.value.message
    assert caught.value.message.count("other.json") == 1
    assert sample.list_books(limit=1000) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_what_is_no_ordinary_file_is_neither_waited_for_nor_read_for_ever(sample, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "link.json").symlink_to("/dev/zero")
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(8 << 30)  # takes no room on the disk
    for name in ("pipe.json", "link.json", "huge.json", "/dev/zero", "."):
        for restore in (sample.restore, sample.restore_settings):
            with pytest.raises(InvalidFile, match="nothing was changed"):
                restore(tmp_path / name)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_backup_takes_the_place_of_no_device_pipe_or_folder(sample, tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link.json").symlink_to("/dev/null")
    for name in ("pipe.json", "folder", "link.json"):
        for backup in (sample.backup, sample.backup_settings):
            with pytest.raises(Conflict, match="name another file"):
                backup(tmp_path / name, overwrite=True)
    assert (tmp_path / "pipe.json").is_fifo()
    assert (tmp_path / "link.json").is_symlink()


def test_restoring_what_is_there_already_names_no_transaction(sample, tmp_path):
    sample.backup(tmp_path / "backup.json")
    done = sample.restore(tmp_path / "backup.json")
    assert done == {"id": None, "kept": None, "pictures": 0}


def test_an_emptied_library_can_be_backed_up_and_brought_back(sample, tmp_path):
    sample.remove_all_data("DELETE")
    sample.backup(tmp_path / "backup.json")
    sample.add(WAY_OF_KINGS, title="The Way of Kings")
    sample.restore(tmp_path / "backup.json")
    assert sample.list_books()["total"] == 0


def test_a_file_may_be_called_after_nobody(sample, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sample.backup("~nobody-of-this-name.json")
    assert (tmp_path / "~nobody-of-this-name.json").is_file()
    with open_library("~nobody-of-this-name.json") as copy:
        assert copy.list_books()["total"] == 46


@pytest.mark.parametrize("path", [None, 7, "", "a\0b", b"bytes", "\ud800", "x" * 10_000])
def test_what_is_no_path_is_refused(sample, path):
    calls = (sample.restore, sample.restore_settings) if path is None else (
        sample.backup, sample.restore, sample.backup_settings, sample.restore_settings
    )  # fmt: skip
    for call in calls:
        with pytest.raises((InvalidInput, InvalidFile)):
            call(path)


def test_a_damaged_library_is_rebuilt(sample, tmp_path):
    sample.mark(WAY_OF_KINGS, "missing")
    path = sample.path
    sample.close()
    data = bytearray(Path(path).read_bytes())
    data[data.index(b"The Way of Kings")] ^= 1
    Path(path).write_bytes(data)
    with pytest.raises(StoreCorrupt, match="recover"):
        open_library(path)
    report = booktrack.recover(path)
    assert report["recovered"] is True
    with open_library(path) as library:
        book = library.lookup(WAY_OF_KINGS)
        assert (book["title"], book["editions"][0]["status"]) == ("The Way of Kings", "missing")


def test_a_whole_library_is_left_alone(sample):
    assert booktrack.recover(sample.path)["recovered"] is False


def test_there_is_nothing_to_rebuild_where_there_is_no_file(tmp_path):
    with pytest.raises(InvalidFile, match="no-such"):
        booktrack.recover(tmp_path / "no-such.json")
