"""Settings at work, on a server that stands for every host: who is asked, how, and with which key.

A token is planted in every setting that takes one, and looked for in all that was ever written.
"""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from booktrack import BooktrackError, InvalidInput, Library, NotFound, _engine
from booktrack.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from booktrack.sources.http import Gateway
from support.libraries import DUNE, NOW
from support.pictures import PUBLIC, Diverted
from support.upstream import (
    Fault,
    LoopbackLoop,
    Request,
    Response,
    Upstream,
    drops,
    drops_in_the_body,
    never_answers,
    pours,
    redirects,
    speaks_no_http,
    trickles,
)
from support.virtual_time import now

PLANTED = "plantedPLANTED0123456789"
OTHER = "9780553293357"
PRIVATE = {"inside.example": "10.0.0.5", "localhost": "127.0.0.1"}


class World:
    """The dialect of all services: pages that were put there, and little of everything else."""

    def __init__(self) -> None:
        self.pages: dict[str, Response] = {}
        self.requests: list[Request] = []

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        host = request.headers["host"]
        if page := self.pages.get(host + request.path):
            return page
        if host == "www.googleapis.com":
            told = {"message": f"key {request.params.get('key')} refused", "reason": "forbidden"}
            said = {"code": 403, "message": told["message"], "errors": [told]}
            return Response({"error": said}, 403)
        if host == "api.hardcover.app":
            sent = request.headers.get("authorization")
            return Response({"errors": [{"message": f"no: {sent}"}]}, 401)
        return Response({}, 404)

    def hosts(self) -> set[str]:
        return {request.headers["host"] for request in self.requests}


@pytest.fixture
def net() -> Diverted:
    return Diverted()


@pytest.fixture
def engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, net: Diverted
) -> Iterator[_engine.Engine]:
    monkeypatch.setenv("BOOKTRACK_CACHE", str(tmp_path / "cache"))

    async def resolver(host: str) -> list[str]:
        return [PRIVATE.get(host, PUBLIC)]

    make = partial(Gateway, now=now, jitter=lambda most: most, transport=net, resolver=resolver)
    made = _engine.Engine(LoopbackLoop, make)
    monkeypatch.setattr(_engine, "engine", made)
    yield made
    made.close()


@pytest.fixture
def world(serve: Callable[..., Upstream], net: Diverted) -> World:
    dialect = World()
    net.server = serve(dialect)
    return dialect


@pytest.fixture
def library(tmp_path: Path, world: World) -> Iterator[Library]:
    """A library that asks all sources that are installed, as its settings say."""
    with Library(tmp_path / "library.json", clock=lambda: NOW) as opened:
        yield opened


def asked(library: Library, isbn: str = DUNE) -> dict[str, Any]:
    with pytest.raises(NotFound) as caught:
        library.lookup(isbn)
    return dict(caught.value.details["sources"])


def test_only_the_sources_that_are_set_are_asked_in_their_order(
    library: Library, world: World
) -> None:
    library.update_settings(sources=["openlibrary"])
    assert list(asked(library)) == ["openlibrary"]
    assert world.hosts() == {"openlibrary.org"}
    library.update_settings(sources=["hardcover", "openlibrary"], hardcover_token=PLANTED)
    assert list(asked(library, OTHER)) == ["hardcover", "openlibrary"]
    library.reset_settings("sources")
    assert "googlebooks" in asked(library, "9780140143508")


def test_a_key_is_sent_from_the_next_question_on_and_shown_nowhere(
    library: Library, world: World
) -> None:
    library.update_settings(sources=["googlebooks"])
    asked(library)
    assert "www.googleapis.com" not in world.hosts()  # without a key nothing is asked
    library.update_settings(google_books_api_key=PLANTED)
    told = asked(library)
    assert {request.params.get("key") for request in world.requests} == {PLANTED}
    assert told["googlebooks"]["code"] == "refused"
    assert PLANTED not in str(told)
    library.update_settings(google_books_api_key="another key of mine")
    asked(library)
    assert world.requests[-1].params["key"] == "another key of mine"


def test_the_contact_is_told_from_the_next_question_on(library: Library, world: World) -> None:
    library.update_settings(sources=["openlibrary"])
    asked(library)
    assert "no contact set" in world.requests[-1].headers["user-agent"]
    library.update_settings(contact="me@example.org")
    asked(library, OTHER)
    assert "me@example.org" in world.requests[-1].headers["user-agent"]


