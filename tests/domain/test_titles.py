from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from booktrack.domain.titles import ParsedTitle, parse_title, series_key
from booktrack.errors import InvalidInput

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


LABELLED = rows("titles_labelled.tsv")


def place(parsed: ParsedTitle) -> str | None:
    return parsed.start if parsed.start == parsed.end else f"{parsed.start}-{parsed.end}"


def misread(form: str) -> list[str]:
    wrong = []
    for row in LABELLED:
        parsed = parse_title(row["title"])
        same = series_key(parsed.series or "") == series_key(row["series"])
        if row["form"] == form and not (same and place(parsed) == row["position"]):
            wrong.append(f"{row['title']} -> {parsed.series!r} {place(parsed)}")
    return wrong


def test_the_tables_are_as_large_as_promised() -> None:
    languages = {row["language"] for row in LABELLED} - {""}
    assert len(LABELLED) >= 300
    assert len(languages) >= 11
    assert len(rows("titles_without_position.tsv")) >= 60


def test_well_formed_series_titles_are_read_right() -> None:
    total = sum(row["form"] == "plain" for row in LABELLED)
    wrong = misread("plain")
    assert len(wrong) <= 0.005 * total, "\n".join(wrong)


def test_hard_titles_are_read_right() -> None:
    total = sum(row["form"] == "hard" for row in LABELLED)
    wrong = misread("hard")
    assert len(wrong) <= 0.08 * total, "\n".join(wrong)


def test_numbers_that_belong_to_a_title_give_no_position() -> None:
    titles = [row["title"] for row in rows("titles_without_position.tsv")]
    wrong = [title for title in titles if parse_title(title).start is not None]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("raw", "title", "subtitle"),
    [
        ("Annihilation (Southern Reach, #1)", "Annihilation", None),
        ("Horimiya, Vol. 08 (Horimiya, 7)", "Horimiya, Vol. 08", None),
        ("Saga, Vol. 1: The Start", "Saga, Vol. 1: The Start", "The Start"),
        (
            "Overlord, Vol. 3 (light novel): Bloody",
            "Overlord, Vol. 3 (light novel): Bloody",
            "Bloody",
        ),
        ("Spice and Wolf, Vol. 1 - manga", "Spice and Wolf, Vol. 1", None),
        ("The Sun Also Rises (Fiesta)", "The Sun Also Rises (Fiesta)", None),
        ("Ficciones (Spanish Edition)", "Ficciones", None),
        ("Inferno: Book 1 of the Vanguard Trilogy", "Inferno", None),
        ("King of the Vagabonds: The Baroque Cycle #2", "King of the Vagabonds", None),
        ("The Baroque Cycle #2: Quicksilver", "The Baroque Cycle #2: Quicksilver", "Quicksilver"),
        ("ブルーロック（３８） (週刊少年マガジンコミックス)", "ブルーロック（３８）", None),
        (
            "Bleach, Vol. 3: Includes vols. 7, 8 & 9",
            "Bleach, Vol. 3: Includes vols. 7, 8 & 9",
            None,
        ),
        ("Foo (Prequel)", "Foo (Prequel)", None),
        ("Title - (Series 3)", "Title", None),
        ("  Dune\t ", "Dune", None),
    ],
)
def test_the_title_for_showing_has_no_machine_repetition(
    raw: str, title: str, subtitle: str | None
) -> None:
    parsed = parse_title(raw)
    assert (parsed.title, parsed.subtitle) == (title, subtitle)


@pytest.mark.parametrize(
    ("raw", "names", "position"),
    [
        ("Inuyashiki 1", ["Inuyashiki"], "1"),
        ("Don't Toy with Me, Miss Nagatoro 18", ["Don't Toy With Me, Miss Nagatoro"], "18"),
        ("7 Seeds 3", ["7 Seeds"], "3"),
        ("86 3", ["86"], "3"),
        ("Blue Period 1", ["ブルーピリオド [Blue Period]"], "1"),
        ("Best Stories 2012", ["Best Stories"], "2012"),
        ("Say I Love You. 2", ["Say I Love You"], "2"),
        ("One Piece: East Blue 1-2-3", ["One Piece 3-in-1 Omnibus"], "1-3"),
        ("Discworld 05: Sourcery", ["Discworld"], "5"),
        ("Jujutsu Kaisen 0", ["Jujutsu Kaisen"], "0"),
        ("Rocky II", ["Rocky"], "2"),
        ("ゴルゴ13", ["ゴルゴ"], "13"),
        ("犬夜叉 ⑤", ["犬夜叉"], "5"),
        ("The Angel Next Door 01 (Manga)", ["Angel Next Door (Manga)"], "1"),
        ("No. 6, Vol. 3", ["No. 6"], "3"),
        ("Catalogue No. 6 (3)", ["Catalogue No. 6"], "3"),
        ("Pokémon Adventures 4", ["Pokemon Adventures"], "4"),
        ("Fahrenheit 451", ["Fahrenheit 451"], None),
        ("86", ["86"], None),
        ("Area 51", ["Area 51", " "], None),
        ("20th Century Boys", ["20th Century"], None),
        ("Blue Period", ["Blue Period"], None),
        ("Blue Box 7", ["Blue Period"], None),
    ],
)
def test_a_bare_number_counts_only_after_a_known_name(
    raw: str, names: list[str], position: str | None
) -> None:
    parsed = parse_title(raw, series_names=names)
    assert place(parsed) == position
    assert (parsed.series is None) == (position is None)


