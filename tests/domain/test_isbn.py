from __future__ import annotations

import csv
import io
import time
from pathlib import Path

import pytest

from booktrack.domain.isbn import (
    explain_isbn_cell,
    find_isbns,
    hyphenate,
    is_isbn,
    parse_isbn,
    repair_isbn,
    to_isbn10,
)
from booktrack.errors import InvalidInput, InvalidISBN

CHARING_CROSS = "9780140143508"


@pytest.mark.parametrize(
    "text",
    [
        "9780140143508",
        "978-0-14-014350-8",
        "978 0 14 014350 8",
        "978\u20110\u201114\u2013014350\u22128",
        "978\u00a00140143508",
        "９７８－０１４０１４３５０８",
        "  9780140143508\ufeff\n",
        "ISBN 9780140143508",
        "ISBN:9780140143508",
        "isbn-13: 978-0140143508",
        "ISBN13 9780140143508",
        "ISBN-10: 0-14-014350-5",
        "eISBN: 9780140143508",
        "urn:isbn:9780140143508",
        "URN:ISBN:0140143505",
        "0140143505",
        "0 14 014350 5",
    ],
)
def test_every_spelling_of_one_number_is_the_same_isbn(text: str) -> None:
    assert parse_isbn(text) == CHARING_CROSS
    assert is_isbn(text)


@pytest.mark.parametrize("text", ["080442957X", "080442957x", "0-8044-2957-Ｘ"])
def test_the_check_digit_x_is_read_in_either_case_and_width(text: str) -> None:
    assert parse_isbn(text) == "9780804429573"


def test_a_number_that_only_looks_like_a_label_stays_whole() -> None:
    assert parse_isbn("ISBN 1302905538") == "9781302905538"


@pytest.mark.parametrize("number", ["9798400900136", "9791032700082", "9791190090018"])
def test_979_numbers_of_countries_are_books_without_an_isbn10(number: str) -> None:
    assert to_isbn10(parse_isbn(number)) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        (" - ", "it is empty"),
        ("978014014350", "it has 12 digits"),
        ("140143505", "it has 9 digits"),
        ("9780140143505", "its check digit is 5 where 8 would be right"),
        ("0140143508", "its check digit is 8 where 5 would be right"),
        ("0804429571", "its check digit is 1 where X would be right"),
        ("9790060115615", "sheet music"),
        ("4006381333931", "begins with 978 or 979"),
        ("978014X143508", "more than digits"),
        ("978.0140143508", "more than digits"),
        ("The Hobbit", "more than digits"),
        ("B00FU0M3ZU", "more than digits"),
        ("9780140143508 9780140143508", "it has 26 digits"),
    ],
)
def test_what_is_not_an_isbn_is_refused_with_its_value_and_the_reason(text: str, why: str) -> None:
    with pytest.raises(InvalidISBN) as refused:
        parse_isbn(text)
    assert why in str(refused.value)
    assert repr(text) in str(refused.value)
    assert refused.value.to_dict()["value"] == text
    assert not is_isbn(text)


@pytest.mark.parametrize("value", [9780140143508, None, b"9780140143508"])
def test_what_is_not_text_is_refused_by_its_type(value: object) -> None:
    with pytest.raises(InvalidISBN, match=type(value).__name__):
        parse_isbn(value)  # type: ignore[arg-type]  # the point of the test
    assert not is_isbn(value)  # type: ignore[arg-type]  # the point of the test


def test_an_isbn13_gives_its_isbn10() -> None:
    assert to_isbn10("9780140143508") == "0140143505"
    assert to_isbn10("978-0-8044-2957-3") == "080442957X"


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("9780140143508", "978-0-14-014350-8"),
        ("0140143505", "978-0-14-014350-8"),
        ("9784088820118", "978-4-08-882011-8"),
        ("9786600000008", "9786600000008"),
    ],
)
def test_hyphens_stand_where_the_range_is_known_and_nowhere_else(number: str, shown: str) -> None:
    assert hyphenate(number) == shown


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("nothing here, call 555-0199", []),
        ("https://skoolib.net/share/books/x*library2026-01-05T10:00:00.000Z.19781975363178A", []),
        ("https://skoolib.net/share/books/x.9781975363178A", ["9781975363178"]),
        ("<a href='/b/9780140143508'>978-0-14-014350-8</a>", [CHARING_CROSS]),
        ("978 0 14 014350 8, ISBN 978&#8209;1&#8209;975363&#8209;17&#8209;8", None),
        ("9780140143508 52999", [CHARING_CROSS]),
        ("978014014350852999", []),
        ("9780140143505", []),
        ("9790060115615", []),
        ("９７８０１４０１４３５０８", [CHARING_CROSS]),
        ("0140143505", [CHARING_CROSS]),
        ("ISBN:0140143505.", [CHARING_CROSS]),
        ("amazon.com/dp/0140143505/ref=1", [CHARING_CROSS]),
        ("080442957x\n0-14-014350-5", ["9780804429573", CHARING_CROSS]),
        ('{"isbn_10": ["0140143505"]}', [CHARING_CROSS]),
        ('{"ts":0140143505, "u": "/0140143505/"}', []),
        ("0140143505.75 and 0140143505a and x0140143505", []),
        ("call 0-14-0143505, or 0-140-14350-5-1", []),
        ("0000000000 1111111111", []),
        ("978-0-14-014350-5", []),
        ("978 0140143508 0", [CHARING_CROSS]),
        ("9781975363178 then 0140143505 then 9781975363178", ["9781975363178", CHARING_CROSS]),
    ],
)
def test_valid_numbers_are_found_in_noisy_text(text: str, found: list[str] | None) -> None:
    assert find_isbns(text) == ([CHARING_CROSS, "9781975363178"] if found is None else found)


