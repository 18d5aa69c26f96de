"""Every index against a naive recount, after changes of every kind."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from booktrack.store import Database, open_store
from booktrack.store.indexes import DEFINITIONS
from support.stores import book, clock, edition, status

KEYS = {
    "identifier": ["isbn:9780765326355", "isbn:9781429952040", "asin:B003P2WO5E", "amazon:x1"],
    "edition_book": ["1", "2", "77", "not a number"],
    "book_identifier": ["openlibrary:OL1W", "google_books:g1", "librarything:5", "none"],
    "series": ["1", "2", ""],
    "author": ["brandon sanderson", "sanderson", "Brandon Sanderson"],
    "title": ["thewayofkings", "lavoiedesrois", "王の道"],
    "edition_status": ["1", "2"],
    "noted": ["1:signed", "1:copy", "2:signed", "1:署名", "1:gift"],
    "status": ["1:own", "1:want", "2:own"],
    "reading_book": ["1", "2"],
    "reading_status": ["1:reading", "1:finished"],
    "series_name": ["stormlightarchive", "chroniquesderoshar"],
    "series_identifier": ["openlibrary:OL1S", "anilist:5"],
    "fingerprint": ["abc", "def"],
    "goal": ["1:2025", "1:2026", "2:2026"],
    "edition_price": ["1", "2", "x"],
    "cover": ["edition:1", "edition:2", "volume:1:1.5", "volume:2:3"],
    "picture": ["a" * 64, "b" * 64],
}


def some(chance: random.Random, table: str) -> dict[str, Any]:
    pick = chance.choice
    if table == "books":
        return book(
            pick(["The Way of Kings", "Elantris"]),
            openlibrary_id=pick([None, "OL1W", "OL2W"]),
            google_books_id=pick([None, "g1"]),
            identifiers=pick([{}, {"librarything": ["5", "6"]}, {"amazon": []}]),
            alternate_titles=pick([[], ["La Voie des Rois", "王の道"], ["THE WAY OF KINGS"]]),
            authors=pick([["Brandon Sanderson"], [], ["Sanderson, Brandon", "Brandon Sanderson"]]),
            memberships=[{"series_id": pick([1, 2])} for _ in range(pick([0, 1, 3]))],
        )
    if table == "editions":
        return edition(
            pick([1, 2]),
            pick([None, "9780765326355", "9781429952040"]),
            asin=pick([None, "B003P2WO5E"]),
            identifiers=pick([{}, {"amazon": ["x1", "x2"]}]),
        )
    if table == "statuses":
        said = {"notes": pick([None, "Signed copy", "署名本"]), "tags": pick([[], ["gift"]])}
        return status(pick([1, 2]), pick(["own", "want"]), user_id=pick([1, 2]), **said)
    if table == "readings":
        return {"user_id": 1, "book_id": pick([1, 2]), "status": pick(["reading", "finished"])}
    if table == "series":
        return {
            "name": pick(["The Stormlight Archive", "Chroniques de Roshar"]),
            "aliases": pick([[], [{"name": "Chroniques de Roshar"}]]),
            "identifiers": pick([{}, {"anilist": ["5"], "openlibrary": ["OL1S"]}]),
        }
    if table == "goals":
        return {"user_id": pick([1, 2]), "year": pick([2025, 2026]), "books": 12}
    if table == "prices":
        seen = {"currency": "EUR", "source": "told", "seen_at": "2026-11-22"}
        return {"edition_id": pick([1, 2]), "price": 9.5, **seen}
    if table == "covers":
        where = pick([{"edition_id": 1}, {"edition_id": 2}, {"series_id": 1, "position": "1.5"}])
        size = {"mime": "image/png", "width": 300, "height": 450, "bytes": 9_000}
        return {**where, **size, "sha256": pick(["a", "b"]) * 64}
    counts = {"format": "goodreads", "user_id": 1, "at": "2026-11-22", "rows": 1}
    return {**counts, "fingerprint": pick(["abc", "def"])}


def found(store: Any) -> dict[str, dict[str, list[int]]]:
    return {name: {key: store.find(name, key) for key in keys} for name, keys in KEYS.items()}


def change_at_random(store: Database, chance: random.Random) -> None:
    with store.transaction("change") as changes:
        for _ in range(12):
            table = chance.choice([what.table for what in DEFINITIONS.values()])
            there = changes.ids(table)
            action = chance.random()
            if action < 0.5 or not there:
                changes.insert(table, some(chance, table))
            elif action < 0.8:
                changes.put(table, chance.choice(there), some(chance, table))
            else:
                changes.remove(table, chance.choice(there))
            if chance.random() < 0.2:
                mark = changes.savepoint()
                changes.insert(table, some(chance, table))
                found(changes)
                changes.roll_back(mark)
        inside = found(changes)
    assert found(store) == inside


@pytest.mark.parametrize("seed", range(4))
def test_an_index_that_follows_is_the_same_as_one_built_anew(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    path = tmp_path / "library.json"
    store = open_store(path, clock=clock)
    follower = open_store(path, clock=clock)
    found(follower)
    tried: set[str] = set()
    for number in range(12):
        change_at_random(store, chance)
        fresh = open_store(path, clock=clock)
        assert found(follower) == found(fresh) == found(store)
        tried.update(name for name, keys in found(store).items() if any(keys.values()))
        report = fresh.check()
        assert {item["code"] for item in report["problems"]} <= {"dangling"}
        if number % 4 == 3:
            store.checkpoint()
        if number % 5 == 4:
            store.undo(store.history(1)[0]["id"])
    assert tried == set(KEYS), "every index was tried"
    for part in (store, follower):
        part.close()


def test_an_index_that_is_wrong_is_reported(tmp_path: Path) -> None:
    store = open_store(tmp_path / "library.json", clock=clock)
    with store.transaction("add") as changes:
        changes.insert("books", book(openlibrary_id="OL1W"))
    assert store.find("book_identifier", "openlibrary:OL1W") == [1]
    store._log.state.index("book_identifier").change(1, None, b'{"google_books_id":"wrong"}')
    problems = store.check()["problems"]
    assert [item["code"] for item in problems] == ["index"]
    assert "book_identifier" in problems[0]["message"]
    store.close()


def test_a_reference_out_of_all_bounds_does_not_hide_the_others(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    with open_store(path, clock=clock) as store, store.transaction("add") as changes:
        for book_id in (2**70, 5, -3, 5):
            changes.insert("editions", edition(book_id))
    with open_store(path, clock=clock) as store:
        assert store.find("edition_book", "5") == [2, 4]
        assert store.find("edition_book", str(2**70)) == [1]
        with store.transaction("mend") as changes:
            changes.put("editions", 1, edition(5))
        assert store.find("edition_book", "5") == [1, 2, 4]
        assert {item["code"] for item in store.check()["problems"]} == {"dangling"}


def test_what_an_index_hands_out_is_a_copy(tmp_path: Path) -> None:
    store = open_store(tmp_path / "library.json", clock=clock)
    with store.transaction("add") as changes:
        changes.insert("editions", edition(1))
        changes.insert("editions", edition(1))
    store.find("edition_book", "1").clear()
    assert store.find("edition_book", "1") == [1, 2]
    store.close()
