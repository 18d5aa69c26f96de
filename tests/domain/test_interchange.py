"""booktrack's own table: what stands in its cells, and what is read from them."""

import pytest

from booktrack.domain.interchange import (
    COLUMNS,
    cell_of,
    cells_of,
    exact_row,
    imported_row,
    neutralised,
    restored,
    value_of,
    with_numbers,
)
from booktrack.domain.records import ExactRow

SERIES = {"1": {"name": "Bleach", "kind": "manga"}, "2": {"name": "Bleach", "kind": "manga"}}


def place(key, position="1", **more):
    return {"series": key, "position": position, "covers": [position], **more}


def table(*rows, series=SERIES):
    told = with_numbers(rows, series)
    return [cells_of(row, told) for row in rows]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "'=1", "＝SUM(A1)"])
def test_a_cell_that_would_run_is_quoted_and_comes_back(text):
    assert neutralised(text) == f"'{text}"
    assert restored(neutralised(text)) == text


@pytest.mark.parametrize("text", ["Dune", "'Salem's Lot", "1-3", ""])
def test_any_other_cell_is_left_alone(text):
    assert neutralised(text) == restored(text) == text


@pytest.mark.parametrize(
    ("value", "form", "cell"),
    [
        (None, "text", ""), ([], "list", ""), ({}, "json", ""), (False, "json", ""),
        (0, "json", "0"), (True, "json", "true"), ("two\nlines", "text", "two\nlines"),
        ("a\r\nb", "text", "a\\u000d\nb"), (" x ", "text", "\\u0020x\\u0020"),
        ("\\u0041", "text", "\\u005cu0041"), (["a; b", "c"], "list", "a\\u003b b; c"),
    ],
)  # fmt: skip
def test_a_value_as_a_cell(value, form, cell):
    assert cell_of(value, form) == cell
    if value:
        assert value_of(cell, form) == value


def test_a_row_comes_back_with_all_its_parts():
    row = ExactRow(
        book="1",
        document={"title": "=Bleach", "authors": ["Tite Kubo"]},
        places=[place("1", locked=True), place("2", "2", label="two")],
        edition={"isbn_13": "9781591164418", "book_format": "paperback"},
        status={"status": "own", "notes": "a\nb", "shelves": ["x; y"]},
        readings=[
            {"status": "finished", "rating": 4.5, "of_edition": True},
            {"status": "reading", "of_edition": True},
        ],
    )
    (cells,) = table(row)
    assert list(cells) == [column.name for column in COLUMNS]
    back, series = exact_row(cells, "booktrack_csv")
    assert (back.status, back.readings) == (row.status, row.readings)
    assert back.document.pop("origins")[0]["fields"] == ["authors", "title"]
    assert back.document == row.document
    keys = list(series)
    assert [series[key] for key in keys] == [SERIES["1"], SERIES["2"]]
    assert back.places == [
        {**place(keys[0]), "locked": True}, {**place(keys[1], "2"), "label": "two"}
    ]  # fmt: skip


def test_series_of_one_name_are_counted_as_rows_name_them():
    rows = [
        ExactRow(book="1", document={"title": "B"}, places=[place("2")]),
        ExactRow(book="2", document={"title": "C"}, places=[place("1"), place("2")]),
    ]
    assert [cells["Series Number"] for cells in table(*rows)] == ["", "2"]


def test_a_book_without_series_edition_or_word_of_its_owner():
    (cells,) = table(ExactRow(book="1", document={"title": "Dune"}, readings=[
        {"status": "reading", "of_edition": False}
    ]))  # fmt: skip
    back, series = exact_row(cells, "booktrack_csv")
    assert (back.edition, back.status, back.places, series) == (None, None, [], {})
    assert back.readings == [{"status": "reading", "of_edition": False}]
    row = imported_row(1, back, "booktrack_csv")
    assert (row.work.editions, row.status, row.data) == ([], None, {})


def test_a_row_says_what_every_reader_says():
    exact = ExactRow(
        book="1",
        document={
            "title": "Dune", "authors": ["Frank Herbert"],
            "contributors": [{"name": "Ann Lee", "role": "translator"}],
        },
        edition={"isbn_13": None, "asin": "B00B7NPRY8"},
        status={"status": "own", "shelves": ["sf"], "loaned_to": "Kim"},
    )  # fmt: skip
    row = imported_row(3, exact, "booktrack_json", {"Title": "Dune"})
    assert (row.row, row.status, row.shelves, row.data) == (3, "own", ["sf"], {"Title": "Dune"})
    assert (row.work.authors, row.work.editions[0].asin) == (("Frank Herbert",), "B00B7NPRY8")


def test_a_damaged_part_is_named():
    with pytest.raises(ValueError, match="Expecting"):
        exact_row({"Title": "Dune", "Place Details": "{covers", "Series": "x"}, "booktrack_csv")
