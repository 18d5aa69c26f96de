from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from booktrack.domain.dates import require_date
from booktrack.domain.records import SeriesRecord
from booktrack.errors import InvalidFile, SourceRefused
from booktrack.sources.contract import SourceContract, play
from booktrack.sources.curated import Curated
from booktrack.sources.curated_file import CuratedSeries, read_curated

ENTRY = """
[[series]]
name = "Fullmetal Alchemist"
aliases = ["鋼の錬金術師"]
kind = "manga"
status = "finished"
authors = ["Hiromu Arakawa"]
identifiers = { myanimelist = "25" }

[[series.line]]
language = "ja"
total = 27
date = "2020-07"
origin = "https://example.org/a"
"""


def series(name: str, source: Curated | None = None) -> list[SeriesRecord]:
    found, asked = play((source or Curated()).series(name), {})
    assert asked == []
    return found


class TestCurated(SourceContract):
    source = Curated()
    replies: ClassVar = {}


# --- the file of the package -----------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> list[CuratedSeries]:
    return Curated().entries


def test_there_are_many_series_of_every_kind(shipped: list[CuratedSeries]) -> None:
    kinds = [entry.kind for entry in shipped]
    assert len(shipped) >= 60
    assert kinds.count("manga") >= 50
    assert kinds.count("light_novel") >= 5
    assert kinds.count("novel") >= 10


def test_every_number_has_an_origin_and_a_date_that_has_come(shipped: list[CuratedSeries]) -> None:
    today = datetime.now(UTC).date().isoformat()
    for entry in shipped:
        for line in entry.line:
            assert line.origin.startswith("http"), entry.name
            assert "1940" < line.date <= today, entry.name
            assert (line.total or line.published or 0) > 0, entry.name


def test_a_running_series_has_no_total(shipped: list[CuratedSeries]) -> None:
    for entry in shipped:
        if entry.status != "finished":
            assert all(line.total is None for line in entry.line), entry.name
        else:
            assert all(line.published is None for line in entry.line), entry.name


def test_volumes_lie_within_the_total_and_come_once(shipped: list[CuratedSeries]) -> None:
    for entry in shipped:
        positions = [volume.position for volume in entry.volume]
        assert len(set(positions)) == len(positions), entry.name
        most = max(line.total or line.published or 0 for line in entry.line)
        assert all(1 <= int(position) <= most for position in positions), entry.name


def test_a_series_ends_after_it_starts(shipped: list[CuratedSeries]) -> None:
    for entry in shipped:
        if entry.started and entry.ended:
            assert require_date(entry.started) <= require_date(entry.ended), entry.name


def test_no_name_or_id_stands_for_two_series_of_a_kind(shipped: list[CuratedSeries]) -> None:
    names: dict[tuple[str, str], str] = {}
    for entry in shipped:
        for key in [*entry.keys, *(f"{k}:{v}" for k, v in entry.identifiers.items())]:
            assert names.setdefault((entry.kind, key), entry.name) == entry.name


@pytest.mark.parametrize(
    ("name", "kind", "language", "total"),
    [
        ("鋼の錬金術師", "manga", "ja", 27),
        ("Fullmetal Alchemist", "manga", "en", 27),
        ("one piece", "manga", "en", None),
        ("Kimetsu no Yaiba", "manga", "ja", 23),
        ("GTO", "manga", "ja", 25),
        ("Toradora", "light_novel", "ja", 10),
        ("Wheel of Time", "novel", "en", 14),
        ("harry potter", "novel", "en", 7),
    ],
)
def test_a_series_is_found_by_any_of_its_names(
    name: str, kind: str, language: str, total: int | None
) -> None:
    found = [one for one in series(name) if (one.kind, one.total_language) == (kind, language)]
    assert [one.total for one in found] == [total]


# --- records ---------------------------------------------------------------------------------


def test_a_record_names_where_and_when_its_total_was_read() -> None:
    record = next(one for one in series("Death Note") if one.total_language == "ja")
    assert (record.source, record.total, record.publication_status) == ("curated", 12, "finished")
    assert record.fetched_at == "2020-07-01T00:00:00Z"
    assert (record.url or "").startswith("https://")
    assert record.identifiers == {"myanimelist": ["21"]}
    assert record.authors == ["Tsugumi Ohba", "Takeshi Obata"]


def test_manga_and_novel_of_one_name_are_two_series() -> None:
    assert {one.kind for one in series("No.6")} == {"manga", "novel"}


def test_of_a_running_series_the_volumes_that_are_out_are_listed() -> None:
    (record,) = series("A Song of Ice and Fire")
    assert record.total is None
    assert [volume.position for volume in record.volumes] == ["1", "2", "3", "4", "5"]
    assert record.volumes[0].title == "A Game of Thrones"
    (running,) = series("One Piece")
    assert len(running.volumes) == 113
    assert {volume.position: volume.release_date for volume in running.volumes}["113"]
    japanese, english = series("Vagabond")
    assert len(japanese.volumes) == len(english.volumes) == 37
    assert [one.release_date for one in japanese.volumes if one.release_date] == ["2014-07"]
    assert not any(one.release_date for one in english.volumes)


def test_an_unknown_name_is_not_found() -> None:
    assert series("No Such Series At All") == []
    assert series("") == []


