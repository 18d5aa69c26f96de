"""Every error as `application/problem+json` (RFC 9457), with a stable `code`.

`detail` is always one plain text: pages print it, and a list would break them.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from booktrack.errors import (
    BooktrackError,
    Conflict,
    InvalidInput,
    MissingExtra,
    NotFound,
    SourceError,
    SourceRateLimited,
    StoreBusy,
)

_log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

# The codes of what is wrong before any function of the library is called.
FRAMEWORK_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    413: "too_large",
    414: "uri_too_long",
    415: "unsupported_media_type",
    422: "invalid_input",
    429: "too_many_requests",
    431: "headers_too_large",
    500: "internal_error",
    501: "missing_extra",
    502: "source_error",
    503: "unavailable",
}

_STATUSES: tuple[tuple[type[BooktrackError], int], ...] = (
    (InvalidInput, 422),
    (NotFound, 404),
    (Conflict, 409),
    (MissingExtra, 501),
    (StoreBusy, 503),
    (SourceRateLimited, 503),
    (SourceError, 502),
)


class Problem(Exception):
    """What is wrong with a request itself, before the library is asked."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.code = code or FRAMEWORK_CODES[status]
        self.headers = headers
        self.extra = extra


def status_of(error: BooktrackError) -> int:
    """Return the status that an error of the tree is answered with."""
    return next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)


def problem(
    status: int,
    detail: str,
    code: str,
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """Return the answer that tells what is wrong; further members cannot hide the known ones."""
    body = {
        **(extra or {}),
        "type": f"/api/docs#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    return Response(
        msgspec.json.encode(body, enc_hook=str), status, headers=headers, media_type=MEDIA_TYPE
    )


def answer_to(error: Exception) -> Response:
    """Return the answer to any error; what nobody expected is logged and shows nothing inside."""
    if isinstance(error, Problem):
        return problem(error.status, error.detail, error.code, error.headers, error.extra)
    if isinstance(error, BooktrackError):
        return _of_the_tree(error)
    if isinstance(error, HTTPException):
        return _of_the_framework(error)
    _log.error("a request failed in a way that nobody expected", exc_info=error)
    return problem(
        500,
        "something went wrong inside the server; its log says what",
        FRAMEWORK_CODES[500],
    )


def _of_the_tree(error: BooktrackError) -> Response:
    status = status_of(error)
    details = dict(error.details)
    if status >= 500:
        _log.warning("%s: %s", error.code, error.message.encode("unicode_escape").decode())
    headers = {}
    if isinstance(error, (SourceRateLimited, StoreBusy)):
        wait = getattr(error, "retry_after", None)
        headers["Retry-After"] = str(max(1, round(wait or 1)))
    return problem(status, _encodable(error.message), error.code, headers, details)


def _of_the_framework(error: HTTPException) -> Response:
    code = FRAMEWORK_CODES.get(error.status_code, "error")
    phrase = HTTPStatus(error.status_code).phrase
    detail = _DETAILS.get(error.status_code) or str(error.detail or phrase)
    return problem(error.status_code, detail, code, error.headers)


_DETAILS = {
    404: "there is nothing at this address; /api/docs lists what there is",
    405: "this address does not take this method; the header Allow lists those that it takes",
    413: "the body is too large",
}


def _encodable(text: str) -> str:
    return text.encode(errors="replace").decode()


async def handler(request: Request, error: Exception) -> Response:
    """Return the answer to an error that a route raised; Starlette calls this."""
    return answer_to(error)
