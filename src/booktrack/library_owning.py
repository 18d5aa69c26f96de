"""The methods of `Library` on what a user owns: copies, loans, prices."""

from __future__ import annotations

from booktrack.services.context import Context


class OwningMethods:
    """What is on the shelf, at whose place, and what it is worth."""

    _ctx: Context
