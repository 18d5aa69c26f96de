from __future__ import annotations

from booktrack.domain.records import ImportedFile, ImportedRow
from booktrack.sources.files.registry import detect, read_export

COLUMNS = (
    "Title,Author,Publisher,Published Date,Format,Pages,Series,Volume,Language,ISBN,Page Read,"
    "Item Url,Icon Path,Photo Path,Image Url,Summary,Location,Price,Genres,Rating,Added Date,"
    "Copy Index,Read,Started Reading Date,Finished Reading Date,Favorite,Comments,Tags,BookShelf,"
    "Settings"
).split(",")
SETTINGS = "2.9.4;248;MM/DD/YYYY;YYYY-MM-DD;07/19/2025"


def export(*rows: dict[str, str], delimiter: str = ",", columns: list[str] = COLUMNS) -> bytes:
    def line(cells: list[str]) -> str:
        return delimiter.join('"' + cell.replace('"', '""') + '"' for cell in cells)

    body = [line([row.get(column, "") for column in columns]) for row in rows]
    return "\n".join([line(columns), *body]).encode()


def read(*rows: dict[str, str], delimiter: str = ",", columns: list[str] = COLUMNS) -> ImportedFile:
    return read_export(export(*rows, delimiter=delimiter, columns=columns))


def read_one(**cells: str) -> ImportedRow:
    named = {key.replace("_", " "): cell for key, cell in cells.items()}
    return read({"Title": "Citrus 1", "Settings": SETTINGS} | named).rows[0]


def test_a_row_becomes_an_owned_book_with_all_that_the_file_knows() -> None:
    row = read_one(
        Title="Citrus Vol. 1", Author="Saburouta; Sterling, Shannon", Publisher="Seven Seas",
        Published_Date="2014-12-02", Format="Paperback", Pages="180", Series="Citrus", Volume="1",
        Language="eng", ISBN="9781626921405", Item_Url="https://www.amazon.com/dp/1626921407?tag=x",
        Image_Url="https://m.example/1.jpg", Summary="One\n\n<b>two</b>", Price="8.59",
        Genres="Manga", Rating="4.28", Added_Date="07/18/2025", BookShelf="Citrus",
        Location="Shelf 3", Comments="gift", Tags="yuri; school",
    )  # fmt: skip
    work, (edition,) = row.work, row.work.editions if row.work else ()
    assert work is not None
    assert (work.source, work.title, work.description) == (
        "handylib",
        "Citrus Vol. 1",
        "One\n\ntwo",
    )
    assert [person.name for person in work.people] == ["Saburouta", "Shannon Sterling"]
    assert [(claim.name, claim.position) for claim in work.series] == [("Citrus", "1")]
    assert (edition.isbns, edition.asin) == (["9781626921405"], None)
    assert (edition.book_format, edition.format_detail) == ("paperback", "Paperback")
    assert (edition.release_date, edition.language, edition.page_count) == ("2014-12-02", "en", 180)
    assert (edition.price, edition.currency) == (8.59, None)
    assert edition.cover_url == "https://m.example/1.jpg"
    assert edition.url == "https://www.amazon.com/dp/1626921407"
    assert (edition.record_id, edition.fetched_at) == ("9781626921405", "2025-07-19")
    assert (row.status, row.acquired_date, row.location) == ("own", "2025-07-18", "Shelf 3")
    assert (row.shelves, row.tags, row.notes) == (["Citrus"], ["yuri", "school"], "gift")
    assert row.reading is None
    assert row.data["Rating"] == "4.28"
    assert row.warnings == []


def test_the_settings_cell_tells_how_to_read_both_kinds_of_dates() -> None:
    file = read(
        {"Title": "A", "Added Date": "03.04.2024", "Published Date": "05/06/2020",
         "Settings": "3.0;1;DD.MM.YYYY;MM/DD/YYYY;19.07.2025"},
        {"Title": "B", "Added Date": "01.02.2024"},
    )  # fmt: skip
    assert file.exported == "2025-07-19"
    assert [row.acquired_date for row in file.rows] == ["2024-04-03", "2024-02-01"]
    assert file.rows[0].work is not None
    assert file.rows[0].work.editions[0].release_date == "2020-05-06"


def test_without_settings_a_date_that_can_be_read_in_one_way_decides_for_all() -> None:
    file = read(
        {"Title": "A", "Added Date": "03/04/2024"}, {"Title": "B", "Added Date": "25/04/2024"}
    )
    assert [row.acquired_date for row in file.rows] == ["2024-04-03", "2024-04-25"]
    assert file.exported is None


def test_without_any_proof_an_ambiguous_date_keeps_only_its_year() -> None:
    file = read({"Title": "A", "Added Date": "03/04/2024"})
    assert file.rows[0].acquired_date == "2024"


