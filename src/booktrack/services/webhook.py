"""Telling the user's webhook what is new after each refresh, once and surely.

How far it was told stands in the library. What could not be delivered is told with the next
refresh under the same id, by which the receiver knows a message that came twice.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from booktrack.domain.dates import require_date
from booktrack.domain.models import Told
from booktrack.errors import BooktrackError, InvalidInput, SourceRefused
from booktrack.services import news
from booktrack.services.context import Context
from booktrack.store.base import Reader

JSON = dict[str, Any]

TYPE = "releases.news"
# Some 600 bytes each; receivers like messages below 20 kB.
_NEWS_PER_MESSAGE = 30
_GONE = 410


def begin(ctx: Context) -> None:
    """Write down where the news begin for a webhook that has not been told any."""
    if ctx.settings("webhook_url") is None or _found(ctx.store, ctx.user_id)[1]:
        return
    revision = ctx.store.catch_up()
    with ctx.store.transaction("begin to tell the webhook", user_id=ctx.user_id) as tx:
        if not _found(tx, ctx.user_id)[1]:
            document = {"user_id": ctx.user_id, "revision": revision, "day": ctx.today()}
            tx.insert("told", {**document, "updated_at": ctx.now()})


def tell(ctx: Context) -> JSON | None:
    """Return how telling the webhook went, None where there is none; a failure is never raised.

    Returns:
        `{"code": "ok", "news": number}`, or what kept them from being delivered:
        `{"code", "message", "news"}`, with how many wait.
    """
    if ctx.settings("webhook_url") is None:
        return None
    waiting = 0
    try:
        doc_id, told = _found(ctx.store, ctx.user_id)
        revision = ctx.store.catch_up()
        items = _news(ctx, Told.check(told), revision)
        waiting = len(items)
        if items and ctx.unplugged:
            return {"code": "offline", "message": "booktrack is offline", "news": waiting}
        if items:
            _deliver(ctx, items, Told.check(told))
        if items or _is_old(ctx, told):
            _note(ctx, doc_id, {**told, "revision": revision, "day": ctx.today()})
    except BooktrackError as error:
        # The refresh is done and stays done; the report says what the webhook lacks.
        hint = "; set webhook_allow_private to let it" if error.details.get("private") else ""
        return {"code": error.code, "message": error.message + hint, "news": waiting}
    return {"code": "ok", "news": waiting}


def _found(reader: Reader, user_id: int) -> tuple[int | None, JSON]:
    for doc_id, document in reader.all("told"):
        if document["user_id"] == user_id:
            return doc_id, document
    return None, {}


def _news(ctx: Context, told: Told, revision: int) -> list[JSON]:
    changes = ctx.store.changes(news.TABLES, after=told.revision)
    # What another process writes from now on is told the next time, and only then.
    made = [change for change in changes.made if change.revision <= revision]
    changes = changes._replace(made=made)
    return news.between(ctx, changes, until=ctx.clock(), released_after=require_date(told.day))


def _is_old(ctx: Context, told: JSON) -> bool:
    """Return whether there is something to pass over: once a day, not at each refresh."""
    return bool(told["day"] != ctx.today())


def _note(ctx: Context, doc_id: int | None, told: JSON) -> None:
    with ctx.store.transaction("tell the webhook", user_id=ctx.user_id) as tx:
        if doc_id is not None and tx.get("told", doc_id) is not None:
            tx.put("told", doc_id, {**told, "updated_at": ctx.now()})


def _deliver(ctx: Context, items: list[JSON], told: Told) -> None:
    """Send the news; return when all of them were taken.

    Raises:
        BooktrackError: they were not, or may not be sent.
    """
    url, secret = ctx.settings("webhook_url"), ctx.settings("webhook_secret")
    digest = hashlib.sha256(url.encode()).hexdigest()
    if told.gone == digest:
        raise InvalidInput("the webhook wants no more news (HTTP 410); set webhook_url anew")
    if not secret:
        raise InvalidInput("the news are signed: set webhook_secret, such as whsec_ and base64")
    # The network's part of the house, which a refresh has loaded already.
    from booktrack.sources.webhook import Message, signing_key

    key = signing_key(secret)
    private = ctx.settings("webhook_allow_private")
    for message_id, body in _messages(ctx, items, told):
        try:
            ctx.asker.deliver(Message(message_id, body, url, key, allow_private=private))
        except SourceRefused as error:
            if error.details.get("status") == _GONE:
                doc_id, now = _found(ctx.store, ctx.user_id)
                _note(ctx, doc_id, {**now, "gone": digest})
            raise


def _messages(ctx: Context, items: list[JSON], told: Told) -> Iterator[tuple[str, bytes]]:
    """Yield the messages with their ids, which are the same whenever the same news are told."""
    for start in range(0, len(items), _NEWS_PER_MESSAGE):
        some = items[start : start + _NEWS_PER_MESSAGE]
        data = {"user_id": ctx.user_id, "total": len(items), "news": some}
        which = json.dumps([str(ctx.store.path), told.revision, told.day, data], sort_keys=True)
        body = {"type": TYPE, "timestamp": ctx.now(), "data": data}
        yield (
            f"msg_{hashlib.sha256(which.encode()).hexdigest()[:32]}",
            json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
        )
