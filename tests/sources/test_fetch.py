"""`Gateway.fetch`: what users and sources name is fetched, and nothing inside the own network."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from pytest_httpx import HTTPXMock, IteratorStream

from booktrack.errors import (
    InvalidInput,
    SourceChanged,
    SourceError,
    SourceRateLimited,
    SourceRefused,
    SourceUnavailable,
)
from booktrack.sources.http import Gateway
from booktrack.sources.strangers import stranger
from support.virtual_time import VirtualLoop, loop_time, now

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.httpx_mock(can_send_already_matched_responses=True),
]

PICTURE = "https://pictures.example/a.jpg"
HOSTS = {
    "pictures.example": ["93.184.216.34"],
    "covers.openlibrary.org": ["207.241.234.1"],
    "archive.example": ["207.241.224.2"],
    "inside.example": ["10.0.0.5"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "2130706433": ["127.0.0.1"],
    "0x7f.1": ["127.0.0.1"],
    "127.0.0.1": ["127.0.0.1"],
    "::1": ["::1"],
    "169.254.169.254": ["169.254.169.254"],
}


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


async def addresses(host: str) -> list[str]:
    if host not in HOSTS:
        raise OSError(f"{host} has no address")
    return HOSTS[host]


@pytest.fixture
async def gateway(anyio_backend: object, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    made = Gateway(now=now, jitter=lambda most: most, resolver=addresses)
    yield made
    await made.aclose()


async def test_what_stands_there_is_returned_from_the_address_that_was_checked(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(content=b"picture", headers={"content-type": "text/html"})
    reply = await gateway.fetch(PICTURE + "?a=%20b&sig=x%2By", max_bytes=100, accept="image/*")
    assert (reply.status, reply.body) == (200, b"picture")
    (request,) = httpx_mock.get_requests()
    assert str(request.url) == "https://93.184.216.34/a.jpg?a=%20b&sig=x%2By"
    assert request.headers["host"] == "pictures.example"
    assert request.headers["accept"] == "image/*"
    assert request.extensions["sni_hostname"] == "pictures.example"


@pytest.mark.parametrize(
    "host",
    [
        "inside.example",
        "both.example",
        "mapped.example",
        "2130706433",
        "0x7f.1",
        "127.0.0.1:8000",
        "[::1]",
        "169.254.169.254",
    ],
)
async def test_an_address_inside_is_not_asked_nor_a_redirect_to_it_followed(
    gateway: Gateway, httpx_mock: HTTPXMock, host: str
) -> None:
    with pytest.raises(SourceChanged, match="not a public address"):
        await gateway.fetch(f"http://{host}/a.jpg", max_bytes=100)
    assert not httpx_mock.get_requests()
    httpx_mock.add_response(status_code=302, headers={"Location": f"http://{host}/a.jpg"})
    with pytest.raises(SourceChanged, match="not a public address"):
        await gateway.fetch(PICTURE, max_bytes=100)
    assert len(httpx_mock.get_requests()) == 1


async def test_a_name_that_changes_between_the_check_and_the_call_is_of_no_use(
    anyio_backend: object, httpx_mock: HTTPXMock
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"]])

    async def rebinding(host: str) -> list[str]:
        return next(answers)

    gateway = Gateway(now=now, jitter=lambda most: most, resolver=rebinding)
    httpx_mock.add_response(content=b"x")
    await gateway.fetch(PICTURE, max_bytes=100)
    assert httpx_mock.get_requests()[0].url.host == "93.184.216.34"
    with pytest.raises(SourceChanged, match="not a public address"):
        await gateway.fetch(PICTURE, max_bytes=100)
    await gateway.aclose()


async def test_an_address_inside_is_asked_where_it_is_allowed(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(content=b"x")
    reply = await gateway.fetch("http://inside.example/a", max_bytes=9, allow_private=True)
    assert reply.body == b"x"
    assert httpx_mock.get_requests()[0].url.host == "10.0.0.5"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "a.jpg",
        "//pictures.example/a.jpg",
        "file:///etc/passwd",
        "ftp://pictures.example/a.jpg",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "http://",
        "http:///a.jpg",
        "http://[::1/a.jpg",
        "http://pictures.example:0/",
        "http://pictures.example:99999/",
        "http://user:secret@pictures.example/",
        "http://user@pictures.example/",
        "http://xn--/a.jpg",
        "http://pictures.example/a b.jpg",
        "http://pictures.example/a\r\nHost: inside.example",
        "http://pictures.example/" + "a" * 4_000,
        None,
        7,
        b"http://pictures.example/",
    ],
)
async def test_what_is_no_web_address_is_refused(
    gateway: Gateway, httpx_mock: HTTPXMock, url: str
) -> None:
    with pytest.raises(InvalidInput) as error:
        await gateway.fetch(url, max_bytes=100)
    assert "secret" not in str(error.value)
    assert not httpx_mock.get_requests()


@pytest.mark.parametrize("announced", [True, False])
async def test_more_than_was_allowed_is_not_read(
    gateway: Gateway, httpx_mock: HTTPXMock, announced: bool
) -> None:
    headers = {"content-length": "101"} if announced else {}
    httpx_mock.add_response(stream=IteratorStream([b"x" * 50, b"x" * 51]), headers=headers)
    with pytest.raises(SourceChanged, match="more than 100 bytes"):
        await gateway.fetch(PICTURE, max_bytes=100)


async def test_a_packed_bomb_is_not_blown_up(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    httpx_mock.add_response(stream=IteratorStream([bomb]), headers={"content-encoding": "gzip"})
    with pytest.raises(SourceChanged, match="more than 1 MB"):
        await gateway.fetch(PICTURE, max_bytes=2**20)


async def test_what_follows_the_end_of_a_packed_answer_is_not_gathered(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    pieces = iter([gzip.compress(b"a picture"), *[b"x" * 100_000] * 1_000])
    httpx_mock.add_response(stream=IteratorStream(pieces), headers={"content-encoding": "gzip"})
    assert (await gateway.fetch(PICTURE, max_bytes=100)).body == b"a picture"
    assert sum(1 for _ in pieces) > 900, "the rest was read although it is nobody's"


async def test_a_redirect_is_followed_five_times(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(status_code=301, headers={"Location": PICTURE}, is_reusable=True)
    with pytest.raises(SourceChanged, match="more than 5 times"):
        await gateway.fetch(PICTURE, max_bytes=100, budget=60)
    assert len(httpx_mock.get_requests()) == 6


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, SourceRefused), (429, SourceRateLimited), (500, SourceUnavailable)],
)
async def test_a_host_that_does_not_answer_is_told_and_asked_again(
    gateway: Gateway, httpx_mock: HTTPXMock, status: int, error: type[Exception]
) -> None:
    httpx_mock.add_response(status_code=status, headers={"Retry-After": "90"})
    with pytest.raises(error):
        await gateway.fetch(PICTURE, max_bytes=100)


async def test_nothing_there_is_asked_for_once_a_day_and_pictures_are_not_kept(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=404, url="https://93.184.216.34/gone.jpg")
    httpx_mock.add_response(content=b"x", url="https://93.184.216.34/a.jpg")
    for _ in range(2):
        assert (await gateway.fetch("https://pictures.example/gone.jpg", max_bytes=9)).missing
        assert (await gateway.fetch(PICTURE, max_bytes=9)).body == b"x"
    assert [request.url.path for request in httpx_mock.get_requests()] == [
        "/gone.jpg",
        "/a.jpg",
        "/a.jpg",
    ]


async def test_what_was_of_no_use_is_not_asked_for_again_that_day(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    gateway.dismiss(PICTURE, accept="image/*", seconds=60)
    assert (await gateway.fetch(PICTURE, max_bytes=9, accept="image/*")).missing
    assert not httpx_mock.get_requests()


@pytest.mark.parametrize(
    ("path", "requests", "seconds"), [("isbn", 100, 300), ("id", 400, 60), ("olid", 100, 300)]
)
async def test_open_librarys_covers_are_asked_for_within_their_limits(
    gateway: Gateway, httpx_mock: HTTPXMock, path: str, requests: int, seconds: int
) -> None:
    httpx_mock.add_response(content=b"x", is_reusable=True)
    begin = loop_time()
    for number in range(20):
        await gateway.fetch(
            f"https://covers.openlibrary.org/b/{path}/{number}-L.jpg", max_bytes=9, budget=600
        )
    assert 19 / (loop_time() - begin) <= requests / seconds


async def test_one_hosts_pause_holds_up_no_other(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(
        status_code=429, headers={"Retry-After": "900"}, url="https://93.184.216.34/a.jpg"
    )
    httpx_mock.add_response(content=b"x", url="https://207.241.224.2/a.jpg")
    with pytest.raises(SourceRateLimited):
        await gateway.fetch(PICTURE, max_bytes=9)
    assert (await gateway.fetch("https://archive.example/a.jpg", max_bytes=9)).body == b"x"
    assert loop_time() < 2


async def test_a_host_that_dawdles_is_given_up(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_exception(httpx.ReadTimeout("slow"), is_reusable=True)
    with pytest.raises(SourceUnavailable):
        await gateway.fetch(PICTURE, max_bytes=9, budget=5)
    assert loop_time() <= 6


def test_a_stranger_is_made_once_for_each_host() -> None:
    assert stranger(PICTURE) is stranger("https://PICTURES.example/b.jpg")
    assert stranger(PICTURE) is not stranger(PICTURE, private=True)
    assert stranger(PICTURE).hosts == frozenset()


async def test_a_redirect_waits_for_the_turns_of_the_host_that_it_leads_to(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    target = "https://archive.example/a.jpg"
    httpx_mock.add_response(
        url="https://207.241.234.1/b/isbn/1-L.jpg", status_code=302, headers={"Location": target}
    )
    httpx_mock.add_response(url="https://207.241.224.2/a.jpg", content=b"x")
    url = "https://covers.openlibrary.org/b/isbn/1-L.jpg"
    assert (await gateway.fetch(url, max_bytes=9)).url == target
    assert loop_time() < 1


async def test_only_the_hosts_that_the_caller_vouches_for_are_asked_by_name(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    trusted = frozenset({"own.example:8080"})
    httpx_mock.add_response(content=b"x", url="http://own.example:8080/a.jpg")
    reply = await gateway.fetch("http://own.example:8080/a.jpg", max_bytes=9, trusted=trusted)
    assert reply.body == b"x"
    for url in ("http://own.example/a.jpg", "http://own.example:9200/", "http://inside.example/"):
        with pytest.raises(SourceError):
            await gateway.fetch(url, max_bytes=9, trusted=trusted)
    with pytest.raises(SourceError):
        await gateway.fetch("http://own.example:8080/a.jpg", max_bytes=9)
    assert len(httpx_mock.get_requests()) == 1
