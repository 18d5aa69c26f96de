from __future__ import annotations

import csv
from pathlib import Path

import pytest

from booktrack.domain.identifiers import (
    amazon_identifier,
    classify,
    identifier_key,
    openlibrary_key,
    parse_asin,
)
from booktrack.errors import InvalidInput, InvalidISBN


@pytest.mark.parametrize(
    ("text", "asin"),
    [
        ("B09H3GXLW1", "B09H3GXLW1"),
        (" b00fu0m3zu\n", "B00FU0M3ZU"),
        ("ASIN: B00FU0M3ZU", "B00FU0M3ZU"),
        ("Ｂ００ＦＵ０Ｍ３ＺＵ", "B00FU0M3ZU"),
        ("0140143505", None),
        ("Bookseller", None),
        ("B00FU0M3Z", None),
        ("XB00FU0M3ZU", None),
        ("", None),
    ],
)
def test_an_asin_is_b_and_nine_capitals_or_digits(text: str, asin: str | None) -> None:
    assert parse_asin(text) == asin


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("0-14-014350-5", "isbn", "9780140143508"),
        ("ISBN 9780765326355", "isbn", "9780765326355"),
        ("EAN 9780765326355 52999", "isbn", "9780765326355"),
        ("EAN-13: 9780765326355", "isbn", "9780765326355"),
        ("978076532635552999", "isbn", "9780765326355"),
        ("978076532635599", "isbn", "9780765326355"),
        ("9780765326355+52999", "isbn", "9780765326355"),
        ("B00FU0M3ZU", "asin", "B00FU0M3ZU"),
        ("036000291452", "upc", "036000291452"),
        ("0 36000 29145 2", "upc", "036000291452"),
        ("0036000291452", "upc", "036000291452"),
        ("UPC-A: 036000291452", "upc", "036000291452"),
        ("03600029145252999", "upc", "036000291452"),
        ("ISSN 0378-5955", "issn", "0378-5955"),
        ("issn:03785955", "issn", "0378-5955"),
        ("9770378595002", "issn", "0378-5955"),
    ],
)
def test_a_query_or_barcode_is_told_by_its_shape_and_check_digit(
    text: str, kind: str, value: str
) -> None:
    assert classify(text) == (kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The Hobbit",
        "1984",
        "9780140143505",
        "036000291453",
        "0036000291453",
        "978076532635652999",
        "4006381333931",
        "9770378595001",
        "0378-5956",
        "2020-12-31",
        "03785955",
        "EANES 36000",
    ],
)
def test_what_is_no_identifier_comes_back_as_it_was(text: str) -> None:
    assert classify(text) == (None, text)


@pytest.mark.parametrize(
    ("scheme", "value", "key"),
    [
        ("isbn", "978-0-14-014350-8", "isbn:9780140143508"),
        ("isbn_10", "0140143505", "isbn:9780140143508"),
        ("ISBN-13", "9780140143508", "isbn:9780140143508"),
        ("asin", "b09h3gxlw1", "asin:B09H3GXLW1"),
        ("mobi-asin", "B09H3GXLW1", "asin:B09H3GXLW1"),
        ("amazon_de", "B09H3GXLW1", "asin:B09H3GXLW1"),
        ("amazon", "0140143505", "isbn:9780140143508"),
        ("openlibrary_id", "/works/OL45804W", "openlibrary:OL45804W"),
        ("ol", "ol1m", "openlibrary:OL1M"),
        ("goodreads", "123", "goodreads:123"),
        ("goodreads_id", " 0123 ", "goodreads:123"),
        ("goodreads", "https://www.goodreads.com/book/show/100365.Title", "goodreads:100365"),
        ("goodreads", "unknown", "goodreads:unknown"),
        ("google_books_id", "zyTCAlFPjgYC", "google_books:zyTCAlFPjgYC"),
    ],
)
def test_an_identifier_has_one_spelling_in_the_indexes(scheme: str, value: str, key: str) -> None:
    assert identifier_key(scheme, value) == key


@pytest.mark.parametrize(
    ("scheme", "value", "error"),
    [
        ("isbn", "38549081", InvalidISBN),
        ("asin", "38549081", InvalidInput),
        ("openlibrary", "zyTCAlFPjgYC", InvalidInput),
        ("goodreads", " ", InvalidInput),
        ("goodreads", "0", InvalidInput),
        ("", "123", InvalidInput),
    ],
)
def test_an_identifier_of_the_wrong_shape_is_refused(
    scheme: str, value: str, error: type[InvalidInput]
) -> None:
    with pytest.raises(error):
        identifier_key(scheme, value)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        ("https://www.amazon.com/dp/1421599465?tag=x&th=1&psc=1", "1421599465"),
        ("https://www.amazon.co.uk/Title-of-It/dp/B09H3GXLW1/ref=sr_1_1", "B09H3GXLW1"),
        ("http://amazon.de/gp/product/b09h3gxlw1", "B09H3GXLW1"),
        ("https://www.amazon.com/exec/obidos/ASIN/0140143505/", "0140143505"),
        ("https://www.amazon.com/gp/aw/d/0140143505", "0140143505"),
        ("https://read.amazon.com/?asin=B09H3GXLW1", "B09H3GXLW1"),
        ("https://www.audible.com/pd/Title-Audiobook/B017V4IM1G", "B017V4IM1G"),
        ("https://www.amazon.co.jp/%E6%9C%AC/dp/4088820118", "4088820118"),
        ("https://www.amazon.com/dp/1234567890", None),
        ("https://www.amazon.com/s?k=hobbit", None),
        ("https://m.media-amazon.com/images/I/51jhRrffW5L.jpg", None),
        ("https://evil.example/dp/B09H3GXLW1", None),
        ("", None),
    ],
)
def test_an_amazon_address_gives_the_number_of_its_product(url: str, number: str | None) -> None:
    assert amazon_identifier(url) == number


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("OL45804W", "OL45804W"),
        ("/works/OL45804W", "OL45804W"),
        ("/authors/OL10219261A", "OL10219261A"),
        ("https://openlibrary.org/books/OL24937987M/The_Title.json", "OL24937987M"),
        ("openlibrary.org/works/ol45804w?edition=x", "OL45804W"),
        ("OLD1W", None),
        ("COL45804W", None),
        ("OL0W", None),
        ("", None),
    ],
)
def test_an_open_library_key_is_taken_out_of_paths_and_addresses(
    text: str, key: str | None
) -> None:
    assert openlibrary_key(text) == key


def test_the_amazon_links_of_the_real_collection_all_give_a_number(shared: Path) -> None:
    with (shared / "exports/handylib/01.csv").open(encoding="utf-8") as file:
        links = [row["Item Url"] for row in csv.DictReader(file)]
    amazon = [link for link in links if "amazon.com" in link]
    assert len(amazon) == 292
    assert all(map(amazon_identifier, amazon))
