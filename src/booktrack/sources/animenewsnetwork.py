"""Anime News Network's encyclopedia: the English volumes of manga and light novels.

For each volume it has the day of its release, coming ones included, and often the ISBN. Its terms
ask to name it as the source with a link to the entry: that link is the `url` of every record. A
missing date means "not known", never "not planned".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from booktrack.domain.models import Contributor
from booktrack.domain.names import same_person
from booktrack.domain.queries import split_position
from booktrack.domain.records import (
    EditionRecord,
    SeriesClaim,
    SeriesRecord,
    VolumeRecord,
    WorkRecord,
)
from booktrack.domain.text import fold_key
from booktrack.errors import InvalidInput, SourceRefused, shown
from booktrack.sources.animenewsnetwork_payloads import (
    Entry,
    Release,
    read_entries,
    read_ids,
    read_xml,
)
from booktrack.sources.base import Ask, BaseSource, Flow, Limits, Reply

IDS_A_CALL = 50
"""Entries that one request may ask for."""

_MAX_FOUND = 10
_LANGUAGE = "en"


class AnimeNewsNetwork(BaseSource):
    """The encyclopedia of Anime News Network.

    Args:
        base_url: Where the entries are, for tests.
        reports_url: Where its reports are, which search the alternative titles.
    """

    name = "animenewsnetwork"
    title = "Anime News Network"
    home = "https://www.animenewsnetwork.com/encyclopedia/"
    limits = Limits(requests=1)
    capabilities = frozenset({"search", "series"})

    def __init__(
        self,
        base_url: str = "https://cdn.animenewsnetwork.com/encyclopedia",
        reports_url: str = "https://www.animenewsnetwork.com/encyclopedia",
    ) -> None:
        self._base = base_url.rstrip("/")
        self._reports = reports_url.rstrip("/")
        self.hosts = frozenset({urlsplit(self._base).netloc, urlsplit(self._reports).netloc})

    def says_nothing(self, reply: Reply) -> bool:
        """Return whether the answer lists nothing: "not found" is a <warning> with status 200."""
        return b"<manga" not in reply.body and b"<item" not in reply.body

    def search(
        self, *, title: str | None = None, author: str | None = None, limit: int = 10
    ) -> Flow[list[WorkRecord]]:
        """Return volumes by the title of their series; with a number in it that volume only.

        An author narrows it down; for an author alone it cannot be asked.
        """
        name, position = split_position((title or "").strip())
        if not name:
            return []
        found = yield from self._entries(name)
        works = [
            work
            for entry, reply in found
            if not author or any(same_person(author, one) for one in entry.authors)
            for work in self._works(entry, reply)
            if position is None or work.series[0].position == position
        ]
        return works[: max(0, limit)]

    def series(self, name: str) -> Flow[list[SeriesRecord]]:
        """Return the series of this name, by any of its titles, with their English volumes."""
        found = yield from self._entries(name.strip())
        wanted = fold_key(name)
        exact = [one for one in found if wanted in map(fold_key, (one[0].name, *one[0].titles))]
        return [self._series_record(entry, reply) for entry, reply in exact or found]

    def entries(self, ids: Sequence[str]) -> Flow[list[SeriesRecord]]:
        """Return the series with these numbers, fifty in one request.

        Raises:
            InvalidInput: one of them is no number.
        """
        for one in ids:
            if not (one.isdecimal() and one.isascii()):
                raise InvalidInput(f"Not an entry of Anime News Network: {shown(one)}")
        found = yield from self._by_ids(list(dict.fromkeys(ids)))
        return [self._series_record(entry, reply) for entry, reply in found]

    # --- requests ------------------------------------------------------------------------

    def _entries(self, name: str) -> Flow[list[tuple[Entry, Reply]]]:
        """Return the entries of a name: by the primary title, else by the other ones."""
        if not name:
            return []
        found = yield from self._ask(f"~{name}")
        if found:
            return found[:_MAX_FOUND]
        reply = yield Ask(
            f"{self._reports}/reports.xml",
            params={"id": 236, "type": "manga", "search": name, "nlist": _MAX_FOUND},
            accept="xml",
        )
        if reply.missing:
            return []
        self._expect_answer(reply)
        ids = read_ids(read_xml(reply.body, self.name))[:_MAX_FOUND]
        return (yield from self._by_ids(ids))

    def _by_ids(self, ids: Sequence[str]) -> Flow[list[tuple[Entry, Reply]]]:
        found = []
        for start in range(0, len(ids), IDS_A_CALL):
            found += yield from self._ask("/".join(ids[start : start + IDS_A_CALL]))
        return found

    def _ask(self, manga: str) -> Flow[list[tuple[Entry, Reply]]]:
        reply = yield Ask(f"{self._base}/api.xml", params={"manga": manga}, accept="xml")
        if reply.missing:
            return []
        self._expect_answer(reply)
        return [(entry, reply) for entry in read_entries(read_xml(reply.body, self.name))]

    def _expect_answer(self, reply: Reply) -> None:
        if reply.status in (400, 422):
            raise SourceRefused(
                f"Anime News Network does not take the question (HTTP {reply.status})",
                source=self.name,
                status=reply.status,
            )

    # --- records -------------------------------------------------------------------------

    def _series_record(self, entry: Entry, reply: Reply) -> SeriesRecord:
        return SeriesRecord(
            source=self.name,
            record_id=entry.id,
            url=self._link(entry),
            fetched_at=reply.fetched_at,
            name=entry.name,
            aliases=[title for title in entry.titles if title != entry.name],
            kind=entry.kind,
            authors=entry.authors,
            description=entry.plot,
            genres=entry.genres,
            started=entry.started,
            identifiers={self.name: [entry.id]},
            volumes=[_volume(entry, release) for release in entry.volumes],
        )

    def _works(self, entry: Entry, reply: Reply) -> Iterator[WorkRecord]:
        """Yield the volumes, print and ebook of one number as the editions of one work."""
        volumes: dict[str, list[Release]] = {}
        for release in entry.releases:
            main = entry.slot(release) == "main"
            told = release.numbers or release.words
            key = f"Vol. {release.position}" if main else f"{release.name} {told}"
            volumes.setdefault(key, []).append(release)
        for key, releases in volumes.items():
            yield self._work(entry, key, releases, reply)

    def _work(
        self, entry: Entry, key: str, releases: Sequence[Release], reply: Reply
    ) -> WorkRecord:
        first = releases[0]
        main = entry.slot(first) == "main"
        return WorkRecord(
            source=self.name,
            record_id=f"{entry.id} {key}",
            url=self._link(entry),
            fetched_at=reply.fetched_at,
            title=f"{entry.name}, {key}" if main else first.printed,
            people=[Contributor(name=name) for name in entry.authors],
            series=[_claim(entry, first)],
            genres=entry.genres,
            editions=[self._edition(release, reply) for release in releases],
        )

    def _edition(self, release: Release, reply: Reply) -> EditionRecord:
        return EditionRecord(
            source=self.name,
            record_id=release.id,
            url=release.url,
            fetched_at=reply.fetched_at,
            isbns=[release.isbn] if release.isbn else [],
            title=release.printed,
            book_format=release.book_format,
            format_detail=release.words or None,
            release_date=release.date,
            language=_LANGUAGE,
        )

    def _link(self, entry: Entry) -> str:
        return f"https://www.animenewsnetwork.com/encyclopedia/manga.php?id={entry.id}"


def _claim(entry: Entry, release: Release) -> SeriesClaim:
    """Return the series of a release: the entry, or the line of editions that it names itself."""
    if not entry.counts(release):
        return SeriesClaim(name=release.name, position=release.position, kind=entry.kind)
    return SeriesClaim(
        name=entry.name,
        position=release.position,
        aliases=[title for title in entry.titles if title != entry.name],
        kind=entry.kind,
        identifiers={AnimeNewsNetwork.name: [entry.id]},
    )


def _volume(entry: Entry, release: Release) -> VolumeRecord:
    slot = entry.slot(release)
    return VolumeRecord(
        position=release.position if slot == "main" else None,
        label=None if slot == "main" else release.printed,
        title=release.printed,
        release_date=release.date,
        isbn_13=release.isbn,
        book_format=release.book_format,
        language=_LANGUAGE,
        slot=slot,
        record_id=release.id,
        url=release.url,
    )
