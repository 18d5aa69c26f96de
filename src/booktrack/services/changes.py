"""What was changed, and taking it back: each user sees what is theirs or everybody's.

Books, editions, series, prices and covers are shared; what somebody owns, notes or reads is not.
"""

from __future__ import annotations

from typing import Any

from booktrack.errors import Conflict, NotFound
from booktrack.services import inputs
from booktrack.services.collection import checked_id
from booktrack.services.context import Context

JSON = dict[str, Any]

_PERSONAL = frozenset({"statuses", "readings", "goals", "imports", "authors", "told"})
# The words of another user's change may be a title, a note or what they searched for.
_BY_ANOTHER = "a change by another user"


def history(ctx: Context, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, transactions}`: what was changed, newest first."""
    inputs.whole(limit, "limit", least=1, most=100_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    ctx.store.catch_up()
    seen = [told for entry in ctx.store.history(None) if (told := _seen_by(ctx, entry))]
    return {
        "total": len(seen),
        "limit": limit,
        "offset": offset,
        "transactions": seen[offset : offset + limit],
    }


def _is_by_another(ctx: Context, entry: JSON) -> bool:
    return entry["user_id"] not in (None, ctx.user_id)


def _seen_by(ctx: Context, entry: JSON) -> JSON | None:
    """Return what a user may know of a change, None where it is nothing to them."""
    if not _is_by_another(ctx, entry):
        return entry
    shared = [table for table in entry["changes"] if table not in _PERSONAL]
    if not shared:
        return None
    return {
        **entry,
        "why": _BY_ANOTHER,
        "changes": {table: entry["changes"][table] for table in shared},
        "details": {table: entry["details"][table] for table in shared},
    }


def undo(ctx: Context, transaction_id: int) -> JSON:
    """Return what taking back a transaction changed; a user takes back their own."""
    number = checked_id(transaction_id, "transaction")
    ctx.store.catch_up()
    entry = next((one for one in ctx.store.history(None) if one["id"] == number), None)
    if entry is not None and _is_by_another(ctx, entry):
        if _seen_by(ctx, entry) is None:
            raise NotFound(
                f"the history holds no transaction {number} of user {ctx.user_id}",
                transaction=number,
            )
        raise Conflict(
            f"transaction {number} was made by another user, who alone can take it back",
            transaction=number,
        )
    return ctx.store.undo(number, user_id=ctx.user_id)
