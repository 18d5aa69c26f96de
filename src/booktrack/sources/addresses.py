"""Which addresses of the network may be asked on a stranger's word: public ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.request import getproxies, proxy_bypass

import anyio

from booktrack.errors import SourceUnavailable
from booktrack.sources.base import Source
from booktrack.sources.bodies import changed

Resolve = Callable[[str], Awaitable[list[str]]]

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
_HANDED_OUT = IPv6Network("2000::/3")  # all that IANA gives out for the open internet
_EXAMPLES = IPv6Network("3fff::/20")  # RFC 9637, which Python's tables do not know yet

# RFC 6890, which Python 3.11 knows in part only, and what clouds tell their own machines by:
# 192.0.0.192 (Oracle) lies in it, 168.63.129.16 (Azure) in the open internet.
_OF_MACHINES = (IPv4Network("192.0.0.0/24"), IPv4Network("168.63.129.16/32"))


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
        if parsed in _NAT64:
            inner = IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if inner is not None:
            parsed = inner
        elif parsed not in _HANDED_OUT or parsed in _EXAMPLES:
            # Where else an IPv4 address may hide: `::127.0.0.1`, `::ffff:0:127.0.0.1` (SIIT),
            # `64:ff9b:1::` (RFC 8215); and what routers kept to one site (fec0::/10).
            return False
    if any(parsed in network for network in _OF_MACHINES):
        return False
    return parsed.is_global and not parsed.is_multicast


async def public_addresses(
    source: Source, host: str, resolver: Resolve, *, private: bool = False
) -> list[str]:
    """Return the addresses of a host that a stranger named, all of them public or `private`.

    Raises:
        SourceUnavailable: it has none.
        SourceChanged: one of them is not public.
    """
    try:
        addresses = await resolver(host)
    except OSError as error:
        raise SourceUnavailable(
            f"{source.title} leads to {host}, which has no address", source=source.name
        ) from error
    if not addresses or not (private or all(is_public(address) for address in addresses)):
        refused = changed(source, f"leads to {host}, which is not a public address")
        refused.details["private"] = True
        raise refused
    return addresses


def is_proxied(scheme: str, host: str) -> bool:
    """Return whether the user's environment has a proxy that asks this host in our place."""
    return not getproxies().keys().isdisjoint({scheme, "all"}) and not proxy_bypass(host)
