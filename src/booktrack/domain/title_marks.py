"""Finding the explicit mark of a place in a series: "Vol. 3", "Tome deux", "第三巻", "T03"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from booktrack.domain.numerals import read_numeral
from booktrack.domain.positions import read_numbers
from booktrack.domain.title_hints import MARKING_WORDS, words_of
from booktrack.domain.title_markers import (
    CJK_HALF,
    CJK_MARKER,
    ENDS_NUMBER,
    HALVES,
    MARKER,
    OF_SERIES,
    ORDINAL,
    TOTAL,
)
from booktrack.domain.title_models import Unit

_SEPARATORS = ",:(-–—;./~"
_LOOK_BACK = 200
_DIGIT = re.compile(r"[0-9]")
_JOINT = re.compile(r"\s?[-~&,+\s]")
_RUSSIAN_ENDING = re.compile(r"-(?:я|й|ая|ий)(?!\w)")
_DASHED = re.compile(r"\s(?:and|&|-)\s")
_ORDINAL_WORD = re.compile(r"(?:st|nd|rd|th|er|es|e|re|o|a|я|й|ая|ое|ье)$", re.IGNORECASE)
_KIND_FOLLOWS = re.compile(
    r"\s(?:light novel|manga|deluxe|omnibus|hardcover|paperback|comic|collector|special|limited"
    r"|特装版|限定版|完|ed\b)|\s[^\x00-\u024f]",
    re.IGNORECASE,
)
# How far each kind of marker is trusted where one title has several.
_RANKS = {"strong": 4, "line": 4, "hash": 3, "number": 3, "letter": 3, "part": 2}
_UNITS: dict[str, Unit] = {"chapter": "chapter", "issue": "issue", "season": "season"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked number: where it stands in the flat text, what it counts and of how many.

    `line_end` closes the name of an edition line, which counts its own books ("X Omnibus 2").
    """

    start: int
    end: int
    numbers: tuple[str, ...]
    rank: int
    unit: Unit = "volume"
    total: int | None = None
    of_series: tuple[int, int] | None = None
    label: str | None = None
    word: str = ""
    line_end: int | None = None

    @property
    def is_part(self) -> bool:
        """True for "Part 2", which may divide a volume as well as a series."""
        return self.rank == _RANKS["part"]


def find_mark(flat: str, begin: int = 0, *, bracket: bool = False) -> Mark | None:
    """Return the mark to trust most in the flat text, or None.

    A volume beats a part, a part beats a chapter; of two equals the later one wins, unless the
    first already closed the name with a colon.
    """
    if flat.isascii() and not _DIGIT.search(flat) and MARKING_WORDS.isdisjoint(words_of(flat)):
        return None
    best: Mark | None = None
    for mark in _marks(flat, begin, bracket):
        if best is None or mark.rank > best.rank or (mark.rank == best.rank and _wins(best, mark)):
            best = mark
    return best


def _wins(first: Mark, later: Mark) -> bool:
    return later.start >= first.end and (len(later.numbers) > 1 or later.unit != "volume")


def _marks(flat: str, begin: int, bracket: bool) -> Iterator[Mark]:
    place = begin
    while match := MARKER.search(flat, place):
        mark = _read_marker(flat, match, bracket)
        if mark:
            yield mark
        # In "Deluxe Book 2" the word after the first marker is the next marker.
        place = match.end() if mark or match["digits"] else match.start("word")
    for match in ORDINAL.finditer(flat, begin):
        if mark := _read_ordinal(flat, match, bracket):
            yield mark
    if not flat.isascii():
        yield from _cjk_marks(flat, begin)


def _read_marker(flat: str, match: re.Match[str], bracket: bool) -> Mark | None:
    group = next(name for name in (*_RANKS, *_UNITS) if match[name])
    kind = "digits" if match["digits"] else "word"
    numbers, used = (_digits if kind == "digits" else _words)(match[kind])
    if not numbers or not _allowed(flat, match, group, bracket):
        return None
    end = match.start(kind) + used
    ending = _RUSSIAN_ENDING.match(flat, end)
    return _finished(flat, match, ending.end() if ending else end, numbers, group, bracket)


def _finished(
    flat: str, match: re.Match[str], end: int, numbers: list[str], group: str, bracket: bool
) -> Mark | None:
    total, end = _total(flat, end)
    series = OF_SERIES.match(flat, end) if group in ("strong", "part") else None
    closed = ENDS_NUMBER.match(flat, end) or _KIND_FOLLOWS.match(flat, end)
    if not (total or series or closed or _may_run_on(flat, match, group, bracket)):
        return None
    unit = _UNITS.get(group, "volume")
    span = series.span("name") if series else None
    rank = _RANKS.get(group, 1)
    word = flat[match.start() : end]
    line_end = match.end("line") if group == "line" else None
    return Mark(match.start(), end, tuple(numbers), rank, unit, total, span, None, word, line_end)


