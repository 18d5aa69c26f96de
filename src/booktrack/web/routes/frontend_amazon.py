"""Amazon for the existing frontend: files are taken in, and a password never is.

Its forms ask for the password of an Amazon account. The bodies of these requests are not even
read: the answer says where to log in instead, in `error`, which is what these pages show.
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from booktrack.errors import BooktrackError
from booktrack.web.calls import JSON, call
from booktrack.web.frontend_requests import both, number_between
from booktrack.web.problems import Problem
from booktrack.web.routes.frontend_import import enrich_later, uploaded

_SERVICES = ("audible", "kindle")
_FORMATS = {
    "audible": "audible",
    "libation": "audible",
    "kindle_data_request": "kindle",
    "kindle_xml": "kindle",
    "kindle_list": "kindle",
}
"""The service of each format of files that come from Amazon."""

_EVERY = 10_000

_NO_PASSWORD = {
    "audible": (
        "booktrack takes no Amazon password. Log in at audible.com itself, in your own browser, "
        "and export your library there, such as with Libation or an Audible library extractor; "
        "then import the file here."
    ),
    "kindle": (
        "booktrack takes no Amazon password. Amazon has no login for Kindle libraries: ask "
        "amazon.com/hz/privacy-central/data-requests for your data, and import the file here."
    ),
}


def refused(message: str) -> Response:
    """Return a refusal as these pages read it; `detail` is for all others."""
    return JSON({"success": False, "requires_2fa": False, "error": message, "detail": message})


async def status(request: Request) -> Response:
    """Return that no account is connected, and when the books of each came in last."""
    taken_in = await _taken_in(request)
    answer: dict[str, Any] = {}
    for service in _SERVICES:
        last = next((one for one in taken_in if _FORMATS[one["source"]] == service), None)
        # Only files are taken in so far: there is no account that could be connected.
        answer[f"{service}_authenticated"] = False
        answer[f"{service}_last_sync"] = last["timestamp"] if last else None
        answer[f"{service}_sync_status"] = "completed" if last else None
    return JSON(answer)


async def _taken_in(request: Request) -> list[dict[str, Any]]:
    """Return the imports of Amazon's files, newest first."""
    history = (await call(request, "sync_history", limit=_EVERY))["history"]
    return [one for one in history if one["source"] in _FORMATS]


async def sync_jobs(request: Request) -> Response:
    """Return the imports of Amazon's files as a bare list, newest first."""
    limit = number_between(request.query_params.get("limit"), 1, 200, 20)
    taken_in = await _taken_in(request)
    return JSON([_job(len(taken_in) - number, one) for number, one in enumerate(taken_in[:limit])])


def _job(number: int, one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "service": _FORMATS[one["source"]],
        "job_type": "import",
        "status": "completed",
        "books_found": one["books_found"],
        "books_added": one["books_added"],
        "books_updated": one["books_updated"],
        "books_failed": one["books_found"] - one["books_processed"],
        "start_time": one["timestamp"],
        "end_time": one["timestamp"],
        "duration_seconds": None,
        "error_message": "; ".join(one["error_details"]) or None,
        "created_at": one["timestamp"],
    }


async def log_in(request: Request) -> Response:
    """Refuse a password, unread, and say where to log in."""
    return refused(_NO_PASSWORD[_service(request)])


async def forget(request: Request) -> Response:
    """Return that no account is kept."""
    return JSON({"success": True, "message": f"no {_service(request)} account is connected"})


async def sync(request: Request) -> Response:
    """Return how the books of an account come in: by a file."""
    service = _service(request)
    return refused(f"no {service} account is connected. {_NO_PASSWORD[service]}")


async def scan(request: Request) -> Response:
    """Refuse to look into a folder of the server that a page names."""
    return refused(
        "the server reads no folder that a page names; copy the file off the device and choose it "
        "under File import, or run `booktrack import FILE` where the device is"
    )


async def import_kindle(request: Request) -> Response:
    """Take in a file of a Kindle library."""
    try:
        file = await uploaded(request)
        done = await call(request, "import_file", file.content)
    except (BooktrackError, Problem) as error:
        message = error.message if isinstance(error, BooktrackError) else error.detail
        return refused(message)
    enrich_later(request, done)
    return JSON(
        {
            "success": True,
            "items_found": done["rows"],
            "items_added": done["added"],
            "message": f"{done['added']} of {done['rows']} books are new",
        }
    )


def _service(request: Request) -> str:
    """Return the service in the path.

    Raises:
        Problem: There is none of this name.
    """
    name: str = request.path_params["service"]
    if name not in _SERVICES:
        raise Problem(404, "there are audible and kindle")
    return name


ROUTES: list[BaseRoute] = [
    *both("/api/amazon/status", status),
    *both("/api/amazon/sync-jobs", sync_jobs),
    *both("/api/amazon/{service}/auth", log_in, "POST"),
    *both("/api/amazon/{service}/auth", forget, "DELETE"),
    *both("/api/amazon/{service}/sync", sync, "POST"),
    *both("/api/amazon/kindle/scan", scan, "POST"),
    *both("/api/amazon/kindle/import/csv", import_kindle, "POST"),
    *both("/api/amazon/kindle/import/json", import_kindle, "POST"),
]
