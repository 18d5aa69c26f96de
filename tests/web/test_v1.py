"""The clean API: pages, filters, versions, lost updates, repeated requests, names of all kinds."""

from __future__ import annotations

import asyncio
import io
import json
from pathlib import Path
from urllib.parse import quote

import pytest
from icalendar import Calendar
from PIL import Image

from booktrack import Library
from booktrack.web.operations_all import OPERATIONS
from support.web import sample_library, served

KINGS = "9780765326355"

# What a server has no use for: opening and closing, a table for pandas, and the way in which the
# API itself works (versions, one transaction for an edit with If-Match).
NOT_SERVED = {
    "close",
    "revision",
    "revision_at_hand",
    "to_dataframe",
    "today",
    "transaction",
}


def test_every_function_of_the_public_face_has_a_route():
    public = {
        name
        for name in dir(Library)
        if not name.startswith("_") and callable(getattr(Library, name))
    }
    assert public - {one.function for one in OPERATIONS} == NOT_SERVED


def test_no_address_and_no_name_stands_twice():
    assert len({(one.method, one.path) for one in OPERATIONS}) == len(OPERATIONS)
    assert len({one.id for one in OPERATIONS}) == len(OPERATIONS)


# --- lists -----------------------------------------------------------------------------------


async def test_pages_together_are_the_whole_list_in_order(tmp_path):
    async with served(tmp_path) as client:
        whole = (await client.get("/api/v1/books?limit=1000&sort=title")).json()
        pages = []
        for offset in range(0, whole["total"], 7):
            page = (await client.get(f"/api/v1/books?limit=7&offset={offset}&sort=title")).json()
            assert (page["total"], page["limit"], page["offset"]) == (whole["total"], 7, offset)
            pages += page["books"]
        assert pages == whole["books"]
        beyond = (await client.get("/api/v1/books?offset=100000")).json()
        assert (beyond["total"], beyond["books"]) == (whole["total"], [])


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("status=want", lambda book: "want" in [one["status"] for one in book["editions"]]),
        ("author=sanderson,%20brandon", lambda book: book["authors"] == ["Brandon Sanderson"]),
        ("series=Saga", lambda book: book["series"] == "Saga"),
        ("series_id=10", lambda book: book["series_id"] == 10),
        ("format=ebook", lambda book: "ebook" in [one["format"] for one in book["editions"]]),
        ("language=en&status=own", lambda book: True),
    ],
)
async def test_filters_leave_only_what_fits(tmp_path, query, fits):
    async with served(tmp_path) as client:
        books = (await client.get(f"/api/v1/books?limit=1000&{query}")).json()["books"]
        everything = (await client.get("/api/v1/books?limit=1000")).json()
    assert 0 < len(books) < everything["total"]
    assert all(fits(book) for book in books)


async def test_a_list_can_be_sorted_both_ways(tmp_path):
    async with served(tmp_path) as client:
        for sort in ("title", "author", "series", "release_date", "added", "updated", "id"):
            one = (await client.get(f"/api/v1/books?limit=1000&sort={sort}")).json()["books"]
            other = await client.get(f"/api/v1/books?limit=1000&sort={sort}&descending=true")
            assert {book["id"] for book in one} == {book["id"] for book in other.json()["books"]}
            assert one != other.json()["books"]


# --- names -----------------------------------------------------------------------------------

NAMES = [
    "イジらないで、長瀞さん / Ijiranaide, Nagatoro-san",
    "Fate/stay night",
    "100%",
    "100% Me",
    "%2F",
    "C#",
    "Who? Me!",
    "\"Quoted\" 'names'",
    "a;b=c&d+e",
    "back\\slash",
    "進撃の巨人",
    "86",
    "1/2 Prince",
    "🦊 tales",
]


@pytest.mark.parametrize("name", NAMES)
async def test_a_series_of_any_name_is_found_by_its_raw_path(tmp_path, name):
    async with served(tmp_path) as client:
        made = await client.post(
            "/api/v1/books",
            json={"title": f"{name}, Vol. 1", "series": name, "position": 1, "remote": "never"},
        )
        assert made.status_code == 201, made.text
        raw = quote(name, safe="")
        found = await client.get(f"/api/v1/series/{raw}?by=name")
        assert found.status_code == 200, found.text
        assert name in [found.json()["name"], *found.json()["aliases"]]
        missing = await client.get(f"/api/v1/series/{raw}/missing?by=name")
        assert missing.json()["series"]["id"] == found.json()["id"]
        edited = await client.put(f"/api/v1/series/{raw}/tracking?by=name", json={"tracked": False})
        assert edited.json()["tracked"] is False
        page = await client.get("/api/v1/books", params={"series": name})
        assert page.json()["total"] >= 1


