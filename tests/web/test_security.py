"""Attacks on the server, one for each sentence of what keeps it safe."""

from __future__ import annotations

import base64
import io
import logging
import zipfile

import pytest
from PIL import Image

from booktrack import InvalidInput
from booktrack.web.access import is_loopback
from booktrack.web.guesses import Guesses
from booktrack.web.server import serve
from booktrack.web.tokens import Tokens
from support.libraries import open_library
from support.web import sample_library, served

TOKEN = "planted-token-7f3a9c"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
NOTE = {"note": "written by a stranger"}


# --- the token -------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "books.example", ""])
def test_beyond_loopback_nothing_is_served_without_a_token(tmp_path, host):
    with sample_library(tmp_path) as library, pytest.raises(InvalidInput, match="BOOKTRACK_TOKEN"):
        serve(library, host=host)


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("LOCALHOST", True),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
        ("2130706433", False),
        ("0.0.0.0", False),
    ],
)
def test_loopback_is_told_by_the_address(host, local):
    assert is_loopback(host) is local


@pytest.mark.parametrize("token", ["", " ", "a b\n", "käse", " padded"])
def test_a_token_that_no_header_can_bear_is_refused_and_not_shown(token):
    with pytest.raises(InvalidInput) as refused:
        Tokens(token)
    assert not token.strip() or token not in str(refused.value)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": f"Bearer {TOKEN}x"},
        {"Authorization": f"Bearer {TOKEN[:-1]}"},
        {"Authorization": TOKEN},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic " + base64.b64encode(TOKEN.encode()).decode()},
        {"Authorization": f"Digest {TOKEN}"},
        {"Cookie": f"booktrack_session={TOKEN}"},
        {"Cookie": "booktrack_session=9999999999.0000"},
        {"Cookie": f"token={TOKEN}"},
        {"X-Token": TOKEN},
    ],
)
async def test_who_does_not_show_the_token_is_refused(tmp_path, headers):
    async with served(tmp_path, token=TOKEN) as client:
        for path in ("/api/v1/books", "/api/openapi.json", "/api/docs", "/api/books/", "/nothing"):
            answer = await client.get(path, headers=headers, params={"token": TOKEN})
            assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
            assert "Bearer" in answer.headers["www-authenticate"]
            assert TOKEN not in answer.text


async def test_the_token_opens_as_bearer_as_password_and_as_session(tmp_path):
    basic = base64.b64encode(f"anyone:{TOKEN}".encode()).decode()
    async with served(tmp_path, token=TOKEN) as client:
        for headers in (BEARER, {"Authorization": f"bearer {TOKEN}"},
                        {"Authorization": f"Basic {basic}"}):  # fmt: skip
            assert (await client.get("/api/v1/books", headers=headers)).status_code == 200
        assert (await client.get("/api/v1/calendar.ics", auth=("", TOKEN))).status_code == 200

        refused = await client.post("/api/login", json={"token": "wrong"})
        assert refused.status_code == 401
        assert "set-cookie" not in refused.headers
        entered = await client.post("/api/login", json={"token": TOKEN})
        assert entered.status_code == 204
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        assert (await client.get("/api/v1/books")).status_code == 200


async def test_a_session_of_another_token_or_an_old_one_does_not_open(tmp_path):
    async with served(tmp_path, token=TOKEN) as client:
        for value in (Tokens("another-token").session(), "1.abc", _expired()):
            answer = await client.get(
                "/api/v1/books", headers={"Cookie": f"booktrack_session={value}"}
            )
            assert answer.status_code == 401


def _expired():
    tokens = Tokens(TOKEN)
    return f"1000000000.{tokens._proof('1000000000')}"


