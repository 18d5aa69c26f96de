"""The store against a dict: any order of changes, undo, checkpoints, reopening, two handles."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from booktrack.domain.models import Book
from booktrack.errors import Conflict
from booktrack.store import Database, Transaction, open_store
from support.stores import clock

Model = dict[int, dict[str, Any]]

BOOKS = st.fixed_dictionaries(
    {"title": st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)},
    optional={
        "openlibrary_id": st.sampled_from(["OL1W", "OL2W", "OL3W"]),
        "identifiers": st.dictionaries(
            st.sampled_from(["amazon", "librarything"]),
            st.lists(st.sampled_from("abc")),
            max_size=2,
        ),
        "alternate_titles": st.lists(st.text(st.characters(codec="utf-8"), max_size=4), max_size=2),
    },
)


class Halt(Exception):
    """Leaves a transaction."""


class StoreMachine(RuleBasedStateMachine):
    """Two handles on one file, and what it must hold."""

    books = Bundle("books")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.path = self.folder / "library.json"
        self.stores = [self.opened(), self.opened()]
        self.model: Model = {}
        self.past: list[Model] = [{}]
        self.next_id = 1

    def opened(self) -> Database:
        return open_store(self.path, clock=clock, backups=2)

    def teardown(self) -> None:
        for store in self.stores:
            store.close()
        shutil.rmtree(self.folder)

    def committed(self) -> None:
        self.past.append({doc_id: dict(document) for doc_id, document in self.model.items()})

    def insert_into(self, changes: Transaction, given: dict[str, Any]) -> int:
        doc_id = changes.insert("books", given)
        assert doc_id == self.next_id
        self.next_id += 1
        self.model[doc_id] = Book.check(given).dump()
        return doc_id

    @rule(target=books, handle=st.sampled_from([0, 1]), given=BOOKS)
    def insert(self, handle: int, given: dict[str, Any]) -> int:
        with self.stores[handle].transaction("insert") as changes:
            doc_id = self.insert_into(changes, given)
        self.committed()
        return doc_id

    @rule(target=books, handle=st.sampled_from([0, 1]), given=st.lists(BOOKS, max_size=4))
    def insert_many(self, handle: int, given: list[dict[str, Any]]) -> Any:
        with self.stores[handle].transaction("insert many") as changes:
            ids = [self.insert_into(changes, document) for document in given]
        if ids:
            self.committed()
        return multiple(*ids)

    @rule(handle=st.sampled_from([0, 1]), doc_id=books, given=BOOKS)
    def put(self, handle: int, doc_id: int, given: dict[str, Any]) -> None:
        if doc_id not in self.model:
            return
        document = Book.check(given).dump()
        with self.stores[handle].transaction("put") as changes:
            assert changes.put("books", doc_id, given) is (document != self.model[doc_id])
        if document != self.model[doc_id]:
            self.model[doc_id] = document
            self.committed()

    @rule(handle=st.sampled_from([0, 1]), doc_id=consumes(books))
    def remove(self, handle: int, doc_id: int) -> None:
        if doc_id not in self.model:
            return
        with self.stores[handle].transaction("remove") as changes:
            changes.remove("books", doc_id)
        del self.model[doc_id]
        self.committed()

    @rule(handle=st.sampled_from([0, 1]), doc_id=books, given=BOOKS)
    def fail(self, handle: int, doc_id: int, given: dict[str, Any]) -> None:
        def change(changes: Transaction) -> None:
            changes.insert("books", given)
            if changes.get("books", doc_id) is not None:
                changes.remove("books", doc_id)
            raise Halt

        with pytest.raises(Halt), self.stores[handle].transaction("fails") as changes:
            change(changes)

    @rule(handle=st.sampled_from([0, 1]), data=st.data())
    def undo(self, handle: int, data: st.DataObject) -> None:
        if len(self.past) == 1:
            return
        number = data.draw(st.integers(1, len(self.past) - 1))
        before, after = self.past[number - 1], self.past[number]
        touched = {key for key in {*before, *after} if before.get(key) != after.get(key)}
        possible = all(self.model.get(key) == after.get(key) for key in touched)
        undone = self.stores[handle].history(limit=None)[-number]["undone_by"]
        if undone or not possible:
            with pytest.raises(Conflict):
                self.stores[handle].undo(number)
            return
        entry = self.stores[handle].undo(number)
        assert entry["undoes"] == number
        for key in touched:
            if key in before:
                self.model[key] = before[key]
            else:
                del self.model[key]
        self.committed()

    @rule(handle=st.sampled_from([0, 1]))
    def checkpoint(self, handle: int) -> None:
        self.stores[handle].checkpoint()

    @rule(handle=st.sampled_from([0, 1]), orderly=st.booleans())
    def reopen(self, handle: int, orderly: bool) -> None:
        if orderly:
            self.stores[handle].close()
        else:
            self.stores[handle]._log.close()
        self.stores[handle] = self.opened()

    @rule(handle=st.sampled_from([0, 1]))
    def check(self, handle: int) -> None:
        assert self.stores[handle].check()["problems"] == []

    @rule()
    def tear(self) -> None:
        """Leave what a writer leaves that dies in the middle of a line."""
        journal = self.path.with_name("library.json.journal")
        if journal.exists():
            with journal.open("ab") as file:
                file.write(b'12345678 {"revision":')

    @invariant()
    def both_hold_the_same(self) -> None:
        if not hasattr(self, "stores"):
            return
        for store in self.stores:
            assert dict(store.all("books")) == self.model
            assert store.ids("books") == sorted(self.model)
            assert store.count("books") == len(self.model)
            assert store.catch_up() == len(self.past) - 1
            for key in ("openlibrary:OL1W", "openlibrary:OL2W", "amazon:a", "librarything:b"):
                assert store.find("book_identifier", key) == self.under(key)

    def under(self, key: str) -> list[int]:
        scheme, value = key.split(":")
        return [
            doc_id
            for doc_id, document in sorted(self.model.items())
            if (scheme == "openlibrary" and document["openlibrary_id"] == value)
            or value in document.get("identifiers", {}).get(scheme, ())
        ]


TestStoreMachine = StoreMachine.TestCase
TestStoreMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
