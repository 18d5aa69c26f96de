"""What changed since a moment, or after a revision, however often the journal was folded."""

from datetime import UTC, datetime, timedelta

import pytest

from booktrack.store.database import open_store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    with open_store(tmp_path / "library.json", clock=clock) as opened:
        yield opened


def edition(day):
    return {"book_id": 1, "release_date": day}


def write(store, clock):
    """Make three transactions, a day apart: an insert, a change, a removal."""
    with store.transaction("add") as tx:
        book = tx.insert("books", {"title": "Dune"})
        number = tx.insert("editions", edition("2027"))
    clock.now += timedelta(days=1)
    with store.transaction("move") as tx:
        tx.put("editions", number, edition("2028"))
    clock.now += timedelta(days=1)
    with store.transaction("remove") as tx:
        tx.remove("editions", number)
        tx.put("books", book, {"title": "Arrakis"})


def days(changes):
    def day(document):
        return document and document["release_date"]

    return [(day(one.before), day(one.after)) for one in changes.made]


@pytest.mark.parametrize("folded", [False, True])
def test_changes_tell_each_document_before_and_after(store, clock, folded):
    write(store, clock)
    if folded:
        store.checkpoint()
    found = store.changes(["editions"])
    assert days(found) == [(None, "2027"), ("2027", "2028"), ("2028", None)]
    assert [one.revision for one in found.made] == [1, 2, 3]
    assert found.made[1].at == "2026-11-23T12:00:00Z"
    assert found.complete


@pytest.mark.parametrize(
    ("since", "number"), [(NOW, 3), (NOW + timedelta(seconds=1), 2), (None, 3)]
)
def test_since_is_the_first_transaction_that_is_meant(store, clock, since, number):
    write(store, clock)
    assert len(store.changes(["editions"], since=since).made) == number


@pytest.mark.parametrize(("revision", "number"), [(0, 3), (1, 2), (2, 1), (3, 0), (9, 0)])
def test_a_revision_is_exact(store, clock, revision, number):
    write(store, clock)
    found = store.changes(["editions"], after=revision)
    assert (len(found.made), found.complete) == (number, True)


def test_a_clock_that_is_set_back_loses_nothing(store, clock):
    write(store, clock)
    clock.now = NOW - timedelta(days=300)
    with store.transaction("later, by the order") as tx:
        tx.insert("editions", edition("2030"))
    found = store.changes(["editions"], since=NOW + timedelta(days=1))
    assert days(found)[-1] == (None, "2030")


def test_a_history_that_was_forgotten_is_not_complete(store, clock):
    write(store, clock)
    store.checkpoint()
    store._history.path.unlink()
    assert store.changes(["editions"]) == (False, [])
    assert store.changes(["editions"], after=3).complete
    with store.transaction("on") as tx:
        tx.insert("editions", edition("2031"))
    assert not store.changes(["editions"], since=NOW).complete
    assert len(store.changes(["editions"], after=3).made) == 1


def test_a_document_is_the_callers_own(store, clock):
    write(store, clock)
    store.changes(["books"]).made[0].after["title"] = "changed"
    assert store.changes(["books"]).made[0].after["title"] == "Dune"
