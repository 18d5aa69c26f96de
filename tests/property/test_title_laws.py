from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.positions import Position, parse_position, try_position
from booktrack.domain.titles import parse_title, series_cell, series_key, split_aliases

# A name that holds no number, no bracket and no marker word of its own.
names = st.lists(
    st.text("bcdfghjklmnpqrswxyz", min_size=4, max_size=9), min_size=1, max_size=4
).map(lambda words: " ".join(word.capitalize() for word in words))
volumes = st.integers(0, 999)
places = st.one_of(
    volumes.map(str),
    st.tuples(st.integers(0, 99), st.integers(1, 9)).map(lambda pair: f"{pair[0]}.{pair[1]}"),
    st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda p: f"{p[0]}-{p[0] + p[1]}"),
)


@given(st.text(max_size=200), st.lists(st.text(max_size=20), max_size=3))
def test_any_text_is_read_and_nothing_is_invented(raw: str, known: list[str]) -> None:
    parsed = parse_title(raw, series_names=known)
    assert (parsed.start is None) == (parsed.end is None)
    assert (parsed.start is None) == (parsed.position is None)
    if parsed.unit != "volume":
        assert parsed.start is None
    assert parse_title(raw, series_names=known) == parsed


@given(names, names, volumes)
def test_a_well_formed_title_gives_back_its_parts(title: str, series: str, number: int) -> None:
    for raw in (f"{title} ({series}, #{number})", f"{title} ({series} #{number:02})"):
        parsed = parse_title(raw)
        assert (parsed.title, parsed.start) == (title, str(number))
        assert series_key(parsed.series or "") == series_key(series)


@given(
    names,
    volumes,
    st.sampled_from([", Vol. {}", " Volume {}", ", tome {}", " - Band {}", " 第{}巻"]),
)
def test_a_marked_volume_gives_its_series_and_number(name: str, number: int, form: str) -> None:
    parsed = parse_title(name + form.format(number))
    assert (parsed.series, parsed.start, parsed.confidence) == (name, str(number), "explicit")


@given(names, st.integers(1, 999))
def test_a_bare_number_needs_a_sibling(name: str, number: int) -> None:
    raw = f"{name} {number}"
    assert parse_title(raw).start is None
    assert parse_title(raw, series_names=[name.upper()]).start == str(number)


@given(places)
def test_a_position_reads_its_own_text_again(text: str) -> None:
    position = parse_position(text)
    assert position.text == text
    assert parse_position(position.text) == position
    assert try_position(f"Vol. {text}") == position


@given(st.text(max_size=30))
def test_a_position_is_refused_or_stays_itself(text: str) -> None:
    position = try_position(text)
    if position and position.start:
        assert parse_position(position.start).start == position.start


@given(st.lists(places, max_size=8))
def test_positions_of_any_mix_can_be_sorted(texts: list[str]) -> None:
    positions = [parse_position(text) for text in texts] + [Position("SE 1", None, None)]
    ordered = sorted(positions, key=lambda position: position.sort_key)
    assert ordered[-1].text == "SE 1"
    starts = [float(position.start) for position in ordered if position.start]
    assert starts == sorted(starts)


@given(st.text(max_size=60))
def test_names_and_keys_of_any_cell_are_steady(cell: str) -> None:
    read = series_cell(cell)
    assert all(name.strip() for name in read.names)
    assert series_key(cell) == series_key(cell.strip())
    assert len(split_aliases(cell)) == len(set(split_aliases(cell)))
