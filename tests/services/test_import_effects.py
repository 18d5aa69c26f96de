"""An import can be looked at row by row, taken back to be repaired, and followed by the next."""

import csv
import io

import pytest

from booktrack.domain.records import ImportedFile, ImportedRow
from booktrack.services.import_effects import Watched
from booktrack.services.import_repairs import failed_csv, without_reasons
from support.libraries import DUNE, Told, open_library, snapshot, work

GOODREADS = (
    "Book Id", "Title", "Author", "Author l-f", "Additional Authors", "ISBN", "ISBN13",
    "My Rating", "Average Rating", "Publisher", "Binding", "Number of Pages", "Year Published",
    "Original Publication Year", "Date Read", "Date Added", "Bookshelves",
    "Bookshelves with positions", "Exclusive Shelf", "My Review", "Spoiler", "Private Notes",
    "Read Count", "Owned Copies",
)  # fmt: skip
HYPERION = {
    "Book Id": "77566", "Title": "Hyperion (Hyperion Cantos, #1)", "Author": "Dan Simmons",
    "ISBN13": '="9780553283686"', "My Rating": "0", "Average Rating": "4.20",
    "Exclusive Shelf": "currently-reading", "Bookshelves with positions": "space (#3)",
    "Read Count": "1", "Owned Copies": "0",
}  # fmt: skip
EMMA = {"Book Id": "6969", "Title": "Emma", "Author": "Jane Austen", "My Rating": "0",
        "Exclusive Shelf": "to-read", "Read Count": "0", "Owned Copies": "0"}  # fmt: skip


