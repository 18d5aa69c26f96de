"""Scanning: the barcode on a book, as text or in a picture, to the book."""

from __future__ import annotations

import io
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from booktrack.domain.barcodes import read_barcode
from booktrack.domain.isbn import ISBN13
from booktrack.errors import InvalidFile, InvalidISBN, MissingExtra, NotFound, shown, shown_path
from booktrack.services import lookup
from booktrack.services.context import Context

if TYPE_CHECKING:
    from PIL.Image import Image

JSON = dict[str, Any]

_LARGEST_PICTURE = 32 << 20
_MOST_PIXELS = 100_000_000
_ENOUGH = 2_000  # pixels of a side: a code that fills a tenth of it can be read
_opening = threading.Lock()  # which warnings are shown is the whole process's setting
_reading = threading.Lock()  # a large picture takes half a gigabyte


def scan(ctx: Context, code: str, remote: str) -> JSON:
    """Return the book whose barcode says this."""
    return lookup.lookup(ctx, read_barcode(code), remote)


def scan_image(ctx: Context, picture: bytes | str | Path, remote: str) -> JSON:
    """Return the book whose barcode the picture shows."""
    return lookup.lookup(ctx, _isbn_in(_codes(_bytes_of(picture))), remote)


def _isbn_in(codes: list[str]) -> ISBN13:
    """Return the first code that is a book's; the price beside it is another code."""
    if not codes:
        raise NotFound("the picture shows no barcode that can be read; come closer, or type it")
    refused: InvalidISBN | None = None
    for code in codes:
        try:
            return read_barcode(code)
        except InvalidISBN as error:
            refused = refused or error
    if refused is None:
        raise NotFound("the picture shows no barcode that can be read; come closer, or type it")
    raise refused


def _bytes_of(picture: bytes | str | Path) -> bytes:
    if isinstance(picture, (bytes, bytearray, memoryview)):
        _check_size(memoryview(picture).nbytes)
        return bytes(picture)
    try:
        path = Path(picture).expanduser()
        size = path.stat().st_size
        # A pipe or a device may never end.
        data = path.read_bytes() if path.is_file() and size <= _LARGEST_PICTURE else None
    except OSError as error:
        why = error.strerror or "no such file"
        raise InvalidFile(f"the picture {shown_path(picture)} cannot be read: {why}") from error
    except (TypeError, ValueError, RuntimeError) as error:
        raise InvalidFile(
            f"a picture is given as its bytes or its path, not as {shown(picture)}"
        ) from error
    _check_size(size)
    if data is None:
        raise InvalidFile(f"{shown_path(picture)} is no file; name a picture")
    return data


def _check_size(size: int) -> None:
    if size > _LARGEST_PICTURE:
        raise InvalidFile(f"a picture of {size} bytes is too large; 32 MiB is the most")


def _codes(data: bytes) -> list[str]:
    """Return the texts of the barcodes in a picture, books' own first."""
    try:
        import zxingcpp
    except ImportError as error:
        raise MissingExtra(
            "reading barcodes in pictures needs zxing-cpp: pip install 'booktrack[barcode]'",
            extra="barcode",
        ) from error
    with _reading:
        grey = _grey(data)
        # Bars are read up to some 20 degrees from level or plumb; a photo may lie in between.
        turned = (_read(_turned(grey, angle), zxingcpp) for angle in (0, 30, 60))
        found = next(filter(None, turned), [])
    found.sort(key=lambda text: not text.startswith(("978", "979")))
    return list(dict.fromkeys(found))


def _grey(data: bytes) -> Image:
    """Return the picture in shades of grey, on white where it is transparent."""
    from PIL import Image, UnidentifiedImageError

    try:
        with _open(data) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise InvalidFile(f"a picture of {image.width} x {image.height} is too large")
            if not image.has_transparency_data:
                return image.convert("L")
            whole = image.convert("RGBA")
    except UnidentifiedImageError as error:
        raise InvalidFile(
            "this is no picture that can be read: it is no JPEG, PNG, WebP, GIF or BMP"
        ) from error
    # A decoder fails in more ways than it tells of.
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidFile(f"this is no picture that can be read: {error}") from error
    return Image.alpha_composite(Image.new("RGBA", whole.size, "white"), whole).convert("L")


def _open(data: bytes) -> Image:
    """Return the picture with its head read and no more."""
    from PIL import Image

    with _opening, warnings.catch_warnings():
        # Pillow warns of a bomb before ours would be refused, on the user's terminal.
        warnings.simplefilter("ignore")
        return Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "GIF", "BMP"])


def _turned(grey: Image, angle: int) -> Image:
    if not angle:
        return grey
    small = grey.copy()
    small.thumbnail((_ENOUGH, _ENOUGH))
    return small.rotate(angle, expand=True, fillcolor=255)


def _read(image: Image, zxingcpp: Any) -> list[str]:
    formats = zxingcpp.barcode_formats_from_str("EAN-13,UPC-A,UPC-E,EAN-8,Code128,QRCode")
    found = zxingcpp.read_barcodes(
        image, formats=formats, ean_add_on_symbol=zxingcpp.EanAddOnSymbol.Read
    )
    return [one.text for one in found]
