"""The laws of merging (DESIGN section 5), on facts of every shape."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.merge import USER, Facts, merge, provenance

SOURCES = ["openlibrary", "googlebooks", "goodreads", "handylib", "a_plug_in", USER]
WORDS = st.sampled_from(["Tor", "TOR", "Orbit", "L. J. Ross", "Ross, L.J.", "Ö", "o", ""])
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "title": WORDS,
    "publisher": WORDS,
    "release_date": st.sampled_from(["2010", "2010-08", "2010-08-31", "2011-01-01", "2011"]),
    "page_count": st.one_of(st.none(), st.sampled_from([300, 301])),
    "price": st.sampled_from([5, 5.0, 9.99, None]),
    "currency": st.sampled_from(["EUR", "USD", None]),
    "book_format": st.sampled_from(["ebook", "hardcover", "unknown"]),
    "format_detail": WORDS,
}
LISTS: dict[str, st.SearchStrategy[Any]] = {
    "authors": st.lists(WORDS.filter(bool), max_size=3),
    "genres": st.lists(WORDS.filter(bool), max_size=3),
    "identifiers": st.dictionaries(
        st.sampled_from(["oclc", "goodreads"]), st.lists(st.sampled_from("123"), max_size=2)
    ),
}
FACTS = st.builds(
    Facts,
    st.sampled_from(SOURCES),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([None, "2026-01-01", "2026-02-01T00:00:00Z"]),
    st.fixed_dictionaries({}, optional=SCALARS | LISTS),
)
# Fewer claims of a field than are kept: which of more are forgotten may depend on their order.
MANY = st.lists(FACTS, max_size=6)
DOCUMENT = st.fixed_dictionaries(
    {"locked": st.lists(st.sampled_from([*SCALARS, *LISTS]), unique=True, max_size=3)},
    optional=SCALARS | LISTS,
)


@settings(max_examples=100)
@given(DOCUMENT, MANY, st.randoms())
def test_arrival_order_does_not_matter(document: Any, facts: list[Facts], random: Any) -> None:
    shuffled = list(facts)
    random.shuffle(shuffled)
    at_once = merge(document, facts)
    one_by_one = dict(document)
    for fact in shuffled:
        one_by_one = merge(one_by_one, [fact])
    values = SCALARS | LISTS
    assert {name: at_once.get(name) for name in values} == {
        name: one_by_one.get(name) for name in values
    }
    if facts:
        assert at_once["origins"] == one_by_one["origins"]
        assert at_once["alternatives"] == one_by_one["alternatives"]


@settings(max_examples=100)
@given(DOCUMENT, MANY)
def test_merging_twice_changes_nothing(document: Any, facts: list[Facts]) -> None:
    once = merge(document, facts)
    assert merge(once, facts) == once
    assert merge(once, []) == once


@given(DOCUMENT, MANY)
def test_every_value_comes_from_some_record(document: Any, facts: list[Facts]) -> None:
    merged = merge(document, facts)
    sayings = [document, *(fact.values for fact in facts)]
    for name in SCALARS:
        if merged.get(name) not in (None, "", "unknown"):
            assert any(values.get(name) == merged[name] for values in sayings)
    for name in ("authors", "genres"):
        for item in merged.get(name, []):
            assert any(item in values.get(name, []) for values in sayings)


@given(DOCUMENT, MANY)
def test_a_refresh_never_loses_a_locked_value(document: Any, facts: list[Facts]) -> None:
    merged = merge(document, facts)
    assert merged["locked"] == document["locked"]
    for name in document["locked"]:
        assert merged.get(name) == document.get(name)


@given(DOCUMENT, MANY)
def test_an_empty_value_never_beats_one(document: Any, facts: list[Facts]) -> None:
    merged = merge(document, facts)
    empty = (None, "", "unknown", [], {})
    for name in [*SCALARS, *LISTS]:
        if name in document["locked"] or name in ("currency", "format_detail"):
            continue  # these two belong to a price or format, and may be of one that lost
        if any(values.get(name) not in empty for values in (document, *(f.values for f in facts))):
            assert merged[name] not in empty


@given(DOCUMENT, MANY)
def test_whatever_is_not_the_value_can_still_be_chosen(document: Any, facts: list[Facts]) -> None:
    told = provenance(merge(document, facts))
    for name, fact in [(name, one) for one in facts for name in one.values]:
        if fact.values[name] in (None, "", "unknown", [], {}):
            continue
        field = told[name]
        sources = {field["source"], *field["also"], *(one["source"] for one in field["rejected"])}
        assert fact.source in sources


@given(FACTS, st.fixed_dictionaries({}, optional={"added_at": WORDS} | SCALARS))
def test_one_record_alone_is_read_as_one_that_is_told_twice(fact: Facts, document: Any) -> None:
    # Two facts take the general way, one on a new document the short one.
    assert merge(document, [fact]) == merge(document, [fact, fact])


@given(FACTS)
def test_a_merged_document_shares_nothing_with_the_record(fact: Facts) -> None:
    told = merge({}, [fact])
    for value in fact.values.values():
        if isinstance(value, (list, dict)):
            value.clear()
    again = merge(told, [])
    assert again == told
    assert all(told[name] for origin in told["origins"] for name in origin["fields"])
