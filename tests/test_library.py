"""The public face: opening a library, its two ways to call, and the loop behind them."""

import inspect
import json
import os
import subprocess
import sys
import threading

import anyio
import pytest

import booktrack
from booktrack import InvalidInput, NotFound, StoreReadOnly, _engine
from booktrack.config import library_path, load_config
from support.libraries import DUNE, ROOT, WAY_OF_KINGS, Told, open_library, work


class TestOpening:
    def test_a_path_that_does_not_exist_is_made_by_the_first_change(self, tmp_path):
        path = tmp_path / "new" / "books.json"
        with open_library(path) as library:
            assert library.list_books()["total"] == 0
            assert not path.exists()
            library.add(title="Dune")
        assert json.loads(path.read_text(encoding="utf-8"))["books"]["1"]["title"] == "Dune"

    def test_what_one_has_written_the_other_reads_at_the_next_call(self, tmp_path):
        path = tmp_path / "books.json"
        with open_library(path) as notebook, open_library(path) as server:
            book = notebook.add(title="Dune", authors="Frank Herbert")
            assert server.get_book(book["id"])["title"] == "Dune"
            server.edit_book(book["id"], title="Dune!")
            assert notebook.search("dune")["results"][0]["title"] == "Dune!"

    def test_a_read_only_folder_opens_for_reading(self, tmp_path):
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        path = tmp_path / "library.json"
        path.write_bytes((ROOT / "library.json").read_bytes())
        tmp_path.chmod(0o500)
        try:
            with open_library(path) as library:
                assert library.lookup(WAY_OF_KINGS)["title"] == "The Way of Kings"
                with pytest.raises(StoreReadOnly):
                    library.mark(WAY_OF_KINGS, "want")
        finally:
            tmp_path.chmod(0o700)

    @pytest.mark.parametrize("user", [0, -1, "1", None, True, 1.5])
    def test_a_user_that_cannot_be(self, tmp_path, user):
        with pytest.raises(InvalidInput):
            open_library(tmp_path / "l.json", user_id=user)

    @pytest.mark.parametrize("path", ["", "a\0b", 7, b"bytes", "\ud800", "x" * 10**6])
    def test_a_path_that_cannot_be(self, path):
        with pytest.raises(InvalidInput):
            booktrack.Library(path)

    def test_says_where_it_is_and_whose(self, tmp_path):
        with open_library(tmp_path / "l.json", user_id=3) as library:
            assert (library.path, library.user_id) == (str(tmp_path / "l.json"), 3)


class TestWhereTheLibraryIs:
    def test_the_argument_counts_first(self):
        assert str(library_path("a.json", {"BOOKTRACK_LIBRARY": "b.json"})) == "a.json"

    def test_then_the_environment(self):
        assert str(library_path(None, {"BOOKTRACK_LIBRARY": "b.json"})) == "b.json"

    def test_then_the_working_directory(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert library_path(None, {}).is_absolute()
        (tmp_path / "library.json").write_text("{}", encoding="utf-8")
        assert str(library_path(None, {})) == "library.json"

    @pytest.mark.parametrize(
        ("value", "offline"), [("1", True), ("yes", True), ("0", False), ("", False)]
    )
    def test_offline_by_the_environment(self, value, offline):
        config = load_config("l.json", environ={"BOOKTRACK_OFFLINE": value})
        assert config.offline is offline

    def test_a_variable_that_says_nothing_is_refused(self):
        with pytest.raises(InvalidInput, match="maybe"):
            load_config("l.json", environ={"BOOKTRACK_OFFLINE": "maybe"})

    def test_how_long_to_wait_and_what_is_old(self):
        config = load_config(
            "l.json",
            environ={"BOOKTRACK_PATIENCE": "2.5", "BOOKTRACK_STALE_DAYS": "price=1, other=90"},
        )
        assert (config.patience, config.policy.price, config.policy.other) == (2.5, 1, 90)
        default = load_config("l.json", environ={})
        assert (default.patience, default.policy.price, default.policy.upcoming) == (8, 7, 3)

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("BOOKTRACK_PATIENCE", "soon"),
            ("BOOKTRACK_PATIENCE", "0"),
            ("BOOKTRACK_PATIENCE", "nan"),
            ("BOOKTRACK_STALE_DAYS", "price"),
            ("BOOKTRACK_STALE_DAYS", "colour=7"),
            ("BOOKTRACK_STALE_DAYS", "price=-1"),
        ],
    )
    def test_a_number_that_is_none_is_refused(self, name, value):
        with pytest.raises(InvalidInput, match=name):
            load_config("l.json", environ={name: value})

    def test_the_contact_and_the_cache(self, tmp_path):
        config = load_config(
            "l.json", environ={"BOOKTRACK_CONTACT": "me@x.org", "BOOKTRACK_CACHE": str(tmp_path)}
        )
        assert (config.contact, config.cache_folder) == ("me@x.org", tmp_path)


