"""`search(series=...)`: the series with its volumes, stored, from the sources that know series."""

from datetime import timedelta

import pytest

from booktrack import Conflict
from booktrack.domain.records import VolumeRecord
from support.libraries import (
    DUNE,
    NOW,
    Chronicle,
    Down,
    Told,
    open_library,
    series_record,
    snapshot,
    work,
)

FRIEREN = series_record(
    "Frieren", "1", "2", "3",
    aliases=["葬送のフリーレン", "Sousou no Frieren"], kind="manga", total=3,
    authors=["Kanehito Yamada"],
    publication_status="releasing", identifiers={"anilist": ["118586"]},
)  # fmt: skip


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(tmp_path, clock):
    libraries = []

    def open_it(*sources, **options):
        options = {"offline": False, "clock": clock, "sources": list(sources), **options}
        libraries.append(open_library(tmp_path / "library.json", **options))
        return libraries[-1]

    yield open_it
    for library in libraries:
        library.close()


def only(found):
    (series,) = found["series"]
    return series


def test_a_series_comes_with_its_volumes_stored_and_tracked(opened):
    library = opened(Chronicle(FRIEREN))
    found = library.search(series="frieren")
    series = only(found)
    assert found["sources"] == {"chronicle": {"code": "ok"}}
    assert (series["name"], series["kind"], series["tracked"]) == ("Frieren", "manga", True)
    assert [(one["position"], one["title"]) for one in series["volumes"]] == [
        ("1", "Frieren 1"), ("2", "Frieren 2"), ("3", "Frieren 3")
    ]  # fmt: skip
    assert (series["total"], series["total_source"], series["missing"]) == (
        3, "chronicle", ["1", "2", "3"]
    )  # fmt: skip
    assert series["publication_status"] == "releasing"
    with_nobody = opened(offline=True)
    assert with_nobody.get_series("葬送のフリーレン") == series


@pytest.mark.parametrize("name", ["葬送のフリーレン", "SOUSOU NO FRIEREN", "Frieren"])
def test_a_series_is_found_by_any_of_its_names(opened, name):
    assert only(opened(Chronicle(FRIEREN)).search(series=name))["name"] == "Frieren"


def test_the_second_question_asks_nobody(opened):
    source, books = Chronicle(FRIEREN), Told()
    library = opened(source, books)
    first = library.search(series="frieren")
    asked = books.questions
    second = library.search(series="Frieren")
    assert (second["series"], second["sources"]) == (first["series"], {})
    assert (source.questions, books.questions) == (["frieren"], asked)


@pytest.mark.parametrize(
    ("status", "days", "asked"),
    [("releasing", 13, 1), ("releasing", 15, 2), ("hiatus", 59, 1), ("hiatus", 61, 2),
     ("finished", 179, 1), ("finished", 181, 2)],
)  # fmt: skip
def test_a_running_series_is_asked_for_again_sooner_than_a_finished_one(
    opened, clock, status, days, asked
):
    source = Chronicle(FRIEREN.model_copy(update={"publication_status": status}))
    library = opened(source)
    library.search(series="frieren")
    clock.now += timedelta(days=days)
    library.search(series="frieren")
    assert len(source.questions) == asked


def test_always_asks_and_never_does_not(opened):
    source = Chronicle(FRIEREN)
    library = opened(source)
    assert library.search(series="frieren", remote="never")["series"] == []
    library.search(series="frieren", remote="always")
    library.search(series="frieren", remote="always")
    assert len(source.questions) == 2


def test_offline_nobody_is_asked_and_that_is_said(opened):
    found = opened(Chronicle(FRIEREN), offline=True).search(series="frieren")
    assert (found["series"], found["sources"]) == ([], {"chronicle": {"code": "offline"}})


def test_a_series_that_nobody_knows_stores_nothing(opened):
    library = opened(Chronicle())
    before = snapshot(library)
    found = library.search(series="Frieren")
    assert (found["series"], found["sources"]["chronicle"]["code"]) == ([], "ok")
    assert snapshot(library) == before


def test_what_bears_another_name_is_a_candidate_only(opened):
    library = opened(Chronicle(series_record("Frieda", "1")))
    found = library.search(series="Frieren")
    assert found["series"] == []
    assert found["candidates"][0]["record"]["name"] == "Frieda"
    assert library.list_series()["total"] == 0


