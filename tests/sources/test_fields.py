"""Reading the fields of answers: neighbours are taken in, strangers are named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from booktrack.errors import SourceChanged
from booktrack.sources.base import read
from booktrack.sources.fields import (
    Address,
    Amount,
    CamelPayload,
    Count,
    Items,
    Key,
    Line,
    Lines,
    Markup,
    Payload,
    Title,
    each_once,
    isbns_in,
    read_each,
)
from booktrack.sources.hardcover_payloads import Place
from booktrack.sources.html_text import plain_text
from booktrack.sources.keys import secret_from


class Answer(Payload):
    line: Line = None
    title: Title = "given"
    lines: Lines = Field(default_factory=list)
    markup: Markup = None
    count: Count = None
    key: Key = None
    amount: Amount = None
    address: Address = None
    items: Items[int]


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("line", None, None),
        ("line", "", None),
        ("line", "  a \n b ", "a b"),
        ("line", 1984, "1984"),
        ("line", 1.5, "1.5"),
        ("title", 86, "86"),
        ("lines", None, []),
        ("lines", "one", ["one"]),
        ("lines", ["one", None, "", 2], ["one", "2"]),
        ("markup", None, None),
        ("markup", "", None),
        ("markup", "<p></p>", None),
        ("markup", "a<br>b", "a\nb"),
        ("count", None, None),
        ("count", 0, None),
        ("count", -1, None),
        ("count", 10**9, None),
        ("count", 34, 34),
        ("count", "34", 34),
        ("count", 34.0, 34),
        ("key", None, None),
        ("key", "", None),
        ("key", 0, None),
        ("key", 12, "12"),
        ("key", "12", "12"),
        ("amount", None, None),
        ("amount", -1, None),
        ("amount", 0, 0.0),
        ("amount", 9.99, 9.99),
        ("address", None, None),
        ("address", "", None),
        ("address", "javascript:alert(1)", None),
        ("address", "http://a.example/b", "https://a.example/b"),
        ("address", "https://a.example/" + "b" * 3000, None),
        ("items", None, []),
        ("items", [1, None, 2], [1, 2]),
    ],
)
def test_a_field_is_read_in_its_neighbouring_forms(field: str, value: Any, expected: Any) -> None:
    assert getattr(read(Answer, {field: value}, "test"), field) == expected


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("line", {}),
        ("line", True),
        ("line", "long" * 1000),
        ("title", None),
        ("title", " "),
        ("lines", {}),
        ("lines", [{}]),
        ("markup", 3),
        ("count", "many"),
        ("count", True),
        ("count", 1.5),
        ("key", True),
        ("key", "long" * 100),
        ("key", []),
        ("amount", "9.99"),
        ("amount", True),
        ("address", 3),
        ("items", {}),
        ("items", ["x"]),
    ],
)
def test_a_field_of_another_kind_is_named(field: str, value: Any) -> None:
    with pytest.raises(SourceChanged, match=field) as raised:
        read(Answer, {field: value}, "test")
    assert raised.value.details["field"].startswith(field)


def test_camel_case_is_read_by_its_plain_name() -> None:
    class Camel(CamelPayload):
        page_count: Count = None

    assert read(Camel, {"pageCount": 5, "other": 1}, "test").page_count == 5


def test_what_cannot_be_read_hides_nothing_until_nothing_can() -> None:
    class One(BaseModel):
        name: str

    assert [one.name for one in read_each(One, [{}, {"name": "a"}, None], "test")] == ["a"]
    assert read_each(One, [], "test") == []
    with pytest.raises(SourceChanged):
        read_each(One, [{}, None], "test")


@pytest.mark.parametrize("value", [True, "first", [], {}])
def test_a_place_that_is_no_number_is_named(value: Any) -> None:
    with pytest.raises(SourceChanged, match="position"):
        read(Place, {"position": value}, "hardcover")


def test_isbns_and_texts_are_listed_once() -> None:
    assert isbns_in([None, "", "X", "0-316-45250-5", "9780316452502"]) == ["9780316452502"]
    assert each_once(["A", None, "a", "", "B"]) == ["A", "B"]
    assert each_once(["A", "B"], "b", None) == ["A"]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a < b and c > d", "a < b and c > d"),
        ("<i>one</i> &amp; <b class='x'>two</b>", "one & two"),
        ("one<br/>two<BR>three", "one\ntwo\nthree"),
        ("<p>one</p>\n\n<p> two </p>", "one\ntwo"),
        ("<script>alert('<b>')</script>seen", "seen"),
        ("seen<script>never closed", "seen"),
        ("<!-- not seen --> seen <style>p{}</style>", "seen"),
        ("<![x[ odd", "<![x[ odd"),
        ("&#39;quoted&#39; &nbsp; &hearts;", "'quoted' ♥"),
        ("cut <a href='", "cut <a href='"),
    ],
)
def test_markup_becomes_what_a_reader_sees(markup: str, text: str) -> None:
    assert plain_text(markup) == text


def test_a_megabyte_of_brackets_takes_no_longer_than_its_length() -> None:
    assert plain_text("<" * 1_000_000).startswith("<<<")
    assert plain_text("<script" * 150_000) == ""
    assert len(plain_text("<b " * 300_000)) == 899_999


@pytest.mark.parametrize(
    ("settings", "environ", "expected"),
    [
        ({}, {}, None),
        ({"key": "file"}, {}, "file"),
        ({"key": "file"}, {"SOME_KEY": " outside\n"}, "outside"),
        ({"key": "file"}, {"SOME_KEY": ""}, "file"),
        ({"key": " "}, {}, None),
        ({"key": 5}, {}, None),
    ],
)
def test_a_secret_comes_from_outside_before_the_settings(
    settings: dict[str, Any], environ: dict[str, str], expected: str | None
) -> None:
    assert secret_from(settings, "key", "SOME_KEY", environ) == expected