async def test_who_guesses_the_token_has_to_wait_and_a_session_goes_on(tmp_path):
    async with served(tmp_path, token=TOKEN) as client:
        session = (await client.post("/api/login", json={"token": TOKEN})).headers["set-cookie"]
        client.cookies.clear()
        for number in range(5):
            guess = {"Authorization": f"Bearer {number}"}
            assert (await client.get("/api/v1/books", headers=guess)).status_code == 401
            told = await client.post("/api/login", json={"token": f"guess {number}"})
            assert told.status_code == 401
        for answer in (
            await client.get("/api/v1/books", headers=BEARER),
            await client.get("/api/v1/books", auth=("", TOKEN)),
            await client.post("/api/login", json={"token": TOKEN}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
            assert 1 <= int(answer.headers["retry-after"]) <= 6
            assert "set-cookie" not in answer.headers
        assert (await client.get("/api/health", headers=BEARER)).status_code == 200
        cookie = {"Cookie": session.partition(";")[0]}
        assert (await client.get("/api/v1/books", headers=cookie)).status_code == 200


def test_guesses_are_forgiven_with_time_and_kept_within_bounds():
    now = 0.0
    guesses = Guesses(lambda: now)
    for _ in range(10):
        assert not guesses.wait("192.0.2.1")
        guesses.count("192.0.2.1")
    assert guesses.wait("192.0.2.1") == 6
    assert not guesses.wait("192.0.2.2")
    now = 6.0
    assert not guesses.wait("192.0.2.1")
    guesses.count("192.0.2.1")
    assert guesses.wait("192.0.2.1") == 6
    for number in range(20_000):
        guesses.count(f"host {number}")
    assert len(guesses._paid) == 10_000


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:a:b:c:d", True),
        ("2001:db8::5", "2001:db8:0:0:ffff::1", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_who_has_many_addresses_guesses_as_one(one, other, same):
    guesses = Guesses(lambda: 0.0)
    for _ in range(10):
        guesses.count(one)
    assert bool(guesses.wait(other)) is same


async def test_without_the_token_health_says_only_whether_the_server_is_ready(tmp_path):
    async with served(tmp_path, token=TOKEN) as client:
        told = (await client.get("/api/health")).json()
        assert (told["ready"], told["library"], told["problems"]) == (True, {}, [])
        told = (await client.get("/api/health", headers=BEARER)).json()
        assert told["library"]["path"]


# --- the name and the page -------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost:8000@evil.example",
        "localhost/evil",
        "localhost evil.example",
        "2130706433",
        "0x7f.1",
        "127.1",
        "[::ffff:127.0.0.1]",
        "192.168.1.5",
        "0.0.0.0",
        "",
    ],
)
async def test_a_name_that_was_rebound_to_this_machine_is_refused(tmp_path, host):
    async with served(tmp_path) as client:
        answer = await client.get("/api/v1/books", headers={"Host": host})
        assert (answer.status_code, answer.json()["code"]) == (400, "wrong_host")
        two = await client.get("/api/v1/books", headers=[("Host", "localhost"), ("Host", host)])
        assert two.status_code == 400


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8000",
        "127.0.0.1:1",
        "[::1]:8000",
        "[::1]",
        "localhost.",
        "testserver",
    ],
)
async def test_loopback_is_answered_under_each_of_its_names(tmp_path, host):
    async with served(tmp_path) as client:
        assert (await client.get("/api/health", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        (["books.example"], "books.example:443", 200),
        (["books.example"], "www.books.example", 400),
        ([".books.example"], "www.books.example", 200),
        ([".books.example"], "evilbooks.example", 400),
        (["0.0.0.0"], "192.168.1.5:8000", 200),
        (["0.0.0.0"], "[fd00::5]:8000", 200),
        (["0.0.0.0"], "evil.example", 400),
        (["*"], "evil.example", 200),
    ],
)
async def test_further_names_are_answered_where_they_are_allowed(tmp_path, allowed, host, status):
    async with served(tmp_path, allowed_hosts=allowed) as client:
        answer = await client.get("/api/health", headers={"Host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost@evil.example"},
        {"Origin": "file://"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_a_page_of_another_site_cannot_change_anything(tmp_path, headers):
    async with served(tmp_path) as client:
        before = client.library.revision()
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            answer = await client.request(
                method, "/api/v1/editions/1/notes", headers=headers, json=NOTE
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")
        form = await client.post(
            "/api/v1/imports", headers=headers, files={"file": ("a.csv", b"ISBN\n9780441013593\n")}
        )
        assert form.status_code == 403
        assert client.library.revision() == before


async def test_a_page_of_another_site_cannot_make_the_server_ask_sources(tmp_path):
    picture = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors",
               "Sec-Fetch-Dest": "image"}  # fmt: skip
    went_there = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate",
                  "Sec-Fetch-Dest": "document"}  # fmt: skip
    async with served(tmp_path) as client:
        path = "/api/v1/lookup/9780765326355"
        assert (await client.get(path, headers=picture)).status_code == 403
        assert (await client.get(path, headers=went_there)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost:3000"},
        {"Origin": "http://127.0.0.1:5173", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_programs_and_pages_that_this_machine_passes_on_can(tmp_path, headers):
    async with served(tmp_path) as client:
        answer = await client.post("/api/v1/editions/1/notes", headers=headers, json=NOTE)
    assert answer.status_code == 200


async def test_another_local_servers_page_cannot_call_by_itself(tmp_path):
    headers = {"Origin": "http://127.0.0.1:5173", "Sec-Fetch-Site": "same-site"}
    async with served(tmp_path) as client:
        answer = await client.post("/api/v1/editions/1/notes", headers=headers, json=NOTE)
    assert answer.status_code == 403


async def test_a_foreign_origin_gets_no_leave_to_read(tmp_path):
    foreign = {"Origin": "https://evil.example"}
    asking = {**foreign, "Access-Control-Request-Method": "PUT"}
    for allowed in ((), ("https://books.example",)):
        async with served(tmp_path, allowed_origins=allowed) as client:
            answer = await client.get("/api/v1/books", headers=foreign)
            assert "access-control-allow-origin" not in answer.headers
            answer = await client.options("/api/v1/books", headers=asking)
            assert answer.status_code == 403
            assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_a_named_origin_may_ask_read_and_write(tmp_path):
    named = {"Origin": "https://books.example"}
    async with served(tmp_path, allowed_origins=["https://books.example/"], token=TOKEN) as client:
        asked = await client.options(
            "/api/v1/books/1",
            headers={**named, "Access-Control-Request-Method": "PATCH",
                     "Access-Control-Request-Headers": "authorization,content-type,if-match"},
        )  # fmt: skip
        assert asked.status_code == 204
        assert asked.headers["access-control-allow-origin"] == "https://books.example"
        assert "PATCH" in asked.headers["access-control-allow-methods"]
        assert "if-match" in asked.headers["access-control-allow-headers"].lower()
        assert (await client.get("/api/v1/books", headers=named)).status_code == 401
        answer = await client.post(
            "/api/v1/editions/1/notes", headers={**named, **BEARER, "Sec-Fetch-Site": "cross-site"},
            json=NOTE,
        )  # fmt: skip
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == "https://books.example"
        assert "Origin" in answer.headers["vary"]


async def test_every_answer_bears_what_keeps_a_browser_from_guessing(tmp_path):
    async with served(tmp_path) as client:
        for path in ("/api/v1/books", "/api/nothing", "/api/docs", "/api/v1/exports/html"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["referrer-policy"] == "no-referrer"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]


# --- paths and files -------------------------------------------------------------------------

TRAVERSALS = [
    "../../../../etc/passwd",
    "..",
    "....//....//etc/passwd",
    "/etc/passwd",
    "..\\..\\windows\\win.ini",
    "%2e%2e%2fetc%2fpasswd",
    "library.json\x00.png",
    "0" * 64,
    "~/.ssh/id_rsa",
]


@pytest.mark.parametrize("name", TRAVERSALS)
async def test_no_path_comes_from_input(tmp_path, name):
    (tmp_path / "secret.txt").write_text("root:x:0:0")
    raw = "".join(f"%{byte:02X}" for byte in name.encode())
    async with served(tmp_path) as client:
        for path in ("covers/{}", "exports/{}", "cover-paths/{}", "editions/{}/cover"):
            answer = await client.get(f"/api/v1/{path.format(raw)}")
            assert answer.status_code in (404, 422)
            assert "root:" not in answer.text
        answer = await client.post(f"/api/v1/backups/{raw}/restore")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_a_file_of_the_server_cannot_be_named_as_a_picture_or_a_backup(tmp_path):
    secret = tmp_path / "secret.png"
    Image.new("RGB", (300, 450), "navy").save(secret)
    async with served(tmp_path) as client:
        for url in (str(secret), f"file://{secret}", "ftp://example.org/x", "javascript:alert(1)"):
            answer = await client.post("/api/v1/editions/1/cover-downloads", json={"url": url})
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
        answer = await client.post("/api/v1/settings/restore", json={"path": str(secret)})
        assert answer.status_code == 422
        answer = await client.post("/api/v1/scan", json={"picture": str(secret)})
        assert answer.status_code == 415


async def test_a_backup_of_a_stranger_writes_nothing_outside_and_changes_nothing(tmp_path):
    async with served(tmp_path) as client:
        before = client.library.revision()
        for content in (b"[]", b"null", b"PK\x03\x04", _bomb()):
            answer = await client.post("/api/v1/restore", files={"file": ("../../x.json", content)})
            assert answer.status_code == 422, answer.text
            assert "/tmp" not in answer.json()["detail"]
        assert client.library.revision() == before
    assert not (tmp_path.parent / "x.json").exists()


def _bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../evil.csv", b"0" * (40 << 20))
    return packed.getvalue()


async def test_a_zip_bomb_is_no_import(tmp_path):
    async with served(tmp_path) as client:
        answer = await client.post(
            "/api/v1/imports/preview", files={"file": ("export.zip", _bomb())}
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_file")


async def test_a_picture_bomb_is_no_cover(tmp_path):
    packed = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(packed, "PNG")
    assert len(packed.getvalue()) < 1 << 20
    async with served(tmp_path) as client:
        for content in (packed.getvalue(), b"GIF89a" + b"\xff" * 50, b"<svg onload='x'/>"):
            answer = await client.put(
                "/api/v1/editions/1/cover", files={"file": ("cover.png", content, "image/png")}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_file")


async def test_an_html_export_is_a_download_and_no_page_of_this_origin(tmp_path):
    async with served(tmp_path) as client:
        await client.post(
            "/api/v1/books", json={"title": "<script>alert(1)</script>", "remote": "never"}
        )
        answer = await client.get("/api/v1/exports/html")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "<script>alert" not in answer.text


async def test_a_table_for_spreadsheets_holds_no_formula(tmp_path):
    async with served(tmp_path) as client:
        for title in ("=1+1", "@SUM(A1)", "+1", '-2+3+cmd|" /C calc"!A0'):
            await client.post("/api/v1/books", json={"title": title, "remote": "never"})
        text = (await client.get("/api/v1/exports/csv")).text
    assert not [cell for cell in text.replace('"', "").split(",") if cell[:1] in "=@" and cell]


PRIVATE = [
    "http://127.0.0.1/",
    "http://localhost:8000/api/v1/books",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.0.1/",
    "http://172.16.0.1/",
    "http://100.64.0.1/",
    "http://[fd00::1]/",
    "http://[fe80::1]/",
    "http://0.0.0.0/",
    "http://user:pass@127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "//127.0.0.1/",
]


@pytest.mark.parametrize("url", PRIVATE)
async def test_no_address_that_a_user_gives_leads_into_the_house(tmp_path, url):
    library = sample_library(tmp_path, offline=False, sources=[])
    async with served(tmp_path, library) as client:
        told = (await client.post("/api/v1/validate-url", json={"url": url})).json()
        assert told.get("valid") is not True
        assert told.get("isbn_count", 0) == 0
        if url.startswith("http"):
            job = await client.post("/api/v1/editions/1/cover-downloads", json={"url": url})
            async with client.stream("GET", f"{job.headers['location']}/events") as events:
                text = "".join([line async for line in events.aiter_text()])
            assert '"state":"failed"' in text
        refused = await client.patch("/api/v1/settings", json={"webhook_url": url})
        assert refused.status_code in (200, 422)


# --- what is written -------------------------------------------------------------------------


async def test_a_planted_secret_stands_in_nothing_that_the_server_wrote(tmp_path, caplog):
    key = "planted-google-key-55"
    requests = [
        ("PATCH", "/api/v1/settings", {"google_books_api_key": key}),
        ("PATCH", "/api/v1/settings", {"google_books_api_key": [key]}),
        ("PATCH", "/api/v1/settings", {"google_books_api_key": key, "patience": "long"}),
        ("POST", "/api/v1/settings/backup", None),
        ("GET", "/api/v1/backup", None),
        ("GET", "/api/v1/exports/json", None),
        ("GET", "/api/v1/history", None),
        ("GET", "/api/v1/settings", None),
        ("GET", "/api/v1/settings/info", None),
        ("GET", "/api/v1/settings/health", None),
        ("GET", "/api/health", None),
        ("GET", "/api/logs", None),
        ("GET", f"/api/nothing?token={TOKEN}&key={key}", None),
        ("GET", f"/api/v1/books?nonsense={TOKEN}", None),
        ("POST", "/api/login", {"token": TOKEN, "and": 1}),
        ("POST", "/api/login", {"token": f"{TOKEN}x"}),
    ]
    written = []
    with caplog.at_level(logging.DEBUG, logger="booktrack"):
        async with served(tmp_path, token=TOKEN) as client:
            for method, path, body in requests:
                answer = await client.request(method, path, json=body, headers=BEARER)
                written.append(str(answer.headers) + answer.text)
    written.append(caplog.text)
    for file in tmp_path.rglob("*"):
        if file.is_file() and not file.name.endswith(".secrets"):
            written.append(file.read_bytes().decode(errors="replace"))
    assert not [text for text in written if key in text or TOKEN in text]
    assert (tmp_path / "library.json.secrets").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["x\r\nSet-Cookie: a=b", "x\nINFO root: all is well", "\x1b[2J"])
async def test_headers_and_log_lines_cannot_be_written_by_a_name(tmp_path, name, caplog):
    raw = "".join(f"%{byte:02X}" for byte in name.encode())
    with caplog.at_level(logging.DEBUG):
        async with served(tmp_path) as client:
            for path in (f"series/{raw}", f"lookup/{raw}", f"jobs/{raw}", f"exports/{raw}"):
                answer = await client.get(f"/api/v1/{path}")
                assert "set-cookie" not in answer.headers
            made = await client.post("/api/v1/series", json={"name": f"{name} saga"})
            assert "\n" not in made.headers.get("location", "")
            logs = (await client.get("/api/logs")).json()
    assert not [line for line in logs["logs"] if "\n" in line["message"]]
    assert "\x1b" not in caplog.text


async def test_two_users_of_one_file_are_two_servers(tmp_path):
    with sample_library(tmp_path) as ours:
        ours.add_note("9780765326355", "for user 1 only")
    async with served(tmp_path, open_library(tmp_path / "library.json", user_id=2)) as client:
        text = (await client.get("/api/v1/books?limit=100")).text
        history = (await client.get("/api/v1/history")).text
    assert "for user 1 only" not in text
    assert "for user 1 only" not in history
