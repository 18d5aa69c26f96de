from __future__ import annotations

import csv
from pathlib import Path

import pytest

from booktrack.domain.names import (
    Person,
    Style,
    display_name,
    name_key,
    parse_people,
    people_from_list,
    same_authors,
    same_person,
    sort_name,
)


def _displays(cell: str, style: Style = "auto") -> list[str]:
    return [person.display for person in parse_people(cell, style)]


@pytest.mark.parametrize(
    ("cell", "people"),
    [
        ("Kotoyama", ["Kotoyama"]),
        ("Akasaka, Aka", ["Aka Akasaka"]),
        ("Akasaka, Aka; Yokoyari, Mengo", ["Aka Akasaka", "Mengo Yokoyari"]),
        ("; , Shirotaka", ["Shirotaka"]),
        (", yutaka; , 由田果", ["yutaka", "由田果"]),
        (", Code:000", ["Code:000"]),
        (", Code:000; Yabuki, Kentaro", ["Code:000", "Kentaro Yabuki"]),
        ("lait, Mochi au; , majoccoid", ["Mochi au lait", "majoccoid"]),
        ("Productions, Rooster Teeth; Oum, Monty", ["Rooster Teeth Productions", "Monty Oum"]),
        ("Takeshima, Eku\nMusshu", ["Eku Takeshima", "Musshu"]),
        ("Gill, Tatiana|Hardy, Janet", ["Tatiana Gill", "Janet Hardy"]),
        ("Nicholas Petrie & Nick Petrie", ["Nicholas Petrie", "Nick Petrie"]),
        ("Child, Andrew & Child, Lee", ["Andrew Child", "Lee Child"]),
        ("Gene Kim, Kevin Behr & George Spafford", ["Gene Kim", "Kevin Behr", "George Spafford"]),
        ("Neil Gaiman and Terry Pratchett", ["Neil Gaiman", "Terry Pratchett"]),
        ("Anna Lang und Bert Kurz / Carl Weil", ["Anna Lang", "Bert Kurz", "Carl Weil"]),
        ("Nakatani/Shirotaka", ["Nakatani", "Shirotaka"]),
        ("AC/DC", ["AC/DC"]),
        ("Kawahara, Reki:Abec:", ["Reki Kawahara", "Abec"]),
        ("Mull, Ann:Weir, Bo", ["Ann Mull", "Bo Weir"]),
        ("Sanderson, Brandon:", ["Brandon Sanderson"]),
        ("Louise Penny, Hillary Rodham Clinton", ["Louise Penny", "Hillary Rodham Clinton"]),
        ("Dalai Lama, Desmond Tutu", ["Dalai Lama", "Desmond Tutu"]),
        ("Al Switzler, Ron McMillan", ["Al Switzler", "Ron McMillan"]),
        ("J. K. Rowling, John Tiffany", ["J. K. Rowling", "John Tiffany"]),
        ("Le Guin, Ursula K.", ["Ursula K. Le Guin"]),
        ("García Márquez, Gabriel", ["Gabriel García Márquez"]),
        ("García Lorca, Federico G.", ["Federico G. García Lorca"]),
        ("Saint Exupéry, Antoine de", ["Antoine de Saint Exupéry"]),
        ("Virgil, Homer, Plato", ["Virgil", "Homer", "Plato"]),
        ("Smith, John, Doe, Jane", ["John Smith", "Jane Doe"]),
        ("南野海風, 古代甲, 磁石, 刀 彼方", ["南野海風", "古代甲", "磁石", "刀 彼方"]),
        ("ルーツ, Piyo", ["ルーツ", "Piyo"]),
        ("山田太郎、鈴木次郎", ["山田太郎", "鈴木次郎"]),
        ("松浦太一（Plott）, おつじ", ["松浦太一（Plott）", "おつじ"]),
        (
            "Shneur Zalman (of Lyady, Russia), Ann Bo",
            ["Shneur Zalman (of Lyady, Russia)", "Ann Bo"],
        ),
        ("Lyady), Shneur Zalman (of", ["Shneur Zalman (of Lyady)"]),
        ("Ann (Lang; Bo Weir", ["Ann (Lang", "Bo Weir"]),
        ("Simon & Schuster, Inc.", ["Simon & Schuster, Inc."]),
        ("Dorling Kindersley, Inc.", ["Dorling Kindersley, Inc."]),
        ("Inc., Dorling Kindersley,", ["Dorling Kindersley Inc."]),
        ("Harper & Row", ["Harper & Row"]),
        ("Chapman Hall & Sons", ["Chapman Hall & Sons"]),
        ("Smith &amp; Jones", ["Smith & Jones"]),
        ("Lowery, Wesley & Post, The Washington", ["Wesley Lowery", "The Washington Post"]),
        ("Editors of Food and Wine Magazine", ["Editors of Food and Wine Magazine"]),
        ("Lewis and Clark", ["Lewis and Clark"]),
        ("Brandon Sanderson, et al.", ["Brandon Sanderson"]),
        ("J.M.     Clarke", ["J.M. Clarke"]),
        ("Ross Lockridge Jr.", ["Ross Lockridge Jr."]),
        ("Jr., Ross Lockridge", ["Ross Lockridge Jr."]),
        ("King, Martin Luther, Jr.", ["Martin Luther King Jr."]),
        ("Rawles, James Wesley,", ["James Wesley Rawles"]),
        ("99U, 99U", ["99U"]),
        ("Unknown", ["Unknown"]),
        ("Various", ["Various"]),
        ("", []),
        (" ;; , ", []),
        ("Not Applicable", []),
        ("N/A", []),
        ("?", []),
    ],
)
def test_a_cell_gives_its_people_in_order(cell: str, people: list[str]) -> None:
    assert _displays(cell) == people


