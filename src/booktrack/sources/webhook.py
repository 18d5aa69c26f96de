"""Telling a webhook: what is sent, how it is signed, and which failures are worth another try.

The form is that of Standard Webhooks 1.0.0 (github.com/standard-webhooks/standard-webhooks): the
id stays the same however often a message is sent, the time is that of the attempt, and both are
signed with the body by HMAC-SHA256.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import anyio

from booktrack.errors import InvalidInput, SourceRateLimited, SourceRefused, SourceUnavailable
from booktrack.sources.base import Ask, Reply

TRIES = 4
PATIENCE = 60.0
"""Seconds for one message, its waits included; what is left undone goes with the next refresh."""

SHORTEST_SECRET = 8
"""Letters; a shorter path of an address guards nothing, and would be blotted out everywhere."""

_PREFIX = "whsec_"
_FIRST_WAIT = 2.0
_GONE = 410


@dataclass(frozen=True)
class Message:
    """One message; its key and its address never show, as addresses of webhooks are secrets too."""

    id: str
    body: bytes
    url: str = field(repr=False)
    key: bytes = field(repr=False)
    allow_private: bool = False

    def signed(self, now: datetime) -> Ask:
        """Return the request that delivers it at this moment."""
        seconds = str(int(now.timestamp()))
        return Ask(
            self.url,
            method="POST",
            content=self.body,
            accept="any",
            headers={
                "Content-Type": "application/json",
                "webhook-id": self.id,
                "webhook-timestamp": seconds,
                "webhook-signature": signature(self.key, self.id, seconds, self.body),
            },
            # Once it says 2xx the news are taken, whatever else it sends and however slowly: an
            # answer that cannot be read must not have them told again and again.
            max_bytes=0,
        )


def signing_key(secret: str) -> bytes:
    """Return the bytes of a secret: "whsec_" and base64, else the text as it is.

    >>> signing_key("whsec_Ym9va3RyYWNr"), signing_key("a passphrase")
    (b'booktrack', b'a passphrase')

    Raises:
        InvalidInput: what follows "whsec_" is no base64, or nothing.
    """
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        # Raised out here: the decoder's error, as a cause, would carry the secret along.
        raise InvalidInput("webhook_secret begins with whsec_, but no base64 follows")
    return key


def signature(key: bytes, message_id: str, seconds: str, body: bytes) -> str:
    """Return the value of `webhook-signature` for one attempt.

    >>> signature(b"key", "msg_1", "1674087231", b"{}")
    'v1,uJRqrsVdxSA6rVfjmEImCxf3zzM+BfFD1xgW/wMdTPw='
    """
    content = b".".join([message_id.encode(), seconds.encode(), body])
    digest = hmac.new(key, content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


async def deliver(
    message: Message,
    send: Callable[[Ask, float], Awaitable[Reply]],
    *,
    now: Callable[[], datetime],
    jitter: Callable[[float], float],
) -> int:
    """Return after how many attempts the message was taken.

    Tried again is what may pass: no connection, no answer in time, 408, 429 and 5xx, with waits
    that double, or as long as the receiver asks. Any other answer than 2xx is final.

    Raises:
        SourceError: it was not taken.
    """
    end = anyio.current_time() + PATIENCE
    for attempt in range(1, TRIES):
        try:
            return _taken(await send(message.signed(now()), end - anyio.current_time()), attempt)
        except (SourceUnavailable, SourceRateLimited) as error:
            # A pause that the receiver asked for is kept by its pace; one too long is reported.
            asked = getattr(error, "retry_after", None) or 0.0
            wait = jitter(_FIRST_WAIT * 2.0**attempt)
            if max(asked, wait) >= end - anyio.current_time():
                raise
        await anyio.sleep(wait)
    return _taken(await send(message.signed(now()), end - anyio.current_time()), TRIES)


def _taken(reply: Reply, attempt: int) -> int:
    if 200 <= reply.status < 300:
        return attempt
    if reply.status == _GONE:
        raise SourceRefused(
            f"{reply.source} wants no more news (HTTP 410); set webhook_url anew",
            source=reply.source,
            status=_GONE,
        )
    raise SourceRefused(
        f"{reply.source} did not take the news (HTTP {reply.status}); look at webhook_url",
        source=reply.source,
        status=reply.status,
    )
