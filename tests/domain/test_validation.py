"""Whether an API is believed: by what is owned, what was said before, and what the user says."""

import pytest

from booktrack.domain.loose_series import LooseSeries
from booktrack.domain.validation import Known, validate

CITRUS = Known(("Citrus",), owned=tuple(range(1, 10)))


def said(**fields):
    return LooseSeries(says_total="total" in fields, **fields)


def codes(told, known=CITRUS):
    return [one.code for one in validate(told, known).suspect]


def test_a_sound_answer_is_accepted_whole():
    verdict = validate(
        said(total=10, status="finished", kind="manga", names=("Citrus",), source="anilist"), CITRUS
    )
    assert verdict.suspect == []
    assert verdict.accepted == {
        "total": 10,
        "publication_status": "finished",
        "kind": "manga",
        "name": "Citrus",
    }
    assert (verdict.corrected["total"], verdict.corrected["total_source"]) == (10, "anilist")
    assert verdict.corrected["kind"] == "manga"
    assert not verdict.falls_back


@pytest.mark.parametrize(
    ("told", "known", "code"),
    [
        (said(total=1), CITRUS, "owned_exceeds_total"),
        (said(total=0), CITRUS, "zero"),
        (said(total=None, status="releasing"), CITRUS, "total_unknown_while_running"),
        (said(total=12, listed=(1, 13)), CITRUS, "listed_exceeds_total"),
        (said(total=45, chapters=45), CITRUS, "chapters_as_volumes"),
        (said(total=97, chapters=98), CITRUS, "chapters_as_volumes"),
        (
            said(total=97),
            Known(("Frieren",), earlier=(("hardcover", 14),), total=14, total_source="hardcover"),
            "chapters_as_volumes",
        ),
        (said(total=12, kind="light_novel"), Known(("Wolf",), kind="manga"), "wrong_kind"),
        (said(total=12, other_medium="TV"), CITRUS, "wrong_kind"),
        (said(total=12, language="ja"), Known(("Wolf",), languages=frozenset({"en"})),
         "wrong_language"),
        (said(total=12, edition_line="deluxe"), CITRUS, "wrong_edition_line"),
        (said(total=16), Known(("Wolf",), edition_line="omnibus"), "wrong_edition_line"),
        (said(total=9), Known(("Wolf",), earlier=(("anilist", 12), ("anilist", 9))), "drop"),
        (said(total=12), Known(("Wolf",), user_total=10, has_override=True), "against_override"),
        (said(total=12), Known(("Wolf",), has_override=True), "against_override"),
        (LooseSeries(), CITRUS, "nothing_said"),
    ],
)  # fmt: skip
def test_each_suspicion_has_its_code_and_the_total_is_not_taken(told, known, code):
    verdict = validate(told, known)
    assert [one.code for one in verdict.suspect] == [code]
    assert "total" not in verdict.accepted
    assert verdict.falls_back
    assert verdict.suspect[0].as_dict()["reason"]


def test_a_plain_total_is_no_word_on_an_edition_line_without_one():
    assert codes(said(status="finished"), Known(("Wolf",), edition_line="omnibus")) == []


def test_the_total_falls_back_to_one_heard_before_that_fits_what_is_owned():
    known = Known(("Citrus",), owned=(1, 2), total=10, total_source="hardcover",
                  earlier=(("hardcover", 10),))  # fmt: skip
    corrected = validate(said(total=1), known).corrected
    assert (corrected["total"], corrected["total_source"]) == (10, "hardcover")


def test_the_total_is_never_raised_to_what_is_owned():
    known = Known(("Citrus",), owned=tuple(range(1, 10)), total=1, total_source="anilist")
    corrected = validate(said(total=1), known).corrected
    assert (corrected["total"], corrected["at_least"]) == (None, 9)


def test_the_users_total_stands():
    known = Known(("Wolf",), user_total=10, has_override=True)
    corrected = validate(said(total=12), known).corrected
    assert (corrected["total"], corrected["total_source"]) == (10, "user")


def test_fifty_chapters_more_are_no_chapters_without_anything_known():
    assert codes(said(total=113), Known(("One Piece",), owned=(1,))) == []


@pytest.mark.parametrize(
    ("names", "mine"),
    [(("citrus!",), ("Citrus",)), (("柑橘",), ("Citrus",)),
     (("Say I Love Yu",), ("Say I love you",)), (("Sousou", "Frieren"), ("Frieren",))],
)  # fmt: skip
def test_a_name_that_fits_or_cannot_be_compared_is_not_suspect(names, mine):
    assert codes(said(total=12, names=names), Known(mine)) == []


@pytest.mark.parametrize(("total", "chapters"), [(1, 1), (12, 97), (18, 20)])
def test_a_total_below_the_chapters_is_one_of_volumes(total, chapters):
    assert codes(said(total=total, chapters=chapters), Known(("Wolf",))) == []


def test_another_name_is_suspect_and_does_not_take_the_total_away():
    verdict = validate(said(total=12, names=("Naruto",)), CITRUS)
    assert [one.code for one in verdict.suspect] == ["another_name"]
    assert verdict.accepted == {"total": 12}
    assert verdict.corrected["total_source"] == "api"
