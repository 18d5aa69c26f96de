"""The collection: adding, listing, editing and removing books, and saying which are owned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from booktrack.domain.identifiers import identifier_key
from booktrack.domain.isbn import parse_isbn
from booktrack.domain.match import are_alike
from booktrack.domain.merge import USER, Facts, merge, provenance, release
from booktrack.domain.models import Contributor
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord
from booktrack.errors import Conflict, InvalidInput, NotFound, shown
from booktrack.services import inputs, lookup
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context
from booktrack.services.finding import editions_with_isbn
from booktrack.services.owning import mark, set_status
from booktrack.services.writing import put
from booktrack.store.base import Transaction

JSON = dict[str, Any]

_BOOK_FIELDS = frozenset(
    {"title", "subtitle", "authors", "alternate_titles", "description", "genres"}
)
_EDITION_FIELDS = {
    "format": "book_format",
    "publisher": "publisher",
    "release_date": "release_date",
    "language": "language",
    "page_count": "page_count",
    "cover_url": "cover_url",
    "price": "price",
    "currency": "currency",
    "isbn_13": "isbn_13",
}


def checked_id(value: object, what: str) -> int:
    """Return the id.

    Raises:
        InvalidInput: it is no whole number.
        NotFound: it is larger than any id.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(f"a {what} is named by its id, a whole number, not by {shown(value)}")
    if abs(value) >= 10**15:
        raise NotFound(f"there is no {what} {shown(value)}")
    return value


def add_book(
    ctx: Context,
    *,
    isbn: str | None,
    title: str | None,
    authors: Sequence[str] | str | None,
    series: str | None,
    position: str | float | None,
    status: str,
    notes: str | None,
    remote: str,
    fields: Mapping[str, Any],
) -> JSON:
    """Return the book as it is after adding an edition of it with the user's status."""
    inputs.one_of(status, inputs.STATUSES, "status")
    inputs.one_of(remote, lookup.REMOTE, "way to ask (remote)")
    if isbn is not None and title is None:
        if authors or series is not None or position is not None or fields:
            raise InvalidInput("give the title too, or the ISBN alone")
        return _add_by_isbn(ctx, isbn, status, notes, remote)
    if title is None:
        raise InvalidInput("give an ISBN or a title")
    # Reading titles costs a twentieth of a second to load, which only this needs.
    from booktrack.services.recording import detect_series, record_series, record_work

    work = _given_work(isbn, title, authors, series, position, fields)
    note = inputs.note(notes)
    with ctx.store.transaction(f"add {work.title}", user_id=ctx.user_id) as tx:
        now = ctx.now()
        there = _book_with_isbn(tx, work)
        if there is not None:
            # A title typed a little otherwise is no correction; `edit_book` makes those.
            work.title = there
        detection = detect_series(tx, [work])
        series_ids = record_series(tx, detection.groups, now)
        recorded = record_work(
            tx,
            work,
            detection.placings[0],
            series_ids,
            now,
            title=detection.parsed[0].title if series is None and there is None else None,
        )
        for edition_id in recorded.edition_ids:
            set_status(tx, ctx, edition_id, {"status": status, "notes": note})
        return Answers(tx, ctx.user_id, ctx.today()).book(recorded.book_id)


def _book_with_isbn(tx: Transaction, work: WorkRecord) -> str | None:
    """Return the title of the book that has the new edition's ISBN already, None without one.

    Raises:
        Conflict: it is another book.
    """
    from booktrack.domain.titles import parse_title

    for isbn in work.editions[0].isbns:
        for edition_id in editions_with_isbn(tx, isbn):
            edition = tx.get("editions", edition_id) or {}
            title = str((tx.get("books", edition["book_id"]) or {})["title"])
            if are_alike(title, parse_title(work.title).title):
                return title
            raise Conflict(
                f"the ISBN {isbn} is {shown(title)} in the library, not {shown(work.title)}; "
                "edit_book corrects a title",
                isbn=isbn,
                book_id=edition["book_id"],
            )
    return None


