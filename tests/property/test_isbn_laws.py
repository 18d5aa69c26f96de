from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.isbn import (
    explain_isbn_cell,
    find_isbns,
    hyphenate,
    is_isbn,
    parse_isbn,
    repair_isbn,
    to_isbn10,
)
from booktrack.errors import InvalidISBN


def _with_check(twelve: str) -> str:
    total = sum((1, 3)[place % 2] * int(digit) for place, digit in enumerate(twelve))
    return twelve + str(-total % 10)


nine_digits = st.integers(0, 999_999_999).map(lambda n: f"{n:09}")
isbns = st.one_of(
    nine_digits.map(lambda body: _with_check("978" + body)),
    st.integers(100_000_000, 999_999_999).map(lambda n: _with_check(f"979{n}")),
)
cells = st.one_of(
    st.none(), st.text(max_size=20), st.integers(0, 10**14), st.floats(), isbns, nine_digits
)


@given(isbns)
def test_a_number_survives_its_hyphens_and_its_short_form(number: str) -> None:
    assert parse_isbn(number) == number
    assert parse_isbn(hyphenate(number)) == number
    short = to_isbn10(number)
    assert (short is None) == number.startswith("979")
    assert short is None or parse_isbn(short) == number


@given(isbns, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(number: str, place: int, shift: int) -> None:
    wrong = str((int(number[place]) + shift) % 10)
    assert not is_isbn(number[:place] + wrong + number[place + 1 :])


@given(st.text(max_size=40))
def test_any_text_is_an_isbn_or_refused_by_name(text: str) -> None:
    if is_isbn(text):
        assert parse_isbn(parse_isbn(text)) == parse_isbn(text)
    else:
        with pytest.raises(InvalidISBN) as refused:
            parse_isbn(text)
        assert refused.value.to_dict()["value"] == text


@given(isbns, st.text(alphabet=st.characters(exclude_categories=["N", "Pd", "Z"]), max_size=10))
def test_a_number_between_letters_is_found(number: str, noise: str) -> None:
    assert number in find_isbns(f"{noise} {number} {noise}")


@given(st.text(max_size=200))
def test_finding_never_raises_and_never_repeats(text: str) -> None:
    found = find_isbns(text)
    assert len(found) == len(set(found))
    assert all(map(is_isbn, found))


@given(cells, cells)
def test_two_cells_give_a_valid_number_or_a_reason_never_both(
    isbn: str | float | None, isbn13: str | float | None
) -> None:
    number = repair_isbn(isbn, isbn13)
    assert number is None or (is_isbn(number) and explain_isbn_cell(isbn, isbn13) is None)


@given(nine_digits.filter(lambda body: len(set(body)) > 1), st.integers(3, 12))
def test_a_shortened_number_is_rebuilt_from_its_isbn10(body: str, digits: int) -> None:
    number = _with_check("978" + body)
    short = to_isbn10(number)
    shortened = f"{int(number):.{digits - 1}E}"
    assert repair_isbn(short, shortened) == number
    assert repair_isbn("", shortened) is None
