"""The people of a book: read from one cell or a list, each once, with their roles."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from booktrack.domain.name_forms import (
    display_name,
    is_east_asian,
    is_group,
    is_particle,
    is_suffix,
    name_key,
    same_authors,
    same_person,
    sort_name,
)
from booktrack.domain.text import clean, fold

__all__ = [
    "Person",
    "display_name",
    "name_key",
    "parse_people",
    "people_from_list",
    "same_authors",
    "same_person",
    "sort_name",
]

Style = Literal["auto", "first-last", "last-first", "surname-first"]


@dataclass(frozen=True)
class Person:
    """A person or group as shown, as sorted, and with the role as the source words it."""

    display: str
    sort: str
    role: str | None = None

    @property
    def name(self) -> str:
        """The name as it is shown."""
        return self.display


def parse_people(cell: str, style: Style = "auto") -> list[Person]:
    """Return the people that one cell names, each once, in their order.

    Args:
        cell: Names parted by `;`, `|`, `/`, ` & `, line breaks, `:` (Kindle) or, where the words
            allow it, by commas or " and ". Roles stand in brackets or behind a dash.
        style: What a comma means. "last-first": it stands within a name (HandyLib, Kindle, or
            `author_sort`); "first-last": it parts two people (Goodreads, StoryGraph);
            "surname-first": the same, and each name begins with the family name (Babelio);
            "auto" decides by the words on its sides.

    >>> [person.display for person in parse_people("Akasaka, Aka; Yokoyari, Mengo; , Shirotaka")]
    ['Aka Akasaka', 'Mengo Yokoyari', 'Shirotaka']
    >>> parse_people("Carl R. Trueman, Rod Dreher (Foreword)")[1]
    Person(display='Rod Dreher', sort='Dreher, Rod', role='Foreword')
    """
    text = html.unescape(cell).replace("\r", "\n").replace("\n", ";")
    chunks, style = _chunks(_ET_AL.sub("", clean(text)), style)
    return _each_once(
        person for chunk in chunks for name in _names(chunk, style) for person in _person(*name)
    )


def people_from_list(names: Iterable[str], style: Style = "auto") -> list[Person]:
    """Return the people of a list that holds one name an entry, each once, in their order.

    >>> [person.sort for person in people_from_list(["Kodama, Naoko", "Naoko Kodama", "Hero"])]
    ['Kodama, Naoko', 'Hero']
    """
    inner: Style = "last-first" if style == "auto" else style
    return _each_once(person for name in names for person in _person(clean(name), inner))


def _each_once(people: Iterable[Person]) -> list[Person]:
    """Return one entry a person: the first spelling, with all the roles that were named."""
    named = list(people)
    if len(named) < 2:
        return named
    found: dict[str, Person] = {}
    for person in named:
        key = name_key(person.display)
        known = found.setdefault(key, person)
        if person.role and person.role != known.role:
            role = f"{known.role}, {person.role}" if known.role else person.role
            found[key] = replace(known, role=role)
    return list(found.values())


# --- one cell, several names -----------------------------------------------------------------

_ET_AL = re.compile(r",?\s*\(?\b(?:et al\b\.?|and others|u\. ?a\.)\)?\s*$", re.IGNORECASE)
_OPENING, _CLOSING = "([（［【「", ")]）］】」"
_MARKS = re.compile(r"[;；|｜、／]| / |(?<=[^\s/]{4})/(?=[^\s/]{4})")
_AMPERSAND = re.compile(r" [&＆] ")
_AND = re.compile(r" (?:and|with|und|et) ", re.IGNORECASE)


def _chunks(text: str, style: Style) -> tuple[list[str], Style]:
    """Return the parts between the marks that always separate, and what a comma then means."""
    kindle = [part for part in text.split(":") if part.strip()]
    several = len(kindle) > 1 and all("," in part for part in kindle)
    # ", Code:000; Yabuki, Kentaro" has its colon in a name.
    if (text.endswith(":") or several) and not re.search("[;|&]|^,", text):
        return kindle, "last-first"
    chunks: list[str] = []
    for part in _split(_MARKS, text):
        chunks.extend(_split_pairs(part, style))
    sorted_names = len(chunks) > 1 and all(_may_be_sorted(chunk) for chunk in chunks)
    return chunks, "last-first" if style == "auto" and sorted_names else style


def _may_be_sorted(chunk: str) -> bool:
    """Return whether the chunk has at most one comma, and not between two whole names."""
    parts = _comma_parts(chunk)
    return len(parts) < 2 or (len(parts) == 2 and not _are_two_people(*parts))


def _split(mark: re.Pattern[str], text: str) -> list[str]:
    """Return the parts between the marks that stand outside brackets."""
    if not any(bracket in text for bracket in _OPENING):
        return mark.split(text)
    depths = _bracket_depths(text)
    parts, start = [], 0
    for match in mark.finditer(text):
        if not depths[match.start()]:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _bracket_depths(text: str) -> list[int]:
    depth, depths = 0, []
    for char in text:
        depth += char in _OPENING
        depths.append(depth)
        depth = max(0, depth - (char in _CLOSING))
    # A bracket that never closes is damage, and hides no separator.
    return [0] * len(text) if depth else depths


def _split_pairs(chunk: str, style: Style) -> list[str]:
    """Return the people parted by & or "and", a company's name kept whole."""
    people = _split(_AMPERSAND, chunk)
    if len(people) > 1 and _is_company(people, style):
        people = [chunk]
    return [part for person in people for part in _split_and(person)]


