"""What `check` finds that no ordinary use can make."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from booktrack.errors import StoreReadOnly
from booktrack.store import Database, open_store
from booktrack.store.snapshot import Meta, render
from support.stores import book, clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.json"


def test_documents_that_fit_no_model_and_ids_that_would_be_given_again_are_reported(
    path: Path,
) -> None:
    lines = [b'"1": {"title":"Elantris"}', b'"7": {"titel":"Warbreaker"}', b'"8": {"title":nu}']
    path.write_bytes(b"".join(render(Meta(next_ids={"books": 3}), {"books": lines})))
    store = open_store(path, clock=clock)
    report = store.check()
    assert [(item["code"], item["table"], item["id"]) for item in report["problems"]] == [
        ("next_id", "books", 8),
        ("invalid", "books", 7),
        ("invalid", "books", 8),
    ]
    assert report["tables"] == {"books": 3}
    assert (report["revision"], report["schema"], report["ok"]) == (0, 1, False)
    store.close()


def test_references_of_every_kind_are_followed(path: Path) -> None:
    store = open_store(path, clock=clock)
    with store.transaction("add") as changes:
        changes.insert("books", book(memberships=[{"series_id": 5}]))
        changes.insert("editions", {"book_id": 6})
        changes.insert("statuses", {"user_id": 1, "edition_id": 7, "status": "own"})
        changes.insert(
            "readings", {"user_id": 1, "book_id": 8, "edition_id": 9, "status": "reading"}
        )
    assert [item["message"] for item in store.check()["problems"]] == [
        "books 1 names series 5, which is not there",
        "editions 1 names books 6, which is not there",
        "statuses 1 names editions 7, which is not there",
        "readings 1 names books 8, which is not there",
        "readings 1 names editions 9, which is not there",
    ]
    store.close()


def test_a_missing_library_is_in_order(path: Path) -> None:
    store = open_store(path)
    assert store.check() == {
        "ok": True,
        "problems": [],
        "path": str(path),
        "revision": 0,
        "schema": 1,
        "tables": {},
        "snapshot": {"bytes": 0},
        "journal": {"bytes": 0},
        "history": {"transactions": 0},
        "backups": [],
    }
    store.close()


def test_where_no_lock_can_be_made_the_library_can_only_be_read(path: Path) -> None:
    with open_store(path, clock=clock) as store, store.transaction("add") as changes:
        changes.insert("books", book())
    lock = path.with_name("library.json.lock")
    lock.unlink()
    lock.mkdir()

    def add(store: Database) -> None:
        with store.transaction("add") as changes:
            changes.insert("books", book())

    store = open_store(path)
    with pytest.raises(StoreReadOnly, match=r"library\.json\.lock cannot be made"):
        add(store)
    assert store.count("books") == 1
    store.close()
    os.rmdir(lock)


def test_a_table_name_must_be_short_text(path: Path) -> None:
    with open_store(path) as store, store.transaction("add") as changes:
        for wrong in ("", "x" * 101, "_meta", 5):
            with pytest.raises(ValueError, match="cannot be the name of a table"):
                changes.insert(wrong, {"a": 1})  # type: ignore[arg-type]  # what is tested
        changes.insert('a "table"\n: {\n', {"a": 1})
    with open_store(path) as store:
        assert store.tables() == ['a "table"\n: {\n']
        assert store.get('a "table"\n: {\n', 1) == {"a": 1}


def test_tables_are_listed_by_a_transaction_too(path: Path) -> None:
    with open_store(path) as store:
        with store.transaction("add") as changes:
            changes.insert("mine", {"a": 1})
            assert store.tables() == changes.tables() == ["mine"]
            with pytest.raises(ValueError, match="mine 1 is there already"):
                changes.insert_at("mine", 1, {"a": 2})
        assert list(store.tinydb.table("mine")._read_table()) == ["1"]
