from __future__ import annotations

import json

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files.registry import detect, read_export
from support.exports import only_row, outcomes, reading_of, work_of


def manga(**fields: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<manga>{inner}</manga>"


BERSERK = manga(
    manga_mangadb_id="2", manga_title="\n <![CDATA[Berserk]]>\n", manga_volumes="42",
    my_read_volumes="50", my_read_chapters="300", my_start_date="2025-10-15",
    my_finish_date="2025-11-3", my_score="9", my_status="Completed", my_times_read="2",
    my_tags="<![CDATA[dark, epic]]>", my_comments="<![CDATA[again]]>",
)  # fmt: skip


def export(*entries: str, declaration: str = "") -> bytes:
    head = "<myinfo><user_export_type>2</user_export_type></myinfo>"
    return f"{declaration}<!-- x --><myanimelist>{head}{''.join(entries)}</myanimelist>".encode()


@pytest.mark.parametrize("declaration", ["", '<?xml version="1.0" encoding="ISO-8859-1" ?>\n\t\n'])
def test_a_row_of_myanimelist_is_a_series_as_a_whole(declaration: str) -> None:
    data = export(BERSERK, declaration=declaration)
    assert detect(data)[0] == ("mal_xml", 1.0)
    row = only_row(data)
    (claim,) = work_of(row).series
    assert (claim.name, claim.kind, claim.total, claim.position) == ("Berserk", "manga", 42, None)
    assert claim.identifiers == {"mal": ["2"]}
    assert (row.key, row.status, row.tags, row.notes) == ("mal:2", None, ["dark", "epic"], "again")
    assert reading_of(row) == {
        "status": "finished", "started_at": "2025-10-15", "finished_at": "2025-11-03",
        "rating": 4.5, "read_count": 2,
    }  # fmt: skip
    assert row.warnings == [
        "this row is a whole series: which volumes are owned is not in the file"
    ]


def test_a_total_of_zero_is_unknown_and_anime_are_left_out() -> None:
    data = export(
        manga(manga_mangadb_id="1", manga_title="X", manga_volumes="0", my_score="0",
              my_start_date="0000-00-00", my_status="Plan to Read"),
        manga(manga_mangadb_id="3"),
        "<anime><series_animedb_id>5</series_animedb_id></anime>",
    )  # fmt: skip
    assert outcomes(data) == [(None, None), (None, "no title"), ("not a book: anime", None)]
    row = read_export(data).rows[0]
    assert (work_of(row).series[0].total, reading_of(row)) == (None, {"status": "want_to_read"})


def anilist(*entries: object) -> bytes:
    return json.dumps({"lists": list(entries), "user": {}}).encode()


ENTRY = {
    "series_type": 1, "series_id": 30002, "status": 2, "score": 95, "progress": 300,
    "progress_volume": 0, "repeat": 1, "started_on": 20191011, "finished_on": 20200102,
    "notes": "x",
}  # fmt: skip


def test_a_row_of_anilist_is_a_series_known_by_number() -> None:
    data = anilist(ENTRY)
    assert detect(data)[0] == ("anilist_json", 1.0)
    row = only_row(data)
    assert work_of(row).title == "[AniList manga 30002]"
    assert work_of(row).series[0].identifiers == {"anilist": ["30002"]}
    assert reading_of(row) == {
        "status": "finished", "started_at": "2019-10-11", "finished_at": "2020-01-02",
        "rating": 4.75, "read_count": 2,
    }  # fmt: skip
    assert (row.key, row.notes) == ("anilist:30002", "x")
    assert "the file names no title" in row.warnings


@pytest.mark.parametrize(
    ("status", "expected"),
    [(0, "reading"), (1, "want_to_read"), (2, "finished"), (3, "abandoned"), (4, "paused")],
)
def test_anilists_numbers_of_states(status: int, expected: str) -> None:
    bare = {"series_type": 1, "series_id": 1, "score": 0, "started_on": 0, "finished_on": 0}
    read = reading_of(only_row(anilist(bare | {"status": status}), "anilist_json"))
    assert (read["status"], read.get("rating")) == (expected, None)


def test_anilists_anime_and_rows_without_id() -> None:
    data = anilist({"series_type": 0, "series_id": 1}, {"series_type": 1}, "odd")
    assert outcomes(data, "anilist_json") == [
        ("not a book: anime", None), (None, "no series id"), ("the row is empty", None),
    ]  # fmt: skip
    for other in (b"[1]", b'{"lists": 5}'):
        with pytest.raises(InvalidFile, match='has no list "lists"'):
            read_export(other, "anilist_json")
