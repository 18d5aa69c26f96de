"""The commands on series: small, with tables for people and JSON for programs."""

from support.command import asked


def test_the_audit_names_the_problem_and_the_call(run):
    code, out, _ = run("series-audit")
    assert (code, "missing: 3" in out, "mark_volumes(" in out) == (0, True, True)
    assert asked(run, "series-audit")["counts"]["gap"] >= 1


def test_an_audit_without_a_problem_says_so(run, tmp_path):
    (tmp_path / "library.json").unlink()
    assert run("series-audit")[1] == "nothing is wrong with the series\n"


def test_override_and_clear(run):
    code, out, _ = run("override", "Saga", "total", "4", "--why", "enough")
    assert (code, out) == (0, "Saga: total: 4 is kept\n")
    assert run("override", "Saga", "total")[1] == "Saga: total: sources decide\n"
    assert asked(run, "override", "Saga", "order", "4, 2")["volumes"][0]["position"] == "4"
    assert asked(run, "override", "Saga", "total", "unknown")["total"] is None
    assert asked(run, "override", "Saga", "name", "Saga!")["name"] == "Saga!"


def test_a_wrong_override_exits_with_2(run):
    code, _, err = run("override", "Saga", "total", "many")
    assert (code, "many" in err) == (2, True)
    assert run("override", "Zzyzx", "total", "4")[0] == 1


def test_mark_volumes_by_name_and_by_id(run):
    code, out, _ = run("mark-volumes", "Saga", "rest", "want")
    assert (code, out) == (0, "1 of 1 changed to want\n")
    series = asked(run, "series", "One Piece")
    _, out, _ = run("mark-volumes", f"#{series['id']}", "2", "want")
    assert "2 left alone: owned as part of an omnibus" in out
    assert asked(run, "mark-volumes", "Saga", "3", "own")["series"]["missing"] == []


def test_reconcile_and_fix(run):
    _, out, _ = run("reconcile", "--preview")
    assert out.startswith("would change: 0, left to you: ")
    assert asked(run, "reconcile", "Saga")["changed"] == []
    run("add", "--title", "Horimiya, Vol. 08 (Horimiya, 7)", "--author", "HERO")
    _, out, _ = run("reconcile", "Horimiya")
    assert "set_position(" in out
    assert run("fix-series", "--preview")[1].startswith("would change: ")
    assert asked(run, "fix-series", "Saga")["checked"] == 3


def test_what_was_changed_is_told(run, tmp_path):
    path = tmp_path / "library.json"
    run("add", "--title", "Wotakoi, Vol. 1", "--author", "Fujita")
    from booktrack import Library

    with Library(path, offline=True) as library:
        (book,) = library.search(title="Wotakoi, Vol. 1", limit=1)["results"]
        store = library._ctx.store
        with store.transaction("by hand") as tx:
            tx.put("books", book["id"], tx.get("books", book["id"]) | {"memberships": []})
    _, out, _ = run("fix-series")
    assert "Wotakoi, Vol. 1 is Wotakoi 1" in out
