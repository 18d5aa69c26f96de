"""What forms do through the library's own methods: each in one step, undone as a whole."""

from __future__ import annotations

import pytest

from booktrack import Conflict, InvalidInput, InvalidISBN, NotFound
from support.libraries import DUNE, WAY_OF_KINGS, Told, open_library, snapshot, work
from support.pictures import drawn, encoded


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.json") as opened:
        yield opened


def own(library, series, *positions, **more):
    for position in positions:
        library.add(title=f"{series} {position}", series=series, position=position, **more)


def undo_last(library):
    return library.undo(library.history(limit=1)["transactions"][0]["id"])


def volumes(library, series):
    return {one["number"]: one for one in library.series_page(series)["volumes"]}


# --- the shelf and pages ----------------------------------------------------------------------


def test_the_shelf_tells_a_book_by_an_owned_edition_with_an_isbn(library):
    library.add(title="Dune", authors=["Frank Herbert"])
    book = library.add(DUNE, title="Dune", authors=["Frank Herbert"], format="paperback")
    (card,) = library.shelf()["books"]
    assert (card["key"], card["book_id"]) == (DUNE, book["id"])


def test_a_picture_of_the_library_shows_on_the_shelf_the_book_and_its_series(library):
    library.add(DUNE, title="Dune 1", series="Dune", position=1)
    sha = library.set_cover(DUNE, encoded(drawn(1)))["sha256"]
    assert library.shelf()["books"][0]["cover"] == sha
    assert library.book_page(DUNE)["cover"] == sha
    assert volumes(library, "Dune")[1]["cover"] == sha


def test_a_cover_of_another_owned_edition_stands_in(library):
    library.add(DUNE, title="Dune", authors=["Frank Herbert"])
    library.add(
        "9780593099322", title="Dune", authors=["Frank Herbert"], format="hardcover",
        cover_url="https://example.org/c.jpg",
    )  # fmt: skip
    (card,) = library.shelf()["books"]
    assert (card["key"], card["cover_url"]) == (DUNE, "https://example.org/c.jpg")


def test_a_page_is_found_by_an_asin_and_by_the_shelfs_own_key(library):
    rows = b"ASIN,Title,Authors\nB00ABCDEFG,Edgedancer,Brandon Sanderson\n"
    library.import_file(rows, owned=True)
    (card,) = library.shelf()["books"]
    assert library.book_page(card["key"])["title"] == "Edgedancer"
    assert library.book_page(f"edition-{card['edition_id']}")["title"] == "Edgedancer"
    for key in ("edition-999", "edition-99999999999999999999", "B00NOTHERE"):
        with pytest.raises(NotFound):
            library.book_page(key)
    for key in ("", "edition-", "978-1"):
        with pytest.raises(InvalidISBN):
            library.book_page(key)


def test_a_book_without_an_edition_has_a_page(library):
    book = library.add(title="Dune")
    library.remove_edition(book["editions"][0]["id"])
    page = library.book_page(book["id"])
    assert (page["key"], page["editions"]) == (None, [])
    with pytest.raises(InvalidInput, match="no edition"):
        library.edit_page(book["id"], publisher="Ace")


def test_imports_are_listed_newest_first_and_by_format(library):
    library.import_file(b"9780441013593, 9780553293357")
    library.import_file(b"Title,Author\nUbik,Philip K. Dick\n")
    assert [one["format"] for one in library.imports()["imports"]] == ["table", "isbn_list"]
    assert library.imports(formats=["isbn_list"])["total"] == 1


def test_a_peek_shows_rows_that_hold_no_book(library):
    peek = library.peek_file(b"Title,Author,ISBN\nDune,Frank Herbert,\n,,\n")
    assert [one["title"] for one in peek["preview"]] == ["Dune", None]
    assert peek["preview"][1]["problem"]
    assert library.list_books()["total"] == 0


# --- taking in and out ------------------------------------------------------------------------


def test_a_wish_takes_no_book_off_the_shelf(library):
    library.add(DUNE, title="Dune")
    assert library.put_on_shelf(DUNE, status="want")["already"] is True
    assert library.shelf()["total"] == 1


