"""An empty library and the sample library, each in a file of its own."""

import shutil

import pytest

from support.libraries import ROOT, open_library


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.json") as opened:
        yield opened


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "sample.json"
    shutil.copy(ROOT / "library.json", path)
    with open_library(path) as opened:
        yield opened
