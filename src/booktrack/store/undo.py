"""Taking a transaction back, wholly or not at all."""

from __future__ import annotations

from booktrack.errors import Conflict, InvalidDocument
from booktrack.store.draft import Draft
from booktrack.store.encoding import canonical, decode, encode
from booktrack.store.journal import NOTHING, Entry
from booktrack.store.references import dangling

_NAMED = 10


def take_back(draft: Draft, entry: Entry, later: set[tuple[str, int]]) -> None:
    """Put every document of the transaction back to what it was before.

    Args:
        draft: the transaction that does it.
        entry: what is taken back.
        later: the documents that were touched since, for what would lead nowhere without them.

    Raises:
        Conflict: documents changed since, others still name what would go, or what would come
            back is of a form that is no longer kept. `details["conflicts"]` lists them.
    """
    changed = [
        (op.table, op.doc_id)
        for op in entry.ops
        if not _same(draft.raw(op.table, op.doc_id), None if op.after == NOTHING else op.after)
    ]
    if changed:
        named = [f"{table} {doc_id}" for table, doc_id in changed]
        raise _conflict(entry, "changed since", named, changed)
    for op in entry.ops:
        draft.restore(op.table, op.doc_id, _former(op.table, op.before))
    # A reference that led nowhere before the transaction too is not the undo's doing.
    lost = [
        found
        for op in entry.ops
        for found in dangling(draft, op.table, op.doc_id)
        if found.other in later
    ]
    if lost:
        texts = [found.text for found in lost]
        raise _conflict(entry, "would lead nowhere", texts, [found.other for found in lost])


def _former(table: str, raw: bytes | None) -> bytes | None:
    if raw == NOTHING or raw is None:
        return None
    try:
        return encode(table, decode(raw))
    except InvalidDocument as error:
        raise Conflict(
            f"this was done under an older form of the library and cannot be taken back: {error}"
        ) from error


def _same(one: bytes | None, other: bytes | None) -> bool:
    if one is None or other is None:
        return one is other
    return canonical(one) == canonical(other)


def _conflict(entry: Entry, what: str, named: list[str], pairs: list[tuple[str, int]]) -> Conflict:
    more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
    return Conflict(
        f"transaction {entry.revision} ({entry.why}) cannot be taken back: {what}: "
        f"{', '.join(named[:_NAMED])}{more}. Nothing was changed; "
        "undo the later transactions first",
        transaction=entry.revision,
        conflicts=[{"table": table, "id": doc_id} for table, doc_id in pairs],
    )
