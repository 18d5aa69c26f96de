"""A barcode, typed, scanned or photographed, to its book."""

import io
import os

import pytest
from PIL import Image

from booktrack.errors import InvalidFile, InvalidISBN, NotFound
from support.libraries import DUNE, WAY_OF_KINGS, open_library

zxingcpp = pytest.importorskip("zxingcpp", reason="needs the extra `barcode`")


@pytest.fixture
def library(tmp_path):
    with open_library(tmp_path / "library.json") as library:
        library.add(WAY_OF_KINGS, title="The Way of Kings", authors="Brandon Sanderson")
        yield library


def picture(*codes, kind="PNG", turned=0):
    """Return a picture of barcodes one below the other."""
    sheet = Image.new("RGB", (500, 260 * len(codes) + 80), "white")
    for row, code in enumerate(codes):
        drawn = memoryview(
            zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.EAN13).to_image(scale=3)
        )
        bars = Image.frombytes("L", (drawn.shape[1], drawn.shape[0]), bytes(drawn))
        sheet.paste(bars, (60, 60 + 260 * row))
    out = io.BytesIO()
    sheet.rotate(turned, expand=True, fillcolor="white").save(out, kind)
    return out.getvalue()


def test_a_scanned_code_gives_the_book(library):
    assert library.scan("9780765326355 52999")["title"] == "The Way of Kings"


def test_a_book_that_nobody_knows_is_not_found(library):
    with pytest.raises(NotFound, match=DUNE):
        library.scan(DUNE)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_picture_of_the_code_gives_the_book(library, kind):
    assert library.scan_image(picture(WAY_OF_KINGS, kind=kind))["title"] == "The Way of Kings"


@pytest.mark.parametrize("turned", [90, 180, 7, 30, 45, 60, 120])
def test_the_picture_may_be_turned(library, turned):
    assert library.scan_image(picture(WAY_OF_KINGS, turned=turned))["title"] == "The Way of Kings"


def test_the_books_code_is_taken_where_another_stands_beside_it(library):
    assert library.scan_image(picture("5901234123457", WAY_OF_KINGS))["id"] == 1


def test_another_products_code_is_named_as_such(library):
    with pytest.raises(InvalidISBN, match="another product"):
        library.scan_image(picture("5901234123457"))


def test_a_picture_without_a_code_says_so(library):
    with pytest.raises(NotFound, match="no barcode"):
        library.scan_image(picture())


def test_the_picture_may_be_a_file(library, tmp_path):
    (tmp_path / "photo.png").write_bytes(picture(WAY_OF_KINGS))
    assert library.scan_image(str(tmp_path / "photo.png"))["id"] == 1


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", b"\x89PNG\r\n\x1a\n cut", 12, "no/such.png", "\0"]
)
def test_what_is_no_picture_is_refused(library, data):
    with pytest.raises(InvalidFile):
        library.scan_image(data)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(library, mode):
    drawn = Image.open(io.BytesIO(picture(WAY_OF_KINGS))).convert("L")
    clear = Image.new("RGBA", drawn.size)
    clear.paste("black", mask=drawn.point(lambda tone: 255 - tone))
    out = io.BytesIO()
    (clear.quantize(4) if mode == "P" else clear.convert(mode)).save(out, "PNG")
    assert library.scan_image(out.getvalue())["id"] == 1


@pytest.mark.parametrize("given", [bytes, bytearray, memoryview])
def test_bytes_may_be_of_any_kind(library, given):
    assert library.scan_image(given(picture(WAY_OF_KINGS)))["id"] == 1


def test_what_never_ends_is_not_read(library, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, "/dev/zero"):
        with pytest.raises(InvalidFile, match="is no file"):
            library.scan_image(path)


def test_a_picture_too_large_is_refused_without_a_warning(library):
    large = io.BytesIO()
    Image.new("1", (12_000, 10_000)).save(large, "PNG")
    with pytest.raises(InvalidFile, match="12000 x 10000"):
        library.scan_image(large.getvalue())


def test_a_refusal_is_never_long(library):
    with pytest.raises(InvalidFile) as refused:
        library.scan_image("x" * 1_000_000)
    assert len(str(refused.value)) < 500


def test_a_picture_that_would_fill_the_memory_is_refused(library):
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")
    with pytest.raises(InvalidFile):
        library.scan_image(bomb.getvalue())


def test_a_file_of_many_megabytes_is_refused_unread(library, tmp_path):
    large = tmp_path / "large.png"
    with large.open("wb") as file:
        file.truncate(40 << 20)
    for picture_given in (large, large.read_bytes()):
        with pytest.raises(InvalidFile, match="too large"):
            library.scan_image(picture_given)
