"""Which picture an edition or a volume has: the documents of the table `covers`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from booktrack.domain.models import Cover, KnownVolume, Series
from booktrack.domain.positions import try_position
from booktrack.domain.series import Volume
from booktrack.store.base import Document, Reader, Transaction

JSON = dict[str, Any]


def of_edition(reader: Reader, edition_id: int) -> Document | None:
    """Return the picture of an edition, or None."""
    return _first(reader, f"edition:{edition_id}")


def of_place(reader: Reader, series_id: int, place: str) -> Document | None:
    """Return the picture that a place of a series has without any book, or None."""
    return _first(reader, f"volume:{series_id}:{place}")


def of_volume(reader: Reader, series_id: int, volume: Volume) -> Document | None:
    """Return the picture of a volume, or None."""
    return next(all_of_volume(reader, series_id, volume), None)


def all_of_volume(reader: Reader, series_id: int, volume: Volume) -> Iterator[Document]:
    """Return the pictures of a volume: of the edition that is owned, wanted or known, its own."""
    for edition_id in editions_of(volume):
        if found := of_edition(reader, edition_id):
            yield found
    if found := of_place(reader, series_id, place_of(volume)):
        yield found


def editions_of(volume: Volume) -> list[int]:
    """Return the editions of a volume: those owned first, then those wanted."""
    order = {"own": 0, "want": 1}
    held = sorted(volume.held, key=lambda one: (order.get(one.status, 2), not one.whole))
    return list(dict.fromkeys(one.edition_id for one in held if one.edition_id is not None))


def place_of(volume: Volume) -> str:
    """Return what a place of a series is called: its position, else its label."""
    return volume.position or volume.label


def known_by_place(series: Series) -> dict[str, KnownVolume]:
    """Return what sources say of each place of a series."""
    found: dict[str, KnownVolume] = {}
    for one in series.volumes:
        parsed = try_position(one.position)
        text = parsed.text if parsed else one.position
        found.setdefault(text or one.label or one.title or "unnumbered", one)
    return found


def summary(document: Document | None) -> JSON | None:
    """Return what editions and volumes tell of their picture."""
    if document is None:
        return None
    return {
        "sha256": document["sha256"],
        "width": document["width"],
        "height": document["height"],
        "uploaded": document.get("uploaded", False),
    }


def in_use(reader: Reader) -> Iterator[Document]:
    """Return every document whose picture is shown."""
    for _, document in reader.all("covers"):
        if not document.get("removed"):
            yield document


def put_picture(tx: Transaction, key: str, document: Document) -> None:
    """Write the picture of an edition or a place in place of what it had."""
    ids = [id_ for id_, one in _under(tx, key).items() if not one.get("removed")]
    if not ids:
        tx.insert("covers", document)
        return
    before = tx.get("covers", ids[0]) or {}
    if Cover.check({**document, "at": before.get("at")}).dump() != before:
        tx.put("covers", ids[0], document)
    for further in ids[1:]:
        tx.remove("covers", further)


def move_places(tx: Transaction, kept: int, gone: int) -> None:
    """Give the places of a series that stays the pictures of one that joins it."""
    for cover_id, one in list(tx.all("covers")):
        if one.get("series_id") != gone:
            continue
        if _first(tx, f"volume:{kept}:{one['position']}") is None:
            tx.put("covers", cover_id, {**one, "series_id": kept})
        else:
            tx.remove("covers", cover_id)


def unwanted_addresses(reader: Reader, key: str) -> set[str]:
    """Return where the pictures came from that the user removed from an edition or a place."""
    return {
        one["url"] for one in _under(reader, key).values() if one.get("removed") and one.get("url")
    }


def _first(reader: Reader, key: str) -> Document | None:
    for cover_id in reader.find("cover", key):  # asked for every edition that is listed
        document = reader.get("covers", cover_id)
        if document is not None and not document.get("removed"):
            return document
    return None


def _under(reader: Reader, key: str) -> dict[int, Document]:
    return reader.get_many("covers", reader.find("cover", key))
