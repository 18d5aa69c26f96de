"""An override holds on every way in: imports, sources, refreshes, repairs; each by itself."""

import pytest

from support.libraries import Told, open_library, work
from support.series import own, told

ISBN = "9780765326355"


def import_file(library):
    titles = {1: "Bleach (Manga), Vol. 1", 2: "Bleach, Vol. 2", 3: "Bleach, Vol. 3"}
    rows = ["Title,Author,Series,Volume,ISBN,Status"]
    for number, title in titles.items():
        isbn = ISBN if number == 1 else ""
        rows.append(f'"{title}",An Author,Bleach,{number},{isbn},own')
    library.import_file("\n".join(rows).encode(), format="table")


def add_again(library):
    library.add(ISBN, title="Bleach (Manga), Vol. 1", authors="An Author")


def look_up(library):
    library.lookup(ISBN, remote="always")


def tell(library):
    told(library, "Bleach", total=74, kind="manga", publication_status="finished",
         volumes=range(1, 75), aliases=["ブリーチ"])  # fmt: skip


def reconcile(library):
    library.reconcile_all()
    library.reconcile_series_with_owned_books(1)


def fix(library):
    library.fix_series(1)
    library.fix_series()


@pytest.fixture
def overridden(tmp_path):
    source = Told(work("Bleach (Manga), Vol. 1", "An Author", isbn=ISBN, series="Bleach",
                       position="1"))  # fmt: skip
    with open_library(tmp_path / "library.json", sources=[source], offline=False) as library:
        library.add(ISBN, title="Bleach, Vol. 1", authors="An Author")
        own(library, "Bleach", 2, 3)
        library.override_series(
            "Bleach", name="Soul Society", kind="comic", total=5, publication_status="hiatus",
            order=["3", "1"], why="mine",
        )  # fmt: skip
        library.set_position(1, 1, 4)
        library.leave_series(2, 1)
        library.exclude_volumes(1, 5)
        yield library


@pytest.mark.parametrize("way", [import_file, add_again, look_up, tell, reconcile, fix])
def test_no_way_in_touches_it(overridden, way):
    before = overridden.get_series(1)
    way(overridden)
    way(overridden)
    series = overridden.get_series(1)
    for field in ("name", "kind", "total", "total_source", "publication_status", "overrides",
                  "excluded", "owned", "missing", "completeness"):  # fmt: skip
        assert series[field] == before[field], field
    assert [volume["position"] for volume in series["volumes"]][:2] == ["3", "1"]
    assert overridden.get_book(1)["series_position"] == 4
    assert overridden.get_book(2)["series"] is None
    assert overridden.list_series()["total"] == 1


def test_clearing_all_of_it_lets_the_sources_speak(overridden):
    tell(overridden)
    series = overridden.clear_override(1)
    assert (series["name"], series["kind"], series["total"], series["publication_status"]) == (
        "Bleach", "manga", 74, "finished"
    )  # fmt: skip
    assert series["owned"] == ["1", "2", "3"]


def test_a_kind_that_the_user_set_does_not_draw_in_another_series(library):
    library.add(title="Wolf (Manga), Vol. 1", authors="A")
    library.add(title="Wolf (Light Novel), Vol. 1", authors="A")
    library.override_series(1, kind="comic")
    library.add(title="Wolf (Light Novel), Vol. 2", authors="A")
    library.add(title="Wolf (Manga), Vol. 2", authors="A")
    assert [library.get_series(number)["owned"] for number in (1, 2)] == [["1", "2"], ["1", "2"]]
