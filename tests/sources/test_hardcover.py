"""Hardcover: editions by ISBN, places in series, and errors in three shapes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from booktrack.errors import SourceChanged, SourceRateLimited, SourceRefused, SourceUnavailable
from booktrack.sources.hardcover import BATCH, Hardcover
from booktrack.sources.http import Gateway
from support.conversations import NOW, answered, refused, told
from support.virtual_time import VirtualLoop, now

TOKEN = "eyJ-very-secret"
SOURCE = Hardcover(TOKEN)
ISBN, ISBN_10 = "9781799729945", "179972994X"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


def book(**more: Any) -> dict[str, Any]:
    return {"id": 1198266, "slug": "the-infirmary", "title": "The Infirmary", **more}


def edition(**more: Any) -> dict[str, Any]:
    return {"id": 77, "title": "The Infirmary", "isbn_13": ISBN, "book": book(), **more}


def rows(field: str, *found: Any) -> dict[str, Any]:
    return {"data": {field: list(found)}}


def read(**more: Any) -> Any:
    return answered(SOURCE.by_isbn(ISBN), rows("editions", edition(**more)))[0][0]


def hits(*documents: Any) -> dict[str, Any]:
    return {"data": {"search": {"results": {"hits": [{"document": one} for one in documents]}}}}


def place(name: str | None = "DCI Ryan", **more: Any) -> dict[str, Any]:
    return {"series": {"id": 9, "name": name}, **more}


# --- asking --------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [TOKEN, f"Bearer {TOKEN}", f" Bearer  {TOKEN}\n"])
def test_the_token_travels_as_a_secret_header(token: str) -> None:
    ask = next(Hardcover(token).by_isbn(ISBN))
    assert dict(ask.secret_headers) == {"authorization": f"Bearer {TOKEN}"}
    assert TOKEN not in repr(ask)


@pytest.mark.parametrize("token", [None, "", " ", "Bearer ", "tökén", "two\nlines"])
def test_without_a_usable_token_nothing_is_asked(token: str | None) -> None:
    source = Hardcover(token)
    flows = (source.by_isbn(ISBN), source.search(title="x"), source.series("x"), source.by_id("1"))
    for flow in flows:
        with pytest.raises(SourceRefused, match="BOOKTRACK_HARDCOVER_TOKEN"):
            next(flow)


def test_the_environment_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def header(settings: dict[str, Any]) -> str:
        ask = next(Hardcover.from_settings(settings).by_isbn(ISBN))
        return ask.secret_headers["authorization"]

    assert header({"token": "file"}) == "Bearer file"
    monkeypatch.setenv("BOOKTRACK_HARDCOVER_TOKEN", "outside")
    assert header({"token": "file"}) == "Bearer outside"


def test_both_forms_of_an_isbn_are_asked_for_at_once() -> None:
    _, (ask,) = answered(SOURCE.by_isbn(ISBN_10), rows("editions"))
    assert ask.json["variables"] == {"thirteen": [ISBN], "ten": [ISBN_10], "limit": 10}
    assert "_or: [{isbn_13: {_in: $thirteen}}, {isbn_10: {_in: $ten}}]" in ask.json["query"]
    _, (ask,) = answered(SOURCE.by_isbn("9798400900136"), rows("editions"))
    assert ask.json["variables"]["ten"] == []


def test_many_isbns_cost_one_request_for_fifty() -> None:
    numbers = [f"978000{place:06}" for place in range(BATCH + 1)]
    isbns = [number + check(number) for number in numbers]
    answers = [rows("editions", edition(isbn_13=isbns[0])), rows("editions")]
    found, asked = answered(SOURCE.by_isbns([*isbns, isbns[0]]), *answers)
    assert [len(ask.json["variables"]["thirteen"]) for ask in asked] == [BATCH, 1]
    assert list(found) == isbns
    assert [len(works) for works in found.values()] == [1, *[0] * BATCH]


def check(twelve: str) -> str:
    return str(-sum((1, 3)[i % 2] * int(digit) for i, digit in enumerate(twelve)) % 10)


# --- what is no answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        ({"error": "invalid_token", "error_description": "Token has expired"}, 401, "refused"),
        ({"error": "insufficient_scope"}, 403, "refused"),
        ({"errors": [{"message": "x", "extensions": {"code": "invalid-jwt"}}]}, 200, "refused"),
        (
            {"errors": [{"message": "5", "extensions": {"code": "top_level_limit_exceeded"}}]},
            403,
            "changed",
        ),
        ({"errors": [{"message": "field 'x' not found in type"}]}, 200, "changed"),
        ({"errors": [{"message": "x", "extensions": []}], "data": None}, 200, "changed"),
        ({"error": "Malformed request body"}, 400, "changed"),
        ({"error": "Too Many Requests"}, 429, "busy"),
        ({"error": "Service temporarily unavailable"}, 503, "down"),
        (b"<html>down</html>", 502, "down"),
        ({"error": "query timed out"}, 408, "down"),
    ],
)
def test_errors_are_read_in_each_of_their_shapes(answer: Any, status: int, kind: str) -> None:
    assert refused(SOURCE, answer, status).kind == kind


def test_a_refused_token_is_told_with_what_to_do() -> None:
    expired = {"error": "invalid_token", "error_description": "Token has expired"}
    message = refused(SOURCE, expired, 401).message
    assert "Token has expired" in message
    assert "hardcover.app/account/api" in message


def test_not_found_is_an_empty_list() -> None:
    for nothing in (rows("editions"), hits(), {"data": {"by_10": [], "by_13": []}}):
        assert SOURCE.refusal(told(nothing), NOW) is None
        assert SOURCE.says_nothing(told(nothing))
    assert answered(SOURCE.by_isbn(ISBN), rows("editions"))[0] == []
    assert answered(SOURCE.search(title="x"), hits())[0] == []
    assert answered(SOURCE.series("x"), hits())[0] == []
    assert answered(SOURCE.by_id("1"), rows("books"))[0] is None
    assert answered(SOURCE.series_by_id("1"), rows("series"))[0] is None
    assert not SOURCE.says_nothing(told(rows("editions", edition())))
    assert not SOURCE.says_nothing(told(hits({"id": "1"})))


@pytest.mark.parametrize(
    "answer",
    [None, [], {}, {"data": []}, {"data": {"search": None}}, {"data": {"search": {"results": 3}}}],
)
def test_a_search_in_a_new_form_is_named_and_not_kept(answer: Any) -> None:
    with pytest.raises(SourceChanged):
        answered(SOURCE.search(title="x"), answer)
    with pytest.raises(SourceChanged):
        SOURCE.says_nothing(told(answer))


def test_an_answer_without_its_field_is_named() -> None:
    with pytest.raises(SourceChanged, match=r"data\.editions"):
        answered(SOURCE.by_isbn(ISBN), {"data": {"editions": {}}})


# --- editions and works ----------------------------------------------------------------------


def test_an_edition_comes_with_its_work_and_the_works_other_editions() -> None:
    others = [edition(id=77), edition(id=78, isbn_13="9781912310111"), {"pages": "many"}]
    work = read(book=book(editions=others))
    assert [one.record_id for one in work.editions] == ["77", "78"]
    assert work.record_id == "1198266"
    assert work.url == "https://hardcover.app/books/the-infirmary"
    assert work.identifiers == {"hardcover": ["1198266"]}
    assert work.editions[0].work_ids == ["1198266"]


def test_an_edition_of_another_isbn_is_not_the_answer() -> None:
    assert answered(SOURCE.by_isbn(ISBN), rows("editions", edition(isbn_13=None)))[0] == []
    found, _ = answered(SOURCE.by_isbn(ISBN), rows("editions", edition(isbn_13="9781912310111")))
    assert found == []


def test_two_columns_that_disagree_are_both_kept_the_one_asked_for_first() -> None:
    (one,) = read(isbn_13="9781912310111", isbn_10=ISBN_10).editions
    assert one.isbns == [ISBN, "9781912310111"]


def test_one_isbn_may_stand_on_two_books() -> None:
    other = edition(id=5, isbn_13=None, isbn_10=ISBN_10, book=book(id=2, title="Another"))
    found, _ = answered(SOURCE.by_isbn(ISBN), rows("editions", edition(), other))
    assert [work.title for work in found] == ["The Infirmary", "Another"]


def test_two_editions_of_one_isbn_are_one_work() -> None:
    twin = edition(id=78)
    merged = edition(id=79, book=book(id=3, canonical_id=1198266))
    found, _ = answered(SOURCE.by_isbn(ISBN), rows("editions", edition(), twin, merged))
    assert [[one.record_id for one in work.editions] for work in found] == [["77", "78", "79"]]
    nameless = edition(book=book(id=None))
    found, _ = answered(SOURCE.by_isbn(ISBN), rows("editions", nameless, nameless))
    assert len(found) == 2


def test_an_edition_without_a_work_is_left_out() -> None:
    assert answered(SOURCE.by_isbn(ISBN), rows("editions", edition(book=None)))[0] == []


def test_a_title_of_its_own_is_an_alternate_title_of_the_work() -> None:
    work = read(title="The Hobbit", book=book(title="The Hobbit, or There and Back Again"))
    assert work.title == "The Hobbit, or There and Back Again"
    assert work.alternate_titles == ["The Hobbit"]


@pytest.mark.parametrize(
    ("field", "value", "read_as", "expected"),
    [
        ("edition_format", "Mass Market Paperback", "book_format", "paperback"),
        ("physical_format", "Hardcover", "book_format", "hardcover"),
        ("edition_format", "Spiral", "book_format", "unknown"),
        ("edition_format", "Spiral", "format_detail", "Spiral"),
        ("reading_format_id", 1, "book_format", "unknown"),
        ("reading_format_id", 2, "book_format", "audiobook"),
        ("reading_format_id", 4, "book_format", "ebook"),
        ("audio_seconds", 36_030, "duration_minutes", 600),
        ("audio_seconds", 5, "duration_minutes", 1),
        ("audio_seconds", 0, "duration_minutes", None),
        ("pages", 296, "page_count", 296),
        ("pages", 0, "page_count", None),
        ("pages", 900_000, "page_count", None),
        ("asin", "B09H3GXLW1", "asin", "B09H3GXLW1"),
        ("asin", ISBN_10, "asin", None),
        ("release_date", "2017-07-07", "release_date", "2017-07-07"),
        ("release_date", "2023-01-01", "release_date", "2023"),
        ("release_date", None, "release_date", None),
        ("language", {"code2": "en"}, "language", "en"),
        ("language", {"code2": None, "code3": "ger"}, "language", "de"),
        ("language", {"language": "French"}, "language", "fr"),
        ("language", {"language": "Klingon"}, "language", None),
        ("publisher", {"name": " Dark  Skies "}, "publisher", "Dark Skies"),
        ("publisher", {"name": None}, "publisher", None),
        ("image", {"url": "https://a.example/c.jpg"}, "cover_url", "https://a.example/c.jpg"),
        ("image", {"url": None}, "cover_url", None),
    ],
)
def test_fields_of_an_edition(field: str, value: Any, read_as: str, expected: Any) -> None:
    assert read(**{field: value}).editions[0].model_dump()[read_as] == expected


def test_a_recording_that_is_filed_as_an_ebook_is_an_audiobook() -> None:
    for more in ({"audio_seconds": 36_000}, {"edition_format": "Audiobook"}):
        (one,) = read(reading_format_id=4, **more).editions
        assert one.book_format == "audiobook"


def test_people_without_a_role_are_authors() -> None:
    people = [
        {"contribution": None, "author": {"name": "Ann Author"}},
        {"contribution": "Author", "author": {"name": "Ann Author"}},
        {"contribution": "", "author": {"name": "Bo Author"}},
        {"contribution": "Translator", "author": {"name": "Tom Translator"}},
        {"contribution": "Narrator", "author": None},
        {"contribution": "Narrator", "author": {"name": None}},
    ]
    work = read(book=book(contributions=people))
    assert work.authors == ("Ann Author", "Bo Author")
    assert [(one.name, one.role) for one in work.people][2:] == [("Tom Translator", "Translator")]


def test_genres_come_from_the_readers_tags() -> None:
    tags = {"Genre": [{"tag": "Romance"}, {"tag": "romance"}, {"tag": None}, "odd"], "Mood": []}
    assert read(book=book(cached_tags=tags)).genres == ["Romance"]
    assert read(book=book(cached_tags=None)).genres == []


def test_a_subtitle_that_is_the_series_is_none() -> None:
    series = [place("The Murderbot Diaries", position=1)]
    assert read(book=book(subtitle="The Murderbot Diaries", book_series=series)).subtitle is None
    assert read(book=book(subtitle="A Novel", book_series=series)).subtitle == "A Novel"


# --- series ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("position", "details", "expected"),
    [
        (6, None, "6"),
        (6.0, "6", "6"),
        (1.5, "1.5", "1.5"),
        (0, "0", "0"),
        (1, "1-3", "1-3"),
        (None, "1-3", "1-3"),
        (None, None, None),
        (None, "Prequel", "Prequel"),
        ("2", None, "2"),
        (None, "??", None),
        (1e300, None, None),
    ],
)
def test_a_position_is_what_is_printed(
    position: Any, details: str | None, expected: str | None
) -> None:
    work = read(book=book(book_series=[place(position=position, details=details)]))
    assert [claim.position for claim in work.series] == [expected]


def test_the_featured_series_comes_first_wherever_it_stands() -> None:
    places = [
        place("Cosmere", position=5),
        place(None),
        {"series": None},
        place("Stormlight Archive", position=1, featured=True),
        place("Favourites"),
    ]
    work = read(book=book(book_series=places))
    assert [claim.name for claim in work.series] == ["Stormlight Archive", "Cosmere", "Favourites"]
    assert work.series[0].identifiers == {"hardcover": ["9"]}


def listed(position: Any, number: int = 1, **more: Any) -> dict[str, Any]:
    kept = {key: more.pop(key) for key in ("details", "compilation") if key in more}
    return {"position": position, "book": book(id=number, title=f"Book {number}", **more), **kept}


def series(*books: Any, **more: Any) -> Any:
    answer = rows("series", {"id": 1053, "name": "Murderbot", "book_series": list(books), **more})
    return answered(SOURCE.series_by_id("1053"), answer)[0]


def test_a_series_is_found_by_name_and_asked_for_whole() -> None:
    answer = rows("series", {"id": 2, "name": "Second"}, {"id": 1053, "name": "Murderbot"})
    found, asked = answered(SOURCE.series("murderbot"), hits({"id": "1053"}, {"id": 2}), answer)
    assert [one.name for one in found] == ["Murderbot", "Second"]
    assert asked[0].json["variables"] == {"words": "murderbot", "kind": "Series", "limit": 3}
    assert asked[1].json["variables"] == {"ids": [1053, 2]}
    assert answered(SOURCE.series(" "))[0] == []
    assert answered(SOURCE.series_by_id("x"))[0] is None


def test_the_books_of_a_series_are_its_volumes() -> None:
    record = series(
        listed(1, 1, release_date="2017-01-01", image={"url": "https://a.example/1.jpg"}),
        listed(2, 2, release_date="2018-05-08"),
        listed(4.5, 3),
        listed(None, 4, details="Short story"),
        listed(None, 5),
    )
    told = [(one.position, one.label, one.slot, one.release_date) for one in record.volumes]
    assert told == [
        ("1", None, "main", "2017"),
        ("2", None, "main", "2018-05-08"),
        ("4.5", None, "side", None),
        ("Short story", None, "side", None),
        (None, "Book 5", "special", None),
    ]
    assert record.volumes[0].cover_url == "https://a.example/1.jpg"
    assert record.volumes[0].record_id == "1"


def test_boxes_halves_and_merged_books_are_no_volumes() -> None:
    record = series(
        listed(1, 1),
        listed(1, 2),  # a duplicate; the most read book of a position comes first
        listed(1, 3, details="1-3", compilation=True),
        listed(2, 4, canonical_id=1),
        listed(2, 5, is_partial_book=True),
        {"position": 3, "book": None},
    )
    assert [one.record_id for one in record.volumes] == ["1"]


def test_a_total_is_told_of_completed_series_only() -> None:
    done = series(is_completed=True, primary_books_count=8, author={"name": "Martha Wells"})
    assert (done.total, done.publication_status, done.authors) == (8, "finished", ["Martha Wells"])
    running = series(is_completed=False, primary_books_count=8, author={"name": None})
    assert (running.total, running.publication_status, running.authors) == (None, "unknown", [])


# --- search ----------------------------------------------------------------------------------


def document(**more: Any) -> dict[str, Any]:
    return {"id": "427971", "title": "All Systems Red", "slug": "all-systems-red", **more}


def test_a_search_brings_the_works_whole() -> None:
    whole = rows("books", book(id=427971, title="All Systems Red", editions=[edition()]))
    found, asked = answered(
        SOURCE.search(title=" All  Systems Red", author="Wells", limit=99), hits(document()), whole
    )
    assert asked[0].json["variables"]["words"] == "All Systems Red Wells"
    assert asked[0].json["variables"]["limit"] == 25
    assert asked[1].json["variables"] == {"ids": [427971]}
    assert [len(work.editions) for work in found] == [1]
    assert answered(SOURCE.search(title=" "))[0] == []


@pytest.mark.parametrize("second", [SourceUnavailable("down", source="hardcover"), rows("books")])
def test_without_the_whole_works_the_search_alone_answers(second: Any) -> None:
    told = document(
        subtitle="The Murderbot Diaries",
        author_names=["Martha Wells"],
        alternative_titles=["All Systems Red", "异星危机"],
        featured_series=place("The Murderbot Diaries", position=1.0, details="1"),
        series_names=["The Murderbot Diaries", "Murderbot Publication Order"],
        genres=["Fantasy", "fantasy"],
        release_date="2017-01-01",
    )
    ((work,), _) = answered(SOURCE.search(title="x"), hits(told), second)
    assert (work.record_id, work.subtitle, work.authors) == ("427971", None, ("Martha Wells",))
    assert work.alternate_titles == ["异星危机"]
    assert [(claim.name, claim.position) for claim in work.series] == [
        ("The Murderbot Diaries", "1"),
        ("Murderbot Publication Order", None),
    ]
    assert (work.genres, work.first_published) == (["Fantasy"], "2017")


def test_results_may_be_a_json_text() -> None:
    inner = json.dumps(hits(document(id="x"))["data"]["search"]["results"])
    ((work,), _) = answered(SOURCE.search(title="x"), {"data": {"search": {"results": inner}}})
    assert work.title == "All Systems Red"
    with pytest.raises(SourceChanged):
        answered(SOURCE.search(title="x"), {"data": {"search": {"results": "{"}}})


def test_a_hit_that_cannot_be_read_hides_no_other() -> None:
    answer = hits(document(id="x"), {"id": 1}, None)
    answer["data"]["search"]["results"]["hits"].append("odd")
    assert len(answered(SOURCE.search(title="x"), answer)[0]) == 1


def test_a_merged_work_leads_to_the_one_that_it_went_into() -> None:
    old, new = book(id=6002, canonical_id=6001), book(id=6001, title="Rivers and Roads")
    found, asked = answered(SOURCE.by_id("6002"), rows("books", old), rows("books", new))
    assert found is not None
    assert (found.record_id, found.title) == ("6001", "Rivers and Roads")
    assert [ask.json["variables"]["ids"] for ask in asked] == [[6002], [6001]]
    gone, _ = answered(SOURCE.by_id("6002"), rows("books", old), rows("books"))
    assert gone is not None
    assert gone.record_id == "6001"
    assert answered(SOURCE.by_id("../1"))[0] is None


# --- over the network ------------------------------------------------------------------------


@pytest.fixture
async def gateway(anyio_backend: object) -> AsyncIterator[Gateway]:
    made = Gateway(now=now, jitter=lambda most: most)
    yield made
    await made.aclose()


@pytest.mark.anyio
async def test_the_token_is_sent_and_shown_nowhere(
    gateway: Gateway, httpx_mock: HTTPXMock, caplog: pytest.LogCaptureFixture
) -> None:
    expired = {"error": "invalid_token", "error_description": "Token has expired"}
    httpx_mock.add_response(json=expired, status_code=401)
    with caplog.at_level("DEBUG"), pytest.raises(SourceRefused) as raised:
        await gateway.run(SOURCE, SOURCE.by_isbn(ISBN))
    (request,) = httpx_mock.get_requests()
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in f"{caplog.text} {raised.value!r} {raised.value.to_dict()}"


@pytest.mark.anyio
async def test_errors_with_status_200_are_not_kept(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    httpx_mock.add_response(json={"errors": [{"message": "field not found"}]})
    httpx_mock.add_response(json=rows("editions", edition()))
    with pytest.raises(SourceChanged, match="field not found"):
        await gateway.run(SOURCE, SOURCE.by_isbn(ISBN))
    for _ in range(2):
        assert await gateway.run(SOURCE, SOURCE.by_isbn(ISBN))
    assert len(httpx_mock.get_requests()) == 2


@pytest.mark.anyio
async def test_a_pause_of_three_seconds_is_waited_for(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    busy = {"error": "Too Many Requests", "message": "Try again later"}
    httpx_mock.add_response(json=busy, status_code=429, headers={"Retry-After": "3"})
    httpx_mock.add_response(json=rows("editions", edition()))
    assert await gateway.run(SOURCE, SOURCE.by_isbn(ISBN))
    httpx_mock.add_response(json=busy, status_code=429, headers={"Retry-After": "3600"})
    with pytest.raises(SourceRateLimited):
        await gateway.run(SOURCE, SOURCE.series("x"))
