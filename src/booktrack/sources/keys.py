"""Keys and tokens of services: from the environment, else from the user's settings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from booktrack.domain.setting_kinds import secret
from booktrack.errors import InvalidInput


def secret_from(
    settings: Mapping[str, Any],
    name: str,
    variable: str,
    environ: Mapping[str, str] | None = None,
) -> str | None:
    """Return a key or token without the blanks around it, or None where none is set.

    Args:
        settings: those of one source.
        name: the setting's name.
        variable: the environment variable that goes before it.
        environ: the environment, for tests.

    >>> secret_from({"key": "abc"}, "key", "BOOKTRACK_SOME_KEY", {})
    'abc'
    """
    env = os.environ if environ is None else environ
    said = env.get(variable, "").strip()
    # What no key can be is nobody's: sent and quoted back, it could not be told apart and hidden.
    given = said if said and _can_be_a_key(said) else settings.get(name)
    return given.strip() or None if isinstance(given, str) else None


def _can_be_a_key(text: str) -> bool:
    try:
        return bool(secret("key", text))
    except InvalidInput:
        return False
