"""Series of every name work everywhere, by id and by name."""

import pytest

NAMES = [
    "Fate/Zero",
    "../../etc/passwd",
    "C:\\Books\\Saga",
    'Say "I Love You"',
    "It's O'Clock",
    "📚🔥",
    "Tales 👩‍👩‍👧 of Us",
    "X" * 500,
    "word " * 99 + "end",
    "ألف ليلة وليلة",
    "ספר הג'ונגל",
    "推しの子",
    "Война и мир",
    "!!!",
    "???",
    "…",
    "#1",
    "86",
    "null",
    "None",
    "%s %d {0}",
    "<script>alert(1)</script>",
    "'; DROP TABLE books; --",
    "a\u0301e\u0308",
    "\u202eevil",
    "Ünïcödé",
    "The",
    "Series",
]


@pytest.fixture(params=NAMES, ids=lambda name: ascii(name)[:20])
def named(request, library):
    book = library.add(title="A Story", authors="A", series=request.param, position=1)
    return library, book["series_id"], book


def test_a_series_of_any_name_is_found_by_id_and_by_name(named, request):
    library, series_id, book = named
    by_id = library.get_series(series_id)
    assert by_id["owned"] == ["1"]
    assert library.get_series(by_id["name"]) == by_id
    assert library.missing_from_series(series_id)["missing"] == []
    assert library.list_books(series=series_id)["total"] == 1
    assert book["series"] == by_id["name"]


def test_every_tool_takes_it(named):
    library, series_id, book = named
    library.override_series(series_id, total=3, why="counted")
    assert library.mark_volumes(series_id, "rest", "want")["series"]["wanted"] == ["2", "3"]
    assert library.exclude_volumes(series_id, 3)["missing"] == ["2"]
    library.set_position(book["id"], series_id, 2)
    library.report_series(series_id, "wrong")
    assert library.series_audit()["total"] >= 1
    assert library.reconcile_all()["total"] == 1
    name = library.get_series(series_id)["name"]
    assert library.reconcile_series_with_owned_books(name)["changed"] == []
    assert library.validate_series_metadata(name, {"volumes": 3})["series_id"] == series_id
    assert library.fix_series(series_id)["changed"] == []
    new = library.split_series(series_id, [book["id"]], name=name + "2")
    assert library.merge_series(series_id, new["id"])["id"] == series_id
    assert library.rename_series(series_id, "Plain")["name"] == "Plain"
    assert library.get_series("Plain")["id"] == series_id
    assert library.check()["ok"]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:20])
def test_a_series_can_be_renamed_to_it(library, name):
    library.add(title="Plain, Vol. 1")
    series = library.rename_series("Plain", name)
    assert library.get_series(series["id"])["name"] == series["name"]
    assert library.get_series(series["name"])["id"] == series["id"]
    assert library.get_series("Plain")["id"] == series["id"]
