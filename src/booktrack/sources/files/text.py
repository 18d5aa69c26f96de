"""From a file's bytes to its text: what it is, how it is encoded, and where its bytes are wrong."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from itertools import islice

from booktrack.errors import InvalidFile

# The largest real export seen has 2 MB. Reading needs about five times the size in memory.
MAX_BYTES = 64 * 1024 * 1024

_MAGIC = (
    (b"PK\x03\x04", "a zip archive (or an .xlsx, .ods or .epub file, which are zip archives)"),
    (b"PK\x05\x06", "an empty zip archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"RIFF", "a picture, sound or film"),
    (b"%PDF-", "a PDF document"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (.xls, .doc)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"bplist00", "a binary property list; save it as XML"),
)
_ADVICE = {
    "a zip": " Unpack it, or save the sheet as CSV, and import the file inside.",
    "a gz": " Unpack it and import the file inside.",
    "an old": " Save the sheet as CSV and import that.",
}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# MARC-8 writes an accent before its letter. https://www.loc.gov/marc/specifications/codetables/
_MARC_ACCENTS = dict(
    zip(
        range(0xE0, 0xFF),
        "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a\ufe20\ufe21\u0315"
        "\u030b\u0310\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e\ufe22\ufe23"
        "\u0313\u0313\u0313",
        strict=True,
    )
)
_MARC_LETTERS = {
    0xA1: "Ł", 0xA2: "Ø", 0xA3: "Đ", 0xA4: "Þ", 0xA5: "Æ", 0xA6: "Œ", 0xA7: "ʹ", 0xAE: "ʼ",
    0xB0: "ʻ", 0xB1: "ł", 0xB2: "ø", 0xB3: "đ", 0xB4: "þ", 0xB5: "æ", 0xB6: "œ", 0xB8: "ı",
    0xBA: "ð", 0xC3: "©", 0xC5: "¿", 0xC6: "¡", 0xC7: "ß",
}  # fmt: skip
# "surrogateescape" turns the byte 0x80 into U+DC80, and so on.
_ESCAPED = 0xDC00
_STRAY = re.compile("[\udc80-\udcff]")
_ACCENTED = re.compile(r"([\udce0-\udcfe])([^\W\d_])")
# Controls, and the five bytes that cp1252 leaves unassigned.
_NOT_IN_CP1252 = bytes({*range(32)} - {*b"\t\n\r\f\v"}) + b"\x81\x8d\x8f\x90\x9d"
_KANA = re.compile("[\u3041-\u30fe]")


@dataclass(frozen=True, slots=True)
class Decoded:
    r"""The text of a file with line ends as `\n`, its encoding, and what had to be repaired."""

    text: str
    encoding: str
    notes: tuple[str, ...] = ()


def decode(data: bytes, *, name: str | None = None, max_bytes: int = MAX_BYTES) -> Decoded:
    r"""Return the text of a file whose encoding is told by its bytes alone.

    Read are UTF-8, UTF-16 and UTF-32 with a byte order mark, UTF-16 without one, UTF-8, UTF-8
    with stray bytes (MARC-8 accents or cp1252), Shift-JIS and cp1252.

    Raises:
        InvalidFile: The file is empty, too large or not text; the message says which.

    >>> decode(b"Titre;Auteur\r\nV\xe9rit\xe9;Zola").text
    'Titre;Auteur\nVérité;Zola'
    """
    label = f"The file {name!r}" if name else "The file"
    _refuse_what_is_no_text(data, label, max_bytes)
    text, encoding, notes = _decoded(data, label)
    # Mixed line ends occur, and the csv module refuses a lone carriage return.
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip("\ufeff\n\t ,;"):
        raise InvalidFile(f"{label} is empty: it holds nothing but blanks and separators.")
    return Decoded(text, encoding, notes)


def _refuse_what_is_no_text(data: bytes, label: str, max_bytes: int) -> None:
    if not data:
        raise InvalidFile(f"{label} is empty.")
    if len(data) > max_bytes:
        size, limit = len(data) / 1_048_576, max_bytes / 1_048_576
        raise InvalidFile(f"{label} is too large: {size:,.0f} MiB, the limit is {limit:,.0f} MiB.")
    # An .xlsx or an .epub that was renamed to .csv is a zip.
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            advice = next((text for start, text in _ADVICE.items() if kind.startswith(start)), "")
            raise InvalidFile(f"{label} is {kind}, not a text file.{advice}")


def _decoded(data: bytes, label: str) -> tuple[str, str, tuple[str, ...]]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decode_strictly(data, encoding, label), encoding, ()
    wide = _utf16_without_mark(data)
    if wide:
        return _decode_strictly(data, wide, label), wide, ()
    if b"\x00" in data:
        raise InvalidFile(f"{label} is binary, not text: it holds a NUL at byte {data.index(0)}.")
    try:
        return data.decode("utf-8"), "utf-8", ()
    except UnicodeDecodeError:
        return _without_utf8(data, label)


def _decode_strictly(data: bytes, encoding: str, label: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InvalidFile(
            f"{label} says that it is {encoding}, but byte {error.start} is not: {error.reason}."
        ) from error
    if "\x00" in text:
        raise InvalidFile(f"{label} is binary, not text: it holds NUL characters.")
    return text.removeprefix("\ufeff")


def _utf16_without_mark(data: bytes) -> str | None:
    head = data[:2000]
    if len(head) < 4 or len(data) % 2:
        return None
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    # ASCII in UTF-16 is every second byte zero.
    if odd > 0.7 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _without_utf8(data: bytes, label: str) -> tuple[str, str, tuple[str, ...]]:
    """Decode bytes that are not UTF-8: a few stray bytes in it, Shift-JIS, or cp1252."""
    sound = data.decode("utf-8", "ignore")
    stray = len(data) - len(sound.encode())
    good = len(sound) - len(sound.encode("ascii", "ignore"))
    # cp1252 text almost never holds a valid UTF-8 sequence.
    if good and stray <= 3 * good:
        text, kind = _repaired(data.decode("utf-8", "surrogateescape"))
        return text, "utf-8", (f"{stray} bytes were not UTF-8 and were read as {kind}",)
    japanese = _shift_jis(data)
    if japanese:
        return japanese, "cp932", ()
    odd = len(data) - len(data.translate(None, _NOT_IN_CP1252))
    if odd > max(3, len(data) // 1000):
        raise InvalidFile(
            f"{label} is binary, or its encoding is neither UTF-8, UTF-16 nor cp1252."
        )
    return data.decode("cp1252", "replace"), "cp1252", ()


def _shift_jis(data: bytes) -> str | None:
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return None
    return text if len(list(islice(_KANA.finditer(text), 3))) == 3 else None


def _repaired(marked: str) -> tuple[str, str]:
    """Return the text with its stray bytes read as the one of two encodings that fits them."""
    stray = _STRAY.findall(marked)
    accents = sum(_composed(match) is not None for match in _ACCENTED.finditer(marked))
    letters = sum(ord(byte) - _ESCAPED in _MARC_LETTERS for byte in stray)
    if accents + letters < 0.8 * len(stray):
        return _STRAY.sub(_cp1252, marked), "cp1252"
    composed = _ACCENTED.sub(lambda match: _composed(match) or match[0], marked)
    return _STRAY.sub(_marc_letter, composed), "MARC-8"


def _composed(match: re.Match[str]) -> str | None:
    letter = unicodedata.normalize("NFC", match[2] + _MARC_ACCENTS[ord(match[1]) - _ESCAPED])
    return letter if len(letter) == 1 else None


def _marc_letter(match: re.Match[str]) -> str:
    return _MARC_LETTERS.get(ord(match[0]) - _ESCAPED) or _cp1252(match)


def _cp1252(match: re.Match[str]) -> str:
    return bytes([ord(match[0]) - _ESCAPED]).decode("cp1252", "replace")
