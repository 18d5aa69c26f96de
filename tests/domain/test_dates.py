from __future__ import annotations

import csv
import datetime
import json
from pathlib import Path

import pytest

from booktrack.domain.dates import PartialDate, parse_date, parse_date_range, require_date
from booktrack.errors import InvalidDate


@pytest.mark.parametrize(
    ("parts", "text", "precision"),
    [
        ((2010,), "2010", "year"),
        ((2010, 8), "2010-08", "month"),
        ((2010, 8, 31), "2010-08-31", "day"),
        ((180,), "0180", "year"),
        ((-400,), "-0400", "year"),
        ((-44, 3, 15), "-0044-03-15", "day"),
    ],
)
def test_a_partial_date_shows_what_is_known(
    parts: tuple[int, ...], text: str, precision: str
) -> None:
    date = PartialDate(*parts)
    assert (date.text, str(date), date.precision) == (text, text, precision)


@pytest.mark.parametrize(
    "parts", [(0,), (10000,), (2010, 13), (2010, 0), (2011, 2, 29), (2010, None, 5), (2010, 4, 31)]
)
def test_a_date_that_does_not_exist_cannot_be_made(parts: tuple[int, ...]) -> None:
    with pytest.raises(InvalidDate, match="No such date"):
        PartialDate(*parts)


def test_dates_order_by_time_and_the_less_precise_first() -> None:
    dates = [PartialDate(2010, 8, 31), PartialDate(2010, 8), PartialDate(-400), PartialDate(2010)]
    assert [date.text for date in sorted(dates)] == ["-0400", "2010", "2010-08", "2010-08-31"]
    assert PartialDate(2010) <= PartialDate(2010)
    assert max(dates) == PartialDate(2010, 8, 31)


