"""The rival: what one would write today with FastAPI and SQLModel over SQLite.

    RIVAL_DATABASE=rival.sqlite3 RIVAL_LIBRARY=library.json uvicorn rival:app

It answers the same questions about the same books: tables with foreign keys and indexes, plain
`def` endpoints in FastAPI's threads, a session for each request, related rows loaded with `IN`
queries, a write-ahead log, and every commit on the disk (`synchronous=FULL`), as booktrack's are.
"""

# No postponed annotations here: SQLModel reads those of relationships as they are written.
import json
import os
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import event
from sqlalchemy.orm import selectinload
from sqlmodel import Field, Relationship, Session, SQLModel, col, create_engine, func, select

_engine = create_engine(
    f"sqlite:///{os.environ['RIVAL_DATABASE']}", connect_args={"check_same_thread": False}
)


@event.listens_for(_engine, "connect")
def _durable(connection: Any, _: object) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


class SeriesBase(SQLModel):
    """What a series is called."""

    name: str = Field(index=True)
    kind: str | None = None


class Series(SeriesBase, table=True):
    """A series with its books."""

    id: int | None = Field(default=None, primary_key=True)
    books: list["Book"] = Relationship(back_populates="in_series")


class BookBase(SQLModel):
    """A work."""

    title: str = Field(index=True)
    subtitle: str | None = None
    authors: str
    series_position: str | None = None


class Book(BookBase, table=True):
    """A work with its editions."""

    id: int | None = Field(default=None, primary_key=True)
    series_id: int | None = Field(default=None, foreign_key="series.id", index=True)
    in_series: Series | None = Relationship(back_populates="books")
    editions: list["Edition"] = Relationship(back_populates="book")


class EditionBase(SQLModel):
    """One ISBN."""

    isbn_13: str | None = Field(default=None, index=True)
    isbn_10: str | None = None
    book_format: str | None = None
    publisher: str | None = None
    release_date: str | None = None
    language: str | None = None
    page_count: int | None = None
    cover_url: str | None = None
    price: float | None = None
    currency: str | None = None


class Edition(EditionBase, table=True):
    """One ISBN with the user's word on it."""

    id: int | None = Field(default=None, primary_key=True)
    book_id: int = Field(foreign_key="book.id", index=True)
    book: Book = Relationship(back_populates="editions")
    held: list["UserEditionStatus"] = Relationship()


class UserEditionStatus(SQLModel, table=True):
    """What a user says of an edition."""

    id: int | None = Field(default=None, primary_key=True)
    edition_id: int = Field(foreign_key="edition.id", index=True)
    user_id: int = Field(default=1, index=True)
    status: str = "missing"
    notes: str | None = None


class StatusIn(SQLModel):
    """What is sent to mark an edition."""

    status: str
    notes: str | None = None


class EditionOut(EditionBase):
    """An edition in an answer."""

    id: int
    status: str
    notes: str | None


class BookOut(BookBase):
    """A book in an answer."""

    id: int
    series: str | None
    editions: list[EditionOut]


class BooksOut(SQLModel):
    """A page of books."""

    total: int
    limit: int
    offset: int
    books: list[BookOut]


class SeriesOut(SeriesBase):
    """A series with its volumes."""

    id: int
    volumes: list[BookOut]


def _session() -> Iterator[Session]:
    with Session(_engine) as session:
        yield session


Opened = Annotated[Session, Depends(_session)]

_whole = (
    selectinload(Book.editions).selectinload(Edition.held),  # type: ignore[arg-type]
    selectinload(Book.in_series),  # type: ignore[arg-type]
)


@asynccontextmanager
async def _filled(_: FastAPI) -> Any:
    SQLModel.metadata.create_all(_engine)
    with Session(_engine) as session:
        if session.exec(select(func.count()).select_from(Book)).one() == 0:
            _fill(session, json.loads(Path(os.environ["RIVAL_LIBRARY"]).read_bytes()))
    yield


app = FastAPI(lifespan=_filled)


