"""Every example in README.md and in the docstrings runs and shows what it says."""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import inspect
import pkgutil
import re
import shutil
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

import booktrack

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

MODULES = [
    "booktrack",
    *(
        found.name
        for found in pkgutil.walk_packages(booktrack.__path__, "booktrack.")
        if not found.name.endswith("__main__")
    ),
]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[doctest.DocTest], str]:
    """Return what runs an example and reports its failures, empty when it holds.

    An example may name `library.json` and change it: each has a copy of the sample of its own.
    None reaches the network.
    """
    monkeypatch.setenv("BOOKTRACK_OFFLINE", "1")
    folders = (tmp_path / str(number) for number in count())

    def run_alone(test: doctest.DocTest) -> str:
        folder = next(folders)
        folder.mkdir()
        shutil.copy(ROOT / "library.json", folder)
        monkeypatch.chdir(folder)
        report: list[str] = []
        doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=report.append)
        return "".join(report)

    return run_alone


@pytest.mark.parametrize("name", MODULES)
def test_docstring_examples_hold(name: str, run: Callable[[doctest.DocTest], str]) -> None:
    module = importlib.import_module(name)
    reports = [run(test) for test in doctest.DocTestFinder().find(module) if test.examples]
    assert "".join(reports) == ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_of_a_page_hold(page: Path, run: Callable[[doctest.DocTest], str]) -> None:
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```pycon\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    if not blocks:
        assert ">>>" not in text, "an example outside a ```pycon block is never run"
        return
    # One session for the page: later blocks go on with the names of the earlier ones.
    parser = doctest.DocTestParser()
    test = parser.get_doctest("\n".join(blocks), {}, page.name, str(page), 0)
    assert run(test) == ""


FUNCTIONS = sorted(
    name
    for name, value in inspect.getmembers(booktrack.Library, callable)
    if not name.startswith("_") and name != "close"
)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_shows_an_example(name: str) -> None:
    assert ">>>" in (inspect.getdoc(getattr(booktrack.Library, name)) or "")


def table_of_functions() -> list[list[str]]:
    text = (ROOT / "README.md").read_text("utf-8").partition("## The functions")[2]
    rows = re.findall(r"^\| (`.*) \|$", text.partition("\n## ")[0], re.MULTILINE)
    return [row.split(" | ") for row in rows]


def test_the_table_of_functions_names_each_of_them_once() -> None:
    named = [name for row in table_of_functions() for name in re.findall(r"`(\w+)`", row[0])]
    assert sorted(named) == FUNCTIONS


def test_the_table_of_functions_names_commands_that_there_are() -> None:
    from typer.main import get_command

    from booktrack.cli import app

    there = set(get_command(app).commands)
    shown = " ".join(cell for row in table_of_functions() for cell in row[2:])
    named = {code.split()[0] for code in re.findall(r"`([^`]+)`", shown)}
    assert named | {"serve"} == there


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_links_only_to_what_is_there(page: Path) -> None:
    text = CODE.sub("", page.read_text("utf-8"))
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    broken = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert "\n## Unreleased\n" in (ROOT / "CHANGELOG.md").read_text("utf-8")
