"""Partial dates: a year, a month or a day of the calendar, read from every form in use.

A day is never invented: what is impossible or ambiguous keeps the precision that is certain.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import isleap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Any, Literal

from booktrack.domain.text import clean, fold
from booktrack.errors import InvalidDate, shown

_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LAST_YEAR = 9999


@total_ordering
@dataclass(frozen=True)
class PartialDate:
    """A date known to the year, the month or the day; years before 1 are negative.

    Orders by time; of two that begin alike the less precise one comes first.

    >>> PartialDate(2010, 8).text, PartialDate(-400).text
    ('2010-08', '-0400')
    """

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if _certain(self.year, self.month or 0, self.day or 0) != (
            self.year,
            self.month,
            self.day,
        ):
            given = (self.year, self.month, self.day)
            raise InvalidDate(f"No such date: {given}; give a year, a month of it, a day of that.")

    def __lt__(self, other: PartialDate) -> bool:
        return self._key < other._key

    def __str__(self) -> str:
        return self.text

    @property
    def _key(self) -> tuple[int, int, int]:
        return self.year, self.month or 0, self.day or 0

    @property
    def text(self) -> str:
        """The date as it is stored: 2010, 2010-08, 2010-08-31, 0180 or -0400."""
        year = f"{self.year:0{5 if self.year < 0 else 4}}"
        return "-".join([year, *(f"{part:02}" for part in (self.month, self.day) if part)])

    @property
    def precision(self) -> Literal["year", "month", "day"]:
        """How much of the date is known."""
        return "day" if self.day else "month" if self.month else "year"

    def first_day(self) -> date | None:
        """Return the earliest day it can be, or None before the year 1."""
        return date(self.year, self.month or 1, self.day or 1) if self.year > 0 else None

    def last_day(self) -> date | None:
        """Return the latest day it can be, or None before the year 1."""
        if self.year < 1:
            return None
        month = self.month or 12
        return date(self.year, month, self.day or _days_in(self.year, month))


def _days_in(year: int, month: int) -> int:
    return _DAYS[month - 1] + (month == 2 and isleap(year))


def _certain(year: int, month: int, day: int) -> tuple[int, int | None, int | None] | None:
    """Return the part of the date that exists: 2011-02-29 is 2011-02, 2011-13-01 is 2011."""
    if year == 0 or abs(year) > _LAST_YEAR:
        return None
    if not 1 <= month <= 12:
        return year, None, None
    return year, month, day if 1 <= day <= _days_in(year, month) else None


def _partial(year: int, month: int = 0, day: int = 0) -> PartialDate | None:
    parts = _certain(year, month, day)
    return PartialDate(*parts) if parts else None


def require_date(text: str) -> PartialDate:
    """Return the date of a user's input, which must be YYYY, YYYY-MM or YYYY-MM-DD and exist.

    >>> require_date("2010-08").precision
    'month'

    Raises:
        InvalidDate: The message names the value and the forms that are read.
    """
    given = text.strip() if isinstance(text, str) else ""
    match = re.fullmatch(r"(-?[0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", given)
    if not match:
        raise InvalidDate(
            f"Not a date: {shown(text)}; write it as 2010, 2010-08 or 2010-08-31.",
            value=shown(text),
        )
    year, month, day = (None if part is None else int(part) for part in match.groups())
    if year is None or _certain(year, month or 0, day or 0) != (year, month, day):
        raise InvalidDate(f"There is no such day in the calendar: {text}.", value=text)
    return PartialDate(year, month, day)


def parse_date(value: object, order: str | None = None) -> PartialDate | None:
    """Return the date that a source or a file means, or None where it is no date.

    Args:
        value: Text, a year, `{"year", "month", "day"}` or a `datetime.date`. A time of day and a
            time zone are cut off: the written calendar day stays.
        order: How the file writes its numbers: "mdy", "dmy", "ymd", or a format such as
            "MM/DD/YYYY" or "%d.%m.%Y". "year" lets one or two digits be a year (78), "excel" lets
            a number be a spreadsheet's day count (43936). An order that says nothing is ignored.

    Without an order, 8/31/2010 and 31/8/2010 are clear, dots mean day first, and 7/8/2010 gives
    only 2010. A year of two digits is 1969 to 2068, as POSIX has it. A day or month that does not
    exist is dropped (2011-02-29 is 2011-02), and calibre's "no date" (0101-01-01) is None.

    >>> parse_date("31 août 2010").text, parse_date("2024-11-00").text, parse_date("n.d.")
    ('2010-08-31', '2024-11', None)
    >>> parse_date("7/8/2010").text, parse_date("7/8/2010", "mdy").text
    ('2010', '2010-07-08')
    """
    found = _read(value, _order_of(order))
    # calibre writes 0101-01-01 for "undefined", which a zone west of Greenwich moves a day back.
    return None if found in (PartialDate(101, 1, 1), PartialDate(100, 12, 31)) else found


def parse_date_range(
    text: str, order: str | None = None
) -> tuple[PartialDate | None, PartialDate | None]:
    """Return the first and the last date of a span; a single date is both, an open end is None.

    >>> first, last = parse_date_range("2021/07/12-2021/07/13")
    >>> first.text, last.text
    ('2021-07-12', '2021-07-13')
    """
    whole = parse_date(text, order)
    if whole or len(text) > _LONGEST:
        return whole, whole
    halves = [(text[: cut.start()], text[cut.end() :]) for cut in _TO.finditer(text)]
    for left, right in halves:
        first, last = parse_date(left, order), parse_date(right, order)
        if first and last:
            return first, last
        if (first and not right.strip()) or (last and not left.strip()):
            return first, last
    return None, None


_TO = re.compile(r"\s*(?:[-\u2010-\u2015~\uff5e\u301c\u2192/]|\b(?:to|until|bis|au|al|a|à)\b)\s*")

# --- reading ---------------------------------------------------------------------------------

_LONGEST = 60
_TIME = (
    r"(?:[T\s,]+[0-9]{1,2}(?::[0-9]{2}){1,2}(?:[.,][0-9]+)?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:[A-Z]{1,4}|[+-][0-9]{2}(?::?[0-9]{2}){0,2})?)?"
)
_YEAR = re.compile(r"(-?[0-9]{1,4})(?:\.0*)?")
_YEAR_FIRST = re.compile(
    rf"(-?[0-9]{{3,4}})([-/.]) ?([0-9]{{1,2}})(?:\2 ?([0-9]{{1,2}})\.?{_TIME})?"
)
_YEAR_LAST = re.compile(
    rf"([0-9]{{1,2}})([-/.]) ?([0-9]{{1,2}})\2 ?(?:([0-9]{{4}})|'?([0-9]{{2}})){_TIME}"
)
_MONTH_YEAR = re.compile(r"([0-9]{1,2}) ?[-/.] ?([0-9]{4})")
_COMPACT = re.compile(rf"([12][0-9]{{3}})([01][0-9])([0-3][0-9])(?:\.0*)?{_TIME}")
_EAST_ASIAN = re.compile(
    r"([0-9]{3,4})\s?[年년](?:\s?([0-9]{1,2})\s?[月월](?:\s?([0-9]{1,2})\s?[日일])?)?"
    rf"(?:\s?\([^()]{{1,4}}\))?\s?(?:[刊]|発売|発行|出版|初版)?{_TIME}"
)
# "c2010", "©2010", "[1985?]", "Publ. 1998": what surrounds a year without changing it.
_BEFORE_YEAR = re.compile(
    r"(?:(?:c|ca|cop|circa|copyright|p|publ?|published|printed|impr|dl|vers|um|about)\b\.?"
    r"|[c©℗](?=[0-9]))[\s:]*",
    re.IGNORECASE,
)
_AFTER_YEAR = re.compile(
    r"(?<=[0-9]{4})\s*(?:\?|~)|\s*\((?:ca?|circa)\.?\)|(?<=[0-9]{4})(?:, ?| )c ?[0-9]{4}$"
)
_PART_OF_YEAR = re.compile(
    r"(?:spring|summer|autumn|fall|winter|early|mid|late|q ?[1-4]|printemps|ete|automne|hiver"
    r"|fruhjahr|fruhling|sommer|herbst|primavera|verano|otono|invierno|estate|autunno|inverno)"
    r" ([0-9]{4})|([0-9]{4}) q ?[1-4]"
)


def _order_of(order: str | None) -> str:
    """Return the order as letters: "MM/DD/YYYY" is "mdy"."""
    name = (order or "").strip().lower()
    if name in ("year", "excel"):
        return name
    letters = "".join(dict.fromkeys(re.sub(r"[^ymd]", "", name)))
    return letters if len(letters) == 3 else ""


def _read(value: object, order: str) -> PartialDate | None:
    if isinstance(value, date):
        return PartialDate(value.year, value.month, value.day)
    if isinstance(value, Mapping):
        return _read_mapping(value, order)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    text = _bare(_written(value))
    if not text or len(text) > _LONGEST:
        return None
    if order == "excel" and re.fullmatch(r"[0-9]{1,7}(?:\.[0-9]*)?", text):
        return _read_day_count(int(text.partition(".")[0]))
    for read in (_read_year, _read_year_first, _read_year_last, _read_named):
        found = read(text, order)
        if found:
            return found
    return None


def _written(value: str | float) -> str:
    # Python refuses to write out an integer of more than 4300 digits.
    return "" if isinstance(value, int) and abs(value) >= 10**9 else str(value)


def _bare(text: str) -> str:
    """Return the text without brackets, quotes and marks such as c, © and ? around a year."""
    if len(text) > 2 * _LONGEST:
        return ""
    bare = clean(unicodedata.normalize("NFKC", text.replace("©", "c"))).strip("[]\"'`<>{};, ")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    bare = _BEFORE_YEAR.sub("", bare, count=1) if _BEFORE_YEAR.match(bare) else bare
    return _AFTER_YEAR.sub("", bare.strip("[] ")).strip("[] ")


def _read_mapping(value: Mapping[Any, Any], order: str) -> PartialDate | None:
    if "year" not in value:
        # Open Library: {"type": "/type/datetime", "value": "2008-04-01T03:28:50"}.
        nested = value.get("value")
        return _read(nested, order) if isinstance(nested, str) else None
    parts = [_whole(value.get(name)) for name in ("year", "month", "day")]
    return _partial(parts[0], parts[1], parts[2])


def _whole(part: object) -> int:
    if not isinstance(part, str | int | float):
        return 0
    match = _YEAR.fullmatch(_written(part).strip())
    return int(match[1]) if match else 0


def _read_day_count(days: int) -> PartialDate | None:
    """Read a spreadsheet's serial, where 60 is the 29 February 1900 that never was."""
    if not 1 <= days <= 2_958_465:
        return None
    if days == 60:
        return PartialDate(1900, 2)
    day = date(1899, 12, 31 if days < 60 else 30) + timedelta(days)
    return PartialDate(day.year, day.month, day.day)


