"""Audnexus itself, one request a test: `pytest -m live`, with your LIVE_CONTACT."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

from booktrack.sources.audnexus import Audnexus
from booktrack.sources.base import Flow
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")


async def ask(flow: Flow[T]) -> T:
    gateway = Gateway(contact=os.environ.get("LIVE_CONTACT"))
    try:
        return await gateway.run(Audnexus(), flow)
    finally:
        await gateway.aclose()


async def test_a_recording_is_found_by_its_asin() -> None:
    work = await ask(Audnexus().by_id("B08G9PRS1K"))
    assert work is not None
    assert work.title
    assert work.editions[0].asin == "B08G9PRS1K"
    assert work.editions[0].duration_minutes


async def test_an_unknown_asin_is_not_found() -> None:
    assert await ask(Audnexus().by_id("B000000000")) is None
