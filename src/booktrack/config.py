"""Where things are and whom to name: arguments, then the environment, then settings and defaults.

What the environment says goes before what the user set in the library (`domain.settings`).

Environment variables: `BOOKTRACK_LIBRARY` (the library file), `BOOKTRACK_OFFLINE` (never ask the
network), `BOOKTRACK_CONTACT` (an e-mail or web address that sources see), `BOOKTRACK_CACHE` (the
folder of cached answers), `BOOKTRACK_PATIENCE` (seconds after which an answer is given with what
has arrived, 8), `BOOKTRACK_STALE_DAYS` (after how many days values are asked for again,
"price=7,upcoming=3,other=180,missing=30"). `BOOKTRACK_GOOGLE_KEY` and `BOOKTRACK_HARDCOVER_TOKEN`
are read when a source is made. What a setting does not take is ignored, and `settings_health`
tells of it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path, user_data_path

from booktrack.domain.freshness import AGES, Policy
from booktrack.errors import InvalidInput, shown

_TRUE = frozenset({"1", "true", "yes", "on"})
PATIENCE = 8.0
"""Seconds after which an answer is given with what has arrived."""

_LONGEST_TIME = 1e6
_LONGEST_PATH = 4_096  # bytes, as Linux allows
_FALSE = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True)
class Config:
    """What was decided for one open library."""

    path: Path
    offline: bool
    contact: str | None
    cache_folder: Path
    policy: Policy
    patience: float
    given: Mapping[str, Any] = field(default_factory=dict)
    """What the environment says of the settings, by their names."""


def load_config(
    path: str | os.PathLike[str] | None = None,
    *,
    offline: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Config:
    """Return the configuration.

    Raises:
        InvalidInput: a variable has a value that says nothing, or a path that cannot be one.
    """
    env = os.environ if environ is None else environ
    days = _days(env.get("BOOKTRACK_STALE_DAYS", ""))
    given: dict[str, Any] = {f"stale_days_{age}": number for age, number in days.items()}
    if contact := env.get("BOOKTRACK_CONTACT"):
        given["contact"] = contact
    if patience := env.get("BOOKTRACK_PATIENCE"):
        given["patience"] = _seconds(patience)
    return Config(
        path=library_path(path, env),
        offline=offline or _flag(env, "BOOKTRACK_OFFLINE"),
        contact=contact or None,
        cache_folder=Path(env.get("BOOKTRACK_CACHE") or user_cache_path("booktrack")),
        policy=Policy(**days),
        patience=given.get("patience", PATIENCE),
        given=given,
    )


def _days(text: str) -> dict[str, Any]:
    """Return after how many days values are asked for again: "price=7,upcoming=3"."""
    days = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = part.partition("=")
        if name.strip() not in AGES:
            raise InvalidInput(
                f"BOOKTRACK_STALE_DAYS names {shown(name)}; write it like price=7,other=180 with "
                f"any of {', '.join(sorted(AGES))}"
            )
        days[name.strip()] = _positive(number, "BOOKTRACK_STALE_DAYS", part)
    return days


def _seconds(text: str) -> float:
    return _positive(text, "BOOKTRACK_PATIENCE", text)


def _positive(number: str, variable: str, part: str) -> float:
    try:
        value = float(number)
    except ValueError:
        value = 0.0
    if not 0 < value < _LONGEST_TIME:
        raise InvalidInput(f"{variable} is {shown(part)}; set it to a number above 0")
    return value


def library_path(path: str | os.PathLike[str] | None, env: Mapping[str, str]) -> Path:
    """Return the library's file: as given, as `BOOKTRACK_LIBRARY` says, `library.json` in the
    working directory where there is one, else the one in the platform's data folder.
    """
    given = path if path is not None else env.get("BOOKTRACK_LIBRARY") or None
    if given is None:
        here = Path("library.json")
        return here if here.is_file() else user_data_path("booktrack") / "library.json"
    try:
        text = os.fspath(given)
    except TypeError as error:
        raise InvalidInput(f"a library is named by a path, not by {shown(given)}") from error
    if not isinstance(text, str) or not _can_be_a_path(text):
        raise InvalidInput(f"a library is named by a path, not by {shown(text)}")
    # Not Path.expanduser, which fails where ~ names nobody; a file may be called so.
    return Path(os.path.expanduser(text))


def _can_be_a_path(text: str) -> bool:
    try:
        return 0 < len(os.fsencode(text)) < _LONGEST_PATH and "\0" not in text
    except UnicodeEncodeError:
        return False


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").strip().lower()
    if value not in _TRUE | _FALSE:
        raise InvalidInput(f"{name} is {shown(value)}; set it to 1 or 0")
    return value in _TRUE
