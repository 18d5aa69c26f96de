"""The encyclopedia's XML as plain values: entries with their titles, people and release lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from booktrack.domain.dates import parse_date
from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.models import BookFormat, SeriesKind, Slot
from booktrack.domain.positions import try_position
from booktrack.domain.text import clean, fold_key
from booktrack.errors import SourceChanged, shown

# "Frieren (GN 14)", "One Piece - Wano to Egghead Box Set (GN 91-111)", "Akira [Hardcover] (GN 1)".
_LINE = re.compile(
    r"(?P<name>.*\S)\s*\((?P<words>[^()]*?)\s*(?P<numbers>\d[\d.]*(?:\s*[-–]\s*\d+)?)?\)"
)
# The pattern takes the square of a line's length; real ones have under 150 characters.
_LONGEST_LINE = 500
_NO_BOOK = re.compile(
    r"\b(?:dvd|blu-?ray|bd|vhs|cd|sub|dub|streaming|download|game)\b", re.IGNORECASE
)
_BUNDLE = re.compile(r"\b(?:omnibus|box|set|complete|collection|\d-in-1)\b", re.IGNORECASE)
_FORMATS: tuple[tuple[str, BookFormat], ...] = (
    ("ebook", "ebook"),
    ("digital", "ebook"),
    ("audio", "audiobook"),
    ("hardcover", "hardcover"),
    ("gn", "comic"),
    ("graphic novel", "comic"),
)
_KINDS: tuple[tuple[str, SeriesKind], ...] = (
    ("light novel", "light_novel"),
    ("novel", "novel"),
    ("man", "manga"),  # manga, manhwa, manhua
)
_AUTHOR_TASKS = frozenset(
    {"story", "art", "storyart", "storyandart", "originalcreator", "originalstory", "author"}
)
_ENTRY_ID = re.compile(r"[?&]id=(\d+)")


@dataclass(frozen=True)
class Release:
    """One line of the English market: a volume, an omnibus, a box, in print or as an ebook."""

    printed: str
    name: str
    words: str
    numbers: str | None
    date: str | None
    isbn: str | None
    url: str | None

    @property
    def id(self) -> str:
        """Its number in the encyclopedia, or its line where it has none."""
        found = _ENTRY_ID.search(self.url or "")
        return found[1] if found else self.printed

    @property
    def position(self) -> str | None:
        """The volumes that it holds, "14" or "1-3"."""
        place = try_position(self.numbers)
        return place.text if place else None

    @property
    def book_format(self) -> BookFormat:
        """What its words say; a printed volume is a comic, bound in ways that are not told."""
        told = f"{self.printed} {self.words}".lower()
        return next((kind for word, kind in _FORMATS if word in told), "unknown")

    @property
    def holds_several(self) -> bool:
        """Whether it says which volumes it gathers, "1-3"."""
        place = try_position(self.numbers)
        return place is not None and len(place.items) > 1

    @property
    def is_bundle(self) -> bool:
        """Whether it gathers volumes: an omnibus, a box set."""
        return self.holds_several or _BUNDLE.search(f"{self.name} {self.words}") is not None


@dataclass(frozen=True)
class Entry:
    """One entry: a whole series, with all releases of it."""

    id: str
    name: str
    kind: SeriesKind
    titles: list[str]
    people: list[tuple[str, str]]
    """Each with the task."""
    genres: list[str] = field(default_factory=list)
    plot: str | None = None
    started: str | None = None
    releases: list[Release] = field(default_factory=list)

    @property
    def authors(self) -> list[str]:
        """Those who wrote or drew it, each once."""
        names = (name for name, task in self.people if fold_key(task) in _AUTHOR_TASKS)
        return list(dict.fromkeys(names))

    @property
    def volumes(self) -> list[Release]:
        """The releases, of each volume of the count only one: in print, and the first of these.

        A second edition does not move the day on which a volume came out.
        """
        chosen: dict[tuple[str, str | None], Release] = {}
        for release in sorted(self.releases, key=_print_first):
            slot = self.slot(release)
            chosen.setdefault((slot, release.position if slot == "main" else release.id), release)
        return [release for release in self.releases if release in chosen.values()]

    def slot(self, release: Release) -> Slot:
        """Return "main" for a volume of this series, "special" for what gathers several of them.

        Another line of the same series ("Berserk Deluxe Edition (GN 1)") has a name of its own,
        and counts its volumes by itself.
        """
        own = self.is_named(release.name)
        return "main" if own and release.position and not release.is_bundle else "special"

    def is_named(self, name: str) -> bool:
        """Return whether this is one of its titles."""
        return fold_key(name) in {fold_key(title) for title in (self.name, *self.titles)}

    def counts(self, release: Release) -> bool:
        """Return whether the numbers of the release are those of this series' volumes.

        "One Piece - Wano Box Set (GN 91-111)" holds volumes of it; "Naruto (3-in-1 Edition)
        (GN 2)" is the second of another count.
        """
        if self.slot(release) == "main":
            return True
        named = fold_key(release.name).startswith(fold_key(self.name))
        return release.holds_several and named


def _print_first(release: Release) -> tuple[bool, bool, str]:
    return release.book_format == "ebook", release.date is None, release.date or ""


def read_xml(body: bytes, source: str) -> Any:
    """Return the root element.

    Raises:
        SourceChanged: it is no XML, or holds entities, which the encyclopedia never sends.
    """
    try:
        return fromstring(body)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise SourceChanged(
            f"{source} answered with something that is not XML ({len(body)} bytes): "
            f"{shown(str(error))}",
            source=source,
        ) from error


def read_entries(root: Any) -> list[Entry]:
    """Return the entries of manga and novels; those without a number or a name are left out."""
    found = (_entry(element) for element in root.iter("manga"))
    return [entry for entry in found if entry]


def read_ids(root: Any) -> list[str]:
    """Return the numbers of the entries that a report lists, each once."""
    return list(dict.fromkeys(_ids(root)))


def _ids(root: Any) -> Iterator[str]:
    for item in root.iter("item"):
        if item.findtext("type", "manga") != "manga":
            continue
        written = [item.findtext("id"), *(one.get("id") for one in item.iter("manga"))]
        links = (_ENTRY_ID.search(one.get("href", "")) for one in item.iter("manga"))
        written += [link[1] for link in links if link]
        yield from (text for text in written if text and text.isdecimal() and text.isascii())


def _entry(element: Any) -> Entry | None:
    number, name = element.get("id", ""), clean(element.get("name", ""))
    if not (number.isdecimal() and number.isascii()) or not name:
        return None
    facts = [(info.get("type", ""), clean(info.text or "")) for info in element.iter("info")]
    return Entry(
        id=number,
        name=name,
        kind=_kind(element.get("precision", "")),
        titles=_told(facts, "Main title", "Alternative title"),
        people=list(_people(element)),
        genres=_told(facts, "Genres"),
        plot=next(iter(_told(facts, "Plot Summary")), None),
        started=next((date for text in _told(facts, "Vintage") if (date := _started(text))), None),
        releases=[line for one in element.iter("release") if (line := read_release(one))],
    )


def _told(facts: list[tuple[str, str]], *types: str) -> list[str]:
    return list(dict.fromkeys(text for kind, text in facts if kind in types and text))


def _people(element: Any) -> Iterator[tuple[str, str]]:
    for staff in element.iter("staff"):
        name = clean(staff.findtext("person") or "")
        if name:
            yield name, clean(staff.findtext("task") or "")


def _kind(precision: str) -> SeriesKind:
    return next((kind for word, kind in _KINDS if word in precision.lower()), "unknown")


def _started(vintage: str) -> str | None:
    """Read the first date of "2020-04-28" or "1993-08-01 to 1994-07-15 (Shonen Jump)"."""
    date = parse_date(vintage.partition(" ")[0])
    return date.text if date else None


def read_release(element: Any) -> Release | None:
    """Return the release of a line; None where it is no book, or has no form that is known."""
    printed = clean(element.text or "")
    match = _LINE.fullmatch(printed) if len(printed) <= _LONGEST_LINE else None
    if match is None or _NO_BOOK.search(match["words"]):
        return None
    date, ean = parse_date(element.get("date")), element.get("ean", "")
    url = element.get("href", "")
    return Release(
        printed=printed,
        name=match["name"],
        words=match["words"],
        numbers=match["numbers"],
        date=date.text if date else None,
        isbn=parse_isbn(ean) if is_isbn(ean) else None,
        url=url if url.startswith("https://") else None,
    )
