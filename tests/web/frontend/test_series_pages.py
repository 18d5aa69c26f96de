"""Series on the existing frontend: names with everything in them, forms, numbers that add up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from booktrack import Library
from support.frontend import (
    FORM,
    VOLUME_FORM,
    Browser,
    browser,
    encoded,
    with_query_in_raw_path,
    without_raw_path,
)
from support.libraries import DUNE, Chronicle, open_library, series_record

NAMES = [
    "イジらないで、長瀞さん / Ijiranaide, Nagatoro-san",
    "100% Perfect",
    "%2F",
    "Who? What! #1",
    'The "Best" of \\ & + =',
    "A/refresh",
    "create",
    "volumes/1/status",
    "books/add",
    "86",
    "-1",
    "한국어 시리즈",
    "  inner  space",
    "__proto__",
    ".hack//G.U.",
    "é as two: e\u0301",
]


@pytest.fixture
def library(tmp_path: Path):
    with open_library(tmp_path / "library.json") as opened:
        yield opened


@pytest.fixture
async def page(library: Library) -> AsyncIterator[Browser]:
    async with browser(library) as shown:
        yield shown


def own(library: Library, series: str, *positions: float, **more: object) -> None:
    for position in positions:
        library.add(title=f"{series} {position}", series=series, position=position, **more)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("server", [lambda app: app, with_query_in_raw_path])
async def test_a_name_with_anything_in_it_is_made_shown_changed_and_removed(
    library, name: str, server
) -> None:
    async with browser(library, server) as page:
        await page.send("POST", "/series/create", {**FORM, "name": name})
        (shown,) = [one["name"] for one in (await page.get("/series/"))["series"]]
        told = await page.series(shown)
        assert told["series"]["name"] == shown
        path = f"/series/{encoded(shown)}"
        await page.send("POST", f"{path}/books/add", {**VOLUME_FORM, "status": "owned"})
        await page.send("POST", f"{path}/volumes/1/status?status=wanted")
        assert (await page.series(shown))["stats"]["wanted_volumes"] == 1
        await page.send("PUT", f"{path}/update", {**FORM, "name": shown, "description": "words"})
        assert (await page.series(shown))["series"]["description"] == "words"
        await page.send("DELETE", f"{path}/books/1")
        await page.send("DELETE", path)
        assert (await page.get("/series/"))["series"] == []


@pytest.mark.parametrize("name", [one for one in NAMES if "refresh" not in one and "/" not in one])
async def test_a_server_that_hands_on_the_decoded_path_only_finds_names_too(library, name) -> None:
    async with browser(library, without_raw_path) as page:
        await page.send("POST", "/series/create", {**FORM, "name": name})
        (shown,) = [one["name"] for one in (await page.get("/series"))["series"]]
        assert (await page.series(shown))["series"]["name"] == shown


@pytest.mark.parametrize("path", ["/series/Nobody", "/series/%FF", "/series/a/b/c/d"])
async def test_an_unknown_series_is_told_with_a_text(page: Browser, path: str) -> None:
    await page.refused("GET", path)


async def test_a_method_that_there_is_not_is_405(page: Browser) -> None:
    assert (await page.refused("POST", "/series/Nobody")).status_code == 405
    assert (await page.refused("GET", "/series/Nobody/refresh")).status_code == 405


async def test_a_typo_is_not_forgiven_where_something_could_be_removed(library, page) -> None:
    own(library, "Fullmetal Alchemist", 1)
    await page.refused("DELETE", "/series/Fullmetal%20Alchemis")
    assert list(await page.shelf()) == ["Fullmetal Alchemist"]


@pytest.mark.parametrize(
    ("cell", "label"),
    [("東京喰種 / Tokyo Ghoul", "Tokyo Ghoul"), ("ブルーピリオド [Blue Period]", "Blue Period"),
     ("Spice and Wolf (Manga)", "Spice and Wolf")],
)  # fmt: skip
async def test_a_series_is_found_by_its_name_as_a_file_writes_it(
    library, page, cell: str, label: str
) -> None:
    rows = f"Title,Author,Series,Volume\n{label} Vol. 2,Somebody,{cell},2\n"
    library.import_file(rows.encode(), owned=True)
    told = await page.get(f"/series/{encoded(cell)}")
    assert told["series"]["name"] == label
    path = f"/series/{encoded(cell)}/volumes/1/status?status=wanted"
    await page.send("POST", path)
    assert (await page.series(label))["stats"]["wanted_volumes"] == 1


@pytest.mark.parametrize(
    "cell", ["Love / Saga", "Saga [Love]", "Saga Trilogy (Manga)", "Saga (#1)"]
)
async def test_one_of_several_names_alone_is_no_series_that_could_be_removed(
    library, page, cell: str
) -> None:
    own(library, "Saga", 1)
    await page.refused("DELETE", f"/series/{encoded(cell)}")


async def test_two_series_of_one_name_are_told_apart(library, page) -> None:
    own(library, "Overlord", 1)
    library.override_series("Overlord", kind="manga")
    first = library.list_series()["series"][0]["id"]
    (book,) = library.list_books()["books"]
    library.add(title="Overlord: The Undead King", series="Overlord", position=1)
    made = library.split_series(first, [book["id"]], name="Overlord", kind="light_novel")
    shelf = await page.shelf()
    assert sorted(shelf) == ["Overlord", "Overlord (light novel)"]
    ids = {(await page.series(name))["series"]["id"] for name in shelf}
    assert ids == {first, made["id"]}


# --- numbers ---------------------------------------------------------------------------------


async def test_more_owned_than_the_total_is_no_total_instead_of_more_than_100_percent(
    library, page
) -> None:
    own(library, "Citrus", *range(1, 10))
    library.override_series("Citrus", total=1)
    told = await page.series("Citrus")
    assert told["series"]["total_books"] is None
    assert told["series"]["contradiction"]
    assert (told["stats"]["owned_volumes"], told["stats"]["completion_percentage"]) == (9, 100)
    (listed,) = (await page.get("/series/"))["series"]
    assert (listed["owned_books"], listed["total_books"]) == (9, 9)


async def test_side_stories_do_not_push_a_card_over_100_percent(library, page) -> None:
    own(library, "Saga", 1, 2, 2.5)
    library.override_series("Saga", total=2)
    told = await page.series("Saga")
    assert told["series"]["total_books"] is None or told["series"]["total_books"] >= 3
    assert told["stats"]["completion_percentage"] == 100


async def test_a_known_total_is_told(library, page) -> None:
    own(library, "Saga", 1, 2)
    library.override_series("Saga", total=4)
    told = await page.series("Saga")
    assert told["series"]["total_books"] == 4
    assert told["stats"] == {
        "total_volumes": 4, "owned_volumes": 2, "wanted_volumes": 0, "missing_volumes": 2,
        "completion_percentage": 50,
    }  # fmt: skip


async def test_volumes_without_a_number_have_one_that_stays_and_can_be_marked(
    library, page
) -> None:
    own(library, "Saga", 1)
    for title in ("Saga Guide", "Saga Art"):
        library.set_position(library.add(title=title)["id"], "Saga", None)
    before = (await page.series("Saga"))["volumes"]
    loose = [one for one in before if one["position"] < 0]
    assert len(before) == 3
    assert len(loose) == 2
    path = f"/series/Saga/volumes/{loose[0]['position']}/status"
    await page.send("POST", path, {"status": "wanted"})
    after = {one["position"]: one for one in (await page.series("Saga"))["volumes"]}
    assert after[loose[0]["position"]]["status"] == "wanted"
    assert after[loose[1]["position"]]["status"] == "owned"
    await page.send("DELETE", f"/series/Saga/books/{loose[0]['position']}")
    assert len((await page.series("Saga"))["volumes"]) == 2


async def test_what_is_announced_is_not_missing(library, page) -> None:
    record = series_record("Saga", "1", "2")
    record.volumes[1].release_date = "2031-01-01"
    chronicle = Chronicle(record)
    with open_library(Path(library.path).with_name("b.json"), sources=[chronicle], offline=False,
                      ) as other:  # fmt: skip
        other.search(series="Saga", remote="always")
        other.mark_volumes("Saga", 1, "own")
        async with browser(other) as shown:
            told = await shown.series("Saga")
            assert [one["position"] for one in told["volumes"]] == [1]
            assert told["stats"]["missing_volumes"] == 0


# --- marking ---------------------------------------------------------------------------------


async def test_a_status_is_taken_from_the_query_and_from_the_body(library, page) -> None:
    own(library, "Saga", 1, 3)
    await page.send("POST", "/series/Saga/volumes/2/status?status=wanted")
    assert (await page.series("Saga"))["stats"]["wanted_volumes"] == 1
    await page.send("POST", "/series/Saga/volumes/2/status", {"status": "owned"})
    assert (await page.series("Saga"))["stats"]["owned_volumes"] == 3
    await page.send("POST", "/series/Saga/volumes/2/status/", {"status": "missing"})
    assert (await page.series("Saga"))["stats"]["missing_volumes"] == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/series/Saga/volumes/2/status", {"status": "stolen"}),
        ("/series/Saga/volumes/2/status", {}),
        ("/series/Saga/volumes/99/status", {"status": "wanted"}),
        ("/series/Saga/volumes/9.9.9/status", {"status": "wanted"}),
        ("/series/Nobody/volumes/1/status", {"status": "wanted"}),
    ],
)
async def test_a_wrong_mark_is_refused_and_changes_nothing(library, page, path, body) -> None:
    own(library, "Saga", 1, 3)
    before = await page.series("Saga")
    await page.refused("POST", path, body)
    assert await page.series("Saga") == before


async def test_a_part_of_an_omnibus_says_why_it_is_left_alone(library, page) -> None:
    own(library, "Saga", "1-3")
    told = await page.series("Saga")
    assert [one["position"] for one in told["volumes"]] == [1, 2, 3]
    answer = await page.refused("POST", "/series/Saga/volumes/2/status", {"status": "missing"})
    assert "omnibus" in answer.json()["detail"]
    assert (await page.refused("DELETE", "/series/Saga/books/2")).status_code == 409


# --- forms -----------------------------------------------------------------------------------


async def test_a_series_is_made_by_the_form_as_it_is_sent(page: Browser) -> None:
    form = {
        **FORM, "name": "Wayward Children", "author": "Seanan McGuire", "total_books": 10,
        "status": "completed", "genres": ["Fantasy"], "tags": ["portal"], "description": "Doors.",
        "publisher": "Tordotcom",
    }  # fmt: skip
    await page.send("POST", "/series/create", form)
    series = (await page.series("Wayward Children"))["series"]
    assert {name: series[name] for name in form} == form


@pytest.mark.parametrize("name", ["Saga", "saga", "Standalone", "Standalone Books"])
async def test_a_name_that_is_taken_is_409(library, page, name: str) -> None:
    own(library, "Saga", 1)
    assert (await page.refused("POST", "/series/create", {**FORM, "name": name})).status_code == 409


@pytest.mark.parametrize("form", [{**FORM}, {}, {**FORM, "name": "   "}])
async def test_a_series_needs_a_name(page: Browser, form) -> None:
    assert (await page.refused("POST", "/series/create", form)).status_code == 422


async def test_the_editing_trap_never_merges_two_series(library, page) -> None:
    own(library, "A", 1)
    own(library, "B", 1)
    answer = await page.refused("PUT", "/series/B/update", {**FORM, "name": "A"})
    assert answer.status_code == 409
    assert sorted(await page.shelf()) == ["A", "B"]


async def test_a_renamed_series_takes_its_books_along(library, page) -> None:
    own(library, "Sagga", 1, 2)
    await page.send("PUT", "/series/Sagga/update", {**FORM, "name": "Saga"})
    assert list(await page.shelf()) == ["Saga"]
    assert (await page.series("Saga"))["stats"]["owned_volumes"] == 2


async def test_a_form_that_is_sent_back_as_it_was_shown_changes_nothing(library, page) -> None:
    own(library, "Saga", 1, 2, authors=["Brian K. Vaughan", "Fiona Staples"])
    before = (await page.series("Saga"))["series"]
    form = {name: before[name] if before[name] is not None else "" for name in FORM}
    form["total_books"] = before["total_books"]
    await page.send("PUT", "/series/Saga/update", form)
    assert library.get_series("Saga")["overrides"] == {}
    assert (await page.series("Saga"))["series"] == before
    assert library.get_series("Saga")["authors"] in ([], ["Brian K. Vaughan", "Fiona Staples"])


async def test_blanks_of_the_volume_form_are_not_known(library, page) -> None:
    own(library, "Saga", 1)
    await page.send("POST", "/series/Saga/books/add", {**VOLUME_FORM, "position": 2})
    two = (await page.series("Saga"))["volumes"][1]
    assert (two["position"], two["status"], two["title"]) == (2, "missing", "Saga, Vol. 2")
    assert (two["page_count"], two["published_date"], two["isbn_13"]) == (None, None, None)


async def test_a_filled_volume_form_is_kept_and_the_book_is_on_the_shelf(library, page) -> None:
    own(library, "Saga", 1)
    form = {
        **VOLUME_FORM, "position": 2, "title": "Saga Two", "subtitle": "More", "isbn_13": DUNE,
        "publisher": "Image", "published_date": "2013-06-19", "page_count": 144,
        "description": "Again.", "cover_url": "https://example.org/2.jpg", "status": "owned",
    }  # fmt: skip
    await page.send("POST", "/series/Saga/books/add", form)
    two = (await page.series("Saga"))["volumes"][1]
    for name in form:
        if name != "isbn_10":
            assert two[name] == form[name], name
    assert [book["title"] for book in (await page.shelf())["Saga"]] == ["Saga 1", "Saga Two"]
    again = await page.refused("POST", "/series/Saga/books/add", {**form, "isbn_13": ""})
    assert again.status_code == 409


async def test_a_book_that_is_there_already_is_put_at_its_place(library, page) -> None:
    own(library, "Saga", 1)
    library.add(DUNE, title="Saga Two")
    form = {**VOLUME_FORM, "position": 2, "isbn_13": DUNE}
    await page.send("POST", "/series/Saga/books/add", form)
    assert [book["title"] for book in (await page.shelf())["Saga"]] == ["Saga 1", "Saga Two"]
    again = await page.refused("POST", "/series/Saga/books/add", {**form, "position": 3})
    assert again.status_code == 409


@pytest.mark.parametrize(
    "change",
    [{"position": None}, {"position": "x"}, {"position": -4}, {"isbn_13": "12"}, {"page_count": -1},
     {"published_date": "soon"}, {"status": "lost"}, {"cover_url": "javascript:alert(1)"}],
)  # fmt: skip
async def test_a_wrong_volume_form_changes_nothing(library, page, change) -> None:
    own(library, "Saga", 1)
    before = await page.series("Saga")
    form = {**VOLUME_FORM, "position": 2, "title": "Two", **change}
    await page.refused("POST", "/series/Saga/books/add", form)
    assert await page.series("Saga") == before
    assert library.list_books()["total"] == 1


async def test_the_later_versions_volume_editor_corrects_a_volume(library, page) -> None:
    own(library, "Saga", 1, 3)
    await page.send("PUT", "/series/Saga/volumes/1", {"title": "Saga One", "publisher": "Image"})
    found = {"title": "Saga Two", "authors": ["Brian K. Vaughan"], "isbn_13": DUNE}
    await page.send("POST", "/series/Saga/volumes/2/apply-metadata", found)
    told = {one["position"]: one for one in (await page.series("Saga"))["volumes"]}
    assert (told[1]["title"], told[1]["publisher"]) == ("Saga One", "Image")
    assert (told[2]["title"], told[2]["isbn_13"], told[2]["status"]) == (
        "Saga Two",
        DUNE,
        "missing",
    )


async def test_a_removed_volume_leaves_its_book_and_can_be_added_again(library, page) -> None:
    own(library, "Saga", 1, 2, 3)
    await page.send("DELETE", "/series/Saga/books/2")
    told = await page.series("Saga")
    assert [one["position"] for one in told["volumes"]] == [1, 3]
    assert [book["title"] for book in (await page.shelf())["Standalone"]] == ["Saga 2"]
    await page.send("POST", "/series/Saga/books/add", {**VOLUME_FORM, "position": 2})
    assert [one["position"] for one in (await page.series("Saga"))["volumes"]] == [1, 2, 3]


async def test_a_removed_series_leaves_its_books_and_comes_back_by_undo(library, page) -> None:
    own(library, "Saga", 1, 2)
    library.mark_volumes("Saga", 5, "want")
    library.mark_volumes("Saga", 5, "missing")
    before = await page.series("Saga")
    await page.send("DELETE", "/series/Saga")
    assert list(await page.shelf()) == ["Standalone"]
    assert library.list_books()["total"] == 2  # what only stood for volume 5 is gone
    assert library.check()["ok"]
    library.undo(library.history(limit=1)["transactions"][0]["id"])
    assert await page.series("Saga") == before


# --- maintenance and sources -----------------------------------------------------------------


@pytest.mark.parametrize(
    "what", ["fix-orphaned-books", "fix-missing-volumes", "validate", "sync-all", "fix-all"]
)
async def test_maintenance_says_what_it_did(library, page, what: str) -> None:
    own(library, "Saga", 1, 3)
    done = await page.send("POST", f"/series/{what}")
    assert isinstance(done["message"], str)
    assert done["message"]


async def test_sync_all_takes_no_ownership_away(library, page) -> None:
    own(library, "Saga", 1, 3)
    library.mark_volumes("Saga", 2, "own")
    await page.send("POST", "/series/sync-all")
    assert (await page.series("Saga"))["stats"]["owned_volumes"] == 3


async def test_a_refresh_counts_the_volumes_of_which_something_new_is_known(tmp_path) -> None:
    chronicle = Chronicle(series_record("Saga", "1", "2", "3"))
    with open_library(tmp_path / "l.json", sources=[chronicle], offline=False) as library:
        own(library, "Saga", 1)
        async with browser(library) as page:
            assert (await page.send("POST", "/series/Saga/refresh"))["updated_volumes"] == 3
            assert (await page.send("POST", "/series/Saga/refresh"))["updated_volumes"] == 0
            assert len((await page.series("Saga"))["volumes"]) == 3
            chronicle.down = True
            done = await page.send("POST", "/series/Saga/refresh")
            assert (done["updated_volumes"], done["sources"]["chronicle"]["code"]) == (
                0, "unavailable",
            )  # fmt: skip
