"""Only what can be decoded whole counts as a picture, whatever it is called."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from booktrack.domain.covers import why_no_cover
from booktrack.errors import InvalidFile
from booktrack.services.pictures import MAX_BYTES, read_picture
from support.pictures import BLANK, cover_file, drawn, encoded, not_available

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}


@pytest.mark.parametrize(("kind", "mime"), KINDS.items())
def test_a_picture_is_known_by_its_content(kind: str, mime: str) -> None:
    picture = read_picture(cover_file(1, kind))
    assert (picture.mime, picture.width, picture.height) == (mime, 400, 600)
    assert why_no_cover(picture.look()) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_breaks_off_is_refused(kind: str) -> None:
    whole = cover_file(1, kind)
    for kept in (len(whole) // 2, len(whole) * 9 // 10, 20, 3):
        with pytest.raises(InvalidFile, match=r"no whole|cut off"):
            read_picture(whole[:kept])


def test_a_png_without_its_end_is_refused() -> None:
    with pytest.raises(InvalidFile, match="cut off"):
        read_picture(cover_file(1, "PNG")[:-12])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!DOCTYPE html><html><body>Not found</body></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'{"error": "not found"}',
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"RIFF\x10\x00\x00\x00WEBP",
        b"\xff\xd8\xff\xe0",
        b"PK\x03\x04" + b"\0" * 100,
        encoded(drawn(), "BMP"),
        encoded(drawn(), "TIFF"),
        encoded(drawn(), "ICO"),
        encoded(drawn(), "PPM"),
    ],
    ids=lambda data: repr(data[:8]),
)
def test_what_is_no_picture_of_the_four_kinds_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidFile) as error:
        read_picture(data)
    assert "object at 0x" not in error.value.message


def png_of(width: int, height: int) -> bytes:
    """Return a small file that says that it is a large picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(
            ">I", zlib.crc32(name + data)
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "size", [(7_100, 7_100), (12_000, 12_000), (30_000, 30_000), (2**31 - 1, 1)]
)
def test_a_bomb_is_refused_before_it_is_blown_up(size: tuple[int, int]) -> None:
    with pytest.raises(InvalidFile, match="more than 50,000,000"):
        read_picture(png_of(*size))


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(InvalidFile, match="more than 20 MB"):
        read_picture(b"\xff\xd8" + b"\0" * MAX_BYTES)


@pytest.mark.parametrize(
    "image",
    [
        drawn().convert("L"),
        drawn().convert("1"),
        drawn().convert("P"),
        drawn().convert("LA"),
        drawn().convert("RGBA"),
        Image.new("I;16", (60, 90), 30_000),
        Image.new("P", (60, 90)),
    ],
    ids=lambda image: image.mode,
)
def test_every_kind_of_pixels_is_read(image: Image.Image) -> None:
    picture = read_picture(encoded(image))
    assert picture.pixels.mode in ("RGB", "RGBA")
    assert picture.look().width == image.width


def test_colours_made_for_printing_are_read() -> None:
    assert read_picture(encoded(drawn().convert("CMYK"), "JPEG")).pixels.mode == "RGB"


def test_sixteen_bits_keep_their_brightness() -> None:
    picture = read_picture(encoded(Image.new("I;16", (60, 90), 0x8000)))
    assert picture.pixels.getpixel((0, 0)) == (128, 128, 128)


def test_a_picture_is_turned_as_its_camera_held_it() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    data = encoded(drawn(size=(600, 400)), "JPEG", exif=turned)
    picture = read_picture(data)
    assert (picture.width, picture.height) == (400, 600)
    assert picture.data == data
    with Image.open(io.BytesIO(picture.thumbnail(200) or b"")) as small:
        assert small.size == (200, 300)


@pytest.mark.parametrize("held", range(1, 9))
def test_every_way_of_holding_a_camera_is_undone(held: int) -> None:
    upright = Image.new("RGB", (300, 450), "white")
    upright.paste("red", (0, 0, 150, 225))
    back = [
        *(None, Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180),
        *(Image.Transpose.FLIP_TOP_BOTTOM, Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_90),
        *(Image.Transpose.TRANSVERSE, Image.Transpose.ROTATE_270),
    ][held - 1]
    notes = Image.Exif()
    notes[0x0112] = held
    lying = upright if back is None else upright.transpose(back)
    picture = read_picture(encoded(lying, "PNG", exif=notes))
    assert (picture.width, picture.height) == (300, 450)
    assert picture.pixels.getpixel((10, 10)) == (255, 0, 0)
    assert picture.pixels.getpixel((290, 440)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_of_a_large_picture_little_is_kept_in_memory(kind: str) -> None:
    picture = read_picture(cover_file(1, kind, size=(2_000, 3_000)))
    assert (picture.width, picture.height) == (2_000, 3_000)
    assert picture.pixels.size == (800, 1_200)
    assert why_no_cover(picture.look()) is None
    with Image.open(io.BytesIO(picture.thumbnail(400) or b"")) as small:
        assert small.size == (400, 600)


def test_damaged_notes_of_a_camera_do_no_harm() -> None:
    data = encoded(drawn(), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff garbage")
    assert read_picture(data).width == 400


def test_of_a_moving_picture_the_first_frame_is_shown() -> None:
    frames = [Image.new("RGB", (300, 450), colour) for colour in ("red", "blue")]
    data = encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])
    assert read_picture(data).pixels.getpixel((5, 5)) == (254, 0, 0) or (
        read_picture(data).pixels.getpixel((5, 5)) == (255, 0, 0)
    )


def test_a_second_picture_in_a_camera_s_file_is_left_aside() -> None:
    data = encoded(drawn(), "MPO", save_all=True, append_images=[drawn(2)])
    assert read_picture(data).mime == "image/jpeg"


def test_a_thumbnail_is_webp_and_never_larger_than_the_picture() -> None:
    picture = read_picture(cover_file(size=(300, 450)))
    with Image.open(io.BytesIO(picture.thumbnail(200) or b"")) as small:
        assert (small.format, small.size) == ("WEBP", (200, 300))
    assert picture.thumbnail(300) is None
    assert picture.thumbnail(400) is None


def test_what_shines_through_stays_so_in_a_thumbnail() -> None:
    image = Image.new("RGBA", (300, 300), (255, 0, 0, 0))
    with Image.open(io.BytesIO(read_picture(encoded(image)).thumbnail(200) or b"")) as small:
        assert small.mode == "RGBA"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (BLANK, "1x1"),
        (encoded(Image.new("RGB", (300, 450), "white"), "JPEG"), "blank"),
        (encoded(Image.new("L", (300, 450), 128)), "blank"),
        (encoded(Image.new("RGBA", (300, 450), (9, 9, 9, 0))), "nothing is to be seen"),
        (not_available(), "Google's"),
        (not_available((128, 167)), "Google's"),
    ],
)
def test_a_placeholder_is_known_by_its_look(data: bytes, said: str) -> None:
    assert said in str(why_no_cover(read_picture(data).look()))
