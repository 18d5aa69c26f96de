"""A series as a page shows it: every volume with its book, and a number that names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from booktrack.domain.positions import try_position
from booktrack.domain.series import Volume
from booktrack.domain.series_choices import shown_kind, shown_name
from booktrack.domain.series_names import series_cell, series_key
from booktrack.domain.text import fold
from booktrack.errors import InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.collector import collector_at_rest
from booktrack.services.context import Context
from booktrack.services.cover_documents import of_place
from booktrack.services.pages import labels_of, parts, picture_of
from booktrack.services.series import series_id
from booktrack.services.series_lookup import find_series
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]


def _is_listed(volume: Volume) -> bool:
    """Whether a page lists it: what is announced, excluded or a side story is not missing.

    But what somebody put into the library shows there, unless it is known to come out later.
    """
    if volume.status == "missing":
        return volume.number is not None or bool(volume.held)
    if volume.status == "announced":
        return bool(volume.held) and volume.release_date is None
    return volume.status in ("own", "want")


def labelled_id(ctx: Context, series: int | str) -> int:
    """Return the id of the series that is named by its id, by its label on pages or by a name.

    Unlike elsewhere typos are not forgiven: a page removes what it names.

    Raises:
        NotFound: there is none.
        Conflict: several bear the name and none the label.
    """
    if isinstance(series, int):
        return series_id(ctx, series)
    name = inputs.text(series, "the series")
    for id_, label in labels_of(ctx).items():
        if label in (series, name):
            return id_
    told = _told_by_cell(ctx, name)
    if len(told) == 1:
        return told[0]
    found = series_id(ctx, name)
    document = ctx.store.get("series", found) or {}
    if fold(name) not in _names(document):
        raise NotFound(
            f"the library has no series {shown(name)}",
            series=name,
            suggestions=[shown_name(document)],
        )
    return found


def _told_by_cell(ctx: Context, text: str) -> list[int]:
    """Return the series that bear every name in a text as files write it.

    A file's "東京喰種 / Tokyo Ghoul" or "Spice and Wolf (Manga)" is listed under one of its names.
    """
    cell = series_cell(text)
    if not cell.names or cell.position is not None:
        return []
    wanted = {fold(name) for name in cell.names}
    there = ctx.store.get_many("series", ctx.store.find("series_name", series_key(cell.names[0])))
    found = {id_: shown_kind(one) for id_, one in there.items() if wanted <= _names(one)}
    return [id_ for id_, kind in found.items() if kind in cell.kind_words] or list(found)


def _names(series: Document) -> set[str]:
    names = [shown_name(series), series["name"]]
    names += [alias["name"] for alias in series.get("aliases", [])]
    return set(map(fold, names))


def series_page(ctx: Context, series: int | str) -> JSON:
    """Return the series with its label, texts, and each listed volume with its book."""
    id_ = labelled_id(ctx, series)
    labels = labels_of(ctx)
    with ctx.store.reading() as reader:
        answer = Answers(reader, ctx.user_id, ctx.today())
        page = summary_of(reader, answer, id_, labels)
        known = {
            one.position: one.isbn_13 for one in answer.series_model(id_).volumes if one.isbn_13
        }
        volumes = []
        for number, volume in _numbered(answer.state(id_).volumes).items():
            volumes.append(_volume(reader, id_, number, volume, known))
        dates = sorted(one["release_date"] for one in volumes if one["release_date"])
        return {
            **page,
            "first_published": dates[0] if dates else None,
            "last_published": dates[-1]
            if dates and page["publication_status"] == "finished"
            else None,
            "volumes": volumes,
        }


def series_pages(ctx: Context) -> JSON:
    """Return `{total, series}`: every series by label, with the statuses of its listed volumes."""
    labels = labels_of(ctx)
    order = sorted(labels, key=lambda id_: (fold(labels[id_]), id_))
    series = []
    for part in parts(order):
        with collector_at_rest(), ctx.store.reading() as reader:
            answer = Answers(reader, ctx.user_id, ctx.today())
            there = reader.get_many("series", part)
            series += [_listed(reader, answer, id_, labels) for id_ in there]
    return {"total": len(series), "series": series}


def _listed(reader: Reader, answer: Answers, id_: int, labels: Mapping[int, str]) -> JSON:
    volumes = _numbered(answer.state(id_).volumes).values()
    statuses = [{"status": one.status} for one in volumes]
    return {**summary_of(reader, answer, id_, labels), "volumes": statuses}


def summary_of(reader: Reader, answer: Answers, id_: int, labels: Mapping[int, str]) -> JSON:
    """Return the series without its volumes, as pages list it."""
    model = answer.series_model(id_)
    owned = {
        one.book_id for volume in answer.state(id_).volumes for one in volume.held
        if one.status == "own"
    }  # fmt: skip
    # Pages group a book under its first series only, and count what stands in the group.
    shelved = [
        book
        for book in reader.get_many("books", sorted(owned)).values()
        if book["memberships"][0]["series_id"] == id_
    ]
    told = answer.series(id_, volumes=False)
    first: list[str] = next((book["authors"] for book in shelved if book.get("authors")), [])
    return {
        **told,
        "authors": told["authors"] or first,
        "label": labels.get(id_, model.name),
        "description": model.description,
        "publisher": model.publisher,
        "genres": model.genres,
        "tags": model.tags,
        "owned_books": len(shelved),
    }


def _numbered(volumes: Iterable[Volume]) -> dict[int | float, Volume]:
    """Return the listed volumes by the numbers that name them on a page.

    A volume without a number of its own is named by minus the id of its book: that is no place
    in the series, and stays the same from one question to the next.
    """
    named: dict[int | float, Volume] = {}
    rest = []
    for volume in sorted(volumes, key=lambda one: one.slot != "main"):
        position = try_position(volume.position)
        number = position.number if position else None
        if not _is_listed(volume):
            continue
        if number is None or number < 0 or number in named:
            rest.append(volume)
        else:
            named[number] = volume
    for volume in rest:
        for book_id in sorted({one.book_id for one in volume.held}):
            named.setdefault(-book_id, volume)
    return dict(sorted(named.items(), key=lambda item: (item[0] < 0, abs(item[0]))))


def volume_at(answer: Answers, id_: int, number: object) -> tuple[int | float, Volume]:
    """Return the volume that a page names by a number, with the number.

    Raises:
        InvalidInput: it is no number.
        NotFound: the series has no such volume.
    """
    wanted = number_of(number)
    volumes = _numbered(answer.state(id_).volumes)
    if wanted not in volumes:
        raise NotFound(f"the series has no volume {wanted}", series_id=id_, position=wanted)
    return wanted, volumes[wanted]


def number_of(number: object) -> int | float:
    """Return a volume's number: 3, 1.5 or "3".

    Raises:
        InvalidInput: it is none.
    """
    try:
        found = float(str(number)) if not isinstance(number, bool) else None
    except ValueError:
        found = None
    if found is None or not -1e9 < found < 1e6:
        raise InvalidInput(f"a volume is named by its number, not by {shown(number)}")
    return int(found) if found.is_integer() else found


def _volume(
    reader: Reader,
    id_: int,
    number: int | float,
    volume: Volume,
    known: Mapping[str | None, str],
) -> JSON:
    held = [one for one in volume.held if number >= 0 or one.book_id == -number]
    order = {"own": 0, "want": 1}
    held.sort(key=lambda one: (order.get(one.status, 2), len(one.covers) > 1, one.edition_id or 0))
    chosen = held[0] if held else None
    book: Document = (reader.get("books", chosen.book_id) or {}) if chosen else {}
    edition: Document = {}
    if chosen is not None and chosen.edition_id is not None:
        edition = reader.get("editions", chosen.edition_id) or {}
    ids = [one.edition_id for one in held if one.edition_id is not None]
    return {
        "number": number,
        "position": volume.position,
        "label": volume.label,
        "title": (book.get("title") if chosen else None) or volume.title,
        "subtitle": book.get("subtitle"),
        "authors": book.get("authors", []),
        "description": book.get("description"),
        "isbn_13": edition.get("isbn_13") or (None if chosen else known.get(volume.position)),
        "isbn_10": edition.get("isbn_10"),
        "asin": edition.get("asin"),
        "publisher": edition.get("publisher"),
        "release_date": edition.get("release_date") or volume.release_date,
        "page_count": edition.get("page_count"),
        "cover_url": edition.get("cover_url") or volume.cover_url,
        "cover": picture_of(reader, ids) or _picture_of_volume(reader, id_, volume.position),
        "status": volume.status,
        "book_id": chosen.book_id if chosen else None,
        "edition_id": chosen.edition_id if chosen else None,
    }


def _picture_of_volume(reader: Reader, id_: int, position: str | None) -> str | None:
    found = of_place(reader, id_, position) if position else None
    return str(found["sha256"]) if found else None


def refresh_series(ctx: Context, series: int | str) -> JSON:
    """Return `{series, changed, sources}` after asking every source about a series."""
    id_ = labelled_id(ctx, series)
    before = _known_volumes(ctx, id_)
    document = ctx.store.get("series", id_) or {}
    _, asked = find_series(ctx, document["name"], "always")
    after = _known_volumes(ctx, id_)
    changed = sorted((place for place in after if after[place] != before.get(place)), key=str)
    return {
        "series": answers(ctx).series(id_),
        "changed": changed,
        "sources": asked.sources,
    }


def _known_volumes(ctx: Context, id_: int) -> dict[str, JSON]:
    """Return what is listed of each volume, by its position or label."""
    listed = (ctx.store.get("series", id_) or {}).get("volumes", [])
    said = ("title", "release_date", "cover_url", "isbn_13", "slot")
    return {
        str(one.get("position") or one.get("label")): {name: one.get(name) for name in said}
        for one in listed
    }