@pytest.mark.parametrize(
    ("raw", "position", "stem", "year"),
    [
        ("Miss Nagatoro 04", "4", "Miss Nagatoro", False),
        ("Blade Runner 2049", "2049", "Blade Runner", True),
        ("Area 51: An Uncensored History", "51", "Area", False),
        ("One Piece: East Blue 1-2-3", "1-3", "One Piece: East Blue", False),
    ],
)
def test_a_bare_number_is_offered_as_a_candidate(
    raw: str, position: str, stem: str, year: bool
) -> None:
    candidate = parse_title(raw).candidate
    assert candidate
    assert (candidate.position.text, candidate.stem) == (position, stem)
    assert candidate.looks_like_year == year


@pytest.mark.parametrize(
    ("raw", "series", "position"),
    [
        ("Clarkesworld, Issue 132 (Clarkesworld, #132)", "Clarkesworld", "132"),
        ("The Complete Peanuts, Vol. 1, 1950-1952", "The Complete Peanuts", "1"),
        ("Foo (22/7, #3)", "22/7", "3"),
        ("The Jungle Book (The Jungle Book #1)", "The Jungle Book", "1"),
        ("Foo (Bar Series, Book #3)", "Bar Series", "3"),
        ("Foo (Bar, #1 & #2)", "Bar", "1-2"),
        ("Foo (Bar, #-1)", "Bar", "-1"),
        ("進撃の巨人(34)<完>", "進撃の巨人", "34"),
        ("哈利·波特与魔法石（哈利·波特系列1）", "哈利·波特系列", "1"),
        ("Moby (Bar, #2) (Graphic Comics)", "Bar", "2"),
        ("りゅうおうのおしごと！１８ (GA文庫)", "りゅうおうのおしごと！", "18"),
        ("The Legend of Drizzt Boxed Set, Books I-III", "The Legend of Drizzt", "1-3"),
        ("The Wheel of Time, Boxed Set I, Books 1-3", "The Wheel of Time", "1-3"),
        ("Основание. Книга 2-я", "Основание", "2"),
        ("Moby (Bar, #2) (DARK HORSE COMICS)", "Bar", "2"),
    ],
)
def test_rarer_forms_are_read_too(raw: str, series: str, position: str) -> None:
    parsed = parse_title(raw)
    assert (parsed.series, place(parsed)) == (series, position)


def test_numbers_that_disagree_are_both_kept() -> None:
    parsed = parse_title("Horimiya, Vol. 08 (Horimiya, 7)")
    assert (parsed.start, parsed.conflicts, parsed.confidence) == ("8", ("7",), "explicit")
    assert parse_title("Call of the Night, Vol. 12 (12)").conflicts == ()


def test_further_series_of_one_title_are_listed() -> None:
    parsed = parse_title("The Shepherd's Crown (Discworld, #41; Tiffany Aching, #5)")
    assert (parsed.series, parsed.start) == ("Discworld", "41")
    assert [(o.series, o.position and o.position.text) for o in parsed.others] == [
        ("Tiffany Aching", "5")
    ]
    nested = parse_title("Batman: Hush, Vol. 1 (Batman, #30)")
    assert (nested.series, nested.start) == ("Batman", "30")
    assert [(o.series, o.position and o.position.text) for o in nested.others] == [
        ("Batman: Hush", "1")
    ]
    named = parse_title("African Queens ( Vol One) (Real African Writers Series)")
    assert (named.series, named.start) == ("African Queens", "1")
    assert [o.series for o in named.others] == ["Real African Writers Series"]


