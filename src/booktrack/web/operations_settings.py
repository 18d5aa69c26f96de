"""The operations on settings. Keys are only ever written: answers show them masked."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field

from booktrack.library import Library
from booktrack.web import shapes_more
from booktrack.web.operations import JSON, Body, Operation, Params, tagged


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
)  # fmt: skip
