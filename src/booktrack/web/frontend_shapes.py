"""Books as the existing frontend reads them: what it needs is always there, and never null.

Its page goes blank where a list or a text is missing, prints a stray "0" where a number is 0, and
shows more than 100 % where a total is smaller than what is owned; each of these rules has a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

JSON = dict[str, Any]

STANDALONE = "Standalone"
LONG_AGO = "1970-01-01T00:00:00+00:00"

READING_WORDS = {
    "want_to_read": "wishlist",
    "reading": "reading",
    "paused": "reading",
    "finished": "read",
    "abandoned": "dnf",
}
OWNED_WORDS = {"own": "owned", "want": "wanted"}
_SOURCES = {"googlebooks": "google_books", "openlibrary": "open_library"}


def picture_address(sha256: str | None, width: int | None = None) -> str | None:
    """Return where the page finds a picture that the library has, relative to the server."""
    if sha256 is None:
        return None
    return f"/api/covers/{sha256}" + (f"?width={width}" if width else "")


def shelf(told: Mapping[str, Any]) -> JSON:
    """Return the answer of `GET /books/`: the owned books by series."""
    groups: dict[str, list[JSON]] = {}
    for card in told["books"]:
        groups.setdefault(card["series"] or STANDALONE, []).append(book(card))
    for books in groups.values():
        books.sort(key=_place)
    names = sorted(groups, key=lambda name: (name == STANDALONE, name.casefold()))
    return {
        "series": {name: groups[name] for name in names},
        "total_books": told["total"],
        "total_series": sum(name != STANDALONE for name in names),
        "last_sync": max((card["updated_at"] or "" for card in told["books"]), default="") or None,
    }


def _place(one: JSON) -> tuple[float, str]:
    position = one["series_position"]
    return (float("inf") if position is None else position, one["title"])


def book(card: Mapping[str, Any]) -> JSON:
    """Return a book of the shelf."""
    reading = card["reading"] or {}
    status = READING_WORDS.get(reading.get("status") or "", "unread")
    under_way = status == "reading"
    changed = card["updated_at"] or card["added_at"] or LONG_AGO
    return {
        "id": card["book_id"],
        "isbn": card["key"],
        "isbn10": card["isbn_10"],
        "isbn13": card["isbn_13"],
        "isbn_10": card["isbn_10"],
        "isbn_13": card["isbn_13"],
        "title": card["title"],
        "subtitle": card["subtitle"],
        "authors": card["authors"],
        "series": card["series"],
        "series_name": card["series"],
        "series_position": card["series_position"],
        "publisher": card["publisher"],
        "published_date": card["release_date"],
        "release_date": card["release_date"],
        "page_count": card["page_count"] or None,
        "language": card["language"],
        "description": card["description"],
        "categories": card["genres"],
        **covers(card["cover"], card["cover_url"]),
        "pricing": pricing(card["price"], card["currency"], card["source"]),
        "format": card["format"],
        "metadata_source": _SOURCES.get(card["source"] or "", card["source"]),
        "metadata_enhanced": card["description"] is not None,
        "added_date": _instant(card["added_at"] or changed),
        # The page takes this for the day on which a read book was finished.
        "last_updated": _instant((status == "read" and reading.get("finished_at")) or changed),
        "reading_status": status,
        "reading_progress_pages": (reading.get("page") or None) if under_way else None,
        "reading_progress_percentage": (reading.get("percent") or None) if under_way else None,
        "date_started": reading.get("started_at"),
        "date_finished": reading.get("finished_at"),
        "personal_rating": _rating(reading.get("rating")),
        "personal_notes": card["notes"] or reading.get("review"),
        "times_read": reading.get("times_read", 0),
        "tags": card["tags"],
    }


def _instant(when: str) -> str:
    """Return a date of any precision as an instant, which these two fields are.

    At noon, because a date alone is midnight at Greenwich: the day before, or even the year
    before, wherever it is earlier. The date as it is known stands in `date_finished`.
    """
    if len(when) > len("2024-03-01"):
        return when
    return f"{(when + '-01-01')[:10]}T12:00:00+00:00"


def covers(picture: str | None, address: str | None) -> JSON:
    """Return the two addresses of a cover: the library's own picture goes first."""
    return {
        "cover_url": picture_address(picture, 400) or address,
        "thumbnail_url": picture_address(picture, 200) or address,
    }


def pricing(price: float | None, currency: str | None, source: str | None) -> list[JSON]:
    """Return the price as a list of one; none without a currency, which would blank the page."""
    code = (currency or "").upper()
    if price is None or len(code) != 3 or not (code.isascii() and code.isalpha()):
        return []
    return [{"price": price, "currency": code, "source": source or "user"}]


def _rating(rating: float | None) -> float | None:
    return max(1, rating) if rating else None


def page(told: Mapping[str, Any]) -> JSON:
    """Return a book as its own page reads it."""
    card = card_of(told)
    return {**book(card), "editions": [edition(one) for one in told["editions"]]}


