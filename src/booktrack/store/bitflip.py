"""Where one bit was flipped: what a wrong CRC-32 tells beyond being wrong.

CRC-32 is linear: flipping one bit changes it by a value that depends on the bit's distance from
the end alone, and its polynomial is primitive, so every distance below 512 MB has a value of its
own. Damage of one bit can so be told from somebody's edit, and mended.
"""

from __future__ import annotations

from math import isqrt

_POLYNOMIAL = 0xEDB88320


def flipped_bit(difference: int, size: int) -> tuple[int, int] | None:
    """Return the byte and the bit in it whose flipping alone explains two CRCs of `size` bytes.

    Args:
        difference: the CRC that is there xor the CRC that should be.
        size: how many bytes the CRC covers.

    >>> import zlib
    >>> flipped_bit(zlib.crc32(b"bookc") ^ zlib.crc32(b"books"), 5)
    (4, 4)
    """
    # Baby steps and giant steps: the k with step^k(1) = difference, in sqrt(bits) steps.
    stride = isqrt(8 * size) + 1
    babies = {}
    value = 1
    for number in range(stride):
        babies[value] = number
        value = _step(value)
    back = _tables_of_steps_back(stride)
    value = difference
    for giants in range(stride + 1):
        if value in babies:
            distance = giants * stride + babies[value]
            if 0 < distance <= 8 * size:
                return size - 1 - (distance - 1) // 8, 7 - (distance - 1) % 8
        value = _apply(back, value)
    return None


def _step(value: int) -> int:
    return (value >> 1) ^ (_POLYNOMIAL if value & 1 else 0)


def _step_back(value: int) -> int:
    # The top bit of the polynomial is set, so it tells whether the lowest bit was 1.
    if value >> 31:
        return ((value ^ _POLYNOMIAL) << 1) & 0xFFFFFFFF | 1
    return value << 1


def _tables_of_steps_back(count: int) -> list[list[int]]:
    """Return what `count` steps back make of each byte of a value, since steps are linear."""
    bits = [1 << number for number in range(32)]
    for _ in range(count):
        bits = [_step_back(value) for value in bits]
    tables = []
    for first in range(0, 32, 8):
        table = [0] * 256
        for byte in range(1, 256):
            low = byte & -byte
            table[byte] = table[byte ^ low] ^ bits[first + low.bit_length() - 1]
        tables.append(table)
    return tables


def _apply(tables: list[list[int]], value: int) -> int:
    one, two, three, four = tables
    return one[value & 255] ^ two[value >> 8 & 255] ^ three[value >> 16 & 255] ^ four[value >> 24]
