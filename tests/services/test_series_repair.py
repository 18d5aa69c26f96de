"""Bringing series and books together again, with a preview and without a guess."""

import pytest

from booktrack import InvalidInput, NotFound
from support.libraries import snapshot
from support.series import own, told


def change(library, table, doc_id, **fields):
    """Write into a document behind the back of every service."""
    store = library._ctx.store
    with store.transaction("by hand") as tx:
        tx.put(table, doc_id, tx.get(table, doc_id) | fields)


def add_series(library, **document):
    with library._ctx.store.transaction("by hand") as tx:
        return tx.insert("series", {"tracked": True, "kind": "unknown", **document})


def place_in(library, book_id, *memberships):
    change(library, "books", book_id, memberships=list(memberships))


def left(answer):
    return [one["code"] for one in answer["left"]]


def what(answer):
    return [one["what"] for one in answer["changed"]]


@pytest.fixture
def torn(library):
    """One series in two entries, a book without its series, a book out of step."""
    first, second, orphan = own(library, "Bleach", 1, 2, 3)
    twin = add_series(library, name="bleach", kind="manga", authors=["An Author"])
    place_in(library, second["id"], {"series_id": twin, "position": "2", "covers": ["2"]})
    place_in(library, orphan["id"])
    change(library, "books", first["id"], series_name="Old name", series_position="7")
    return library


def test_a_torn_series_is_made_whole(torn):
    answer = torn.reconcile_series_with_owned_books("Bleach")
    assert what(answer) == ["joined", "link", "attached"]
    (series,) = answer["series"]
    assert (series["owned"], series["kind"]) == (["1", "2", "3"], "manga")
    assert torn.get_series("Bleach")["id"] == series["id"]
    assert torn._ctx.store.get("books", 1)["series_name"] == series["name"]


def test_reconciling_again_changes_nothing(torn):
    torn.reconcile_all()
    before = snapshot(torn)
    answer = torn.reconcile_all()
    assert (answer["changed"], answer["total"]) == ([], 1)
    assert snapshot(torn) == before


def test_a_preview_tells_the_same_and_changes_nothing(torn):
    before = snapshot(torn)
    for call in (
        lambda **options: torn.reconcile_series_with_owned_books("Bleach", **options),
        torn.reconcile_all,
        torn.fix_series,
    ):
        seen = call(preview=True)
        assert snapshot(torn) == before
        done = call()
        assert (seen["preview"], done["preview"]) == (True, False)
        assert seen["changed"] == done["changed"] != []
        torn.undo(torn.history(limit=1)["transactions"][0]["id"])


def test_reconciling_is_one_undo(torn):
    before = snapshot(torn)
    torn.reconcile_all()
    torn.undo(torn.history(limit=1)["transactions"][0]["id"])
    assert snapshot(torn) == before


def test_by_id_only_that_series_is_looked_at(torn):
    answer = torn.reconcile_series_with_owned_books(1)
    assert [series["id"] for series in answer["series"]] == [1]


def test_all_series_of_a_name_are_looked_at(library):
    library.add(title="Wolf (Manga), Vol. 1", authors="A")
    library.add(title="Wolf (Light Novel), Vol. 1", authors="B")
    answer = library.reconcile_series_with_owned_books("Wolf")
    assert len(answer["series"]) == 2
    assert answer["changed"] == []


def test_a_link_that_leads_nowhere_or_stands_twice_goes(library):
    (book,) = own(library, "Bleach", 1)
    place = {"series_id": 1, "position": "1"}
    place_in(library, book["id"], place, {**place, "position": "2", "locked": True})
    answer = library.reconcile_all()
    assert what(answer) == ["link"]
    assert library.get_series("Bleach")["owned"] == ["2"]


def test_a_link_without_a_number_and_one_to_a_series_that_is_gone(library):
    (book,) = own(library, "Bleach", 1)
    places = [{"series_id": 1, "position": None}, {"series_id": 99, "position": "1"}]
    place_in(library, book["id"], *places)
    library.reconcile_all()
    assert library.get_book(book["id"])["more_series"] == []
    assert library.get_series("Bleach")["owned"] == []


def test_a_half_volume_covers_no_whole_one_after_it(library):
    (book,) = own(library, "Bleach", 1)
    place_in(library, book["id"], {"series_id": 1, "position": "1", "coverage": "part"})
    library.reconcile_all()
    assert library.get_series("Bleach")["owned"] == []


