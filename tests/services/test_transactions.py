"""Inside `library.transaction` every question sees what was changed there, and afterwards only
what was kept.
"""

import pytest

from support.libraries import DUNE, open_library


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        yield library


def seen(library):
    """Return what questions of every kind tell of Dune."""
    return {
        "search": [one["title"] for one in library.search("dune")["results"]],
        "list": library.list_books(author="Frank Herbert")["total"],
        "series": [one["name"] for one in library.series_pages()["series"]],
        "calendar": [one["title"] for one in library.release_calendar().get("2027-01", [])],
        "read": library.reading_stats()["books"],
        "contact": library.get_settings()["contact"],
    }


def change(library):
    library.add(
        DUNE, title="Dune", authors="Frank Herbert", series="Dune", position=1, status="want",
        release_date="2027-01-05",
    )  # fmt: skip
    library.finish_reading(DUNE)
    library.update_settings(contact="me@example.org")


CHANGED = {
    "search": ["Dune"],
    "list": 1,
    "series": ["Dune"],
    "calendar": ["Dune"],
    "read": 1,
    "contact": "me@example.org",
}


def test_a_transaction_sees_its_own_changes(library):
    seen(library)
    with library.transaction("Dune"):
        change(library)
        assert seen(library) == CHANGED
    assert seen(library) == CHANGED


def test_what_was_taken_back_is_seen_no_more(library):
    before = seen(library)

    def broken():
        with library.transaction("Dune"):
            change(library)
            assert seen(library) == CHANGED
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert seen(library) == before
