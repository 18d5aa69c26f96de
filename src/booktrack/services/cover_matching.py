"""Covers of whole series: pictures that are there are matched to volumes, others are fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from booktrack.domain.covers import by_isbn
from booktrack.domain.models import KnownVolume
from booktrack.domain.series import Volume
from booktrack.errors import InvalidFile, SourceUnavailable
from booktrack.services import series as series_service
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context, Progress
from booktrack.services.cover_documents import (
    all_of_volume,
    editions_of,
    known_by_place,
    of_edition,
    place_of,
    put_picture,
    unwanted_addresses,
)
from booktrack.services.cover_downloads import bare, download, refuse_read_only
from booktrack.services.cover_targets import Target, families, target_of_edition
from booktrack.services.covers import (
    document_of,
    files,
    is_there,
    keep,
    places_with_isbn,
    read_file,
)
from booktrack.services.finding import editions_with_isbn
from booktrack.services.pictures import read_picture
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]


@dataclass(frozen=True)
class Place:
    """A place of a series, what stands there and what sources say of it."""

    series_id: int
    name: str
    volume: Volume
    known: KnownVolume | None

    @property
    def owner(self) -> JSON:
        """The place as a picture's document names it."""
        return {"series_id": self.series_id, "position": self.name}

    @property
    def key(self) -> str:
        """The place as the index of pictures names it."""
        return f"volume:{self.series_id}:{self.name}"


def match_covers(ctx: Context, series: int | str) -> dict[str, str]:
    """Return the path of each volume's picture, by position, of those that are there."""
    series_id = series_service.series_id(ctx, series)
    take_in(ctx)
    return _matched(ctx, series_id)


def _matched(ctx: Context, series_id: int) -> dict[str, str]:
    found: dict[str, str] = {}
    linked: list[tuple[Place, Document]] = []
    for place in _places(answers(ctx), series_id):
        pictures = all_of_volume(ctx.store, series_id, place.volume)
        picture = next((one for one in pictures if is_there(ctx, one)), None)
        if picture is None:
            picture = _of_same_isbn(ctx, place)
            if picture is None:
                continue
            linked.append((place, bare(picture)))
        path = files(ctx).path(picture["sha256"], picture["mime"])
        found.setdefault(place.name, str(path))
    _link(ctx, linked)
    return found


def _places(answer: Answers, series_id: int) -> Iterator[Place]:
    known = known_by_place(answer.series_model(series_id))
    for volume in answer.state(series_id).volumes:
        if not volume.excluded:
            name = place_of(volume)
            yield Place(series_id, name, volume, known.get(name))


def _of_same_isbn(ctx: Context, place: Place) -> Document | None:
    """Return the picture of an edition that stands in no series, by the ISBN of the volume."""
    if place.known is None or place.known.isbn_13 is None:
        return None
    for edition_id in editions_with_isbn(ctx.store, place.known.isbn_13):
        picture = of_edition(ctx.store, edition_id)
        if picture is not None and is_there(ctx, picture):
            return picture
    return None


def _link(ctx: Context, linked: list[tuple[Place, Document]]) -> None:
    if not linked or ctx.store.read_only:
        return  # it is found again by the next question
    why = f"match {len(linked)} covers to volumes"
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        for place, picture in linked:
            if tx.get("series", place.series_id) is not None:
                put_picture(tx, place.key, {**place.owner, **picture})


# --- downloading ---------------------------------------------------------------------------


def download_volume_covers(
    ctx: Context, series: int | str, progress: Progress | None
) -> dict[str, str]:
    """Return the path of each picture that was fetched now, by position."""
    series_id = series_service.series_id(ctx, series)
    refuse_read_only(ctx)
    take_in(ctx)
    there = _matched(ctx, series_id)
    wanting = [place for place in _places(answers(ctx), series_id) if place.name not in there]
    targets = {place.name: target for place in wanting if (target := _target(ctx, place))}
    stored = download(ctx, list(targets.values()), progress)
    problems = [problem for target in targets.values() for problem in target.problems]
    # Where nobody could be asked, "there is none" would be false.
    if not stored and problems and all(one["code"] != "no_cover" for one in problems):
        raise SourceUnavailable(
            f"no cover could be fetched: {problems[0]['message']}",
            source="covers",
            problems=problems,
        )
    return {
        name: str(stored[target.key]["path"])
        for name, target in targets.items()
        if target.key in stored
    }


def _target(ctx: Context, place: Place) -> Target | None:
    """Return the edition of a volume that wants a picture, or the volume where it has none."""
    given = [(place.known.source, place.known.cover_url)] if place.known else []
    for edition_id in editions_of(place.volume):
        target = target_of_edition(ctx, edition_id, ctx.store.get("editions", edition_id) or {})
        if target.families:
            return target
        if not given and target.isbn:
            given = [(_LAST, by_isbn(target.isbn))]
    own = families(given, unwanted_addresses(ctx.store, place.key))
    if not own and place.known and place.known.isbn_13:
        own = families([(_LAST, by_isbn(place.known.isbn_13))], ())
    if not own:
        return None
    title = place.volume.title or place.name
    isbn = place.known.isbn_13 if place.known else None
    return Target(place.key, place.owner, title, isbn, own)


_LAST = "openlibrary"
"""Who is asked by ISBN where nobody gave an address: few enough to stay within its limit."""


# --- pictures that a user put into the folder --------------------------------------------------


def take_in(ctx: Context) -> JSON:
    """Return `{taken, refused}` after taking in the pictures that a user put under an ISBN.

    The file goes when the library has the picture; one that is none, or whose ISBN nobody knows,
    stays where it is.
    """
    taken: list[JSON] = []
    refused: list[JSON] = []
    for isbn, path in [] if ctx.store.read_only else list(files(ctx).given()):
        keys = _keys_of(ctx, isbn)
        if not keys:
            refused.append({"path": str(path), "why": f"the library has no ISBN {isbn}"})
            continue
        try:
            _take(ctx, isbn, path, keys)
        except InvalidFile as error:
            refused.append({"path": str(path), "why": error.message})
            continue
        taken.append({"isbn_13": isbn, "path": str(path)})
    return {"taken": taken, "refused": refused}


def _keys_of(ctx: Context, isbn: str) -> dict[str, JSON]:
    """Return the editions with an ISBN, else the places of series that it is known of."""
    ctx.store.catch_up()
    editions = editions_with_isbn(ctx.store, isbn)
    if editions:
        return {f"edition:{one}": {"edition_id": one} for one in editions}
    return {
        f"volume:{series_id}:{place}": {"series_id": series_id, "position": place}
        for series_id, place in places_with_isbn(ctx, isbn)
    }


def _take(ctx: Context, isbn: str, path: Path, keys: dict[str, JSON]) -> None:
    picture = read_picture(read_file(path))
    with ctx.store.transaction(f"take in the cover of {isbn}", user_id=ctx.user_id) as tx:
        keep(ctx, picture)
        document = document_of(ctx, picture, source="user", url=None, uploaded=True)
        for key, owner in keys.items():
            if _is_owner_there(tx, owner):
                put_picture(tx, key, {**owner, **document})
    files(ctx).remove(path)


def _is_owner_there(reader: Reader, owner: JSON) -> bool:
    table = "editions" if "edition_id" in owner else "series"
    return reader.get(table, owner.get("edition_id") or owner["series_id"]) is not None
