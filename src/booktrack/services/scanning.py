"""Scanning: the barcode on a book, as text or in a picture, to the book."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from booktrack.domain.barcodes import read_barcode
from booktrack.domain.isbn import ISBN13
from booktrack.errors import InvalidFile, InvalidISBN, MissingExtra, NotFound, shown
from booktrack.services import lookup
from booktrack.services.context import Context

JSON = dict[str, Any]

_LARGEST_PICTURE = 32 << 20
_MOST_PIXELS = 100_000_000


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
    if isinstance(picture, (bytes, bytearray)):
        data = bytes(picture)
    else:
        try:
            path = Path(picture)
            size = path.stat().st_size
            data = path.read_bytes() if size <= _LARGEST_PICTURE else b""
        except (OSError, TypeError, ValueError) as error:
            raise InvalidFile(f"the picture {shown(picture)} cannot be read: {error}") from error
        if size > _LARGEST_PICTURE:
            raise InvalidFile(f"a picture of {size} bytes is too large; 32 MiB is the most")
    if len(data) > _LARGEST_PICTURE:
        raise InvalidFile(f"a picture of {len(data)} bytes is too large; 32 MiB is the most")
    return data


def _codes(data: bytes) -> list[str]:
    """Return the texts of the barcodes in a picture, books' own first."""
    try:
        import zxingcpp
    except ImportError as error:
        raise MissingExtra(
            "reading barcodes in pictures needs zxing-cpp: pip install 'booktrack[barcode]'",
            extra="barcode",
        ) from error
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "WEBP", "GIF", "BMP"]) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise InvalidFile(f"a picture of {image.width} x {image.height} is too large")
            grey = image.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidFile(f"this is no picture that can be read: {error}") from error
    found = sorted(_read(grey, zxingcpp), key=lambda text: not text.startswith(("978", "979")))
    return list(dict.fromkeys(found))


def _read(image: Any, zxingcpp: Any) -> Iterator[str]:
    formats = zxingcpp.barcode_formats_from_str("EAN-13,UPC-A,UPC-E,EAN-8,Code128,QRCode")
    for found in zxingcpp.read_barcodes(
        image, formats=formats, ean_add_on_symbol=zxingcpp.EanAddOnSymbol.Read
    ):
        yield found.text