def _is_company(people: list[str], style: Style) -> bool:
    """Return whether the parts are one name: Harper & Row, Farrar & Sons, Simon & Schuster, Inc."""
    tail = people[-1]
    if is_group(tail) and (len(tail.split()) == 1 or is_suffix(tail.rpartition(",")[2])):
        return True
    return style == "auto" and all("," not in part and len(part.split()) < 2 for part in people)


def _split_and(chunk: str) -> list[str]:
    people = _split(_AND, chunk)
    safe = all(len(person.split()) > 1 and not is_group(person) for person in people)
    return people if safe else [chunk]


def _names(chunk: str, style: Style) -> list[tuple[str, Style]]:
    """Return the names of a chunk, each with the way in which it is to be read."""
    if style == "last-first":
        return [(chunk, style)]
    parts = _comma_parts(chunk)
    if style != "auto":
        return [(part, style) for part in parts]
    if len(parts) == 2 and not _are_two_people(*parts):
        return [(", ".join(parts), "last-first")]
    # "Smith, John, Doe, Jane": an even count of single words reads as pairs.
    single = [part for part in parts if len(part.split()) == 1 and not is_east_asian(part)]
    if len(parts) >= 4 and len(parts) % 2 == 0 and len(single) == len(parts):
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return [(", ".join(pair), "last-first") for pair in pairs]
    return [(part, "first-last") for part in parts]


def _comma_parts(chunk: str) -> list[str]:
    """Return what stands between the commas; Jr. and Inc. stay with the name before them."""
    parts: list[str] = []
    role = ""
    for part in map(str.strip, _split(re.compile("[,，]"), chunk)):
        if parts and is_suffix(_split_role(part)[0]):
            parts[-1] = f"{parts[-1]}, {part}"
        elif _WHOLE_ROLE.fullmatch(part) and _is_role(part.strip("()（）")):
            # "(Translator), Virgil, John Dryden" was "Virgil, John Dryden (Translator)".
            role = f" {part}"
        elif part:
            parts.append(part)
    return [*parts[:-1], *(part + role for part in parts[-1:])]


def _are_two_people(first: str, second: str) -> bool:
    """Return whether "first, second" is two whole names rather than family and given name."""
    if is_east_asian(first) or is_east_asian(second):
        return True
    left, right = _split_role(first)[0].split(), _split_role(second)[0].split()
    if len(left) < 2 or len(right) < 2 or is_particle(left[0]):
        return False
    # Nobody's family name is an initial: "García Lorca, Federico G." is one person.
    return not _is_initial(right[-1]) and not is_particle(right[-1])


def _is_initial(word: str) -> bool:
    return re.fullmatch(r"(?:[^\W\d_]\.-?)+[^\W\d_]?|[^\W\d_]", word) is not None


