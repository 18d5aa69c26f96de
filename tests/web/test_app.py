"""The app as a whole: health, problems for everything, and no inside of it in any answer."""

from __future__ import annotations

import logging
import subprocess
import sys

import pytest

from booktrack import Library, errors
from booktrack.web import create_app
from booktrack.web.problems import status_of
from support.libraries import open_library
from support.web import sample_library, served


async def test_health_says_ready_version_library_sources_and_what_is_wrong(tmp_path):
    async with served(tmp_path) as client:
        for path in ("/health", "/api/health"):
            answer = await client.get(path)
            assert answer.status_code == 200
            told = answer.json()
            assert (told["status"], told["ready"]) == ("healthy", True)
            assert told["version"]
            assert told["library"]["path"].endswith("library.json")
            assert {"sources", "problems"} <= set(told)


async def test_health_tells_of_a_library_that_was_taken_away(tmp_path):
    async with served(tmp_path) as client:
        await client.put("/api/v1/editions/1/status", json={"status": "want"})
        open_library(tmp_path / "library.json").close()  # nothing waits in the journal any more
        before = (await client.get("/api/health")).json()
        assert "missing" not in [one["code"] for one in before["problems"]]
        (tmp_path / "library.json").rename(tmp_path / "away.json")
        told = (await client.get("/api/health")).json()
        (problem,) = [one for one in told["problems"] if one["code"] == "missing"]
        assert "put it back" in problem["message"]
        (tmp_path / "away.json").rename(tmp_path / "library.json")
        assert (await client.get("/api/health")).json()["problems"] == before["problems"]


async def test_health_tells_of_a_damaged_library(tmp_path):
    library = Damaged(sample_library(tmp_path).path, offline=True)
    async with served(tmp_path, library) as client:
        answer = await client.get("/api/health")
    assert answer.status_code == 503
    told = answer.json()
    assert (told["status"], told["ready"]) == ("unhealthy", False)
    assert told["problems"][0]["code"] == "store_corrupt"


class Damaged(Library):
    def revision(self):
        raise errors.StoreCorrupt("library.json is damaged at byte 7")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not_found"),
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/api/v1/books/1/", 404, "not_found"),
        ("GET", "/api/v1/books//provenance", 404, "not_found"),
        ("GET", "/api/v1/series/%FF", 400, "bad_request"),
        ("POST", "/api/health", 405, "method_not_allowed"),
        ("PUT", "/api/v1/books/1", 405, "method_not_allowed"),
        ("OPTIONS", "/api/v1/books", 405, "method_not_allowed"),
        ("BREW", "/api/v1/books", 405, "method_not_allowed"),
        ("GET", "/api/v1/books/99999", 404, "not_found"),
        ("GET", "/api/v1/books/0", 422, "invalid_input"),
        ("GET", "/api/v1/books?limit=x", 422, "invalid_input"),
        ("GET", "/api/v1/books?limit=1_0", 422, "invalid_input"),
        ("GET", "/api/v1/books?limit=10001", 422, "invalid_input"),
        ("GET", "/api/v1/books?limit=", 422, "invalid_input"),
        ("GET", "/api/v1/books?limit=1&limit=2", 422, "invalid_input"),
        ("GET", "/api/v1/books?nonsense=1", 422, "invalid_input"),
        ("GET", "/api/v1/books?author=%FF", 400, "bad_request"),
        ("GET", "/api/v1/books?" + "&".join(f"a{n}=1" for n in range(101)), 400, "bad_request"),
        ("GET", "/api/v1/lookup/123", 422, "invalid_isbn"),
        ("GET", "/api/v1/lookup/9780000000002?remote=never", 404, "not_found"),
        ("GET", "/api/v1/search", 422, "invalid_input"),
    ],
)
async def test_every_error_is_a_problem_with_a_plain_detail(tmp_path, method, path, status, code):
    async with served(tmp_path) as client:
        answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"/api/docs#{code}"
    assert isinstance(told["detail"], str)
    assert told["detail"]
    assert ("allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"{", 400, "invalid_json"),
        (b'{"title": NaN}', 400, "invalid_json"),
        (b'{"title": "\xff"}', 400, "invalid_json"),
        (b"[" * 100_000, 400, "invalid_json"),
        (b'{"title": "\\ud800"}', 400, "invalid_json"),
        (b"[]", 422, "invalid_input"),
        (b"null", 422, "invalid_input"),
        (b"{}", 422, "invalid_input"),
        (b'{"title": 5}', 422, "invalid_input"),
        (b'{"title": null}', 422, "invalid_input"),
        (b'{"titel": "Dune"}', 422, "invalid_input"),
        (b'{"title": "Dune", "price": 1e400}', 400, "invalid_json"),
        (b'{"title": "Dune", "price": -1}', 422, "invalid_input"),
        (b'{"title": "Dune", "release_date": "2010-13"}', 422, "invalid_input"),
        (b'{"title": "Dune", "release_date": "2010-02-30"}', 422, "invalid_date"),
    ],
)
async def test_every_bad_body_is_a_problem_and_changes_nothing(tmp_path, body, status, code):
    async with served(tmp_path) as client:
        before = client.library.revision()
        answer = await client.post(
            "/api/v1/books", content=body, headers={"Content-Type": "application/json"}
        )
        assert client.library.revision() == before
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert isinstance(answer.json()["detail"], str)


