"""Mentions that mean one series brought together, and those that only share a name kept apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from booktrack.domain.detection_models import Candidate, Group, Key, KnownSeries, Mention
from booktrack.domain.models import SeriesKind
from booktrack.domain.names import name_key
from booktrack.domain.positions import try_position
from booktrack.domain.text import fold
from booktrack.domain.titles import series_key


class Joined:
    """Keys that mean one series (disjoint sets)."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def find(self, key: Key) -> Key:
        """Return the key that stands for all that were joined with this one."""
        root = self._parent.setdefault(key, key)
        while root != self._parent[root]:
            root = self._parent[root]
        self._parent[key] = root
        return root

    def join(self, keys: Sequence[Key]) -> None:
        """Let these keys mean one series."""
        for key in keys:
            one, two = self.find(keys[0]), self.find(key)
            self._parent[max(one, two)] = min(one, two)

    def all(self) -> list[Key]:
        """Return every key that was asked for."""
        return list(self._parent)


def known_keys(series: KnownSeries) -> list[Key]:
    """Return the keys that mean a series of the library."""
    return [
        (key, kind, line or "")
        for kind, line in ((series.kind, series.edition_line), *series.absorbed)
        for name in series.names
        if (key := series_key(name))
    ]


def share_cells(mentions: Sequence[Mention]) -> None:
    """Give the kind that one title names to every book with the same series' cell."""
    said: dict[Key, set[SeriesKind]] = {}
    silent: list[tuple[Key, Mention]] = []
    for mention in mentions:
        if mention.cell is None:
            continue
        if mention.kind == "unknown":
            silent.append((mention.cell, mention))
        else:
            said.setdefault(mention.cell, set()).add(mention.kind)
    for cell, mention in silent:
        if len(kinds := said.get(cell, set())) == 1:
            (mention.kind,) = kinds


def join_kinds(
    joined: Joined,
    mentions: Sequence[Mention],
    known: Sequence[KnownSeries],
    candidates: Sequence[Candidate],
    home: Callable[[int], Collection[int]],
) -> None:
    """Let books that do not say what they are join the one kind that bears their name.

    Where a manga and a light novel bear it, the authors decide; else they stay by themselves. So
    do they where both have a volume 1, or where their cells differ.
    """
    kinds: dict[tuple[str, str], set[str]] = {}
    for name, kind, line in joined.all():
        kinds.setdefault((name, line), set()).add(kind)
    open_names = {
        name: found for name, found in kinds.items() if "unknown" in found and len(found) > 1
    }
    if not open_names:
        return
    sides = _sides(joined, mentions, known, candidates)
    for (name, line), found in sorted(open_names.items()):
        unknown: Key = (name, "unknown", line)
        named: list[Key] = [(name, kind, line) for kind in sorted(found - {"unknown"})]
        mine = sides[joined.find(unknown)]
        theirs = {key: sides[joined.find(key)] for key in named}
        possible = [key for key in named if mine.may_join(theirs[key], home)]
        fitting = [key for key in possible if mine.authors & theirs[key].authors]
        chosen = possible if len(named) == 1 else fitting if len(fitting) == 1 else []
        for key in chosen:
            joined.join([unknown, key])
        if len(possible) > 1 and not chosen and not mine.known:
            doubt = f"{' and '.join(key[1] for key in named)} of this name: it is not said which"
            for mention in mine.mentions:
                mention.doubts.append(doubt.replace("_", " ") + " is meant")


@dataclass
class _Side:
    """What bears one name and is of one kind: books of the batch, series of the library."""

    mentions: list[Mention] = field(default_factory=list)
    known: list[KnownSeries] = field(default_factory=list)
    authors: set[str] = field(default_factory=set)

    def may_join(self, named: _Side, home: Callable[[int], Collection[int]]) -> bool:
        """Whether these, which do not say their kind, may be one series with those that do."""
        if self.known and named.known:
            return False
        if self._at_home(named, home) or named._at_home(self, home):
            return True
        if any(one.cell for one in self.mentions) and any(map(_kind_in_cell, named.mentions)):
            return False
        # A light novel says what it is, the manga of the same name often does not.
        novel = any(one.kind == "light_novel" for one in named.mentions)
        if novel and any(series.taken for series in self.known):
            return False
        return not self._numbers() & named._numbers()

    def _at_home(self, other: _Side, home: Callable[[int], Collection[int]]) -> bool:
        """Whether the library has one of these books in the other's series already."""
        ids = {series.id for series in other.known}
        return bool(ids) and any(ids & set(home(one.candidate)) for one in self.mentions)

    def _numbers(self) -> set[str]:
        mine = {
            text
            for one in self.mentions
            if one.slot == "main" and one.position
            for text in one.covers or [one.position.text]
        }
        taken = (try_position(text) for series in self.known for text, _ in series.taken)
        return mine.union(*(place.covers or (place.text,) for place in taken if place))


