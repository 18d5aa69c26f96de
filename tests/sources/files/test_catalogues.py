"""Calibre, BookBuddy, Libib and Delicious Library: catalogues of what somebody owns."""

from __future__ import annotations

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files import documents
from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

CALIBRE = {
    "author_sort": "Asimov, Isaac", "title_sort": "Foundation and Earth",
    "pubdate": "1986-10-01T03:00:00-04:00", "publisher": "Del Rey", "series": "Foundation",
    "series_index": "5.0", "tags": "RIPPED, sf", "formats": "epub, mobi", "uuid": "28a4b383-a1ef",
    "title": "Foundation and Earth", "authors": "Isaac Asimov & Robert Silverberg", "rating": "4",
    "library_name": "Calibre Library", "languages": "eng", "isbn": "9780553587579", "id": "7",
    "identifiers": "mobi-asin:B003EY7IHM,goodreads:58831305,isbn:9780553587579,odid:a@b&1",
    "comments": "<p>Fine</p>", "timestamp": "2024-08-05T15:49:00-04:00",
}  # fmt: skip


def test_a_row_of_calibre_becomes_an_owned_ebook() -> None:
    row = only_row(table(CALIBRE))
    work, edition = work_of(row), edition_of(row)
    assert (row.key, row.status, row.reading) == ("calibre:28a4b383-a1ef", "own", None)
    assert people_of(row) == [("Isaac Asimov", None), ("Robert Silverberg", None)]
    assert [(claim.name, claim.position) for claim in work.series] == [("Foundation", "5")]
    assert (edition.isbns, edition.asin) == (["9780553587579"], "B003EY7IHM")
    assert edition.identifiers == {"goodreads": ["58831305"]}
    assert (edition.book_format, edition.format_detail) == ("ebook", "epub, mobi")
    assert (edition.release_date, edition.language) == ("1986-10-01", "en")
    assert (row.tags, work.description) == (["RIPPED", "sf"], "Fine")


@pytest.mark.parametrize(
    ("index", "series", "position"),
    [("1.0", "", None), ("0.5", "Mistborn", "0.5"), ("2.50", "X", "2.5"), ("0.0", "X", "0")],
)
def test_calibres_index_counts_only_beside_a_series(
    index: str, series: str, position: str | None
) -> None:
    work = work_of(only_row(table(CALIBRE | {"series": series, "series_index": index})))
    assert [claim.position for claim in work.series] == ([position] if series else [])


@pytest.mark.parametrize(
    ("pubdate", "day"),
    [
        ("0100-12-31T19:03:58-04:56:02", None),
        ("0101-01-01T00:00:00+00:00", None),
        ("1994-12-31T19:00:00-05:00", "1995-01-01"),
        ("1995-01-01T05:30:00+05:30", "1995-01-01"),
        ("2019-12-10T03:00:00-05:00", "2019-12-10"),
        ("2019-12-10T03:00:00", "2019-12-10"),
        ("9999-12-31T23:00:00-05:00", None),
        ("Dec 2019", "2019-12"),
        ("", None),
    ],
)
def test_calibres_moments_are_days(pubdate: str, day: str | None) -> None:
    assert edition_of(only_row(table(CALIBRE | {"pubdate": pubdate}))).release_date == day


@pytest.mark.parametrize(
    ("formats", "expected"), [("m4b", "audiobook"), ("cbz, pdf", "comic"), ("", "ebook")]
)
def test_calibres_files_tell_the_format(formats: str, expected: str) -> None:
    assert edition_of(only_row(table(CALIBRE | {"formats": formats}))).book_format == expected


def test_calibres_amazon_number_of_a_printed_book_is_its_isbn() -> None:
    row = only_row(table(CALIBRE | {"isbn": "", "identifiers": "amazon:0553587579, odd"}))
    assert (edition_of(row).isbns, edition_of(row).asin) == (["9780553587579"], None)


def test_calibre_without_authors_uses_their_sort_form_and_without_title_fails() -> None:
    assert people_of(only_row(table(CALIBRE | {"authors": ""}))) == [("Isaac Asimov", None)]
    assert outcomes(table(CALIBRE | {"title": ""})) == [(None, "no title")]


