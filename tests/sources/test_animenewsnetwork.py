from __future__ import annotations

from typing import ClassVar
from xml.sax.saxutils import escape, quoteattr

import pytest

from booktrack.errors import InvalidInput, SourceChanged, SourceRefused
from booktrack.sources.animenewsnetwork import AnimeNewsNetwork
from booktrack.sources.animenewsnetwork_payloads import read_entries, read_ids, read_xml
from booktrack.sources.base import Ask
from booktrack.sources.contract import SourceContract, play, reply

API = "/encyclopedia/api.xml"
REPORTS = "/encyclopedia/reports.xml"
LINK = "https://www.animenewsnetwork.com/encyclopedia/releases.php?id="
NOTHING = b"<ann><warning>no result for manga=~x</warning></ann>"


def line(text: str, date: str = "2020-01-01", number: int = 1, ean: str = "") -> str:
    told = f" ean={quoteattr(ean)}" if ean else ""
    return f'<release date="{date}" href="{LINK}{number}"{told}>{escape(text)}</release>'


def entry(*lines: str, name: str = "Frieren", id: str = "24449", precision: str = "manga") -> str:
    return f"""<manga id="{id}" gid="1" type="manga" name={quoteattr(name)} precision="{precision}">
        <info type="Picture" src="https://x.example/a.jpg"/>
        <info type="Main title" lang="EN">{escape(name)}</info>
        <info type="Alternative title" lang="JA">葬送のフリーレン</info>
        <info type="Genres">adventure</info>
        <info type="Plot Summary">After   the war.</info>
        <info type="Vintage">2020-04-28 (serialized in Shonen Sunday)</info>
        <staff><task>Story</task><person id="1">Kanehito Yamada</person></staff>
        <staff><task>Art</task><person id="2">Tsukasa Abe</person></staff>
        <staff><task>Translation</task><person id="3">Misa</person></staff>
        <staff><task>Letterer</task></staff>
        {"".join(lines)}</manga>"""


def ann(*entries: str) -> bytes:
    return f"<ann>{''.join(entries)}</ann>".encode()


def volumes(*lines: str, name: str = "Frieren") -> list[tuple[str | None, str | None, str]]:
    found, _ = play(AnimeNewsNetwork().series(name), {API: ann(entry(*lines, name=name))})
    return [(one.position, one.release_date, one.book_format) for one in found[0].volumes]


class TestAnimeNewsNetwork(SourceContract):
    source = AnimeNewsNetwork()
    replies: ClassVar = {API: ann(entry(line("Frieren (GN 1)")))}


def test_a_series_has_its_titles_people_and_volumes_and_a_link_to_the_entry() -> None:
    found, asked = play(
        AnimeNewsNetwork().series("Frieren"),
        {API: ann(entry(line("Frieren (GN 1)", "2021-11-09", 42005, "9781974725762")))},
    )
    (series,) = found
    assert asked[0].params == {"manga": "~Frieren"}
    assert asked[0].accept == "xml"
    assert series.url == "https://www.animenewsnetwork.com/encyclopedia/manga.php?id=24449"
    assert series.model_dump(exclude={"url", "fetched_at", "volumes"}, exclude_defaults=True) == {
        "source": "animenewsnetwork",
        "record_id": "24449",
        "name": "Frieren",
        "aliases": ["葬送のフリーレン"],
        "kind": "manga",
        "authors": ["Kanehito Yamada", "Tsukasa Abe"],
        "description": "After the war.",
        "genres": ["adventure"],
        "started": "2020-04-28",
        "identifiers": {"animenewsnetwork": ["24449"]},
    }
    assert series.volumes[0].model_dump(exclude_defaults=True) == {
        "position": "1",
        "title": "Frieren (GN 1)",
        "release_date": "2021-11-09",
        "isbn_13": "9781974725762",
        "book_format": "comic",
        "language": "en",
        "record_id": "42005",
        "url": LINK + "42005",
    }