@pytest.mark.parametrize(
    ("date", "first", "last"),
    [
        (PartialDate(2012), datetime.date(2012, 1, 1), datetime.date(2012, 12, 31)),
        (PartialDate(2012, 2), datetime.date(2012, 2, 1), datetime.date(2012, 2, 29)),
        (PartialDate(2012, 2, 3), datetime.date(2012, 2, 3), datetime.date(2012, 2, 3)),
        (PartialDate(-400), None, None),
    ],
)
def test_a_partial_date_spans_its_days(
    date: PartialDate, first: datetime.date | None, last: datetime.date | None
) -> None:
    assert (date.first_day(), date.last_day()) == (first, last)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("2010", "2010"),
        (2010, "2010"),
        (1985.0, "1985"),
        ("1985.0", "1985"),
        ("180", "0180"),
        ("404", "0404"),
        ("-400", "-0400"),
        (-44, "-0044"),
        ("-0400-03-15", "-0400-03-15"),
        ("2006-06", "2006-06"),
        ("2025-9", "2025-09"),
        ("2018-12-11", "2018-12-11"),
        ("2025-11-3", "2025-11-03"),
        ("2010/08/31", "2010-08-31"),
        ("2010.08.31.", "2010-08-31"),
        ("20191011", "2019-10-11"),
        (20191011, "2019-10-11"),
        (20190000, "2019"),
        ("2019-10-03T00:00:00+02:00", "2019-10-03"),
        ("2019-12-10T03:00:00-05:00", "2019-12-10"),
        ("2024-08-23T19:29:21Z", "2024-08-23"),
        ("2023-09-26T00:00:00.000Z", "2023-09-26"),
        ("2018/06/10 01:26:51.329838037", "2018-06-10"),
        ("1/18/2026 13:11", "2026-01-18"),
        ("1880-01-01T02:56:56-04:56:02", "1880-01-01"),
        ("[2010-08-31]", "2010-08-31"),
        ("[1985]", "1985"),
        ("[1985?]", "1985"),
        ("1999?", "1999"),
        ("(2006-10-31)", "2006-10-31"),
        ("c2010", "2010"),
        ("[c2010]", "2010"),
        ("©2010", "2010"),
        ("cop. 2010", "2010"),
        ("ca. 1850", "1850"),
        ("996 (ca.)", "0996"),
        ("2010, c2009", "2010"),
        ("2010.", "2010"),
        ("Aug 2010", "2010-08"),
        ("Sept. 2010", "2010-09"),
        ("August 31, 2010", "2010-08-31"),
        ("August 31st, 2010", "2010-08-31"),
        ("December 31, 1899", "1899-12-31"),
        ("(07th February, 2024)", "2024-02-07"),
        ("Thu, 17 Apr 2025 11:43:28 GMT", "2025-04-17"),
        ("2010 Aug 31", "2010-08-31"),
        ("1-Jan-26", "2026-01-01"),
        ("31 août 2010", "2010-08-31"),
        ("1er mars 2011", "2011-03-01"),
        ("1. März 2011", "2011-03-01"),
        ("31 de agosto de 2010", "2010-08-31"),
        ("31 agosto 2010", "2010-08-31"),
        ("dicembre 2010", "2010-12"),
        ("3 mei 2010", "2010-05-03"),
        ("março de 2010", "2010-03"),
        ("31 августа 2010 г.", "2010-08-31"),
        ("Spring 2010", "2010"),
        ("été 2010", "2010"),
        ("2024 Q3", "2024"),
        ("2026年5月29日", "2026-05-29"),
        ("２０２６年５月２９日", "2026-05-29"),
        ("2026年5月29日(金)", "2026-05-29"),
        ("2010年8月", "2010-08"),
        ("2010年", "2010"),
        ("2010년 8월 31일", "2010-08-31"),
        ("2024-11-00", "2024-11"),
        ("2024-00-00", "2024"),
        ("2011-02-29", "2011-02"),
        ("2012-02-29", "2012-02-29"),
        ("2011-13-05", "2011"),
        ("12/2010", "2010-12"),
        ("13/2010", "2010"),
        ("8/31/2010", "2010-08-31"),
        ("31/8/2010", "2010-08-31"),
        ("8/8/2010", "2010-08-08"),
        ("7/8/2010", "2010"),
        ("31.08.2010", "2010-08-31"),
        ("7.8.2010", "2010-08-07"),
        ("31/02/2010", "2010-02"),
        ("20/20/2010", "2010"),
        ("7/2/25", "2025"),
        ("8/31/10", "2010-08-31"),
        ("31-12-99", "1999-12-31"),
        ({"year": 2018, "month": 3, "day": 4}, "2018-03-04"),
        ({"year": 2024, "month": None, "day": None}, "2024"),
        ({"year": "2024", "month": "5"}, "2024-05"),
        ({"type": "/type/datetime", "value": "2008-04-01T03:28:50"}, "2008-04-01"),
        (datetime.date(2010, 8, 31), "2010-08-31"),
        (datetime.datetime(2010, 8, 31, 23, 59, tzinfo=datetime.UTC), "2010-08-31"),
    ],
)
def test_every_form_of_a_date_is_read_at_its_own_precision(value: object, text: str) -> None:
    date = parse_date(value)
    assert date is not None
    assert date.text == text


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "?",
        "!",
        "1",
        "49",
        "0",
        0,
        7,
        43936,
        "43936",
        "12345",
        "123456",
        "99999999",
        "9999999999",
        pytest.param(10**5000, id="huge"),
        "0000-00-00",
        "0000",
        "Not Applicable",
        "n.d.",
        "s.d.",
        "unknown",
        "[19--]",
        "199?",
        "199-",
        "abc 2010 def 5555",
        "2. Auflage 2010",
        "The year 2010",
        "August",
        "August 31",
        "Aug 2010 Sep 2011",
        "1 ma 2010",
        "Aug 1 2 2010",
        "Aug 2010 2011",
        "2010-2012",
        "2021/07/12-2021/07/13",
        "-2021/07/13",
        "01:26:51",
        "25-07-02",
        "0101-01-01",
        "0101-01-01T00:00:00+00:00",
        "0100-12-31T19:03:58-04:56:02",
        "x" * 61,
        "2010" * 40,
        {},
        {"year": None},
        {"year": []},
        pytest.param({"year": 10**5000}, id="huge year"),
        {"type": "/type/datetime"},
        True,
        None,
        3.5,
        float("nan"),
        float("inf"),
        ["2010"],
    ],
)
def test_what_is_no_date_gives_none(value: object) -> None:
    assert parse_date(value) is None


