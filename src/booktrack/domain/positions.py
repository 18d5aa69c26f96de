"""Places in a series: 1, 1.5, 0, 2a, 1-3, "SE 1", with an order that people agree with."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from booktrack.domain.numerals import HAN, flatten, read_numeral
from booktrack.domain.text import clean, fold
from booktrack.errors import InvalidPosition, shown

# The largest omnibus known collects 75 chapters; "1-100000" is a slip, not a box.
MAX_SPAN = 500
_MAX_LABEL = 80
_KEPT_LENGTH = 20

# One number as digits; the look-ahead refuses "3rd" and a piece of a longer number, and
# lets a counter such as 巻 follow.
DIGITS = (
    r"(?:[0-9]{1,5}(?:\.[0-9]{1,4})?[½¼¾]?|[½¼¾])[A-Za-z]?"
    r"(?![0-9A-Za-z\u00c0-\u024f\u0400-\u04ff½¼¾]|\.[0-9])"
)
_JOINT = r"(?:\s?[-~&,+]\s?|\s(?:and|to|through|bis|à|a|y|e|et|und|en|и|до|по)\s)"
# The repetition is bounded, so that a title of ten thousand numbers stays linear.
NUMBERS = rf"{DIGITS}(?:{_JOINT}#?{DIGITS}){{0,30}}"

_MARKERS = (
    r"volumes?|volumen|vols?|books?|bks?|parts?|pt|no|nr|number|tomes?|tomo|bände|band|bde?|teile?"
    r"|buch|libro|livre|livro|parte|partie|deel|boek|том|книга|часть|gn|ln|เล่ม(?:ที่)?|[№第제卷巻tvn]"
)
_BEFORE = re.compile(rf"(?:{_MARKERS})\s?[.º°:]?\s?#?\s?(?=[\d½¼¾])", re.IGNORECASE)
_WORD_AFTER = re.compile(
    rf"(?:(?:{_MARKERS})\.?\s|第)\s?([{HAN}]+|[^\W\d]+(?:-[^\W\d]+)?)", re.IGNORECASE
)
_DECORATION = re.compile(r"^(?:[;:,#*/]|--+|-(?=\s))\s*|[\s;:,]+$")
_COUNTER = re.compile(r"^\s?(?:巻|卷|冊|册|集|部|권|부|編)")
# Half of Europe writes 0,5; "4,5" stays two volumes.
_COMMA_HALF = re.compile(r"(?:[0-35-9]|[1-9]\d+),5")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_EXPRESSION = re.compile(rf"-?{NUMBERS}", re.IGNORECASE)
_TOKENS = re.compile(rf"(\s?[-~]\s?|\s(?:to|through|bis|à|a|до|по)\s)?#?({DIGITS})", re.IGNORECASE)
_OF_TOTAL = re.compile(r"^\s?(?:of|von|sur|de|из|di|van)\s?\d{1,4}$", re.IGNORECASE)
_PART = re.compile(r"\b(?:part|pt|teil|half|parte|partie|часть)\b", re.IGNORECASE)
_CODE = re.compile(r"[^\W\d]{1,12}\.?[\s-]?\d{1,4}")
_LABEL_WORD = re.compile(
    r"\b(?:specials?|side|extras?|omake|bonus|annual|prequel|sequel|short|novella|guide|guidebook"
    r"|fan ?book|art ?book|box|omnibus|one ?shot|prologue|epilogue|companion|anthology|spin ?off"
    r"|collection|preview|chronological|tie in|interlude)\b|[上中下]|外伝|番外|特装|短編|画集"
)


@dataclass(frozen=True, slots=True)
class Position:
    """One place in a series, or several that one book fills.

    `text` is what is printed, in one spelling; `start` and `end` are None where there is only a
    label ("SE 1"); `covers` lists the whole positions that the book fills; `items` every position
    that was named; `partial` is true for one half of a split volume.
    """

    text: str
    start: str | None
    end: str | None
    covers: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    label: str | None = None
    partial: bool = False

    @property
    def number(self) -> int | float | None:
        """The one number as JSON shows it (1, 1.5), None for a range, a letter or a label."""
        if self.start is None or self.start != self.end:
            return None
        value, letter = _value(self.start)
        if letter:
            return None
        return value if "." in self.start else int(value)

    @property
    def sort_key(self) -> tuple[int, float, str, float, str]:
        """A tuple that orders any mix: 0 < 0.5 < 1 < 1-3 < 1.5 < 2 < 10, labels last."""
        if self.start is None or self.end is None:
            return (1, 0.0, "", 0.0, fold(self.text))
        value, letter = _value(self.start)
        end = 0.0 if self.end == self.start else _value(self.end)[0]
        return (0, value, letter, end, self.text)


def parse_position(value: str | int | float) -> Position:
    """Return the position that a cell, a column or an API's field names.

    Args:
        value: "3", "03", "1.5", "1-3", "Vol. 3", "#3", "[31]", "第3巻", 1.0, "SE 1" and the like.

    Raises:
        InvalidPosition: nothing in it is a place in a series, or it spans more than 500 volumes.

    >>> parse_position("Vol. 03").text, parse_position("1 & 2").covers, parse_position(1.0).number
    ('3', ('1', '2'), 1)
    """
    printed = _as_text(value)
    text = _undecorated(flatten(printed))
    if _COMMA_HALF.fullmatch(text):
        text = text.replace(",", ".")
    match = _EXPRESSION.match(text)
    if match:
        return _numbered(match[0], text[match.end() :], value)
    word = read_numeral(text) or _marked_word(text)
    if word:
        return position_of([word])
    return _label_only(text, value)


def try_position(value: object) -> Position | None:
    """Return `parse_position(value)`, or None where the value is empty or no position.

    >>> try_position(""), try_position("unknown"), try_position(2).text
    (None, None, '2')
    """
    if not isinstance(value, (str, int, float)):
        return None
    # A library says "1" and "2" ten thousand times, and reading one takes 25 microseconds.
    short = not isinstance(value, str) or len(value) <= _KEPT_LENGTH
    return _kept(value) if short else _try(value)


def _try(value: str | int | float) -> Position | None:
    try:
        return parse_position(value)
    except InvalidPosition:
        return None


# By type too: 1, 1.0 and True are equal.
_kept = lru_cache(maxsize=4096, typed=True)(_try)


def read_numbers(expression: str) -> list[str] | None:
    """Return every position that "1-3", "1, 2, 3" or "0.5, 2.5" names; None if it cannot be.

    A range is written out; one that falls or spans more than 500 cannot be.

    >>> read_numbers("1-3"), read_numbers("0.1-0.5"), read_numbers("3-1")
    (['1', '2', '3'], ['0.1', '0.5'], None)
    """
    named: list[str] = []
    for joint, token in _TOKENS.findall(expression):
        number = _read(token)
        if number is None or (named and _value(number) < _value(named[-1])):
            return None
        between = _between(named[-1], number) if joint and named else []
        if between is None:
            return None
        named += [item for item in [*between, number] if item not in named]
    return named or None


def position_of(named: list[str], label: str | None = None, *, partial: bool = False) -> Position:
    """Return the position that fills these, in rising order: one, a range or a list."""
    start, end = named[0], named[-1]
    whole = tuple(item for item in named if item.lstrip("-").isdigit())
    if len(named) == 1:
        text = start
    elif _is_run(named) or (not whole and len(named) == 2):
        text = f"{start}-{end}"
    else:
        text = ", ".join(named)
    covers = () if partial else whole
    return Position(text, start, end, covers, tuple(named), label, partial)


def _as_text(value: str | int | float) -> str:
    if isinstance(value, bool) or (isinstance(value, float) and not math.isfinite(value)):
        raise _invalid(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return clean(str(value))


def _undecorated(text: str) -> str:
    before = None
    while text and text != before:
        before = text
        text = _DECORATION.sub("", text)
        if text[:1] in _BRACKETS and text[-1:] == _BRACKETS[text[0]]:
            text = text[1:-1].strip()
    return _BEFORE.sub("", text, count=1) if _BEFORE.match(text) else text


def _marked_word(text: str) -> str | None:
    match = _WORD_AFTER.match(text)
    return read_numeral(match[1]) if match else None


def _numbered(expression: str, rest: str, value: object) -> Position:
    sign = "-" if expression.startswith("-") else ""
    named = read_numbers(expression.lstrip("-"))
    if named is None or (sign and len(named) > 1):
        raise _invalid(value)
    rest = _OF_TOTAL.sub("", _COUNTER.sub("", rest, count=1), count=1)
    label = rest.strip(" ,;:-()[]") or None
    if label and (len(label) > _MAX_LABEL or not label[0].isalpha()):
        raise _invalid(value)
    return position_of([sign + item for item in named], label, partial=bool(_PART.search(rest)))


def _label_only(text: str, value: object) -> Position:
    known = _CODE.fullmatch(text) or _LABEL_WORD.search(fold(text))
    if not known or len(text) > _MAX_LABEL:
        raise _invalid(value)
    return Position(text, None, None, label=text)


def _read(token: str) -> str | None:
    letter = token[-1].lower() if token[-1].isalpha() else ""
    number = read_numeral(token[: len(token) - len(letter)])
    return None if number is None else number + letter


def _between(low: str, high: str) -> list[str] | None:
    first, last = math.floor(_value(low)[0]) + 1, math.ceil(_value(high)[0])
    return [str(number) for number in range(first, last)] if last - first <= MAX_SPAN else None


def _is_run(named: list[str]) -> bool:
    values = [_value(item)[0] for item in named]
    whole = [value for value in values if value.is_integer()]
    return len(whole) > 1 and all(b - a <= 1 for a, b in pairwise(values))


def _value(position: str) -> tuple[float, str]:
    letter = position[-1] if position[-1].isalpha() else ""
    return float(position.removesuffix(letter)), letter


def _invalid(value: object) -> InvalidPosition:
    return InvalidPosition(
        f"{shown(value)} is not a place in a series; write it like 3, 1.5, 1-3 or Special 1",
        value=shown(value),
    )
