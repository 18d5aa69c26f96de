"""A real browser for tests: Debian's Chromium, headless, driven through a pipe.

Its DevTools protocol goes over two file descriptors (`--remote-debugging-pipe`), messages of JSON
ended by a zero byte, so no further package is needed.
"""

from __future__ import annotations

import fcntl
import json
import os
import selectors
import shutil
import subprocess
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WITHIN = 30.0


def found():
    """Return where a Chromium is, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """A browser with one page.

    Args:
        profile: An empty folder for its profile.
    """

    def __init__(self, profile):
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()

        def hand_over():
            # The numbers that Chromium expects.
            os.dup2(theirs_in, 3)
            os.dup2(theirs_out, 4)

        self._process = subprocess.Popen(
            [
                *(found(), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
                *("--disable-dev-shm-usage", "--remote-debugging-pipe"),
                *(f"--user-data-dir={profile}", "about:blank"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=hand_over,  # noqa: PLW1509  # between fork and exec it only moves two numbers
            pass_fds=(3, 4),
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._buffer = b""
        self._answers = {}
        self._number = 0
        self._session = None
        self.events = []
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        attached = self._send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self._send(f"{domain}.enable")

    def open(self, address):
        """Go to an address and return when the page has loaded."""
        self.events.clear()
        self._send("Page.navigate", url=address)
        self._until(lambda: any(one["method"] == "Page.loadEventFired" for one in self.events))

    def value(self, script):
        """Return what an expression, or the promise that it gives, comes to in the page."""
        result = self._send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait_for(self, script):
        """Return when an expression of the page is true."""
        self._until(lambda: self.value(script))

    def complaints(self):
        """Return what went wrong in the page: exceptions, errors of its console, lost requests."""
        said = []
        for event in self.events:
            method, params = event["method"], event["params"]
            if method == "Runtime.exceptionThrown":
                said.append(params["exceptionDetails"]["text"])
            elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "assert"):
                said.append(str(params["args"]))
            elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
                said.append(params["entry"]["text"])
            elif method == "Network.loadingFailed" and not params.get("canceled"):
                said.append(params["errorText"])
        return said

    def requests(self):
        """Return the addresses that the page asked for."""
        return [
            event["params"]["request"]["url"]
            for event in self.events
            if event["method"] == "Network.requestWillBeSent"
        ]

    def close(self):
        """End the browser."""
        self._session = None
        self._send("Browser.close")
        self._process.wait(_WITHIN)
        os.close(self._in)
        os.close(self._out)

    def _send(self, method, **params):
        self._number = number = self._number + 1
        message = {"id": number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        self._until(lambda: number in self._answers)
        answer = self._answers.pop(number)
        assert "error" not in answer, answer
        return answer["result"]

    def _until(self, done):
        until = time.monotonic() + _WITHIN
        while not done():
            assert time.monotonic() < until, "the browser did not get there in time"
            self._read()

    def _read(self):
        """Take in what the browser says, for which it is waited a moment."""
        with selectors.DefaultSelector() as ready:
            ready.register(self._in, selectors.EVENT_READ)
            if not ready.select(0.05):
                return
        piece = os.read(self._in, 1 << 20)
        assert piece, "the browser ended"
        *whole, self._buffer = (self._buffer + piece).split(b"\0")
        for message in map(json.loads, whole):
            if "id" in message:
                self._answers[message["id"]] = message
            else:
                self.events.append(message)


def _pipe():
    """Return both ends of a pipe, clear of the numbers that Chromium expects."""
    ends = os.pipe()
    moved = tuple(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends)
    for end in ends:
        os.close(end)
    return moved
