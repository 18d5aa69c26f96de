from __future__ import annotations

import pytest

from booktrack.domain.languages import language_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("/languages/eng", "en"),
        ("en", "en"),
        ("ENG", "en"),
        ("English", "en"),
        ("german", "de"),
        ("ger", "de"),
        ("deu", "de"),
        ("Français", "fr"),
        ("fre", "fr"),
        ("pt-BR", "pt"),
        ("zh_Hant_TW", "zh"),
        ("English (US)", "en"),
        ("日本語", "ja"),
        ("русский", "ru"),
        ("Español", "es"),
    ],
)
def test_codes_keys_and_names_give_the_two_letter_code(text: str, code: str) -> None:
    assert language_code(text) == code


@pytest.mark.parametrize(
    "text", [None, "", " ", "und", "mul", "un", "Klingon", "(?)", "/languages/"]
)
def test_what_names_no_language_gives_none(text: str | None) -> None:
    assert language_code(text) is None
