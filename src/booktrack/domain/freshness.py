"""Whether what the library knows of a book is whole and new enough, or whom to ask again.

A value ages by its kind: prices in days, the date of a volume to come in days, the rest in months.
What is missing is asked for again after a while, because sources learn too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from booktrack.domain.series import is_ahead

Document = Mapping[str, Any]

# Where a price can come from; asking the others for one would be in vain.
PRICED = frozenset({"googlebooks", "audible"})

_OF_EDITION = ("cover_url", "release_date", "publisher", "page_count", "language")
# An edition's number, format and title stay what they are.
_AGEING = frozenset({*_OF_EDITION, "price"})


AGES = ("price", "upcoming", "other", "missing")
"""What a `Policy` has days for."""


@dataclass(frozen=True)
class Policy:
    """After how many days a value is asked for again."""

    price: float = 7
    upcoming: float = 3
    other: float = 180
    missing: float = 30
    ask_prices: bool = True
    """Whether a missing or old price is a reason to ask."""


@dataclass(frozen=True)
class Need:
    """A field that should be asked for: it is missing, or its value is old."""

    field: str
    why: Literal["missing", "stale"]
    days: float
    """After how many days a source that was asked for it is asked again."""


def needs(
    book: Document, edition: Document, now: datetime, policy: Policy | None = None
) -> list[Need]:
    """Return what should be asked for of one edition and its book; locked fields never."""
    rule = policy or Policy()
    today = now.date().isoformat()
    found = [
        Need(name, "missing", rule.missing)
        for name in _OF_EDITION
        if edition.get(name) is None and name not in edition.get("locked", ())
    ]
    if not book.get("authors") and "authors" not in book.get("locked", ()):
        found.append(Need("authors", "missing", rule.missing))
    # A book may stand alone: only a source can tell, and an answer on the edition tells it.
    if not book.get("memberships") and not edition.get("asked"):
        found.append(Need("series", "missing", rule.missing))
    if (
        rule.ask_prices
        and edition.get("price") is None
        and "price" not in edition.get("locked", ())
    ):
        found.append(Need("price", "missing", rule.missing))
    for name, at in sorted(_told_by_services(edition).items()):
        if name == "price" and not rule.ask_prices:
            continue
        days = _lifetime(name, edition, today, rule)
        if name not in edition.get("locked", ()) and _is_older(at, days, now):
            found.append(Need(name, "stale", days))
    return found


def _told_by_services(edition: Document) -> dict[str, str]:
    """Return when each value was last confirmed by a source that was asked."""
    told: dict[str, str] = {}
    for origin in edition.get("origins", ()):
        asked = edition.get("asked", {}).get(origin["source"])
        if asked is not None:
            at = max((asked, origin.get("at")), key=_moment)
            for name in _AGEING.intersection(origin["fields"]):
                told[name] = max((at, told.get(name)), key=_moment)
    return told


def _lifetime(name: str, edition: Document, today: str, rule: Policy) -> float:
    if name == "price":
        return rule.price
    date = edition.get("release_date")
    if name == "release_date" and date is not None and is_ahead(date, today):
        return rule.upcoming
    return rule.other


def _is_older(at: str, days: float, now: datetime) -> bool:
    return _moment(at) + timedelta(days=days) < now


def _moment(text: str | None) -> datetime:
    """Return the instant; what is none, in a record of somebody's own source, is long ago."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return datetime(1, 1, 2, tzinfo=UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def worth_asking(
    source: str, wanted: Sequence[Need], asked: Mapping[str, str], now: datetime
) -> bool:
    """Return whether a source may have something new on what is needed."""
    fitting = [need for need in wanted if need.field != "price" or source in PRICED]
    if not fitting:
        return False
    at = asked.get(source)
    return at is None or _is_older(at, min(need.days for need in fitting), now)


def urgency(wanted: Sequence[Need]) -> int:
    """Return the rank of a book among those to refresh, 0 first.

    Partial entries come first, then those without cover or price, then what is old.
    """
    missing = {need.field for need in wanted if need.why == "missing"}
    if missing & {"series", "authors", "release_date", "publisher", "language"}:
        return 0
    return 1 if missing & {"cover_url", "price", "page_count"} else 2
