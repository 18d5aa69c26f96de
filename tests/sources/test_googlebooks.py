"""Google Books: each trap that others have met, as a test."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from pytest_httpx import HTTPXMock

from booktrack.errors import (
    InvalidInput,
    InvalidISBN,
    SourceChanged,
    SourceRateLimited,
    SourceRefused,
)
from booktrack.sources.cache import Cache
from booktrack.sources.googlebooks import GoogleBooks, next_reset
from booktrack.sources.http import Gateway
from support.conversations import NOW, answered, refused, told
from support.virtual_time import VirtualLoop, now

KEY = "AIzaSyD-very-secret"
SOURCE = GoogleBooks(key=KEY)
ISBN = "9780140143508"


@pytest.fixture
def anyio_backend() -> tuple[str, dict[str, object]]:
    return "asyncio", {"loop_factory": VirtualLoop}


def volume(sale: dict[str, Any] | None = None, **info: Any) -> dict[str, Any]:
    identifiers = [{"type": "ISBN_13", "identifier": ISBN}]
    told = {"title": "Dune", "industryIdentifiers": identifiers, **info}
    return {"id": "OPy6E5ZhXs0C", "volumeInfo": told, "saleInfo": sale}


def page(*volumes: Any) -> dict[str, Any]:
    return {"kind": "books#volumes", "totalItems": 1499, "items": list(volumes)}


def found(*volumes: Any) -> Any:
    return answered(SOURCE.by_isbn(ISBN), page(*volumes))[0]


def edition(sale: dict[str, Any] | None = None, **info: Any) -> Any:
    return found(volume(sale, **info))[0].editions[0]


def error(reason: str, message: str = "no", status: int = 403, **more: Any) -> dict[str, Any]:
    return {"error": {"code": status, "message": message, "errors": [{"reason": reason}], **more}}


# --- asking --------------------------------------------------------------------------------


def test_the_key_is_a_secret_and_part_of_no_address() -> None:
    _, (ask,) = answered(SOURCE.by_isbn("0-14-014350-5"), page())
    assert dict(ask.secret_params) == {"key": KEY}
    assert dict(ask.params) == {"q": f"isbn:{ISBN}", "maxResults": 10, "printType": "books"}
    assert KEY not in repr(ask)


def test_without_a_key_nothing_is_asked_and_the_user_is_told_how_to_get_one() -> None:
    for flow in (GoogleBooks().by_isbn(ISBN), GoogleBooks().search(title="Dune")):
        with pytest.raises(SourceRefused, match="BOOKTRACK_GOOGLE_KEY"):
            next(flow)


def test_the_environment_goes_before_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    def key(settings: dict[str, Any]) -> dict[str, str]:
        return dict(next(GoogleBooks.from_settings(settings).by_isbn(ISBN)).secret_params)

    assert key({"key": " from the file ", "country": "de"}) == {"key": "from the file"}
    monkeypatch.setenv("BOOKTRACK_GOOGLE_KEY", "from outside")
    assert key({"key": "from the file"}) == {"key": "from outside"}
    assert key({}) == {"key": "from outside"}


def test_a_search_quotes_its_phrases_and_stays_within_forty() -> None:
    _, (ask,) = answered(SOURCE.search(title='The "Dune" saga', author=" ", limit=100), page())
    assert ask.params["q"] == 'intitle:"The Dune saga"'
    assert ask.params["maxResults"] == 40
    _, (ask,) = answered(SOURCE.search(title="Dune", author="Frank Herbert"), page())
    assert ask.params["q"] == 'intitle:"Dune" inauthor:"Frank Herbert"'
    assert answered(SOURCE.search(title='"'))[0] == []


def test_a_volume_is_asked_by_its_id() -> None:
    record, (ask,) = answered(SOURCE.by_id("OPy6E5ZhXs0C"), volume())
    assert ask.url == "https://www.googleapis.com/books/v1/volumes/OPy6E5ZhXs0C"
    assert record is not None
    assert record.identifiers == {"googlebooks": ["OPy6E5ZhXs0C"]}
    assert answered(SOURCE.by_id("OPy6E5ZhXs0C"), told({}, 404))[0] is None
    assert answered(SOURCE.by_id("../volumes"))[0] is None


def test_an_isbn_with_a_wrong_check_digit_is_not_asked_for() -> None:
    with pytest.raises(InvalidISBN):
        next(SOURCE.by_isbn("9781521748830"))


def test_a_country_is_named_once_google_cannot_tell_where_the_caller_is() -> None:
    unlocated = told(error("unknownLocation"), 403)
    source = GoogleBooks(KEY)
    records, asked = answered(source.by_isbn(ISBN), unlocated, page(volume()))
    assert len(records) == 1
    assert "country" not in asked[0].params
    assert asked[1].params["country"] == "US"
    _, (ask,) = answered(source.by_isbn(ISBN), page())
    assert ask.params["country"] == "US"


def test_a_country_that_helps_nothing_is_reported() -> None:
    unlocated = told(error("unknownLocation"), 403)
    with pytest.raises(SourceRefused, match="country"):
        answered(GoogleBooks(KEY).by_isbn(ISBN), unlocated, unlocated)
    _, (ask,) = answered(GoogleBooks(KEY, country=" de ").by_isbn(ISBN), page())
    assert ask.params["country"] == "DE"
    with pytest.raises(SourceRefused, match="country"):
        answered(GoogleBooks(KEY, country="AA").by_isbn(ISBN), unlocated)


@pytest.mark.parametrize("country", ["Germany", "D", "ÄÖ", 49])
def test_a_country_that_is_none_is_refused_at_once(country: Any) -> None:
    with pytest.raises(InvalidInput, match="two letters"):
        GoogleBooks(KEY, country=country)


# --- what is no answer ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "status", "kind"),
    [
        (error("dailyLimitExceeded"), 403, "quota"),
        (error("dailyLimitExceeded"), 400, "quota"),
        (error("rateLimitExceeded", "Quota exceeded for limit 'Queries per day'"), 429, "quota"),
        (error("x", details=[{"metadata": {"quota_unit": "1/d/{project}"}}]), 429, "quota"),
        (error("x", details=[{"metadata": {"quota_unit": "1/min/{project}"}}]), 429, "busy"),
        (error("rateLimitExceeded", details=["odd"]), 403, "busy"),
        (b"<html>Too many</html>", 429, "busy"),
        (error("backendFailed"), 503, "down"),
        (b"", 500, "down"),
        (error("badRequest", "API key not valid."), 400, "refused"),
        (error("invalidParameter", "Invalid value '100'."), 400, "refused"),
        (error("accessNotConfigured", "Books API has not been used in project"), 403, "refused"),
        (b"<html>no</html>", 403, "refused"),
        ({"error": {"errors": [{"reason": 7}, {"reason": {}}]}}, 401, "refused"),
    ],
)
def test_the_reason_says_what_an_error_means(answer: Any, status: int, kind: str) -> None:
    assert refused(SOURCE, answer, status).kind == kind


def test_an_invalid_key_is_told_with_the_way_to_a_valid_one() -> None:
    refusal = refused(SOURCE, error("badRequest", "API key not valid."), 400)
    assert "API key not valid" in refusal.message
    assert "console.cloud.google.com" in refusal.message


def test_an_unknown_location_and_a_missing_volume_are_left_to_the_flow() -> None:
    assert SOURCE.refusal(told(error("unknownLocation"), 403), NOW) is None
    assert SOURCE.refusal(told(b"<html>", 404), NOW) is None
    assert SOURCE.refusal(told({}), NOW) is None
    with pytest.raises(SourceRefused):
        answered(SOURCE.by_isbn(ISBN), told({}, 400))


def test_the_daily_quota_lasts_until_midnight_in_california() -> None:
    refusal = refused(SOURCE, error("dailyLimitExceeded"), 403)
    assert refusal.until == datetime(2026, 7, 2, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "reset"),
    [
        ("2026-07-01T06:59:00+00:00", "2026-07-01T07:00:00+00:00"),
        ("2026-12-01T07:30:00+00:00", "2026-12-01T08:00:00+00:00"),
        ("2026-03-08T09:00:00+00:00", "2026-03-09T07:00:00+00:00"),  # summer time begins
        ("2026-11-01T12:00:00+00:00", "2026-11-02T08:00:00+00:00"),  # and ends
    ],
)
def test_midnight_follows_summer_time(moment: str, reset: str) -> None:
    assert next_reset(datetime.fromisoformat(moment)).isoformat() == reset


def test_without_time_zones_on_the_system_midnight_is_never_too_early() -> None:
    assert next_reset(NOW, zone="Nowhere/AtAll") == datetime(2026, 7, 2, 8, tzinfo=UTC)


def test_nothing_found_has_no_items_at_all() -> None:
    for nothing in ({"kind": "books#volumes", "totalItems": 0}, {"totalItems": 0}, page()):
        assert answered(SOURCE.by_isbn(ISBN), nothing)[0] == []
        assert SOURCE.says_nothing(told(nothing))
    assert not SOURCE.says_nothing(told(page(volume())))
    assert not SOURCE.says_nothing(told(volume()))


@pytest.mark.parametrize("answer", [{}, [], None, {"items": 3, "totalItems": 1}, "text"])
def test_a_search_in_a_new_form_is_named_and_not_kept(answer: Any) -> None:
    with pytest.raises(SourceChanged, match="items"):
        answered(SOURCE.by_isbn(ISBN), answer)
    with pytest.raises(SourceChanged):
        SOURCE.says_nothing(told(answer))


# --- volumes -------------------------------------------------------------------------------


def test_a_volume_that_does_not_carry_the_isbn_is_not_the_answer() -> None:
    other = [{"type": "ISBN_13", "identifier": "9781521748831"}]
    assert found(volume(industryIdentifiers=other), volume(industryIdentifiers=None)) == []
    ten = [{"type": "ISBN_10", "identifier": "0140143505"}]
    assert len(found(volume(industryIdentifiers=other), volume(industryIdentifiers=ten))) == 1


def test_numbers_that_are_no_isbn_are_left_out() -> None:
    numbers = [
        {"type": "OTHER", "identifier": "PKEY:BT000044796900100101900209"},
        {"type": "ISSN", "identifier": "03785955"},
        {"type": "ISBN_13", "identifier": "9780140143505"},
        None,
        {"type": "ISBN_10", "identifier": "0140143505"},
        {"type": "ISBN_13", "identifier": ISBN},
    ]
    assert edition(industryIdentifiers=numbers).isbns == [ISBN]


def test_a_damaged_volume_hides_no_other() -> None:
    records = found(volume(pageCount="many"), {"id": "x"}, volume())
    assert [record.title for record in records] == ["Dune"]
    with pytest.raises(SourceChanged, match=r"volumeInfo\.pageCount"):
        found(volume(pageCount="many"))


@pytest.mark.parametrize(
    ("field", "value", "read", "expected"),
    [
        ("publishedDate", "2010", "release_date", "2010"),
        ("publishedDate", "2006-06", "release_date", "2006-06"),
        ("publishedDate", "2019-10-03T00:00:00+02:00", "release_date", "2019-10-03"),
        ("publishedDate", "", "release_date", None),
        ("publishedDate", "unknown", "release_date", None),
        ("pageCount", 0, "page_count", None),
        ("pageCount", 640, "page_count", 640),
        ("language", "pt-BR", "language", "pt"),
        ("language", "un", "language", None),
        ("publisher", "  Tor  Books ", "publisher", "Tor Books"),
        ("publisher", None, "publisher", None),
        ("imageLinks", {}, "cover_url", None),
        ("imageLinks", {"thumbnail": "ftp://x"}, "cover_url", None),
        ("imageLinks", {"thumbnail": "https://[x/"}, "cover_url", None),
        (
            "imageLinks",
            {"thumbnail": "http://books.google.com/books/content?id=a&zoom=1&edge=curl"},
            "cover_url",
            "https://books.google.com/books/content?id=a&zoom=1",
        ),
        (
            "imageLinks",
            {"smallThumbnail": "https://a.example/s", "large": "https://a.example/l"},
            "cover_url",
            "https://a.example/l",
        ),
    ],
)
def test_fields_of_an_edition(field: str, value: Any, read: str, expected: Any) -> None:
    assert edition(**{field: value}).model_dump()[read] == expected


def test_authors_lose_the_mark_of_parallel_titles() -> None:
    (record,) = found(volume(authors=["日本テレビ", "NTV=", "=", "ntv"]))
    assert record.authors == ("日本テレビ", "NTV")
    assert found(volume(authors="Frank Herbert"))[0].authors == ("Frank Herbert",)


def test_a_description_is_text_and_a_category_each_of_its_steps() -> None:
    (record,) = found(
        volume(
            description="<b>One</b><br>two &amp; three",
            categories=["Fiction / Science Fiction / General", "Fiction"],
        )
    )
    assert record.description == "One\ntwo & three"
    assert record.genres == ["Fiction", "Science Fiction"]


def test_a_title_that_is_a_number_is_a_title() -> None:
    assert found(volume(title=1984))[0].title == "1984"


# --- prices and formats ----------------------------------------------------------------------

EUR = {"amount": 9.99, "currencyCode": "EUR"}
DEAR = {"amount": 12.5, "currencyCode": "EUR"}


@pytest.mark.parametrize(
    ("sale", "price", "currency"),
    [
        ({"saleability": "FOR_SALE", "listPrice": DEAR, "retailPrice": EUR}, 9.99, "EUR"),
        ({"saleability": "FOR_PREORDER", "listPrice": DEAR}, 12.5, "EUR"),
        ({"saleability": "NOT_FOR_SALE", "listPrice": DEAR}, None, None),
        ({"saleability": "FREE"}, 0.0, None),
        ({"saleability": "FOR_SALE"}, None, None),
        ({"saleability": "FOR_SALE", "retailPrice": {"amount": 5}}, 5.0, None),
        (
            {
                "saleability": "FOR_SALE",
                "offers": [
                    None,
                    {"retailPrice": {"amountInMicros": 198_000_000, "currencyCode": "JPY"}},
                ],
            },
            198.0,
            "JPY",
        ),
        (None, None, None),
    ],
)
def test_a_price_is_what_a_reader_pays_with_its_currency(
    sale: dict[str, Any] | None, price: float | None, currency: str | None
) -> None:
    told = edition(sale)
    assert (told.price, told.currency) == (price, currency)


def test_ebooks_are_told_from_what_may_be_either() -> None:
    ebook, other = edition({"isEbook": True}), edition({"isEbook": False})
    assert (ebook.book_format, ebook.format_detail) == ("ebook", "Google Play ebook")
    # French ebooks seen from elsewhere have false too, so it does not say "paper".
    assert (other.book_format, other.format_detail) == ("unknown", None)


def numbered(title: str, number: str | None) -> list[tuple[str, str | None]]:
    series = {"bookDisplayNumber": number, "volumeSeries": [{"seriesId": "zcorGwAAABDn0M"}]}
    (record,) = found(volume(title=title, seriesInfo=series))
    return [(claim.name, claim.position) for claim in record.series]


@pytest.mark.parametrize(
    ("title", "number", "claims"),
    [
        ("One Piece, Vol. 3", "3", [("One Piece", "3")]),
        ("Inuyashiki 1", "1", [("Inuyashiki", "1")]),
        ("Dune", "1", []),  # a number, and nobody says of what
        ("One Piece, Vol. 3", "7", []),  # the title is read by all, and says otherwise
        ("One Piece, Vol. 3", None, []),
        ("One Piece, Vol. 3", "??", []),
    ],
)
def test_a_number_counts_where_the_title_names_the_series(
    title: str, number: str | None, claims: list[tuple[str, str]]
) -> None:
    assert numbered(title, number) == claims


# --- over the network ------------------------------------------------------------------------


@pytest.fixture
async def gateway(anyio_backend: object) -> AsyncIterator[Gateway]:
    made = Gateway(now=now, jitter=lambda most: most, cache=Cache())
    yield made
    await made.aclose()


@pytest.mark.anyio
async def test_the_key_travels_and_shows_nowhere(
    gateway: Gateway, httpx_mock: HTTPXMock, caplog: pytest.LogCaptureFixture
) -> None:
    httpx_mock.add_response(json={"error": {"message": "odd"}}, status_code=418)
    with caplog.at_level(logging.DEBUG), pytest.raises(SourceChanged) as raised:
        await gateway.run(SOURCE, SOURCE.by_isbn(ISBN))
    (request,) = httpx_mock.get_requests()
    assert request.url.params["key"] == KEY
    assert KEY not in caplog.text
    assert KEY not in f"{raised.value!r} {raised.value.to_dict()}"


@pytest.mark.anyio
async def test_a_spent_quota_stops_the_source_for_the_day(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json=error("dailyLimitExceeded"), status_code=403)
    for _ in range(2):
        with pytest.raises(SourceRateLimited) as raised:
            await gateway.run(SOURCE, SOURCE.by_isbn(ISBN))
        # now is 2026-03-01T12:00Z, midnight in California is at 08:00Z
        assert raised.value.retry_after == pytest.approx(20 * 3600, abs=5)
    assert len(httpx_mock.get_requests()) == 1


@pytest.mark.anyio
async def test_a_burst_of_503_is_asked_again_and_a_country_is_named(
    gateway: Gateway, httpx_mock: HTTPXMock
) -> None:
    httpx_mock.add_response(json=error("backendFailed"), status_code=503)
    httpx_mock.add_response(json=error("unknownLocation"), status_code=403)
    httpx_mock.add_response(json=page(volume()))
    source = GoogleBooks(KEY)
    for _ in range(2):  # the second time the answer is kept
        records = await gateway.run(source, source.by_isbn(ISBN))
        assert [record.title for record in records] == ["Dune"]
    asked: list[httpx.Request] = httpx_mock.get_requests()
    assert [request.url.params.get("country") for request in asked] == [None, None, "US"]
