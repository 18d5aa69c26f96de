"""Which series a book belongs to, and where it stands there.

One function for every way in: adding a book, importing a file, enriching from a source. It looks
at the title, at what columns and sources claim, at the other books of the batch and at the series
that the library knows already. Names that mean one series are joined; a manga and a light novel
of one name, an edition line with its own numbering, and two works that only share a name are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from booktrack.domain.models import SeriesKind
from booktrack.domain.names import name_key
from booktrack.domain.positions import Position, position_of, try_position
from booktrack.domain.records import SeriesClaim
from booktrack.domain.series_names import bundle_less
from booktrack.domain.text import fold, script
from booktrack.domain.title_models import Candidate as Trailing
from booktrack.domain.titles import ParsedTitle, parse_title, series_key

# Editions with a numbering of their own: "Deluxe 1" holds more than volume 1.
_EDITION_LINES = ("collectors_edition", "deluxe", "perfect_edition", "master_edition")
_KINDS: tuple[SeriesKind, ...] = ("light_novel", "manga", "comic")
_EASTERN = frozenset({"japanese", "chinese", "korean"})
_SIMILAR = 85.0
_BUNDLE = re.compile(r"\s(?:([2-9])-in-1|omnibus)\b", re.IGNORECASE)

Key = tuple[str, str, str]  # the name's key, the kind, the edition line


@dataclass(frozen=True)
class Candidate:
    """A book as somebody gave it: its title as printed, its authors, and what was claimed."""

    title: str
    authors: tuple[str, ...] = ()
    claims: tuple[SeriesClaim, ...] = ()
    volume: str | None = None
    """A volume's number that was given without the name of its series."""


@dataclass(frozen=True)
class KnownSeries:
    """A series that the library has, with the titles that stand at its positions."""

    id: int
    names: tuple[str, ...]
    kind: SeriesKind = "unknown"
    edition_line: str | None = None
    authors: tuple[str, ...] = ()
    taken: tuple[tuple[str, str], ...] = ()
    absorbed: tuple[tuple[SeriesKind, str | None], ...] = ()
    """Kinds and edition lines of series that a user joined into this one."""


@dataclass
class Group:
    """A series as detected: one that is known (`id`) or a new one."""

    id: int | None
    name: str
    aliases: list[str]
    kind: SeriesKind
    edition_line: str | None
    authors: list[str]


@dataclass
class Placing:
    """The place of a book in a group, and why."""

    group: int
    position: str | None = None
    label: str | None = None
    sort_key: list[object] = field(default_factory=list)
    covers: list[str] = field(default_factory=list)
    coverage: str = "whole"
    slot: str = "main"
    confidence: str = "high"
    """high, medium, or low, which needs a review."""
    needs_review: bool = False
    reasons: list[str] = field(default_factory=list)


@dataclass
class Detection:
    """The groups of a batch and, for each candidate, its placings (the primary one first)."""

    groups: list[Group]
    placings: list[list[Placing]]
    parsed: list[ParsedTitle]


@dataclass
class _Mention:
    """One series that one candidate names, before names are joined."""

    candidate: int
    names: list[str]
    kind: SeriesKind
    line: str | None
    from_title: str | None = None
    position: Position | None = None
    label: str | None = None
    covers: list[str] = field(default_factory=list)
    coverage: str = "whole"
    slot: str = "main"
    confidence: str | None = None
    doubts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def keys(self) -> list[Key]:
        return [
            (key, self.kind, self.line or "") for name in self.names if (key := series_key(name))
        ]


def detect(
    candidates: Sequence[Candidate],
    look_up: Callable[[set[str]], Sequence[KnownSeries]] = lambda keys: (),
) -> Detection:
    """Return the series of every candidate, each series once.

    Args:
        candidates: the books of one batch; siblings in it confirm bare trailing numbers.
        look_up: returns the library's series of which a name has one of these `series_key`s.
    """
    first = [
        parse_title(candidate.title, series_names=_claimed_names(candidate))
        for candidate in candidates
    ]
    known = look_up(_keys_that_matter(candidates, first))
    parsed = _read_titles(candidates, first, known)
    mentions = [
        mention
        for index, candidate in enumerate(candidates)
        for mention in _mentions(index, candidate, parsed[index])
    ]
    joined = _Joined()
    for series in known:
        joined.join(_known_keys(series))
    for mention in mentions:
        joined.join(mention.keys())
    _join_kinds(joined, mentions, known, candidates)
    groups, members = _groups(joined, mentions, known, candidates)
    placings: list[list[Placing]] = [[] for _ in candidates]
    for mention, group in zip(mentions, members, strict=True):
        placings[mention.candidate].append(_placing(mention, group))
    return Detection(groups, [_distinct(found) for found in placings], parsed)


