"""What one cell of an export says: numbers, ratings, dates, money, lists, statuses."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from booktrack.domain.dates import parse_date
from booktrack.domain.identifiers import parse_asin
from booktrack.domain.models import ReadingStatus
from booktrack.domain.text import clean, fold, fold_key

# Words by which services say that a cell is empty.
_EMPTY = frozenset(
    {"", "?", "-", "--", "n/a", "na", "none", "null", "nan", "not applicable", "not available",
     "unknown", '""', "[]", "{}"}
)  # fmt: skip

_STATUS_WORDS: dict[ReadingStatus, tuple[str, ...]] = {
    "want_to_read": (
        "to-read", "to read", "want to read", "plan to read", "planning", "tbr", "unread",
        "not started", "not begun", "wishlist to read", "reading list", "for later",
        "à lire", "a lire", "zu lesen", "will ich lesen", "por leer", "quiero leer",
        "da leggere", "te lezen", "planned", "not read", "backlog", "up next", "want",
    ),
    "reading": (
        "currently-reading", "currently reading", "reading", "in progress", "started",
        "re-reading", "rereading", "repeating", "en cours", "current", "lese ich gerade",
        "leyendo", "in lettura", "aan het lezen", "lendo", "reading now",
    ),
    "paused": (
        "paused", "on hold", "on-hold", "onhold", "stopped for now", "en pause", "pausiert",
        "pause", "on pause",
    ),
    "finished": (
        "read", "finished", "completed", "complete", "done", "already read", "lu", "lus",
        "gelesen", "leído", "leido", "letto", "gelezen", "lido", "read it",
    ),
    "abandoned": (
        "did-not-finish", "did not finish", "dnf", "dropped", "abandoned", "wont-finish",
        "won't finish", "gave up", "gave-up", "unfinished", "not finished", "didnt finish",
        "stopped", "stopped reading", "never finished", "couldnt finish", "could not finish",
        "abandonné", "abandonne", "abgebrochen", "abandonado", "abbandonato", "quit",
        "will not finish", "not going to finish", "started didnt finish", "discarded",
    ),
}  # fmt: skip
_STATUSES = {fold_key(word): status for status, words in _STATUS_WORDS.items() for word in words}

_OWNED = re.compile(r"\b(own|owned|have|possess)\b")
_NOT_OWNED = re.compile(
    r"\b(not|dont|no|un|want|wish|to own|to have|should have|previously|formerly|used|once|sold|"
    r"gave|given|donated|lost|need|have read|havent|have to|library)\b"
)
_WISHED = frozenset({"wishlist", "wanted", "want", "tobuy", "buy", "wanttobuy"})
_YES = frozenset(
    {"1", "yes", "y", "true", "x", "✓", "✔", "☑", "on", "ja", "oui", "sí", "si", "sim"}
)
_OTHER_MEDIA = frozenset(
    fold(words)
    for words in (
        "DVD", "DVD Video", "DVDs", "Blu-ray", "Blu-ray Disc", "Bluray", "VHS", "VHS Tape", "VCD",
        "UMD", "HD DVD", "4K Blu-ray", "4K", "LaserDisc", "Video", "Movie", "Movies", "Film",
        "TV", "TV Show", "Game", "Games", "Video Game", "Videogame", "Board Game", "Puzzle",
        "Console Game", "Toy", "Toys", "Vinyl", "LP", "Music", "Music CD", "Album", "Gadget",
        "Gadgets", "Tool", "Software", "Apparel", "Electronics", "Sheet music",
    )
)  # fmt: skip
_NUMBER = re.compile(r"\d[\d.,\u00a0\u202f' ]*")
_MONEY = re.compile(
    r"(?P<before>[^\d\s.,-]{0,4})\s{0,3}(?P<amount>\d[\d.,\u00a0\u202f' ]*)\s{0,3}"
    r"(?P<after>[^\d\s.,-]{0,4})"
)
# "$" alone is left open: it is the sign of twenty currencies.
_SIGNS = {
    "€": "EUR", "£": "GBP", "¥": "JPY", "円": "JPY", "₹": "INR", "₩": "KRW", "zł": "PLN",
    "US$": "USD", "C$": "CAD", "CA$": "CAD", "A$": "AUD", "R$": "BRL", "CHF": "CHF",
    "₽": "RUB", "kr": None, "Kč": "CZK",
}  # fmt: skip
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})\b")
_BREAK = re.compile(r"<\s{0,9}(?:br|/?p|/div|/li)\s{0,9}/?\s{0,9}>", re.IGNORECASE)
_TAG = re.compile(
    r"</?\s{0,9}(?:p|div|b|i|u|s|em|strong|strike|del|a|blockquote|spoiler|img|span|ul|ol|li|code|pre"
    r"|h[1-6])\b[^<>]{0,2000}>",
    re.IGNORECASE,
)


def filled(cell: str) -> str:
    """Return the cell's text, or "" where it holds a word for nothing.

    >>> filled("Not Applicable"), filled("Ubik")
    ('', 'Ubik')
    """
    return "" if cell.lower() in _EMPTY else cell


@lru_cache(maxsize=16_384)
def whole(cell: str) -> int | None:
    """Return the whole number of a cell, or None: "228", "1985.0", "1,197 p.", "144 ".

    >>> whole("1985.0"), whole("1,197 p."), whole("Paperback")
    (1985, 1197, None)
    """
    # Nearly every cell is so, and the rest of the function is slow.
    if cell.isdecimal() and len(cell) < 10:
        return int(cell)
    amount = decimal(cell)
    return int(amount) if amount is not None and amount < 10**9 else None


@lru_cache(maxsize=16_384)
def decimal(cell: str) -> float | None:
    """Return the first number of a cell, with a decimal point or comma and thousands marks.

    >>> decimal("1.234,50"), decimal("3,5"), decimal("1,197"), decimal("8.59")
    (1234.5, 3.5, 1197.0, 8.59)
    """
    match = _NUMBER.search(cell)
    if not match or len(match[0]) > 30:
        return None
    digits = re.sub(r"[\u00a0\u202f' ]", "", match[0]).rstrip(".,")
    point = max(digits.rfind("."), digits.rfind(","))
    if point >= 0:
        mark = digits[point]
        # "1,197" is a thousand and "3,5" a half: three digits after one comma are a group.
        grouped = digits.count(mark) > 1 or (mark == "," and len(digits) - point == 4)
        whole_part = re.sub(r"[.,]", "", digits[:point])
        digits = whole_part + ("" if grouped else ".") + digits[point + 1 :]
    return float(digits)


def positive(cell: str) -> int | None:
    """Return the whole number of a cell where it is more than zero, else None."""
    return whole(cell) or None


def rating(cell: str, *, best: float = 5) -> float | None:
    """Return a rating on the scale 0.5 to 5, or None for none, zero and what is off the scale.

    >>> rating("0"), rating("3.75"), rating("8", best=10), rating("95", best=100)
    (None, 3.75, 4.0, 4.75)
    """
    value = decimal(cell) if cell else None
    # 0 is "not rated" on every service: 69 % of Goodreads' rows.
    if not value or value > best:
        return None
    return max(0.5, round(value * 5 / best, 2))


def money(cell: str) -> tuple[float | None, str | None]:
    """Return the amount and its currency, None where the cell does not name one beyond doubt.

    >>> money("€ 12,50"), money("$85.00"), money("9.99 USD"), money("")
    ((12.5, 'EUR'), (85.0, None), (9.99, 'USD'), (None, None))
    """
    match = _MONEY.search(cell)
    if not match:
        return None, None
    signs = [match["before"].strip(), match["after"].strip()]
    for sign in signs:
        if sign in _SIGNS:
            return decimal(match["amount"]), _SIGNS[sign]
        if re.fullmatch(r"[A-Z]{3}", sign):
            return decimal(match["amount"]), sign
    return decimal(match["amount"]), None


@lru_cache(maxsize=16_384)
def day(cell: str, order: str | None = None) -> str | None:
    """Return the partial date of a cell as text, or None where it holds none."""
    found = parse_date(cell, order=order) if cell else None
    return None if found is None else str(found)


@lru_cache(maxsize=16_384)
def local_day(cell: str) -> str | None:
    """Return the day that a moment with a zone meant: midnight there may be the day before here.

    Calibre stores the 1st of January as the evening of the 31st of December, or as the early
    morning of the 1st, by the zone of the computer that exported.

    >>> local_day("1994-12-31T19:00:00-05:00"), local_day("2019-12-10T03:00:00-05:00")
    ('1995-01-01', '2019-12-10')
    """
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        return day(cell)
    # Calibre's "no date" is 0101-01-01 in UTC.
    if not 101 < moment.year < 9999:
        return None
    if moment.tzinfo is None:
        return day(cell)
    # No zone moves the years between by more than a day, so there is always such a day.
    return moment.astimezone(UTC).date().isoformat()


def slash_order(cells: Iterable[str]) -> str | None:
    """Return the order of day and month that dates like 7/25/2017 prove, or None.

    A file has one order: a single cell that can be read in only one way decides for all. Where
    cells prove both, or none does, there is no answer.

    >>> slash_order(["7/2/25", "7/25/2017", "2017/01/02"])
    'MM/DD/YYYY'
    """
    month_first = day_first = False
    for cell in set(cells):
        match = SLASHED.match(cell)
        if match:
            month_first = month_first or int(match[2]) > 12
            day_first = day_first or int(match[1]) > 12
    # Both at once is a file that was joined from two.
    if month_first == day_first:
        return None
    return "MM/DD/YYYY" if month_first else "DD/MM/YYYY"


@lru_cache(maxsize=4096)
def reading_status(word: str) -> ReadingStatus | None:
    """Return our word for a service's reading status, or None for a word that is none.

    >>> reading_status("to-read"), reading_status("Did not finish"), reading_status("poetry")
    ('want_to_read', 'abandoned', None)
    """
    return _STATUSES.get(fold_key(word))


@lru_cache(maxsize=4096)
def says_owned(shelf: str) -> bool:
    """Return whether the name of a shelf or tag says that its books are owned.

    >>> says_owned("i-own"), says_owned("owned-kindle"), says_owned("want-to-own")
    (True, True, False)
    """
    words = fold(shelf)
    return bool(_OWNED.search(words)) and not _NOT_OWNED.search(words)


def says_wanted(shelf: str) -> bool:
    """Return whether the name of a shelf or tag says that its books are to be bought.

    >>> says_wanted("to-buy"), says_wanted("Wishlist"), says_wanted("bought")
    (True, True, False)
    """
    return fold_key(shelf) in _WISHED


def says_yes(cell: str) -> bool:
    """Return whether a cell ticks its column: 1, yes, true, x and their like."""
    return cell.lower() in _YES


@lru_cache(maxsize=4096)
def is_other_medium(words: str) -> bool:
    """Return whether the words name a film, a game or music and no form of a book.

    >>> is_other_medium("Blu-ray"), is_other_medium("Audio CD"), is_other_medium("Paperback")
    (True, False, False)
    """
    return fold(words) in _OTHER_MEDIA


def asin(cell: str) -> str | None:
    """Return the ASIN that a cell holds, or None."""
    return parse_asin(cell) if len(cell) == 10 else None


def web_address(cell: str) -> str | None:
    """Return the cell where it is an address of the web, else None."""
    return cell if cell.startswith(("https://", "http://")) else None


def one_line(cell: str) -> str | None:
    """Return the cell in one line, control characters and runs of blanks gone, or None if empty."""
    # Most titles: nothing to clean.
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell or None
    return clean(cell) or None


def parts(cell: str, separator: str = ",") -> list[str]:
    """Return the parts of a list in one cell, each once, without blanks."""
    if not cell:
        return []
    return list(dict.fromkeys(part.strip() for part in cell.split(separator) if part.strip()))


def prose(cell: str) -> str | None:
    r"""Return a longer text without HTML: breaks become line ends, entities characters.

    >>> prose("I <b>loved</b> it<br/>&amp; so &lt;3")
    'I loved it\n& so <3'
    """
    if "<" in cell:
        cell = _TAG.sub("", _BREAK.sub("\n", cell))
    if "&" in cell:
        cell = html.unescape(cell)
    return cell.strip() or None
