"""The commands on copies, loans, prices and worth: words for people, JSON for programs."""

from support.command import asked
from support.libraries import WAY_OF_KINGS


def test_a_copy_is_told_and_shown(run):
    told = asked(
        run, "copy", WAY_OF_KINGS, "--copies", "2", "--paid", "20", "--currency", "usd", "--signed",
        "--tag", "gift", "--tag", "keep", "--location", "attic", "--acquired", "2011",
    )  # fmt: skip
    assert (told["copy"]["copies"], told["tags"]) == (2, ["gift", "keep"])
    assert asked(run, "copy", WAY_OF_KINGS) == told
    _, out, _ = run("copy", WAY_OF_KINGS)
    for line in ("copies: 2", "paid: 20.00 USD", "signed: yes", "location: attic", "tags: gift,"):
        assert line in out
    cleared = asked(run, "copy", WAY_OF_KINGS, "--clear", "location", "--not-signed")
    assert (cleared["copy"]["location"], cleared["copy"]["signed"]) == (None, False)


def test_a_note_is_added_and_found(run):
    assert "notes: signed copy" in run("note", WAY_OF_KINGS, "signed copy")[1]
    assert asked(run, "books", "--notes", "signed copy")["total"] == 1
    assert asked(run, "books", "--tag", "nothing")["total"] == 0


def test_a_note_commands_no_terminal(run):
    _, out, _ = run("note", WAY_OF_KINGS, "one\x1b[2J\n\x07two")
    assert "notes: one [2J\n         two\n" in out


def test_lending_and_taking_back(run):
    assert run("loans")[1] == "nothing is lent\n"
    assert "lent: to Ann since 2026-10" in run("lend", WAY_OF_KINGS, "Ann", "--since", "2026-10")[1]
    _, out, _ = run("loans")
    assert "The Way of Kings" in out
    assert "Ann" in out
    assert asked(run, "loans")["total"] == 1
    code, _, err = run("lend", WAY_OF_KINGS, "Bo")
    assert (code, "Ann" in err) == (2, True)
    assert "lent" not in run("take-back", WAY_OF_KINGS)[1]
    assert run("take-back", WAY_OF_KINGS)[0] == 2


def test_prices_are_shown_as_bars_and_lines(run):
    for price, date in ((10, "2024"), (20, "2025"), (15, "2026-01")):
        run("prices", WAY_OF_KINGS, "--add", price, "--currency", "EUR", "--source", "shop",
            "--date", date)  # fmt: skip
    _, out, _ = run("prices", WAY_OF_KINGS)
    assert "▅█▆ 15.00 EUR (shop), at least 10.00 EUR" in out
    assert [one["price"] for one in asked(run, "prices", WAY_OF_KINGS)["prices"]][:3] == [
        10, 20, 15
    ]  # fmt: skip
    assert run("prices", 5, "--add", "-1")[0] == 2
    assert run("prices", WAY_OF_KINGS, "--currency", "EUR")[0] == 2


def test_an_edition_without_a_price(run):
    book = asked(run, "add", "--title", "Elantris")
    assert "no price is known" in run("prices", book["editions"][0]["id"])[1]


def test_worth_of_each_currency(run):
    _, out, _ = run("worth")
    assert "USD" in out
    assert "have no price" in out
    worth = asked(run, "worth")
    run("copy", WAY_OF_KINGS, "--copies", "3")
    more = asked(run, "worth")["currencies"]["USD"]["worth"] - worth["currencies"]["USD"]["worth"]
    assert round(more, 2) == 2 * 29.99


def test_what_is_wanted_says_why_and_what_it_costs(run):
    _, out, _ = run("wanted")
    assert "you want ebook 9781440631320" in out
    assert "13.99 USD (curated)" in out
    assert "you want it and own no edition" in run("missing", "--author", "Martha Wells")[1]


def test_an_edition_that_is_not_there(run):
    assert run("copy", 999)[0] == 1
    assert run("lend", 999, "Ann")[0] == 1
    assert run("prices", "97X")[0] == 2
