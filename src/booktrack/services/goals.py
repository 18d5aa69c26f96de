"""Taking in the goals of years that booktrack's own JSON tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from booktrack.services.writing import is_older
from booktrack.store.base import Transaction

JSON = dict[str, Any]


def take_goals(tx: Transaction, goals: Iterable[JSON], user_id: int, now: str) -> list[str]:
    """Return in words which goals the library has from now on; of two the later word counts."""
    taken = []
    for goal in goals:
        told = {"updated_at": now, **goal, "user_id": user_id}
        found = tx.find("goal", f"{user_id}:{goal['year']}")
        mine = tx.get("goals", found[0]) if found else None
        if mine is None:
            tx.insert("goals", told)
        elif mine["books"] == goal["books"] or not is_older(mine, goal):
            continue
        else:
            tx.put("goals", found[0], told)
        taken.append(f"the goal of {goal['year']} is {goal['books']} books")
    return taken
