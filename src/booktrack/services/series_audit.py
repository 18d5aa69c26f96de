"""Everything about series that asks for the user, each with the call that mends it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from booktrack.domain.models import Series
from booktrack.domain.series import SeriesState
from booktrack.domain.series_choices import FIELDS, disagreements, shown_name
from booktrack.domain.series_identity import duplicates, kinds_of_titles
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.services.recording import known_one
from booktrack.store.base import Document, Reader

JSON = dict[str, Any]


def series_audit(ctx: Context) -> JSON:
    """Return `{total, counts, problems}` over all series."""
    ctx.store.catch_up()
    problems = list(_duplicates(ctx.store))
    answer = Answers(ctx.store, ctx.user_id, ctx.today())
    for id_ in ctx.store.ids("series"):
        problems += _problems(ctx.store, answer, id_)
    counts = Counter(one["code"] for one in problems)
    return {"total": len(problems), "counts": dict(sorted(counts.items())), "problems": problems}


def problems_of(ctx: Context, reader: Reader, id_: int) -> list[JSON]:
    """Return what is wrong or doubtful with one series."""
    return list(_problems(reader, Answers(reader, ctx.user_id, ctx.today()), id_))


def _duplicates(reader: Reader) -> Iterator[JSON]:
    known = {id_: known_one(reader, id_, document) for id_, document in reader.all("series")}
    for kept, others in duplicates(list(known.values())):
        for other in others:
            yield _problem(
                "duplicate_name", kept, known[kept].names[0],
                f"series {other} ({known[other].names[0]}) is the same series",
                "merge_series", {"into": kept, "other": other},
            )  # fmt: skip


def _problems(reader: Reader, answer: Answers, id_: int) -> Iterator[JSON]:
    series = answer.series_model(id_)
    state = answer.state(id_)
    books = reader.get_many("books", reader.find("series", str(id_)))
    places = {
        book_id: next(one for one in book["memberships"] if one["series_id"] == id_)
        for book_id, book in books.items()
    }
    name = shown_name(reader.get("series", id_) or {})
    yield from _totals(id_, name, series, state)
    yield from _holes(id_, name, state)
    yield from _doubts(id_, name, state, books, places)
    yield from _kinds(reader, id_, name, series, books)
    for number, report in enumerate(series.reports, 1):
        right = {field: value for field, value in report.values.items() if field in FIELDS}
        call: tuple[str, JSON] = ("override_series", {"series": id_, **right})
        if not right:
            call = ("close_series_report", {"series": id_, "number": number})
        yield _problem("report", id_, name, f"you reported: {report.problem}", *call, number=number)


def _totals(id_: int, name: str, series: Series, state: SeriesState) -> Iterator[JSON]:
    if state.contradiction is not None:
        yield _problem("contradiction", id_, name, state.contradiction,
                       "override_series", {"series": id_, "total": None})  # fmt: skip
    if state.disagreements:
        source = "you say" if state.total_source == "user" else f"{state.total_source} says"
        text = f"{source} {state.total}, but {', '.join(state.disagreements)}"
        call: tuple[str, JSON] = ("override_series", {"series": id_, "total": state.total})
        if "total" in series.overrides:
            call = ("clear_override", {"series": id_, "fields": ["total"]})
        yield _problem("suspect_total", id_, name, text, *call)
    else:
        yield from _drops(id_, name, series)
    for text in disagreements(series):
        field = text.partition(":")[0]
        yield _problem("disagreement", id_, name, text,
                       "clear_override", {"series": id_, "fields": [field]})  # fmt: skip


def _drops(id_: int, name: str, series: Series) -> Iterator[JSON]:
    """Yield a source that said more before than it says now."""
    latest: dict[tuple[str, str | None, str | None], int] = {}
    said = [one for one in series.totals if one.scope == "main"]
    for one in sorted(said, key=lambda one: one.seen_at or ""):
        key = (one.source, one.edition_line, one.language)
        before = latest.get(key, 0)
        if one.value < before:
            yield _problem("suspect_total", id_, name,
                           f"{one.source} said {before} and now says {one.value}",
                           "override_series", {"series": id_, "total": before})  # fmt: skip
        latest[key] = one.value


def _holes(id_: int, name: str, state: SeriesState) -> Iterator[JSON]:
    open_places = [text for text in state.missing if text not in state.wanted]
    if open_places:
        shown = ", ".join(open_places)
        yield _problem(
            "gap", id_, name, f"missing: {shown}", "mark_volumes",
            {"series": id_, "volumes": open_places, "status": "want"}, positions=open_places,
        )  # fmt: skip


def _doubts(
    id_: int,
    name: str,
    state: SeriesState,
    books: Mapping[int, Document],
    places: Mapping[int, Document],
) -> Iterator[JSON]:
    for book_id, place in places.items():
        title, position = books[book_id]["title"], place.get("position")
        fix = {"book_id": book_id, "series": id_, "position": position}
        if place.get("needs_review") and not place.get("locked"):
            reasons = "; ".join(place.get("reasons", []))
            yield _problem("needs_review", id_, name,
                           f"{title} stands at {position or 'no place'}: {reasons}",
                           "set_position", fix, books=[book_id])  # fmt: skip
        elif (
            position is None
            and place.get("slot", "main") == "main"
            and not place.get("label")
            # The only book of a series needs no number.
            and (len(books) > 1 or (state.total or 1) > 1)
        ):
            yield _problem("unnumbered", id_, name, f"{title} has no place in the series",
                           "set_position", fix, books=[book_id])  # fmt: skip
    for volume in state.volumes:
        single = {
            one.book_id: books[one.book_id]["title"]
            for one in volume.held
            if volume.position is not None and one.whole and len(one.covers) < 2
        }
        if len(single) > 1:
            _, *others = sorted(single)
            yield _problem("same_position", id_, name,
                           f"{' and '.join(sorted(single.values()))} stand at {volume.position}",
                           "set_position",
                           {"book_id": others[0], "series": id_, "position": None},
                           books=sorted(single), positions=[str(volume.position)])  # fmt: skip


def _kinds(
    reader: Reader, id_: int, name: str, series: Series, books: Mapping[int, Document]
) -> Iterator[JSON]:
    by_kind: dict[str, list[int]] = {}
    for book_id, book in books.items():
        editions = reader.get_many("editions", reader.find("edition_book", str(book_id)))
        titles = [book["title"], *(one["title"] for one in editions.values() if one.get("title"))]
        kinds = kinds_of_titles(titles)
        for kind in kinds if len(kinds) == 1 else ():
            by_kind.setdefault(kind, []).append(book_id)
    own = series.overrides["kind"].value if "kind" in series.overrides else series.kind
    strangers = {kind: ids for kind, ids in by_kind.items() if kind != own}
    if len(by_kind) < 2 and not (strangers and own in ("manga", "light_novel", "comic")):
        return
    kind, ids = min(strangers.items(), key=lambda item: len(item[1]))
    words = kind.replace("_", " ")
    yield _problem(
        "mixed_kinds", id_, name, f"{len(ids)} of {len(books)} books call themselves {words}",
        "split_series", {"series": id_, "books": ids, "kind": kind}, books=ids,
    )  # fmt: skip


def _problem(
    code: str, id_: int, name: str, text: str, call: str, arguments: JSON, **more: Any
) -> JSON:
    return {
        "code": code,
        "series_id": id_,
        "series": name,
        "problem": text,
        "books": [],
        "positions": [],
        "fix": {"call": call, "arguments": arguments},
        **more,
    }
