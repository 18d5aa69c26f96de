"""The file of keys beside a library: for its owner only, whole or as it was."""

import errno
import json
import os
import stat

import pytest

from booktrack import StoreCorrupt, StoreError
from booktrack.store.files import Files
from booktrack.store.secrets import Secrets

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
SECRET = "plantedPLANTED0123456789"


@pytest.fixture
def secrets(tmp_path):
    (tmp_path / "library.json").write_text("{}", encoding="utf-8")
    return Secrets(tmp_path / "library.json")


def test_there_is_no_file_before_there_is_a_secret(secrets):
    assert (secrets.load(), secrets.stamp(), secrets.mode()) == ({}, None, None)


@posix
@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_read_it_whatever_the_umask(secrets, mask):
    before = os.umask(mask)
    try:
        secrets.save({"key": SECRET})
    finally:
        os.umask(before)
    assert secrets.mode() == 0o600
    assert secrets.load() == {"key": SECRET}


@posix
def test_it_is_closed_again_by_the_next_change(secrets):
    secrets.save({"key": SECRET})
    secrets.path.chmod(0o644)
    secrets.save({"key": "other"})
    assert secrets.mode() == 0o600


@posix
def test_it_is_never_open_to_others_not_even_while_it_is_written(secrets):
    seen = []

    class Watching(Files):
        def write(self, handle, data):
            seen.append(stat.S_IMODE(os.fstat(handle.fileno()).st_mode))
            super().write(handle, data)

    Secrets(secrets.path.with_name("library.json"), Watching()).save({"key": SECRET})
    assert seen == [0o600]


@posix
def test_a_link_that_somebody_laid_is_not_followed(secrets, tmp_path):
    (tmp_path / "elsewhere").write_text("mine", encoding="utf-8")
    fresh = tmp_path / "library.json.secrets.new"
    fresh.symlink_to(tmp_path / "elsewhere")
    secrets.path.symlink_to(tmp_path / "elsewhere")
    secrets.save({"key": SECRET})
    assert (tmp_path / "elsewhere").read_text(encoding="utf-8") == "mine"
    assert not secrets.path.is_symlink()


@pytest.mark.parametrize("operation", ["write", "sync", "replace"])
def test_a_disk_that_fails_leaves_the_old_file_and_no_other(secrets, tmp_path, operation):
    secrets.save({"key": "old"})

    def fail(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    files = Files()
    setattr(files, operation, fail)
    with pytest.raises(StoreError, match="No space left"):
        Secrets(tmp_path / "library.json", files).save({"key": SECRET})
    assert secrets.load() == {"key": "old"}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "library.json",
        "library.json.secrets",
    ]


def test_nothing_to_keep_is_no_file(secrets):
    secrets.save({"key": SECRET})
    secrets.save({})
    assert not secrets.path.exists()
    secrets.save({})


@pytest.mark.parametrize(
    "content",
    [b"", SECRET.encode(), f'{{"key": "{SECRET}"'.encode(), b"[]", b"\xff\xfe", b"[" * 100_000,
     json.dumps({"key": "x" * (1 << 20)}).encode()],
    ids=["empty", "text", "torn", "list", "binary", "deep", "huge"],
)  # fmt: skip
def test_what_is_no_file_of_secrets_is_told_without_a_word_of_it(secrets, content):
    secrets.path.write_bytes(content)
    with pytest.raises(StoreCorrupt) as caught:
        secrets.load()
    error = caught.value
    assert "remove it and set your keys again" in error.message
    assert "planted" not in f"{error!r}{error.__cause__!r}{error.__context__!r}{error.details}"
    assert secrets.path.read_bytes() == content


def test_a_folder_in_its_place_is_an_error_of_the_tree(secrets):
    secrets.path.mkdir()
    with pytest.raises(StoreError):
        secrets.load()


@posix
def test_a_pipe_in_its_place_is_not_waited_for(secrets):
    os.mkfifo(secrets.path)
    with pytest.raises(StoreCorrupt):
        secrets.load()
    secrets.save({"key": SECRET})
    assert secrets.load() == {"key": SECRET}


@pytest.mark.parametrize("kept", [{}, {"other": "key"}])
def test_what_a_killed_process_left_is_removed_by_the_next_change(secrets, kept):
    secrets.save({"key": SECRET})
    left = secrets.path.with_name(secrets.path.name + ".new")
    left.write_text(SECRET, encoding="utf-8")
    secrets.save(kept)
    assert not left.exists()
    assert secrets.load() == kept
