"""Audible's catalogue itself, one request a test: `pytest -m live`, with your LIVE_CONTACT."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

from booktrack.sources.audible import Audible
from booktrack.sources.base import Flow
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")
ASIN = "B08G9PRS1K"


async def ask(flow: Flow[T]) -> T:
    gateway = Gateway(contact=os.environ.get("LIVE_CONTACT"))
    try:
        return await gateway.run(Audible(), flow)
    finally:
        await gateway.aclose()


async def test_a_recording_is_found_by_its_asin() -> None:
    work = await ask(Audible().by_id(ASIN))
    assert work is not None
    assert work.title
    (edition,) = work.editions
    assert edition.asin == ASIN
    assert edition.duration_minutes
    assert any(person.role == "Narrator" for person in work.people)


async def test_an_unknown_asin_is_not_found() -> None:
    assert await ask(Audible().by_id("B000000000")) is None


async def test_a_search_finds_recordings() -> None:
    works = await ask(Audible().search(title="The Fellowship of the Ring", limit=3))
    assert works
    assert all(work.editions[0].book_format == "audiobook" for work in works)


async def test_what_is_found_for_an_isbn_carries_it() -> None:
    works = await ask(Audible().by_isbn("9781603935470"))
    assert all("9781603935470" in work.editions[0].isbns for work in works)
