from __future__ import annotations

import time

import pytest

from booktrack.domain.queries import read_query, split_position
from booktrack.errors import InvalidISBN


@pytest.mark.parametrize(
    "text",
    [
        "9780765326355",
        "978-0-7653-2635-5",
        " 978 0 7653 2635 5 ",
        "９７８０７６５３２６３５５",
        "978\u20110\u20117653\u20112635\u20115",
        "0765326353",
        "0-7653-2635-3",
        "ISBN 0765326353",
        "ISBN-13: 978-0-7653-2635-5",
        "urn:isbn:9780765326355",
        '="9780765326355"',
    ],
)
def test_an_isbn_is_read_in_every_form(text: str) -> None:
    parsed = read_query(text)
    assert (parsed.kind, parsed.isbn) == ("isbn", "9780765326355")
    assert parsed.position is None


@pytest.mark.parametrize(
    "code",
    ["]E09780765326355", "978076532635551299", "9780765326355 51299", "9780765326355+12"],
)
def test_a_scanned_code_is_read_without_its_symbology_and_price(code: str) -> None:
    assert read_query(code).isbn == "9780765326355"


@pytest.mark.parametrize("text", ["9780765326356", "ISBN 0765326354", "979-0-2600-0043-8"])
def test_a_damaged_isbn_is_refused_and_named(text: str) -> None:
    with pytest.raises(InvalidISBN) as caught:
        read_query(text)
    assert text in str(caught.value)


@pytest.mark.parametrize("text", ["0765326354", "1984", "2666", "12345", "isbn", "4006381333931"])
def test_other_numbers_are_words(text: str) -> None:
    assert read_query(text).kind == "text"


def test_an_asin_is_read_in_either_case() -> None:
    parsed = read_query("b003p2wo5e")
    assert (parsed.kind, parsed.asin) == ("asin", "B003P2WO5E")


@pytest.mark.parametrize(
    ("text", "subject", "position"),
    [
        ("one piece 12", "one piece", "12"),
        ("One Piece, Vol. 03", "One Piece", "3"),
        ("citrus vol 3", "citrus", "3"),
        ("citrus vol.3", "citrus", "3"),
        ("Citrus #3", "Citrus", "3"),
        ("Citrus, No. #3", "Citrus", "3"),
        ("Mistborn (Book 2)", "Mistborn", "2"),
        ("Berserk T03", "Berserk", "3"),
        ("Berserk tome 3", "Berserk", "3"),
        ("Berserk Band 12", "Berserk", "12"),
        ("Ведьмак том 2", "Ведьмак", "2"),
        ("進撃の巨人 第3巻", "進撃の巨人", "3"),
        ("進撃の巨人3巻", "進撃の巨人", "3"),
        ("進撃の巨人３", "進撃の巨人", "3"),
        ("나루토 3권", "나루토", "3"),
        ("Monster vol. 1,5", "Monster", "1.5"),
        ("Monster 1.5", "Monster", "1.5"),
        ("Monster 0", "Monster", "0"),
        ("Monster vol. 0.5", "Monster", "0.5"),
        ("One Piece 01-03", "One Piece", "1-3"),
        ("One Piece vol 1 – 3", "One Piece", "1-3"),
        ("Catch 22", "Catch", "22"),
    ],
)
def test_a_trailing_position_is_a_hint(text: str, subject: str, position: str) -> None:
    parsed = read_query(text)
    assert (parsed.kind, parsed.subject, parsed.position) == ("text", subject, position)


@pytest.mark.parametrize(
    "text", ["86", "1984", "orwell 1984", "vol 3", "Vol. 3", "#3", "Henry V", "T2 12345", "", "!!!"]
)
def test_a_number_that_is_the_title_or_a_year_is_no_position(text: str) -> None:
    assert split_position(text) == (text, None)


@pytest.mark.parametrize("sign", ["(", "-", "[", ":", "第", "1-", " #"])
def test_a_long_text_of_signs_is_read_at_once(sign: str) -> None:
    began = time.process_time()
    split_position(sign * 50_000)
    assert time.process_time() - began < 0.5


def test_the_number_behind_a_long_title_is_found() -> None:
    title = "That Time " * 60
    assert split_position(f"{title}Vol. 12") == (title.strip(), "12")


def test_the_whole_text_is_kept_clean() -> None:
    parsed = read_query("  one \t piece\u200b 12 ")
    assert parsed.text == "one piece 12"
    assert read_query("").text == ""