async def test_a_number_is_an_id_unless_it_is_said_to_be_a_name(tmp_path):
    async with served(tmp_path) as client:
        assert (await client.get("/api/v1/series/86")).status_code == 404
        named = await client.get("/api/v1/series/86?by=name&kind=light_novel")
        assert named.json()["aliases"][0] == "86"
        assert (await client.get("/api/v1/series/10")).json()["name"] == "Saga"


# --- versions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/books", "/series", "/wanted", "/history", "/reading-stats", "/series-audit"]
)
async def test_a_list_that_one_has_is_not_sent_again_until_something_changes(tmp_path, path):
    async with served(tmp_path) as client:
        first = await client.get(f"/api/v1{path}")
        known = {"If-None-Match": first.headers["etag"]}
        again = await client.get(f"/api/v1{path}", headers=known)
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == first.headers["etag"]
        client.library.add_note(KINGS, "changed")
        assert (await client.get(f"/api/v1{path}", headers=known)).status_code == 200


async def test_a_change_by_another_process_ends_a_version_too(tmp_path):
    async with served(tmp_path) as client:
        first = await client.get("/api/v1/books")
        with sample_library(tmp_path) as notebook:
            notebook.mark(KINGS, "want")
        known = {"If-None-Match": first.headers["etag"]}
        assert (await client.get("/api/v1/books", headers=known)).status_code == 200


@pytest.mark.parametrize(
    ("header", "status"),
    [('"x", {}', 304), ("*", 304), ("W/{}", 304), ('"x"', 200), ("{}x", 200), ("", 200)],
)
async def test_versions_are_compared_as_http_says(tmp_path, header, status):
    async with served(tmp_path) as client:
        etag = (await client.get("/api/v1/books/1")).headers["etag"]
        known = {"If-None-Match": header.format(etag)}
        assert (await client.get("/api/v1/books/1", headers=known)).status_code == status


EDITS = [
    ("PATCH", "/books/1", {"subtitle": "first"}, {"subtitle": "second"}, "/books/1"),
    ("PATCH", f"/editions/{KINGS}", {"page_count": 1}, {"page_count": 2}, f"/editions/{KINGS}"),
    ("PUT", "/editions/1/status", {"status": "want"}, {"status": "own"}, "/editions/1"),
    ("PATCH", "/editions/1/copy", {"copies": 2}, {"copies": 3}, "/editions/1"),
    ("PATCH", "/series/Saga", {"total": 11}, {"total": 12}, "/series/Saga"),
    ("PATCH", "/readings/1", {"review": "a"}, {"review": "b"}, "/readings/1"),
    ("PATCH", "/settings", {"patience": 5.0}, {"patience": 6.0}, "/settings"),
]


@pytest.mark.parametrize(("method", "path", "one", "other", "of"), EDITS)
async def test_an_edit_of_what_was_changed_meanwhile_is_a_conflict(
    tmp_path, method, path, one, other, of
):
    async with served(tmp_path) as client:
        client.library.start_reading(1)
        etag = (await client.get(f"/api/v1{of}")).headers["etag"]
        mine = {"If-Match": etag}
        done = await client.request(method, f"/api/v1{path}", json=one, headers=mine)
        assert done.status_code == 200, done.text
        now = (await client.get(f"/api/v1{of}")).headers["etag"]
        assert done.headers["etag"] == now
        lost = await client.request(method, f"/api/v1{path}", json=other, headers=mine)
        assert (lost.status_code, lost.json()["code"]) == (409, "lost_update")
        assert lost.headers["etag"] == now
        assert (await client.get(f"/api/v1{of}")).headers["etag"] == now
        again = await client.request(
            method, f"/api/v1{path}", json=other, headers={"If-Match": f'"old", {now}'}
        )
        assert again.status_code == 200


async def test_of_two_edits_at_once_one_is_lost_and_told_so(tmp_path):
    async with served(tmp_path) as client:
        etag = (await client.get("/api/v1/books/1")).headers["etag"]
        answers = await asyncio.gather(
            *(
                client.patch(
                    "/api/v1/books/1", json={"subtitle": f"by {n}"}, headers={"If-Match": etag}
                )
                for n in range(8)
            )
        )
    assert sorted(one.status_code for one in answers) == [200] + [409] * 7


async def test_if_match_is_not_passed_over_in_silence(tmp_path):
    async with served(tmp_path) as client:
        answer = await client.post("/api/v1/reconciliation", headers={"If-Match": '"x"'})
    assert (answer.status_code, answer.json()["code"]) == (400, "if_match_not_taken")


# --- requests that are sent again ------------------------------------------------------------


