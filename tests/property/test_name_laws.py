from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.names import (
    Style,
    display_name,
    name_key,
    parse_people,
    people_from_list,
    same_authors,
    same_person,
    sort_name,
)

styles = st.sampled_from(["auto", "first-last", "last-first", "surname-first"])
pieces = [*"Aa Bb.,;&|/():[]-'’著村上 ", "Jr", "de ", " and ", "Inc", "(Editor)", "The "]
anything = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(pieces), max_size=25).map("".join)
)
word = st.text(alphabet="abcdefghijklmnopqrstuvwxyzéü", min_size=2, max_size=8).map(str.title)
# Short words may be particles or suffixes (De, Jr), which have their own places.
plain_names = st.tuples(word, word).filter(
    lambda parts: min(map(len, parts)) > 5 and parts[0] != parts[1]
)


@given(anything, styles)
def test_any_cell_gives_people_each_once_and_none_without_a_name(cell: str, style: Style) -> None:
    people = parse_people(cell, style)
    keys = [name_key(person.display) for person in people]
    assert len(keys) == len(set(keys))
    assert all(any(map(str.isalnum, person.display)) for person in people)
    assert all(person.sort for person in people)


@given(st.lists(anything, max_size=4), styles)
def test_any_list_is_read_without_an_error(names: list[str], style: Style) -> None:
    assert len(people_from_list(names, style)) <= len(names)


@given(anything, anything)
def test_comparing_is_symmetric_and_never_raises(one: str, other: str) -> None:
    assert same_person(one, other) == same_person(other, one)
    assert same_authors([one], [other]) == same_authors([other], [one])
    assert same_person(one, one) == bool(name_key(one))


@given(plain_names)
def test_a_name_survives_its_sorted_form(parts: tuple[str, str]) -> None:
    given_name, family = parts
    shown = f"{given_name} {family}"
    assert display_name(sort_name(shown)) == shown
    assert name_key(shown) == name_key(f"{family}, {given_name}")
    assert name_key(shown) == name_key(shown.upper())


@given(anything)
def test_the_two_forms_of_any_name_never_raise(name: str) -> None:
    assert isinstance(display_name(sort_name(name)), str)
    assert isinstance(sort_name(display_name(name)), str)


@given(st.lists(plain_names, min_size=1, max_size=5, unique_by=frozenset))
def test_the_order_of_a_cell_is_kept(names: list[tuple[str, str]]) -> None:
    shown = [f"{given_name} {family}" for given_name, family in names]
    in_cell = "; ".join(f"{family}, {given_name}" for given_name, family in names)
    if len(set(map(name_key, shown))) == len(shown):
        assert [person.display for person in parse_people(in_cell)] == [
            person.display for person in parse_people("; ".join(shown), "first-last")
        ]
