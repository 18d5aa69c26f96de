"""`booktrack covers` and `booktrack check --repair`."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command import asked
from support.libraries import WAY_OF_KINGS
from support.pictures import cover_file


@pytest.fixture(autouse=True)
def picture(run, monkeypatch):
    """Put a picture beside the library."""
    monkeypatch.setenv("COLUMNS", "200")
    Path("mine.jpg").write_bytes(cover_file(1))


def test_a_picture_is_set_shown_matched_and_removed(run):
    code, out, _ = run("covers", "set", WAY_OF_KINGS, "mine.jpg")
    assert code == 0
    assert "image/jpeg, 400x600 pixels" in out
    assert "yours" in out
    assert "200x300" in run("covers", "show", 1, "--width", 200)[1]
    assert asked(run, "covers", "show", 1)["uploaded"] is True
    path = asked(run, "covers", "path", "0765326353")["path"]
    assert asked(run, "covers", "match", "Stormlight Archive") == {"1": path}
    code, out, _ = run("covers", "match", "#1")
    assert (code, path in out.replace("\n", "")) == (0, True)
    assert run("covers", "path", WAY_OF_KINGS)[1].strip() == path
    assert run("covers", "remove", WAY_OF_KINGS)[1].strip() == "removed"
    assert "nothing was done" in run("covers", "remove", WAY_OF_KINGS)[1]
    assert asked(run, "covers", "remove", WAY_OF_KINGS)["removed"] is False
    assert run("covers", "match", "Stormlight Archive")[1].strip() == "no picture"


def test_a_check_tells_of_pictures_and_repairs(run):
    path = Path(asked(run, "covers", "path", WAY_OF_KINGS)["path"])
    path.parent.mkdir(parents=True)
    path.write_bytes(cover_file(2))
    path.with_suffix(".png").write_bytes(b"no picture")
    code, out, _ = run("check", "--repair")
    assert code == 0
    assert "1 pictures taken in" in out
    assert "was not taken in" in out
    run("covers", "set", WAY_OF_KINGS, "mine.jpg")
    assert "check --repair removes them" in run("check")[1]
    assert "unused files removed" in run("check", "--repair")[1]
    kept = asked(run, "covers", "show", WAY_OF_KINGS)["path"]
    Path(kept).unlink()
    code, out, _ = run("check")
    assert (code, "missing or damaged" in out) == (3, True)


def test_downloads_offline_say_what_is_lacking(run):
    code, out, _ = run("covers", "download", "--limit", 5)
    assert code == 0
    assert "0 of 0 covers fetched" in out
    assert "no source has told a cover" in out
    assert "offline: no source was asked" in out
    assert asked(run, "covers", "download")["stored"] == 0
    code, _, err = run("covers", "download", "--series", "Saga")
    assert (code, "offline" in err) == (4, True)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("set", WAY_OF_KINGS, "nothing.jpg"), 2),
        (("set", 999, "mine.jpg"), 1),
        (("show", WAY_OF_KINGS), 1),
        (("show", WAY_OF_KINGS, "--width", 7), 2),
        (("path", "../../etc"), 2),
        (("match", "No Such Series"), 1),
        (("download", "--limit", 0), 2),
    ],
)
def test_what_cannot_be_done_has_its_exit_code(run, arguments, code):
    left, _, err = run("covers", *arguments)
    assert left == code
    assert err.startswith("booktrack: ")