@pytest.mark.parametrize(
    ("printed", "date", "expected"),
    [
        ("Frieren (GN 14)", "2026-02-10", ("14", "2026-02-10", "comic")),
        ("Frieren (eBook 2)", "2021-11-09", ("2", "2021-11-09", "ebook")),
        ("Frieren (GN 15)", "2024-11-00", ("15", "2024-11", "comic")),
        ("Frieren (GN 16)", "2027", ("16", "2027", "comic")),
        ("Frieren (GN 17)", "2027-00-00", ("17", "2027", "comic")),
        ("Frieren (GN 18)", "", ("18", None, "comic")),
        ("Frieren (GN 7.5)", "2022-01-01", ("7.5", "2022-01-01", "comic")),
        ("Frieren (Novel 3)", "2022-01-01", ("3", "2022-01-01", "unknown")),
        ("Frieren (Hardcover GN 3)", "2022-01-01", ("3", "2022-01-01", "hardcover")),
        # What gathers volumes, and another line of editions, stand beside the count.
        ("Frieren (Omnibus GN 1-3)", "2022-01-01", (None, "2022-01-01", "comic")),
        ("Frieren [Box Set] (GN 1-11)", "2022-01-01", (None, "2022-01-01", "comic")),
        ("Frieren - Demon Box Set (GN 1-11)", "2022-01-01", (None, "2022-01-01", "comic")),
        ("Frieren (3-in-1 Edition) (GN 2)", "2022-01-01", (None, "2022-01-01", "comic")),
        ("Frieren [Deluxe Edition] (GN 2)", "2022-01-01", (None, "2022-01-01", "comic")),
        ("Frieren (Artbook)", "2022-01-01", (None, "2022-01-01", "unknown")),
    ],
)
def test_a_release_line_is_a_volume(
    printed: str, date: str, expected: tuple[str | None, str | None, str]
) -> None:
    assert volumes(line(printed, date)) == [expected]


@pytest.mark.parametrize(
    "printed",
    ["Frieren (DVD 1)", "Frieren (Blu-ray)", "Frieren (Sub.DVD 2)", "Frieren", "", "(GN 1)"],
)
def test_films_and_lines_of_no_known_form_are_left_out(printed: str) -> None:
    assert volumes(line(printed)) == []


def test_an_alternative_title_on_a_line_counts_as_the_series() -> None:
    assert volumes(line("葬送のフリーレン (GN 3)")) == [("3", "2020-01-01", "comic")]


@pytest.mark.parametrize("ean", ["", "9781974725763", "4910000000000", "text"])
def test_a_number_that_is_no_isbn_is_left_out(ean: str) -> None:
    body = ann(entry(line("Frieren (GN 1)", ean=ean)))
    found, _ = play(AnimeNewsNetwork().series("Frieren"), {API: body})
    assert found[0].volumes[0].isbn_13 is None


def test_special_lines_are_labelled() -> None:
    body = ann(entry(line("Frieren (Omnibus GN 1-3)")))
    found, _ = play(AnimeNewsNetwork().series("Frieren"), {API: body})
    volume = found[0].volumes[0]
    assert (volume.slot, volume.label) == ("special", "Frieren (Omnibus GN 1-3)")


def test_a_volume_of_the_series_is_the_first_printed_release_of_it() -> None:
    body = ann(
        entry(
            line("Frieren (eBook 1)", "2021-01-01", 1),
            line("Frieren (GN 1)", "2024-01-01", 2),
            line("Frieren (GN 1)", "2021-11-09", 3, "9781974725762"),
            line("Frieren (GN 2)", "", 4),
            line("Frieren (GN 2)", "2022-01-11", 5),
            line("Frieren (eBook 3)", "2022-03-01", 6),
            line("Frieren (Omnibus GN 1-3)", "2025-01-01", 7),
            line("Frieren (Omnibus GN 1-3)", "2026-01-01", 8),
        )
    )
    found, _ = play(AnimeNewsNetwork().series("Frieren"), {API: body})
    assert [(one.position, one.record_id) for one in found[0].volumes] == [
        ("1", "3"),
        ("2", "5"),
        ("3", "6"),
        (None, "7"),
        (None, "8"),
    ]


def test_a_very_long_line_is_left_out() -> None:
    assert volumes(line("(" * 600), line("Frieren (" + "1" * 600), line("Frieren (GN 1)")) == [
        ("1", "2020-01-01", "comic")
    ]


