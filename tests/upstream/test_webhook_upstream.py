"""A webhook on a real server: signed, tried again, and never inside the own network unasked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from booktrack import Library, _engine
from booktrack.sources.http import Gateway
from support import upstream as faults
from support.libraries import NOW, Told, open_library
from support.upstream import LoopbackLoop, Request, Response, Upstream
from support.virtual_time import BEGIN, now

KEY = b"0123456789abcdefghijklmnop"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
TOKEN = "token-in-the-address"

ADDRESSES = {
    "hooks.example": ["127.0.0.1"],  # a public name that leads inside, or is rebound
    "both.example": ["93.184.216.34", "127.0.0.1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "2130706433": ["127.0.0.1"],
    "0x7f.1": ["127.0.0.1"],
    "127.0.0.1": ["127.0.0.1"],
    "::1": ["::1"],
    "169.254.169.254": ["169.254.169.254"],
}


async def resolver(host: str) -> list[str]:
    if host not in ADDRESSES:
        raise OSError(f"{host} has no address")
    return ADDRESSES[host]


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[_engine.Engine]:
    monkeypatch.setenv("BOOKTRACK_CACHE", str(tmp_path / "cache"))
    transport = httpx.AsyncHTTPTransport(verify=False)
    make = partial(
        Gateway, now=now, jitter=lambda most: most, transport=transport, resolver=resolver
    )
    made = _engine.Engine(LoopbackLoop, make)
    monkeypatch.setattr(_engine, "engine", made)
    yield made
    made.close()


class Receiver:
    """Answers with the statuses that it is given, then with 204, and keeps what it took."""

    def __init__(self) -> None:
        self.answers: list[Response] = []
        self.taken: list[Request] = []

    def __call__(self, request: Request) -> Response:
        answer = self.answers.pop(0) if self.answers else Response(status=204)
        if 200 <= answer.status < 300:
            self.taken.append(request)
        return answer

    def news(self) -> list[list[Any]]:
        return [
            [(one["kind"], one["title"]) for one in request.json["data"]["news"]]
            for request in self.taken
        ]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def server(serve: Callable[..., Upstream], receiver: Receiver) -> Upstream:
    return serve(receiver)


@pytest.fixture
def library(opened: Callable[..., Library], server: Upstream) -> Library:
    """A library whose webhook has been told everything so far."""
    library = opened(Told())
    address = server.url.replace("127.0.0.1", "hooks.example")
    library.update_settings(
        webhook_url=f"{address}/{TOKEN}", webhook_secret=SECRET, webhook_allow_private=True
    )
    assert library.refresh()["webhook"] == {"code": "ok", "news": 0}
    return library


def announce(library: Library, title: str = "Wind and Truth", day: str = "2027-01-05") -> None:
    library.add(title=title, status="want", release_date=day)


def assert_signed(request: Request, key: bytes = KEY) -> None:
    """Check a message as a receiver does that was written by the standard's text."""
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode()
    digest = hmac.new(key, signed + request.body, hashlib.sha256).digest()
    assert request.headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"


