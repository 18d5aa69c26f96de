from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any, ClassVar

import pytest

from booktrack.domain.records import WorkRecord
from booktrack.errors import InvalidInput, SourceChanged, SourceRefused
from booktrack.sources.audible import Audible
from booktrack.sources.base import Ask, Reply
from booktrack.sources.contract import SourceContract, play, reply

ASIN = "B08G9PRS1K"
PATH = f"/1.0/catalog/products/{ASIN}"
LIST = "/1.0/catalog/products"

PRODUCT: dict[str, Any] = {
    "asin": ASIN,
    "isbn": "9781603935470",
    "title": "Project Hail Mary",
    "subtitle": None,
    "authors": [{"asin": "B00G0WYW92", "name": "Andy Weir"}],
    "narrators": [{"name": "Ray Porter"}],
    "series": [
        {"asin": "B07CM5ZDJL", "title": "A Collection", "sequence": "7"},
        {"asin": "B0182NWM9I", "title": "Hail Mary", "sequence": "Book 1"},
    ],
    "publication_name": "Hail Mary",
    "publisher_name": "Audible Studios",
    "publisher_summary": "<p>A <b>lone</b> astronaut.</p> <p>Rocky &amp; Grace.</p>",
    "language": "english",
    "release_date": "2021-05-04",
    "issue_date": "2021-05-04",
    "runtime_length_min": 970,
    "format_type": "unabridged",
    "content_type": "Product",
    "content_delivery_type": "MultiPartBook",
    "product_images": {"500": "https://x.example/500.jpg", "1024": "https://x.example/1024.jpg"},
    "price": {
        "list_price": {"base": 31.5, "currency_code": "USD", "type": "list"},
        "lowest_price": {"base": 22.05, "currency_code": "USD"},
        "credit_price": 1.0,
    },
    "category_ladders": [
        {"ladder": [{"id": "1", "name": "Science Fiction & Fantasy"}, {"id": "2", "name": "SF"}]},
        {"ladder": [{"id": "1", "name": "Science fiction & fantasy"}]},
    ],
}


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def by_id(product: Any, asin: str = ASIN) -> WorkRecord | None:
    answer = {"product": product, "response_groups": ["always-returned"]}
    return play(Audible().by_id(asin), {f"{LIST}/{asin}": body(answer)})[0]


def changed(**fields: Any) -> WorkRecord:
    found = by_id(PRODUCT | fields)
    assert found is not None
    return found


class TestAudible(SourceContract):
    source = Audible()
    isbn = "9781603935470"
    record_id = ASIN
    replies: ClassVar = {LIST: body({"products": [PRODUCT], "total_results": 1})}


def test_a_recording_is_a_work_with_one_edition() -> None:
    work = changed()
    assert (work.title, work.record_id, work.url) == (
        "Project Hail Mary",
        ASIN,
        f"https://www.audible.com/pd/{ASIN}",
    )
    assert [(person.name, person.role) for person in work.people] == [
        ("Andy Weir", None),
        ("Ray Porter", "Narrator"),
    ]
    # The series under which the book is published comes first.
    assert [(one.name, one.position) for one in work.series] == [
        ("Hail Mary", "1"),
        ("A Collection", "7"),
    ]
    assert work.description == "A lone astronaut.\nRocky & Grace."
    assert work.genres == ["Science Fiction & Fantasy", "SF"]
    (edition,) = work.editions
    assert edition.model_dump(exclude={"fetched_at", "url"}, exclude_defaults=True) == {
        "source": "audible",
        "record_id": ASIN,
        "isbns": ["9781603935470"],
        "asin": ASIN,
        "title": "Project Hail Mary",
        "book_format": "audiobook",
        "format_detail": "Audible Audio, unabridged",
        "publisher": "Audible Studios",
        "release_date": "2021-05-04",
        "language": "en",
        "duration_minutes": 970,
        "cover_url": "https://x.example/1024.jpg",
        "price": 31.5,
        "currency": "USD",
        "work_ids": [ASIN],
    }


def test_a_stub_with_status_200_is_no_recording() -> None:
    assert by_id({"asin": ASIN}) is None
    source = Audible()
    ask = Ask("https://api.audible.com")
    for stub in ({"product": {"asin": ASIN}}, {"products": [], "total_results": 0}, {}):
        assert source.says_nothing(reply(ask, body(stub)))
    for answer in ({"product": PRODUCT}, {"products": [PRODUCT]}, ["x"], {"products": None}):
        assert not source.says_nothing(reply(ask, body(answer)))


@pytest.mark.parametrize(
    "fields",
    [
        {"content_type": "Podcast", "content_delivery_type": "PodcastParent"},
        {"content_type": "Product", "content_delivery_type": "Periodical"},
        {"content_type": None, "content_delivery_type": "PodcastEpisode"},
    ],
)
def test_podcasts_and_periodicals_are_no_books(fields: dict[str, Any]) -> None:
    assert by_id(PRODUCT | fields) is None


def test_a_show_that_is_sold_as_one_recording_is_a_book() -> None:
    assert changed(content_type="Show", content_delivery_type="SinglePartBook").title


def test_what_has_no_title_here_is_not_found() -> None:
    assert by_id({key: value for key, value in PRODUCT.items() if key != "title"}) is None


def test_an_answer_for_another_number_does_not_count() -> None:
    assert by_id(PRODUCT, "B017V4IM1G") is None


