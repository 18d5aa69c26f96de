"""The sources that the user's settings name, with the keys that they hold, as they are now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from booktrack.services.live_settings import LiveSettings

if TYPE_CHECKING:
    from booktrack.sources.base import Source

JSON = dict[str, Any]


class LiveSources:
    """Called, it returns the sources to ask; one is made anew when a setting of its own changed.

    Their modules are loaded with the first question: most are answered by the library alone.
    """

    def __init__(self, settings: LiveSettings) -> None:
        self._settings = settings
        self._made: dict[str, Source] = {}
        self._near: dict[str, Source] = {}
        self._given: dict[str, JSON] = {}

    def __call__(self) -> Sequence[Source]:
        """Return the sources, in the order in which they are listed."""
        chosen, key, token, country = self._settings.several(
            "sources", "google_books_api_key", "hardcover_token", "country"
        )
        self._make({
            "googlebooks": {"key": key, "country": country},
            "hardcover": {"token": token},
            **_marketplaces(country),
        })  # fmt: skip
        return _in_order(self._made, chosen)

    def near(self) -> Sequence[Source]:
        """Return those of them that need no network, without loading the others."""
        from booktrack.sources.registry import near_sources

        chosen = self._settings("sources")
        if not self._near:
            self._near = {source.name: source for source in near_sources()}
        return _in_order(self._near, chosen)

    def _make(self, given: dict[str, JSON]) -> None:
        """Make all sources the first time, and from then on those that are given something else."""
        if given == self._given:
            return
        from booktrack.sources.registry import all_sources, make_source

        if not self._made:
            self._made = {source.name: source for source in all_sources(given)}
        else:
            made = {
                name: make_source(name, options)
                for name, options in given.items()
                if options != self._given[name]
            }
            self._made = self._made | made  # in one step: others may be reading it
        self._given = given


def _in_order(made: Mapping[str, Source], chosen: Sequence[str] | None) -> list[Source]:
    names = made if chosen is None else [name for name in chosen if name in made]
    return [made[name] for name in names]


def _marketplaces(country: str | None) -> dict[str, JSON]:
    """Return which of Audible's marketplaces is asked: the country's own, else the American one."""
    region = {"GB": "uk"}.get(country, country.lower()) if country else "us"
    return {name: {"region": region} if region in _SHOPS[name] else {} for name in _SHOPS}


_SHOPS = {
    "audible": frozenset("us uk de fr ca it au in jp es br".split()),
    "audnexus": frozenset("us uk de fr ca it au in jp es".split()),
}
"""Audible's marketplaces, and those of which Audnexus knows."""
