"""Reading pictures: nothing counts as one that cannot be decoded whole.

Neither a name nor a content type is believed. What is kept is the file as it came; how it is
turned (EXIF) shows in its size and in its thumbnails.
"""

from __future__ import annotations

import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from booktrack.domain.covers import Look
from booktrack.errors import InvalidFile, shown

if TYPE_CHECKING:
    from PIL.Image import Image as Pixels

MAX_BYTES = 20 * 1024 * 1024
MAX_PIXELS = 50_000_000
"""More than a telephone's camera takes; decoded it is 200 MB."""

# What Pillow calls them; MPO is what cameras make of a JPEG with a second picture in it.
_KINDS = {
    "JPEG": "image/jpeg",
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
}
_OPENED = ("JPEG", "PNG", "WEBP", "GIF")
_PNG_END = b"IEND\xaeB`\x82"
_SAMPLE = 200  # pixels a side on which a look is measured
_TONES = 32
_KEPT_WIDTH = 800  # pixels, twice the larger thumbnail's
_ORIENTATION = 0x0112
_LYING = 5  # from here on width and height change places
_WEBP_QUALITY = 82
_LONGEST_SIDE = 16_383  # WebP's own limit

# `catch_warnings` is not made for threads: ours at least take turns.
_opening = threading.Lock()


@dataclass(frozen=True)
class Picture:
    """A decoded picture: its file, what it is, how large it is shown, and what it looks like.

    `pixels` is at most 800 wide: a batch of large pictures would else fill the memory.
    """

    data: bytes
    sha256: str
    mime: str
    width: int
    height: int
    pixels: Pixels

    def look(self) -> Look:
        """Return what tells a cover from a picture that stands for none."""
        return _measured(self)

    def thumbnail(self, width: int) -> bytes | None:
        """Return it as WebP at most so many pixels wide, or None where it is no wider itself."""
        if self.width <= width:
            return None
        from PIL import Image

        height = min(max(1, round(self.height * width / self.width)), _LONGEST_SIDE)
        small = self.pixels.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        out = io.BytesIO()
        small.save(out, "WEBP", quality=_WEBP_QUALITY, method=4)
        return out.getvalue()


def read_picture(data: bytes) -> Picture:
    """Return the picture in a file; of a moving one the first frame is shown.

    Raises:
        InvalidFile: it is no JPEG, PNG, WebP or GIF, is cut off, damaged or too large.
    """
    if len(data) > MAX_BYTES:
        size = len(data) / 2**20
        raise InvalidFile(f"the picture has {size:.1f} MB, more than {MAX_BYTES // 2**20} MB")
    if not data:
        raise InvalidFile("the picture is empty; give a JPEG, PNG, WebP or GIF file")
    mime, (width, height), pixels = _decoded(data)
    return Picture(data, hashlib.sha256(data).hexdigest(), mime, width, height, pixels)


def _decoded(data: bytes) -> tuple[str, tuple[int, int], Pixels]:
    from PIL.Image import DecompressionBombError

    try:
        with _open(data) as image:
            width, height = image.size
            if width * height > MAX_PIXELS:
                raise InvalidFile(
                    f"the picture has {width}x{height} pixels, more than {MAX_PIXELS:,}"
                )
            # A large JPEG is decoded to a part of its size; its file is read whole all the same.
            image.draft(None, (_KEPT_WIDTH, _KEPT_WIDTH))
            image.load()
            if image.format == "PNG" and _PNG_END not in data:
                raise InvalidFile("the picture is cut off: a PNG ends with IEND, and this does not")
            kind = _KINDS[image.format or ""]
            turned = _orientation(image) >= _LYING
            return kind, (height, width) if turned else (width, height), _plain(image)
    except InvalidFile:
        raise
    except DecompressionBombError as error:
        # Pillow's own limit, which is met before the size can be read.
        raise InvalidFile(f"the picture has more than {MAX_PIXELS:,} pixels") from error
    except Exception as error:  # a decoder fails in as many ways as there are damaged files
        # Pillow's own words on an unknown kind name an object in memory.
        why = (
            str(error) if isinstance(error, OSError) and "cannot identify" not in str(error) else ""
        )
        raise InvalidFile(
            "this is no whole JPEG, PNG, WebP or GIF picture; "
            f"it begins {shown(data[:16])}{why and f' ({why})'}"
        ) from error


def _open(data: bytes) -> Pixels:
    """Return the picture with its head read and no more."""
    from PIL import Image

    with _opening, warnings.catch_warnings():
        # Pillow warns of a bomb before ours would be refused, on the user's terminal.
        warnings.simplefilter("ignore")
        return Image.open(io.BytesIO(data), formats=_OPENED)


def _plain(image: Pixels) -> Pixels:
    """Return the pixels upright, as RGB or RGBA, and no wider than is of use."""
    upright = _upright(image)
    if upright.mode.startswith("I"):
        # 16 bits a pixel: the upper eight are what a screen shows.
        upright = upright.point(lambda value: value / 256).convert("L")
    clear = upright.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info
    pixels = upright.convert("RGBA" if clear else "RGB")
    pixels.thumbnail((_KEPT_WIDTH, _LONGEST_SIDE))
    return pixels


def _upright(image: Pixels) -> Pixels:
    from PIL.Image import Transpose

    # EXIF's eight ways of holding a camera, as they are undone.
    ways = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    way = ways.get(_orientation(image))
    return image if way is None else image.transpose(way)


def _orientation(image: Pixels) -> int:
    """Return how the camera was held, 1 to 8; 1 where its notes do not say it or are damaged."""
    try:
        with _opening, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            said = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 - damaged notes are common, and the picture is whole
        return 1
    return said if isinstance(said, int) and 1 <= said <= 8 else 1


def _measured(picture: Picture) -> Look:
    from PIL import Image, ImageChops

    size = (min(picture.width, _SAMPLE), min(picture.height, _SAMPLE))
    # Nearest, because a mean would make tones that the picture does not have.
    sample = picture.pixels.resize(size, Image.Resampling.NEAREST)
    opaque = True
    if sample.mode == "RGBA":
        opaque = any(sample.getchannel("A").histogram()[1:])
        shown_on_white = Image.new("RGBA", sample.size, "white")
        sample = Image.alpha_composite(shown_on_white, sample)
    red, green, blue = sample.convert("RGB").split()
    off = ImageChops.lighter(ImageChops.difference(red, green), ImageChops.difference(green, blue))
    tones = sample.convert("L").histogram()
    every = sum(tones)
    bands = [sum(tones[at : at + 256 // _TONES]) for at in range(0, 256, 256 // _TONES)]
    # A tone on the edge of two bands counts for both.
    mostly = max(map(sum, zip(bands, [*bands[1:], 0], strict=True))) / every
    spread = max(_range(one.histogram()) for one in (red, green, blue))
    return Look(
        width=picture.width,
        height=picture.height,
        md5=hashlib.md5(picture.data, usedforsecurity=False).hexdigest(),
        chroma=_nearly_most(off.histogram()),
        spread=spread,
        mostly=mostly,
        opaque=opaque,
    )


def _range(histogram: list[int]) -> int:
    """Return how far the lowest and the highest value that occur are apart."""
    values = [value for value, count in enumerate(histogram) if count]
    return values[-1] - values[0]


def _nearly_most(histogram: list[int]) -> int:
    """Return the value that 99 of 100 pixels do not exceed."""
    left = sum(histogram) * 0.99
    for value, count in enumerate(histogram):
        left -= count
        if left <= 0:
            return value
    return 255
