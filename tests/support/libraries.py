"""Libraries for tests: a fixed clock, a file of their own, sources that know what they are told."""

from datetime import UTC, datetime
from pathlib import Path

from booktrack import Library
from booktrack.domain.models import Contributor
from booktrack.domain.records import EditionRecord, SeriesClaim, WorkRecord
from booktrack.errors import SourceUnavailable
from booktrack.sources.base import BaseSource, Limits

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

WAY_OF_KINGS = "9780765326355"
WAY_OF_KINGS_EBOOK = "9781429952040"
DUNE = "9780441013593"


def open_library(path, **options):
    return Library(path, clock=lambda: NOW, **{"offline": True, **options})


def snapshot(library):
    """Return everything that a library holds, to show that nothing was changed."""
    store = library._ctx.store
    store.catch_up()
    tables = ("books", "editions", "statuses", "readings", "series", "imports")
    return {table: dict(store.all(table)) for table in tables}


def work(title, *authors, isbn=None, series=None, position=None, source="told", **edition):
    """Return a record as a source gives it."""
    return WorkRecord(
        source=source,
        record_id=f"{source}/{title}",
        fetched_at="2026-11-22T12:00:00Z",
        title=title,
        people=[Contributor(name=name) for name in authors],
        series=[SeriesClaim(name=series, position=position)] if series else [],
        editions=[
            EditionRecord(
                source=source,
                record_id=f"{source}/{isbn or title}",
                fetched_at="2026-11-22T12:00:00Z",
                isbns=[isbn] if isbn else [],
                **edition,
            )
        ],
    )


class Told(BaseSource):
    """A source that needs no network: it knows the works that it was given."""

    name = "told"
    title = "Told"
    home = "https://example.org"
    limits = Limits(requests=100)
    capabilities = frozenset({"by_isbn", "search"})

    def __init__(self, *works):
        self.works = list(works)
        self.questions = 0

    def by_isbn(self, isbn):
        self.questions += 1
        return self.works
        yield

    def search(self, *, title=None, author=None, limit=10):
        self.questions += 1
        return self.works[:limit]
        yield


class Down(Told):
    """A source that cannot be asked."""

    name = "down"
    title = "Down"

    def by_isbn(self, isbn):
        raise SourceUnavailable("Down is down", source=self.name)
        yield

    def search(self, *, title=None, author=None, limit=10):
        raise SourceUnavailable("Down is down", source=self.name)
        yield
