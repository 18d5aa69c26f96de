"""Series: which there are, what is owned of them, what is missing and why that is known."""

from __future__ import annotations

from typing import Any

from rapidfuzz import process

from booktrack.domain.series_choices import shown_kind, shown_line, shown_name
from booktrack.domain.series_names import series_key
from booktrack.domain.text import fold
from booktrack.errors import Conflict, InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context
from booktrack.services.writing import put

JSON = dict[str, Any]

_COMPLETENESS = ("complete", "incomplete", "unknown_total", "contradiction")


def series_id(ctx: Context, series: int | str, kind: str | None = None) -> int:
    """Return the id of the series that is named by its id, its name or an alias, typos forgiven.

    Raises:
        NotFound: there is none; `suggestions` names the nearest.
        Conflict: several bear the name; `choices` lists their ids and kinds.
        InvalidInput: neither an id nor a name.
    """
    if isinstance(series, bool) or not isinstance(series, (int, str)):
        raise InvalidInput(f"a series is named by its id or its name, not by {shown(series)}")
    if kind is not None:
        inputs.one_of(kind, inputs.KINDS, "kind of series")
    if isinstance(series, int):
        if ctx.store.get("series", series) is None:
            raise NotFound(f"the library has no series {shown(series)}", table="series", id=series)
        return series
    name = inputs.text(series, "the series")
    ids = ctx.store.find("series_name", series_key(name)) or _alike(ctx, name)
    found = ctx.store.get_many("series", ids)
    if kind is not None:
        found = {id_: one for id_, one in found.items() if shown_kind(one) == kind}
    if len(found) > 1:
        # Written exactly like one of them, the name means that one.
        same = [id_ for id_, one in found.items() if shown_name(one) == name]
        if len(same) == 1:
            return same[0]
        choices = [
            {
                "id": id_,
                "name": shown_name(one),
                "kind": shown_kind(one),
                "edition_line": shown_line(one),
            }
            for id_, one in found.items()
        ]
        listed = "; ".join(_described(choice) for choice in choices)
        raise Conflict(
            f"{len(found)} series are called {shown(name)}: {listed}; name one by its id",
            choices=choices,
        )
    if not found:
        raise NotFound(
            f"the library has no series {shown(name)}",
            series=name,
            suggestions=_suggestions(ctx, name),
        )
    return next(iter(found))


def _suggestions(ctx: Context, name: str) -> list[str]:
    """Return the names of series nearest to one that there is not."""
    names = [one["name"] for _, one in ctx.store.all("series")]
    near = process.extract(name, names, processor=fold, score_cutoff=60, limit=3)
    return [text for text, _, _ in near]


def _described(choice: JSON) -> str:
    words = [choice["kind"].replace("_", " ")]
    if choice["edition_line"]:
        words.append(choice["edition_line"].replace("_", " "))
    return f"{choice['id']} ({', '.join(words)})"


def _alike(ctx: Context, name: str) -> list[int]:
    hits = ctx.finder.search(name, kind="series", limit=1)
    if not hits:
        return []
    return ctx.store.find("series_name", series_key(hits[0].text))


def get_series(ctx: Context, series: int | str, kind: str | None) -> JSON:
    """Return the series with its volumes."""
    answer = answers(ctx)
    return answer.series(series_id(ctx, series, kind))


def list_series(
    ctx: Context, *, limit: int, offset: int, completeness: str | None, kind: str | None
) -> JSON:
    """Return `{total, limit, offset, series}` by name, without volumes."""
    inputs.whole(limit, "limit", least=1, most=10_000)
    inputs.whole(offset, "offset", least=0, most=10**9)
    if completeness is not None:
        inputs.one_of(completeness, _COMPLETENESS, "completeness")
    if kind is not None:
        inputs.one_of(kind, inputs.KINDS, "kind of series")
    answer = answers(ctx)
    order = sorted((fold(shown_name(one)), id_) for id_, one in ctx.store.all("series"))
    ids = [id_ for _, id_ in order]
    if kind is not None:
        ids = [id_ for id_ in ids if answer.kind(id_) == kind]
    if completeness is not None:
        ids = [id_ for id_ in ids if answer.state(id_).completeness == completeness]
    return {
        "total": len(ids),
        "limit": limit,
        "offset": offset,
        "series": [answer.series(id_, volumes=False) for id_ in ids[offset : offset + limit]],
    }


def track_series(ctx: Context, series: int | str, tracked: bool) -> JSON:
    """Return the series after saying whether its new volumes are of interest."""
    if not isinstance(tracked, bool):
        raise InvalidInput(f"tracked is true or false, not {shown(tracked)}")
    with ctx.store.transaction(f"track series {series}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        before = tx.get("series", id_) or {}
        put(tx, "series", id_, before, before | {"tracked": tracked}, ctx.now())
        return Answers(tx, ctx.user_id, ctx.today()).series(id_)
