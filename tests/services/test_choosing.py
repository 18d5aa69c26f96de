"""Choosing: another source's value for a field, or a record that search left out."""

import pytest

from booktrack import InvalidInput, NotFound
from support.libraries import (
    DUNE,
    WAY_OF_KINGS,
    Chronicle,
    Told,
    open_library,
    series_record,
    snapshot,
    work,
)


def dune(source, **edition):
    return work("Dune", "Frank Herbert", isbn=DUNE, source=source, **edition)


@pytest.fixture
def library(tmp_path):
    source = Told(
        dune("openlibrary", publisher="Ace", price=9.99, currency="USD", book_format="paperback"),
        dune("hardcover", publisher="Berkley", price=12.5, currency="EUR"),
    )
    with open_library(tmp_path / "l.json", sources=[source], offline=False) as opened:
        opened.lookup(DUNE)
        yield opened


def edition_of(book):
    return book["editions"][0]


def fields_of(library, book_id):
    return library.candidates(book_id)["editions"][0]["fields"]


def values(choices):
    return [(one["value"], one["source"]) for one in choices]


def test_candidates_are_what_was_said_otherwise_the_value_in_use_first(library):
    found = library.candidates(1)
    assert found["book"] == {}
    assert values(fields_of(library, 1)["publisher"]) == [
        ("Ace", "openlibrary"), ("Berkley", "hardcover")
    ]  # fmt: skip
    assert "isbn_13" not in fields_of(library, 1)


def test_a_chosen_value_counts_from_then_on(library):
    book = library.choose(1, field="publisher", source="hardcover", edition=DUNE)
    assert edition_of(book)["publisher"] == "Berkley"
    library.lookup(DUNE, remote="always")
    assert edition_of(library.get_book(1))["publisher"] == "Berkley"
    assert ("Ace", "openlibrary") in values(fields_of(library, 1)["publisher"])


def test_a_choice_can_be_made_again_and_taken_back(library):
    library.choose(1, field="publisher", source="hardcover", edition=DUNE)
    book = library.choose(1, field="publisher", source="openlibrary", edition=DUNE)
    assert edition_of(book)["publisher"] == "Ace"
    library.undo(library.history(limit=1)["transactions"][0]["id"])
    assert edition_of(library.get_book(1))["publisher"] == "Berkley"


def test_a_price_brings_its_own_currency(library):
    before = edition_of(library.get_book(1))
    book = library.choose(1, field="price", source="hardcover", edition=DUNE)
    after = edition_of(book)
    assert (before["price"], before["currency"]) != (after["price"], after["currency"])
    assert (after["price"], after["currency"]) == (12.5, "EUR")


def test_a_price_without_a_currency_leaves_none(tmp_path):
    source = Told(dune("openlibrary", price=9.99, currency="USD"), dune("hardcover", price=3.0))
    with open_library(tmp_path / "l.json", sources=[source], offline=False) as opened:
        opened.lookup(DUNE)
        after = edition_of(opened.choose(1, field="price", source="hardcover", edition=DUNE))
    assert (after["price"], after["currency"]) == (3.0, None)


def test_a_source_that_says_the_same_can_be_named_too(library):
    book = library.choose(1, field="isbn_13", source="hardcover", edition=DUNE)
    assert edition_of(book)["isbn_13"] == DUNE
    book = library.choose(1, field="format", source="openlibrary", edition=DUNE)
    assert edition_of(book)["format"] == "paperback"


def test_a_field_of_the_book(tmp_path):
    source = Told(
        work("Dune", "Frank Herbert", isbn=DUNE, source="openlibrary"),
        work("Dune: A Novel", "Frank Herbert", isbn=DUNE, source="hardcover"),
    )
    with open_library(tmp_path / "l.json", sources=[source], offline=False) as opened:
        book_id = opened.lookup(DUNE)["id"]
        chosen = opened.choose(book_id, field="title", source="hardcover")
        assert chosen["title"] == "Dune: A Novel"
        assert opened.provenance(book_id)["book"]["title"]["locked"]