@pytest.mark.parametrize(
    ("raw", "covers", "coverage"),
    [
        ("One Piece (3-in-1 Edition), Vol. 2", ("4", "5", "6"), "whole"),
        ("Bleach (3-in-1 Edition), Vol. 3: Includes vols. 7, 8 & 9", ("7", "8", "9"), "whole"),
        ("Yona (Two-in-One Edition), Vol. 2", ("3", "4"), "whole"),
        ("Vinland Saga Omnibus 2 (Vol. 3-4)", ("3", "4"), "whole"),
        ("Mistborn Boxed Set (Mistborn, #1-3)", ("1", "2", "3"), "whole"),
        ("Harry Potter Box Set (1-3)", ("1", "2", "3"), "whole"),
        ("Crows (A Song of Ice and Fire #5, Part 2 of 2)", (), "part"),
        ("Green Angel Tower, Part 2 (Sorrow, #3; Part 2)", (), "part"),
        ("Green Angel Tower, Part 2 (Sorrow, #3)", (), "part"),
        ("Night (Vampires, #0.5)", (), "whole"),
    ],
)
def test_a_bundle_covers_its_volumes_and_a_half_covers_a_part(
    raw: str, covers: tuple[str, ...], coverage: str
) -> None:
    parsed = parse_title(raw)
    assert (parsed.covers, parsed.coverage) == (covers, coverage)


@pytest.mark.parametrize(
    ("raw", "total"),
    [
        ("Sword, Book 3 of 7", 7),
        ("Le Clan des Otori, tome 3/5", 5),
        ("Tintenwelt, Band 2 von 3", 3),
        ("The Stand (Book 1 of 6)", 6),
        ("The Stand (1/6)", 6),
        ("Foo (Bar, #1 of 3)", 3),
        ("Foo (Bar, Book 1 of 3)", 3),
        ("鋼の錬金術師 全27巻中第3巻", 27),
        ("鋼の錬金術師 第3巻（全27巻）", 27),
        ("Foo, Book 3 of Seven", 7),
        ("Saga, Vol. 3", None),
    ],
)
def test_book_three_of_seven_tells_the_total(raw: str, total: int | None) -> None:
    assert parse_title(raw).total == total


@pytest.mark.parametrize(
    ("raw", "unit", "label", "series"),
    [
        ("Bleach, Chapter 12", "chapter", "Chapter 12", "Bleach"),
        ("鬼滅の刃 第3話", "chapter", "第3話", "鬼滅の刃"),
        ("나 혼자만 레벨업 3화", "chapter", "3화", "나 혼자만 레벨업"),
        ("少年ジャンプ 第3号", "issue", "第3号", "少年ジャンプ"),
        ("Clarkesworld, Issue 132, September", "issue", "Issue 132", "Clarkesworld"),
        ("Tower of God, Season 2", "season", "Season 2", "Tower of God"),
        ("신의 탑 시즌 2", "season", "시즌 2", "신의 탑"),
        ("不良少女【分冊版】 4", "chapter", "4", "不良少女"),
        ("不良少女 4【分冊版】", "chapter", "4", "不良少女"),
        ("不良少女 第4巻【単話】", "chapter", "4", "不良少女"),
        ("【連載版】 不良少女", "chapter", None, None),
        ("Bleach (Chapter 3)", "chapter", None, None),
    ],
)
def test_chapters_issues_and_seasons_are_no_volumes(
    raw: str, unit: str, label: str | None, series: str | None
) -> None:
    parsed = parse_title(raw)
    assert (parsed.unit, parsed.start, parsed.covers) == (unit, None, ())
    assert (parsed.label, parsed.series) == (label, series)


@pytest.mark.parametrize(
    ("raw", "slot", "start", "label"),
    [
        ("Foo (Bar, Side Stories)", "side", None, "Side Stories"),
        ("Foo (Bar, #SE 1)", "main", None, "SE 1"),
        ("Foo (Bar, #2A)", "main", "2a", "2A"),
        ("Foo (Bar, #1.5)", "side", "1.5", None),
        ("Foo (Bar, #0)", "main", "0", None),
        ("One Piece Box Set 2", "special", None, "Box Set 2"),
        ("Attack on Titan Season 1 Part 1 Manga Box Set", "special", None, "Part 1"),
        ("Foo (Prequel)", "side", None, "Prequel"),
        ("Foo (Omake 2)", "main", None, "Omake 2"),
        ("Foo (Bar, Side Story 2)", "side", None, "Side Story 2"),
        ("Cat (Step into Reading, Step 3)", "main", None, "Step 3"),
        ("海辺のカフカ（上）", "main", "1", "上"),
        ("Foo (Bar, #x)", "main", None, None),
    ],
)
def test_what_stands_beside_the_main_line_has_a_label(
    raw: str, slot: str, start: str | None, label: str | None
) -> None:
    parsed = parse_title(raw)
    assert (parsed.slot, parsed.start, parsed.label) == (slot, start, label)


