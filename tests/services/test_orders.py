"""The orders of lists: right at the first question, and after whatever changed since."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from booktrack import Library
from booktrack.services.listing import SORTS
from support.libraries import open_library


def listed(library: Library, sort: str, descending: bool = False) -> list[int]:
    books = library.list_books(limit=10_000, sort=sort, descending=descending)["books"]
    return [book["id"] for book in books]


def assert_same_as_anew(library: Library) -> None:
    """Two askings: one by what is kept, one by a library that was just opened."""
    with open_library(library.path) as fresh:
        for sort in SORTS:
            for descending in (False, True):
                assert listed(library, sort, descending) == listed(fresh, sort, descending), sort


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "library.json") as library:
        with library.transaction("many"):
            for number in range(12):
                library.add(
                    title=f"Vol. {number}",
                    authors=[f"Name {number % 5}"] if number % 4 else [],
                    series="Some" if number % 3 else None,
                    position=number if number % 3 else None,
                    release_date=f"{2000 + number % 7}" if number % 2 else None,
                )
        yield library


def test_orders_follow_every_change(library: Library) -> None:
    chance = random.Random(7)
    for step in range(40):
        ids = listed(library, "id")
        book_id = chance.choice(ids)
        edition = library.get_book(book_id)["editions"]
        match step % 6:
            case 0:
                library.add(title=f"vol {step}", authors=["New"], release_date="1999-05")
            case 1:
                library.edit_book(book_id, title=f"Álbum {step}")
            case 2:
                library.edit_book(book_id, authors=[f"Z{step}"])
            case 3 if edition:
                library.edit_edition(edition[0]["id"], release_date=f"19{50 + step}")
            case 4 if edition:
                library.remove_edition(edition[0]["id"])
            case _:
                library.remove_book(book_id)
        assert_same_as_anew(library)


def test_orders_follow_undo_and_another_process(library: Library) -> None:
    before = listed(library, "title")
    with open_library(library.path) as other:
        other.add(title="A first one")
        assert listed(library, "title")[1:] == before
        other.undo(other.history()["transactions"][0]["id"])
    assert listed(library, "title") == before
    assert_same_as_anew(library)


def test_a_mark_changes_no_order(library: Library) -> None:
    before = {sort: listed(library, sort) for sort in SORTS}
    edition = library.get_book(before["id"][0])["editions"][0]["id"]
    library.mark(edition, "want")
    assert {sort: listed(library, sort) for sort in SORTS} == before


def test_a_transaction_sees_its_own_titles_in_order_and_nobody_else_does(library: Library) -> None:
    before = listed(library, "title")

    def rename_in_vain() -> None:
        with library.transaction("in vain"):
            library.edit_book(before[-1], title="A last one that comes first")
            assert listed(library, "title")[0] == before[-1]
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rename_in_vain()
    assert listed(library, "title") == before


def test_books_of_which_nothing_is_known_come_last_both_ways(library: Library) -> None:
    unknown = [one for one in listed(library, "id") if not library.get_book(one)["authors"]]
    for descending in (False, True):
        assert listed(library, "author", descending)[-len(unknown) :] == unknown
