"""Export files come in whole, once, and can be looked at first."""

import csv
import io
from collections import Counter

import pytest

from booktrack import InvalidFile, InvalidInput
from support.libraries import DUNE, open_library, snapshot

HANDYLIB = (
    "Title", "Author", "Publisher", "Published Date", "Format", "Pages", "Series", "Volume",
    "Language", "ISBN", "Page Read", "Item Url", "Icon Path", "Photo Path", "Image Url", "Summary",
    "Location", "Price", "Genres", "Rating", "Added Date", "Copy Index", "Read",
    "Started Reading Date", "Finished Reading Date", "Favorite", "Comments", "Tags", "BookShelf",
    "Settings",
)  # fmt: skip
GOODREADS = (
    "Book Id", "Title", "Author", "Author l-f", "Additional Authors", "ISBN", "ISBN13",
    "My Rating", "Average Rating", "Publisher", "Binding", "Number of Pages", "Year Published",
    "Original Publication Year", "Date Read", "Date Added", "Bookshelves",
    "Bookshelves with positions", "Exclusive Shelf", "My Review", "Spoiler", "Private Notes",
    "Read Count", "Owned Copies",
)  # fmt: skip


def table(columns, *rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def handylib(*rows):
    return table(HANDYLIB, *rows)


def goodreads(*rows):
    return table(GOODREADS, *rows)


BLEACH_1 = {
    "Title": "Bleach, Vol. 1", "Author": "Kubo, Tite", "Publisher": "VIZ", "Series": "Bleach",
    "Volume": "1", "ISBN": "9781591164418", "Format": "Paperback", "BookShelf": "Manga",
    "Added Date": "07/18/2025", "Settings": "2.9.4;248;MM/DD/YYYY;YYYY-MM-DD;07/19/2025",
}  # fmt: skip
BLEACH_3 = {**BLEACH_1, "Title": "Bleach 3", "Volume": "", "ISBN": "9781591164432", "Settings": ""}
HYPERION = {
    "Book Id": "77566", "Title": "Hyperion (Hyperion Cantos, #1)", "Author": "Dan Simmons",
    "Author l-f": "Simmons, Dan", "ISBN": '="0553283685"', "ISBN13": '="9780553283686"',
    "My Rating": "5", "Binding": "Mass Market Paperback", "Date Read": "2020/01/02",
    "Date Added": "2019/12/01", "Exclusive Shelf": "read", "Read Count": "1", "Owned Copies": "0",
}  # fmt: skip


class TestARow:
    def test_becomes_a_book_with_everything_that_its_owner_said(self, library):
        report = library.import_file(handylib(BLEACH_1))
        assert (report["format"], report["rows"], report["added"]) == ("handylib", 1, 1)
        book = library.lookup("9781591164418")
        edition = book["editions"][0]
        assert (book["title"], book["authors"], book["series"], book["series_position"]) == (
            "Bleach, Vol. 1", ["Tite Kubo"], "Bleach", 1
        )  # fmt: skip
        assert (edition["status"], edition["shelves"], edition["publisher"]) == (
            "own", ["Manga"], "VIZ"
        )  # fmt: skip

    def test_knows_where_every_value_comes_from(self, library):
        library.import_file(handylib(BLEACH_1))
        store = library._ctx.store
        for table_name in ("books", "editions"):
            ((_, document),) = store.all(table_name)
            said = {name for origin in document["origins"] for name in origin["fields"]}
            assert {origin["source"] for origin in document["origins"]} == {"handylib"}
            assert said >= {"title"} if table_name == "books" else {"isbn_13", "publisher"}

    def test_the_shelf_is_never_a_series(self, library):
        library.import_file(handylib({**BLEACH_1, "Title": "Middlemarch", "Series": "",
                                      "Volume": "", "BookShelf": "Classics"}))  # fmt: skip
        assert library.lookup("9781591164418")["series"] is None

    def test_a_reading_is_kept(self, library):
        library.import_file(goodreads(HYPERION))
        ((_, reading),) = library._ctx.store.all("readings")
        assert (reading["status"], reading["finished_at"], reading["rating"]) == (
            "finished", "2020-01-02", 5.0
        )  # fmt: skip

    def test_without_a_title_fails_with_the_reason_and_the_cells(self, library):
        report = library.import_file(handylib(BLEACH_1, {**BLEACH_3, "Title": ""}))
        (failed,) = report["failed"]
        assert (report["added"], failed["row"], failed["reason"]) == (1, 2, "no title")
        assert failed["data"]["ISBN"] == "9781591164432"

    def test_that_the_library_cannot_hold_fails_alone_and_leaves_nothing_behind(self, library):
        report = library.import_file(handylib({**BLEACH_1, "Title": "x" * 4001}, BLEACH_3))
        assert (report["added"], [one["row"] for one in report["failed"]]) == (1, [1])
        assert library._ctx.store.count("books") == library._ctx.store.count("editions") == 1


class TestTheSameFileTwice:
    @pytest.mark.parametrize(
        "data", [handylib(BLEACH_1, BLEACH_3), goodreads(HYPERION)], ids=["handylib", "goodreads"]
    )
    def test_changes_nothing_and_says_so(self, library, data):
        first = library.import_file(data)
        before = snapshot(library)
        second = library.import_file(data)
        assert (second["added"], second["updated"], second["id"]) == (0, 0, None)
        assert second["unchanged"] == first["rows"]
        assert snapshot(library) == before

    def test_does_not_undo_what_the_user_did_since(self, library):
        data = handylib(BLEACH_1)
        library.import_file(data)
        library.mark("9781591164418", "want", notes="sold it")
        assert library.import_file(data)["unchanged"] == 1
        assert library.lookup("9781591164418")["editions"][0]["status"] == "want"


class TestOneEditionOnTwoRows:
    TWICE = handylib(
        {**BLEACH_1, "Comments": "worn", "Location": "cellar"},
        {**BLEACH_1, "Comments": "like new", "BookShelf": "Gifts", "Publisher": "Viz Media"},
    )

    def test_joins_what_both_say(self, library):
        library.import_file(self.TWICE)
        (edition,) = library.lookup("9781591164418")["editions"]
        assert (edition["shelves"], edition["notes"]) == (["Manga", "Gifts"], "worn")

    def test_settles_at_once(self, library):
        library.import_file(self.TWICE)
        before = snapshot(library)
        again = library.import_file(self.TWICE)
        assert (again["unchanged"], again["id"]) == (2, None)
        assert snapshot(library) == before


class TestALaterExport:
    def test_updates_and_never_doubles(self, library):
        library.import_file(goodreads({**HYPERION, "Exclusive Shelf": "to-read", "Date Read": "",
                                       "My Rating": "0", "Read Count": "0"}))  # fmt: skip
        report = library.import_file(goodreads(HYPERION))
        assert (report["added"], report["updated"]) == (0, 1)
        ((_, reading),) = library._ctx.store.all("readings")
        assert (reading["status"], reading["rating"]) == ("finished", 5.0)

    def test_a_reread_is_a_second_reading(self, library):
        library.import_file(goodreads(HYPERION))
        library.import_file(goodreads({**HYPERION, "Date Read": "2024/03/04", "Read Count": "2"}))
        dates = [reading["finished_at"] for _, reading in library._ctx.store.all("readings")]
        assert dates == ["2020-01-02", "2024-03-04"]

    def test_an_edition_switched_under_one_id_stays_one_edition(self, library):
        library.import_file(goodreads(HYPERION))
        library.import_file(goodreads({**HYPERION, "ISBN": '="0575099437"',
                                       "ISBN13": '="9780575099432"'}))  # fmt: skip
        assert library._ctx.store.count("editions") == 1
        assert library.lookup("9780575099432")["title"] == "Hyperion"


class TestOneWorkOnManyRows:
    def test_is_one_book_with_its_editions(self, library):
        kindle = {**HYPERION, "Book Id": "999", "ISBN": '=""', "ISBN13": '=""',
                  "Binding": "Kindle Edition"}  # fmt: skip
        report = library.import_file(goodreads(HYPERION, kindle))
        assert report["added"] == 2
        (book,) = library.list_books()["books"]
        assert sorted(edition["format"] for edition in book["editions"]) == ["ebook", "paperback"]

    def test_never_by_title_alone(self, library):
        other = {**HYPERION, "Book Id": "998", "Author": "Friedrich Hölderlin",
                 "Author l-f": "Hölderlin, Friedrich", "Title": "Hyperion", "ISBN": '=""',
                 "ISBN13": '=""'}  # fmt: skip
        library.import_file(goodreads(HYPERION, other))
        assert library.list_books()["total"] == 2

    def test_one_isbn_on_two_works_makes_two(self, library):
        other = {**HYPERION, "Book Id": "998", "Author": "Ann Lee", "Author l-f": "Lee, Ann",
                 "Title": "Gardening in Wales"}  # fmt: skip
        library.import_file(goodreads(HYPERION, other))
        assert library.list_books()["total"] == 2


class TestAPreview:
    def test_tells_every_row_and_changes_nothing(self, library):
        before = snapshot(library)
        report = library.import_file(handylib(BLEACH_1, {**BLEACH_3, "Title": ""}), preview=True)
        assert [effect["outcome"] for effect in report["effects"]] == ["new", "failed"]
        assert (report["preview"], report["id"], report["added"]) == (True, None, 1)
        assert snapshot(library) == before
        assert library.history()["transactions"] == []

    def test_then_the_import_does_what_it_said(self, library):
        data = handylib(BLEACH_1, BLEACH_3)
        preview, real = library.import_file(data, preview=True), library.import_file(data)
        same = ("rows", "added", "updated", "unchanged", "skipped", "failed")
        assert [preview[name] for name in same] == [real[name] for name in same]


class TestTheWay:
    def test_one_import_is_one_undo(self, library):
        library.import_file(handylib(BLEACH_1, BLEACH_3))
        (done,) = library.history()["transactions"]
        assert done["why"] == "import handylib"
        library.undo(done["id"])
        assert library.list_books()["total"] == library.list_series()["total"] == 0

    def test_progress_is_told(self, library):
        steps = []
        library.import_file(handylib(BLEACH_1, BLEACH_3), progress=steps.append)
        assert steps[-1] == {"done": 2, "total": 2, "what": "rows read"}

    def test_stopping_in_the_middle_leaves_a_consistent_library(self, library):
        def stop(step):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            library.import_file(handylib(BLEACH_1), progress=stop)
        assert library.list_books()["total"] == 0
        assert library.import_file(handylib(BLEACH_1))["added"] == 1

    def test_paths_bytes_and_open_files(self, library, tmp_path):
        path = tmp_path / "export.csv"
        path.write_bytes(handylib(BLEACH_1))
        assert library.import_file(str(path))["added"] == 1
        assert library.import_file(path)["unchanged"] == 1
        with path.open("rb") as file:
            assert library.import_file(file)["unchanged"] == 1


class TestWhatIsNoExportFile:
    @pytest.mark.parametrize(
        ("data", "names"),
        [
            (b"", "empty"),
            (b"\x00\x01\x02\x03" * 50, "binary"),
            (b"PK\x03\x04" + b"\0" * 100, "zip"),
            (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "PNG"),
            (b"dear diary, today I read a book", "kind"),
        ],
    )
    def test_is_refused_and_named(self, library, data, names):
        before = snapshot(library)
        with pytest.raises(InvalidFile) as caught:
            library.import_file(data)
        assert names.lower() in str(caught.value).lower()
        assert snapshot(library) == before

    def test_a_missing_file(self, library, tmp_path):
        with pytest.raises(InvalidFile, match="no-such"):
            library.import_file(tmp_path / "no-such.csv")

    def test_a_folder(self, library, tmp_path):
        with pytest.raises(InvalidFile):
            library.import_file(tmp_path)

    def test_a_path_with_a_nul(self, library):
        with pytest.raises(InvalidFile):
            library.import_file("a\0b")

    def test_a_huge_file_is_not_even_read(self, library, tmp_path):
        path = tmp_path / "huge.csv"
        with path.open("wb") as file:
            file.truncate(300 << 20)
        with pytest.raises(InvalidFile, match="64 MiB"):
            library.import_file(path)

    @pytest.mark.parametrize("file", [None, 7, object()])
    def test_what_is_no_file_at_all(self, library, file):
        with pytest.raises(InvalidInput):
            library.import_file(file)

    def test_a_file_open_for_text(self, library):
        with pytest.raises(InvalidInput, match="binary"):
            library.import_file(io.StringIO("Title\n"))

    def test_a_format_that_does_not_exist(self, library):
        with pytest.raises(InvalidInput, match="myspace"):
            library.import_file(handylib(BLEACH_1), format="myspace")


@pytest.fixture(scope="module")
def collection(shared, tmp_path_factory):
    path = tmp_path_factory.mktemp("handylib") / "library.json"
    with open_library(path) as library:
        library.report = library.import_file(shared / "exports" / "handylib" / "01.csv")
        yield library


class TestTheCollectionThatThisWasSpecifiedFor:
    def test_every_book_arrives_as_owned(self, collection):
        books = collection.list_books(limit=1000, status="own")
        assert (books["total"], collection.report["added"]) == (314, 314)
        assert collection.report["failed"] == collection.report["skipped"] == []

    def test_every_real_hole_is_missing_and_no_false_one(self, collection):
        series = collection.list_series(limit=1000)["series"]
        holes = {(one["name"], one["kind"]): one["missing"] for one in series if one["missing"]}
        assert holes == {
            ("DARLING in the FRANXX", "unknown"): ["3", "4"],
            ("Golden Time", "unknown"): [str(n) for n in range(2, 9)],
            ("Horimiya", "unknown"): [*(str(n) for n in range(1, 8)), "15"],
            ("Mushoku Tensei: Jobless Reincarnation", "light_novel"): ["1", "2", "3"],
            ("My Wife Has No Emotion", "unknown"): ["1"],
            ("Spice and Wolf", "manga"): ["4"],
            ("The Rising of the Shield Hero", "light_novel"): ["11", "12", "14", "16", "17"],
            ("The Witches of Adamas", "unknown"): ["1"],
        }

    def test_no_series_stands_twice(self, collection):
        series = collection.list_series(limit=1000)["series"]
        assert len(series) == 75
        counts = Counter((one["name"], one["kind"], one["edition_line"]) for one in series)
        assert max(counts.values()) == 1

    def test_kinds_and_lines_of_one_name_stay_apart(self, collection):
        heroines = collection.list_series(limit=1000)["series"]
        kinds = {one["kind"] for one in heroines if one["name"] == "Too Many Losing Heroines!"}
        assert kinds == {"light_novel", "manga"}
        lines = [one["edition_line"] for one in heroines if one["name"].startswith("Spice and")]
        assert sorted(lines, key=str) == [None, "collectors_edition"]

    def test_omnibuses_cover_their_volumes(self, collection):
        assert collection.get_series("One Piece")["owned"] == ["1", "2", "3"]
        franxx = collection.get_series("DARLING in the FRANXX")
        assert franxx["owned"] == ["1", "2", "5", "6", "7", "8"]

    def test_the_file_once_more_changes_nothing(self, collection, shared):
        again = collection.import_file(shared / "exports" / "handylib" / "01.csv")
        assert (again["unchanged"], again["id"]) == (314, None)

    def test_the_library_is_consistent(self, collection):
        assert collection.check()["ok"]


def test_a_file_that_says_nothing_of_owning_can_be_taken_for_owned_books(tmp_path):
    rows = (
        b"Book Id,Title,Author,ISBN13,My Rating,Exclusive Shelf,Owned Copies\n"
        b"1,Dune,Frank Herbert,9780441013593,5,read,0\n"
        b"2,Ubik,Philip K. Dick,,0,to-read,0\n"
    )
    with open_library(tmp_path / "library.json") as library:
        library.import_file(rows)
        assert library.list_books(status="own")["total"] == 0
        library.import_file(rows, owned=True)
        (book,) = library.list_books(status="own")["books"]
        assert book["title"] == "Dune"
        library.mark("9780441013593", "missing")
        assert library.import_file(rows, owned=True)["updated"] == 0
        assert library.list_books(status="own")["total"] == 0


@pytest.mark.parametrize(("first", "second"), [("Zed Books", "Ace"), ("Ace", "Zed Books")])
def test_a_later_export_corrects_what_the_earlier_one_said(tmp_path, first, second):
    def export(publisher):
        return f"Book Id,Title,Author,ISBN13,Publisher\n7,Dune,Frank Herbert,{DUNE},{publisher}\n"

    with open_library(tmp_path / "library.json") as library:
        library.import_file(export(first).encode())
        changed = library.import_file(export(second).encode(), preview=True)
        assert changed["effects"][0]["outcome"] == "changed"
        library.import_file(export(second).encode())
        (edition,) = library.lookup(DUNE)["editions"]
        assert edition["publisher"] == second
        before = snapshot(library)
        assert library.import_file(export(second).encode())["unchanged"] == 1
        assert snapshot(library) == before
