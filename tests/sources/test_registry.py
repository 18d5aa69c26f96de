from __future__ import annotations

import sys
from pathlib import Path

import pytest

from booktrack.errors import NotFound
from booktrack.sources.openlibrary import OpenLibrary
from booktrack.sources.registry import all_sources, make_source, near_sources, source_names

PLUGIN = """
from booktrack.sources.base import BaseSource, Limits

class Bookshop(BaseSource):
    name, title, home = "bookshop", "The Bookshop", "https://bookshop.example"
    limits = Limits(requests=1)

    def __init__(self, shelf="front"):
        self.shelf = shelf

class Half:
    @classmethod
    def from_settings(cls, settings):
        return cls()
"""


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Return a function that installs a package with these entry points for the test."""

    def install(*lines: str) -> None:
        (tmp_path / "bookshop_plugin.py").write_text(PLUGIN)
        info = tmp_path / "bookshop-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bookshop\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[booktrack.sources]\n" + "\n".join(lines) + "\n")
        monkeypatch.syspath_prepend(str(tmp_path))
        monkeypatch.delitem(sys.modules, "bookshop_plugin", raising=False)

    return install


def test_open_library_is_there() -> None:
    assert "openlibrary" in source_names()
    assert isinstance(make_source("openlibrary"), OpenLibrary)


def test_a_package_adds_a_source_and_the_user_sets_it_up(offer) -> None:
    offer("bookshop = bookshop_plugin:Bookshop")
    assert "bookshop" in source_names()
    assert make_source("bookshop", {"shelf": "back"}).shelf == "back"
    found = all_sources({"bookshop": {"shelf": "top"}})
    assert [source.shelf for source in found if source.name == "bookshop"] == ["top"]


def test_a_package_cannot_take_the_name_of_an_own_source(offer) -> None:
    offer("openlibrary = bookshop_plugin:Bookshop")
    assert isinstance(make_source("openlibrary"), OpenLibrary)
    assert source_names().count("openlibrary") == 1


@pytest.mark.parametrize(
    "value", ["no_such_module:Thing", "bookshop_plugin:Missing", "bookshop_plugin:Half"]
)
def test_a_broken_package_is_named_and_the_others_work(offer, value: str) -> None:
    offer(f"broken = {value}")
    with pytest.raises(NotFound, match="broken"):
        make_source("broken")
    with pytest.warns(RuntimeWarning, match="broken"):
        assert next(source.name for source in all_sources()) == "openlibrary"


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match=r"'goggle'.*openlibrary"):
        make_source("goggle")


def test_the_near_sources_are_all_that_need_no_network():
    assert [one.name for one in near_sources()] == [one.name for one in all_sources() if one.local]
