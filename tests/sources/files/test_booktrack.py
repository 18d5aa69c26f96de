"""booktrack's own files: read as they were written, and refused with the reason where damaged."""

import json

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files.registry import detect, read_export
from support.exports import table

ROW = {
    "Book": "1", "Title": "Bleach, Vol. 3", "Authors": "Tite Kubo", "Series": "Bleach",
    "Series Kind": "manga", "Edition Line": "", "Position": "4", "Place Details": "",
    "More Series": "", "ISBN-13": "9781591164418", "Format": "paperback", "Status": "own",
    "More Readings": "", "Edition Identifiers": "", "Status Source": "",
}  # fmt: skip
BOOK = {
    "title": "Bleach, Vol. 3",
    "authors": ["Tite Kubo"],
    "places": [{"series": 1, "position": "4"}],
    "editions": [{"isbn_13": "9781591164418", "user": {"status": "own"}}],
    "readings": [{"status": "finished", "edition": 1}, {"status": "reading", "edition": 9}],
}


def document(*books, series=({"name": "Bleach", "kind": "manga", "tracked": True},), version=1):
    whole = {"booktrack": {"version": version}, "series": list(series), "books": list(books)}
    return json.dumps(whole).encode()


class TestTheTable:
    def test_is_known_by_its_columns(self):
        assert detect(table(ROW))[0] == ("booktrack_csv", 1.0)

    def test_is_placed_as_written_and_not_as_the_title_says(self):
        (row,) = read_export(table(ROW)).rows
        (place,) = row.exact.places
        assert (place["position"], row.status, row.work.title) == ("4", "own", "Bleach, Vol. 3")

    def test_tells_of_a_series_once_with_the_authors_of_its_books(self):
        file = read_export(table(ROW, {**ROW, "Book": "2", "Authors": "Ann Lee; Tite Kubo"}))
        (series,) = file.series.values()
        assert series == {"name": "Bleach", "kind": "manga", "authors": ["Tite Kubo", "Ann Lee"]}

    def test_may_be_saved_again_with_semicolons(self):
        (row,) = read_export(table(ROW, delimiter=";")).rows
        assert row.exact.edition["isbn_13"] == "9781591164418"

    def test_a_row_of_the_users_own_is_a_book_of_its_own(self):
        file = read_export(table(ROW, {**ROW, "Book": "", "Title": "Dune"}))
        assert file.rows[1].exact.book == "row 2"

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"Title": ""}, "no title"),
            ({"Format": "scroll"}, "book_format"),
            ({"Place Details": "{"}, "Expecting"),
            ({"More Series": "[1]"}, "not as booktrack wrote it"),
        ],
    )
    def test_a_row_that_was_damaged_fails_alone(self, cells, reason):
        broken, good = read_export(table({**ROW, **cells, "Reason": "old"}, ROW)).rows
        assert (reason in broken.error, good.error) == (True, None)
        assert "Reason" not in broken.data

    def test_an_empty_row_is_passed_over(self):
        empty = dict.fromkeys(ROW, "")
        assert read_export(table(ROW, empty)).rows[1].skip == "the row is empty"

    def test_a_row_with_too_many_cells_fails(self):
        data = table(*[ROW] * 12) + (",".join(["x"] * 30)).encode()
        rows = read_export(data).rows
        assert (rows[0].error, bool(rows[-1].error)) == (None, True)


class TestTheDocument:
    def test_is_known_by_its_first_key(self):
        assert detect(document(BOOK))[0] == ("booktrack_json", 1.0)

    def test_gives_a_row_for_each_edition_with_its_readings(self):
        second = {"asin": "B00B7NPRY8", "user": None}
        file = read_export(document({**BOOK, "editions": [*BOOK["editions"], second]}))
        first, other = file.rows
        assert [one["of_edition"] for one in first.exact.readings] == [True, False]
        assert (first.row, other.row, other.exact.status, other.exact.readings) == (1, 2, None, [])
        assert first.exact.places == [{"series": "1", "position": "4"}]

    def test_a_book_may_have_no_edition(self):
        (row,) = read_export(document({"title": "Dune", "not_in_series": []})).rows
        assert (row.exact.edition, row.work.editions) == (None, [])
        assert "not_in_series" not in row.exact.document

    @pytest.mark.parametrize(
        ("book", "data"),
        [
            ("Dune", {}), ({"title": 7}, {}), ({"title": "Dune", "editions": [{"isbn": 1}]},
            {"Title": "Dune"}), ({"title": "Dune", "places": [{}]}, {"Title": "Dune"}),
        ],
    )  # fmt: skip
    def test_a_book_that_was_damaged_fails_alone(self, book, data):
        broken, good = read_export(document(book, BOOK)).rows
        assert (bool(broken.error), broken.data, good.error) == (True, data, None)

    def test_a_series_that_was_damaged_is_left_out_and_named(self):
        file = read_export(document(BOOK, series=[{"name": 1}, "x", {"name": "Bleach"}]))
        assert (list(file.series), len(file.notes)) == (["3"], 2)

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (document(version=2), "newer booktrack"),
            (document(version="x"), "newer booktrack"),
            (b'{"booktrack": {"version": 1}, "books": []}', "series"),
            (b'{"booktrack": 1}', "lacks"),
            (b'{"booktrack": {"version": 1}, ', "damaged"),
        ],
    )
    def test_that_is_none_is_refused(self, data, words):
        with pytest.raises(InvalidFile, match=words):
            read_export(data, "booktrack_json")

    def test_with_more_books_than_any_library_is_refused(self):
        with pytest.raises(InvalidFile, match="more than"):
            read_export(b'{"booktrack": {"version": 1}, "series": [], "books": ['
                        + b"1," * 200_000 + b"1]}")  # fmt: skip
