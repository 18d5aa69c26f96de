"""Large journals, long lives: when snapshots are written, what stays fast, what is forgotten."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from booktrack.errors import StoreError
from booktrack.store import Database, open_store
from support.stores import FaultyFiles, book, clock, contents


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.json"


def add(store: Database, title: str) -> None:
    with store.transaction("add") as changes:
        changes.insert("books", book(title))


def test_a_journal_that_outgrows_its_snapshot_becomes_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booktrack.store.engine._SMALLEST_LIMIT", 2_000)
    monkeypatch.setattr("booktrack.store.engine._LARGEST_SHARE", 1)
    files = FaultyFiles()
    store = open_store(path, clock=clock, files=files)
    snapshots = []
    for number in range(200):
        files.operations.clear()
        add(store, f"Book {number}")
        snapshots.append("replace" in files.operations)
    # A snapshot is due when as much was written again as it holds: not more often than that.
    assert 4 <= sum(snapshots) <= 12
    gaps = [place for place, written in enumerate(snapshots) if written]
    assert gaps[-1] - gaps[-2] > gaps[2] - gaps[1]
    assert store.count("books") == 200
    store.close()


def test_a_mark_costs_one_write_and_one_sync(path: Path) -> None:
    files = FaultyFiles()
    store = open_store(path, clock=clock, files=files)
    add(store, "Elantris")
    files.operations.clear()
    add(store, "Warbreaker")
    assert files.operations == ["write", "sync"]
    store.close()


def test_reading_never_writes(path: Path) -> None:
    store = open_store(path, clock=clock)
    add(store, "Elantris")
    store.close()
    files = FaultyFiles()
    before = {place: place.stat().st_mtime_ns for place in path.parent.iterdir()}
    reading = open_store(path, clock=clock, files=files)
    reading.find("title", "elantris")
    reading.history()
    reading.check()
    reading.checkpoint()
    reading.close()
    assert files.operations == []
    assert {place: place.stat().st_mtime_ns for place in path.parent.iterdir()} == before


def test_what_changed_too_long_ago_is_not_known(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booktrack.store.state._REMEMBERED_CHANGES", 10)
    store = open_store(path, clock=clock)
    for number in range(30):
        add(store, str(number))
    assert store.changed_since(19) is None
    assert store.changed_since(20) == {("books", number) for number in range(21, 31)}
    fresh = open_store(path, clock=clock)
    store.checkpoint()
    assert fresh.changed_since(25) == {("books", number) for number in range(26, 31)}
    assert open_store(path, clock=clock).changed_since(25) is None
    store.close()


def test_ids_with_holes_are_found_in_a_large_table(path: Path) -> None:
    chance = random.Random(1)
    store = open_store(path, clock=clock)
    with store.transaction("add") as changes:
        for number in range(5_000):
            changes.insert("mine", {"number": number})
        for doc_id in chance.sample(range(1, 5_001), 2_000):
            changes.remove("mine", doc_id)
    store.close()
    store = open_store(path, clock=clock)
    there = dict(store.all("mine"))
    assert len(there) == store.count("mine") == 3_000
    for doc_id in range(-1, 5_010):
        found = store.get("mine", doc_id)
        assert found == ({"number": doc_id - 1} if doc_id in there else None)
    with store.transaction("change") as changes:
        for doc_id in chance.sample(sorted(there), 500):
            changes.remove("mine", doc_id)
        changes.insert("mine", {"number": "new"})
    expected = contents(store)
    store.close()
    again = open_store(path, clock=clock)
    assert contents(again) == expected
    assert again.count("mine") == 2_501
    again.close()


def test_iterating_shows_the_moment_of_the_call(path: Path) -> None:
    store = open_store(path, clock=clock)
    for title in ("Elantris", "Warbreaker", "Mistborn"):
        add(store, title)
    found = store.all("books")
    next(found)
    with store.transaction("meanwhile") as changes:
        changes.remove("books", 2)
        changes.put("books", 3, book("Changed"))
        changes.insert("books", book("New"))
    assert [document["title"] for _, document in found] == ["Warbreaker", "Mistborn"]
    store.close()


def test_a_closed_library_says_so(path: Path) -> None:
    store = open_store(path, clock=clock)
    add(store, "Elantris")
    store.close()
    for attempt in (store.catch_up, lambda: store.get("books", 1), lambda: add(store, "No")):
        with pytest.raises(StoreError, match="is closed; open it again"):
            attempt()


def test_a_transaction_that_has_ended_takes_no_more_changes(path: Path) -> None:
    with open_store(path) as store:
        with store.transaction("over") as changes:
            changes.insert("books", book())
        with pytest.raises(RuntimeError, match="has ended"):
            changes.insert("books", book())
        assert store.count("books") == 1


def test_the_time_is_the_systems_where_no_clock_is_given(path: Path) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with open_store(path) as store:
        add(store, "Elantris")
        at = datetime.fromisoformat(store.history()[0]["at"])
    assert before <= at <= datetime.now(UTC)


def test_a_library_replaced_again_and_again_is_an_error_in_the_end(path: Path) -> None:
    with open_store(path) as store:
        add(store, "Elantris")

    class Restless(FaultyFiles):
        def stamp(self, place: Path | str):  # type: ignore[no-untyped-def]
            found = super().stamp(place)
            self.operations.append("stamp")
            return found and found._replace(mtime_ns=len(self.operations))

    with pytest.raises(StoreError, match="replaced again and again"):
        open_store(path, files=Restless())


def test_a_disk_that_cannot_be_read_is_an_error_of_the_tree(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError, match=r"reading .*Is a directory"):
        open_store(path)
