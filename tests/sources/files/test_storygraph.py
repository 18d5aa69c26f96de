from __future__ import annotations

import pytest

from booktrack.domain.records import ImportedRow
from booktrack.sources.files.registry import read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

ROW = {
    "Title": "Queenie", "Authors": "Candice Carty-Williams",
    "Contributors": "Shvorne Marks (Narrator)", "ISBN/UID": "9781508277996", "Format": "audio",
    "Read Status": "read", "Date Added": "2021/08/17", "Last Date Read": "2021/09/02",
    "Dates Read": "2021/08/20-2021/09/02", "Read Count": "2", "Moods": "funny", "Pace": "fast",
    "Star Rating": "3.75", "Review": "<div>Good</div>", "Tags": "london, owned", "Owned?": "Yes",
}  # fmt: skip


def read(**changes: str) -> ImportedRow:
    return only_row(table(ROW | {name.replace("_", " "): cell for name, cell in changes.items()}))


def test_a_row_becomes_a_book_with_its_reading() -> None:
    row = read()
    assert work_of(row).title == "Queenie"
    assert people_of(row) == [("Candice Carty-Williams", None), ("Shvorne Marks", "Narrator")]
    assert (edition_of(row).isbns, edition_of(row).book_format) == (["9781508277996"], "audiobook")
    assert reading_of(row) == {
        "status": "finished", "started_at": "2021-08-20", "finished_at": "2021-09-02",
        "rating": 3.75, "review": "Good", "read_count": 2,
    }  # fmt: skip
    assert (row.status, row.tags, row.key) == ("own", ["london", "owned"], None)


@pytest.mark.parametrize(
    ("number", "isbns", "asin", "key", "warned"),
    [
        ("0802148042", ["9780802148049"], None, None, False),
        ("140143505", ["9780140143508"], None, None, False),
        ("B09H3GXLW1", [], "B09H3GXLW1", None, False),
        ("38549081", [], None, "storygraph:38549081", False),
        ("9.7815E+12", [], None, None, True),
        ("", [], None, None, False),
    ],
)
def test_one_column_holds_five_kinds_of_numbers(
    number: str, isbns: list[str], asin: str | None, key: str | None, warned: bool
) -> None:
    row = only_row(table(ROW | {"ISBN/UID": number}))
    assert (edition_of(row).isbns, edition_of(row).asin, row.key) == (isbns, asin, key)
    assert bool(row.warnings) is warned


def test_the_last_of_several_readings_counts_and_a_single_day_is_its_end() -> None:
    row = read(Dates_Read="2020/01/01-2020/01/09, 2021/07/12")
    assert reading_of(row)["finished_at"] == "2021-07-12"
    assert "started_at" not in reading_of(row)
    assert reading_of(read(Dates_Read=""))["finished_at"] == "2021-09-02"


@pytest.mark.parametrize(
    ("status", "dates", "earlier", "last"),
    [
        ("read", "2020/01/01-2020/01/09, 2021/07/12", [("2020-01-01", "2020-01-09")],
         (None, "2021-07-12")),
        ("read", "2021/07/12, 2020/01/09, 2019", [(None, "2019"), (None, "2020-01-09")],
         (None, "2021-07-12")),
        ("currently-reading", "2020/01/01-2020/01/09", [("2020-01-01", "2020-01-09")],
         (None, None)),
        ("currently-reading", "2020/01/01-2020/01/09, 2021/07/12-",
         [("2020-01-01", "2020-01-09")], ("2021-07-12", None)),
        ("currently-reading", "2020/01/01", [], (None, None)),
        ("did-not-finish", "2020/01/01-2020/01/09, 2021/07/12", [("2020-01-01", "2020-01-09")],
         (None, "2021-07-12")),
        ("to-read", "2020/01/01-2020/01/09", [], ("2020-01-01", None)),
        ("read", "soon, 2021/07/12", [], (None, "2021-07-12")),
    ],
)  # fmt: skip
def test_each_time_that_a_book_was_read(
    status: str,
    dates: str,
    earlier: list[tuple[str | None, str]],
    last: tuple[str | None, str | None],
) -> None:
    row = read(Read_Status=status, Dates_Read=dates, Last_Date_Read="")
    assert [(one.started_at, one.finished_at) for one in row.earlier] == earlier
    assert row.reading is not None
    assert (row.reading.started_at, row.reading.finished_at) == last


def test_status_and_ownership() -> None:
    wanted = table(ROW | {"Read Status": "to-read", "Owned?": "No", "Star Rating": ""})
    assert only_row(wanted).status == "want"
    assert reading_of(read(Read_Status="did-not-finish"))["status"] == "abandoned"
    assert reading_of(read(Read_Status="paused"))["status"] == "paused"


def test_the_header_of_2021_and_dates_of_a_spreadsheet_are_read() -> None:
    row = {
        "Title": "Forgive", "Author": "Nikki Blaire", "ISBN": "", "Format": "digital",
        "Read Status": "read", "Last Date Read": "1/22/2023", "Moods": "", "Pace": "",
    }  # fmt: skip
    file = read_export(table(row))
    assert file.format == "storygraph"
    assert reading_of(file.rows[0])["finished_at"] == "2023-01-22"
    assert edition_of(file.rows[0]).book_format == "ebook"


def test_a_row_without_title_fails() -> None:
    assert outcomes(table(ROW | {"Title": ""})) == [(None, "no title")]
