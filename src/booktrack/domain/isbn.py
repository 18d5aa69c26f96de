"""ISBNs: checked, converted, hyphenated, found in noisy text and repaired in damaged cells."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from math import isfinite
from operator import mul
from typing import NewType

from stdnum import isbn as stdnum_isbn

from booktrack.domain.text import clean
from booktrack.errors import InvalidInput, InvalidISBN, shown

ISBN13 = NewType("ISBN13", str)
"""Thirteen digits without hyphens, checked: what every other module stores and compares."""

Cell = str | int | float | None

_LABEL = re.compile(r"(?:urn:\s*isbn:|e?-?isbn(?:[-\s]?1[03](?=[:\s]))?)\s*:?\s*", re.IGNORECASE)
_MINUS = "\u2212"
_FORMS = "an ISBN has 10 or 13 digits; hyphens and blanks may stand between them"


def parse_isbn(text: str) -> ISBN13:
    """Return the ISBN-13 that the text names; an ISBN-10 is converted.

    Hyphens of every kind, blanks, full-width digits, a lower-case x and the prefixes `ISBN:`,
    `ISBN-13:` and `urn:isbn:` are read. Any assigned or future 979 range but 979-0 is accepted.

    Raises:
        InvalidISBN: The message names the value and says why it is not a book's number.

    >>> parse_isbn("ISBN 0-14-014350-5")
    '9780140143508'
    """
    if not isinstance(text, str):
        raise InvalidISBN(
            f"An ISBN is text, not {type(text).__name__}: {shown(text)}.", value=shown(text)
        )
    number, reason = _read(text)
    if reason:
        raise InvalidISBN(f"Not an ISBN: {shown(text)}: {reason}.", value=text, reason=reason)
    return _from_isbn10(number) if len(number) == 10 else ISBN13(number)


def is_isbn(text: str) -> bool:
    """Return whether `parse_isbn` would accept the text.

    >>> is_isbn("978-0-14-014350-8"), is_isbn("9780140143505")
    (True, False)
    """
    return isinstance(text, str) and not _read(text)[1]


def to_isbn10(isbn13: str) -> str | None:
    """Return the ISBN-10 of an ISBN, or None for a 979 number, which has none.

    >>> to_isbn10("9780140143508"), to_isbn10("9798400900136")
    ('0140143505', None)
    """
    number = parse_isbn(isbn13)
    if not number.startswith("978"):
        return None
    return number[3:12] + _check_digit10(number[3:12])


def hyphenate(isbn13: str) -> str:
    """Return the ISBN-13 with its hyphens, or bare where the range is not (yet) known.

    >>> hyphenate("9780140143508")
    '978-0-14-014350-8'
    """
    number = parse_isbn(isbn13)
    parts: tuple[str, ...] = stdnum_isbn.split(number)
    return "-".join(parts) if all(parts) else number


_LONGEST = 1_000


def _read(text: str) -> tuple[str, str | None]:
    """Return the bare number and why it is no ISBN."""
    return _read_short(text) if len(text) <= _LONGEST else ("", f"it is too long; {_FORMS}")


@lru_cache(maxsize=4096)
def _read_short(text: str) -> tuple[str, str | None]:
    """Return the same of a text worth keeping: adding a book reads its number five times."""
    number = _compact(text)
    return number, _fault(number)


def _compact(text: str) -> str:
    """Return the bare upper-case characters of the number, its label and separators gone."""
    if text.isascii() and text.isdecimal():
        return text
    bare = unicodedata.normalize("NFKC", clean(text))
    label = _LABEL.match(bare)
    return "".join(_plain(char) for char in bare[label.end() if label else 0 :]).upper()


def _plain(char: str) -> str:
    if char.isspace() or char == _MINUS or unicodedata.category(char) == "Pd":
        return ""
    return str(unicodedata.decimal(char, char))


def _fault(number: str) -> str | None:
    """Return why the bare number is not an ISBN, or None when it is one."""
    if not number:
        return f"it is empty; {_FORMS}"
    if not re.fullmatch(r"[0-9]+X?", number):
        return f"it holds more than digits; {_FORMS}"
    if len(number) == 10:
        return _wrong_check(number, _check_digit10(number[:9]))
    if len(number) != 13:
        return f"it has {len(number)} digits; {_FORMS}"
    if number.startswith("9790"):
        return "979-0 is the number of sheet music (ISMN), not of a book"
    if not number.startswith(("978", "979")):
        return "it is another product's number; an ISBN of 13 digits begins with 978 or 979"
    return _wrong_check(number, _check_digit13(number[:12]))


def _wrong_check(number: str, right: str) -> str | None:
    if number[-1] == right:
        return None
    return f"its check digit is {number[-1]} where {right} would be right; compare it with the book"


def _check_digit10(nine: str) -> str:
    rest = -sum(map(mul, range(10, 1, -1), map(int, nine))) % 11
    return "X" if rest == 10 else str(rest)


def _check_digit13(twelve: str) -> str:
    digits = [*map(int, twelve)]
    return str(-(sum(digits[::2]) + 3 * sum(digits[1::2])) % 10)


def _from_isbn10(isbn10: str) -> ISBN13:
    body = f"978{isbn10[:9]}"
    return ISBN13(body + _check_digit13(body))


# --- numbers in noisy text -----------------------------------------------------------------

_WIDE = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_DASH = "\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0d\\-"
_BLANK = " \u00a0\u2000-\u200b\u202f\u3000"

_SEPARATORS = re.compile(rf"[{_DASH}{_BLANK}]+")

# Every repeat is bounded, so that ten megabytes of digits cost ten megabytes of time.
_THIRTEEN = re.compile(rf"(?<![0-9])(?=(97[89](?:[{_DASH}{_BLANK}]{{0,2}}[0-9]){{10}})(?![0-9]))")

# A bare ten-digit token is as often a time stamp (":1700000000,", "?t=1700000000"), so it counts
# only behind a blank, quote, bracket or comma, an "isbn" label, or in the path of a book page.
_BEFORE_TEN = (
    r"(?:^|(?<=[\s\"'(\[>,;|])"
    r"|(?<=isbn[:=])|(?<=isbn10[:=])|(?<=isbn-10[:=])|(?<=isbn_10[:=])"
    r"|(?<=/dp/)|(?<=/isbn/)|(?<=/product/)|(?<=/asin/))"
)
_AFTER_TEN = rf"(?![\w{_DASH}]|[.,][0-9])"
_TEN = re.compile(rf"{_BEFORE_TEN}([0-9]{{9}}[0-9X]){_AFTER_TEN}", re.IGNORECASE | re.MULTILINE)
# Four groups ending in one digit: a telephone number ends in four.
_TEN_IN_GROUPS = re.compile(
    rf"(?<![\w])(?<![0-9][{_DASH}{_BLANK}])"
    rf"([0-9]{{1,5}}([{_DASH}{_BLANK}])[0-9]{{1,7}}\2[0-9]{{1,6}}\2[0-9X])"
    rf"(?![\w{_DASH}]|[{_BLANK}][0-9])",
    re.IGNORECASE,
)


def find_isbns(text: str) -> list[ISBN13]:
    """Return every valid ISBN of a noisy text once, in order of appearance.

    Reads saved pages, addresses and pasted lists, in time linear in the length of the text.
    A number inside a longer run of digits, a wrong check digit and sheet music (979-0) are left
    out; an ISBN-10 must stand alone.

    Raises:
        InvalidInput: it is no text.

    >>> find_isbns("skoolib.net/x9781975363178A and 0-14-014350-5, not 19781975363178")
    ['9781975363178', '9780140143508']
    """
    if not isinstance(text, str):
        raise InvalidInput(f"ISBNs are found in text, not in {shown(text)}")
    plain = html.unescape(text) if "&" in text else text
    found: dict[ISBN13, None] = {}
    read_up_to = 0
    for start, end, number in sorted(_candidates(plain.translate(_WIDE))):
        if start >= read_up_to and not _fault(number):
            found.setdefault(_from_isbn10(number) if len(number) == 10 else ISBN13(number))
            read_up_to = end
    return list(found)


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    for match in _THIRTEEN.finditer(text):
        yield match.start(1), match.end(1), _SEPARATORS.sub("", match[1])
    for pattern in (_TEN, _TEN_IN_GROUPS):
        for match in pattern.finditer(text):
            number = _SEPARATORS.sub("", match[1]).upper()
            if len(number) == 10 and not _is_placeholder(number):
                yield match.start(1), match.end(1), number


def _is_placeholder(number: str) -> bool:
    # 0000000000, 1111111111 ... all pass the check of ISBN-10, and none is a book's.
    return len(set(number[-10:-1])) == 1


# --- damaged cells ---------------------------------------------------------------------------

_SCIENTIFIC = re.compile(r"([0-9])(?:[.,]([0-9]{1,20}))?[eE]\+?([0-9]{1,2})")
_ROUNDED = re.compile(r"(97[89][0-9]{3})0{7}")
_ENOUGH_TO_CONFIRM = 5


@dataclass(frozen=True)
class _Rounded:
    """The leading digits of a number that a spreadsheet has shortened (9.78006E+12)."""

    value: Decimal
    half_step: Decimal
    digits: int

    def agrees(self, isbn: str) -> bool:
        return abs(Decimal(isbn) - self.value) <= self.half_step

    @property
    def may_be_isbn(self) -> bool:
        low, high = self.value - self.half_step, self.value + self.half_step
        return high >= 9_780_000_000_000 and low < 9_800_000_000_000


@dataclass(frozen=True)
class _Reading:
    """What one cell says: an ISBN, shortened digits, bare digits with lost zeros, or a reason."""

    isbn: ISBN13 | None = None
    rounded: _Rounded | None = None
    padded: ISBN13 | None = None
    lost: int = 0
    reason: str | None = None


def repair_isbn(isbn_cell: Cell, isbn13_cell: Cell = None) -> ISBN13 | None:
    """Return the ISBN that two cells of one row decide, or None: it is never guessed.

    Read are `="978..."`, quotes, brackets, floats (`9780140143508.0`), the two kinds in each
    other's column; of two different valid numbers the one of the ISBN-13 cell counts.

    * Shortened by a spreadsheet (`9.78014E+12`): the digits are lost, so the other cell must hold
      a number that begins so; where they disagree there is no answer.
    * Lost leading zeros are put back only in the ISBN-10 cell (the cell to use where a file has
      one identifier column): one zero on the word of the check digit, two or more only if the
      shortened ISBN-13 shows the same first five digits or more. Eight digits alone are a site's
      own id in the real files (38549081, 19268899), and one in eleven would pass by chance.

    >>> repair_isbn('="0140143505"', ""), repair_isbn("140143505"), repair_isbn(60853980)
    ('9780140143508', '9780140143508', None)
    >>> repair_isbn("60853980", "9.78006E+12")
    '9780060853983'
    """
    return _decide(isbn_cell, isbn13_cell)[0]


def explain_isbn_cell(isbn_cell: Cell, isbn13_cell: Cell = None) -> str | None:
    """Return why a filled pair of cells gives no ISBN; None if it gives one or both are empty.

    >>> explain_isbn_cell("", "9.78409E+12")
    "the spreadsheet kept only the first digits of the ISBN ('9.78409E+12')"
    >>> explain_isbn_cell("", "") is None
    True
    """
    return _decide(isbn_cell, isbn13_cell)[1]


def _decide(isbn_cell: Cell, isbn13_cell: Cell) -> tuple[ISBN13 | None, str | None]:
    """Return the ISBN and no reason, or no ISBN and the reason, or neither for empty cells."""
    ten, thirteen = _read_cell(isbn_cell), _read_cell(isbn13_cell)
    if thirteen.isbn:
        return thirteen.isbn, None
    hint = thirteen.rounded
    candidate = ten.isbn or _with_zeros(ten, hint)
    if candidate and hint and not hint.agrees(candidate):
        cells = f"{shown(_cell_text(isbn_cell))} and {shown(_cell_text(isbn13_cell))}"
        return None, f"the two cells {cells} name different numbers, one of them shortened"
    return candidate, None if candidate else thirteen.reason or ten.reason


def _with_zeros(ten: _Reading, hint: _Rounded | None) -> ISBN13 | None:
    confirmed = hint is not None and hint.digits >= _ENOUGH_TO_CONFIRM
    return ten.padded if ten.lost == 1 or confirmed else None


def _read_cell(cell: Cell) -> _Reading:
    text = _cell_text(cell)
    if not text:
        return _Reading()
    rounded = _read_rounded(text)
    if rounded:
        exact = str(int(rounded.value)) if rounded.digits >= 13 else ""
        if is_isbn(exact):
            return _Reading(isbn=parse_isbn(exact))
        reason = f"the spreadsheet kept only the first digits of the ISBN ({shown(text)})"
        return _Reading(rounded=rounded if rounded.may_be_isbn else None, reason=reason)
    number = _compact(text)
    fault = _fault(number)
    if not fault and not _is_placeholder(number):
        return _Reading(isbn=parse_isbn(number))
    reason = f"{shown(text)}: {fault or 'a placeholder, not a number that was given to a book'}"
    padded = number.zfill(10)
    if re.fullmatch(r"[0-9]{5,8}[0-9X]", number) and not _fault(padded):
        lost = 10 - len(number)
        reason = f"{reason} ({lost} zeros may be lost in front, nothing confirms it)"
        return _Reading(padded=_from_isbn10(padded), lost=lost, reason=reason)
    return _Reading(reason=reason)


def _read_rounded(text: str) -> _Rounded | None:
    """Return the digits of 9.78006E+12, or of 9780060000000, which is the same read as a float."""
    match = _SCIENTIFIC.fullmatch(text)
    if match:
        fraction = match[2] or ""
        step = Decimal(10) ** (int(match[3]) - len(fraction))
        return _Rounded(int(match[1] + fraction) * step, step / 2, 1 + len(fraction))
    match = _ROUNDED.fullmatch(text)
    if match:
        leading = match[1].rstrip("0")
        step = Decimal(10) ** (13 - len(leading))
        return _Rounded(Decimal(text), step / 2, len(leading))
    return None


def _cell_text(cell: Cell) -> str:
    """Return the cell's text without the wrapping that spreadsheets and exports put around."""
    if cell is None or (isinstance(cell, float) and not isfinite(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = unicodedata.normalize("NFKC", clean(str(cell))).strip("=\"'`“”‘’[]() ")
    return re.sub(r"(?<=[0-9xX])\.0*$", "", text)
