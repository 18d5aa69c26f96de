"""A fake service: a real HTTP server on loopback that speaks a service's dialect, with faults.

It runs in the loop of the program under test, so that in a `LoopbackLoop` a server that dawdles
for ten seconds costs none. It writes down when it was asked for what: `busiest` tells whether a
limit was kept. A dialect is a callable that answers a `Request` with a `Response`; one small
module for each service stands in `support.dialects`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from support.virtual_time import VirtualLoop

SOON = 0.002
"""Seconds of real time in which what was sent on loopback has arrived."""


class LoopbackLoop(VirtualLoop):
    """A loop whose clock jumps to the next timer, but only when nothing is under way.

    Bytes that are on the way through loopback, and work in threads, take real time: the clock
    stands meanwhile.
    """

    def __init__(self) -> None:
        super().__init__()
        self._virtual.patience = SOON

    def run_in_executor(self, executor: Any, work: Any, *args: Any) -> asyncio.Future[Any]:
        self._virtual.outside += 1
        future = super().run_in_executor(executor, work, *args)
        future.add_done_callback(self._returned)
        return future

    def _returned(self, _: asyncio.Future[Any]) -> None:
        self._virtual.outside -= 1


@dataclass(frozen=True)
class Request:
    """What was asked, and when by the loop's clock."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """What is answered: `body` is sent as it is when it is bytes, else as JSON."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self) -> bytes:
        headers = {
            "Content-Type": "application/json",
            "Content-Length": str(len(self.content)),
            **self.headers,
        }
        lines = [f"{name}: {value}" for name, value in headers.items() if value]
        return "\r\n".join([f"HTTP/1.1 {self.status} It", *lines, "", ""]).encode()

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Dialect = Callable[[Request], Response]
Fault = Callable[["Connection", Request, Dialect], Awaitable[None]]


class Connection:
    """One caller's connection, on which a fault may write what it likes."""

    def __init__(self, writer: asyncio.StreamWriter, upstream: Upstream) -> None:
        self._writer = writer
        self._upstream = upstream

    async def send(self, response: Response) -> None:
        await self.write(response.head() + response.content)

    async def write(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()
        self._upstream.sent += len(data)

    def drop(self) -> None:
        """Break off without a word."""
        self._writer.transport.abort()


@dataclass
class _Planned:
    fault: Fault
    times: float
    path: str


class Upstream:
    """The server of one service.

    Args:
        dialect: Answers what no fault spoils.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self.requests: list[Request] = []
        self.sent = 0
        self._planned: list[_Planned] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._server: asyncio.Server | None = None
        self.url = ""

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- faults --------------------------------------------------------------------------------

    def fail(self, fault: Fault, *, times: float = float("inf"), path: str = "") -> None:
        """Spoil the next requests whose path begins so."""
        self._planned.append(_Planned(fault, times, path))

    def recover(self) -> None:
        """Answer properly again."""
        self._planned.clear()

    # --- what was asked ------------------------------------------------------------------------

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def busiest(self, seconds: float = 1.0) -> int:
        """Return the largest number of requests that came within so many seconds."""
        times = sorted(request.at for request in self.requests)
        # A limit of one a second permits requests at 0.0 and 1.0: the end is not in the window.
        return max(
            (sum(1 for later in times if 0 <= later - first < seconds - 1e-6) for first in times),
            default=0,
        )

    def rate(self) -> float:
        """Return the requests per second between the first and the last one."""
        times = [request.at for request in self.requests]
        return (len(times) - 1) / (times[-1] - times[0])

    # --- the server ------------------------------------------------------------------------------

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            # What a caller breaks off, or the test's end, is not worth a word.
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    request = await _read(reader)
                    self.requests.append(request)
                    connection = Connection(writer, self)
                    await self._fault_for(request)(connection, request, self.dialect)
        except asyncio.CancelledError:
            return
        finally:
            writer.transport.abort()

    def _fault_for(self, request: Request) -> Fault:
        for planned in self._planned:
            if planned.times > 0 and request.path.startswith(planned.path):
                planned.times -= 1
                return planned.fault
        return answer_well


async def _read(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    url = urlsplit(target)
    return Request(
        method,
        url.path,
        dict(parse_qsl(url.query, keep_blank_values=True)),
        headers,
        body,
        asyncio.get_running_loop().time(),
    )


# --- what can go wrong ----------------------------------------------------------------------------


async def answer_well(connection: Connection, request: Request, dialect: Dialect) -> None:
    await connection.send(dialect(request))


def answers(body: Any, status: int = 200, **headers: str) -> Fault:
    """Answer this, whatever was asked; `retry_after` stands for `Retry-After`."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}

    async def fault(connection: Connection, request: Request, dialect: Dialect) -> None:
        await connection.send(Response(body, status, named))

    return fault


def redirects(target: str, status: int = 302) -> Fault:
    return answers(b"", status, location=target)


async def redirects_to_itself(connection: Connection, request: Request, dialect: Dialect) -> None:
    await connection.send(Response(b"", 302, {"Location": request.path}))


async def never_answers(connection: Connection, request: Request, dialect: Dialect) -> None:
    # No timer: an idle loop would jump to it, and the test's clock with it.
    await asyncio.get_running_loop().create_future()


def trickles(seconds: float = 1.0) -> Fault:
    """Answer properly, a byte at a time."""

    async def fault(connection: Connection, request: Request, dialect: Dialect) -> None:
        response = dialect(request)
        await connection.write(response.head())
        for byte in response.content:
            await asyncio.sleep(seconds)
            await connection.write(bytes([byte]))

    return fault


async def drops(connection: Connection, request: Request, dialect: Dialect) -> None:
    connection.drop()


async def drops_in_the_body(connection: Connection, request: Request, dialect: Dialect) -> None:
    response = dialect(request)
    # Of a redirect, which has no body, the end of the head is missing.
    missing = len(response.content) // 2 or 2
    await connection.write((response.head() + response.content)[:-missing])
    await asyncio.sleep(0.1)
    connection.drop()


async def speaks_no_http(connection: Connection, request: Request, dialect: Dialect) -> None:
    await connection.write(b"SSH-2.0-OpenSSH_9.9\r\n")
    connection.drop()


async def closes_after_answering(
    connection: Connection, request: Request, dialect: Dialect
) -> None:
    """Answer properly and close, without having said that the connection would not be kept."""
    await connection.send(dialect(request))
    await asyncio.sleep(0.1)
    connection.drop()


async def truncates(connection: Connection, request: Request, dialect: Dialect) -> None:
    """Send half of the JSON as if it were whole."""
    response = dialect(request)
    await connection.send(Response(response.content[: len(response.content) // 2]))


def pours(megabytes: int, *, announced: bool) -> Fault:
    """Send that much, with or without saying so before."""

    async def fault(connection: Connection, request: Request, dialect: Dialect) -> None:
        length = str(megabytes * 2**20) if announced else ""
        await connection.write(Response(b"", headers={"Content-Length": length}).head())
        for _ in range(megabytes):
            await connection.write(b" " * 2**20)
        connection.drop()

    return fault
