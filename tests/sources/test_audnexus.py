from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from booktrack.domain.records import WorkRecord
from booktrack.errors import InvalidInput, SourceChanged, SourceRefused
from booktrack.sources.audnexus import Audnexus
from booktrack.sources.audnexus_payloads import read_error
from booktrack.sources.base import Ask
from booktrack.sources.contract import SourceContract, play, reply

ASIN = "B0CJWTXLPJ"
PATH = f"/books/{ASIN}"
ASK = Ask(f"https://api.audnex.us{PATH}")

BOOK: dict[str, Any] = {
    "asin": ASIN,
    "title": "Mushoku Tensei",
    "subtitle": "Jobless Reincarnation (Light Novel), Vol. 1",
    "isbn": "",
    "authors": [{"asin": "B076N4Q46Q", "name": "Rifujin na Magonote"}, {"name": None}],
    "narrators": [{"name": "Cliff Kirk"}],
    "genres": [{"asin": "1", "name": "Fantasy", "type": "tag"}],
    "seriesPrimary": {
        "asin": "B0CJYVSQFB",
        "name": "Mushoku Tensei: Jobless Reincarnation",
        "position": "1",
    },
    "seriesSecondary": {"name": "Isekai", "position": "1, 2, 3"},
    "publisherName": "Seven Seas Siren",
    "releaseDate": "2023-09-26T00:00:00.000Z",
    "runtimeLengthMin": 437,
    "formatType": "unabridged",
    "summary": "<p>Death is only the <i>beginning</i>!</p>",
    "image": "https://x.example/cover.jpg",
    "language": "english",
    "region": "us",
    "rating": "4.8",
}


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def by_id(book: Any, source: Audnexus | None = None) -> WorkRecord | None:
    return play((source or Audnexus()).by_id(ASIN), {PATH: body(book)})[0]


class TestAudnexus(SourceContract):
    source = Audnexus()
    record_id = ASIN
    replies: ClassVar = {PATH: body(BOOK)}


def test_a_book_is_a_work_with_one_edition() -> None:
    work = by_id(BOOK)
    assert work is not None
    assert work.title == "Mushoku Tensei: Jobless Reincarnation (Light Novel), Vol. 1"
    assert [(one.name, one.position, one.kind) for one in work.series] == [
        ("Mushoku Tensei: Jobless Reincarnation", "1", "light_novel"),
        ("Isekai", "1-3", "light_novel"),
    ]
    assert work.description == "Death is only the beginning!"
    assert work.genres == ["Fantasy"]
    (edition,) = work.editions
    assert edition.model_dump(exclude={"fetched_at", "url"}, exclude_defaults=True) == {
        "source": "audnexus",
        "record_id": ASIN,
        "asin": ASIN,
        "title": "Mushoku Tensei",
        "book_format": "audiobook",
        "format_detail": "Audible Audio, unabridged",
        "publisher": "Seven Seas Siren",
        "release_date": "2023-09-26",
        "language": "en",
        "duration_minutes": 437,
        "cover_url": "https://x.example/cover.jpg",
        "work_ids": [ASIN],
    }


def test_swapped_titles_are_put_right() -> None:
    work = by_id(
        BOOK
        | {
            "title": "The Stormlight Archive, Book 1",
            "subtitle": "The Way of Kings",
            "seriesPrimary": {"name": "The Stormlight Archive", "position": "1"},
            "seriesSecondary": None,
        }
    )
    assert work is not None
    assert (work.title, work.subtitle) == ("The Way of Kings", None)


def test_what_is_missing_or_another_book_is_not_found() -> None:
    error = body({"error": {"code": "REGION_UNAVAILABLE", "message": "not in 'us'"}})
    assert play(Audnexus().by_id(ASIN), {PATH: reply(ASK, error, 404)})[0] is None
    assert by_id(BOOK | {"asin": "B08G9PRS1K"}) is None
    assert by_id(BOOK | {"title": None}) is None


@pytest.mark.parametrize(
    "error",
    [
        {"error": {"code": "CONTENT_TYPE_MISMATCH", "message": "Item is a podcast"}},
        {"statusCode": 400, "error": "Bad Request", "message": "Bad ASIN"},
    ],
)
def test_a_podcast_is_no_book(error: Any) -> None:
    assert play(Audnexus().by_id(ASIN), {PATH: reply(ASK, body(error), 400)})[0] is None


@pytest.mark.parametrize(
    ("status", "error", "told"),
    [
        (400, {"error": {"code": "BAD_REQUEST", "message": "Bad region"}}, "Bad region"),
        (422, {"error": {"code": "VALIDATION_ERROR", "message": "no"}}, "no"),
        (400, {"statusCode": 400, "error": "Bad Request", "message": "Bad region"}, "Bad region"),
        (422, {}, "422"),
        (400, [], "400"),
    ],
)
def test_other_rejections_are_told(status: int, error: Any, told: str) -> None:
    with pytest.raises(SourceRefused, match=told):
        play(Audnexus().by_id(ASIN), {PATH: reply(ASK, body(error), status)})


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (
            body({"error": {"code": "RATE_LIMIT_EXCEEDED", "details": {"retryAfterSeconds": 60}}}),
            60,
        ),
        (
            body({"error": {"code": "RATE_LIMIT_EXCEEDED", "details": {"retryAfterSeconds": -1}}}),
            None,
        ),
        (body({"error": {"details": {"retryAfterSeconds": True}}}), None),
        (body({"error": {"details": {"retryAfterSeconds": "60"}}}), None),
        (body({"error": {"details": None}}), None),
        (body({"statusCode": 429, "error": "Too Many Requests", "message": "..."}), None),
        (body(None), None),
        (b"<html>slow down</html>", None),
    ],
)
def test_the_pause_stands_in_the_body(error: bytes, seconds: int | None) -> None:
    refusal = Audnexus().refusal(reply(ASK, error, 429), datetime.now(UTC))
    assert refusal is not None
    assert (refusal.kind, refusal.retry_after) == ("busy", seconds)


def test_errors_of_both_forms_are_read() -> None:
    assert read_error({"error": {"code": "NOT_FOUND", "message": 3}}).message is None
    assert read_error({"error": "Bad Request", "message": "x"}).code == "Bad Request"


def test_the_region_is_named_in_the_question() -> None:
    source = Audnexus.from_settings({"region": "JP"})
    assert next(source.by_id(ASIN)).params == {"region": "jp"}
    found = by_id(BOOK, source)
    assert found is not None
    assert found.url == f"https://www.audible.co.jp/pd/{ASIN}"
    with pytest.raises(InvalidInput, match="no marketplace 'br'"):
        Audnexus(region="br")


@pytest.mark.parametrize(
    ("field", "value"),
    [("asin", None), ("seriesPrimary", "x"), ("authors", {"name": "x"}), ("runtimeLengthMin", {})],
)
def test_a_field_of_another_kind_is_named(field: str, value: Any) -> None:
    with pytest.raises(SourceChanged, match=field):
        by_id(BOOK | {field: value})
