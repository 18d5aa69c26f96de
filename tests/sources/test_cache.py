from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from booktrack.sources.cache import Cache, Entry, default_path


def entry(body: bytes = b"{}", *, stored: float = 100.0, keep: float = 60.0) -> Entry:
    return Entry(
        200, {"etag": '"a"'}, body, "https://example.org/x", "2026-01-01T00:00:00Z", stored, keep
    )


@pytest.mark.parametrize("body", [b"", b"{}", b'{"title": "Dune"}' * 1000, bytes(range(256))])
def test_an_answer_comes_back_as_it_was_put(tmp_path: Path, body: bytes) -> None:
    first = Cache(tmp_path / "deep" / "cache.sqlite3")
    first.put("key", entry(body))
    first.close()
    again = Cache(tmp_path / "deep" / "cache.sqlite3")
    assert again.get("key") == entry(body)
    assert again.get("another") is None
    again.close()


def test_without_a_path_answers_are_kept_in_memory() -> None:
    cache = Cache()
    cache.put("key", entry())
    assert cache.get("key") == entry()
    cache.clear()
    assert cache.get("key") is None
    cache.close()
    cache.close()


def test_an_answer_is_fresh_for_its_time_and_never_before_it_was_stored() -> None:
    kept = entry(stored=100.0, keep=60.0)
    assert [kept.fresh(now) for now in (99.0, 100.0, 159.9, 160.0)] == [False, True, True, False]


def test_the_oldest_answers_go_when_the_cache_is_full() -> None:
    small = Cache(max_bytes=1000)
    for number in range(20):
        small.put(f"key{number:02}", entry(b"x" * 400, stored=number))
    kept = [number for number in range(20) if small.get(f"key{number:02}")]
    assert kept
    assert kept == list(range(kept[0], 20))
    assert kept[0] > 0
    small.close()


def test_answers_are_forgotten_by_their_keys() -> None:
    cache = Cache()
    for key in ("a", "b", "c"):
        cache.put(key, entry())
    cache.forget(["a", "c", "never kept"])
    assert [cache.get(key) is None for key in ("a", "b", "c")] == [True, False, True]
    cache.close()


def test_an_answer_replaces_the_older_one_under_its_key() -> None:
    cache = Cache()
    cache.put("key", entry(b"old"))
    cache.put("key", entry(b"new"))
    found = cache.get("key")
    assert found is not None
    assert found.body == b"new"
    cache.close()


@pytest.mark.parametrize(
    "garbage", [b"not a database" * 500, b"SQLite format 3\x00" + b"\xff" * 5000]
)
def test_a_damaged_file_is_made_anew(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "cache.sqlite3"
    path.write_bytes(garbage)
    cache = Cache(path)
    cache.put("key", entry())  # the first that is kept is kept in the new file
    assert cache.get("key") == entry()
    assert cache.get("other") is None
    cache.close()


def test_a_damaged_file_that_cannot_be_thrown_away_is_done_without(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    path.write_bytes(b"not a database" * 500)
    (tmp_path / "cache.sqlite3-shm").mkdir()  # no file may stand here
    cache = Cache(path)
    cache.put("key", entry())
    cache.close()


def test_a_damaged_answer_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    cache = Cache(path)
    cache.put("key", entry(b"x" * 1000))
    cache.close()
    db = sqlite3.connect(path)
    with db:
        db.execute("UPDATE answers SET body = ?", (b"no zlib",))
    db.close()
    assert cache.get("key") is None
    cache.put("key", entry())
    assert cache.get("key") == entry()
    cache.close()


def test_a_file_of_another_version_is_emptied(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    db = sqlite3.connect(path)
    with db:
        db.execute("CREATE TABLE answers (other TEXT)")
        db.execute("PRAGMA user_version = 99")
    db.close()
    cache = Cache(path)
    cache.put("key", entry())
    assert cache.get("key") == entry()
    cache.close()


def test_what_fails_on_a_new_file_too_is_done_without(tmp_path: Path) -> None:
    def fail(db: sqlite3.Connection) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    cache = Cache(tmp_path / "cache.sqlite3")
    cache.run(fail)
    cache.put("key", entry())
    assert cache.get("key") == entry()
    cache.close()


def test_where_no_file_can_be_made_the_cache_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file" / "cache.sqlite3")
    cache.put("key", entry())
    assert cache.get("key") is None


def test_a_locked_file_is_done_without(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    cache = Cache(path)
    cache.put("key", entry(b"old"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    cache.put("key", entry(b"new"))
    other.execute("ROLLBACK")
    other.close()
    found = cache.get("key")
    assert found is not None
    assert found.body == b"old"
    cache.close()


def test_several_processes_share_one_file(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite3"
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from booktrack.sources.cache import Cache, Entry\n"
        "cache = Cache(Path(sys.argv[1]), wait=60)\n"
        "for n in range(50):\n"
        "    cache.put(f'{sys.argv[2]}-{n}', Entry(200, {}, b'x', 'u', 't', 1.0, 1.0))\n"
        "cache.close()\n"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", program, str(path), name]) for name in ("a", "b")
    ]
    assert [process.wait(60) for process in started] == [0, 0]
    cache = Cache(path)
    found = [cache.get(f"{name}-{n}") for name in ("a", "b") for n in range(50)]
    assert all(found)
    cache.close()


def test_the_cache_lies_in_the_users_cache_folder() -> None:
    assert default_path().name == "answers.sqlite3"
    assert default_path().parent.name == "booktrack"
