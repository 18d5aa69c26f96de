from __future__ import annotations

import time

import pytest

from booktrack.errors import InvalidFile
from booktrack.sources.files import tables
from booktrack.sources.files.tables import column_names, find_layout, read_rows, unwrapped


def rows_of(text: str, *, header: bool = True) -> list[list[str]]:
    return [row.cells for row in read_rows(text, find_layout(text), header=header)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_the_evenness_of_the_rows(delimiter: str) -> None:
    rows = [["Title", "Author", "Note"], ["Ubik", "Dick: P., K.", "a/b"], ["1Q84", "", ""]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in cells) for cells in rows)
    assert find_layout(text).delimiter == delimiter
    assert rows_of(text)[1] == ["1Q84", "", ""]


def test_excels_line_that_names_the_delimiter_is_obeyed_and_no_row() -> None:
    text = 'sep=;\nTitle;Author\n"Ubik, a novel";Dick'
    assert find_layout(text).header == ("Title", "Author")
    assert rows_of(text) == [["Ubik, a novel", "Dick"]]


def test_rows_are_numbered_from_one_and_blank_lines_do_not_count() -> None:
    text = "Title,Author\n\nUbik,Dick\n,,\n\nEmma,Austen\n"
    assert [(row.number, row.cells) for row in read_rows(text, find_layout(text))] == [
        (1, ["Ubik", "Dick"]),
        (2, ["", "", ""]),
        (3, ["Emma", "Austen"]),
    ]


def test_without_a_header_the_first_record_is_row_one() -> None:
    assert rows_of("1,Ubik\n2,Emma", header=False) == [["1", "Ubik"], ["2", "Emma"]]


def test_quotes_inside_an_unquoted_cell_are_part_of_it() -> None:
    assert rows_of('Title,ISBN\nEmma,="9780141439587"') == [["Emma", '="9780141439587"']]


def test_a_line_break_inside_a_quoted_cell_stays() -> None:
    assert rows_of('Title,Note\nEmma,"one\ntwo"\nUbik,') == [["Emma", "one\ntwo"], ["Ubik", ""]]


def test_a_padded_table_is_read_with_its_quotes() -> None:
    text = 'Id , Title , Author \n 1 , Emma , "Austen, Jane" \n 2 , Ubik , "Dick, ""P.""" '
    assert rows_of(text) == [["1", "Emma", "Austen, Jane"], ["2", "Ubik", 'Dick, "P."']]


def test_literal_quotes_in_a_tab_separated_text_stay() -> None:
    text = 'Title\tAuthor\n"A" is for Alibi\tGrafton\nEmma\tAusten'
    assert rows_of(text)[0] == ['"A" is for Alibi', "Grafton"]


def test_quoted_cells_of_a_tab_separated_text_are_unquoted() -> None:
    text = 'Title\tNote\n"Emma"\t"one\ntwo"\nUbik\t'
    assert rows_of(text) == [["Emma", "one\ntwo"], ["Ubik", ""]]


def test_a_quote_that_is_never_closed_costs_no_other_row() -> None:
    text = 'Title,Author,Year\nEmma,"Austen,1815\nUbik,Dick,1969\n"Kim",Kipling,1901\nDune,,1965'
    assert rows_of(text) == [
        ["Emma", '"Austen', "1815"],
        ["Ubik", "Dick", "1969"],
        ["Kim", "Kipling", "1901"],
        ["Dune", "", "1965"],
    ]


def test_a_quote_that_swallows_hundreds_of_lines_is_a_fault_of_its_row_alone() -> None:
    text = 'Title,Author,Year\n"Emma,Austen\n' + "Ubik,Dick,1969\n" * 300
    rows = list(read_rows(text, find_layout(text)))
    assert rows[0].fault == "a quote in line 2 is never closed"
    assert [row.cells for row in rows[1:]] == [["Ubik", "Dick", "1969"]] * 300


def test_a_cell_of_a_hundred_thousand_characters_and_more_is_a_fault_of_its_row_alone() -> None:
    text = f"Title,Author\nEmma,{'x' * 140_000}\nUbik,Dick"
    rows = list(read_rows(text, find_layout(text)))
    assert rows[0].fault == "a cell holds more than 131,072 characters"
    assert rows[1].cells == ["Ubik", "Dick"]


def test_a_table_with_an_enormous_cell_in_its_head_still_has_a_layout() -> None:
    assert find_layout(f"Title,Author\n{'x' * 140_000},Dick").header == ("Title", "Author")


def test_names_of_columns_are_told_apart() -> None:
    assert column_names(("Title", "", "Title")) == ["Title", "Column 2", "Title 2"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("," * 1_000_000, "1,000"),
        ("Title,Author\n" + "," * 200_000, "Row 1 has 200,001 cells"),
        ("a,b\n" * 1_000_002, "more than 1,000,000 lines"),
    ],
)
def test_monstrous_tables_are_refused_at_once(text: str, says: str) -> None:
    begun = time.process_time()
    with pytest.raises(InvalidFile, match=says):
        list(read_rows(text, find_layout(text)))
    assert time.process_time() - begun < 2


def test_more_rows_than_a_library_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(InvalidFile, match="more than 2 rows"):
        rows_of("Title,Author\na,b\nc,d\ne,f")


def test_a_thousand_unclosed_quotes_are_read_in_linear_time() -> None:
    text = "Title,Author,Year\n" + 'a,"b\nc\n' * 20_000
    begun = time.process_time()
    assert len(rows_of(text)) > 1000
    assert time.process_time() - begun < 5


def test_names_in_single_quotes_may_hold_the_delimiter() -> None:
    text = "'BOOK ID','TITLE','AUTHOR (last, first)'\n1,\"It's, well\",\"Dick, Philip\"\n2,'Ubik',x"
    assert find_layout(text).header == ("BOOK ID", "TITLE", "AUTHOR (last, first)")
    assert rows_of(text) == [["1", "It's, well", "Dick, Philip"], ["2", "'Ubik'", "x"]]


def test_lines_above_the_header_are_left_out() -> None:
    text = "My books,,\nas of May\n\nTitle,Author,Year\nEmma,Austen,1815\nKim,Kipling,1901\nX,Y,1\n"
    layout = find_layout(text)
    assert (layout.header, layout.above) == (("Title", "Author", "Year"), 2)
    assert [row.number for row in read_rows(text, layout)] == [1, 2, 3]
    assert rows_of(text)[0] == ["Emma", "Austen", "1815"]


def test_a_table_of_one_filled_column_has_no_lines_above() -> None:
    assert find_layout("a,,\nb,,\nc,,").above == 0
    assert find_layout("").header == ()


@pytest.mark.parametrize("text", ["Title,Author\nx,y", '"Title","Author"\n"x","y"', '"a,b"', ""])
def test_a_sound_table_is_not_unwrapped(text: str) -> None:
    assert unwrapped(text) == text


def test_lines_that_were_saved_as_one_cell_each_are_unwrapped() -> None:
    text = '"Title,Author"\n"""Emma, a novel"",Austen"\n\n"Kim,Kipling"\n'
    assert rows_of(unwrapped(text)) == [["Emma, a novel", "Austen"], ["Kim", "Kipling"]]