def _kind_in_cell(mention: Mention) -> bool:
    # Of "Hellboy" and "Hellboy (Comics)" there is but one; who writes "(Manga)" has a novel too.
    return mention.cell is not None and mention.cell[1] in ("light_novel", "manga")


def _sides(
    joined: Joined,
    mentions: Sequence[Mention],
    known: Sequence[KnownSeries],
    candidates: Sequence[Candidate],
) -> dict[Key, _Side]:
    sides: dict[Key, _Side] = defaultdict(_Side)
    for mention in mentions:
        for key in mention.keys()[:1]:
            side = sides[joined.find(key)]
            side.mentions.append(mention)
            side.authors.update(map(name_key, candidates[mention.candidate].authors))
    for series in known:
        for key in known_keys(series)[:1]:
            side = sides[joined.find(key)]
            side.known.append(series)
            side.authors.update(map(name_key, series.authors))
    return sides


def make_groups(
    joined: Joined,
    mentions: Sequence[Mention],
    known: Sequence[KnownSeries],
    candidates: Sequence[Candidate],
) -> tuple[list[Group], list[int]]:
    """Return the series of a batch and, for each mention, the place of its series among them."""
    owners: dict[Key, list[KnownSeries]] = {}
    for series in known:
        for key in known_keys(series)[:1]:
            owners.setdefault(joined.find(key), []).append(series)
    by_root: dict[Key, list[int]] = {}
    for number, mention in enumerate(mentions):
        keys = mention.keys()
        root = joined.find(keys[0]) if keys else ("", str(number), "")
        by_root.setdefault(root, []).append(number)
    groups: list[Group] = []
    members = [0] * len(mentions)
    for root, numbers in by_root.items():
        for owner, part in _works(numbers, mentions, candidates, owners.get(root, [])):
            for number in part:
                members[number] = len(groups)
            groups.append(_group(owner, [mentions[number] for number in part], candidates))
    return groups, members


def _works(
    numbers: Sequence[int],
    mentions: Sequence[Mention],
    candidates: Sequence[Candidate],
    owners: Sequence[KnownSeries],
) -> list[tuple[KnownSeries | None, list[int]]]:
    """Part the mentions of one name where two works bear it.

    Different authors alone do not part them (a comic changes hands); different authors that claim
    one position with different titles do.
    """
    parts: list[tuple[KnownSeries | None, set[str], dict[str, str], list[int]]] = [
        (owner, set(map(name_key, owner.authors)), dict(owner.taken), []) for owner in owners
    ]
    for number in numbers:
        mention = mentions[number]
        candidate = candidates[mention.candidate]
        authors = {name_key(author) for author in candidate.authors}
        place = mention.position.text if mention.position else ""
        title = fold(candidate.title)
        fitting = [
            part
            for part in parts
            if not authors
            or not part[1]
            or authors & part[1]
            or not place
            or part[2].get(place, title) == title
        ]
        best = max(fitting, key=lambda part: (len(authors & part[1]), len(part[3])), default=None)
        if best is None:
            best = (None, set(), {}, [])
            parts.append(best)
        best[1].update(authors)
        if place:
            best[2].setdefault(place, title)
        best[3].append(number)
    return [(owner, part) for owner, _, _, part in parts if part]


def _group(
    owner: KnownSeries | None, mentions: Sequence[Mention], candidates: Sequence[Candidate]
) -> Group:
    titles = Counter(mention.from_title for mention in mentions if mention.from_title)
    names = Counter(name for mention in mentions for name in mention.names)
    if owner is not None:
        name = owner.names[0]
    else:
        name = min(titles or names, key=lambda text: (-(titles or names)[text], len(text), text))
    already = {fold(text) for text in (owner.names if owner else (name,))}
    aliases = []
    for text in sorted(names, key=lambda text: (-names[text], text)):
        if fold(text) not in already:
            already.add(fold(text))
            aliases.append(text)
    kinds = Counter(mention.kind for mention in mentions)
    kind = min(kinds, key=lambda one: (one == "unknown", -kinds[one], one))
    authors = {
        name_key(author): author
        for mention in reversed(mentions)
        for author in reversed(candidates[mention.candidate].authors)
    }
    return Group(
        id=owner.id if owner else None,
        name=name,
        aliases=aliases,
        kind=kind,
        edition_line=mentions[0].line,
        authors=list(reversed(authors.values())),
    )
