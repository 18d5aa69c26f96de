from __future__ import annotations

import json

from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, only_row, outcomes, people_of, reading_of, table, work_of

CLI = {
    "asin": "B0036S4B2G", "title": "The Final Empire", "subtitle": "Mistborn Book 1",
    "extended_product_description": "<p>Ash</p>", "authors": "Brandon Sanderson",
    "narrators": "Michael Kramer, Kate Reading", "series_title": "Mistborn",
    "series_sequence": "1", "genres": "Fantasy, Epic", "runtime_length_min": "1479",
    "is_finished": "False", "percent_complete": "12.5", "rating": "4.8", "num_ratings": "90000",
    "date_added": "2020-01-02T10:00:00Z", "release_date": "2008-12-30",
    "cover_url": "https://m.example/1.jpg", "purchase_date": "2020-01-01T10:00:00Z",
}  # fmt: skip


def test_a_row_of_audible_cli_becomes_an_owned_audiobook() -> None:
    data = table(CLI, delimiter="\t")
    assert detect(data)[0][0] == "audible"
    row = only_row(data)
    work, edition = work_of(row), edition_of(row)
    assert (work.title, work.subtitle) == ("The Final Empire", "Mistborn Book 1")
    assert people_of(row) == [
        ("Brandon Sanderson", None), ("Michael Kramer", "Narrator"), ("Kate Reading", "Narrator"),
    ]  # fmt: skip
    assert [(claim.name, claim.position) for claim in work.series] == [("Mistborn", "1")]
    assert (edition.asin, edition.book_format) == ("B0036S4B2G", "audiobook")
    assert (edition.duration_minutes, edition.release_date) == (1479, "2008-12-30")
    assert (row.status, row.acquired_date) == ("own", "2020-01-01")
    assert reading_of(row) == {"status": "reading"}


def test_audible_cli_as_json_with_dashes_for_nothing() -> None:
    done = CLI | {"is_finished": True, "series_title": None, "rating": "-", "subtitle": "-"}
    fresh = CLI | {"percent_complete": 0, "asin": "0140143505"}
    file = read_export(json.dumps([done, fresh, CLI | {"title": ""}]).encode())
    assert file.format == "audible"
    first, second, third = file.rows
    assert (reading_of(first), work_of(first).series) == ({"status": "finished"}, [])
    assert work_of(first).subtitle is None
    assert (second.reading, edition_of(second).isbns) == (None, ["9780140143508"])
    assert third.error == "no title"


LIBATION = {
    "Account": "x", "Date Added to library": "2020-01-02", "Is Audible Plus?": "False",
    "Audible Product Id": "B0036S4B2G", "Locale": "us", "Title": "The Final Empire",
    "Subtitle": "", "Authors": "Brandon Sanderson", "Narrators": "Michael Kramer",
    "Length In Minutes": "1479", "Description": "Ash", "Publisher": "Macmillan Audio",
    "Has PDF": "False", "Series Names": "Mistborn, Cosmere",
    "Series Order": "1 : Mistborn, 2.5 : Cosmere, the Realm", "Cover Id": "x",
    "Community Rating: Overall": "4.8", "Date Published": "2008-12-30",
    "Categories": "Fantasy; Epic", "My Rating: Overall": "5", "My Libation Tags": "fav long",
    "Book Liberated Status": "Liberated", "Content Type": "Product", "Language": "English",
    "Is Finished?": "True",
}  # fmt: skip


def test_a_row_of_libation_becomes_an_owned_audiobook() -> None:
    assert detect(table(LIBATION))[0][0] == "libation"
    row = only_row(table(LIBATION))
    assert [(claim.name, claim.position) for claim in work_of(row).series] == [
        ("Mistborn", "1"), ("Cosmere, the Realm", "2.5"),
    ]  # fmt: skip
    assert (edition_of(row).publisher, edition_of(row).language) == ("Macmillan Audio", "en")
    assert (row.status, row.tags, row.acquired_date) == ("own", ["fav", "long"], "2020-01-02")
    assert reading_of(row) == {"status": "finished", "rating": 5.0}
    assert work_of(row).genres == ["Fantasy", "Epic"]


def test_libations_loans_podcasts_and_series_without_order() -> None:
    loan = LIBATION | {"Is Audible Plus?": "True", "Series Order": "", "Series Names": "Mistborn"}
    data = table(loan, LIBATION | {"Content Type": "Episode"}, LIBATION | {"Title": ""})
    assert outcomes(data) == [(None, None), ("not a book: Episode", None), (None, "no title")]
    row = read_export(data).rows[0]
    assert row.status is None
    assert [(claim.name, claim.position) for claim in work_of(row).series] == [("Mistborn", None)]
