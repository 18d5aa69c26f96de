"""One name in its forms: as it is shown, as it is sorted, and as it is compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from booktrack.domain.text import clean, fold, fold_key, script

# Words that belong to the family name that follows them.
_PARTICLES = frozenset(
    "de da do dos das del della delle dei di du des d la le les lo van von vom der den het ter"
    " ten te zu zum zur af av al el ibn bin ben abu st saint san santa mac wa ya".split()
)
# With a capital the others are given names or initials: Al Gore, Ben Okri, D. Smith.
_PARTICLES_WITH_CAPITAL = frozenset(
    "de da del della di du des la le van von der den ter ten el st saint san santa mac".split()
)
_SUFFIXES = frozenset("jr sr ii iii iv phd esq obe mbe".split())
_COMPANY = frozenset("inc ltd llc llp gmbh corp co company plc limited".split())
_ENDINGS = _SUFFIXES | _COMPANY
_GROUP = _COMPANY | frozenset(
    "press publishing publishers publications editors editor staff magazine society university"
    " association foundation institute studio studios productions productions team group museum"
    " collective collectif books comics entertainment digest dictionaries committee council"
    " ministry department international sons brothers bros associates".split()
)
_UNKNOWN = frozenset(
    ["unknown", "unknown author", "author unknown", "unbekannt", "inconnu", "desconocido"]
)
_EAST_ASIAN = ("japanese", "chinese", "korean")
_BRACKETS = re.compile(r"[(\[（［][^()\[\]（）［］]*[)\]）］]")
# A bracket belongs to the word before it: Zalman (of Lyady).
_WORDS = re.compile(r"\S+(?: [(\[（［][^()\[\]（）［］]*[)\]）］])*")


def is_suffix(text: str) -> bool:
    """Return whether a part behind a comma only ends the name before it: Jr., III, Inc."""
    words = fold(text).split()
    return bool(words) and (_ENDINGS.issuperset(words) or "".join(words) in _ENDINGS)


def is_group(name: str) -> bool:
    """Return whether the name is of a company or a group rather than of one person."""
    words = fold(name).split()
    return any(word in _GROUP for word in words) or words[:1] == ["the"]


def is_particle(word: str) -> bool:
    """Return whether the word belongs to the family name after it: de, van, Le, d'."""
    known = _PARTICLES if word[:1].islower() else _PARTICLES_WITH_CAPITAL
    return fold(word) in known


def is_east_asian(name: str) -> bool:
    """Return whether the name is in Chinese, Japanese or Korean script: family name first."""
    return script(_BRACKETS.sub("", name)) in _EAST_ASIAN


def display_name(sort: str) -> str:
    """Return the name as a cover shows it, from "Last, First"; other forms are only cleaned.

    >>> display_name("Le Guin, Ursula K."), display_name(", Shirotaka")
    ('Ursula K. Le Guin', 'Shirotaka')
    >>> display_name("Jr., Ross Lockridge"), display_name("Simon & Schuster, Inc.")
    ('Ross Lockridge Jr.', 'Simon & Schuster, Inc.')
    """
    parts = [part for part in map(clean, re.split("[,，]", sort)) if part]
    suffixes = [part for part in parts if is_suffix(part)]
    names = [part for part in parts if not is_suffix(part)]
    if not names:
        return clean(sort)
    if len(names) == 1 and len(parts) > 1 and parts[0] == names[0] and is_group(sort):
        return clean(sort)
    # Goodreads writes a mononym twice: "99U, 99U".
    if len(names) == 2 and fold(names[0]) == fold(names[1]):
        names = names[:1]
    family_first = len(names) > 1 and all(map(is_east_asian, names))
    given, family = names[1:], names[0]
    endings = [] if family_first else _trailing_suffixes(family)
    if endings and given:
        family = " ".join(family.split()[: -len(endings)])
    ordered = names if family_first else [*given, family, *(endings if given else [])]
    return " ".join([*ordered, *suffixes])


