"""`library.json` is what its readable source makes: it never rots by hand."""

import subprocess
import sys

from booktrack.store.database import open_store
from support.libraries import ROOT


def test_library_json_is_what_the_script_makes():
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "build_sample.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_stock_tinydb_opens_it():
    import tinydb

    with tinydb.TinyDB(ROOT / "library.json", access_mode="r") as database:
        titles = [book["title"] for book in database.table("books").all()]
    assert "The Way of Kings" in titles


def test_it_is_consistent(tmp_path):
    path = tmp_path / "library.json"
    path.write_bytes((ROOT / "library.json").read_bytes())
    with open_store(path) as store:
        assert store.check()["problems"] == []