@pytest.mark.parametrize(
    ("given", "error", "names"),
    [
        ({"field": "publisher", "source": "anilist", "edition": DUNE}, NotFound, "hardcover"),
        ({"field": "language", "source": "hardcover", "edition": DUNE}, NotFound, "nobody"),
        ({"field": "colour", "source": "hardcover"}, NotFound, "colour"),
        ({"field": "publisher", "source": "hardcover", "edition": 99}, NotFound, "99"),
        ({"field": "publisher", "source": "hardcover", "edition": "x"}, InvalidInput, "x"),
        ({"field": "publisher"}, InvalidInput, "field and source"),
        ({"source": "hardcover"}, InvalidInput, "field and source"),
        ({}, InvalidInput, "field and source"),
        ({"field": " ", "source": "hardcover"}, InvalidInput, "empty"),
        ({"field": 7, "source": "hardcover"}, InvalidInput, "7"),
        ({"field": "title", "source": "x", "record": {"title": "y"}}, InvalidInput, "or a record"),
    ],
)
def test_a_choice_that_cannot_be_made_changes_nothing(library, given, error, names):
    before = snapshot(library)
    with pytest.raises(error) as caught:
        library.choose(1, **given)
    assert names in str(caught.value)
    assert snapshot(library) == before


def test_an_edition_of_another_book_is_refused(library):
    other = library.add(WAY_OF_KINGS, title="The Way of Kings", remote="never")
    with pytest.raises(InvalidInput, match="not one of book"):
        library.choose(other["id"], field="publisher", source="hardcover", edition=DUNE)


@pytest.mark.parametrize("book_id", [99, 0, True, "1", 1.5])
def test_a_book_that_does_not_exist(library, book_id):
    with pytest.raises((NotFound, InvalidInput)):
        library.candidates(book_id)
    with pytest.raises((NotFound, InvalidInput)):
        library.choose(book_id, field="title", source="hardcover")


# --- records ---------------------------------------------------------------------------------

GARDENING = work("Gardening in Wales", "Ann Lee", isbn=WAY_OF_KINGS)


@pytest.fixture
def candidate(library):
    library._ctx.asker._sources()[0].works = [GARDENING]
    (found,) = library.search("dune messiah herbert")["candidates"]
    return found["record"]


def test_a_candidate_becomes_a_book(library, candidate):
    book = library.choose(record=candidate)
    assert (book["title"], edition_of(book)["isbn_13"]) == ("Gardening in Wales", WAY_OF_KINGS)
    assert edition_of(book)["status"] == "missing"
    assert library.choose(record=candidate)["id"] == book["id"]


def test_a_candidate_is_added_to_the_book_that_it_is_of(library, candidate):
    book = library.choose(1, record=candidate)
    assert book["id"] == 1
    assert {edition["isbn_13"] for edition in book["editions"]} == {DUNE, WAY_OF_KINGS}


def test_a_candidate_for_a_book_that_is_not_there_is_refused(library, candidate):
    with pytest.raises(NotFound, match="99"):
        library.choose(99, record=candidate)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"title": "Dune"},
        {"source": "told", "title": 7},
        {"source": "told", "title": "Dune", "colour": "blue"},
        {"source": "told", "name": "Dune", "volumes": "many"},
        "Dune",
        7,
        [("title",)],
    ],
)
def test_what_is_no_record_is_refused(library, record):
    before = snapshot(library)
    with pytest.raises(InvalidInput, match="not a record"):
        library.choose(record=record)
    assert snapshot(library) == before


def test_a_series_that_search_left_out_can_be_chosen(tmp_path):
    source = Chronicle(series_record("Dune Chronicles", "1", "2", total=6))
    with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
        found = library.search(series="Arrakis")
        assert found["series"] == []
        series = library.choose(record=found["candidates"][0]["record"])
        assert (series["name"], series["total"]) == ("Dune Chronicles", 6)
        assert library.get_series("Dune Chronicles")["id"] == series["id"]