def test_print_and_ebook_of_a_volume_are_editions_of_one_work() -> None:
    body = ann(
        entry(
            line("Frieren (eBook 1)", "2021-11-09", 42006),
            line("Frieren (GN 1)", "2021-11-09", 42005, "9781974725762"),
            line("Frieren (GN 2)", "2022-01-11", 42007),
        )
    )
    works, _ = play(AnimeNewsNetwork().search(title="Frieren"), {API: body})
    assert [work.title for work in works] == ["Frieren, Vol. 1", "Frieren, Vol. 2"]
    first = works[0]
    assert first.record_id == "24449 Vol. 1"
    assert first.url == "https://www.animenewsnetwork.com/encyclopedia/manga.php?id=24449"
    assert [person.name for person in first.people] == ["Kanehito Yamada", "Tsukasa Abe"]
    assert (first.series[0].name, first.series[0].position) == ("Frieren", "1")
    assert first.series[0].identifiers == {"animenewsnetwork": ["24449"]}
    assert [(one.book_format, one.isbns, one.record_id) for one in first.editions] == [
        ("ebook", [], "42006"),
        ("comic", ["9781974725762"], "42005"),
    ]
    assert first.editions[1].format_detail == "GN"
    assert first.editions[1].url == LINK + "42005"


def test_an_omnibus_covers_volumes_and_another_line_counts_for_itself() -> None:
    body = ann(
        entry(
            line("Frieren (Omnibus GN 1-3)"),
            line("Frieren - Demon Box Set (GN 4-6)"),
            line("Frieren Deluxe Edition (GN 1)"),
            line("Frieren (Artbook)"),
            line("Frieren (Guidebook)"),
        )
    )
    works, _ = play(AnimeNewsNetwork().search(title="Frieren"), {API: body})
    assert [(one.title, one.series[0].name, one.series[0].position) for one in works] == [
        ("Frieren (Omnibus GN 1-3)", "Frieren", "1-3"),
        ("Frieren - Demon Box Set (GN 4-6)", "Frieren", "4-6"),
        ("Frieren Deluxe Edition (GN 1)", "Frieren Deluxe Edition", "1"),
        ("Frieren (Artbook)", "Frieren", None),
        ("Frieren (Guidebook)", "Frieren", None),
    ]
    assert works[2].series[0].identifiers == {}


def test_a_search_for_a_volume_gives_that_volume() -> None:
    body = ann(entry(line("Frieren (GN 1)"), line("Frieren (GN 2)")))
    works, asked = play(AnimeNewsNetwork().search(title="Frieren, Vol. 2"), {API: body})
    assert [work.title for work in works] == ["Frieren, Vol. 2"]
    assert asked[0].params == {"manga": "~Frieren"}


def test_a_search_is_narrowed_by_author_and_number() -> None:
    body = ann(entry(line("Frieren (GN 1)"), line("Frieren (GN 2)")))
    search = AnimeNewsNetwork().search
    assert len(play(search(title="Frieren", author="Yamada Kanehito"), {API: body})[0]) == 2
    assert play(search(title="Frieren", author="Eiichiro Oda"), {API: body})[0] == []
    assert len(play(search(title="Frieren", limit=1), {API: body})[0]) == 1
    assert play(search(author="Kanehito Yamada"), {}) == ([], [])


def test_not_found_is_a_warning_with_status_200() -> None:
    found, asked = play(AnimeNewsNetwork().series("x"), {API: NOTHING})
    assert found == []
    assert [ask.url.rpartition("/")[2] for ask in asked] == ["api.xml", "reports.xml"]
    source = AnimeNewsNetwork()
    assert source.says_nothing(reply(Ask("https://x.example"), NOTHING))
    assert source.says_nothing(reply(Ask("https://x.example"), b"<report listed='0'/>"))
    assert not source.says_nothing(reply(Ask("https://x.example"), ann(entry())))


