"""Which series a book belongs to, and where it stands there.

One function for every way in: adding a book, importing a file, enriching from a source. It looks
at the title, at what columns and sources claim, at the other books of the batch and at the series
that the library knows already. Names that mean one series are joined; a manga and a light novel
of one name, an edition line with its own numbering, and two works that only share a name are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from rapidfuzz import fuzz

from booktrack.domain.bare_numbers import claimed_names, counted_by_column, read_titles
from booktrack.domain.detection_models import (
    Candidate,
    Detection,
    Group,
    KnownSeries,
    Mention,
    Placing,
)
from booktrack.domain.models import SeriesKind
from booktrack.domain.positions import Position, position_of, try_position
from booktrack.domain.records import SeriesClaim
from booktrack.domain.series_groups import Joined, join_kinds, known_keys, make_groups, share_cells
from booktrack.domain.series_names import bundle_less, clean_name
from booktrack.domain.text import fold, script
from booktrack.domain.title_markers import ALWAYS_BESIDE, ARC, BESIDE, kinds_in
from booktrack.domain.titles import ParsedTitle, parse_title, series_key

__all__ = ["Candidate", "Detection", "Group", "KnownSeries", "Placing", "detect"]

# Editions with a numbering of their own: "Deluxe 1" holds more than volume 1.
_EDITION_LINES = ("collectors_edition", "deluxe", "perfect_edition", "master_edition")
_KINDS: tuple[SeriesKind, ...] = ("light_novel", "manga", "comic")
_SIMILAR = 85.0
_NUMBER = re.compile(r"[0-9]+")
_BUNDLE = re.compile(r"\s(?:([2-9])-in-1|omnibus)\b", re.IGNORECASE)


def detect(
    candidates: Sequence[Candidate],
    look_up: Callable[[set[str]], Sequence[KnownSeries]] = lambda keys: (),
    home: Callable[[int], Collection[int]] = lambda index: (),
) -> Detection:
    """Return the series of every candidate, each series once.

    Args:
        candidates: the books of one batch; siblings in it confirm bare trailing numbers.
        look_up: returns the library's series of which a name has one of these `series_key`s.
        home: returns the ids of the series in which the library has the candidate at this index
            already; asked only where it decides.
    """
    first = [
        parse_title(candidate.title, series_names=claimed_names(candidate))
        for candidate in candidates
    ]
    known = look_up(_keys_that_matter(candidates, first))
    parsed = read_titles(candidates, first, known)
    columns = counted_by_column(candidates, parsed)
    through = _counted_through(candidates, parsed)
    mentions = [
        mention
        for index, candidate in enumerate(candidates)
        for mention in _mentions(index, candidate, parsed[index], columns.get(index), through)
    ]
    share_cells(mentions)
    joined = Joined()
    for series in known:
        joined.join(known_keys(series))
    for mention in mentions:
        joined.join(mention.keys())
    join_kinds(joined, mentions, known, candidates, home)
    groups, members = make_groups(joined, mentions, known, candidates)
    placings: list[list[Placing]] = [[] for _ in candidates]
    for mention, group in zip(mentions, members, strict=True):
        placings[mention.candidate].append(_placing(mention, group))
    return Detection(groups, [_distinct(found) for found in placings], parsed)


def _keys_that_matter(candidates: Sequence[Candidate], first: Sequence[ParsedTitle]) -> set[str]:
    """Return the keys of every series that is named, or might be."""
    names: set[str] = set()
    for candidate, parsed in zip(candidates, first, strict=True):
        names.update(claimed_names(candidate), (part.series for part in parsed.others))
        if parsed.series is not None:
            names.add(parsed.series)
        if parsed.candidate is not None:
            names.add(parsed.candidate.stem)
        if candidate.volume is not None:
            names.add(parsed.title)
    return {key for name in names if (key := series_key(name))}


def _counted_through(candidates: Sequence[Candidate], read: Sequence[ParsedTitle]) -> set[str]:
    """Return the series of which a column counts the volumes through all of their parts."""
    return {
        series_key(claim.name)
        for candidate, parsed in zip(candidates, read, strict=True)
        if parsed.series and parsed.start and ARC.search(parsed.series)
        for claim in candidate.claims
        if (place := try_position(claim.position)) and place.text != parsed.start
    }


def _mentions(
    index: int,
    candidate: Candidate,
    parsed: ParsedTitle,
    column: tuple[str, Position] | None,
    through: Collection[str],
) -> Iterator[Mention]:
    """Yield every series that the candidate names: claims first, then what the title adds."""
    title = _title_mention(index, candidate, parsed)
    claimed = [_claim_mention(index, claim, parsed) for claim in candidate.claims]
    if title is not None and claimed and title.position and ARC.search(title.names[0]):
        claimed = [_of_arc(title, claimed[0], through)]
    elif title is not None:
        same = next((mention for mention in claimed if _is_same(mention, title)), None)
        if same is not None:
            _take_over(same, title)
        else:
            claimed.append(title)
    elif claimed and claimed[0].position is None:
        _take_label(claimed[0], parsed)
    elif column is not None:
        claimed.append(_column_mention(index, column, parsed))
    yield from claimed
    for part in parsed.others:
        yield Mention(
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


def _of_arc(title: Mention, claimed: Mention, through: Collection[str]) -> Mention:
    """Return the one place of "Bookworm: Part 2 Volume 1", of which the column names the whole.

    Each part counts from 1. In one series all first volumes would fill one place, so a part is a
    series by itself, unless the column counts on: then its number is the place.
    """
    if claimed.position is not None and series_key(claimed.names[0]) in through:
        claimed.kind = title.kind if claimed.kind == "unknown" else claimed.kind
        return claimed
    title.kind = claimed.kind
    title.cell = claimed.cell
    title.reasons += claimed.reasons
    return title


def _column_mention(index: int, column: tuple[str, Position], parsed: ParsedTitle) -> Mention:
    name, place = column
    return Mention(
        index,
        [name],
        _kind(parsed.kind_words),
        _line(parsed),
        position=place,
        covers=list(place.covers),
        reasons=[f"the column says {place.text}"],
    )


def _title_mention(index: int, candidate: Candidate, parsed: ParsedTitle) -> Mention | None:
    # Chapters and issues are counted by themselves: #50 is not volume 50.
    if parsed.series is None or parsed.unit != "volume":
        return None
    mention = Mention(
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
    if column is not None and mention.position is None and mention.slot == "main":
        mention.position, mention.covers = column, list(column.covers)
        mention.reasons.append(f"the column says {column.text}")
    elif column is not None and mention.position is not None:
        if column.text in (mention.position.text, *mention.covers):
            mention.reasons.append(f"the column says {column.text} too")
        else:
            mention.doubts.append(f"the column says {column.text}")
    return mention


def _take_label(mention: Mention, parsed: ParsedTitle) -> None:
    mention.position = parsed.position
    mention.label = parsed.label
    mention.covers = list(parsed.covers)
    mention.coverage = parsed.coverage
    mention.slot = parsed.slot


def _claim_mention(index: int, claim: SeriesClaim, parsed: ParsedTitle) -> Mention:
    position = try_position(claim.position)
    name, said = _named(claim.name)
    said = claim.kind if claim.kind != "unknown" else said
    names = [name, *claim.aliases]
    if position and _counts_extras(parsed, names, position):
        position = None
    covers = list(position.covers) if position else []
    line = _line(parsed)
    # "One Piece 3-in-1 Omnibus" holds volumes of One Piece: its second one is 4 to 6.
    if size := next(filter(None, map(_BUNDLE.search, names)), None):
        names = [bundle_less(name) for name in names]
        covers = _held_by_bundle(int(size[1] or 0), covers)
        if line is None and len(covers) < 2 and len(parsed.covers) < 2:
            line = "omnibus"
    return Mention(
        index,
        names,
        said if said != "unknown" else _kind(parsed.kind_words),
        line,
        position=position_of(covers) if len(covers) > 1 else position,
        covers=covers,
        slot="main" if position else parsed.slot,
        reasons=[f"named {claim.name}" + (f", {position.text}" if position else "")],
        cell=(series_key(name), said, line or ""),
    )


@lru_cache(maxsize=8192)
def _named(name: str) -> tuple[str, SeriesKind]:
    """Return the name and the kind of "Naruto (Light Novel)"; other words stay in the name."""
    bare, words = clean_name(name)
    kind = _kind(words)
    return (bare, kind) if kind != "unknown" else (name, kind)


def _counts_extras(parsed: ParsedTitle, names: Sequence[str], column: Position) -> bool:
    """Whether a column counts art books or side stories: its 5 is not volume 5."""
    if parsed.slot == "main" or parsed.position is not None or not column.covers:
        return False
    # "Zeta Art Books" are a series of their own, of which 5 is a volume.
    if any(BESIDE.keys() & (kinds_in(name) | kinds_in(name.removesuffix("s"))) for name in names):
        return False
    return bool(ALWAYS_BESIDE & parsed.kind_words) or column.text in _NUMBER.findall(
        parsed.label or ""
    )


def _held_by_bundle(size: int, covers: list[str]) -> list[str]:
    if size < 2 or len(covers) != 1 or int(covers[0]) < 1:
        return covers
    last = size * int(covers[0])
    return [str(number) for number in range(last - size + 1, last + 1)]


def _take_over(claimed: Mention, title: Mention) -> None:
    """Give a claim what the title says: an explicit marker there is trusted above a column."""
    column = claimed.position
    claimed.names += title.names
    claimed.from_title = title.from_title
    claimed.kind = title.kind if claimed.kind == "unknown" else claimed.kind
    claimed.reasons += title.reasons
    claimed.doubts += title.doubts
    if title.position is None:
        claimed.label = title.label or claimed.label
        claimed.slot = "main" if claimed.covers else title.slot
        return
    if column is not None and column.text not in (title.position.text, *title.covers):
        claimed.doubts.append(f"the column says {column.text}")
        if title.confidence != "explicit":
            return
    claimed.position, claimed.covers = title.position, title.covers
    claimed.label, claimed.coverage, claimed.slot = title.label, title.coverage, title.slot


def _is_same(claimed: Mention, title: Mention) -> bool:
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


def _placing(mention: Mention, group: int) -> Placing:
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


def _confidence(mention: Mention) -> str:
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
