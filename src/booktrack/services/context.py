"""What every service works with: the store, the user, the clock and the way to the sources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from booktrack.domain.freshness import Policy
from booktrack.services.asking import Asker
from booktrack.services.finding import Finder
from booktrack.store.base import Store

Clock = Callable[[], datetime]
Progress = Callable[[dict[str, Any]], None]


@dataclass
class Context:
    """One open library as one user sees it."""

    store: Store
    user_id: int
    clock: Clock
    finder: Finder
    asker: Asker
    offline: bool = False
    policy: Policy = field(default_factory=Policy)

    def now(self) -> str:
        """Return the instant as stored: ISO 8601 in UTC, to the second."""
        return self.clock().isoformat(timespec="seconds")

    def today(self) -> str:
        """Return the calendar date where the clock is, as "2026-11-22"."""
        return self.clock().date().isoformat()
