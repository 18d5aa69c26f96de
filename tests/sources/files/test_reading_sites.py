"""Hardcover, Babelio, Openreads, BookWyrm and Open Library's log: what somebody reads."""

from __future__ import annotations

import pytest

from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

HARDCOVER = {
    "Title": "The Winter King", "Author": "Bernard Cornwell, Jane Roe (Foreword)",
    "Series": "The Warlord Chronicles (#1.0), Arthur (#2.5)", "Status": "Read",
    "Privacy": "Public", "Hardcover Book ID": "185390", "Hardcover Edition ID": "2944574",
    "ISBN 10": "0140231862", "ISBN 13": "9780140231861", "ASIN": "", "Media": "Audiobook",
    "Language Code": "en", "Binding": "", "Pages": "448", "Duration in Seconds": "36000",
    "Publish Date": "1994-02-01", "Publisher": "Penguin UK", "Genres": "Fantasy, War",
    "Tags": "arthur", "Lists": "Owned, Best", "Date Added": "2024-08-23",
    "Date Started": "2024-08-23", "Date Finished": "2024-08-26", "Rating": "4.5", "Review": "Good",
    "Private Notes": "lent", "Owned": "false", "Review Slate": "{}",
}  # fmt: skip


def test_a_row_of_hardcover_becomes_a_book() -> None:
    row = only_row(table(HARDCOVER))
    work, edition = work_of(row), edition_of(row)
    assert people_of(row) == [("Bernard Cornwell", None), ("Jane Roe", "Foreword")]
    assert [(claim.name, claim.position) for claim in work.series] == [
        ("The Warlord Chronicles", "1"), ("Arthur", "2.5"),
    ]  # fmt: skip
    assert (row.key, work.identifiers) == ("hardcover:2944574", {"hardcover": ["185390"]})
    assert (edition.isbns, edition.book_format) == (["9780140231861"], "audiobook")
    assert (edition.duration_minutes, edition.page_count, edition.language) == (600, 448, "en")
    assert (row.status, row.shelves, row.tags, row.notes) == ("own", ["Best"], ["arthur"], "lent")
    assert reading_of(row) == {
        "status": "finished", "started_at": "2024-08-23", "finished_at": "2024-08-26",
        "rating": 4.5, "review": "Good",
    }  # fmt: skip


def test_hardcovers_owned_column_and_wanted_books() -> None:
    bare = HARDCOVER | {"Lists": '""', "Date Finished": '""'}
    owned = only_row(table(bare | {"Owned": "true"}))
    wanted = only_row(table(bare | {"Status": "Want to Read", "Rating": ""}))
    assert (owned.status, wanted.status) == ("own", "want")
    assert outcomes(table(HARDCOVER | {"Title": ""})) == [(None, "no title")]


BABELIO = {
    "ISBN": "9782290026694", "Titre": "La chronique des Bridgerton, tome 6 : Francesca",
    "Auteur": "Quinn Julia", "Editeur": "J'ai lu", "Date de publication": "2010-09-15",
    "Date d`entrée dans Babelio": "2026-04-05 21:04:19", "Statut": "Lu", "Note": "3.5",
}  # fmt: skip


def babelio(**changes: str) -> bytes:
    text = table(BABELIO | changes, delimiter=";").decode()
    return text.replace("\n", "\r\n").encode("cp1252")


def test_a_row_of_babelio_becomes_a_book() -> None:
    file = read_export(babelio())
    assert (file.format, file.encoding, file.delimiter) == ("babelio", "cp1252", ";")
    row = file.rows[0]
    assert people_of(row) == [("Julia Quinn", None)]
    edition = edition_of(row)
    assert (edition.isbns, edition.release_date) == (["9782290026694"], "2010-09-15")
    assert (reading_of(row), row.status) == ({"status": "finished", "rating": 3.5}, None)


def test_babelio_writes_978_before_an_asin_and_zeros_for_no_date_and_no_rating() -> None:
    zeros = {"Date de publication": "0000-00-00", "Note": "0.0", "Statut": "A lire"}
    row = only_row(babelio(ISBN="978B09H3GXLW1", **zeros))
    assert (edition_of(row).asin, edition_of(row).isbns) == ("B09H3GXLW1", [])
    assert edition_of(row).release_date is None
    assert (reading_of(row), row.status) == ({"status": "want_to_read"}, "want")
    assert only_row(babelio(ISBN="978000000000X")).warnings[0].startswith("no ISBN")
    assert outcomes(babelio(Titre="")) == [(None, "no title")]