def _read_year(text: str, order: str) -> PartialDate | None:
    match = _YEAR.fullmatch(text)
    if not match:
        return None
    # "1" and "49" alone are more often a rating or a page than a year of the first century.
    likely = len(match[1]) >= 3 or order == "year"
    return _partial(int(match[1])) if likely else None


def _read_year_first(text: str, order: str) -> PartialDate | None:
    match = _COMPACT.fullmatch(text)
    if match:
        year, month, day = (int(part) for part in match.groups())
        return _partial(year, month, day) if month <= 12 and day <= 31 else None
    match = _YEAR_FIRST.fullmatch(text)
    if match and not (match[1].startswith("-") and match[2] != "-"):
        if order == "ydm" and match[4]:
            return _partial(int(match[1]), int(match[4]), int(match[3]))
        return _partial(int(match[1]), int(match[3]), int(match[4] or 0))
    match = _EAST_ASIAN.fullmatch(text)
    return _partial(*(int(part or 0) for part in match.groups())) if match else None


def _read_year_last(text: str, order: str) -> PartialDate | None:
    match = _MONTH_YEAR.fullmatch(text)
    if match:
        return _partial(int(match[2]), int(match[1]))
    match = _YEAR_LAST.fullmatch(text)
    if not match:
        return None
    first, second = int(match[1]), int(match[3])
    if match[4] is None:
        return _read_short_year(first, second, int(match[5]), match[2], order)
    return _day_and_month(int(match[4]), first, second, order or _usual_order(match[2]))


