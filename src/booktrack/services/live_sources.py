"""The sources that the user's settings name, with the keys that they hold, as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from booktrack.services.live_settings import LiveSettings

if TYPE_CHECKING:
    from booktrack.sources.base import Source

_KEYS = {
    "googlebooks": {"key": "google_books_api_key"},
    "hardcover": {"token": "hardcover_token"},
}
"""Which setting a source is given, by the source's own word for it."""


class LiveSources:
    """Called, it returns the sources to ask; they are made anew when a setting of theirs changed.

    Their modules are loaded with the first question: most are answered by the library alone.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._made: dict[str, tuple[dict[str, Any], Source]] | None = None

    def __call__(self) -> Sequence[Source]:
        """Return the sources, in the order in which they are listed."""
        if self._made is None:
            self._made = self._all()
        chosen = self._settings("sources")
        names = self._made if chosen is None else [name for name in chosen if name in self._made]
        return [self._current(self._made, name) for name in names]

    def _all(self) -> dict[str, tuple[dict[str, Any], Source]]:
        from booktrack.sources.registry import all_sources

        given = {name: self._given(name) for name in _KEYS}
        return {source.name: (given.get(source.name, {}), source) for source in all_sources(given)}

    def _current(self, made: dict[str, tuple[dict[str, Any], Source]], name: str) -> Source:
        used, source = made[name]
        given = self._given(name)
        if used != given:
            from booktrack.sources.registry import make_source

            source = make_source(name, given)
            made[name] = given, source
        return source

    def _given(self, name: str) -> dict[str, Any]:
        return {word: self._settings(setting) for word, setting in _KEYS.get(name, {}).items()}
