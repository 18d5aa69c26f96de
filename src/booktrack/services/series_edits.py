"""What users say of a series above every source: overrides with who, when and why.

Each function is one transaction, so each can be undone by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, get_args

from booktrack.domain.models import PublicationStatus
from booktrack.domain.positions import try_position
from booktrack.domain.series_choices import EXCLUDED, FIELDS, volume_key
from booktrack.errors import InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.recording import with_memberships
from booktrack.services.series import series_id
from booktrack.services.series_documents import (
    override,
    put_series,
    series_answer,
    series_of,
    with_aliases,
)
from booktrack.services.volume_marks import volume_places
from booktrack.services.writing import put
from booktrack.store.base import Document, Transaction

JSON = dict[str, Any]

_STATUSES: tuple[str, ...] = get_args(PublicationStatus)


def override_series(
    ctx: Context, series: int | str, why: str | None, fields: Mapping[str, Any]
) -> JSON:
    """Return the series after putting the user's word above that of every source."""
    values = checked_fields(fields, FIELDS)
    reason = inputs.note(why)
    with ctx.store.transaction(f"override series {series}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        before = series_of(tx, id_)
        said = {name: override(ctx, value, reason) for name, value in values.items()}
        after = {**before, "overrides": {**before.get("overrides", {}), **said}}
        if "name" in values:
            # A name that somebody uses is a name to be found by, even after it is taken back.
            after["aliases"] = with_aliases(before, [values["name"]])
        put_series(tx, ctx, id_, before, after)
        return series_answer(tx, ctx, id_)


def checked_fields(fields: Mapping[str, Any], allowed: Iterable[str]) -> JSON:
    """Return the values of a series' fields as they are kept.

    Raises:
        InvalidInput: nothing is given, there is no such field, or a value is wrong.
    """
    inputs.known_fields(fields, allowed, "series")
    return {name: _CHECKS[name](value) for name, value in fields.items()}


def _order(value: object) -> list[str]:
    places = inputs.texts([str(one) for one in value] if isinstance(value, (list, tuple)) else
                          value, "a place in the order")  # fmt: skip
    if not places:
        raise InvalidInput("give the order as a list of positions or labels")
    return [position.text if (position := try_position(one)) else one for one in places]


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": lambda value: inputs.text(value, "the name"),
    "kind": lambda value: inputs.one_of(value, inputs.KINDS, "kind of series"),
    # None: nobody knows how many there will be, whatever a source says.
    "total": lambda value: (
        None if value is None else inputs.whole(value, "the total", least=1, most=100_000)
    ),
    "publication_status": lambda value: inputs.one_of(value, _STATUSES, "publication status"),
    "edition_line": lambda value: None if value is None else inputs.text(value, "the edition line"),
    "order": _order,
}


def clear_override(ctx: Context, series: int | str, fields: Sequence[str] | str | None) -> JSON:
    """Return the series after letting the sources speak again on these fields, or on all."""
    with ctx.store.transaction(f"clear override of {series}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        before = series_of(tx, id_)
        said = before.get("overrides", {})
        # What was merged is parted by undoing the merge, not by the way.
        names = [key for key in said if not key.startswith("merged ")]
        if fields is not None:
            names = inputs.texts(fields, "a field")
        for name in names:
            if name not in said:
                there = ", ".join(sorted(said)) or "nothing"
                raise InvalidInput(
                    f"{shown(name)} of this series is not overridden; there is {there}", field=name
                )
            if name.startswith("book "):
                _free_book(tx, ctx, int(name.removeprefix("book ")), id_, said[name]["value"])
        kept = {key: one for key, one in said.items() if key not in names}
        put_series(tx, ctx, id_, before, {**before, "overrides": kept})
        return series_answer(tx, ctx, id_)


def _free_book(tx: Transaction, ctx: Context, book_id: int, id_: int, said: JSON) -> None:
    """Put a book back to where the sources had it in the series."""
    book = tx.get("books", book_id)
    if book is None:
        return
    before = said.get("before")
    back = [{**before, "series_id": id_}] if before else []
    memberships: list[Document] = []
    for one in book.get("memberships", []):
        memberships += [one] if one["series_id"] != id_ else back
    if before and back[0] not in memberships:
        memberships.append(back[0])
    out = [one for one in book.get("not_in_series", []) if one != id_]
    after = with_memberships(tx, book, memberships)
    put(tx, "books", book_id, book, {**after, "not_in_series": out}, ctx.now())


def set_counted(
    ctx: Context, series: int | str, volumes: Any, *, counted: bool, why: str | None
) -> JSON:
    """Return the series after counting volumes out of the user's set, or in again."""
    reason = inputs.note(why)
    word = "include" if counted else "exclude"
    with ctx.store.transaction(f"{word} volumes of {series}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        before = series_of(tx, id_)
        said = dict(before.get("overrides", {}))
        for place in volume_places(volumes):
            key = volume_key(place)
            if counted:
                said.pop(key, None)
            else:
                said[key] = override(ctx, EXCLUDED, reason)
        put_series(tx, ctx, id_, before, {**before, "overrides": said})
        return series_answer(tx, ctx, id_)
