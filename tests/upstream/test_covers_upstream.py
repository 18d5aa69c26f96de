"""Covers fetched from a real server that stands for every host, and that sends what they send."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from booktrack import InvalidInput, Library, NotFound, _engine
from booktrack.cli import main
from booktrack.errors import InvalidFile, SourceChanged, SourceUnavailable
from booktrack.sources.http import Gateway
from booktrack.sources.openlibrary import OpenLibrary
from support import upstream as faults
from support.dialects import openlibrary as shelf
from support.dialects.openlibrary import OpenLibraryDialect
from support.libraries import DUNE, Told, work
from support.pictures import BLANK, PUBLIC, Diverted, Hosts, cover_file, not_available
from support.upstream import LoopbackLoop, Response, Upstream
from support.virtual_time import now

SMALL = cover_file(9, size=(120, 180))
BOMB = gzip.compress(b"\0" * 40_000_000)
PRIVATE = {"inside.example": "10.0.0.5", "localhost": "127.0.0.1"}
ISBNS = ["9780000000019", "9780000000026", "9780000000033", "9780000000040"]


@pytest.fixture
def net() -> Diverted:
    """Where every connection ends; `asked` lists who was connected to for whom."""
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
def hosts(serve: Callable[..., Upstream], net: Diverted) -> Hosts:
    dialect = Hosts({})
    net.server = serve(dialect)
    return dialect


def add(library: Library, url: str | None, number: int = 0, **more: Any) -> int:
    book = library.add(
        ISBNS[number],
        title=f"Book {number}",
        authors="A. Writer",
        remote="never",
        **({"cover_url": url} if url else {}),
        **more,
    )
    return int(book["editions"][0]["id"])


def server_of(net: Diverted) -> Upstream:
    assert net.server is not None
    return net.server


def test_the_picture_of_an_address_is_fetched_and_kept(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    edition = add(library, "http://a.example/cover.jpg")
    hosts.pictures["a.example/cover.jpg"] = cover_file(1)
    steps: list[dict[str, Any]] = []
    report = library.download_covers(progress=steps.append)
    found = library.cover(edition)
    assert report == {
        "asked": 1,
        "stored": 1,
        "failed": [],
        "left": 0,
        "without_address": 0,
        "sources": {},
        "covers": [{"edition_id": edition, "title": "Book 0", "isbn_13": ISBNS[0], **found}],
    }
    assert Path(found["path"]).read_bytes() == cover_file(1)
    assert (found["source"], found["url"]) == ("user", "http://a.example/cover.jpg")
    assert found["uploaded"] is False
    assert net.asked == [f"{PUBLIC} for a.example"]
    assert steps == [{"done": 1, "total": 1, "what": "covers"}]
    assert library.download_covers()["asked"] == 0
    assert len(net.asked) == 1


def test_the_content_type_is_not_believed(opened: Callable[..., Library], hosts: Hosts) -> None:
    library = opened()
    png = Response(cover_file(1, "PNG"), 200, {"Content-Type": "text/plain"})
    page = Response(b"<html>", 200, {"Content-Type": "image/jpeg"})
    hosts.pictures |= {"a.example/0.jpg": png, "a.example/1.jpg": page}
    for number in (0, 1):
        add(library, f"https://a.example/{number}.jpg", number)
    report = library.download_covers()
    assert [one["mime"] for one in report["covers"]] == ["image/png"]
    assert [one["isbn_13"] for one in report["failed"]] == [ISBNS[1]]


@pytest.mark.parametrize(
    "address", ["http://xn--/1.jpg", "http://\u2603\u2488/1.jpg", "http://a.example/away.jpg"]
)
def test_one_address_that_is_none_does_not_cost_the_others_their_pictures(
    opened: Callable[..., Library], hosts: Hosts, address: str
) -> None:
    library = opened()
    hosts.pictures["a.example/0.jpg"] = cover_file(1)
    hosts.pictures["a.example/away.jpg"] = Response(b"", 302, {"Location": "data:image/png,"})
    with library._ctx.store.transaction("as a source gave it") as tx:
        edition = tx.get("editions", add(library, None, 1)) or {}
        tx.put("editions", edition_id := 1, {**edition, "cover_url": address})
    add(library, "http://a.example/0.jpg")
    report = library.download_covers()
    assert (report["stored"], len(report["failed"])) == (1, 1)
    (problem,) = report["failed"][0]["problems"]
    assert "no address" in problem["message"]
    assert report["failed"][0]["edition_id"] == edition_id


@pytest.mark.parametrize(
    "body",
    [
        BLANK,
        not_available(),
        not_available((128, 167)),
        b"",
        b"<html>Not found</html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        cover_file()[:2_000],
        Response(b"gone", 404),
        Response(b"gone", 410),
        Response(b"what?", 400),
        Response(BOMB, 200, {"Content-Encoding": "gzip"}),
        Response(b"", 302, {"Location": "http://inside.example/a.jpg"}),
        Response(b"", 302, {"Location": "http://localhost:9200/a.jpg"}),
        Response(b"", 302, {"Location": "file:///etc/passwd"}),
        Response(b"", 302, {"Location": "/a.jpg"}),
    ],
    ids=range(15),
)
def test_what_is_no_cover_is_not_kept_and_says_why(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted, body: bytes | Response
) -> None:
    library = opened()
    edition = add(library, "https://a.example/a.jpg")
    hosts.pictures["a.example/a.jpg"] = body
    report = library.download_covers()
    assert report["stored"] == 0
    assert report["failed"][0]["problems"][0]["message"]
    assert {who for _, _, who in (one.partition(" for ") for one in net.asked)} == {"a.example"}
    with pytest.raises(NotFound):
        library.cover(edition)
    assert not list(Path(f"{library.path}.covers").rglob("*"))


def test_a_placeholder_is_asked_for_once(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    add(library, "https://a.example/blank.gif", 0)
    add(library, "https://a.example/gone.jpg", 1)
    hosts.pictures["a.example/blank.gif"] = BLANK
    assert library.download_covers()["asked"] == 2
    assert library.download_covers() == {
        "asked": 0, "stored": 0, "failed": [], "left": 0, "without_address": 0, "sources": {},
        "covers": [],
    }  # fmt: skip
    assert len(net.asked) == 2


def test_a_corrected_address_is_asked_for_at_once(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    library = opened()
    edition = add(library, "https://a.example/blank.gif")
    hosts.pictures |= {"a.example/blank.gif": BLANK, "b.example/good.jpg": cover_file(1)}
    library.download_covers()
    library.edit_edition(edition, cover_url="https://b.example/good.jpg")
    assert library.download_covers()["stored"] == 1
    # Choosing another one replaces what was downloaded.
    hosts.pictures["b.example/better.jpg"] = cover_file(2)
    library.edit_edition(edition, cover_url="https://b.example/better.jpg")
    assert library.download_covers()["covers"][0]["url"] == "https://b.example/better.jpg"
    assert library.download_covers()["asked"] == 0


def test_a_host_that_is_down_is_left_alone_and_asked_again_later(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    for number, host in enumerate(["down.example", "a.example", "down.example"]):
        add(library, f"https://{host}/{number}.jpg", number)
        hosts.pictures[f"{host}/{number}.jpg"] = cover_file(number)
    server = server_of(net)
    server.fail(faults.answers(b"", 503), path="/0.jpg")
    server.fail(faults.answers(b"", 503), path="/2.jpg")
    report = library.download_covers()
    assert [one["isbn_13"] for one in report["covers"]] == [ISBNS[1]]
    assert {one["problems"][0]["code"] for one in report["failed"]} <= {"unavailable", "not_asked"}
    assert report["left"] == 2
    server.recover()
    assert library.download_covers()["stored"] == 2


def test_one_failure_does_not_silence_a_host_and_a_pause_does(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    for number in range(3):
        add(library, f"https://a.example/{number}.jpg", number)
        hosts.pictures[f"a.example/{number}.jpg"] = cover_file(number)
    server = server_of(net)
    server.fail(faults.answers(b"", 500), path="/0.jpg")
    assert library.download_covers()["stored"] == 2
    server.recover()
    server.fail(faults.answers(b"", 429, retry_after="3600"), path="/0.jpg")
    (failed,) = library.download_covers()["failed"]
    assert failed["problems"][0]["code"] == "rate_limited"


def test_your_own_picture_stays_through_downloads_and_refreshes(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    told = work("Dune", "Frank Herbert", isbn=DUNE, cover_url="https://a.example/dune.jpg")
    library = opened(Told(told))
    hosts.pictures["a.example/dune.jpg"] = cover_file(1)
    library.add(DUNE)
    mine = library.set_cover(DUNE, cover_file(5))
    library.refresh()
    assert library.download_covers()["asked"] == 0
    assert library.cover(DUNE) == mine
    library.remove_cover(DUNE)
    assert library.download_covers()["stored"] == 1
    assert library.cover(DUNE)["source"] == "told"


def test_a_downloaded_picture_that_was_removed_is_not_fetched_again(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    edition = add(library, "https://a.example/wrong.jpg")
    hosts.pictures |= {f"a.example/{name}.jpg": cover_file(number) for number, name in enumerate(
        ("wrong", "right", "third")
    )}  # fmt: skip
    library.download_covers()
    assert library.remove_cover(edition)["removed"] is True
    assert library.download_covers()["asked"] == 0
    library.edit_edition(edition, cover_url="https://a.example/right.jpg")
    assert library.download_covers()["stored"] == 1
    library.remove_cover(edition)
    library.edit_edition(edition, cover_url="https://a.example/wrong.jpg")
    assert library.download_covers()["asked"] == 0
    assert len(net.asked) == 2


def test_the_best_source_and_size_is_chosen(opened: Callable[..., Library], hosts: Hosts) -> None:
    works = [
        work("Dune", "Frank Herbert", isbn=DUNE, source=name, cover_url=url)
        for name, url in (
            ("told", "http://books.google.com/books/content?id=x&printsec=frontcover&img=1&zoom=1"),
            ("other", "https://m.media-amazon.com/images/I/51a._SL160_.jpg"),
        )
    ]
    library = opened(Told(*works))
    library.add(DUNE)
    google = "books.google.com/books/content?id=x&printsec=frontcover&img=1&zoom=1"
    hosts.pictures |= {
        f"{google}&fife=w800": not_available(),
        google: SMALL,
        "m.media-amazon.com/images/I/51a.jpg": cover_file(1, size=(600, 900)),
        "m.media-amazon.com/images/I/51a._SL160_.jpg": SMALL,
    }
    (found,) = library.download_covers()["covers"]
    assert (found["width"], found["source"]) == (600, "other")
    assert found["url"] == "https://m.media-amazon.com/images/I/51a.jpg"


def test_a_small_picture_is_better_than_none(opened: Callable[..., Library], hosts: Hosts) -> None:
    library = opened()
    add(library, "https://m.media-amazon.com/images/I/51a._SL160_.jpg")
    hosts.pictures["m.media-amazon.com/images/I/51a._SL160_.jpg"] = SMALL
    assert library.download_covers()["covers"][0]["width"] == 120


def test_open_library_is_asked_by_cover_id_for_the_large_picture_and_never_the_blank(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    add(library, "https://covers.openlibrary.org/b/id/42-S.jpg")
    add(library, "https://covers.openlibrary.org/b/id/-1-M.jpg", 1)
    hosts.pictures["covers.openlibrary.org/b/id/42-L.jpg"] = cover_file(1)
    assert library.download_covers()["stored"] == 1
    (request,) = server_of(net).requests
    assert request.path == "/b/id/42-L.jpg"
    assert request.params == {"default": "false"}


def test_the_limit_is_kept_and_what_is_owned_goes_first(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    library = opened()
    for number, status in enumerate(["missing", "want", "own", "missing"]):
        add(library, f"https://a.example/{number}.jpg", number, status=status)
        hosts.pictures[f"a.example/{number}.jpg"] = cover_file(number)
    report = library.download_covers(2)
    assert [one["isbn_13"] for one in report["covers"]] == [ISBNS[2], ISBNS[1]]
    assert report["left"] == 2
    assert library.download_covers(2)["left"] == 0


def test_an_address_of_several_editions_is_fetched_once(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    hosts.pictures["a.example/a.jpg"] = cover_file(1)
    for number in (0, 1):
        add(library, "https://a.example/a.jpg", number)
    assert library.download_covers()["stored"] == 2
    add(library, "https://a.example/a.jpg", 2)
    assert library.download_covers()["stored"] == 1
    assert len(net.asked) == 1
    assert len(list(Path(f"{library.path}.covers").rglob("*.jpg"))) == 1


def test_a_picture_whose_file_was_lost_is_fetched_again(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    library = opened()
    edition = add(library, "https://a.example/a.jpg")
    hosts.pictures["a.example/a.jpg"] = cover_file(1)
    library.download_covers()
    Path(library.cover(edition)["path"]).unlink()
    assert library.check()["ok"] is False
    assert library.download_covers()["stored"] == 1
    assert library.check()["ok"] is True


def test_where_your_own_picture_was_lost_another_is_fetched(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    library = opened()
    edition = add(library, "https://a.example/a.jpg")
    hosts.pictures["a.example/a.jpg"] = cover_file(1)
    Path(library.set_cover(edition, cover_file(2))["path"]).unlink()
    assert library.download_covers()["stored"] == 1
    assert library.cover(edition)["uploaded"] is False
    assert library.check()["ok"] is True


@pytest.mark.parametrize("same_address", [True, False])
def test_one_picture_of_many_authors_is_a_placeholder_that_nobody_described(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted, same_address: bool
) -> None:
    library = opened()
    for number in range(4):
        address = "none.jpg" if same_address else f"{number}.jpg"
        hosts.pictures[f"a.example/{address}"] = cover_file(1)
        library.add(
            ISBNS[number],
            title=f"Book {number}",
            authors=f"Author No{number}",
            cover_url=f"https://a.example/{address}",
            remote="never",
        )
    assert library.download_covers(3)["stored"] == 3
    report = library.download_covers()
    assert report["stored"] == 0
    assert "books of other authors" in report["failed"][0]["problems"][-1]["message"]
    asked = len(net.asked)
    assert library.download_covers()["asked"] == 0
    assert len(net.asked) == asked
    assert all(
        edition["cover"] is None
        for book in library.list_books()["books"]
        for edition in book["editions"]
    )
    assert library.check(repair=True)["covers"]["removed"]


def test_many_books_of_one_author_may_share_a_cover(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    library = opened()
    for number in range(4):
        hosts.pictures[f"a.example/{number}.jpg"] = cover_file(1)
        add(library, f"https://a.example/{number}.jpg", number)
    assert library.download_covers()["stored"] == 4


def test_one_undo_takes_back_a_batch(opened: Callable[..., Library], hosts: Hosts) -> None:
    library = opened()
    for number in range(3):
        add(library, f"https://a.example/{number}.jpg", number)
        hosts.pictures[f"a.example/{number}.jpg"] = cover_file(number)
    library.download_covers()
    library.undo(library.history(limit=1)["transactions"][0]["id"])
    assert library._ctx.store.count("covers") == 0
    assert library.download_covers()["stored"] == 3


def test_an_edition_without_an_address_is_looked_up_at_open_library_by_the_batch(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    catalogue = OpenLibraryDialect([shelf.DUNE, shelf.MARTIAN])
    server_of(net).dialect = lambda request: (
        catalogue(request) if request.headers["host"] == "ol.example" else hosts(request)
    )
    library = opened(OpenLibrary(base_url="http://ol.example"))
    for book in (shelf.DUNE, shelf.MARTIAN):
        library.add(book.isbn, title=book.title, remote="never")
        path = f"covers.openlibrary.org/b/id/{book.number}-L.jpg"
        hosts.pictures[path] = cover_file(book.number)
    report = library.download_covers()
    assert report["stored"] == 2
    assert {one["source"] for one in report["covers"]} == {"openlibrary"}
    assert sum(path == "/api/books.json" for path in server_of(net).paths) == 1
    assert not any("/isbn/" in path for path in server_of(net).paths)


def test_that_open_library_could_not_be_asked_is_not_that_it_knows_no_cover(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened(OpenLibrary(base_url="http://ol.example"))
    library.add(shelf.DUNE.isbn, title=shelf.DUNE.title, remote="never")
    server_of(net).fail(faults.answers(b"", 503))
    report = library.download_covers()
    assert (report["without_address"], report["sources"]["openlibrary"]["code"]) == (
        1,
        "unavailable",
    )
    server_of(net).recover()
    server_of(net).dialect = OpenLibraryDialect([])
    report = library.download_covers()
    assert (report["without_address"], report["sources"]) == (1, {"openlibrary": {"code": "ok"}})


def test_a_source_in_the_own_network_may_keep_pictures_there_and_others_lead_to_none(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    class Catalogue(Told):
        hosts = frozenset({"inside.example:8080"})

    hosts.pictures["inside.example:8080/a.jpg"] = cover_file(1)
    library = opened(Catalogue())
    add(library, "http://inside.example:8080/a.jpg", 0)
    add(library, "http://inside.example:9200/a.jpg", 1)
    add(library, "http://inside.example/a.jpg", 2)
    report = library.download_covers()
    assert [one["isbn_13"] for one in report["covers"]] == [ISBNS[0]]
    assert net.asked == ["inside.example for inside.example:8080"]


def test_by_isbn_open_library_is_asked_no_more_than_it_permits(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    numbers = [f"{number:02}" for number in range(1, 13)]
    isbns = list(map(_isbn, numbers))
    for number, isbn in enumerate(isbns):
        hosts.pictures[f"covers.openlibrary.org/b/isbn/{isbn}-L.jpg"] = cover_file(number)
    series = chronicle(
        library,
        *({"position": str(at), "isbn_13": isbn} for at, isbn in enumerate(isbns, 1)),
    )
    assert len(library.download_missing_volume_covers(series)) == 12
    assert server_of(net).rate() <= 100 / 300


def _isbn(text: str) -> str:
    digits = f"9780000001{text}"
    return digits + str(-sum(int(one) * (1, 3)[at % 2] for at, one in enumerate(digits)) % 10)


def test_the_command_shows_what_was_fetched_and_what_was_not(
    opened: Callable[..., Library],
    hosts: Hosts,
    net: Diverted,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    library = opened()
    monkeypatch.setenv("BOOKTRACK_LIBRARY", library.path)
    for number in (0, 1):
        add(library, f"https://a.example/{number}.jpg", number, series="Told", position=number + 1)
    hosts.pictures |= {"a.example/0.jpg": cover_file(1), "a.example/1.jpg": BLANK}

    def run(*arguments: str) -> tuple[object, str]:
        with pytest.raises(SystemExit) as left:
            main(["covers", "download", *arguments])
        return left.value.code or 0, capsys.readouterr().out

    code, said = run()
    assert code == 0
    assert "400x600" in said
    assert "1 of 2 covers fetched, 0 left" in said
    assert "Book 1: the picture is no cover: it is 1x1 pixels small" in said
    library.edit_edition(ISBNS[1], cover_url="https://b.example/1.jpg")
    server_of(net).fail(faults.answers(b"", 503))
    assert run()[0] == 4
    server_of(net).recover()
    hosts.pictures["b.example/1.jpg"] = cover_file(2)
    code, said = run("--series", "Told", "--json")
    assert (code, list(json.loads(said))) == (0, ["2"])


# --- an address that the user gives ----------------------------------------------------------


def test_a_picture_is_taken_from_an_address(opened: Callable[..., Library], hosts: Hosts) -> None:
    library = opened()
    edition = add(library, None)
    hosts.pictures["a.example/a.jpg"] = cover_file(1)
    given = library.set_cover(edition, "https://a.example/a.jpg")
    assert (given["uploaded"], given["url"]) == (True, "https://a.example/a.jpg")


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://inside.example/a.jpg", SourceChanged),
        ("http://localhost:8000/a.jpg", SourceChanged),
        ("https://a.example/page.html", InvalidFile),
        ("https://a.example/nothing.jpg", NotFound),
        ("https://user:secret@a.example/a.jpg", InvalidInput),
    ],
)
def test_an_address_inside_or_without_a_picture_is_refused(
    opened: Callable[..., Library], hosts: Hosts, url: str, error: type[Exception]
) -> None:
    library = opened()
    edition = add(library, None)
    hosts.pictures["a.example/page.html"] = b"<html>"
    with pytest.raises(error) as caught:
        library.set_cover(edition, url)
    assert "secret" not in str(caught.value)
    with pytest.raises(NotFound):
        library.cover(edition)


# --- volumes -----------------------------------------------------------------------------------


def chronicle(library: Library, *volumes: dict[str, Any]) -> int:
    with library._ctx.store.transaction("a source tells of a series") as tx:
        return tx.insert(
            "series",
            {
                "name": "The Chronicle",
                "kind": "novel",
                "tracked": True,
                "volumes": [{"source": "told", **volume} for volume in volumes],
            },
        )


def test_missing_pictures_of_volumes_are_fetched(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    series = chronicle(
        library,
        {"position": "1", "cover_url": "https://a.example/listed.jpg"},
        {"position": "2", "cover_url": "https://a.example/2.jpg"},
        {"position": "3", "isbn_13": ISBNS[2]},
        {"position": "4"},
        {"position": "5", "cover_url": "https://a.example/blank.gif"},
    )
    edition = add(library, "https://a.example/own.jpg", series="The Chronicle", position=1)
    hosts.pictures |= {
        "a.example/own.jpg": cover_file(1),
        "a.example/2.jpg": cover_file(2),
        f"covers.openlibrary.org/b/isbn/{ISBNS[2]}-L.jpg": cover_file(3),
        "a.example/blank.gif": BLANK,
    }
    found = library.download_missing_volume_covers(series)
    assert sorted(found) == ["1", "2", "3"]
    assert {Path(path).read_bytes() for path in found.values()} == {
        cover_file(number) for number in (1, 2, 3)
    }
    assert library.cover(edition)["path"] == found["1"]
    assert library.match_existing_covers_to_volumes("The Chronicle") == found
    assert library.get_cover_storage_path(ISBNS[2]) == found["3"]
    volumes = library.get_series(series)["volumes"]
    assert [bool(one["cover"]) for one in volumes] == [True, True, True, False, False]
    asked = len(net.asked)
    assert library.download_missing_volume_covers("The Chronicle") == {}
    assert len(net.asked) == asked


def test_nothing_could_be_asked_is_not_nothing_found(
    opened: Callable[..., Library], hosts: Hosts, net: Diverted
) -> None:
    library = opened()
    series = chronicle(library, {"position": "1", "cover_url": "https://a.example/1.jpg"})
    server_of(net).fail(faults.answers(b"", 503))
    with pytest.raises(SourceUnavailable) as error:
        library.download_missing_volume_covers(series)
    assert error.value.details["problems"][0]["url"] == "https://a.example/1.jpg"
    server_of(net).recover()
    assert library.download_missing_volume_covers(series) == {}


def test_a_book_that_comes_later_shows_its_own_picture(
    opened: Callable[..., Library], hosts: Hosts
) -> None:
    library = opened()
    series = chronicle(library, {"position": "1", "cover_url": "https://a.example/1.jpg"})
    hosts.pictures["a.example/1.jpg"] = cover_file(1)
    before = library.download_missing_volume_covers(series)
    edition = add(library, None, series="The Chronicle", position=1)
    assert library.match_existing_covers_to_volumes("The Chronicle") == before
    mine = library.set_cover(edition, cover_file(2))
    assert library.match_existing_covers_to_volumes("The Chronicle") == {"1": mine["path"]}
