"""The truth about a series: what is owned, wanted, missing and announced (facts/SERIES.md)."""

import pytest

from booktrack.domain.models import KnownVolume, Override, Series, Total
from booktrack.domain.series import Held, SeriesState, chosen_total, is_ahead, series_state

TODAY = "2026-11-22"


def held(*positions, status="own", **more):
    return [
        Held(
            book_id=number,
            edition_id=100 + number,
            status=status,
            position=position,
            covers=_covers(position),
            **more,
        )
        for number, position in enumerate(positions, 1)
    ]


def _covers(position):
    if position is None or "." in position:
        return ()
    first, _, last = position.partition("-")
    return tuple(str(number) for number in range(int(first), int(last or first) + 1))


def series(total=None, *, source="anilist", **more):
    totals = [] if total is None else [Total(value=total, source=source)]
    return Series(name="S", totals=totals, **more)


def state(model, holdings, **more) -> SeriesState:
    return series_state(model, holdings, today=TODAY, **more)


def test_without_a_total_the_holes_up_to_the_highest_owned_are_missing():
    found = state(series(), held("1", "2", "5"))
    assert (found.completeness, found.missing, found.percent) == ("unknown_total", ["3", "4"], None)
    assert found.owned == ["1", "2", "5"]


def test_holes_before_the_first_owned_are_missing_too():
    assert state(series(), held("3")).missing == ["1", "2"]


def test_a_series_that_starts_at_0_starts_at_0():
    assert state(series(), held("0", "1", "3")).missing == ["2"]
    assert state(series(4), held("0", "1", "2", "3")).completeness == "complete"


def test_volume_0_may_be_counted_apart_from_the_total():
    listed = [KnownVolume(position="3", source="animenewsnetwork")]
    found = state(series(3, volumes=listed), held("0", "1", "2"))
    assert found.missing == ["3"]


def test_all_of_a_known_total_is_complete():
    found = state(series(3), held("1", "2", "3"))
    assert (found.completeness, found.percent, found.missing) == ("complete", 100.0, [])


def test_some_of_a_known_total_is_incomplete_and_says_which():
    found = state(series(4), held("1", "3"))
    assert (found.completeness, found.percent, found.missing) == ("incomplete", 50.0, ["2", "4"])


def test_399_of_400_is_not_100_percent():
    found = state(series(400), held(*map(str, range(1, 400))))
    assert found.percent == 99.7


def test_owned_beyond_the_total_is_a_contradiction_that_names_both():
    found = state(series(1), held(*map(str, range(1, 10))))
    assert found.completeness == "contradiction"
    assert found.contradiction == "volume 9 is owned, but anilist says there are 1"
    assert (found.total, found.percent, found.missing) == (1, None, [])


def test_more_unnumbered_books_than_the_total_are_a_contradiction():
    found = state(series(1), held("1", None))
    assert found.contradiction == "2 books are owned, but anilist says there are 1"


def test_the_users_own_total_is_named_as_such():
    mine = series(overrides={"total": Override(value=1)})
    assert state(mine, held("2")).contradiction == "volume 2 is owned, but you say there are 1"


def test_an_unnumbered_book_within_the_total_is_no_contradiction():
    assert state(series(3), held("1", None)).completeness == "incomplete"


def test_an_omnibus_fills_its_volumes_and_owning_one_of_them_twice_counts_once():
    found = state(series(3), held("1-3", "2"))
    assert (found.owned, found.completeness) == (["1", "2", "3"], "complete")
    assert [len(volume.held) for volume in found.volumes] == [1, 2, 1]


def test_1_5_does_not_stand_in_for_1():
    found = state(series(), held("1.5", "2"))
    assert found.missing == ["1"]
    assert [volume.slot for volume in found.volumes] == ["main", "side", "main"]


def test_a_novella_that_is_not_owned_is_not_missing():
    listed = [KnownVolume(position="1.5", title="Novella", source="hardcover")]
    found = state(series(2, volumes=listed), held("1", "2"))
    assert (found.missing, found.completeness) == ([], "complete")
    assert [volume.title for volume in found.volumes] == [None, "Novella", None]


def test_a_guide_or_art_book_is_neither_missing_nor_counted():
    guide = [Held(book_id=9, edition_id=9, status="want", label="Guidebook", slot="special")]
    found = state(series(2), [*held("1", "2"), *guide])
    assert (found.completeness, found.wanted) == ("complete", [])
    assert found.volumes[-1].label == "Guidebook"


@pytest.mark.parametrize(("parts", "owned"), [((1,), []), ((1, 2), ["5"])])
def test_a_split_volume_is_owned_when_all_its_parts_are(parts, owned):
    halves = [
        Held(
            book_id=part,
            edition_id=part,
            status="own",
            position="5",
            covers=("5",),
            whole=False,
            label=f"5, Part {part} of 2",
        )
        for part in parts
    ]
    assert state(series(), halves).owned == owned