def _keys_that_matter(candidates: Sequence[Candidate], first: Sequence[ParsedTitle]) -> set[str]:
    """Return the keys of every series that is named, or might be."""
    names: set[str] = set()
    for candidate, parsed in zip(candidates, first, strict=True):
        names.update(_claimed_names(candidate), (part.series for part in parsed.others))
        if parsed.series is not None:
            names.add(parsed.series)
        if parsed.candidate is not None:
            names.add(parsed.candidate.stem)
    return {key for name in names if (key := series_key(name))}


def _read_titles(
    candidates: Sequence[Candidate], first: Sequence[ParsedTitle], known: Sequence[KnownSeries]
) -> list[ParsedTitle]:
    known_keys = {series_key(name) for series in known for name in series.names}
    known_names = {key: name for s in known for name in s.names if (key := series_key(name))}
    stems: dict[str, set[str]] = {}
    for parsed in first:
        if parsed.candidate is not None:
            stems.setdefault(series_key(parsed.candidate.stem), set()).add(
                parsed.candidate.position.text
            )
    said = {series_key(parsed.series) for parsed in first if parsed.series}
    return [
        parsed
        if (trailing := parsed.candidate) is None or parsed.start is not None
        else _with_siblings(candidate, parsed, trailing, stems, said | known_keys, known_names)
        for candidate, parsed in zip(candidates, first, strict=True)
    ]


def _with_siblings(
    candidate: Candidate,
    parsed: ParsedTitle,
    trailing: Trailing,
    stems: dict[str, set[str]],
    said: set[str],
    known_names: dict[str, str],
) -> ParsedTitle:
    """Read a bare trailing number as a position where something speaks for it."""
    key = series_key(trailing.stem)
    sibling = key in said or len(stems[key]) > 1
    # A column in another script cannot confirm the stem, but says that this is a series.
    foreign = script(candidate.title) not in _EASTERN and any(
        script(name) in _EASTERN for name in _claimed_names(candidate)
    )
    column = try_position(candidate.volume)
    counted = column is not None and column.text == trailing.position.text
    if sibling or counted or (foreign and len(trailing.position.text) <= 2):
        name = known_names.get(key, trailing.stem)
        return parse_title(candidate.title, series_names=(trailing.stem, name))
    return parsed


def _claimed_names(candidate: Candidate) -> tuple[str, ...]:
    return tuple(name for claim in candidate.claims for name in (claim.name, *claim.aliases))


def _mentions(index: int, candidate: Candidate, parsed: ParsedTitle) -> Iterator[_Mention]:
    """Yield every series that the candidate names: claims first, then what the title adds."""
    title = _title_mention(index, candidate, parsed)
    claimed = [_claim_mention(index, claim, parsed) for claim in candidate.claims]
    if title is not None:
        same = next((mention for mention in claimed if _is_same(mention, title)), None)
        if same is not None:
            _take_over(same, title)
        else:
            claimed.append(title)
    elif claimed and claimed[0].position is None:
        _take_label(claimed[0], parsed)
    yield from claimed
    for part in parsed.others:
        yield _Mention(
            index,
            [part.series],
            claimed[0].kind if claimed else "unknown",
            None,
            from_title=part.series,
            position=part.position,
            label=part.label,
            covers=list(part.position.covers) if part.position else [],
            reasons=[f"the title names {part.series} too"],
        )


