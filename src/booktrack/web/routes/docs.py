"""The documentation at /api/docs and the login at /api/login, from files of the package."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cache
from importlib.resources import files
from typing import Annotated

import msgspec
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from booktrack.web.operations import Body
from booktrack.web.requests import json_body
from booktrack.web.tokens import Tokens

# Nothing from elsewhere, nothing inline: a text in the document cannot become a script.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_FILES = {
    "/api/docs": ("docs.html", "text/html; charset=utf-8"),
    "/api/docs.js": ("docs.js", "text/javascript; charset=utf-8"),
    "/api/docs.css": ("docs.css", "text/css; charset=utf-8"),
    "/api/login": ("login.html", "text/html; charset=utf-8"),
    "/api/login.js": ("login.js", "text/javascript; charset=utf-8"),
}


class Login(Body):
    """The token of the server."""

    token: Annotated[str, Field(min_length=1, max_length=1_000)]


def routes(tokens: Tokens | None) -> list[BaseRoute]:
    """Return the routes; with a token, the one that turns it into a session too."""
    found: list[BaseRoute] = [Route("/api/openapi.json", openapi)]
    for path, (name, media) in _FILES.items():
        found.append(Route(path, _file(name, media)))
    if tokens is not None:
        found.append(Route("/api/login", _login(tokens), methods=["POST"]))
    return found


async def openapi(request: Request) -> Response:
    """Return the OpenAPI document."""
    return Response(_document(), media_type="application/json")


@cache
def _document() -> bytes:
    # Made when first asked for: the models' schemas are a quarter of a second of the start.
    from booktrack.web.openapi import document
    from booktrack.web.operations_all import OPERATIONS
    from booktrack.web.routes.jobs import HANDLERS

    return msgspec.json.encode(document([*OPERATIONS, *(one for one, _ in HANDLERS)]))


def _file(name: str, media: str) -> Callable[[Request], Awaitable[Response]]:
    async def send(request: Request) -> Response:
        return Response(_content(name), media_type=media, headers=_HEADERS)

    return send


_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "private, no-cache"}


@cache
def _content(name: str) -> bytes:
    return files("booktrack.web").joinpath("ui", name).read_bytes()


def _login(tokens: Tokens) -> Callable[[Request], Awaitable[Response]]:
    async def login(request: Request) -> Response:
        given = (await json_body(Login, request))["token"]
        tokens.check_shown(request.scope, given)
        cookie = tokens.cookie(secure=request.url.scheme == "https")
        return Response(status_code=204, headers={"Set-Cookie": cookie})

    return login