def test_the_country_decides_prices_and_the_marketplace(library: Library, world: World) -> None:
    library.update_settings(
        sources=["googlebooks", "audible", "audnexus"], google_books_api_key="a key of mine"
    )
    asked(library)
    assert "api.audible.com" in world.hosts()
    shops = {"DE": "de", "gb": "co.uk", "BR": "com.br", "AT": "com"}
    for country, shop in shops.items():
        world.requests.clear()
        library.update_settings(country=country)
        asked(library, OTHER)
        assert {name for name in world.hosts() if "audible" in name} == {f"api.audible.{shop}"}
        google = [one for one in world.requests if one.headers["host"] == "www.googleapis.com"]
        assert {one.params["country"] for one in google} == {country.upper()}


def test_a_pause_stops_all_questions_until_it_ends(tmp_path: Path, world: World) -> None:
    times = [NOW]
    with Library(tmp_path / "library.json", clock=lambda: times[0]) as opened:
        opened.update_settings(sources=["openlibrary"])
        assert opened.disable_external_metadata(30)["minutes_remaining"] == 30
        entry = asked(opened)["openlibrary"]
        assert entry["code"] == "offline"
        assert "2026-11-22T12:30:00Z" in entry["message"]
        assert opened.refresh(10)["asked"] == 0
        assert not world.requests
        times[0] = NOW.replace(minute=29, second=59)
        assert opened.external_metadata_status()["minutes_remaining"] == 1
        times[0] = NOW.replace(minute=30)
        assert opened.external_metadata_status()["enabled"] is True
        assert asked(opened)["openlibrary"]["code"] == "ok"


def test_sources_can_be_switched_off_and_on(library: Library, world: World) -> None:
    library.update_settings(sources=["openlibrary"])
    status = library.disable_external_metadata()
    assert (status["enabled"], status["timeout_active"]) == (False, False)
    assert asked(library)["openlibrary"]["code"] == "offline"
    assert not world.requests
    assert library.enable_external_metadata()["enabled"] is True
    assert asked(library)["openlibrary"]["code"] == "ok"
    for minutes in (0, -1, 1.5, "30", True, 10**9):
        with pytest.raises(InvalidInput):
            library.disable_external_metadata(minutes)  # type: ignore[arg-type]  # that is the test


def test_a_kept_answer_serves_no_longer_than_is_set(library: Library, world: World) -> None:
    library.update_settings(sources=["openlibrary"], cache_ttl=60)
    asked(library)
    before = len(world.requests)
    asked(library)
    assert len(world.requests) == before
    stats = library.cache_stats()["api_cache"]
    assert stats["size"] > 0
    assert 0 < stats["hit_rate"] < 1


# --- pages that the user names ----------------------------------------------------------------


def page(body: bytes, status: int = 200, **headers: str) -> Response:
    return Response(body, status, {"Content-Type": "text/html", **headers})


LIST = b"<html><a href='/x9780441013593A'>Dune</a> <p>0-14-014350-5</p> 9780441013590</html>"


def test_a_page_is_read_for_its_isbns(library: Library, world: World) -> None:
    world.pages["skoolib.example/me"] = page(LIST)
    assert library.validate_url(" https://skoolib.example/me ") == {
        "url": "https://skoolib.example/me",
        "valid": True,
        "error": None,
        "code": None,
        "warning": None,
        "status": 200,
        "isbn_count": 2,
        "sample_isbns": [DUNE, "9780140143508"],
    }
    world.pages["skoolib.example/me"] = page(b"<html>no books</html>")
    told = library.validate_url("https://skoolib.example/me")
    assert (told["valid"], told["isbn_count"]) == (True, 0)
    assert "no ISBN" in told["warning"]
    for body in (b"", b"\x89PNG\r\n\x1a\n\0\0", LIST.decode().encode("utf-16")):
        world.pages["skoolib.example/me"] = page(body)
        assert library.validate_url("https://skoolib.example/me")["valid"] is True


CHINESE = "".join(chr(0x4E02 + 7 * number) for number in range(2_000))


@pytest.mark.parametrize(
    "body",
    [
        LIST + "図書館 カタカナ ひらがな".encode("shift_jis"),
        LIST + "図書館 カタカナ".encode("euc-jp"),
        LIST + CHINESE.encode("gb18030"),
        LIST + "Библиотека".encode("koi8-r"),
        LIST.decode().encode("utf-16-le"),
        LIST + b"\0</html>",
        b'{"books": [{"isbn": "978-0-441-01359-3"}, {"isbn": 9780140143508}]}',
    ],
    ids=["shift_jis", "euc-jp", "gb18030", "koi8-r", "utf-16", "nul", "json"],
)
def test_isbns_are_read_whatever_encoding_a_page_has_or_says(
    body: bytes, library: Library, world: World
) -> None:
    world.pages["skoolib.example/me"] = page(body, **{"Content-Type": "text/html; charset=utf-8"})
    told = library.validate_url("https://skoolib.example/me")
    assert told["sample_isbns"] == [DUNE, "9780140143508"]
    library.update_settings(skoolib_url="https://skoolib.example/me")
    assert library.sync_skoolib()["books_found"] == 2


