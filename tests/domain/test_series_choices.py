"""What users say of a series, by field."""

from booktrack.domain.models import Override, Series
from booktrack.domain.series_choices import (
    absorbed,
    disagreements,
    excluded_volumes,
    overridden,
    shown_kind,
    shown_line,
    shown_name,
    volume_key,
)


def test_the_users_word_is_shown_before_the_document():
    document = {
        "name": "Dune Chronicles",
        "kind": "comic",
        "overrides": {"name": {"value": "Dune"}, "edition_line": {"value": "deluxe"}},
    }
    assert (shown_name(document), shown_kind(document), shown_line(document)) == (
        "Dune", "comic", "deluxe"
    )  # fmt: skip
    assert shown_kind({"name": "Dune"}) == "unknown"


def test_an_override_of_none_is_a_word_too():
    assert overridden({"total": Override(value=None)}, "total", 3) is None
    assert overridden({}, "total", 3) == 3


def test_volumes_are_keyed_by_position_or_label():
    said = {volume_key("04"): Override(value="excluded"), "volume Guide": Override(value="other")}
    said |= {"total": Override(value="excluded")}
    assert excluded_volumes(said) == ["4"]


def test_merged_series_are_remembered_by_kind_and_line():
    document = {
        "name": "Wolf",
        "overrides": {
            "name": {"value": "W"},
            "merged 7": {"value": {"kind": "manga", "edition_line": "deluxe"}},
            "merged 8": {"value": {}},
        },
    }
    assert absorbed(document) == [("manga", "deluxe"), ("unknown", None)]


def test_only_what_sources_do_say_otherwise_is_a_disagreement():
    series = Series(
        name="Wolf",
        kind="unknown",
        publication_status="finished",
        overrides={
            "name": Override(value="Wolf"),
            "kind": Override(value="manga"),
            "publication_status": Override(value="releasing"),
        },
    )
    assert disagreements(series) == [
        "publication_status: you say 'releasing', the sources say 'finished'"
    ]
