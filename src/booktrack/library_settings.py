"""The methods of `Library` on settings."""

from __future__ import annotations

from booktrack.services.context import Context


class SettingsMethods:
    """What a user can change."""

    _ctx: Context