@pytest.mark.parametrize(
    "unit", ["9", "978 ", "978-0-14-014350-5 ", "0 1 2 3 ", "0-0-0-", "\u00a0"]
)
def test_finding_takes_time_linear_in_the_text(unit: str) -> None:
    def seconds(size: int) -> float:
        text = unit * (size // len(unit))
        started = time.perf_counter()
        assert find_isbns(text) == []
        return time.perf_counter() - started

    seconds(10_000)
    assert seconds(400_000) < 40 * max(seconds(40_000), 0.002)


@pytest.mark.parametrize(
    ("isbn", "isbn13", "repaired"),
    [
        ('="0140143505"', '="9780140143508"', CHARING_CROSS),
        ("=0140143505", "", CHARING_CROSS),
        ('"=""0140143505"""', None, CHARING_CROSS),
        ("[0140143505]", "", CHARING_CROSS),
        ("'0140143505", "", CHARING_CROSS),
        ("", "9780140143508.0", CHARING_CROSS),
        ("", 9780140143508, CHARING_CROSS),
        ("", 9780140143508.0, CHARING_CROSS),
        (140143505, None, CHARING_CROSS),
        (140143505.0, float("nan"), CHARING_CROSS),
        ("80442957X.", "", "9780804429573"),
        ("9780140143508", "", CHARING_CROSS),
        ("", "0140143505", CHARING_CROSS),
        ("9780140143508", "0140143505", CHARING_CROSS),
        ("", "9.780140143508E+12", CHARING_CROSS),
        ("", "9,780140143508e12", CHARING_CROSS),
        ("0140143505", "9.78014E+12", CHARING_CROSS),
        ("0140143505", "9,78E+12", CHARING_CROSS),
        ("0140143505", "9780140000000.0", CHARING_CROSS),
        ("140143505", "9.78014E+12", CHARING_CROSS),
        ("60853980", "9.78006E+12", "9780060853983"),
        ("7491565", "9.78001E+12", "9780007491568"),
        ("99448475", "9.7801E+12", "9780099448471"),
        ("989671798", "989671798", "9780989671798"),
        ("0140143505", "1.23E+12", CHARING_CROSS),
        ("0140143505", "9780140143505", CHARING_CROSS),
        ("0140143505", "9781975363178", "9781975363178"),
        ("9.78014E+12", "9780140143508", CHARING_CROSS),
    ],
)
def test_a_damaged_cell_is_repaired_where_the_cells_decide_it(
    isbn: str | float | None, isbn13: str | float | None, repaired: str
) -> None:
    assert repair_isbn(isbn, isbn13) == repaired
    assert explain_isbn_cell(isbn, isbn13) is None


@pytest.mark.parametrize(
    ("isbn", "isbn13", "why"),
    [
        ("", "9.78409E+12", "kept only the first digits"),
        ("9.78053E+12", None, "kept only the first digits"),
        ("", 9780140000000.0, "kept only the first digits"),
        ("", "9.78043902348E+12", "kept only the first digits"),
        ("", "9.780140143505E+12", "kept only the first digits"),
        ("0140143505", "9.78006E+12", "name different numbers"),
        ("140143505", "9.79884E+12", "name different numbers"),
        ("38549081", "", "8 digits"),
        ("60853980", "", "2 zeros may be lost in front"),
        ("60853980", "9.78E+12", "kept only the first digits"),
        ("", "140143505", "may be lost in front"),
        ("19268899", "19268899", "8 digits"),
        ("0000000000", "", "placeholder"),
        ("9780140143505", "", "8 would be right"),
        ("97829176236", "", "11 digits"),
        ("", "1230003209110", "another product's number"),
        ("", "9790060115615", "sheet music"),
        ("B00FU0M3ZU", "B00FU0M3ZU", "more than digits"),
        ("AlexisGlyn", "Contributor", "'Contributor'"),
        ("978B09H3GXLW1", None, "more than digits"),
        (True, None, "more than digits"),
        (1.5, None, "more than digits"),
    ],
)
def test_a_cell_that_decides_nothing_gives_the_reason_and_no_number(
    isbn: str | float | None, isbn13: str | float | None, why: str
) -> None:
    assert repair_isbn(isbn, isbn13) is None
    assert why in str(explain_isbn_cell(isbn, isbn13))


@pytest.mark.parametrize("empty", ["", None, '=""', "  ", float("nan"), float("inf"), "[]"])
def test_empty_cells_give_neither_a_number_nor_a_reason(empty: str | float | None) -> None:
    assert repair_isbn(empty, empty) is None
    assert explain_isbn_cell(empty, empty) is None


def test_the_excel_damaged_goodreads_file_is_repaired_but_for_six_rows(shared: Path) -> None:
    text = (shared / "exports/goodreads/09.csv").read_text("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if "E+" in row["ISBN13"]]
    lost = [row for row in rows if repair_isbn(row["ISBN"], row["ISBN13"]) is None]
    assert (len(rows), len(lost)) == (523, 6)
    assert all(not row["ISBN"] for row in lost)


@pytest.mark.parametrize("text", [None, 9780140143508, b"9780140143508"])
def test_isbns_are_found_in_text_only(text) -> None:
    with pytest.raises(InvalidInput, match="found in text"):
        find_isbns(text)


def test_a_text_of_megabytes_is_no_isbn_and_not_kept() -> None:
    with pytest.raises(InvalidISBN, match="too long"):
        parse_isbn("9" * 10_000_000)
