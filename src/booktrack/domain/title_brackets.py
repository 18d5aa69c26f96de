"""The brackets at the end of a title: series and place, number alone, format, imprint, or name."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from booktrack.domain.numerals import HAN, read_numeral
from booktrack.domain.positions import NUMBERS, Position, position_of, read_numbers
from booktrack.domain.series_names import clean_name, trim_name
from booktrack.domain.text import fold
from booktrack.domain.title_markers import (
    BRACKET_KINDS,
    CJK_TOTAL,
    COLLECTIVE_NAME,
    EDITION,
    HALVES,
    IMPRINT,
    LABEL_WORDS,
    SERIAL,
    kinds_in,
)
from booktrack.domain.title_marks import Mark, find_mark
from booktrack.domain.title_models import SeriesPart, Unit

_PAIRS = {")": "(", "]": "[", "】": "【", "〉": "〈", "》": "《", "」": "「"}
_MOST_GROUPS = 6

_ONLY_NUMBER = re.compile(rf"#?\s?(?P<numbers>{NUMBERS})\s?")
_HASH_TAIL = re.compile(rf"\s?(?P<numbers>-?{NUMBERS})(?P<rest>.*)$")
_NAME_NUMBER = re.compile(
    rf"(?P<name>.*?[^\W\d_].*?)(?:,?\s|(?<=[^\x00-\u024f]))(?P<numbers>{NUMBERS})$"
)
_HASH = re.compile("#")
_OF_REST = re.compile(r"\s(?:of|von|sur|de)\s([0-9]{1,3})$")
# "Bar Series, Book #3"; but "The Jungle Book #1" is named so.
_MARKER_TAIL = re.compile(
    r"(?:[,:]|(?<=series)|(?<=trilogy)|(?<=saga)|(?<=cycle))\s?(?:book|bk|vol(?:ume)?|no|part)\.?\s?$",
    re.IGNORECASE,
)
_CODE = re.compile(r"\s?(?P<code>[A-Za-z]{1,4}\s?[0-9]{1,3}|[0-9]{1,4}[A-Za-z]{2,3})$")
_HALF_OF = re.compile(r"[,;]?\s?(?:part|pt|teil|parte|partie|half)\.?\s(?:[0-9]|one|two)", re.I)
_NTH = re.compile(
    r"(?:the\s)?(?P<nth>[^\W_]+(?:-[^\W_]+)?)\s(?:book|volume|novel|part|instal+ment|story|title)"
    r"\s(?:in|of)\s(?:the\s)?(?P<name>.+)$",
    re.IGNORECASE,
)
_NTH_DIGITS = re.compile(r"[0-9]{1,3}(?=st|nd|rd|th)")
_HALF = re.compile(r"(?P<half>[上中下前後]|상|중|하)(?:[巻卷冊册編篇]|권)?")
_OF = re.compile(r"#?(?P<first>[0-9]{1,3})\s?(?:of|/|von|sur|de|di|из)\s?(?P<total>[0-9]{1,3})$")
# "Step into Reading, Step 3" tells how hard a book is, not which one it is.
_LEVEL = re.compile(
    r"\b(?:step|level|stage|grade|ages?|disc|cd|year|edition|set of|pack of)$", re.I
)


@dataclass(frozen=True, slots=True)
class Bracket:
    """One bracket at the end of a title and what it holds.

    `role` is series, name (a series without a number), number, label, format, imprint or other.
    """

    start: int
    end: int
    role: str
    parts: tuple[SeriesPart, ...] = ()
    position: Position | None = None
    kinds: frozenset[str] = frozenset()
    total: int | None = None
    marked: bool = False
    unit: Unit = "volume"


def peel(flat: str) -> list[tuple[int, int]]:
    """Return the spans of the brackets that close the text, the last first; text stays before."""
    spans: list[tuple[int, int]] = []
    end = len(flat)
    while end and flat[end - 1] in _PAIRS and len(spans) < _MOST_GROUPS:
        start = _opening(flat, end)
        if start is None or not flat[:start].strip(" ,:-"):
            break
        spans.append((start, end))
        end = len(flat[:start].rstrip())
    return spans


def _opening(flat: str, end: int) -> int | None:
    close = flat[end - 1]
    opener, depth = _PAIRS[close], 0
    for place in range(end - 1, -1, -1):
        if flat[place] == close:
            depth += 1
        elif flat[place] == opener:
            depth -= 1
            if not depth:
                return place
    # "Another ... 1)": Amazon cuts the middle out of long titles, the opening bracket with it.
    return None


def read_bracket(flat: str, printed: str, span: tuple[int, int]) -> Bracket:
    """Return what the bracket at this span holds."""
    start, end = span
    inner, shown = flat[start + 1 : end - 1].strip(), printed[start + 1 : end - 1].strip()
    if flat[start] == "【" or not inner:
        unit: Unit = "chapter" if SERIAL.search(inner) else "volume"
        return Bracket(start, end, "format", kinds=_kinds(inner), unit=unit)
    return (
        _plain(start, end, inner)
        or _labelled(start, end, shown)
        or _numbered(start, end, inner, shown)
        or _unnumbered(start, end, inner, shown)
    )


def _plain(start: int, end: int, inner: str) -> Bracket | None:
    if kind := BRACKET_KINDS.get(fold(inner)):
        role = "label" if LABEL_WORDS.fullmatch(inner) else "format"
        return Bracket(start, end, role, kinds=frozenset({kind}))
    if LABEL_WORDS.fullmatch(inner):
        return Bracket(start, end, "label", kinds=kinds_in(inner))
    if total := CJK_TOTAL.fullmatch(inner):
        number = read_numeral(total[1]) or "0"
        return Bracket(start, end, "format", total=int(number))
    if counted := _OF.fullmatch(inner):
        place = position_of([str(int(counted["first"]))])
        return Bracket(start, end, "number", position=place, total=int(counted["total"]))
    if half := _HALF.fullmatch(inner):
        place = position_of([HALVES[half["half"]]], half["half"])
        return Bracket(start, end, "number", position=place)
    alone = _ONLY_NUMBER.fullmatch(inner)
    named = read_numbers(alone["numbers"]) if alone else _han(inner)
    if named and not any(len(item) > 3 for item in named):
        return Bracket(start, end, "number", position=position_of(named))
    return None


def _labelled(start: int, end: int, shown: str) -> Bracket | None:
    name, comma, last = shown.rpartition(",")
    if not comma or not LABEL_WORDS.fullmatch(last.strip()):
        return None
    part = SeriesPart(clean_name(name)[0], None, last.strip())
    return Bracket(start, end, "series", (part,), kinds=kinds_in(shown))


def _han(inner: str) -> list[str] | None:
    number = read_numeral(inner) if all(char in HAN for char in inner) else None
    return [number] if number else None


def _numbered(start: int, end: int, inner: str, shown: str) -> Bracket | None:
    if not any(char.isdigit() for char in inner) and not _has_word(inner):
        return None
    parts, half, alone = [], False, None
    for first, last in _pieces(inner):
        half = half or bool(_HALF_OF.match(inner[first:last]))
        mark = find_mark(inner[first:last], bracket=True) if "#" not in inner[first:last] else None
        if mark and not mark.of_series and not inner[first : first + mark.start].strip(" ,:-#"):
            alone = alone or mark
        elif part := read_part(inner[first:last], shown[first:last], mark):
            parts.append(part)
    if parts:
        if half and parts[0].position:
            parts[0] = _halved(parts[0], parts[0].position)
        kinds = _kinds(inner).union(*(part.kinds for part in parts))
        return Bracket(start, end, "series", tuple(parts), kinds=kinds)
    return _mark_alone(start, end, inner, alone) if alone else None


def _has_word(inner: str) -> bool:
    return " " in inner or not inner.isascii()


def _pieces(inner: str) -> list[tuple[int, int]]:
    spans, first = [], 0
    for piece in inner.split(";"):
        lead = len(piece) - len(piece.lstrip())
        spans.append((first + lead, first + len(piece)))
        first += len(piece) + 1
    return spans


def _halved(part: SeriesPart, place: Position) -> SeriesPart:
    half = position_of(list(place.items), place.label, partial=True)
    return replace(part, position=half)


def _mark_alone(start: int, end: int, inner: str, mark: Mark) -> Bracket:
    kinds = _kinds(inner) | _kinds(inner[mark.end :].strip(" ,"))
    if mark.unit != "volume":
        return Bracket(start, end, "format", kinds=kinds, unit=mark.unit)
    place = position_of(list(mark.numbers), mark.label)
    return Bracket(start, end, "number", position=place, kinds=kinds, total=mark.total, marked=True)


def read_part(inner: str, shown: str, mark: Mark | None) -> SeriesPart | None:
    """Return the series and place of "Series, #3", "Series Book 3", "Book 3 of Series"."""
    if "#" in inner:
        return _hash_part(inner, shown)
    if mark and mark.of_series:
        first, last = mark.of_series
        return _part(shown[first:last], position_of(list(mark.numbers)), total=mark.total)
    if mark and mark.unit == "volume":
        place = position_of(list(mark.numbers), mark.label)
        return _part(shown[: mark.start], place, total=mark.total)
    if nth := _NTH.fullmatch(inner):
        digits = _NTH_DIGITS.match(nth["nth"])
        number = read_numeral(digits[0] if digits else nth["nth"])
        return _part(shown[nth.start("name") :], position_of([number])) if number else None
    return _name_then_number(inner, shown)


def _hash_part(inner: str, shown: str) -> SeriesPart | None:
    tails = (_HASH_TAIL.match(inner, hit.end()) for hit in _HASH.finditer(inner))
    tail = next((tail for tail in tails if tail and "#" not in tail["rest"]), None)
    named = read_numbers(tail["numbers"].lstrip("-")) if tail else None
    if tail and named:
        partial = bool(_HALF_OF.match(tail["rest"]))
        sign = "-" if tail["numbers"][0] == "-" else ""
        position = position_of([sign + item for item in named], partial=partial)
        letter = tail["numbers"] if tail["numbers"][-1].isalpha() else None
        of = _OF_REST.match(tail["rest"])
        return _part(
            shown[: tail.start() - 1], position, label=letter, total=int(of[1]) if of else None
        )
    place = inner.rindex("#")
    code = _CODE.match(inner, place + 1)
    return _part(shown[:place], None, label=code["code"]) if code else None


def _name_then_number(inner: str, shown: str) -> SeriesPart | None:
    match = _NAME_NUMBER.fullmatch(inner) if len(inner) < 300 else None
    named = read_numbers(match["numbers"]) if match else None
    if match is None or not named or any(len(item.split(".")[0]) > 3 for item in named):
        return None
    name = shown[: match.end("name")]
    if level := _LEVEL.search(name):
        return _part(name[: level.start()], None, label=shown[level.start() :])
    return _part(name, position_of(named))


def _part(
    name: str, place: Position | None, *, label: str | None = None, total: int | None = None
) -> SeriesPart | None:
    cleaned, kinds = clean_name(trim_name(_MARKER_TAIL.sub("", name.rstrip(" #"))))
    if not any(char.isalnum() for char in cleaned):
        return None
    return SeriesPart(cleaned, place, label, total, kinds)


def _unnumbered(start: int, end: int, inner: str, shown: str) -> Bracket:
    if COLLECTIVE_NAME.search(inner):
        name, kinds = clean_name(shown)
        return Bracket(start, end, "name", (SeriesPart(name),), kinds=kinds)
    if EDITION.search(inner):
        return Bracket(start, end, "format", kinds=_kinds(inner))
    if IMPRINT.search(inner) and not inner.isascii():
        return Bracket(start, end, "imprint")
    if IMPRINT.search(inner):
        return Bracket(start, end, "imprint" if inner.isupper() else "other")
    return Bracket(start, end, "other", kinds=kinds_in(inner))


def _kinds(inner: str) -> frozenset[str]:
    known = BRACKET_KINDS.get(fold(inner))
    return kinds_in(inner) | ({known} if known else set())