def card_of(told: Mapping[str, Any]) -> JSON:
    """Return the shelf's card of a book page: that of its first edition."""
    first = told["editions"][0] if told["editions"] else {}
    names = (
        "isbn_13", "isbn_10", "asin", "publisher", "release_date", "language", "page_count",
        "price", "currency", "notes",
    )  # fmt: skip
    return {
        **{name: first.get(name) for name in names},
        "key": told["key"] or f"book-{told['id']}",
        "book_id": told["id"],
        "title": told["title"],
        "subtitle": told["subtitle"],
        "authors": told["authors"],
        "series": told["label"],
        "series_position": told["series_position"],
        "format": first.get("format", "unknown"),
        "source": first.get("source") or next(iter(told["sources"]), None),
        "description": told["description"],
        "genres": told["genres"],
        "cover": told["cover"],
        "cover_url": next((url for one in told["editions"] if (url := one["cover_url"])), None),
        "tags": first.get("tags", []),
        "added_at": told["added_at"],
        "updated_at": told["updated_at"],
        "reading": told["reading"],
    }


def edition(told: Mapping[str, Any]) -> JSON:
    """Return an edition of a book's page."""
    return {
        "id": told["id"],
        "isbn_13": told["isbn_13"],
        "isbn_10": told["isbn_10"],
        "asin": told["asin"],
        "format": told["format"],
        "publisher": told["publisher"],
        "release_date": told["release_date"],
        "cover_url": covers(told.get("cover"), told["cover_url"])["cover_url"],
        # The page prints a dollar sign before every price.
        "price": (told["price"] or None) if told["currency"] == "USD" else None,
        "pricing": pricing(told["price"], told["currency"], told["source"]),
        "currency": told["currency"],
        "page_count": told["page_count"] or None,
        "language": told["language"],
        "status": told["status"],
        "notes": told["notes"],
        "source": told["source"],
    }


def found(told: Mapping[str, Any]) -> JSON:
    """Return a book that `search` found in the library."""
    editions = told["editions"]
    best = _meant(editions, told["match"])
    key = best.get("isbn_13") or best.get("asin") or (f"edition-{best['id']}" if best else None)
    return {
        "book": {
            "isbn": key,
            "isbn_13": best.get("isbn_13"),
            "isbn_10": best.get("isbn_10"),
            "title": told["title"],
            "authors": told["authors"],
            "series": told["series"],
            "series_position": told["series_position"],
            "published_date": best.get("release_date"),
            "page_count": best.get("page_count") or None,
            "publisher": best.get("publisher"),
            "description": None,
            "categories": [],
            "language": best.get("language"),
            **covers(_picture(best.get("cover")), best.get("cover_url")),
        },
        "score": told["match"]["score"],
        "source": next(iter(told["sources"]), "library"),
        "owned": any(one["status"] == "own" for one in editions),
    }


def _meant(editions: Sequence[JSON], match: Mapping[str, Any]) -> JSON:
    """Return the edition that the button of a result adds: the one asked for by its ISBN.

    Else the one that is owned or wanted already, so that no other one is put on the shelf.
    """
    asked = match["text"] if match["field"] == "isbn" else None
    order = {"own": 0, "want": 1}

    def rank(one: JSON) -> tuple[bool, int, bool]:
        return one["isbn_13"] != asked, order.get(one["status"], 2), not one["isbn_13"]

    return min(editions, key=rank, default={})


def candidate(told: Mapping[str, Any]) -> JSON | None:
    """Return a record of a source that may be meant; None without a number to add it by."""
    record = told["record"]
    for one in record.get("editions", ()):
        if one.get("isbns"):
            claim: JSON = next(iter(record.get("series") or ()), {})
            return {
                "book": {
                    "isbn": one["isbns"][0],
                    "isbn_13": one["isbns"][0],
                    "isbn_10": None,
                    "title": record["title"],
                    "authors": [person["name"] for person in record.get("people", ())],
                    "series": claim.get("name"),
                    "series_position": _number(claim.get("position")),
                    "published_date": one.get("release_date"),
                    "page_count": one.get("page_count") or None,
                    "publisher": one.get("publisher"),
                    "description": record.get("description"),
                    "categories": [],
                    "language": one.get("language"),
                    **covers(None, one.get("cover_url")),
                },
                "score": told["score"],
                "source": record["source"],
                "owned": False,
            }
    return None


def results(told: Mapping[str, Any], most: int) -> list[JSON]:
    """Return what a search found, best first: an address to add it by stands in every result."""
    here = [found(one) for one in told["results"]]
    there = [one for told_one in told["candidates"] if (one := candidate(told_one)) is not None]
    there.sort(key=lambda one: -one["score"])
    kept: dict[str, JSON] = {}
    for one in (*here, *there):
        if one["book"]["isbn"] is not None:
            kept.setdefault(one["book"]["isbn"], one)
    return list(kept.values())[:most]


def _picture(cover: object) -> str | None:
    return cover["sha256"] if isinstance(cover, Mapping) else None


def _number(position: object) -> float | None:
    try:
        return float(str(position)) if position is not None else None
    except ValueError:
        return None
