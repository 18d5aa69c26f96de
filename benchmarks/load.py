"""Load on a server: wrk, and what it found."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).parent / "servers" / "load.lua"


class NoWrk(RuntimeError):
    """wrk is not installed."""


@dataclass(frozen=True)
class Request:
    """One request of a load; a body is sent as JSON."""

    path: str
    method: str = "GET"
    body: str = ""

    def line(self) -> str:
        """Return the request as wrk's script reads it."""
        return f"{self.method}\t{self.path}\t{self.body}\n"


@dataclass(frozen=True)
class Load:
    """What came of a load; times in seconds."""

    requests: int
    seconds: float
    p50: float
    p99: float
    max: float
    errors: int
    """Answers of 400 and above, broken connections and answers that took over ten seconds."""

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.seconds


def wrk() -> str:
    """Return where wrk is.

    Raises:
        NoWrk: It is not installed.
    """
    found = shutil.which("wrk")
    if found is None:
        raise NoWrk("the load generator wrk is missing: apt-get install wrk")
    return found


def load(
    port: int,
    requests: list[Request],
    folder: Path,
    *,
    seconds: int,
    clients: int,
    threads: int = 1,
) -> Load:
    """Return what came of so many clients sending these requests over and over for so long."""
    lines = folder / "requests.tsv"
    lines.write_text("".join(request.line() for request in requests), "utf-8")
    done = subprocess.run(
        [
            *(wrk(), f"-c{clients}", f"-t{threads}", f"-d{seconds}s", "--timeout", "10s"),
            *("-s", str(_SCRIPT), f"http://127.0.0.1:{port}", "--", str(lines)),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return Load(**json.loads(done.stdout.splitlines()[-1]))
