"""Open Library itself, one request a test: `pytest -m live`, with your LIVE_CONTACT."""

from __future__ import annotations

import os
from typing import TypeVar

import pytest

from booktrack.sources.base import Flow, Reply
from booktrack.sources.http import Gateway
from booktrack.sources.openlibrary import OpenLibrary

pytestmark = [pytest.mark.live, pytest.mark.anyio]

T = TypeVar("T")
ISBN = "9780140328721"


async def ask(flow: Flow[T]) -> T:
    gateway = Gateway(contact=os.environ.get("LIVE_CONTACT"))
    try:
        return await gateway.run(OpenLibrary(), flow)
    finally:
        await gateway.aclose()


def first(flow: Flow[T]) -> Flow[Reply]:
    """Return the first answer alone, so that a test costs the service one request."""
    reply = yield next(flow)
    flow.close()
    return reply


async def test_an_edition_is_found_by_its_isbn() -> None:
    reply = await ask(first(OpenLibrary().by_isbn(ISBN)))
    edition = reply.json()
    assert edition["key"].startswith("/books/OL")
    assert ISBN in edition["isbn_13"]
    assert isinstance(edition["title"], str)


async def test_a_batch_answers_by_its_keys() -> None:
    reply = await ask(first(OpenLibrary().by_isbns([ISBN])))
    assert reply.json()[f"ISBN:{ISBN}"]["details"]["key"].startswith("/books/OL")


async def test_a_work_is_found_by_its_id() -> None:
    reply = await ask(first(OpenLibrary().by_id("OL45804W")))
    assert reply.json()["type"]["key"].startswith("/type/")


async def test_a_search_finds_works() -> None:
    records = await ask(OpenLibrary().search(title="Dune", author="Herbert", limit=3))
    assert records
    assert all(record.record_id and record.title for record in records)
