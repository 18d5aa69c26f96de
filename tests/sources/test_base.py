from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from booktrack.errors import InvalidInput, SourceChanged, SourceRateLimited
from booktrack.sources.base import (
    Ask,
    BaseSource,
    Limits,
    Reply,
    Source,
    as_sources_entry,
    canonical,
    read,
)


class Bare(BaseSource):
    name, title, home = "bare", "Bare", "https://bare.example"
    limits = Limits(requests=60, seconds=60, identified=120)


def reply(status: int = 200, body: bytes = b"{}", content_type: str = "application/json") -> Reply:
    return Reply(
        status, {"content-type": content_type}, body, "now", "https://bare.example", "bare"
    )


def test_a_bare_source_is_a_source_that_refuses_what_it_cannot_do() -> None:
    source = Bare.from_settings({})
    assert isinstance(source, Source)
    for refused in (
        lambda: source.by_isbn("9780765326355"),
        lambda: source.by_id("1"),
        lambda: source.search(title="Dune"),
        lambda: source.series("Dune"),
    ):
        with pytest.raises(InvalidInput, match="Bare cannot be asked"):
            refused()


def test_without_a_batch_call_many_isbns_are_asked_one_by_one() -> None:
    class One(Bare):
        def by_isbn(self, isbn):
            yield Ask(f"https://bare.example/{isbn}")
            return []

    flow = One().by_isbns(["9780765326355", "9780140143508", "9780765326355"])
    assert next(flow).url.endswith("9780765326355")
    assert flow.send(reply()).url.endswith("9780140143508")
    with pytest.raises(StopIteration) as done:
        flow.send(reply())
    assert done.value.value == {"9780765326355": [], "9780140143508": []}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, None),
        (400, None),
        (404, None),
        (422, None),
        (401, "refused"),
        (403, "refused"),
        (408, "down"),
        (429, "busy"),
        (500, "down"),
        (503, "down"),
    ],
)
def test_a_status_says_whether_there_was_an_answer(status: int, kind: str | None) -> None:
    refusal = Bare().refusal(reply(status), datetime.now(UTC))
    assert (refusal.kind if refusal else None) == kind


def test_limits_are_those_of_the_caller() -> None:
    assert Bare.limits.permitted(identified=False) == 1
    assert Bare.limits.permitted(identified=True) == 2
    assert Limits(requests=5).permitted(identified=True) == 5


def test_what_does_not_fit_names_the_field() -> None:
    class Inner(BaseModel):
        pages: int

    class Payload(BaseModel):
        editions: list[Inner]

    assert read(Payload, {"editions": [{"pages": 3}]}, "bare").editions[0].pages == 3
    with pytest.raises(SourceChanged, match=r"editions\.0\.pages.*'many'") as caught:
        read(Payload, {"editions": [{"pages": "many"}]}, "bare")
    assert caught.value.details["field"] == "editions.0.pages"
    with pytest.raises(SourceChanged, match="the whole answer"):
        read(Payload, None, "bare")


def test_how_a_source_fared_is_told_by_code() -> None:
    assert as_sources_entry(None) == {"code": "ok"}
    told = as_sources_entry(SourceRateLimited("wait", source="bare", retry_after=30))
    assert told == {"code": "rate_limited", "message": "wait", "retry_after": 30}


def test_equal_values_have_one_canonical_text() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'