async def test_a_body_that_is_no_json_is_refused_by_its_type(tmp_path):
    async with served(tmp_path) as client:
        for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
            answer = await client.post(
                "/api/v1/books", content=b'{"title": "x"}', headers={"Content-Type": kind}
            )
            assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


class Broken(Library):
    def get_book(self, book_id):
        raise RuntimeError("the inside of the house")

    def get_edition(self, edition):
        raise errors.StoreCorrupt("damaged at byte 7", status="a detail", code="another", byte=7)


async def test_what_nobody_expected_shows_nothing_inside_and_is_logged(tmp_path, caplog):
    library = Broken(sample_library(tmp_path).path, offline=True)
    with caplog.at_level(logging.ERROR):
        async with served(tmp_path, library) as client:
            answer = await client.get("/api/v1/books/1")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "inside of the house" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "the inside of the house" in caplog.text


async def test_the_details_of_an_error_hide_no_member_of_the_problem(tmp_path):
    library = Broken(sample_library(tmp_path).path, offline=True)
    async with served(tmp_path, library) as client:
        told = (await client.get("/api/v1/editions/1")).json()
    assert (told["status"], told["code"], told["byte"]) == (500, "store_corrupt", 7)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidISBN("x"), 422),
        (errors.InvalidDate("x"), 422),
        (errors.InvalidPosition("x"), 422),
        (errors.InvalidDocument("x"), 422),
        (errors.InvalidFile("x"), 422),
        (errors.InvalidInput("x"), 422),
        (errors.NotFound("x"), 404),
        (errors.Conflict("x"), 409),
        (errors.MissingExtra("x"), 501),
        (errors.StoreBusy("x"), 503),
        (errors.StoreReadOnly("x"), 500),
        (errors.StoreCorrupt("x"), 500),
        (errors.StoreTooNew("x"), 500),
        (errors.SourceRateLimited("x", source="s", retry_after=3), 503),
        (errors.SourceUnavailable("x", source="s"), 502),
        (errors.SourceRefused("x", source="s"), 502),
        (errors.SourceChanged("x", source="s"), 502),
    ],
    ids=lambda value: getattr(value, "code", str(value)),
)
def test_every_error_of_the_tree_has_its_status(error, status):
    assert status_of(error) == status


async def test_another_users_word_never_shows(tmp_path):
    with sample_library(tmp_path) as ours:
        ours.mark("9780765326355", "own", notes="mine alone")
        ours.finish_reading("9780765326355", review="a private thought")
    theirs = open_library(tmp_path / "library.json", user_id=2)
    async with served(tmp_path, theirs) as client:
        edition = (await client.get("/api/v1/editions/9780765326355")).json()
        assert (edition["status"], edition["notes"], edition["copy"]) == ("missing", None, None)
        assert (await client.get("/api/v1/readings")).json()["total"] == 0
        for asked in ({"user_id": "1"}, {"user": "1"}):
            refused = await client.get("/api/v1/readings", params=asked)
            assert refused.status_code == 422
        for path in ("/books?limit=100", "/readings", "/reading/finished", "/search?q=kings",
                     "/exports/json", "/reading-stats", "/wanted", "/loans"):  # fmt: skip
            text = (await client.get(f"/api/v1{path}", headers={"X-User-Id": "1"})).text
            assert "mine alone" not in text
            assert "private thought" not in text


def test_without_the_extra_the_command_says_how_to_get_it(tmp_path):
    code = (
        "import sys; sys.modules['starlette'] = None\n"
        "from booktrack.cli import main; main(['serve', '--library', sys.argv[1]])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "library.json")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "pip install 'booktrack[web]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_apps_can_serve_one_library(tmp_path):
    with sample_library(tmp_path) as library:
        assert create_app(library) is not create_app(library)


async def test_a_head_request_is_answered_without_a_body(tmp_path):
    async with served(tmp_path) as client:
        answer = await client.head("/api/v1/books/1")
        whole = await client.get("/api/v1/books/1")
    assert answer.status_code == 200
    assert answer.content == b""
    assert answer.headers["content-length"] == str(len(whole.content))


@pytest.mark.parametrize("origins", ["https://a.example", ["a.example"], ["https://a/x"]])
def test_an_origin_must_be_one(tmp_path, origins):
    with sample_library(tmp_path) as library, pytest.raises(errors.InvalidInput):
        create_app(library, allowed_origins=origins)
