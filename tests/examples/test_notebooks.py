"""The notebooks run from top to bottom, offline, beside a copy of the sample library."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.name)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's own packages
def test_a_notebook_runs(notebook, tmp_path, monkeypatch):
    shutil.copy(ROOT / "library.json", tmp_path)
    monkeypatch.setenv("BOOKTRACK_OFFLINE", "1")
    cells = nbformat.read(notebook, as_version=4)
    NotebookClient(cells, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [cell.outputs for cell in cells.cells if cell.cell_type == "code"]
    assert any(outputs)
    told = nbformat.read(notebook, as_version=4)
    for cell, kept in zip(cells.cells, told.cells, strict=True):
        # A notebook that is kept with its outputs shows them on every day and machine.
        assert not kept.get("outputs") or shown(cell) == shown(kept)


def shown(cell):
    """Return what a cell shows, as text."""
    return [output.get("data", {}).get("text/plain", output.get("text")) for output in cell.outputs]
