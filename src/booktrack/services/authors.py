"""Which authors a user tracks: those of whom they own or want a book, unless they say otherwise."""

from __future__ import annotations

from collections import Counter
from typing import Any

from booktrack.domain.models import Followed
from booktrack.domain.names import display_name, name_key, sort_name
from booktrack.domain.text import fold
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.store.base import Reader

JSON = dict[str, Any]


def track_author(ctx: Context, name: str, tracked: bool) -> JSON:
    """Return `{name, tracked, why, books}` after writing down what the user said."""
    inputs.flag(tracked, "tracked")
    key = name_key(inputs.text(name, "an author"))
    verb = "track" if tracked else "do not track"
    with ctx.store.transaction(f"{verb} {name}", user_id=ctx.user_id) as tx:
        shown = _as_written(tx, key) or display_name(name)
        fresh = Followed(user_id=ctx.user_id, name=shown, tracked=tracked, updated_at=ctx.now())
        for doc_id, before in tx.all("authors"):
            if before["user_id"] == ctx.user_id and name_key(before["name"]) == key:
                if before["tracked"] != tracked:
                    tx.put("authors", doc_id, fresh.dump())
                break
        else:
            tx.insert("authors", fresh.dump())
        return _answer(shown, tracked, said=True, books=_read(tx, ctx.user_id)[0][key])


def _as_written(reader: Reader, key: str) -> str | None:
    """Return the name as the library writes it."""
    for book in reader.get_many("books", reader.find("author", key)).values():
        for author in book.get("authors", ()):
            if name_key(author) == key:
                return str(author)
    return None


def tracked_authors(ctx: Context, *, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, authors}` of those that the user tracks, by name."""
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    with ctx.store.reading() as reader:
        counts, names = _read(reader, ctx.user_id)
        said = {
            name_key(one["name"]): one
            for _, one in reader.all("authors")
            if one["user_id"] == ctx.user_id
        }
    tracked = [
        _answer(names.get(key) or said[key]["name"], True, said=key in said, books=counts[key])
        for key in {*names, *said}
        if key not in said or said[key]["tracked"]
    ]
    tracked.sort(key=lambda one: (fold(sort_name(one["name"])), one["name"]))
    return {
        "total": len(tracked),
        "limit": limit,
        "offset": offset,
        "authors": tracked[offset : offset + limit],
    }


def _read(reader: Reader, user_id: int) -> tuple[Counter[str], dict[str, str]]:
    """Return how many books of each author the user owns or wants, and the authors' names."""
    books: set[int] = set()
    for word in ("own", "want"):
        found = reader.get_many("statuses", reader.find("status", f"{user_id}:{word}"))
        editions = reader.get_many("editions", [one["edition_id"] for one in found.values()])
        books.update(edition["book_id"] for edition in editions.values())
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for book in reader.get_many("books", sorted(books)).values():
        for author in book.get("authors", ()):
            key = name_key(author)
            counts[key] += 1
            names.setdefault(key, author)
    return counts, names


def _answer(name: str, tracked: bool, *, said: bool, books: int) -> JSON:
    why = "you said so" if said else "you own or want a book"
    return {"name": name, "tracked": tracked, "why": why, "books": books}
