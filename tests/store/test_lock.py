"""The lock of a library: one holder, whoever asks and however."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from booktrack.errors import StoreBusy
from booktrack.store.lock import Lock


@pytest.fixture
def library(tmp_path: Path) -> Path:
    path = tmp_path / "library.json"
    Path(f"{path}.lock").touch()
    return path


def test_filelock_elsewhere_does_not_get_what_is_held(library: Path) -> None:
    with Lock(library, 1).held(), pytest.raises(Timeout):
        FileLock(f"{library}.lock", timeout=0).acquire()
    with FileLock(f"{library}.lock", timeout=0):
        pass


def test_what_filelock_holds_elsewhere_is_waited_for(library: Path) -> None:
    lock = Lock(library, 0.05)
    with FileLock(f"{library}.lock"):
        taken: list[bool] = []

        def take() -> None:
            with pytest.raises(StoreBusy), lock.held():
                taken.append(True)

        thread = threading.Thread(target=take)
        thread.start()
        thread.join()
        assert not taken
    with lock.held():
        pass


def test_a_lock_is_held_until_its_outermost_context_ends(library: Path) -> None:
    lock = Lock(library, 1)
    with lock.held():
        with lock.held():
            pass
        with pytest.raises(Timeout):
            FileLock(f"{library}.lock", timeout=0).acquire()


def test_another_handle_of_the_same_thread_is_told_at_once(library: Path) -> None:
    with Lock(library, 60).held(), pytest.raises(StoreBusy), Lock(library, 60).held():
        pass


def test_the_lock_is_made_where_there_is_none(tmp_path: Path) -> None:
    library = tmp_path / "new.json"
    with Lock(library, 1).held():
        assert Path(f"{library}.lock").exists()
    with Lock(library, 1).held(), pytest.raises(Timeout):
        FileLock(f"{library}.lock", timeout=0).acquire()


def test_an_exception_lets_the_lock_go(library: Path) -> None:
    with pytest.raises(KeyError), Lock(library, 1).held():
        raise KeyError
    with FileLock(f"{library}.lock", timeout=0):
        pass