def test_a_part_that_does_not_say_of_how_many_fills_nothing():
    half = Held(book_id=1, edition_id=1, status="own", position="5", covers=("5",), whole=False)
    assert state(series(), [half]).owned == []


def test_announced_is_not_missing():
    listed = [
        KnownVolume(position="2", release_date="2026-12-08", source="animenewsnetwork"),
        KnownVolume(position="3", release_date="2027", source="animenewsnetwork"),
    ]
    found = state(series(volumes=listed), held("1"))
    assert (found.missing, found.announced) == ([], ["2", "3"])
    assert [volume.status for volume in found.volumes] == ["own", "announced", "announced"]


def test_a_volume_of_this_year_without_a_day_is_not_ahead_for_certain():
    assert not is_ahead("2026", TODAY)
    assert not is_ahead("2026-11", TODAY)
    assert is_ahead("2026-12", TODAY)


def test_a_wanted_volume_is_wanted_and_still_missing_from_the_shelf():
    found = state(
        series(2),
        [*held("1"), Held(book_id=7, edition_id=7, status="want", position="2", covers=("2",))],
    )
    assert (found.wanted, found.missing) == (["2"], ["2"])
    assert found.volumes[1].status == "want"


def test_a_preordered_volume_is_wanted_and_announced():
    ordered = Held(book_id=7, status="want", position="2", covers=("2",), release_date="2027-01-01")
    found = state(series(), [*held("1"), ordered])
    assert (found.wanted, found.announced, found.missing) == (["2"], ["2"], [])


def test_an_owned_volume_is_out_whatever_its_date_says():
    early = Held(
        book_id=1, edition_id=1, status="own", position="1", covers=("1",), release_date="2030"
    )
    found = state(series(2), [early])
    assert (found.owned, found.announced, found.missing) == (["1"], [], ["2"])


@pytest.mark.parametrize(
    ("status", "source", "missing", "announced"),
    [
        ("releasing", "curated", [], ["3", "4"]),
        ("finished", "curated", ["3", "4"], []),
        ("releasing", "user", ["3", "4"], []),
    ],
)
def test_a_planned_total_of_a_running_series_announces(status, source, missing, announced):
    model = series(4, source="curated", publication_status=status)
    if source == "user":
        model.overrides["total"] = Override(value=4)
    found = state(model, held("1", "2"))
    assert (found.missing, found.announced) == (missing, announced)


def test_the_earliest_date_of_a_volume_counts_not_that_of_a_reprint():
    editions = [
        Held(book_id=1, edition_id=1, position="1", covers=("1",), release_date="2027-05-01"),
        Held(book_id=1, edition_id=2, position="1", covers=("1",), release_date="2010"),
    ]
    assert state(series(), editions).volumes[0].release_date == "2010"


def test_a_book_in_the_library_that_is_not_owned_is_missing():
    found = state(series(), [*held("1"), *held("5", status="missing")])
    assert found.missing == ["5"]


def test_a_slip_of_the_keyboard_does_not_open_thousands_of_holes():
    found = state(series(), held("1", "9780765"))
    assert found.missing == []


def test_an_unnumbered_known_volume_has_its_label():
    box = [KnownVolume(label="Box Set", slot="special", release_date="2026-12-08", source="x")]
    found = state(series(volumes=box), held("1"))
    assert [(volume.position, volume.label) for volume in found.volumes] == [
        ("1", "1"),
        (None, "Box Set"),
    ]


def test_a_known_volume_adds_to_the_book_that_stands_there():
    listed = [KnownVolume(position="01", title="One", cover_url="https://c/1", source="x")]
    (volume,) = state(series(volumes=listed), held("1")).volumes
    assert (volume.title, volume.cover_url) == ("One", "https://c/1")


def test_a_known_volume_with_a_label_for_position_is_kept_as_told():
    listed = [KnownVolume(position="Extra!", source="x")]
    assert state(series(volumes=listed), []).volumes[0].label in ("Extra!", "Extra")