OPENREADS = {
    "title": "Ubik", "subtitle": "A novel", "author": "Philip K. Dick", "description": "Half-life",
    "status": "finished", "favourite": "true", "deleted": "false", "rating": "4.5",
    "pages": "202", "publication_year": "1969", "isbn": "9780547572291", "olid": "OL2172516M",
    "tags": "sf|||||owned", "my_review": "Great", "notes": "again",
    "book_format": "paperback",
    "readings": "2020-01-01T00:00:00.000|2020-01-05T00:00:00.000|;"
    "2023-02-01T00:00:00.000|2023-02-03T00:00:00.000|120",
    "date_added": "2023-01-01T10:00:00.000", "date_modified": "2023-02-03T10:00:00.000",
}  # fmt: skip


def test_a_row_of_openreads_becomes_a_book() -> None:
    row = only_row(table(OPENREADS))
    work, edition = work_of(row), edition_of(row)
    assert (work.title, work.subtitle, work.first_published) == ("Ubik", "A novel", "1969")
    assert (edition.isbns, edition.book_format) == (["9780547572291"], "paperback")
    assert edition.identifiers == {"openlibrary": ["OL2172516M"]}
    assert (row.status, row.tags, row.notes) == ("own", ["sf", "owned", "favorite"], "again")
    assert reading_of(row) == {
        "status": "finished", "started_at": "2023-02-01", "finished_at": "2023-02-03",
        "rating": 4.5, "review": "Great", "read_count": 2,
    }  # fmt: skip


def test_openreads_states_bin_and_works() -> None:
    sorted_name = only_row(table(OPENREADS | {"author": "Smith, Mark"}))
    assert people_of(sorted_name) == [("Mark Smith", None)]
    planned = OPENREADS | {
        "favourite": "false", "status": "planned", "readings": "", "rating": "", "my_review": "",
        "tags": "sf", "olid": "OL1W", "isbn": "",
    }  # fmt: skip
    data = table(planned, OPENREADS | {"deleted": "true"}, OPENREADS | {"title": ""})
    assert outcomes(data) == [(None, None), ("deleted in Openreads", None), (None, "no title")]
    row = read_export(data).rows[0]
    assert (row.status, reading_of(row)) == ("want", {"status": "want_to_read"})
    assert work_of(row).identifiers == {"openlibrary": ["OL1W"]}
    begun = only_row(table(planned | {"status": "unknown", "readings": "2020-01-01||"}))
    assert reading_of(begun) == {"status": "reading", "started_at": "2020-01-01"}
    for word, status in {"in_progress": "reading", "abandoned": "abandoned"}.items():
        row = only_row(table(planned | {"status": word}))
        assert reading_of(row) == {"status": status}


BOOKWYRM = {
    "title": "Subcutanean", "author_text": "Aaron A. Reed, Jane Roe",
    "remote_id": "https://bookwyrm.social/book/1", "openlibrary_key": "OL28216445M",
    "inventaire_id": "", "librarything_key": "24", "goodreads_key": "52", "bnf_id": "",
    "viaf": "", "wikidata": "", "asin": "", "aasin": "", "isfdb": "", "isbn_10": "1607066017",
    "isbn_13": "", "oclc_number": "", "start_date": "2021-01-02", "finish_date": "2021-01-09",
    "stopped_date": "", "rating": "4.0", "review_name": "Yes", "review_cw": "",
    "review_content": "mixed feelings", "shelf": "read", "shelf_name": "Read",
}  # fmt: skip


def test_a_row_of_bookwyrm_becomes_a_book() -> None:
    row = only_row(table(BOOKWYRM))
    edition = edition_of(row)
    assert people_of(row) == [("Aaron A. Reed", None), ("Jane Roe", None)]
    assert edition.isbns == ["9781607066019"]
    assert edition.identifiers == {
        "goodreads": ["52"], "librarything_work": ["24"], "openlibrary": ["OL28216445M"],
    }  # fmt: skip
    assert row.key == "bookwyrm:https://bookwyrm.social/book/1"
    assert reading_of(row) == {
        "status": "finished", "started_at": "2021-01-02", "finished_at": "2021-01-09",
        "rating": 4.0, "review": "Yes\n\nmixed feelings",
    }  # fmt: skip
    assert row.shelves == []


