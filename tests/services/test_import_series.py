"""Which series the rows of a file make: what is owned of them and what is missing."""

import csv
import io

import pytest

from booktrack.domain.isbn import to_isbn10
from support.libraries import snapshot

HANDYLIB = (
    "Title", "Author", "Publisher", "Published Date", "Format", "Pages", "Series", "Volume",
    "Language", "ISBN", "Page Read", "Item Url", "Icon Path", "Photo Path", "Image Url", "Summary",
    "Location", "Price", "Genres", "Rating", "Added Date", "Copy Index", "Read",
    "Started Reading Date", "Finished Reading Date", "Favorite", "Comments", "Tags", "BookShelf",
    "Settings",
)  # fmt: skip
# Assigned to nobody in these tests: ten numbers with right check digits.
ISBNS = (
    "9780000000019", "9780000000026", "9780000000033", "9780000000040", "9780000000057",
    "9780000000064", "9780000000071", "9780000000088", "9780000000095", "9780000000101",
)  # fmt: skip


def table(columns, rows):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def handylib(*lines, isbns=ISBNS):
    """Return an export of rows written as "Title | Volume | Series"."""
    rows = []
    for isbn, line in zip(isbns, lines, strict=False):
        title, volume, series = (cell.strip() for cell in line.split("|"))
        rows.append(
            {"Title": title, "Volume": volume, "Series": series, "ISBN": isbn,
             "Author": "Doe, Jane", "Format": "Paperback", "BookShelf": "Shelf"}
        )  # fmt: skip
    return table(HANDYLIB, rows)


def goodreads(*titles):
    columns = (
        "Book Id", "Title", "Author", "Author l-f", "Additional Authors", "ISBN", "ISBN13",
        "My Rating", "Average Rating", "Publisher", "Binding", "Number of Pages",
        "Year Published", "Original Publication Year", "Date Read", "Date Added", "Bookshelves",
        "Bookshelves with positions", "Exclusive Shelf", "My Review", "Spoiler", "Private Notes",
        "Read Count", "Owned Copies",
    )  # fmt: skip
    rows = [
        {"Book Id": str(number), "Title": title, "Author": f"Jane {'ABCDEFGH'[number]} Doe",
         "Exclusive Shelf": "read", "Owned Copies": "1"}
        for number, title in enumerate(titles)
    ]  # fmt: skip
    return table(columns, rows)


def one_author(data):
    return b"".join(
        line.replace(f"Jane {letter} Doe".encode(), b"Jane Doe")
        for line, letter in zip(data.splitlines(keepends=True), "#ABCDEFGH", strict=False)
    )


def held(library):
    """Return {(series, kind): (owned, missing)}."""
    return {
        (one["name"], one["kind"]): (" ".join(one["owned"]), " ".join(one["missing"]))
        for one in library.list_series(limit=100)["series"]
    }


def test_the_numbers_of_these_tests_are_isbns():
    assert all(map(to_isbn10, ISBNS))


class TestAVolumeColumn:
    @pytest.mark.parametrize("first", ["Naruto | 1 |", "Naruto | 1 | Naruto"])
    def test_parts_books_of_one_title(self, library, first):
        library.import_file(handylib(first, "Naruto | 2 |", "Naruto | 4 |"))
        assert library.list_books()["total"] == 3
        assert held(library) == {("Naruto", "unknown"): ("1 2 4", "3")}

    def test_loses_no_book_without_an_isbn(self, library):
        library.import_file(handylib("Naruto | 1 |", "Naruto | 2 |", isbns=["", ""]))
        assert library.list_books()["total"] == 2
        assert held(library) == {("Naruto", "unknown"): ("1 2", "")}

    def test_of_a_plain_table_does_so_too(self, library):
        rows = [
            {"Title": "Naruto", "Author": "Jane Doe", "Volume": volume, "ISBN": isbn}
            for volume, isbn in zip("124", ISBNS, strict=False)
        ]
        library.import_file(table(("Title", "Author", "Volume", "ISBN"), rows))
        assert held(library) == {("Naruto", "unknown"): ("1 2 4", "3")}

    def test_of_a_lone_book_and_of_a_later_file(self, library):
        library.import_file(handylib("Naruto | 3 |"))
        assert held(library) == {("Naruto", "unknown"): ("3", "1 2")}
        library.import_file(handylib("Naruto | 1 |", isbns=ISBNS[5:]))
        assert held(library) == {("Naruto", "unknown"): ("1 3", "2")}


class TestANumberThatBelongsToTheTitle:
    def test_is_no_position_in_a_series_of_its_stem(self, library):
        library.import_file(
            handylib(
                "Blade Runner 2049 | | Blade Runner", "Fahrenheit 451 | | Fahrenheit",
                "Apollo 13 | | Apollo", "Bleach 3 | | Bleach",
                "Conan 40 | 40 | Conan",
            )
        )  # fmt: skip
        found = held(library)
        assert [found[name, "unknown"] for name in ("Blade Runner", "Fahrenheit", "Apollo")] == [
            ("", "")
        ] * 3
        assert found["Bleach", "unknown"] == ("3", "1 2")
        assert found["Conan", "unknown"][0] == "40"


