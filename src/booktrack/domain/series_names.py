"""Series names as cells and titles write them: aliases, keys for comparing, format words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from booktrack.domain.numerals import flatten
from booktrack.domain.positions import NUMBERS, Position, try_position
from booktrack.domain.text import clean, fold, fold_key, script
from booktrack.domain.title_markers import BRACKET_KINDS, IMPRINT, kinds_in

_ARTICLES = frozenset(
    "the a an le la les un une der die das den ein eine el los las il lo gli de het een o os as um"
    "".split()
)
_ELISION = re.compile(r"^[lL]['’](?=\w)")
_COLLECTIVE = frozenset(
    "series trilogy saga chronicles chronicle cycle books novels novel duology quartet tetralogy"
    " quintet pentalogy sequence serie reihe zyklus trilogie trilogia trilogía ciclo serija".split()
)
_COLLECTIVE_CJK = re.compile(r"(?:シリーズ|系列|시리즈)$")
_BRACKETED = re.compile(r"[(\[（［【]([^()\[\]（）［］【】]*)[)\]）］】+]?")
_SLASH = re.compile(r"\s*/\s+|\s+/\s*|(?<=[^\x00-\u024f])/(?=[A-Za-z])")
_TAIL_KIND = re.compile(
    r"(?:\s+series)?(?:\s*[:,\-–—]\s*|\s+)"
    r"(light novels?|manga|graphic novels?|comics|ライトノベル|漫画)$",
    re.IGNORECASE,
)
# "RWBY: The Official Manga" is the name; "Unless… Manga" is a name and a format.
_PART_OF_NAME = re.compile(r"(?:^|\s)(?:the|official|complete|original|of|and|&|a)$", re.IGNORECASE)
_HEAD_KIND = re.compile(r"^(?:漫画|マンガ|コミック|小説)(?:版)?\s+")
_CELL_NUMBER = re.compile(
    rf"(?:\s*\((?:#|book |vol\.? ?|no\.? ?)?(?P<bracket>-?{NUMBERS})\)|\s*#\s?(?P<hash>-?{NUMBERS})"
    rf"|,\s?(?:(?:book|vol|volume|tome|band|no|part)\.?\s?)?(?P<comma>{NUMBERS})"
    rf"|\s(?:book|vol|volume|tome|band|teil|том)\.?\s?(?P<word>{NUMBERS})|\s?\[(?P<square>{NUMBERS})\]"
    rf"|\s?第?(?P<han>{NUMBERS})[巻卷권])$",
    re.IGNORECASE,
)
_ENDS = " \t,;:/|・·"
_DASHES = re.compile(r"^[-–—~]+\s+|\s+[-–—~～]+$|[–—]+$")
# A full stop closes "Ведьмак." but belongs to "Unless..." and "S.H.I.E.L.D."
_FULL_STOP = re.compile(r"(?<=\w\w\w)\.$")
_TAIL_NOTE = re.compile(r"(?<=\S)\s*【[^【】]*】$")


@dataclass(frozen=True, slots=True)
class SeriesCell:
    """What a Series column says: the names of one series, a position, the format words."""

    names: tuple[str, ...]
    position: Position | None = None
    kind_words: frozenset[str] = frozenset()


@lru_cache(maxsize=65_536)
def series_key(name: str) -> str:
    """Return the form in which two names of one series are equal.

    Case, accents, punctuation, a leading article, a trailing "series", "trilogy", "saga" and the
    like, and format words in brackets do not count. Something always remains.

    >>> series_key("The Lord of the Rings Trilogy") == series_key("Lord of the Rings")
    True
    """
    bare = _without_format(clean(name))[0] or name
    words = fold(_COLLECTIVE_CJK.sub("", _ELISION.sub("", bare)) or bare).split()
    if len(words) > 1 and words[0] in _ARTICLES:
        words = words[1:]
    while len(words) > 1 and words[-1] in _COLLECTIVE:
        words = words[:-1]
    return "".join(words) or fold_key(name)


def split_aliases(series_cell: str) -> list[str]:
    """Return the names that one cell holds, the first as printed first, without format words.

    >>> split_aliases("推しの子 [Oshi no Ko]"), split_aliases("Fate/Zero")
    (['推しの子', 'Oshi no Ko'], ['Fate/Zero'])
    """
    return list(_names(clean(series_cell))[0])


def series_cell(text: str) -> SeriesCell:
    """Return names, position and format words of a Series column's cell.

    >>> cell = series_cell("The Warlord Chronicles (#1.0)")
    >>> cell.names, cell.position.text
    (('The Warlord Chronicles',), '1')
    """
    cleaned = clean(text)
    match = _CELL_NUMBER.search(flatten(cleaned)[-60:])
    position = None
    if match and len(cleaned) > len(match[0]) and not _is_name_number(match, cleaned):
        position = try_position(next(group for group in match.groups() if group))
    if match and position:
        cleaned = trim_name(cleaned[: -len(match[0])])
    names, kinds = _names(cleaned)
    return SeriesCell(names, position, kinds)


def clean_name(name: str) -> tuple[str, frozenset[str]]:
    """Return the series name for showing and the format words that stood with it.

    >>> clean_name("The Rising of the Shield Hero Series: Light Novel")
    ('The Rising of the Shield Hero', frozenset({'light_novel'}))
    """
    trimmed = trim_name(_TAIL_NOTE.sub("", name.strip()))
    bare, kinds = _without_format(trimmed)
    return trim_name(bare) or trimmed, kinds | kinds_in(bare)


def trim_name(text: str) -> str:
    """Return the name without the punctuation that joined it to a number or a subtitle."""
    return _FULL_STOP.sub("", _DASHES.sub("", text.strip(_ENDS).rstrip("(（ ")).strip(_ENDS))


def _is_name_number(match: re.Match[str], text: str) -> bool:
    rest = text[: -len(match[0])]
    return not any(char.isalpha() for char in rest) and match["comma"] is None


def _without_format(name: str) -> tuple[str, frozenset[str]]:
    kinds: set[str] = set()

    def take(match: re.Match[str]) -> str:
        found = BRACKET_KINDS.get(fold(match[1]))
        kinds.update({found} if found else ())
        return " " if found else match[0]

    bare = _BRACKETED.sub(take, name) if any(mark in name for mark in "([（［【") else name
    tail = _TAIL_KIND.search(bare.rstrip()[-48:])
    if tail and not _PART_OF_NAME.search(bare.rstrip()[: -len(tail[0])]):
        shorter = trim_name(bare.rstrip()[: -len(tail[0])])
        if shorter:
            kinds.add(BRACKET_KINDS[fold(tail[1])])
            bare = shorter
    if head := _HEAD_KIND.match(bare):
        kinds.update(kinds_in(head[0]))
        bare = bare[head.end() :]
    return " ".join(bare.split()), frozenset(kinds)


def _names(cell: str) -> tuple[tuple[str, ...], frozenset[str]]:
    kinds: set[str] = set()
    names: list[str] = []
    for piece in _pieces(cell):
        name, words = clean_name(piece)
        kinds |= words
        if name and fold(name) not in map(fold, names):
            names.append(name)
    return tuple(names), frozenset(kinds)


def _pieces(cell: str) -> list[str]:
    sides = [side for side in _SLASH.split(cell) if trim_name(side)]
    if len({fold(side) for side in sides}) > 1 and {script(side) for side in sides} == {"latin"}:
        # Two scripts are one name twice; "Love / Hate" may be one name, or two of one series.
        sides.insert(0, cell)
    return [piece for side in sides for piece in _bracket_aliases(side)]


def _bracket_aliases(side: str) -> list[str]:
    """Return `native` and `romaji` of "native [romaji]"; a name that is all bracket stays one."""
    aliases: list[str] = []

    def take(match: re.Match[str]) -> str:
        inner = match[1].strip(" +")
        if not inner or fold(inner) in BRACKET_KINDS or IMPRINT.search(inner):
            return match[0] if inner and not IMPRINT.search(inner) else " "
        square = match[0][0] in "[［"
        before = side[: match.start()]
        if before.strip() and (square or script(inner) != script(before)):
            aliases.append(inner)
            return " "
        return match[0]

    rest = _BRACKETED.sub(take, side).strip()
    return [rest, *aliases] if rest else aliases


@lru_cache(maxsize=512)
def known_names(names: tuple[str, ...]) -> tuple[frozenset[str], tuple[tuple[str, str], ...]]:
    """Return the keys of all names and aliases, and (start, name) of each, the longest first."""
    aliases = {alias for name in names for alias in (*split_aliases(name), name) if alias.strip()}
    ordered = sorted(aliases, key=lambda alias: (-len(alias), alias))
    keys = {key for alias in ordered for key in (series_key(alias), series_key(bundle_less(alias)))}
    return frozenset(keys), tuple((flatten(alias).casefold()[:4], alias) for alias in ordered)


def bundle_less(name: str) -> str:
    """Return the name without the words of a bundle, whose volumes are counted like the rest.

    >>> bundle_less("One Piece 3-in-1 Omnibus")
    'One Piece'
    """
    bare = re.sub(
        r"\s(?:[2-9]-in-1|omnibus|deluxe|edition|collector's)\b", "", name, flags=re.IGNORECASE
    )
    return trim_name(bare) or name


@lru_cache(maxsize=4096)
def prefix_pattern(name: str) -> re.Pattern[str]:
    """Return the pattern that finds the name at the start of a title, however punctuated."""
    words = [re.escape(word) for word in re.findall(r"\w+", flatten(name))]
    # A name in kana may touch its number, "Area" may not touch the 51 of "Area51".
    after = r"(?!\w)" if name[-1].isascii() else r"(?![^\W\d_])"
    return re.compile(r"\W*" + r"\W+".join(words) + after, re.IGNORECASE)