def _title_mention(index: int, candidate: Candidate, parsed: ParsedTitle) -> _Mention | None:
    # Chapters and issues are counted by themselves: #50 is not volume 50.
    if parsed.series is None or parsed.unit != "volume":
        return None
    mention = _Mention(
        index,
        [parsed.series],
        _kind(parsed.kind_words),
        _line(parsed),
        from_title=parsed.series,
        confidence=parsed.confidence,
        reasons=list(parsed.reasons),
    )
    _take_label(mention, parsed)
    if parsed.conflicts:
        mention.doubts.append(f"the title also says {', '.join(parsed.conflicts)}")
    column = try_position(candidate.volume)
    if column is not None and mention.position is not None:
        if column.text in (mention.position.text, *mention.covers):
            mention.reasons.append(f"the column says {column.text} too")
        else:
            mention.doubts.append(f"the column says {column.text}")
    return mention


def _take_label(mention: _Mention, parsed: ParsedTitle) -> None:
    mention.position = parsed.position
    mention.label = parsed.label
    mention.covers = list(parsed.covers)
    mention.coverage = parsed.coverage
    mention.slot = parsed.slot


def _claim_mention(index: int, claim: SeriesClaim, parsed: ParsedTitle) -> _Mention:
    position = try_position(claim.position)
    kind = claim.kind if claim.kind != "unknown" else _kind(parsed.kind_words)
    names = [claim.name, *claim.aliases]
    covers = list(position.covers) if position else []
    line = _line(parsed)
    # "One Piece 3-in-1 Omnibus" holds volumes of One Piece: its second one is 4 to 6.
    if size := next(filter(None, map(_BUNDLE.search, names)), None):
        names = [bundle_less(name) for name in names]
        covers = _held_by_bundle(int(size[1] or 0), covers)
        if line is None and len(covers) < 2 and len(parsed.covers) < 2:
            line = "omnibus"
    return _Mention(
        index,
        names,
        kind,
        line,
        position=position_of(covers) if len(covers) > 1 else position,
        covers=covers,
        slot="main" if position else parsed.slot,
        reasons=[f"named {claim.name}" + (f", {position.text}" if position else "")],
    )


def _held_by_bundle(size: int, covers: list[str]) -> list[str]:
    if size < 2 or len(covers) != 1 or int(covers[0]) < 1:
        return covers
    last = size * int(covers[0])
    return [str(number) for number in range(last - size + 1, last + 1)]


def _take_over(claimed: _Mention, title: _Mention) -> None:
    """Give a claim what the title says: an explicit marker there is trusted above a column."""
    column = claimed.position
    claimed.names += title.names
    claimed.from_title = title.from_title
    claimed.kind = title.kind if claimed.kind == "unknown" else claimed.kind
    claimed.reasons += title.reasons
    claimed.doubts += title.doubts
    if title.position is None:
        claimed.label, claimed.slot = title.label or claimed.label, title.slot
        return
    if column is not None and column.text not in (title.position.text, *title.covers):
        claimed.doubts.append(f"the column says {column.text}")
        if title.confidence != "explicit":
            return
    claimed.position, claimed.covers = title.position, title.covers
    claimed.label, claimed.coverage, claimed.slot = title.label, title.coverage, title.slot


def _is_same(claimed: _Mention, title: _Mention) -> bool:
    """Whether a column and a title of one book name one series.

    The same name, the same name in another script, or one that begins alike. Two names of one
    script that differ are two series (Cosmere and Mistborn), whatever their numbers.
    """
    name = title.names[0]
    wanted = series_key(name)
    return any(
        series_key(other) == wanted or script(other) != script(name) or _alike(other, name)
        for other in claimed.names
    )


def _alike(first: str, second: str) -> bool:
    one, two = fold(first).split(), fold(second).split()
    shorter = min(len(one), len(two))
    shared = next((i for i in range(shorter) if one[i] != two[i]), shorter)
    return shared >= max(1, round(0.6 * shorter)) or (
        fuzz.ratio(" ".join(one), " ".join(two)) >= _SIMILAR
    )


def _kind(words: Iterable[str]) -> SeriesKind:
    return next((kind for kind in _KINDS if kind in words), "unknown")


