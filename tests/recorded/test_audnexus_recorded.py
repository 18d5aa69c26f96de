"""Every recorded answer of Audnexus is read, or refused by an error of the tree."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.records import WorkRecord
from booktrack.errors import SourceChanged, SourceError
from booktrack.sources.audnexus import Audnexus
from booktrack.sources.base import Ask
from booktrack.sources.contract import play, reply

ASK = Ask("https://api.audnex.us/books/B08G9PRS1K")


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "audnexus"


def by_id(body: bytes, asin: str = "B08G9PRS1K", status: int = 200) -> WorkRecord | None:
    return play(Audnexus().by_id(asin), {f"/books/{asin}": reply(ASK, body, status)})[0]


def test_every_file_is_read_without_an_error_outside_the_tree(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    assert len(paths) >= 7
    for path in paths:
        for status in (200, 400, 404):
            with suppress(SourceError):
                by_id(path.read_bytes(), status=status)
        Audnexus().refusal(reply(ASK, path.read_bytes(), 429), datetime.now(UTC))


@pytest.mark.parametrize("file", ["book_B08G9PRS1K.json", "book_B0CJWTXLPJ_light_novel.json"])
def test_a_recorded_book_gives_what_its_file_says(folder: Path, file: str) -> None:
    body = (folder / file).read_bytes()
    raw = json.loads(body)
    work = by_id(body, raw["asin"])
    assert work is not None
    (edition,) = work.editions
    assert edition.title == raw["title"]
    assert edition.asin == work.record_id == raw["asin"]
    assert edition.isbns == ([raw["isbn"]] if raw["isbn"] else [])
    assert edition.publisher == raw["publisherName"]
    assert edition.release_date == raw["releaseDate"][:10]
    assert edition.duration_minutes == raw["runtimeLengthMin"]
    assert edition.cover_url == raw["image"]
    assert edition.format_detail == f"Audible Audio, {raw['formatType']}"
    assert [person.name for person in work.people] == [
        one["name"] for one in raw["authors"] + raw["narrators"]
    ]
    assert work.genres == [one["name"] for one in raw["genres"]]
    named = [raw[key] for key in ("seriesPrimary", "seriesSecondary") if key in raw]
    assert [(one.name, one.position) for one in work.series] == [
        (one["name"], one["position"]) for one in named
    ]


def test_a_name_that_was_cut_in_two_is_whole_again(folder: Path) -> None:
    work = by_id((folder / "book_B0CJWTXLPJ_light_novel.json").read_bytes(), "B0CJWTXLPJ")
    assert work is not None
    assert work.title == "Mushoku Tensei: Jobless Reincarnation (Light Novel), Vol. 1"
    assert (work.subtitle, work.series[0].kind) == (None, "light_novel")


def test_what_is_missing_in_a_region_is_not_found(folder: Path) -> None:
    assert by_id((folder / "error_404_region.json").read_bytes(), status=404) is None
    assert by_id((folder / "error_400_old_shape.json").read_bytes(), status=400) is None


def test_the_recorded_limit_tells_its_pause(folder: Path) -> None:
    body = (folder / "error_429.json").read_bytes()
    refusal = Audnexus().refusal(reply(ASK, body, 429), datetime.now(UTC))
    assert refusal is not None
    assert (refusal.kind, refusal.retry_after) == ("busy", 60)


@pytest.mark.parametrize("file", ["author_B00G0WYW92.json", "chapters_B08G9PRS1K.json"])
def test_an_author_or_chapters_are_no_book(folder: Path, file: str) -> None:
    with pytest.raises(SourceChanged, match="title"):
        by_id((folder / file).read_bytes())


CHANGES = st.sampled_from([..., None, "text", -1, 3.5, True, [], {}, [None], [{}], {"name": None}])


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), change=CHANGES, status=st.sampled_from([200, 400, 404, 422]))
def test_a_mutated_answer_is_read_or_refused(
    folder: Path, seed: int, change: Any, status: int
) -> None:
    chance = random.Random(seed)
    path = chance.choice(sorted(folder.glob("*.json")))
    value = json.loads(path.read_bytes())
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
    body = json.dumps(value).encode()
    Audnexus().refusal(reply(ASK, body, 429), datetime.now(UTC))
    asin = "B0CJWTXLPJ" if "B0CJWTXLPJ" in path.name else "B08G9PRS1K"
    try:
        found = by_id(body, asin, status)
    except SourceError:
        return
    assert found is None or isinstance(found, WorkRecord)
