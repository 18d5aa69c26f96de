"""Settings as a user changes them: shown, kept, set back, and alive in every process."""

import errno
import json
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from booktrack import (
    Conflict,
    InvalidFile,
    InvalidInput,
    Library,
    NotFound,
    StoreError,
    StoreReadOnly,
)
from booktrack.domain.settings import MASK, SETTINGS
from booktrack.store.files import Files
from support.libraries import DUNE, NOW, WAY_OF_KINGS, open_library, snapshot

KEY = "AIzaSyD-9tSrke72PouQMnMX"
DEFAULTS = {name: setting.default for name, setting in SETTINGS.items()}


def secrets_of(library):
    path = Path(f"{library.path}.secrets")
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def values_of(library):
    held = {}
    for _, one in library._ctx.store.all("settings"):
        held |= one["values"]
    return held


def test_at_first_everything_is_as_by_default_and_no_file_is_made(library):
    assert library.get_settings() == DEFAULTS
    assert not Path(library.path).exists()
    json.dumps(library.get_settings())
    json.dumps(library.settings_info())


def test_a_change_is_seen_at_once_and_after_opening_again(library):
    answer = library.update_settings(patience=3, skoolib_url="https://skoolib.net/x")
    assert (answer["patience"], answer["skoolib_url"]) == (3.0, "https://skoolib.net/x")
    assert library.get_settings() == answer
    library.close()
    with open_library(library.path) as again:
        assert again.get_settings() == answer


def test_another_process_sees_a_change_and_an_undo_of_it(library):
    with open_library(library.path) as other:
        library.update_settings(patience=3, hardcover_token=KEY)
        assert other.get_settings()["patience"] == 3
        assert other.get_settings()["hardcover_token"] == f"{MASK}MnMX"
        assert other._ctx.settings("hardcover_token") == KEY
        other.undo(other.history()["transactions"][0]["id"])
        assert library.get_settings()["patience"] == 8
        other.update_settings(hardcover_token=None)
        assert library.get_settings()["hardcover_token"] is None


def test_what_was_handed_out_is_the_callers_own(library):
    library.get_settings()["jobs"]["backup"]["enabled"] = False
    library.settings_info()["settings"][-1]["default"]["backup"]["enabled"] = False
    library._ctx.settings("jobs")["backup"]["enabled"] = False
    assert library.get_settings()["jobs"]["backup"]["enabled"] is True


def test_only_what_differs_from_the_default_is_kept(library):
    library.update_settings(patience=3, cache_ttl=60)
    library.update_settings(patience=8)
    assert values_of(library) == {"cache_ttl": 60}
    library.update_settings(patience=8)
    assert len(library.history()["transactions"]) == 2


@pytest.mark.parametrize(
    "changes",
    [{}, {"self": 1}, {"": 1}, {"patience": "soon"}, {"patience": 3, "nothing_such": 1},
     {"sources": ["nobody"]},
     {"hardcover_token": KEY, "cache_ttl": 59}, {"jobs": {"dance": {}}}, {"jobs": {"backup": 1}}],
)  # fmt: skip
def test_a_wrong_change_changes_nothing_not_even_a_part_of_it(library, changes):
    library.update_settings(patience=5)
    before = library.get_settings(), secrets_of(library), len(library.history()["transactions"])
    with pytest.raises(InvalidInput):
        library.update_settings(**changes)
    after = library.get_settings(), secrets_of(library), len(library.history()["transactions"])
    assert after == before


def test_a_form_that_sends_back_what_it_was_shown_changes_nothing(library, monkeypatch):
    monkeypatch.setenv("BOOKTRACK_PATIENCE", "2")
    monkeypatch.setenv("BOOKTRACK_GOOGLE_KEY", KEY)
    library.update_settings(
        hardcover_token=KEY, webhook_url=f"https://hooks.example.org/{KEY}", contact="me@x.org"
    )
    with open_library(library.path) as opened:
        assert opened.get_settings()["patience"] == 2
        secrets, kept = secrets_of(opened), values_of(opened)
        opened.update_settings(**opened.get_settings())
        assert (secrets_of(opened), values_of(opened)) == (secrets, kept)
        assert "patience" not in kept
        assert "google_books_api_key" not in secrets


