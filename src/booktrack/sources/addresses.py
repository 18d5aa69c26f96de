"""Which addresses of the network may be asked on a stranger's word: public ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import IPv6Address, ip_address

import anyio

Resolve = Callable[[str], Awaitable[list[str]]]


async def resolve(host: str) -> list[str]:
    """Return the addresses of a host, in every family.

    Raises:
        OSError: it has none.
    """
    found = await anyio.getaddrinfo(host, None)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(address: str) -> bool:
    """Return whether an address belongs to the open internet.

    >>> is_public("207.241.224.2"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        # An IPv4 address in IPv6 clothes is judged by itself: mapped, 6to4, NAT64.
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is not None:
            parsed = inner
    return parsed.is_global and not parsed.is_multicast
