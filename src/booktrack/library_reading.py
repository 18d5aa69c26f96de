"""The methods of `Library` on what a user reads."""

from __future__ import annotations

from booktrack.services.context import Context


class ReadingMethods:
    """Readings, sessions, goals and statistics."""

    _ctx: Context
