"""The Gateway against every way in which a service can answer. Time is virtual: nothing waits."""

from __future__ import annotations

import gzip
import logging
import math
import tracemalloc
import zlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
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
from booktrack.sources.addresses import is_public, resolve
from booktrack.sources.base import DAY, Ask, BaseSource, Flow, Limits, Refusal, Reply
from booktrack.sources.cache import Cache
from booktrack.sources.contact import CONTACT_HINT
from booktrack.sources.http import Gateway
from booktrack.sources.openlibrary import OpenLibrary
from support.virtual_time import BEGIN, VirtualLoop, loop_time, now

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.httpx_mock(can_send_already_matched_responses=True),
]

HOME = "https://books.example"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


class Bookshop(BaseSource):
    name = "bookshop"
    title = "The Bookshop"
    home = HOME
    limits = Limits(requests=1, identified=3)
    hosts = frozenset({"books.example"})

    def refusal(self, reply: Reply, now: datetime) -> Refusal | None:
        if b"daily quota" in reply.body:
            return Refusal("quota", "no more today", until=BEGIN + timedelta(hours=8))
        if b"monthly quota" in reply.body:
            return Refusal("quota", "no more this month")
        if b"half a minute" in reply.body:
            return Refusal("busy", "a pause, please", retry_after=30)
        if b"new terms" in reply.body:
            return Refusal("changed", "there are new terms")
        return super().refusal(reply, now)


SHOP = Bookshop()


def asks(*asks: Ask) -> Flow[list[Reply]]:
    """Return the replies to some requests."""
    replies = []
    for ask in asks:
        replies.append((yield ask))
    return replies


def page(path: str = "/a.json", **more: Any) -> Ask:
    return Ask(f"{HOME}{path}", **more)


async def addresses(host: str) -> list[str]:
    """Return what a resolver would say of the hosts in these tests."""
    known = {
        "archive.example": ["207.241.224.2"],
        "three.example": ["2620:0:9c0::1", "1.1.1.1", "8.8.8.8"],
        "inside.example": ["10.0.0.5"],
        "both.example": ["207.241.224.2", "127.0.0.1"],
        "169.254.169.254": ["169.254.169.254"],
    }
    if host not in known:
        raise OSError(f"{host} has no address")
    return known[host]


@pytest.fixture
async def gateway(anyio_backend: object) -> AsyncIterator[Gateway]:
    made = Gateway(now=now, jitter=lambda most: most, resolver=addresses)
    yield made
    await made.aclose()


async def ask_one(gateway: Gateway, ask: Ask | None = None, **more: Any) -> Reply:
    return (await gateway.run(SHOP, asks(ask or page()), **more))[0]


def sent(httpx_mock: HTTPXMock) -> list[str]:
    return [str(request.url) for request in httpx_mock.get_requests()]


# --- answers -------------------------------------------------------------------------------


async def test_an_answer_comes_back_with_its_time_and_address(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"title": "Dune"}, headers={"X-Some": "1"})
    reply = await ask_one(gateway, page(params={"q": "dune"}))
    assert reply.json() == {"title": "Dune"}
    assert reply.url == f"{HOME}/a.json?q=dune"
    assert reply.headers["x-some"] == "1"
    assert reply.fetched_at == "2026-03-01T12:00:00Z"
    assert not reply.stale


async def test_the_user_agent_names_booktrack_and_the_contact(httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={})
    for contact in (None, "me@example.org"):
        gateway = Gateway(contact=contact, now=now)
        await ask_one(gateway)
        await gateway.aclose()
    agents = [request.headers["user-agent"] for request in httpx_mock.get_requests()]
    assert agents[0].startswith("booktrack/")
    assert "no contact" in agents[0]
    assert agents[1].endswith("(me@example.org)")


@pytest.mark.parametrize("contact", ["me", "me@example.org\r\nX-Evil: 1", "mé@example.org"])
def test_a_contact_that_no_service_could_use_is_refused(contact: str) -> None:
    with pytest.raises(InvalidInput, match="contact"):
        Gateway(contact=contact)


def test_who_could_ask_more_often_is_told_how() -> None:
    assert Gateway().hint(SHOP) == CONTACT_HINT
    assert Gateway(contact="https://example.org/me").hint(SHOP) is None


async def test_a_post_sends_its_json(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={"data": 1}, match_json={"query": "{ x }"}, method="POST")
    ask = page(method="POST", json={"query": "{ x }"}, only_reads=True)
    assert (await ask_one(gateway, ask)).json() == {"data": 1}
    assert (await ask_one(gateway, ask)).json() == {"data": 1}
    assert len(sent(httpx_mock)) == 1  # kept: the POST only reads


