"""Books that are there twice: found, joined without loss, and parted again by undo."""

import pytest

from booktrack.errors import Conflict, InvalidInput, NotFound
from support.libraries import WAY_OF_KINGS, WAY_OF_KINGS_EBOOK, open_library, snapshot


@pytest.fixture
def path(tmp_path):
    return tmp_path / "library.json"


@pytest.fixture
def library(path):
    with open_library(path) as library:
        yield library


def add(library, title, author="Brandon Sanderson", **more):
    """Add a book that is surely one of its own, whatever it is called."""
    return library.add(title=title, authors=author, **more)["id"]


def pairs(library):
    return [[book["title"] for book in one["books"]] for one in library.duplicates()["pairs"]]


def test_two_spellings_of_one_title_are_found(library):
    add(library, "A Wizard of Earthsea", "Ursula K. Le Guin")
    add(library, "A Wizzard of Earthsea", "Le Guin, Ursula K.")
    assert pairs(library) == [["A Wizard of Earthsea", "A Wizzard of Earthsea"]]


@pytest.mark.parametrize(
    ("first", "second"), [("Dune", "Dunne"), ("Emma", "Emmma"), ("Persuasion", "Pesruasion")]
)
def test_a_slip_anywhere_in_a_short_title_is_found(library, first, second):
    add(library, first)
    add(library, second)
    assert pairs(library) == [[first, second]]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("One Piece, Vol. 1", "Eiichiro Oda"), ("One Piece, Vol. 2", "Eiichiro Oda")),
        (("Selected Poems", "Seamus Heaney"), ("Selected Poems", "W. H. Auden")),
        (("Mort", "Terry Pratchett"), ("Sourcery", "Terry Pratchett")),
    ],
)
def test_volumes_and_namesakes_are_no_duplicates(library, first, second):
    add(library, *first)
    add(library, *second)
    assert library.duplicates()["total"] == 0


def test_pages_of_pairs_go_on_where_the_last_one_ended(library):
    for name in ("Alpha Centauri", "Beta Pictoris", "Gamma Draconis"):
        add(library, name)
        add(library, f"{name}e")
    first = library.duplicates(limit=2)
    second = library.duplicates(limit=2, offset=2)
    assert (first["total"], len(first["pairs"]), len(second["pairs"])) == (3, 2, 1)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"offset": -1}, {"limit": True}])
def test_a_page_that_cannot_be_is_refused(library, wrong):
    with pytest.raises(InvalidInput):
        library.duplicates(**wrong)


def test_joining_takes_over_editions_readings_series_and_titles(library):
    kept = add(library, "The Way of Kings", isbn=WAY_OF_KINGS)
    gone = add(
        library,
        "La Voie des rois",
        isbn=WAY_OF_KINGS_EBOOK,
        series="Stormlight Archive",
        position=1,
    )
    library.start_reading(gone)
    book = library.merge_books(kept, gone)
    assert book["id"] == kept
    assert book["title"] == "The Way of Kings"
    assert book["alternate_titles"] == ["La Voie des rois"]
    assert (book["series"], book["series_position"]) == ("Stormlight Archive", 1)
    assert {one["isbn_13"] for one in book["editions"]} == {WAY_OF_KINGS, WAY_OF_KINGS_EBOOK}
    assert library.readings(kept)["total"] == 1
    with pytest.raises(NotFound):
        library.get_book(gone)
    assert library.check()["ok"]


def test_an_edition_that_both_have_becomes_one_and_owning_beats_wanting(library):
    kept = add(library, "The Way of Kings", isbn=WAY_OF_KINGS, status="want", notes="birthday")
    gone = add(library, "Kings' Road, The", status="own", notes="signed copy")
    (edition,) = library.get_book(gone)["editions"]
    library.edit_edition(edition["id"], price=9.5, currency="EUR")
    with library._ctx.store.transaction("two records of one number") as tx:
        tx.put("editions", edition["id"], {**tx.get("editions", edition["id"]),
                                           "isbn_13": WAY_OF_KINGS})  # fmt: skip
    book = library.merge_books(kept, gone)
    (one,) = book["editions"]
    assert (one["status"], one["notes"]) == ("own", "birthday\nsigned copy")
    assert (one["price"], one["currency"]) == (9.5, "EUR")
    assert library.check()["ok"]


def test_another_users_word_on_the_edition_that_goes_is_kept(path):
    with open_library(path) as mine, open_library(path, user_id=2) as theirs:
        kept = add(mine, "The Way of Kings", isbn=WAY_OF_KINGS)
        gone = add(mine, "Kings' Road, The")
        (edition,) = mine.get_book(gone)["editions"]
        theirs.mark(edition["id"], "own", "theirs")
        with mine._ctx.store.transaction("two records of one number") as tx:
            tx.put("editions", edition["id"], {**tx.get("editions", edition["id"]),
                                               "isbn_13": WAY_OF_KINGS})  # fmt: skip
        mine.merge_books(kept, gone)
        (one,) = theirs.get_book(kept)["editions"]
        assert (one["status"], one["notes"]) == ("own", "theirs")


def test_what_the_user_said_of_either_book_holds(library):
    kept = add(library, "The Way of Kings")
    gone = add(library, "Kings' Road, The")
    library.edit_book(gone, subtitle="Book One", genres=["epic"])
    book = library.merge_books(kept, gone)
    assert book["subtitle"] == "Book One"
    assert library.provenance(kept)["book"]["subtitle"]["locked"]


def test_undo_parts_them_again(library):
    kept = add(library, "The Way of Kings", isbn=WAY_OF_KINGS)
    gone = add(library, "Kings' Road, The", isbn=WAY_OF_KINGS_EBOOK)
    before = snapshot(library)
    library.merge_books(kept, gone)
    library.undo(library.history(limit=1)["transactions"][0]["id"])
    assert snapshot(library) == before


@pytest.mark.parametrize(
    ("into", "other", "error"),
    [(1, 1, Conflict), (1, 99, NotFound), (99, 1, NotFound), ("x", 1, InvalidInput)],
)
def test_what_cannot_be_joined_changes_nothing(library, into, other, error):
    add(library, "The Way of Kings")
    before = snapshot(library)
    with pytest.raises(error):
        library.merge_books(into, other)
    assert snapshot(library) == before


def test_what_was_said_of_its_place_in_a_series_goes_along(library):
    stays = add(library, "The Gunslinger", "Stephen King")
    twin = add(library, "Gunslinger", "Stephen King", series="The Dark Tower", position=2)
    library.set_position(twin, "The Dark Tower", 1)
    before = snapshot(library)
    assert library.merge_books(stays, twin)["series_position"] == 1
    assert set(library.get_series("The Dark Tower")["overrides"]) == {f"book {stays}"}
    library.clear_override("The Dark Tower", f"book {stays}")
    assert library.get_book(stays)["series_position"] == 2
    for _ in range(2):
        library.undo(next(
            one["id"] for one in library.history()["transactions"]
            if one["undone_by"] is None and one["undoes"] is None
        ))  # fmt: skip
    assert snapshot(library) == before


def test_what_was_said_of_the_place_of_the_book_that_stays_holds(library):
    stays = add(library, "Gunslinger", "Stephen King", series="The Dark Tower", position=1)
    twin = add(library, "Gunslinger I", "Stephen King", series="The Dark Tower", position=2)
    library.set_position(twin, "The Dark Tower", 3)
    library.merge_books(stays, twin)
    assert library.get_series("The Dark Tower")["overrides"] == {}