CALIBRE_XML = b"""<?xml version='1.0' encoding='utf-8'?>
<calibredb>
 <record><id>7</id><uuid>28a4b383</uuid><publisher>Del Rey</publisher><isbn>9780553587579</isbn>
  <title sort="Foundation and Earth">Foundation and Earth</title>
  <authors sort="Asimov, Isaac"><author>Isaac Asimov</author><author>Jane Roe</author></authors>
  <pubdate>1986-10-01T03:00:00-04:00</pubdate><tags><tag>sf</tag><tag>old</tag></tags>
  <series index="5.0">Foundation</series>
  <formats><format>/home/x/a, b.epub</format><format>/home/x/a.mobi</format></formats></record>
 <record><title>Bare</title></record>
</calibredb>"""


def test_calibres_xml_gives_the_same_books_as_its_csv() -> None:
    assert detect(CALIBRE_XML)[0] == ("calibre_xml", 1.0)
    row, bare = read_export(CALIBRE_XML).rows
    assert people_of(row) == [("Isaac Asimov", None), ("Jane Roe", None)]
    assert [(claim.name, claim.position) for claim in work_of(row).series] == [("Foundation", "5")]
    assert edition_of(row).isbns == ["9780553587579"]
    assert (edition_of(row).format_detail, row.tags) == ("epub, mobi", ["sf", "old"])
    assert (row.key, row.status) == ("calibre:28a4b383", "own")
    assert (people_of(bare), work_of(bare).series) == ([], [])


BOOKBUDDY = {
    "Uploaded Image URL": "https://x.example/1.jpg", "Author": "Michael Predko, Myke Predko",
    "Author (Last, First)": "Predko, Michael", "Title": "123 Robotics Experiments",
    "Subtitle": "for the Evil Genius", "Genre": "Technology, Hobby", "Rating": "4.000000",
    "Publisher": "McGraw Hill", "Status": "Read", "Notes": "signed copy",
    "Date Published": "2004/01/02", "Length": "350", "Format": "Paperback",
    "ISBN": "9780071413589", "Physical Location": "attic",
    "Date Added": "2018/06/10 01:26:51.329838037", "Date Started": "2018/07/01",
    "Date Finished": "2018/07/09", "Purchase Price": "$5.00", "List Price": "€ 12,50",
    "Google VolumeID": "Qq0CVfcAktUC", "Favorites": "1", "Wish List": "0", "Category": "Robots",
    "Series": "Evil Genius", "Volume": "3", "Quantity": "2", "Summary": "Robots", "Tags": "diy",
    "Signed": "1", "Translator": "A. Nother",
}  # fmt: skip


def test_a_row_of_bookbuddy_becomes_an_owned_book() -> None:
    row = only_row(table(BOOKBUDDY))
    work, edition = work_of(row), edition_of(row)
    assert (work.title, work.subtitle) == ("123 Robotics Experiments", "for the Evil Genius")
    assert people_of(row) == [
        ("Michael Predko", None), ("Myke Predko", None), ("A. Nother", "Translator"),
    ]  # fmt: skip
    assert [(claim.name, claim.position) for claim in work.series] == [("Evil Genius", "3")]
    assert (edition.isbns, edition.page_count) == (["9780071413589"], 350)
    assert (edition.price, edition.currency) == (12.5, "EUR")
    assert (row.price_paid, row.price_paid_currency) == (5.0, None)
    assert edition.identifiers == {"google_books": ["Qq0CVfcAktUC"]}
    assert (row.status, row.copies, row.location, row.signed) == ("own", 2, "attic", True)
    assert (row.acquired_date, row.notes) == ("2018-06-10", "signed copy")
    assert (row.shelves, row.tags) == (["Robots"], ["diy", "favorite"])
    assert reading_of(row) == {
        "status": "finished", "started_at": "2018-07-01", "finished_at": "2018-07-09",
        "rating": 4.0,
    }  # fmt: skip


def test_bookbuddys_unread_tells_nothing_and_its_wish_list_is_wanted() -> None:
    quiet = {"Status": "Unread", "Rating": "0", "Date Started": "", "Date Finished": ""}
    row = only_row(table(BOOKBUDDY | quiet | {"Wish List": "1", "Favorites": "0"}))
    assert (row.reading, row.status, row.tags) == (None, "want", ["diy"])


