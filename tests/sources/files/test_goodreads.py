from __future__ import annotations

import pytest

from booktrack.domain.records import ImportedFile, ImportedRow
from booktrack.sources.files.registry import detect, read_export

COLUMNS_31 = (
    "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,"
    "Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,"
    "Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,"
    "Private Notes,Read Count,Recommended For,Recommended By,Owned Copies,Original Purchase Date,"
    "Original Purchase Location,Condition,Condition Description,BCID"
).split(",")
GONE_2022 = {
    "Recommended For", "Recommended By", "Original Purchase Date", "Original Purchase Location",
    "Condition", "Condition Description", "BCID",
}  # fmt: skip
COLUMNS_24 = [column for column in COLUMNS_31 if column not in GONE_2022]
COLUMNS_23 = [column for column in COLUMNS_24 if column != "Average Rating"]
SAGA = {
    "Book Id": "15704307", "Title": "Saga, Volume 1", "Author": "Brian K.      Vaughan",
    "Author l-f": "Vaughan, Brian K.", "Additional Authors": "Fiona Staples, Eric Stephenson",
    "ISBN": '="1607066017"', "ISBN13": '="9781607066019"', "My Rating": "5",
    "Average Rating": "4.19", "Publisher": "Image Comics", "Binding": "Paperback",
    "Number of Pages": "160", "Year Published": "2012", "Original Publication Year": "2012",
    "Date Read": "2015/02/17", "Date Added": "2015/02/10", "Exclusive Shelf": "read",
    "Bookshelves": "comics", "Read Count": "1", "Owned Copies": "0",
}  # fmt: skip


def export(*rows: dict[str, str], columns: list[str] = COLUMNS_24, header: bool = True) -> bytes:
    def line(cells: list[str]) -> str:
        quoted = ('"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell
                  for cell in cells)  # fmt: skip
        return ",".join(quoted)

    body = [line([row.get(column, "") for column in columns]) for row in rows]
    return "\n".join([line(columns), *body] if header else body).encode()


def read(
    *rows: dict[str, str], columns: list[str] = COLUMNS_24, header: bool = True
) -> ImportedFile:
    return read_export(export(*rows, columns=columns, header=header))


def read_one(**changes: str) -> ImportedRow:
    named = {key.replace("_", " "): cell for key, cell in changes.items()}
    return read(SAGA | named, columns=COLUMNS_31).rows[0]


@pytest.mark.parametrize("columns", [COLUMNS_31, COLUMNS_24, COLUMNS_23])
@pytest.mark.parametrize("header", [True, False])
def test_all_three_generations_are_read_with_and_without_their_header(
    columns: list[str], header: bool
) -> None:
    file = read(SAGA, SAGA | {"Book Id": "2"}, columns=columns, header=header)
    assert file.format == "goodreads"
    row = file.rows[0]
    work = row.work
    assert work is not None
    (edition,) = work.editions
    assert (row.row, row.key) == (1, "goodreads:15704307")
    assert work.title == "Saga, Volume 1"
    assert [person.name for person in work.people] == [
        "Brian K. Vaughan", "Fiona Staples", "Eric Stephenson",
    ]  # fmt: skip
    assert work.series == []
    assert work.first_published == "2012"
    assert (edition.isbns, edition.book_format) == (["9781607066019"], "paperback")
    assert edition.identifiers == {"goodreads": ["15704307"]}
    assert (edition.publisher, edition.page_count) == ("Image Comics", 160)
    assert row.reading is not None
    assert row.reading.model_dump(exclude_none=True) == {
        "status": "finished", "finished_at": "2015-02-17", "rating": 5.0, "read_count": 1,
    }  # fmt: skip
    assert (row.status, row.shelves) == (None, ["comics"])
    assert len(file.rows) == 2


def test_snake_case_and_added_columns_are_known_too() -> None:
    columns = [name.lower().replace(" ", "_") for name in COLUMNS_24] + ["genres", "Date Started"]
    row = {name.lower().replace(" ", "_"): cell for name, cell in SAGA.items()}
    file = read(row | {"Date Started": "2015/02/11", "genres": "comics;space"}, columns=columns)
    assert detect(export(row, columns=columns))[0][0] == "goodreads"
    assert file.rows[0].reading is not None
    assert file.rows[0].reading.started_at == "2015-02-11"
    assert file.rows[0].work is not None
    assert file.rows[0].work.genres == ["comics", "space"]


def test_the_columns_that_an_owner_kept_are_enough() -> None:
    columns = ["Title", "Author", "ISBN13", "My Rating", "Exclusive Shelf", "Number of Pages"]
    file = read(SAGA, columns=columns)
    assert file.format == "goodreads"
    assert file.rows[0].key is None
    assert file.rows[0].work is not None
    assert file.rows[0].work.editions[0].record_id == "row 1"


