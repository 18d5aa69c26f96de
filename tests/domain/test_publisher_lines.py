"""Numbers that count a publisher's books, not a story's."""

import pytest

from booktrack.domain.publisher_lines import is_publishers_line


@pytest.mark.parametrize(
    ("name", "books"),
    [
        ("African Writers Series", [(119, ("A",))]),
        ("British Library Crime Classics", [(12, ("A",)), (87, ("A",))]),
        ("Blue Books", [(12, ("A",)), (57, ("B",)), (90, ("C", "D"))]),
        ("Penguin Classics", [(301, ())]),
    ],
)
def test_a_line(name, books):
    assert is_publishers_line(name, books)


@pytest.mark.parametrize(
    ("name", "books"),
    [
        ("One Piece", [(113, ("Oda",))]),
        ("One Piece", [(1, ("Oda",)), (60, ("Oda",)), (113, ("Oda",))]),
        ("Blue Books", [(12, ("A",)), (57, ("B",))]),
        ("Blue Books", [(12, ("A",)), (57, ("B",)), (90, ())]),
        ("Penguin Classics", [(3, ("A",))]),
        ("Crime Classics", [(n, ("A",)) for n in range(1, 30)]),
        ("Penguin Classics", []),
    ],
)
def test_no_line(name, books):
    assert not is_publishers_line(name, books)