async def test_a_repeated_request_is_done_once(tmp_path):
    async with served(tmp_path) as client:
        key = {"Idempotency-Key": "one"}
        body = {"title": "Piranesi", "remote": "never"}
        first = await client.post("/api/v1/books", json=body, headers=key)
        again = await client.post("/api/v1/books", json=body, headers=key)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert again.headers["location"] == first.headers["location"]
        assert again.headers["idempotency-replayed"] == "true"
        assert (await client.get("/api/v1/search?title=piranesi")).json()["results"][1:] == []
        other = await client.post("/api/v1/books", json={**body, "title": "Emma"}, headers=key)
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")


async def test_a_key_outlasts_the_server(tmp_path):
    key = {"Idempotency-Key": "kept"}
    body = {"title": "Piranesi", "remote": "never"}
    async with served(tmp_path) as client:
        first = await client.post("/api/v1/books", json=body, headers=key)
    async with served(tmp_path) as client:
        again = await client.post("/api/v1/books", json=body, headers=key)
    assert again.json() == first.json()
    assert (tmp_path / "library.json.requests").stat().st_mode & 0o077 == 0


async def test_a_request_that_failed_may_be_mended_and_sent_again(tmp_path):
    async with served(tmp_path) as client:
        key = {"Idempotency-Key": "mended"}
        assert (await client.post("/api/v1/books", json={}, headers=key)).status_code == 422
        made = await client.post(
            "/api/v1/books", json={"title": "Emma", "remote": "never"}, headers=key
        )
        assert made.status_code == 201


@pytest.mark.parametrize(("changed", "status"), [(False, 201), (True, 409)])
async def test_a_server_that_died_in_between_never_does_it_twice(tmp_path, changed, status):
    from booktrack.web.idempotency import Keys

    async with served(tmp_path) as client:
        endpoint = client.app.routes[0]
        keys: Keys = endpoint.served.keys
        sent = {"title": "Emma", "remote": "never"}
        headers = {"Idempotency-Key": "died"}
        await client.post("/api/v1/books", json=sent, headers=headers)
        # As the dead server left it: begun, never finished, by a process that is no more.
        with keys.database() as database:
            database.execute("UPDATE requests SET answer = NULL, process = 4194304")
            if not changed:
                revision = client.library.revision()
                database.execute("UPDATE requests SET revision = ?", (revision,))
        answer = await client.post("/api/v1/books", json=sent, headers=headers)
        assert answer.status_code == status
        if changed:
            assert answer.json()["code"] == "idempotency_unknown"


async def test_the_same_key_at_the_same_time_is_done_once(tmp_path):
    async with served(tmp_path) as client:
        before = (await client.get("/api/v1/books")).json()["total"]
        answers = await asyncio.gather(
            *(
                client.post(
                    "/api/v1/books",
                    json={"title": "Emma", "remote": "never"},
                    headers={"Idempotency-Key": "twice"},
                )
                for _ in range(6)
            )
        )
        assert {one.status_code for one in answers} <= {201, 409}
        assert (await client.get("/api/v1/books")).json()["total"] == before + 1


async def test_two_users_may_choose_the_same_key(tmp_path):
    key = {"Idempotency-Key": "same"}
    body = {"minutes": 10, "note": "for my eyes only", "date": "2024-01-02"}
    path = "/api/v1/books/1/reading/sessions"
    async with served(tmp_path) as one:
        told = await one.post(path, json=body, headers=key)
        assert told.status_code == 201
    library = sample_library(tmp_path, user_id=2)
    async with served(tmp_path, library) as other:
        answer = await other.post(path, json=body, headers=key)
        assert answer.status_code == 201
        assert "idempotency-replayed" not in answer.headers
        assert (await other.get("/api/v1/readings")).json()["total"] == 1


@pytest.mark.parametrize("key", ["x" * 256, "a b", "\x7f", "k\xe4se"])
async def test_a_key_that_is_none_is_refused(tmp_path, key):
    async with served(tmp_path) as client:
        answer = await client.post(
            "/api/v1/books",
            json={"title": "x"},
            headers={b"Idempotency-Key": key.encode("latin-1")},
        )
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_idempotency_key")


# --- files -----------------------------------------------------------------------------------


async def test_the_calendar_is_a_feed_with_a_version(tmp_path):
    async with served(tmp_path) as client:
        feed = await client.get("/api/v1/calendar.ics")
        assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
        assert Calendar.from_ical(feed.content).walk("VEVENT")
        known = {"If-None-Match": feed.headers["etag"]}
        assert (await client.get("/api/v1/calendar.ics", headers=known)).status_code == 304
        months = (await client.get("/api/v1/calendar?start=2026-12&end=2026-12")).json()
        assert list(months) == ["2026-12"]


