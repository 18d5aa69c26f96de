"""What the barcode on a book says: an ISBN, or on older American paperbacks the publisher's UPC."""

from __future__ import annotations

import re
import unicodedata

from stdnum import ean

from booktrack.domain.identifiers import classify
from booktrack.domain.isbn import ISBN13, parse_isbn
from booktrack.domain.text import clean
from booktrack.errors import InvalidISBN, shown

# Until about 2008 mass-market paperbacks bore a UPC that is the same for all books of a price. Its
# first six digits are the publisher, whose ISBNs begin as said here; the five digits of the add-on
# are the end of the ISBN. The pairs are common knowledge among readers of barcodes.
_PUBLISHERS = {
    "014794": "08041", "018926": "0445", "027778": "0449", "037145": "0812", "042799": "0785",
    "043144": "0688", "044903": "0312", "045863": "0517", "046594": "0064", "047132": "0152",
    "051487": "08167", "051488": "0140", "060771": "0002", "065373": "0373", "070992": "0523",
    "070993": "0446", "070999": "0345", "071001": "0380", "071009": "0440", "071125": "088677",
    "071136": "0451", "071149": "0451", "071152": "0515", "071162": "0451", "071268": "08217",
    "071831": "0425", "071842": "08439", "072742": "0441", "076714": "0671", "076783": "0553",
    "076814": "0449", "078021": "0872", "079808": "0394", "090129": "0679", "099455": "0061",
    "099769": "0451",
}  # fmt: skip
# Scanners may send the symbology first (AIM "]E0", "]E3", "]C1"), and what they were told to.
_SYMBOLOGY = re.compile(r"^\](?:[A-Za-z]\d)+")
# Some send every code as a GTIN-14, alone or behind the mark of one: "(01)09780765326355".
_GTIN_14 = re.compile(r"(?:\(01\)|01)?0(?P<ean>97[89][0-9]{10})")
_UPC_WITH_ADDON = re.compile(r"0?(?P<upc>[0-9]{12})(?P<addon>[0-9]{5})")


def read_barcode(code: str) -> ISBN13:
    """Return the ISBN that a scanned or typed barcode stands for.

    Reads EAN-13 with and without its price add-on, an ISBN-10, and the UPC of an older American
    paperback together with its add-on of five digits.

    >>> read_barcode("9780765326355 52999"), read_barcode("]E00765326353")
    ('9780765326355', '9780765326355')
    >>> read_barcode("071831004956 17013")
    '9780425170137'

    Raises:
        InvalidISBN: It is another product's code, or was misread; the message says which.
    """
    if not isinstance(code, str):
        raise InvalidISBN(f"A barcode is text, not {shown(code)}.", value=shown(code))
    bare = _SYMBOLOGY.sub("", unicodedata.normalize("NFKC", clean(code)))
    wide = _GTIN_14.fullmatch(bare)
    kind, number = classify(wide["ean"] if wide else bare)
    if kind == "isbn":
        return parse_isbn(number)
    found = _UPC_WITH_ADDON.fullmatch(re.sub(r"[\s+>-]", "", bare))
    if found and ean.is_valid(found["upc"]):
        return _of_paperback(code, found["upc"], found["addon"])
    if kind == "upc":
        raise _not_a_book(
            code, "it is a UPC without its add-on; type the five small digits beside it too"
        )
    if kind == "issn":
        raise _not_a_book(code, "it is a magazine's number (ISSN)")
    return parse_isbn(bare)


def _of_paperback(code: str, upc: str, addon: str) -> ISBN13:
    prefix = _PUBLISHERS.get(upc[:6])
    if prefix is None:
        raise _not_a_book(
            code, "it is no UPC of a publisher that is known; type the ISBN from the imprint"
        )
    core = prefix + addon[-(9 - len(prefix)) :]
    return parse_isbn("978" + core + ean.calc_check_digit("978" + core))


def _not_a_book(code: str, reason: str) -> InvalidISBN:
    return InvalidISBN(f"Not a book's barcode: {shown(code)}: {reason}.", value=code, reason=reason)
