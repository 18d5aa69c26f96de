"""Covers: one picture of each edition, kept once whatever shows it.

A picture's file is written before the document that names it, and is looked for once more under
the library's lock: a crash leaves at most a file that nothing names, and a repair that runs at
the same time takes nothing that is about to be named.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from booktrack.domain.covers import THUMBNAIL_WIDTHS
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.models import Series
from booktrack.errors import InvalidFile, InvalidInput, NotFound, StoreError, shown, shown_path
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.cover_documents import (
    known_by_place,
    of_edition,
    of_place,
    put_picture,
)
from booktrack.services.finding import editions_with_isbn
from booktrack.services.pictures import MAX_BYTES, Picture, read_picture
from booktrack.store.base import Document
from booktrack.store.covers import CoverFiles

JSON = dict[str, Any]

ACCEPT = "image/webp, image/jpeg, image/png, image/gif;q=0.9, image/*;q=0.5"
_SHA256 = re.compile(r"[0-9a-f]{64}")


def files(ctx: Context) -> CoverFiles:
    """Return the pictures' folder beside the library."""
    return CoverFiles(ctx.store.path)


def storage_path(ctx: Context, isbn: str) -> str:
    """Return where the picture of an ISBN stands, or where the user may put one."""
    number = parse_isbn(isbn)
    ctx.store.catch_up()
    place = files(ctx)
    for document in _of_isbn(ctx, number):
        if is_there(ctx, document):
            return str(place.path(document["sha256"], document["mime"]))
    return str(place.of_isbn(number))


def is_there(ctx: Context, document: Document) -> bool:
    """Return whether the file of a picture is there."""
    return files(ctx).holds(document["sha256"], document["mime"], document["bytes"])


def _of_isbn(ctx: Context, isbn: str) -> Iterable[Document]:
    for edition_id in editions_with_isbn(ctx.store, isbn):
        if document := of_edition(ctx.store, edition_id):
            yield document
    for series_id, place in places_with_isbn(ctx, isbn):
        if document := of_place(ctx.store, series_id, place):
            yield document


def places_with_isbn(ctx: Context, isbn: str) -> list[tuple[int, str]]:
    """Return the places of series that a source gives this ISBN."""
    return [
        (series_id, place)
        for series_id, series in ctx.store.all("series")
        if any(one.get("isbn_13") == isbn for one in series.get("volumes", []))
        for place, known in known_by_place(Series.check(series)).items()
        if known.isbn_13 == isbn
    ]


def cover(ctx: Context, edition: int | str, width: int | None) -> JSON:
    """Return the picture of an edition, or its thumbnail of that width."""
    _check_width(width)
    ctx.store.catch_up()
    edition_id = inputs.edition_id(ctx.store, edition)
    document = of_edition(ctx.store, edition_id)
    if document is None:
        raise NotFound(
            f"edition {edition_id} has no cover; download_covers() looks for one, "
            "set_cover() takes yours",
            table="covers",
            edition=edition_id,
        )
    return answer(ctx, document, width)


def picture(ctx: Context, sha256: str, width: int | None) -> JSON:
    """Return a picture by the hash of its content, or its thumbnail of that width."""
    _check_width(width)
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise InvalidInput(f"a picture is named by 64 hexadecimal digits, not by {shown(sha256)}")
    ctx.store.catch_up()
    found = ctx.store.get_many("covers", ctx.store.find("picture", sha256))
    document = next((one for one in found.values() if not one.get("removed")), None)
    if document is None:
        raise NotFound(f"the library has no picture {sha256}", table="covers", sha256=sha256)
    return answer(ctx, document, width)


def answer(ctx: Context, document: Document, width: int | None = None) -> JSON:
    """Return `{sha256, mime, width, height, bytes, path, source, url, uploaded}`.

    Raises:
        NotFound: the file is not there any more.
    """
    place = files(ctx)
    path = place.path(document["sha256"], document["mime"])
    if not is_there(ctx, document):
        raise _gone(path)
    told = {
        "sha256": document["sha256"],
        "mime": document["mime"],
        "width": document["width"],
        "height": document["height"],
        "bytes": document["bytes"],
        "path": str(path),
        "source": document.get("source"),
        "url": document.get("url"),
        "uploaded": document.get("uploaded", False),
    }
    small = _thumbnail(place, path, document, width)
    if small is None or width is None:
        return told
    height = max(1, round(document["height"] * width / document["width"]))
    return {
        **told,
        "mime": "image/webp",
        "width": width,
        "height": height,
        "bytes": small.stat().st_size,
        "path": str(small),
    }


