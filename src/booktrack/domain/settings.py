"""Everything that a user can change: names, kinds, defaults, and what each does.

A value is checked when it is set and again when it is read: a library file may come from anywhere.
Keys, where news is sent and how many backups are kept never stand in the library's file, so that no
file from elsewhere, no backup and no undo can set or carry them (`beside`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from booktrack.domain import setting_kinds as kinds
from booktrack.errors import InvalidInput, shown

MASK = "••••"
_SHORTEST_SHOWN = 16
"""A secret that is shorter shows none of its characters: four of eight would be half of it."""

_JOBS = {
    "refresh": {"enabled": False, "interval_hours": 24.0},
    "covers": {"enabled": False, "interval_hours": 168.0},
    "backup": {"enabled": True, "interval_hours": 24.0},
    "sync": {"enabled": False, "interval_hours": 24.0},
}


@dataclass(frozen=True)
class Setting:
    """One thing that a user can change."""

    name: str
    type: str
    check: kinds.Check
    default: Any
    doc: str
    group: str
    limits: Mapping[str, Any] = field(default_factory=dict)
    variable: str | None = None
    """The environment variable that goes before it."""
    secret: bool = False
    """Shown masked only."""
    private: bool = False
    """Like a secret, it stands beside the library's file, not in it; but it is shown."""

    @property
    def beside(self) -> bool:
        """Whether it stands in the file of secrets beside the library."""
        return self.secret or self.private

    def shown(self, value: Any) -> Any:
        """Return the value as an answer may show it."""
        if not self.secret:
            return value
        return _mask_address(value) if self.type == "address" else mask(value)


def _secret(name: str, doc: str, group: str, variable: str | None = None) -> Setting:
    check = kinds.or_none(kinds.secret)
    return Setting(name, "secret", check, None, doc, group, {}, variable, secret=True)


def _flag(name: str, default: bool, doc: str, group: str, *, private: bool = False) -> Setting:
    return Setting(name, "boolean", kinds.flag, default, doc, group, private=private)


def _days(age: str, default: float, doc: str) -> Setting:
    limits = {"least": 0.01, "most": 36_500}
    check = kinds.number(0.01, 36_500)
    name = f"stale_days_{age}"
    return Setting(name, "number", check, default, doc, "freshness", limits, "BOOKTRACK_STALE_DAYS")


