from __future__ import annotations

import random
import string

from hypothesis import given, settings
from hypothesis import strategies as st

from booktrack.domain.queries import read_query
from booktrack.domain.search import Entry, SearchIndex
from booktrack.errors import InvalidISBN

WORDS = (
    "dragon garden winter kingdom silver shadow river empire whisper crimson lantern harbour "
    "voyage orchard tempest citadel mirror serpent horizon cathedral"
).split()
TITLES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=4, unique=True).map(" ".join)
ENTRIES = st.builds(
    Entry,
    TITLES,
    st.lists(st.text(max_size=12), max_size=2).map(tuple),
    st.lists(TITLES, max_size=1).map(tuple),
    st.lists(st.text(max_size=12), max_size=2).map(tuple),
    st.none() | st.sampled_from(["1", "2", "1-3", "0.5", "Extra"]),
)
STEPS = st.lists(st.tuples(st.integers(1, 6), st.none() | ENTRIES), max_size=15)


def slip(title: str, seed: int) -> str:
    """Return the title with one typo."""
    rng = random.Random(seed)
    at = rng.randrange(len(title) - 1)
    letter = rng.choice(string.ascii_lowercase)
    return rng.choice(
        [
            title[:at] + title[at + 1] + title[at] + title[at + 2 :],
            title[:at] + title[at + 1 :],
            title[: at + 1] + title[at:],
            title[:at] + letter + title[at + 1 :],
        ]
    )


@settings(max_examples=60, deadline=None)
@given(STEPS, st.sampled_from(WORDS) | TITLES)
def test_changing_an_index_gives_the_same_as_building_it_anew(
    steps: list[tuple[int, Entry | None]], query: str
) -> None:
    changed, expected = SearchIndex(), {}
    for at, (doc_id, entry) in enumerate(steps):
        if entry is None:
            changed.remove(doc_id)
            expected.pop(doc_id, None)
        else:
            changed.put(doc_id, entry)
            expected[doc_id] = entry
        if at == len(steps) // 2:
            changed.search(query)
            changed.suggest(query)
    built = SearchIndex()
    built.build(expected.items())
    assert changed.search(query) == built.search(query)
    assert sorted(changed.suggest(query, 99)) == sorted(built.suggest(query, 99))
    assert len(changed) == len(built) == len(expected)


@settings(max_examples=100, deadline=None)
@given(st.lists(TITLES, min_size=1, max_size=20, unique=True), st.data())
def test_a_title_is_its_own_best_answer_and_survives_a_typo(
    titles: list[str], data: st.DataObject
) -> None:
    index = SearchIndex()
    index.build((at, Entry(title)) for at, title in enumerate(titles))
    wanted = data.draw(st.integers(0, len(titles) - 1))
    best = index.search(titles[wanted])[0]
    assert (best.doc_id, best.score, best.how) == (wanted, 1.0, "exact")
    misspelt = slip(titles[wanted], data.draw(st.integers(0, 10_000)))
    assert wanted in [hit.doc_id for hit in index.search(misspelt)]


@settings(max_examples=100, deadline=None)
@given(st.lists(ENTRIES, max_size=4), st.text(max_size=25))
def test_any_text_may_be_asked_and_hits_are_in_order(entries: list[Entry], query: str) -> None:
    index = SearchIndex()
    index.build(enumerate(entries))
    hits = index.search(query)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({hit.doc_id for hit in hits}) == len(hits)
    index.suggest(query)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_as_an_isbn(text: str) -> None:
    try:
        parsed = read_query(text)
    except InvalidISBN:
        return
    assert (parsed.kind == "isbn") == (parsed.isbn is not None)
    assert (parsed.kind == "asin") == (parsed.asin is not None)
