"""Google Books itself, one request a test: `pytest -m live`, with your LIVE_GOOGLE_KEY."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

from booktrack.errors import SourceRateLimited, SourceRefused
from booktrack.sources.base import Flow
from booktrack.sources.googlebooks import GoogleBooks
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")
ISBN = "9780140328721"


@pytest.fixture(scope="module")
def source() -> GoogleBooks:
    key = os.environ.get("LIVE_GOOGLE_KEY")
    if not key:
        pytest.skip("LIVE_GOOGLE_KEY is unset: a key of the Books API")
    return GoogleBooks(key)


async def ask(source: GoogleBooks, flow: Flow[T]) -> T:
    gateway = Gateway()
    try:
        return await gateway.run(source, flow)
    finally:
        await gateway.aclose()


async def test_an_isbn_is_found_or_unknown_but_never_another(source: GoogleBooks) -> None:
    for record in await ask(source, source.by_isbn(ISBN)):
        assert any(ISBN in edition.isbns for edition in record.editions)
        assert record.title


async def test_a_volume_is_found_by_its_id(source: GoogleBooks) -> None:
    record = await ask(source, source.by_id("OPy6E5ZhXs0C"))
    assert record is not None
    assert record.record_id == "OPy6E5ZhXs0C"
    assert record.editions[0].isbns


async def test_a_search_finds_volumes(source: GoogleBooks) -> None:
    records = await ask(source, source.search(title="Dune", author="Herbert", limit=3))
    assert 1 <= len(records) <= 3
    assert all(record.title and record.record_id for record in records)


async def test_a_wrong_key_is_refused_in_the_form_that_is_read() -> None:
    source = GoogleBooks("AIza-this-is-no-key")
    with pytest.raises((SourceRefused, SourceRateLimited)) as raised:
        await ask(source, source.by_isbn(ISBN))
    assert "AIza-this-is-no-key" not in str(raised.value)
