"""What every store must do, whatever it is made of: subclass it and say how to open one."""

from __future__ import annotations

import math
import threading
from pathlib import Path
from typing import Any

import pytest

from booktrack.errors import Conflict, InvalidDocument, NotFound
from booktrack.store import Store, Transaction
from support.stores import book, edition, status


class Halt(Exception):
    """What a test raises to leave a transaction."""


class StoreContract:
    """Subclass as `Test...` and give `open`."""

    def open(self, path: Path) -> Store:
        raise NotImplementedError

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "library.json"

    @pytest.fixture
    def store(self, path: Path) -> Any:
        store = self.open(path)
        yield store
        store.close()

    def insert(self, store: Store, table: str, document: dict[str, Any]) -> int:
        with store.transaction("insert") as changes:
            return changes.insert(table, document)

    def test_a_new_store_is_empty_and_makes_no_file_until_the_first_write(
        self, store: Store, path: Path
    ) -> None:
        assert store.get("books", 1) is None
        assert store.ids("books") == []
        assert list(store.all("books")) == []
        assert store.count("books") == 0
        assert store.find("identifier", "isbn:9780765326355") == []
        assert store.get_many("books", [1, 2]) == {}
        assert list(path.parent.iterdir()) == []
        self.insert(store, "books", book())
        assert path.exists()

    def test_what_was_inserted_is_read_with_the_fields_of_its_model(self, store: Store) -> None:
        book_id = self.insert(store, "books", book())
        assert store.get("books", book_id) == {
            "title": "The Way of Kings",
            "authors": ["Brandon Sanderson"],
            "series_name": None,
            "series_position": None,
            "openlibrary_id": None,
            "google_books_id": None,
        }
        assert store.count("books") == 1

    def test_it_is_there_after_closing_and_opening(self, store: Store, path: Path) -> None:
        book_id = self.insert(store, "books", book())
        was = store.get("books", book_id)
        store.close()
        again = self.open(path)
        assert again.get("books", book_id) == was
        again.close()

    def test_many_come_in_the_order_asked_for_without_those_that_are_not_there(
        self, store: Store
    ) -> None:
        for title in ("Warbreaker", "Elantris", "Mistborn"):
            self.insert(store, "books", book(title))
        assert list(store.get_many("books", [3, 9, 1])) == [3, 1]
        assert [doc_id for doc_id, _ in store.all("books")] == [1, 2, 3]

    def test_copies_are_private_in_both_directions(self, store: Store) -> None:
        given = book(authors=["Brandon Sanderson"])
        book_id = self.insert(store, "books", given)
        given["authors"].append("Somebody else")
        first = store.get("books", book_id)
        assert first is not None
        first["authors"].clear()
        second = store.get("books", book_id)
        assert second is not None
        assert second["authors"] == ["Brandon Sanderson"]

    def test_an_exception_leaves_everything_as_it_was(self, store: Store) -> None:
        book_id = self.insert(store, "books", book())
        before = store.get("books", book_id)

        def fail(changes: Transaction) -> None:
            changes.put("books", book_id, book("Changed"))
            changes.insert("editions", edition(book_id))
            changes.remove("books", book_id)
            raise Halt

        with pytest.raises(Halt), store.transaction("fails") as changes:
            fail(changes)
        assert store.get("books", book_id) == before
        assert store.ids("editions") == []
        assert store.find("edition_book", str(book_id)) == []
        assert store.catch_up() == 1

    def test_an_id_is_never_given_twice(self, store: Store, path: Path) -> None:
        first = self.insert(store, "books", book())
        with store.transaction("remove") as changes:
            changes.remove("books", first)
        store.checkpoint()
        store.close()
        again = self.open(path)
        assert self.insert(again, "books", book()) == first + 1
        again.close()

    def test_an_id_is_not_given_again_after_an_undo(self, store: Store) -> None:
        first = self.insert(store, "books", book())
        store.undo(store.history(1)[0]["id"])
        assert store.get("books", first) is None
        assert self.insert(store, "books", book()) == first + 1

    def test_a_transaction_reads_its_own_changes(self, store: Store) -> None:
        kept = self.insert(store, "books", book("Elantris", openlibrary_id="OL1W"))
        with store.transaction("several") as changes:
            fresh = changes.insert("books", book(openlibrary_id="OL2W"))
            assert changes.get("books", fresh) is not None
            assert changes.find("book_identifier", "openlibrary:OL2W") == [fresh]
            assert changes.ids("books") == [kept, fresh]
            assert [doc_id for doc_id, _ in changes.all("books")] == [kept, fresh]
            assert list(changes.get_many("books", [fresh, kept])) == [fresh, kept]
            changes.put("books", kept, book("Elantris", openlibrary_id="OL3W"))
            assert changes.find("book_identifier", "openlibrary:OL1W") == []
            changes.remove("books", fresh)
            assert changes.count("books") == 1
            assert changes.find("book_identifier", "openlibrary:OL2W") == []
        assert store.find("book_identifier", "openlibrary:OL3W") == [kept]

    def test_reading_by_the_store_inside_a_transaction_sees_its_changes(self, store: Store) -> None:
        with store.transaction("inside") as changes:
            book_id = changes.insert("books", book())
            assert store.get("books", book_id) == changes.get("books", book_id)
            assert store.ids("books") == [book_id]
            assert [doc_id for doc_id, _ in store.all("books")] == [book_id]

    def test_other_threads_see_nothing_before_the_commit(self, store: Store) -> None:
        seen: list[int] = []
        with store.transaction("not yet") as changes:
            changes.insert("books", book())
            other = threading.Thread(target=lambda: seen.append(store.count("books")))
            other.start()
            other.join()
        assert seen == [0]
        assert store.count("books") == 1

    def test_a_nested_transaction_joins_and_its_failure_takes_back_only_itself(
        self, store: Store
    ) -> None:
        def fail(changes: Transaction) -> None:
            changes.put("books", 1, book("Not kept"))
            changes.insert("books", book("Not kept"))
            raise Halt

        with store.transaction("outer") as outer:
            outer.insert("books", book("Kept"))
            with store.transaction("inner") as inner:
                inner.insert("books", book("Kept too"))
            with pytest.raises(Halt), store.transaction("fails") as failing:
                fail(failing)
        assert [document["title"] for _, document in store.all("books")] == ["Kept", "Kept too"]
        assert len(store.history()) == 1

    def test_a_savepoint_takes_back_a_part(self, store: Store) -> None:
        with store.transaction("rows") as changes:
            changes.insert("books", book("Good row"))
            mark = changes.savepoint()
            changes.insert("books", book("Bad row", openlibrary_id="OL9W"))
            assert changes.find("book_identifier", "openlibrary:OL9W") == [2]
            changes.roll_back(mark)
            assert changes.find("book_identifier", "openlibrary:OL9W") == []
        assert [document["title"] for _, document in store.all("books")] == ["Good row"]

    def test_a_transaction_that_changes_nothing_writes_nothing(self, store: Store) -> None:
        book_id = self.insert(store, "books", book())
        revision = store.catch_up()
        with store.transaction("nothing") as changes:
            document = changes.get("books", book_id)
            assert document is not None
            assert changes.put("books", book_id, document) is False
        with store.transaction("forth and back") as changes:
            changes.insert("books", book("Short-lived"))
            changes.remove("books", 2)
        assert store.catch_up() == revision
        assert len(store.history()) == 1

    def test_true_and_one_are_different_values(self, store: Store) -> None:
        doc_id = self.insert(store, "own_table", {"value": 1})
        with store.transaction("change") as changes:
            assert changes.put("own_table", doc_id, {"value": True}) is True
        assert store.get("own_table", doc_id) == {"value": True}

    @pytest.mark.parametrize(
        "document",
        [
            {"title": "No such field", "titel": 1},
            {"title": 7},
            {},
            {"title": "Not a number", "alternatives": {"x": [{"value": math.nan, "source": "s"}]}},
            {"title": "A set", "alternatives": {"x": [{"value": {1}, "source": "s"}]}},
            {"title": "Half a character \ud800"},
            {"title": "A key", "identifiers": {1: ["x"]}},
            ["no", "dict"],
        ],
    )
    def test_what_fits_no_model_or_is_not_json_is_refused(
        self, store: Store, document: Any
    ) -> None:
        book_id = self.insert(store, "books", book())
        before = store.get("books", book_id)
        with pytest.raises(InvalidDocument), store.transaction("bad") as changes:
            changes.insert("books", document)
        with pytest.raises(InvalidDocument), store.transaction("bad") as changes:
            changes.put("books", book_id, document)
        assert store.get("books", book_id) == before
        assert store.count("books") == 1

    def test_an_unknown_document_is_named(self, store: Store) -> None:
        with store.transaction("unknown") as changes:
            with pytest.raises(NotFound, match="books 7"):
                changes.put("books", 7, book())
            with pytest.raises(NotFound, match="books 7"):
                changes.remove("books", 7)

    def test_indexes_follow_every_change(self, store: Store) -> None:
        assert store.find("identifier", "isbn:9780765326355") == []
        with store.transaction("add") as changes:
            book_id = changes.insert("books", book())
            first = changes.insert("editions", edition(book_id, asin="B003P2WO5E"))
            second = changes.insert("editions", edition(book_id))
            changes.insert("statuses", status(first))
        assert store.find("identifier", "isbn:9780765326355") == [first, second]
        assert store.find("identifier", "asin:B003P2WO5E") == [first]
        assert store.find("edition_book", str(book_id)) == [first, second]
        assert store.find("status", "1:own") == [1]
        with store.transaction("change") as changes:
            changes.put("editions", first, edition(book_id, "9781429952040"))
            changes.put("statuses", 1, status(first, "want"))
        assert store.find("identifier", "isbn:9780765326355") == [second]
        assert store.find("identifier", "asin:B003P2WO5E") == []
        assert store.find("status", "1:own") == []
        assert store.find("status", "1:want") == [1]
        store.undo(2)
        assert store.find("identifier", "isbn:9780765326355") == [first, second]

    def test_an_index_that_does_not_exist_is_a_mistake_of_the_program(self, store: Store) -> None:
        with pytest.raises(KeyError, match="there are identifier"):
            store.find("isbn", "9780765326355")

    def test_two_handles_see_each_other_at_the_next_call(self, store: Store, path: Path) -> None:
        other = self.open(path)
        book_id = self.insert(store, "books", book())
        assert other.get("books", book_id) == store.get("books", book_id)
        assert self.insert(other, "books", book("Elantris")) == book_id + 1
        assert store.count("books") == 2
        other.checkpoint()
        assert self.insert(store, "books", book("Warbreaker")) == book_id + 2
        assert other.ids("books") == [book_id, book_id + 1, book_id + 2]
        assert other.catch_up() == store.catch_up() == 3
        other.close()

    def test_what_changed_since_a_revision_is_known(self, store: Store, path: Path) -> None:
        other = self.open(path)
        self.insert(store, "books", book())
        since = other.catch_up()
        self.insert(store, "books", book("Elantris"))
        with store.transaction("two") as changes:
            changes.insert("editions", edition(1))
            changes.put("books", 1, book("The Way of Kings", openlibrary_id="OL1W"))
        assert other.changed_since(since) == {("books", 2), ("editions", 1), ("books", 1)}
        assert other.changed_since(other.catch_up()) == set()
        assert other.changed_since(10_000) is None
        other.close()

    def test_the_history_tells_what_was_done(self, store: Store) -> None:
        self.insert(store, "books", book())
        with store.transaction("add an edition", user_id=7) as changes:
            changes.insert("editions", edition(1))
            changes.put("books", 1, book("Changed"))
        newest, oldest = store.history()
        assert (newest["id"], newest["why"], newest["user_id"]) == (2, "add an edition", 7)
        assert newest["changes"] == {"editions": 1, "books": 1}
        assert newest["undone_by"] is None
        assert (oldest["id"], oldest["why"]) == (1, "insert")
        assert store.history(1) == [newest]

    def test_a_transaction_is_taken_back_across_a_restart(self, store: Store, path: Path) -> None:
        self.insert(store, "books", book())
        with store.transaction("rename") as changes:
            changes.put("books", 1, book("Renamed"))
        store.close()
        again = self.open(path)
        undone = again.undo(2, user_id=3)
        assert (undone["id"], undone["user_id"], undone["changes"]) == (3, 3, {"books": 1})
        found = again.get("books", 1)
        assert found is not None
        assert found["title"] == "The Way of Kings"
        assert [item["undone_by"] for item in again.history()] == [None, 3, None]
        again.undo(3)
        found = again.get("books", 1)
        assert found is not None
        assert found["title"] == "Renamed"
        assert [item["undone_by"] for item in again.history()] == [None, 4, None, None]
        again.close()

    def test_an_undo_that_contradicts_later_changes_names_them_and_undoes_nothing(
        self, store: Store
    ) -> None:
        with store.transaction("two books") as changes:
            changes.insert("books", book("Elantris"))
            changes.insert("books", book("Warbreaker"))
        with store.transaction("rename") as changes:
            changes.put("books", 2, book("Nightblood"))
        with pytest.raises(Conflict, match="books 2") as caught:
            store.undo(1)
        assert caught.value.details["conflicts"] == [{"table": "books", "id": 2}]
        assert store.ids("books") == [1, 2]
        assert len(store.history()) == 2

    def test_an_undo_leaves_no_reference_that_leads_nowhere(self, store: Store) -> None:
        self.insert(store, "books", book())
        self.insert(store, "editions", edition(1))
        with pytest.raises(Conflict, match="editions 1 names books 1"):
            store.undo(1)
        with store.transaction("remove the edition") as changes:
            changes.remove("editions", 1)
        with store.transaction("remove the book") as changes:
            changes.remove("books", 1)
        with pytest.raises(Conflict, match="editions 1 names books 1"):
            store.undo(3)
        assert store.ids("books") == []

    def test_nothing_is_taken_back_twice(self, store: Store) -> None:
        self.insert(store, "books", book())
        store.undo(1)
        with pytest.raises(Conflict, match="taken back by 2"):
            store.undo(1)
        with pytest.raises(NotFound, match="no transaction 99"):
            store.undo(99)

    def test_checking_a_whole_store_finds_no_problem(self, store: Store) -> None:
        self.insert(store, "books", book())
        self.insert(store, "editions", edition(1))
        store.find("identifier", "isbn:9780765326355")
        report = store.check()
        assert report["problems"] == []
        assert report["ok"] is True
        assert report["tables"] == {"books": 1, "editions": 1}

    def test_checking_finds_a_reference_that_leads_nowhere(self, store: Store) -> None:
        self.insert(store, "editions", edition(12))
        report = store.check()
        assert report["ok"] is False
        assert [item["code"] for item in report["problems"]] == ["dangling"]

    def test_threads_that_write_at_once_lose_nothing(self, store: Store) -> None:
        def write(number: int) -> None:
            for count in range(20):
                self.insert(store, "books", book(f"{number}-{count}"))

        threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        titles = {document["title"] for _, document in store.all("books")}
        assert titles == {f"{number}-{count}" for number in range(4) for count in range(20)}
        assert store.catch_up() == 80

    def test_closing_twice_is_fine(self, store: Store) -> None:
        store.close()
        store.close()
