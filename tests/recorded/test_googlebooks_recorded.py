"""Every recorded answer of Google Books is read, or refused by an error of the tree."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.records import EditionRecord, WorkRecord
from booktrack.domain.text import clean
from booktrack.errors import SourceError
from booktrack.sources.contract import play
from booktrack.sources.googlebooks import GoogleBooks
from support.conversations import NOW, refused, told
from support.mutations import mutations

SOURCE = GoogleBooks(key="key")
PATH = "/books/v1/volumes"
ERRORS = {
    "error_400_max_results_too_high.json": (400, "refused"),
    "error_429_quota_zero_anonymous.json": (429, "quota"),
    "error_503_backend_failed.json": (503, "down"),
}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "google_books"


def items_of(path: Path) -> list[dict[str, Any]]:
    answer = json.loads(path.read_bytes())
    return answer.get("items", [answer] if "volumeInfo" in answer else [])


def read(path: Path) -> list[WorkRecord]:
    """Return what a search or a question by id makes of the file."""
    body = path.read_bytes()
    if "volumeInfo" in json.loads(body):
        record, _ = play(SOURCE.by_id("x"), {f"{PATH}/x": body})
        return [record] if record else []
    return play(SOURCE.search(title="x", limit=40), {PATH: body})[0]


def outcomes(body: bytes) -> None:
    """Ask everything of the body and let errors of the tree pass."""
    for flow, path in (
        (SOURCE.by_isbn("9780316452502"), PATH),
        (SOURCE.search(title="x"), PATH),
        (SOURCE.by_id("x"), f"{PATH}/x"),
    ):
        with contextlib.suppress(SourceError):
            play(flow, {path: body})
    with contextlib.suppress(SourceError):
        SOURCE.says_nothing(told(body))
    for status in (200, 400, 403, 429, 503):
        SOURCE.refusal(told(body, status), NOW)


def edition(folder: Path, file: str, place: int = 0) -> tuple[WorkRecord, EditionRecord]:
    record = read(folder / file)[place]
    return record, record.editions[0]


def test_no_file_raises_outside_the_tree(folder: Path) -> None:
    files = sorted(folder.iterdir())
    for path in files:
        outcomes(path.read_bytes())
    assert len(files) >= 15


def test_every_volume_gives_what_its_file_says(folder: Path) -> None:
    seen = 0
    for path in sorted(folder.iterdir()):
        items = items_of(path)
        if not items:
            continue
        records = read(path)
        assert len(records) == len(items)
        for raw, record in zip(items, records, strict=True):
            info, sale, (one,) = raw["volumeInfo"], raw.get("saleInfo", {}), record.editions
            numbers = [item["identifier"] for item in info["industryIdentifiers"]]
            assert record.title == clean(info["title"])
            assert record.subtitle == info.get("subtitle")
            assert record.record_id == one.record_id == raw["id"]
            assert record.authors == tuple(name.strip("=") for name in info["authors"])
            assert set(one.isbns) == {parse_isbn(text) for text in numbers if is_isbn(text)}
            assert one.publisher == info.get("publisher")
            assert one.release_date == info["publishedDate"][:10]
            assert one.page_count == (info.get("pageCount") or None)
            assert one.language == info["language"]
            assert one.book_format == ("ebook" if sale.get("isEbook") else "unknown")
            price = sale.get("retailPrice", {})
            assert (one.price, one.currency) == (price.get("amount"), price.get("currencyCode"))
            assert (one.cover_url is None) == ("imageLinks" not in info)
            assert "edge=curl" not in (one.cover_url or "")
            assert (one.cover_url or "https://").startswith("https://")
            assert "<" not in (record.description or "")
            seen += 1
    assert seen >= 20


@pytest.mark.parametrize(
    ("file", "field", "value"),
    [
        ("search_children_of_time_fr.json", "page_count", None),
        ("volume_single_children_of_time_en.json", "page_count", 640),
        ("search_isbn_killing_joke.json", "isbns", ["9781401216672"]),
        ("search_item_fr_batman_series_price.json", "price", 9.99),
        ("search_item_fr_batman_series_price.json", "currency", "EUR"),
        ("search_item_fr_batman_series_price.json", "isbns", ["9791026845805"]),
        ("search_items_jp_manga_series.json", "isbns", []),
        ("search_items_jp_manga_series.json", "price", 198.0),
        ("search_items_jp_manga_series.json", "currency", "JPY"),
        ("volume_single_east_of_eden_price.json", "price", 13.99),
        ("volume_single_east_of_eden_price.json", "book_format", "ebook"),
        ("search_title_cragside_fields_mask.json", "release_date", "2021-03"),
    ],
)
def test_single_values(folder: Path, file: str, field: str, value: object) -> None:
    assert edition(folder, file)[1].model_dump()[field] == value


def test_a_time_of_day_does_not_move_the_date(folder: Path) -> None:
    record, one = edition(folder, "search_children_of_time_fr.json", 1)
    assert (record.title, one.release_date) == ("Dans la toile du temps", "2019-10-03")


def test_the_number_of_a_comic_belongs_to_the_series_of_its_title(folder: Path) -> None:
    record, _ = edition(folder, "search_item_fr_batman_series_price.json")
    assert [(claim.name, claim.position) for claim in record.series] == [
        ("Batman La Légende - Neal Adams", "3")
    ]
    nameless, _ = edition(folder, "search_items_jp_manga_series.json")
    assert nameless.series == []


def test_the_largest_cover_is_taken_and_a_description_is_text(folder: Path) -> None:
    record, one = edition(folder, "volume_single_east_of_eden_price.json")
    assert one.cover_url is not None
    assert "zoom=6" in one.cover_url
    assert (record.description or "").startswith("A masterpiece of Biblical scope")
    assert record.genres == ["Fiction", "Classics", "Literary", "Sagas"]


def test_the_answer_to_another_isbn_is_not_taken(folder: Path) -> None:
    body = (folder / "search_isbn_one_digit_off_returns_other_isbn.json").read_bytes()
    assert play(SOURCE.by_isbn("9780000000002"), {PATH: body})[0] == []
    (record,), _ = play(SOURCE.by_isbn("9781521748831"), {PATH: body})
    assert record.subtitle == "A DCI Ryan Mystery"
    assert record.editions[0].cover_url is None


def test_nothing_found(folder: Path) -> None:
    for file in ("search_zero_results.json", "search_zero_results_masked.json"):
        body = (folder / file).read_bytes()
        assert play(SOURCE.by_isbn("9780316452502"), {PATH: body})[0] == []
        assert SOURCE.says_nothing(told(body))


def test_errors_are_told_apart(folder: Path) -> None:
    for file, (status, kind) in ERRORS.items():
        assert refused(SOURCE, (folder / file).read_bytes(), status).kind == kind
    unlocated = (folder / "error_403_unknown_location.json").read_bytes()
    assert SOURCE.refusal(told(unlocated, 403), NOW) is None
    keyless = refused(SOURCE, (folder / "error_429_quota_zero_anonymous.json").read_bytes(), 429)
    assert "BOOKTRACK_GOOGLE_KEY" in keyless.message


def test_a_damaged_answer_is_an_answer_or_an_error_of_the_tree(folder: Path) -> None:
    answers = [json.loads(path.read_bytes()) for path in sorted(folder.iterdir())]

    @settings(max_examples=100)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        outcomes(data.draw(mutations(answers)))

    check()