def test_what_is_uncertain_is_left_with_the_call_that_decides(library):
    own(library, "Horimiya", 1)
    library.add(title="Horimiya, Vol. 08 (Horimiya, 7)", authors="An Author")
    answer = library.reconcile_series_with_owned_books("Horimiya")
    assert left(answer) == ["needs_review"]
    assert answer["left"][0]["fix"] == {
        "call": "set_position",
        "arguments": {"book_id": 2, "series": 1, "position": "8"},
    }
    library.set_position(**answer["left"][0]["fix"]["arguments"])
    assert left(library.reconcile_all()) == []


def test_an_uncertain_orphan_is_not_attached(library):
    own(library, "Horimiya", 1)
    book = library.add(title="Horimiya, Vol. 08 (Horimiya, 7)", authors="An Author")
    place_in(library, book["id"])
    change(library, "books", book["id"], title="Horimiya, Vol. 08 (Horimiya, 7)")
    for call in (library.reconcile_all, library.fix_series):
        answer = call()
        assert "uncertain" in left(answer)
        assert answer["changed"] == []


def test_series_are_found_in_books_without_one(library):
    book = library.add(title="Middlemarch", authors="George Eliot")
    stray = [library.add(title=f"Wotakoi {n}", authors="Fujita") for n in (1, 2)]
    for one in stray:
        place_in(library, one["id"])
    answer = library.fix_series()
    assert answer["checked"] == 3
    assert [one["books"] for one in answer["changed"]] == [[one["id"]] for one in stray]
    assert answer["changed"][0]["confidence"] == "medium"
    assert library.get_series("Wotakoi")["owned"] == ["1", "2"]
    assert library.get_book(book["id"])["series"] is None


def test_a_book_whose_memberships_are_locked_is_no_orphan(library):
    (book,) = own(library, "Bleach", 1)
    change(library, "books", book["id"], memberships=[], locked=["memberships"])
    assert library.fix_series()["checked"] == 0


def test_one_series_is_read_anew(library):
    unnumbered, _, mine, wrong = own(library, "Bleach", 1, 2, 3, 4)
    place_in(library, unnumbered["id"], {"series_id": 1, "label": None})
    library.set_position(mine["id"], "Bleach", 9)
    place_in(library, wrong["id"], {"series_id": 1, "position": "5"})
    answer = library.fix_series("Bleach")
    assert [one["books"] for one in answer["changed"]] == [[unnumbered["id"]]]
    assert [one["books"] for one in answer["left"]] == [[wrong["id"]]]
    assert answer["left"][0]["fix"]["arguments"]["position"] == "4"
    assert library.get_series("Bleach")["owned"] == ["1", "2", "5", "9"]


def test_a_title_of_another_name_stays_in_its_series(library):
    book = library.add(title="Small Gods", authors="Terry Pratchett", series="Discworld")
    other = library.add(title="Mort", series="Discworld", position=4)
    assert library.fix_series("Discworld")["changed"] == []
    assert library.get_book(other["id"])["series_position"] == 4
    assert library.get_book(book["id"])["series"] == "Discworld"


def test_a_book_that_left_is_not_found_again(library):
    (book,) = own(library, "Bleach", 1)
    library.leave_series(book["id"], "Bleach")
    assert library.fix_series()["changed"] == []
    assert library.fix_series()["left"] == []


@pytest.mark.parametrize("series", ["Zzyzx", 99])
def test_a_series_that_is_not_there(library, series):
    for call in (library.reconcile_series_with_owned_books, library.fix_series):
        with pytest.raises(NotFound):
            call(series)


def test_a_series_is_named(library):
    with pytest.raises(InvalidInput):
        library.reconcile_series_with_owned_books("")


# --- the audit ---------------------------------------------------------------------------------


def test_the_audit_names_every_problem_with_a_call_that_mends_it(library):
    own(library, "Citrus", *range(1, 10))
    told(library, "Citrus", total=1)
    own(library, "Gaps", 1, 4)
    library.add(title="No Number", series="Gaps", authors="B")
    told(library, "Gaps", source="hardcover", total=4)
    told(library, "Gaps", source="openlibrary", total=9)
    own(library, "Sinking", 1)
    told(library, "Sinking", total=5, day="2026-01-01")
    told(library, "Sinking", total=3, day="2026-11-01")
    library.override_series("Sinking", total=3, name="Sunk")
    library.add(title="Twice, Vol. 1", authors="A")
    library.add(title="Twice Again", authors="C", series="Twice", position=1)
    library.add(title="Wolf (Manga), Vol. 1", authors="A")
    library.add(title="Wolf Tale (Light Novel)", authors="A", series="Wolf", position=2)
    codes = {one["code"] for one in library.series_audit()["problems"]}
    assert {"contradiction", "gap", "unnumbered", "suspect_total", "disagreement"} <= codes
    for problem in library.series_audit()["problems"]:
        assert callable(getattr(library, problem["fix"]["call"]))
        assert problem["series"]


