"""Downloading covers: the best picture of each address, within every service's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from booktrack.domain.covers import HOSTS, is_by_isbn, why_no_cover
from booktrack.errors import (
    BooktrackError,
    InvalidFile,
    SourceRateLimited,
    SourceUnavailable,
    shown,
)
from booktrack.services import inputs
from booktrack.services.context import Context, Progress
from booktrack.services.cover_documents import put_picture
from booktrack.services.cover_placeholders import unmask
from booktrack.services.cover_targets import Target, editions_without
from booktrack.services.covers import ACCEPT, answer, document_of, is_there, keep
from booktrack.services.pictures import MAX_BYTES, Picture, read_picture
from booktrack.store.base import Document, Reader, Transaction

if TYPE_CHECKING:
    from booktrack.sources.base import Reply

JSON = dict[str, Any]

_BATCH = 8
"""Pictures that are under way at once, and are stored by one transaction."""

_PATIENCE = 30.0
"""Seconds for one address."""

_TURN = 4.0
"""Seconds more for each by ISBN at Open Library, where these wait for one another."""

_ENOUGH = 3

_DISMISSED = 7 * 86_400.0
"""Seconds for which a picture that is no cover is not looked at again."""

_FIND_WITH = "openlibrary"
"""The source that is asked for addresses: it tells of many ISBNs at once, and names covers by ids
that may be fetched as often as needed."""


def download_covers(ctx: Context, limit: int, progress: Progress | None) -> JSON:
    """Return `{asked, stored, failed, left, without_address, sources, covers}` of what was done."""
    inputs.whole(limit, "limit", least=1, most=100_000)
    refuse_read_only(ctx)
    ctx.store.catch_up()
    targets = list(editions_without(ctx))
    lacking = [target for target in targets if not target.families]
    sources = _find_addresses(ctx, lacking, limit) if lacking else {}
    if sources:
        targets = list(editions_without(ctx))
    ready = _worth_asking(ctx, targets)
    chosen = ready[:limit]
    without_address = sum(not target.families for target in targets)
    stored = download(ctx, chosen, progress)
    left = _worth_asking(ctx, [target for target in ready if target.key not in stored])
    failed = [_failure(target) for target in chosen if target.key not in stored]
    return {
        "asked": len(chosen),
        "stored": len(stored),
        "failed": failed,
        "left": len(left),
        "without_address": without_address,
        "sources": sources,
        "covers": [
            {**target.owner, "title": target.title, "isbn_13": target.isbn, **stored[target.key]}
            for target in chosen
            if target.key in stored
        ],
    }


def _failure(target: Target) -> JSON:
    return {
        **target.owner,
        "title": target.title,
        "isbn_13": target.isbn,
        "problems": target.problems,
    }


def refuse_read_only(ctx: Context) -> None:
    """Raise before anything is fetched where nothing could be kept.

    Raises:
        StoreReadOnly: the library may not be written.
    """
    with ctx.store.transaction("download covers", user_id=ctx.user_id):
        pass  # a transaction that changes nothing writes nothing


def _find_addresses(ctx: Context, lacking: Sequence[Target], limit: int) -> JSON:
    """Return how it went with the source that was asked for addresses; empty where none was."""
    from booktrack.services.refresh import refresh

    if _FIND_WITH not in ctx.asker.able("by_isbns"):
        return {}
    if ctx.offline:
        return {_FIND_WITH: {"code": "offline"}}
    editions = {target.owner["edition_id"] for target in lacking}
    told: JSON = refresh(ctx, limit, None, [_FIND_WITH], editions)["sources"]
    return told


def _worth_asking(ctx: Context, targets: Sequence[Target]) -> list[Target]:
    """Return those with an address of which it is not known that it is of no use."""
    urls = {
        target.key: [url for _, forms in target.families for url in forms] for target in targets
    }
    empty = ctx.asker.empty({url for each in urls.values() for url in each}, accept=ACCEPT)
    return [target for target in targets if set(urls[target.key]) - empty]


# --- fetching ------------------------------------------------------------------------------


def download(ctx: Context, targets: Sequence[Target], progress: Progress | None) -> dict[str, JSON]:
    """Return the pictures that were stored, by the keys of their targets.

    Every batch is stored before the next is asked for: an interruption loses a batch at most. A
    host that is down or asks for a pause is left alone.
    """
    stored: dict[str, JSON] = {}
    known = _by_address(ctx)
    hosts = _Hosts()
    for start in range(0, len(targets), _BATCH):
        batch = targets[start : start + _BATCH]
        stored |= _reuse(ctx, batch, known)
        rest = [target for target in batch if target.key not in stored]
        while _round(ctx, rest, hosts):
            pass
        stored |= _store(ctx, rest)
        if progress:
            done = min(start + _BATCH, len(targets))
            progress({"done": done, "total": len(targets), "what": "covers"})
    return stored


def _by_address(ctx: Context) -> dict[str, Document]:
    """Return the pictures that were downloaded, by where they came from."""
    return {
        one["url"]: one
        for _, one in ctx.store.all("covers")
        if one.get("url") and not one.get("uploaded") and not one.get("removed")
    }


def _reuse(ctx: Context, targets: Sequence[Target], known: dict[str, Document]) -> dict[str, JSON]:
    """Give those whose address was fetched for another edition its picture."""
    found = {}
    for target in targets:
        for source, forms in target.families[:1]:
            there = next((known[url] for url in forms if url in known), None)
            if there and is_there(ctx, there):
                found[target.key] = (target, {**bare(there), "source": source, "at": ctx.now()})
    if not found:
        return {}
    with ctx.store.transaction(f"reuse {len(found)} covers", user_id=ctx.user_id) as tx:
        stored = {
            key: document
            for key, (target, document) in found.items()
            if is_there(ctx, document) and _put(ctx, tx, target, document)
        }
        return _answers(ctx, tx, stored)


def bare(document: Document) -> Document:
    """Return what is noted of a picture, without whose it is."""
    owner = ("edition_id", "series_id", "position")
    return {name: value for name, value in document.items() if name not in owner}


class _Hosts:
    """Which hosts answer: one that fails three times running is not asked for the rest."""

    def __init__(self) -> None:
        self._failures: Counter[str] = Counter()

    def heard(self, url: str, reply: Reply | BooktrackError) -> None:
        """Note how a host answered."""
        host = urlsplit(url).hostname or ""
        if isinstance(reply, SourceRateLimited):
            self._failures[host] = _ENOUGH
        elif isinstance(reply, SourceUnavailable):
            self._failures[host] += 1
        else:
            self._failures[host] = 0

    def is_silent(self, url: str) -> bool:
        """Return whether asking the host of an address is of no use now."""
        return self._failures[urlsplit(url).hostname or ""] >= _ENOUGH


def _round(ctx: Context, targets: Sequence[Target], hosts: _Hosts) -> bool:
    """Ask for the next address of each target at once; return whether there was one."""
    asking: list[tuple[Target, str]] = []
    for target in targets:
        while (url := target.url) and hosts.is_silent(url):
            message = "its host did not answer before"
            target.problems.append({"url": url, "code": "not_asked", "message": message})
            target.next_address()
        if url:
            asking.append((target, url))
    if not asking:
        return False
    replies = _replies(ctx, list(dict.fromkeys(url for _, url in asking)))
    useless = set()
    for target, url in asking:
        reply = replies[url]
        hosts.heard(url, reply)
        if isinstance(reply, BooktrackError):
            target.problems.append({"url": url, "code": reply.code, "message": reply.message})
            target.next_form()
        elif not _judge(target, url, reply) and not reply.missing:  # that is kept already
            useless.add(url)
    if useless:
        ctx.asker.dismiss(useless, accept=ACCEPT, seconds=_DISMISSED)
    return True


def _replies(ctx: Context, urls: Sequence[str]) -> dict[str, Reply | BooktrackError]:
    """Return what stands at each of the addresses."""
    found = ctx.asker.fetch_all(
        urls,
        MAX_BYTES,
        accept=ACCEPT,
        trusted=HOSTS | ctx.asker.hosts(),
        patience=_PATIENCE + _TURN * sum(is_by_isbn(url) for url in urls),
    )
    return dict(zip(urls, found, strict=True))


def _judge(target: Target, url: str, reply: Reply) -> bool:
    """Take what came where it is the best so far; return whether it is a cover at all."""
    try:
        picture = _read(reply)
    except InvalidFile as error:
        target.problems.append({"url": url, "code": "no_cover", "message": error.message})
        target.next_form()
        return False
    if target.best is None or picture.width > target.best[0].width:
        target.best = (picture, url, target.families[target.at][0])
    target.next_address()
    return True


def _read(reply: Reply) -> Picture:
    """Return what came as a picture.

    Raises:
        InvalidFile: it is none, or one that stands for "there is no cover".
    """
    if reply.status != 200:
        raise InvalidFile(f"nothing is there (HTTP {reply.status})")
    picture = read_picture(reply.body)
    if why := why_no_cover(picture.look()):
        raise InvalidFile(f"the picture is no cover: {why}")
    return picture


# --- storing -------------------------------------------------------------------------------


def _store(ctx: Context, targets: Sequence[Target]) -> dict[str, JSON]:
    found = [(target, target.best) for target in targets if target.best]
    if not found:
        return {}
    for _, (picture, _, _) in found:
        keep(ctx, picture)
    stored: dict[str, Document] = {}
    titles = found[0][0].title if len(found) == 1 else f"{len(found)} books"
    why = f"download the covers of {shown(titles) if len(found) == 1 else titles}"
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        for target, (picture, url, source) in found:
            keep(ctx, picture)
            document = document_of(ctx, picture, source=source, url=url, uploaded=False)
            if _put(ctx, tx, target, document):
                stored[target.key] = document
        return _answers(ctx, tx, stored)


def _answers(ctx: Context, reader: Reader, stored: dict[str, Document]) -> dict[str, JSON]:
    """Return the pictures that are still shown: one that came for too many is shown no more."""
    return {
        key: answer(ctx, document)
        for key, document in stored.items()
        if any(
            one["sha256"] == document["sha256"] and not one.get("removed")
            for one in reader.get_many("covers", reader.find("cover", key)).values()
        )
    }


def _put(ctx: Context, tx: Transaction, target: Target, document: Document) -> bool:
    """Write the picture unless the user gave one, or took the edition away, meanwhile.

    One that the user gave and whose file is lost is worth no more than none.

    Where it turns out to be a placeholder, that is written down instead.
    """
    if not _is_wanted(ctx, tx, target):
        return False
    edition_id = target.owner.get("edition_id")
    if edition_id is not None and unmask(tx, document["sha256"], edition_id):
        tx.insert("covers", {**target.owner, **document, "removed": True})
        message = "the picture is no cover: books of other authors have the same"
        target.problems.append({"url": document["url"], "code": "no_cover", "message": message})
        target.families = []
        return False
    put_picture(tx, target.key, {**target.owner, **document})
    return True


def _is_wanted(ctx: Context, reader: Reader, target: Target) -> bool:
    if "edition_id" in target.owner:
        there = reader.get("editions", target.owner["edition_id"])
    else:
        there = reader.get("series", target.owner["series_id"])
    pictures = reader.get_many("covers", reader.find("cover", target.key))
    kept = any(one.get("uploaded") and is_there(ctx, one) for one in pictures.values())
    return there is not None and not kept
