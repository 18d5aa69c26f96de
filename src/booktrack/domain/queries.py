"""What a person typed or scanned, read: an ISBN, an ASIN, or words with perhaps a volume number."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from booktrack.domain.isbn import ISBN13, is_isbn, parse_isbn
from booktrack.domain.text import clean

_LABELLED = re.compile(r"(?:urn:\s*)?e?-?isbn\b", re.IGNORECASE)
_ASIN = re.compile(r"B0[0-9A-Z]{8}", re.IGNORECASE)
# Scanners may send the symbology first (AIM "]E0", "]E4") and the price add-on of 2 or 5 digits
# behind the 13 digits, with a blank, a plus or nothing between.
_SCANNED = re.compile(r"(?:\]E[04])?(?P<ean>97[89][0-9]{10})(?:[0-9]{2}|[0-9]{5})?")
_EAN_SHAPE = re.compile(r"97[89][0-9]{10}")
_BETWEEN_DIGITS = re.compile(r"[\s+\-\u2010-\u2015\u2212]")

_MARKERS = (
    "volumes?|vols?|v|numbers?|num|no|nr|n[°º]|tomes?|tomos?|t|b(?:an)?d|books?|bk|parts?|pt|teil"
    "|buch|deel|livres?|libros?|том|т|часть|книга"
)
_NUMBER = r"[0-9]{1,4}(?:[.,][0-9]{1,2})?(?:\s*[-–—~]\s*[0-9]{1,4})?"
_MARKED = re.compile(
    rf"(?P<subject>.*?\S)(?:[\s,:;(\[-]+(?:{_MARKERS})(?:\.\s*|\s+|(?=[0-9]))#?|[\s,:;(\[]*#\s*)"
    rf"(?P<number>{_NUMBER})[)\]]*",
    re.IGNORECASE,
)
_EASTERN = re.compile(
    rf"(?P<subject>.*?[^\s第제])\s*[第제]?\s*(?P<number>{_NUMBER})\s*[巻卷册冊集권]"
)
# A bare number of four digits is more often a year or a title ("orwell 1984") than a volume.
_BARE = re.compile(
    r"(?P<subject>.*?[^\s,:;-])(?:[\s,:;-]+|(?<=[\u3041-\u30ff\u4e00-\u9fff\uac00-\ud7a3]))"
    r"(?P<number>[0-9]{1,3}(?:\.[0-9]|[-–—~][0-9]{1,3})?)"
)
_END = 200
_ONLY_A_MARKER = re.compile(rf"(?:{_MARKERS})\.?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query read: `text` is the whole of it, cleaned; the rest is what was recognised in it."""

    kind: Literal["isbn", "asin", "text"]
    text: str
    isbn: ISBN13 | None = None
    asin: str | None = None
    subject: str = ""
    """The text without its trailing position; equal to `text` where there is none."""
    position: str | None = None
    """A trailing volume number such as "12" or "1-3": a hint, for "Catch 22" has one too."""


def read_query(text: str) -> ParsedQuery:
    """Return what the text asks for: an ISBN, an ASIN, or words with perhaps a volume number.

    Raises:
        InvalidISBN: The text can only be meant as an ISBN (it says so, or has 13 digits that begin
            with 978 or 979), but is not a valid one.

    >>> read_query("978-0-7653-2635-5").isbn
    '9780765326355'
    >>> read_query("citrus vol. 3").position, read_query("1984").position
    ('3', None)
    """
    shown = clean(text)
    bare = unicodedata.normalize("NFKC", shown).strip("=\"' ")
    isbn = _read_isbn(bare)
    if isbn:
        return ParsedQuery("isbn", shown, isbn=isbn, subject=shown)
    if _ASIN.fullmatch(bare):
        return ParsedQuery("asin", shown, asin=bare.upper(), subject=shown)
    subject, position = split_position(shown)
    return ParsedQuery("text", shown, subject=subject, position=position)


def _read_isbn(bare: str) -> ISBN13 | None:
    if _LABELLED.match(bare) and any(char.isdigit() for char in bare):
        return parse_isbn(bare)
    compact = _BETWEEN_DIGITS.sub("", bare)
    scanned = _SCANNED.fullmatch(compact)
    if scanned and (compact != scanned["ean"] or is_isbn(compact)):
        return parse_isbn(scanned["ean"])
    if _EAN_SHAPE.fullmatch(compact):
        return parse_isbn(bare)
    return parse_isbn(compact) if len(compact) == 10 and is_isbn(compact) else None


def split_position(text: str) -> tuple[str, str | None]:
    """Return the text without its trailing volume number, and the number or None.

    A number alone is a title ("86"), and a bare one of four digits a year or a title.

    >>> split_position("One Piece, Vol. 03"), split_position("2666")
    (('One Piece', '3'), ('2666', None))
    """
    bare = unicodedata.normalize("NFKC", clean(text))
    # Only the end is looked at: the patterns take the square of a length to say no.
    head, end = bare[:-_END], bare[-_END:]
    for pattern in (_MARKED, _EASTERN, _BARE):
        found = pattern.fullmatch(end)
        if found and _names_something(head + found["subject"]):
            return (head + found["subject"]).strip(), _tidy_number(found["number"])
    return bare, None


def _names_something(subject: str) -> bool:
    return any(map(str.isalnum, subject)) and not _ONLY_A_MARKER.fullmatch(subject.strip())


def _tidy_number(number: str) -> str:
    """Return the position as the library writes it: "03" is "3", "1,5" is "1.5"."""
    plain = re.sub(r"\s*[-–—~]\s*", "-", number.replace(",", "."))
    return re.sub(r"(?<![0-9.])0+(?=[0-9])", "", plain)