def _gone(path: Path) -> NotFound:
    return NotFound(
        f"the picture {path} is missing or damaged; download_covers() fetches it again, "
        "set_cover() takes yours",
        path=str(path),
    )


def _thumbnail(place: CoverFiles, path: Path, document: Document, width: int | None) -> Path | None:
    """Return the thumbnail, made where it is not there; None where the picture itself serves."""
    if width is None or document["width"] <= width:
        return None
    small = place.thumbnail(document["sha256"], width)
    if not place.holds_thumbnail(document["sha256"], width):
        try:
            data = read_picture(read_file(path)).thumbnail(width)
            place.keep(small, data or b"")
        except InvalidFile as error:
            raise _gone(path) from error
        except StoreError:
            return None  # the folder may not be written, or the disk is full
    return small


def set_cover(ctx: Context, edition: int | str, given: object) -> JSON:
    """Return the picture of an edition after the user gave it."""
    ctx.store.catch_up()
    inputs.edition_id(ctx.store, edition)  # nothing is fetched for one that is not there
    data, url = _given(ctx, given)
    read = read_picture(data)
    with ctx.store.transaction(f"set the cover of edition {edition}", user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        keep(ctx, read)
        document = document_of(ctx, read, source="user", url=url, uploaded=True)
        put_picture(tx, f"edition:{edition_id}", {"edition_id": edition_id, **document})
    return answer(ctx, document)


def _given(ctx: Context, given: object) -> tuple[bytes, str | None]:
    """Return what was given as bytes, and the address where it was one."""
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given), None
    if isinstance(given, str) and given.lower().startswith(("http://", "https://")):
        address = inputs.web_address(given, "the cover") or ""
        reply = ctx.asker.fetch(address, max_bytes=MAX_BYTES, accept=ACCEPT, by_hand=True)
        if reply.status != 200:
            raise NotFound(f"there is no picture at {shown(address)} (HTTP {reply.status})")
        return reply.body, address
    if isinstance(given, (str, os.PathLike)):
        return read_file(given), None
    raise InvalidInput(
        f"a cover is given as bytes, as a file's path or as an address, not as {shown(given)}"
    )


def read_file(path: str | os.PathLike[str]) -> bytes:
    """Return what a picture's file holds.

    Raises:
        InvalidFile: it is missing, no plain file, or larger than a picture may be.
    """
    try:
        place = Path(path).expanduser()
        if not place.is_file():
            raise InvalidFile(f"there is no picture {shown_path(place)}", file=str(place))
        with place.open("rb") as handle:
            # One byte more than allowed is enough to refuse it.
            return handle.read(MAX_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, InvalidFile):
            raise
        raise InvalidFile(f"{shown_path(path)} cannot be read: {error}") from error


def remove_cover(ctx: Context, edition: int | str) -> JSON:
    """Return `{edition_id, removed}` after removing an edition's picture.

    What was downloaded is not downloaded again from where it came.
    """
    with ctx.store.transaction(f"remove the cover of edition {edition}", user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        removed = False
        for cover_id, one in tx.get_many(
            "covers", tx.find("cover", f"edition:{edition_id}")
        ).items():
            if one.get("removed"):
                continue
            removed = True
            if one.get("uploaded"):
                tx.remove("covers", cover_id)
            else:
                tx.put("covers", cover_id, {**one, "removed": True})
        return {"edition_id": edition_id, "removed": removed}


def keep(ctx: Context, read: Picture) -> None:
    """Write the files of a picture where they are not there yet."""
    place = files(ctx)
    place.keep(place.path(read.sha256, read.mime), read.data)
    for width in THUMBNAIL_WIDTHS:
        if not place.holds_thumbnail(read.sha256, width) and (data := read.thumbnail(width)):
            place.keep(place.thumbnail(read.sha256, width), data)


def document_of(
    ctx: Context, read: Picture, *, source: str | None, url: str | None, uploaded: bool
) -> Document:
    """Return what the library notes of a picture."""
    return {
        "sha256": read.sha256,
        "mime": read.mime,
        "width": read.width,
        "height": read.height,
        "bytes": len(read.data),
        "source": source,
        "url": url,
        "uploaded": uploaded,
        "at": ctx.now(),
    }


def _check_width(width: object) -> None:
    if width is not None and (isinstance(width, bool) or width not in THUMBNAIL_WIDTHS):
        listed = " or ".join(map(str, THUMBNAIL_WIDTHS))
        raise InvalidInput(f"a thumbnail is {listed} pixels wide, not {shown(width)}")
