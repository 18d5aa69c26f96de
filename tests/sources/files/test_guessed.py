from __future__ import annotations

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files.column_names import FIELDS, guess_columns
from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

ROW = {
    "Titel": "Momo", "Verfasser": "Ende, Michael", "ISBN-13": "9783522202558",
    "Verlag": "Thienemann", "Erscheinungsjahr": "1973.0", "Seiten": "304", "Einband": "gebunden",
    "Sprache": "deutsch", "Reihe": "Klassiker", "Band": "2", "Preis": "12,50 €",
    "Standort": "Regal 3", "Anzahl": "2", "Schlagwörter": "kind; zeit", "Zustand": "gut",
}  # fmt: skip


def test_a_foreign_catalogue_becomes_owned_books_and_says_how_it_was_read() -> None:
    file = read_export(table(ROW, delimiter=";"))
    assert (file.format, file.delimiter) == ("table", ";")
    row = file.rows[0]
    work, edition = work_of(row), edition_of(row)
    assert people_of(row) == [("Michael Ende", None)]
    assert [(claim.name, claim.position) for claim in work.series] == [("Klassiker", "2")]
    assert (edition.isbns, edition.publisher) == (["9783522202558"], "Thienemann")
    assert (edition.release_date, edition.page_count) == ("1973", 304)
    assert (edition.book_format, edition.language) == ("hardcover", "de")
    assert (edition.price, edition.currency) == (12.5, "EUR")
    assert (row.status, row.location, row.copies) == ("own", "Regal 3", 2)
    assert (row.tags, row.condition, row.reading) == (["kind", "zeit"], "gut", None)
    assert file.notes[0].startswith("columns were read as: authors = Verfasser, condition = ")


def test_a_reading_log_owns_only_what_it_says() -> None:
    rows = [
        {"title": "Emma", "author": "Jane Austen", "status": "to read", "rating": "", "owned": ""},
        {"title": "Kim", "author": "Kipling", "status": "done", "rating": "8", "owned": "yes"},
        {"title": "Ubik", "author": "Dick", "status": "done", "rating": "9.5", "owned": "0"},
    ]
    emma, kim, ubik = read_export(table(*rows)).rows
    assert [row.status for row in (emma, kim, ubik)] == ["want", "own", None]
    assert reading_of(kim) == {"status": "finished", "rating": 4.0}
    assert reading_of(ubik) == {"status": "finished", "rating": 4.75}


@pytest.mark.parametrize(
    ("highest", "stars"), [("5", 2.5), ("10", 1.25), ("18", 0.62), ("95", 0.5)]
)
def test_the_highest_rating_tells_the_scale(highest: str, stars: float) -> None:
    rows = [{"title": "A", "rating": "2.5"}, {"title": "B", "rating": highest}]
    assert reading_of(read_export(table(*rows)).rows[0])["rating"] == stars


def test_the_caller_may_say_which_column_is_which() -> None:
    data = table({"Was": "Momo", "Wer": "Ende, Michael", "Titel": "Herr"})
    row = read_export(data, columns={"title": "Was", "authors": "wer"}).rows[0]
    assert (work_of(row).title, people_of(row)) == ("Momo", [("Michael Ende", None)])
    assert not people_of(read_export(data, columns={"title": "Was", "authors": ""}).rows[0])


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"name": "Was"}, r"There is no field 'name'\. Fields are title, "),
        ({"title": "Buch"}, r"The table has no column 'Buch'\. Its columns are 'Was', 'Wer'\."),
        ({}, r"No column of this table is a title or an ISBN\. Its columns are 'Was', 'Wer'"),
    ],
)
def test_a_mapping_that_cannot_be_says_what_can(columns: dict[str, str], says: str) -> None:
    with pytest.raises(InvalidFile, match=says):
        read_export(table({"Was": "Momo", "Wer": "Ende"}), columns=columns)


def test_identifiers_of_other_services_are_kept() -> None:
    row = {"Title": "X", "Goodreads Id": "12.0", "olid": "OL1M", "ASIN": "B09H3GXLW1"}
    edition = edition_of(only_row(table(row)))
    assert edition.identifiers == {"goodreads": ["12"], "openlibrary": ["OL1M"]}
    assert edition.asin == "B09H3GXLW1"
    assert work_of(only_row(table(row | {"olid": "OL1W"}))).identifiers == {"openlibrary": ["OL1W"]}


def test_a_row_needs_a_title_or_an_isbn_and_a_film_is_none() -> None:
    data = table(
        {"Title": "", "ISBN": "9783522202558", "Format": ""},
        {"Title": "", "ISBN": "", "Format": "x"},
        {"Title": "Alien", "ISBN": "", "Format": "DVD"},
    )
    assert outcomes(data) == [
        (None, None), (None, "neither a title nor an ISBN"), ("not a book: DVD", None),
    ]  # fmt: skip
    assert work_of(read_export(data).rows[0]).title == "[ISBN 9783522202558]"


def test_a_table_of_isbns_and_something_else_is_recognised() -> None:
    assert detect(b"isbn,wherever\n9783522202558,x\n9783522202558,y")[0] == ("table", 0.25)
    assert not detect(b"alpha,beta\n1,2")
    assert not detect(b"Name,Notes,Status\nJane Roe,x,done")
    assert detect(b"Name,Author\nEmma,Jane Austen")[0] == ("table", 0.3)


def test_a_json_list_of_books_is_a_table_too() -> None:
    row = only_row(b'[{"title": "Momo", "authors": ["Michael Ende"], "pages": 304}]')
    assert (work_of(row).title, edition_of(row).page_count) == ("Momo", 304)


def test_a_list_of_titles_alone_keeps_their_commas() -> None:
    rows = read_export(b"Title\nLiebe, Tod und Teufel\nKim; or, India\n").rows
    assert [work_of(row).title for row in rows] == ["Liebe, Tod und Teufel", "Kim; or, India"]


def test_an_empty_table_has_no_rows() -> None:
    assert read_export(b"Title,Author\n").rows == []


def test_no_two_fields_claim_one_name() -> None:
    names = [name for words in FIELDS.values() for name in words.split("|")]
    assert len(names) == len(set(names))
    assert guess_columns(["Author", "Authors"]) == {"authors": "Authors"}


def test_a_json_list_whose_rows_have_a_thousand_names_is_no_table() -> None:
    rows = ",".join(f'{{"title": "x", "n{number}": 1}}' for number in range(1100))
    with pytest.raises(InvalidFile, match="is of no known kind: it is JSON"):
        read_export(f"[{rows}]".encode())
