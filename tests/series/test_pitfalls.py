"""The 24 ways in which the numbering of series goes wrong elsewhere, each with its number.

The list is that of `facts/SERIES.md`, section 4.
"""

import json

import pytest

from booktrack import Conflict, InvalidPosition
from booktrack.domain.positions import parse_position
from booktrack.domain.titles import parse_title, series_key
from support.series import own, told

HANDYLIB = (
    "Title,Author,Publisher,Published Date,Format,Pages,Series,Volume,Language,ISBN,Page Read,"
    "Item Url,Icon Path,Photo Path,Image Url,Summary,Location,Price,Genres,Rating,Added Date,"
    "Copy Index,Read,Started Reading Date,Finished Reading Date,Favorite,Comments,Tags,BookShelf,"
    "Settings"
)


def handylib(*rows):
    """Return an export with rows of (title, author, series, volume)."""
    lines = [HANDYLIB]
    for title, author, series, volume in rows:
        cells = {"Title": title, "Author": author, "Series": series, "Volume": volume,
                 "Format": "Paperback", "BookShelf": "Shelf"}  # fmt: skip
        quoted = (
            json.dumps(cells.get(name, ""), ensure_ascii=False) for name in HANDYLIB.split(",")
        )
        lines.append(",".join(quoted))
    return "\n".join(lines).encode()


def numbers(library, name):
    return library.get_series(name)["owned"]


def test_pitfall_01_an_unknown_position_stays_unknown(library):
    first = library.add(title="Small Gods", series="Discworld")
    second = library.add(title="Mort", series="Discworld")
    assert [one["series_position"] for one in (first, second)] == [None, None]
    assert len(library.get_series("Discworld")["volumes"]) == 2
    unnumbered = [p for p in library.series_audit()["problems"] if p["code"] == "unnumbered"]
    assert [one["books"] for one in unnumbered] == [[first["id"]], [second["id"]]]


@pytest.mark.parametrize(
    ("printed", "number", "label"),
    [("1.5", 1.5, "1.5"), ("0", 0, "0"), ("0.5", 0.5, "0.5"), ("-1", -1, "-1"),
     ("2b", None, "2b"), ("SE 1", None, "SE 1"), ("1.10", 1.1, "1.10")],
)  # fmt: skip
def test_pitfall_02_a_position_is_a_label_with_a_sort_key(library, printed, number, label):
    book = library.add(title="A Tale", series="Tales", position=printed)
    assert (book["series_position"], book["series_position_label"]) == (number, label)


def test_pitfall_02_eleven_tenths_and_one_and_ten_hundredths_are_two_places(library):
    for place in ("1.1", "1.10"):
        library.add(title=f"Tale {place}", series="Tales", position=place)
    assert len(library.get_series("Tales")["volumes"]) == 2


def test_pitfall_03_ten_comes_after_two(library):
    own(library, "Bleach", 10, 2, 1.5, 1, "1-3")
    assert sorted(["10", "2", "1.5", "1"], key=lambda t: parse_position(t).sort_key) == [
        "1", "1.5", "2", "10"
    ]  # fmt: skip
    series = library.get_series("Bleach")
    places = [volume["position"] for volume in series["volumes"] if volume["status"] == "own"]
    assert places == ["1", "1.5", "2", "3", "10"]


def test_pitfall_04_a_novella_does_not_stand_in_for_a_volume(library):
    own(library, "Bleach", 1.5, 2)
    series = library.get_series("Bleach")
    assert (series["owned"], series["missing"]) == (["1.5", "2"], ["1"])


def test_pitfall_05_an_omnibus_covers_several_and_counts_once(library):
    own(library, "Bleach", "1-3", 2)
    series = library.get_series("Bleach")
    assert (series["owned_count"], series["owned"]) == (3, ["1", "2", "3"])
    assert len({book for volume in series["volumes"] for book in volume["book_ids"]}) == 2


