"""Junk in every field of every form: a refusal that can be printed, never a failure inside."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from support.frontend import FORM, VOLUME_FORM, browser
from support.libraries import WAY_OF_KINGS, open_library

JUNK = [
    None, True, False, 0, -1, 1.5, 10**30, "", " ", "x", "\x00", "💥" * 10, "9" * 5_000, [], [None],
    [[]], {}, {"a": 1}, "2024-02-30", "9780765326355", "../../etc/passwd", "<b>", "nan", "1e999",
    "https://", "//x", "=1+1",
]  # fmt: skip

BOOK = {
    "isbn": WAY_OF_KINGS, "isbn_13": "", "title": "The Way of Kings", "authors": ["B"],
    "series": "Saga", "series_name": "Saga", "series_position": 1, "publisher": "Tor",
    "published_date": "2010", "page_count": 10, "description": "d", "cover_url": "",
    "language": "en", "format": "ebook", "source": "x", "status": "owned", "mark_as_owned": True,
}  # fmt: skip
READING = {
    "isbn": WAY_OF_KINGS, "edition_id": 1, "reading_status": "reading",
    "reading_progress_pages": 1, "reading_progress_percentage": 2, "date_started": "2024",
    "date_finished": None, "personal_rating": 3, "personal_notes": "n", "rating": 3,
}  # fmt: skip
SETTINGS = {
    "skoolib_url": None, "google_books_api_key": None, "open_library_api_key": None,
    "cache_ttl": 60, "enable_price_lookup": True, "default_language": "en",
    "enable_external_metadata": False, "external_metadata_timeout_until": None,
}  # fmt: skip
FORMS = [
    ("POST", "/library/add", BOOK),
    ("POST", "/books/select-edition", BOOK),
    ("PUT", "/books/1/metadata", BOOK),
    ("PATCH", f"/books/{WAY_OF_KINGS}", BOOK),
    ("POST", "/series/create", FORM),
    ("PUT", "/series/Saga/update", FORM),
    ("POST", "/series/Saga/books/add", VOLUME_FORM),
    ("PUT", "/series/Saga/volumes/1", {**VOLUME_FORM, **BOOK}),
    ("POST", "/series/Saga/volumes/1/status", {"status": "owned"}),
    ("PUT", "/reading/progress", READING),
    ("POST", f"/reading/books/{WAY_OF_KINGS}/finish-reading", READING),
    ("PUT", "/settings/", SETTINGS),
    ("POST", "/settings/external-metadata/disable", {"duration_minutes": 5}),
    ("POST", "/settings/restore", {"backup_file": "x"}),
    ("POST", "/settings/remove-all-data", {"confirmation": "no"}),
    ("PUT", "/jobs/refresh", {"enabled": False, "interval_hours": 5}),
]
QUERIES = [
    "/search/books?query={}&max_results={}", "/books/search?q={}", "/reading/books/status/{}",
    "/series/search-metadata?query={}&search_type={}&max_results={}", "/books/details?isbn={}",
    "/amazon/sync-jobs?limit={}", "/settings/sync-history?limit={}", "/logs?limit={}&level={}",
    "/series/{}", "/books/isbn/{}", "/books/{}/metadata-sources", "/covers/{}?width={}",
]  # fmt: skip


def is_printable(answer) -> bool:
    """Return whether it is an answer, or a refusal that every page can print."""
    if answer.status_code < 300 or answer.status_code == 304:
        return True
    return answer.status_code < 500 and isinstance(answer.json()["detail"], str)


@pytest.mark.parametrize(("method", "path", "form"), FORMS)
async def test_junk_in_a_form_is_never_a_failure_inside(
    tmp_path: Path, method: str, path: str, form
) -> None:
    dice = random.Random(path)
    with open_library(tmp_path / "l.json") as library:
        library.add(WAY_OF_KINGS, title="The Way of Kings", series="Saga", position=1)
        async with browser(library) as page:
            for name in form:
                for junk in dice.sample(JUNK, 7):
                    body = {**form, name: junk}
                    answer = await page.ask(method, path, json=body)
                    assert is_printable(answer), (body, answer.text)
            assert library.check()["ok"]


@pytest.mark.parametrize("path", QUERIES)
async def test_junk_in_an_address_is_never_a_failure_inside(tmp_path: Path, path: str) -> None:
    with open_library(tmp_path / "l.json") as library:
        library.add(WAY_OF_KINGS, title="The Way of Kings", series="Saga", position=1)
        async with browser(library) as page:
            for junk in ("", "%00", "%ff", "x" * 3_000, "-1", "1e9", "%2e%2e%2fx", "%F0%9F%92%A5"):
                answer = await page.ask("GET", path.replace("{}", junk))
                assert is_printable(answer), (junk, answer.text)
