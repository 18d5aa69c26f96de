from __future__ import annotations

import pytest

from booktrack.domain.series_names import clean_name, series_cell, series_key, split_aliases


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The Lord of the Rings Trilogy", "Lord of the Rings"),
        ("Say I Love You", "Say I Love You."),
        ("Unless...", "Unless…"),
        ("Toy With Me", "Toy with me"),
        ("Spy x Family", "SPY X FAMILY"),
        ("L'Étranger", "Etranger"),
        ("Die Zwerge", "Zwerge"),
        ("Foundation Series", "Foundation"),
        ("Torture Princess (light novel)", "Torture Princess"),
        ("物語シリーズ", "物語"),
        ("Spider-Man", "Spiderman"),
    ],
)
def test_two_spellings_of_one_series_have_one_key(one: str, other: str) -> None:
    assert series_key(one) == series_key(other)


@pytest.mark.parametrize(
    "name", ["The Series", "Saga", "The", "!!!", "(Manga)", "シリーズ", "The Trilogy"]
)
def test_something_of_a_name_always_remains(name: str) -> None:
    assert series_key(name)


def test_different_series_keep_different_keys() -> None:
    names = ["Foundation", "86", "22/7", "Fate/Zero", "Fate/Stay", "!!!", "???", "やがて君になる"]
    assert len({series_key(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("推しの子 [Oshi no Ko]", ["推しの子", "Oshi no Ko"]),
        ("ささやくように [Sasayaku+", ["ささやくように", "Sasayaku"]),
        ("東京喰種 / Tokyo Ghoul", ["東京喰種", "Tokyo Ghoul"]),
        ("うちの娘。/  My Daughter (Novels)", ["うちの娘。", "My Daughter"]),
        ("異世界 (Another World)", ["異世界", "Another World"]),
        ("漫画 狼と香辛料 / Spice & Wolf: Manga", ["狼と香辛料", "Spice & Wolf"]),
        ("RWBY The Official Manga", ["RWBY The Official Manga"]),
        ("Manga", ["Manga"]),
        ("Fate/Zero", ["Fate/Zero"]),
        ("22/7", ["22/7"]),
        ("Toil & Trouble", ["Toil & Trouble"]),
        ("[Oshi No Ko]", ["[Oshi No Ko]"]),
        ("Narnia (Publication Order)", ["Narnia (Publication Order)"]),
        ("ノゲノラ (MF文庫J)", ["ノゲノラ"]),
        ("Foo / foo", ["Foo"]),
        ("Foo ()", ["Foo"]),
        ("", []),
    ],
)
def test_a_cell_gives_each_name_once(cell: str, names: list[str]) -> None:
    assert split_aliases(cell) == names


@pytest.mark.parametrize(
    ("cell", "names", "position", "kinds"),
    [
        ("The Warlord Chronicles (#1.0)", ("The Warlord Chronicles",), "1", set()),
        ("Discworld #3", ("Discworld",), "3", set()),
        ("Name, 7", ("Name",), "7", set()),
        ("A Song of Ice and Fire, Book 3", ("A Song of Ice and Fire",), "3", set()),
        ("Narnia [3]", ("Narnia",), "3", set()),
        ("鬼滅の刃 第3巻", ("鬼滅の刃",), "3", set()),
        ("One Piece 3-in-1 Omnibus", ("One Piece 3-in-1 Omnibus",), None, {"omnibus"}),
        ("異世界拷問姫 (Light Novel)", ("異世界拷問姫",), None, {"light_novel"}),
        ("Sasaki and Peeps Light Novel", ("Sasaki and Peeps",), None, {"light_novel"}),
        ("86", ("86",), None, set()),
        ("Area 51", ("Area 51",), None, set()),
        ("86 (3)", ("86 (3)",), None, set()),
        ("86, 3", ("86",), "3", set()),
        ("Foo, 3-1", ("Foo, 3-1",), None, set()),
    ],
)
def test_a_series_column_gives_names_position_and_format(
    cell: str, names: tuple[str, ...], position: str | None, kinds: set[str]
) -> None:
    read = series_cell(cell)
    assert (read.names, read.kind_words) == (names, kinds)
    assert (read.position.text if read.position else None) == position


def test_a_name_loses_its_format_but_keeps_its_dots() -> None:
    assert clean_name("Unless... (Manga)") == ("Unless...", frozenset({"manga"}))
    assert clean_name("Ведьмак.")[0] == "Ведьмак"
    assert clean_name("S.H.I.E.L.D.")[0] == "S.H.I.E.L.D."
    assert clean_name("咲-Saki- 【連載版】")[0] == "咲-Saki-"
    assert clean_name("(Manga)")[0] == "(Manga)"
    assert clean_name("-Manga")[0] == "-Manga"


def test_a_slash_between_words_of_one_script_stays_in_the_name():
    assert split_aliases("Love / Hate") == ["Love / Hate", "Love", "Hate"]