def test_a_source_that_is_down_is_named_and_asked_again(opened):
    down, able = Chronicle(name="down", down=True), Chronicle(FRIEREN)
    library = opened(down, able)
    found = library.search(series="frieren")
    assert only(found)["total"] == 3
    assert found["sources"]["down"]["code"] == "unavailable"
    down.down = False
    again = library.search(series="frieren")
    assert again["sources"] == {"down": {"code": "ok"}}
    assert (len(down.questions), len(able.questions)) == (2, 1)


def test_a_source_that_fails_in_one_way_of_asking_is_told_of_once(opened):
    class Half(Chronicle):
        capabilities = frozenset({"series", "search"})

        def search(self, **asked):
            return (yield from Down().search())

    found = opened(Half()).search(series="frieren")
    assert found["sources"]["chronicle"]["code"] == "unavailable"


# --- what the library holds already ------------------------------------------------------------


def test_the_series_of_the_users_books_is_completed(opened):
    library = opened(Chronicle(FRIEREN))
    library.add(title="Frieren, Vol. 2", authors="Kanehito Yamada", remote="never")
    mine = library.get_series("Frieren")["id"]
    series = only(library.search(series="frieren"))
    assert (series["id"], series["owned"], series["missing"]) == (mine, ["2"], ["1", "3"])
    assert "葬送のフリーレン" in series["aliases"]


def test_a_name_in_another_romanisation_is_the_same_author(opened):
    library = opened(Chronicle(series_record("Berserk", "1", total=42, authors=["Kentarou Miura"])))
    library.add(title="Berserk, Vol. 1", authors="Kentaro Miura", remote="never")
    library.search(series="berserk")
    assert library.get_series("Berserk")["total"] == 42


def test_a_series_of_the_same_name_by_somebody_else_stays_apart(opened):
    library = opened(Chronicle(series_record("Legends", "1", total=9, authors=["Bob Unknown"])))
    library.add(title="Dragons", authors="Ann Lee", series="Legends", position=1, remote="never")
    found = library.search(series="legends")
    assert sorted(len(one["owned"]) for one in found["series"]) == [0, 1]
    assert [one["total"] for one in found["series"] if one["owned"]] == [None]


def test_manga_and_light_novel_of_one_name_are_not_mixed(opened):
    wolf = {"authors": ["Isuna Hasekura"]}
    source = Chronicle(
        series_record("Spice and Wolf", "1", kind="manga", total=16, **wolf),
        series_record("Spice and Wolf", "1", kind="light_novel", total=24, **wolf),
    )
    library = opened(source)
    found = library.search(series="Spice and Wolf")
    assert {one["kind"]: one["total"] for one in found["series"]} == {
        "manga": 16, "light_novel": 24
    }  # fmt: skip
    with pytest.raises(Conflict):
        library.get_series("Spice and Wolf")
    again = library.search(series="Spice and Wolf", remote="always")
    assert [one["id"] for one in again["series"]] == [one["id"] for one in found["series"]]


def test_of_two_kinds_neither_is_taken_for_that_of_the_users_books(opened):
    source = Chronicle(
        series_record("Spice and Wolf", "1", kind="manga", total=16),
        series_record("Spice and Wolf", "1", kind="light_novel", total=24),
    )
    library = opened(source)
    library.add(title="Holo", series="Spice and Wolf", position=1, remote="never")
    library.search(series="Spice and Wolf")
    kinds = {one["kind"]: one["total"] for one in library.list_series()["series"] if one["owned"]}
    assert kinds == {"unknown": None}


def test_a_record_of_unknown_kind_is_given_to_none_of_several(opened):
    library = opened(
        Chronicle(
            series_record("Wolf", "1", kind="manga", total=16, source="a"),
            series_record("Wolf", "1", kind="light_novel", total=24, source="a"),
            series_record("Wolf", "1", total=99, source="b"),
        )
    )
    found = library.search(series="Wolf")
    assert sorted((one["kind"], one["total"]) for one in found["series"]) == [
        ("light_novel", 24), ("manga", 16), ("unknown", 99)
    ]  # fmt: skip


def test_another_id_of_the_same_catalogue_is_another_series(opened):
    library = opened(
        Chronicle(
            series_record("Legends", "1", total=9, identifiers={"hardcover": ["1"]}),
            series_record("Legends", "1", total=3, identifiers={"hardcover": ["2"]}),
        )
    )
    assert [one["total"] for one in library.search(series="Legends")["series"]] == [9, 3]


def test_the_same_id_is_the_same_series_whatever_it_is_called_now(opened):
    source = Chronicle(FRIEREN)
    library = opened(source)
    mine = only(library.search(series="frieren"))["id"]
    renamed = {"name": "Frieren: Beyond Journey's End", "aliases": ["Frieren"], "total": 15}
    source.records = [FRIEREN.model_copy(update=renamed)]
    series = only(library.search(series="frieren", remote="always"))
    assert (series["id"], series["name"]) == (mine, "Frieren")
    assert "Frieren: Beyond Journey's End" in series["aliases"]


