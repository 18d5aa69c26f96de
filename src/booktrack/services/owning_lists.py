"""What is wanted and what is missing: what it costs, whether it is out, and why it is listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from booktrack.domain.dates import PartialDate, require_date
from booktrack.domain.names import name_key
from booktrack.domain.prices import Price, cheapest, standing
from booktrack.domain.releases import first_day, last_day, release_state
from booktrack.errors import NotFound, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context
from booktrack.services.listing import Filters, list_books
from booktrack.services.price_notes import known_prices
from booktrack.services.series import series_id
from booktrack.store.base import Reader

JSON = dict[str, Any]

UNKNOWN = "unknown"


# --- what each list tells of an item -------------------------------------------------------------


def state_of(date: str | None, today: str) -> str:
    """Return released, announced, estimated or unknown of a partial release date."""
    return UNKNOWN if date is None else release_state(require_date(date), require_date(today))


def _earliest(editions: Iterable[JSON]) -> str | None:
    dates = [require_date(one["release_date"]) for one in editions if one["release_date"]]
    return min(dates, key=_certainly).text if dates else None


def _certainly(date: PartialDate) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    # "2010" may mean its last day: of what lies in one year the day that is known goes first.
    return last_day(date), first_day(date)


def _outlook(reader: Reader, editions: Sequence[JSON], today: str) -> JSON:
    """Return when these editions come out and what they cost, of each currency the least."""
    date = _earliest(editions)
    return {
        "release_date": date,
        "release_state": state_of(date, today),
        "cheapest_prices": cheapest_prices(reader, editions),
    }


def cheapest_prices(reader: Reader, editions: Iterable[Mapping[str, Any]]) -> JSON:
    """Return by currency the least that a source asks by now for one of these editions."""
    offers: dict[Price, Mapping[str, Any]] = {}
    for edition in editions:
        document = reader.get("editions", edition["id"]) or {}
        for price in standing(known_prices(reader, edition["id"], document)):
            offers[price] = edition
    return {
        currency: {
            **price.answer(),
            "edition_id": offers[price]["id"],
            "isbn_13": offers[price]["isbn_13"],
        }
        for currency, price in cheapest(offers).items()
    }


def _told(state: str, date: str | None) -> str:
    if state == "released":
        return f"out since {date}"
    if state == "announced":
        return f"announced for {date}"
    return f"expected {date}" if state == "estimated" else "its date is not known"


def _named(edition: Mapping[str, Any]) -> str:
    number = edition["isbn_13"] or edition["asin"] or f"#{edition['id']}"
    return f"{edition['format']} {number}" if edition["format"] != UNKNOWN else number


# --- the lists -----------------------------------------------------------------------------------


def wanted(ctx: Context, *, limit: int, offset: int) -> JSON:
    """Return `{total, limit, offset, books}` of the books with a wanted edition."""
    filters = Filters(status="want")
    page = list_books(ctx, filters, limit=limit, offset=offset, sort="title", descending=False)
    return {**page, "books": [_wanted(ctx, book) for book in page["books"]]}


def _wanted(ctx: Context, book: JSON) -> JSON:
    meant = [one for one in book["editions"] if one["status"] == "want"]
    owned = [one for one in book["editions"] if one["status"] == "own"]
    told = _outlook(ctx.store, meant, ctx.today())
    why = f"you want {', '.join(map(_named, meant))}; "
    why += _told(told["release_state"], told["release_date"])
    if owned:
        why += f"; you own {', '.join(map(_named, owned))}"
    return {**book, **told, "wanted_editions": [one["id"] for one in meant], "why": why}


def missing_from_author(ctx: Context, author: str) -> JSON:
    """Return the books of an author of which the user owns no edition."""
    name = inputs.text(author, "the author")
    answer = answers(ctx)
    ids = ctx.store.find("author", name_key(name))
    if not ids:
        hits = ctx.finder.search(name, kind="author", limit=1)
        if not hits:
            raise NotFound(
                f"the library has no author {shown(name)}",
                author=name,
                suggestions=ctx.finder.suggest(name),
            )
        name = hits[0].text
        ids = ctx.store.find("author", name_key(name))
    books = [answer.book(book_id) for book_id in ids]
    spelled = (one for book in books for one in book["authors"] if name_key(one) == name_key(name))
    name = next(spelled, name)
    missing = [_unowned(ctx, book) for book in books if not _is_covered(answer, book)]
    return {
        "author": name,
        "total": len(missing),
        "owned": len(books) - len(missing),
        "books": missing,
    }


def _unowned(ctx: Context, book: JSON) -> JSON:
    told = _outlook(ctx.store, book["editions"], ctx.today())
    has_want = any(one["status"] == "want" for one in book["editions"])
    why = "you want it and own no edition; " if has_want else "you own no edition; "
    return {**book, **told, "why": why + _told(told["release_state"], told["release_date"])}


def _is_covered(answer: Answers, book: JSON) -> bool:
    """Whether the user owns the book, in an edition of it or in an omnibus that holds it."""
    if any(edition["status"] == "own" for edition in book["editions"]):
        return True
    if book["series_id"] is None or book["series_position_label"] is None:
        return False
    return book["series_position_label"] in answer.state(book["series_id"]).owned


def missing_from_series(ctx: Context, series: int | str, kind: str | None) -> JSON:
    """Return `{series, total, missing, announced, volumes}`: the released volumes not owned.

    Each volume carries the books and editions that the library knows of it, whether they are out,
    what they cost, and says why it is listed.
    """
    answer = answers(ctx)
    id_ = series_id(ctx, series, kind)
    state = answer.state(id_)
    summary = answer.series(id_, volumes=False)
    volumes = []
    for volume in state.volumes:
        if volume.position not in state.missing or volume.number is None:
            continue
        told = answer.volume(id_, volume)
        editions = [answer.edition(edition_id) for edition_id in told["edition_ids"]]
        date = told["release_date"] or _earliest(editions)
        volumes.append(
            {
                **told,
                "release_state": state_of(date, ctx.today()),
                "books": [_with_editions(answer.book(one)) for one in told["book_ids"]],
                "editions": editions,
                "cheapest_prices": cheapest_prices(ctx.store, editions),
                "why": _why(ctx, summary, volume.position, bool(volume.held)),
            }
        )
    return {
        "series": summary,
        "total": len(volumes),
        "missing": state.missing,
        "announced": state.announced,
        "volumes": volumes,
    }


def _with_editions(book: JSON) -> JSON:
    return {name: book[name] for name in ("id", "title", "subtitle", "authors", "editions")}


def _why(ctx: Context, series: JSON, position: str | None, in_library: bool) -> str:
    """Return how it is known that the volume exists."""
    if in_library:
        return "in the library, not owned"
    if series["total"] is not None and series["contradiction"] is None:
        return f"one of {series['total']} according to {_who_says(ctx, series)}"
    above = [text for text in series["owned"] if text.isdecimal()]
    highest = max(map(int, above), default=0)
    if position is not None and int(position) < highest:
        return f"a hole below volume {highest}"
    return "listed by a source"


def _who_says(ctx: Context, series: JSON) -> str:
    if series["total_source"] != "user":
        return str(series["total_source"])
    who = series["overrides"]["total"]["who"]
    return "you" if who in (None, ctx.user_id) else "another user"
