"""The token: shown as Bearer by programs, as a password by calendars, as a cookie by pages.

The cookie is not the token but a proof of having shown it, good for thirty days, that only a
server with the same token accepts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from booktrack.errors import InvalidInput
from booktrack.web.problems import Problem

COOKIE = "booktrack_session"
_DAYS = 30
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="booktrack", Basic realm="booktrack"'}


class Tokens:
    """Checks what a request shows against the one token.

    Args:
        token: What it must show.

    Raises:
        InvalidInput: It is empty, or of signs that no header can bear.
    """

    def __init__(self, token: str) -> None:
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            # The value is not shown: an error ends in a log.
            raise InvalidInput("a token is a text of printable ASCII signs")
        if not token.strip() or token != token.strip():
            raise InvalidInput("a token is not empty, and no blank stands around it")
        self._token = token.encode()

    def check(self, headers: Headers) -> None:
        """Return where the request shows the token.

        Raises:
            Problem: It does not.
        """
        given = headers.get("authorization")
        if given is not None:
            if self._fits(given):
                return
            raise Problem(401, "the token is wrong", headers=_CHALLENGE)
        if self._session_is_good(cookie_parser(headers.get("cookie", "")).get(COOKIE, "")):
            return
        raise Problem(
            401,
            "this server wants its token: send it as Authorization: Bearer, or log in at "
            "/api/login",
            headers=_CHALLENGE,
        )

    def is_the_token(self, text: str) -> bool:
        """Return whether the text is the token, in a time that tells nothing of it."""
        return hmac.compare_digest(text.encode(errors="replace"), self._token)

    def session(self) -> str:
        """Return a new cookie's value."""
        until = str(int(time.time()) + _DAYS * 86_400)
        return f"{until}.{self._proof(until)}"

    def cookie(self, *, secure: bool) -> str:
        """Return the header that gives a page its session."""
        text = (
            f"{COOKIE}={self.session()}; Path=/; Max-Age={_DAYS * 86_400}; "
            "HttpOnly; SameSite=Strict"
        )
        return f"{text}; Secure" if secure else text

    def _fits(self, header: str) -> bool:
        scheme, _, rest = header.partition(" ")
        if scheme.lower() == "bearer":
            return self.is_the_token(rest.strip())
        if scheme.lower() == "basic":
            return self.is_the_token(_password(rest))
        return False

    def _session_is_good(self, value: str) -> bool:
        until, _, proof = value.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 15):
            return False
        same = hmac.compare_digest(proof.encode(errors="replace"), self._proof(until).encode())
        return same and int(until) > time.time()

    def _proof(self, until: str) -> str:
        return hmac.new(self._token, f"session {until}".encode(), hashlib.sha256).hexdigest()


def _password(text: str) -> str:
    try:
        pair = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]
