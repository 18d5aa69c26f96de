"""Whether everything that booktrack stands on is in order, and what to do where it is not."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booktrack.services import upkeep
from booktrack.services.context import Context

JSON = dict[str, Any]

_ROOM = 3
"""A snapshot, a backup and the history may each need as much room as the library."""
_LEAST_ROOM = 20 << 20
_OLD_BACKUP = 7.0  # days


def health(ctx: Context) -> JSON:
    """Return `{status, healthy, problems, library, secrets, backups, sources}`.

    Errors make it unhealthy; warnings and hints do not.
    """
    library = ctx.store.condition()
    backups = _backups(ctx)
    secrets = _secrets(ctx)
    sources = _sources(ctx)
    problems = [
        *_of_library(library),
        *_of_backups(library, backups),
        *_of_secrets(secrets),
        *_of_settings(ctx),
        *_of_sources(ctx, sources),
    ]
    healthy = not any(one["severity"] == "error" for one in problems)
    return {
        "status": "healthy" if healthy else "unhealthy",
        "healthy": healthy,
        "problems": problems,
        "library": library,
        "secrets": secrets,
        "backups": backups,
        "sources": sources,
    }


def _problem(code: str, severity: str, message: str) -> JSON:
    return {"code": code, "severity": severity, "message": message}


def _of_library(library: JSON) -> list[JSON]:
    found = []
    path = library["path"]
    if not library["exists"] and Path(f"{path}.history").exists():
        text = f"{path} was taken away; put it back, or the next change begins a new library"
        found.append(_problem("missing", "warning", text))
    if not library["writable"]:
        text = (
            f"{path}, its folder or {path}.lock may not be written; change their rights, or open "
            "a copy"
        )
        found.append(_problem("not_writable", "error", text))
    if library["checkpoint_failed"]:
        text = (
            f"the last snapshot could not be written ({library['checkpoint_failed']}); your "
            f"changes are safe in {path}.journal: make room, or repair the rights of the folder"
        )
        found.append(_problem("checkpoint_failed", "error", text))
    elif library["journal_bytes"] > 2 * library["journal_limit"]:
        text = f"{path}.journal has {_size(library['journal_bytes'])}; close other programs on it"
        found.append(_problem("journal_large", "warning", text))
    if library["free_bytes"] < max(_LEAST_ROOM, _ROOM * library["bytes"]):
        text = f"only {_size(library['free_bytes'])} are free where {path} is; make room"
        found.append(_problem("disk_full", "error", text))
    if library["locked"]:
        text = f"another program is writing to {path} just now; if it stays so, end it"
        found.append(_problem("locked", "hint", text))
    return found


def _size(number: int) -> str:
    return f"{number / 1_048_576:,.1f} MiB"


def _backups(ctx: Context) -> JSON:
    kept = ctx.store.backups()
    age = None
    if kept:
        passed = ctx.clock().astimezone(UTC) - datetime.fromisoformat(kept[0]["at"])
        age = passed.total_seconds() / 86_400
    return {
        "total": len(kept),
        "newest": kept[0]["path"] if kept else None,
        "newest_at": kept[0]["at"] if kept else None,
        "newest_days": None if age is None else round(max(0.0, age), 2),
        "newest_revision": kept[0]["revision"] if kept else None,
    }


def _of_backups(library: JSON, backups: JSON) -> list[JSON]:
    if not library["exists"]:
        return []
    folder = Path(f"{library['path']}.backups")
    if folder.exists() and not folder.is_dir():
        text = f"{folder} is no folder, so no backup can be kept; move it away"
        return [_problem("backups_blocked", "error", text)]
    advice = "make one by `booktrack backup FILE`, best on another disk"
    if not backups["total"]:
        return [_problem("no_backup", "hint", f"there is no backup yet; {advice}")]
    changed = library["revision"] > backups["newest_revision"]
    if changed and backups["newest_days"] > _OLD_BACKUP:
        text = f"the newest backup is {backups['newest_days']:.0f} days old; {advice}"
        return [_problem("backup_old", "warning", text)]
    return []


def _secrets(ctx: Context) -> JSON:
    mode = ctx.settings.secrets.mode()
    return {
        "path": str(ctx.settings.secrets.path),
        "exists": mode is not None,
        "mode": None if mode is None else f"{mode:04o}",
    }


def _of_secrets(secrets: JSON) -> list[JSON]:
    mode = int(secrets["mode"] or "0", 8)
    if not mode & 0o077:
        return []
    text = f"others may read your keys in {secrets['path']}: chmod 600 it, and renew the keys"
    return [_problem("secrets_open", "error", text)]


def _of_settings(ctx: Context) -> list[JSON]:
    found = [_problem("setting_ignored", "warning", text) for text in ctx.settings.problems()]
    contact, webhook, secret = ctx.settings.several("contact", "webhook_url", "webhook_secret")
    if contact is None:
        text = "no contact is set, so Open Library answers slowly; set `contact`"
        found.append(_problem("no_contact", "hint", text))
    if webhook and not secret:
        text = "webhook_url is set without webhook_secret, by which news is signed; set it"
        found.append(_problem("webhook_unsigned", "warning", text))
    return found


def _sources(ctx: Context) -> JSON:
    asked = set(ctx.asker.names("by_isbn")) | set(ctx.asker.names("series"))
    return {
        "asked": sorted(asked),
        "not_configured": sorted(ctx.asker.unconfigured()),
        "external_metadata": upkeep.external_status(ctx),
    }


def _of_sources(ctx: Context, sources: JSON) -> list[JSON]:
    status = sources["external_metadata"]
    if not status["enabled"]:
        return [_problem("sources_off", "hint", f"{status['message']}")]
    found = []
    if not sources["asked"]:
        text = "no source can be asked; set `sources` to null, or the keys of those it names"
        found.append(_problem("no_source", "warning", text))
    if sources["not_configured"]:
        names = ", ".join(sources["not_configured"])
        text = f"{names} can be asked with a key of your own only; see `booktrack settings info`"
        found.append(_problem("no_key", "hint", text))
    chosen = ctx.settings("sources")
    found += [
        _problem("unknown_source", "warning", f"the source {name} of `sources` is not installed")
        for name in chosen or []
        if not _is_installed(name)
    ]
    return found


def _is_installed(name: str) -> bool:
    from booktrack.sources.registry import source_names

    return name in source_names()
