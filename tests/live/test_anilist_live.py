"""AniList itself, one request a test: `pytest -m live`."""

from __future__ import annotations

from typing import TypeVar

import pytest

from booktrack.sources.anilist import AniList
from booktrack.sources.base import Flow
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")


async def ask(flow: Flow[T]) -> T:
    gateway = Gateway()
    try:
        return await gateway.run(AniList(), flow)
    finally:
        await gateway.aclose()


async def test_a_series_is_found_by_its_name() -> None:
    records = await ask(AniList().series("Fullmetal Alchemist"))
    assert records
    assert all(record.name and record.record_id for record in records)
    assert {record.kind for record in records} <= {"manga", "light_novel", "unknown"}


async def test_a_series_is_found_by_its_id() -> None:
    record = await ask(AniList().series_by_id("53390"))
    assert record is not None
    assert (record.name, record.total) == ("Attack on Titan", 34)
    assert record.authors == ["Hajime Isayama"]
    assert record.related


async def test_a_series_that_is_not_there_is_nothing() -> None:
    assert await ask(AniList().series_by_id("999999999")) is None
