"""Reading a printed title: the work, the series, the place in it, the format words.

Explicit marks ("Vol. 3") are trusted before brackets ("(Series, #3)"), brackets before a bare
number at the end, which counts only where the siblings of the book share the stem: "Inuyashiki 1"
is a volume, "Fahrenheit 451" is a name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from booktrack.domain.numerals import flatten, read_numeral
from booktrack.domain.positions import position_of
from booktrack.domain.series_names import (
    SeriesCell,
    clean_name,
    series_cell,
    series_key,
    split_aliases,
)
from booktrack.domain.text import clean
from booktrack.domain.title_hints import may_say_more
from booktrack.domain.title_markers import kinds_in
from booktrack.domain.title_models import Candidate, ParsedTitle, SeriesPart
from booktrack.domain.title_reader import Reader
from booktrack.errors import InvalidInput, shown

__all__ = [
    "Candidate",
    "ParsedTitle",
    "SeriesCell",
    "SeriesPart",
    "parse_title",
    "series_cell",
    "series_key",
    "split_aliases",
]

# Three quarters of the numbered titles of a Goodreads export have this form and nothing else.
_COMMON = re.compile(
    r"(?P<title>[^()\[\]#]*[^()\[\]#\s,])\s\((?P<series>[^()\[\]#;,]*[^()\[\]#;,\s]),?\s"
    r"#(?P<number>[0-9]{1,3}(?:\.[1-9])?)\)"
)
_PRINTABLE = re.compile(r"[!-~](?: ?[!-~])*")


def parse_title(raw: str, *, series_names: Sequence[str] = ()) -> ParsedTitle:
    """Return what the title says of its work, its series and its place in it.

    Args:
        raw: the title as printed or exported.
        series_names: names that are known from elsewhere (the series column, siblings, aliases);
            a bare number after one of them is a place.

    Raises:
        InvalidInput: it is no text.

    >>> parsed = parse_title("Annihilation (Southern Reach, #1)")
    >>> parsed.title, parsed.series, parsed.start
    ('Annihilation', 'Southern Reach', '1')
    >>> parse_title("Fahrenheit 451").start, parse_title("Inuyashiki 1").candidate.stem
    (None, 'Inuyashiki')
    >>> parse_title("Inuyashiki 1", series_names=["Inuyashiki"]).start
    '1'
    """
    if not isinstance(raw, str):
        raise InvalidInput(f"a title is text, not {shown(raw)}")
    text = raw if _PRINTABLE.fullmatch(raw) else clean(raw)
    flat = flatten(text)
    if not may_say_more(flat):
        return ParsedTitle(title=text)
    if parsed := _read_common(flat):
        return parsed
    return Reader(text, flat, tuple(series_names)).read()


def _read_common(flat: str) -> ParsedTitle | None:
    match = _COMMON.fullmatch(flat) if flat.isascii() and flat[-1] == ")" else None
    if match is None or may_say_more(match["title"]) or kinds_in(match["series"]):
        return None
    series, kinds = clean_name(match["series"])
    if kinds or not any(char.isalnum() for char in series):
        return None
    place = position_of([read_numeral(match["number"]) or "0"])
    return ParsedTitle(
        title=match["title"],
        series=series,
        start=place.start,
        end=place.end,
        covers=place.covers,
        slot="main" if place.covers else "side",
        confidence="parenthesis",
        reasons=("in brackets",),
        position=place,
    )
