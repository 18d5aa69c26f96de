"""What kind of identifier a text is: ISBN, ASIN, UPC, ISSN or the id of a site."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NewType
from urllib.parse import unquote

from stdnum import ean, issn

from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.text import clean
from booktrack.errors import InvalidInput, shown

ASIN = NewType("ASIN", str)
"""Amazon's own number: B and nine capitals or digits. A printed book's ASIN is its ISBN-10."""

Kind = Literal["isbn", "asin", "upc", "issn"]

_ASIN = re.compile(r"B[0-9A-Z]{9}")
# The address forms that lead to one product, on every Amazon domain.
_AMAZON_PATH = re.compile(
    r"(?:/dp|/gp/product|/gp/aw/d|/exec/obidos/asin|/exec/obidos/tg/detail/-|/o/asin|/product"
    r"|/product-reviews|/pd(?:/[^/?#]+)?)"
    r"/(?:product/)?([0-9A-Z]{10})(?![0-9A-Z])",
    re.IGNORECASE,
)
_AMAZON_QUERY = re.compile(r"[?&]asins?=([0-9A-Z]{10})(?![0-9A-Z])", re.IGNORECASE)
_AMAZON_HOST = re.compile(
    r"^(?:https?://)?(?:[\w-]+\.)*(?:amazon|amzn|audible)\.[a-z.]{2,6}(?=[/:?])", re.IGNORECASE
)
_OPENLIBRARY = re.compile(r"(?<![0-9A-Z])OL[1-9][0-9]*[AMWLS](?![0-9A-Z])", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"(?:^|[/:=])([0-9]+)(?:[-.?#/]|$)")


def parse_asin(text: str) -> ASIN | None:
    """Return the ASIN in capitals, or None; an ISBN-10 is an ISBN, not an ASIN.

    >>> parse_asin(" b09h3gxlw1 "), parse_asin("0140143505")
    ('B09H3GXLW1', None)
    """
    bare = re.sub(r"^ASIN\s*[:=]?\s*", "", unicodedata.normalize("NFKC", clean(text)).upper())
    # A word of ten letters such as "Bookseller" has the shape too, but no ASIN lacks a digit.
    return ASIN(bare) if _ASIN.fullmatch(bare) and re.search(r"[0-9]", bare) else None


def classify(text: str) -> tuple[Kind | None, str]:
    """Return what a query or a scanner's output is, and its normal form.

    A barcode's add-on of two or five digits (the printed price) is cut off, whether it stands
    apart or has run together with the number. What is no identifier comes back as it was.

    >>> classify("EAN 9780765326355 52999")
    ('isbn', '9780765326355')
    >>> classify("036000291452"), classify("The Hobbit")
    (('upc', '036000291452'), (None, 'The Hobbit'))
    """
    bare = re.sub(
        r"^(?:EAN|GTIN|UPC)(?:-?1[0-4]|-?8|-?A)?(?=[\s:])\s*:?\s*", "", clean(text), flags=re.I
    )
    if is_isbn(bare):
        return "isbn", parse_isbn(bare)
    asin = parse_asin(bare)
    if asin:
        return "asin", asin
    digits = _digits(bare)
    for length in (18, 15):
        if len(digits) == length and is_isbn(digits[:13]):
            return "isbn", parse_isbn(digits[:13])
    return _other_barcode(bare, digits) or (None, text)


def _digits(text: str) -> str:
    """Return the digits of a text that holds nothing but digits, blanks, plus and hyphens."""
    plain = unicodedata.normalize("NFKC", text)
    return re.sub(r"[^0-9]", "", plain) if re.fullmatch(r"[0-9\s+>-]+", plain) else ""


def _other_barcode(bare: str, digits: str) -> tuple[Kind, str] | None:
    number = re.sub(r"^ISSN\s*:?\s*", "", bare, flags=re.I).upper()
    # Eight bare digits are more often a date or a site's id.
    shape = r"[0-9]{4}-[0-9]{3}[0-9X]" if number == bare.upper() else r"[0-9]{4}-?[0-9]{3}[0-9X]"
    if re.fullmatch(shape, number) and issn.is_valid(number):
        return "issn", issn.format(number)
    # Magazines carry their ISSN in an EAN-13 that begins with 977.
    if len(digits) in (13, 15, 18) and digits.startswith("977") and ean.is_valid(digits[:13]):
        return "issn", issn.format(digits[3:10] + issn.calc_check_digit(digits[3:10]))
    for length in (12, 14, 17):
        if len(digits) == length and ean.is_valid(digits[:12]):
            return "upc", digits[:12]
    if len(digits) == 13 and digits.startswith("0") and ean.is_valid(digits):
        return "upc", digits[1:]
    return None


def identifier_key(scheme: str, value: str) -> str:
    """Return the one spelling under which an identifier is stored and found.

    >>> identifier_key("isbn_10", "0-14-014350-5"), identifier_key("ASIN", "b09h3gxlw1")
    ('isbn:9780140143508', 'asin:B09H3GXLW1')
    >>> identifier_key("Goodreads", "https://www.goodreads.com/book/show/100365-the-mote")
    'goodreads:100365'
    >>> identifier_key("openlibrary_id", "/books/OL1M")
    'openlibrary:OL1M'

    Raises:
        InvalidISBN: The scheme is an ISBN's and the value is none.
        InvalidInput: The value is empty, or has not the shape that its scheme demands.
    """
    name = _scheme(scheme)
    text = clean(value)
    if name == "isbn":
        return f"isbn:{parse_isbn(text)}"
    if name == "asin":
        # A printed book's ASIN is its ISBN-10, and must be found as such.
        return f"isbn:{parse_isbn(text)}" if is_isbn(text) else f"asin:{_need(name, text)}"
    if name == "openlibrary":
        return f"openlibrary:{_need(name, text)}"
    if name == "goodreads":
        number = _NUMBER_AT_END.search(text)
        text = number[1].lstrip("0") if number else text
    if not text or not name:
        raise InvalidInput(f"An identifier needs a scheme and a value: {shown((scheme, value))}.")
    return f"{name}:{text}"


@lru_cache(maxsize=256)
def _scheme(scheme: str) -> str:
    name = clean(scheme).lower().replace("-", "_").removesuffix("_id")
    if name in ("isbn_10", "isbn_13", "isbn10", "isbn13", "ean"):
        return "isbn"
    if name in ("amazon", "mobi_asin", "audible", "audible_asin", "kindle") or re.fullmatch(
        r"amazon_[a-z]{2}", name
    ):
        return "asin"
    return {"ol": "openlibrary", "open_library": "openlibrary"}.get(name, name)


def _need(name: str, text: str) -> str:
    found = parse_asin(text) if name == "asin" else openlibrary_key(text)
    if found is None:
        example = "B09H3GXLW1" if name == "asin" else "OL45804W"
        raise InvalidInput(f"Not an {name} identifier: {shown(text)}; one looks like {example}.")
    return found


def amazon_identifier(url: str) -> str | None:
    """Return the ISBN-10 or ASIN in an Amazon or Audible address, as written, or None.

    >>> amazon_identifier("https://www.amazon.de/Some-Title/dp/B09H3GXLW1?tag=x")
    'B09H3GXLW1'
    """
    address = unquote(clean(url))
    if not _AMAZON_HOST.search(address):
        return None
    for pattern in (_AMAZON_PATH, _AMAZON_QUERY):
        for match in pattern.finditer(address):
            number = match[1].upper()
            if parse_asin(number) or is_isbn(number):
                return number
    return None


def openlibrary_key(text: str) -> str | None:
    """Return the bare Open Library id of a key, a path or an address, or None.

    >>> openlibrary_key("/works/OL45804W"), openlibrary_key("https://openlibrary.org/books/OL1M/X")
    ('OL45804W', 'OL1M')
    """
    match = _OPENLIBRARY.search(text)
    return match[0].upper() if match else None