@pytest.mark.parametrize(
    ("raw", "kinds"),
    [
        ("I Had That Same Dream Again (Light Novel)", {"light_novel"}),
        ("Spice and Wolf Collector's Edition, Vol. 1 (manga)", {"collectors_edition", "manga"}),
        ("Solo Leveling, Vol. 1 (comic)", {"comic"}),
        ("Dune (Dune, #1) (Unabridged)", {"unabridged"}),
        ("Dune (Dune, #1) (Large Print)", {"large_print"}),
        ("Harry Potter (Book 2 Audio CD)", {"audio"}),
        ("Naruto: The Official Fanbook", {"guidebook"}),
        ("The Complete Manga Collection", {"manga", "complete"}),
        ("Berserk Deluxe Volume 3", {"deluxe"}),
        ("鬼滅の刃 公式ファンブック", {"guidebook"}),
        ("Tokyo Ghoul (Tokyo Ghoul Box Set, #1)", {"box_set"}),
        ("Dune", set()),
    ],
)
def test_format_words_are_kept_as_data(raw: str, kinds: set[str]) -> None:
    assert parse_title(raw).kind_words == kinds


def test_a_book_about_a_series_stands_beside_its_volumes() -> None:
    known = parse_title("Naruto: The Official Fanbook", series_names=["Naruto"])
    assert (known.series, known.slot, known.start) == ("Naruto", "special", None)
    assert known.label == "The Official Fanbook"
    assert parse_title("Haikyu!! Guidebook").slot == "special"
    assert parse_title("The Complete Short Stories").slot == "main"
    assert parse_title("The Art of War").kind_words == frozenset()


def test_a_truncated_series_name_does_not_replace_the_whole_one() -> None:
    parsed = parse_title(
        "I Got a Cheat Skill in Another World, Vol. 1 (light novel) (Volume 1)"
        " (I Got a ... World (light novel), 1)"
    )
    assert (parsed.series, parsed.start, parsed.others) == (
        "I Got a Cheat Skill in Another World",
        "1",
        (),
    )


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "(",
        ")",
        "(500)",
        "((((((((",
        "a (b",
        "Foo (!!!)",
        "Foo (#)",
        "Foo (#1)",
        "Foo ()",
        "???",
        "Vol. 3",
        "Vol 93",
        "Book 1: The Start",
        "🎉 Party #",
        "שלום, כרך 3",
        "Foo (Bar, #3-1)",
        "Foo (Bar, #1-99999)",
        "Foo (Windows 1995)",
        "Foo (#1, #2)",
        "Foo 3-1",
        "Foo (The purple book of Bar)",
        "Foo: Volume I-II",
        "Foo, Books Three and One",
        "Foo, Part 3 x",
        "Foo Zero Band",
        "Foo T 4",
        "V2: Foo",
        "Foo (!!!, #1)",
        "鬼滅 第9-3巻",
    ],
)
def test_odd_titles_are_read_without_an_error(raw: str) -> None:
    parsed = parse_title(raw)
    assert parsed.series is None or any(char.isalnum() for char in parsed.series)


