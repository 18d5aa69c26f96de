"""The documents of the library, checked on the way in and lean on the way out."""

import pytest

from booktrack.domain.models import Book, Claim, Edition
from booktrack.errors import InvalidDocument


class Word(str):
    """A text of a type of its own, as parsers of markup return them."""


def test_a_text_of_another_type_is_stored_as_plain_text():
    book = Book(title="Dune", alternatives={"title": [Claim(value=Word("Doon"), source="x")]})
    (claim,) = book.dump()["alternatives"]["title"]
    assert type(claim["value"]) is str


def test_what_says_nothing_is_left_out_and_the_specifications_fields_stay():
    told = Edition(book_id=1, price=0.0).dump()
    assert told["price"] == 0.0
    assert told["isbn_13"] is None
    assert "language" not in told


def test_a_typo_is_refused_and_named():
    with pytest.raises(InvalidDocument, match="titel"):
        Book.check({"titel": "Dune"})
