"""Audnexus's answers as models; it passes Audible's facts on under names of its own."""

from __future__ import annotations

from typing import Any

from booktrack.sources.fields import Address, CamelPayload, Count, Items, Line, Markup


class NamedPayload(CamelPayload):
    """An author, a narrator, a genre or a tag."""

    name: Line = None


class SeriesPayload(NamedPayload):
    """A series; `position` is a text as Audible has it."""

    asin: Line = None
    position: Line = None


class BookPayload(CamelPayload):
    """A book; `isbn` may be an empty text, and `release_date` has a time of day."""

    asin: str
    title: Line
    subtitle: Line = None
    isbn: Line = None
    authors: Items[NamedPayload]
    narrators: Items[NamedPayload]
    genres: Items[NamedPayload]
    series_primary: SeriesPayload | None = None
    series_secondary: SeriesPayload | None = None
    publisher_name: Line = None
    release_date: Line = None
    runtime_length_min: Count = None
    format_type: Line = None
    summary: Markup = None
    description: Markup = None
    image: Address = None
    language: Line = None
    region: Line = None


class ErrorPayload(CamelPayload):
    """What an error says: a code, and of a limit when it ends."""

    code: Line = None
    message: Line = None
    details: Any = None

    @property
    def retry_after(self) -> float | None:
        """The seconds after which it may be asked again, where it says so."""
        seconds = self.details.get("retryAfterSeconds") if isinstance(self.details, dict) else None
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            return None
        return float(seconds) if 0 <= seconds < 1_000_000 else None


def read_error(answer: object) -> ErrorPayload:
    """Return what an error's body says, in the form of 2026 or the older one.

    >>> read_error({"statusCode": 400, "error": "Bad Request", "message": "Bad ASIN"}).message
    'Bad ASIN'
    """
    if not isinstance(answer, dict):
        return ErrorPayload()
    told = answer.get("error")
    found = told if isinstance(told, dict) else {"code": told, "message": answer.get("message")}
    texts = {name: found[name] for name in ("code", "message") if isinstance(found.get(name), str)}
    return ErrorPayload(**texts, details=found.get("details"))
