"""TinyDB's own methods on a library: each goes through the journal, the lock and the models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.table import Document

from booktrack.errors import InvalidDocument
from booktrack.store import Database, open_store
from support.stores import book, clock, edition


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    store = open_store(tmp_path / "library.json", clock=clock)
    yield store
    store.close()


@pytest.fixture
def db(store: Database) -> TinyDB:
    return store.tinydb


def test_every_change_is_a_transaction_that_another_handle_sees_and_undoes(
    store: Database, db: TinyDB
) -> None:
    other = open_store(store.path, clock=clock)
    books = db.table("books")
    assert books.insert(book("Elantris")) == 1
    assert books.insert_multiple([book("Warbreaker"), book("Mistborn")]) == [2, 3]
    assert books.update({"openlibrary_id": "OL1W"}, where("title") == "Mistborn") == [3]
    assert books.update({"genres": ["fantasy"]}, doc_ids=[1, 99]) == [1]
    assert books.upsert(book("Oathbringer"), where("title") == "Oathbringer") == [4]
    assert books.upsert(Document(book("Elantris", genres=[]), doc_id=1)) == [1]
    assert books.remove(where("title") == "Warbreaker") == [2]
    assert books.update_multiple([({"google_books_id": "g"}, where("title") == "Mistborn")]) == [3]
    assert books.remove(doc_ids=[4]) == [4]
    assert [document["title"] for _, document in other.all("books")] == ["Elantris", "Mistborn"]
    assert other.find("book_identifier", "google_books:g") == [3]
    whys = [item["why"] for item in other.history()]
    assert whys[:2] == ["tinydb: update books", "tinydb: update books"]
    assert len(whys) == 9
    other.undo(9)
    assert db.table("books").contains(doc_id=4)
    books.truncate()
    assert other.ids("books") == []
    other.undo(other.catch_up())
    assert other.ids("books") == [1, 3, 4]
    other.close()


def test_reading_finds_what_others_changed_without_a_stale_cache(
    store: Database, db: TinyDB
) -> None:
    books = db.table("books", cache_size=30)
    query = where("title") == "Elantris"
    assert books.search(query) == []
    with store.transaction("add") as changes:
        changes.insert("books", book("Elantris"))
    assert [found.doc_id for found in books.search(query)] == [1]
    assert books.get(query)["title"] == "Elantris"
    assert books.get(doc_id=1)["authors"] == ["Brandon Sanderson"]
    assert books.get(doc_id=2) is None
    assert books.get(doc_ids=[1, 2])[0].doc_id == 1
    assert books.count(Query().authors.any(["Brandon Sanderson"])) == 1
    assert (len(books), [found.doc_id for found in books]) == (1, [1])
    assert db.tables() == {"books"}


def test_what_is_read_is_a_copy(db: TinyDB) -> None:
    books = db.table("books")
    books.insert(book())
    books.get(doc_id=1)["authors"].append("Somebody else")
    books.all()[0]["authors"].append("Somebody else")
    assert books.get(doc_id=1)["authors"] == ["Brandon Sanderson"]


def test_an_updater_that_fails_in_the_middle_changes_nothing(store: Database, db: TinyDB) -> None:
    books = db.table("books")
    books.insert_multiple([book("Elantris"), book("Warbreaker")])

    def fail_on_the_second(document: Any) -> None:
        document["subtitle"] = "changed"
        if document["title"] == "Warbreaker":
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        books.update(fail_on_the_second)
    assert all("subtitle" not in found for found in books.all())
    assert store.catch_up() == 1


@pytest.mark.parametrize("wrong", [{"title": ""}, {"titel": "x"}, {"title": "x", "authors": {"a"}}])
def test_a_document_that_fits_no_model_is_refused(
    store: Database, db: TinyDB, wrong: dict[str, Any]
) -> None:
    books = db.table("books")
    books.insert(book())
    with pytest.raises(InvalidDocument):
        books.insert(wrong)
    with pytest.raises(InvalidDocument):
        books.update(wrong)
    assert books.all() == [store.get("books", 1)]


def test_operations_work_on_tables_of_ones_own(db: TinyDB) -> None:
    mine = db.table("mine")
    mine.insert({"count": 1, "gone": True})
    mine.update(increment("count"))
    mine.update(delete("gone"))
    assert mine.all() == [{"count": 2}]


def test_ids_that_were_used_are_not_used_again_after_truncating(db: TinyDB) -> None:
    mine = db.table("mine")
    mine.insert_multiple([{"a": 1}, {"a": 2}])
    mine.truncate()
    assert mine.insert({"a": 3}) == 3


def test_an_id_can_be_given_and_must_be_free(db: TinyDB) -> None:
    mine = db.table("mine")
    assert mine.insert(Document({"a": 1}, doc_id=7)) == 7
    assert mine.insert({"a": 2}) == 8
    with pytest.raises(ValueError, match="already exists"):
        mine.insert(Document({"a": 1}, doc_id=7))
    for wrong in (0, -1, 2**60):
        with pytest.raises(InvalidDocument, match="an id is a number"):
            mine.insert(Document({"a": 1}, doc_id=wrong))


def test_dropping_tables_can_be_undone(store: Database, db: TinyDB) -> None:
    db.table("books").insert(book())
    db.table("editions").insert(edition(1))
    db.insert({"of": "the default table"})
    db.drop_table("editions")
    assert db.tables() == {"books", "_default"}
    assert store.find("edition_book", "1") == []
    db.drop_tables()
    assert db.tables() == set()
    assert store.tables() == []
    store.undo(store.catch_up())
    store.undo(store.catch_up() - 2)
    assert store.find("edition_book", "1") == [1]
    assert db.all() == [{"of": "the default table"}]
    db.drop_table("no such table")


def test_writing_a_whole_database_keeps_what_it_holds(store: Database, db: TinyDB) -> None:
    db.table("books").insert(book())
    with pytest.raises(InvalidDocument, match="an id is a number"):
        db.storage.write({"books": {"one": book()}})
    db.storage.write({"mine": {"3": {"a": 1}}})
    assert store.tables() == ["mine"]
    assert dict(store.all("mine")) == {3: {"a": 1}}


def test_booktracks_own_table_cannot_be_written(db: TinyDB) -> None:
    with pytest.raises(InvalidDocument, match="'_meta' cannot be the name"):
        db.table("_meta").insert({"revision": 0})


def test_changes_by_tinydb_join_a_transaction(store: Database, db: TinyDB) -> None:
    def change_and_fail() -> None:
        db.table("books").insert(book())
        assert db.table("books").contains(where("title") == "The Way of Kings")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), store.transaction("together"):
        change_and_fail()
    assert db.table("books").all() == []
    with store.transaction("together"):
        db.table("editions").insert(edition(db.table("books").insert(book())))
    assert [item["why"] for item in store.history()] == ["together"]


def test_closing_tinydb_closes_the_library(store: Database) -> None:
    with store.tinydb as db:
        db.table("books").insert(book())
    with TinyDB(store.path) as plain:
        assert len(plain.table("books")) == 1


def test_a_table_kept_although_it_is_empty_is_no_change(store: Database, db: TinyDB) -> None:
    assert len(db.table("empty", persist_empty=True)) == 0
    assert not store.path.exists()
    assert "1" not in db.table("empty")._read_table()