def picture(colour="navy", size=(600, 900)):
    file = io.BytesIO()
    image = Image.new("RGB", size, colour)
    image.paste("white", (50, 50, 300, 200))
    image.save(file, "PNG")
    return file.getvalue()


async def test_a_cover_is_uploaded_shown_kept_for_ever_and_removed(tmp_path):
    async with served(tmp_path) as client:
        path = f"/api/v1/editions/{KINGS}/cover"
        assert (await client.get(path)).status_code == 404
        put = await client.put(path, files={"file": ("x.png", picture(), "image/png")})
        assert put.status_code == 200, put.text
        assert "path" not in put.json()
        shown = await client.get(path)
        assert shown.headers["content-type"] == "image/png"
        known = {"If-None-Match": shown.headers["etag"]}
        assert (await client.get(path, headers=known)).status_code == 304

        kept = await client.get(f"/api/v1/covers/{put.json()['sha256']}?width=200")
        assert kept.headers["content-type"] == "image/webp"
        assert "immutable" in kept.headers["cache-control"]
        assert Image.open(io.BytesIO(kept.content)).size == (200, 300)
        assert (await client.get(f"/api/v1/covers/{'0' * 64}")).status_code == 404

        raw = await client.put(path, content=picture("red"), headers={"Content-Type": "image/png"})
        assert raw.status_code == 200
        assert raw.json()["sha256"] != put.json()["sha256"]
        again = await client.get(path, headers=known)
        assert again.status_code == 200
        assert (await client.delete(path)).status_code == 200
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("csv", "text/csv"),
        ("json", "application/json"),
        ("goodreads", "text/csv"),
        ("calibre", "text/csv"),
        ("isbn", "text/plain"),
        ("markdown", "text/markdown"),
        ("html", "text/html"),
        ("bibtex", "application/x-bibtex"),
    ],
)
async def test_every_export_is_a_download_of_its_kind(tmp_path, name, media):
    async with served(tmp_path) as client:
        answer = await client.get(f"/api/v1/exports/{name}?series=Saga")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(media)
    assert 'attachment; filename="booktrack.' in answer.headers["content-disposition"]
    assert answer.content


async def test_a_backup_is_downloaded_and_put_back(tmp_path):
    async with served(tmp_path) as client:
        copy = await client.get("/api/v1/backup")
        assert json.loads(copy.content)["books"]
        await client.delete("/api/v1/books/1")
        back = await client.post("/api/v1/restore", files={"file": ("b.json", copy.content)})
        assert back.status_code == 200, back.text
        assert (await client.get("/api/v1/books/1")).status_code == 200
        kept = (await client.get("/api/v1/backups")).json()["backups"]
        assert back.json()["kept"] in [one["name"] for one in kept]
        assert not [one for one in kept if "/" in one["name"]]
        undone = await client.post(f"/api/v1/backups/{back.json()['kept']}/restore")
        assert undone.status_code == 200
        assert (await client.get("/api/v1/books/1")).status_code == 404


async def test_a_backup_with_what_others_noted_is_not_for_everyone(tmp_path):
    async with served(tmp_path) as one:
        noted = await one.post("/api/v1/editions/1/notes", json={"note": "for my eyes only"})
        assert noted.status_code == 200
        assert (await one.get("/api/v1/backup")).status_code == 200
    async with served(tmp_path, sample_library(tmp_path, user_id=2)) as other:
        answer = await other.get("/api/v1/backup")
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert "eyes" not in answer.text
        assert (await other.post("/api/v1/backups")).status_code == 201


async def test_a_change_is_listed_and_undone(tmp_path):
    async with served(tmp_path) as client:
        await client.put(f"/api/v1/editions/{KINGS}/status", json={"status": "missing"})
        change = (await client.get("/api/v1/history?limit=1")).json()["transactions"][0]
        undone = await client.post(f"/api/v1/history/{change['id']}/undo")
        assert undone.json()["undoes"] == change["id"]
        assert (await client.get(f"/api/v1/editions/{KINGS}")).json()["status"] == "own"


async def test_keys_come_back_masked_and_masked_values_change_nothing(tmp_path):
    async with served(tmp_path) as client:
        done = await client.patch(
            "/api/v1/settings", json={"google_books_api_key": "AIza-something-long-1234"}
        )
        masked = done.json()["google_books_api_key"]
        assert "something" not in done.text
        again = await client.patch("/api/v1/settings", json={"google_books_api_key": masked})
        assert again.json()["google_books_api_key"] == masked
    kept = Path(tmp_path / "library.json.secrets").read_text("utf-8")
    assert "AIza-something-long-1234" in kept
