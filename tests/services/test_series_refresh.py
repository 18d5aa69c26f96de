"""A refresh asks what is new of tracked series, so that new volumes come to be known."""

from datetime import timedelta

import pytest

from booktrack import InvalidInput
from booktrack.services import series_refresh
from support.libraries import NOW, Chronicle, Told, open_library, series_record


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def opened(tmp_path, clock):
    libraries = []

    def open_it(*sources, **options):
        path = tmp_path / "library.json"
        options = {"sources": sources, "offline": False, "clock": clock, **options}
        libraries.append(open_library(path, **options))
        return libraries[-1]

    yield open_it
    for library in libraries:
        library.close()


def own(library, *names):
    for name in names:
        library.add(title=f"{name} 1", series=name, position=1, status="own")


def record(name="Berserk", *positions):
    return series_record(name, *(positions or ("1", "2")), publication_status="releasing")


def test_a_new_volume_is_announced_by_the_refresh_that_learns_of_it(opened, clock):
    source = Chronicle(record())
    library = opened(source)
    own(library, "Berserk")
    report = library.refresh()
    assert (report["series"], report["sources"]) == (1, {"chronicle": {"code": "ok"}})
    assert source.questions == ["Berserk"]
    source.records = [record("Berserk", "1", "2", "3")]
    source.records[0].volumes[2].release_date = "2027-04"
    clock.now += timedelta(days=15)
    library.refresh()
    (news,) = library.news("2026-12-01")["news"]
    assert (news["kind"], news["title"], news["after"]) == ("announced", "Berserk 3", "2027-04")


def test_a_series_is_not_asked_for_again_before_it_is_due(opened, clock):
    source = Chronicle(record())
    library = opened(source)
    own(library, "Berserk")
    library.refresh()
    clock.now += timedelta(days=13)
    assert "series" not in library.refresh()
    clock.now += timedelta(days=2)
    assert library.refresh()["series"] == 1
    assert len(source.questions) == 2


def test_series_that_are_not_tracked_or_of_which_nothing_is_owned_are_not_asked_for(opened):
    source = Chronicle()
    library = opened(source)
    own(library, "Berserk")
    library.track_series("Berserk", False)
    library.add(title="Saga 1", series="Saga", position=1, status="missing")
    assert "series" not in library.refresh()
    assert source.questions == []
    own(opened(source, user_id=2), "Vinland")
    library.refresh()
    assert source.questions == []


def test_a_source_that_fails_is_asked_for_no_other_series(opened):
    down, up = Chronicle(name="down", down=True), Chronicle()
    library = opened(down, up)
    own(library, "Berserk", "Saga", "Vinland")
    report = library.refresh()
    assert report["sources"]["down"]["code"] == "unavailable"
    assert report["sources"]["chronicle"] == {"code": "ok"}
    assert (len(down.questions), len(up.questions)) == (1, 3)


def test_so_many_at_a_time_the_longest_unasked_first(opened, monkeypatch):
    monkeypatch.setattr(series_refresh, "SERIES", 2)
    source = Chronicle()
    library = opened(source)
    own(library, "Berserk", "Saga", "Vinland")
    assert [library.refresh().get("series") for _ in range(3)] == [2, 1, None]
    assert sorted(source.questions) == ["Berserk", "Saga", "Vinland"]


def test_only_the_named_sources_are_asked(opened):
    source, other = Chronicle(), Chronicle(name="annals")
    library = opened(source, other, Told())
    own(library, "Berserk")
    library.refresh(sources=["annals"])
    assert (source.questions, other.questions) == ([], ["Berserk"])
    library.refresh(sources=["told"])
    assert source.questions == []
    with pytest.raises(InvalidInput, match="nobody"):
        library.refresh(sources=["nobody"])


def test_an_import_that_asks_for_its_books_leaves_the_series_alone(opened):
    source = Chronicle()
    library = opened(source, Told())
    own(library, "Berserk")
    library.import_file(b"9780441013593", enrich=True)
    assert source.questions == []