def test_totals_of_several_sources_stand_side_by_side(opened):
    library = opened(
        Chronicle(FRIEREN),
        Chronicle(
            series_record("Frieren", total=14, source="almanac", kind="manga"), name="almanac"
        ),
    )
    series = only(library.search(series="frieren"))
    stored = library._ctx.store.get("series", series["id"])
    assert [(one["value"], one["source"]) for one in stored["totals"]] == [
        (3, "chronicle"), (14, "almanac")
    ]  # fmt: skip
    assert series["total"] in (3, 14)
    assert series["total_disagreements"]


def test_what_one_source_said_over_the_years_is_kept_in_bounds(opened):
    source = Chronicle()
    library = opened(source)
    for total in range(1, 12):
        source.records = [series_record("Frieren", "1", total=total, total_language="ja")]
        series = only(library.search(series="frieren", remote="always"))
    stored = library._ctx.store.get("series", series["id"])
    assert [one["value"] for one in stored["totals"]] == [7, 8, 9, 10, 11]
    assert {one["language"] for one in stored["totals"]} == {"ja"}


def test_a_total_of_null_says_nothing(opened):
    source = Chronicle(FRIEREN)
    library = opened(source)
    library.search(series="frieren")
    source.records = [FRIEREN.model_copy(update={"total": None})]
    assert only(library.search(series="frieren", remote="always"))["total"] == 3


def test_volumes_are_completed_by_others_and_corrected_by_their_own_source(opened):
    first = series_record("Frieren", "1", "2", kind="manga")
    first.volumes[1].release_date = None
    other = series_record("Frieren", "2", "3", kind="manga", source="almanac")
    other.volumes[0].title, other.volumes[0].release_date = "Another title", "2021-05"
    source = Chronicle(first)
    library = opened(source, Chronicle(other, name="almanac"))
    library.search(series="frieren")
    first.volumes[0].title = "Corrected"
    volumes = only(library.search(series="frieren", remote="always"))["volumes"]
    assert [(one["position"], one["title"], one["release_date"]) for one in volumes] == [
        ("1", "Corrected", "2020"), ("2", "Frieren 2", "2021-05"), ("3", "Frieren 3", "2020")
    ]  # fmt: skip


def test_a_guide_has_a_label_and_is_not_missing(opened):
    record = series_record("Frieren", "1")
    record.volumes.append(VolumeRecord(title="Official Fanbook", slot="special"))
    series = only(opened(Chronicle(record)).search(series="frieren"))
    assert [one["label"] for one in series["volumes"]] == ["1", "Official Fanbook"]
    assert series["missing"] == ["1"]


def test_a_series_that_is_no_longer_tracked_stays_so(opened):
    library = opened(Chronicle(FRIEREN))
    library.search(series="frieren")
    library.track_series("Frieren", False)
    assert only(library.search(series="frieren", remote="always"))["tracked"] is False


def test_a_users_override_stays(opened):
    source = Chronicle(FRIEREN)
    library = opened(source)
    library.search(series="frieren")
    library.override_series("Frieren", total=99, why="I count the specials")
    series = only(library.search(series="frieren", remote="always"))
    assert (series["total"], series["total_source"]) == (99, "user")
    assert series["total_disagreements"]


def test_books_of_the_series_are_found_beside_it(opened):
    books = Told(work("Dune", "Frank Herbert", isbn=DUNE, series="Dune", position="1"))
    library = opened(Chronicle(series_record("Dune", "1", "2", total=6)), books)
    found = library.search(series="Dune", remote="always")
    assert (only(found)["total"], only(found)["volumes"][0]["book_ids"]) == (6, [1])
    assert [book["title"] for book in found["results"]] == ["Dune"]
    assert found["sources"] == {"chronicle": {"code": "ok"}, "told": {"code": "ok"}}


def test_a_collectors_edition_is_not_the_series_that_sources_count(opened):
    record = series_record("Berserk", "1", total=42, aliases=["Berserk Deluxe Edition"])
    library = opened(Chronicle(record))
    library.add(title="Berserk Deluxe Edition, Vol. 1", authors="Kentaro Miura", remote="never")
    library.search(series="Berserk")
    totals = {one["edition_line"]: one["total"] for one in library.list_series()["series"]}
    assert totals == {None: 42, "deluxe": None}
