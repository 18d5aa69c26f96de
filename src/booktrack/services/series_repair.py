"""Bringing series and books together again: reconciling, detecting anew, previewing both.

What a user has said stays: locked places, books taken out, overrides. Status is derived and never
touched. What is uncertain is left to the user and listed with what can be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from booktrack.domain.detection import Candidate, Detection, KnownSeries, Placing, detect
from booktrack.domain.positions import try_position
from booktrack.domain.records import SeriesClaim
from booktrack.domain.series_choices import shown_kind, shown_name
from booktrack.domain.series_identity import duplicates
from booktrack.domain.series_names import series_key
from booktrack.errors import Conflict
from booktrack.services.context import Context
from booktrack.services.recording import (
    known_one,
    known_series,
    membership_of,
    record_series,
    with_memberships,
)
from booktrack.services.series import series_id
from booktrack.services.series_documents import series_answer, series_of
from booktrack.services.series_moves import join_series
from booktrack.services.writing import change_or_preview, put
from booktrack.store.base import Document, Reader, Transaction

JSON = dict[str, Any]


def reconcile_series(ctx: Context, series: int | str, *, preview: bool) -> JSON:
    """Return what was repaired in the series of this name, and what is left to the user."""
    with change_or_preview(ctx, f"reconcile {series}", preview=preview) as tx:
        work = _Repair(ctx, tx)
        ids = work.join(_ids_of(ctx, tx, series))
        for id_ in ids:
            work.relink(id_)
        work.attach_orphans(set(ids))
        work.leave(ids)
        answers = [series_answer(tx, ctx, id_) for id_ in ids]
    return {"series": answers, **work.report(preview)}


def reconcile_all(ctx: Context, *, preview: bool) -> JSON:
    """Return what was repaired in all series, and what is left to the user."""
    with change_or_preview(ctx, "reconcile all series", preview=preview) as tx:
        work = _Repair(ctx, tx)
        ids = work.join(tx.ids("series"))
        for id_ in ids:
            work.relink(id_)
        work.attach_orphans(set(ids))
        work.leave(ids)
    return {"total": len(ids), **work.report(preview)}


def fix_series(ctx: Context, series: int | str | None, *, preview: bool) -> JSON:
    """Return what reading the titles anew changed: of one series, or of books without one."""
    why = "detect series" if series is None else f"detect series {series} anew"
    with change_or_preview(ctx, why, preview=preview) as tx:
        work = _Repair(ctx, tx)
        if series is None:
            books = _without_series(tx)
            checked = len(books)
            work.place_anew(books)
        else:
            id_ = series_id(ctx, series)
            members = tx.get_many("books", tx.find("series", str(id_)))
            checked = len(members)
            work.read_anew(id_, members)
    return {"checked": checked, **work.report(preview)}


def _ids_of(ctx: Context, reader: Reader, series: int | str) -> list[int]:
    """Return the series of this name, all of them where several bear it."""
    try:
        found = series_id(ctx, series)
    except Conflict as error:
        return [choice["id"] for choice in error.details["choices"]]
    if isinstance(series, int):
        return [found]
    names = known_one(reader, found, series_of(reader, found)).names
    return sorted({found, *(id_ for name in names for id_ in same_name(reader, name))})


def same_name(reader: Reader, name: str) -> list[int]:
    """Return the series of which a name or an alias is this one."""
    return reader.find("series_name", series_key(name))


def _without_series(reader: Reader) -> dict[int, Document]:
    return {
        book_id: book
        for book_id, book in reader.all("books")
        if not book.get("memberships") and "memberships" not in book.get("locked", [])
    }


class _Repair:
    """One run of repairs inside one transaction, and the list of what it did."""

    def __init__(self, ctx: Context, tx: Transaction) -> None:
        self._ctx = ctx
        self._tx = tx
        self._changed: list[JSON] = []
        self._left: list[JSON] = []

    def report(self, preview: bool) -> JSON:
        """Return `{preview, changed, left}`."""
        return {"preview": preview, "changed": self._changed, "left": self._left}

    def join(self, ids: Sequence[int]) -> list[int]:
        """Join the series that are there twice; return those that remain."""
        known = [known_one(self._tx, id_, one) for id_, one in self._named(ids)]
        gone: set[int] = set()
        for kept, others in duplicates(known):
            for other in others:
                name = shown_name(series_of(self._tx, other))
                moved = join_series(self._tx, self._ctx, kept, other)
                gone.add(other)
                self._did(
                    "joined", f"series {other} ({name}) is the same as {kept}",
                    series_id=kept, books=moved,
                )  # fmt: skip
        return [id_ for id_ in ids if id_ not in gone]

    def _named(self, ids: Iterable[int]) -> Iterable[tuple[int, Document]]:
        return self._tx.get_many("series", ids).items()

    def relink(self, id_: int) -> None:
        """Bring each book's place in step with itself: its numbers, its series' name."""
        for book_id, book in self._tx.get_many("books", self._members(id_)).items():
            memberships = [
                _in_step(one) if one["series_id"] == id_ else one
                for one in _each_once(book["memberships"], self._tx)
            ]
            after = with_memberships(self._tx, book, memberships)
            if put(self._tx, "books", book_id, book, after, self._ctx.now()):
                self._did("link", f"{book['title']}: place and name brought in step",
                          series_id=id_, books=[book_id])  # fmt: skip

    def _members(self, id_: int) -> list[int]:
        return self._tx.find("series", str(id_))

    def attach_orphans(self, ids: set[int]) -> None:
        """Put books without a series, whose titles name one of these, where they belong."""
        books = _without_series(self._tx)
        found = self._detect(books)
        for (book_id, book), placings in zip(books.items(), found.placings, strict=True):
            for placing in placings[:1]:
                group = found.groups[placing.group]
                if group.id in ids and group.id not in book.get("not_in_series", []):
                    self._place(book_id, book, placing, group.id)

    def place_anew(self, books: dict[int, Document]) -> None:
        """Put books into the series that their titles name, new ones among them."""
        found = self._detect(books)
        for (book_id, book), placings in zip(books.items(), found.placings, strict=True):
            for placing in placings[:1]:
                group = found.groups[placing.group]
                if group.id is not None and group.id in book.get("not_in_series", []):
                    continue
                if group.id is None and not placing.needs_review:
                    (group.id,) = record_series(self._tx, [group], self._ctx.now())
                self._place(book_id, book, placing, group.id)

    def read_anew(self, id_: int, members: dict[int, Document]) -> None:
        """Read the titles of a series' books anew; what the user locked stays."""
        series = series_of(self._tx, id_)
        known = known_one(self._tx, id_, series)
        candidates = [
            Candidate(
                _printed(self._tx, book_id, book),
                tuple(book.get("authors", ())),
                (
                    SeriesClaim(
                        name=shown_name(series), kind=shown_kind(series),
                        aliases=list(known.names),
                    ),
                ),
            )
            for book_id, book in members.items()
        ]  # fmt: skip
        # Only this series is offered: its books are to be placed in it, not moved to another.
        alone = KnownSeries(
            id_, known.names, known.kind, known.edition_line, absorbed=known.absorbed
        )
        found = detect(candidates, lambda keys: [alone])
        for (book_id, book), placings in zip(members.items(), found.placings, strict=True):
            mine = next(one for one in book["memberships"] if one["series_id"] == id_)
            here = [one for one in placings if found.groups[one.group].id == id_]
            if mine.get("locked") or not here:
                continue
            self._move(book_id, book, mine, here[0], id_)

    def _move(
        self, book_id: int, book: Document, mine: Document, placing: Placing, id_: int
    ) -> None:
        said = membership_of(placing, {placing.group: id_})
        same = all(said[name] == mine.get(name) for name in ("position", "label"))
        # A title without a number takes no place away that a column or a source gave.
        if same or placing.position is None:
            return
        text = (
            f"{book['title']}: {mine.get('position') or 'no place'} is read as {placing.position}"
        )
        if placing.needs_review or mine.get("position") is not None:
            self._leave(
                "position", text, id_, [book_id],
                "set_position", {"book_id": book_id, "series": id_, "position": placing.position},
                placing,
            )  # fmt: skip
            return
        memberships = [said if one["series_id"] == id_ else one for one in book["memberships"]]
        after = with_memberships(self._tx, book, memberships)
        put(self._tx, "books", book_id, book, after, self._ctx.now())
        self._did("position", text, series_id=id_, books=[book_id], placing=placing)

    def _place(self, book_id: int, book: Document, placing: Placing, id_: int | None) -> None:
        name = shown_name(series_of(self._tx, id_)) if id_ is not None else "a series"
        where = f"{name} {placing.position or ''}".strip()
        if placing.needs_review or id_ is None:
            fix = {"book_id": book_id, "series": id_, "position": placing.position}
            self._leave("uncertain", f"{book['title']} may be {where}", id_, [book_id],
                        "set_position", fix, placing)  # fmt: skip
            return
        membership = membership_of(placing, {placing.group: id_})
        after = with_memberships(self._tx, book, [membership])
        put(self._tx, "books", book_id, book, after, self._ctx.now())
        self._did("attached", f"{book['title']} is {where}", series_id=id_, books=[book_id],
                  placing=placing)  # fmt: skip

    def _detect(self, books: dict[int, Document]) -> Detection:
        candidates = [
            Candidate(_printed(self._tx, book_id, book), tuple(book.get("authors", ())))
            for book_id, book in books.items()
        ]
        return detect(candidates, lambda keys: known_series(self._tx, keys))

    def leave(self, ids: Iterable[int]) -> None:
        """List what only the user can decide: doubtful places, contradictions."""
        from booktrack.services.series_audit import problems_of

        for id_ in ids:
            self._left += [
                one for one in problems_of(self._ctx, self._tx, id_) if one["code"] != "gap"
            ]

    def _did(
        self,
        what: str,
        text: str,
        *,
        series_id: int,
        books: list[int],
        placing: Placing | None = None,
    ) -> None:
        self._changed.append(
            {"what": what, "text": text, "series_id": series_id, "books": books, **_why(placing)}
        )

    def _leave(
        self,
        code: str,
        text: str,
        id_: int | None,
        books: list[int],
        call: str,
        arguments: JSON,
        placing: Placing,
    ) -> None:
        self._left.append(
            {
                "code": code,
                "problem": text,
                "series_id": id_,
                "books": books,
                "fix": {"call": call, "arguments": arguments},
                **_why(placing),
            }
        )