@pytest.mark.parametrize("status", [400, 404, 410, 422])
async def test_what_says_something_of_the_question_is_left_to_the_source(
    gateway: Gateway, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(status_code=status, html="<html>no</html>")
    reply = await ask_one(gateway)
    assert reply.status == status
    assert reply.missing == (status in (404, 410))
    assert len(sent(httpx_mock)) == 1


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html>maintenance</html>", "text/html"),
        (b"", "application/json"),
        (b'{"title": "Du', "application/json"),
        (b"var _OLBookInfo = {};", "application/javascript"),
        (b"Traceback: it broke", "text/plain"),
        (b"\xff\xfe\x00", "application/json"),
        (b"[" * 100_000, "application/json"),
    ],
)
async def test_what_is_not_json_is_a_change_and_is_not_kept(
    gateway: Gateway, httpx_mock: HTTPXMock, body: bytes, content_type: str
) -> None:
    httpx_mock.add_response(content=body, headers={"content-type": content_type})
    for _ in range(2):
        with pytest.raises(SourceChanged, match="bookshop answered"):
            await ask_one(gateway)
    assert len(sent(httpx_mock)) == 2


async def test_a_byte_order_mark_does_not_matter(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(content=b'\xef\xbb\xbf{"a": 1}')
    assert (await ask_one(gateway)).json() == {"a": 1}


async def test_pictures_and_xml_are_told_by_what_they_are(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(
        url=f"{HOME}/a.jpg", content=b"\xff", headers={"content-type": "image/jpeg"}
    )
    httpx_mock.add_response(url=f"{HOME}/a.xml", content=b" <ann/>")
    httpx_mock.add_response(url=f"{HOME}/b.jpg", html="<html>")
    httpx_mock.add_response(url=f"{HOME}/b.xml", json={})
    assert (await ask_one(gateway, page("/a.jpg", accept="image"))).content_type == "image/jpeg"
    assert (await ask_one(gateway, page("/a.xml", accept="xml"))).text == " <ann/>"
    with pytest.raises(SourceChanged, match="picture"):
        await ask_one(gateway, page("/b.jpg", accept="image"))
    with pytest.raises(SourceChanged, match="XML"):
        await ask_one(gateway, page("/b.xml", accept="xml"))


# --- refusals and retries --------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_what_may_pass_is_asked_three_times_with_growing_waits(
    gateway: Gateway, httpx_mock: HTTPXMock, status: int
) -> None:
    times = []

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(loop_time())
        return httpx.Response(status, text="<html>")

    httpx_mock.add_callback(answer, is_reusable=True)
    with pytest.raises(SourceRateLimited if status == 429 else SourceUnavailable):
        await ask_one(gateway)
    assert [round(later - earlier, 2) for earlier, later in pairwise(times)] == [1.25, 2]


@pytest.mark.parametrize("status", [503, 429])
async def test_a_second_answer_is_taken(
    gateway: Gateway, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(status_code=status)
    httpx_mock.add_response(json={"a": 1})
    answer = await gateway.answer(SHOP, asks(page()))
    assert answer.entry() == {"code": "ok"}
    assert answer.requests == 2


@pytest.mark.parametrize(
    "error",
    [
        httpx.ConnectError("refused"),
        httpx.ReadError("dropped"),
        httpx.RemoteProtocolError("cut off"),
        httpx.ReadTimeout("slow"),
    ],
)
async def test_a_broken_connection_is_tried_again_and_then_told(
    gateway: Gateway, httpx_mock: HTTPXMock, error: httpx.TransportError
) -> None:
    httpx_mock.add_exception(error, is_reusable=True)
    answer = await gateway.answer(SHOP, asks(page()))
    assert answer.entry()["code"] == "unavailable"
    assert answer.requests == 3


async def test_a_call_that_changes_something_is_never_repeated(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=503)
    with pytest.raises(SourceUnavailable):
        await ask_one(gateway, page(method="POST", json={}))
    assert len(sent(httpx_mock)) == 1


async def test_a_refusal_is_not_repeated_and_tells_how_to_name_a_contact(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=403, html="<html>403 Forbidden</html>")
    with pytest.raises(SourceRefused, match="BOOKTRACK_CONTACT"):
        await ask_one(gateway)
    assert len(sent(httpx_mock)) == 1


async def test_a_source_may_say_that_it_has_changed(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"error": "new terms"})
    with pytest.raises(SourceChanged, match="new terms"):
        await ask_one(gateway)


@pytest.mark.parametrize("header", ["20", "Sun, 01 Mar 2026 12:00:20 GMT"])
async def test_retry_after_pauses_the_whole_source(
    gateway: Gateway, httpx_mock: HTTPXMock, header: str
) -> None:
    httpx_mock.add_response(url=f"{HOME}/a.json", status_code=429, headers={"Retry-After": header})
    httpx_mock.add_response(url=f"{HOME}/a.json", json={})
    httpx_mock.add_response(url=f"{HOME}/b.json", json={})
    times = {}

    async def ask(path: str) -> None:
        await ask_one(gateway, page(path), budget=60)
        times[path] = loop_time()

    async with anyio.create_task_group() as group:
        group.start_soon(ask, "/a.json")
        group.start_soon(ask, "/b.json")
    assert min(times.values()) >= 19.999
    assert abs(times["/a.json"] - times["/b.json"]) >= 1.249


async def test_a_pause_over_a_minute_is_reported_at_once_and_kept(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429, headers={"Retry-After": "600"})
    for path in ("/a.json", "/b.json"):
        answer = await gateway.answer(SHOP, asks(page(path)))
        assert answer.entry()["code"] == "rate_limited"
        assert 595 <= answer.entry()["retry_after"] <= 600
    assert len(sent(httpx_mock)) == 1
    assert loop_time() < 0.01


async def test_a_pause_longer_than_the_budget_is_reported_at_once(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=503, headers={"Retry-After": "30"})
    with pytest.raises(SourceRateLimited) as caught:
        await ask_one(gateway, budget=8)
    assert caught.value.retry_after == 30
    assert len(sent(httpx_mock)) == 1


async def test_a_pause_may_be_asked_for_in_the_body(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429, text="half a minute", headers={"Retry-After": "5"})
    httpx_mock.add_response(json={})
    await ask_one(gateway, budget=60)
    assert loop_time() == pytest.approx(30, abs=0.01)


async def test_a_daily_quota_stops_the_source_until_it_says(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429, text="daily quota")
    httpx_mock.add_response(json={})
    with pytest.raises(SourceRateLimited, match="no more today") as caught:
        await ask_one(gateway)
    assert caught.value.retry_after == 8 * 3600
    with pytest.raises(SourceRateLimited):
        await ask_one(gateway, page("/b.json"))
    assert len(sent(httpx_mock)) == 1
    await anyio.sleep(8 * 3600)
    assert (await ask_one(gateway, page("/b.json"))).status == 200


async def test_a_quota_without_a_time_lasts_until_the_services_midnight(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429, text="monthly quota")
    with pytest.raises(SourceRateLimited) as caught:
        await ask_one(gateway)
    assert caught.value.retry_after == 12 * 3600
    with pytest.raises(SourceRateLimited, match="The Bookshop gives no more today"):
        await ask_one(gateway, page("/b.json"))


async def test_a_daily_quota_stops_the_source_in_every_process(
    httpx_mock: HTTPXMock, tmp_path: Path
) -> None:
    httpx_mock.add_response(status_code=429, text="daily quota")
    httpx_mock.add_response(json={})
    for wait in (8 * 3600, 8 * 3600):
        gateway = Gateway(cache=Cache(tmp_path / "cache.sqlite3"), now=now)
        with pytest.raises(SourceRateLimited) as caught:
            await ask_one(gateway)
        assert caught.value.retry_after == wait
        await gateway.aclose()
    assert len(sent(httpx_mock)) == 1
    await anyio.sleep(8 * 3600)
    gateway = Gateway(cache=Cache(tmp_path / "cache.sqlite3"), now=now)
    assert (await ask_one(gateway)).status == 200
    await gateway.aclose()


@pytest.mark.parametrize(
    ("asked", "kept"), [("600", None), ("7200", 7200), ("999999999", 12 * 3600)]
)
async def test_a_pause_of_hours_is_kept_by_every_process_and_until_midnight_at_most(
    httpx_mock: HTTPXMock, tmp_path: Path, asked: str, kept: int | None
) -> None:
    httpx_mock.add_response(status_code=429, headers={"Retry-After": asked})
    httpx_mock.add_response(json={}, is_optional=True)
    waits = []
    for _ in range(2):
        gateway = Gateway(cache=Cache(tmp_path / "cache.sqlite3"), now=now)
        waits.append((await gateway.answer(SHOP, asks(page()))).entry().get("retry_after"))
        await gateway.aclose()
    assert waits[1] == kept


async def test_another_key_is_not_stopped_by_the_quota_of_the_first(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=429, text="daily quota")
    httpx_mock.add_response(json={})
    with pytest.raises(SourceRateLimited):
        await ask_one(gateway, page(secret_params={"key": "spent"}))
    assert (await ask_one(gateway, page(secret_params={"key": "new"}))).status == 200


class Rationed(Bookshop):
    limits = Limits(requests=1, per_day=4)


async def test_no_request_is_sent_beyond_the_days_number(
    httpx_mock: HTTPXMock, tmp_path: Path
) -> None:
    source = Rationed()
    first, second = [
        Gateway(cache=Cache(tmp_path / "cache.sqlite3"), now=now, jitter=lambda most: most)
        for _ in range(2)
    ]
    # Redirects and retries are requests too: 302, 503, 302 again, and the answer.
    to_b = {"Location": "/b.json"}
    httpx_mock.add_response(url=f"{HOME}/a.json", status_code=302, headers=to_b, is_reusable=True)
    httpx_mock.add_response(url=f"{HOME}/b.json", status_code=503)
    httpx_mock.add_response(url=f"{HOME}/b.json", json={"a": 1})
    await first.run(source, asks(page()))
    for gateway in (first, second):
        begun = loop_time()
        answer = await gateway.answer(source, asks(page("/c.json")))
        assert answer.entry()["code"] == "rate_limited"
        assert answer.entry()["retry_after"] == math.ceil(12 * 3600 - begun)
        assert answer.requests == 0
        assert loop_time() - begun < 0.01
        assert len(await gateway.run(source, asks(page()))) == 1  # what is kept is given
    assert len(sent(httpx_mock)) == 4
    await anyio.sleep(12 * 3600)
    httpx_mock.add_response(url=f"{HOME}/c.json", json={})
    assert len(await second.run(source, asks(page("/c.json")))) == 1
    await first.aclose()
    await second.aclose()


async def test_those_who_queue_when_the_day_is_spent_are_told_so(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={}, is_reusable=True)
    source = Rationed()
    codes = []

    async def ask(number: int) -> None:
        answer = await gateway.answer(source, asks(page(f"/{number}.json")))
        codes.append(answer.entry()["code"])

    async with anyio.create_task_group() as group:
        for number in range(7):
            group.start_soon(ask, number)
    assert sorted(codes) == ["ok"] * 4 + ["rate_limited"] * 3
    assert len(sent(httpx_mock)) == 4


async def test_a_day_that_ends_within_the_budget_is_waited_for(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={}, is_reusable=True)
    source = Rationed()
    await anyio.sleep(12 * 3600 - 20)
    for number in range(4):
        await gateway.run(source, asks(page(f"/{number}.json")))
    with pytest.raises(SourceRateLimited):
        await gateway.run(source, asks(page("/next.json")), budget=8)
    await gateway.run(source, asks(page("/next.json")), budget=60)
    assert loop_time() == pytest.approx(12 * 3600, abs=1)


async def test_one_source_at_rest_does_not_hold_up_another(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    class Other(Bookshop):
        name = "other"

    httpx_mock.add_response(status_code=429, headers={"Retry-After": "600"})
    httpx_mock.add_response(json={})
    with pytest.raises(SourceRateLimited):
        await ask_one(gateway)
    other = Other()
    assert len(await gateway.run(other, asks(page()))) == 1


# --- pace and time ---------------------------------------------------------------------------


@pytest.mark.parametrize(("contact", "gap"), [(None, 1.25), ("me@example.org", 0.4167)])
async def test_requests_retries_and_redirects_keep_the_pace(
    httpx_mock: HTTPXMock, contact: str | None, gap: float
) -> None:
    times = []

    def answer(request: httpx.Request) -> httpx.Response:
        times.append(loop_time())
        if request.url.path.startswith("/old"):
            return httpx.Response(302, headers={"Location": "/new" + request.url.path})
        return httpx.Response(503 if len(times) % 5 == 0 else 200, json={})

    httpx_mock.add_callback(answer, is_reusable=True)
    gateway = Gateway(contact=contact, now=now, jitter=lambda most: 0.0)
    async with anyio.create_task_group() as group:
        for number in range(12):
            path = f"/{'old' if number % 3 else 'page'}{number}.json"
            group.start_soon(lambda path=path: gateway.run(SHOP, asks(page(path)), budget=math.inf))
    await gateway.aclose()
    assert len(times) >= 20
    assert min(later - earlier for earlier, later in pairwise(times)) >= gap - 0.001
    # Nobody dawdles either: the permitted rate is used.
    assert times[-1] <= gap * len(times) * 1.05


async def test_a_flow_takes_no_more_than_its_budget(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    async def trickle(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(1000)
        return httpx.Response(200, json={})

    httpx_mock.add_callback(trickle)
    with pytest.raises(SourceUnavailable, match="longer than 8 s"):
        await ask_one(gateway, budget=8)
    assert loop_time() == pytest.approx(8, abs=0.01)


async def test_a_flow_may_go_on_after_a_failure(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=f"{HOME}/a.json", status_code=403)
    httpx_mock.add_response(url=f"{HOME}/b.json", json={"b": 1})

    def forgiving() -> Flow[Any]:
        try:
            yield page("/a.json")
        except SourceError as error:
            reply = yield page("/b.json")
            return error.code, reply.json()

    assert await gateway.run(SHOP, forgiving()) == ("refused", {"b": 1})


async def test_a_flow_that_asks_nothing_returns_at_once(gateway: Gateway) -> None:
    assert await gateway.run(SHOP, asks()) == []


async def test_an_error_in_a_flow_is_not_hidden(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={})

    def wrong() -> Flow[None]:
        yield page()
        raise InvalidInput("wrong")

    with pytest.raises(InvalidInput):
        await gateway.answer(SHOP, wrong())


# --- the cache -------------------------------------------------------------------------------


async def test_the_second_question_asks_nobody(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={"a": 1})
    first = await ask_one(gateway)
    await anyio.sleep(6 * DAY)
    second = await ask_one(gateway)
    assert second.json() == {"a": 1}
    assert second.fetched_at == first.fetched_at
    assert len(sent(httpx_mock)) == 1


async def test_two_who_ask_at_once_are_one_question(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    async def slow(request: httpx.Request) -> httpx.Response:
        await anyio.sleep(1)
        return httpx.Response(200, json={})

    httpx_mock.add_callback(slow)
    async with anyio.create_task_group() as group:
        group.start_soon(ask_one, gateway)
        group.start_soon(ask_one, gateway)
    assert len(sent(httpx_mock)) == 1


async def test_not_found_is_kept_for_a_shorter_time(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=f"{HOME}/gone.json", status_code=404)
    httpx_mock.add_response(url=f"{HOME}/none.json", json={})
    for path in ("/gone.json", "/none.json"):
        await ask_one(gateway, page(path))
        await anyio.sleep(0.9 * DAY)
        await ask_one(gateway, page(path))
        await anyio.sleep(0.2 * DAY)
        await ask_one(gateway, page(path))
    assert sent(httpx_mock) == [f"{HOME}/gone.json"] * 2 + [f"{HOME}/none.json"] * 2


async def test_an_old_answer_is_asked_for_again_by_its_mark(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    mark = {"ETag": '"v1"', "Last-Modified": "Sat, 28 Feb 2026 00:00:00 GMT"}
    httpx_mock.add_response(json={"a": 1}, headers=mark)
    httpx_mock.add_response(status_code=304, match_headers={"If-None-Match": '"v1"'})
    await ask_one(gateway)
    await anyio.sleep(8 * DAY)
    again = await ask_one(gateway)
    assert again.json() == {"a": 1}
    assert again.fetched_at == "2026-03-09T12:00:00Z"
    await anyio.sleep(6 * DAY)
    assert (await ask_one(gateway)).json() == {"a": 1}
    assert len(sent(httpx_mock)) == 2
    assert "if-modified-since" in httpx_mock.get_requests()[1].headers


async def test_an_old_answer_serves_while_the_source_is_down(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"a": 1})
    httpx_mock.add_response(status_code=503, is_reusable=True)
    await ask_one(gateway)
    await anyio.sleep(8 * DAY)
    answer = await gateway.answer(SHOP, asks(page()))
    assert answer.value is not None
    assert answer.value[0].stale
    assert answer.value[0].json() == {"a": 1}
    assert answer.entry() == {"code": "ok", "stale": True}


async def test_an_old_not_found_does_not_serve_while_the_source_is_down(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=404)
    httpx_mock.add_response(status_code=503, is_reusable=True)
    await ask_one(gateway)
    await anyio.sleep(8 * DAY)
    with pytest.raises(SourceUnavailable):
        await ask_one(gateway)


async def test_failures_are_never_kept(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    for _ in range(3):
        httpx_mock.add_response(status_code=503)
    httpx_mock.add_response(status_code=400)
    httpx_mock.add_response(json={"a": 1})
    with pytest.raises(SourceUnavailable):
        await ask_one(gateway)
    assert (await ask_one(gateway)).status == 400
    assert (await ask_one(gateway)).json() == {"a": 1}


# --- what a flow cannot read ----------------------------------------------------------------


def names(*paths: str, key: str = "name") -> Flow[list[Any]]:
    """Return the names on some pages, each of which must have one."""
    found = []
    for path in paths:
        reply = yield page(path)
        if key not in reply.json():
            raise SourceChanged(f"no {key}", source="bookshop", field=key)
        found.append(reply.json()[key])
    return found


async def test_what_a_flow_refuses_is_not_kept(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(url=f"{HOME}/a.json", json={"name": "A"}, is_reusable=True)
    httpx_mock.add_response(url=f"{HOME}/b.json", json={"nom": "B"})
    httpx_mock.add_response(url=f"{HOME}/b.json", json={"name": "B"})
    for start in (names("/a.json", "/b.json"), lambda: names("/a.json", "/b.json")):
        answer = await gateway.answer(SHOP, start)
    assert answer.value == ["A", "B"]
    assert len(sent(httpx_mock)) == 4
    assert await gateway.run(SHOP, names("/a.json", "/b.json")) == ["A", "B"]
    assert len(sent(httpx_mock)) == 4  # what can be read is kept


async def test_what_a_flow_refuses_just_now_is_not_asked_for_twice(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"nom": "A"})
    answer = await gateway.answer(SHOP, lambda: names("/a.json"))
    assert answer.entry()["code"] == "changed"
    assert answer.requests == 1


async def test_what_an_older_booktrack_kept_is_asked_for_once_more(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=f"{HOME}/a.json", json={"nom": "A"})
    httpx_mock.add_response(url=f"{HOME}/b.json", json={"name": "B"})
    await gateway.run(SHOP, asks(page("/a.json")))
    await anyio.sleep(DAY)
    httpx_mock.add_response(url=f"{HOME}/a.json", json={"name": "A"})
    answer = await gateway.answer(SHOP, lambda: names("/b.json", "/a.json"))
    assert answer.value == ["B", "A"]
    assert answer.requests == 2  # the other page was good
    assert (await gateway.answer(SHOP, names("/b.json", "/a.json"))).requests == 0


async def test_what_cannot_be_read_a_second_time_either_is_told_and_not_kept(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"nom": "A"}, is_reusable=True)
    await gateway.run(SHOP, asks(page("/a.json")))
    for asked in (1, 1):
        await anyio.sleep(60)
        answer = await gateway.answer(SHOP, lambda: names("/a.json"))
        assert answer.entry()["code"] == "changed"
        assert answer.requests == asked


async def test_a_conversation_that_cannot_begin_again_leaves_the_next_one_to_ask(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"nom": "A"})
    httpx_mock.add_response(json={"name": "A"})
    await gateway.run(SHOP, asks(page("/a.json")))
    await anyio.sleep(60)
    with pytest.raises(SourceChanged):
        await gateway.run(SHOP, names("/a.json"))
    assert await gateway.run(SHOP, names("/a.json")) == ["A"]


async def test_the_confirmation_of_what_cannot_be_read_is_not_believed(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"nom": "A"}, headers={"ETag": '"v1"'})
    httpx_mock.add_response(status_code=304, match_headers={"If-None-Match": '"v1"'})
    httpx_mock.add_response(json={"name": "A"})
    await gateway.run(SHOP, asks(page("/a.json")))
    await anyio.sleep(8 * DAY)
    answer = await gateway.answer(SHOP, lambda: names("/a.json"))
    assert answer.value == ["A"]
    assert answer.requests == 2
    assert "if-none-match" not in httpx_mock.get_requests()[-1].headers


async def test_an_old_answer_that_cannot_be_read_does_not_serve_while_the_source_is_down(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json={"nom": "A"})
    httpx_mock.add_response(status_code=503, is_reusable=True)
    await gateway.run(SHOP, asks(page("/a.json")))
    await anyio.sleep(8 * DAY)
    answer = await gateway.answer(SHOP, lambda: names("/a.json"))
    assert answer.entry()["code"] == "unavailable"
    assert "stale" not in answer.entry()


class Strict(Bookshop):
    """What an upgrade may bring: it does not take for an answer what was one before."""

    def says_nothing(self, reply: Reply) -> bool:
        if "name" not in reply.json():
            raise SourceChanged("no name", source=self.name)
        return False


@pytest.mark.parametrize("status", [304, 503])
async def test_what_is_no_answer_any_more_is_neither_confirmed_nor_given(
    gateway: Gateway, httpx_mock: HTTPXMock, status: int
) -> None:
    httpx_mock.add_response(json={"nom": "A"}, headers={"ETag": '"v1"'})
    await gateway.run(SHOP, asks(page()))
    await anyio.sleep(8 * DAY)

    def serve(request: httpx.Request) -> httpx.Response:
        if status == 304 and "if-none-match" not in request.headers:
            return httpx.Response(200, json={"name": "A"})
        return httpx.Response(status)

    httpx_mock.add_callback(serve, is_reusable=True)
    answer = await gateway.answer(Strict(), asks(page()))
    assert answer.entry()["code"] == ("ok" if status == 304 else "unavailable")


async def test_the_gateways_own_complaint_leaves_what_was_kept(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(url=f"{HOME}/a.json", json={"name": "A"})
    httpx_mock.add_response(url=f"{HOME}/b.json", html="<html>")
    for _ in range(2):
        with pytest.raises(SourceChanged):
            await gateway.run(SHOP, names("/a.json", "/b.json"))
    assert sent(httpx_mock) == [f"{HOME}/a.json", *[f"{HOME}/b.json"] * 2]


# --- secrets ---------------------------------------------------------------------------------

SECRET = "k3y/with+signs"


async def test_a_key_is_sent_and_appears_nowhere_else(
    httpx_mock: HTTPXMock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    ask = page(secret_params={"key": SECRET}, secret_headers={"Authorization": f"Bearer {SECRET}"})
    httpx_mock.add_response(json={"a": 1})
    gateway = Gateway(cache=Cache(tmp_path / "cache.sqlite3"), now=now)
    reply = await ask_one(gateway, ask)
    await gateway.aclose()
    request = httpx_mock.get_requests()[0]
    assert request.url.params["key"] == SECRET
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    written = (tmp_path / "cache.sqlite3").read_bytes().decode("latin-1")
    for text in (repr(ask), repr(reply), written, caplog.text):
        assert "k3y" not in text
    assert "HTTP Request" in caplog.text


async def test_a_key_does_not_follow_a_redirect_to_another_host(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=302, headers={"Location": "https://archive.example/b.json"})
    httpx_mock.add_response(
        status_code=302, headers={"Location": f"http://books.example/c?key={SECRET}"}
    )
    httpx_mock.add_response(json={})
    ask = page(secret_params={"key": SECRET}, secret_headers={"Authorization": SECRET})
    reply = await ask_one(gateway, ask)
    first, second, third = httpx_mock.get_requests()
    assert "key" in first.url.params
    for request in (second, third):
        assert "authorization" not in request.headers
    assert "key" not in second.url.params
    assert reply.url == "http://books.example/c"


async def test_another_key_is_the_same_question(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={})
    await ask_one(gateway, page(secret_params={"key": "one"}))
    await ask_one(gateway, page(secret_params={"key": "two"}))
    assert len(sent(httpx_mock)) == 1


# --- redirects -------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(gateway: Gateway, httpx_mock: HTTPXMock, status: int) -> None:
    httpx_mock.add_response(status_code=status, headers={"Location": "/books/OL1M.json"})
    httpx_mock.add_response(json={})
    assert (await ask_one(gateway)).url == f"{HOME}/books/OL1M.json"


async def test_a_redirect_to_a_public_host_is_followed(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(status_code=302, headers={"Location": "https://archive.example/b.json"})
    httpx_mock.add_response(json={})
    assert (await ask_one(gateway)).url == "https://archive.example/b.json"


async def test_another_host_is_connected_to_by_the_address_that_was_checked(
    gateway: Gateway, httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_proxy(monkeypatch)
    target = "https://archive.example:8443/b.json?c=d"
    httpx_mock.add_response(status_code=302, headers={"Location": target, "Set-Cookie": "a=1"})
    httpx_mock.add_response(json={"b": 1}, headers={"Set-Cookie": "b=1"})
    reply = await ask_one(gateway)
    assert reply.url == target
    request = httpx_mock.get_requests()[1]
    assert str(request.url) == "https://207.241.224.2:8443/b.json?c=d"
    assert request.headers["host"] == "archive.example:8443"
    assert request.extensions["sni_hostname"] == "archive.example"
    assert request.headers["connection"] == "close"
    httpx_mock.add_response(json={})
    await ask_one(gateway, page("/c.json"))
    assert not any("cookie" in request.headers for request in httpx_mock.get_requests())


async def test_of_several_addresses_the_first_that_can_be_reached_serves(
    gateway: Gateway, httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_proxy(monkeypatch)
    target = "https://three.example/b.json"
    httpx_mock.add_response(
        url=f"{HOME}/a.json", status_code=302, headers={"Location": target}, is_reusable=True
    )
    httpx_mock.add_exception(
        httpx.ConnectError("no route"), url="https://[2620:0:9c0::1]/b.json", is_reusable=True
    )
    httpx_mock.add_exception(httpx.ConnectTimeout("no answer"), url="https://1.1.1.1/b.json")
    httpx_mock.add_response(url="https://8.8.8.8/b.json", json={"b": 1})
    answer = await gateway.answer(SHOP, asks(page()))
    assert answer.value is not None
    assert answer.value[0].json() == {"b": 1}
    assert answer.requests == 2


async def test_a_host_of_which_no_address_can_be_reached_is_told(
    gateway: Gateway, httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_proxy(monkeypatch)
    target = {"Location": "https://three.example/b.json"}
    httpx_mock.add_response(url=f"{HOME}/a.json", status_code=302, headers=target, is_reusable=True)
    httpx_mock.add_exception(httpx.ConnectError("no route"), is_reusable=True)
    with pytest.raises(SourceUnavailable, match="cannot be reached"):
        await ask_one(gateway)


async def test_through_a_proxy_a_host_is_named(
    httpx_mock: HTTPXMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    _without_proxy(monkeypatch)
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "archive.example")
    gateway = Gateway(now=now, resolver=addresses)
    for number, host in enumerate(("three.example", "archive.example")):
        target = f"https://{host}/b.json"
        httpx_mock.add_response(status_code=302, headers={"Location": target})
        httpx_mock.add_response(json={})
        await ask_one(gateway, page(f"/{number}.json"))
    requests = httpx_mock.get_requests()
    assert [requests[1].url.host, requests[3].url.host] == ["three.example", "207.241.224.2"]
    await gateway.aclose()


def _without_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("https://inside.example/", "not a public address"),
        ("https://both.example/", "not a public address"),
        ("http://169.254.169.254/latest/meta-data", "not a public address"),
        ("http://books.example:9200/", "no address"),
        ("https://nowhere.example/", "no address"),
        ("file:///etc/passwd", "not fetched"),
        ("ftp://books.example/", "not fetched"),
        ("https://user:pass@books.example/", "not fetched"),
        ("https://books.example:bad/", "cannot be reached"),
        ("data:image/png;base64,AAAA", "no address"),
        ("javascript:1", "no address"),
        (":https://@=]", "no address"),
        ("https://books.example:0/", "no address"),
        ("http://xn--/", "no address"),
        ("/a.json", "more than 5 times"),
    ],
)
async def test_a_redirect_elsewhere_is_not(
    gateway: Gateway, httpx_mock: HTTPXMock, target: str, said: str
) -> None:
    httpx_mock.add_response(status_code=302, headers={"Location": target}, is_reusable=True)
    with pytest.raises(SourceError, match=said):
        await ask_one(gateway, budget=60)
    assert {httpx.URL(url).host for url in sent(httpx_mock)} == {"books.example"}


async def test_a_redirect_of_a_post_or_to_nowhere_is_a_change(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(method="POST", status_code=302, headers={"Location": "/b"})
    httpx_mock.add_response(method="GET", status_code=302)
    with pytest.raises(SourceChanged, match="POST"):
        await ask_one(gateway, page(method="POST", json={}, only_reads=True))
    with pytest.raises(SourceChanged, match="302"):
        await ask_one(gateway)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("207.241.224.2", True),
        ("2620:0:9c0::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("192.0.0.192", False),
        ("168.63.129.16", False),
        ("::ffff:192.0.0.192", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("::ffff:127.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("64:ff9b:1::7f00:1", False),
        ("::127.0.0.1", False),
        ("::ffff:0:127.0.0.1", False),
        ("fec0::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("2002:808:808::", True),
        ("not an address", False),
    ],
)
def test_only_addresses_of_the_open_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


async def test_a_host_is_resolved_to_its_addresses() -> None:
    assert "127.0.0.1" in await resolve("127.0.0.1")


# --- bodies ----------------------------------------------------------------------------------


def packed(data: bytes, how: Callable[[bytes], bytes] = gzip.compress) -> dict[str, Any]:
    name = "gzip" if how is gzip.compress else "deflate"
    return {"stream": IteratorStream([how(data)]), "headers": {"content-encoding": name}}


@pytest.mark.parametrize("how", [gzip.compress, zlib.compress])
async def test_a_packed_answer_is_unpacked(
    gateway: Gateway, httpx_mock: HTTPXMock, how: Callable[[bytes], bytes]
) -> None:
    httpx_mock.add_response(**packed(b'{"a": 1}', how))
    assert (await ask_one(gateway)).json() == {"a": 1}


BOMB = gzip.compress(b" " * 300_000_000, 1)


async def test_a_bomb_is_not_blown_up(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    pieces = [BOMB[start : start + 65_536] for start in range(0, len(BOMB), 65_536)]
    httpx_mock.add_response(stream=IteratorStream(pieces), headers={"content-encoding": "gzip"})
    tracemalloc.start()
    with pytest.raises(SourceChanged, match="more than 10 MB"):
        await ask_one(gateway)
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("announced", [True, False])
async def test_a_huge_answer_is_broken_off(
    gateway: Gateway, httpx_mock: HTTPXMock, announced: bool
) -> None:
    taken = []

    def pieces() -> Any:
        for number in range(50):
            taken.append(number)
            yield b" " * 1_000_000

    headers = {"content-length": "50000000"} if announced else {}
    httpx_mock.add_response(stream=IteratorStream(pieces()), headers=headers)
    with pytest.raises(SourceChanged, match="more than 10 MB"):
        await ask_one(gateway)
    assert len(taken) <= (0 if announced else 11)


async def test_a_packed_answer_that_breaks_off_is_asked_for_again(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    whole = gzip.compress(b'{"a": 1}' * 100)
    httpx_mock.add_response(
        stream=IteratorStream([whole[:-9]]), headers={"content-encoding": "gzip"}
    )
    httpx_mock.add_response(**packed(b'{"a": 1}'))
    assert (await ask_one(gateway)).json() == {"a": 1}


@pytest.mark.parametrize(("packing", "said"), [("gzip", "damaged"), ("br", "unknown way")])
async def test_a_badly_packed_answer_is_a_change(
    gateway: Gateway, httpx_mock: HTTPXMock, packing: str, said: str
) -> None:
    httpx_mock.add_response(
        stream=IteratorStream([b"this is not packed"]), headers={"content-encoding": packing}
    )
    with pytest.raises(SourceChanged, match=said):
        await ask_one(gateway)


def test_the_default_clock_is_the_worlds() -> None:
    gateway = Gateway()
    assert abs(gateway._now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert 0 <= gateway._jitter(1.0) <= 1.0


async def test_open_library_is_looked_up_through_its_redirect(httpx_mock: HTTPXMock) -> None:
    isbn = "9780765326355"
    home = "https://openlibrary.org"
    edition = {
        "key": "/books/OL1M",
        "title": "The Way of Kings",
        "isbn_13": [isbn],
        "works": [{"key": "/works/OL1W"}],
    }
    answers: dict[str, dict[str, Any]] = {
        f"{home}/isbn/{isbn}.json": {
            "status_code": 302,
            "headers": {"Location": "/books/OL1M.json"},
        },
        f"{home}/books/OL1M.json": {"json": edition},
        f"{home}/works/OL1W.json": {
            "json": {"title": "The Way of Kings", "authors": [{"author": {"key": "/authors/OL1A"}}]}
        },
        f"{home}/works/OL1W/editions.json?limit=100&offset=0": {
            "json": {"size": 1, "entries": [edition]}
        },
        f"{home}/authors/OL1A.json": {"json": {"name": "Brandon Sanderson"}},
    }
    for url, answer in answers.items():
        httpx_mock.add_response(url=url, **answer)
    gateway = Gateway(contact="me@example.org", now=now)
    source = OpenLibrary()
    answer = await gateway.answer(source, source.by_isbn(isbn))
    assert answer.requests == 5
    assert answer.value is not None
    assert answer.value[0].people[0].name == "Brandon Sanderson"
    assert answer.value[0].fetched_at == "2026-03-01T12:00:00Z"
    again = await gateway.answer(source, source.by_isbn(isbn))
    assert again.requests == 0
    assert again.value == answer.value
    await gateway.aclose()


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"status_code": 404, "html": "<html>"}, "ok"),
        ({"status_code": 403, "html": "<html>"}, "refused"),
        (
            {"status_code": 429, "json": {"status": 429, "message": "Too Many Requests."}},
            "rate_limited",
        ),
        ({"status_code": 503, "html": "<html>"}, "unavailable"),
        ({"text": "var _OLBookInfo = {};"}, "changed"),
        ({"text": "Traceback (most recent call last)"}, "changed"),
        ({"text": "null"}, "changed"),
        ({"text": ""}, "changed"),
    ],
)
async def test_nothing_found_and_could_not_ask_never_look_alike(
    gateway: Gateway, httpx_mock: HTTPXMock, answer: dict[str, Any], code: str
) -> None:
    httpx_mock.add_response(**answer, is_reusable=True)
    source = OpenLibrary()
    result = await gateway.answer(source, source.by_isbn("9780765326355"))
    assert result.entry()["code"] == code
    assert result.value == ([] if code == "ok" else None)
