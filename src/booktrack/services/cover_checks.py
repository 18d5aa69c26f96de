"""Whether the pictures' folder holds what the library names, and nothing else of booktrack's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from booktrack.services.context import Context
from booktrack.services.cover_documents import in_use
from booktrack.services.cover_matching import take_in
from booktrack.services.covers import files, is_there
from booktrack.store.base import Reader
from booktrack.store.covers import uploads_in

JSON = dict[str, Any]


def check(ctx: Context, *, repair: bool) -> JSON:
    """Return the report on the library's files and its pictures; `repair` removes unused ones.

    Files that booktrack would not have named so are nobody's business here and stay.
    """
    taken = take_in(ctx) if repair else {"taken": [], "refused": []}
    if repair:
        # Under the lock no other process is about to name a picture that nothing names yet.
        with ctx.store.transaction("remove unused covers", user_id=ctx.user_id) as tx:
            covers = _covers(ctx, tx, repair=True)
    else:
        ctx.store.catch_up()
        covers = _covers(ctx, ctx.store, repair=False)
    covers["damaged"] = _damaged(ctx)
    report = ctx.store.check()
    problems = [
        *report["problems"],
        *(
            _problem(
                "cover_missing",
                f"the picture {one['path']} is missing or damaged; download_covers() fetches it "
                "again, set_cover() takes yours",
            )
            for one in covers["missing"]
        ),
        *(
            _problem(
                "cover_damaged",
                f"the picture {one['path']} is damaged: its content is not what its name says; "
                "remove the file and download_covers() fetches it again, set_cover() takes yours",
            )
            for one in covers["damaged"]
        ),
    ]
    return {**report, "ok": not problems, "problems": problems, "covers": {**covers, **taken}}


def _problem(code: str, message: str) -> JSON:
    return {"code": code, "message": message, "table": "covers", "id": None}


def _damaged(ctx: Context) -> list[JSON]:
    """Return the pictures that are there in full size with another content.

    All are read for this, therefore not under the lock.
    """
    place = files(ctx)
    named = {one["sha256"]: one for one in in_use(ctx.store)}
    return [
        {"sha256": sha256, "path": str(place.path(sha256, one["mime"]))}
        for sha256, one in sorted(named.items())
        if is_there(ctx, one) and place.is_damaged(sha256, one["mime"])
    ]


def _uploads_in_backups(ctx: Context) -> set[str]:
    """Return the user's own pictures that a kept backup shows: nobody could fetch them again."""
    return {sha256 for kept in ctx.store.backups() for sha256 in uploads_in(Path(kept["path"]))}


def _covers(ctx: Context, reader: Reader, *, repair: bool) -> JSON:
    place = files(ctx)
    named = {one["sha256"]: one for one in in_use(reader)}
    needed = named.keys() | _uploads_in_backups(ctx)
    unused, removed, size = [], [], 0
    for sha256, path, length in place.own():
        if sha256 in needed:
            size += length
        elif repair:
            place.remove(path)
            removed.append(str(path))
        else:
            unused.append(str(path))
    missing = [
        {"sha256": sha256, "path": str(place.path(sha256, one["mime"]))}
        for sha256, one in sorted(named.items())
        if not is_there(ctx, one)
    ]
    return {
        "pictures": len(named),
        "bytes": size,
        "missing": missing,
        "unused": unused,
        "removed": removed,
    }