def test_pitfall_06_three_in_one_volume_two_covers_four_to_six(library):
    library.add(title="Bleach (3-in-1 Edition), Vol. 2")
    assert numbers(library, "Bleach") == ["4", "5", "6"]


def test_pitfall_06_a_total_belongs_to_an_edition_line(library):
    own(library, "Spice and Wolf", 1, 2)
    library.add(title="Spice and Wolf Collector's Edition, Vol. 1")
    collector = next(
        one for one in library.list_series()["series"] if one["edition_line"] is not None
    )
    told(library, "Spice and Wolf", total=16, publication_status="finished")
    assert library.get_series(collector["id"])["total"] is None
    assert library.get_series("Spice and Wolf")["total"] == 16


def test_pitfall_07_every_offered_total_is_kept_and_the_largest_is_not_taken(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", source="hardcover", total=12)
    told(library, "Bleach", source="openlibrary", total=31)
    told(library, "Bleach", source="anilist", total=12)
    series = library.get_series("Bleach")
    assert series["total"] == 12
    assert series["total_disagreements"] == ["openlibrary says 31"]


def test_pitfall_07_a_count_of_everything_is_not_one_of_main_volumes(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", source="hardcover", total=74, total_scope="all")
    assert library.get_series("Bleach")["total"] is None


def test_pitfall_07_chapters_are_not_volumes(library):
    own(library, "Bleach", 1)
    verdict = library.validate_series_metadata("Bleach", {"volumes": 686, "chapters": 686})
    assert [one["code"] for one in verdict["suspect"]] == ["chapters_as_volumes"]
    assert verdict["corrected"]["total"] is None


def test_pitfall_08_a_newer_lower_total_is_heard_and_the_users_word_wins(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", total=20, day="2026-01-01")
    told(library, "Bleach", total=12, day="2026-11-01")
    assert library.get_series("Bleach")["total"] == 12
    library.override_series("Bleach", total=10, why="counted on the shelf")
    told(library, "Bleach", total=99, day="2026-11-20")
    series = library.get_series("Bleach")
    assert (series["total"], series["total_source"]) == (10, "user")
    assert "anilist says 99" in series["total_disagreements"]


def test_pitfall_09_owned_above_total_is_a_contradiction_and_never_repaired_by_raising(library):
    own(library, "Citrus", *range(1, 10))
    told(library, "Citrus", total=1)
    for _ in range(2):
        series = library.get_series("Citrus")
        assert (series["completeness"], series["total"], series["percent"]) == (
            "contradiction", 1, None
        )  # fmt: skip
        library.reconcile_all()
        library.fix_series("Citrus")


def test_pitfall_10_announced_is_not_missing(library):
    own(library, "Bleach", 1)
    told(
        library, "Bleach", total=4, publication_status="releasing",
        volumes=[(1, "2025-01-01"), (2, "2025-06-01"), (3, "2027-01-01"), 4],
    )  # fmt: skip
    series = library.get_series("Bleach")
    assert (series["missing"], series["announced"]) == (["2"], ["3", "4"])


def test_pitfall_11_extras_are_not_missing(library):
    own(library, "Naruto", 1, 2)
    library.add(title="Naruto: The Official Guidebook", series="Naruto", status="missing")
    library.add(title="Naruto Short Story", series="Naruto", position=1.5, status="missing")
    assert library.get_series("Naruto")["missing"] == []


def test_pitfall_11_a_volume_can_be_left_out_of_the_set(library):
    own(library, "Naruto", 1, 2, 4)
    told(library, "Naruto", total=4, publication_status="finished")
    library.exclude_volumes("Naruto", 3, why="the anime volume")
    series = library.get_series("Naruto")
    assert (series["missing"], series["completeness"], series["excluded"]) == (
        [], "complete", ["3"]
    )  # fmt: skip
    told(library, "Naruto", total=4, volumes=[3], day="2026-11-20")
    assert library.get_series("Naruto")["missing"] == []


def test_pitfall_12_two_numberings_are_told_apart_by_identity_not_by_name(library):
    books = [
        library.add(title=title, series="Narnia", position=place)
        for title, place in (("The Magician's Nephew", 6), ("Prince Caspian", 2))
    ]
    by_order = library.split_series("Narnia", [books[0]["id"]], name="Narnia (chronological)")
    library.set_position(books[0]["id"], by_order["id"], 1)
    told(library, "Narnia", identifiers={"openlibrary": ["OL1L"]}, total=7)
    assert library.get_series("Narnia")["total"] == 7
    assert library.get_series(by_order["id"])["total"] is None


def test_pitfall_12_the_order_of_volumes_can_be_chosen(library):
    for title, place in (("Red Rabbit", 2), ("Patriot Games", 1), ("Without Remorse", 3)):
        library.add(title=title, series="Jack Ryan", position=place)
    series = library.override_series("Jack Ryan", order=["3", "1", "2"])
    assert [volume["position"] for volume in series["volumes"]] == ["3", "1", "2"]


def test_pitfall_13_manga_and_light_novel_of_one_name_stay_two(library):
    library.add(title="Spice and Wolf, Vol. 1 (manga)", authors="Keito Koume")
    library.add(title="Spice and Wolf, Vol. 1 (light novel)", authors="Isuna Hasekura")
    library.reconcile_all()
    with pytest.raises(Conflict) as caught:
        library.get_series("Spice and Wolf")
    kinds = {choice["kind"] for choice in caught.value.details["choices"]}
    assert kinds == {"manga", "light_novel"}


def test_pitfall_13_one_title_by_different_authors_stays_two(library):
    library.add(title="Fallen (Fallen, #1)", authors="Lauren Kate")
    library.add(title="Ashes (Fallen, #1)", authors="Somebody Else")
    library.reconcile_all()
    assert library.list_series()["total"] == 2


@pytest.mark.parametrize(
    "names",
    [("Unless...", "Unless…"), ("Say I Love You", "Say I Love You."), ("Toy With", "Toy with"),
     ("The Lord of the Rings", "Lord of the Rings Trilogy")],
)  # fmt: skip
def test_pitfall_14_one_series_under_two_spellings_is_one(library, names):
    for number, name in enumerate(names, 1):
        library.add(title=f"Story {number}", series=name, position=number)
    assert library.list_series()["total"] == 1


def test_pitfall_14_native_and_romaji_are_aliases(library):
    library.import_file(
        handylib(("Oshi no Ko, Vol. 1", "Akasaka, Aka", "推しの子 [Oshi no Ko]", "1"),
                 ("Oshi no Ko 2", "Akasaka, Aka", "推しの子 / Oshi no Ko", "2"))
    )  # fmt: skip
    (series,) = library.list_series()["series"]
    assert {"推しの子", "Oshi no Ko"} == {series["name"], *series["aliases"]}
    assert library.get_series("推しの子")["owned"] == ["1", "2"]


@pytest.mark.parametrize(
    "title",
    ["2001: A Space Odyssey", "Fahrenheit 451", "1984", "Catch-22", "Blade Runner 2019", "86",
     "20th Century Boys"],
)  # fmt: skip
def test_pitfall_15_a_number_of_the_title_is_no_position(library, title):
    book = library.add(title=title, authors="Somebody")
    assert (book["series"], book["series_position"]) == (None, None)


def test_pitfall_15_a_bare_number_counts_with_siblings(library):
    rows = [(f"Wotakoi {number}", "Fujita", "", "") for number in (1, 2)]
    library.import_file(handylib(*rows))
    assert numbers(library, "Wotakoi") == ["1", "2"]


def test_pitfall_15_a_bare_number_counts_where_the_volume_column_says_it_too(library):
    library.import_file(handylib(("Wotakoi 3", "Fujita", "", "3"), ("Catch 22", "Heller", "", "")))
    assert numbers(library, "Wotakoi") == ["3"]
    assert library.list_series()["total"] == 1


def test_pitfall_16_contradicting_numbers_ask(library):
    library.import_file(handylib(("Horimiya, Vol. 08 (Horimiya, 7)", "HERO", "ホリミヤ", "8")))
    (problem,) = [p for p in library.series_audit()["problems"] if p["code"] == "needs_review"]
    assert numbers(library, "Horimiya") == ["8"]
    assert "the title also says 7" in problem["problem"]
    assert problem["fix"]["call"] == "set_position"


def test_pitfall_17_parentheses_are_read_balanced_and_a_number_alone_is_no_series():
    assert parse_title("Nine (The Nine: Book 1)").series == "The Nine"
    assert parse_title("Horimiya, Vol. 10 (10)").series == "Horimiya"
    nested = parse_title("Ready (A World (of Ours), #3)")
    assert (nested.series, nested.start) == ("A World (of Ours)", "3")


@pytest.mark.parametrize("name", ["Toil & Trouble", "Ore, Twintails ni Narimasu."])
def test_pitfall_18_commas_and_ampersands_do_not_split_a_name(library, name):
    library.add(title=f"{name}, Vol. 1")
    (series,) = library.list_series()["series"]
    assert series_key(series["name"]) == series_key(name)


def test_pitfall_19_a_curated_total_is_dated_and_can_be_beaten(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", source="curated", total=74, day="2020-07-01")
    assert library.get_series("Bleach")["total_source"] == "curated"
    told(library, "Bleach", source="hardcover", total=75, day="2026-11-01")
    told(library, "Bleach", source="anilist", total=75, day="2026-11-01")
    series = library.get_series("Bleach")
    assert (series["total"], series["total_disagreements"]) == (75, ["curated says 74"])


def test_pitfall_20_a_name_with_a_slash_is_found_by_name_and_by_id(library):
    library.add(title="Fate/Zero, Vol. 1")
    by_name = library.get_series("Fate/Zero")
    assert library.get_series(by_name["id"]) == by_name
    library.rename_series(by_name["id"], "Fate / Zero")
    assert library.get_series("Fate/Zero")["id"] == by_name["id"]
    assert library.get_series("fate / zero")["id"] == by_name["id"]


def test_pitfall_21_each_field_is_locked_by_itself(library):
    (book,) = own(library, "Bleach", 1)
    library.override_series("Bleach", total=74)
    library.set_position(book["id"], "Bleach", 2)
    told(library, "Bleach", total=75, publication_status="finished", kind="manga")
    series = library.get_series("Bleach")
    assert (series["total"], series["publication_status"], series["kind"]) == (
        74, "finished", "manga"
    )  # fmt: skip
    library.add(title="Bleach, Vol. 1")
    assert series["owned"] == ["2"]
    series = library.clear_override("Bleach", "total")
    assert (series["total"], list(series["overrides"])) == (75, [f"book {book['id']}"])


def test_pitfall_22_another_record_without_a_position_takes_none_away(library):
    library.add("9780765326355", title="The Way of Kings", authors="Brandon Sanderson",
                series="Stormlight Archive", position=1)  # fmt: skip
    book = library.add("9780765326355", title="The Way of Kings", authors="Brandon Sanderson",
                       series="Stormlight Archive")  # fmt: skip
    assert book["series_position"] == 1


def test_pitfall_23_without_a_total_no_gap_is_not_complete(library):
    own(library, "Bleach", 1, 2, 3)
    series = library.get_series("Bleach")
    assert (series["completeness"], series["percent"], series["missing"]) == (
        "unknown_total", None, []
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 101])
def test_pitfall_24_a_series_of_one_or_of_over_a_hundred_is_whole(library, count):
    library.import_file(
        handylib(*((f"Long Tale, Vol. {number}", "A", "Long Tale", str(number))
                   for number in range(1, count + 1)))
    )  # fmt: skip
    series = library.override_series("Long Tale", total=count)
    assert (series["completeness"], len(series["volumes"])) == ("complete", count)


def test_no_position_is_invented_for_what_is_none(library):
    with pytest.raises(InvalidPosition):
        library.add(title="A Tale", series="Tales", position="somewhere")