def test_dates_that_a_spreadsheet_rewrote_are_read_in_the_order_that_the_file_proves() -> None:
    american = read(
        SAGA | {"Date Read": "7/2/25", "Date Added": "7/2/25"}, SAGA | {"Date Added": "7/17/23"}
    )
    european = read(SAGA | {"Date Read": "2/7/2025"}, SAGA | {"Date Added": "17/7/2023"})
    assert american.rows[0].reading
    assert european.rows[0].reading
    assert american.rows[0].reading.finished_at == "2025-07-02"
    assert european.rows[0].reading.finished_at == "2025-07-02"
    assert american.notes == european.notes == []


def test_an_order_that_nothing_proves_is_said_to_be_assumed() -> None:
    file = read(SAGA | {"Date Read": "7/2/2025"})
    assert file.rows[0].reading is not None
    assert file.rows[0].reading.finished_at == "2025-07-02"
    assert file.notes == ["dates like 7/2/2025 were read as month/day/year"]


@pytest.mark.parametrize(
    ("shelf", "status", "shelves", "owned"),
    [
        ("read", "finished", ["comics"], None),
        ("currently-reading", "reading", ["comics"], None),
        ("to-read", "want_to_read", ["comics"], "want"),
        ("to-read-non-fiction", "want_to_read", ["comics", "to-read-non-fiction"], "want"),
        ("did-not-finish", "abandoned", ["comics"], None),
        ("wont-finish", "abandoned", ["comics"], None),
        ("literature", None, ["comics", "literature"], None),
        ("", None, ["comics"], None),
    ],
)
def test_the_exclusive_shelf_is_the_status_or_stays_a_shelf(
    shelf: str, status: str | None, shelves: list[str], owned: str | None
) -> None:
    row = read_one(
        Exclusive_Shelf=shelf, Date_Read="", My_Rating="0", Bookshelves=f"comics, {shelf}"
    )
    assert (row.reading.status if row.reading else None) == status
    assert (row.shelves, row.status) == (shelves, owned)


def test_a_rated_or_dated_book_on_a_shelf_of_ones_own_was_read() -> None:
    for change in ({"My_Rating": "4", "Date_Read": ""}, {"My_Rating": "0"}):
        row = read_one(Exclusive_Shelf="literature", **change)
        assert row.reading is not None
        assert row.reading.status == "finished"


def test_a_book_to_read_again_is_wanted_and_its_first_reading_is_a_warning() -> None:
    row = read_one(Exclusive_Shelf="to-read")
    assert row.reading is not None
    assert (row.reading.status, row.reading.finished_at) == ("want_to_read", None)
    assert row.warnings == ["read on 2015-02-17 before it was shelved as to-read"]


def test_a_book_is_owned_by_its_copies_or_by_a_shelf_that_says_so() -> None:
    assert (read_one(Owned_Copies="2").status, read_one(Owned_Copies="2").copies) == ("own", 2)
    assert read_one(Bookshelves="i-own, comics").status == "own"
    assert read_one(Bookshelves="want-to-own").status is None
    assert read_one(Exclusive_Shelf="to-read", Owned_Copies="1").status == "own"


def test_reviews_notes_and_condition_are_kept_as_plain_text() -> None:
    row = read_one(
        My_Review="One<br/><br/>two &amp; <i>three</i>", Private_Notes="lent", Condition="good",
        Condition_Description="a stain", Original_Purchase_Date="2014/01/02",
    )  # fmt: skip
    assert row.reading is not None
    assert row.reading.review == "One\n\ntwo & three"
    assert (row.notes, row.condition, row.acquired_date) == ("lent", "good a stain", "2014-01-02")


@pytest.mark.parametrize(
    ("isbn", "isbn13", "expected"),
    [
        ('="1607066017"', '="9781607066019"', "9781607066019"),
        ("1607066017", "", "9781607066019"),
        ("1607066017", "9.78161E+12", "9781607066019"),
        ("60853980", "9.78006E+12", "9780060853983"),
        ("", "1607066017", "9781607066019"),
        ("", "9.78161E+12", None),
        ("", "9781607066010", None),
        ("19268899", "19268899", None),
        ("AlexisGlyn", "Contributor", None),
    ],
)
def test_damaged_isbns_are_repaired_or_cost_a_warning_never_the_row(
    isbn: str, isbn13: str, expected: str | None
) -> None:
    row = read_one(ISBN=isbn, ISBN13=isbn13)
    assert row.work is not None
    assert row.work.editions[0].isbns == ([expected] if expected else [])
    assert len(row.warnings) == (0 if expected else 1)