def test_an_edition_that_is_known_and_not_owned_is_put_on_the_shelf(library):
    library.add(DUNE, title="Dune", status="missing")
    done = library.put_on_shelf("0-441-01359-7")
    assert (done["already"], done["book"]["editions"][0]["status"]) == (False, "own")


def test_a_book_that_is_sent_along_needs_no_source(library):
    done = library.put_on_shelf(
        DUNE, title="Dune", authors=["Frank Herbert"], series="Dune", position=1, page_count=604
    )
    assert done["book"]["label"] == "Dune"
    assert done["book"]["editions"][0]["page_count"] == 604


def test_what_nobody_knows_changes_nothing(tmp_path):
    with open_library(tmp_path / "l.json", sources=[Told()], offline=False) as library:
        before = snapshot(library)
        with pytest.raises(NotFound):
            library.put_on_shelf(DUNE)
        with pytest.raises(InvalidISBN):
            library.put_on_shelf("12")
        with pytest.raises(InvalidInput):
            library.put_on_shelf(DUNE, status="stolen")
        assert snapshot(library) == before


def test_the_sources_are_asked_for_a_bare_isbn(tmp_path):
    told = Told(work("Dune", "Frank Herbert", isbn=DUNE))
    with open_library(tmp_path / "l.json", sources=[told], offline=False) as library:
        assert library.put_on_shelf(DUNE)["book"]["title"] == "Dune"
        assert library.take_off_shelf(DUNE)["editions"][0]["status"] == "missing"
        assert library.shelf()["total"] == 0


# --- correcting a book --------------------------------------------------------------------------


def test_a_form_corrects_everything_in_one_step_to_undo(library):
    own(library, "Dnue", 2)
    (book,) = library.list_books()["books"]
    before = library.book_page(book["id"])
    library.edit_page(
        book["id"], title="Dune", authors=["Frank Herbert"], publisher="Ace", series="Dune",
        position=1, isbn_13=DUNE,
    )  # fmt: skip
    page = library.book_page(DUNE)
    assert (page["title"], page["label"], page["series_position"]) == ("Dune", "Dune", 1)
    undo_last(library)
    assert library.book_page(book["id"]) == before


def test_an_edition_that_is_named_is_the_one_that_is_corrected(library):
    library.add(DUNE, title="Dune", authors=["Frank Herbert"])
    other = "9780593099322"
    library.add(other, title="Dune", authors=["Frank Herbert"], format="hardcover")
    library.edit_page(other, publisher="Ace")
    publishers = {one["isbn_13"]: one["publisher"] for one in library.book_page(1)["editions"]}
    assert publishers == {DUNE: None, other: "Ace"}


def test_a_place_that_is_sent_back_as_it_was_becomes_nobodys_word(library):
    own(library, "Saga", 1)
    library.edit_page(1, title="Saga 1", series="Saga", position=1)
    assert library.get_series("Saga")["overrides"] == {}
    library.edit_page(1, series="Saga")
    assert library.book_page(1)["series_position"] == 1


def test_a_wrong_value_takes_back_the_whole_form(library):
    own(library, "Saga", 1)
    before = snapshot(library)
    with pytest.raises(InvalidInput):
        library.edit_page(1, title="Other", series="New", position="nowhere at all")
    with pytest.raises(InvalidInput):
        library.edit_page(1, colour="red")
    assert snapshot(library) == before
    assert [one["label"] for one in library.series_pages()["series"]] == ["Saga"]


# --- series -----------------------------------------------------------------------------------


def test_a_series_is_made_with_what_is_known_of_it(library):
    made = library.create_series(
        "Wayward Children", total=10, authors="Seanan McGuire", publication_status="releasing",
        kind="novel", genres=["Fantasy"], tags=["portal"], description="Doors.",
    )  # fmt: skip
    assert (made["total"], made["kind"], made["authors"]) == (10, "novel", ["Seanan McGuire"])
    page = library.series_page(made["id"])
    assert (page["genres"], page["tags"], page["description"]) == (
        ["Fantasy"],
        ["portal"],
        "Doors.",
    )
    assert library.check()["ok"]