def sort_name(display: str) -> str:
    """Return the name as a shelf sorts it; one word, groups and East Asian names stay as they are.

    >>> sort_name("Ursula K. Le Guin"), sort_name("Ross Lockridge Jr.")
    ('Le Guin, Ursula K.', 'Lockridge, Ross, Jr.')
    >>> sort_name("Kotoyama"), sort_name("The Washington Post"), sort_name("村上 春樹")
    ('Kotoyama', 'Washington Post, The', '村上 春樹')
    """
    name = clean(display)
    words = _WORDS.findall(name)
    if "," in name or "，" in name or len(words) < 2 or is_east_asian(name):
        return name
    if fold(words[0]) == "the":
        return f"{' '.join(words[1:])}, {words[0]}"
    if is_group(name) or "&" in words:
        return name
    suffixes = _trailing_suffixes(name)
    words = words[: len(words) - len(suffixes)]
    start = len(words) - 1
    while start > 1 and is_particle(words[start - 1]):
        start -= 1
    parts = [" ".join(words[start:]), " ".join(words[:start]), " ".join(suffixes)]
    return ", ".join(part for part in parts if part)


def _trailing_suffixes(name: str) -> list[str]:
    """Return the last words that are Jr., III and the like, at least one word being left."""
    words = name.split()
    start = len(words)
    while start > 1 and fold_key(words[start - 1]) in _SUFFIXES:
        start -= 1
    return words[start:]


@lru_cache(maxsize=65_536)
def name_key(name: str) -> str:
    """Return the form in which two spellings of a name are equal.

    Accents, case, dots, the blanks between initials and the order of family and given names do
    not matter. An East Asian name is compared without blanks, in its order.

    >>> name_key("L. J. Ross") == name_key("L.J. Ross") == name_key("ross, lj")
    True
    """
    shown = display_name(name)
    if is_east_asian(shown):
        return fold_key(shown)
    return " ".join(sorted(_joined_initials(fold(shown).split())))


def _joined_initials(words: Iterable[str]) -> list[str]:
    joined: list[str] = []
    open_run = False
    for word in words:
        initial = len(word) == 1 and word.isalpha()
        if initial and open_run:
            joined[-1] += word
        else:
            joined.append(word)
        open_run = initial
    return joined


def same_person(one: str, other: str) -> bool:
    """Return whether two names can be trusted to mean one person.

    Beyond the same `name_key`, a missing Jr. is forgiven, an initial stands for a name that begins
    so, and a middle name may be missing where the first names are written out alike. J. Clarke and
    J. M. Clarke are left apart: too many people share a family name and one letter.

    >>> same_person("Ursula Le Guin", "Le Guin, Ursula K."), same_person("J. Clarke", "J.M. Clarke")
    (True, False)
    """
    if name_key(one) == name_key(other):
        return bool(name_key(one))
    if is_east_asian(one) or is_east_asian(other):
        return False
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if len(shorter) < 2 or shorter[-1] != longer[-1]:
        return False
    if len(shorter) == len(longer):
        return all(map(_stand_for, shorter[:-1], longer[:-1]))
    return len(shorter[0]) > 1 and shorter[0] == longer[0] and _follows(shorter, longer)


def _words(name: str) -> list[str]:
    """Return the folded words in display order, suffixes gone and LJ parted into l and j."""
    shown = display_name(name)
    words = shown.split()[: len(shown.split()) - len(_trailing_suffixes(shown))]
    parted = [
        " ".join(word) if word.isupper() and len(word) <= 3 and not shown.isupper() else word
        for word in words[:-1]
    ]
    return fold(" ".join([*parted, *words[-1:]])).split()


def _stand_for(one: str, other: str) -> bool:
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _follows(shorter: Sequence[str], longer: Sequence[str]) -> bool:
    """Return whether the words of the shorter name occur in the longer one in their order."""
    rest = iter(longer)
    return all(any(_stand_for(word, other) for other in rest) for word in shorter)


def same_authors(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two lists of authors share at least one person, whatever their order.

    "Unknown" is nobody and proves nothing; so does an empty list.

    >>> same_authors(["Yabuki, Kentaro", "Code:000"], ["Code:000"]), same_authors([], [])
    (True, False)
    """
    ours, theirs = ([name for name in names if not _is_unknown(name)] for names in (one, other))
    if {key for key in map(name_key, ours) if key} & set(map(name_key, theirs)):
        return True
    return any(same_person(our, their) for our in ours for their in theirs)


def _is_unknown(name: str) -> bool:
    return fold(name) in _UNKNOWN