@app.get("/lookup/{isbn}")
def lookup(isbn: str, session: Opened) -> BookOut:
    """Return the book of an ISBN."""
    query = select(Book).join(Edition).where(Edition.isbn_13 == isbn).options(*_whole)
    book = session.exec(query).first()
    if book is None:
        raise HTTPException(404, "nobody knows it")
    return _book(book)


@app.get("/search")
def search(session: Opened, query: str, limit: int = 10) -> list[BookOut]:
    """Return the books whose title has the words: spelled as they are, no typo is forgiven."""
    found = select(Book).options(*_whole).limit(limit)
    for word in query.split():
        found = found.where(col(Book.title).icontains(word, autoescape=True))
    return [_book(book) for book in session.exec(found)]


@app.get("/books")
def books(session: Opened, limit: int = 50, offset: int = 0) -> BooksOut:
    """Return one page of the books by title."""
    total = session.exec(select(func.count()).select_from(Book)).one()
    page = select(Book).order_by(col(Book.title)).offset(offset).limit(limit).options(*_whole)
    found = [_book(book) for book in session.exec(page)]
    return BooksOut(total=total, limit=limit, offset=offset, books=found)


@app.get("/series/{series_id}")
def series(series_id: int, session: Opened) -> SeriesOut:
    """Return a series with its books."""
    query = select(Series).where(Series.id == series_id)
    found = session.exec(
        query.options(
            selectinload(Series.books)  # type: ignore[arg-type]
            .selectinload(Book.editions)  # type: ignore[arg-type]
            .selectinload(Edition.held)  # type: ignore[arg-type]
        )
    ).first()
    if found is None:
        raise HTTPException(404, "there is no such series")
    volumes = [_book(book) for book in found.books]
    return SeriesOut(id=series_id, name=found.name, kind=found.kind, volumes=volumes)


@app.put("/editions/{isbn}/status")
def mark(isbn: str, body: StatusIn, session: Opened) -> EditionOut:
    """Return the edition after saying what the user has of it."""
    query = select(Edition).where(Edition.isbn_13 == isbn).options(selectinload(Edition.held))  # type: ignore[arg-type]
    edition = session.exec(query).first()
    if edition is None:
        raise HTTPException(404, "there is no such edition")
    held = edition.held[0] if edition.held else UserEditionStatus(edition_id=edition.id or 0)
    held.status, held.notes = body.status, body.notes
    session.add(held)
    session.commit()
    session.refresh(edition)
    return _edition(edition)


def _book(book: Book) -> BookOut:
    return BookOut(
        id=book.id or 0,
        title=book.title,
        subtitle=book.subtitle,
        authors=book.authors,
        series=book.in_series.name if book.in_series else None,
        series_position=book.series_position,
        editions=[_edition(edition) for edition in book.editions],
    )


def _edition(edition: Edition) -> EditionOut:
    held = edition.held[0] if edition.held else None
    return EditionOut(
        **edition.model_dump(),
        status=held.status if held else "missing",
        notes=held.notes if held else None,
    )


def _fill(session: Session, tables: dict[str, dict[str, Any]]) -> None:
    """Take the documents of booktrack's library over, ids and all."""
    for number, one in tables.get("series", {}).items():
        session.add(Series(id=int(number), name=one["name"], kind=one.get("kind")))
    for number, one in tables.get("books", {}).items():
        membership = (one.get("memberships") or [{}])[0]
        session.add(
            Book(
                id=int(number),
                title=one["title"],
                subtitle=one.get("subtitle"),
                authors="; ".join(one.get("authors", [])),
                series_id=membership.get("series_id"),
                series_position=membership.get("position"),
            )
        )
    for number, one in tables.get("editions", {}).items():
        known = {name: one.get(name) for name in EditionBase.model_fields}
        session.add(Edition(id=int(number), book_id=one["book_id"], **known))
    for number, one in tables.get("statuses", {}).items():
        held = {name: one.get(name) for name in ("edition_id", "user_id", "status", "notes")}
        session.add(UserEditionStatus(id=int(number), **held))
    session.commit()
