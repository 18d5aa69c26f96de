"""What Audible and Audnexus tell of a recording, as a record: both pass on the same data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from booktrack.domain.dates import parse_date
from booktrack.domain.identifiers import parse_asin
from booktrack.domain.isbn import is_isbn
from booktrack.domain.models import Contributor, SeriesKind
from booktrack.domain.names import people_from_list
from booktrack.domain.positions import try_position
from booktrack.domain.records import SeriesClaim
from booktrack.domain.text import fold_key
from booktrack.domain.titles import parse_title, series_key
from booktrack.errors import InvalidInput, shown

REGIONS = {
    "us": "com",
    "uk": "co.uk",
    "de": "de",
    "fr": "fr",
    "ca": "ca",
    "it": "it",
    "au": "com.au",
    "in": "in",
    "jp": "co.jp",
    "es": "es",
    "br": "com.br",
}
"""The marketplaces by their code, and the end of their addresses."""

_KINDS: dict[str, SeriesKind] = {"light_novel": "light_novel", "manga": "manga"}
_NO_DATE_FROM = 2200
_BOOK_MARK = re.compile(r"\b(?:book|buch|livre|libro)\b", re.IGNORECASE)
_TAIL = re.compile(
    r"(?P<stem>.*\S)\s*[,:]\s*(?:book|buch|livre|libro|volume|vol\.?|band)\s+(?P<number>\S+)",
    re.IGNORECASE,
)


def checked_region(region: str, known: Iterable[str]) -> str:
    """Return the marketplace's code in lower case.

    Raises:
        InvalidInput: there is none of this code; the message names those there are.
    """
    code = region.strip().lower() if isinstance(region, str) else ""
    if code not in known:
        raise InvalidInput(
            f"There is no marketplace {shown(region)}; there are {', '.join(sorted(known))}"
        )
    return code


def checked_asin(record_id: str) -> str:
    """Return the ASIN in capitals; a recording of a printed book may have its ISBN-10 instead.

    Raises:
        InvalidInput: it is neither.
    """
    bare = record_id.strip().upper()
    if parse_asin(bare) or (len(bare) == 10 and is_isbn(bare)):
        return bare
    raise InvalidInput(f"Not an ASIN: {shown(record_id)}; one looks like B09H3GXLW1")


def cast(authors: Iterable[str | None], narrators: Iterable[str | None]) -> list[Contributor]:
    """Return the people; the role of some authors stands in the name, "Name - translator"."""
    wrote = people_from_list((name for name in authors if name), "first-last")
    read = people_from_list((name for name in narrators if name), "first-last")
    return [
        *(Contributor(name=one.name, role=one.role) for one in wrote),
        *(Contributor(name=one.name, role="Narrator") for one in read),
    ]


def series_claim(
    name: str | None, sequence: str | None, asin: str | None, words: str
) -> SeriesClaim | None:
    """Return the claim, or None where the series has no name.

    Args:
        name: The series.
        sequence: The place as Audible writes it, free text.
        asin: The number of the series' page.
        words: The titles of the book, which say when it is a light novel or manga.
    """
    if not name:
        return None
    place = try_position(sequence)
    kinds = {_KINDS[word] for word in parse_title(words).kind_words if word in _KINDS}
    return SeriesClaim(
        name=name,
        position=place.text if place else None,
        kind=kinds.pop() if len(kinds) == 1 else "unknown",
        identifiers={"audible": [asin]} if asin and parse_asin(asin) else {},
    )


def work_title(
    title: str, subtitle: str | None, series: Sequence[SeriesClaim]
) -> tuple[str, str | None]:
    """Return title and subtitle of the work, without the series that both often repeat.

    >>> stormlight = SeriesClaim(name="The Stormlight Archive", position="1")
    >>> work_title("The Stormlight Archive, Book 1", "The Way of Kings", [stormlight])
    ('The Way of Kings', None)
    """
    for claim in series:
        if subtitle and _BOOK_MARK.search(title) and _names_place(title, claim):
            return subtitle, None
        if subtitle and _names_place(subtitle, claim):
            subtitle = None
        # "Mushoku Tensei" and "Jobless Reincarnation (Light Novel), Vol. 1": one name cut in two.
        if subtitle and _is_cut(title, subtitle, claim.name):
            return f"{title}: {subtitle}", None
        tail = _TAIL.fullmatch(title)
        if tail and _same_place(tail["number"], claim) and not _is_name(tail["stem"], claim.name):
            title = tail["stem"]
    return title, subtitle


def release_day(*dates: str | None) -> str | None:
    """Return the first date that is one; titles that were withdrawn are dated 2200-01-01."""
    for text in dates:
        found = parse_date(text)
        if found and found.year < _NO_DATE_FROM:
            return found.text
    return None


def format_words(format_type: str | None) -> str:
    """Return the shop's words for the format: "Audible Audio, unabridged"."""
    return f"Audible Audio, {format_type.replace('_', ' ')}" if format_type else "Audible Audio"


def _names_place(text: str, claim: SeriesClaim) -> bool:
    """Return whether the text says nothing but the series and the place of this claim."""
    parsed = parse_title(text)
    whole = parsed.title == text and parsed.start is not None
    return whole and _is_name(parsed.series or "", claim.name) and _same_place(parsed.start, claim)


def _is_name(text: str, name: str) -> bool:
    return bool(text) and series_key(text) == series_key(name)


def _same_place(number: str | None, claim: SeriesClaim) -> bool:
    place = try_position(number)
    return place is not None and place.text == claim.position


def _is_cut(title: str, subtitle: str, name: str) -> bool:
    start, whole = fold_key(title), fold_key(name)
    return len(start) < len(whole) and fold_key(title + subtitle).startswith(whole)
