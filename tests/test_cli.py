"""The `booktrack` command: tables for people, JSON for programs, exit codes for scripts."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from support.command import asked
from support.libraries import DUNE, ROOT, WAY_OF_KINGS


def test_search_shows_a_table(run):
    code, out, _ = run("search", "the", "way", "of", "kigns")
    assert code == 0
    assert "The Way of Kings" in out
    assert WAY_OF_KINGS in out


def test_search_that_finds_nothing_exits_with_1(run):
    code, out, _ = run("search", "zzqxv")
    assert (code, "nothing" in out) == (1, True)


def test_search_by_field(run):
    assert asked(run, "search", "--author", "sanderson")["query"]["kind"] == "author"
    assert asked(run, "search", "--series", "saga")["query"]["kind"] == "series"
    assert asked(run, "search", "--title", "saga")["query"]["kind"] == "title"


def test_two_fields_at_once_are_refused(run):
    code, _, err = run("search", "--author", "--title", "x")
    assert (code, "--title" in err) == (2, True)


def test_lookup(run):
    book = asked(run, "lookup", WAY_OF_KINGS)
    assert book["title"] == "The Way of Kings"
    code, out, _ = run("lookup", WAY_OF_KINGS)
    assert (code, "29.99 USD" in out) == (0, True)


@pytest.mark.parametrize(
    ("arguments", "code", "names"),
    [
        (("lookup", "123"), 2, "123"),
        (("lookup", DUNE), 1, DUNE),
        (("mark", WAY_OF_KINGS, "lost"), 2, "lost"),
        (("mark", "own"), 2, "name editions"),
        (("import", "no-such.csv"), 2, "no-such.csv"),
        (("series", "Zzyzx Qqq"), 1, "Zzyzx"),
        (("missing", "Saga", "--author", "X"), 2, "not both"),
        (("undo", "99"), 1, "99"),
        (("add",), 2, "title"),
        (("books", "--status", "lost"), 2, "lost"),
    ],
)
def test_errors_go_to_stderr_with_a_code(run, arguments, code, names):
    exit_code, out, err = run(*arguments)
    assert exit_code == code
    assert names in err
    assert out == ""


def test_errors_for_programs_are_json(run):
    code, out, _ = run("lookup", DUNE, "--json")
    assert (code, json.loads(out)["code"]) == (1, "not_found")


def test_a_wrong_command_exits_with_2(run):
    assert run("frobnicate")[0] == 2


def test_add_and_mark_and_wanted(run):
    book = asked(run, "add", "--title", "Elantris", "--author", "Brandon Sanderson",
                 "--status", "want", "--format", "hardcover", "--notes", "birthday")  # fmt: skip
    edition = book["editions"][0]
    assert (edition["status"], edition["format"], edition["notes"]) == (
        "want", "hardcover", "birthday"
    )  # fmt: skip
    assert "Elantris" in run("wanted")[1]
    code, out, _ = run("mark", edition["id"], "own")
    assert (code, out) == (0, "1 of 1 changed to own\n")
    assert "Elantris" not in run("wanted")[1]


def test_add_shows_the_book(run):
    code, out, _ = run("add", "--title", "Mort (Discworld, #4)", "--author", "Terry Pratchett")
    assert (code, "Discworld 4" in out) == (0, True)


def test_series_and_missing(run):
    assert "Broken Earth" in run("series")[1]
    code, out, _ = run("series", "stormlight")
    assert (code, "3 of 5" in out, "Oathbringer" in out) == (0, True, True)
    assert "Oathbringer" in run("missing", "stormlight archive")[1]
    assert "nothing is missing" in run("missing", "The Broken Earth")[1]
    everywhere = asked(run, "missing")
    assert "Stormlight Archive" in [one["name"] for one in everywhere["series"]]
    assert "Stormlight" in run("missing")[1]
    assert run("missing", "--author", "Brandon Sanderson")[0] == 0


def test_a_series_by_id(run):
    found = asked(run, "series", "Saga")
    assert asked(run, "series", f"#{found['id']}") == found


def test_a_series_of_several_names_its_ids(run):
    code, _, err = run("series", "狼と香辛料")
    assert (code, "light novel" in err) == (2, True)
    assert asked(run, "series", "狼と香辛料", "--kind", "manga")["kind"] == "manga"


def test_books_are_paged(run):
    page = asked(run, "books", "--limit", "2", "--offset", "1", "--author", "Brandon Sanderson")
    assert (len(page["books"]), page["offset"]) == (2, 1)
    assert "1-2 of" in run("books", "--limit", "2")[1]
    assert "0-0 of 46 books: nothing" in run("books", "--offset", "99")[1]
    assert asked(run, "books", "--series", "Saga")["total"] == 3


def test_import_preview_and_undo(run, tmp_path):
    export = tmp_path / "export.csv"
    columns = "Book Id,Title,Author,Author l-f,ISBN,ISBN13,My Rating,Exclusive Shelf,Bookshelves"
    export.write_text(f"{columns},Bookshelves with positions\n"
                      "1,Elantris,Brandon Sanderson,,,9780765350374,0,to-read,,\n"
                      "2,,Nobody,,,,0,read,,\n", encoding="utf-8")  # fmt: skip
    code, out, _ = run("import", export, "--preview")
    assert (code, "1 would be added" in out, "row 2 failed" in out) == (0, True, True)
    assert run("lookup", "9780765350374")[0] == 1
    assert asked(run, "import", export)["added"] == 1
    assert run("lookup", "9780765350374")[0] == 0
    change = asked(run, "history", "--limit", "1")["transactions"][0]
    assert "import goodreads" in run("history")[1]
    assert run("undo", change["id"])[0] == 0
    assert run("lookup", "9780765350374")[0] == 1


def test_failed_rows_go_to_a_file_and_come_in_repaired(run, tmp_path):
    export, failed = tmp_path / "export.csv", tmp_path / "failed.csv"
    columns = "Book Id,Title,Author,Author l-f,ISBN,ISBN13,My Rating,Exclusive Shelf,Bookshelves"
    export.write_text(f"{columns},Bookshelves with positions\n"
                      "2,,Nobody,,,,0,read,,\n", encoding="utf-8")  # fmt: skip
    assert run("import", export, "--failed", failed)[0] == 0
    failed.write_bytes(failed.read_bytes().replace(b"2,,Nobody", b"2,Odd,Nobody"))
    assert asked(run, "import", failed)["added"] == 1
    code, _, err = run("import", export, "--failed", failed)
    assert (code, "there already" in err) == (2, True)


def test_import_shows_what_would_change_and_what_vanished(run, tmp_path):
    export = tmp_path / "export.csv"
    columns = "Book Id,Title,Author,Author l-f,ISBN13,My Rating,Exclusive Shelf,Bookshelves"
    head = f"{columns},Bookshelves with positions\n"
    rows = "1,Odd,Nobody,,,0,to-read,,\n2,Even,Nobody,,,0,read,,\n"
    export.write_text(head + rows, encoding="utf-8")
    assert run("import", export)[0] == 0
    later = "1,Odd,Nobody,,,5,read,,\n3,Odd,Other,,,0,to-read,,\n"
    export.write_text(head + later, encoding="utf-8")
    out = run("import", export, "--preview")[1]
    assert "Odd: reading_status want_to_read -> finished" in out
    assert "has its title" in out
    assert "no longer in the file, kept: Even" in out


def test_export(run, tmp_path):
    target = tmp_path / "books.csv"
    code, out, _ = run("export", "csv", target)
    assert (code, "46 books" in out, target.exists()) == (0, True, True)
    assert run("export", "csv", target)[0] == 2
    assert asked(run, "export", "json", target, "--overwrite")["format"] == "json"
    assert WAY_OF_KINGS in run("export", "isbn", "--series", "Stormlight Archive")[1]


def test_check(run, tmp_path):
    assert asked(run, "check")["ok"] is True
    assert run("check")[:2] == (0, "the library is consistent\n")


def test_a_damaged_library_exits_with_3(run, tmp_path):
    path = tmp_path / "library.json"
    path.write_bytes(path.read_bytes()[:-200])
    code, _, err = run("books")
    assert (code, "library.json" in err) == (3, True)


def test_backup_and_restore(run, tmp_path):
    assert run("backup", tmp_path / "b.json")[:2] == (0, f"46 books: {tmp_path / 'b.json'}\n")
    assert run("backup", tmp_path / "b.json")[0] == 2
    run("mark", WAY_OF_KINGS, "missing")
    code, out, _ = run("restore", tmp_path / "b.json")
    assert (code, "what was before is kept" in out, "booktrack undo" in out) == (0, True, True)
    assert "nothing was changed" in run("restore", tmp_path / "b.json")[1]
    assert asked(run, "lookup", WAY_OF_KINGS)["editions"][0]["status"] == "own"


def test_recover(run, tmp_path):
    assert run("recover")[:2] == (0, "the library is whole; nothing was done\n")
    path = tmp_path / "library.json"
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(b"The Way of Kings")] ^= 1
    path.write_bytes(damaged)
    assert run("books")[0] == 3
    code, out, _ = run("recover")
    assert (code, "rebuilt" in out) == (0, True)
    assert run("lookup", WAY_OF_KINGS)[0] == 0


def test_a_narrow_terminal_shows_blocks(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    out = run("search", "way of kings")[1]
    assert "The Way of Kings" in out
    assert "9780765326355" in out


def test_nothing_found_says_who_was_not_asked_and_what_is_no_isbn(run):
    out = run("search", "978076532635")[1]
    assert "12 digits" in out
    assert "offline" in out


def test_the_version(run):
    code, out, _ = run("--version")
    assert (code, out.startswith("booktrack ")) == (0, True)


def test_another_file_and_user(run, tmp_path):
    other = tmp_path / "other" / "books.json"
    assert run("--library", other, "add", "--title", "Dune")[0] == 0
    assert other.is_file()
    assert asked(run, "--user", "2", "wanted")["total"] == 0


def test_a_title_in_brackets_is_no_markup(run):
    run("add", "--title", "[Oshi No Ko], Vol. 1")
    assert "[Oshi No Ko]" in run("search", "oshi no ko")[1]


def test_the_installed_command_works(tmp_path):
    shutil.copy(ROOT / "library.json", tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "booktrack", "--offline", "search", "way of kigns", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(done.stdout)["results"][0]["title"] == "The Way of Kings"
