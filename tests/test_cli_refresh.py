"""`booktrack stale` and `booktrack refresh`, once and again and again."""

import json

import pytest

from booktrack import Library, StoreBusy, cli_refresh
from booktrack.cli import main
from booktrack.services.live_sources import LiveSources
from support.libraries import DUNE, Batches, Chronicle, Down, series_record, work

WHOLE = {"publisher": "Ace", "release_date": "2005-08-02", "language": "en", "page_count": 528}


@pytest.fixture
def source():
    return Batches(work("Dune", "Frank Herbert", isbn=DUNE, **WHOLE))


@pytest.fixture
def run(tmp_path, monkeypatch, capsys, source):
    """Run the command on a library with one partial book; return (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(LiveSources, "__call__", lambda _: [source])
    with Library("library.json", offline=True) as opened:
        opened.add(DUNE, title="Dune")

    def call(*arguments):
        with pytest.raises(SystemExit) as left:
            main(list(map(str, arguments)))
        shown = capsys.readouterr()
        return left.value.code or 0, shown.out, shown.err

    return call


@pytest.fixture
def waits(monkeypatch):
    """Count the waits instead of waiting; the third one is interrupted."""
    waited = []

    def wait(seconds):
        waited.append(seconds)
        if len(waited) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(cli_refresh, "wait", wait)
    return waited


def test_stale_lists_what_is_missing(run):
    code, out, _ = run("stale")
    assert code == 0
    assert DUNE in out
    assert "page count" in out
    found = json.loads(run("stale", "--limit", "1", "--json")[1])
    assert (found["total"], found["entries"][0]["isbn_13"]) == (1, DUNE)


def test_refresh_shows_what_changed_field_by_field(run):
    code, out, _ = run("refresh")
    assert (code, "1 editions asked for, 1 books changed, 0 left" in out) == (0, True)
    assert f"{DUNE} publisher" in out
    assert "Ace" in out
    assert "Frank Herbert" in out
    assert "nothing needs asking" in run("stale")[1]
    assert "0 editions asked for, 0 books changed" in run("refresh")[1]


def test_refresh_for_programs(run):
    report = json.loads(run("refresh", "--limit", "5", "--source", "told", "--json")[1])
    assert (report["asked"], report["sources"]) == (1, {"told": {"code": "ok"}})


def test_a_long_list_of_changes_is_cut(run, monkeypatch):
    monkeypatch.setattr(cli_refresh, "_ROWS", 1)
    assert "more; --json lists all" in run("refresh")[1]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("refresh", "--source", "nobody"), "nobody"),
        (("refresh", "--limit", "0"), "limit"),
        (("refresh", "--every", "often"), "often"),
        (("refresh", "--every", "6"), "6h"),
        (("refresh", "--every", "30s"), "30s"),
        (("refresh", "--every", "-1h"), "-1h"),
        (("stale", "--limit", "0"), "limit"),
    ],
)
def test_wrong_input_exits_with_2(run, source, arguments, names):
    code, out, err = run(*arguments)
    assert (code, out, names in err) == (2, "", True)
    assert source.asked == []


def test_where_nobody_could_be_asked_the_code_is_4(run, monkeypatch):
    monkeypatch.setattr(LiveSources, "__call__", lambda _: [Down()])
    code, out, _ = run("refresh")
    assert (code, "down could not be asked" in out) == (4, True)


@pytest.mark.parametrize(("every", "seconds"), [("6h", 21_600), ("1.5 D", 129_600), ("1m", 60)])
def test_every_asks_again_until_it_is_interrupted(run, waits, source, every, seconds):
    code, out, err = run("refresh", "--every", every)
    assert (code, err, waits) == (0, "", [seconds] * 3)
    assert out.count("editions asked for") == 3
    assert source.asked == [[DUNE]]


def test_an_interruption_in_the_middle_of_a_round_is_no_error_either(run, waits, monkeypatch):
    def interrupted(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(Library, "refresh", interrupted)
    assert run("refresh", "--every", "6h")[0] == 0
    assert waits == []


def test_a_round_in_which_the_library_is_taken_is_told_and_the_next_one_comes(
    run, waits, monkeypatch
):
    refresh, rounds = Library.refresh, []

    def busy_at_first(*arguments, **options):
        rounds.append(1)
        if len(rounds) == 1:
            raise StoreBusy("another process keeps the lock")
        return refresh(*arguments, **options)

    monkeypatch.setattr(Library, "refresh", busy_at_first)
    code, out, err = run("refresh", "--every", "6h")
    assert (code, len(rounds)) == (0, 3)
    assert "another process keeps the lock" in err
    assert "1 editions asked for" in out


def test_between_two_rounds_time_passes():
    assert cli_refresh.wait(0) is None


def test_series_and_the_webhook_are_told_of(run, monkeypatch):
    chronicle = Chronicle(series_record("Dune", "1", "2"))
    monkeypatch.setattr(LiveSources, "__call__", lambda _: [chronicle])
    with Library("library.json", offline=True) as opened:
        opened.add(title="Dune Messiah", series="Dune", position=2, status="own")
        opened.update_settings(webhook_url="https://hooks.example/x")
    code, out, _ = run("refresh")
    assert (code, "1 tracked series asked for" in out) == (0, True)
    assert "the webhook was told 0 news" in out
    with Library("library.json", offline=True) as opened:
        opened.add(title="Next", status="want", release_date="2099")
    assert "the webhook was not told (the news are signed: set webhook_secret" in run("refresh")[1]