def _why(placing: Placing | None) -> JSON:
    if placing is None:
        return {}
    return {"confidence": placing.confidence, "reasons": placing.reasons}


def _printed(reader: Reader, book_id: int, book: Document) -> str:
    """Return the title that says most: an edition's as printed, else the book's."""
    editions = reader.get_many("editions", reader.find("edition_book", str(book_id))).values()
    printed: list[str] = [one["title"] for one in editions if one.get("title")]
    return max([str(book["title"]), *printed], key=len)


def _each_once(memberships: Sequence[Document], reader: Reader) -> list[Document]:
    """Return the memberships of series that are there, each series once: a locked one first."""
    kept: dict[int, Document] = {}
    for one in memberships:
        there = kept.get(one["series_id"])
        if reader.get("series", one["series_id"]) is not None and (
            there is None or (one.get("locked") and not there.get("locked"))
        ):
            kept[one["series_id"]] = one
    return list(kept.values())


def _in_step(membership: Document) -> Document:
    """Return a membership whose order and coverage follow from its printed position."""
    position = try_position(membership.get("position"))
    if position is None:
        return membership
    covers = list(position.covers) if membership.get("coverage", "whole") == "whole" else []
    return {
        **membership,
        "sort_key": list(position.sort_key),
        "covers": membership.get("covers") or covers,
    }