@pytest.mark.parametrize(
    "code", ["gap", "suspect_total", "disagreement", "report", "contradiction"]
)
def test_the_offered_call_mends_the_problem(library, code):
    own(library, "Bleach", 1, 3)
    told(library, "Bleach", source="hardcover", total=2 if code == "contradiction" else 3)
    if code == "suspect_total":
        told(library, "Bleach", source="openlibrary", total=9)
        library.override_series("Bleach", total=9)
    if code == "disagreement":
        library.override_series("Bleach", name="B")
    if code == "report":
        library.report_series("Bleach", "wrong")
    (problem,) = [p for p in library.series_audit()["problems"] if p["code"] == code]
    getattr(library, problem["fix"]["call"])(**problem["fix"]["arguments"])
    remaining = [p["problem"] for p in library.series_audit()["problems"] if p["code"] == code]
    assert problem["problem"] not in remaining


def test_a_series_that_is_there_twice_is_found(torn):
    (problem,) = [p for p in torn.series_audit()["problems"] if p["code"] == "duplicate_name"]
    torn.merge_series(**problem["fix"]["arguments"])
    assert "duplicate_name" not in torn.series_audit()["counts"]


def test_a_source_that_says_less_than_before_is_suspect(library):
    own(library, "Sinking", 1)
    told(library, "Sinking", total=5, day="2026-01-01")
    told(library, "Sinking", total=5, day="2026-05-01")
    store = library._ctx.store
    document = store.get("series", 1)
    change(library, "series", 1, totals=[
        {"value": 5, "source": "anilist", "seen_at": "2026-01-01"},
        {"value": 5, "source": "anilist", "seen_at": "2026-11-01", "scope": "all"},
    ])  # fmt: skip
    assert "suspect_total" not in library.series_audit()["counts"]
    totals = [*document["totals"], {"value": 3, "source": "anilist", "seen_at": "2026-11-01",
                                    "edition_line": "deluxe"}]  # fmt: skip
    change(library, "series", 1, totals=totals)
    assert "suspect_total" not in library.series_audit()["counts"]


def test_a_drop_by_one_source_is_suspect_where_others_hide_it(library):
    own(library, "Sinking", 1)
    totals = [
        {"value": value, "source": "anilist", "seen_at": day, "edition_line": "deluxe"}
        for value, day in ((5, "2026-01-01"), (3, "2026-11-01"))
    ]
    change(library, "series", 1, totals=totals)
    (problem,) = library.series_audit()["problems"]
    assert problem["problem"] == "anilist said 5 and now says 3"
    assert problem["fix"]["arguments"] == {"series": 1, "total": 5}


def test_a_report_offers_the_values_that_it_gave(library):
    own(library, "Bleach", 1)
    library.report_series("Bleach", "ends at 74", total=74, language="ja")
    (problem,) = [p for p in library.series_audit()["problems"] if p["code"] == "report"]
    assert problem["fix"]["arguments"] == {"series": 1, "total": 74}
    assert library.override_series(**problem["fix"]["arguments"])["total"] == 74


def test_mixed_kinds_are_parted_by_the_call(library):
    books = own(library, "Wolf", 1, 2)
    change(library, "books", books[0]["id"], title="Wolf (Manga), Vol. 1")
    change(library, "editions", 2, title="Wolf, Vol. 2 (Light Novel)")
    (problem,) = [p for p in library.series_audit()["problems"] if p["code"] == "mixed_kinds"]
    library.split_series(**problem["fix"]["arguments"])
    assert "mixed_kinds" not in library.series_audit()["counts"]


def test_a_kind_that_the_user_set_is_not_questioned_by_one_that_agrees(library):
    library.add(title="Wolf (Manga), Vol. 1", authors="A")
    library.override_series("Wolf", kind="manga")
    assert library.series_audit()["total"] == 0


# --- reports -----------------------------------------------------------------------------------


def test_reports_are_kept_listed_and_closed(library):
    own(library, "Bleach", 1)
    report = library.report_series("Bleach", "ends at 74", origin="https://example.org/b", total=74)
    assert (report["number"], report["values"], report["who"]) == (1, {"total": 74}, 1)
    own(library, "Naruto", 1)
    library.report_series("Naruto", "no such series")
    assert library.series_reports()["total"] == 2
    assert library.series_reports("Bleach")["reports"] == [report]
    assert library.get_series("Bleach")["total"] is None
    library.close_series_report("Bleach", 1)
    assert library.series_reports("Bleach")["total"] == 0