def test_news_are_sent_signed_by_the_next_refresh_and_only_once(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    assert server.requests == []
    announce(library)
    assert library.refresh()["webhook"] == {"code": "ok", "news": 1}
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", f"/{TOKEN}")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["host"].startswith("hooks.example:")
    assert request.headers["user-agent"].startswith("booktrack/")
    assert request.headers["webhook-id"].startswith("msg_")
    assert "." not in request.headers["webhook-id"]
    assert abs(int(request.headers["webhook-timestamp"]) - BEGIN.timestamp()) < 60
    assert_signed(request)
    body = request.json
    assert (body["type"], body["timestamp"]) == ("releases.news", NOW.isoformat())
    assert (body["data"]["user_id"], body["data"]["total"]) == (1, 1)
    assert body["data"]["news"] == library.news()["news"]
    assert library.refresh()["webhook"] == {"code": "ok", "news": 0}
    assert receiver.news() == [[("announced", "Wind and Truth")]]


def test_what_may_pass_is_tried_again_under_the_same_id_and_a_new_time(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    receiver.answers = [Response(status=503), Response(status=429), Response(status=500)]
    announce(library)
    assert library.refresh()["webhook"] == {"code": "ok", "news": 1}
    assert len(server.requests) == 4
    assert len({request.headers["webhook-id"] for request in server.requests}) == 1
    assert len({request.body for request in server.requests}) == 1
    times = [request.at for request in server.requests]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert waits == pytest.approx([4, 8, 16], abs=0.5)
    stamps = [int(request.headers["webhook-timestamp"]) for request in server.requests]
    assert stamps == sorted(set(stamps))
    for request in server.requests:
        assert_signed(request)


def test_the_pause_that_a_receiver_asks_for_is_kept(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    receiver.answers = [Response(status=503, headers={"Retry-After": "25"})]
    announce(library)
    assert library.refresh()["webhook"]["code"] == "ok"
    first, second = (request.at for request in server.requests)
    assert second - first >= 25


def test_a_pause_too_long_is_reported_instead_of_waited_for(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    receiver.answers = [Response(status=429, headers={"Retry-After": "3600"})]
    announce(library)
    told = library.refresh()["webhook"]
    assert (told["code"], told["news"], len(server.requests)) == ("rate_limited", 1, 1)


@pytest.mark.parametrize("fault", [faults.drops, faults.never_answers, faults.speaks_no_http])
def test_a_receiver_that_says_nothing_is_reported_and_told_again(
    library: Library, server: Upstream, receiver: Receiver, fault: Any
) -> None:
    server.fail(fault)
    announce(library)
    report = library.refresh()
    assert report["webhook"]["code"] == "unavailable"
    assert report["webhook"]["news"] == 1
    assert (report["asked"], report["left"]) == (0, 0)
    server.recover()
    assert library.refresh()["webhook"] == {"code": "ok", "news": 1}
    assert receiver.news() == [[("announced", "Wind and Truth")]]


def test_what_failed_is_told_by_the_next_refresh_under_the_same_id(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    receiver.answers = [Response(status=404)]
    announce(library)
    told = library.refresh()["webhook"]
    assert (told["code"], told["news"]) == ("refused", 1)
    assert "404" in told["message"]
    assert library.refresh()["webhook"]["code"] == "ok"
    first, second = server.requests
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize(
    "answer",
    [
        Response(status=200, body=b"x" * (3 << 20)),
        Response(status=202, body=b"abcd", headers={"Content-Encoding": "br"}),
        Response(status=200, body=b"abcd", headers={"Content-Encoding": "gzip"}),
        Response(status=200, body=b"abcd", headers={"Content-Length": "100"}),
    ],
    ids=["endless", "packed unknown", "damaged", "broken off"],
)
def test_what_a_receiver_says_beside_2xx_does_not_matter(
    library: Library, server: Upstream, receiver: Receiver, answer: Response
) -> None:
    receiver.answers = [answer]
    announce(library)
    assert library.refresh()["webhook"] == {"code": "ok", "news": 1}
    assert library.refresh()["webhook"] == {"code": "ok", "news": 0}
    assert len(server.requests) == 1


def test_a_redirect_is_a_failure_and_not_followed(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    receiver.answers = [Response(status=307, headers={"Location": f"{server.url}/other"})]
    announce(library)
    assert library.refresh()["webhook"]["code"] == "changed"
    assert server.paths == [f"/{TOKEN}"]


def test_gone_ends_it_until_the_address_is_set_anew(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    receiver.answers = [Response(status=410)]
    announce(library)
    assert library.refresh()["webhook"]["code"] == "refused"
    told = library.refresh()["webhook"]
    assert ("410" in told["message"], told["news"], len(server.requests)) == (True, 1, 1)
    library.update_settings(webhook_url=f"{server.url}/new")
    assert library.refresh()["webhook"] == {"code": "ok", "news": 1}
    assert server.paths[-1] == "/new"


@pytest.mark.parametrize(
    "host", ["hooks.example", "both.example", "mapped.example", "2130706433", "0x7f.1",
             "127.0.0.1", "[::1]", "169.254.169.254"]
)  # fmt: skip
def test_an_address_inside_is_never_asked_unless_that_is_allowed(
    library: Library, server: Upstream, host: str
) -> None:
    port = server.url.rpartition(":")[2]
    library._ctx.settings.secrets.save(
        {"webhook_url": f"http://{host}:{port}/x", "webhook_secret": SECRET}
    )
    announce(library)
    told = library.refresh()["webhook"]
    assert (told["code"], told["news"]) == ("changed", 1)
    assert "not a public address; set webhook_allow_private" in told["message"]
    assert server.requests == []


def test_a_name_without_an_address_is_reported(library: Library, server: Upstream) -> None:
    library.update_settings(webhook_url="http://nowhere.example/x")
    announce(library)
    assert library.refresh()["webhook"]["code"] == "unavailable"
    assert server.requests == []


@pytest.mark.parametrize("secret", [None, "whsec_not base64", "whsec_"])
def test_without_a_secret_nothing_is_sent(
    library: Library, server: Upstream, secret: str | None
) -> None:
    values = library._ctx.settings.secrets.load() | {"webhook_secret": secret}
    library._ctx.settings.secrets.save({name: one for name, one in values.items() if one})
    announce(library)
    told = library.refresh()["webhook"]
    assert (told["code"], told["news"]) == ("invalid_input", 1)
    assert "webhook_secret" in told["message"]
    assert server.requests == []


def test_any_text_may_be_the_secret(library: Library, server: Upstream) -> None:
    library.update_settings(webhook_secret="a passphrase of some length")
    announce(library)
    assert library.refresh()["webhook"]["code"] == "ok"
    assert_signed(server.requests[0], b"a passphrase of some length")


def test_many_news_are_several_messages(
    library: Library, server: Upstream, receiver: Receiver
) -> None:
    with library._ctx.store.transaction("many"):
        for number in range(65):
            announce(library, f"Book {number}")
    receiver.answers = [Response(status=200), Response(status=400)]
    assert library.refresh()["webhook"]["code"] == "refused"
    assert library.refresh()["webhook"] == {"code": "ok", "news": 65}
    assert [len(news) for news in receiver.news()] == [30, 30, 30, 5]
    ids = [request.headers["webhook-id"] for request in receiver.taken]
    assert ids[0] == ids[1]  # what came twice is known by its id
    assert len(set(ids)) == 3


def test_offline_the_news_wait(library: Library, server: Upstream) -> None:
    announce(library)
    with open_library(library.path, sources=[Told()]) as offline:
        assert offline.refresh()["webhook"] == {
            "code": "offline", "message": "booktrack is offline", "news": 1
        }  # fmt: skip
    assert library.refresh()["webhook"] == {"code": "ok", "news": 1}
    assert len(server.requests) == 1


def test_each_user_is_told_their_own(
    library: Library, opened: Callable[..., Library], receiver: Receiver
) -> None:
    other = opened(Told(), user_id=2)
    other.refresh()
    announce(library)
    assert other.refresh()["webhook"]["news"] == 0
    announce(other, "Another")
    assert other.refresh()["webhook"]["news"] == 1
    assert library.refresh()["webhook"]["news"] == 1
    assert receiver.news() == [[("announced", "Another")], [("announced", "Wind and Truth")]]


def test_without_a_webhook_a_refresh_says_nothing_of_one(opened: Callable[..., Library]) -> None:
    library = opened(Told())
    announce(library)
    assert "webhook" not in library.refresh()


def test_what_came_before_the_webhook_was_set_is_not_told(
    library: Library, opened: Callable[..., Library], server: Upstream
) -> None:
    announce(library)
    fresh = opened(Told(), user_id=7)
    fresh.add(title="Mine", status="want", release_date="2027")
    assert fresh.refresh()["webhook"] == {"code": "ok", "news": 0}
    assert server.requests == []


def test_secrets_show_nowhere(
    library: Library,
    server: Upstream,
    receiver: Receiver,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    receiver.answers = [Response(status=500)] * 3 + [Response(status=404)]
    announce(library)
    said = json.dumps([library.refresh(), library.refresh(), library.history()])
    library.close()
    logged = "\n".join(record.getMessage() for record in caplog.records)
    files = [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".secrets"]
    written = b"".join(path.read_bytes() for path in files)
    for secret in (TOKEN, SECRET, SECRET.removeprefix("whsec_")):
        assert secret not in said
        assert secret not in logged
        assert secret.encode() not in written
