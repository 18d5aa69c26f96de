"""What an API's dict says of a series, whatever words it uses."""

import math

import pytest

from booktrack.domain.loose_series import LooseSeries, read_loose
from booktrack.errors import InvalidInput


@pytest.mark.parametrize(
    "data",
    [
        {"total_volumes": 14},
        {"totalVolumes": "14"},
        {"volumes": 14.0},
        {"primary_books_count": 14, "books_count": 30},
        {"data": {"Media": {"volumes": 14}}},
        {"data": {"Page": {"media": [{"volumes": 14}]}}},
        {"items": [{"volumeInfo": {"volumes": 14}}], "kind": "books#volumes"},
        {"total": 14, "volumes": [{"volume": 1}]},
    ],
)
def test_the_total_is_found_under_its_many_names(data):
    assert read_loose(data).total == 14


@pytest.mark.parametrize("data", [{"volumes": None}, {"volumes": ""}])
def test_null_is_said_and_is_no_number(data):
    told = read_loose(data)
    assert (told.total, told.says_total) == (None, True)


@pytest.mark.parametrize(
    "total", ["abc", -1, 1.5, True, math.nan, math.inf, 10**9, {"count": 3}, "3.5"]
)
def test_a_total_that_cannot_be_meant_is_refused(total):
    with pytest.raises(InvalidInput):
        read_loose({"total_volumes": total})


@pytest.mark.parametrize("data", [None, [], "volumes", 3])
def test_what_is_no_dict_is_refused(data):
    with pytest.raises(InvalidInput, match="dict"):
        read_loose(data)


@pytest.mark.parametrize(
    "data", [{"status": ["FINISHED"]}, {"title": 3}, {"title": [3]}, {"language": 1.5}]
)
def test_a_text_that_is_none_is_refused(data):
    with pytest.raises(InvalidInput):
        read_loose(data)


@pytest.mark.parametrize(
    ("said", "status"),
    [("FINISHED", "finished"), ("Completed", "finished"), ("RELEASING", "releasing"),
     ("Publishing", "releasing"), ("HIATUS", "hiatus"), ("canceled", "cancelled"),
     ("NOT_YET_RELEASED", "not_yet_released"), ("who knows", None), (" ", None)],
)  # fmt: skip
def test_the_status_is_translated(said, status):
    assert read_loose({"status": said}).status == status


@pytest.mark.parametrize(
    ("data", "kind", "medium"),
    [
        ({"format": "MANGA"}, "manga", None),
        ({"format": "NOVEL", "type": "MANGA"}, "light_novel", None),
        ({"format": "NOVEL"}, "novel", None),
        ({"kind": "Graphic Novel"}, "comic", None),
        ({"format": "TV"}, None, "TV"),
        ({"format": "hologram"}, None, None),
    ],
)
def test_the_kind_is_translated(data, kind, medium):
    told = read_loose(data)
    assert (told.kind, told.other_medium) == (kind, medium)


def test_names_come_from_texts_lists_and_dicts():
    told = read_loose(
        {
            "title": {"english": "Frieren", "native": "葬送のフリーレン", "romaji": None},
            "synonyms": ["Frieren at the Funeral", " "],
            "name": "Frieren!",
            "series": [{"title": "not this"}, {"title": "nor this"}],
        }
    )
    assert told.names == ("Frieren", "葬送のフリーレン", "Frieren!", "Frieren at the Funeral")


def test_a_language_is_a_code_and_the_edition_is_read_from_the_title_too():
    told = read_loose({"language": "Japanese", "title": "Spice and Wolf Collector's Edition"})
    assert (told.language, told.edition_line) == ("ja", "collectors_edition")
    assert read_loose({"edition": "Deluxe Edition"}).edition_line == "deluxe"


def test_a_list_of_volumes_is_no_total():
    told = read_loose({"volumes": [{"volume": 1}, {"position": "3"}, 2, "1.5", {"title": "x"}]})
    assert (told.total, told.says_total, told.listed) == (None, False, (1, 3, 2))


def test_chapters_and_source_are_read():
    told = read_loose({"chapters": 97, "source": "anilist"})
    assert (told.chapters, told.source) == (97, "anilist")


def test_what_speaks_of_other_things_is_passed_over():
    data = {"type": {"key": "/type/work"}, "status": 429, "chapters": [{"title": "One"}]}
    assert read_loose(data) == LooseSeries()


def test_an_empty_answer_says_nothing():
    assert read_loose({"unheard_of": 3}) == LooseSeries() == read_loose({})


def test_wrappers_are_opened_only_so_far():
    deep = {"data": {"data": {"data": {"data": {"data": {"volumes": 3}}}}}}
    assert read_loose(deep).total is None