def test_a_page_that_was_not_there_is_asked_for_again(library: Library, world: World) -> None:
    told = library.validate_url("https://skoolib.example/me")
    assert (told["valid"], told["status"], told["code"]) == (False, 404, "refused")
    world.pages["skoolib.example/me"] = page(LIST)
    assert library.validate_url("https://skoolib.example/me")["valid"] is True


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1/", "http://localhost/", "http://0x7f000001/", "http://2130706433/",
     "http://127.1/", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/",
     "http://[64:ff9b::7f00:1]/", "http://10.0.0.5:8000/x", "http://inside.example/",
     "http://redirects.example/", "http://0.0.0.0/", "http://[fe80::1]/", "http://100.64.0.1/"],
)  # fmt: skip
def test_only_the_open_internet_is_fetched(
    url: str, library: Library, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def names(host: str) -> list[str]:
        # What a system's own resolver makes of these forms, without asking it about others.
        if host in PRIVATE or host.endswith(".example"):
            return [PRIVATE.get(host, PUBLIC)]
        return [host] if ":" in host else [socket.inet_ntoa(socket.inet_aton(host))]

    gateway = library._ctx.asker._gateway()
    monkeypatch.setattr(gateway, "_resolve", names)
    world.pages["redirects.example/"] = page(b"", 302, Location="http://10.0.0.5/secret")
    told = library.validate_url(url)
    assert (told["valid"], told["isbn_count"], told["code"]) == (False, 0, "changed")
    assert "not a public address" in told["error"]
    assert world.hosts() <= {"redirects.example"}


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://a.example/", "file:///etc/passwd", "javascript:alert(1)", "http://",
     "http://me:secret@a.example/", "http://a.example:0/", "http://a.example/\r\nX: 1", "http://[",
     "data:text/html,9780441013593", "gopher://a.example", "http://a.example/" + "x" * 5_000],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_told_so(url: str, library: Library, world: World) -> None:
    told = library.validate_url(url)
    assert (told["valid"], told["code"]) == (False, "invalid_input")
    assert "secret" not in told["error"]
    assert not world.requests


@pytest.mark.parametrize("url", [None, 7, b"http://a.example", ["http://a.example"]])
def test_what_is_no_text_is_refused(url: Any, library: Library) -> None:
    with pytest.raises(InvalidInput):
        library.validate_url(url)


def test_too_much_and_too_slow_are_given_up(library: Library, world: World) -> None:
    world.pages["a.example/"] = page(b" " * (11 << 20))
    assert library.validate_url("http://a.example/")["code"] == "changed"
    world.pages["a.example/"] = page(b"down", 503)
    assert library.validate_url("http://a.example/")["code"] == "unavailable"
    for number in range(9):
        world.pages[f"a.example/{number}"] = page(b"", 302, Location=f"/{number + 1}")
    told = library.validate_url("http://a.example/0")
    assert (told["code"], "redirects" in told["error"]) == ("changed", True)


@pytest.mark.parametrize(
    "fault",
    [never_answers, trickles(1.0), drops, drops_in_the_body, speaks_no_http,
     pours(12, announced=False), pours(12, announced=True), redirects("/me")],
    ids=["silent", "trickling", "gone", "cut", "babbling", "pouring", "announced", "circling"],
)  # fmt: skip
def test_a_server_that_misbehaves_is_told_and_changes_nothing(
    fault: Fault,
    library: Library,
    world: World,
    net: Diverted,
    elapsed: Callable[[], float],
) -> None:
    world.pages["skoolib.example/me"] = page(LIST)
    library.update_settings(skoolib_url="https://skoolib.example/me")
    assert net.server is not None
    net.server.fail(fault)
    told = library.validate_url("https://skoolib.example/me")
    assert (told["valid"], told["isbn_count"]) == (False, 0)
    assert told["code"] in ("unavailable", "changed")
    with pytest.raises(SourceError):
        library.sync_skoolib()
    # Twice twenty seconds, and a byte that trickles.
    assert elapsed() < 45
    assert library.list_books()["total"] == 0


def test_a_page_can_be_validated_while_sources_are_switched_off(
    library: Library, world: World
) -> None:
    world.pages["skoolib.example/me"] = page(LIST)
    library.disable_external_metadata()
    assert library.validate_url("https://skoolib.example/me")["valid"] is True


