"""What somebody's API said of a series, read from a dict of whatever shape it came in.

AniList, Google Books, Hardcover and older programs use other words for the same things. Only what
is of the wrong kind altogether is refused: a total of "abc", a status that is a list.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from booktrack.domain.languages import language_code
from booktrack.domain.models import PublicationStatus, SeriesKind
from booktrack.domain.positions import try_position
from booktrack.domain.text import clean, fold
from booktrack.domain.title_markers import kinds_in
from booktrack.errors import InvalidInput, shown

_TOTAL = (
    "total_volumes", "totalvolumes", "volume_count", "volumecount", "num_volumes", "numvolumes",
    "primary_books_count", "total_books", "books_count", "total", "volumes",
)  # fmt: skip
_CHAPTERS = ("chapters", "total_chapters", "totalchapters", "chapter_count", "num_chapters")
_STATUS = ("publication_status", "publicationstatus", "status")
_KIND = ("kind", "format", "media_type", "mediatype", "type")
_NAMES = ("title", "name", "series_name", "seriesname", "series", "synonyms", "aliases")
_LANGUAGE = ("language", "lang")
_LINE = ("edition_line", "editionline", "edition")
_WRAPPERS = ("data", "page", "media", "series", "items", "results", "volumeinfo")
_LARGEST = 100_000
_DEEPEST = 3

_STATUSES: dict[str, PublicationStatus] = {
    **dict.fromkeys(("finished", "complete", "completed", "ended", "concluded"), "finished"),
    **dict.fromkeys(
        ("releasing", "ongoing", "publishing", "running", "continuing", "in progress", "current"),
        "releasing",
    ),
    **dict.fromkeys(("hiatus", "on hiatus", "paused"), "hiatus"),
    **dict.fromkeys(("cancelled", "canceled", "discontinued", "abandoned"), "cancelled"),
    **dict.fromkeys(("not yet released", "upcoming", "announced"), "not_yet_released"),
}
_KINDS: dict[str, str] = {
    **dict.fromkeys(("manga", "manhwa", "manhua", "one shot", "webtoon"), "manga"),
    # AniList's NOVEL is a light novel.
    **dict.fromkeys(("light novel", "ln", "ranobe"), "light_novel"),
    "novel": "novel", "comic": "comic", "comics": "comic", "graphic novel": "comic",
    **dict.fromkeys(
        ("anime", "tv", "tv short", "movie", "ova", "ona", "special", "music", "game", "film"),
        "not_a_book",
    ),
}  # fmt: skip
_LINES = ("collectors_edition", "deluxe", "perfect_edition", "master_edition", "omnibus")


@dataclass(frozen=True)
class LooseSeries:
    """What was understood; None where nothing was said. `total` 0 is what was said, not unknown."""

    names: tuple[str, ...] = ()
    total: int | None = None
    says_total: bool = False
    chapters: int | None = None
    status: PublicationStatus | None = None
    kind: SeriesKind | None = None
    other_medium: str | None = None
    language: str | None = None
    edition_line: str | None = None
    source: str | None = None
    listed: tuple[int, ...] = ()


def read_loose(data: object) -> LooseSeries:
    """Return what a dict from an API says of a series.

    Raises:
        InvalidInput: it is no dict, or a value is of a kind that cannot be meant.

    >>> read_loose({"volumes": "14", "status": "FINISHED", "format": "MANGA"}).total
    14
    """
    if not isinstance(data, Mapping):
        raise InvalidInput(f"the data of an API is a dict, not {shown(data)}")
    fields = dict(_fields(data))
    total_name = next(
        (name for name in _TOTAL if name in fields and not _is_list(fields[name])), ""
    )
    said_kind = _text(fields, _KIND)
    chapters = _first(fields, _CHAPTERS)
    names = tuple(_names(fields))
    kind, medium = _kind(said_kind, fields)
    return LooseSeries(
        names=names,
        total=_count(fields.get(total_name), total_name),
        says_total=bool(total_name),
        chapters=_count(chapters, "chapters") if not _is_list(chapters) else None,
        status=_status(_text(fields, _STATUS)),
        kind=kind,
        other_medium=medium,
        language=_language(_text(fields, _LANGUAGE)),
        edition_line=_line(_text(fields, _LINE), names),
        source=_text(fields, ("source", "api", "provider")),
        listed=tuple(_listed(fields.get("volumes"))),
    )


def _fields(data: Mapping[Any, Any], depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the fields; those inside a wrapper such as {"data": {"Media": ...}} come last."""
    named = {str(name).casefold(): value for name, value in data.items()}
    wrapped = {name: _alone(named.get(name)) for name in _WRAPPERS}
    for name, value in named.items():
        if wrapped.get(name) is None:
            yield name, value
    for inner in wrapped.values():
        if inner is not None and depth < _DEEPEST:
            yield from _fields(inner, depth + 1)


def _alone(value: object) -> Mapping[Any, Any] | None:
    """Return the dict that is wrapped, by itself or as the only one of a list."""
    if isinstance(value, (list, tuple)) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, Mapping) else None


def _first(fields: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _is_list(value: object) -> bool:
    return isinstance(value, (list, tuple))


def _text(fields: Mapping[str, Any], names: Iterable[str]) -> str | None:
    value = _first(fields, names)
    # {"type": {"key": "/type/work"}} and {"status": 429} speak of other things.
    if value is None or isinstance(value, (Mapping, int)):
        return None
    if not isinstance(value, str):
        raise InvalidInput(f"{next(iter(names))} is a text, not {shown(value)}")
    return clean(value) or None


def _count(value: object, name: str) -> int | None:
    if value is None or value == "":
        return None
    number = value
    if isinstance(value, str) and value.strip().isdecimal():
        number = int(value)
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        number = int(value)
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _LARGEST:
        raise InvalidInput(
            f"{name} is a whole number from 0 to {_LARGEST}, not {shown(value)}", field=name
        )
    return number


def _names(fields: Mapping[str, Any]) -> Iterator[str]:
    for name in _NAMES:
        value = fields.get(name)
        parts = value.values() if isinstance(value, Mapping) else value
        for part in (
            parts if isinstance(parts, Iterable) and not isinstance(parts, str) else [parts]
        ):
            if isinstance(part, str) and clean(part):
                yield clean(part)
            elif part is not None and not isinstance(part, (str, Mapping)):
                raise InvalidInput(f"{name} is a text, not {shown(part)}", field=name)


def _status(said: str | None) -> PublicationStatus | None:
    return _STATUSES.get(fold(said)) if said else None


def _kind(said: str | None, fields: Mapping[str, Any]) -> tuple[SeriesKind | None, str | None]:
    found = _KINDS.get(fold(said)) if said else None
    if found == "not_a_book":
        return None, said
    if found == "novel" and str(fields.get("type", "")).casefold() == "manga":
        return "light_novel", None
    return found, None  # type: ignore[return-value]  # the table holds kinds of series only


def _language(said: str | None) -> str | None:
    return language_code(said) if said else None


def _line(said: str | None, names: Iterable[str]) -> str | None:
    words = frozenset().union(*(kinds_in(text) for text in (said or "", *names)))
    return next((line for line in _LINES if line in words), None)


def _listed(volumes: object) -> Iterator[int]:
    """Yield the numbers of a list of volumes, however each tells its own."""
    if not isinstance(volumes, (list, tuple)):
        return
    for one in volumes:
        told = _first(one, ("volume", "position", "number")) if isinstance(one, Mapping) else one
        position = try_position(told)
        if position is not None and isinstance(position.number, int):
            yield position.number
