from __future__ import annotations

import json
from typing import Any

import pytest

from booktrack.domain.records import ImportedRow
from booktrack.errors import InvalidFile
from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

ROW = {
    "Book Id": "5498194", "Title": "Marelle", "Sort Character": "1",
    "Primary Author": "Cortázar, Julio", "Primary Author Role": "Author",
    "Secondary Author": "Bataillon, Laure|Rosset, Françoise",
    "Secondary Author Roles": "Translator|Author", "Publication": "Gallimard (1979), Poche",
    "Date": "1979", "Review": "chef d'oeuvre", "Rating": "4.5", "Comment": "lent",
    "Private Comment": "twice", "Media": "Broché", "Page Count": "590 ",
    "Acquired": "[2007-04-16]", "Date Started": "[2007-05-01]", "Date Read": "[2007-05-08]",
    "Tags": "roman, espagnol", "Collections": "Your library, Favorites", "Languages": "French",
    "ISBN": "[2070291340]", "ISBNs": "2070291340, 9782070291342", "Copies": "1",
    "Entry Date": "[2006-08-09]", "OCLC": "ocm55064234", "Work id": "57814",
    "LC Classification": "PQ7797 .C7145",
}  # fmt: skip


def read(**changes: str) -> ImportedRow:
    named = {name.replace("_", " "): cell for name, cell in changes.items()}
    return only_row(table(ROW | named, delimiter="\t"))


def test_a_row_of_the_tsv_becomes_a_book() -> None:
    row = read()
    work, edition = work_of(row), edition_of(row)
    assert (row.key, work.title) == ("librarything:5498194", "Marelle")
    assert people_of(row) == [
        ("Julio Cortázar", None), ("Laure Bataillon", "Translator"), ("Françoise Rosset", None),
    ]  # fmt: skip
    assert work.identifiers == {"librarything_work": ["57814"]}
    assert edition.isbns == ["9782070291342"]
    assert edition.identifiers == {"librarything": ["5498194"], "oclc": ["ocm55064234"]}
    assert (edition.publisher, edition.release_date, edition.page_count) == (
        "Gallimard", "1979", 590,
    )  # fmt: skip
    assert (edition.book_format, edition.format_detail, edition.language) == (
        "paperback", "Broché", "fr",
    )  # fmt: skip
    assert (row.status, row.shelves, row.tags) == ("own", ["Favorites"], ["roman", "espagnol"])
    assert (row.notes, row.acquired_date, row.copies) == ("lent\ntwice", "2007-04-16", 1)
    assert reading_of(row) == {
        "status": "finished", "started_at": "2007-05-01", "finished_at": "2007-05-08",
        "rating": 4.5, "review": "chef d'oeuvre",
    }  # fmt: skip


def test_empty_brackets_question_marks_and_unknown_publishers_are_nothing() -> None:
    row = read(ISBN="[]", ISBNs="", Date="?", Publication="Publisher Unknown", Page_Count="")
    edition = edition_of(row)
    assert (edition.isbns, edition.release_date, edition.publisher) == ([], None, None)
    assert row.warnings == []
    paged = edition_of(read(Page_Count="", Publication="Lulu.com (2020), 304 pages"))
    assert (paged.publisher, paged.page_count) == ("Lulu.com", 304)


def test_an_asin_stands_among_the_isbns() -> None:
    assert edition_of(read(ISBN="[B000K0BNEW]", ISBNs="B000K0BNEW")).asin == "B000K0BNEW"


@pytest.mark.parametrize(
    ("collections", "status", "read_as"),
    [
        ("Wishlist", "want", None),
        ("Your library, To read", "own", "want_to_read"),
        ("Currently reading", None, "reading"),
        ("Read but unowned", None, "finished"),
        ("", "own", None),
    ],
)
def test_collections_tell_what_is_owned_and_read(
    collections: str, status: str | None, read_as: str | None
) -> None:
    row = read(
        Collections=collections, Date_Read="", Date_Started="", Rating="", Review="", Tags=""
    )
    assert (row.status, reading_of(row).get("status"), row.shelves) == (status, read_as, [])


def test_films_are_left_out_and_a_row_without_title_fails() -> None:
    data = table(ROW | {"Media": "Blu-ray"}, ROW | {"Title": ""}, delimiter="\t")
    assert outcomes(data) == [("not a book: Blu-ray", None), (None, "no title")]


def test_the_older_csv_with_names_in_single_quotes_is_read() -> None:
    old = {
        "'BOOK ID'": "12", "'TITLE'": "Saga", "'AUTHOR (last, first)'": "Vaughan, Brian K.",
        "'AUTHOR (first, last)'": "Brian K. Vaughan", "'OTHER AUTHORS'": "Staples, Fiona",
        "'PUBLICATION'": "Image (2012)", "'DATE'": "2012", "'ISBNs'": "[1607066017]",
        "'STARS'": "4", "'TAGS'": "comics", "'DATE ENTERED'": "2014-01-01", "'LCC'": "",
    }  # fmt: skip
    file = read_export(table(old))
    assert file.format == "librarything"
    row = file.rows[0]
    assert people_of(row) == [("Brian K. Vaughan", None), ("Fiona Staples", None)]
    assert edition_of(row).isbns == ["9781607066019"]
    assert reading_of(row) == {"status": "finished", "rating": 4.0}


