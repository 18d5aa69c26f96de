"""`Database.reading`: an answer of many reads sees one revision."""

from __future__ import annotations

import threading
from pathlib import Path

from booktrack.store.database import open_store
from support.stores import book


def test_a_change_of_another_thread_waits_for_the_end_of_a_reading(tmp_path: Path) -> None:
    with open_store(tmp_path / "library.json") as store:
        with store.transaction("add") as tx:
            tx.insert("books", book())

        def rename() -> None:
            with store.transaction("rename") as tx:
                tx.put("books", 1, book("Another title"))

        writer = threading.Thread(target=rename)
        with store.reading() as reader:
            writer.start()
            for _ in range(50):
                assert reader.get("books", 1) == store.get("books", 1)
                assert (reader.get("books", 1) or {})["title"] == "The Way of Kings"
        writer.join()
        assert (store.get("books", 1) or {})["title"] == "Another title"


def test_a_reading_sees_what_another_handle_has_written(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    with open_store(path) as mine, open_store(path) as theirs:
        with theirs.transaction("add") as tx:
            tx.insert("books", book())
        with mine.reading() as reader:
            assert reader.count("books") == 1


def test_a_reading_within_a_transaction_sees_its_changes(tmp_path: Path) -> None:
    with open_store(tmp_path / "library.json") as store, store.transaction("add") as tx:
        book_id = tx.insert("books", book())
        with store.reading() as reader:
            assert reader.get("books", book_id) is not None