@pytest.mark.parametrize(
    "changes", [{"Previously Owned": "1"}, {"Borrowed From": "Jane"}, {"Not Owned Reason": "sold"}]
)
def test_bookbuddys_books_that_are_gone_or_borrowed_are_not_owned(changes: dict[str, str]) -> None:
    assert only_row(table(BOOKBUDDY | changes)).status is None


def test_bookbuddy_tells_who_has_a_book() -> None:
    row = only_row(table(BOOKBUDDY | {"Loaned To": "Ann", "Date Loaned": "2024-03-02"}))
    assert (row.loaned_to, row.loaned_since) == ("Ann", "2024-03-02")
    back = only_row(table(BOOKBUDDY | {"Loaned To": "", "Date Loaned": "2024-03-02"}))
    assert (back.loaned_to, back.loaned_since) == (None, None)


def test_bookbuddy_skips_films_and_fails_without_title() -> None:
    data = table(BOOKBUDDY | {"Format": "DVD"}, BOOKBUDDY | {"Title": ""})
    assert outcomes(data) == [("not a book: DVD", None), (None, "no title")]


LIBIB = {
    "item_type": "book", "title": "Piranesi", "creators": "Susanna Clarke", "first_name": "",
    "last_name": "", "collection": "Books", "ean_isbn13": "9781635575637", "upc_isbn10": "",
    "description": "A house", "publisher": "Bloomsbury", "publish_date": "2020-09-15",
    "group": "Fantasy", "tags": "chirp, digital", "notes": "gift", "price": "27.00",
    "length": "272", "number_of_discs": "", "esrb": "", "rating": "5", "review": "Yes",
    "status": "Completed", "began": "2021-01-01", "completed": "2021-01-05",
    "added": "2021-01-01", "copies": "2",
}  # fmt: skip


def test_a_row_of_libib_becomes_an_owned_book() -> None:
    row = only_row(table(LIBIB))
    edition = edition_of(row)
    assert (edition.isbns, edition.release_date) == (["9781635575637"], "2020-09-15")
    assert (edition.page_count, edition.price, edition.currency) == (272, 27.0, None)
    assert (row.status, row.copies, row.location) == ("own", 2, "Books")
    assert (row.shelves, row.tags, row.notes) == (["Fantasy"], ["chirp", "digital"], "gift")
    assert reading_of(row) == {
        "status": "finished", "started_at": "2021-01-01", "finished_at": "2021-01-05",
        "rating": 5.0, "review": "Yes",
    }  # fmt: skip


def test_libibs_other_items_are_left_out_and_its_split_names_are_joined() -> None:
    split = LIBIB | {"creators": "", "first_name": "Susanna", "last_name": "Clarke"}
    data = table(LIBIB | {"item_type": "movie"}, LIBIB | {"title": ""}, split)
    assert outcomes(data) == [("not a book: movie", None), (None, "no title"), (None, None)]
    assert people_of(read_export(data).rows[2]) == [("Susanna Clarke", None)]


def plist(*items: str) -> bytes:
    dicts = "".join(f"<dict>{item}</dict>" for item in items)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- x -->\n<plist version="1.0"><array>'
        f"{dicts}</array></plist>"
    ).encode()


def pairs(**values: str) -> str:
    return "".join(
        f"<key>{key}</key><string>{value}</string>" if key != "pages" else
        f"<key>pages</key><integer>{value}</integer>"
        for key, value in values.items()
    )  # fmt: skip


DISCO = pairs(
    title="Disco Years", creatorsCompositeString="Ron Galella\nJane Doe", asin="1576873250",
    isbn="1576873250", ean="9781576873250", publishersCompositeString="powerHouse Books",
    formatSingularString="Hardcover", pages="200", price="$85.00", type="Book",
    languagesCompositeString="English (Published)\nEnglish (Unknown)", uuidString="ab-1",
    locationSingularString="8Eye", genresCompositeString="Arts &amp; Photography", rating="5",
    coverImageLargeURLString="https://x.example/1.jpg", illustratorsCompositeString="A. B. Cee",
    notes="big",
)  # fmt: skip
DISCO += "<key>publishDate</key><date>2006-10-02T04:00:00Z</date>"
DISCO += "<key>hasExperienced</key><true/>"


