"""`booktrack settings` and its neighbours: tables for people, JSON for programs, keys unseen."""

import io
import json
import shutil
import sys

import pytest

from booktrack.cli import main
from support.libraries import ROOT

KEY = "AIzaSyD-9tSrke72PouQMnMX"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command on a copy of the sample library; return (exit code, output, errors)."""
    shutil.copy(ROOT / "library.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")

    def call(*arguments, given=""):
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        with pytest.raises(SystemExit) as left:
            main(["--offline", *map(str, arguments)])
        shown = capsys.readouterr()
        return left.value.code or 0, shown.out, shown.err

    return call


def asked(run, *arguments, **options):
    code, out, _ = run(*arguments, "--json", **options)
    assert code == 0
    return json.loads(out)


def test_all_settings_are_shown_as_a_table_and_as_json(run):
    code, out, _ = run("settings")
    assert code == 0
    assert "patience" in out
    assert "every 24 h" in out
    assert asked(run, "settings")["patience"] == 8


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("patience", "2.5", 2.5),
        ("cache_ttl", "3600", 3600),
        ("cache_ttl", "none", None),
        ("enable_price_lookup", "no", False),
        ("webhook_allow_private", "On", True),
        ("calendar_languages", "en, German", ["en", "de"]),
        ("calendar_languages", "none", []),
        ("sources", "openlibrary,hardcover", ["openlibrary", "hardcover"]),
        ("sources", "", None),
        ("contact", "me@example.org", "me@example.org"),
        ("external_metadata_timeout_until", "2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z"),
    ],
)
def test_a_setting_is_set_in_the_words_of_a_command_line(run, name, text, value):
    assert asked(run, "settings", "set", name, text) == {name: value}
    assert asked(run, "settings", "get", name) == {name: value}


def test_jobs_are_set_one_by_one_or_as_json(run):
    jobs = asked(run, "settings", "set", "jobs", "refresh=on,refresh=12, backup=off")["jobs"]
    assert jobs["refresh"] == {"enabled": True, "interval_hours": 12.0}
    assert jobs["backup"] == {"enabled": False, "interval_hours": 24.0}
    text = '{"covers": {"enabled": true}}'
    assert asked(run, "settings", "set", "jobs", text)["jobs"]["covers"]["enabled"] is True
    assert run("settings", "set", "jobs", "{torn")[0] == 2
    assert run("settings", "set", "jobs", "dance=on")[0] == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [("patience", "soon"), ("cache_ttl", "30"), ("enable_price_lookup", "perhaps"),
     ("nothing_such", "1"), ("sources", "nobody"), ("skoolib_url", "skoolib.net")],
)  # fmt: skip
def test_a_wrong_value_is_told_and_exits_with_2(run, name, text):
    code, _, err = run("settings", "set", name, text)
    assert code == 2
    assert name in err or text in err


def test_a_key_is_read_from_the_input_and_never_shown(run, tmp_path):
    code, out, err = run("settings", "set", "google_books_api_key", given=f"{KEY}\n")
    assert (code, KEY in out + err) == (0, False)
    assert run("settings", "get", "google_books_api_key")[1].strip() == "••••MnMX"
    assert KEY in (tmp_path / "library.json.secrets").read_text("utf-8")
    run("settings", "set", "hardcover_token", "-", given="a token of mine")
    _, out, err = run("settings")
    assert KEY not in out + err
    assert "a token of mine" not in out + err
    run("settings", "set", "google_books_api_key", "none")
    assert asked(run, "settings", "get", "google_books_api_key") == {"google_books_api_key": None}


@pytest.mark.parametrize("given", ["", "\n", "  \n"])
@pytest.mark.parametrize("words", [(), ("-",)])
def test_an_input_that_holds_nothing_takes_no_key_away(run, given, words):
    run("settings", "set", "google_books_api_key", given=f"{KEY}\n")
    code, _, err = run("settings", "set", "google_books_api_key", *words, given=given)
    assert (code, "none to take it away" in err) == (2, True)
    assert run("settings", "get", "google_books_api_key")[1].strip() == "••••MnMX"


def test_a_key_is_typed_unseen_at_a_terminal(run, monkeypatch):
    import typer

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    prompts = []

    def prompt(name, **options):
        prompts.append((name, options["hide_input"]))
        return KEY

    monkeypatch.setattr(typer, "prompt", prompt)
    monkeypatch.setattr(io, "StringIO", Terminal)
    assert run("settings", "set", "google_books_api_key")[0] == 0
    assert prompts == [("google_books_api_key", True)]


def test_who_sets_what_the_environment_says_is_told_so(run, monkeypatch):
    monkeypatch.setenv("BOOKTRACK_PATIENCE", "3")
    code, out, err = run("settings", "set", "patience", "4")
    assert (code, out.strip()) == (0, "3")
    assert "BOOKTRACK_PATIENCE goes before it" in err


def test_settings_are_set_back(run):
    run("settings", "set", "patience", "4")
    assert run("settings", "reset")[0] == 2
    assert run("settings", "reset", "patience", "--all")[0] == 2
    assert "patience" in run("settings", "reset", "patience")[1]
    assert asked(run, "settings", "reset", "--all")["patience"] == 8
    assert "everything" in run("settings", "reset", "--all")[1]


def test_settings_are_backed_up_and_restored(run, tmp_path):
    run("settings", "set", "patience", "4")
    assert "s.json" in run("settings", "backup", "s.json")[1]
    assert run("settings", "backup", "s.json")[0] == 2
    run("settings", "reset", "--all")
    code, out, _ = run("settings", "restore", "s.json")
    assert (code, "patience: 8 -> 4\n1 setting changed" in out) == (0, True)
    assert asked(run, "settings", "restore", "s.json")["changed"] == {}
    assert asked(run, "settings", "backup")["settings"]["patience"] == 4
    assert run("settings", "restore", "library.json")[0] == 2


def test_info_says_what_each_setting_takes(run):
    code, out, _ = run("settings", "info", "patience")
    assert (code, "0.1 to 600" in out) == (0, True)
    assert asked(run, "settings", "info", "patience")["type"] == "number"
    assert asked(run, "settings", "info")["total"] > 15
    assert "unseen" in run("settings", "info")[1]


def test_health_exits_with_3_where_something_is_wrong(run, tmp_path):
    code, out, _ = run("settings", "health")
    assert (code, out.startswith("healthy")) == (0, True)
    run("settings", "set", "hardcover_token", given="a token of mine")
    (tmp_path / "library.json.secrets").chmod(0o644)
    code, out, _ = run("settings", "health")
    assert (code, "chmod 600" in out) == (3, True)
    code, out, _ = run("settings", "health", "--json")
    assert (code, json.loads(out)["status"]) == (3, "unhealthy")


def test_an_address_is_validated(run):
    code, out, _ = run("validate-url", "ftp://example.org")
    assert (code, "only http and https" in out) == (1, True)
    code, out, _ = run("validate-url", "http://127.0.0.1/", "--json")
    assert (code, json.loads(out)["valid"]) == (1, False)


def test_sources_are_switched_off_and_on(run, monkeypatch):
    assert asked(run, "external", "off", "--minutes", "5")["minutes_remaining"] == 5
    assert asked(run, "external", "on")["timeout_active"] is False
    assert run("external", "off")[0] == 0
    assert "offline" in run("external")[1]
    assert run("external", "maybe")[0] == 2
    assert run("external", "on", "--minutes", "5")[0] == 2


def test_what_was_taken_in_is_listed(run, tmp_path):
    (tmp_path / "books.txt").write_text("9780441013593\n", encoding="utf-8")
    run("import", "books.txt")
    code, out, _ = run("syncs")
    assert (code, "isbn_list" in out, "1 of 1" in out) == (0, True, True)
    assert asked(run, "syncs")["total"] == 1
    code, _, err = run("sync-skoolib")
    assert (code, "skoolib_url" in err) == (2, True)


def test_caches_and_backups_are_shown(run):
    assert "book cache" in run("cache")[1]
    assert asked(run, "cache")["book_cache"]["size"] == 46
    assert "46 books" in run("backup")[1]
    assert "library-" in run("backups")[1]
    assert asked(run, "backups")["total"] == 1


def test_removing_all_data_can_be_undone(run):
    assert run("remove-all-data", "yes")[0] == 2
    code, out, _ = run("remove-all-data", "DELETE")
    assert (code, "booktrack undo" in out) == (0, True)
    assert asked(run, "books")["total"] == 0
    run("undo", out.split("booktrack undo ")[1].split()[0])
    assert asked(run, "books")["total"] == 46
    run("remove-all-data", "DELETE")
    assert "nothing to remove" in run("remove-all-data", "DELETE")[1]
    assert asked(run, "remove-all-data", "DELETE")["total"] == 0