def goodreads(*rows):
    out = io.StringIO()
    writer = csv.DictWriter(out, GOODREADS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def previewed(library, *rows):
    return library.import_file(goodreads(*rows), preview=True)["effects"]


class TestAPreview:
    def test_names_every_outcome(self, library):
        library.import_file(goodreads(HYPERION, EMMA))
        effects = previewed(
            library,
            {**HYPERION, "My Rating": "5", "Exclusive Shelf": "read", "Date Read": "2020/01/02"},
            EMMA,
            {**EMMA, "Book Id": "1", "Title": "Ubik", "Author": "Philip K. Dick"},
            {**EMMA, "Book Id": "2", "Title": "Emma", "Author": "A. Lee"},
            {**EMMA, "Book Id": "3", "Title": ""},
            {},
        )
        assert [effect["outcome"] for effect in effects] == [
            "changed", "same", "new", "unsure", "failed", "skipped"
        ]  # fmt: skip

    def test_shows_before_and_after(self, library):
        library.import_file(goodreads(HYPERION))
        read = {**HYPERION, "My Rating": "5", "Exclusive Shelf": "read", "Date Read": "2020/01/02"}
        (effect,) = previewed(library, read)
        assert effect["changes"] == {
            "reading_status": ["reading", "finished"],
            "finished_at": [None, "2020-01-02"],
            "rating": [None, 5.0],
            "read_count": [None, 1],
        }
        assert effect["book_id"] == 1

    def test_of_a_new_book_shows_what_it_will_be(self, library):
        (effect,) = previewed(library, HYPERION)
        assert (effect["book_id"], effect["candidates"]) == (None, [])
        assert effect["changes"]["title"] == [None, "Hyperion"]
        assert effect["changes"]["series"] == [None, ["Hyperion Cantos 1"]]

    def test_names_the_books_that_a_new_one_may_be(self, library):
        library.import_file(goodreads(EMMA))
        (effect,) = previewed(library, {**EMMA, "Book Id": "2", "Author": "A. Lee"})
        assert effect["candidates"] == [{"book_id": 1, "title": "Emma", "authors": ["Jane Austen"]}]

    def test_never_takes_a_book_of_the_same_file_for_one_that_is_there(self, library):
        effects = previewed(library, EMMA, {**EMMA, "Book Id": "2", "Author": "A. Lee"})
        assert [effect["outcome"] for effect in effects] == ["new", "new"]

    def test_takes_a_column_that_moves_by_itself_for_no_change(self, library):
        library.import_file(goodreads(HYPERION))
        later = {**HYPERION, "Average Rating": "4.25", "Bookshelves with positions": "space (#9)"}
        (effect,) = previewed(library, later)
        assert (effect["outcome"], effect["changes"]) == ("same", {})
        assert library.import_file(goodreads(later))["id"] is None

    def test_writes_nothing(self, library):
        library.import_file(goodreads(HYPERION))
        before = snapshot(library)
        previewed(library, {**HYPERION, "My Rating": "5"}, EMMA)
        assert snapshot(library) == before


class TestARowThatVanished:
    def test_is_reported_once_and_kept(self, library):
        library.import_file(goodreads(HYPERION, EMMA))
        report = library.import_file(goodreads(HYPERION))
        assert [one["title"] for one in report["vanished"]] == ["Emma"]
        assert library.list_books()["total"] == 2
        assert library.import_file(goodreads(HYPERION))["vanished"] == []

    def test_is_not_one_of_another_account_or_a_part(self, library):
        library.import_file(goodreads(HYPERION, EMMA))
        other = {**EMMA, "Book Id": "1", "Title": "Ubik", "Author": "Philip K. Dick"}
        assert library.import_file(goodreads(other))["vanished"] == []

    def test_is_not_one_of_another_user(self, library, tmp_path):
        library.import_file(goodreads(HYPERION, EMMA))
        library.close()
        with open_library(tmp_path / "library.json", user_id=2) as other:
            assert other.import_file(goodreads(HYPERION))["vanished"] == []


class TestAFailedRow:
    def test_comes_back_as_a_table_that_imports_once_repaired(self, library):
        broken = {**HYPERION, "Title": "", "My Review": "=1+1"}
        report = library.import_file(goodreads(broken, EMMA))
        (row,) = csv.DictReader(io.StringIO(report["failed_csv"], newline=""))
        assert (row["Reason"], row["My Review"], row["Book Id"]) == ("no title", "'=1+1", "77566")
        repaired = report["failed_csv"].replace("77566,,", "77566,Hyperion,")
        again = library.import_file(repaired.encode())
        assert (again["format"], again["added"], again["columns"][-1]) == (
            "goodreads", 1, "Owned Copies"
        )  # fmt: skip
        assert library.lookup("9780553283686")["title"] == "Hyperion"
        reviews = [one.get("review") for _, one in library._ctx.store.all("readings")]
        assert "=1+1" in reviews

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252"])
    def test_may_go_through_a_spreadsheet(self, library, encoding):
        report = library.import_file(goodreads({**EMMA, "Title": "", "Author": "Émile Zola"}))
        rows = list(csv.reader(io.StringIO(report["failed_csv"], newline="")))
        rows[1][1] = "Vérité"
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(rows)
        assert library.import_file(out.getvalue().encode(encoding))["added"] == 1
        assert library.list_books()["books"][0]["authors"] == ["Émile Zola"]

    def test_that_fails_again_names_its_reason_once(self, library):
        first = library.import_file(goodreads({**EMMA, "Title": ""}))["failed_csv"]
        assert library.import_file(first.encode())["failed_csv"] == first

    def test_there_is_none(self, library):
        assert library.import_file(goodreads(EMMA))["failed_csv"] is None

    def test_of_the_own_table_comes_back_too(self, library, tmp_path):
        library.add(DUNE, title="Dune", authors="Frank Herbert", notes="-first")
        text = library.export("csv")["content"].replace("Dune,", ",")
        with open_library(tmp_path / "other.json") as other:
            report = other.import_file(text.encode())
            assert [one["reason"] for one in report["failed"]]
            repaired = report["failed_csv"].replace("\r\n1,,", "\r\n1,Dune,")
            assert other.import_file(repaired.encode())["added"] == 1
            assert other.lookup(DUNE)["editions"][0]["notes"] == "-first"

    @pytest.mark.parametrize(
        "end", [b"Reason", b"x Reason", b"Title\nReason", b"Title,Reason\n" + b"x" * 140_000]
    )
    def test_nothing_else_is_taken_for_such_a_table(self, end):
        assert without_reasons(end) == end

    def test_has_one_column_for_its_reason(self):
        file = ImportedFile(format="own", encoding="utf-8", columns=["Reason", "Title"], rows=[])
        row = ImportedRow(row=1, data={"Reason": "late", "Title": "Emma"})
        assert failed_csv(file, [(row, "no author")]) == "Title,Reason\r\nEmma,no author\r\n"


class TestALargeFile:
    def test_stopped_by_its_progress_writes_nothing(self, library):
        rows = [{**EMMA, "Book Id": str(n), "Title": f"Emma and {n} more"} for n in range(1, 1001)]
        steps = []

        def stop_half_way(step):
            steps.append(step["done"])
            if step["done"] >= 500:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            library.import_file(goodreads(*rows), progress=stop_half_way)
        assert steps == [200, 400, 600]
        assert (library.list_books()["total"], library.history()["transactions"]) == (0, [])


class TestEnriching:
    def test_asks_the_sources_about_the_imported_books_only(self, tmp_path):
        told = Told(
            work("Dune", "Frank Herbert", isbn=DUNE, publisher="Ace", page_count=604),
        )
        with open_library(tmp_path / "library.json", sources=[told], offline=False) as library:
            library.add("9780765326355", title="The Way of Kings", remote="never")
            row = {**EMMA, "Title": "Dune", "Author": "Frank Herbert", "ISBN13": DUNE,
                   "Owned Copies": "1"}  # fmt: skip
            report = library.import_file(goodreads(row), enrich=True)
            assert (report["added"], report["enriched"]["asked"]) == (1, 1)
            assert library.lookup(DUNE, remote="never")["editions"][0]["publisher"] == "Ace"

    def test_a_preview_asks_nobody(self, tmp_path):
        told = Told()
        with open_library(tmp_path / "library.json", sources=[told], offline=False) as library:
            report = library.import_file(goodreads(EMMA), enrich=True, preview=True)
        assert ("enriched" in report, told.questions) == (False, 0)


class TestAnOwnFile:
    def export_of(self, library, kind):
        return library.export(kind)["content"].encode()

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_of_a_later_day_updates_and_keeps_what_was_done_here(self, library, tmp_path, kind):
        library.import_file(goodreads(HYPERION))
        library.mark("9780553283686", "own", notes="there")
        with open_library(tmp_path / "other.json") as other:
            other.import_file(self.export_of(library, kind))
            other.mark("9780553283686", "want")
            # Not touched there since: the word that was given here stays.
            other.import_file(self.export_of(library, kind))
            assert other.lookup("9780553283686")["editions"][0]["status"] == "want"
            library.import_file(goodreads({**HYPERION, "Exclusive Shelf": "read",
                                           "Date Read": "2020/01/02"}))  # fmt: skip
            library.mark("9780553283686", "own", notes="there, and signed")
            report = other.import_file(self.export_of(library, kind))
            assert (report["added"], report["updated"]) == (0, 1)
            edition = other.lookup("9780553283686")["editions"][0]
            assert (edition["status"], edition["notes"]) == ("want", "there, and signed")
            ((_, reading),) = other._ctx.store.all("readings")
            assert (reading["status"], reading["finished_at"]) == ("finished", "2020-01-02")

    @pytest.mark.parametrize("kind", ["csv", "json"])
    def test_joins_what_is_there(self, library, tmp_path, kind):
        library.add(DUNE, title="Dune", authors="Frank Herbert", series="Dune", position=1,
                    publisher="Ace")  # fmt: skip
        with open_library(tmp_path / "other.json") as other:
            other.add(DUNE, title="Dune", authors="Frank Herbert", status="want")
            other.add(title="Dune Messiah", authors="Frank Herbert", series="Dune", position=2)
            report = other.import_file(self.export_of(library, kind))
            assert (report["added"], report["updated"], other.list_books()["total"]) == (0, 1, 2)
            book = other.lookup(DUNE)
            assert (book["series"], book["series_position"]) == ("Dune", 1)
            assert (book["editions"][0]["publisher"], book["editions"][0]["status"]) == (
                "Ace", "want"
            )  # fmt: skip
            assert other.list_series()["total"] == 1

    def test_never_undoes_a_users_place(self, library, tmp_path):
        library.add(DUNE, title="Dune", authors="Frank Herbert", series="Dune", position=1)
        content = self.export_of(library, "json")
        with library._ctx.store.transaction("test") as tx:
            book = tx.get("books", 1)
            place = {**book["memberships"][0], "position": "2", "locked": True}
            tx.put("books", 1, {**book, "memberships": [place]})
        library.import_file(content)
        assert library.lookup(DUNE)["series_position_label"] == "2"

    def test_brings_a_second_edition_to_a_book(self, library, tmp_path):
        for isbn, kind in (("9780765326355", "hardcover"), ("9781429952040", "ebook")):
            library.add(isbn, title="The Way of Kings", authors="B. Sanderson", format=kind)
        content = self.export_of(library, "csv")
        library.remove_edition("9781429952040")
        report = library.import_file(content)
        assert (report["added"], report["unchanged"], library.list_books()["total"]) == (1, 1, 1)

    def test_without_authors_is_found_again_where_it_stood(self, library):
        library.add(title="Anonymous tales")
        assert library.import_file(self.export_of(library, "json"))["id"] is None

    def test_knows_more_of_a_series(self, library, tmp_path):
        library.add(title="Bleach 3", authors="Tite Kubo", series="Bleach", position=3)
        with library._ctx.store.transaction("test") as tx:
            series = {
                **tx.get("series", 1), "kind": "manga", "identifiers": {"anilist": ["30012"]},
                "aliases": [{"name": "ブリーチ", "script": "japanese"}],
                "totals": [{"value": 74, "source": "anilist"}],
                "volumes": [{"position": "1", "source": "anilist"}],
            }  # fmt: skip
            tx.put("series", 1, series)
        content = self.export_of(library, "json")
        with open_library(tmp_path / "other.json") as other:
            other.add(title="Bleach 4", authors="Noriaki Kubo", series="Bleach", position=4)
            with other._ctx.store.transaction("test") as tx:
                tx.put("series", 1, {**tx.get("series", 1), "kind": "manga"})
            other.import_file(content)
            series = other.get_series("Bleach")
            assert (series["total"], series["aliases"]) == (74, ["ブリーチ"])
            assert other._ctx.store.get("series", 1)["identifiers"] == {"anilist": ["30012"]}
            assert other.import_file(content)["id"] is None


class TestAnOwnFileThatWasDamaged:
    def test_a_book_in_a_series_that_is_not_listed_fails_alone(self, library):
        content = b"""{"booktrack": {"version": 1}, "series": [], "books": [
            {"title": "Dune", "places": [{"series": 9}]}, {"title": "Emma", "editions": []},
            {"title": "Ubik", "readings": [{"status": "skimmed"}]}]}"""
        report = library.import_file(content)
        assert [one["row"] for one in report["failed"]] == [1, 3]
        assert "no series 9" in report["failed"][0]["reason"]
        assert [book["title"] for book in library.list_books()["books"]] == ["Emma"]
        assert library.check()["ok"]

    def test_a_place_twice_in_one_series_is_one(self, library):
        content = b"""{"booktrack": {"version": 1}, "series": [{"name": "Dune"}], "books": [
            {"title": "Dune", "authors": ["F. Herbert"], "places": [{"series": 1}]}]}"""
        library.import_file(content)
        with library._ctx.store.transaction("test") as tx:
            tx.put("books", 1, {**tx.get("books", 1), "memberships": [], "not_in_series": [1]})
        # The user took it out of the series: no file puts it back.
        library.import_file(content)
        assert library.get_book(1)["series"] is None


class TestTwoUsers:
    def test_never_see_or_export_the_others_words(self, library, tmp_path):
        library.import_file(goodreads(HYPERION))
        content = library.export("json")["content"].encode()
        library.close()
        with open_library(tmp_path / "library.json", user_id=2) as other:
            assert "currently" not in other.export("json")["content"]
            assert '"readings": []' in other.export("json")["content"]
            other.import_file(content)
            other.import_file(content)
            assert other._ctx.store.count("readings") == 2


class TestWatching:
    def test_is_a_transaction_like_the_one_that_it_watches(self, library):
        library.add(title="Emma", authors="Jane Austen")
        library.add(title="Persuasion", authors="Jane Austen")
        with library._ctx.store.transaction("test") as tx:
            watched = Watched(tx)
            assert (watched.ids("books"), watched.count("books")) == ([1, 2], 2)
            mark = watched.savepoint()
            assert not watched.put("books", 1, watched.get("books", 1))
            series = watched.insert("series", {"name": "Austen", "kind": "novel", "tracked": True})
            assert watched.changes() == {}
            for edition_id in tx.find("edition_book", "2"):
                for status_id in tx.find("edition_status", str(edition_id)):
                    watched.remove("statuses", status_id)
            assert watched.changes() == {"status": ["own", None]}
            watched.roll_back(mark)
            assert (watched.changes(), watched.get("series", series)) == ({}, None)


class TestAReadersSevenExports:
    def test_in_their_order_never_double_a_book_or_a_reading(self, library, shared):
        seen = set()
        for path in sorted((shared / "exports" / "goodreads_series_b").glob("*.csv")):
            with path.open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.DictReader(file))
            new = {row["Book Id"] for row in rows} - seen
            seen |= new
            effects = library.import_file(path, preview=True)["effects"]
            report = library.import_file(path)
            assert report["failed"] == report["skipped"] == []
            assert report["added"] == len(new)
            assert report["updated"] == sum(one["outcome"] == "changed" for one in effects)
            assert all(one["changes"] for one in effects if one["outcome"] == "changed")
            store = library._ctx.store
            assert store.count("editions") == len(seen)
            marks = [mark for _, one in store.all("readings")
                     for mark in one["identifiers"]["goodreads"]]  # fmt: skip
            assert len(marks) == len(set(marks))
            assert library.import_file(path)["id"] is None
        assert library.check()["ok"]

    def test_report_what_its_reader_took_out(self, library, shared):
        gone = [
            one["title"]
            for path in sorted((shared / "exports" / "goodreads_series_b").glob("*.csv"))
            for one in library.import_file(path)["vanished"]
        ]
        assert len(gone) == len(set(gone)) == 6
