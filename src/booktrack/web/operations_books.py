"""The operations on books and editions: finding, adding, correcting, removing."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from booktrack.library import Library
from booktrack.web import shapes
from booktrack.web.operations import (
    JSON,
    Body,
    BookParams,
    Changes,
    EditionParams,
    Id,
    Int,
    Limit,
    Operation,
    Page,
    Params,
    PartialDate,
    Upload,
    YesOrNo,
    tagged,
)

Remote = Annotated[
    Literal["auto", "never", "always"],
    Field(description="Whether sources are asked: where the library has no good answer, or ..."),
]
ISBN = Annotated[str, Field(description="An ISBN-10 or -13.", examples=["9780765326355"])]
Text = Annotated[str, Field(min_length=1, max_length=4_000)]
Titles = Annotated[list[Text], Field(max_length=200)]
Status = Literal["own", "want", "missing"]
Format = Literal["hardcover", "paperback", "ebook", "audiobook", "comic", "unknown"]
Position = Annotated[str | int | float, Field(description="3, 1.5, 1-3.", examples=[3])]


class SearchParams(Params):
    """What is searched for; one of the first five."""

    q: Annotated[
        str | None, Field(description="An ISBN, or words; typos are forgiven.", examples=["saga"])
    ] = None
    isbn: ISBN | None = None
    title: Annotated[str | None, Field(description="Words of the title.")] = None
    author: Annotated[str | None, Field(description="Words of an author's name.")] = None
    series: Annotated[str | None, Field(description="Words of a series' name.")] = None
    remote: Remote = "auto"
    limit: Annotated[Limit, Field(le=1_000)] = 10

    def arguments(self) -> JSON:
        """Return the arguments; `q` is short for the query."""
        given = super().arguments()
        if "q" in given:
            given["query"] = given.pop("q")
        return given


class LookupParams(Params):
    """An ISBN in the path."""

    isbn: ISBN
    remote: Remote = "auto"


class ScanParams(Params):
    """A barcode's text."""

    code: Annotated[str, Field(description="What a scanner gives.", examples=["9780765326355"])]
    remote: Remote = "auto"


class PictureParams(Params):
    """How a picture's barcode is looked up."""

    remote: Remote = "auto"


class ListParams(Page):
    """Filters and order of a list of books."""

    sort: Literal["title", "author", "series", "release_date", "added", "updated", "id"] = "title"
    descending: YesOrNo = False
    status: Annotated[Status | None, Field(description="Of an edition of the book.")] = None
    author: Annotated[Text | None, Field(description="In any spelling of the name.")] = None
    series: Annotated[
        str | None, Field(description="A series' name; `series_id` takes the id.")
    ] = None
    series_id: Id | None = None
    format: Format | None = None
    language: Annotated[Text | None, Field(examples=["en"])] = None
    shelf: Text | None = None
    tag: Text | None = None
    notes: Annotated[Text | None, Field(description="Words in the notes.")] = None

    def arguments(self) -> JSON:
        """Return the arguments; the id of a series names it too."""
        given = super().arguments()
        if "series_id" in given:
            given["series"] = given.pop("series_id")
        return given


class NewBook(Body):
    """A book to add: an ISBN that the library or a source knows, or at least a title."""

    shown: ClassVar[JSON] = {
        "title": "The Dispossessed",
        "authors": ["Ursula K. Le Guin"],
        "isbn": "9780061054884",
        "status": "own",
        "remote": "never",
    }

    isbn: Annotated[str | None, Field(description="An ISBN-10 or -13.")] = None
    title: Text | None = None
    authors: Titles | Text | None = None
    series: Text | None = None
    position: Position | None = None
    status: Status = "own"
    notes: Annotated[str | None, Field(max_length=4_000)] = None
    remote: Remote = "auto"
    format: Format | None = None
    publisher: Text | None = None
    release_date: PartialDate | None = None
    language: Text | None = None
    page_count: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    cover_url: Text | None = None
    price: Annotated[float | None, Field(ge=0)] = None
    currency: Annotated[str | None, Field(min_length=3, max_length=3)] = None

    def arguments(self) -> JSON:
        """Return what was given; what is null is not given."""
        return {name: value for name, value in super().arguments().items() if value is not None}


class BookEdit(Changes):
    """The fields of a book to correct; no source overrules them."""

    shown: ClassVar[JSON] = {"subtitle": "Book One of the Stormlight Archive"}

    title: Text | None = None
    subtitle: Text | None = None
    authors: Titles | None = None
    alternate_titles: Titles | None = None
    description: Annotated[str | None, Field(max_length=100_000)] = None
    genres: Titles | None = None


class EditionFields(Changes):
    """What can be corrected of an edition."""

    isbn_13: str | None = None
    format: Format | None = None
    publisher: Text | None = None
    release_date: PartialDate | None = None
    language: Text | None = None
    page_count: Annotated[Int | None, Field(ge=0, le=1_000_000)] = None
    cover_url: Text | None = None
    price: Annotated[float | None, Field(ge=0)] = None
    currency: Annotated[str | None, Field(min_length=3, max_length=3)] = None


class EditionEdit(EditionFields):
    """The fields of an edition to correct; no source overrules them."""

    shown: ClassVar[JSON] = {"page_count": 1007}


class Unlock(Body):
    """The fields on which sources may speak again; all of them where none is named."""

    shown: ClassVar[JSON] = {"fields": ["subtitle"]}

    fields: list[str] | None = None