@pytest.mark.parametrize("number", [0, 2, True, "1", None])
def test_a_report_that_is_not_there(library, number):
    own(library, "Bleach", 1)
    library.report_series("Bleach", "wrong")
    with pytest.raises(NotFound):
        library.close_series_report("Bleach", number)


@pytest.mark.parametrize(
    "given",
    [{"problem": ""}, {"problem": "x", "origin": "my head"}, {"problem": "x", "origin": "http://"},
     {"problem": "x", "total": 0}, {"problem": "x", "colour": "red"},
     {"problem": "x", "order": [1]},
     {"problem": "x", "language": ""}, {"problem": "x", "release_date": "soon"}],
)  # fmt: skip
def test_a_wrong_report_is_refused(library, given):
    own(library, "Bleach", 1)
    with pytest.raises(InvalidInput):
        library.report_series("Bleach", **given)
    assert library.series_reports()["total"] == 0


def test_reports_become_curated_entries(library):
    from booktrack.sources.curated_file import read_curated

    own(library, 'Say "I" Love You', 1, authors="Kanae Hazuki")
    told(library, 'Say "I" Love You', kind="manga", aliases=["好きっていいなよ。"])
    library.report_series(
        'Say "I" Love You', "ends at 18", origin="https://example.org/say", total=18,
        language="ja", publication_status="finished",
    )  # fmt: skip
    own(library, "One Piece", 1)
    library.report_series("One Piece", "still runs", origin="https://example.org/op", total=113,
                          language="ja", publication_status="releasing", kind="manga",
                          release_date="2026-03-04")  # fmt: skip
    library.report_series("One Piece", "looks odd", publication_status="finished")
    library.report_series("One Piece", "odd", publication_status="releasing", total=112)
    exported = library.export_series_reports()
    assert (exported["entries"], len(exported["left_out"])) == (2, 2)
    assert [one["lacking"] for one in exported["left_out"]] == [
        ["origin", "total", "language"], ["origin", "language", "release_date"]
    ]  # fmt: skip
    first, second = read_curated(exported["text"].encode(), "reports")
    assert (first.name, first.aliases, first.line[0].total) == (
        'Say "I" Love You', ["好きっていいなよ。"], 18
    )  # fmt: skip
    assert (second.line[0].total, second.line[0].published) == (None, 113)


# --- validation ---------------------------------------------------------------------------------


def test_an_api_is_judged_by_what_is_owned_and_nothing_is_changed(library):
    own(library, "Citrus", *range(1, 10), language="en")
    before = snapshot(library)
    answer = library.validate_series_metadata(
        "Citrus", {"total_volumes": 1, "language": "ja", "source": "anilist"}
    )
    assert snapshot(library) == before
    assert (answer["valid"], answer["falls_back_to_owned"], answer["source"]) == (
        False, True, "anilist"
    )  # fmt: skip
    assert [one["code"] for one in answer["suspect"]] == ["owned_exceeds_total", "wrong_language"]
    assert (answer["corrected"]["total"], answer["corrected"]["at_least"]) == (None, 9)
    assert answer["owned"] == [str(number) for number in range(1, 10)]


def test_an_override_and_earlier_words_are_heard(library):
    own(library, "Bleach", 1)
    told(library, "Bleach", total=74)
    library.override_series("Bleach", total=70, name="BLEACH!", why="mine")
    answer = library.validate_series_metadata("Bleach", {"volumes": 12})
    assert {one["code"] for one in answer["suspect"]} == {"drop", "against_override"}
    assert (answer["corrected"]["total"], answer["corrected"]["name"]) == (70, "BLEACH!")


def test_a_series_that_is_not_in_the_library_is_judged_by_itself(library):
    answer = library.validate_series_metadata("Zzyzx Qqq", {"volumes": 12, "status": "FINISHED"})
    assert (answer["valid"], answer["series_id"], answer["accepted"]["total"]) == (True, None, 12)
    assert answer["owned"] == []


@pytest.mark.parametrize(
    ("name", "data"), [("", {}), (3, {}), ("Bleach", None), ("Bleach", {"volumes": "lots"})]
)
def test_garbage_is_refused(library, name, data):
    with pytest.raises(InvalidInput):
        library.validate_series_metadata(name, data)


def test_the_named_functions_are_awaitable(library):
    import anyio

    own(library, "Citrus", 1, 2)

    async def ask():
        told = await library.aio.validate_series_metadata("Citrus", {"volumes": 1})
        done = await library.aio.reconcile_series_with_owned_books("Citrus")
        every = await library.aio.reconcile_all()
        return told["valid"], done["changed"], every["total"]

    assert anyio.run(ask) == (False, [], 1)
