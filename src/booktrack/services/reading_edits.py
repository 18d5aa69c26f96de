"""Correcting and removing readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from booktrack.domain.models import ReadingStatus, Session
from booktrack.domain.reading import MEASURES, clamped, with_session
from booktrack.errors import Conflict, InvalidInput, shown
from booktrack.services import inputs
from booktrack.services import reading_inputs as told
from booktrack.services.context import Context
from booktrack.services.reading import change
from booktrack.services.reading_shelf import ReadingAnswers, Shelf
from booktrack.store.base import Transaction

JSON = dict[str, Any]

READING_STATUSES: tuple[str, ...] = get_args(ReadingStatus)
_NOWHERE: JSON = dict.fromkeys(MEASURES)
_EDITABLE = (
    "status", "started_at", "finished_at", "rating", "review", "edition", "page", "percent",
    "minutes", "chapter", "read_count", "sessions",
)  # fmt: skip


def get_reading(ctx: Context, reading_id: int) -> JSON:
    """Return the reading."""
    inputs.whole(reading_id, "a reading's id", least=1, most=2**63 - 1)
    with ctx.store.reading() as reader:
        return ReadingAnswers(reader, ctx.user_id).reading(reading_id)


def edit_reading(ctx: Context, reading_id: int, changes: Mapping[str, Any]) -> JSON:
    """Return the reading after a correction."""
    inputs.known_fields(changes, _EDITABLE, "reading")
    values = {name: _checked(ctx, name, value) for name, value in changes.items()}
    with change(ctx, f"edit reading {reading_id}") as tx:
        shelf, before = _own(tx, ctx, reading_id)
        after = dict(before)
        if "edition" in values:
            edition = values.pop("edition")
            after = shelf.in_edition(after, None if edition is None else shelf.edition(edition))
        if any(values.get(name) is not None for name in MEASURES):
            after |= _NOWHERE
        values, _ = clamped(values, shelf.length(after.get("edition_id")))
        after |= values
        return shelf.write(reading_id, _consistent(after, values))


def _checked(ctx: Context, name: str, value: Any) -> Any:
    if name == "sessions":
        return _checked_sessions(ctx, value)
    if name == "status":
        return inputs.one_of(value, READING_STATUSES, "reading status")
    if name == "edition" or value is None:
        return value
    if name in ("started_at", "finished_at"):
        return told.day(ctx, value)
    if name == "rating":
        return told.stars(value)
    if name == "review":
        return told.review(value)
    return told.percent(value) if name == "percent" else told.count(value, f"the {name}")


def _checked_sessions(ctx: Context, value: Any) -> list[JSON]:
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, Mapping) for one in value):
        raise InvalidInput(f"sessions are a list of dicts, not {shown(value)}")
    log: list[JSON] = []
    for one in value:
        inputs.known_fields(one, Session.model_fields, "session")
        day = told.day(ctx, one.get("date"))
        if day is None:
            raise InvalidInput(f"a session needs a date: {shown(dict(one))}")
        session: JSON = {"date": day}
        for name in Session.model_fields:
            said = one.get(name)
            if name == "date" or said is None:
                continue
            if name == "note":
                session[name] = inputs.note(said)
            else:
                session[name] = min(told.percent(said), 100.0) if name == "percent" else (
                    told.count(said, name.replace("_", " "))
                )  # fmt: skip
        log = with_session(log, session)
    return log


def _consistent(reading: JSON, said: Mapping[str, Any]) -> JSON:
    """Return the reading without dates that its status does not know.

    Raises:
        Conflict: such a date was given.
    """
    status = reading["status"]
    unknown = {"want_to_read": ("started_at", "finished_at", "paused_at"),
               "reading": ("finished_at", "paused_at"),
               "paused": ("finished_at",)}.get(status, ("paused_at",))  # fmt: skip
    for name in unknown:
        if said.get(name) is not None:
            raise Conflict(
                f"a reading with the status {status} has no {name}; change the status, too"
            )
    return {**reading, **dict.fromkeys(unknown)}


def remove_reading(ctx: Context, reading_id: int) -> JSON:
    """Return `{id, removed}` after removing a reading."""
    with change(ctx, f"remove reading {reading_id}") as tx:
        _own(tx, ctx, reading_id)
        tx.remove("readings", reading_id)
        return {"id": reading_id, "removed": {"readings": 1}}


def _own(tx: Transaction, ctx: Context, reading_id: int) -> tuple[Shelf, JSON]:
    inputs.whole(reading_id, "a reading's id", least=1, most=2**63 - 1)
    answer = ReadingAnswers(tx, ctx.user_id).reading(reading_id)
    shelf = Shelf(tx, ctx, answer["book_id"])
    return shelf, shelf.readings[reading_id]
