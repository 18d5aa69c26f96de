"""Settings in files of their own, without keys, and the way back, checked before it is gone."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from copy import deepcopy
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import Any

from booktrack.domain.settings import SETTINGS, checked, is_mask
from booktrack.errors import Conflict, InvalidFile, InvalidInput, shown
from booktrack.services import inputs, settings
from booktrack.services.context import Context
from booktrack.services.exporting import replace_file
from booktrack.store.files import disk_errors, read_file

JSON = dict[str, Any]

KIND = "booktrack settings"
VERSION = 1
_LARGEST = 1 << 20
_VERB = "restore"


def content(ctx: Context) -> JSON:
    """Return what a backup holds: everything that is set but keys and where news is sent."""
    stored = ctx.settings.stored()
    values = {
        name: deepcopy(stored.get(name, setting.default))
        for name, setting in SETTINGS.items()
        if not setting.beside
    }
    return {
        "kind": KIND,
        "version": VERSION,
        "booktrack": version("booktrack"),
        "at": ctx.now(),
        "settings": values,
    }


def backup(ctx: Context, path: Path | None, *, overwrite: bool) -> JSON:
    """Return `{path, bytes, at, settings, left_out}` after writing the settings to a file."""
    held = content(ctx)
    data = (json.dumps(held, ensure_ascii=False, indent=2) + "\n").encode()
    target = _new_in_backups(ctx) if path is None else Path(os.path.realpath(path))
    inputs.not_of_library(target, ctx.store.path)
    if target.exists() and not overwrite:
        raise Conflict(f"{target} is there already; name another file", path=str(target))
    replace_file(target, data)
    return {
        "path": str(target),
        "bytes": len(data),
        "at": held["at"],
        "settings": held["settings"],
        "left_out": [name for name, setting in SETTINGS.items() if setting.beside],
    }


def _new_in_backups(ctx: Context) -> Path:
    """Return a name in the folder of the library's backups that is not taken."""
    folder = ctx.store.path.with_name(ctx.store.path.name + ".backups")
    with disk_errors(folder, "making"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stem = f"settings-{ctx.clock().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    number = 1
    while (target := folder / f"{stem}{f'-{number}' if number > 1 else ''}.json").exists():
        number += 1
    return target


def restore(ctx: Context, backed_up: Path | Mapping[str, Any]) -> JSON:
    """Return `{id, changed, left_out, settings}` after setting what a backup holds.

    What it does not name goes back to its default. Keys and where news is sent stay as they are,
    whatever the backup says of them.
    """
    held = backed_up if isinstance(backed_up, Mapping) else _read(backed_up)
    values = _values(held)
    left_out = sorted(name for name in values if name in SETTINGS and SETTINGS[name].beside)
    wanted = checked({name: value for name, value in values.items() if name not in left_out})
    before = content(ctx)["settings"]
    changes = {
        name: value
        for name in before
        if (value := wanted.get(name, SETTINGS[name].default)) != before[name]
    }
    settings.check_sources(changes)
    revision = ctx.store.catch_up()
    settings.keep(ctx, changes, _VERB)
    after = content(ctx)["settings"]
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    return {
        "id": _transaction(ctx, revision) if changed else None,
        "changed": changed,
        "left_out": [name for name in left_out if not is_mask(values[name])],
        "settings": settings.get(ctx),
    }


def _transaction(ctx: Context, revision: int) -> int | None:
    """Return the restoring transaction; another process may have made one since."""
    found: list[int] = [
        entry["id"]
        for entry in ctx.store.history(100)
        if entry["id"] > revision and entry["why"].startswith(_VERB)
    ]
    return found[0] if found else None


def _read(path: Path) -> Mapping[str, Any]:
    try:
        held = json.loads(read_file(path, _LARGEST))
    except (OSError, ValueError, RecursionError) as error:
        said = error.strerror if isinstance(error, OSError) else "it is not JSON"
        raise InvalidFile(
            f"{path} cannot be restored, nothing was changed: {said}", path=str(path)
        ) from error
    if not isinstance(held, Mapping):
        raise InvalidFile(f"{path} is no backup of settings; nothing was changed", path=str(path))
    return held


def _values(held: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the settings that a backup holds.

    Raises:
        InvalidFile: it is none, or one of a newer booktrack.
    """
    if held.get("kind") != KIND or not isinstance(held.get("settings"), Mapping):
        raise InvalidFile(
            f"this is no backup of settings, which begins with kind {shown(KIND)}; nothing was "
            "changed. A backup of the whole library is restored by `restore`"
        )
    number = held.get("version")
    if number != VERSION:
        raise InvalidInput(
            f"this backup has the form {shown(number)}, and this booktrack reads {VERSION}; "
            "nothing was changed"
        )
    values: Mapping[str, Any] = held["settings"]
    return values