@pytest.mark.parametrize(
    "cell",
    [
        "Kodama, Naoko; Naoko, Kodama",
        "Kodama, Naoko; KODAMA, NAOKO",
        "Naoko Kodama, Naoko Kodama",
        "Kodama, Naoko; Kodama, Náoko.",
    ],
)
def test_a_person_named_twice_is_there_once(cell: str) -> None:
    assert _displays(cell) == ["Naoko Kodama"]


@pytest.mark.parametrize(
    ("cell", "style", "people"),
    [
        ("Jewel, Epictetus", "first-last", ["Jewel", "Epictetus"]),
        ("Jewel & Epictetus", "first-last", ["Jewel", "Epictetus"]),
        ("Ann Lang, Ron Nery, Jr.", "first-last", ["Ann Lang", "Ron Nery Jr."]),
        ("Kurt Vonnegut, Jr.", "first-last", ["Kurt Vonnegut Jr."]),
        ("Conan Doyle, Arthur Ignatius", "last-first", ["Arthur Ignatius Conan Doyle"]),
        ("村上, 春樹", "last-first", ["村上 春樹"]),
        ("Quinn Julia", "surname-first", ["Julia Quinn"]),
        ("Quinn Julia, Louis Édouard", "surname-first", ["Julia Quinn", "Édouard Louis"]),
        ("Rémond Lacroix Jessé", "surname-first", ["Jessé Rémond Lacroix"]),
        ("Epenoux François d'", "surname-first", ["François d'Epenoux"]),
        ("Balzac Honoré de", "surname-first", ["Honoré de Balzac"]),
        ("Tolkien J. R. R.", "surname-first", ["J. R. R. Tolkien"]),
        ("Collectif", "surname-first", ["Collectif"]),
        ("村上 春樹", "surname-first", ["村上 春樹"]),
    ],
)
def test_the_file_says_what_a_comma_means(cell: str, style: Style, people: list[str]) -> None:
    assert _displays(cell, style) == people


