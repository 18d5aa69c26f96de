"""The table of imports: every row is counted, with the reasons, for any folder of exports."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.exports import main

GOODREADS = """\
Book Id,Title,Author,My Rating,Exclusive Shelf
1,Ubik,Philip K. Dick,5,read
1,Ubik,Philip K. Dick,5,read
2,,Nobody,0,read
"""


def test_a_row_of_the_table_tells_what_became_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "mine.csv").write_text(GOODREADS, encoding="utf-8")
    monkeypatch.setenv("BOOKTRACK_SHARED", str(tmp_path))
    main([])
    shown = capsys.readouterr().out
    assert "| goodreads | mine.csv | 3 | 1 | 0 | 1 | 0 | 1: 1 " in shown
    assert "|  | all 1 imports | 3 | 1 | 0 | 1 | 0 | 1 |" in shown


def test_without_files_it_says_where_they_should_be(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BOOKTRACK_SHARED", raising=False)
    with pytest.raises(SystemExit) as left:
        main([])
    assert left.value.code == 2
    assert "BOOKTRACK_SHARED must name the folder" in capsys.readouterr().err
