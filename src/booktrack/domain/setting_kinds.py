"""What the value of a setting may be: one small check for each kind of value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from booktrack.domain.languages import language_code
from booktrack.errors import InvalidInput, shown

Check = Callable[[str, Any], Any]

LONGEST_ADDRESS = 2_000
LONGEST_SECRET = 4_096
"""Hardcover's token, the longest there is, has about 1,000 characters."""

_LONGEST_CONTACT = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_BASE64 = re.compile(
    r"(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|"
    r"[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}="
)
_REACHABLE = re.compile(r"[^\s@]@[^\s@]|https?://[^\s/]", re.IGNORECASE)
_COUNTRY = re.compile("[A-Z]{2}")
_MOST_NAMES = 100
_SHORTEST_INTERVAL, _LONGEST_INTERVAL = 0.25, 8_760
"""Hours between two runs of a job: no service is asked more often than every quarter of an hour."""


def wrong(name: str, value: object, due: str) -> InvalidInput:
    """Return the error that tells what a setting takes."""
    return InvalidInput(f"the setting {name} takes {due}, not {shown(value)}", setting=name)


def or_none(check: Check) -> Check:
    """Return the same check that also takes None and an empty text, both for "not set"."""

    def checked(name: str, value: Any) -> Any:
        empty = value is None or (isinstance(value, str) and not value.strip())
        return None if empty else check(name, value)

    return checked


def flag(name: str, value: Any) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise wrong(name, value, "true or false")
    return value


def whole(least: int, most: int) -> Check:
    """Return the check of a whole number in a range; 60.0 is one."""

    def checked(name: str, value: Any) -> int:
        # NaN and the infinities are not within any range.
        if not _is_number(value) or not least <= value <= most or int(value) != value:
            raise wrong(name, value, f"a whole number from {least} to {most}")
        return int(value)

    return checked


def number(least: float, most: float) -> Check:
    """Return the check of a number in a range."""

    def checked(name: str, value: Any) -> float:
        if not _is_number(value) or not least <= value <= most:
            raise wrong(name, value, f"a number from {least:g} to {most:g}")
        return float(value)

    return checked


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def address(name: str, value: Any) -> str:
    """Return an http or https address without a name or password in it."""
    due = f"the address of a web page (http or https) of at most {LONGEST_ADDRESS} characters"
    text = value.strip() if isinstance(value, str) else ""
    if "@" in text.replace("\\", "/").partition("//")[2].partition("/")[0]:
        # The address is shown and logged, so no password may be in it, nor in this error.
        raise InvalidInput(
            f"the setting {name} takes an address without a name or password before the host",
            setting=name,
        )
    if not 0 < len(text) <= LONGEST_ADDRESS or not text.isprintable() or " " in text:
        raise wrong(name, value, due)
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port  # raises where it is none
    except ValueError as error:
        raise wrong(name, value, due) from error
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise wrong(name, value, due)
    return text


def contact(name: str, value: Any) -> str:
    """Return an e-mail address or web page as it may stand in a header."""
    text = value.strip() if isinstance(value, str) else ""
    plain = text.isascii() and text.isprintable() and len(text) <= _LONGEST_CONTACT
    if not plain or not _REACHABLE.search(text):
        raise wrong(name, value, "an e-mail address or the address of a web page")
    return text


def unseen(check: Check, due: str) -> Check:
    """Return the same check with an error that does not show what was given."""

    def checked(name: str, value: Any) -> Any:
        try:
            return check(name, value)
        except InvalidInput:
            pass
        # Raised out here: the first error, as a cause, would carry what must not be seen.
        raise InvalidInput(f"the setting {name} takes {due}; what was given is not shown")

    return checked


def signing_secret(name: str, value: Any) -> str:
    """Return a secret as https://www.standardwebhooks.com has them, or a phrase of one's own."""
    text = secret(name, value)
    if text.startswith("whsec_") and not _BASE64.fullmatch(text.removeprefix("whsec_")):
        raise InvalidInput(f"the setting {name} begins with whsec_, but no base64 follows")
    return text


def secret(name: str, value: Any) -> str:
    """Return a key or token without the blanks around it; no error ever shows it."""
    text = value.strip() if isinstance(value, str) else ""
    if not 0 < len(text) <= LONGEST_SECRET or not text.isascii() or not text.isprintable():
        raise InvalidInput(
            f"the setting {name} takes a key or token of up to {LONGEST_SECRET} letters, digits "
            "and signs of ASCII on one line; what was given is not shown",
            setting=name,
        )
    return text


def moment(name: str, value: Any) -> str:
    """Return an instant in UTC to the second; one that names no zone is taken as UTC."""
    due = "an instant such as 2026-11-22T12:00:00Z"
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        utc = read and (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise wrong(name, value, due) from error
    if utc is None:
        raise wrong(name, value, due)
    return utc.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def country(name: str, value: Any) -> str:
    """Return the two letters of a country, of ISO 3166."""
    code = value.strip() if isinstance(value, str) else ""
    # Not before it is known to be ASCII: two letters become of one such as ß.
    code = code.upper() if code.isascii() else ""
    if not _COUNTRY.fullmatch(code):
        raise wrong(name, value, "the two letters of a country such as US, GB or DE")
    return "GB" if code == "UK" else code


def language(name: str, value: Any) -> str:
    """Return the two-letter code of a language that is named in any usual way."""
    code = language_code(value) if isinstance(value, str) else None
    if code is None:
        raise wrong(name, value, "a language such as en, de or ja")
    return code


def languages(name: str, value: Any) -> list[str]:
    """Return the codes of languages, each once."""
    if not isinstance(value, (list, tuple)) or len(value) > _MOST_NAMES:
        raise wrong(name, value, 'a list of languages such as ["en", "ja"]')
    return list(dict.fromkeys(language(name, one) for one in value))


def names(name: str, value: Any) -> list[str]:
    """Return names of sources, each once, in the order given."""
    due = 'a list of sources such as ["openlibrary", "googlebooks"]'
    if not isinstance(value, (list, tuple)) or not 0 < len(value) <= _MOST_NAMES:
        raise wrong(name, value, due)
    for one in value:
        if not isinstance(one, str) or not _NAME.fullmatch(one):
            raise wrong(name, one, due)
    return list(dict.fromkeys(value))


def jobs(default: Mapping[str, Mapping[str, Any]]) -> Check:
    """Return the check of jobs: `{name: {"enabled", "interval_hours"}}`.

    What is left out is as in the default.
    """

    def checked(name: str, value: Any) -> dict[str, dict[str, Any]]:
        if not isinstance(value, Mapping):
            raise wrong(name, value, 'jobs such as {"refresh": {"enabled": true}}')
        for job in value:
            if job not in default:
                raise wrong(name, job, f"the jobs {', '.join(default)}")
        return {
            job: _job(f"{name}.{job}", value.get(job, {}), kept) for job, kept in default.items()
        }

    return checked


def _job(name: str, value: Any, default: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not set(value) <= set(default):
        raise wrong(name, value, '{"enabled": true or false, "interval_hours": a number}')
    merged = {**default, **value}
    hours = number(_SHORTEST_INTERVAL, _LONGEST_INTERVAL)
    return {
        "enabled": flag(f"{name}.enabled", merged["enabled"]),
        "interval_hours": hours(f"{name}.interval_hours", merged["interval_hours"]),
    }
