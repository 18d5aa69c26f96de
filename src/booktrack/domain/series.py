"""What a reader has of a series: derived at each question, never stored.

The rules are those of DESIGN.md section 6: a total is what somebody said, so it may be unknown or
wrong and is never raised to fit; what is announced is not missing; extras are not missing either;
an owned volume beyond the total is a contradiction that is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from booktrack.domain.models import KnownVolume, Series, Total
from booktrack.domain.positions import try_position
from booktrack.domain.publisher_lines import is_publishers_line
from booktrack.domain.series_choices import excluded_volumes, overridden

Completeness = Literal["complete", "incomplete", "unknown_total", "contradiction"]
VolumeStatus = Literal["own", "want", "missing", "announced", "excluded"]

# Whom to believe on a total where sources disagree: a curated entry has an origin that somebody
# checked, Hardcover counts primary books, AniList the original edition.
_TOTAL_TRUST = ("curated", "hardcover", "animenewsnetwork", "anilist", "openlibrary")
_PART = re.compile(r"\bpart (\d+) of (\d+)\b", re.IGNORECASE)
_LONGEST_RUN = 5_000  # a volume numbered 9780 is a slip of the keyboard, not 9,779 holes


@dataclass(frozen=True)
class Held:
    """One book that stands in the series, with one of its editions and what the user says of it."""

    book_id: int
    edition_id: int | None = None
    status: str = "missing"
    position: str | None = None
    label: str | None = None
    covers: tuple[str, ...] = ()
    whole: bool = True
    slot: str = "main"
    title: str | None = None
    authors: tuple[str, ...] = ()
    release_date: str | None = None
    cover_url: str | None = None


@dataclass
class Volume:
    """One place of the series with everything that stands there."""

    position: str | None
    label: str
    slot: str = "main"
    title: str | None = None
    release_date: str | None = None
    cover_url: str | None = None
    released: bool = True
    excluded: bool = False
    held: list[Held] = field(default_factory=list)

    @property
    def owned(self) -> bool:
        """Whether owned editions fill the place: one whole one, or all parts of a split one."""
        mine = [one for one in self.held if one.status == "own"]
        return bool(mine) and (any(one.whole for one in mine) or _all_parts(mine))

    @property
    def wanted(self) -> bool:
        """Whether an edition of it is wanted and none is owned."""
        return not self.owned and any(one.status == "want" for one in self.held)

    @property
    def status(self) -> VolumeStatus:
        """The one word for the place."""
        if self.owned:
            return "own"
        if self.wanted:
            return "want"
        if self.excluded:
            return "excluded"
        return "missing" if self.released else "announced"

    @property
    def number(self) -> int | None:
        """The whole main position, or None for what lies beside the main count."""
        if self.slot == "main" and self.position is not None and self.position.isdecimal():
            return int(self.position)
        return None


@dataclass(frozen=True)
class SeriesState:
    """The answer on one series; positions are texts in reading order."""

    total: int | None
    total_source: str | None
    completeness: Completeness
    percent: float | None
    contradiction: str | None
    owned: list[str]
    wanted: list[str]
    missing: list[str]
    announced: list[str]
    volumes: list[Volume]
    disagreements: list[str]
    is_line: bool = False


def series_state(
    series: Series, held: Sequence[Held], *, today: str, language: str | None = None
) -> SeriesState:
    """Return what is owned, wanted, missing and announced of a series.

    Args:
        series: the series with its known volumes, totals and overrides.
        held: every edition of its books that the library knows, owned or not.
        today: the calendar date that parts released from announced, as "2026-11-22".
        language: the language of the reader's editions, to choose among totals.
    """
    total, total_source, disagreements = chosen_total(series, language)
    is_line = total is None and _is_line(series, held)
    # Of a publisher's line only what somebody put into the library is of interest.
    places = _places([] if is_line else series.volumes, held)
    numbered = {place.number: place for place in places if place.number is not None}
    contradiction = _contradiction(total, total_source, numbered, held)
    expected = sorted(numbered)
    if not is_line:
        expected = _expected(None if contradiction else total, numbered)
    for number in expected:
        if number not in numbered:
            numbered[number] = Volume(position=str(number), label=str(number))
            places.append(numbered[number])
    _exclude(places, series)
    _tell_released(places, today, waiting=_is_waiting(series, total_source))
    places.sort(key=_reading_order)
    _take_order(places, series)
    released = [n for n in expected if numbered[n].released and not numbered[n].excluded]
    missing = [number for number in released if not numbered[number].owned]
    completeness = _completeness(contradiction, total, missing)
    return SeriesState(
        total=total,
        total_source=total_source,
        completeness=completeness,
        percent=_percent(completeness, len(released), len(missing)),
        contradiction=contradiction,
        owned=[text for place in places if place.owned and (text := _listed(place))],
        wanted=[text for place in places if place.wanted and (text := _listed(place))],
        missing=[str(number) for number in missing],
        announced=[
            text
            for place in places
            if not (place.released or place.owned or place.excluded) and (text := _listed(place))
        ],
        volumes=places,
        disagreements=disagreements,
        is_line=is_line,
    )


def _listed(place: Volume) -> str | None:
    """Return how the lists name the place: special 5 is not volume 5, which may be missing."""
    if place.number is None and place.position is not None and _is_whole(place.position):
        said_more = place.label != place.position
        return place.label if said_more else f"{place.slot} {place.position}"
    return place.position


def _is_line(series: Series, held: Sequence[Held]) -> bool:
    if "kind" in series.overrides:
        return bool(series.overrides["kind"].value == "publisher_line")
    books = {
        one.book_id: (int(one.position), one.authors)
        for one in held
        if one.position and _is_whole(one.position)
    }
    return is_publishers_line(overridden(series.overrides, "name", series.name), books.values())


def _exclude(places: Iterable[Volume], series: Series) -> None:
    out = set(excluded_volumes(series.overrides))
    for place in places:
        # What is owned counts, whatever was said of it before it was bought.
        place.excluded = bool(out & {place.position, place.label}) and not place.owned


def _take_order(places: list[Volume], series: Series) -> None:
    wanted = {text: at for at, text in enumerate(overridden(series.overrides, "order", ()))}
    places.sort(
        key=lambda place: min(
            wanted.get(place.position or "", len(wanted)), wanted.get(place.label, len(wanted))
        )
    )


def chosen_total(
    series: Series, language: str | None = None
) -> tuple[int | None, str | None, list[str]]:
    """Return the total to believe, its source, and what others say against it.

    The user's word wins; then observations of this edition line and language, those that two
    sources share first; never the largest for being the largest.
    """
    line = overridden(series.overrides, "edition_line", series.edition_line)
    fitting = [
        one
        for one in series.totals
        if one.scope == "main" and one.edition_line == line and one.value > 0
    ]
    if "total" in series.overrides:
        value, source = series.overrides["total"].value, "user"
    elif fitting:
        best = min(fitting, key=lambda one: _distrust(one, fitting, language))
        value, source = best.value, best.source
    else:
        return None, None, []
    against = [f"{one.source} says {one.value}" for one in fitting if one.value != value]
    return value, source, sorted(set(against))


def _distrust(one: Total, others: Sequence[Total], language: str | None) -> tuple[Any, ...]:
    agreeing = {other.source for other in others if other.value == one.value}
    trust = _TOTAL_TRUST.index(one.source) if one.source in _TOTAL_TRUST else len(_TOTAL_TRUST)
    newest_first = tuple(-ord(char) for char in one.seen_at or "")
    return (
        one.language is not None and language is not None and one.language != language,
        -len(agreeing),
        trust,
        not one.seen_at,
        newest_first,
        one.source,
        one.value,
    )


def _places(known: Iterable[KnownVolume], held: Iterable[Held]) -> list[Volume]:
    places: dict[tuple[str, str], Volume] = {}
    for one in held:
        for position, label in _standing(one):
            slot = one.slot if position is None or _is_whole(position) else _aside(one.slot)
            place = places.setdefault(
                (slot, position or f"{label} {one.book_id}"),
                Volume(position=position, label=label, slot=slot),
            )
            place.held.append(one)
            place.title = place.title or one.title
            place.cover_url = place.cover_url or one.cover_url
            place.release_date = _earlier(place.release_date, one.release_date)
    for volume in known:
        parsed = try_position(volume.position)
        text = parsed.text if parsed else volume.position
        label = volume.label or text or volume.title or "unnumbered"
        slot = volume.slot if text is None or _is_whole(text) else _aside(volume.slot)
        place = places.setdefault(
            (slot, text or label), Volume(position=text, label=label, slot=slot)
        )
        place.title = place.title or volume.title
        place.cover_url = place.cover_url or volume.cover_url
        place.release_date = place.release_date or volume.release_date
    return list(places.values())


def _standing(one: Held) -> list[tuple[str | None, str]]:
    """Return the places that a book fills: an omnibus fills several, an unnumbered book its own."""
    if one.covers:
        return [(text, text) for text in one.covers]
    return [(one.position, one.label or one.position or one.title or "unnumbered")]


def _is_whole(position: str) -> bool:
    return position.isdecimal()


def _aside(slot: str) -> str:
    """A novella 1.5 stands beside the main count: without it nothing is missing."""
    return "side" if slot == "main" else slot


def _earlier(first: str | None, second: str | None) -> str | None:
    # A reprint does not move the day on which the volume came out.
    return min((date for date in (first, second) if date), default=None)


def _all_parts(mine: Sequence[Held]) -> bool:
    found = [match for one in mine if (match := _PART.search(one.label or ""))]
    wanted = {int(match[2]) for match in found}
    return len(wanted) == 1 and {int(match[1]) for match in found} >= set(
        range(1, wanted.pop() + 1)
    )


def _contradiction(
    total: int | None, source: str | None, numbered: Mapping[int, Volume], held: Sequence[Held]
) -> str | None:
    if total is None:
        return None
    said = "you say" if source == "user" else f"{source} says"
    highest = max((number for number, place in numbered.items() if place.owned), default=0)
    if highest > total:
        return f"volume {highest} is owned, but {said} there are {total}"
    loose = {one.book_id for one in held if one.status == "own" and one.slot == "main"}
    covered = {
        one.book_id for one in held if one.covers or (one.position and not _is_whole(one.position))
    }
    count = sum(place.owned for number, place in numbered.items() if number > 0)
    unnumbered = len(loose - covered)
    if unnumbered and count + unnumbered > total:
        return f"{count + unnumbered} books are owned, but {said} there are {total}"
    return None


def _expected(total: int | None, numbered: Mapping[int, Volume]) -> list[int]:
    """Return the main positions that belong to the whole, as far as is known.

    With a total these are 1 to total. Without, or where it contradicts what is owned, all up to
    the highest owned one, and those that the library or a source lists. A series that starts at 0
    starts at 0.
    """
    if total is None:
        owned = [number for number, place in numbered.items() if place.owned]
        highest = max((number for number in owned if number <= _LONGEST_RUN), default=0)
        return sorted(set(range(1, highest + 1)) | set(numbered))
    # Volumes 0 to 3 are four: with a total of 4 there is no volume 4 to miss. A listed volume 4
    # says that 0 is counted apart.
    if 0 in numbered and total not in numbered:
        return list(range(min(total, _LONGEST_RUN)))
    return sorted(set(range(1, min(total, _LONGEST_RUN) + 1)) | ({0} & set(numbered)))


def _is_waiting(series: Series, total_source: str | None) -> bool:
    """Whether volumes without a date may still be to come: a running series has a planned total."""
    status = overridden(series.overrides, "publication_status", series.publication_status)
    return total_source != "user" and status in ("releasing", "hiatus", "not_yet_released")


def _tell_released(places: Sequence[Volume], today: str, *, waiting: bool) -> None:
    latest = max(
        (
            place.number
            for place in places
            if place.number is not None
            and (place.owned or (place.release_date and not is_ahead(place.release_date, today)))
        ),
        default=0,
    )
    for place in places:
        if place.release_date is not None:
            place.released = place.owned or not is_ahead(place.release_date, today)
        elif place.number is not None:
            place.released = place.owned or not waiting or place.number <= latest


def is_ahead(date: str, today: str) -> bool:
    """Return whether a partial date lies after today for certain: "2026" does not in 2026."""
    return date > today[: len(date)]


def _reading_order(place: Volume) -> tuple[Any, ...]:
    position = try_position(place.position)
    return (
        position is None,
        position.sort_key if position else (),
        place.slot != "main",
        place.label,
        place.release_date or "",
    )


def _completeness(
    contradiction: str | None, total: int | None, missing: Sequence[int]
) -> Completeness:
    if contradiction is not None:
        return "contradiction"
    if total is None:
        return "unknown_total"
    return "incomplete" if missing else "complete"


def _percent(completeness: Completeness, released: int, missing: int) -> float | None:
    if completeness == "complete":
        return 100.0
    if completeness == "incomplete":
        # Rounded down: 399 of 400 must not read 100 %.
        return int(1000 * (released - missing) / released) / 10
    return None
