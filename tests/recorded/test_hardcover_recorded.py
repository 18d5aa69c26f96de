"""Every recorded answer of Hardcover is read, or refused by an error of the tree."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.isbn import is_isbn
from booktrack.domain.records import WorkRecord
from booktrack.errors import SourceError
from booktrack.sources.hardcover import Hardcover
from support.conversations import NOW, answered, refused, told
from support.mutations import mutations

SOURCE = Hardcover("token")


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "hardcover"


@pytest.fixture(scope="module")
def shapes(folder: Path) -> dict[str, Any]:
    return dict(recorded(folder / "error_shapes_and_small_answers.json"))


def recorded(path: Path) -> Any:
    return json.loads(path.read_bytes())


def by_isbn(answer: Any, isbn: str) -> list[WorkRecord]:
    return answered(SOURCE.by_isbn(isbn), answer)[0]


def outcomes(raw: bytes, isbn: str = "9781521748831") -> None:
    reply = told(raw)
    for flow in (
        SOURCE.by_isbn(isbn),
        SOURCE.by_isbns([isbn]),
        SOURCE.by_id("1"),
        SOURCE.search(title="x"),
        SOURCE.series("x"),
        SOURCE.series_by_id("1"),
    ):
        try:
            next(flow)
            while True:
                flow.send(reply)
        except (SourceError, StopIteration):
            pass
    with contextlib.suppress(SourceError):
        SOURCE.says_nothing(reply)
    for status in (200, 400, 401, 403, 408, 429, 503):
        SOURCE.refusal(told(raw, status), NOW)


def test_no_file_raises_outside_the_tree(folder: Path, shapes: dict[str, Any]) -> None:
    files = sorted(folder.iterdir())
    for path in files:
        outcomes(path.read_bytes())
    for shape in shapes.values():
        outcomes(json.dumps(shape["body"] if isinstance(shape, dict) else shape).encode())
    assert len(files) >= 8


def test_every_recorded_edition_gives_what_its_file_says(folder: Path) -> None:
    seen = 0
    for path in sorted(folder.glob("editions_*.json")):
        answer = recorded(path)
        for raw in answer["data"]["editions"]:
            (work,) = by_isbn(answer, raw["isbn_13"])
            one, told_book = work.editions[0], raw["book"]
            assert work.title == told_book["title"]
            assert one.title == raw["title"]
            assert one.isbns == [raw["isbn_13"]]
            assert is_isbn(raw["isbn_10"])
            assert one.language == raw["language"]["code2"] == "en"
            assert one.publisher == raw.get("publisher", {}).get("name")
            assert one.cover_url == raw.get("image", {}).get("url")
            authors = [person["author"]["name"] for person in told_book["contributions"]]
            assert list(work.authors) == authors
            assert [(claim.name, claim.position) for claim in work.series] == [
                (place["series"]["name"], str(place["position"]))
                for place in told_book["book_series"]
            ]
            assert work.record_id == (str(told_book["id"]) if "id" in told_book else None)
            seen += 1
    assert seen >= 8


def test_an_edition_and_its_work_have_dates_of_their_own(folder: Path) -> None:
    (work,) = by_isbn(recorded(folder / "editions_by_isbn_no_series.json"), "9780571334650")
    assert work.first_published == "2018-08-28"
    assert work.editions[0].release_date == "2023"  # told as 2023-01-01
    assert work.genres == ["Romance", "Literary Fiction"]
    assert work.series == []


def test_an_edition_may_be_titled_otherwise(folder: Path) -> None:
    file = folder / "editions_by_isbn_edition_title_differs.json"
    (work,) = by_isbn(recorded(file), "0007458428")
    assert work.title == "The Hobbit, or There and Back Again"
    assert work.alternate_titles == ["The Hobbit"]


def test_two_books_of_one_title_stay_two(folder: Path) -> None:
    answer = recorded(folder / "editions_by_title_the_infirmary.json")
    (ross,) = by_isbn(answer, "9781799729945")
    (reagon,) = by_isbn(answer, "9781408733363")
    assert (ross.record_id, ross.authors) == ("1198266", ("L.J. Ross",))
    assert (reagon.record_id, reagon.authors) == ("2284109", ("Carly Reagon",))


def test_nothing_found(folder: Path, shapes: dict[str, Any]) -> None:
    assert by_isbn(recorded(folder / "editions_nothing_found.json"), "9781521748831") == []
    for name in ("isbn-none", "no-user"):
        assert SOURCE.says_nothing(told(shapes[name]["body"]))


def test_a_search_tells_enough_to_choose_by(folder: Path) -> None:
    answer = recorded(folder / "search_all_systems_red_first_hit.json")
    ((work,), _) = answered(SOURCE.search(title="all systems red"), answer, {"data": {"books": []}})
    raw = answer["data"]["search"]["results"]["hits"][0]["document"]
    assert (work.record_id, work.title, work.subtitle) == ("427971", "All Systems Red", None)
    assert work.authors == ("Martha Wells",)
    assert set(work.alternate_titles) == set(raw["alternative_titles"]) - {raw["title"]}
    assert [(claim.name, claim.position) for claim in work.series] == [
        ("The Murderbot Diaries", "1")
    ]
    assert work.series[0].identifiers == {"hardcover": ["1053"]}
    assert work.first_published == "2017"
    assert work.genres == raw["genres"]
    assert work.editions == []  # the mixed ISBNs of a work belong to no edition


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bad-token", "refused"),
        ("validation-error", "changed"),
        ("rate-limited", "busy"),
        ("unavailable", "down"),
    ],
)
def test_errors_in_each_shape(shapes: dict[str, Any], name: str, kind: str) -> None:
    shape = shapes[name]
    assert refused(SOURCE, shape["body"], shape["status"], shape.get("headers")).kind == kind


def test_merged_books_lead_to_the_one_that_they_went_into(shapes: dict[str, Any]) -> None:
    kept, merged = shapes["merges"]["body"]["data"]["books"]
    merged, kept = merged | {"title": "Rivers"}, kept | {"title": "Rivers and Roads"}
    found, asked = answered(
        SOURCE.by_id("6002"), {"data": {"books": [merged]}}, {"data": {"books": [kept]}}
    )
    assert found is not None
    assert (found.record_id, found.title, len(asked)) == ("6001", "Rivers and Roads", 2)


def test_a_damaged_answer_is_an_answer_or_an_error_of_the_tree(
    folder: Path, shapes: dict[str, Any]
) -> None:
    answers = [recorded(path) for path in sorted(folder.iterdir()) if "shapes" not in path.name]
    answers += [shape["body"] for shape in shapes.values() if isinstance(shape, dict)]
    user = shapes["details"]["body"]["data"]["me"][0]["user_books"][0]
    book = user["book"] | {"id": 5001, "editions": [user["edition"]]}
    listed = {"position": 1, "details": "1-3", "compilation": False, "book": book}
    answers += [
        {"data": {"books": [book]}},
        {"data": {"series": [{"id": 1, "name": "Lanterns", "book_series": [listed]}]}},
        {"data": {"editions": [user["edition"] | {"isbn_13": "9781521748831", "book": book}]}},
    ]

    @settings(max_examples=150)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        outcomes(data.draw(mutations(answers)))

    check()
