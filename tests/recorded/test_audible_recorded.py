"""Every recorded answer of Audible's catalogue is read, or refused by an error of the tree."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.isbn import is_isbn, parse_isbn
from booktrack.domain.records import WorkRecord
from booktrack.errors import SourceError, SourceRefused
from booktrack.sources.audible import Audible
from booktrack.sources.base import Ask
from booktrack.sources.contract import play, reply

LIST = "/1.0/catalog/products"
ASIN = "B08G9PRS1K"


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "audible"


def by_id(body: bytes, asin: str) -> WorkRecord | None:
    return play(Audible().by_id(asin), {f"{LIST}/{asin}": body})[0]


def outcomes(body: bytes) -> list[Any]:
    """Return what each question makes of the body as its answer, None for an error of the tree."""
    source = Audible()
    found: list[Any] = []
    for flow, path in (
        (source.by_id(ASIN), f"{LIST}/{ASIN}"),
        (source.by_isbn("9781603935470"), LIST),
        (source.search(title="x"), LIST),
    ):
        try:
            found.append(play(flow, {path: body})[0])
        except SourceError:
            found.append(None)
    return found


def test_every_file_is_read_without_an_error_outside_the_tree(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    assert len(paths) >= 9
    for path in paths:
        outcomes(path.read_bytes())


def check(work: WorkRecord, raw: dict[str, Any]) -> None:
    """Compare a record with the product that it was read from."""
    (edition,) = work.editions
    images = {int(size): url for size, url in raw["product_images"].items()}
    assert raw["title"].startswith(work.title)
    assert edition.title == raw["title"]
    assert [one.name for one in work.people if one.role == "Narrator"] == [
        one["name"] for one in raw["narrators"]
    ]
    assert [one.name for one in work.people if one.role is None] == [
        one["name"] for one in raw["authors"] if " - " not in one["name"]
    ]
    assert edition.duration_minutes == raw["runtime_length_min"]
    assert edition.release_date == raw["release_date"]
    assert edition.publisher == raw["publisher_name"]
    assert edition.language == "en"
    assert edition.cover_url == images[max(images)]
    assert {(one.name, one.position) for one in work.series} == {
        (one["title"], one["sequence"]) for one in raw.get("series") or []
    }
    written = [text for text in (raw.get("isbn"), raw["asin"]) if text and is_isbn(text)]
    assert edition.isbns == [parse_isbn(text) for text in written]


@pytest.mark.parametrize("asin", ["B017V4IM1G", "B08C6YJ1LS", "B08G9PRS1K"])
def test_a_recorded_product_gives_what_its_file_says(folder: Path, asin: str) -> None:
    body = (folder / f"catalog_product_{asin}.json").read_bytes()
    work = by_id(body, asin)
    assert work is not None
    assert work.record_id == asin
    check(work, json.loads(body)["product"])


def test_the_library_writes_null_for_what_the_catalogue_leaves_out(folder: Path) -> None:
    raw = json.loads((folder / "library_item_make_time_excerpt.json").read_bytes())
    work = by_id(json.dumps({"product": raw}).encode(), raw["asin"])
    assert work is not None
    assert work.series == []
    assert work.subtitle == "How to Focus on What Matters Every Day"
    check(work, raw)


def test_the_recorded_search(folder: Path) -> None:
    body = (folder / "catalog_search_fellowship.json").read_bytes()
    products = json.loads(body)["products"]
    works, _ = play(Audible().search(title="The Fellowship of the Ring"), {LIST: body})
    assert len(works) == len(products) == 10
    for work, raw in zip(works, products, strict=True):
        check(work, raw)
    editor = next(work for work in works if work.title == "The Silmarillion").people[1]
    assert (editor.name, editor.role) == ("Christopher Tolkien", "editor")
    found, _ = play(Audible().by_isbn("9781705047576"), {LIST: body})
    assert [work.title for work in found] == ["The Fellowship of the Ring"]
    assert play(Audible().by_isbn("9780306406157"), {LIST: body})[0] == []


@pytest.mark.parametrize(
    ("file", "asin"),
    [
        ("catalog_product_missing_asin.json", ASIN),
        ("catalog_product_B08JC5J5HR.json", "B08JC5J5HR"),  # a podcast
        ("catalog_product_B07BS4RKGH.json", "B07BS4RKGH"),  # without a title
    ],
)
def test_stubs_podcasts_and_what_has_no_title_are_not_found(
    folder: Path, file: str, asin: str
) -> None:
    body = (folder / file).read_bytes()
    assert by_id(body, asin) is None
    stub = file == "catalog_product_missing_asin.json"
    assert Audible().says_nothing(reply(Ask("https://x.example"), body)) is stub


def test_a_recorded_validation_error_is_refused(folder: Path) -> None:
    body = (folder / "error_400_validation.json").read_bytes()
    error = reply(Ask("https://api.audible.com" + LIST), body, 400)
    with pytest.raises(SourceRefused):
        play(Audible().search(title="x"), {LIST: error})


CHANGES = st.sampled_from([..., None, "text", -1, 3.5, True, [], {}, [None], [{}], {"name": None}])


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), change=CHANGES)
def test_a_mutated_answer_is_read_or_refused(folder: Path, seed: int, change: Any) -> None:
    chance = random.Random(seed)
    value = json.loads(chance.choice(sorted(folder.glob("*.json"))).read_bytes())
    owner: Any = value
    name: Any = None
    while isinstance(owner, (dict, list)) and owner:
        name = chance.choice(list(owner) if isinstance(owner, dict) else range(len(owner)))
        if not isinstance(owner[name], (dict, list)) or not owner[name] or chance.random() < 0.3:
            break
        owner = owner[name]
    if change is ...:
        del owner[name]
    else:
        owner[name] = change
    for found in outcomes(json.dumps(value).encode()):
        assert found is None or isinstance(found, (list, WorkRecord))
