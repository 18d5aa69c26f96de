"""Pictures in backups: a copy of the library without its user's own pictures would not be whole."""

from __future__ import annotations

import hashlib
from pathlib import Path

from booktrack.errors import InvalidFile
from booktrack.services.context import Context
from booktrack.services.cover_documents import in_use
from booktrack.services.covers import files, is_there, keep
from booktrack.services.pictures import read_picture
from booktrack.store.base import Document
from booktrack.store.covers import CoverFiles


def copy_pictures(ctx: Context, backup: Path) -> int:
    """Return how many pictures stand beside a backup, where a library of its name has them."""
    mine, theirs = files(ctx), CoverFiles(backup)
    found = {one["sha256"]: one for one in in_use(ctx.store) if is_there(ctx, one)}
    for sha256, one in found.items():
        theirs.copy(mine.path(sha256, one["mime"]), theirs.path(sha256, one["mime"]))
    return len(found)


def take_pictures(ctx: Context, backup: Path) -> int:
    """Return how many missing pictures were taken from beside a backup.

    What is there is not believed: a picture is taken only where its content has its name.
    """
    theirs = CoverFiles(backup)
    taken = 0
    for sha256, one in {one["sha256"]: one for one in in_use(ctx.store)}.items():
        if not is_there(ctx, one) and theirs.holds(sha256, one["mime"], one["bytes"]):
            taken += _take(ctx, theirs, one)
    return taken


def _take(ctx: Context, theirs: CoverFiles, one: Document) -> bool:
    data = theirs.path(one["sha256"], one["mime"]).read_bytes()
    if hashlib.sha256(data).hexdigest() != one["sha256"]:
        return False
    try:
        picture = read_picture(data)
    except InvalidFile:
        return False  # check() tells that it is missing
    if picture.mime == one["mime"]:
        keep(ctx, picture)
    return picture.mime == str(one["mime"])
