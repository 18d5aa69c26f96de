"""Bodies of requests: not larger than the address takes, and not slower than a bad line."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import Message, Receive, Scope

from booktrack.web.problems import Problem

SMALL = 2 << 20
"""The bytes of a JSON body, at most: a review of 100,000 signs may take twelve for each."""

UPLOAD = 128 << 20
"""The bytes of an uploaded file with what encloses it, at most."""

# Uploads come by multipart or as the bytes themselves; everything else is JSON.
_SECONDS_OF_SILENCE = 15.0
_SECONDS_IN_ALL = 30.0
_BYTES_A_SECOND = 32 << 10


def limited(scope: Scope, headers: Headers, receive: Receive, large: Mapping[str, int]) -> Receive:
    """Return a `receive` that refuses a body which is too large or too slow.

    Args:
        scope: The request's.
        headers: The request's.
        receive: The server's.
        large: The bytes that an address takes where files of JSON are uploaded to it.

    Raises:
        Problem: The declared length is none, or too large already.
    """
    declared = headers.get("content-length")
    if declared is None and "transfer-encoding" not in headers:
        return receive
    limit = large.get(scope["path"]) or _limit(headers.get("content-type", ""))
    if declared is not None and not _is_length(declared):
        raise Problem(400, "the header Content-Length is no number")
    if declared is not None and int(declared) > limit:
        raise _too_large(limit)
    return _Counted(receive, limit)


def _is_length(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20


def _limit(kind: str) -> int:
    return UPLOAD if not kind.startswith("application/json") and kind else SMALL


def _too_large(limit: int) -> Problem:
    return Problem(
        413,
        f"the body is larger than the {limit >> 20} MiB that this address takes",
        headers={"Connection": "close"},
    )


class _Counted:
    """Counts what comes, and looks at the clock."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._count = 0
        self._done = False
        self._began = asyncio.get_running_loop().time()

    async def __call__(self) -> Message:
        """Return the next piece of the body.

        Raises:
            Problem: It is too large or too slow.
        """
        if self._done:
            return await self._receive()
        try:
            async with asyncio.timeout(self._patience()):
                message = await self._receive()
        except TimeoutError as error:
            raise Problem(
                408, "the body came too slowly", headers={"Connection": "close"}
            ) from error
        if message["type"] == "http.request":
            self._count += len(message.get("body", b""))
            self._done = not message.get("more_body", False)
            if self._count > self._limit:
                raise _too_large(self._limit)
        return message

    def _patience(self) -> float:
        spent = asyncio.get_running_loop().time() - self._began
        allowed = _SECONDS_IN_ALL + self._count / _BYTES_A_SECOND
        return max(0.0, min(_SECONDS_OF_SILENCE, allowed - spent))
