"""The settings as they are now: the environment, then the user's own, then the defaults.

They are read anew when the library's file or the file of secrets changed, whoever changed it, so
that a server obeys what a notebook sets.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from booktrack.domain.freshness import AGES, Policy
from booktrack.domain.settings import SETTINGS, known, readable
from booktrack.errors import InvalidInput, StoreError
from booktrack.store.base import Reader, Store
from booktrack.store.files import Stamp
from booktrack.store.secrets import Secrets

TABLE = "settings"

_VARIABLES = tuple(one.variable for one in SETTINGS.values() if one.secret and one.variable)


@dataclass(frozen=True, eq=False)
class _Read:
    """What stood in the files at one revision."""

    library: dict[str, Any]
    beside: dict[str, Any] = field(repr=False)
    problems: list[str]


class LiveSettings:
    """What is set for one open library; call it with a name for the value that counts.

    Args:
        store: Where the settings stand.
        secrets: Where keys stand.
        given: What the environment says, by name.
    """

    def __init__(self, store: Store, secrets: Secrets, given: Mapping[str, Any]) -> None:
        self._store = store
        self.secrets = secrets
        self._given, self._given_wrongly = _usable(given)
        self._kept: tuple[tuple[int, Stamp | None], _Read] | None = None

    def __call__(self, name: str) -> Any:
        """Return the value that counts now.

        Raises:
            InvalidInput: there is no such setting.
        """
        return deepcopy(self._value(name, self._now()))

    def several(self, *names: str) -> list[Any]:
        """Return the values of several settings that count now, all of one moment."""
        now = self._now()
        return [deepcopy(self._value(name, now)) for name in names]

    def all(self) -> dict[str, Any]:
        """Return every value that counts now, by name; secrets are in clear."""
        now = self._now()
        return {name: deepcopy(self._value(name, now)) for name in SETTINGS}

    def version(self) -> tuple[object, ...]:
        """Return what is another one as soon as any setting may have another value."""
        return self._now(), *map(os.environ.get, _VARIABLES)

    def policy(self) -> Policy:
        """Return after how many days values are asked for again."""
        now = self._now()
        ages = {age: self._value(f"stale_days_{age}", now) for age in AGES}
        return Policy(**ages, ask_prices=self._value("enable_price_lookup", now))

    def problems(self) -> list[str]:
        """Return what files and environment say that cannot be used, and what is done instead."""
        _, wrong_secrets = _usable(_secrets_of_environment())
        return [*self._now().problems, *self._given_wrongly, *wrong_secrets]

    def stored(self) -> dict[str, Any]:
        """Return what the user set, by name, in either file, as far as it can be used."""
        now = self._now()
        return deepcopy(now.library | now.beside)

    def origin(self, name: str) -> str:
        """Return who says the value that counts: environment, settings or default."""
        if name in self._of_environment(name):
            return "environment"
        now = self._now()
        return "settings" if name in now.library or name in now.beside else "default"

    def _value(self, name: str, now: _Read) -> Any:
        setting = known(name)
        said = self._of_environment(name)
        if name in said:
            return said[name]
        return (now.beside if setting.beside else now.library).get(name, setting.default)

    def _of_environment(self, name: str) -> Mapping[str, Any]:
        """Return what the environment says, a secret as it is now: it is kept nowhere else."""
        return _usable(_secrets_of_environment(name))[0] if known(name).secret else self._given

    def _now(self) -> _Read:
        key = (self._store.catch_up(), self.secrets.stamp())
        if self._store.in_transaction():
            return self._read()  # its own changes are in no revision yet
        if self._kept is None or self._kept[0] != key:
            self._kept = key, self._read()
            self._store.keep_backups(self._value("backups_kept", self._kept[1]))
        return self._kept[1]

    def _read(self) -> _Read:
        library, problems = readable(values_of(self._store), beside=False)
        try:
            beside, more = readable(self.secrets.load(), beside=True)
        except StoreError as error:
            # A damaged file of keys must not keep a library from being read: health names it.
            beside, more = {}, [error.message]
        return _Read(library, beside, [*problems, *more])


def _secrets_of_environment(*names: str) -> dict[str, Any]:
    """Return what the environment says of these secrets, or of all."""
    return {
        name: os.environ.get(setting.variable)
        for name in names or SETTINGS
        if (setting := SETTINGS[name]).secret and setting.variable
    }


def _usable(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values of the environment that can be used, and what is wrong with the others."""
    good: dict[str, Any] = {}
    problems = []
    for name, value in given.items():
        setting = known(name)
        try:
            good[name] = setting.check(name, value)
        except InvalidInput as error:
            text = f"the environment's {setting.variable}: {error.message}; it is ignored"
            problems.append(text)
    # A variable that is empty says nothing.
    return {name: value for name, value in good.items() if value is not None}, problems


def values_of(reader: Reader) -> dict[str, Any]:
    """Return what the library's file holds of settings, by name.

    Each change of a setting stands in a document of its own, so that each can be undone by itself.
    """
    held: dict[str, Any] = {}
    for _, document in reader.all(TABLE):
        held |= document.get("values", {})
    return held