def test_bookwyrms_stopped_books_and_own_shelves() -> None:
    stopped = only_row(table(BOOKWYRM | {"stopped_date": "2021-01-05", "finish_date": ""}))
    assert reading_of(stopped)["status"] == "abandoned"
    assert reading_of(stopped)["finished_at"] == "2021-01-05"
    own = BOOKWYRM | {"shelf": "cosy", "shelf_name": "Cosy", "finish_date": "", "rating": "",
                      "review_name": "", "review_content": "", "start_date": "",
                      "aasin": "B09H3GXLW1", "remote_id": "", "openlibrary_key": ""}  # fmt: skip
    row = only_row(table(own))
    assert (row.shelves, row.reading, row.key) == (["Cosy"], None, None)
    assert (edition_of(row).asin, edition_of(row).book_format) == ("B09H3GXLW1", "audiobook")
    assert outcomes(table(BOOKWYRM | {"title": ""})) == [(None, "no title")]


def test_open_librarys_log_names_books_by_number() -> None:
    data = (
        b"Work Id,Edition Id,Bookshelf\nOL361393W,OL7798182M,Currently Reading\n"
        b"OL102749W,,Already Read\n,OL7798182M,Want to Read\n,,Already Read\n"
    )
    assert detect(data)[0][0] == "openlibrary_log"
    first, second, third, fourth = read_export(data).rows
    assert work_of(first).title == "[Open Library OL361393W]"
    assert work_of(first).identifiers == {"openlibrary": ["OL361393W"]}
    assert edition_of(first).identifiers == {"openlibrary": ["OL7798182M"]}
    assert [reading_of(row).get("status") for row in (first, second, third)] == [
        "reading", "finished", "want_to_read",
    ]  # fmt: skip
    assert (third.key, third.status) == ("openlibrary:OL7798182M", "want")
    assert fourth.error == "no Open Library id"


@pytest.mark.parametrize("title", ["", "Emma"])
def test_open_librarys_newer_log_names_titles(title: str) -> None:
    row = {"Work Id": "OL1W", "Edition Id": "", "Bookshelf": "Already Read", "Title": title}
    read = only_row(table(row))
    assert work_of(read).title == (title or "[Open Library OL1W]")
    assert bool(read.warnings) is not bool(title)


JELU = {
    "Title": "Ubik", "Author": "Philip K. Dick", "ISBN": "9780547572291", "Publisher": "Mariner",
    "Date Read": "2022/02/10", "Shelves": "", "Bookshelves": "science-fiction classic",
    "read_dates": "2020/02/10,2022/02/10,2021/02/10", "tags": "", "isbn10": "",
    "authors": "Philip K. Dick,Jane Roe", "isbn13": "", "owned": "true", "dropped_dates": "",
    "currently_reading": "",
}  # fmt: skip


def test_a_row_of_jelu_becomes_a_book() -> None:
    assert detect(table(JELU))[0][0] == "jelu"
    row = only_row(table(JELU))
    assert people_of(row) == [("Philip K. Dick", None), ("Jane Roe", None)]
    assert edition_of(row).isbns == ["9780547572291"]
    assert (row.status, row.tags) == ("own", ["science-fiction", "classic"])
    assert reading_of(row) == {"status": "finished", "finished_at": "2022-02-10"}
    assert outcomes(table(JELU | {"Title": ""})) == [(None, "no title")]


def test_jelus_dates_tell_the_state() -> None:
    bare = JELU | {"read_dates": "", "Date Read": "", "owned": ""}
    again = only_row(table(JELU | {"currently_reading": "2023/02/10"}))
    assert reading_of(again) == {"status": "reading", "started_at": "2023-02-10"}
    dropped = only_row(table(bare | {"dropped_dates": "2020/02/10,2021/02/10"}))
    assert reading_of(dropped) == {"status": "abandoned", "finished_at": "2021-02-10"}
    wanted = only_row(table(bare | {"Shelves": "to-read"}))
    assert (reading_of(wanted), wanted.status) == ({"status": "want_to_read"}, "want")
