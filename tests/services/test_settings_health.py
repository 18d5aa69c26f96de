"""Health: what is in order, what is not, and what to do about it."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from booktrack import Library, StoreError
from booktrack.store import files
from support.libraries import NOW, ROOT, WAY_OF_KINGS, Told, open_library


def codes(library):
    return {one["code"]: one["severity"] for one in library.settings_health()["problems"]}


def test_a_new_library_is_healthy_before_it_has_a_file(library):
    health = library.settings_health()
    assert (health["status"], health["healthy"]) == ("healthy", True)
    assert health["library"]["exists"] is False
    assert codes(library) == {"no_contact": "hint", "sources_off": "hint"}
    assert not list(Path(library.path).parent.iterdir())


def test_what_is_told_of_the_files(sample):
    sample.mark(WAY_OF_KINGS, "missing")
    health = sample.settings_health()
    assert health["library"]["path"] == sample.path
    assert health["library"]["writable"] is True
    assert health["library"]["locked"] is False
    assert health["library"]["journal_bytes"] > 0
    assert health["library"]["free_bytes"] > 0
    assert health["secrets"] == {"path": f"{sample.path}.secrets", "exists": False, "mode": None}
    assert health["backups"]["total"] == len(sample.backups()["backups"])


def test_keys_that_others_may_read_make_it_unhealthy(library):
    library.update_settings(hardcover_token="a token of mine")
    assert library.settings_health()["secrets"]["mode"] == "0600"
    assert "secrets_open" not in codes(library)
    Path(f"{library.path}.secrets").chmod(0o640)
    health = library.settings_health()
    assert health["status"] == "unhealthy"
    assert any("chmod 600" in one["message"] for one in health["problems"])


def test_a_library_that_may_not_be_written_is_unhealthy(sample):
    Path(sample.path).chmod(0o444)
    assert codes(sample)["not_writable"] == "error"
    assert sample.settings_health()["status"] == "unhealthy"


def test_settings_that_cannot_be_used_are_named(library):
    with library._ctx.store.transaction("from elsewhere") as tx:
        tx.insert("settings", {"values": {"cache_ttl": 5, "webhook_url": "http://x.org"}})
    messages = [one["message"] for one in library.settings_health()["problems"]]
    assert any("cache_ttl takes a whole number from 60 to 86400, not 5" in one for one in messages)
    assert any("webhook_url does not belong" in one for one in messages)


def test_a_webhook_without_a_secret_is_told(library):
    library.update_settings(webhook_url="https://hooks.example.org/x")
    assert codes(library)["webhook_unsigned"] == "warning"
    library.update_settings(webhook_secret="a phrase of mine")
    assert "webhook_unsigned" not in codes(library)


def test_a_backup_is_old_only_where_something_changed_since(tmp_path):
    times = [NOW]
    with open_library(tmp_path / "l.json", clock=lambda: times[0]) as library:
        library.add(title="Dune", remote="never")
        assert codes(library).get("no_backup") == "hint"
        library.backup()
        times[0] = NOW + timedelta(days=30)
        assert not {"backup_old", "no_backup"} & set(codes(library))
        library.add(title="Emma", remote="never")
        assert codes(library)["backup_old"] == "warning"
        assert library.settings_health()["backups"]["newest_days"] == 30
        times[0] = NOW - timedelta(days=30)  # a clock set back
        assert library.settings_health()["backups"]["newest_days"] == 0


def test_a_full_disk_is_told(sample, monkeypatch):
    usage = shutil.disk_usage(sample.path)._replace(free=1_000_000)
    monkeypatch.setattr(files.shutil, "disk_usage", lambda _: usage)
    assert codes(sample)["disk_full"] == "error"


def test_a_lock_that_another_holds_is_told_but_not_waited_for(sample):
    with open_library(sample.path) as other, other._ctx.store.transaction("long work"):
        assert codes(sample)["locked"] == "hint"
        assert sample.settings_health()["healthy"] is True
    assert "locked" not in codes(sample)


def test_a_lock_that_can_never_be_taken_is_no_other_program_at_work(sample):
    lock = Path(f"{sample.path}.lock")
    lock.unlink(missing_ok=True)
    lock.mkdir()
    assert codes(sample)["not_writable"] == "error"
    assert f"{lock} may not be written" in str(sample.settings_health()["problems"])


def test_a_file_in_the_place_of_the_folder_of_backups_is_told(sample):
    Path(f"{sample.path}.backups").write_text("mine", encoding="utf-8")
    assert codes(sample)["backups_blocked"] == "error"
    with pytest.raises(StoreError):
        sample.remove_all_data("DELETE")
    assert sample.list_books()["total"] == 46


def test_sources_are_named_that_are_asked_and_those_that_lack_a_key(tmp_path):
    with Library(tmp_path / "l.json", clock=lambda: NOW) as library:
        health = library.settings_health()
        assert "openlibrary" in health["sources"]["asked"]
        assert health["sources"]["not_configured"] == ["googlebooks", "hardcover"]
        assert codes(library)["no_key"] == "hint"
        library.update_settings(google_books_api_key="a key of mine", contact="me@example.org")
        assert library.settings_health()["sources"]["not_configured"] == ["hardcover"]
        assert "no_contact" not in codes(library)
        library.update_settings(sources=["hardcover"])
        assert codes(library)["no_source"] == "warning"
        with library._ctx.store.transaction("a plug-in was here") as tx:
            tx.insert("settings", {"values": {"sources": ["openlibrary", "goneplugin"]}})
        assert codes(library)["unknown_source"] == "warning"
        assert library.settings_health()["sources"]["asked"] == ["openlibrary"]
        library.update_settings(sources=["hardcover"])
        assert library.get_settings()["sources"] == ["hardcover"]
        library.disable_external_metadata(30)
        assert codes(library)["sources_off"] == "hint"


def test_sources_that_were_given_go_before_those_that_are_set(tmp_path):
    with Library(tmp_path / "l.json", sources=[Told()], clock=lambda: NOW) as library:
        library.update_settings(sources=["openlibrary"])
        assert library.settings_health()["sources"]["asked"] == ["told"]


def test_what_the_environment_says_wrongly_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("BOOKTRACK_CONTACT", "nobody")
    with open_library(tmp_path / "l.json") as library:
        messages = [one["message"] for one in library.settings_health()["problems"]]
        assert any(one.startswith("the environment's BOOKTRACK_CONTACT:") for one in messages)


@pytest.mark.parametrize("damage", [b"", b"{torn"])
def test_a_damaged_file_of_keys_is_told(library, damage):
    Path(f"{library.path}.secrets").write_bytes(damage)
    messages = [one["message"] for one in library.settings_health()["problems"]]
    assert any("remove it and set your keys again" in one for one in messages)


def test_a_journal_that_cannot_be_taken_in_is_told(tmp_path):
    shutil.copy(ROOT / "library.json", tmp_path / "l.json")
    with open_library(tmp_path / "l.json") as library:
        library._ctx.store._checkpoint_failed = "No space left on device"
        assert codes(library)["checkpoint_failed"] == "error"