def test_two_series_of_one_name_need_two_kinds(library):
    library.create_series("Overlord", kind="manga")
    with pytest.raises(Conflict, match="Overlord"):
        library.create_series("overlord")
    made = library.create_series("Overlord", kind="light_novel")
    assert library.series_page("Overlord (light novel)")["id"] == made["id"]


def test_what_is_told_of_a_series_survives_its_sources_and_an_export(library, tmp_path):
    library.create_series("Saga", description="A family.", genres=["Space"], publisher="Image")
    own(library, "Saga", 1)
    exported = library.export("json")["content"]
    with open_library(tmp_path / "other.json") as other:
        other.import_file(exported.encode())
        page = other.series_page("Saga")
        assert (page["description"], page["genres"]) == ("A family.", ["Space"])
        assert other.export("json")["content"] == exported


def test_a_total_that_is_taken_away_is_not_known(library):
    own(library, "Saga", 1)
    assert library.edit_series("Saga", total=4)["total"] == 4
    assert library.edit_series("Saga", total=None)["completeness"] == "unknown_total"


def test_a_renamed_series_is_found_by_both_names(library):
    own(library, "Sagga", 1)
    library.edit_series("Sagga", name="Saga", description="Right.")
    assert library.series_page("Sagga")["label"] == library.series_page("Saga")["label"] == "Saga"


def test_removing_a_series_keeps_what_somebody_wants_and_forgets_who_left(library):
    own(library, "Saga", 1, 2)
    library.leave_series(2, "Saga")
    library.mark_volumes("Saga", 4, "want")
    library.mark_volumes("Saga", 5, "want")
    library.mark_volumes("Saga", 5, "missing")
    before = snapshot(library)
    done = library.remove_series("Saga")
    assert (done["removed"]["books"], len(done["books"])) == (1, 2)
    titles = [book["title"] for book in library.list_books()["books"]]
    assert sorted(titles) == ["Saga 1", "Saga 2", "Saga, Vol. 4"]
    assert library.check()["ok"]
    undo_last(library)
    assert snapshot(library) == before


def test_a_series_is_never_removed_by_a_slip_of_the_keyboard(library):
    own(library, "Fullmetal Alchemist", 1)
    with pytest.raises(NotFound) as told:
        library.remove_series("Fullmetal Alchemis")
    assert told.value.details["suggestions"] == ["Fullmetal Alchemist"]


# --- volumes ----------------------------------------------------------------------------------


def test_a_stand_in_is_filled_by_the_form(library):
    own(library, "Saga", 1)
    library.mark_volumes("Saga", 2, "want")
    library.add_volume("Saga", 2, title="Saga Two", isbn_13=DUNE, status="own")
    assert library.list_books()["total"] == 2
    two = volumes(library, "Saga")[2]
    assert (two["title"], two["isbn_13"], two["status"]) == ("Saga Two", DUNE, "own")


def test_a_form_that_is_sent_twice_for_a_stand_in_with_its_isbn_is_taken(library):
    own(library, "Saga", 1)
    library.add_volume("Saga", 2, isbn_13=DUNE)
    library.add_volume("Saga", 2, isbn_13=DUNE, title="Saga Two", status="want")
    assert library.list_books()["total"] == 2
    assert volumes(library, "Saga")[2]["title"] == "Saga Two"
    with pytest.raises(Conflict, match="volume 2"):
        library.add_volume("Saga", 3, isbn_13=DUNE)


def test_a_correction_of_a_missing_volume_gives_it_a_book(library):
    own(library, "Saga", 1, 3)
    library.edit_volume("Saga", 2, title="Saga Two", status="want")
    assert volumes(library, "Saga")[2]["status"] == "want"
    undo_last(library)
    assert volumes(library, "Saga")[2]["book_id"] is None


def test_a_part_of_an_omnibus_is_corrected_as_that_book(library):
    own(library, "Saga", "1-3")
    with pytest.raises(Conflict, match="part of"):
        library.edit_volume("Saga", 2, title="Saga Two")
    with pytest.raises(Conflict, match="part of"):
        library.remove_volume("Saga", 2)