# --- a file of the user's own ----------------------------------------------------------------


def test_the_users_own_entry_stands_in_for_that_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ENTRY.replace("total = 27", "total = 28"), encoding="utf-8")
    source = Curated.from_settings({"path": str(path)})
    assert [record.total for record in series("Fullmetal Alchemist", source)] == [28]
    assert series("Death Note", source)
    assert source.entries[0].name == "Fullmetal Alchemist"


def test_a_users_novel_leaves_the_manga_of_the_package(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ENTRY.replace('"manga"', '"novel"'), encoding="utf-8-sig")
    kinds = [record.kind for record in series("Fullmetal Alchemist", Curated(path))]
    assert sorted(kinds) == ["manga", "manga", "novel"]


def test_a_users_file_that_cannot_be_read_is_one_source_that_refuses(tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=r"missing\.toml cannot be read"):
        series("x", Curated(tmp_path / "missing.toml"))
    with pytest.raises(SourceRefused, match="cannot be read"):
        series("x", Curated(tmp_path))
    large = tmp_path / "large.toml"
    large.write_bytes(b"#" * (10 * 1024 * 1024 + 1))
    with pytest.raises(SourceRefused, match="larger than 10 MB"):
        series("x", Curated(large))


# --- the form --------------------------------------------------------------------------------


def test_an_entry_is_read_with_all_it_says() -> None:
    volume = (
        '\n[[series.volume]]\nposition = "01"\ntitle = " One "\nrelease_date = "2002-01-22"\n'
        'isbn = "978-1-59116-920-8"\n'
    )
    (entry,) = read_curated((ENTRY + volume).encode(), "a file")
    assert entry.line[0].total == 27
    assert entry.volume[0].model_dump() == {
        "position": "1",
        "title": "One",
        "release_date": "2002-01-22",
        "isbn": "9781591169208",
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("total = 27", "total = 0", "line.0.total"),
        ("total = 27", "total = -1", "greater than 0"),
        ("total = 27", 'total = "27"', "line.0.total"),
        ("total = 27", "total = 27\npublished = 27", "either `total` or `published`"),
        ("total = 27", "", "either `total` or `published`"),
        ('date = "2020-07"', 'date = "July"', "Not a date: 'July'"),
        ('date = "2020-07"', 'date = "2020-13"', "no such day"),
        ('date = "2020-07"', "", "line.0.date"),
        ('origin = "https://example.org/a"', "", "line.0.origin"),
        ('origin = "https://example.org/a"', 'origin = "my memory"', "line.0.origin"),
        ('kind = "manga"', 'kind = "film"', "'film'"),
        ('status = "finished"', 'status = "over"', "'over'"),
        ('status = "finished"', 'status = "releasing"', "a running series has no total"),
        ('language = "ja"', 'language = "Japanese"', "line.0.language"),
        ('name = "Fullmetal Alchemist"', 'name = " "', "name"),
        ('name = "Fullmetal Alchemist"', 'titel = "x"', "titel"),
        ("[[series.line]]", "[[series.lines]]", "Fullmetal Alchemist"),
        ("[[series]]", "[series]", "is not a TOML file|series"),
        ("[[series]]", "[[serie]]", "series"),
        ("[[series]]", "series = [3]\n[[other]]", "series"),
        ("name = ", "name ", "is not a TOML file"),
    ],
)
def test_a_wrong_entry_is_named(old: str, new: str, told: str) -> None:
    with pytest.raises(InvalidFile, match=told) as caught:
        read_curated(ENTRY.replace(old, new, 1).encode(), "mine.toml")
    assert "mine.toml" in str(caught.value)


def test_the_last_volume_that_is_out_has_a_date() -> None:
    running = ENTRY.replace("total = 27", "published = 27").replace("finished", "releasing")
    with pytest.raises(InvalidFile, match="volume 27, the last that is published"):
        read_curated(running.encode(), "mine.toml")
    dated = running + '[[series.volume]]\nposition = "27"\nrelease_date = "2010-11-22"\n'
    assert len(read_curated(dated.encode(), "mine.toml")) == 1


def test_a_language_stands_in_one_line() -> None:
    second = ENTRY[ENTRY.index("[[series.line]]") :]
    with pytest.raises(InvalidFile, match="two lines"):
        read_curated((ENTRY + second).encode(), "mine.toml")


def test_two_entries_of_one_name_and_kind_are_refused() -> None:
    other = ENTRY.replace('name = "Fullmetal Alchemist"', 'name = "FMA"')
    with pytest.raises(InvalidFile, match="'鋼の錬金術師' is a manga twice"):
        read_curated((ENTRY + other).encode(), "mine.toml")
    as_novel = other.replace('"manga"', '"novel"')
    assert len(read_curated((ENTRY + as_novel).encode(), "mine.toml")) == 2


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"[" * 100_000, b"\x00"])
def test_what_is_no_toml_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidFile, match="not a TOML file"):
        read_curated(data, "mine.toml")


def test_an_empty_file_says_what_is_missing() -> None:
    with pytest.raises(InvalidFile, match="series"):
        read_curated(b"", "mine.toml")
    assert read_curated(b"series = []", "mine.toml") == []
