"""The methods of `Library` on covers."""

from __future__ import annotations

from booktrack.services.context import Context


class CoverMethods:
    """Pictures of editions and volumes, kept once."""

    _ctx: Context
