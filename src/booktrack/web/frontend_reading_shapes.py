"""Readings in the words of the existing frontend, and of the server that it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.web.frontend_shapes import book, card_of

JSON = dict[str, Any]

STATUSES = {
    "unread": ("unread",),
    "reading": ("reading", "paused"),
    "read": ("finished",),
    "wishlist": ("want_to_read",),
    "dnf": ("abandoned",),
    "currently_reading": ("reading", "paused"),
    "want_to_read": ("want_to_read",),
    "finished": ("finished",),
    "paused": ("paused",),
    "abandoned": ("abandoned",),
}
"""The words for a reading status, each with the library's."""

_NUMBERS = (
    "total_books", "books_read", "books_reading", "books_unread", "books_wishlist", "books_dnf",
    "average_rating", "total_pages_read", "reading_streak_days", "books_this_year",
    "books_this_month",
)  # fmt: skip


def stats(told: Mapping[str, Any]) -> JSON:
    """Return the statistics."""
    return {name: told[name] for name in _NUMBERS}


def listed(told: Mapping[str, Any]) -> JSON:
    """Return a book of a list by reading status."""
    editions = sorted(told["editions"], key=lambda one: one["status"] != "own")
    first = editions[0] if editions else None
    reading = told["reading"] or {}
    finished = reading.get("status") == "finished"
    cover = next((one["cover"] for one in editions if one.get("cover")), None)
    return book(
        card_of(
            {
                **told,
                "editions": editions,
                "key": _key(first) if first else None,
                "label": told["series"],
                "description": None,
                "genres": [],
                "added_at": told["updated_at"],
                "cover": cover["sha256"] if cover else None,
                "reading": {**reading, "times_read": reading.get("reread", 0) + finished}
                if reading
                else None,
            }
        )
    )


def _key(edition: Mapping[str, Any]) -> str:
    return str(edition["isbn_13"] or edition["asin"] or f"edition-{edition['id']}")
