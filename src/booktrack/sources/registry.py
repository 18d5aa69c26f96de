"""The sources there are: booktrack's own, and those of other installed packages."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from booktrack.errors import NotFound, shown
from booktrack.sources.base import Source

GROUP = "booktrack.sources"
"""The entry point by which a package offers a source: `name = "module:Class"`."""

_OWN = {
    "openlibrary": "booktrack.sources.openlibrary:OpenLibrary",
    "googlebooks": "booktrack.sources.googlebooks:GoogleBooks",
    "hardcover": "booktrack.sources.hardcover:Hardcover",
    "anilist": "booktrack.sources.anilist:AniList",
    "audible": "booktrack.sources.audible:Audible",
    "audnexus": "booktrack.sources.audnexus:Audnexus",
    "animenewsnetwork": "booktrack.sources.animenewsnetwork:AnimeNewsNetwork",
    "curated": "booktrack.sources.curated:Curated",
}
_OWN_NEAR = ("curated",)


def source_names() -> list[str]:
    """Return the names of all sources, booktrack's own first.

    >>> source_names()[0]
    'openlibrary'
    """
    return [*_OWN, *sorted(_others())]


def near_sources(settings: Mapping[str, Mapping[str, Any]] | None = None) -> list[Source]:
    """Return the sources that need no network; the modules of booktrack's others are not loaded.

    Args:
        settings: What the user set, by source.
    """
    found = _loaded([*_OWN_NEAR, *sorted(_others())], settings)
    return [source for source in found if source.local]


def make_source(name: str, settings: Mapping[str, Any] | None = None) -> Source:
    """Return the source of this name.

    Args:
        name: One of `source_names()`.
        settings: What the user set for this source, such as its key.

    Raises:
        NotFound: there is no such source, or the package that offers it cannot be loaded.
    """
    if name in _OWN:
        module, _, attribute = _OWN[name].partition(":")
        return _made(getattr(import_module(module), attribute), settings)
    offered = _others().get(name)
    if offered is None:
        raise NotFound(
            f"There is no source {shown(name)}; there are {', '.join(source_names())}", source=name
        )
    try:
        return _made(offered.load(), settings)
    except Exception as error:
        # Somebody else's module may fail in any way; the library goes on without it.
        raise NotFound(
            f"The source {name} ({offered.value}) cannot be loaded: {error}", source=name
        ) from error


def all_sources(settings: Mapping[str, Mapping[str, Any]] | None = None) -> list[Source]:
    """Return every source that can be loaded; a broken one of another package is warned of.

    Args:
        settings: What the user set, by source.
    """
    return _loaded(source_names(), settings)


def _loaded(names: Iterable[str], settings: Mapping[str, Mapping[str, Any]] | None) -> list[Source]:
    sources = []
    for name in names:
        try:
            sources.append(make_source(name, (settings or {}).get(name)))
        except NotFound as error:
            warnings.warn(error.message, RuntimeWarning, stacklevel=3)
    return sources


def _made(kind: Any, settings: Mapping[str, Any] | None) -> Source:
    made = kind.from_settings(settings or {})
    if not isinstance(made, Source):
        raise TypeError(f"{kind!r} lacks what a Source has")
    return made


def _others() -> dict[str, EntryPoint]:
    # A package cannot take the name of one of booktrack's own sources.
    return {one.name: one for one in entry_points(group=GROUP) if one.name not in _OWN}
