"""Marking volumes by their numbers: "own 1-9", "want the rest".

A status stands on an edition. A volume of which the library knows no edition gets a book with one
that has no ISBN; the first record that tells of the volume fills it in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from booktrack.domain.positions import MAX_SPAN, try_position
from booktrack.domain.series import Held, SeriesState, Volume
from booktrack.domain.series_choices import shown_name
from booktrack.errors import InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.services.owning import set_status
from booktrack.services.recording import VOLUME, volume_mark, with_memberships
from booktrack.services.series import series_id
from booktrack.services.series_documents import series_answer, series_of
from booktrack.services.series_moves import placed_at
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

_RANGE = re.compile(r"\s*(\d{1,5})\s*(?:[-–—]|\bto\b)\s*(\d{1,5})\s*")


def mark_volumes(ctx: Context, series: int | str, volumes: Any, status: str) -> JSON:
    """Return `{series, total, changed, created, skipped}` after marking volumes by number."""
    inputs.one_of(status, inputs.STATUSES, "status")
    with ctx.store.transaction(f"mark volumes of {series} {status}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        state = Answers(tx, ctx.user_id, ctx.today()).state(id_)
        places = _chosen(state, volumes, status)
        standing = {one.position: one for one in state.volumes if one.slot == "main"}
        standing = {one.position: one for one in state.volumes} | standing
        changed = 0
        created, skipped = [], []
        for place in places:
            volume = standing.get(place) or Volume(place, place)
            editions = _editions(volume, status)
            if volume.owned and status != "own" and not editions:
                skipped.append({"position": place, "reason": "owned as part of an omnibus"})
            elif status != "missing" and not editions and volume.status != status:
                editions = [stand_in(tx, ctx, id_, place)]
                created.append(place)
            changed += sum(set_status(tx, ctx, one, {"status": status}) for one in editions)
        return {
            "series": series_answer(tx, ctx, id_),
            "total": len(places),
            "changed": changed,
            "created": created,
            "skipped": skipped,
        }


def _chosen(state: SeriesState, volumes: Any, status: str) -> list[str]:
    if volumes == "rest":
        # Nobody owns what is not out yet, but it can be wanted.
        return [*state.missing, *(state.announced if status == "want" else [])]
    if volumes == "all":
        return [one.label for one in state.volumes if one.number is not None]
    return [_number(place) for place in volume_places(volumes)]


def _number(place: str) -> str:
    position = try_position(place)
    if position is None or len(position.items) != 1:
        raise InvalidInput(f"{shown(place)} is not the number of a volume; use 3, 1.5 or 1-9")
    return position.text


def _editions(volume: Volume, status: str) -> list[int]:
    """Return the editions whose status has to change for the volume to have this one."""
    # An omnibus says more than this volume: it is never marked for one of its parts.
    single = [one for one in volume.held if one.edition_id is not None and len(one.covers) < 2]
    if status == volume.status:
        return []
    if status == "own":
        single.sort(key=lambda one: one.status != "want")
        return _ids(single[:1])
    said = [one for one in single if one.status in ("own", "want")]
    return _ids(said or single[:1] * (status == "want"))


def _ids(held: Sequence[Held]) -> list[int]:
    return [one.edition_id for one in held if one.edition_id is not None]


def stand_in(tx: Transaction, ctx: Context, id_: int, place: str) -> int:
    """Add a book of which only its place is known, and return its one edition."""
    series = series_of(tx, id_)
    listed: list[Document] = series.get("volumes", [])
    known = next((one for one in listed if one.get("position") == place), {})
    position = try_position(place)
    mark = {VOLUME: [volume_mark(id_, place)]}
    book = {
        "title": known.get("title") or f"{shown_name(series)}, Vol. {place}",
        "authors": series.get("authors", []),
        "identifiers": mark,
        "added_at": ctx.now(),
        "updated_at": ctx.now(),
    }
    member = placed_at(id_, position)
    book_id = tx.insert("books", with_memberships(tx, book, [member]))
    edition = {
        "book_id": book_id,
        "isbn_13": known.get("isbn_13"),
        "release_date": known.get("release_date"),
        "updated_at": ctx.now(),
    }
    return tx.insert("editions", edition)


def volume_places(volumes: Any) -> list[str]:
    """Return the single places that "1-9", "1, 3, 5", 4 or a list of these name."""
    if isinstance(volumes, bool) or volumes is None:
        raise InvalidInput(f"name volumes like '1-9', 3 or [1, 2], not {shown(volumes)}")
    if isinstance(volumes, (int, float)):
        return [_text(volumes)]
    if isinstance(volumes, str):
        pieces = [volumes] if try_position(volumes) is None else re.split(r"[,;&]", volumes)
        named = [place for piece in pieces for place in _span(piece)]
    elif isinstance(volumes, Iterable):
        named = [place for one in volumes for place in volume_places(one)]
    else:
        raise InvalidInput(f"name volumes like '1-9', 3 or [1, 2], not {shown(volumes)}")
    if not named:
        raise InvalidInput("no volume was named")
    return list(dict.fromkeys(named))


def _span(piece: str) -> list[str]:
    match = _RANGE.fullmatch(piece)
    if match is None:
        return [_text(inputs.text(piece, "a volume"))]
    first, last = int(match[1]), int(match[2])
    if last < first or last - first > MAX_SPAN:
        raise InvalidInput(
            f"{shown(piece)} is no range of volumes; it rises and spans at most {MAX_SPAN}"
        )
    return [str(number) for number in range(first, last + 1)]


def _text(place: str | float) -> str:
    position = try_position(place)
    return position.text if position else str(place)
