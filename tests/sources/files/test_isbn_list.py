from __future__ import annotations

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files import isbn_list
from booktrack.sources.files.registry import detect, read_export
from support.exports import edition_of, outcomes, work_of


@pytest.mark.parametrize(
    "text",
    [
        "9780140143508\n0-14-014350-5\n",
        "ISBN\n9780140143508\n978-0-14-014350-8",
        "9780140143508, 0140143505",
        '"9780140143508"\r\n="9780140143508"',
        "ISBN-13;\n9780140143508;\n9780140143508;\n",
    ],
)
def test_numbers_one_a_line_or_parted_by_commas_are_books(text: str) -> None:
    assert detect(text.encode())[0][0] == "isbn_list"
    rows = read_export(text.encode()).rows
    assert [edition_of(row).isbns for row in rows] == [["9780140143508"]] * 2
    assert {work_of(row).title for row in rows} == {"[ISBN 9780140143508]"}
    assert {row.status for row in rows} == {"own"}


def test_a_number_that_is_none_fails_with_the_reason() -> None:
    data = b"9780140143508\n9780140143505\n9780140143508\n9780140143508\n"
    (_, error) = outcomes(data)[1]
    assert error is not None
    assert error.startswith("no ISBN: '9780140143505': its check digit is 5")
    assert outcomes(b"=\n", "isbn_list") == []


def test_more_numbers_than_a_library_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isbn_list, "MAX_ROWS", 1)
    with pytest.raises(InvalidFile, match="more than 1 entries"):
        read_export(b"9780140143508\n" * 3)
