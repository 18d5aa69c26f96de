"""The commands scan, duplicates and merge-books."""

import json

import pytest

from booktrack.cli import main
from support.libraries import WAY_OF_KINGS, open_library


@pytest.fixture
def run(tmp_path, capsys):
    path = tmp_path / "library.json"
    with open_library(path) as library:
        library.add(WAY_OF_KINGS, title="The Way of Kings", authors="Brandon Sanderson")
        library.add(title="Way of Kings", authors="Brandon Sanderson")

    def run(*arguments):
        code = 0
        try:
            main(["--library", str(path), "--offline", *arguments])
        except SystemExit as left:
            code = left.code
        return code, capsys.readouterr()

    return run


def test_scan_takes_the_code_with_its_blank(run):
    code, said = run("scan", "9780765326355", "52999", "--json")
    assert code == 0
    assert json.loads(said.out)["title"] == "The Way of Kings"


def test_scan_wants_a_code_or_a_picture(run):
    code, said = run("scan")
    assert code == 2
    assert "--image" in said.err


def test_a_picture_that_is_none_is_wrong_input(run, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"no picture")
    code, said = run("scan", "--image", str(tmp_path / "photo.png"))
    assert code == 2
    assert "no picture" in said.err


def test_duplicates_are_listed_and_joined_and_gone(run):
    code, said = run("duplicates", "--json")
    (pair,) = json.loads(said.out)["pairs"]
    into, other = pair["fix"]["arguments"].values()
    assert "The Way of Kings" in run("duplicates")[1].out
    code, said = run("merge-books", str(into), str(other), "--json")
    assert code == 0
    assert json.loads(said.out)["alternate_titles"]
    assert run("duplicates")[1].out == "no two books look like one\n"
