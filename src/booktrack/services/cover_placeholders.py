"""Placeholders that nobody has described: one picture for books that have nothing in common.

A service's "no cover" may be any picture, but it is the same one for everybody.
"""

from __future__ import annotations

from booktrack.domain.names import name_key
from booktrack.store.base import Document, Reader, Transaction

_TOO_MANY = 4
"""Books of so many different authors do not share a cover; an anthology's parts may be three."""


def unmask(tx: Transaction, sha256: str, edition_id: int) -> bool:
    """Return whether the picture is a placeholder; then nothing shows it from now on.

    Args:
        tx: where it is decided and written.
        sha256: the picture that was downloaded.
        edition_id: the edition for which it came.
    """
    came = {
        cover_id: one
        for cover_id, one in tx.get_many("covers", tx.find("picture", sha256)).items()
        if not one.get("uploaded") and one.get("edition_id")
    }
    mine = _authors(tx, edition_id)
    if not mine or len(came) < _TOO_MANY - 1:
        return False
    groups = [mine]
    for one in came.values():
        theirs = _authors(tx, one["edition_id"])
        if theirs and all(theirs.isdisjoint(group) for group in groups):
            groups.append(theirs)
    if len(groups) < _TOO_MANY:
        return False
    for cover_id, one in came.items():
        if not one.get("removed"):
            tx.put("covers", cover_id, {**one, "removed": True})
    return True


def _authors(reader: Reader, edition_id: int) -> set[str]:
    edition: Document = reader.get("editions", edition_id) or {}
    book = reader.get("books", edition["book_id"]) if edition else None
    return {name_key(author) for author in (book or {}).get("authors", [])}