def test_an_empty_excel_wrapper_is_an_empty_cell() -> None:
    row = read_one(ISBN='=""', ISBN13='=""')
    assert row.work is not None
    assert (row.work.editions[0].isbns, row.warnings) == ([], [])


def test_an_asin_in_an_isbn_column_is_an_asin() -> None:
    row = read_one(ISBN="", ISBN13="B00FU0M3ZU")
    assert row.work is not None
    assert row.work.editions[0].asin == "B00FU0M3ZU"


@pytest.mark.parametrize(
    ("year", "expected"),
    [("-400", "-0400"), ("180", "0180"), ("1985.0", "1985"), ("0", None), ("n.d.", None)],
)
def test_years_of_the_ancients(year: str, expected: str | None) -> None:
    row = read_one(Original_Publication_Year=year)
    assert row.work is not None
    assert row.work.first_published == expected


def test_rows_of_commas_are_skipped_and_a_row_without_title_fails() -> None:
    file = read(
        SAGA,
        {"Read Count": "1", "Owned Copies": "0"},
        {},
        SAGA | {"Title": ""},
    )
    assert [(row.skip, row.error) for row in file.rows] == [
        (None, None),
        ("no book in this row: title, author and numbers are empty", None),
        ("the row is empty", None),
        (None, "no title"),
    ]


def test_a_row_one_cell_short_fails_instead_of_storing_nonsense() -> None:
    good = export(SAGA, columns=COLUMNS_24).decode()
    shifted = export(
        {column: SAGA.get(column, "") for column in COLUMNS_24 if column != "Additional Authors"},
        columns=[column for column in COLUMNS_24 if column != "Additional Authors"],
    ).decode()
    file = read_export((good + "\n" + shifted.split("\n")[1]).encode())
    assert file.rows[0].error is None
    assert file.rows[1].error is not None
    assert file.rows[1].error.startswith("the cells do not stand under their columns (")
    assert file.rows[1].data["Title"] == "Saga, Volume 1"


@pytest.mark.parametrize("place", range(1, 20))
def test_a_lost_or_surplus_cell_anywhere_never_stores_nonsense(place: int) -> None:
    lines = export(*[SAGA] * 12, columns=COLUMNS_31).decode().split("\n")
    cells = [SAGA.get(column, "").replace(",", "") for column in COLUMNS_31]
    short, long = cells[:place] + cells[place + 1 :], [*cells[:place], "x y", *cells[place:]]
    text = "\n".join([*lines, ",".join(short), ",".join(long)])
    *good, lost, surplus = read_export(text.encode()).rows
    assert all(row.work for row in good)
    assert lost.error is not None
    assert surplus.error is not None
    assert "a cell is missing or too many" in lost.error


def test_a_row_that_only_lacks_empty_cells_at_its_end_is_whole() -> None:
    lines = export(*[SAGA] * 12, columns=COLUMNS_31).decode().split("\n")
    file = read_export("\n".join([*lines, lines[1].removesuffix(",,,,,")]).encode())
    assert all(row.work for row in file.rows)


def test_a_row_with_a_comma_too_many_fails_with_the_reason() -> None:
    lines = export(SAGA).decode().replace('"Saga, Volume 1"', "Saga, Volume 1").split("\n")
    file = read_export("\n".join([*lines, lines[1]]).encode())
    assert file.rows[0].error is not None


def test_one_odd_cell_loses_its_own_value_only() -> None:
    row = read_one(My_Rating="great")
    assert row.work is not None
    assert row.reading is not None
    assert row.reading.rating is None


def test_a_title_of_thousands_of_characters_is_no_title() -> None:
    assert read_one(Title="x" * 5000).error == "the title has 5,000 characters"


def test_people_whose_name_is_a_page_long_are_left_out() -> None:
    row = read_one(Author="x" * 5000, Additional_Authors="")
    assert row.work is not None
    assert row.work.people == []


@pytest.mark.parametrize("shelf", ["wishlist", "to-buy", "wish-list"])
def test_a_shelf_of_wishes_means_wanted(shelf: str) -> None:
    data = (
        "Book Id,Title,Author,Author l-f,ISBN,ISBN13,My Rating,Exclusive Shelf,Bookshelves,"
        "Bookshelves with positions\n"
        f'1,Elantris,Brandon Sanderson,"Sanderson, Brandon",,,0,{shelf},{shelf},{shelf} (#1)\n'
    )
    (row,) = read_export(data.encode()).rows
    assert row.status == "want"
