"""What scanners send, and what is no book's."""

import pytest

from booktrack.domain.barcodes import read_barcode
from booktrack.errors import InvalidISBN

KINGS = "9780765326355"


@pytest.mark.parametrize(
    "code",
    [
        KINGS,
        "978-0-7653-2635-5",
        "9780765326355 52999",
        "978076532635552999",
        "9780765326355+05",
        "EAN 9780765326355",
        "]E09780765326355",
        "]E3978076532635552999",
        "0765326353",
        " ９７８０７６５３２６３５５ ",
        "ISBN 0-7653-2635-3",
        "09780765326355",
        "]C109780765326355",
        "(01)09780765326355",
        "0109780765326355",
    ],
)
def test_every_form_that_a_scanner_sends_is_read(code: str) -> None:
    assert read_barcode(code) == KINGS


@pytest.mark.parametrize(
    "code", ["071831004956 17013", "07183100495617013", "0071831004956 17013", "071831004956>17013"]
)
def test_the_upc_of_an_older_paperback_is_its_isbn(code: str) -> None:
    assert read_barcode(code) == "9780425170137"


def test_a_longer_publishers_number_leaves_fewer_digits_of_the_addon() -> None:
    assert read_barcode("071125005997 87123") == "9780886771232"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("071831004956", "without its add-on"),
        ("036000291452 12345", "no UPC of a publisher"),
        ("9770317847001", "magazine"),
        ("5901234123457", "another product"),
        ("9790230671187", "sheet music"),
        ("9780765326354", "check digit"),
        ("", "empty"),
        ("hello", "more than digits"),
        (9780765326355, "A barcode is text"),
        (None, "A barcode is text"),
    ],
)
def test_what_is_no_books_barcode_is_refused_by_name(code: object, reason: str) -> None:
    with pytest.raises(InvalidISBN, match=reason):
        read_barcode(code)  # type: ignore[arg-type]  # the point of the test