class TestAMangaAndALightNovel:
    def test_named_in_brackets(self, library):
        titles = (
            "Overlord, Vol. 1 (Overlord Light Novels, #1)",
            "Overlord, Vol. 1 (Overlord Manga, #1)",
            "Overlord, Vol. 3 (Overlord Manga, #3)",
        )
        library.import_file(one_author(goodreads(*titles)))
        assert held(library) == {
            ("Overlord", "light_novel"): ("1", ""),
            ("Overlord", "manga"): ("1 3", "2"),
        }
        assert library.list_books()["total"] == 3

    def test_of_which_one_does_not_say_its_kind(self, library):
        plain = ("Ov, Vol. 1 | | Ov", "Ov, Vol. 2 | | Ov")
        novel = "Ov (Light Novel) Vol. 1 | | Ov (Light Novel)"
        library.import_file(handylib(*plain, novel))
        apart = {("Ov", "unknown"): ("1 2", ""), ("Ov", "light_novel"): ("1", "")}
        assert held(library) == apart
        before = snapshot(library)
        library.import_file(handylib(*plain, novel))
        assert snapshot(library) == before

    @pytest.mark.parametrize("number", [1, 3])
    def test_of_which_the_novel_comes_in_a_later_file(self, library, number):
        plain = handylib("Ov, Vol. 1 | | Ov", "Ov, Vol. 2 | | Ov")
        library.import_file(plain)
        novel = f"Ov (Light Novel) Vol. {number} | | Ov (Light Novel)"
        library.import_file(handylib(novel, isbns=ISBNS[5:]))
        assert held(library)["Ov", "unknown"] == ("1 2", "")
        assert held(library)["Ov", "light_novel"][0] == str(number)
        before = held(library), snapshot(library)["books"]
        library.import_file(plain)
        assert (held(library), snapshot(library)["books"]) == before

    def test_a_volume_whose_kind_a_later_file_names_stays_where_it_is(self, library):
        library.import_file(handylib("Ov, Vol. 1 | | Ov", "Ov, Vol. 2 | | Ov"))
        library.import_file(handylib("Ov, Vol. 1 (manga) | | Ov"))
        assert held(library) == {("Ov", "manga"): ("1 2", "")}
        assert library.list_books()["total"] == 2

    def test_in_one_cell_and_another(self, library):
        library.import_file(
            handylib(
                "Ov, Vol. 1 (manga) | | Ov", "Ov, Vol. 2 | | Ov",
                "Ov, Vol. 1 (light novel) | | Ov (Light Novel)",
            )
        )  # fmt: skip
        assert held(library) == {("Ov", "manga"): ("1 2", ""), ("Ov", "light_novel"): ("1", "")}

    def test_that_are_added_by_hand(self, library):
        for series in ("Naruto", "Naruto (Light Novel)"):
            library.add(title="Naruto", authors="Masashi Kishimoto", series=series, position=1)
        assert library.list_books()["total"] == 2
        assert held(library) == {
            ("Naruto", "unknown"): ("1", ""), ("Naruto", "light_novel"): ("1", "")
        }  # fmt: skip


class TestWhatIsNoVolume:
    def test_fills_no_place(self, library):
        library.import_file(
            handylib(
                "Zeta Vol. 1 | |", "Zeta Vol. 6 | |", "Zeta Art Book Vol. 5 | 5 | Zeta",
                "Zeta Side Stories, Vol. 3 | 3 | Zeta", "Zeta Box Set 2 | 2 | Zeta",
            )
        )  # fmt: skip
        assert held(library) == {("Zeta", "unknown"): ("1 6", "2 3 4 5")}
        labels = [one["label"] for one in library.get_series("Zeta")["volumes"]]
        assert {"Art Book Vol. 5", "Side Stories, Vol. 3", "Box Set 2"} < set(labels)

    @pytest.mark.parametrize(
        ("box", "owned", "missing"),
        [
            ("Qux Complete Box Set (Vol. 1-5)", "1 2 3 4 5 6", ""),
            ("Qux Complete Series Boxed Set 1-4", "1 2 3 4 6", "5"),
        ],
    )
    def test_but_holds_volumes(self, library, box, owned, missing):
        library.import_file(handylib(f"{box} | |", "Qux, Vol. 6 | |"))
        assert held(library) == {("Qux", "unknown"): (owned, missing)}


def test_a_publishers_line_has_no_holes(library):
    library.import_file(
        goodreads(
            "North and South (Everyman's Library, #12)", "Villette (Penguin Essentials, #12)",
            "Effi Briest (Fischer Klassik, #7)", "Persuasion (Pocket Penguins, #44)",
            "Drone (Object Lessons, #40)", "Pink Moon (33 1/3, #86)",
        )
    )  # fmt: skip
    assert {missing for _, missing in held(library).values()} == {""}
    assert len(held(library)) == 6


class TestOneBook:
    def test_of_a_part_stands_in_one_series(self, library):
        library.import_file(
            handylib(
                "Bookworm: Part 1 Volume 1 | 1 | Ascendance",
                "Bookworm: Part 1 Volume 3 | 3 | Ascendance",
                "Bookworm: Part 2 Volume 1 | 1 | Ascendance",
            )
        )  # fmt: skip
        assert held(library) == {
            ("Bookworm: Part 1", "unknown"): ("1 3", "2"),
            ("Bookworm: Part 2", "unknown"): ("1", ""),
        }

    def test_of_a_run_stands_in_one_series(self, library):
        library.import_file(goodreads("X-Men, Vol. 1: Foo (X-Men (2019), #1)"))
        assert held(library) == {("X-Men (2019)", "unknown"): ("1", "")}
