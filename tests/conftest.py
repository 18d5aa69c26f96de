"""What every test relies on: the recorded data, a closed network, and hypothesis's settings."""

from __future__ import annotations

import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=50, deadline=None)
# CI draws the same examples each time and forgives a slow machine, so a red run means a change.
settings.register_profile(
    "ci",
    settings.get_profile("default"),
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("ci" if os.environ.get("CI") else "default")

# A developer's own library, keys and contact must not leak into a test.
for _name in [name for name in os.environ if name.startswith("BOOKTRACK_")]:
    if _name != "BOOKTRACK_SHARED":
        del os.environ[_name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Put the tables that tests recorded at the end of the output, whoever ran them."""
    for report in terminalreporter.getreports("passed"):
        for name, text in report.user_properties:
            if name.startswith("table: "):
                terminalreporter.section(name.removeprefix("table: "))
                terminalreporter.write(str(text))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of recorded data; without BOOKTRACK_SHARED the test is skipped."""
    named = os.environ.get("BOOKTRACK_SHARED")
    if not named:
        pytest.skip("BOOKTRACK_SHARED is unset: it names the folder of recorded data")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"BOOKTRACK_SHARED names {named!r}, which is no folder")
    return folder


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared)


class NetworkForbidden(RuntimeError):
    """Not an OSError: product code must not take it for a service that is down."""


class Network:
    """A guard over the socket module that lets only loopback through, or all for a live test."""

    def __init__(self) -> None:
        self.open = False
        self._patch = pytest.MonkeyPatch()

    def close(self) -> None:
        for name in ("connect", "connect_ex"):
            self._guard(socket.socket, name, lambda args: args[1])
        self._guard(socket.socket, "sendto", lambda args: args[-1])
        self._guard(socket, "getaddrinfo", lambda args: args[:1])

    def restore(self) -> None:
        self._patch.undo()

    def _guard(self, owner: Any, name: str, address_of: Any) -> None:
        original = getattr(owner, name)

        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not self.open and not _is_local(address_of(args)):
                raise NetworkForbidden(
                    f"a test reached out to {address_of(args)!r}; mark it `live` if it must"
                )
            return original(*args, **kwargs)

        self._patch.setattr(owner, name, guarded)


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket's path
    host = address[0] if address else None
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


_network = Network()


def pytest_configure() -> None:
    _network.close()


def pytest_unconfigure() -> None:
    _network.restore()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    _network.open = item.get_closest_marker("live") is not None
    try:
        return (yield)
    finally:
        _network.open = False


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command on a copy of the sample library; return (exit code, output, errors)."""
    from support.command import command

    shutil.copy(Path(__file__).parents[1] / "library.json", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")
    return command(capsys, "--offline")
