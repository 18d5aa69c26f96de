"""Servers for tests: `booktrack serve` in a process of its own, and clients of it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

_WITHIN = 30.0


class Serving:
    """A process that serves a library on a free port of loopback.

    Args:
        library: The library's file.
        command: What to run in place of `booktrack serve`; it names its address in the same words.
        environment: Variables beside those of this process.
    """

    def __init__(self, library: Path, *, command=None, **environment):
        serve = ["-m", "booktrack", "serve", "--library", str(library), "--port", "0"]
        self._process = subprocess.Popen(
            [sys.executable, *(command or serve)],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "BOOKTRACK_OFFLINE": "1", **environment},
        )
        self._clients = []
        said = []
        for line in self._process.stderr:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                self.port = int(found[1])
                break
        else:
            raise AssertionError(f"the server ended: {''.join(said)}")

    def client(self):
        """Return a connection that stays open between requests, until the server is left."""
        client = Client(self.port)
        self._clients.append(client)
        return client

    def socket(self):
        """Return a bare connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=_WITHIN)

    def terminate(self):
        """Ask the process to end, as a service manager does."""
        self._process.send_signal(signal.SIGTERM)

    def wait(self):
        """Return the exit code and what the process said last."""
        _, said = self._process.communicate(timeout=_WITHIN)
        return self._process.returncode, said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for client in self._clients:
            client.close()
        if self._process.poll() is None:
            self.terminate()
            self.wait()


class Client:
    """Asks a server, JSON in and JSON out."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_WITHIN)

    def ask(self, method, path, body=None):
        """Return the status and the decoded answer."""
        headers = {} if body is None else {"Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body)
        self._connection.request(method, path, sent, headers)
        reply = self._connection.getresponse()
        return reply.status, json.loads(reply.read())

    def get(self, path):
        """Return the decoded answer, which must be a success."""
        status, answer = self.ask("GET", path)
        assert status == 200, answer
        return answer

    def close(self):
        """Let the connection go."""
        self._connection.close()
