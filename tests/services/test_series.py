"""Series as users see them: one answer on what is owned, wanted, missing and announced."""

import pytest

from booktrack import Conflict, InvalidInput, NotFound


def test_a_finished_series_owned_whole(sample):
    series = sample.get_series("The Broken Earth")
    assert (series["completeness"], series["percent"], series["missing"]) == ("complete", 100.0, [])
    assert [volume["status"] for volume in series["volumes"]] == ["own"] * 3


def test_a_series_with_holes_names_them(sample):
    answer = sample.missing_from_series("Stormlight Archive")
    assert answer["missing"] == ["3", "5"]
    volume, wanted = answer["volumes"]
    assert (wanted["status"], wanted["why"]) == ("want", "in the library, not owned")
    assert (volume["title"], volume["why"]) == ("Oathbringer", "one of 5 according to curated")


def test_a_wanted_volume_carries_its_editions(sample):
    sample.add(
        "9780765326379", title="Oathbringer", authors="Brandon Sanderson",
        series="Stormlight Archive", position=3, status="want",
    )  # fmt: skip
    volume = sample.missing_from_series("Stormlight Archive")["volumes"][0]
    assert (volume["status"], volume["why"]) == ("want", "in the library, not owned")
    assert [edition["isbn_13"] for edition in volume["editions"]] == ["9780765326379"]


def test_holes_of_an_unknown_total_say_so(library):
    library.add(title="Bleach, Vol. 1")
    library.add(title="Bleach, Vol. 3")
    answer = library.missing_from_series("bleach")
    assert [volume["why"] for volume in answer["volumes"]] == ["a hole below volume 3"]


def test_an_omnibus_fills_several_volumes(sample):
    series = sample.get_series("One Piece")
    assert series["owned"] == ["1", "2", "3"]
    assert len({volume["book_ids"][0] for volume in series["volumes"][:3]}) == 1


def test_an_unreleased_volume_is_announced_not_missing(sample):
    series = sample.get_series("86")
    assert "14" in series["announced"]
    assert "14" not in series["missing"]


def test_a_name_that_several_series_bear_asks_which(sample):
    with pytest.raises(Conflict) as caught:
        sample.get_series("狼と香辛料")
    kinds = {choice["kind"] for choice in caught.value.details["choices"]}
    assert kinds == {"manga", "light_novel"}
    assert sample.get_series("狼と香辛料", kind="manga")["kind"] == "manga"


def test_by_alias_and_with_a_typo(sample):
    assert sample.get_series("The Stormlight Archive")["name"] == "Stormlight Archive"
    assert sample.get_series("stromlight archive")["name"] == "Stormlight Archive"


def test_by_id(sample):
    series = sample.get_series("Earthsea Cycle")
    assert sample.get_series(series["id"]) == series


@pytest.mark.parametrize("series", [99999, "Zzyzx Qqq", "", None, True, 1.5])
def test_a_series_that_does_not_exist(sample, series):
    for call in (sample.get_series, sample.missing_from_series, sample.track_series):
        with pytest.raises((NotFound, InvalidInput)):
            call(series)


def test_a_kind_that_does_not_exist(sample):
    with pytest.raises(InvalidInput, match="opera"):
        sample.get_series("Saga", kind="opera")


def test_the_list_is_by_name_and_paged(sample):
    page = sample.list_series(limit=5)
    names = [one["name"] for one in page["series"]]
    assert names == sorted(names, key=str.casefold)
    assert page["total"] == 13
    assert sample.list_series(limit=5, offset=12)["total"] == 13
    assert "volumes" not in page["series"][0]


def test_the_list_can_be_narrowed(sample):
    complete = sample.list_series(completeness="complete")["series"]
    assert "The Broken Earth" in [one["name"] for one in complete]
    assert {one["kind"] for one in sample.list_series(kind="manga")["series"]} == {"manga"}


@pytest.mark.parametrize(
    "arguments",
    [{"limit": 0}, {"offset": -1}, {"completeness": "almost"}, {"kind": "opera"}],
)
def test_a_wrong_list_is_refused(sample, arguments):
    with pytest.raises(InvalidInput):
        sample.list_series(**arguments)


def test_tracking_is_kept(sample):
    sample.track_series("Saga", tracked=False)
    assert sample.get_series("Saga")["tracked"] is False


def test_tracking_is_true_or_false(sample):
    with pytest.raises(InvalidInput, match="maybe"):
        sample.track_series("Saga", tracked="maybe")


def test_marking_changes_the_series_at_the_next_call(sample):
    (book,) = sample.search(series="The Broken Earth", limit=1)["results"]
    sample.mark(book["editions"][0]["id"], "want")
    series = sample.get_series("The Broken Earth")
    assert (series["wanted"], series["missing"]) == (["1"], ["1"])


def test_9_of_1_is_a_contradiction_never_100_percent(library):
    for number in range(1, 10):
        library.add(title=f"Citrus, Vol. {number}", authors="Saburouta")
    store = library._ctx.store
    series_id = library.get_series("Citrus")["id"]
    with store.transaction("a wrong total") as tx:
        document = tx.get("series", series_id)
        tx.put("series", series_id, document | {"totals": [{"value": 1, "source": "anilist"}]})
    series = library.get_series("Citrus")
    assert (series["completeness"], series["total"], series["percent"]) == (
        "contradiction", 1, None
    )  # fmt: skip
    assert "volume 9 is owned" in series["contradiction"]
