"""The settings page: nothing that it sends loses a setting, and no key is ever shown."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from booktrack import Library
from support.frontend import Browser, browser
from support.libraries import DUNE, open_library

KEY = "AIzaSy-planted-key-0123456789abcdef"
FORM = {
    "skoolib_url": "",
    "google_books_api_key": "",
    "open_library_api_key": "",
    "cache_ttl": None,
    "enable_price_lookup": True,
    "default_language": "en",
    "enable_external_metadata": True,
    "external_metadata_timeout_until": None,
}


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "library.json") as opened:
        yield opened


@pytest.fixture
async def page(library: Library) -> AsyncIterator[Browser]:
    async with browser(library) as shown:
        yield shown


@pytest.mark.parametrize("path", ["/settings", "/settings/"])
async def test_the_eight_settings_are_there_and_nothing_else(page: Browser, path: str) -> None:
    assert set(await page.get(path)) == set(FORM)


@pytest.mark.parametrize("path", ["/settings", "/settings/"])
async def test_the_whole_form_is_saved_and_told(page: Browser, path: str) -> None:
    form = {
        **FORM, "cache_ttl": 3600, "enable_price_lookup": False, "default_language": "ja",
        "enable_external_metadata": False, "skoolib_url": "https://example.org/shelf",
    }  # fmt: skip
    saved = (await page.send("PUT", path, form))["settings"]
    assert saved == await page.get(path)
    for name in form:
        assert saved[name] == (form[name] or (None if form[name] == "" else form[name])), name


async def test_a_cleared_number_is_no_error(page: Browser) -> None:
    await page.send("PUT", "/settings/", {**FORM, "cache_ttl": 3600})
    assert (await page.send("PUT", "/settings/", FORM))["settings"]["cache_ttl"] is None


@pytest.mark.parametrize(
    "change",
    [{"cache_ttl": 59}, {"cache_ttl": 86401}, {"cache_ttl": "soon"},
     {"skoolib_url": "javascript:alert(1)"}, {"skoolib_url": "ftp://example.org"},
     {"default_language": "klingonese"}, {"enable_price_lookup": "maybe"}],
)  # fmt: skip
async def test_a_wrong_value_is_refused_and_nothing_is_saved(page: Browser, change) -> None:
    before = await page.get("/settings/")
    form = {**FORM, "enable_price_lookup": False, **change}
    assert (await page.refused("PUT", "/settings/", form)).status_code == 422
    assert await page.get("/settings/") == before


async def test_a_restored_backup_of_any_age_is_taken(page: Browser) -> None:
    old = {"default_language": "fr", "theme": "dark", "version": 1, "cache_ttl": None}
    assert (await page.send("PUT", "/settings/", old))["settings"]["default_language"] == "fr"


async def test_a_key_is_kept_masked_and_sent_back_masked_changes_nothing(library, page) -> None:
    saved = await page.send("PUT", "/settings/", {**FORM, "google_books_api_key": KEY})
    masked = saved["settings"]["google_books_api_key"]
    assert masked
    assert KEY not in json.dumps(saved)
    told = await page.get("/settings/")
    assert told["google_books_api_key"] == masked
    await page.send("PUT", "/settings/", {**told, "default_language": "de"})
    assert library._ctx.settings("google_books_api_key") == KEY
    await page.send("PUT", "/settings/", {**told, "google_books_api_key": ""})
    assert library._ctx.settings("google_books_api_key") is None


async def test_a_planted_key_is_in_no_answer_and_no_log(library, page) -> None:
    await page.send("PUT", "/settings/", {**FORM, "google_books_api_key": KEY})
    paths = ["/settings", "/settings/info", "/settings/health", "/settings/cache/stats", "/logs",
             "/settings/sync-history", "/jobs", "/health", "/books/", "/series/"]  # fmt: skip
    for path in paths:
        assert KEY not in (await page.ask("GET", path)).text, path
    done = await page.send("POST", "/settings/backup")
    folder = Path(library.path).with_name("library.json.backups")
    assert KEY not in (folder / done["backup_file"]).read_text()
    for file in Path(library.path).parent.rglob("*"):
        if file.is_file() and file.suffix != ".secrets":
            assert KEY.encode() not in file.read_bytes(), file


async def test_settings_are_backed_up_restored_and_reset(page: Browser) -> None:
    await page.send("PUT", "/settings/", {**FORM, "default_language": "ja"})
    kept = (await page.send("POST", "/settings/backup"))["backup_file"]
    reset = await page.send("POST", "/settings/reset")
    assert reset["settings"]["default_language"] == "en"
    back = await page.send("POST", "/settings/restore", {"backup_file": kept})
    assert back["settings"]["default_language"] == "ja"


@pytest.mark.parametrize(
    "name",
    ["../library.json", "/etc/passwd", "settings-20260101T000000Z.json", "x", "", None, 5,
     "settings-20260101T000000Z.json/../../library.json", "settings-20260101T000000Z.json\0"],
)  # fmt: skip
async def test_no_backup_is_named_by_a_path(page: Browser, name) -> None:
    await page.refused("POST", "/settings/restore", {"backup_file": name})


async def test_what_the_page_asks_beside_has_the_shape_that_it_reads(library, page) -> None:
    library.import_file(b"9780441013593, 9780553293357")
    (entry,) = (await page.get("/settings/sync-history"))["history"]
    for name in ("timestamp", "source", "success", "books_found", "books_processed"):
        assert name in entry
    assert isinstance(entry["error_details"], list)
    stats = await page.get("/settings/cache/stats")
    for name in ("book_cache", "api_cache", "page_cache"):
        assert stats[name]["size"] >= 0
        assert 0 <= stats[name]["hit_rate"] <= 1
    info = await page.get("/settings/info")
    assert info["settings_file"]["exists"] is True
    assert info["cache_ttl_range"]["min"] == 60
    assert (await page.get("/settings/health"))["status"] == "healthy"
    for path in ("/health",):
        assert (await page.get(path))["status"] == "healthy"


async def test_sources_are_paused_by_the_body_and_by_the_query(page: Browser) -> None:
    done = await page.send("POST", "/settings/external-metadata/disable", {"duration_minutes": 30})
    assert isinstance(done["message"], str)
    status = await page.get("/settings/external-metadata/status")
    assert (status["enabled"], status["timeout_active"], status["minutes_remaining"]) == (
        False, True, 30,
    )  # fmt: skip
    await page.send("POST", "/settings/external-metadata/disable?duration_minutes=5")
    assert (await page.get("/settings/external-metadata/status"))["minutes_remaining"] == 5
    await page.send("POST", "/settings/external-metadata/enable")
    assert (await page.get("/settings/external-metadata/status"))["timeout_active"] is False
    body = {"duration_minutes": -3}
    await page.refused("POST", "/settings/external-metadata/disable", body)


async def test_an_address_within_the_house_is_not_fetched(tmp_path) -> None:
    with open_library(tmp_path / "l.json", offline=False, sources=[]) as library:
        async with browser(library) as page:
            for url in ("http://127.0.0.1:1/", "http://[::1]/", "file:///etc/passwd", "", None):
                told = await page.send("POST", "/settings/validate-url", {"url": url})
                assert told["valid"] is False
                assert told["error"]
                assert told["isbn_count"] == 0


async def test_skoolib_without_an_address_says_what_to_set(page: Browser) -> None:
    answer = await page.refused("POST", "/settings/sync-skoolib")
    assert "skoolib_url" in answer.json()["detail"]


@pytest.mark.parametrize("body", [{}, {"confirmation": "delete"}, {"confirmation": 1}, None])
async def test_all_data_are_not_removed_by_accident(library, page, body) -> None:
    library.add(DUNE, title="Dune")
    await page.refused("POST", "/settings/remove-all-data", body)
    assert list(await page.shelf()) == ["Standalone"]


async def test_removing_all_data_backs_up_first_and_can_be_undone(library, page) -> None:
    library.add(DUNE, title="Dune")
    done = await page.send("POST", "/settings/remove-all-data", {"confirmation": "DELETE"})
    assert sum(done["removed_counts"].values()) == 3
    assert all(isinstance(one, int) for one in done["removed_counts"].values())
    assert await page.shelf() == {}
    assert library.backups()["total"] == 1
    library.undo(done["undo"])
    assert list(await page.shelf()) == ["Standalone"]
