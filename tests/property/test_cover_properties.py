"""Whatever stands where a picture should be, it is a whole picture or is refused."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from booktrack.domain.covers import best_addresses, why_no_cover
from booktrack.errors import InvalidFile
from booktrack.services.pictures import Picture, read_picture
from booktrack.sources.strangers import stranger
from booktrack.store.covers import CoverFiles
from support.pictures import cover_file

WHOLE = [cover_file(1, kind, (60, 90)) for kind in ("JPEG", "PNG", "WEBP", "GIF")]


def read(data: bytes) -> Picture | None:
    try:
        return read_picture(data)
    except InvalidFile:
        return None


@settings(max_examples=100)
@given(st.sampled_from(WHOLE), st.data())
def test_a_damaged_file_is_a_picture_or_refused_and_nothing_else(
    whole: bytes, data: st.DataObject
) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        damaged[at] = data.draw(st.integers(0, 255))
    picture = read(bytes(damaged))
    if picture is not None:
        why_no_cover(picture.look())
        small = picture.thumbnail(200)
        assert small is None or Image.open(io.BytesIO(small)).format == "WEBP"


@settings(max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([b"", *(whole[:12] for whole in WHOLE)]))
def test_noise_is_refused(noise: bytes, head: bytes) -> None:
    assert read(head + noise) is None


@settings(max_examples=60)
@given(st.sampled_from(WHOLE), st.data())
def test_a_file_that_breaks_off_anywhere_is_refused(whole: bytes, data: st.DataObject) -> None:
    # The last bytes of a JPEG and of a GIF say only that they are the last.
    assert read(whole[: data.draw(st.integers(0, len(whole) - 3))]) is None


SCHEMES = st.sampled_from(["http://", "https://", "HTTPS://", "ftp://", "//", ""])
HOSTS = st.sampled_from(
    ["covers.openlibrary.org", "books.google.com", "m.media-amazon.com", "a.example:8080", "[::1]"]
)


@settings(max_examples=100)
@given(st.one_of(st.text(), st.tuples(SCHEMES, HOSTS, st.text()).map("".join)))
def test_every_form_of_an_address_can_be_asked_for(address: str) -> None:
    forms = best_addresses(address)
    assert len(set(forms)) == len(forms)
    for form in forms:
        assert stranger(form)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("covers")


@settings(max_examples=50)
@given(st.lists(st.binary(min_size=1, max_size=50), max_size=6))
def test_a_content_is_kept_once_and_found_again(folder: Path, contents: list[bytes]) -> None:
    covers = CoverFiles(folder / "library.json")
    for data in contents:
        sha256 = hashlib.sha256(data).hexdigest()
        covers.keep(covers.path(sha256, "image/png"), data)
        assert covers.holds(sha256, "image/png", len(data))
    found = {sha256: path.read_bytes() for sha256, path, _ in covers.own()}
    assert all(hashlib.sha256(data).hexdigest() == sha256 for sha256, data in found.items())
    assert set(contents) <= set(found.values())