class TestTheAwaitableFace:
    async def test_works_in_a_running_loop(self, tmp_path):
        source = Told(work("Dune", "Frank Herbert", isbn=DUNE))
        with open_library(tmp_path / "l.json", sources=[source], offline=False) as library:
            book = await library.aio.lookup(DUNE)
            assert book.pop("asked") == {"told": {"code": "ok"}}
            assert book == await library.aio.get_book(book["id"])
            assert library.lookup(DUNE) == {**book, "asked": {}}

    async def test_many_at_once(self, tmp_path):
        with open_library(tmp_path / "l.json") as library:
            async with anyio.create_task_group() as group:
                for number in range(20):
                    group.start_soon(lambda n=number: library.aio.add(title=f"Book no {n}"))
            assert library.list_books()["total"] == 20

    async def test_errors_come_through(self, tmp_path):
        with open_library(tmp_path / "l.json") as library, pytest.raises(NotFound):
            await library.aio.get_book(7)

    def test_has_the_methods_of_the_library_and_nothing_else(self, tmp_path):
        with open_library(tmp_path / "l.json") as library:
            assert {"lookup", "search", "add"} <= set(dir(library.aio))
            assert library.aio.lookup.__doc__ == library.lookup.__doc__
            for name in ("path", "_ctx", "no_such_method"):
                with pytest.raises(AttributeError):
                    getattr(library.aio, name)


class TestTheEngine:
    def test_one_loop_for_all_threads(self):
        async def where():
            return threading.get_ident()

        engine = _engine.Engine()
        seen = set()

        def ask():
            seen.add(engine.run(where))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        engine.close()
        assert len(seen) == 1
        assert threading.get_ident() not in seen

    def test_closed_it_begins_anew(self, tmp_path):
        async def answer():
            return 42

        engine = _engine.Engine()
        config = load_config("l.json", environ={"BOOKTRACK_CACHE": str(tmp_path)})
        gateway = engine.gateway(config)
        assert engine.gateway(config) is gateway
        assert engine.run(answer) == 42
        engine.close()
        engine.close()
        assert engine.run(answer) == 42
        assert engine.gateway(config) is not gateway
        engine.forget()
        assert engine.run(answer) == 42
        engine.close()

    def test_a_loop_that_does_not_start_is_an_error_not_a_wait(self):
        async def answer():
            return 42

        def no_loop():
            raise RuntimeError("no loop today")

        engine = _engine.Engine(loop_factory=no_loop)
        with pytest.raises(RuntimeError, match="no loop today"):
            engine.run(answer)

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
    @pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
    def test_a_forked_child_has_a_loop_of_its_own(self):
        async def answer():
            return 42

        engine = _engine.Engine()
        assert engine.run(answer) == 42
        child = os.fork()
        if not child:
            status = 1
            try:
                engine.forget()
                status = 0 if engine.run(answer) == 42 else 2
            finally:
                os._exit(status)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert engine.run(answer) == 42
        engine.close()


class TestThePublicFace:
    def test_every_method_tells_what_it_returns_and_raises(self):
        for name, method in inspect.getmembers(booktrack.Library, inspect.isfunction):
            if not name.startswith("_"):
                assert (method.__doc__ or "").strip(), name

    def test_answers_are_json(self, tmp_path):
        with open_library(ROOT / "library.json") as library:
            for answer in (
                library.search("kings"),
                library.lookup(WAY_OF_KINGS),
                library.list_books(),
                library.list_series(),
                library.get_series("Saga"),
                library.missing_from_series("Saga"),
                library.missing_from_author("Brandon Sanderson"),
                library.wanted(),
                library.provenance(1),
                library.history(),
                library.check(),
            ):
                assert json.loads(json.dumps(answer, allow_nan=False)) == answer

    def test_an_unknown_name_is_no_attribute(self):
        with pytest.raises(AttributeError, match="no_such_name"):
            booktrack.no_such_name  # noqa: B018  # reading it is the test
        assert "Library" in dir(booktrack)

    def test_errors_are_for_programs_too(self, tmp_path):
        with open_library(tmp_path / "l.json") as library, pytest.raises(NotFound) as caught:
            library.get_book(7)
        assert caught.value.to_dict() == {
            "code": "not_found",
            "message": "the library has no book 7",
            "table": "books",
            "id": 7,
        }


def test_offline_no_source_on_the_network_is_even_loaded(tmp_path):
    program = (
        "import sys; from booktrack import Library\n"
        f"with Library({str(tmp_path / 'library.json')!r}, offline=True) as library:\n"
        "    library.add('9780441013593', title='Dune')\n"
        "    assert library.lookup('9780441013593')['incomplete']\n"
        "print('booktrack.sources.openlibrary' in sys.modules)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("False", "")
