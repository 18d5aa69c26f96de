"""Damaging recorded answers: a field is dropped, emptied, or given another type."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

DROPPED = object()
VALUES: tuple[Any, ...] = (
    *(DROPPED, None, "", "text", "NaN", "<![x[", "\u0000"),
    *(-1, 0, 1.5, 10**30, True, [], {}, [None], {"a": 1}),
)


def places(value: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything inside."""
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for name, inner in items:
        yield (*above, name)
        yield from places(inner, (*above, name))


def damaged(answer: Any, place: Sequence[Any], value: Any) -> Any:
    """Return a copy with one place changed."""
    copy = json.loads(json.dumps(answer))
    owner = copy
    for step in place[:-1]:
        owner = owner[step]
    if value is DROPPED:
        del owner[place[-1]]
    else:
        owner[place[-1]] = value
    return copy


@st.composite
def mutations(draw: st.DrawFn, answers: Sequence[Any]) -> bytes:
    """Draw one of the answers with one to three places changed."""
    answer = draw(st.sampled_from(answers))
    for _ in range(draw(st.integers(1, 3))):
        found = list(places(answer))
        if not found:
            break
        answer = damaged(answer, draw(st.sampled_from(found)), draw(st.sampled_from(VALUES)))
    return json.dumps(answer).encode()
