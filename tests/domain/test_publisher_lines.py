"""Numbers that count a publisher's books, not a story's."""

import pytest

from booktrack.domain.publisher_lines import is_publishers_line


@pytest.mark.parametrize(
    ("name", "books"),
    [
        ("African Writers Series", [(119, ("A",))]),
        ("British Library Crime Classics", [(12, ("A",)), (87, ("A",))]),
        ("Blue Books", [(12, ("A",)), (57, ("B",)), (90, ("C", "D"))]),
        ("Blue Books", [(5, ("A",)), (9, ("B",)), (14, ("C",))]),
        ("Blue Books", [(1, ("A",)), (9, ("B",)), (24, ("C",))]),
        ("Penguin Classics", [(301, ())]),
        ("Penguin Classics", [(3, ("A",))]),
        ("Penguin Classics", [(3, ("A",)), (4, ("B",))]),
        ("Everyman's Library", [(12, ("A",))]),
        ("Penguin Essentials", [(12, ("A",))]),
        ("Fischer Klassik", [(7, ("A",))]),
        ("Pocket Penguins", [(44, ("A",))]),
        ("Object Lessons", [(40, ("A",))]),
        ("33 1/3", [(86, ("A",))]),
        ("The Invisible Library", [(40, ("A",)), (60, ("A",))]),
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
        ("Blue Books", [(1, ("A",)), (9, ("B",)), (14, ("C",))]),
        ("Blue Books", [(5, ("A",)), (9, ("B",)), (11, ("C",))]),
        ("Blue Books", [(5, ("A",)), (9, ("A",)), (14, ("C",))]),
        ("Hellblazer", [(1, ("Delano",)), (5, ("Ennis",))]),
        ("The Invisible Library", [(8, ("Cogman",))]),
        ("Penguin Classics", [(1, ("A",)), (2, ("A",)), (4, ("A",))]),
        ("Crime Classics", [(n, ("A",)) for n in range(1, 30)]),
        ("Penguin Classics", []),
    ],
)
def test_no_line(name, books):
    assert not is_publishers_line(name, books)
