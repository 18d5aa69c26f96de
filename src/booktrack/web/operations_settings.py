"""The operations on settings. Keys are only ever written: answers show them masked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from booktrack.library import Library
from booktrack.web import shapes_more, shapes_pages
from booktrack.web.operations import JSON, Body, Operation, Params, Whole, tagged


class SettingsEdit(Body):
    """Settings by name, as `/settings/info` lists them; a masked value changes nothing."""

    model_config = ConfigDict(extra="allow")
    shown: ClassVar[JSON] = {"patience": 5.0}

    def arguments(self) -> JSON:
        """Return the settings as they were sent."""
        return dict(self.model_extra or {})


class ResetParams(Params):
    """Which settings; all of them where none is named."""

    names: Annotated[list[str] | None, Field(description="May be repeated.")] = None


class Restore(Body):
    """What a backup of settings holds."""

    model_config = ConfigDict(extra="allow")

    def arguments(self) -> JSON:
        """Return all of it as one argument; it is never the path of a file."""
        return {"backup": dict(self.model_extra or {})}


class Address(Body):
    """The address of a page."""

    shown: ClassVar[JSON] = {"url": "https://example.org/my-books"}

    url: Annotated[str, Field(min_length=1, max_length=4_000)]


class Duration(Params):
    """For how long; for good where it is left out."""

    duration_minutes: Annotated[Whole | None, Field(ge=1, le=525_600)] = None


class Confirmation(Params):
    """That it is meant."""

    confirmation: Annotated[str, Field(pattern="^DELETE$", examples=["DELETE"])]


_RESTORED: JSON = {
    "id": 812,
    "changed": {"patience": [8.0, 5.0]},
    "left_out": ["webhook_secret"],
    "settings": {"patience": 5.0},
}


def _backup(library: Library, _given: JSON) -> JSON:
    done = library.backup_settings()
    return {name: value for name, value in done.items() if name != "path"}


def _remove_all(library: Library, given: JSON) -> JSON:
    done = library.remove_all_data(**given)
    return {**done, "backup": Path(done["backup"]).name if done["backup"] else None}


def _update(library: Library, given: JSON) -> Any:
    return library.update_settings(**given)


OPERATIONS: list[Operation] = tagged(
    "settings",
    Operation(
        "GET", "/settings", "get_settings", "The value of every setting, keys masked",
        shapes_more.Settings, version="content", sample={"query": {}},
    ),
    Operation(
        "PATCH", "/settings", "update_settings", "Change settings",
        shapes_more.Settings, body=SettingsEdit, version="content", current="get_settings",
        call=_update, sample={"query": {}},
    ),
    Operation(
        "POST", "/settings/reset", "reset_settings", "Set settings back to their defaults",
        shapes_more.Settings, ResetParams, sample={"query": {"names": "patience"}},
    ),
    Operation(
        "GET", "/settings/info", "settings_info", "What each setting is, and who says its value",
        shapes_more.SettingsInfo, version="content", sample={"query": {}},
    ),
    Operation(
        "GET", "/settings/health", "settings_health",
        "Whether all that booktrack stands on is in order",
        shapes_pages.SettingsHealth, sample={"query": {}},
    ),
    Operation(
        "POST", "/settings/backup", "backup_settings", "Keep a copy of the settings, without keys",
        shapes_more.SettingsBackup, call=_backup, sample={"query": {}},
    ),
    Operation(
        "POST", "/settings/restore", "restore_settings", "Set what a backup of settings holds",
        shapes_more.SettingsRestored, body=Restore, sample={"answer": _RESTORED},
    ),
    Operation(
        "POST", "/validate-url", "validate_url",
        "Whether a page of the open internet can be read, and which ISBNs stand on it",
        shapes_pages.Validation, body=Address, sample={"query": {}},
    ),
    Operation(
        "GET", "/external-metadata", "external_metadata_status",
        "Whether sources on the network are asked",
        shapes_pages.ExternalMetadata, sample={"query": {}},
    ),
    Operation(
        "PUT", "/external-metadata", "enable_external_metadata",
        "Let sources on the network be asked again",
        shapes_pages.ExternalMetadata, sample={"query": {}},
    ),
    Operation(
        "DELETE", "/external-metadata", "disable_external_metadata",
        "Stop asking sources on the network, for a while or for good",
        shapes_pages.ExternalMetadata, Duration, sample={"query": {"duration_minutes": 30}},
    ),
    Operation(
        "GET", "/cache", "cache_stats", "How much is kept of what was asked",
        shapes_pages.CacheStats, sample={"query": {}},
    ),
    Operation(
        "POST", "/skoolib-syncs", "sync_skoolib", "Take in the books of your Skoolib page",
        shapes_more.Job, status=202, keyed=True, job="skoolib",
        call=lambda library, given: library.sync_skoolib(), sample={"query": {}},
    ),
    Operation(
        "DELETE", "/data", "remove_all_data",
        "Remove all books of all users; a backup is made first, and it can be undone",
        shapes_pages.AllRemoved, Confirmation, call=_remove_all,
        sample={"query": {"confirmation": "DELETE"}},
    ),
)  # fmt: skip
