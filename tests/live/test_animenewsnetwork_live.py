"""Anime News Network itself, one or two requests a test: `pytest -m live`, with LIVE_CONTACT."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

from booktrack.sources.animenewsnetwork import AnimeNewsNetwork
from booktrack.sources.base import Flow
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")


async def ask(flow: Flow[T]) -> T:
    gateway = Gateway(contact=os.environ.get("LIVE_CONTACT"))
    try:
        return await gateway.run(AnimeNewsNetwork(), flow)
    finally:
        await gateway.aclose()


async def test_a_series_has_volumes_with_dates_and_isbns() -> None:
    found = await ask(AnimeNewsNetwork().series("Frieren: Beyond Journey's End"))
    assert found
    assert (found[0].url or "").startswith("https://www.animenewsnetwork.com/")
    assert any(volume.release_date for volume in found[0].volumes)
    assert any(volume.isbn_13 for volume in found[0].volumes)


async def test_a_series_is_found_by_another_title() -> None:
    found = await ask(AnimeNewsNetwork().series("Sousou no Frieren"))
    assert all(series.record_id for series in found)


async def test_an_entry_is_found_by_its_number() -> None:
    (series,) = await ask(AnimeNewsNetwork().entries(["24449"]))
    assert series.record_id == "24449"


async def test_a_search_finds_volumes() -> None:
    works = await ask(AnimeNewsNetwork().search(title="Frieren: Beyond Journey's End", limit=3))
    assert works
    assert all(work.series and work.editions for work in works)


async def test_nothing_is_found_for_no_series() -> None:
    assert await ask(AnimeNewsNetwork().series("qqzzxx no such series")) == []
