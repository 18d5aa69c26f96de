"""Settings for the existing frontend: eight of them in a form, keys masked, nothing lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.web.calls import JSON, call, library_of
from booktrack.web.frontend_requests import body_of, both, number_between, told, whole
from booktrack.web.problems import Problem
from booktrack.web.routes.frontend_import import enrich_later

_FIELDS = (
    "skoolib_url",
    "google_books_api_key",
    "open_library_api_key",
    "cache_ttl",
    "enable_price_lookup",
    "default_language",
    "enable_external_metadata",
    "external_metadata_timeout_until",
)
_LANGUAGES = ("en", "fr", "es", "de", "it", "pt", "ja", "ko", "zh")
_FLAGS = ("enable_price_lookup", "enable_external_metadata")
_BACKUP = re.compile(r"settings-\d{8}T\d{6}Z(-\d{1,6})?\.json", re.ASCII)


def _form(settings: dict[str, Any]) -> dict[str, Any]:
    return {name: settings[name] for name in _FIELDS}


async def get_settings(request: Request) -> Response:
    """Return the eight settings of the form."""
    return JSON(_form(await call(request, "get_settings")))


async def put_settings(request: Request) -> Response:
    """Change what the form says; a blank takes a text away, and other keys are passed over."""
    body = await body_of(request)
    changes = {name: body[name] for name in _FIELDS if name in body}
    for name in (*_FLAGS, "default_language"):
        if changes.get(name) in (None, ""):
            changes.pop(name, None)
    for name, value in changes.items():
        changes[name] = None if value == "" else value
    if not changes:
        raise Problem(422, "the form names no setting")
    settings = await call(request, "update_settings", **changes)
    return JSON({"message": "the settings were saved", "settings": _form(settings)})


async def validate_url(request: Request) -> Response:
    """Tell whether an address leads to books."""
    url = told(await body_of(request), "url")
    return JSON(await call(request, "validate_url", url if isinstance(url, str) else ""))


async def reset_settings(request: Request) -> Response:
    """Set the form's settings back to their defaults."""
    settings = await call(request, "reset_settings", list(_FIELDS))
    return JSON({"message": "the settings are the defaults again", "settings": _form(settings)})


async def backup_settings(request: Request) -> Response:
    """Write the settings to a file beside the library, without keys."""
    done = await call(request, "backup_settings")
    return JSON({"message": "the settings were backed up", "backup_file": Path(done["path"]).name})


async def restore_settings(request: Request) -> Response:
    """Set what a backup holds; it is named as `backup` named it, never by a path."""
    body = await body_of(request)
    name = told(body, "backup_file", "backup_id")
    if not isinstance(name, str):
        raise Problem(422, "name the backup: backup_file")
    done = await call(request, "restore_settings", _kept(request, name))
    settings = await call(request, "get_settings")
    message = f"{len(done['changed'])} settings were restored"
    return JSON({"message": message, "settings": _form(settings)})


def _kept(request: Request, name: str) -> Path:
    """Return the backup of settings with this name, in the folder where backups are kept.

    Raises:
        Problem: It is no such name.
    """
    if not _BACKUP.fullmatch(name):
        raise Problem(404, "there is no backup of settings of this name")
    library = Path(library_of(request).path)
    return library.with_name(library.name + ".backups") / name


async def settings_info(request: Request) -> Response:
    """Return where the settings stand, and what they take."""
    info = await call(request, "settings_info")
    by_name = {one["name"]: one for one in info["settings"]}
    ages = by_name["cache_ttl"]
    return JSON(
        {
            "settings_file": {
                "file_path": Path(info["files"]["library"]).name,
                "exists": True,
                "last_modified": info["updated_at"],
            },
            "supported_languages": _LANGUAGES,
            "cache_ttl_range": {
                "min": ages["limits"]["least"],
                "max": ages["limits"]["most"],
                "default": ages["default"],
            },
            "settings": [one for one in info["settings"] if one["name"] in _FIELDS],
        }
    )


async def settings_health(request: Request) -> Response:
    """Return whether the settings can be read, and what is wrong."""
    found = await call(request, "settings_health")
    problems = [one["message"] for one in found["problems"] if one["severity"] == "error"]
    return JSON(
        {
            **found,
            "settings_loaded": True,
            "file_exists": found["library"].get("exists", True),
            "error": "; ".join(problems) or None,
        }
    )


async def sync_history(request: Request) -> Response:
    """Return the files that were taken in, newest first."""
    limit = number_between(request.query_params.get("limit"), 1, 200, 50)
    history = (await call(request, "sync_history", limit=limit))["history"]
    return JSON({"history": history, "sync_history": history})


async def cache_stats(request: Request) -> Response:
    """Return how many books and answers of sources are kept, and how often they sufficed."""
    return JSON(await call(request, "cache_stats"))


async def metadata_status(request: Request) -> Response:
    """Return whether sources are asked."""
    return JSON(await call(request, "external_metadata_status"))


async def metadata_enable(request: Request) -> Response:
    """Let sources be asked again."""
    return JSON(await call(request, "enable_external_metadata"))


async def metadata_disable(request: Request) -> Response:
    """Ask no source for some minutes: said in the body or in the query, else for an hour."""
    given = (await body_of(request)).get("duration_minutes")
    if given is None:
        text = request.query_params.get("duration_minutes")
        given = number_between(text, 1, 525_600, 60)
    return JSON(await call(request, "disable_external_metadata", whole(given)))


async def sync_skoolib(request: Request) -> Response:
    """Take in the books of the page that the settings name."""
    done = await call(request, "sync_skoolib")
    enrich_later(request, done)
    names = ("success", "message", "books_found", "books_added")
    return JSON({name: done[name] for name in names})


async def remove_all_data(request: Request) -> Response:
    """Empty the library; a backup is made first, and it can be undone."""
    word = told(await body_of(request), "confirmation")
    done = await call(request, "remove_all_data", word if isinstance(word, str) else "")
    return JSON(
        {
            "success": True,
            "message": f"{done['total']} entries were removed; a backup was made before",
            "removed_counts": done["removed_counts"],
            "undo": done["id"],
        }
    )


ROUTES: list[BaseRoute] = [
    *both("/api/settings", get_settings),
    *both("/api/settings", put_settings, "PUT"),
    *both("/api/settings/validate-url", validate_url, "POST"),
    *both("/api/settings/reset", reset_settings, "POST"),
    *both("/api/settings/backup", backup_settings, "POST"),
    *both("/api/settings/restore", restore_settings, "POST"),
    *both("/api/settings/info", settings_info),
    *both("/api/settings/health", settings_health),
    *both("/api/settings/sync-history", sync_history),
    *both("/api/settings/cache/stats", cache_stats),
    *both("/api/settings/external-metadata/status", metadata_status),
    *both("/api/settings/external-metadata/enable", metadata_enable, "POST"),
    *both("/api/settings/external-metadata/disable", metadata_disable, "POST"),
    *both("/api/settings/sync-skoolib", sync_skoolib, "POST"),
    *both("/api/settings/remove-all-data", remove_all_data, "POST"),
]