@pytest.mark.parametrize(
    ("cell", "name", "role"),
    [
        ("Rod Dreher (Foreword)", "Rod Dreher", "Foreword"),
        ("Dreher, Rod (Foreword)", "Rod Dreher", "Foreword"),
        ("Hans Müller (Übersetzer)", "Hans Müller", "Übersetzer"),
        ("Marie Bédrune [Traductrice]", "Marie Bédrune", "Traductrice"),
        ("Ann Lang (Editor and Translator)", "Ann Lang", "Editor and Translator"),
        ("Emily Wilson - translator", "Emily Wilson", "translator"),
        ("Emily Wilson – Cover Artist", "Emily Wilson", "Cover Artist"),
        ("Illustrated by Jane Doe", "Jane Doe", "Illustrated"),
        ("by Jane Doe", "Jane Doe", None),
        ("鈴木次郎（イラスト）", "鈴木次郎", "イラスト"),
        ("原作：山田太郎", "山田太郎", "原作"),
        ("(Author), Eliyahu M. Goldratt", "Eliyahu M. Goldratt", "Author"),
        ("Ron Nery, Jr. (Narrator)", "Ron Nery Jr.", "Narrator"),
        ("Juliane Diller (Koepcke)", "Juliane Diller (Koepcke)", None),
        ("Atwood (Coding Horror), Jeff", "Jeff Atwood (Coding Horror)", None),
        ("Jean-Paul Sartre", "Jean-Paul Sartre", None),
        ("Ann Lang (and)", "Ann Lang (and)", None),
    ],
)
def test_a_role_is_taken_off_the_name_and_kept_in_the_sources_words(
    cell: str, name: str, role: str | None
) -> None:
    [person] = parse_people(cell)
    assert (person.name, person.role) == (name, role)


def test_roles_of_one_person_are_gathered() -> None:
    people = parse_people("Ann Lang, Bo Weir (Story), Bo Weir (Art), Ann Lang (Editor)")
    assert people == [
        Person("Ann Lang", "Lang, Ann", "Editor"),
        Person("Bo Weir", "Weir, Bo", "Story, Art"),
    ]


@pytest.mark.parametrize(
    ("cell", "sort"),
    [
        ("Magonote, Rifujin na", "Magonote, Rifujin na"),
        ("Smith,John", "Smith, John"),
        ("Guin, Ursula K. Le", "Le Guin, Ursula K."),
        ("Alain-Fournier, Alain-Fournier", "Alain-Fournier"),
        ("Jr., Ross Lockridge", "Lockridge, Ross, Jr."),
        ("Lockridge Jr., Ross", "Lockridge Jr., Ross"),
        ("Productions, Rooster Teeth", "Rooster Teeth Productions"),
        ("Simon & Schuster, Inc.", "Simon & Schuster, Inc."),
        (", Shirotaka", "Shirotaka"),
    ],
)
def test_the_sort_form_is_the_cells_own_where_its_comma_follows_a_family_name(
    cell: str, sort: str
) -> None:
    assert [person.sort for person in parse_people(cell)] == [sort]


def test_a_list_holds_one_name_an_entry() -> None:
    names = ["Kodama, Naoko", "Naoko Kodama", "", "Hero", "Emily Wilson (Translator)"]
    assert [person.display for person in people_from_list(names)] == [
        "Naoko Kodama",
        "Hero",
        "Emily Wilson",
    ]
    assert people_from_list(["Quinn Julia"], "surname-first")[0].display == "Julia Quinn"


@pytest.mark.parametrize(
    ("sort", "display"),
    [
        ("Le Guin, Ursula K.", "Ursula K. Le Guin"),
        ("Guin, Ursula K. Le", "Ursula K. Le Guin"),
        ("Lockridge Jr., Ross", "Ross Lockridge Jr."),
        ("Lockridge, Ross, III", "Ross Lockridge III"),
        ("村上, 春樹", "村上 春樹"),
        (", Shirotaka", "Shirotaka"),
        ("Shirotaka", "Shirotaka"),
        ("Jr.", "Jr."),
        ("", ""),
        (" , ", ","),
        ("Garc\u00ad\u00eda,  Ana", "Ana García"),
    ],
)
def test_a_sorted_name_is_shown_in_reading_order(sort: str, display: str) -> None:
    assert display_name(sort) == display


@pytest.mark.parametrize(
    ("display", "sort"),
    [
        ("Brandon Sanderson", "Sanderson, Brandon"),
        ("Ursula K. Le Guin", "Le Guin, Ursula K."),
        ("Ludwig van Beethoven", "van Beethoven, Ludwig"),
        ("Simone de Beauvoir", "de Beauvoir, Simone"),
        ("Weird Al Yankovic", "Yankovic, Weird Al"),
        ("Ngũgĩ wa Thiong'o", "wa Thiong'o, Ngũgĩ"),
        ("Malcolm Jones III", "Jones, Malcolm, III"),
        ("Shneur Zalman (of Lyady)", "Zalman (of Lyady), Shneur"),
        ("The Washington Post", "Washington Post, The"),
        ("Rooster Teeth Productions", "Rooster Teeth Productions"),
        ("Harper & Row", "Harper & Row"),
        ("Sanderson, Brandon", "Sanderson, Brandon"),
        ("麻枝 准［Key］", "麻枝 准［Key］"),
        ("한 강", "한 강"),
        ("Voltaire", "Voltaire"),
        ("de Beauvoir", "Beauvoir, de"),
        ("", ""),
    ],
)
def test_a_shown_name_has_its_place_on_the_shelf(display: str, sort: str) -> None:
    assert sort_name(display) == sort


