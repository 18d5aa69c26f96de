"""Covers of the real services, one request a test: `pytest -m live`, with your LIVE_CONTACT."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from booktrack.domain.covers import best_addresses, why_no_cover
from booktrack.services.covers import ACCEPT
from booktrack.services.pictures import MAX_BYTES, Picture, read_picture
from booktrack.sources.http import Gateway

pytestmark = [pytest.mark.live, pytest.mark.anyio]


@pytest.fixture
async def gateway() -> AsyncIterator[Gateway]:
    made = Gateway(contact=os.environ.get("LIVE_CONTACT"))
    yield made
    await made.aclose()


async def picture_at(gateway: Gateway, address: str) -> Picture:
    reply = await gateway.fetch(best_addresses(address)[0], max_bytes=MAX_BYTES, accept=ACCEPT)
    assert reply.status == 200
    return read_picture(reply.body)


@pytest.mark.parametrize(
    "address",
    [
        "https://covers.openlibrary.org/b/id/240727-S.jpg",
        "http://books.google.com/books/content?id=zyTCAlFPjgYC&printsec=frontcover&img=1&zoom=1",
        "https://s4.anilist.co/file/anilistcdn/media/manga/cover/medium/bx30013-tHTV2dYRhTSa.jpg",
    ],
)
async def test_a_service_s_large_picture_is_a_cover(gateway: Gateway, address: str) -> None:
    picture = await picture_at(gateway, address)
    assert why_no_cover(picture.look()) is None
    assert picture.width >= 200


async def test_open_library_says_that_it_has_none(gateway: Gateway) -> None:
    (address,) = best_addresses("https://covers.openlibrary.org/b/isbn/9790000000001-L.jpg")
    assert (await gateway.fetch(address, max_bytes=MAX_BYTES, accept=ACCEPT)).missing


async def test_google_s_picture_of_nothing_is_not_taken_for_a_cover(gateway: Gateway) -> None:
    address = "https://books.google.com/books/content?id=AAAAAAAAAAAC&printsec=frontcover&img=1"
    reply = await gateway.fetch(f"{address}&zoom=1", max_bytes=MAX_BYTES, accept=ACCEPT)
    assert reply.status != 200 or why_no_cover(read_picture(reply.body).look())