def _read_short_year(
    first: int, second: int, third: int, mark: str, order: str
) -> PartialDate | None:
    if order == "ymd":
        return _partial(_full_year(first), second, third)
    # 25-07-02 may begin or end with its year; 31-12-99 may not.
    if mark == "-" and not order and third <= 31:
        return None
    return _day_and_month(_full_year(third), first, second, order or _usual_order(mark))


def _usual_order(mark: str) -> str:
    return "dmy" if mark == "." else ""


def _full_year(two_digits: int) -> int:
    return two_digits + (2000 if two_digits <= 68 else 1900)


def _day_and_month(year: int, first: int, second: int, order: str) -> PartialDate | None:
    """Return the date by the order, by the only reading that is possible, or only its year."""
    month_first, day_first = _partial(year, first, second), _partial(year, second, first)
    if month_first == day_first:
        return month_first
    if first > 12 or (order == "dmy" and second <= 12):
        return day_first
    if second > 12 or order == "mdy":
        return month_first
    return _partial(year)


# --- months by name --------------------------------------------------------------------------

_MONTH_NAMES = (
    "january janvier januar janner enero gennaio januari janeiro января",
    "february fevrier februar feber febrero febbraio februari fevereiro февраля",
    "march mars marz mrz marzo maart mrt marco марта",
    "april avril abril aprile апреля",
    "may mai mayo maggio mei maio мая май",
    "june juin juni junio giugno junho июня",
    "july juillet juli julio luglio julho июля",
    "august aout agosto augustus августа",
    "september septembre septiembre settembre setembro сентября",
    "october octobre oktober octubre ottobre outubro октября",
    "november novembre noviembre novembro ноября",
    "december decembre dezember diciembre dicembre dezembro декабря",
)
_MONTHS = {
    fold(name): number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()
}
_FILLERS = frozenset(
    "of the de del d di den le el am st nd rd th er e o a г"
    " monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun".split()
)


