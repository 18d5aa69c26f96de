"""The columns of a table of unknown make, at the command line."""

import json
import shutil

import pytest

from booktrack import Library
from booktrack.cli import main
from support.libraries import ROOT


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command on a copy of the sample library; return (exit code, output, errors)."""
    shutil.copy(ROOT / "library.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    (tmp_path / "list.csv").write_text(
        "Werk,Titel,Autor\nMomo,Herr,Michael Ende\n", encoding="utf-8"
    )

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main(["--offline", "import", "list.csv", *arguments])
        shown = capsys.readouterr()
        return left.value.code or 0, shown.out, shown.err

    return call


def test_a_preview_shows_the_guessed_columns(run):
    code, out, _ = run("--preview")
    assert (code, "title was read from the column Titel" in out) == (0, True)


def test_columns_are_told_one_by_one(run):
    code, out, _ = run("--column", "title=Werk", "--column", "authors=Autor", "--json")
    report = json.loads(out)
    assert (code, report["added"]) == (0, 1)
    assert report["mapping"] == {"title": "Werk", "authors": "Autor"}


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (("title",), "'title' is not FIELD=COLUMN"),
        (("title=Werk", "title=Titel"), "'title=Titel' names a field twice"),
        (("title=Buch",), "no column 'Buch'"),
        (("name=Werk",), "no field 'name'"),
    ],
)
def test_a_column_that_cannot_be_is_refused(run, columns, names):
    code, _, err = run(*(word for column in columns for word in ("--column", column)))
    assert (code, names in " ".join(err.split())) == (2, True), err


def test_a_table_that_says_no_status_can_be_taken_for_owned_books(run, tmp_path):
    (tmp_path / "list.csv").write_text(
        "Book Id,Title,Author,ISBN13,Exclusive Shelf,Owned Copies\n"
        "1,Momo,Michael Ende,,read,0\n2,Jim Knopf,Michael Ende,,to-read,0\n",
        encoding="utf-8",
    )
    code, _, _ = run("--owned", "--json")
    with Library(tmp_path / "library.json") as library:
        owned = library.list_books(author="Michael Ende", status="own")["books"]
    titles = [book["title"] for book in owned]
    assert (code, "Momo" in titles, "Jim Knopf" in titles) == (0, True, False)
