"""Errors: what they tell fits on a line and into JSON, whatever the caller gave."""

import json

import pytest

from booktrack.errors import InvalidInput, NotFound, shown


@pytest.mark.parametrize(
    "value",
    ["x" * 10_000_000, b"x" * 10_000_000, 10**5_000, [1] * 1_000],
    ids=["text", "bytes", "number", "list"],
)
def test_a_value_is_shown_short(value):
    assert len(shown(value)) <= 80


def test_a_number_that_python_does_not_write_is_shown_in_words():
    assert shown(10**5_000) == "a whole number too long to show"


def test_details_are_json_in_utf8():
    details = InvalidInput("wrong", value="a\ud800", limit=3, id=10**5_000).to_dict()
    assert json.dumps(details, ensure_ascii=False).encode()
    assert (details["value"], details["limit"]) == ("a\\ud800", 3)


def test_a_message_is_text_whatever_a_file_is_called():
    error = NotFound("there is no /tmp/\udcff.json")
    assert error.to_dict()["message"] == str(error) == "there is no /tmp/\\udcff.json"
    assert repr(error).encode()


def test_details_are_no_copy_of_a_huge_text():
    assert len(NotFound("nothing", isbn="9" * 10_000_000).to_dict()["isbn"]) == 1_001


def test_what_is_nested_too_deep_to_show_is_told_in_words():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a list nested too deep to show"