def test_the_last_cell_may_be_missing() -> None:
    data = export({"Title": "A", "Settings": SETTINGS}, {"Title": "B", "Added Date": "07/18/2025"})
    file = read_export(data.removesuffix(b',""'))
    assert [row.acquired_date for row in file.rows] == [None, "2025-07-18"]


def test_columns_may_stand_in_any_order_with_others_between_and_semicolons() -> None:
    columns = ["My Own", *reversed(COLUMNS)]
    file = read({"Title": "A; B", "ISBN": "9781626921405"}, delimiter=";", columns=columns)
    assert (file.format, file.delimiter) == ("handylib", ";")
    assert file.rows[0].work is not None
    assert file.rows[0].work.title == "A; B"


def test_an_amazon_page_of_another_item_is_a_warning_and_gives_no_number_and_no_price() -> None:
    for page in ("B0CPYV25Q3", "0140143505"):
        row = read_one(
            ISBN="9781626921405", Item_Url=f"https://www.amazon.com/dp/{page}?x", Price="1999.0"
        )
        assert row.work is not None
        (edition,) = row.work.editions
        assert (edition.isbns, edition.asin, edition.price) == (["9781626921405"], None, None)
        assert "price is left out" in row.warnings[0]


def test_a_book_that_cannot_have_an_isbn_10_keeps_amazons_own_number() -> None:
    row = read_one(ISBN="9798855405590", Item_Url="https://www.amazon.com/dp/B0D78JBC1F?x")
    assert row.work is not None
    assert row.work.editions[0].asin == "B0D78JBC1F"
    assert row.warnings == []


def test_an_isbn_10_in_an_address_is_never_taken_for_the_rows_own_isbn() -> None:
    row = read_one(Item_Url="https://www.amazon.com/dp/1626921407")
    assert row.work is not None
    assert (row.work.editions[0].isbns, row.work.editions[0].record_id) == ([], "row 1")


def test_an_asin_in_the_isbn_column_is_an_asin() -> None:
    row = read_one(ISBN="B0D78JBC1F")
    assert row.work is not None
    assert row.work.editions[0].asin == "B0D78JBC1F"
    assert row.warnings == []


def test_pages_of_other_services_give_their_ids() -> None:
    first = read_one(Item_Url="https://www.goodreads.com/book/show/35843201-bloom-into-you-vol-4")
    second = read_one(Item_Url="https://play.google.com/store/books/details?id=bQ3zAQAAQBAJ&s=x")
    assert first.work is not None
    assert second.work is not None
    assert first.work.editions[0].identifiers == {"goodreads": ["35843201"]}
    assert second.work.editions[0].identifiers == {"google_books": ["bQ3zAQAAQBAJ"]}


def test_reading_is_told_by_dates_column_or_page() -> None:
    finished = read_one(Started_Reading_Date="07/01/2025", Finished_Reading_Date="07/18/2025")
    assert finished.reading is not None
    assert finished.reading.model_dump(exclude_none=True) == {
        "status": "finished", "started_at": "2025-07-01", "finished_at": "2025-07-18",
    }  # fmt: skip
    status = {
        "ticked": read_one(Read="1"),
        "said": read_one(Read="Reading"),
        "begun": read_one(Started_Reading_Date="07/01/2025"),
        "page": read_one(Page_Read="12", Pages="200"),
        "last page": read_one(Page_Read="200", Pages="200"),
        "unread": read_one(Read="Unread"),
        "zero": read_one(Read="0", Page_Read="0", Pages="200"),
    }
    assert {case: row.reading and row.reading.status for case, row in status.items()} == {
        "ticked": "finished", "said": "reading", "begun": "reading", "page": "reading",
        "last page": "finished", "unread": None, "zero": None,
    }  # fmt: skip


def test_favorites_are_tagged_copies_counted_and_wish_lists_wanted() -> None:
    row = read_one(Favorite="1", Tags="favorite,x", Copy_Index="2")
    assert (row.tags, row.copies, row.status) == (["favorite", "x"], 2, "own")
    assert read_one(Favorite="true", Copy_Index="1").tags == ["favorite"]
    assert read_one(Copy_Index="1").copies is None
    assert read_one(BookShelf="Wishlist").status == "want"


def test_films_are_skipped_and_rows_without_title_fail_with_the_reason() -> None:
    file = read(
        {"Title": "Your Name", "Format": "Blu-ray"},
        {"ISBN": "9781626921405"},
        {"Title": "Citrus"},
        {},
    )
    assert [(row.skip, row.error) for row in file.rows] == [
        ("not a book: Blu-ray", None),
        (None, "no title"),
        (None, None),
        ("the row is empty", None),
    ]


def test_the_file_is_known_by_its_columns() -> None:
    assert detect(export({"Title": "A"}))[0] == ("handylib", 1.0)
