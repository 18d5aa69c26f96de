from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booktrack.domain.text import clean, fold, fold_key, script


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  The  Hobbit\n", "The Hobbit"),
        ("The\tHobbit", "The Hobbit"),
        ("\ufeffThe\u200b Hobbit\u200e", "The Hobbit"),
        ("Garcí\u00ada", "García"),
        ("Cafe\u0301", "Café"),
        ("null\x00byte", "null byte"),
        ("お兄ちゃん　はおしまい", "お兄ちゃん はおしまい"),
        ("", ""),
    ],
)
def test_a_text_is_cleaned_for_showing(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    "spellings",
    [
        ["Café Society", "CAFE SOCIETY", "cafe\u0301 society", "ｃａｆｅ　ｓｏｃｉｅｔｙ"],
        ["Don't Stop", "Don’t Stop", "dont stop", "Don`t  Stop!"],
        ["Spice & Wolf", "Spice and Wolf", "SPICE＆WOLF"],
        ["Spider-Man", "Spider Man", "spider–man"],
        ["Łódź", "Lodz"],
        ["Œuvres", "oeuvres"],
        ["Ǿrsted", "Orsted"],
        ["Straße", "STRASSE"],
        ["Tōkyō", "Tokyo"],
        ["ﾅﾙﾄ", "ナルト"],
        ["6巻", "６巻"],
        ["!!!", " !!!"],
    ],
)
def test_the_spellings_of_one_title_fold_to_one_text(spellings: list[str]) -> None:
    assert len(set(map(fold, spellings))) == 1


@pytest.mark.parametrize(
    ("one", "other"), [("か", "が"), ("ハ", "パ"), ("Vol. 2", "Vol. 3"), ("!!!", "???"), ("", "!")]
)
def test_different_texts_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_the_key_forgets_blanks_too() -> None:
    assert fold_key("Spider-Man") == fold_key("Spiderman") == fold_key("spider man")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Hobbit", "latin"),
        ("Ｔｈｅ Ｈｏｂｂｉｔ", "latin"),
        ("進撃の巨人", "japanese"),
        ("ﾅﾙﾄ", "japanese"),
        ("ナルト 1", "japanese"),
        ("Wolf and Spice の", "latin"),
        ("三体", "chinese"),
        ("나 혼자만 레벨업", "korean"),
        ("Война и мир", "cyrillic"),
        ("পথের পাঁচালী", "other"),
        ("1984", "other"),
        ("", "other"),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, name: str) -> None:
    assert script(text) == name


@given(st.text())
def test_cleaning_and_folding_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert fold(text.upper().lower()) == fold(text.upper().lower().strip())


@given(st.text(max_size=50))
def test_folding_is_stable_and_never_raises(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert script(text) in {"latin", "japanese", "chinese", "korean", "cyrillic", "other"}
