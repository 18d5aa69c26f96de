"""Reading what a service sends, within bounds, and seeing that it is what was asked for."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Mapping

from booktrack.errors import SourceChanged, SourceUnavailable, shown
from booktrack.sources.base import Ask, Reply, Source


def changed(source: Source, what: str) -> SourceChanged:
    """Return the error that says what a service did other than documented."""
    return SourceChanged(f"{source.title} {what}", source=source.name)


async def read_body(
    source: Source, headers: Mapping[str, str], pieces: AsyncIterator[bytes], most: int
) -> bytes:
    """Return the body of at most so many bytes, unpacked piece by piece: no bomb is blown up whole.

    Raises:
        SourceChanged: it is too large, damaged, or packed in an unknown way.
        SourceUnavailable: it breaks off.
    """
    packing = headers.get("content-encoding", "identity").strip().lower()
    if packing not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise changed(source, f"packs its answer in an unknown way, {shown(packing)}")
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > most:
        raise _too_large(source, most)
    # 32 added to the window's bits: zlib sees by itself whether it is gzip or deflate.
    unpack = None if packing in ("identity", "") else zlib.decompressobj(wbits=32 + zlib.MAX_WBITS)
    body = bytearray()
    try:
        async for piece in pieces:
            body += unpack.decompress(piece, most + 1 - len(body)) if unpack else piece
            if len(body) > most:
                raise _too_large(source, most)
            if unpack and unpack.unused_data:
                break  # what follows the end may never end, and zlib would keep all of it
    except zlib.error as error:
        raise changed(source, f"sent a damaged {packing} answer") from error
    if unpack and body and not unpack.eof:
        raise SourceUnavailable(f"{source.title} broke off its answer", source=source.name)
    return bytes(body)


def check_content(ask: Ask, reply: Reply, source: Source) -> None:
    """Return if the reply holds what was asked for, or says in its status why not.

    Raises:
        SourceChanged: it is something else, such as a web page where JSON was due.
    """
    if 300 <= reply.status < 400:
        raise changed(source, f"answered HTTP {reply.status} without saying where to go")
    if reply.status != 200:
        return  # not found, or an error that the flow reads
    if ask.accept == "json":
        if not isinstance(reply.json(), (dict, list)):
            raise changed(source, f"answered {shown(reply.text[:60])} where an object was due")
    elif ask.accept == "image" and not reply.content_type.startswith("image/"):
        raise changed(source, f"sent {shown(reply.content_type)} where a picture was due")
    elif ask.accept == "xml" and not reply.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise changed(source, "sent something that is not XML")


def _too_large(source: Source, most: int) -> SourceChanged:
    size = f"{most / 2**20:g} MB" if most >= 2**20 else f"{most} bytes"
    return changed(source, f"sent more than {size} in one answer")
