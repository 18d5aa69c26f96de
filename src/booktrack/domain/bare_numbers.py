"""Which bare numbers are positions: those at the end of a title, those of a column by itself.

Nothing marks them, so something else has to speak for them: a sibling, a series that the library
knows, a column. "Inuyashiki 1" is a volume, "Fahrenheit 451" is a name, and the 450 volumes before
it would be missing if it were not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from booktrack.domain.detection_models import Candidate, KnownSeries
from booktrack.domain.positions import Position, try_position
from booktrack.domain.text import script
from booktrack.domain.title_models import Candidate as Trailing
from booktrack.domain.titles import ParsedTitle, parse_title, series_key

_EASTERN = frozenset({"japanese", "chinese", "korean"})
# "Apollo 13" with the series "Apollo": a volume that high has a sibling on the shelf.
_HIGHEST_ALONE = 12
# No series counts to a thousand in bare numbers; "Blade Runner 2049" is a year.
_YEARS = 1000
_FAR = 100


def read_titles(
    candidates: Sequence[Candidate], first: Sequence[ParsedTitle], known: Sequence[KnownSeries]
) -> list[ParsedTitle]:
    """Return the titles read anew, with bare numbers as positions where something speaks for it.

    Args:
        candidates: the books of one batch.
        first: their titles as read with the names that their columns gave.
        known: the library's series that may be meant.
    """
    known_keys = {series_key(name) for series in known for name in series.names}
    known_names = {key: name for s in known for name in s.names if (key := series_key(name))}
    stems: dict[str, set[str]] = {}
    for parsed in first:
        if parsed.candidate is not None:
            stems.setdefault(series_key(parsed.candidate.stem), set()).add(
                parsed.candidate.position.text
            )
    said = {series_key(parsed.series) for parsed in first if parsed.series}
    read = [
        parsed
        if (trailing := parsed.candidate) is None or parsed.start is not None
        else _with_siblings(candidate, parsed, trailing, stems, said | known_keys, known_names)
        for candidate, parsed in zip(candidates, first, strict=True)
    ]
    return _without_lone_numbers(candidates, read, known)


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
    column = try_position(candidate.volume)
    counted = column is not None and column.text == trailing.position.text
    short = len(trailing.position.text) <= 2
    if sibling or counted or (short and _is_foreign(candidate)):
        name = known_names.get(key, trailing.stem)
        return parse_title(candidate.title, series_names=(trailing.stem, name))
    return parsed


def _is_foreign(candidate: Candidate) -> bool:
    """Whether a column names the series in another script.

    It cannot confirm the stem of the title, but says that there is a series.
    """
    return script(candidate.title) not in _EASTERN and any(
        script(name) in _EASTERN for name in claimed_names(candidate)
    )


def claimed_names(candidate: Candidate) -> tuple[str, ...]:
    """Return the names and aliases of the series that were claimed."""
    return tuple(name for claim in candidate.claims for name in (claim.name, *claim.aliases))


def _without_lone_numbers(
    candidates: Sequence[Candidate], read: list[ParsedTitle], known: Sequence[KnownSeries]
) -> list[ParsedTitle]:
    """Give numbers back to their titles where they would leave holes that nobody knows of."""
    doubtful = [
        place
        for place, (candidate, parsed) in enumerate(zip(candidates, read, strict=True))
        if parsed.confidence == "trailing" and _is_doubtful(candidate, parsed)
    ]
    numbers = _numbers(candidates, read, known) if doubtful else {}
    for place in doubtful:
        parsed = read[place]
        mine = int(parsed.start or 0)
        others = numbers[series_key(parsed.series or "")] - {mine}
        near = [other for other in others if mine < _FAR or 2 * other >= mine]
        if mine >= _YEARS or not near:
            read[place] = parse_title(candidates[place].title)
    return read


def _is_doubtful(candidate: Candidate, parsed: ParsedTitle) -> bool:
    start = parsed.start or ""
    if len(parsed.covers) != 1 or int(start) <= _HIGHEST_ALONE:
        return False
    columns = (candidate.volume, *(claim.position for claim in candidate.claims))
    if any(place.text == start for place in map(try_position, columns) if place):
        return False
    if int(start) < _FAR and _is_foreign(candidate):
        return False
    # A Japanese imprint in brackets makes a number a volume without any name.
    return parse_title(candidate.title).start is None


def _numbers(
    candidates: Sequence[Candidate], read: Sequence[ParsedTitle], known: Sequence[KnownSeries]
) -> dict[str, set[int]]:
    """Return the whole numbers below a thousand that each series is known to have."""
    found: dict[str, set[int]] = {}
    for name, place in _places(candidates, read, known):
        whole = [int(text) for text in place.covers] if place else []
        found.setdefault(series_key(name), set()).update(n for n in whole if n < _YEARS)
    return found


def _places(
    candidates: Sequence[Candidate], read: Sequence[ParsedTitle], known: Sequence[KnownSeries]
) -> Iterator[tuple[str, Position | None]]:
    for candidate, parsed in zip(candidates, read, strict=True):
        if parsed.series:
            yield parsed.series, parsed.position
        for claim in candidate.claims:
            yield claim.name, try_position(claim.position)
    for series in known:
        for text, _ in series.taken:
            for name in series.names:
                yield name, try_position(text)


def counted_by_column(
    candidates: Sequence[Candidate], read: Sequence[ParsedTitle]
) -> dict[int, tuple[str, Position]]:
    """Return series and position of the books of which only a Volume column tells them.

    "Naruto" with the volumes 1, 2 and 4 is a series of that name, and so is "Naruto" with the
    volume 3 alone; "Catch 22" with the volume 1 is not.
    """
    columns: dict[int, tuple[str, Position]] = {}
    counted: dict[str, set[str]] = {}
    for index, (candidate, parsed) in enumerate(zip(candidates, read, strict=True)):
        if candidate.volume is None or candidate.claims or parsed.series is not None:
            continue
        place = try_position(candidate.volume)
        if place and place.start and all(int(text) < _YEARS for text in place.covers):
            columns[index] = parsed.title, place
            counted.setdefault(series_key(parsed.title), set()).add(place.text)
    return {
        index: (name, place)
        for index, (name, place) in columns.items()
        if len(counted[series_key(name)]) > 1 or read[index].candidate is None
    }