@pytest.mark.parametrize(
    "unit", ["(", "1,", "1-2 ", "Vol. 1 ", "第", "a (b) ", "#1;", "Book One ", ": ", "巻3 ", "x "]
)
def test_ten_thousand_characters_are_read_in_no_time(unit: str) -> None:
    raw = unit * (10_000 // len(unit))
    for text in (raw, raw + ")", f"Title ({raw})", f"{raw} (Series, #1)", raw + " 3"):
        started = time.perf_counter()
        parse_title(text, series_names=["Title"])
        assert time.perf_counter() - started < 3


@pytest.mark.parametrize(
    ("raw", "series", "kind"),
    [
        ("Overlord, Vol. 1 (Overlord Light Novels, #1)", "Overlord", "light_novel"),
        ("Overlord, Vol. 1 (Overlord Manga, #1)", "Overlord", "manga"),
        ("Overlord (Overlord Manga, #1)", "Overlord", "manga"),
    ],
)
def test_the_name_in_brackets_may_say_the_kind(raw: str, series: str, kind: str) -> None:
    parsed = parse_title(raw)
    assert (parsed.series, parsed.start, parsed.kind_words) == (series, "1", {kind})


@pytest.mark.parametrize(
    ("raw", "names", "series", "label", "slot"),
    [
        ("Zeta Art Book Vol. 5", ["Zeta"], "Zeta", "Art Book Vol. 5", "special"),
        ("Zeta Art Book Vol. 5", [], "Zeta", "Art Book Vol. 5", "special"),
        ("Zeta: The Official Guide, Vol. 2", [], "Zeta", "The Official Guide, Vol. 2", "special"),
        ("Zeta Art Book, Vol. 5 (Zeta, #5)", [], "Zeta", "Art Book, Vol. 5", "special"),
        ("Zeta Side Stories, Vol. 3", ["Zeta"], "Zeta", "Side Stories, Vol. 3", "side"),
        ("Zeta Box Set Vol. 2", ["Zeta"], "Zeta", "Box Set Vol. 2", "special"),
        ("Zeta Data Book 3", ["Zeta"], "Zeta", "Data Book 3", "special"),
        ("Zeta Data Book 3", [], "Zeta", "Data Book 3", "special"),
    ],
)
def test_the_number_of_an_extra_is_its_label(
    raw: str, names: list[str], series: str, label: str, slot: str
) -> None:
    parsed = parse_title(raw, series_names=names)
    assert (parsed.series, parsed.start, parsed.label, parsed.slot) == (series, None, label, slot)
    assert parsed.others == ()


@pytest.mark.parametrize(
    ("raw", "names", "series", "start"),
    [
        ("Zeta Side Stories, Vol. 3", [], "Zeta Side Stories", "3"),
        ("Zeta Side Stories, Vol. 3", ["Zeta Side Stories"], "Zeta Side Stories", "3"),
        ("Zeta, Vol. 3: Side Stories", ["Zeta"], "Zeta", "3"),
        ("Zeta Box Set Vol. 1-4", ["Zeta"], "Zeta", "1"),
        ("The Art Book Vol. 5", [], "The Art Book", "5"),
        ("The Zeta Companion and Guide Volume 2", [], "The Zeta Companion and Guide", "2"),
        ("Foo, Vol. 3 (Bar, #3)", [], "Bar", "3"),
    ],
)
def test_other_numbers_are_volumes(raw: str, names: list[str], series: str, start: str) -> None:
    parsed = parse_title(raw, series_names=names)
    assert (parsed.series, parsed.start) == (series, start)


@pytest.mark.parametrize(
    ("raw", "covers"),
    [
        ("Qux Complete Box Set (Vol. 1-5)", 5),
        ("Qux Complete Series Boxed Set 1-4", 4),
        ("Qux: The Complete Collection Box Set, Vol. 1-3", 3),
        ("Qux Manga Box Set (Volumes 1-2)", 2),
        ("Qux: The Complete Collection (1-7)", 7),
        ("The Complete Qux Boxed Set (Books 1-7)", 7),
    ],
)
def test_the_words_of_a_complete_box_are_no_name(raw: str, covers: int) -> None:
    parsed = parse_title(raw)
    assert (parsed.series, len(parsed.covers)) == ("Qux", covers)


@pytest.mark.parametrize(
    ("raw", "series", "start"),
    [
        ("X-Men, Vol. 1: Foo (X-Men (2019), #1)", "X-Men (2019)", "1"),
        ("Batman, Vol. 2: Bar (Batman 2016, #3)", "Batman 2016", "3"),
        ("Bookworm: Part 2 Volume 1 (Bookworm, #4)", "Bookworm", "4"),
    ],
)
def test_a_run_and_a_whole_in_brackets_make_no_second_series(
    raw: str, series: str, start: str
) -> None:
    parsed = parse_title(raw)
    assert (parsed.series, parsed.start, parsed.others) == (series, start, ())


@pytest.mark.parametrize(
    ("raw", "other"),
    [
        ("Deadpool, Vol. 1: Foo (X-Men (2019), #1)", "Deadpool"),
        ("Fables, Vol. 1: Legends in Exile (Fables TPB, #1)", "Fables"),
        ("Batman, Vol. 2: Bar (Batman Beyond, #3)", "Batman"),
        ("Batman Beyond, Vol. 2: Bar (Batman, #30)", "Batman Beyond"),
    ],
)
def test_two_names_are_two_series(raw: str, other: str) -> None:
    assert [part.series for part in parse_title(raw).others] == [other]


@pytest.mark.parametrize("raw", [None, 7, b"Dune"])
def test_what_is_no_text_is_no_title(raw: object) -> None:
    with pytest.raises(InvalidInput, match="a title is text"):
        parse_title(raw)  # type: ignore[arg-type] # as a script without types may
