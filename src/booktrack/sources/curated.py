"""Curated series: totals of popular series from a file in the package and one of the user's own.

It asks nobody. Every number names its origin and the date of it, so that a fresher word of another
source can be shown beside it.
"""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from pathlib import Path

from booktrack.domain.records import SeriesRecord, VolumeRecord
from booktrack.domain.series_names import series_key
from booktrack.errors import InvalidFile, SourceRefused
from booktrack.sources.base import BaseSource, Flow, Limits
from booktrack.sources.curated_file import CuratedLine, CuratedSeries, read_curated

_OWN_FILE = "data/series.toml"
_LONGEST_FILE = 10 * 1024 * 1024


class Curated(BaseSource):
    """The curated series; entries of the user's file stand in for those of the package.

    Args:
        path: A file of the user's own, in the form that `curated_file` describes.
    """

    name = "curated"
    title = "Curated series"
    home = "https://pypi.org/project/booktrack/"
    limits = Limits(requests=1)
    capabilities = frozenset({"series"})
    local = True

    def __init__(self, path: str | Path | None = None) -> None:
        self._path = Path(path).expanduser() if path else None

    def series(self, name: str) -> Flow[list[SeriesRecord]]:
        """Return the series of this name or alias, one record for each language that is counted.

        Manga and light novel of one name are two series; both are returned.

        Raises:
            SourceRefused: the user's own file cannot be read.
        """
        yield from ()  # a flow that asks nothing
        key = series_key(name)
        try:
            entries = self.entries
        except InvalidFile as error:
            # To a search it is one source that cannot answer, no reason to fail.
            raise SourceRefused(error.message, source=self.name, **error.details) from error
        return [
            _record(entry, line) for entry in entries if key in entry.keys for line in entry.line
        ]

    @cached_property
    def entries(self) -> list[CuratedSeries]:
        """All entries, the user's own first.

        Raises:
            InvalidFile: the user's own file cannot be read.
        """
        own = _read_own(self._path) if self._path else []
        taken = {(entry.kind, key) for entry in own for key in entry.keys}
        shipped = read_curated(files(__package__).joinpath(_OWN_FILE).read_bytes(), _OWN_FILE)
        return own + [
            entry for entry in shipped if not any((entry.kind, key) in taken for key in entry.keys)
        ]


def _read_own(path: Path) -> list[CuratedSeries]:
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise InvalidFile(f"{path} is larger than 10 MB", file=str(path))
        return read_curated(path.read_bytes(), str(path))
    except OSError as error:
        raise InvalidFile(
            f"The file of curated series {path} cannot be read: {error.strerror}", file=str(path)
        ) from error


def _record(entry: CuratedSeries, line: CuratedLine) -> SeriesRecord:
    return SeriesRecord(
        source=Curated.name,
        record_id=f"{entry.kind} {series_key(entry.name)} {line.language}",
        url=line.origin,
        fetched_at=_moment(line.date),
        name=entry.name,
        aliases=entry.aliases,
        kind=entry.kind,
        publication_status=entry.status,
        total=line.total,
        total_language=line.language,
        authors=entry.authors,
        started=entry.started,
        ended=entry.ended,
        identifiers={scheme: [value] for scheme, value in entry.identifiers.items()},
        volumes=_volumes(entry, line),
    )


def _volumes(entry: CuratedSeries, line: CuratedLine) -> list[VolumeRecord]:
    """Return the volumes that are named, those of the first line, and all that are out."""
    named = {
        volume.position: VolumeRecord(
            position=volume.position,
            title=volume.title,
            release_date=volume.release_date,
            isbn_13=volume.isbn,
            language=line.language,
        )
        for volume in (entry.volume if line is entry.line[0] else [])
    }
    for number in range(1, (line.published or 0) + 1):
        named.setdefault(str(number), VolumeRecord(position=str(number), language=line.language))
    return list(named.values())


def _moment(date: str) -> str:
    """Return the first moment of a date: the origin may have spoken later, not earlier."""
    day = f"{date}-01-01"[:10]
    return f"{day}T00:00:00Z"
