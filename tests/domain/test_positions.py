from __future__ import annotations

import pytest

from booktrack.domain.positions import Position, parse_position, read_numbers, try_position
from booktrack.errors import InvalidPosition


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        (1, "1", 1),
        (1.0, "1", 1),
        (1.5, "1.5", 1.5),
        ("01", "1", 1),
        ("1.0", "1", 1),
        ("0", "0", 0),
        ("-1", "-1", -1),
        ("½", "0.5", 0.5),
        ("1½", "1.5", 1.5),
        ("0,5", "0.5", 0.5),
        ("2A", "2a", None),
        ("Vol. 3", "3", 3),
        ("v03", "3", 3),
        ("#3", "3", 3),
        ("Book 1", "1", 1),
        ("Book Two", "2", 2),
        ("Book 3 of 7", "3", 3),
        ("IV", "4", 4),
        ("[31]", "31", 31),
        ("; 348", "348", 348),
        ("-- 48", "48", 48),
        ("(1)", "1", 1),
        ("１５", "15", 15),
        ("第３巻", "3", 3),
        ("第三巻", "3", 3),
        ("제3권", "3", 3),
        ("Том 3", "3", 3),
        ("เล่ม 3", "3", 3),
        ("2-2", "2", 2),
    ],
)
def test_one_place_has_one_spelling_and_a_number(
    value: str | float, text: str, number: float | None
) -> None:
    position = parse_position(value)
    assert (position.text, position.start, position.end) == (text, text, text)
    assert position.number == number
    assert type(position.number) is type(number)


@pytest.mark.parametrize(
    ("value", "text", "covers"),
    [
        ("1-3", "1-3", ("1", "2", "3")),
        ("Vols. 1–3", "1-3", ("1", "2", "3")),
        ("1 & 2", "1-2", ("1", "2")),
        ("1, 2, 3", "1-3", ("1", "2", "3")),
        ("1-2-3", "1-3", ("1", "2", "3")),
        ("1 to 3", "1-3", ("1", "2", "3")),
        ("1, 3", "1, 3", ("1", "3")),
        ("1-3, 5", "1, 2, 3, 5", ("1", "2", "3", "5")),
        ("GN 91-93", "91-93", ("91", "92", "93")),
        ("0.5-3", "0.5-3", ("1", "2", "3")),
        ("0.1-0.5", "0.1-0.5", ()),
        ("0.5, 2.5, 2.6", "0.5, 2.5, 2.6", ()),
        ("1.5", "1.5", ()),
        ("2a", "2a", ()),
    ],
)
def test_a_range_covers_each_whole_place_in_it(
    value: str, text: str, covers: tuple[str, ...]
) -> None:
    position = parse_position(value)
    assert (position.text, position.covers) == (text, covers)


def test_what_follows_a_number_is_kept_as_its_label() -> None:
    dramatized = parse_position("2, Dramatized Adaptation")
    assert (dramatized.start, dramatized.label) == ("2", "Dramatized Adaptation")
    half = parse_position("5, Part 2 of 2")
    assert (half.start, half.label, half.partial, half.covers) == ("5", "Part 2 of 2", True, ())


@pytest.mark.parametrize("text", ["SE 1", "Side Stories", "Prequel", "Annual 2", "上", "番外編"])
def test_a_label_is_a_place_without_a_number(text: str) -> None:
    assert parse_position(text) == Position(text, None, None, label=text)
    assert parse_position(text).number is None


@pytest.mark.parametrize(
    "value",
    [
        "",
        "  ",
        "banana",
        "1-100000",
        "3-1",
        "-5-3",
        "99999999",
        "1e3",
        "1/2",
        "3 ???",
        "special " * 20,
        "1 " + "a" * 90,
        float("nan"),
        float("inf"),
        True,
        10**30,
    ],
)
def test_anything_else_is_refused_with_the_value(value: str | float) -> None:
    with pytest.raises(InvalidPosition, match="is not a place in a series"):
        parse_position(value)
    assert try_position(value) is None


def test_nothing_is_no_position() -> None:
    assert try_position(None) is None
    assert try_position(["1"]) is None


def test_positions_sort_as_people_count() -> None:
    ordered = ["-1", "0", "0.5", "1", "1-3", "1.1", "1.10", "1.5", "2", "2a", "10", "10-12", "SE 1"]
    positions = [parse_position(text) for text in reversed(ordered)]
    assert [p.text for p in sorted(positions, key=lambda p: p.sort_key)] == ordered


def test_a_list_that_falls_or_spans_too_much_is_no_list() -> None:
    assert read_numbers("3, 1") is None
    assert read_numbers("1-9999") is None
    assert read_numbers("nothing") is None
    assert read_numbers("1-3") == ["1", "2", "3"]
