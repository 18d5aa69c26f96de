"""Taking in the goals of years that booktrack's own JSON tells of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def take_goals(tx: Transaction, goals: Iterable[JSON], user_id: int, now: str) -> list[str]:
    """Return in words which goals the library has from now on; of two the later word counts."""
    taken = []
    for goal in goals:
        told = {"updated_at": now, **goal, "user_id": user_id}
        found = tx.find("goal", f"{user_id}:{goal['year']}")
        mine = tx.get("goals", found[0]) if found else None
        if mine is None:
            tx.insert("goals", told)
        elif mine["books"] == goal["books"] or _when(goal) <= _when(mine):
            continue
        else:
            tx.put("goals", found[0], told)
        taken.append(f"the goal of {goal['year']} is {goal['books']} books")
    return taken


def _when(goal: Document) -> datetime:
    """Return when a goal was set; what is no instant, in a file edited by hand, is long ago."""
    try:
        moment = datetime.fromisoformat(goal.get("updated_at") or "")
    except ValueError:
        return _LONG_AGO
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