class Merge(Body):
    """The book that goes."""

    shown: ClassVar[JSON] = {"other": 2}

    other: Annotated[Int, Field(ge=1, le=2**53)]


class MergeParams(Params):
    """The book that stays."""

    into: Id


class Choice(Body):
    """The value of a field that a source gives, or a record that a search listed."""

    shown: ClassVar[JSON] = {"field": "publisher", "source": "openlibrary", "edition": 1}

    field: str | None = None
    source: str | None = None
    edition: int | str | None = None
    record: dict[str, Any] | None = None


class FreeChoice(Choice):
    """A record that a search listed, for a book that the library does not have yet."""

    book_id: int | None = None


def _scan(library: Library, given: JSON) -> Any:
    # Bytes only: a text would be the path of a file of the server.
    file, rest = given["picture"], {k: v for k, v in given.items() if k != "picture"}
    file.seek(0)  # it may be read a second time, where the book has to be asked for
    return library.scan_image(file.read(), **rest)


def _book(answer: JSON) -> str:
    return f"/books/{answer['id']}"


OPERATIONS: list[Operation] = [
    *tagged(
        "finding",
        Operation(
            "GET", "/search", "search", "Find books by ISBN, title, author or series",
            shapes.Found, SearchParams, sample={"query": {"q": "way of kigns", "limit": 1}},
        ),
        Operation(
            "GET", "/lookup/{isbn}", "lookup", "The book that has an edition with this ISBN",
            shapes.FoundBook, LookupParams, errors=(404,),
            sample={"path": {"isbn": "9780765326355"}},
        ),
        Operation(
            "GET", "/scan/{code}", "scan", "The book whose barcode says this",
            shapes.FoundBook, ScanParams, sample={"path": {"code": "9780765326355"}},
        ),
        Operation(
            "POST", "/scan", "scan_image", "The book whose barcode a picture shows",
            shapes.FoundBook, PictureParams,
            Upload("picture", "the picture", ("image/jpeg", "image/png", "image/webp"), 32 << 20),
            errors=(404, 501), call=_scan, sample={"like": "scan"},
        ),
    ),
    *tagged(
        "books",
        Operation(
            "GET", "/books", "list_books", "A page of the books that fit",
            shapes.Books, ListParams, errors=(404,), version="revision",
            sample={"query": {"limit": 1}},
        ),
        Operation(
            "POST", "/books", "add", "Add a book, or another edition of one",
            shapes.Book, body=NewBook, status=201, errors=(404,), keyed=True, location=_book,
            sample={"query": {}},
        ),
        Operation(
            "GET", "/books/{book_id}", "get_book", "A book by its id",
            shapes.Book, BookParams, version="content", sample={"path": {"book_id": 1}},
        ),
        Operation(
            "PATCH", "/books/{book_id}", "edit_book", "Correct a book",
            shapes.Book, BookParams, BookEdit, version="content", current="get_book",
            sample={"path": {"book_id": 1}},
        ),
        Operation(
            "DELETE", "/books/{book_id}", "remove_book", "Remove a book with its editions",
            shapes.Removed, BookParams, current="get_book", sample={"path": {"book_id": 40}},
        ),
        Operation(
            "POST", "/books/{book_id}/unlock", "unlock",
            "Let sources speak again on corrected fields",
            shapes.Book, BookParams, Unlock, version="content", current="get_book",
            sample={"path": {"book_id": 1}},
        ),
        Operation(
            "GET", "/books/{book_id}/provenance", "provenance",
            "Who said each value of a book, and what others said instead",
            shapes.Provenance, BookParams, version="content", sample={"path": {"book_id": 1}},
        ),
        Operation(
            "GET", "/books/{book_id}/candidates", "candidates",
            "The fields on which sources differ, with every value",
            shapes.Candidates, BookParams, version="content", sample={"path": {"book_id": 1}},
        ),
        Operation(
            "POST", "/books/{book_id}/choose", "choose", "Take another source's value, or a record",
            shapes.Book, BookParams, Choice, current="get_book", sample={"like": "get_book"},
        ),
        Operation(
            "POST", "/records", "choose", "Take in a record that a search listed",
            dict[str, Any], body=FreeChoice, errors=(404,), keyed=True, name="choose_record",
            sample={"like": "get_book"},
        ),
        Operation(
            "POST", "/books/{into}/merge", "merge_books", "Join two books that are one",
            shapes.Book, MergeParams, Merge, sample={"path": {"into": 1}},
        ),
        Operation(
            "GET", "/duplicates", "duplicates", "Books that look like one, surest first",
            shapes.Pairs, Page, version="revision", sample={"query": {"limit": 1}},
        ),
    ),
    *tagged(
        "editions",
        Operation(
            "GET", "/editions/{edition}", "get_edition", "An edition by its id or ISBN",
            shapes.Edition, EditionParams, version="content",
            sample={"path": {"edition": "9780765326355"}},
        ),
        Operation(
            "PATCH", "/editions/{edition}", "edit_edition", "Correct an edition",
            shapes.Edition, EditionParams, EditionEdit, version="content", current="get_edition",
            sample={"path": {"edition": "9780765326355"}},
        ),
        Operation(
            "DELETE", "/editions/{edition}", "remove_edition", "Remove an edition; its book stays",
            shapes.Removed, EditionParams, current="get_edition",
            sample={"path": {"edition": "30"}},
        ),
    ),
]  # fmt: skip