BOOK: dict[str, Any] = {
    "books_id": "105446547", "title": "Saga, Vol. 2", "sortcharacter": "1",
    "primaryauthor": "Vaughan, Brian K.", "primaryauthorrole": "Author",
    "authors": [{"lf": "Vaughan, Brian K.", "fl": "Brian K. Vaughan"},
                {"lf": "Staples, Fiona", "fl": "Fiona Staples", "role": "Illustrator"}],
    "tags": ["war", "future"], "collections": ["Your library"],
    "isbn": {"0": "1607066920", "2": "9781607066927"}, "originalisbn": "1607066920",
    "publication": "Image Comics (2013), Edition: 0, Paperback, 144 pages", "date": "2013",
    "language": ["English", "All"], "series": "Saga", "workcode": "13335982",
    "entrydate": "2014-01-21", "format": [{"code": "1.1", "text": "Paper"},
                                          {"code": "1.1.1", "text": "Paperback"}],
    "copies": "1", "pages": "144 ", "rating": 4.5,
}  # fmt: skip


def export(*books: dict[str, Any]) -> bytes:
    return json.dumps({book.get("books_id", "x"): book for book in books}, indent=1).encode()


def test_the_json_gives_the_same_books_as_the_tables() -> None:
    assert detect(export(BOOK))[0] == ("librarything_json", 1.0)
    row = only_row(export(BOOK))
    work, edition = work_of(row), edition_of(row)
    assert (row.key, work.title, row.status) == ("librarything:105446547", "Saga, Vol. 2", "own")
    assert people_of(row) == [("Brian K. Vaughan", None), ("Fiona Staples", "Illustrator")]
    assert [(claim.name, claim.position) for claim in work.series] == [("Saga", None)]
    assert (edition.isbns, edition.publisher) == (["9781607066927"], "Image Comics")
    assert (edition.format_detail, edition.language, edition.page_count) == ("Paperback", "en", 144)
    assert reading_of(row) == {"status": "finished", "rating": 4.5}
    assert row.tags == ["war", "future"]


@pytest.mark.parametrize("isbn", [["9781607066927", "1607066920"], "9781607066927", None, [], {}])
def test_isbns_are_an_object_a_list_a_text_or_missing(isbn: object) -> None:
    row = only_row(export(BOOK | {"isbn": isbn}))
    assert edition_of(row).isbns == ["9781607066927"]


def test_a_book_may_lack_nearly_everything() -> None:
    row = only_row(
        export({"books_id": "1", "title": "X", "sortcharacter": "1", "authors": ["odd"]})
    )
    assert (people_of(row), edition_of(row).isbns, edition_of(row).format_detail) == ([], [], None)
    assert outcomes(b'{"1": "odd"}', "librarything_json") == [("the row is empty", None)]
    primary = only_row(export({"books_id": "1", "title": "X", "authors": [{"lf": "Doe, Jane"}]}),
                       "librarything_json")  # fmt: skip
    assert people_of(primary) == [("Jane Doe", None)]


def test_several_documents_in_one_file_and_lists_are_read() -> None:
    several = export(BOOK) + b"\n" + export(BOOK | {"books_id": "2"})
    assert [row.key for row in read_export(several).rows] == [
        "librarything:105446547", "librarything:2",
    ]  # fmt: skip
    assert len(read_export(json.dumps([BOOK, BOOK]).encode(), "librarything_json").rows) == 2
    assert outcomes(b"[1]", "librarything_json") == [("the row is empty", None)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'{"books_id": ', "its JSON is damaged at line 1"),
        (b'{"a":' * 100_000, "its JSON is nested too deeply"),
        (b"[" * 100_000, "its JSON is nested too deeply"),
        (b'{"a": ' + b"9" * 10_000 + b"}", "its JSON cannot be read"),
        (b"[" + b"[]," * 2_100_000 + b"[]]", "more values than any library"),
    ],
)
def test_damaged_or_hostile_json_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InvalidFile, match=says):
        read_export(data, "librarything_json")


def test_lone_surrogates_and_other_values_become_plain_text() -> None:
    row = only_row(export(BOOK | {"title": "Sa\ud800ga", "copies": 2, "tags": [True, None, 1.5]}))
    assert (work_of(row).title, row.copies, row.tags) == ("Saga", 2, ["true", "1.5"])


def test_json_is_none_of_librarythings_tables() -> None:
    with pytest.raises(InvalidFile, match="it is JSON"):
        read_export(b'{"a": 1}', "librarything")
    assert not [name for name, _ in detect(b"Title\nx,y") if name == "librarything_json"]


def test_what_the_json_writes_for_a_web_page_is_read_as_text() -> None:
    book = {**BOOK, "title": "The Samurai&#039;s Garden"}
    (row,) = read_export(export(book), "librarything_json").rows
    assert row.work.title == "The Samurai's Garden"
