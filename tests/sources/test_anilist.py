"""AniList: series in every script, volumes or null, and errors that come with status 200."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pytest_httpx import HTTPXMock

from booktrack.errors import InvalidInput, SourceChanged, SourceRateLimited, SourceUnavailable
from booktrack.sources.anilist import AniList
from booktrack.sources.http import Gateway
from support.conversations import NOW, answered, refused, told
from support.virtual_time import VirtualLoop, loop_time, now

SOURCE = AniList()


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


def media(**more: Any) -> dict[str, Any]:
    title = {"romaji": "Shingeki no Kyojin", "english": "Attack on Titan", "native": "進撃の巨人"}
    return {"id": 53390, "title": title, "format": "MANGA", **more}


def page(*found: Any) -> dict[str, Any]:
    return {"data": {"Page": {"media": list(found)}}}


def read(**more: Any) -> Any:
    return answered(SOURCE.series("x"), page(media(**more)))[0][0]


def fault(message: str = "no", status: int | None = None, **data: Any) -> dict[str, Any]:
    entry = {"message": message} | ({"status": status} if status else {})
    return {"errors": [entry], "data": data or None}


# --- asking --------------------------------------------------------------------------------


def test_a_name_is_asked_for_in_one_small_page() -> None:
    _, (ask,) = answered(SOURCE.series(" 進撃の  巨人 "), page())
    assert (ask.method, ask.url, ask.only_reads) == ("POST", "https://graphql.anilist.co", True)
    assert ask.json["variables"] == {"name": "進撃の 巨人", "limit": 10}
    assert "type: MANGA" in ask.json["query"]
    assert answered(SOURCE.series("  "))[0] == []


def test_a_series_is_asked_for_by_its_id() -> None:
    record, (ask,) = answered(SOURCE.series_by_id("53390"), {"data": {"Media": media()}})
    assert ask.json["variables"] == {"id": 53390}
    assert record is not None
    assert record.record_id == "53390"
    for odd in ("", "x", "-1", "12345678901", "١"):
        assert answered(SOURCE.series_by_id(odd))[0] is None


def test_it_knows_series_only() -> None:
    for start in (SOURCE.by_isbn, SOURCE.by_id):
        with pytest.raises(InvalidInput, match="AniList cannot be asked"):
            start("9780140143508")


# --- what is no answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        (fault("Too Many Requests.", 429), 429, "busy"),
        (fault("Too Many Requests.", 429), 200, "busy"),
        (b"<html>429</html>", 429, "busy"),
        (fault("The AniList API has been temporarily disabled", 403), 403, "down"),
        (fault("The AniList API has been temporarily disabled", 403), 200, "down"),
        (fault("Forbidden", 403), 403, "refused"),
        (fault("Invalid token", 400), 401, "refused"),
        (fault("Cannot query field", 400), 400, "changed"),
        (fault("Cannot query field"), 200, "changed"),
        ({"errors": ["odd"]}, 200, "changed"),
        (fault("Internal", 500), 200, "down"),
        (fault("Internal", 500), 500, "down"),
        (b"<html>cloudflare</html>", 522, "down"),
        ({}, 408, "down"),
    ],
)
def test_status_and_errors_say_what_is_wrong(answer: Any, status: int, kind: str) -> None:
    assert refused(SOURCE, answer, status).kind == kind


def test_a_pause_is_as_long_as_the_header_says_else_a_minute() -> None:
    assert refused(SOURCE, {}, 429).retry_after == 60
    assert refused(SOURCE, {}, 429, {"retry-after": "7"}).retry_after is None  # the Gateway reads


def test_data_beside_an_error_is_an_answer() -> None:
    partly = page(media()) | {"errors": [{"message": "a tag could not be read", "status": 500}]}
    assert SOURCE.refusal(told(partly), NOW) is None
    assert len(answered(SOURCE.series("x"), partly)[0]) == 1


@pytest.mark.parametrize("status", [200, 404])
def test_not_found_is_nothing(status: int) -> None:
    for answer in (fault("Not Found.", 404), fault("Not Found.", 404, Media=None)):
        reply = told(answer, status)
        assert SOURCE.refusal(reply, NOW) is None
        assert answered(SOURCE.series_by_id("1"), reply)[0] is None
        assert SOURCE.says_nothing(reply)
    assert SOURCE.says_nothing(told(page()))
    assert SOURCE.says_nothing(told({"data": {"Media": None}}))
    assert not SOURCE.says_nothing(told(page(media())))


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"data": None}, {"data": {}}, {"data": {"Page": {"media": {}}}}]
)
def test_an_answer_in_a_new_form_is_named_and_not_kept(answer: Any) -> None:
    with pytest.raises(SourceChanged):
        answered(SOURCE.series("x"), answer)
    with pytest.raises(SourceChanged):
        SOURCE.says_nothing(told(answer))


# --- series --------------------------------------------------------------------------------


def test_a_series_has_names_in_every_script_each_once() -> None:
    record = read(synonyms=[" Ataque de los Titanes", "進撃的巨人", "attack on titan", None, ""])
    assert record.name == "Attack on Titan"
    assert record.aliases == [
        "Shingeki no Kyojin",
        "進撃の巨人",
        "Ataque de los Titanes",
        "進撃的巨人",
    ]


def test_without_an_english_name_it_goes_by_the_romanised_one() -> None:
    record = read(title={"english": None, "romaji": "Yotsuba to!", "native": "よつばと!"})
    assert (record.name, record.aliases) == ("Yotsuba to!", ["よつばと!"])
    assert read(title={}, synonyms=["Yotsuba"]).name == "Yotsuba"
    with pytest.raises(SourceChanged, match="title"):
        read(title={})


@pytest.mark.parametrize(
    ("field", "value", "read_as", "expected"),
    [
        ("volumes", 34, "total", 34),
        ("volumes", None, "total", None),
        ("volumes", 0, "total", None),
        ("status", "FINISHED", "publication_status", "finished"),
        ("status", "RELEASING", "publication_status", "releasing"),
        ("status", "HIATUS", "publication_status", "hiatus"),
        ("status", "CANCELLED", "publication_status", "cancelled"),
        ("status", "NOT_YET_RELEASED", "publication_status", "not_yet_released"),
        ("status", "SOMETHING_NEW", "publication_status", "unknown"),
        ("status", None, "publication_status", "unknown"),
        ("format", "MANGA", "kind", "manga"),
        ("format", "NOVEL", "kind", "light_novel"),
        ("format", "ONE_SHOT", "kind", "manga"),
        ("format", None, "kind", "unknown"),
        ("countryOfOrigin", "JP", "total_language", "ja"),
        ("countryOfOrigin", "KR", "total_language", "ko"),
        ("countryOfOrigin", None, "total_language", None),
        ("startDate", {"year": 2018, "month": 3, "day": 4}, "started", "2018-03-04"),
        ("startDate", {"year": 2024, "month": None, "day": None}, "started", "2024"),
        ("startDate", {"year": None, "month": None, "day": None}, "started", None),
        ("startDate", {"year": 2023, "month": 2, "day": 30}, "started", "2023-02"),
        ("endDate", None, "ended", None),
        ("description", "One<br><br>\n<i>Two</i>", "description", "One\nTwo"),
        ("idMal", 23390, "identifiers", {"anilist": ["53390"], "mal": ["23390"]}),
        ("idMal", None, "identifiers", {"anilist": ["53390"]}),
        ("siteUrl", None, "url", "https://anilist.co/manga/53390"),
        ("coverImage", {"extraLarge": None, "large": "https://a.example/l"}, "cover_url",
         "https://a.example/l"),
        ("coverImage", None, "cover_url", None),
    ],
)  # fmt: skip
def test_fields_of_a_series(field: str, value: Any, read_as: str, expected: Any) -> None:
    assert read(**{field: value}).model_dump()[read_as] == expected


def credit(role: str | None, name: str | None = "Hajime Isayama") -> dict[str, Any]:
    return {"role": role, "node": {"name": {"full": name, "native": "諫山創"}}}


@pytest.mark.parametrize(
    ("role", "counts"),
    [
        ("Story & Art", True),
        ("Story & Art (vols 1-41)", True),
        ("Original Story", True),
        ("Original Creator", True),
        ("Art", True),
        ("Story", True),
        ("Illustration", True),
        ("Assistant", False),
        ("Translator (English)", False),
        ("Touch-up Art and Lettering (English)", False),
        ("Lettering", False),
        (None, False),
    ],
)
def test_authors_are_those_who_wrote_or_drew(role: str | None, counts: bool) -> None:
    record = read(staff={"edges": [credit(role), credit(role), {"role": role, "node": None}]})
    assert record.authors == (["Hajime Isayama"] if counts else [])


def test_an_author_without_a_romanised_name_has_the_native_one() -> None:
    assert read(staff={"edges": [credit("Story", None)]}).authors == ["諫山創"]


def related(relation: str | None, kind: str | None, **more: Any) -> dict[str, Any]:
    node = {"id": 1, "type": kind, "format": "NOVEL", "title": {"romaji": "Before the Fall"}}
    return {"relationType": relation, "node": node | more}


def test_related_books_are_named_and_animations_are_not() -> None:
    edges = [
        related("SPIN_OFF", "MANGA"),
        related("ADAPTATION", "ANIME"),
        related("SEQUEL", "MANGA", title=None),
        related(None, "MANGA"),
        {"relationType": "SOURCE", "node": None},
        None,
    ]
    (one,) = read(relations={"edges": edges}).related
    assert one.model_dump() == {
        "relation": "SPIN_OFF",
        "name": "Before the Fall",
        "kind": "light_novel",
        "record_id": "1",
    }


def test_a_damaged_series_hides_no_other() -> None:
    records, _ = answered(SOURCE.series("x"), page(None, {"id": 2}, media()))
    assert [record.name for record in records] == ["Attack on Titan"]


# --- over the network ------------------------------------------------------------------------


@pytest.fixture
async def gateway(anyio_backend: object) -> AsyncIterator[Gateway]:
    made = Gateway(now=now, jitter=lambda most: most)
    yield made
    await made.aclose()


@pytest.mark.anyio
async def test_questions_keep_the_distance_that_the_burst_limiter_wants(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json=page(media()), is_reusable=True)
    begin = loop_time()
    for name in ("Berserk", "Bleach", "Monster", "Berserk"):
        assert await gateway.run(SOURCE, SOURCE.series(name))
    assert len(httpx_mock.get_requests()) == 3
    assert loop_time() - begin >= 2 * 2  # two seconds apart: 30 a minute


@pytest.mark.anyio
async def test_a_limit_is_reported_when_it_lasts_too_long_to_wait(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(
        json=fault("Too Many Requests.", 429), status_code=429, headers={"Retry-After": "60"}
    )
    with pytest.raises(SourceRateLimited) as raised:
        await gateway.run(SOURCE, SOURCE.series("Bleach"), budget=8)
    assert raised.value.retry_after == 60


@pytest.mark.anyio
async def test_an_outage_is_no_refusal(gateway: Gateway, httpx_mock: HTTPXMock) -> None:
    disabled = fault("The AniList API has been temporarily disabled", 403)
    httpx_mock.add_response(json=disabled, status_code=403, is_reusable=True)
    with pytest.raises(SourceUnavailable, match="switched off"):
        await gateway.run(SOURCE, SOURCE.series("Bleach"))
