"""Rows of numbers as bars."""

import pytest

from booktrack.domain.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "bars"),
    [
        ([], ""),
        ([0, 0], "▁▁"),
        ([None, None], "  "),
        ([5], "█"),
        ([0, 1, 2, 3, 4, 5, 6, 7], "▁▂▃▄▅▆▇█"),
        ([1.5, None, 3], "▅ █"),
        ([-3, 3], "▁█"),
        ([-3, -1], "▁▁"),
    ],
)
def test_a_bar_for_each_number(values, bars):
    assert sparkline(values) == bars
