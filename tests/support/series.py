"""Series for tests: what sources say of them, and volumes to own."""

from booktrack.domain.records import SeriesRecord, VolumeRecord
from booktrack.services.series_records import record_series_records


def own(library, name, *numbers, authors="An Author", **options):
    """Own these volumes; return their books."""
    return [
        library.add(title=f"{name}, Vol. {number}", authors=authors, **options)
        for number in numbers
    ]


def told(library, name, *, source="anilist", volumes=(), day="2026-11-01", **fields):
    """Let a source say something of a series, as a refresh does; return the series' id.

    `volumes` are numbers, or (number, release date) pairs.
    """
    record = SeriesRecord(
        source=source,
        record_id=f"{source}/{name}",
        fetched_at=f"{day}T12:00:00Z",
        name=name,
        volumes=[
            VolumeRecord(position=str(one[0]), release_date=one[1])
            if isinstance(one, tuple)
            else VolumeRecord(position=str(one))
            for one in volumes
        ],
        **fields,
    )
    (series_id,) = record_series_records(library._ctx, [record], f"{source} tells of {name}")
    return series_id
