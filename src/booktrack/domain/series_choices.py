"""What a user said of a series instead of the sources: kept by field, with who, when and why.

| key in `overrides` | value |
| --- | --- |
| name, kind, total, publication_status, edition_line | what the user says it is |
| order | the positions or labels in the user's order |
| `volume <position>` | "excluded": not part of the user's set |
| `book <id>` | `{"position": text}` where it stands, or `{"member": false}` |
| `merged <id>` | the name, kind and edition line of a series that was joined into this one |

Nothing else in a document is touched by an override, so clearing it shows what the sources say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from booktrack.domain.models import Override, Series, SeriesKind
from booktrack.domain.positions import try_position

FIELDS = ("name", "kind", "total", "publication_status", "edition_line", "order")
EXCLUDED = "excluded"
_KEY = re.compile(r"(volume|book|merged) (.+)", re.DOTALL)


def overridden(overrides: Mapping[str, Override], name: str, value: Any) -> Any:
    """Return what the user said of a field, or else the value."""
    return overrides[name].value if name in overrides else value


def shown_name(series: Mapping[str, Any]) -> str:
    """Return the name of a series' document as the user wants to see it."""
    return str(_chosen(series, "name", series["name"]))


def shown_kind(series: Mapping[str, Any]) -> SeriesKind:
    """Return the kind of a series' document as the user sees it."""
    return cast(SeriesKind, _chosen(series, "kind", series.get("kind", "unknown")))


def shown_line(series: Mapping[str, Any]) -> str | None:
    """Return the edition line of a series' document as the user sees it."""
    return cast("str | None", _chosen(series, "edition_line", series.get("edition_line")))


def _chosen(series: Mapping[str, Any], name: str, value: Any) -> Any:
    said = series.get("overrides", {})
    return said[name]["value"] if name in said else value


def absorbed(series: Mapping[str, Any]) -> list[tuple[SeriesKind, str | None]]:
    """Return the kind and edition line of every series that a user joined into this one."""
    return [
        (one["value"].get("kind", "unknown"), one["value"].get("edition_line"))
        for key, one in series.get("overrides", {}).items()
        if key.startswith("merged ")
    ]


def volume_key(place: object) -> str:
    """Return the key of an override on one volume, named by its position or its label.

    >>> volume_key("03"), volume_key("Guide Book")
    ('volume 3', 'volume Guide Book')
    """
    position = try_position(place)
    return f"volume {position.text if position else place}"


def excluded_volumes(overrides: Mapping[str, Override]) -> list[str]:
    """Return the positions and labels that the user counts out of the set."""
    return [
        match[2]
        for key, one in overrides.items()
        if (match := _KEY.fullmatch(key)) and one.value == EXCLUDED
    ]


def disagreements(series: Series) -> list[str]:
    """Return what sources say against the user's words, apart from the total.

    >>> series = Series(name="Dune Chronicles", overrides={"name": Override(value="Dune")})
    >>> disagreements(series)
    ["name: you say 'Dune', the sources say 'Dune Chronicles'"]
    """
    said = {
        "name": series.name,
        "kind": series.kind,
        "publication_status": series.publication_status,
        "edition_line": series.edition_line,
    }
    return [
        f"{field}: you say {series.overrides[field].value!r}, the sources say {value!r}"
        for field, value in said.items()
        if field in series.overrides
        and value not in (None, "unknown", series.overrides[field].value)
    ]