def _add_by_isbn(ctx: Context, isbn: str, status: str, notes: str | None, remote: str) -> JSON:
    try:
        book = lookup.lookup(ctx, isbn, remote)
    except NotFound as error:
        raise NotFound(f"{error.message}; add it with its title", **error.details) from error
    number = parse_isbn(isbn)
    edition = next(one for one in book["editions"] if one["isbn_13"] == number)
    mark(ctx, edition["id"], status, notes)
    return answers(ctx).book(book["id"])


def _given_work(
    isbn: str | None,
    title: str | None,
    authors: Sequence[str] | str | None,
    series: str | None,
    position: str | float | None,
    fields: Mapping[str, Any],
) -> WorkRecord:
    place = inputs.position(position)
    if place is not None and series is None:
        raise InvalidInput(f"the position {place.text} needs the name of its series")
    number = parse_isbn(isbn) if isbn is not None else None
    name = inputs.text(title, "the title")
    given: JSON = {}
    if fields:
        inputs.known_fields(fields, _EDITION_FIELDS.keys() - {"isbn_13"}, "new edition")
        given = _edition_changes(fields)
    claims = (
        [
            SeriesClaim(
                name=inputs.text(series, "the series"), position=place.text if place else None
            )
        ]
        if series is not None
        else []
    )
    edition = EditionRecord(source="user", isbns=[number] if number else [], **given)
    people = [Contributor(name=one) for one in inputs.texts(authors, "an author")]
    return WorkRecord(source="user", title=name, people=people, series=claims, editions=[edition])


def edit_book(ctx: Context, book_id: int, changes: Mapping[str, Any]) -> JSON:
    """Return the book after the user's correction, which no source overrules from then on."""
    inputs.known_fields(changes, _BOOK_FIELDS, "book")
    values: JSON = {}
    for name, value in changes.items():
        if name in ("authors", "alternate_titles", "genres"):
            values[name] = inputs.texts(value, name)
        else:
            values[name] = inputs.text(value, name) if value is not None else None
    if not values.get("title", "a title"):
        raise InvalidInput("a book needs a title")
    with ctx.store.transaction(f"edit book {book_id}", user_id=ctx.user_id) as tx:
        _edit(tx, ctx, "books", book_id, values)
        return Answers(tx, ctx.user_id, ctx.today()).book(book_id)