@pytest.mark.parametrize(
    "names",
    [
        ["L. J. Ross", "L.J. Ross", "LJ Ross", "Ross, L. J.", "ross lj", "ＬＪ　Ｒｏｓｓ"],
        ["Le Guin, Ursula K.", "Ursula K. Le Guin", "Guin, Ursula K. Le", "URSULA K LE GUIN"],
        ["Gabriel García Márquez", "Garcia Marquez, Gabriel", "Gabriel Garcí\u00ada Márquez"],
        ["Malcolm X", "X, Malcolm"],
        ["Wadapen", "Wadapen.", ", Wadapen"],
        ["Naoko, Kodama", "Kodama, Naoko"],
        ["Ross Lockridge Jr.", "Jr., Ross Lockridge", "Lockridge, Ross, Jr."],
        ["青木幸子", "青木 幸子", "青木　幸子", "青木, 幸子"],
        ["Madeleine L'Engle", "L’Engle, Madeleine"],
        ["Alain-Fournier", "Alain-Fournier, Alain-Fournier"],
    ],
)
def test_the_spellings_of_one_name_share_a_key(names: list[str]) -> None:
    assert len(set(map(name_key, names))) == 1


def test_different_names_have_different_keys() -> None:
    names = ["J. Clarke", "J.M. Clarke", "John Clarke", "くずしろ", "Kuzushiro", "Code:000", "!!!"]
    assert len(set(map(name_key, names))) == len(names)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("L. J. Ross", "LJ Ross", True),
        ("Ursula Le Guin", "Ursula K. Le Guin", True),
        ("Kurt Vonnegut", "Kurt Vonnegut Jr.", True),
        ("J. R. R. Tolkien", "John Ronald Reuel Tolkien", True),
        ("Tolkien, JRR", "John Ronald Reuel Tolkien", True),
        ("Philip Dick", "Philip Kindred Dick", True),
        ("Philip K. Dick", "Dick, Philip Kindred", True),
        ("J. Clarke", "J.M. Clarke", False),
        ("J. Clarke", "John Michael Clarke", False),
        ("John Clarke", "Jane Clarke", False),
        ("John M. Clarke", "John P. Clarke", False),
        ("John Paul Clarke", "John Q. R. Clarke", False),
        ("Clarke", "John Clarke", False),
        ("John Smith", "John Clarke", False),
        ("村上春樹", "村上龍", False),
        ("くずしろ", "Kuzushiro", False),
        ("", "", False),
        ("", "Hero", False),
    ],
)
def test_two_names_mean_one_person_only_where_that_can_be_trusted(
    one: str, other: str, same: bool
) -> None:
    assert same_person(one, other) is same
    assert same_person(other, one) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (["Yabuki, Kentaro", "Code:000"], ["Code:000"], True),
        (["Mikami, Teren"], ["Musshu"], False),
        (["Ursula Le Guin"], ["Someone Else", "Le Guin, Ursula K."], True),
        (["Unknown"], ["Unknown"], False),
        (["Various"], ["Various"], True),
        ([], [], False),
        ([""], [""], False),
        (["Hero"], [], False),
    ],
)
def test_authors_agree_when_they_share_a_person(
    one: list[str], other: list[str], same: bool
) -> None:
    assert same_authors(one, other) is same


def test_the_two_author_columns_of_a_real_file_agree(shared: Path) -> None:
    with (shared / "exports/goodreads/01.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        shown = parse_people(row["Author"], "first-last")
        sorted_names = parse_people(row["Author l-f"], "last-first")
        assert [name_key(person.display) for person in shown] == [
            name_key(person.display) for person in sorted_names
        ]