class TestTotals:
    def test_the_users_word_wins_and_the_others_are_shown(self):
        model = series(12, overrides={"total": Override(value=9)})
        assert chosen_total(model) == (9, "user", ["anilist says 12"])

    def test_two_sources_that_agree_win(self):
        model = Series(
            name="S",
            totals=[
                Total(value=20, source="curated"),
                Total(value=12, source="anilist"),
                Total(value=12, source="hardcover"),
            ],
        )
        assert chosen_total(model) == (12, "hardcover", ["curated says 20"])

    def test_never_the_largest_for_being_the_largest(self):
        model = Series(
            name="S",
            totals=[Total(value=102, source="openlibrary"), Total(value=44, source="hardcover")],
        )
        assert chosen_total(model)[:2] == (44, "hardcover")

    def test_the_total_of_another_edition_line_does_not_count(self):
        model = Series(name="S", totals=[Total(value=5, source="x", edition_line="deluxe")])
        assert chosen_total(model) == (None, None, [])

    def test_the_total_of_all_things_with_the_name_does_not_count(self):
        model = Series(name="S", totals=[Total(value=18, source="x", scope="all")])
        assert chosen_total(model) == (None, None, [])

    def test_zero_says_nothing(self):
        assert chosen_total(series(0)) == (None, None, [])

    def test_the_readers_language_is_preferred(self):
        model = Series(
            name="S",
            totals=[
                Total(value=16, source="anilist", language="ja"),
                Total(value=12, source="other", language="en"),
            ],
        )
        assert chosen_total(model, "en")[:2] == (12, "other")

    def test_the_newer_of_two_words_of_one_source_counts(self):
        model = Series(
            name="S",
            totals=[
                Total(value=10, source="x", seen_at="2025-01-01"),
                Total(value=11, source="x", seen_at="2026-01-01"),
            ],
        )
        assert chosen_total(model)[:2] == (11, "x")


def said(**overrides):
    return {key.replace("__", " "): Override(value=value) for key, value in overrides.items()}


def test_a_volume_that_is_no_part_of_the_set_is_not_missing():
    model = series(4, overrides=said(volume__3="excluded", volume__9="excluded"))
    found = state(model, held("1", "2", "4"))
    assert (found.completeness, found.percent, found.missing) == ("complete", 100.0, [])
    assert [place.status for place in found.volumes] == ["own", "own", "excluded", "own"]


def test_an_excluded_volume_that_is_bought_all_the_same_is_owned():
    model = series(2, overrides=said(volume__2="excluded"))
    assert state(model, held("1", "2")).owned == ["1", "2"]


def test_an_excluded_volume_that_is_wanted_is_wanted():
    model = series(1, overrides=said(volume__1="excluded"))
    assert state(model, held("1", status="want")).wanted == ["1"]


def test_an_excluded_volume_is_not_announced_either():
    model = series(
        overrides=said(volume__2="excluded"),
        volumes=[KnownVolume(position="2", release_date="2027-01-01", source="anilist")],
    )
    assert state(model, held("1")).announced == []


def test_the_users_order_goes_first():
    model = series(overrides=said(order=["3", "Guide"]))
    holdings = [*held("1", "2", "3"), Held(book_id=9, label="Guide", slot="special")]
    found = state(model, holdings)
    assert [place.label for place in found.volumes] == ["3", "Guide", "1", "2"]
    assert found.owned == ["3", "1", "2"]


def test_a_publishers_line_has_no_holes_and_no_listed_volumes():
    model = Series(
        name="African Writers Series", volumes=[KnownVolume(position="7", source="openlibrary")]
    )
    found = state(model, held("1", "119", authors=("A",)))
    assert (found.is_line, found.missing, found.completeness) == (True, [], "unknown_total")
    assert [place.position for place in found.volumes] == ["1", "119"]


def test_the_user_decides_what_is_a_publishers_line():
    model = Series(name="African Writers Series", overrides=said(kind="novel"))
    assert len(state(model, held("119")).missing) == 118
    model = Series(name="One Piece", overrides=said(kind="publisher_line"))
    assert state(model, held("113", authors=("Oda",))).missing == []


def test_a_total_makes_even_a_line_countable():
    model = Series(name="Crime Classics", totals=[Total(value=130, source="user")])
    assert len(state(model, held("119")).missing) == 129


def test_the_users_edition_line_chooses_among_totals():
    model = Series(
        name="Wolf",
        totals=[
            Total(value=16, source="anilist"),
            Total(value=4, source="anilist", edition_line="deluxe"),
        ],
        overrides=said(edition_line="deluxe"),
    )
    assert chosen_total(model)[0] == 4


def test_the_users_word_that_nobody_knows_the_total_wins():
    model = series(12, overrides=said(total=None))
    assert chosen_total(model) == (None, "user", ["anilist says 12"])
    assert state(model, held("1")).completeness == "unknown_total"


def test_an_extra_that_is_numbered_by_itself_is_not_the_volume_of_its_number():
    extras = [
        Held(book_id=8, status="own", position="5", label="Art Book 5", slot="special"),
        Held(book_id=9, status="want", position="3", label="3", slot="side"),
    ]
    found = state(series(), [*held("1", "6"), *extras])
    assert found.missing == ["2", "3", "4", "5"]
    assert found.owned == ["1", "Art Book 5", "6"]
    assert found.wanted == ["side 3"]