def _read_named(text: str, _order: str) -> PartialDate | None:
    """Read August 31, 2010; 31 août 2010; 31 de agosto de 2010; Aug 2010; 1-Jan-26."""
    folded = fold(re.sub(rf"(?<=[0-9]){_TIME}$", "", text))
    season = _PART_OF_YEAR.fullmatch(folded)
    if season:
        return _partial(int(season[1] or season[2]))
    tokens = re.findall(r"[0-9]+|[^\W\d_]+", folded)
    words = [token for token in tokens if not token.isdigit() and token not in _FILLERS]
    numbers = [token for token in tokens if token.isdigit()]
    if len(words) != 1 or not 1 <= len(numbers) <= 2:
        return None
    month = _month_number(words[0])
    return _from_named(month, numbers) if month else None


def _month_number(word: str) -> int | None:
    """Return the month whose name begins so in every language that has such a name."""
    meant = {number for name, number in _MONTHS.items() if name.startswith(word)}
    return meant.pop() if len(word) >= 3 and len(meant) == 1 else None


def _from_named(month: int, numbers: list[str]) -> PartialDate | None:
    years = [number for number in numbers if 3 <= len(number) <= 4]
    if len(years) == 1:
        others = [number for number in numbers if number is not years[0]]
        return _partial(int(years[0]), month, int(others[0]) if others else 0)
    if not years and len(numbers) == 2 and len(numbers[1]) == 2 and len(numbers[0]) <= 2:
        return _partial(_full_year(int(numbers[1])), month, int(numbers[0]))
    return None
