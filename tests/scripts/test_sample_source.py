"""The readable source of the sample library keeps its promises: true numbers, named origins."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

Entry = dict[str, Any]

SOURCE = Path(__file__).resolve().parents[2] / "scripts" / "sample_library.toml"
LIBRARY: dict[str, list[Entry]] = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
BOOKS, SERIES = LIBRARY["book"], LIBRARY["series"]
EDITIONS = [edition for book in BOOKS for edition in book["edition"]]
VOLUMES = [volume for series in SERIES for volume in series.get("volumes", [])]
TOTALS = [total for series in SERIES for total in series.get("totals", [])]

WRITTEN_ON = "2026-11-22"
PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
POSITION = re.compile(r"\d+(\.\d+)?(-\d+)?")
KANA = re.compile(r"[\u3040-\u30ff]")

FORMATS = {"hardcover", "paperback", "ebook", "audiobook", "comic", "unknown"}
KINDS = {"novel", "light_novel", "manga", "comic", "unknown"}
PUBLICATION = {"finished", "releasing", "hiatus", "cancelled", "unknown", "not_yet_released"}

SERIES_KEYS = {
    "key",
    "name",
    "edition_line",
    "aliases",
    "kind",
    "publication_status",
    "tracked",
    "origin",
}
SERIES_KEYS |= {"totals", "volumes"}
TOTAL_KEYS = {"value", "scope", "language", "source", "seen_at", "origin"}
VOLUME_KEYS = {"position", "label", "title", "release_date", "isbn_13", "origin"}
BOOK_KEYS = {"title", "authors", "series", "position", "alternate_titles", "origin", "edition"}
EDITION_KEYS = {"isbn_13", "asin", "format", "format_detail", "publisher", "release_date"}
EDITION_KEYS |= {"language", "page_count", "price", "currency", "status", "notes", "origin"}


def check_digit_is_right(isbn_13: str) -> bool:
    digits = [int(character) for character in isbn_13]
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def covered(position: str) -> Iterator[Decimal]:
    """The places in the series that a position fills: "1-3" fills three, "2.5" only itself."""
    start, _, end = position.partition("-")
    if not end:
        yield Decimal(start)
        return
    yield from map(Decimal, range(int(start), int(end) + 1))


def key(series: Entry) -> str:
    """What the books name a series by: series of one name need a key of their own."""
    return str(series.get("key", series["name"]))


def owned(book: Entry) -> bool:
    return any(edition["status"] == "own" for edition in book["edition"])


def owned_positions(series: Entry) -> set[Decimal]:
    mine = [book for book in BOOKS if book.get("series") == key(series) and owned(book)]
    return {place for book in mine for place in covered(book["position"])}


def named(title: str) -> Entry:
    return next(book for book in BOOKS if book["title"] == title)


def test_there_are_about_forty_books_by_at_least_ten_authors() -> None:
    assert 38 <= len(BOOKS) <= 50
    assert len({author for book in BOOKS for author in book["authors"]}) >= 10


@pytest.mark.parametrize("entry", [*EDITIONS, *VOLUMES], ids=lambda entry: entry.get("isbn_13"))
def test_every_isbn_has_thirteen_digits_and_the_right_check_digit(entry: Entry) -> None:
    isbn = entry.get("isbn_13")
    assert isbn is None or (re.fullmatch(r"97[89]\d{10}", isbn) and check_digit_is_right(isbn))


def test_no_isbn_and_no_asin_stands_twice() -> None:
    numbers = Counter(entry.get("isbn_13") for entry in [*EDITIONS, *VOLUMES])
    numbers.update(edition.get("asin") for edition in EDITIONS)
    del numbers[None]
    assert [number for number, times in numbers.items() if times > 1] == []


@pytest.mark.parametrize(
    ("entries", "keys"),
    [
        (SERIES, SERIES_KEYS),
        (TOTALS, TOTAL_KEYS),
        (VOLUMES, VOLUME_KEYS),
        (BOOKS, BOOK_KEYS),
        (EDITIONS, EDITION_KEYS),
    ],
    ids=["series", "totals", "volumes", "books", "editions"],
)
def test_every_entry_names_its_origin_and_has_no_unknown_field(
    entries: list[Entry], keys: set[str]
) -> None:
    assert entries
    for entry in entries:
        assert entry["origin"].startswith(("http://", "https://", "shared/", "GitHub "))
        assert set(entry) <= keys
        assert all(value != "" and value != [] for value in entry.values())


def test_every_date_is_a_partial_date() -> None:
    dates = [entry["release_date"] for entry in [*EDITIONS, *VOLUMES] if "release_date" in entry]
    assert [date for date in dates if not PARTIAL_DATE.fullmatch(date)] == []


def test_words_with_a_fixed_list_come_from_it() -> None:
    assert {edition["format"] for edition in EDITIONS} <= FORMATS
    assert {edition["status"] for edition in EDITIONS} == {"own", "want", "missing"}
    assert {series["kind"] for series in SERIES} <= KINDS
    assert {series["publication_status"] for series in SERIES} <= PUBLICATION


def test_a_price_has_a_currency_and_a_currency_has_a_price() -> None:
    assert all(("price" in edition) == ("currency" in edition) for edition in EDITIONS)
    assert all(edition["price"] > 0 for edition in EDITIONS if "price" in edition)


def test_series_names_are_unique_and_each_book_points_to_one() -> None:
    names = [key(series) for series in SERIES]
    assert len(set(names)) == len(names)
    assert {book["series"] for book in BOOKS if "series" in book} == set(names)
    assert all(("series" in book) == ("position" in book) for book in BOOKS)


@pytest.mark.parametrize("series", SERIES, ids=key)
def test_positions_are_numbers_and_no_place_is_filled_twice(series: Entry) -> None:
    books = [book["position"] for book in BOOKS if book.get("series") == key(series)]
    volumes = [v["position"] for v in series.get("volumes", []) if "position" in v]
    assert all(POSITION.fullmatch(position) for position in [*books, *volumes])
    filled = Counter(place for position in [*books, *volumes] for place in covered(position))
    assert max(filled.values()) == 1
    highest_whole = max(place for place in filled if place == int(place))
    assert all(highest_whole <= total["value"] for total in series.get("totals", []))


def test_a_volume_outside_the_numbering_has_a_label() -> None:
    assert all(("position" in volume) != ("label" in volume) for volume in VOLUMES)


def test_the_specification_example_stands_as_printed() -> None:
    book = named("The Way of Kings")
    assert book["authors"] == ["Brandon Sanderson"]
    assert (book["series"], book["position"]) == ("Stormlight Archive", "1")
    fields = ("isbn_13", "format", "release_date", "price", "currency", "status")
    assert [tuple(edition[field] for field in fields) for edition in book["edition"]] == [
        ("9780765326355", "hardcover", "2010-08-31", 29.99, "USD", "own"),
        ("9781429952040", "ebook", "2010-08-31", 9.99, "USD", "want"),
    ]


def is_finished_and_whole(series: Entry) -> bool:
    places = {place for place in owned_positions(series) if place == int(place)}
    wholes = [set(map(Decimal, range(1, t["value"] + 1))) for t in series.get("totals", [])]
    return series["publication_status"] == "finished" and places in wholes


def has_a_hole(series: Entry) -> bool:
    wholes = {place for place in owned_positions(series) if place == int(place)}
    return bool(wholes) and len(wholes) < max(wholes)


@pytest.mark.parametrize(
    "holds", [is_finished_and_whole, has_a_hole], ids=lambda holds: holds.__name__
)
def test_some_series_is_whole_and_some_has_holes(holds: Callable[[Entry], bool]) -> None:
    assert any(holds(series) for series in SERIES)


def test_a_manga_and_a_light_novel_share_one_name() -> None:
    kinds: dict[str, set[str]] = {}
    for series in SERIES:
        for name in {series["name"], *series.get("aliases", [])}:
            kinds.setdefault(name, set()).add(series["kind"])
    assert any(found >= {"manga", "light_novel"} for found in kinds.values())


def is_omnibus(book: Entry) -> bool:
    return "-" in book.get("position", "") and owned(book)


def is_not_released_yet(book: Entry) -> bool:
    return all(edition.get("release_date", "") > WRITTEN_ON for edition in book["edition"])


def has_no_isbn(book: Entry) -> bool:
    return not any("isbn_13" in edition for edition in book["edition"])


def has_a_number_for_a_title(book: Entry) -> bool:
    return bool(book["title"].isdigit())


def has_a_number_for_a_series_name(book: Entry) -> bool:
    return bool(re.match(r"\d+—", book.get("series", "")))


def stands_between_two_numbers(book: Entry) -> bool:
    return "." in book.get("position", "")


def is_japanese_with_romaji_and_english(book: Entry) -> bool:
    others = book.get("alternate_titles", [])
    return bool(KANA.search(book["title"])) and sum(other.isascii() for other in others) >= 2


def is_an_audiobook_with_an_asin(book: Entry) -> bool:
    return any(e["format"] == "audiobook" and "asin" in e for e in book["edition"])


def has_an_apostrophe_and_an_accent(book: Entry) -> bool:
    return "'" in book["title"] and not book["title"].isascii()


def is_written_in(language: str, book: Entry) -> bool:
    return any(edition.get("language") == language for edition in book["edition"])


def is_french(book: Entry) -> bool:
    return is_written_in("fr", book)


def is_german(book: Entry) -> bool:
    return is_written_in("de", book)


@pytest.mark.parametrize(
    "holds",
    [
        is_omnibus,
        is_not_released_yet,
        has_no_isbn,
        has_a_number_for_a_title,
        has_a_number_for_a_series_name,
        stands_between_two_numbers,
        is_japanese_with_romaji_and_english,
        is_an_audiobook_with_an_asin,
        has_an_apostrophe_and_an_accent,
        is_french,
        is_german,
    ],
    ids=lambda holds: holds.__name__,
)
def test_the_case_is_shown_by_some_book(holds: Callable[[Entry], bool]) -> None:
    assert any(holds(book) for book in BOOKS)