_ALL = (
    Setting(
        "contact",
        "text",
        kinds.or_none(kinds.contact),
        None,
        "An e-mail address or web page that services may write to: Open Library answers callers "
        "that name one three times as fast.",
        "sources",
        variable="BOOKTRACK_CONTACT",
    ),
    Setting(
        "sources",
        "list",
        kinds.or_none(kinds.names),
        None,
        "The sources that are asked, in this order; null asks all that are installed.",
        "sources",
    ),
    _secret(
        "google_books_api_key",
        "The key of Google Books; without one Google soon refuses.",
        "sources",
        "BOOKTRACK_GOOGLE_KEY",
    ),
    _secret(
        "open_library_api_key",
        "Kept for the web page that asks for it; Open Library needs no key, and it is sent to "
        "nobody. Set `contact` instead.",
        "sources",
    ),
    _secret(
        "hardcover_token",
        "The token of your Hardcover account; without one Hardcover is not asked.",
        "sources",
        "BOOKTRACK_HARDCOVER_TOKEN",
    ),
    Setting(
        "country",
        "text",
        kinds.or_none(kinds.country),
        None,
        "Your country, by its two letters: Google Books names prices in its currency, and of "
        "Audible's marketplaces its own is asked where it has one, else the American one.",
        "sources",
    ),
    _flag(
        "enable_external_metadata",
        True,
        "Whether sources on the network are asked at all.",
        "sources",
    ),
    Setting(
        "external_metadata_timeout_until",
        "instant",
        kinds.or_none(kinds.moment),
        None,
        "Until then no source on the network is asked; it is set by disabling them for a while.",
        "sources",
    ),
    _flag(
        "enable_price_lookup",
        True,
        "Whether a missing or old price is a reason to ask a source.",
        "sources",
    ),
    Setting(
        "cache_ttl",
        "integer",
        kinds.or_none(kinds.whole(60, 86_400)),
        None,
        "For how many seconds at most the answer of a source serves again without asking; null "
        "leaves it to each source, from hours to weeks.",
        "sources",
        {"least": 60, "most": 86_400},
    ),
    Setting(
        "patience",
        "number",
        kinds.number(0.1, 600),
        8.0,
        "Seconds after which a question is answered with what the sources have said by then.",
        "sources",
        {"least": 0.1, "most": 600},
        "BOOKTRACK_PATIENCE",
    ),
    _days("price", 7.0, "After how many days a price is asked for again."),
    _days("upcoming", 3.0, "After how many days a release date that is ahead is asked for again."),
    _days("other", 180.0, "After how many days every other value is asked for again."),
    _days("missing", 30.0, "After how many days what no source knew is asked for again."),
    Setting(
        "default_language",
        "text",
        kinds.language,
        "en",
        "Your language, by its code. Another one than English is that of the release calendar as "
        "long as `calendar_languages` is empty and no book that you own has a known language.",
        "calendar",
    ),
    Setting(
        "calendar_languages",
        "list",
        kinds.languages,
        [],
        "The languages whose releases the calendar lists; where it is empty, those of the books "
        "that you own.",
        "calendar",
    ),
    Setting(
        "webhook_url",
        "address",
        kinds.or_none(kinds.unseen(kinds.address, "the address of a web page (http or https)")),
        None,
        "Where each refresh sends what is new, signed; null sends nothing. Many services take "
        "whoever knows the address for you, so it is shown in part only.",
        "news",
        secret=True,
    ),
    Setting(
        "webhook_secret",
        "secret",
        kinds.or_none(kinds.signing_secret),
        None,
        "The secret by which the receiver of news checks the signature: whsec_ and base64, or a "
        "phrase of your own.",
        "news",
        secret=True,
    ),
    _flag(
        "webhook_allow_private",
        False,
        "Whether news may be sent to an address of your own network or machine.",
        "news",
        private=True,
    ),
    Setting(
        "skoolib_url",
        "address",
        kinds.or_none(kinds.address),
        None,
        "The public page of your Skoolib library: `sync_skoolib` takes in the ISBNs on it.",
        "sync",
    ),
    Setting(
        "backups_kept",
        "integer",
        kinds.whole(1, 365),
        5,
        "How many backups are kept beside the library; booktrack makes one a day by itself when "
        "something changed, and one before it restores or removes everything.",
        "server",
        {"least": 1, "most": 365},
        private=True,
    ),
    Setting(
        "jobs",
        "jobs",
        kinds.jobs(_JOBS),
        _JOBS,
        "What `booktrack serve` does by itself: for each job whether it is done, and every how "
        "many hours. Nothing asks the network before it is switched on.",
        "server",
        {"jobs": list(_JOBS), "least": 0.25, "most": 8_760},
    ),
)

SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _ALL}


def known(name: object) -> Setting:
    """Return the setting of this name.

    Raises:
        InvalidInput: there is none; the message lists them.
    """
    if not isinstance(name, str) or name not in SETTINGS:
        raise InvalidInput(
            f"there is no setting {shown(name)}; there are {', '.join(SETTINGS)}", setting=name
        )
    return SETTINGS[name]


def checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values in the form in which they are kept; what is only a mask is left out.

    Raises:
        InvalidInput: a name or a value is wrong.
    """
    return {
        name: setting.check(name, value)
        for name, value in changes.items()
        if not ((setting := known(name)).secret and is_mask(value))
    }


def readable(values: Mapping[str, Any], *, beside: bool) -> tuple[dict[str, Any], list[str]]:
    """Return the values of a file that can be used, and what is wrong with the others.

    Args:
        values: by name, as the file holds them.
        beside: whether it is the file beside the library; each setting counts in its place only.
    """
    good: dict[str, Any] = {}
    problems = []
    for name, value in values.items():
        setting = SETTINGS.get(name)
        if setting is None:
            problems.append(f"there is no setting {shown(name)}; it is ignored")
        elif setting.beside is not beside:
            problems.append(f"{name} does not belong into this file and is ignored there; set it")
        else:
            try:
                good[name] = setting.check(name, value)
            except InvalidInput as error:
                problems.append(f"{error.message}; the default is used")
    return good, problems


def mask(value: str | None) -> str | None:
    """Return how a secret is shown.

    >>> mask("AIzaSyD-9tSrke72PouQMnMX"), mask("short"), mask(None)
    ('••••MnMX', '••••', None)
    """
    if value is None:
        return None
    return MASK + (value[-4:] if len(value) >= _SHORTEST_SHOWN else "")


def _mask_address(value: str | None) -> str | None:
    """Return an address up to its host: the rest may be what lets one in."""
    return value and "/".join(value.partition("?")[0].split("/")[:3]) + f"/{MASK}"


def is_mask(value: object) -> bool:
    """Return whether a text is a masked secret that was sent back, which changes nothing."""
    return isinstance(value, str) and MASK in value