def test_an_item_of_delicious_library_becomes_an_owned_book() -> None:
    assert detect(plist(DISCO))[0] == ("delicious_library", 1.0)
    row = only_row(plist(DISCO))
    edition = edition_of(row)
    assert people_of(row) == [
        ("Ron Galella", None), ("Jane Doe", None), ("A. B. Cee", "Illustrator"),
    ]  # fmt: skip
    assert (edition.isbns, edition.asin) == (["9781576873250"], None)
    assert (edition.release_date, edition.page_count) == ("2006-10-02", 200)
    assert (edition.price, edition.currency, edition.language) == (85.0, None, "en")
    assert (row.key, row.status, row.location) == ("delicious:ab-1", "own", "8Eye")
    assert work_of(row).genres == ["Arts & Photography"]
    assert reading_of(row) == {"status": "finished", "rating": 5.0}


def test_delicious_librarys_films_and_gadgets_are_left_out() -> None:
    data = plist(DISCO, pairs(title="Alien", type="Movie"), pairs(type="Book", notes="x"))
    assert outcomes(data) == [(None, None), ("not a book: Movie", None), (None, "no title")]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b'<!DOCTYPE a [<!ENTITY x "y">]><plist><array><dict>&x;</dict></array></plist>',
         "declares entities"),
        (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><plist>&x;</plist>',
         "declares entities"),
        (b"<plist><array><dict>", "its XML is damaged"),
        (b"<a>" * 100_000, "nested too deeply"),
        (b"<plist><array><dict>" + b"<a/>" * 20_000, "holds more than 10,000 values"),
        (b"<plist>\x01</plist>", "its XML is damaged"),
    ],
)  # fmt: skip
def test_damaged_or_hostile_xml_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(InvalidFile, match=says):
        read_export(data, "delicious_library")


def test_more_items_than_a_library_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_ROWS", 1)
    with pytest.raises(InvalidFile, match="more than 1 rows"):
        read_export(plist(DISCO, DISCO), "delicious_library")


def test_other_elements_beside_the_items_cost_nothing() -> None:
    data = plist(DISCO).replace(b"<array>", b"<x/>" * 20_000 + b"<array><y/>")
    assert len(read_export(data, "delicious_library").rows) == 1


INVENTAIRE = {
    "Item URL": "https://inventaire.io/items/93dbd9", "Item details": "worn", "Item notes": "x",
    "Item visibility": "public", "Item transaction": "inventorying",
    "Item created": "2019-03-26T16:37:23.629Z", "Shelves": "maths",
    "Edition URL": "https://inventaire.io/entity/isbn:9780140289206",
    "Edition ISBN-13": "978-0-14-028920-6", "Edition ISBN-10": "0-14-028920-8",
    "Edition title": "Godel, Escher, Bach", "Edition subtitle": "", "Edition language": "English",
    "Edition publication date": "2000-12-01", "Works labels": "Gödel, Escher, Bach",
    "Authors labels": "Douglas Hofstadter", "Translators labels": "Jane Roe",
    "Series labels": "", "Works Series ordinals": "", "Genres labels": "popular science",
}  # fmt: skip


def test_a_row_of_inventaire_becomes_an_owned_book() -> None:
    assert detect(table(INVENTAIRE))[0][0] == "inventaire"
    row = only_row(table(INVENTAIRE))
    assert people_of(row) == [("Douglas Hofstadter", None), ("Jane Roe", "Translator")]
    assert work_of(row).alternate_titles == ["Gödel, Escher, Bach"]
    assert (edition_of(row).isbns, edition_of(row).language) == (["9780140289206"], "en")
    assert edition_of(row).release_date == "2000-12-01"
    assert (row.key, row.status, row.notes) == ("inventaire:93dbd9", "own", "worn\nx")
    assert (row.shelves, row.acquired_date) == (["maths"], "2019-03-26")
    same = INVENTAIRE | {"Works labels": "", "Edition title": ""}
    assert outcomes(table(same)) == [(None, "no title")]
