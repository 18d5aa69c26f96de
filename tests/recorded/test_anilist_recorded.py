"""Every recorded answer of AniList is read, or refused by an error of the tree."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.records import SeriesRecord
from booktrack.errors import SourceChanged, SourceError
from booktrack.sources.anilist import AniList
from support.conversations import NOW, answered, body, refused, told
from support.mutations import mutations

SOURCE = AniList()


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "anilist"


def recorded(path: Path) -> Any:
    return json.loads(path.read_bytes())


def read(answer: Any) -> list[SeriesRecord]:
    return answered(SOURCE.series("x"), answer)[0]


def outcomes(raw: bytes) -> None:
    for flow in (SOURCE.series("x"), SOURCE.series_by_id("1")):
        with contextlib.suppress(SourceError):
            answered(flow, told(raw))
    with contextlib.suppress(SourceError):
        SOURCE.says_nothing(told(raw))
    for status in (200, 400, 403, 404, 429, 500):
        SOURCE.refusal(told(raw, status), NOW)


def test_no_file_raises_outside_the_tree(folder: Path) -> None:
    files = sorted(folder.iterdir())
    for path in files:
        outcomes(path.read_bytes())
    assert len(files) >= 9


def test_fifty_popular_series(folder: Path) -> None:
    answer = recorded(folder / "page_manga_popular_50.json")
    raw = answer["data"]["Page"]["media"]
    for one in raw:
        one["staff"] = one.pop("staffPreview")  # what their question called it
    records = read(answer)
    assert len(records) == len(raw) == 50
    for media, record in zip(raw, records, strict=True):
        assert record.record_id == str(media["id"])
        assert record.name == (media["title"]["english"] or media["title"]["romaji"])
        assert record.cover_url == media["coverImage"]["extraLarge"]
        assert record.kind == "manga"
        assert record.authors, record.name
        roles = {
            edge["node"]["name"]["full"]: edge["role"]
            for edge in media["staff"]["edges"]
            if edge["node"]["name"]["full"] in record.authors
        }
        assert not any("Assistant" in role or "Translator" in role for role in roles.values())
    by_name = {record.name: record for record in records}
    assert by_name["Death Note"].authors == ["Tsugumi Ooba", "Takeshi Obata"]
    assert by_name["Berserk"].authors == ["Kentarou Miura", "Studio Gaga"]
    assert "Kimetsu no Yaiba" in by_name["Demon Slayer: Kimetsu no Yaiba"].aliases


def test_a_series_with_names_in_six_scripts(folder: Path) -> None:
    answer = recorded(folder / "manga_105398_solo_leveling.json")
    (record,) = read(answer)
    assert record.name == "Solo Leveling"
    assert record.aliases == [
        "Na Honjaman Level Up",
        "나 혼자만 레벨업",
        *answer["data"]["Media"]["synonyms"],
    ]
    assert (record.kind, record.publication_status) == ("manga", "finished")
    assert (record.total, record.total_language) == (None, "ko")
    assert record.started == "2018-03-04"
    assert record.genres == ["Action", "Adventure", "Fantasy"]
    assert record.url == "https://anilist.co/manga/105398"
    assert "<" not in (record.description or "")
    assert [(one.relation, one.name) for one in record.related] == [
        ("SEQUEL", "Solo Leveling: Ragnarok")
    ]


def test_a_finished_manga_that_an_animation_names(folder: Path) -> None:
    answer = recorded(folder / "media_relations_attack_on_titan.json")
    edges = answer["data"]["Media"]["relations"]["edges"]
    manga = next(edge["node"] for edge in edges if edge["relationType"] == "ADAPTATION")
    (record,) = read({"data": {"Media": manga | {"relations": {"edges": edges}}}})
    assert record.name == "Attack on Titan"
    assert (record.total, record.total_language) == (34, "ja")
    assert record.publication_status == "finished"
    assert record.identifiers == {"anilist": ["53390"], "mal": ["23390"]}
    start = manga["startDate"]
    assert record.started == f"{start['year']}-{start['month']:02}-{start['day']:02}"
    assert record.ended is not None
    assert {"進撃の巨人", "Ataque de los Titanes", "진격의 거인"} <= set(record.aliases)
    assert {one.record_id for one in record.related} == {
        str(edge["node"]["id"]) for edge in edges if edge["node"]["type"] == "MANGA"
    }
    # The animation itself was asked for its relations only: it is no series of books.
    with pytest.raises(SourceChanged):
        read(answer)


def test_a_search(folder: Path) -> None:
    records = read(recorded(folder / "search_solo_leveling.json"))
    assert [record.record_id for record in records] == ["105398", "201652", "179445"]
    assert [record.started for record in records] == ["2018", "2024", "2024"]
    assert [record.cover_url for record in records] == [None, None, None]


@pytest.mark.parametrize(
    ("file", "status", "kind"),
    [
        ("error_400_unknown_field.json", 400, "changed"),
        ("error_400_unknown_field.json", 200, "changed"),
        ("error_403_api_disabled.json", 403, "down"),
        ("error_429.json", 429, "busy"),
        ("error_429.json", 200, "busy"),
    ],
)
def test_errors_are_told_apart(folder: Path, file: str, status: int, kind: str) -> None:
    assert refused(SOURCE, (folder / file).read_bytes(), status).kind == kind


def test_the_burst_limiter_says_how_long(folder: Path) -> None:
    whole = recorded(folder / "error_429_with_headers.json")
    headers = {name.lower(): value for name, value in whole["headers"].items()}
    refusal = refused(SOURCE, whole["body"], whole["status"]["code"], headers)
    assert (refusal.kind, refusal.retry_after) == ("busy", None)  # the Gateway reads the header


def test_a_series_that_is_not_there(folder: Path) -> None:
    raw = (folder / "error_404_media_not_found.json").read_bytes()
    for status in (404, 200):
        assert SOURCE.refusal(told(raw, status), NOW) is None
        assert answered(SOURCE.series_by_id("1"), told(raw, status))[0] is None


def test_a_damaged_answer_is_an_answer_or_an_error_of_the_tree(folder: Path) -> None:
    answers = [recorded(path) for path in sorted(folder.iterdir()) if "popular" not in path.name]
    few = recorded(folder / "page_manga_popular_50.json")
    few["data"]["Page"]["media"] = [
        one | {"staff": one["staffPreview"]} for one in few["data"]["Page"]["media"][:3]
    ]

    @settings(max_examples=100)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        outcomes(data.draw(mutations([few, *answers])))

    outcomes(body(few))
    check()