def test_a_skoolib_library_is_taken_in_and_can_be_undone(library: Library, world: World) -> None:
    with pytest.raises(InvalidInput, match="skoolib_url"):
        library.sync_skoolib()
    library.update_settings(skoolib_url="https://skoolib.example/me")
    with pytest.raises(SourceRefused, match="404"):
        library.sync_skoolib()
    world.pages["skoolib.example/me"] = page(b"<html>nothing</html>")
    with pytest.raises(SourceChanged, match="no ISBN"):
        library.sync_skoolib()
    world.pages["skoolib.example/me"] = page(b"down", 500)
    with pytest.raises(SourceUnavailable):
        library.sync_skoolib()
    assert library.list_books()["total"] == 0
    world.pages["skoolib.example/me"] = page(LIST)
    done = library.sync_skoolib()
    assert (done["success"], done["books_found"], done["books_added"]) == (True, 2, 2)
    assert library.list_books(status="own")["total"] == 2
    again = library.sync_skoolib()
    assert (again["books_added"], again["books_found"]) == (0, 2)
    assert [one["source"] for one in library.sync_history()["history"]] == ["skoolib"]
    world.pages["skoolib.example/me"] = page(LIST.replace(b"0-14-014350-5", b""))
    assert len(library.sync_skoolib()["vanished"]) == 1
    assert library.list_books(status="own")["total"] == 2
    for one in library.history()["transactions"]:
        if one["why"] == "import skoolib":
            library.undo(one["id"])
    assert library.list_books()["total"] == 0


# --- a planted token --------------------------------------------------------------------------


def test_a_planted_token_is_found_nowhere(
    tmp_path: Path,
    world: World,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    tokens = {
        "google_books_api_key": f"{PLANTED}google",
        "open_library_api_key": f"{PLANTED}openlib",
        "hardcover_token": f"{PLANTED}hardcov",
        "webhook_secret": f"{PLANTED}webhook",
        "webhook_url": f"https://hooks.example/services/{PLANTED}",
    }

    def told(call: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            answer = call(*args, **options)
        except BooktrackError as error:
            seen.extend([repr(error), str(error.to_dict()), *traceback.format_exception(error)])
            return None
        seen.append(repr(answer))
        return answer

    with Library(tmp_path / "library.json", clock=lambda: NOW) as library:
        told(library.update_settings, **tokens)
        told(library.update_settings, hardcover_token=f"{tokens['hardcover_token']}\x00")
        told(library.update_settings, webhook_url=f"gopher://{PLANTED}/")
        told(library.update_settings, patience="x", google_books_api_key=PLANTED)
        told(library.update_settings, **{f"google_{PLANTED[:0]}key": "x"})
        for isbn in (DUNE, OTHER):
            told(library.lookup, isbn, remote="always")
        told(library.search, "dune messiah", remote="always")
        told(library.search, series="Dune", remote="always")
        told(library.add, DUNE, title="Dune", authors="Frank Herbert", remote="never")
        told(library.refresh, 10)
        told(library.get_settings)
        told(library.settings_info)
        told(library.settings_health)
        told(library.cache_stats)
        told(library.check)
        told(library.history)
        told(library.backup_settings, tmp_path / "settings.json")
        told(library.backup_settings)
        told(library.backup, tmp_path / "backup.json")
        told(library.backup)
        for number, kind in enumerate(("json", "csv", "goodreads", "bibtex", "markdown")):
            told(library.export, kind, tmp_path / f"export{number}")
        told(library.restore, tmp_path / "backup.json")
        told(library.restore_settings, tmp_path / "settings.json")
        told(library.update_settings, **library.get_settings())
        told(library.remove_all_data, "DELETE")
        seen.append(f"{library!r}{library._ctx!r}{library._ctx.settings!r}{library._ctx.asker!r}")
        seen.append(repr(library._ctx.settings._now()))
        sources = library._ctx.asker._sources()
        seen.extend(repr(source) for source in sources)
        gateway = library._ctx.asker._gateway()
        seen.append(repr(gateway))
        assert library._ctx.settings.several(*tokens) == list(tokens.values())
    sent = str(world.requests)
    assert f"{PLANTED}google" in sent
    assert f"{PLANTED}hardcov" in sent
    assert f"{PLANTED}openlib" not in sent
    seen += [record.getMessage() + str(record.exc_text) for record in caplog.records]
    seen += [caplog.text, *capfd.readouterr()]
    assert not [text[:2_000] for text in seen if PLANTED in text]
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    holding = [path.name for path in files if PLANTED.encode() in path.read_bytes()]
    assert holding == ["library.json.secrets"]
    assert len(files) > 8


def test_a_lookup_that_no_source_could_answer_is_an_error_of_the_tree(library: Library) -> None:
    library.update_settings(sources=["curated"])
    with pytest.raises((NotFound, SourceError)):
        library.lookup(DUNE)
