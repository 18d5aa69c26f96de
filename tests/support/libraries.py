"""Libraries for tests: a fixed clock, a file of their own, sources that know what they are told."""

from datetime import UTC, datetime
from pathlib import Path

from booktrack import Library
from booktrack.domain.models import Contributor
from booktrack.domain.records import (
    EditionRecord,
    SeriesClaim,
    SeriesRecord,
    VolumeRecord,
    WorkRecord,
)
from booktrack.errors import SourceUnavailable
from booktrack.sources.base import BaseSource, Limits

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

WAY_OF_KINGS = "9780765326355"
WAY_OF_KINGS_EBOOK = "9781429952040"
DUNE = "9780441013593"


def open_library(path, **options):
    return Library(path, **{"clock": lambda: NOW, "offline": True, **options})


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


class Batches(Told):
    """A source that is told many ISBNs in one question; `asked` lists them."""

    capabilities = frozenset({"by_isbn", "by_isbns"})

    def __init__(self, *works):
        super().__init__(*works)
        self.asked = []

    def by_isbns(self, isbns):
        self.asked.append(list(isbns))
        return {isbn: self._of(isbn) for isbn in isbns}
        yield

    def _of(self, isbn):
        return [work for work in self.works if isbn in work.editions[0].isbns]


def series_record(name, *positions, source="chronicle", **fields):
    """Return a record of a series as a source gives it, with a volume for each position."""
    return SeriesRecord(
        source=source,
        record_id=f"{source}/{name}",
        fetched_at="2026-11-22T12:00:00Z",
        name=name,
        volumes=[
            VolumeRecord(position=text, title=f"{name} {text}", release_date="2020")
            for text in positions
        ],
        **fields,
    )


class Chronicle(BaseSource):
    """A source that knows series."""

    name = "chronicle"
    title = "Chronicle"
    home = "https://example.org"
    limits = Limits(requests=100)
    capabilities = frozenset({"series"})

    def __init__(self, *records, name="chronicle", down=False):
        self.name = name
        self.records = list(records)
        self.down = down
        self.questions = []

    def series(self, name):
        self.questions.append(name)
        if self.down:
            raise SourceUnavailable("Chronicle is down", source=self.name)
        return self.records
        yield
