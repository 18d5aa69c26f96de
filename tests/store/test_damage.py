"""Torn and damaged files: a committed prefix or an error that says where, never a silent loss."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from booktrack.errors import StoreCorrupt
from booktrack.store import Database, open_store, recover
from support.stores import book, clock, contents, edition, status

SUFFIXES = ("", ".journal", ".history")


def titles(store: Database) -> list[str]:
    return [document["title"] for _, document in store.all("books")]


def add(store: Database, title: str) -> None:
    with store.transaction(f"add {title}") as changes:
        changes.insert("editions", edition(changes.insert("books", book(title)), "9780765326355"))


def leave(store: Database) -> None:
    """Let go of the files as a process that dies does: without a last snapshot."""
    store._log.close()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Return a library with one book in the snapshot and four in the journal."""
    path = tmp_path / "original" / "library.json"
    store = open_store(path, clock=clock)
    add(store, "Elantris")
    store.checkpoint()
    for title in ("Warbreaker", "Mistborn", "The Way of Kings", "Oathbringer"):
        add(store, title)
    leave(store)
    return path


ALL = ["Elantris", "Warbreaker", "Mistborn", "The Way of Kings", "Oathbringer"]


def copy(path: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for suffix in SUFFIXES:
        source = path.with_name(path.name + suffix)
        if source.exists():
            shutil.copy2(source, folder / source.name)
    return folder / path.name


def flips(data: bytes, start: int = 0) -> Iterator[tuple[int, bytes]]:
    for byte in range(start, len(data)):
        for bit in range(8):
            damaged = bytearray(data)
            damaged[byte] ^= 1 << bit
            yield byte, bytes(damaged)


def test_a_journal_cut_off_at_any_byte_of_its_last_three_lines_opens_to_a_committed_prefix(
    library: Path, tmp_path: Path
) -> None:
    journal = library.with_name("library.json.journal")
    data = journal.read_bytes()
    ends = [place + 1 for place, byte in enumerate(data) if byte == ord("\n")]
    path = copy(library, tmp_path / "cut")
    journal = path.with_name("library.json.journal")
    for cut in range(ends[-4], len(data)):
        journal.write_bytes(data[:cut])
        store = open_store(path, clock=clock)
        whole = sum(end <= cut for end in ends)  # the header's line counts for the snapshot's book
        assert titles(store) == ALL[:whole], f"cut at byte {cut}"
        leave(store)


def test_what_is_written_behind_a_torn_line_is_kept(library: Path) -> None:
    journal = library.with_name("library.json.journal")
    data = journal.read_bytes()
    journal.write_bytes(data[:-1])
    store = open_store(library, clock=clock)
    reader = open_store(library, clock=clock)
    add(store, "Rhythm of War")
    assert titles(reader) == titles(store) == [*ALL[:-1], "Rhythm of War"]
    store.close()
    leave(reader)
    again = open_store(library, clock=clock)
    assert titles(again) == [*ALL[:-1], "Rhythm of War"]
    assert again.check()["ok"]
    leave(again)


def test_blocks_of_zeros_at_the_end_are_an_unfinished_line(library: Path) -> None:
    journal = library.with_name("library.json.journal")
    data = journal.read_bytes()
    for tail in (b"\0" * 4096, data[-300:-200] + b"\0" * 4096 + b"\n"):
        journal.write_bytes(data + tail)
        store = open_store(library, clock=clock)
        assert titles(store) == ALL
        leave(store)


def test_every_flipped_bit_of_a_journal_is_found_and_its_line_named(
    library: Path, tmp_path: Path
) -> None:
    path = copy(library, tmp_path / "flipped")
    journal = path.with_name("library.json.journal")
    data = journal.read_bytes()
    for byte, damaged in list(flips(data))[::7]:
        journal.write_bytes(damaged)
        with pytest.raises(
            StoreCorrupt, match=r"library\.json\.journal is damaged.*recover"
        ) as bad:
            open_store(path, clock=clock)
        line = data.rfind(b"\n", 0, byte) + 1
        assert bad.value.details["offset"] in (line, byte)
        assert journal.read_bytes() == damaged


def test_every_flipped_bit_of_a_snapshot_is_found_and_named_to_the_byte(
    library: Path, tmp_path: Path
) -> None:
    path = copy(library, tmp_path / "flipped")
    data = path.read_bytes()
    in_crc = range(data.index(b'"crc":"') + 7, data.index(b'"crc":"') + 15)
    for byte, damaged in list(flips(data))[::5]:
        path.write_bytes(damaged)
        with pytest.raises(StoreCorrupt, match=r"library\.json is damaged.*recover") as bad:
            open_store(path, clock=clock)
        assert bad.value.details["offset"] == (in_crc[0] if byte in in_crc else byte)


def test_a_flipped_bit_is_found_where_no_journal_is_there(library: Path, tmp_path: Path) -> None:
    path = copy(library, tmp_path / "flipped")
    path.with_name("library.json.journal").unlink()
    data = path.read_bytes()
    for byte, damaged in list(flips(data, data.index(b'"books"')))[::5]:
        path.write_bytes(damaged)
        with pytest.raises(StoreCorrupt, match=rf"from byte {byte} on"):
            open_store(path, clock=clock)


def test_a_flipped_bit_in_the_history_is_named_when_it_is_read(
    library: Path, tmp_path: Path
) -> None:
    path = copy(library, tmp_path / "flipped")
    history = path.with_name("library.json.history")
    for _, damaged in list(flips(history.read_bytes()))[::17]:
        history.write_bytes(damaged)
        store = open_store(path, clock=clock)
        assert titles(store) == ALL
        with pytest.raises(StoreCorrupt, match=r"library\.json\.history is damaged"):
            store.history()
        assert [item["code"] for item in store.check()["problems"]] == ["history"]
        leave(store)


def test_a_flipped_bit_is_noticed_by_whoever_has_the_library_open(library: Path) -> None:
    store = open_store(library, clock=clock)
    journal = library.with_name("library.json.journal")
    data = journal.read_bytes()
    other = open_store(library, clock=clock)
    add(other, "Rhythm of War")
    leave(other)
    whole = journal.read_bytes()
    damaged = bytearray(whole)
    damaged[len(data) + 30] ^= 4
    journal.write_bytes(bytes(damaged))
    with pytest.raises(StoreCorrupt, match=f"byte {len(data)}"):
        store.count("books")
    journal.write_bytes(whole)
    assert titles(store) == [*ALL, "Rhythm of War"]
    leave(store)


@pytest.mark.parametrize("name", SUFFIXES)
def test_a_damaged_file_is_rebuilt_without_losing_a_book(
    library: Path, tmp_path: Path, name: str
) -> None:
    data = library.with_name(library.name + name).read_bytes()
    for byte, damaged in list(flips(data))[:: max(1, len(data) // 5)]:
        path = copy(library, tmp_path / "flipped")
        file = path.with_name(path.name + name)
        file.write_bytes(damaged)
        report = recover(path)
        assert report["recovered"] is True
        store = open_store(path, clock=clock)
        assert titles(store) == ALL, f"{name}, byte {byte}"
        assert (report["left_out"], report["missing"], report["unreadable"]) == ([], [], 0)
        assert store.check()["problems"] == []
        kept = Path(report["kept"])
        assert (kept / file.name).read_bytes() == damaged
        add(store, "Rhythm of War")
        store.close()


def test_a_line_that_is_lost_is_counted_and_those_behind_it_are_kept(library: Path) -> None:
    journal = library.with_name("library.json.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2][:100] + b"#" * 20 + lines[2][120:]
    journal.write_bytes(b"".join(lines))
    report = recover(library)
    assert (report["missing"], report["unreadable"], report["left_out"]) == ([3], 1, [])
    store = open_store(library, clock=clock)
    assert titles(store) == [title for title in ALL if title != "Mistborn"]
    store.close()


def test_a_whole_library_is_not_touched_by_recovering(library: Path) -> None:
    before = {path: path.read_bytes() for path in library.parent.glob("library.json*")}
    assert recover(library) == {"recovered": False, "base": str(library), "revision": 5}
    assert {path: path.read_bytes() for path in library.parent.glob("library.json*")} == before


def test_a_lost_snapshot_comes_back_from_a_backup_and_the_history(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    store = open_store(path, clock=clock)
    add(store, "Elantris")
    store.checkpoint()
    add(store, "Warbreaker")
    store.checkpoint()  # the day's first: keeps the snapshot with Elantris only
    add(store, "Mistborn")
    store.checkpoint()
    add(store, "Oathbringer")
    leave(store)
    path.unlink()
    with pytest.raises(StoreCorrupt, match=r"is missing, but .* holds 1 change"):
        open_store(path)
    report = recover(path)
    assert "backups" in report["base"]
    assert (report["applied"], report["left_out"], report["missing"]) == (3, [], [])
    again = open_store(path, clock=clock)
    assert titles(again) == ["Elantris", "Warbreaker", "Mistborn", "Oathbringer"]
    again.close()


def test_a_snapshot_damaged_in_many_places_comes_back_too(library: Path) -> None:
    data = library.read_bytes()
    library.write_bytes(data[:200] + b"\0" * 100 + data[300:])
    with pytest.raises(StoreCorrupt, match="byte 200"):
        open_store(library)
    report = recover(library)
    assert (report["base"], report["applied"]) == ("nothing: no backup is whole", 5)
    again = open_store(library, clock=clock)
    assert titles(again) == ALL
    assert again.check()["ok"]
    again.close()


def test_a_lost_block_is_no_edit_even_where_it_leaves_json(library: Path) -> None:
    import os

    was = library.stat()
    data = library.read_bytes()
    library.write_bytes(data.replace(b"Elantris", b"Mistborn"))
    os.utime(library, ns=(was.st_atime_ns, was.st_mtime_ns))
    with pytest.raises(StoreCorrupt, match="damaged"):
        open_store(library)
    recover(library)
    again = open_store(library, clock=clock)
    assert titles(again) == ALL
    again.close()


def test_an_emptied_library_is_refused(library: Path) -> None:
    library.write_bytes(b"")
    with pytest.raises(StoreCorrupt, match="damaged from byte 0"):
        open_store(library)


def test_a_journal_without_its_header_is_refused(library: Path) -> None:
    journal = library.with_name("library.json.journal")
    journal.write_bytes(journal.read_bytes()[:40])
    with pytest.raises(StoreCorrupt, match="byte 0"):
        open_store(library)


def test_lines_that_booktrack_did_not_write_are_refused(library: Path) -> None:
    from booktrack.store.journal import read_lines, seal_bytes

    journal = library.with_name("library.json.journal")
    data = journal.read_bytes()
    last = read_lines(data, 0, 0, journal)[-1]
    payloads: list[tuple[int, bytes, Any]] = [
        (last.end, b'{"no":"entry"}', last.seal),
        (last.end, last.payload, last.seal),  # its revision is there already
        (0, b'{"no":"header"}', 0),
    ]
    for offset, payload, chain in payloads:
        journal.write_bytes(data[:offset] + seal_bytes(payload, chain)[0])
        with pytest.raises(StoreCorrupt, match=f"byte {offset}"):
            open_store(library)


def test_statuses_are_put_back_with_the_rest(library: Path) -> None:
    store = open_store(library, clock=clock)
    with store.transaction("mark") as changes:
        changes.insert("statuses", status(1))
    with store.transaction("mark again") as changes:
        changes.put("statuses", 1, status(1, "want"))
    before = contents(store)
    leave(store)
    library.write_bytes(b"{")
    recover(library)
    again = open_store(library, clock=clock)
    assert contents(again) == before
    assert again.find("status", "1:want") == [1]
    again.close()
