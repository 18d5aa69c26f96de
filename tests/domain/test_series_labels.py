"""Labels: every series has one, no two the same, and as few are changed as can be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.series_labels import Named, series_labels


@pytest.mark.parametrize(
    ("named", "labels"),
    [
        ([], []),
        ([Named("Saga")], ["Saga"]),
        ([Named("Saga"), Named("Saga")], ["Saga", "Saga (series)"]),
        ([Named("Saga"), Named("Saga", "manga")], ["Saga", "Saga (manga)"]),
        ([Named("Saga"), Named("Saga", "manga", "collectors_edition")],
         ["Saga", "Saga (manga, collectors edition)"]),
        ([Named("Saga"), Named("Saga"), Named("Saga")],
         ["Saga", "Saga (series)", "Saga (series) #3"]),
        ([Named("Saga"), Named("Saga", "manga"), Named("Saga (manga)")],
         ["Saga", "Saga (manga) #2", "Saga (manga)"]),
        ([Named("Standalone")], ["Standalone (series)"]),
    ],
)  # fmt: skip
def test_labels(named, labels):
    told = series_labels(dict(enumerate(named, 1)), {"Standalone"})
    assert [told[id_] for id_ in sorted(told)] == labels


names = st.sampled_from(["Saga", "Saga (series)", "Saga (manga)", "Saga (series) #2", "Standalone"])
kinds = st.sampled_from(["unknown", "manga", "light_novel"])


@given(st.dictionaries(st.integers(1, 9), st.builds(Named, names, kinds), max_size=9))
def test_no_two_series_have_one_label_and_none_is_reserved(named):
    told = series_labels(named, {"Standalone"})
    assert told.keys() == named.keys()
    assert len(set(told.values())) == len(told)
    assert "Standalone" not in told.values()
