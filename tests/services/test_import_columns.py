"""The columns of a table of unknown make: what is guessed can be seen, and changed."""

from __future__ import annotations

import pytest

from booktrack import InvalidFile, InvalidInput
from support.exports import table
from support.libraries import snapshot

FOREIGN = table({"Name des Werks": "Momo", "Titel": "Herr", "Verfasser": "Ende, Michael"})
COLUMNS = {"title": "Name des Werks"}


def test_a_report_shows_which_column_each_field_was_read_from(library):
    report = library.import_file(FOREIGN, preview=True)
    assert report["mapping"] == {"title": "Titel", "authors": "Verfasser"}
    assert report["columns"] == ["Name des Werks", "Titel", "Verfasser"]


def test_a_column_that_was_guessed_wrong_is_told_and_the_others_stay_guessed(library):
    report = library.import_file(FOREIGN, columns=COLUMNS)
    assert (report["format"], report["added"]) == ("table", 1)
    assert report["mapping"] == {"title": "Name des Werks", "authors": "Verfasser"}
    (book,) = library.list_books()["books"]
    assert (book["title"], book["authors"]) == ("Momo", ["Michael Ende"])


def test_the_mapping_of_a_preview_may_be_given_back_as_it_is(library):
    # The second column has no name, the third that of the first.
    data = b"Title,,Title,Author\nMomo,x,Herr,Michael Ende\n"
    shown = library.import_file(data, preview=True)["mapping"]
    assert library.import_file(data, preview=True, columns=shown)["mapping"] == shown
    other = library.import_file(
        data, preview=True, columns={"title": "Title 2", "notes": "Column 2"}
    )
    assert other["effects"][0]["title"] == "Herr"
    assert other["mapping"] == {"title": "Title 2", "notes": "Column 2", "authors": "Author"}


def test_a_column_given_to_one_field_is_no_longer_guessed_to_be_another(library):
    data = table({"Titel": "Klassiker", "Buch": "Momo"})
    report = library.import_file(data, preview=True, columns={"series": "Titel"})
    assert report["mapping"] == {"title": "Buch", "series": "Titel"}


def test_a_field_without_a_column_is_left_out(library):
    report = library.import_file(FOREIGN, columns=COLUMNS | {"authors": ""})
    assert report["mapping"] == COLUMNS
    assert library.list_books()["books"][0]["authors"] == []


def test_a_column_is_found_however_its_name_is_typed(library):
    assert library.import_file(FOREIGN, columns={"title": "name DES werks"})["mapping"] == {
        "title": "Name des Werks", "authors": "Verfasser"
    }  # fmt: skip


def test_a_file_of_a_known_service_has_no_guessed_columns(library):
    data = b"Book Id,Title,Author,My Rating,Exclusive Shelf\n1,Ubik,Philip K. Dick,5,read"
    assert library.import_file(data, preview=True)["mapping"] == {}
    told = library.import_file(data, preview=True, columns={"authors": "Author"})
    assert (told["format"], told["mapping"]["authors"]) == ("table", "Author")


def test_failed_rows_come_in_again_with_the_same_columns(library):
    data = table({"Werk": "Momo", "Wer": "Ende"}, {"Werk": "", "Wer": "Nobody"})
    failed = library.import_file(data, columns={"title": "Werk"})["failed_csv"]
    repaired = failed.replace(",Nobody", "Kim,Nobody").encode()
    assert library.import_file(repaired, columns={"title": "Werk"})["added"] == 1


def test_a_table_that_tells_nothing_asks_for_its_columns_and_is_read_with_them(library):
    data = b"Was,Wer\nMomo,Ende\n"
    with pytest.raises(InvalidFile, match="say which column is which"):
        library.import_file(data)
    assert library.import_file(data, columns={"title": "Was", "authors": "Wer"})["added"] == 1


@pytest.mark.parametrize(
    ("columns", "error", "names"),
    [
        ({"name": "Titel"}, InvalidFile, "no field 'name'"),
        ({"title": "Buch"}, InvalidFile, "no column 'Buch'"),
        ({"title": "!"}, InvalidFile, "no column '!'"),
        ({"title": ""}, InvalidFile, "No column of this table is a title"),
        ("title=Titel", InvalidInput, "'title=Titel'"),
        ([("title", "Titel")], InvalidInput, "not as"),
        ({"title": 3}, InvalidInput, "by 3"),
        ({7: "Titel"}, InvalidInput, "by 7"),
        ({"title": None}, InvalidInput, "by None"),
    ],
)
def test_columns_that_cannot_be_are_named_and_nothing_is_changed(library, columns, error, names):
    before = snapshot(library)
    with pytest.raises(error, match=names):
        library.import_file(FOREIGN, columns=columns)
    assert snapshot(library) == before


@pytest.mark.parametrize(
    ("data", "format", "names"),
    [
        (FOREIGN, "goodreads", "The columns of Goodreads are known; leave out 'goodreads'"),
        (FOREIGN, "nothing", "No such format: 'nothing'"),
        (b"<books><book/></books>", "auto", "This file is XML and not a table"),
        (b'{"title": "Momo"}{', "auto", "This file is JSON and not a table"),
    ],
)
def test_columns_are_told_of_tables_of_unknown_make_only(library, data, format, names):
    with pytest.raises(InvalidFile, match=names):
        library.import_file(data, format=format, columns=COLUMNS)


def test_a_list_of_json_objects_has_columns_too(library):
    report = library.import_file(b'[{"was": "Momo", "author": "Ende"}]', columns={"title": "was"})
    assert report["mapping"] == {"title": "was", "authors": "author"}
    assert library.list_books()["books"][0]["title"] == "Momo"


def test_a_column_of_its_own_may_name_the_currency(library):
    rows = "Titel;Preis;Währung\nDune;12,50;EUR\nEmma;£3;EUR\nUlysses;7;\nIvanhoe;;EUR\n"
    library.import_file(rows.encode())
    told = {
        book["title"]: (book["editions"][0]["price"], book["editions"][0]["currency"])
        for book in library.list_books()["books"]
    }
    assert told == {
        "Dune": (12.5, "EUR"),
        "Emma": (3.0, "GBP"),
        "Ulysses": (7.0, None),
        "Ivanhoe": (None, None),
    }