# --- one name --------------------------------------------------------------------------------

_WHOLE_ROLE = re.compile(r"[(（][^()（）]+[)）]")
_ROLE_BEHIND = re.compile(
    r"^(?P<name>.*?\S)(?:\s*[(\[（［](?P<bracket>[^()\[\]（）［］]+)[)\]）］]|\s+[-–—]\s+(?P<dash>.+))$"
)
_ROLE_BEFORE = re.compile(r"^(?P<role>[^:：]{1,30})[:：]\s*(?P<name>.+)$")
_BY = re.compile(r"^(?:(?P<role>[a-z]+ed) )?(?:by|par) (?P<name>.+)$", re.IGNORECASE)
_ROLE_STEMS = (
    "author writer translat illustrat artist edit narrat reader foreword afterword introduc"
    " preface prefac contribut photograph letter color colour ink pencil adapt compil produc"
    " creator design ubersetz herausg hrsg autor sprech vorwort nachwort erzahl traduc traduct"
    " traduz trad auteur dessin scenar ilustra prolog epilog narra curator cura prefaz vertal"
    " redact organiz director lyric composer retold abridg performer afterw cover story art"
    " original script"
).split()
_ROLE_WORDS = frozenset(
    "著 著者 作 作者 訳 訳者 翻訳 原作 作画 漫画 画 絵 文 編 編集 監修 イラスト".split()
)
_ROLE_FILLERS = frozenset("and of by the english goodreads co der die des de la le et und".split())
_NOBODY = frozenset(["not applicable", "n a", "na", "none", "null", "nan", "no author"])


def _person(name: str, style: Style) -> list[Person]:
    """Return the person in a list, or an empty list where the text names nobody."""
    bare, role = _split_role(name)
    if style == "surname-first":
        display, sorted_form = _given_name_first(bare)
    elif style == "last-first" or is_suffix(bare.rpartition(",")[2]):
        display, sorted_form = display_name(bare), _as_sorted(bare)
    else:
        display, sorted_form = bare.strip(" ,"), sort_name(bare.strip(" ,"))
    if not any(map(str.isalnum, display)) or fold(display) in _NOBODY:
        return []
    return [Person(display, sorted_form, role)]


def _as_sorted(written: str) -> str:
    """Return "Last, First" as the cell has it, unless its comma does not follow a family name."""
    family, _, given = re.sub(r"\s*[,，]\s*", ", ", written).strip(" ,").partition(", ")
    shown = display_name(written)
    if not given or is_group(shown) or is_suffix(family) or is_suffix(given):
        return sort_name(shown)
    if fold(family) == fold(given) or is_particle(given.split()[-1]):
        return sort_name(shown)
    return f"{family}, {given}"


def _split_role(text: str) -> tuple[str, str | None]:
    """Return the name without its role, and the role in the source's own words."""
    name = clean(text)
    for pattern in (_ROLE_BEHIND, _ROLE_BEFORE, _BY):
        match = pattern.match(name)
        if not match:
            continue
        found = match.groupdict()
        role = found.get("bracket") or found.get("dash") or found.get("role")
        if role is None or _is_role(role):
            return match["name"], role.strip() if role else None
    return name, None


def _is_role(text: str) -> bool:
    words = [word for word in fold(text).split() if word not in _ROLE_FILLERS]
    return bool(words) and all(
        word in _ROLE_WORDS or any(word.startswith(stem) for stem in _ROLE_STEMS) for word in words
    )


def _given_name_first(name: str) -> tuple[str, str]:
    """Return both forms of "Quinn Julia", "Tolkien J. R. R." or "Epenoux François d'"."""
    words = clean(name).split()
    end = len(words)
    while end > 1 and is_particle(words[end - 1]):
        end -= 1
    start = end - 1
    while start > 1 and _is_initial(words[start]) and _is_initial(words[start - 1]):
        start -= 1
    if start < 1 or is_east_asian(name):
        return clean(name), clean(name)
    shown = " ".join([*words[start:], *words[:start]])
    display = re.sub(r"(?<=\b[dDlL]['’]) ", "", shown)
    return display, f"{' '.join(words[:start])}, {' '.join(words[start:])}"