def edit_edition(ctx: Context, edition: int | str, changes: Mapping[str, Any]) -> JSON:
    """Return the edition after the user's correction, which no source overrules from then on."""
    inputs.known_fields(changes, _EDITION_FIELDS, "edition")
    values = _edition_changes(changes)
    with ctx.store.transaction(f"edit edition {inputs.called(edition)}", user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        number = values.get("isbn_13")
        if number is not None:
            others = set(tx.find("identifier", identifier_key("isbn", number))) - {edition_id}
            if others:
                raise Conflict(
                    f"the ISBN {number} already stands on edition {min(others)}", isbn=number
                )
        _edit(tx, ctx, "editions", edition_id, values)
        return Answers(tx, ctx.user_id, ctx.today()).edition(edition_id)


def _edition_changes(changes: Mapping[str, Any]) -> JSON:
    checks: dict[str, Callable[[Any], Any]] = {
        "format": lambda value: inputs.one_of(value, inputs.FORMATS, "format"),
        "release_date": inputs.date,
        "page_count": lambda value: _or_none(
            value, lambda v: inputs.whole(v, "the page count", least=1, most=100_000)
        ),
        "price": lambda value: inputs.amount(value, "the price"),
        "currency": inputs.currency,
        "cover_url": lambda value: inputs.web_address(value, "the cover"),
        "isbn_13": lambda value: _or_none(value, parse_isbn),
    }
    values: JSON = {}
    for name, value in changes.items():
        check = checks.get(name, lambda v, n=name: _or_none(v, lambda one: inputs.text(one, n)))
        values[_EDITION_FIELDS[name]] = check(value)
    return values


def _or_none(value: Any, check: Callable[[Any], Any]) -> Any:
    return None if value is None else check(value)


def _edit(tx: Transaction, ctx: Context, table: str, doc_id: int, values: JSON) -> None:
    before = tx.get(table, doc_id)
    if before is None:
        raise NotFound(f"the library has no {table[:-1]} {doc_id}", table=table, id=doc_id)
    now = ctx.now()
    # What the user said of these fields before is taken back, not kept as another opinion.
    after = merge(release(before, values), [Facts(USER, None, now, values)])
    after |= values
    after["locked"] = sorted({*before.get("locked", []), *values})
    put(tx, table, doc_id, before, after, now)


def unlock(ctx: Context, book_id: int, fields: Sequence[str] | None) -> JSON:
    """Return the book after letting sources speak again on these fields, or on all."""
    with ctx.store.transaction(f"unlock book {book_id}", user_id=ctx.user_id) as tx:
        before = tx.get("books", book_id)
        if before is None:
            raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
        freed = before.get("locked", []) if fields is None else inputs.texts(fields, "a field")
        after = release(before, freed)
        put(tx, "books", book_id, before, after, ctx.now())
        return Answers(tx, ctx.user_id, ctx.today()).book(book_id)


def remove_book(ctx: Context, book_id: int) -> JSON:
    """Return what was removed with the book: its editions, and what anybody said of them."""
    with ctx.store.transaction(f"remove book {book_id}", user_id=ctx.user_id) as tx:
        if tx.get("books", book_id) is None:
            raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
        removed = Counter({"books": 1, "editions": 0, "statuses": 0, "readings": 0})
        for edition_id in tx.find("edition_book", str(book_id)):
            removed.update(_remove_edition(tx, edition_id))
        for reading_id in tx.find("reading_book", str(book_id)):
            tx.remove("readings", reading_id)
            removed["readings"] += 1
        tx.remove("books", book_id)
        return {"id": book_id, "removed": dict(removed)}


def remove_edition(ctx: Context, edition: int | str) -> JSON:
    """Return what was removed with the edition; its book and the readings of it stay."""
    why = f"remove edition {inputs.called(edition)}"
    with ctx.store.transaction(why, user_id=ctx.user_id) as tx:
        edition_id = inputs.edition_id(tx, edition)
        book_id = (tx.get("editions", edition_id) or {})["book_id"]
        for reading_id in tx.find("reading_book", str(book_id)):
            reading = tx.get("readings", reading_id) or {}
            if reading.get("edition_id") == edition_id:
                tx.put("readings", reading_id, {**reading, "edition_id": None})
        return {"id": edition_id, "removed": dict(_remove_edition(tx, edition_id))}


def _remove_edition(tx: Transaction, edition_id: int) -> Counter[str]:
    """Remove an edition with what was said and kept of it; return how much that was."""
    removed = Counter({"editions": 1, "statuses": 0})
    for table, index, key in (
        ("statuses", "edition_status", str(edition_id)),
        ("prices", "edition_price", str(edition_id)),
        ("covers", "cover", f"edition:{edition_id}"),
    ):
        ids = tx.find(index, key)
        for doc_id in ids:
            tx.remove(table, doc_id)
        if ids:
            removed[table] = len(ids)
    tx.remove("editions", edition_id)
    return removed


def sources_of_values(ctx: Context, book_id: int) -> JSON:
    """Return who said each value of a book and its editions, and what others say instead."""
    ctx.store.catch_up()
    book = ctx.store.get("books", book_id)
    if book is None:
        raise NotFound(f"the library has no book {book_id}", table="books", id=book_id)
    ids = ctx.store.find("edition_book", str(book_id))
    return {
        "book": provenance(book),
        "editions": [
            {"id": edition_id, "fields": provenance(edition)}
            for edition_id, edition in ctx.store.get_many("editions", ids).items()
        ],
    }
