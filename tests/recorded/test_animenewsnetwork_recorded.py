"""Every recorded answer of Anime News Network is read, or refused by an error of the tree."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.errors import SourceError
from booktrack.sources.animenewsnetwork import AnimeNewsNetwork
from booktrack.sources.animenewsnetwork_payloads import read_release, read_xml
from booktrack.sources.contract import play

API = "/encyclopedia/api.xml"
REPORTS = "/encyclopedia/reports.xml"


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "recorded" / "animenewsnetwork"


def outcomes(body: bytes) -> list[Any]:
    """Return what each question makes of the body as its answer, None for an error of the tree."""
    source = AnimeNewsNetwork()
    found: list[Any] = []
    for flow in (
        source.series("Frieren: Beyond Journey's End"),
        source.search(title="Frieren", author="Kanehito Yamada"),
        source.entries(["24449"]),
    ):
        try:
            found.append(play(flow, {API: body, REPORTS: body})[0])
        except SourceError:
            found.append(None)
    return found


def test_every_file_is_read_without_an_error_outside_the_tree(folder: Path) -> None:
    paths = sorted(folder.iterdir())
    assert len(paths) >= 2
    for path in paths:
        assert None not in outcomes(path.read_bytes())


def test_a_recorded_entry_gives_what_its_file_says(folder: Path) -> None:
    body = (folder / "api_manga_frieren.xml").read_bytes()
    raw = fromstring(body).find("manga")
    assert raw is not None
    (series,), _ = play(AnimeNewsNetwork().series("Sōsō no Frieren"), {API: body})
    assert (series.name, series.record_id, series.kind) == (raw.get("name"), "24449", "manga")
    titles = [one.text for one in raw.iter("info") if "title" in one.get("type", "")]
    assert [series.name, *series.aliases] == titles
    assert series.authors == ["Kanehito Yamada", "Tsukasa Abe"]
    assert series.genres == ["adventure"]
    releases = list(raw.iter("release"))
    assert len(releases) == 3
    # The first volume is out in print and as an ebook: the printed one stands for it.
    for volume, release in zip(series.volumes, releases[1:], strict=True):
        number = re.search(r"(\d+)\)$", release.text or "")
        assert volume.title == release.text
        assert number is not None
        assert volume.position == number[1]
        assert volume.release_date == release.get("date")
        assert volume.url == release.get("href")
    assert [volume.book_format for volume in series.volumes] == ["comic", "comic"]


def test_the_recorded_entry_as_books(folder: Path) -> None:
    body = (folder / "api_manga_frieren.xml").read_bytes()
    works, _ = play(AnimeNewsNetwork().search(title="Frieren"), {API: body})
    assert [(work.title, len(work.editions)) for work in works] == [
        ("Frieren: Beyond Journey's End, Vol. 1", 2),
        ("Frieren: Beyond Journey's End, Vol. 14", 1),
    ]


def test_the_recorded_lines_have_isbns_and_dates_to_come(folder: Path) -> None:
    root = read_xml((folder / "release_lines_one_piece.xml").read_bytes(), "test")
    lines = [read_release(element) for element in root.iter("release")]
    assert [(one.name, one.position, one.date, one.isbn) for one in lines if one] == [
        ("One Piece: Ace's Story-The Manga", "1", "2024-03-12", "9781974743322"),
        ("One Piece", "113", "2026-11-10", "9781974766703"),
        ("One Piece - Wano to Egghead Box Set", "91-111", "2026-12-08", "9781974769421"),
    ]
    assert [one.is_bundle for one in lines if one] == [False, False, True]


def test_recorded_lines_within_an_entry(folder: Path) -> None:
    lines = (folder / "release_lines_one_piece.xml").read_text(encoding="utf-8")
    inner = lines.replace("<ann>", "").replace("</ann>", "")
    body = f'<ann><manga id="1223" name="One Piece" precision="manga">{inner}</manga></ann>'
    (series,), _ = play(AnimeNewsNetwork().series("One Piece"), {API: body.encode()})
    assert [(one.position, one.slot) for one in series.volumes] == [
        (None, "special"),
        ("113", "main"),
        (None, "special"),
    ]
    works, _ = play(AnimeNewsNetwork().search(title="One Piece"), {API: body.encode()})
    assert [(one.series[0].name, one.series[0].position) for one in works] == [
        ("One Piece: Ace's Story-The Manga", "1"),
        ("One Piece", "113"),
        ("One Piece", "91-111"),
    ]


def mutate(root: Element, chance: random.Random) -> None:
    """Drop, empty or replace one element, attribute or text of the tree."""
    element = chance.choice(list(root.iter()))
    what = chance.randrange(5)
    if what == 0 and element is not root:
        parent = next(one for one in root.iter() if element in list(one))
        parent.remove(element)
    elif what == 1 and element.attrib:
        del element.attrib[chance.choice(sorted(element.attrib))]
    elif what == 2 and element.attrib:
        name = chance.choice(sorted(element.attrib))
        element.attrib[name] = chance.choice(["", "x", "-1", "0000-00-00", "²", "9" * 40])
    elif what == 3:
        element.text = chance.choice([None, "", "(", "Frieren (GN)", "Frieren (GN 9-1)", "²" * 9])
    else:
        element.tag = chance.choice(["manga", "info", "release", "staff", "item", "other"])


@settings(max_examples=100)
@given(seed=st.integers(0, 10**6), times=st.integers(1, 4))
def test_a_mutated_answer_is_read_or_refused(folder: Path, seed: int, times: int) -> None:
    chance = random.Random(seed)
    root = fromstring(chance.choice(sorted(folder.glob("*.xml"))).read_bytes())
    for _ in range(times):
        mutate(root, chance)
    for found in outcomes(tostring(root)):
        assert found is None or isinstance(found, list)


@settings(max_examples=50)
@given(cut=st.floats(0, 1), junk=st.binary(max_size=4))
def test_a_cut_or_damaged_answer_is_read_or_refused(folder: Path, cut: float, junk: bytes) -> None:
    body = (folder / "api_manga_frieren.xml").read_bytes()
    place = int(len(body) * cut)
    outcomes(body[:place] + junk)
    outcomes(body[:place] + junk + body[place:])
