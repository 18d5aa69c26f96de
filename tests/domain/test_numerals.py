from __future__ import annotations

import pytest

from booktrack.domain.numerals import flatten, read_numeral


@pytest.mark.parametrize(
    ("token", "number"),
    [
        ("3", "3"),
        ("03", "3"),
        ("000", "0"),
        ("1.0", "1"),
        ("1.10", "1.10"),
        ("0,5", "0.5"),
        ("１５", "15"),
        ("๑๒", "12"),
        ("½", "0.5"),
        ("2¼", "2.25"),
        ("XIV", "14"),
        ("xl", "40"),
        ("Ⅳ", "4"),
        ("③", "3"),
        ("Three", "3"),
        ("zweites", "2"),
        ("première", "1"),
        ("Dix-Sept", "17"),
        ("третья", "3"),
        ("четвёртая", "4"),
        ("Twenty-One", "21"),
        ("thirty", "30"),
        ("三", "3"),
        ("二十一", "21"),
        ("百二", "102"),
        ("一〇", "10"),
        ("参", "3"),
    ],
)
def test_a_number_is_read_however_it_is_written(token: str, number: str) -> None:
    assert read_numeral(token) == number


@pytest.mark.parametrize(
    "token", ["", "Blue", "1e3", "3rd", "1.2.3", "x½", "iI", "twenty-ten", "1234567", "mix"]
)
def test_any_other_word_is_no_number(token: str) -> None:
    assert read_numeral(token) is None


def test_flat_text_is_as_long_as_the_printed_one() -> None:
    printed = "魔法（１５）～“Ｘ”—’"
    assert flatten(printed) == '魔法(15)~"X"-\''
    assert len(flatten(printed)) == len(printed)
