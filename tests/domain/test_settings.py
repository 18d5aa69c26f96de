"""What each setting takes, how secrets are shown, and what of a file can be used."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booktrack import InvalidInput
from booktrack.domain.settings import MASK, SETTINGS, checked, is_mask, known, mask, readable

SECRET = "plantedPLANTED0123456789"


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=SETTINGS)
def test_every_default_is_a_value_that_the_setting_takes(setting):
    assert setting.check(setting.name, setting.default) == setting.default
    assert setting.doc.endswith(".")


@pytest.mark.parametrize(
    ("name", "value", "kept"),
    [
        ("contact", " me@example.org ", "me@example.org"),
        ("contact", "", None),
        ("contact", None, None),
        ("cache_ttl", 60, 60),
        ("cache_ttl", 86_400, 86_400),
        ("cache_ttl", 3600.0, 3600),
        ("cache_ttl", None, None),
        ("patience", 1, 1.0),
        ("patience", 0.1, 0.1),
        ("enable_price_lookup", False, False),
        ("default_language", "German", "de"),
        ("calendar_languages", ["en", "eng", "日本語"], ["en", "ja"]),
        ("calendar_languages", (), []),
        ("country", " de", "DE"),
        ("country", "UK", "GB"),
        ("country", "", None),
        ("sources", ["openlibrary", "openlibrary"], ["openlibrary"]),
        ("sources", None, None),
        ("skoolib_url", "https://skoolib.net/x?a=@b", "https://skoolib.net/x?a=@b"),
        ("skoolib_url", "HTTP://EXAMPLE.org", "HTTP://EXAMPLE.org"),
        ("skoolib_url", "  ", None),
        ("webhook_url", "http://[2001:db8::1]:8000/x", "http://[2001:db8::1]:8000/x"),
        ("google_books_api_key", f" {SECRET}\n", SECRET),
        ("google_books_api_key", "", None),
        ("webhook_secret", "whsec_Ym9va3RyYWNr", "whsec_Ym9va3RyYWNr"),
        ("webhook_secret", "whsec_Ym8=", "whsec_Ym8="),
        ("webhook_secret", "a phrase of mine", "a phrase of mine"),
        ("external_metadata_timeout_until", "2026-11-22T13:00:00+01:00", "2026-11-22T12:00:00Z"),
        ("external_metadata_timeout_until", "2026-11-22T12:00:00.5", "2026-11-22T12:00:00Z"),
        ("external_metadata_timeout_until", None, None),
    ],
)
def test_a_value_is_kept_in_one_form(name, value, kept):
    assert checked({name: value}) == {name: kept}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("contact", "nobody"),
        ("contact", "me@example.org\r\nX-Evil: 1"),
        ("contact", "mé@example.org"),
        ("contact", "@" * 201),
        ("contact", "@"),
        ("contact", "ftp://example.org"),
        ("contact", "http:///books"),
        ("contact", 7),
        ("cache_ttl", 59),
        ("cache_ttl", 86_401),
        ("cache_ttl", 60.5),
        ("cache_ttl", True),
        ("cache_ttl", "3600"),
        ("cache_ttl", float("nan")),
        ("cache_ttl", float("inf")),
        ("patience", 0),
        ("patience", float("nan")),
        ("patience", None),
        ("stale_days_price", -1),
        ("enable_price_lookup", 1),
        ("enable_price_lookup", None),
        ("default_language", "Klingon"),
        ("default_language", None),
        ("calendar_languages", "en"),
        ("calendar_languages", ["en", "xx"]),
        ("calendar_languages", ["en"] * 101),
        ("country", "Germany"),
        ("country", "ß"),
        ("country", 49),
        ("sources", []),
        ("sources", "openlibrary"),
        ("sources", ["Open Library"]),
        ("sources", [None]),
        ("skoolib_url", "ftp://example.org"),
        ("skoolib_url", "javascript:alert(1)"),
        ("skoolib_url", "skoolib.net"),
        ("skoolib_url", "https://"),
        ("skoolib_url", "https://exa mple.org"),
        ("skoolib_url", "https://example.org/\nx"),
        ("skoolib_url", "https://[::1"),
        ("skoolib_url", "https://example.org:99999/"),
        ("skoolib_url", "https://example.org/" + "x" * 2_000),
        ("skoolib_url", 7),
        ("external_metadata_timeout_until", "tomorrow"),
        ("external_metadata_timeout_until", 5),
        ("external_metadata_timeout_until", "0001-01-01T00:00:00+14:00"),
        ("jobs", ["refresh"]),
        ("jobs", {"dance": {"enabled": True}}),
        ("jobs", {"refresh": True}),
        ("jobs", {"refresh": {"enabled": 1}}),
        ("jobs", {"refresh": {"interval_hours": 0}}),
        ("jobs", {"refresh": {"each": 5}}),
        ("nothing_such", 1),
        (7, 1),
    ],
)
def test_a_wrong_value_is_refused_with_what_the_setting_takes(name, value):
    with pytest.raises(InvalidInput) as caught:
        checked({name: value})
    assert str(name) in caught.value.message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("google_books_api_key", f"{SECRET}é"),
        ("google_books_api_key", f"{SECRET}\n{SECRET}"),
        ("google_books_api_key", SECRET * 200),
        ("hardcover_token", [SECRET]),
        ("webhook_secret", f"whsec_{SECRET}!"),
        ("webhook_url", f"ftp://hooks.example.org/{SECRET}"),
        ("webhook_url", f"https://me:{SECRET}@hooks.example.org/"),
        ("skoolib_url", f"https://me:{SECRET}@example.org/"),
        ("skoolib_url", f"https:\\\\me:{SECRET}@example.org/"),
    ],
)
def test_an_error_shows_nothing_of_a_secret(name, value):
    with pytest.raises(InvalidInput) as caught:
        checked({name: value})
    error = caught.value
    shown = f"{error!r} {error.to_dict()} {error.__cause__!r} {error.__context__!r}"
    assert "planted" not in shown


def test_jobs_that_are_not_named_are_as_by_default():
    jobs = checked({"jobs": {"refresh": {"enabled": True}}})["jobs"]
    assert jobs["refresh"] == {"enabled": True, "interval_hours": 24.0}
    assert jobs["backup"] == SETTINGS["jobs"].default["backup"]


def test_keys_and_where_news_is_sent_stand_beside_the_library():
    beside = {name for name, setting in SETTINGS.items() if setting.beside}
    assert beside == {
        "google_books_api_key",
        "open_library_api_key",
        "hardcover_token",
        "webhook_url",
        "webhook_secret",
        "webhook_allow_private",
        "backups_kept",
    }


def test_what_a_file_holds_counts_in_its_place_only():
    library = {
        "patience": 3,
        "cache_ttl": 5,
        "webhook_url": "http://127.0.0.1:22/",
        "google_books_api_key": SECRET,
        "left_over": 1,
        "backups_kept": 1,
    }
    good, problems = readable(library, beside=False)
    assert good == {"patience": 3.0}
    assert len(problems) == 5
    assert "planted" not in str(problems)
    assert readable({"patience": 3, "hardcover_token": SECRET}, beside=True)[0] == {
        "hardcover_token": SECRET
    }


def test_a_masked_secret_that_is_sent_back_changes_nothing():
    assert checked({"google_books_api_key": mask(SECRET), "hardcover_token": MASK}) == {}
    shown = SETTINGS["webhook_url"].shown(f"https://hooks.example.org/{SECRET}?x=1")
    assert shown == f"https://hooks.example.org/{MASK}"
    assert checked({"webhook_url": shown}) == {}
    with pytest.raises(InvalidInput):
        checked({"contact": MASK})


def test_what_is_shown_of_each_kind():
    assert SETTINGS["patience"].shown(5.0) == 5.0
    assert SETTINGS["hardcover_token"].shown(f"a://{SECRET}") == f"{MASK}6789"
    assert SETTINGS["webhook_url"].shown("https://example.org?token=x") == (
        f"https://example.org/{MASK}"
    )
    assert mask(None) is SETTINGS["webhook_url"].shown(None) is None


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=60))
def test_a_mask_shows_at_most_a_quarter_of_a_secret(secret):
    shown = mask(secret)
    assert is_mask(shown)
    assert len(shown.removeprefix(MASK)) * 4 <= len(secret)


@given(st.dictionaries(st.sampled_from(sorted(SETTINGS)), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=4,
)), st.booleans())  # fmt: skip
def test_whatever_a_file_holds_gives_usable_values(values, beside):
    good, problems = readable(values, beside=beside)
    assert checked(good) == good
    assert len(good) + len(problems) == len(values)


def test_instants_are_those_of_utc():
    kept = checked({"external_metadata_timeout_until": "2026-11-22T23:30:00-05:00"})
    until = datetime.fromisoformat(kept["external_metadata_timeout_until"])
    assert until == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)


def test_an_unknown_name_is_told_with_those_that_there_are():
    with pytest.raises(InvalidInput, match="there is no setting 'patient'; there are contact"):
        known("patient")
