"""Reports of wrong series data: kept with the series, listed, and written as curated entries.

An entry has the form of `booktrack/sources/data/series.toml`, so that whoever reads the report can
put it there: a number needs its language, the day on which it was true, and a page that says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from booktrack.domain.series_choices import shown_kind, shown_name
from booktrack.errors import InvalidInput, NotFound, shown
from booktrack.services import inputs
from booktrack.services.context import Context
from booktrack.services.series import series_id
from booktrack.services.series_documents import series_answer, series_of
from booktrack.services.series_edits import checked_fields
from booktrack.services.writing import put
from booktrack.store.base import Document

JSON = dict[str, Any]

_RUNNING = ("releasing", "not_yet_released")
_FIELDS = frozenset({"name", "kind", "total", "publication_status", "edition_line"})
# Of the editions that the total counts, and of the last of them where more are to come.
_OF_TOTAL: dict[str, Callable[[Any], Any]] = {
    "language": lambda value: inputs.text(value, "the language"),
    "release_date": inputs.date,
}


def report_series(
    ctx: Context,
    series: int | str,
    problem: str,
    *,
    origin: str | None,
    values: Mapping[str, Any],
) -> JSON:
    """Return the report as it is kept with the series; nothing else is changed."""
    told = inputs.text(problem, "the problem")
    fields = {name: one for name, one in values.items() if name not in _OF_TOTAL}
    right = checked_fields(fields, _FIELDS) if fields else {}
    right |= {name: check(values[name]) for name, check in _OF_TOTAL.items() if name in values}
    report = {
        "problem": told,
        "values": right,
        "origin": _origin(origin),
        "who": ctx.user_id,
        "at": ctx.now(),
    }
    with ctx.store.transaction(f"report series {series}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        before = series_of(tx, id_)
        reports = [*before.get("reports", []), report]
        put(tx, "series", id_, before, {**before, "reports": reports}, ctx.now())
        return _listed(id_, before, len(reports), report)


def _origin(origin: object) -> str | None:
    if origin is None:
        return None
    text = inputs.text(origin, "the origin")
    if urlsplit(text).scheme not in ("http", "https") or not urlsplit(text).netloc:
        raise InvalidInput(f"the origin is the address of a page, not {shown(origin)}")
    return text


def series_reports(ctx: Context, series: int | str | None) -> JSON:
    """Return `{total, reports}`: all reports, or those on one series."""
    ctx.store.catch_up()
    wanted = None if series is None else series_id(ctx, series)
    reports = [
        _listed(id_, document, number, report)
        for id_, document in ctx.store.all("series")
        if wanted in (None, id_)
        for number, report in enumerate(document.get("reports", []), 1)
    ]
    return {"total": len(reports), "reports": reports}


def close_report(ctx: Context, series: int | str, number: int) -> JSON:
    """Return the series after taking a report off its list."""
    with ctx.store.transaction(f"close report on {series}", user_id=ctx.user_id) as tx:
        id_ = series_id(ctx, series)
        before = series_of(tx, id_)
        reports = list(before.get("reports", []))
        if isinstance(number, bool) or not isinstance(number, int) or not (
            1 <= number <= len(reports)
        ):  # fmt: skip
            raise NotFound(f"there is no report {shown(number)} on series {id_}", id=id_)
        del reports[number - 1]
        put(tx, "series", id_, before, {**before, "reports": reports}, ctx.now())
        return series_answer(tx, ctx, id_)


def export_reports(ctx: Context) -> JSON:
    """Return `{text, entries, left_out}`: the reports as curated entries, in TOML."""
    entries, left_out = [], []
    for report in series_reports(ctx, None)["reports"]:
        document = series_of(ctx.store, report["series_id"])
        needed = {"origin": report["origin"], **_line(document, report)}
        lacking = [name for name, value in needed.items() if not value]
        if lacking:
            left_out.append({**report, "lacking": lacking})
        else:
            entries.append("\n".join(_entry(document, report)))
    return {"text": "\n\n".join(entries), "entries": len(entries), "left_out": left_out}


def _line(series: Document, report: JSON) -> JSON:
    """Return what an entry must say of the total."""
    values = report["values"]
    line = {"total": values.get("total"), "language": values.get("language")}
    if _status(series, values) not in _RUNNING:
        return line
    known: list[Document] = series.get("volumes", [])
    dates = [one.get("release_date") for one in known if one.get("position") == str(line["total"])]
    return line | {"release_date": values.get("release_date") or next(iter(dates), None)}


def _status(series: Document, values: JSON) -> str:
    return str(values.get("publication_status") or series.get("publication_status", "unknown"))


def _entry(series: Document, report: JSON) -> Iterator[str]:
    values = report["values"]
    line = _line(series, report)
    name = values.get("name") or shown_name(series)
    aliases = [one["name"] for one in series.get("aliases", []) if one["name"] != name]
    status = _status(series, values)
    yield f"# {json.dumps(report['problem'], ensure_ascii=False)}"
    yield "[[series]]"
    yield f"name = {_toml(name)}"
    if aliases:
        yield f"aliases = {_toml(aliases)}"
    yield f"kind = {_toml(values.get('kind') or shown_kind(series))}"
    yield f"status = {_toml(status)}"
    if series.get("authors"):
        yield f"authors = {_toml(series['authors'])}"
    yield ""
    yield "[[series.line]]"
    yield f"language = {_toml(line['language'])}"
    # What still runs has no total yet.
    yield f"{'published' if status in _RUNNING else 'total'} = {line['total']}"
    yield f"date = {_toml(report['at'][:10])}"
    yield f"origin = {_toml(report['origin'])}"
    yield ""
    if "release_date" in line:
        yield "[[series.volume]]"
        yield f'position = "{line["total"]}"'
        yield f"release_date = {_toml(line['release_date'])}"
        yield ""


def _toml(value: str | list[str]) -> str:
    # A JSON string or list of strings is one of TOML too.
    return json.dumps(value, ensure_ascii=False)


def _listed(id_: int, series: Document, number: int, report: Document) -> JSON:
    return {
        "series_id": id_,
        "series": shown_name(series),
        "number": number,
        "problem": report["problem"],
        "values": report.get("values", {}),
        "origin": report.get("origin"),
        "who": report.get("who"),
        "at": report["at"],
    }
