"""Which entries of a library are one series."""

import pytest

from booktrack.domain.detection import KnownSeries
from booktrack.domain.series_identity import are_one, duplicates, kinds_of_titles


def known(id_, *names, **fields):
    return KnownSeries(id_, names, **fields)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (known(1, "Wolf"), known(2, "The Wolf Series"), True),
        (known(1, "Wolf", kind="manga"), known(2, "wolf"), True),
        (known(1, "Wolf", kind="manga"), known(2, "Wolf", kind="light_novel"), False),
        (known(1, "Wolf"), known(2, "Wolf", edition_line="deluxe"), False),
        (known(1, "Wolf", authors=("A B",)), known(2, "Wolf", authors=("B, A",)), True),
        (known(1, "Wolf", authors=("A",)), known(2, "Wolf", authors=("C",)), False),
        (known(1, "Wolf"), known(2, "Dog", "狼"), False),
        (known(1, "狼", "Wolf"), known(2, "狼"), True),
    ],
)
def test_one_or_two(one, other, same):
    assert are_one(one, other) is same
    assert are_one(other, one) is same


def test_the_one_with_more_volumes_stays():
    few = known(1, "Wolf", taken=(("1", "wolf"),))
    many = known(5, "Wolf", taken=(("1", "wolf"), ("2", "wolf")))
    assert duplicates([few, many]) == [(5, [1])]


def test_what_fits_two_kinds_alike_is_joined_to_neither():
    three = [known(1, "Wolf"), known(2, "Wolf", kind="manga"), known(3, "Wolf", kind="light_novel")]
    assert duplicates(three) == []


def test_the_kinds_that_titles_name():
    assert kinds_of_titles(["Wolf, Vol. 1 (manga)", "Wolf, Vol. 2"]) == {"manga"}
    assert kinds_of_titles([]) == set()
