"""Checking what an API says of a series against the library, without changing anything."""

from __future__ import annotations

from typing import Any

from booktrack.domain.loose_series import read_loose
from booktrack.domain.series import chosen_total
from booktrack.domain.series_choices import overridden
from booktrack.domain.validation import Known, validate
from booktrack.errors import NotFound
from booktrack.services import inputs
from booktrack.services.answers import Answers, answers
from booktrack.services.context import Context
from booktrack.services.series import series_id

JSON = dict[str, Any]


def validate_series_metadata(ctx: Context, series_name: str, api_data: object) -> JSON:
    """Return what may be believed of the data, and the data as they should be used."""
    name = inputs.text(series_name, "the series")
    said = read_loose(api_data)
    answer = answers(ctx)
    try:
        id_: int | None = series_id(ctx, name)
    except NotFound:
        id_ = None
    known = Known((name,)) if id_ is None else _known(answer, id_)
    verdict = validate(said, known)
    return {
        "series": known.names[0],
        "series_id": id_,
        "valid": not verdict.suspect,
        "source": said.source,
        "accepted": verdict.accepted,
        "suspect": [one.as_dict() for one in verdict.suspect],
        "corrected": verdict.corrected,
        "falls_back_to_owned": verdict.falls_back,
        "owned": [] if id_ is None else answer.state(id_).owned,
    }


def _known(answer: Answers, id_: int) -> Known:
    series, state = answer.series_model(id_), answer.state(id_)
    said = series.overrides
    # What the user says of the total is told apart from what sources said before.
    heard = series.model_copy(update={"overrides": {k: v for k, v in said.items() if k != "total"}})
    total, source, _ = chosen_total(heard)
    line = overridden(said, "edition_line", series.edition_line)
    name = overridden(said, "name", series.name)
    return Known(
        names=tuple(dict.fromkeys((name, series.name, *(one.name for one in series.aliases)))),
        kind=overridden(said, "kind", series.kind),
        edition_line=line,
        status=overridden(said, "publication_status", series.publication_status),
        languages=answer.languages_of(id_),
        owned=tuple(
            volume.number for volume in state.volumes if volume.owned and volume.number is not None
        ),
        total=total,
        total_source=source,
        user_total=overridden(said, "total", None),
        has_override="total" in said,
        earlier=tuple(
            (one.source, one.value)
            for one in series.totals
            if one.scope == "main" and one.edition_line == line and one.value > 0
        ),
    )