def test_the_environment_goes_before_what_is_set(tmp_path, monkeypatch):
    with open_library(tmp_path / "l.json") as opened:
        opened.update_settings(patience=3, contact="file@x.org", google_books_api_key="of the file")
    for name, value in {
        "BOOKTRACK_PATIENCE": "2", "BOOKTRACK_CONTACT": "env@x.org", "BOOKTRACK_GOOGLE_KEY": KEY,
        "BOOKTRACK_STALE_DAYS": "price=1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with open_library(tmp_path / "l.json") as opened:
        settings = opened._ctx.settings
        assert settings.several("patience", "contact", "google_books_api_key") == [
            2.0, "env@x.org", KEY,
        ]  # fmt: skip
        origins = {one["name"]: one["origin"] for one in opened.settings_info()["settings"]}
        assert {name for name, origin in origins.items() if origin == "environment"} == {
            "patience", "contact", "google_books_api_key", "stale_days_price",
        }  # fmt: skip
        assert opened._ctx.policy.price == 1


@pytest.mark.parametrize(
    ("variable", "said", "name", "kept"),
    [
        ("BOOKTRACK_CONTACT", "me@x.org\r\nX-Evil: 1", "contact", "file@x.org"),
        ("BOOKTRACK_CONTACT", "\udcff@x.org", "contact", "file@x.org"),
        ("BOOKTRACK_CONTACT", "x" * 100_000, "contact", "file@x.org"),
        ("BOOKTRACK_PATIENCE", "601", "patience", 3.0),
        ("BOOKTRACK_STALE_DAYS", "price=40000", "stale_days_price", 7.0),
        ("BOOKTRACK_GOOGLE_KEY", "secretly\nmine", "google_books_api_key", KEY),
        ("BOOKTRACK_GOOGLE_KEY", "secretly\udcff", "google_books_api_key", KEY),
    ],
)
def test_what_the_environment_says_wrongly_is_ignored_and_told(
    tmp_path, monkeypatch, variable, said, name, kept
):
    monkeypatch.setenv(variable, said)
    with open_library(tmp_path / "l.json") as opened:
        opened.update_settings(patience=3, contact="file@x.org", google_books_api_key=KEY)
        assert opened._ctx.settings(name) == kept
        assert KEY in repr([vars(one) for one in opened._ctx.asker._sources()])
        health = opened.settings_health()
        (told,) = [one for one in health["problems"] if one["code"] == "setting_ignored"]
        assert variable in told["message"]
        assert "secretly" not in str(health)
        origin = {one["name"]: one["origin"] for one in opened.settings_info()["settings"]}[name]
        assert origin != "environment"
        assert json.dumps(opened.get_settings(), ensure_ascii=False).encode()


@pytest.mark.parametrize("variable", ["BOOKTRACK_CONTACT", "BOOKTRACK_GOOGLE_KEY"])
def test_a_variable_that_is_blank_says_nothing(tmp_path, monkeypatch, variable):
    monkeypatch.setenv(variable, "  ")
    with open_library(tmp_path / "l.json") as opened:
        opened.update_settings(contact="file@x.org", google_books_api_key=KEY)
        assert opened._ctx.settings.several("contact", "google_books_api_key") == [
            "file@x.org", KEY,
        ]  # fmt: skip
        assert KEY in repr([vars(one) for one in opened._ctx.asker._sources()])


def test_none_and_an_empty_text_take_a_value_away(library):
    library.update_settings(hardcover_token=KEY, skoolib_url="https://x.org", contact="a@b")
    library.update_settings(hardcover_token="", skoolib_url=" ", contact=None)
    assert library.get_settings() == DEFAULTS
    assert not Path(f"{library.path}.secrets").exists()


def test_each_change_can_be_undone_by_itself_in_any_order(library):
    library.update_settings(patience=3)
    first = library.history()["transactions"][0]["id"]
    library.update_settings(cache_ttl=60, patience=3)
    library.update_settings(default_language="de")
    library.undo(first)
    assert library.get_settings() == DEFAULTS | {"cache_ttl": 60, "default_language": "de"}
    library.update_settings(patience=4)
    library.update_settings(patience=5)
    with pytest.raises(Conflict):
        library.undo(library.history()["transactions"][1]["id"])


def test_a_job_keeps_what_is_not_said_of_it(library):
    library.update_settings(jobs={"refresh": {"interval_hours": 6}})
    jobs = library.update_settings(jobs={"refresh": {"enabled": True}, "sync": {}})["jobs"]
    assert jobs["refresh"] == {"enabled": True, "interval_hours": 6.0}
    assert jobs["backup"] == {"enabled": True, "interval_hours": 24.0}


def test_resetting_some_and_all(library):
    library.update_settings(patience=3, cache_ttl=60, hardcover_token=KEY)
    assert library.reset_settings("patience")["cache_ttl"] == 60
    assert library.reset_settings(["cache_ttl", "hardcover_token"]) == DEFAULTS
    library.update_settings(patience=3, hardcover_token=KEY)
    assert library.reset_settings() == DEFAULTS
    assert secrets_of(library) == {}
    library.undo(library.history()["transactions"][0]["id"])
    assert library.get_settings() == DEFAULTS | {"patience": 3.0}
    with pytest.raises(InvalidInput, match="nothing_such"):
        library.reset_settings(["patience", "nothing_such"])
    assert library.get_settings()["patience"] == 3


def test_resetting_all_forgets_what_cannot_be_read(library):
    with library._ctx.store.transaction("from elsewhere") as tx:
        tx.insert("settings", {"values": {"patience": "soon", "nothing_such": 1}})
    Path(f"{library.path}.secrets").write_text("{torn", encoding="utf-8")
    assert len(library._ctx.settings.problems()) == 3
    assert library.reset_settings() == DEFAULTS
    assert library._ctx.settings.problems() == []


def test_a_file_from_elsewhere_cannot_set_where_news_is_sent_or_another_key(library):
    library.update_settings(patience=3, webhook_url="https://mine.example.org/")
    with library._ctx.store.transaction("from elsewhere") as tx:
        doc_id = tx.ids("settings")[0]
        tx.put("settings", doc_id, {"values": {
            "webhook_url": "http://169.254.169.254/", "webhook_allow_private": True,
            "google_books_api_key": KEY, "cache_ttl": 1, "patience": -1, "contact": "x\r\ny@z",
        }})  # fmt: skip
    settings = library.get_settings()
    assert settings == DEFAULTS | {"webhook_url": f"https://mine.example.org/{MASK}"}
    assert len(library._ctx.settings.problems()) == 6
    assert KEY not in str(library.settings_health())


def test_a_damaged_file_of_keys_hinders_no_question_and_is_not_overwritten(library):
    path = Path(f"{library.path}.secrets")
    path.write_text("{torn", encoding="utf-8")
    assert library.get_settings() == DEFAULTS
    library.update_settings(patience=3)
    with pytest.raises(StoreError, match="remove it and set your keys again"):
        library.update_settings(hardcover_token=KEY, patience=4)
    assert library.get_settings()["patience"] == 3
    assert path.read_text(encoding="utf-8") == "{torn"


class Full(Files):
    """A disk on which the library's own files find no room."""

    def write(self, handle, data):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_where_the_library_cannot_be_written_no_key_is_kept_either(tmp_path):
    with open_library(tmp_path / "l.json") as opened:
        opened.update_settings(hardcover_token="the old token", patience=3)
        log = opened._ctx.store._log
        disk, log.files = log.files, Full()
        with pytest.raises(StoreError, match="No space left"):
            opened.update_settings(hardcover_token=KEY, patience=4)
        log.files = disk
        assert opened._ctx.settings.several("hardcover_token", "patience") == ["the old token", 3.0]
    with open_library(tmp_path / "l.json") as opened:
        assert opened._ctx.settings.several("hardcover_token", "patience") == ["the old token", 3.0]


def test_a_library_that_may_not_be_written_says_so(tmp_path):
    with open_library(tmp_path / "l.json") as opened:
        opened.update_settings(patience=3)
    (tmp_path / "l.json").chmod(0o444)
    with open_library(tmp_path / "l.json") as opened:
        assert opened.get_settings()["patience"] == 3
        with pytest.raises(StoreReadOnly):
            opened.update_settings(hardcover_token=KEY)
        assert opened.settings_health()["status"] == "unhealthy"


def test_changes_of_many_threads_are_all_kept(tmp_path):
    names = ["google_books_api_key", "open_library_api_key", "hardcover_token", "webhook_secret"]
    path = tmp_path / "l.json"

    def change(name):
        with open_library(path) as opened:
            opened.update_settings(**{name: f"{name} of mine"})

    threads = [threading.Thread(target=change, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_library(path) as opened:
        assert opened._ctx.settings.several(*names) == [f"{name} of mine" for name in names]


# --- backups ----------------------------------------------------------------------------------


def test_a_backup_brings_back_what_was_set_and_restoring_can_be_undone(library, tmp_path):
    library.update_settings(patience=3, jobs={"refresh": {"enabled": True}}, hardcover_token=KEY)
    done = library.backup_settings(tmp_path / "settings.json")
    assert KEY not in (tmp_path / "settings.json").read_text("utf-8")
    assert set(done["left_out"]) == {name for name, one in SETTINGS.items() if one.beside}
    library.update_settings(patience=4, cache_ttl=60, hardcover_token="another token")
    before = library.get_settings()
    restored = library.restore_settings(tmp_path / "settings.json")
    assert restored["changed"] == {"cache_ttl": [60, None], "patience": [4.0, 3.0]}
    assert library._ctx.settings("hardcover_token") == "another token"
    assert library.restore_settings(tmp_path / "settings.json")["id"] is None
    library.undo(restored["id"])
    assert library.get_settings() == before


def test_a_backup_without_a_name_stands_among_the_librarys(library):
    library.update_settings(patience=3)
    first, second = library.backup_settings(), library.backup_settings()
    assert Path(first["path"]).parent == Path(f"{library.path}.backups")
    assert first["path"] != second["path"]
    assert library.backups()["backups"] == []
    library.reset_settings()
    assert library.restore_settings(second["path"])["settings"]["patience"] == 3


def test_a_backup_takes_the_place_of_no_other_file(library, tmp_path):
    library.update_settings(hardcover_token=KEY, patience=3)
    (tmp_path / "diary.txt").write_text("dear diary", encoding="utf-8")
    with pytest.raises(Conflict):
        library.backup_settings(tmp_path / "diary.txt")
    library.backup_settings(tmp_path / "diary.txt", overwrite=True)
    for ending in ("", ".journal", ".history", ".lock", ".secrets"):
        own = f"{library.path}{ending}"
        with pytest.raises(Conflict):
            library.backup_settings(own, overwrite=True)
        with pytest.raises(Conflict):
            library.backup(own, overwrite=True)
    with pytest.raises(InvalidFile):
        library.backup_settings(tmp_path / "no" / "such" / "folder.json")
    with pytest.raises(InvalidInput):
        library.backup_settings("")


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b'"x"', b"\x89PNG", b"{}", b'{"kind": "booktrack settings"}',
     b'{"kind": "booktrack settings", "version": 1, "settings": 7}',
     b'{"kind": "booktrack settings", "version": 2, "settings": {}}',
     b'{"kind": "booktrack settings", "version": 1, "settings": {"patience": 0}}',
     b'{"kind": "booktrack settings", "version": 1, "settings": {"patience": 5, "x": 1}}',
     b'{"kind": "booktrack settings", "version": 1, "settings": {"sources": ["nobody"]}}',
     b"[" * 200_000, b" " * (1 << 20) + b"{}", None],
)  # fmt: skip
def test_what_is_no_backup_is_refused_and_changes_nothing(library, tmp_path, content):
    library.update_settings(patience=3)
    if content is not None:
        (tmp_path / "other.json").write_bytes(content)
    with pytest.raises(InvalidInput):
        library.restore_settings(tmp_path / "other.json")
    assert library.get_settings() == DEFAULTS | {"patience": 3.0}


def test_a_backup_from_a_stranger_carries_no_secret_and_no_webhook(library):
    library.update_settings(hardcover_token="mine, as it was")
    done = library.restore_settings({"kind": "booktrack settings", "version": 1, "settings": {
        "patience": 3, "hardcover_token": "theirs", "google_books_api_key": f"{MASK}1234",
        "webhook_url": "https://theirs.example.org", "webhook_allow_private": True,
    }})  # fmt: skip
    assert done["left_out"] == ["hardcover_token", "webhook_allow_private", "webhook_url"]
    assert library._ctx.settings("hardcover_token") == "mine, as it was"
    assert library.get_settings()["webhook_url"] is None
    assert library.get_settings()["webhook_allow_private"] is False
    assert library.get_settings()["patience"] == 3


def test_a_library_that_is_restored_brings_its_settings_but_no_keys(sample, tmp_path):
    sample.update_settings(patience=3, webhook_url="https://mine.example.org", hardcover_token=KEY)
    sample.backup(tmp_path / "backup.json")
    sample.update_settings(patience=4)
    done = sample.restore(tmp_path / "backup.json")
    assert sample.get_settings()["patience"] == 3
    assert sample._ctx.settings.several("webhook_url", "hardcover_token") == [
        "https://mine.example.org", KEY,
    ]  # fmt: skip
    sample.undo(done["id"])
    assert sample.get_settings()["patience"] == 4
    with open_library(tmp_path / "backup.json") as copy:
        assert copy.get_settings()["patience"] == 3
        assert copy.get_settings()["hardcover_token"] is None


# --- the rest of a settings page --------------------------------------------------------------


def test_removing_all_data_needs_the_word_keeps_a_backup_and_can_be_undone(sample):
    sample.update_settings(patience=3, hardcover_token=KEY)
    before, settings = snapshot(sample), sample.get_settings()
    for word in ("delete", "", None, True, "DELETE "):
        with pytest.raises(InvalidInput):
            sample.remove_all_data(word)
    assert snapshot(sample) == before
    done = sample.remove_all_data("DELETE")
    assert done["removed_counts"]["books"] == 46
    assert done["total"] == sum(done["removed_counts"].values())
    assert all(not table for table in snapshot(sample).values())
    assert sample.get_settings() == settings
    with open_library(done["backup"]) as backup:
        assert backup.list_books()["total"] == 46
    sample.undo(done["id"])
    assert snapshot(sample) == before
    again = sample.remove_all_data("DELETE")
    sample.restore(again["backup"])
    assert snapshot(sample) == before


def test_removing_all_of_nothing_is_no_change(library):
    done = library.remove_all_data("DELETE")
    assert (done["total"], done["backup"], done["id"]) == (0, None, None)


def test_the_history_of_syncs_is_the_users_own_newest_first(tmp_path):
    table = b"Title,Author,ISBN13\nDune,Frank Herbert,9780441013593\nNemo,,9780441013590\n,,\n"
    with open_library(tmp_path / "l.json") as mine:
        mine.import_file(table)
        mine.import_file(b"9780553293357")
        history = mine.sync_history()["history"]
        assert [one["source"] for one in history] == ["isbn_list", "table"]
        assert history[1]["books_found"] == history[1]["books_processed"] + len(
            history[1]["error_details"]
        )
        assert mine.sync_history(limit=1, offset=1)["history"] == [history[1]]
        with open_library(tmp_path / "l.json", user_id=2) as other:
            assert other.sync_history() == {"total": 0, "limit": 20, "offset": 0, "history": []}
        with pytest.raises(InvalidInput):
            mine.sync_history(limit=0)


def test_the_caches_tell_what_is_counted(sample):
    with open_library(sample.path, sources=[]) as opened:
        assert opened.cache_stats()["book_cache"] == {"size": 46, "hit_rate": 0.0}
        opened.lookup(WAY_OF_KINGS)
        assert opened.cache_stats()["book_cache"]["hit_rate"] == 1.0
        with pytest.raises(NotFound):
            opened.lookup(DUNE)
        assert opened.cache_stats()["book_cache"]["hit_rate"] == 0.5
        assert opened.cache_stats()["page_cache"] == {"size": 0, "hit_rate": 0.0}
        assert isinstance(opened.cache_stats()["api_cache"]["size"], int)


def test_what_is_asked_for_again_is_as_set(sample):
    def wanting_a_price():
        return [one for one in sample.stale(1_000)["entries"] if "price" in one["missing"]]

    assert wanting_a_price()
    sample.update_settings(enable_price_lookup=False)
    assert not wanting_a_price()
    sample.update_settings(stale_days_price=1, stale_days_missing=2, stale_days_other=400)
    policy = sample._ctx.policy
    assert (policy.price, policy.upcoming, policy.missing, policy.other) == (1, 3, 2, 400)


def test_a_question_is_asked_as_patiently_as_set(library):
    library.update_settings(patience=2.5, cache_ttl=600)
    manner = library._ctx.asker._manner()
    assert (manner.patience, manner.keep, manner.offline) == (2.5, 600, True)


def test_a_backup_without_a_name_is_kept_among_the_others(sample, library):
    done = sample.backup()
    assert done["tables"]["books"] == 46
    assert done["path"] in [one["path"] for one in sample.backups()["backups"]]
    with open_library(done["path"]) as copy:
        assert copy.list_books()["total"] == 46
    with pytest.raises(LookupError):
        library.backup()


def test_as_many_backups_are_kept_as_set_whoever_sets_it(tmp_path):
    times = [NOW]
    with open_library(tmp_path / "l.json", clock=lambda: times[0]) as library:
        library.add(title="Dune", remote="never")
        for hour in range(7):
            times[0] = NOW + timedelta(hours=hour)
            library.add(title=f"Dune {hour}", remote="never")
            library.backup()
        assert library.backups()["total"] == 5
        with open_library(tmp_path / "l.json") as other:
            other.update_settings(backups_kept=2)
        library.add(title="Emma", remote="never")
        library.backup()
        assert library.backups()["total"] == 2
    with open_library(tmp_path / "l.json") as again:
        again.add(title="Persuasion", remote="never")
        done = again.backup()
        assert again.backups()["total"] == 2
        assert Path(done["path"]).exists()


def test_what_did_not_change_is_not_kept_twice(sample):
    first = sample.backup()
    assert sample.backup() == first
    sample.mark(WAY_OF_KINGS, "missing")
    second = sample.backup()
    assert second["path"] != first["path"]
    assert sample.backups()["total"] == 2


def test_who_changes_the_library_in_place_changes_no_backup(sample):
    done = sample.backup()
    with open(sample.path, "r+b") as file:
        file.truncate(100)
    with open_library(done["path"]) as backup:
        assert backup.list_books()["total"] == 46


def test_users_of_one_library_share_its_settings(tmp_path):
    with Library(tmp_path / "l.json", offline=True) as one:
        one.update_settings(patience=3)
        with Library(tmp_path / "l.json", offline=True, user_id=2) as two:
            assert two.get_settings()["patience"] == 3
