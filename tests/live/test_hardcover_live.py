"""Hardcover itself, one or two requests a test: `pytest -m live`, your LIVE_HARDCOVER_TOKEN."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

from booktrack.errors import SourceRefused
from booktrack.sources.base import Flow
from booktrack.sources.hardcover import Hardcover
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")
ISBN = "9780765326355"


@pytest.fixture(scope="module")
def source() -> Hardcover:
    token = os.environ.get("LIVE_HARDCOVER_TOKEN")
    if not token:
        pytest.skip("LIVE_HARDCOVER_TOKEN is unset: the token of an account")
    return Hardcover(token)


async def ask(source: Hardcover, flow: Flow[T]) -> T:
    gateway = Gateway()
    try:
        return await gateway.run(source, flow)
    finally:
        await gateway.aclose()


async def test_an_edition_is_found_by_its_isbn(source: Hardcover) -> None:
    (work, *_) = await ask(source, source.by_isbn(ISBN))
    assert ISBN in work.editions[0].isbns
    assert work.authors
    assert work.series[0].position == "1"


async def test_many_isbns_cost_one_request(source: Hardcover) -> None:
    found = await ask(source, source.by_isbns([ISBN, "9780140328721"]))
    assert all(works for works in found.values())


async def test_a_work_is_found_by_its_id(source: Hardcover) -> None:
    work = await ask(source, source.by_id("427971"))
    assert work is not None
    assert work.title == "All Systems Red"
    assert work.editions


async def test_a_search_finds_works(source: Hardcover) -> None:
    works = await ask(source, source.search(title="Dune", author="Herbert", limit=3))
    assert works
    assert all(work.title and work.record_id for work in works)


async def test_a_series_comes_with_its_books(source: Hardcover) -> None:
    (series, *_) = await ask(source, source.series("The Murderbot Diaries"))
    assert "Murderbot" in series.name
    assert {"1", "2", "3"} <= {volume.position for volume in series.volumes}


async def test_a_series_is_found_by_its_id(source: Hardcover) -> None:
    series = await ask(source, source.series_by_id("1053"))
    assert series is not None
    assert series.volumes


async def test_a_wrong_token_is_refused_in_the_form_that_is_read() -> None:
    source = Hardcover("this-is-no-token")
    with pytest.raises(SourceRefused, match="BOOKTRACK_HARDCOVER_TOKEN"):
        await ask(source, source.by_isbn(ISBN))