def test_other_titles_are_found_by_the_report() -> None:
    report = b"""<report skipped="0" listed="3"><args><search>Sousou</search></args>
        <item><id>24449</id><gid>1</gid><type>manga</type><name>Frieren</name></item>
        <item><id>24449</id><type>manga</type></item>
        <item><id>7</id><type>TV</type><name>Frieren</name></item>
        <item><id>x</id></item>
        <item><manga href="/encyclopedia/manga.php?id=24450">Other</manga></item>
        <item><manga id="24451" href="/encyclopedia/">Other</manga></item></report>"""
    source = AnimeNewsNetwork()
    found, asked = play(
        source.series("Sousou no Frieren"),
        {
            f"{API}?manga=~Sousou+no+Frieren": NOTHING,
            REPORTS: report,
            f"{API}?manga=24449%2F24450%2F24451": ann(entry(), entry(name="Other", id="24450")),
        },
    )
    assert [series.name for series in found] == ["Frieren", "Other"]
    assert asked[1].params["search"] == "Sousou no Frieren"
    assert {ask.url.split("/")[2] for ask in asked} <= source.hosts


def test_an_exact_title_goes_before_those_that_contain_it() -> None:
    body = ann(entry(name="Naruto"), entry(name="Naruto: Itachi's Story", id="9"))
    assert [one.name for one in play(AnimeNewsNetwork().series("naruto"), {API: body})[0]] == [
        "Naruto"
    ]
    assert len(play(AnimeNewsNetwork().series("Naru"), {API: body})[0]) == 2


def test_entries_are_asked_for_fifty_at_a_time() -> None:
    ids = [str(number) for number in range(1, 121)]
    _, asked = play(AnimeNewsNetwork().entries([*ids, "1"]), {API: NOTHING})
    assert [len(str(ask.params["manga"]).split("/")) for ask in asked] == [50, 50, 20]
    with pytest.raises(InvalidInput, match="'~x'"):
        play(AnimeNewsNetwork().entries(["~x"]), {})


@pytest.mark.parametrize(
    ("precision", "kind"),
    [
        ("manga", "manga"),
        ("manga 3", "manga"),
        ("manhwa", "manga"),
        ("novel", "novel"),
        ("light novel", "light_novel"),
        ("", "unknown"),
    ],
)
def test_the_kind_is_that_of_the_entry(precision: str, kind: str) -> None:
    (found,) = read_entries(read_xml(ann(entry(precision=precision)), "test"))
    assert found.kind == kind


@pytest.mark.parametrize(
    "element", ['<manga name="No number"/>', '<manga id="1"/>', '<manga id="x" name="Odd"/>']
)
def test_an_entry_without_number_or_name_is_left_out(element: str) -> None:
    assert read_entries(read_xml(ann(element), "test")) == []


def test_an_entry_may_hold_nothing_else() -> None:
    (found,) = read_entries(read_xml(b'<ann><manga id="1" name="Bare"/></ann>', "test"))
    assert (found.authors, found.plot, found.started, found.releases) == ([], None, None, [])
    (vague,) = read_entries(
        read_xml(
            b'<ann><manga id="1" name="B"><info type="Vintage">soon</info></manga></ann>', "test"
        )
    )
    assert vague.started is None


def test_a_line_without_a_link_is_named_by_its_text() -> None:
    body = b'<ann><manga id="1" name="B"><release href="ftp://x">B (GN 1)</release></manga></ann>'
    (found,) = read_entries(read_xml(body, "test"))
    assert (found.releases[0].id, found.releases[0].url) == ("B (GN 1)", None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<ann>",
        b"not xml",
        b'<?xml version="1.0" encoding="no-such"?><ann/>',
        b'<!DOCTYPE a [<!ENTITY b "boom">]><ann>&b;</ann>',
        b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><ann>&b;</ann>',
        b"\xff\xfe<",
    ],
)
def test_what_is_no_plain_xml_is_refused(body: bytes) -> None:
    with pytest.raises(SourceChanged, match="not XML"):
        play(AnimeNewsNetwork().series("x"), {API: body})


def test_an_empty_question_asks_nobody_and_a_wrong_one_is_refused() -> None:
    assert play(AnimeNewsNetwork().series("  "), {}) == ([], [])
    wrong = reply(Ask("https://x.example"), b"<ann/>", 400)
    with pytest.raises(SourceRefused, match="HTTP 400"):
        play(AnimeNewsNetwork().series("x"), {API: wrong})
    with pytest.raises(SourceRefused, match="HTTP 400"):
        play(AnimeNewsNetwork().series("x"), {API: NOTHING, REPORTS: wrong})


def test_a_report_may_be_empty() -> None:
    assert read_ids(read_xml(b"<report/>", "test")) == []
