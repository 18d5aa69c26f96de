"""Pages that the user names: whether one can be read, and the books of a Skoolib library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from booktrack.domain.isbn import find_isbns
from booktrack.errors import BooktrackError, InvalidInput, SourceChanged, SourceRefused, shown
from booktrack.services.context import Context

if TYPE_CHECKING:
    from booktrack.sources.base import Reply

JSON = dict[str, Any]

LARGEST_PAGE = 10 << 20
"""A page of a library of 20,000 books has about 8 MB."""
_PATIENCE = 20.0
_ACCEPT = "text/html, text/plain, application/json;q=0.9, */*;q=0.1"
_TEXTS = frozenset({"text/html", "text/plain", "application/xhtml+xml", "application/json"})
_SAMPLE = 5


def validate_url(ctx: Context, url: object) -> JSON:
    """Return whether a page can be read, and which ISBNs it names.

    Returns:
        `{url, valid, error, code, warning, status, isbn_count, sample_isbns}`.
    """
    if not isinstance(url, str):
        raise InvalidInput(f"an address is a text, not {shown(url)}")
    told: JSON = {
        "url": url.strip(),
        "valid": False,
        "error": None,
        "code": None,
        "warning": None,
        "status": None,
        "isbn_count": 0,
        "sample_isbns": [],
    }
    try:
        reply = _page(ctx, told["url"])
    except BooktrackError as error:
        status = error.details.get("status")
        return {**told, "error": error.message, "code": error.code, "status": status}
    isbns = find_isbns(_text(reply))
    warning = None if isbns else "the page can be read, but no ISBN stands on it"
    return {
        **told,
        "valid": True,
        "warning": warning,
        "status": reply.status,
        "isbn_count": len(isbns),
        "sample_isbns": isbns[:_SAMPLE],
    }


def sync_skoolib(ctx: Context) -> JSON:
    """Return what taking in the books of the page at `skoolib_url` did.

    Returns:
        What an import returns, and `{success, message, url, books_found, books_added}`.
    """
    url = ctx.settings("skoolib_url")
    if url is None:
        raise InvalidInput(
            "no Skoolib library is set; set skoolib_url to the address of its public page",
            setting="skoolib_url",
        )
    text = _text(_page(ctx, url))
    if not find_isbns(text):
        raise SourceChanged(
            f"no ISBN stands on {url}; open the public page of your Skoolib library and copy its "
            "address into skoolib_url",
            source="skoolib",
            url=url,
        )
    from booktrack.services import importing

    done = importing.import_file(ctx, text.encode(), format="skoolib", preview=False, progress=None)
    message = f"{done['rows']} books found, {done['added']} of them new"
    return {
        "success": True,
        "message": message,
        "url": url,
        "books_found": done["rows"],
        "books_added": done["added"],
        **done,
    }


def _page(ctx: Context, url: str) -> Reply:
    """Return the page at an address of the open internet.

    Raises:
        InvalidInput: it is no http or https address.
        SourceError: it is not public, does not answer, or answers with an error.
    """
    from booktrack.sources.strangers import stranger

    stranger(url)  # what is no address is told so offline too
    reply = ctx.asker.fetch(
        url, max_bytes=LARGEST_PAGE, accept=_ACCEPT, patience=_PATIENCE, by_hand=True
    )
    if reply.status >= 400:
        raise SourceRefused(
            f"{shown(url)} answers with status {reply.status} instead of a page",
            source="network",
            status=reply.status,
        )
    return reply


def _text(reply: Reply) -> str:
    from booktrack.errors import InvalidFile
    from booktrack.sources.files.text import decode

    try:
        return decode(reply.body).text
    except InvalidFile:
        # Of a page in another encoding, or with a stray NUL, the digits can still be read. In a
        # picture or an archive there is none, whatever looks like one.
        digits = reply.body.replace(b"\0", b" ").decode("latin-1")
        return digits if reply.content_type in _TEXTS else ""
