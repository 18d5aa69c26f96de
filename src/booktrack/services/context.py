"""What every service works with: the store, the user, the clock and the way to the sources."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from booktrack.domain.freshness import Policy
from booktrack.services.asking import Asker, Manner
from booktrack.services.finding import Finder
from booktrack.services.live_settings import LiveSettings
from booktrack.services.waiting import shortened
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
    settings: LiveSettings
    """Called with a name, it gives the value that counts now."""
    unplugged: bool = False
    """Whether the network is never to be touched, whatever the settings say."""
    lookups: Counter[str] = field(default_factory=Counter)
    """How often a question on an ISBN was answered by the library alone ("local") or not."""

    @property
    def policy(self) -> Policy:
        """After how many days values are asked for again; read it once for many editions."""
        return self.settings.policy()

    @property
    def offline(self) -> bool:
        """Whether no source on the network is asked now: by argument, environment or setting."""
        return how_to_ask(self.settings, self.clock, self.unplugged).offline

    def now(self) -> str:
        """Return the instant as stored: ISO 8601 in UTC, to the second."""
        return self.clock().isoformat(timespec="seconds")

    def today(self) -> str:
        """Return the calendar date where the clock is, as "2026-11-22"."""
        return self.clock().date().isoformat()


def how_to_ask(settings: LiveSettings, clock: Clock, unplugged: bool) -> Manner:
    """Return how sources are asked now, as the user's settings want it."""
    enabled, until, patience, keep = settings.several(
        "enable_external_metadata", "external_metadata_timeout_until", "patience", "cache_ttl"
    )
    why = None if unplugged else switched_off(enabled, until, clock)
    return Manner(
        offline=unplugged or why is not None, patience=shortened(patience), keep=keep, why=why
    )


def switched_off(enabled: bool, until: str | None, clock: Clock) -> str | None:
    """Return why the user's settings let no source be asked now, or None where they let."""
    if not enabled:
        return "sources are switched off by the setting enable_external_metadata"
    if until is not None and clock().astimezone(UTC) < datetime.fromisoformat(until):
        return f"sources are switched off until {until} (external_metadata_timeout_until)"
    return None
