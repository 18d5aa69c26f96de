"""What a user says of editions: owned, wanted or missing, the copies on the shelf, who has them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from booktrack.domain.models import UserEditionStatus
from booktrack.domain.series import is_ahead
from booktrack.domain.text import fold
from booktrack.errors import Conflict, InvalidDate, InvalidInput, shown
from booktrack.services import inputs
from booktrack.services.answers import Answers
from booktrack.services.context import Context
from booktrack.store.base import Transaction

JSON = dict[str, Any]

_MOST_COPIES = 100_000
# Who tells of these has the book in hand, or has paid for it.
_OF_A_COPY = frozenset({"copies", "condition", "location", "acquired_date", "price_paid", "signed"})


def mark(ctx: Context, edition: int | str, status: str, notes: str | None) -> JSON:
    """Return the edition after saying that the user owns, wants or misses it."""
    (marked,) = mark_many(ctx, [edition], status, notes)["editions"]
    return dict(marked)


def mark_many(ctx: Context, editions: Iterable[int | str], status: str, notes: str | None) -> JSON:
    """Return `{total, changed, editions}` after marking all of them, or none where one is wrong."""
    inputs.one_of(status, inputs.STATUSES, "status")
    # A text or bytes would be taken apart into characters and numbers, which may be ids.
    if isinstance(editions, (str, bytes, bytearray, memoryview)) or not isinstance(
        editions, Iterable
    ):
        raise InvalidInput(f"give a list of editions, not {shown(editions)}")
    changes: JSON = {"status": status}
    if notes is not None:
        changes["notes"] = inputs.note(notes)
    names = list(editions)
    if not names:
        raise InvalidInput("no edition was named")
    named = inputs.called(names[0]) if len(names) == 1 else f"{len(names)} editions"
    with ctx.store.transaction(f"mark {named} {status}", user_id=ctx.user_id) as tx:
        ids = list(dict.fromkeys(inputs.edition_id(tx, name) for name in names))
        changed = sum(set_status(tx, ctx, edition_id, changes) for edition_id in ids)
        answer = Answers(tx, ctx.user_id, ctx.today())
        return {
            "total": len(ids),
            "changed": changed,
            "editions": [answer.edition(edition_id) for edition_id in ids],
        }


def add_note(ctx: Context, edition: int | str, note: str) -> JSON:
    """Return the edition with the note added below those it had; the same note is kept once."""
    line = inputs.note(note)
    if line is None:
        raise InvalidInput(f"the note is empty: {shown(note)}")
    with ctx.store.transaction(f"note on {inputs.called(edition)}", user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        answer = Answers(tx, ctx.user_id, ctx.today())
        before = (answer.status_of(edition_id) or {}).get("notes")
        # A note may have several lines, which are there or not as one.
        if before is None or f"\n{_lines(line)}\n" not in f"\n{_lines(before)}\n":
            text = inputs.note(line if before is None else f"{before}\n{line}")
            set_status(tx, ctx, edition_id, {"notes": text})
        return answer.edition(edition_id)


def _lines(text: str) -> str:
    return "\n".join(text.splitlines())


def set_status(tx: Transaction, ctx: Context, edition_id: int, changes: Mapping[str, Any]) -> bool:
    """Write what the user says of an edition; return whether that says something new."""
    for status_id in tx.find("edition_status", str(edition_id)):
        before = tx.get("statuses", status_id)
        if before is not None and before["user_id"] == ctx.user_id:
            after = UserEditionStatus.check({**before, **changes}).dump()
            if after == before:
                return False
            return tx.put("statuses", status_id, after | {"updated_at": ctx.now()})
    document = {
        "user_id": ctx.user_id,
        "edition_id": edition_id,
        "status": "missing",
        **changes,
        "updated_at": ctx.now(),
    }
    tx.insert("statuses", document)
    return True


def edit_copy(ctx: Context, edition: int | str, fields: Mapping[str, Any]) -> JSON:
    """Return the edition after the user told more of the copies; None forgets a field.

    An edition of which nothing was said before is owned from then on, if it is a copy that is
    told of; a status that was given stays: a book may be paid for before it is there.
    """
    inputs.known_fields(fields, _CHECKS, "copy")
    said = {name: _CHECKS[name](value) for name, value in fields.items()}
    if said.get("acquired_date"):
        _past(ctx, said["acquired_date"], "the day on which it was acquired")
    why = f"edit the copy of {inputs.called(edition)}"
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        answer = Answers(tx, ctx.user_id, ctx.today())
        before = answer.status_of(edition_id)
        _check_paid(before or {}, said)
        told = {name for name, value in said.items() if _says_something(value)}
        if before is None and told & _OF_A_COPY:
            said["status"] = "own"
        if before is not None or told:
            set_status(tx, ctx, edition_id, said)
        return answer.edition(edition_id)


def _says_something(value: Any) -> bool:
    # A present cost 0, which is told of it; a copy that is not signed is like any other.
    return value is not False and value not in (None, [])


def _check_paid(before: Mapping[str, Any], said: JSON) -> None:
    """Let a currency go with its amount; refuse one that no amount belongs to."""
    amount = said.get("price_paid", before.get("price_paid"))
    if amount is not None:
        return
    if said.get("price_paid_currency") is not None:
        raise InvalidInput(
            f"the currency {said['price_paid_currency']} belongs to a price_paid; give that too"
        )
    if before.get("price_paid_currency") is not None:
        said["price_paid_currency"] = None


def _past(ctx: Context, day: str, what: str) -> str:
    if is_ahead(day, ctx.today()):
        raise InvalidDate(f"{what} lies ahead: {day}, today is {ctx.today()}", value=day)
    return day


def _text(what: str) -> Callable[[Any], str | None]:
    return lambda value: None if value is None else inputs.text(value, what)


def _words(what: str) -> Callable[[Any], list[str]]:
    def words(value: Any) -> list[str]:
        # "Sci-Fi" and "sci-fi" are one shelf, as `list_books` finds them.
        return list({fold(one): one for one in reversed(inputs.texts(value, what))}.values())[::-1]

    return words


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "copies": lambda value: (
        None if value is None
        else inputs.whole(value, "the number of copies", least=1, most=_MOST_COPIES)
    ),
    "condition": _text("the condition"),
    "location": _text("the location"),
    "acquired_date": inputs.date,
    "price_paid": lambda value: inputs.amount(value, "the price paid"),
    "price_paid_currency": inputs.currency,
    "signed": lambda value: inputs.flag(False if value is None else value, "signed"),
    "shelves": _words("a shelf"),
    "tags": _words("a tag"),
    "notes": inputs.note,
}  # fmt: skip


def lend(ctx: Context, edition: int | str, to: str, since: str | date | None) -> JSON:
    """Return the edition after noting who has it, and since when; today where that is not said."""
    name = inputs.text(to, "who borrows it")
    day = _past(ctx, inputs.date(since) or ctx.today(), "the day of the loan")
    why = f"lend {inputs.called(edition)} to {name}"
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        answer = Answers(tx, ctx.user_id, ctx.today())
        before = answer.status_of(edition_id) or {}
        if before.get("status") != "own":
            raise Conflict(
                f"edition {edition_id} is not owned; mark it own before lending it",
                id=edition_id,
                status=before.get("status", "missing"),
            )
        holder = before.get("loaned_to")
        if holder is not None and fold(holder) != fold(name):
            raise Conflict(
                f"{shown(holder)} has edition {edition_id}; take it back first",
                id=edition_id,
                loaned_to=holder,
            )
        if holder is None or since is not None:
            set_status(tx, ctx, edition_id, {"loaned_to": name, "loaned_since": day})
        return answer.edition(edition_id)


def take_back(ctx: Context, edition: int | str) -> JSON:
    """Return the edition after a loan has ended."""
    with ctx.store.transaction(f"take back {inputs.called(edition)}", user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        answer = Answers(tx, ctx.user_id, ctx.today())
        if not (answer.status_of(edition_id) or {}).get("loaned_to"):
            raise Conflict(f"edition {edition_id} is lent to nobody", id=edition_id)
        set_status(tx, ctx, edition_id, {"loaned_to": None, "loaned_since": None})
        return answer.edition(edition_id)