@pytest.mark.parametrize(
    ("value", "order", "text"),
    [
        ("7/8/2010", "mdy", "2010-07-08"),
        ("7/8/2010", "dmy", "2010-08-07"),
        ("07/18/2025", "MM/DD/YYYY", "2025-07-18"),
        ("07/08/2025", "DD/MM/YYYY", "2025-08-07"),
        ("07.08.2025", "%m.%d.%Y", "2025-07-08"),
        ("7/2/25", "mdy", "2025-07-02"),
        ("7/2/68", "mdy", "2068-07-02"),
        ("7/2/69", "mdy", "1969-07-02"),
        ("25/07/02", "ymd", "2025-07-02"),
        ("01-02-03", "YY-MM-DD", "2001-02-03"),
        ("2020/31/12", "YYYY/DD/MM", "2020-12-31"),
        ("2020-11", "YYYY/DD/MM", "2020-11"),
        ("2020-01-02", "mdy", "2020-01-02"),
        ("31/12/2020", "mdy", "2020-12-31"),
        ("12/31/2020", "dmy", "2020-12-31"),
        ("7/8/2010", "YYYY-MM-DD", "2010"),
        ("7/8/2010", "System default", "2010"),
        ("7/8/2010", "", "2010"),
        ("78", "year", "0078"),
        ("8.0", "year", "0008"),
        ("43936", "excel", "2020-04-15"),
        (43936.75, "excel", "2020-04-15"),
        ("1", "excel", "1900-01-01"),
        ("59", "excel", "1900-02-28"),
        ("60", "excel", "1900-02"),
        ("61", "excel", "1900-03-01"),
        ("2010-08-31", "excel", "2010-08-31"),
    ],
)
def test_the_file_says_how_its_dates_are_written(value: str | float, order: str, text: str) -> None:
    date = parse_date(value, order)
    assert date is not None
    assert date.text == text


@pytest.mark.parametrize("value", ["0", "2958466"])
def test_a_day_count_outside_the_calendar_is_no_date(value: str) -> None:
    assert parse_date(value, "excel") is None


@pytest.mark.parametrize("text", ["2010", "2010-08", "2010-08-31", "0180", "-0400", " 2012-02-29 "])
def test_a_users_date_of_the_stored_form_is_accepted(text: str) -> None:
    assert require_date(text).text == text.strip()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "write it as"),
        ("soon", "write it as"),
        ("8/31/2010", "write it as"),
        ("2010-8", "write it as"),
        ("180", "write it as"),
        (2010, "write it as"),
        ("2010-13", "no such day"),
        ("2010-00", "no such day"),
        ("2011-02-29", "no such day"),
        ("0000", "no such day"),
    ],
)
def test_any_other_users_date_is_refused_with_its_value(text: str, why: str) -> None:
    with pytest.raises(InvalidDate, match=why) as refused:
        require_date(text)
    assert str(text) in str(refused.value)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2021/07/12-2021/07/13", "2021-07-12", "2021-07-13"),
        ("2021-07-12 - 2021-07-13", "2021-07-12", "2021-07-13"),
        ("2021-07-12-2021-07-13", "2021-07-12", "2021-07-13"),
        ("2021-07-12/2021-07-13", "2021-07-12", "2021-07-13"),
        ("2021/07/12–2021/07/13", "2021-07-12", "2021-07-13"),
        ("2021年7月12日～2021年7月13日", "2021-07-12", "2021-07-13"),
        ("Aug 2010 to Sep 2010", "2010-08", "2010-09"),
        ("2010-2012", "2010", "2012"),
        ("2021/07/12", "2021-07-12", "2021-07-12"),
        ("2021/07/12-", "2021-07-12", None),
        ("-2021/07/13", None, "2021-07-13"),
        ("", None, None),
        ("to be read", None, None),
        ("2010-" * 100, None, None),
    ],
)
def test_a_span_gives_its_two_ends(text: str, first: str | None, last: str | None) -> None:
    ends = tuple(date and date.text for date in parse_date_range(text))
    assert ends == (first, last)


def test_a_span_obeys_the_order_of_its_file() -> None:
    first, last = parse_date_range("7/8/2010 - 7/9/2010", "mdy")
    assert (str(first), str(last)) == ("2010-07-08", "2010-07-09")


def test_every_publication_date_of_the_recorded_editions_is_read(shared: Path) -> None:
    lines = (shared / "recorded/openlibrary/dump_editions_sample.jsonl").read_text().splitlines()
    written = [json.loads(line).get("publish_date") for line in lines]
    assert [text for text in written if text and not parse_date(text)] == []


def test_every_date_of_the_specified_collection_is_read(shared: Path) -> None:
    with (shared / "exports/handylib/01.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    added = [parse_date(row["Added Date"], "MM/DD/YYYY") for row in rows]
    assert all(date and date.precision == "day" for date in added)
    assert sum(parse_date(row["Published Date"]) is None for row in rows) == 4
