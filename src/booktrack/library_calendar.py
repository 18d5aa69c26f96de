"""The methods of `Library` on what comes out: the calendar and the news."""

from __future__ import annotations

from booktrack.services.context import Context


class CalendarMethods:
    """Release dates, and what changed about them."""

    _ctx: Context
