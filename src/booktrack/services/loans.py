"""What is lent, to whom and since when."""

from __future__ import annotations

from datetime import date
from typing import Any

from booktrack.domain.dates import require_date
from booktrack.services import inputs
from booktrack.services.answers import answers
from booktrack.services.context import Context
from booktrack.store.base import Document

JSON = dict[str, Any]


def loans(ctx: Context, *, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, editions}`: what is lent, the longest first."""
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    answer = answers(ctx)
    lent = sorted(_lent(ctx), key=lambda one: (one["loaned_since"] or "", one["edition_id"]))
    editions = []
    for status in lent[offset : offset + limit]:
        edition = answer.edition(status["edition_id"])
        book = ctx.store.get("books", edition["book_id"]) or {}
        editions.append(
            {
                **edition,
                "title": book["title"],
                "authors": book.get("authors", []),
                "loaned_days": _days(status["loaned_since"], ctx.today()),
            }
        )
    return {"total": len(lent), "limit": limit, "offset": offset, "editions": editions}


def _lent(ctx: Context) -> list[Document]:
    found = []
    for word in inputs.STATUSES:
        ids = ctx.store.find("status", f"{ctx.user_id}:{word}")
        for status in ctx.store.get_many("statuses", ids).values():
            if status.get("loaned_to"):
                found.append({**status, "loaned_since": status.get("loaned_since")})
    return found


def _days(since: str | None, today: str) -> int | None:
    day = require_date(since).first_day() if since and len(since) == len(today) else None
    return (date.fromisoformat(today) - day).days if day else None
