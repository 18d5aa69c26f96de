"""Series as the existing frontend reads them: no total below what is owned, no part above all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from booktrack.web.frontend_shapes import OWNED_WORDS, covers

JSON = dict[str, Any]

_STATUS_WORDS = {"releasing": "ongoing", "finished": "completed"}
PUBLICATION = {"ongoing": "releasing", "completed": "finished"}
"""The frontend's words for what becomes of a series, as the library's."""

STATUSES = {"owned": "own", "wanted": "want", "missing": "missing"}
"""The frontend's words for a volume, as the library's."""


def total_of(told: Mapping[str, Any]) -> int | None:
    """Return the total that the cards may count against; None where it contradicts the shelf.

    A card counts every book that it lists as owned, side stories too: with a smaller total it
    would show more than all.
    """
    total = told["total"]
    if total is None or told["contradiction"] is not None or total < told["owned_books"]:
        return None
    return int(total)


def stats(told: Mapping[str, Any]) -> JSON:
    """Return the numbers of a series, which add up and never pass 100 %."""
    words = [OWNED_WORDS.get(one["status"], "missing") for one in told["volumes"]]
    owned = words.count("owned")
    known = owned * 100 // len(words) if words else 0
    percent = known if told["percent"] is None else int(told["percent"])
    return {
        "total_volumes": len(words),
        "owned_volumes": owned,
        "wanted_volumes": words.count("wanted"),
        "missing_volumes": words.count("missing"),
        "completion_percentage": percent,
    }


def listed(told: Mapping[str, Any]) -> JSON:
    """Return a series of `GET /series/`."""
    numbers = stats(told)
    return {
        "id": told["id"],
        "name": told["label"],
        "author": author(told),
        "owned_books": numbers["owned_volumes"],
        "total_books": numbers["total_volumes"],
        "completion_percentage": numbers["completion_percentage"],
        "status": status_word(told["publication_status"]),
        "description": told["description"],
        "completeness": told["completeness"],
        "contradiction": told["contradiction"],
    }


def details(told: Mapping[str, Any]) -> JSON:
    """Return the answer of `GET /series/{name}`."""
    return {
        "series": {
            "id": told["id"],
            "name": told["label"],
            "author": author(told),
            "description": told["description"],
            "publisher": told["publisher"] or _publisher(told),
            "total_books": total_of(told),
            "status": status_word(told["publication_status"]),
            "first_published": told["first_published"],
            "last_published": told["last_published"],
            "genres": told["genres"],
            "tags": told["tags"],
            "completeness": told["completeness"],
            "contradiction": told["contradiction"],
        },
        "volumes": [volume(one, told) for one in told["volumes"]],
        "stats": stats(told),
    }


def volume(one: Mapping[str, Any], series: Mapping[str, Any]) -> JSON:
    """Return a volume: its title is always a text, else sorting by title ends the page."""
    key = one["isbn_13"] or one["asin"] or f"edition-{one['edition_id']}"
    owned = one["status"] == "own" and one["book_id"] is not None
    return {
        "position": one["number"],
        "title": one["title"] or f"{series['label']}, Vol. {one['label']}",
        "subtitle": one["subtitle"],
        "isbn_13": one["isbn_13"],
        "isbn_10": one["isbn_10"],
        "publisher": one["publisher"],
        "published_date": one["release_date"],
        "page_count": one["page_count"] or None,
        "description": one["description"],
        "cover_url": covers(one["cover"], one["cover_url"])["cover_url"],
        "status": OWNED_WORDS.get(one["status"], "missing"),
        "owned_book": {
            "id": one["book_id"],
            "title": one["title"],
            "authors": one["authors"],
            "isbn": key,
        }
        if owned
        else None,
    }


def author(told: Mapping[str, Any]) -> str | None:
    """Return the authors in a line."""
    return ", ".join(told["authors"]) or None


def status_word(status: str) -> str:
    """Return the frontend's word for what becomes of a series."""
    return _STATUS_WORDS.get(status, status)


def _publisher(told: Mapping[str, Any]) -> str | None:
    return next((one["publisher"] for one in told["volumes"] if one["publisher"]), None)