@pytest.mark.parametrize(
    ("price", "expected"),
    [
        (None, (None, None)),
        ({}, (None, None)),
        ({"list_price": None, "lowest_price": {"base": 9.9, "currency_code": "EUR"}}, (9.9, "EUR")),
        ({"list_price": {"base": 0, "currency_code": "USD"}}, (0.0, "USD")),
        ({"list_price": {"base": 12}}, (12.0, None)),
        ({"credit_price": {"base": 1.0}}, (None, None)),
    ],
)
def test_a_price_has_its_currency_and_credits_are_none(price: Any, expected: object) -> None:
    edition = changed(price=price).editions[0]
    assert (edition.price, edition.currency) == expected


@pytest.mark.parametrize(
    ("pictures", "cover"),
    [
        ({"500": "https://x.example/a.jpg"}, "https://x.example/a.jpg"),
        ({"1000": "https://x.example/b.jpg", "500": "https://x.example/a.jpg"}, "b"),
        ({"500": "http://x.example/a.jpg"}, None),
        ({"big": "https://x.example/a.jpg"}, None),
        ({"500": None}, None),
        ({}, None),
        (None, None),
    ],
)
def test_the_largest_picture_is_the_cover(pictures: Any, cover: str | None) -> None:
    found = changed(product_images=pictures).editions[0].cover_url
    assert (cover is None) == (found is None)
    assert (cover or "") in (found or "")


def test_a_withdrawn_title_has_the_date_of_issue_or_none() -> None:
    assert changed(release_date="2200-01-01").editions[0].release_date == "2021-05-04"
    withdrawn = changed(release_date="2200-01-01", issue_date="2200-01-01")
    assert withdrawn.editions[0].release_date is None


def test_null_is_as_good_as_missing() -> None:
    work = changed(
        series=None, narrators=None, price=None, category_ladders=None, runtime_length_min=0
    )
    assert (work.series, work.genres, work.editions[0].duration_minutes) == ([], [], None)


def test_an_asin_that_is_an_isbn_gives_the_isbn() -> None:
    product = PRODUCT | {"asin": "1705047572", "isbn": None}
    found = by_id(product, "1705047572")
    assert found is not None
    assert (found.editions[0].isbns, found.editions[0].asin) == (["9781705047576"], None)


def test_the_region_decides_who_is_asked() -> None:
    german = Audible.from_settings({"region": "DE"})
    ask = next(german.by_id(ASIN))
    assert ask.url == f"https://api.audible.de{PATH}"
    assert german.hosts == {"api.audible.de"}
    assert "series" in str(ask.params["response_groups"])
    with pytest.raises(InvalidInput, match="no marketplace"):
        Audible(region="mars")


def test_a_search_names_what_is_given_and_leaves_out_what_cannot_be_read() -> None:
    answer = {"products": [PRODUCT, {"asin": ["?"]}, PRODUCT | {"content_type": "Podcast"}]}
    found, asked = play(
        Audible().search(title=" Project ", author="Weir", limit=500), {LIST: body(answer)}
    )
    assert [work.title for work in found] == ["Project Hail Mary"]
    assert asked[0].params["title"] == "Project"
    assert asked[0].params["author"] == "Weir"
    assert asked[0].params["num_results"] == 50


def test_a_search_for_nothing_asks_nobody() -> None:
    assert play(Audible().search(title=" ", author=None), {}) == ([], [])
    assert play(Audible().search(title="Dune"), {})[0] == []


def test_a_search_that_cannot_be_read_at_all_has_changed() -> None:
    with pytest.raises(SourceChanged, match="asin"):
        play(Audible().search(title="x"), {LIST: body({"products": [{"asin": ["?"]}]})})
    with pytest.raises(SourceChanged, match="no object"):
        play(Audible().search(title="x"), {LIST: b"[]"})


def test_only_recordings_that_carry_the_isbn_count() -> None:
    other = PRODUCT | {"asin": "B017V4IM1G", "isbn": "9781781102633"}
    answer = {"products": [other, PRODUCT]}
    found, asked = play(Audible().by_isbn("978-1-60393-547-0"), {LIST: body(answer)})
    assert [work.record_id for work in found] == [ASIN]
    assert asked[0].params["keywords"] == "9781603935470"


def test_a_question_that_is_not_taken_is_refused() -> None:
    ask = Ask("https://api.audible.com" + LIST)
    error = reply(ask, b'{"message": "1 validation error detected"}', 400)
    with pytest.raises(SourceRefused, match="HTTP 400"):
        play(Audible().search(title="x"), {LIST: error})
    with pytest.raises(SourceRefused, match="HTTP 400"):
        play(Audible().by_id(ASIN), {PATH: error})


def test_a_web_page_with_status_200_means_that_it_is_down() -> None:
    page = Reply(200, {"content-type": "text/html; charset=utf-8"}, b"<html>", "", "", "audible")
    refusal = Audible().refusal(page, datetime.now(UTC))
    assert refusal is not None
    assert refusal.kind == "down"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", ["x"]),
        ("product_images", ["x"]),
        ("runtime_length_min", "long"),
        ("price", {"list_price": {"base": "free"}}),
        ("publisher_summary", 3),
    ],
)
def test_a_field_of_another_kind_is_named(field: str, value: Any) -> None:
    with pytest.raises(SourceChanged, match=field):
        by_id(PRODUCT | {field: value})
