"""The token: shown as Bearer by programs, as a password by calendars, as a cookie by pages.

The cookie is not the token but a proof of having shown it, good for thirty days, that only a
server with the same token accepts.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import math
import time
from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from booktrack.errors import InvalidInput
from booktrack.web.guesses import Guesses
from booktrack.web.problems import Problem

COOKIE = "booktrack_session"
_DAYS = 30
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="booktrack", Basic realm="booktrack"'}


class Tokens:
    """Checks what a request shows against the one token.

    Args:
        token: What it must show.
        clock: Tells seconds, and never goes back.

    Raises:
        InvalidInput: It is empty, or of signs that no header can bear.
    """

    def __init__(self, token: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            # The value is not shown: an error ends in a log.
            raise InvalidInput("a token is a text of printable ASCII signs")
        if not token.strip() or token != token.strip():
            raise InvalidInput("a token is not empty, and no blank stands around it")
        self._token = token.encode()
        self._guesses = Guesses(clock)

    def check(self, scope: Scope, headers: Headers) -> None:
        """Return where the request shows the token.

        Raises:
            Problem: It does not, or comes from where too many wrong ones came from.
        """
        given = headers.get("authorization")
        if given is not None:
            self.check_shown(scope, _shown(given))
            return
        if self._session_is_good(cookie_parser(headers.get("cookie", "")).get(COOKIE, "")):
            return
        raise Problem(
            401,
            "this server wants its token: send it as Authorization: Bearer, or log in at "
            "/api/login",
            headers=_CHALLENGE,
        )

    def check_shown(self, scope: Scope, text: str) -> None:
        """Return where the text is the token, in a time that tells nothing of it.

        Raises:
            Problem: It is not, or comes from where too many wrong ones came from: even the right
                one is then not looked at, or guessing on would be worth the while.
        """
        client = scope.get("client")
        address = client[0] if client else ""
        wait = self._guesses.wait(address)
        if wait:
            raise Problem(
                429,
                "too many wrong tokens came from your address; wait before you show another",
                headers={"Retry-After": str(math.ceil(wait))},
            )
        if not hmac.compare_digest(text.encode(errors="replace"), self._token):
            self._guesses.count(address)
            raise Problem(401, "the token is wrong", headers=_CHALLENGE)

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

    def _session_is_good(self, value: str) -> bool:
        until, _, proof = value.partition(".")
        if not (until.isascii() and until.isdigit() and len(until) < 15):
            return False
        same = hmac.compare_digest(proof.encode(errors="replace"), self._proof(until).encode())
        return same and int(until) > time.time()

    def _proof(self, until: str) -> str:
        return hmac.new(self._token, f"session {until}".encode(), hashlib.sha256).hexdigest()


def _shown(header: str) -> str:
    """Return the token in a header Authorization, empty where there is none."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    return _password(rest) if scheme.lower() == "basic" else ""


def _password(text: str) -> str:
    try:
        pair = base64.b64decode(text.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return pair.partition(":")[2]