def _digits(expression: str) -> tuple[list[str], int]:
    """Return the numbers and how much text they took.

    Of "1, 1950-1952" only the first counts: a year does not go on a list of volumes.
    """
    named = read_numbers(expression)
    if named and not (len(named) > 1 and any(map(_is_year, named))):
        return named, len(expression)
    first = _JOINT.split(expression)[0]
    return read_numbers(first) or [], len(first)


def _is_year(number: str) -> bool:
    return len(number) == 4 and number.isdigit() and 1800 <= int(number) < 2100


def _words(text: str) -> tuple[list[str], int]:
    pieces = _DASHED.split(text)
    if read_numeral(pieces[0]) is None and "-" in pieces[0]:
        pieces = pieces[0].split("-")
    numbers = [read_numeral(piece) for piece in pieces]
    if numbers[0] is None:
        return [], 0
    if numbers[-1] is None or len(numbers) == 1:
        return [numbers[0]], len(pieces[0])
    return read_numbers(f"{numbers[0]}-{numbers[-1]}") or [numbers[0]], len(text)


def _before(flat: str, match: re.Match[str]) -> str:
    # Enough to see the name; a title of ten thousand "#1" stays linear.
    return flat[max(0, match.start() - _LOOK_BACK) : match.start()].rstrip()


def _allowed(flat: str, match: re.Match[str], group: str, bracket: bool) -> bool:
    before = _before(flat, match)
    separated = not before or before[-1] in _SEPARATORS
    if group == "number":
        # "Ward No. 6" and "Love Potion No. 9" are names; "Goosebumps, No. 6" is a place.
        return bracket or (bool(before) and separated)
    if group == "hash":
        return bracket or any(char.isalpha() for char in before)
    if group == "letter":
        return _is_volume_letter(match, before, separated)
    if group in ("strong", "line") and not before and not bracket:
        # "Vol 714 pour Sydney" is a flight.
        return (
            match[0][:4].lower() not in ("vol ", "deel", "band") or flat[match.end() :][:1] == ":"
        )
    return True


def _is_volume_letter(match: re.Match[str], before: str, separated: bool) -> bool:
    if not match["digits"] or not any(char.isalpha() for char in before):
        return False
    letter, rest = match["letter"], match[0][1:]
    if rest[:1] == " " and not separated:
        return False
    return letter in ("T", "v") or separated or (letter == "V" and rest[:1] == ".")


def _may_run_on(flat: str, match: re.Match[str], group: str, bracket: bool) -> bool:
    """True where a subtitle may follow without a colon: "X, Tome 3 Folle de lui"."""
    before = _before(flat, match)
    if bracket:
        return not before and group == "strong"
    has_stem = any(char.isalpha() for char in before)
    return has_stem and group == "strong" and bool(match["digits"]) and before[-1] in ",-"


def _total(flat: str, end: int) -> tuple[int | None, int]:
    match = TOTAL.match(flat, end)
    number = read_numeral(match["total"]) if match else None
    if match is None or number is None or not number.isdigit():
        return None, end
    return int(number), match.end()


def _read_ordinal(flat: str, match: re.Match[str], bracket: bool) -> Mark | None:
    russian = match["noun"].lower() in ("том", "книга", "часть")
    if match["digits"]:
        number = read_numeral(match["digits"]) if match["suffix"] or russian else None
    else:
        number = read_numeral(match["word"]) if _ORDINAL_WORD.search(match["word"]) else None
    before = _before(flat, match)
    separated = bracket or (bool(before) and before[-1] in _SEPARATORS)
    if number is None or not (separated or (match["digits"] and before)):
        return None
    group = "part" if match["noun"].lower() in _PART_NOUNS else "strong"
    return _finished(flat, match, match.end(), [number], group, bracket)


_PART_NOUNS = frozenset({"teil", "часть", "partie", "parte", "part"})


def _cjk_marks(flat: str, begin: int) -> Iterator[Mark]:
    for match in CJK_MARKER.finditer(flat, begin):
        token = match["ordinal"] or match["count"] or match["kanji"] or match["after"]
        numbers = _cjk_numbers(token)
        if numbers:
            rank, unit = _cjk_rank(match)
            yield Mark(match.start(), match.end(), numbers, rank, unit, word=match[0])
    half = CJK_HALF.search(flat, begin) if flat[-1] in _HALF_ENDS else None
    if half:
        char = half["half"] or half["counted"]
        number = HALVES[char]
        yield Mark(half.start(), half.end(), (number,), _RANKS["part"], label=char)


_HALF_ENDS = frozenset("上中下상중하巻卷冊册編篇권)〉>》」]")


def _cjk_numbers(token: str) -> tuple[str, ...]:
    first = read_numeral(token)
    if first:
        return (first,)
    return tuple(read_numbers(token.replace("・", "-")) or ())


def _cjk_rank(match: re.Match[str]) -> tuple[int, Unit]:
    unit = match["unit"] or ""
    if match["chapter"] or unit in ("話", "话", "화"):
        return 1, "chapter"
    if match["issue"]:
        return 1, "issue"
    return (_RANKS["part"] if match["part"] or unit == "부" else _RANKS["strong"]), "volume"
