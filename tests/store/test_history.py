from __future__ import annotations

from pathlib import Path

import pytest

from booktrack.errors import Conflict
from booktrack.store import Database, open_store
from booktrack.store import history as histories
from booktrack.store.schema import Schema, Tables
from support.stores import book, clock


def rename(store: Database, title: str) -> int:
    with store.transaction(f"rename to {title}") as changes:
        changes.put("books", 1, book(title))
    return store.catch_up()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.json"


def filled(path: Path) -> Database:
    store = open_store(path, clock=clock, user_id=1)
    with store.transaction("add") as changes:
        changes.insert("books", book("0"))
    return store


def test_times_and_the_usual_user_stand_in_the_history(path: Path) -> None:
    store = filled(path)
    (entry,) = store.history()
    assert entry == {
        "id": 1,
        "at": "2026-11-22T18:00:00Z",
        "why": "add",
        "user_id": 1,
        "changes": {"books": 1},
        "details": {"books": {"added": 1}},
        "undoes": None,
        "undone_by": None,
    }
    assert store.history(limit=0) == []
    store.close()


def test_the_history_goes_on_across_checkpoints_and_reopening(path: Path) -> None:
    store = filled(path)
    for number in range(1, 8):
        rename(store, str(number))
        if number % 2:
            store.checkpoint()
    store.close()
    store = open_store(path, clock=clock)
    rename(store, "last")
    assert [entry["id"] for entry in store.history(limit=None)] == list(range(9, 0, -1))
    assert [entry["id"] for entry in store.history(limit=3)] == [9, 8, 7]
    store.close()


def test_a_checkpoint_broken_off_after_the_history_writes_no_line_twice(path: Path) -> None:
    store = filled(path)
    rename(store, "1")
    store._history.extend(store._log.waiting())
    history = path.with_name("library.json.history")
    with history.open("ab") as file:
        file.write(b'1234abcd {"revi')
    rename(store, "2")
    store.close()
    store = open_store(path)
    assert [entry["id"] for entry in store.history()] == [3, 2, 1]
    assert history.read_bytes().count(b"\n") == 3
    store.close()


def test_the_oldest_transactions_go_when_the_file_is_large_but_never_the_last_ones(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "ALWAYS_KEPT", 5)
    store = filled(path)
    store._history = histories.History(
        path.with_name("library.json.history"), path, store._files, limit=20_000
    )
    for number in range(1, 80):
        rename(store, str(number))
        store.checkpoint()
    history = path.with_name("library.json.history")
    assert history.stat().st_size <= 20_000
    kept = [entry["id"] for entry in store.history(limit=None)]
    assert kept == list(range(80, 80 - len(kept), -1))
    assert 20 < len(kept) < 80
    for number in range(8):
        rename(store, f"{number}-" + "x" * 3900)
    store.checkpoint()
    assert len(store.history(limit=None)) == 5
    store.undo(store.catch_up())
    store.close()


def test_undoing_and_redoing_can_go_on(path: Path) -> None:
    store = filled(path)
    rename(store, "1")
    undo = store.undo(2)["id"]
    redo = store.undo(undo)["id"]
    assert [entry["undone_by"] for entry in store.history()] == [None, 4, None, None]
    again = store.undo(2)["id"]
    assert [entry["undone_by"] for entry in store.history()] == [None, None, 4, 5, None]
    with pytest.raises(Conflict, match=f"taken back by {redo}"):
        store.undo(undo)
    assert store.undo(again)["changes"] == {"books": 1}
    found = store.get("books", 1)
    assert found is not None
    assert found["title"] == "1"
    store.close()


def test_the_reason_may_be_the_name_of_any_file(path: Path) -> None:
    store = open_store(path, clock=clock)
    with store.transaction("import b\udcfccher.csv") as changes:
        changes.insert("books", book())
    assert store.history()[0]["why"] == "import b?cher.csv"
    store.close()


def test_an_undo_is_no_part_of_another_transaction(path: Path) -> None:
    store = filled(path)
    with store.transaction("outer"), pytest.raises(Conflict, match="of its own"):
        store.undo(1)
    store.close()


def test_an_import_of_many_documents_is_one_undo(path: Path) -> None:
    store = filled(path)
    with store.transaction("import") as changes:
        for number in range(3000):
            changes.insert("books", book(str(number)))
    assert store.history(1)[0]["changes"] == {"books": 3000}
    store.close()
    store = open_store(path, clock=clock)
    store.undo(2)
    assert store.ids("books") == [1]
    store.close()


def test_a_conflict_names_ten_documents_and_lists_all(path: Path) -> None:
    store = filled(path)
    with store.transaction("import") as changes:
        for number in range(25):
            changes.insert("books", book(str(number)))
    with store.transaction("rename all") as changes:
        for doc_id in changes.ids("books"):
            changes.put("books", doc_id, book("other"))
    with pytest.raises(Conflict, match=r"books 11 and 15 more\. Nothing was changed") as caught:
        store.undo(2)
    assert len(caught.value.details["conflicts"]) == 25
    store.close()


def test_what_was_done_under_an_older_form_is_taken_back_only_where_it_fits(path: Path) -> None:
    store = filled(path)
    with store.transaction("a field that is no more") as changes:
        changes.insert("mine", {"a": 1})
    with store.transaction("remove") as changes:
        changes.remove("books", 1)
    store.close()
    history = path.with_name("library.json.history")
    data = history.read_bytes()
    from booktrack.store.journal import read_lines, seal_bytes

    lines = [line.payload for line in read_lines(data, 0, None, history)]
    lines[2] = lines[2].replace(b'"title":"0"', b'"titel":"0"')
    history.write_bytes(b"".join(seal_bytes(payload, 0)[0] for payload in lines))

    def nothing(tables: Tables) -> None:
        tables["mine"][1]["a"] = 2

    store = open_store(path, clock=clock, schema=Schema(2, {1: nothing}))
    with pytest.raises(Conflict, match="older form of the library"):
        store.undo(3)
    with pytest.raises(Conflict, match="changed since: mine 1"):
        store.undo(2)
    store.close()
