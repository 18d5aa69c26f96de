from __future__ import annotations

import pytest

from booktrack.sources.files import cells
from booktrack.sources.files.claims import series_claims


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("228", 228), ("1985.0", 1985), ("144 ", 144), ("1,197", 1197), ("312 p.", 312),
        ("", None), ("Paperback", None), ("9" * 12, None), ("9" * 40, None), ("²", None),
    ],
)  # fmt: skip
def test_whole_numbers(cell: str, number: int | None) -> None:
    assert cells.whole(cell) == number


@pytest.mark.parametrize(
    ("cell", "number"),
    [("8.59", 8.59), ("3,5", 3.5), ("1.234,50", 1234.5), ("1,234.50", 1234.5),
     ("1.234.567", 1234567), ("1 234,5", 1234.5), ("12.", 12.0)],
)  # fmt: skip
def test_decimals_with_points_and_commas(cell: str, number: float) -> None:
    assert cells.decimal(cell) == number


@pytest.mark.parametrize(
    ("cell", "best", "stars"),
    [("0", 5, None), ("", 5, None), ("0.0", 5, None), ("5", 5, 5.0), ("5.000000", 5, 5.0),
     ("4.25", 5, 4.25), ("3,5", 5, 3.5), ("7", 10, 3.5), ("1", 100, 0.5), ("95", 100, 4.75),
     ("4.5", 4, None)],
)  # fmt: skip
def test_ratings_are_brought_to_five_stars_and_zero_is_none(
    cell: str, best: float, stars: float | None
) -> None:
    assert cells.rating(cell, best=best) == stars


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("$85.00", (85.0, None)), ("US$ 9.99", (9.99, "USD")), ("12,50 €", (12.5, "EUR")),
     ("£7.99", (7.99, "GBP")), ("EUR 3", (3.0, "EUR")), ("1,200 円", (1200.0, "JPY")),
     ("1999.0", (1999.0, None)), ("free", (None, None)), ("", (None, None))],
)  # fmt: skip
def test_money_has_a_currency_only_where_the_cell_names_one(
    cell: str, expected: tuple[float | None, str | None]
) -> None:
    assert cells.money(cell) == expected


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["7/2/25", "7/25/2017"], "MM/DD/YYYY"),
        (["25/7/2017", "2/7/2017"], "DD/MM/YYYY"),
        (["31.12.2020"], "DD/MM/YYYY"),
        (["7/2/25", "2017/01/02", "", "2017-13-13"], None),
        (["25/7/2017", "7/25/2017"], None),
    ],
)
def test_one_cell_proves_the_order_of_all_dates(dates: list[str], order: str | None) -> None:
    assert cells.slash_order(dates) == order


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("to-read", "want_to_read"), ("Plan to Read", "want_to_read"), ("A lire", "want_to_read"),
        ("currently-reading", "reading"), ("En cours", "reading"), ("On-Hold", "paused"),
        ("read", "finished"), ("Lu", "finished"), ("Already Read", "finished"),
        ("did-not-finish", "abandoned"), ("wont-finish", "abandoned"), ("Dropped", "abandoned"),
        ("fiction", None), ("", None),
    ],
)  # fmt: skip
def test_every_services_word_for_a_status(word: str, status: str | None) -> None:
    assert cells.reading_status(word) == status


@pytest.mark.parametrize(
    ("shelf", "owned"),
    [("owned", True), ("i-own", True), ("own-kindle", True), ("books-i-own", True), ("have", True),
     ("owned-to-read", True), ("not-owned", False), ("want-to-own", False), ("dont-own", False),
     ("previously-owned", False), ("have-read", False), ("brown", False), ("to-read", False)],
)  # fmt: skip
def test_shelves_that_say_owned(shelf: str, owned: bool) -> None:
    assert cells.says_owned(shelf) is owned


def test_prose_loses_its_html_but_not_its_hearts() -> None:
    text = 'A <i>fine</i> book<br/><br/>I <3 it &amp; <a href="x">you</a><p>end</p>'
    assert cells.prose(text) == "A fine book\n\nI <3 it & you\nend"
    assert cells.prose("  ") is None


def test_words_for_nothing_are_nothing() -> None:
    assert [cells.filled(text) for text in ("Not Applicable", "?", "N/A", "Ubik")] == [
        "", "", "", "Ubik",
    ]  # fmt: skip


def test_parts_stand_once() -> None:
    assert cells.parts(" a, b,,a ") == ["a", "b"]
    assert cells.parts("") == []


def test_media_addresses_yes_and_asins() -> None:
    assert cells.is_other_medium("DVD")
    assert not cells.is_other_medium("Audio CD")
    assert cells.web_address("https://a.example/x") == "https://a.example/x"
    assert cells.web_address("javascript:x") is None
    assert cells.says_yes("Yes")
    assert not cells.says_yes("0")
    assert cells.asin("B09H3GXLW1") == "B09H3GXLW1"
    assert cells.asin("978B09H3GXLW1") is None


@pytest.mark.parametrize(
    ("series", "volume", "expected"),
    [
        ("推しの子 [Oshi no Ko]", "1", ("推しの子", ["Oshi no Ko"], "1", "unknown")),
        ("The Rising of the Shield Hero (Light Novel)", "",
         ("The Rising of the Shield Hero", [], None, "light_novel")),
        ("The Warlord Chronicles (#1.0)", "", ("The Warlord Chronicles", [], "1", "unknown")),
        ("Citrus", "04", ("Citrus", [], "4", "unknown")),
        ("Citrus", "somewhere?", ("Citrus", [], None, "unknown")),
    ],
)  # fmt: skip
def test_series_columns_become_claims(
    series: str, volume: str, expected: tuple[str, list[str], str | None, str]
) -> None:
    (claim,) = series_claims(series, volume)
    assert (claim.name, claim.aliases, claim.position, claim.kind) == expected


@pytest.mark.parametrize("series", ["", " ", "()"])
def test_an_empty_series_column_claims_nothing(series: str) -> None:
    assert series_claims(series, "3") == []
