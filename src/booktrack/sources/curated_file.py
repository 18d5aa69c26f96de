"""The form of a file of curated series: what each entry must say, and where it is from.

[[series]]
name = "Fullmetal Alchemist"
aliases = ["鋼の錬金術師"]
kind = "manga"
status = "finished"
authors = ["Hiromu Arakawa"]
identifiers = { myanimelist = "25" }

[[series.line]]              # one for each language in which the volumes are counted
language = "ja"
total = 27                   # of a finished series; `published` for one that still runs
date = "2020-07"             # when the origin said so
origin = "https://..."

[[series.volume]]            # optional: main volumes by their numbers
position = "1"
title = "..."
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from booktrack.domain.dates import require_date
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.models import PublicationStatus, SeriesKind
from booktrack.domain.positions import parse_position
from booktrack.domain.series_names import series_key
from booktrack.errors import InvalidFile, shown

_OPEN = ("releasing", "not_yet_released")


def _date(text: str) -> str:
    return require_date(text).text


def _position(text: str) -> str:
    return parse_position(text).text


Name = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
DateText = Annotated[str, AfterValidator(_date)]
PositionText = Annotated[str, AfterValidator(_position)]
ISBN = Annotated[str, AfterValidator(parse_isbn)]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]{4,}$")]
Volumes = Annotated[int, Field(gt=0, le=10_000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class CuratedLine(_Part):
    """How many main volumes there are in one language, who says so, and when."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
    total: Volumes | None = None
    published: Volumes | None = None
    date: DateText
    origin: Origin

    @model_validator(mode="after")
    def _says_one_number(self) -> Self:
        if (self.total is None) == (self.published is None):
            raise ValueError("a line has either `total` or `published` (so far)")
        return self


class CuratedVolume(_Part):
    """One main volume."""

    position: PositionText
    title: Name | None = None
    release_date: DateText | None = None
    isbn: ISBN | None = None


class CuratedSeries(_Part):
    """One series: its names, what it is, and how many volumes it has in which language."""

    name: Name
    aliases: list[Name] = []
    kind: SeriesKind
    status: PublicationStatus
    authors: list[Name] = []
    started: DateText | None = None
    ended: DateText | None = None
    identifiers: dict[str, Name] = {}
    note: str | None = None
    line: Annotated[list[CuratedLine], Field(min_length=1)]
    volume: list[CuratedVolume] = []

    @model_validator(mode="after")
    def _counts_what_is_finished(self) -> Self:
        if self.status in _OPEN and any(line.total for line in self.line):
            raise ValueError("a running series has no total; say `published` and when")
        languages = [line.language for line in self.line]
        if len(set(languages)) < len(languages):
            raise ValueError("a language stands in two lines")
        return self

    @model_validator(mode="after")
    def _dates_what_is_out(self) -> Self:
        out = self.line[0].published
        dated = {volume.position for volume in self.volume if volume.release_date}
        if out is not None and str(out) not in dated:
            raise ValueError(f"volume {out}, the last that is published, needs a `release_date`")
        return self

    @property
    def keys(self) -> frozenset[str]:
        """The forms under which its names are found."""
        return frozenset(series_key(name) for name in (self.name, *self.aliases))


class _File(_Part):
    series: list[CuratedSeries]


def read_curated(data: bytes, where: str) -> list[CuratedSeries]:
    """Return the entries of a file.

    Args:
        data: The file, in TOML.
        where: Its name, for the messages.

    Raises:
        InvalidFile: it is no TOML, or an entry has not the form; the message names it.
    """
    try:
        told = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidFile(f"{where} is not a TOML file: {error}", file=where) from error
    try:
        entries = _File.model_validate(told).series
    except ValidationError as error:
        raise InvalidFile(f"{where}: {_fault(error, told)}", file=where) from error
    for first, second, name in _doubles(entries):
        raise InvalidFile(
            f"{where}: {shown(name)} is a {first.kind} twice, in {shown(first.name)} and in "
            f"{shown(second.name)}; join the entries",
            file=where,
        )
    return entries


def _fault(error: ValidationError, told: dict[str, object]) -> str:
    first = error.errors()[0]
    place = list(first["loc"])
    field = ".".join(str(part) for part in place)
    entries = told.get("series")
    named = ""
    if isinstance(entries, list) and len(place) > 1 and isinstance(place[1], int):
        entry = entries[place[1]]
        named = f"{shown(entry.get('name'))}: " if isinstance(entry, dict) else ""
    return f"{named}{field}: {first['msg']}, got {shown(first.get('input'))}"


def _doubles(
    entries: list[CuratedSeries],
) -> Iterator[tuple[CuratedSeries, CuratedSeries, str]]:
    """Yield entries of one kind that share a name: which of them is meant nobody could tell."""
    seen: dict[tuple[str, str], CuratedSeries] = {}
    for entry in entries:
        for name in (entry.name, *entry.aliases):
            other = seen.setdefault((entry.kind, series_key(name)), entry)
            if other is not entry:
                yield other, entry, name
