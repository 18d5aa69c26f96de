"""Talking with a source without a network: its questions are answered one after the other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from booktrack.errors import SourceError
from booktrack.sources.base import Ask, Flow, Refusal, Reply, Source
from booktrack.sources.contract import reply

T = TypeVar("T")
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def answered(flow: Flow[T], *answers: Any) -> tuple[T, list[Ask]]:
    """Return what a flow returns and what it asked; an answer is JSON, bytes, a Reply, an error."""
    asked: list[Ask] = []
    waiting = list(answers)
    try:
        ask = next(flow)
        while True:
            asked.append(ask)
            answer = waiting.pop(0)
            ask = (
                flow.throw(answer)
                if isinstance(answer, SourceError)
                else flow.send(_as_reply(ask, answer))
            )
    except StopIteration as done:
        assert not waiting, f"{len(waiting)} answers were not asked for"
        value: T = done.value
        return value, asked


def _as_reply(ask: Ask, answer: Any) -> Reply:
    if isinstance(answer, Reply):
        return answer
    return reply(ask, answer if isinstance(answer, bytes) else body(answer))


def told(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None, source: str = "test"
) -> Reply:
    """Return a reply of JSON, or of bytes as they are."""
    raw = value if isinstance(value, bytes) else body(value)
    given = {"content-type": "application/json", **(headers or {})}
    return Reply(status, given, raw, "2026-07-01T12:00:00Z", f"https://{source}.example", source)


def refused(
    source: Source, value: Any, status: int, headers: Mapping[str, str] | None = None
) -> Refusal:
    """Return why the source takes this for no answer."""
    refusal = source.refusal(told(value, status, headers, source.name), NOW)
    assert refusal is not None
    return refusal