def _line(parsed: ParsedTitle) -> str | None:
    line = next((line for line in _EDITION_LINES if line in parsed.kind_words), None)
    # "3-in-1, Vol. 2" says which volumes it holds; "Omnibus 2" does not, and counts by itself.
    if line is None and "omnibus" in parsed.kind_words and len(parsed.covers) < 2:
        return "omnibus"
    return line


class _Joined:
    """Keys that mean one series (disjoint sets)."""

    def __init__(self) -> None:
        self._parent: dict[Key, Key] = {}

    def find(self, key: Key) -> Key:
        root = self._parent.setdefault(key, key)
        while root != self._parent[root]:
            root = self._parent[root]
        self._parent[key] = root
        return root

    def join(self, keys: Sequence[Key]) -> None:
        for key in keys:
            one, two = self.find(keys[0]), self.find(key)
            self._parent[max(one, two)] = min(one, two)

    def all(self) -> list[Key]:
        return list(self._parent)


def _known_keys(series: KnownSeries) -> list[Key]:
    return [
        (key, kind, line or "")
        for kind, line in ((series.kind, series.edition_line), *series.absorbed)
        for name in series.names
        if (key := series_key(name))
    ]


def _join_kinds(
    joined: _Joined,
    mentions: Sequence[_Mention],
    known: Sequence[KnownSeries],
    candidates: Sequence[Candidate],
) -> None:
    """Let books that do not say what they are join the one kind that bears their name.

    Where a manga and a light novel bear it, the authors decide; else they stay by themselves.
    """
    kinds: dict[tuple[str, str], set[str]] = {}
    for name, kind, line in joined.all():
        kinds.setdefault((name, line), set()).add(kind)
    authors: dict[Key, set[str]] = {}
    for mention in mentions:
        for key in mention.keys()[:1]:
            authors.setdefault(joined.find(key), set()).update(
                name_key(author) for author in candidates[mention.candidate].authors
            )
    for series in known:
        for key in _known_keys(series)[:1]:
            authors.setdefault(joined.find(key), set()).update(map(name_key, series.authors))
    for (name, line), found in sorted(kinds.items()):
        named = sorted(found - {"unknown"})
        if "unknown" not in found or not named:
            continue
        unknown: Key = (name, "unknown", line)
        mine = authors.get(joined.find(unknown), set())
        fitting = [k for k in named if mine & authors.get(joined.find((name, k, line)), set())]
        for kind in named if len(named) == 1 else fitting if len(fitting) == 1 else []:
            joined.join([unknown, (name, kind, line)])
        if len(named) > 1 and len(fitting) != 1:
            doubt = f"{' and '.join(named)} of this name: it is not said which is meant"
            for mention in mentions:
                keys = mention.keys()
                if unknown in keys:
                    mention.doubts.append(doubt.replace("_", " "))


def _groups(
    joined: _Joined,
    mentions: Sequence[_Mention],
    known: Sequence[KnownSeries],
    candidates: Sequence[Candidate],
) -> tuple[list[Group], list[int]]:
    owners: dict[Key, list[KnownSeries]] = {}
    for series in known:
        for key in _known_keys(series)[:1]:
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
    mentions: Sequence[_Mention],
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
    owner: KnownSeries | None, mentions: Sequence[_Mention], candidates: Sequence[Candidate]
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


def _placing(mention: _Mention, group: int) -> Placing:
    position = mention.position
    return Placing(
        group=group,
        position=position.text if position else None,
        label=mention.label,
        sort_key=list(position.sort_key) if position else [],
        covers=mention.covers or (list(position.covers) if position else []),
        coverage=mention.coverage,
        slot=mention.slot,
        confidence=_confidence(mention),
        needs_review=bool(mention.doubts),
        reasons=mention.reasons + mention.doubts,
    )


def _confidence(mention: _Mention) -> str:
    if mention.doubts:
        return "low"
    return "medium" if mention.confidence == "trailing" or mention.position is None else "high"


def _distinct(placings: Sequence[Placing]) -> list[Placing]:
    kept: dict[int, Placing] = {}
    for placing in placings:
        first = kept.setdefault(placing.group, placing)
        if first.position is None and placing.position is not None:
            kept[placing.group] = replace(placing, reasons=first.reasons + placing.reasons)
    return list(kept.values())
