"""Totals of the curated file that come from recorded data are those of the data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from defusedxml.ElementTree import parse

from booktrack.sources.curated import Curated

MYANIMELIST = "https://myanimelist.net/manga/"


@pytest.fixture(scope="module")
def volumes(shared: Path) -> dict[str, int]:
    """Return the number of volumes by MyAnimeList's id, of the series that are finished there."""
    told = {}
    for path in sorted((shared / "exports" / "mal_xml").glob("*.xml")):
        for manga in parse(path).getroot().iter("manga"):
            count = int((manga.findtext("manga_volumes") or "0").strip() or 0)
            if count:
                told[(manga.findtext("manga_mangadb_id") or "").strip()] = count
    return told


def test_a_total_whose_origin_is_myanimelist_was_exported_from_there(
    volumes: dict[str, int],
) -> None:
    checked = 0
    for entry in Curated().entries:
        for line in entry.line:
            if line.origin.startswith(MYANIMELIST):
                assert volumes[line.origin.removeprefix(MYANIMELIST)] == line.total, entry.name
                checked += 1
    assert checked >= 9


def test_other_totals_agree_with_the_exports(volumes: dict[str, int]) -> None:
    checked = 0
    for entry in Curated().entries:
        exported = volumes.get(entry.identifiers.get("myanimelist", ""))
        original = next((line for line in entry.line if line.language == "ja"), None)
        if exported and original:
            assert original.total == exported, entry.name
            checked += 1
    assert checked >= 18


def test_the_total_from_anilist_was_recorded(shared: Path) -> None:
    recorded = shared / "recorded" / "anilist" / "media_relations_attack_on_titan.json"
    edges = json.loads(recorded.read_bytes())["data"]["Media"]["relations"]["edges"]
    media = next(edge["node"] for edge in edges if edge["node"]["id"] == 53390)
    (line,) = next(one for one in Curated().entries if one.name == "Attack on Titan").line
    assert (line.origin, line.total) == (media["siteUrl"], media["volumes"])
