"""Real exports: every series once, with every hole and no false one, in the audit too."""

import json

import pytest

from support.libraries import open_library, snapshot

# Counted by hand in the file: the series of which a number below the highest one is not there.
HOLES = {
    "DARLING in the FRANXX": ["3", "4"],
    "Golden Time": ["2", "3", "4", "5", "6", "7", "8"],
    "Horimiya": ["1", "2", "3", "4", "5", "6", "7", "15"],
    "Mushoku Tensei: Jobless Reincarnation": ["1", "2", "3"],
    "My Wife Has No Emotion": ["1"],
    "Spice and Wolf": ["4"],
    "The Rising of the Shield Hero": ["11", "12", "14", "16", "17"],
    "The Witches of Adamas": ["1"],
}


@pytest.fixture
def handylib(shared, tmp_path):
    with open_library(tmp_path / "library.json") as library:
        library.import_file(shared / "exports" / "handylib" / "01.csv")
        yield library


def test_the_audit_has_every_hole_and_no_false_one(handylib):
    problems = handylib.series_audit()["problems"]
    gaps = {one["series"]: one["positions"] for one in problems if one["code"] == "gap"}
    assert gaps == HOLES
    codes = [one["code"] for one in problems if one["code"] != "gap"]
    assert codes == ["needs_review"]


def test_nothing_is_left_to_join_or_to_fix(handylib):
    before = snapshot(handylib)
    done = handylib.reconcile_all()
    assert [one["what"] for one in done["changed"] if one["what"] != "link"] == []
    assert handylib.fix_series()["changed"] == []
    assert handylib.reconcile_all()["changed"] == []
    assert {s: d["name"] for s, d in before["series"].items()} == {
        s: d["name"] for s, d in snapshot(handylib)["series"].items()
    }


def test_a_publishers_line_has_no_hundred_holes(shared, tmp_path):
    with open_library(tmp_path / "library.json") as library:
        library.import_file(shared / "exports" / "goodreads" / "13.csv")
        lines = [s for s in library.list_series(limit=1000)["series"]
                 if s["kind"] == "publisher_line"]  # fmt: skip
        assert "African Writers Series" in [one["name"] for one in lines]
        for line in lines:
            # Only what was put into the library is missing from it.
            there = library.list_books(series=line["id"])["total"]
            assert len(line["missing"]) <= there
        named = {one["series"] for one in library.series_audit()["problems"]
                 if one["code"] == "gap" and len(one["positions"]) > 100}  # fmt: skip
        assert named == set()


def test_an_apostrophe_of_a_web_page_is_no_volume(shared, tmp_path):
    with open_library(tmp_path / "library.json") as library:
        library.import_file(shared / "exports" / "librarything_json" / "04.json")
        assert not [s["name"] for s in library.list_series(limit=1000)["series"]
                    if s["name"].endswith("&")]  # fmt: skip


def test_no_recorded_answer_is_more_than_the_check_of_a_series_can_take(shared, tmp_path):
    judged = {}
    with open_library(tmp_path / "library.json") as library:
        library.add(title="Solo Leveling, Vol. 1")
        for path in sorted((shared / "recorded").glob("*/*.json")):
            data = json.loads(path.read_text("utf-8"))
            if isinstance(data, dict):
                judged[path.name] = library.validate_series_metadata("Solo Leveling", data)
    assert len(judged) > 50
    about = judged["manga_105398_solo_leveling.json"]
    assert (about["valid"], about["accepted"]["publication_status"]) == (True, "finished")