def test_a_removed_stand_in_is_gone_and_a_removed_hole_is_no_hole(library):
    own(library, "Saga", 1, 4)
    library.mark_volumes("Saga", 2, "want")
    library.mark_volumes("Saga", 2, "missing")
    library.remove_volume("Saga", 2)
    series = library.remove_volume("Saga", 3)
    assert (series["missing"], sorted(series["excluded"])) == ([], ["2", "3"])
    assert library.list_books()["total"] == 2


def test_a_volume_without_a_number_is_marked_by_its_book(library):
    own(library, "Saga", 1)
    book = library.add(title="Saga Guide")
    library.set_position(book["id"], "Saga", None)
    for status in ("want", "missing", "own", "own"):
        library.mark_volume("Saga", -book["id"], status)
        assert volumes(library, "Saga")[-book["id"]]["status"] == status
    library.edit_volume("Saga", -book["id"], title="Guide Book")
    assert library.get_book(book["id"])["title"] == "Guide Book"


@pytest.mark.parametrize("number", [None, True, "x", "", [], "nan", "inf", "1e99", {}])
def test_no_number_is_no_volume(library, number):
    own(library, "Saga", 1)
    with pytest.raises(InvalidInput):
        library.mark_volume("Saga", number, "want")
    with pytest.raises(InvalidInput):
        library.add_volume("Saga", number)


def test_a_volume_is_named_as_text_or_number(library):
    own(library, "Saga", 1, 1.5)
    for number in (1, "1", 1.0, "1.0"):
        assert library.mark_volume("Saga", number, "own")["owned"][0] == "1"
    assert library.mark_volume("Saga", "1.5", "want")["wanted"] == ["1.5"]


# --- reading ----------------------------------------------------------------------------------


def test_a_form_says_a_whole_reading_in_one_step(library):
    library.add(WAY_OF_KINGS, title="The Way of Kings", page_count=1000)
    page = library.say_reading(
        WAY_OF_KINGS, status="finished", started_at="2024-01-02", finished_at="2024-02-03",
        rating=4.5, review="Long.",
    )  # fmt: skip
    reading = page["reading"]
    assert (reading["status"], reading["started_at"], reading["finished_at"]) == (
        "finished", "2024-01-02", "2024-02-03",
    )  # fmt: skip
    assert library.readings()["readings"][0]["review"] == "Long."
    undo_last(library)
    assert library.readings()["total"] == 0


def test_a_form_that_is_sent_again_corrects(library):
    library.add(WAY_OF_KINGS, title="The Way of Kings", page_count=1000)
    library.say_reading(WAY_OF_KINGS, finished_at="2024-02-03")
    library.say_reading(WAY_OF_KINGS, status="finished", finished_at="2024-02-04")
    library.say_reading(WAY_OF_KINGS, status="finished")
    library.say_reading(WAY_OF_KINGS, review="Again.")
    (reading,) = library.readings()["readings"]
    assert (reading["finished_at"], reading["review"]) == ("2024-02-04", "Again.")


def test_the_status_follows_from_the_rest(library):
    library.add(WAY_OF_KINGS, title="The Way of Kings", page_count=1000)
    assert library.say_reading(WAY_OF_KINGS, page=10)["reading"]["status"] == "reading"
    library.say_reading(WAY_OF_KINGS, started_at="2024-01-01")
    assert library.readings()["readings"][0]["started_at"] == "2024-01-01"
    assert library.say_reading(WAY_OF_KINGS, status="paused")["reading"]["status"] == "paused"
    told = library.say_reading(WAY_OF_KINGS, status="abandoned", percent=20)
    assert told["reading"]["status"] == "abandoned"
    assert library.say_reading(WAY_OF_KINGS, status="unread")["reading"] is None
    assert library.say_reading(WAY_OF_KINGS, status="unread")["reading"] is None


@pytest.mark.parametrize(
    "form",
    [{}, {"status": "eaten"}, {"review": "of nothing"}, {"status": "reading", "percent": 400.5j},
     {"rating": 9}, {"status": "finished", "finished_at": "2999-01-01"}],
)  # fmt: skip
def test_a_wrong_reading_changes_nothing(library, form):
    library.add(WAY_OF_KINGS, title="The Way of Kings", page_count=1000)
    before = snapshot(library)
    with pytest.raises(InvalidInput):
        library.say_reading(WAY_OF_KINGS, **form)
    assert snapshot(library) == before
