"""A server in a process of its own: started, asked, weighed, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

_STARTS_WITHIN = 60.0
_STOPS_WITHIN = 30.0


class Server:
    """A process that answers on a port of 127.0.0.1.

    Args:
        command: What to run; "{port}" stands for the port.
        ready: The path whose answer shows that it is there.
        log: Where its output goes.
        environment: Variables beside those of this process.
        folder: The working directory.
    """

    def __init__(
        self,
        command: list[str],
        ready: str,
        log: Path,
        *,
        environment: dict[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.port = free_port()
        self._log = log
        started = time.perf_counter()
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [part.format(port=self.port) for part in command],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | (environment or {}),
                cwd=folder,
            )
        self._wait_for(ready, started + _STARTS_WITHIN)
        self.start_seconds = time.perf_counter() - started
        """From the start of the process to its first answer."""

    def _wait_for(self, path: str, until: float) -> None:
        while time.perf_counter() < until:
            if self._process.poll() is not None:
                break
            try:
                self.get(path)
            except urllib.error.HTTPError:
                break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.005)
            else:
                return
        self.stop()
        raise RuntimeError(f"no answer to {path}:\n{self._log.read_text('utf-8', 'replace')}")

    def get(self, path: str) -> Any:
        """Return the JSON that the server answers."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as reply:
            return json.loads(reply.read())

    def send(self, method: str, path: str, body: str) -> Any:
        """Return the JSON that the server answers to a body of JSON."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}",
            data=body.encode(),
            method=method,
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as reply:
            return json.loads(reply.read())

    def megabytes(self) -> float:
        """Return the memory that the process holds."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text("ascii").splitlines()
        kilobytes = next(line.split()[1] for line in lines if line.startswith("VmRSS:"))
        return int(kilobytes) * 1024 / 1e6

    def stop(self) -> None:
        """End the process as a service manager does, and wait for it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOPS_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
