"""Wrong tokens: each address may show a few of them a minute, and then has to wait."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

_AT_ONCE = 10
_SECONDS_EACH = 6.0
# With more addresses than these, those that guessed longest ago are forgotten.
_MOST = 10_000


class Guesses:
    """Counts the wrong tokens of each address: ten at once, then one in six seconds.

    Args:
        clock: Tells seconds, and never goes back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        # When each address will have waited for all that it guessed: one number says it all.
        self._paid: OrderedDict[str, float] = OrderedDict()

    def wait(self, address: str) -> float:
        """Return how many seconds the address waits before it may show a token again."""
        owed = self._paid.get(_network(address), 0.0) - self._clock()
        return max(0.0, owed - _SECONDS_EACH * (_AT_ONCE - 1))

    def count(self, address: str) -> None:
        """Take down that the address has shown a wrong token."""
        network, now = _network(address), self._clock()
        self._paid[network] = max(now, self._paid.pop(network, now)) + _SECONDS_EACH
        if len(self._paid) > _MOST:
            self._paid.popitem(last=False)


def _network(address: str) -> str:
    """Return the part of an address that its owner cannot choose at will."""
    if ":" not in address or "." in address:
        return address
    groups = address.partition("%")[0].partition("::")[0].split(":")
    return ":".join([*groups, "0", "0", "0", "0"][:4])
