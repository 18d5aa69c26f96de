"""Servers for tests: the app in memory, and the command on a port of loopback."""

from __future__ import annotations

import contextlib
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from booktrack.web import create_app
from support.libraries import open_library

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "library.json"
HOST = "http://localhost"


def sample_library(folder, **options):
    """Return an open copy of the sample library."""
    path = folder / "library.json"
    if not path.exists():
        shutil.copy(SAMPLE, path)
    return open_library(path, **options)


def client_of(app, **options):
    """Return a client of the app, which never raises what the app should have answered."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=True)
    return httpx.AsyncClient(transport=transport, base_url=HOST, **options)


@contextlib.asynccontextmanager
async def served(folder, library=None, **options):
    """Return a context with a client of a server on a copy of the sample library."""
    opened = library or sample_library(folder)
    app = create_app(opened, **options)
    try:
        async with client_of(app) as client:
            client.app = app
            client.library = opened
            yield client
    finally:
        app.state.jobs.close()
        opened.close()


class Process:
    """`booktrack serve` in a process of its own."""

    def __init__(self, path, *arguments, env=None):
        self.child = subprocess.Popen(
            [
                *(sys.executable, "-m", "booktrack", "serve", "--library", str(path)),
                *("--port", "0", *arguments),
            ],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "BOOKTRACK_OFFLINE": "1", **(env or {})},
        )
        self.said = ""
        deadline = time.monotonic() + 20
        while not (found := re.search(r"on (http://\S+?)/api/docs", self.said)):
            ready, _, _ = select.select([self.child.stderr], [], [], deadline - time.monotonic())
            line = self.child.stderr.readline() if ready else ""
            if not line:
                self.child.kill()
                raise AssertionError(f"no server: {self.said}{self.child.stderr.read()}")
            self.said += line
        self.url = found[1]

    @property
    def port(self):
        return int(self.url.rsplit(":", 1)[1])

    def end(self, number=signal.SIGTERM):
        """Return the exit code and all that was said."""
        self.child.send_signal(number)
        try:
            _, rest = self.child.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.child.kill()
            raise
        self.said += rest
        return self.child.returncode, self.said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.end()
        self.child.stderr.close()
