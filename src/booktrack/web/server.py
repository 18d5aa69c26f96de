"""Running the app with uvicorn: on which address, for whom, and until when."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from booktrack.errors import BooktrackError, InvalidInput, MissingExtra, shown
from booktrack.library import Library
from booktrack.web.access import is_loopback
from booktrack.web.app import create_app
from booktrack.web.jobs import Jobs
from booktrack.web.logs import without_secrets

try:
    import uvicorn
except ModuleNotFoundError as _error:
    raise MissingExtra(
        "the server needs uvicorn: pip install 'booktrack[web]'", extra="web"
    ) from _error

# What is under way may end; a page that listens to a job's progress would stay for ever.
_LAST_SECONDS = 20
_BACKLOG = 2_048
_IDLE_SECONDS = 30
_TICKS_A_SECOND = 10
# glibc gives memory of 32 MiB and more back at once; of Pillow's smaller blocks each thread would
# keep as many as the largest picture took that it ever read.
_PILLOW_BLOCK = "64m"


def serve(
    library: Library,
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    token: str | None = None,
    allowed_origins: Sequence[str] = (),
    allowed_hosts: Sequence[str] = (),
    announce: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve the library until a signal ends it; what was begun is finished first.

    Args:
        library: What is served; the caller closes it afterwards.
        host: The address to listen on.
        port: The port; 0 takes a free one.
        token: As for `create_app`; needed where others than this machine can reach the host.
        allowed_origins: As for `create_app`.
        allowed_hosts: As for `create_app`; the host itself is always one of them.
        announce: Told the server's address once it listens.

    Raises:
        InvalidInput: No token for a host beyond loopback, or no such port.
        BooktrackError: The address cannot be listened on.
    """
    if not 0 <= port < 1 << 16:
        raise InvalidInput(f"a port is a number from 0 to 65535, not {shown(port)}")
    if token is None and not is_loopback(host):
        raise InvalidInput(
            f"whoever reaches {shown(host)} could read and change the library: give a token with "
            "BOOKTRACK_TOKEN or --token, or listen on 127.0.0.1",
            host=host,
        )
    os.environ.setdefault("PILLOW_BLOCK_SIZE", _PILLOW_BLOCK)
    app = create_app(
        library, token=token, allowed_origins=allowed_origins, allowed_hosts=[*allowed_hosts, host]
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        # No line for each request: an address tells what somebody searched for, or even a key.
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_IDLE_SECONDS,
        timeout_graceful_shutdown=_LAST_SECONDS,
    )
    jobs: Jobs = app.state.jobs
    server = _Server(config, announce, jobs)
    _log_to_stderr()
    try:
        with _ended_by_signals(server):
            server.run()
    except SystemExit as error:
        # uvicorn has logged the reason and leaves; the library is still to be closed.
        raise _cannot_listen(host, port) from error
    finally:
        jobs.close()
    if not server.started:
        raise _cannot_listen(host, port)


def _cannot_listen(host: str, port: int) -> BooktrackError:
    return BooktrackError(f"cannot listen on {host} port {port}; is another server there?")


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[str], None], jobs: Jobs) -> None:
        super().__init__(config)
        self._announce = announce
        self._jobs = jobs
        self._silent: dict[Any, Any] = {}

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # sockets are passed on as they are
        await super().startup(sockets)  # type: ignore[arg-type]  # as above
        # What was loaded until now stays; looking through it again and again for what is garbage
        # would hold up whoever asks just then.
        gc.freeze()
        if self.started and self.servers:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            name = f"[{host}]" if ":" in host else host
            self._announce(f"http://{name}:{port}")

    async def on_tick(self, counter: int) -> bool:
        if counter % (_IDLE_SECONDS * _TICKS_A_SECOND) == 0:
            self._let_go_of_the_silent()
        return await super().on_tick(counter)

    def _let_go_of_the_silent(self) -> None:
        """Close connections on which no whole request has come since the last look.

        uvicorn waits for the first one for ever, and for any that comes sign by sign.
        """
        silent = {
            one: one.cycle
            for one in self.server_state.connections
            if isinstance(one, asyncio.Protocol)
            and hasattr(one, "cycle")
            and (one.cycle is None or one.cycle.response_complete)
        }
        for one, cycle in silent.items():
            if self._silent.get(one, self) is cycle:
                one.transport.close()
        self._silent = silent

    async def shutdown(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]  # as above
        # Who listens to a job would keep the server from ending.
        self._jobs.hang_up()
        await super().shutdown(sockets)  # type: ignore[arg-type]  # as above


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """Return a context in which SIGTERM ends the server and not the process.

    The library is to be closed after it. uvicorn takes the signals while it runs and raises them
    again when it is done.
    """

    def end(_number: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    former = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


class _Lines(logging.Formatter):
    """One line for each record, so that no title or address can write lines of its own."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback follows it, set in."""
        text = without_secrets(f"{record.levelname} {record.name}: {record.getMessage()}")
        line = f"{self.formatTime(record)} {text}"
        if record.exc_info:
            trace = self.formatException(record.exc_info).splitlines()
            line = "\n    ".join([line, *map(without_secrets, trace)])
        return line


def _log_to_stderr() -> None:
    for name in ("booktrack", "uvicorn.error"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.INFO)
        logger.propagate = False
        if not any(isinstance(one.formatter, _Lines) for one in logger.handlers):
            logger.addHandler(_stderr())
    if not logging.getLogger().handlers:
        # What other packages say of a file or a title: Python would print it as it is.
        logging.getLogger().addHandler(_stderr())


def _stderr() -> logging.Handler:
    handler = logging.StreamHandler()
    handler.setFormatter(_Lines())
    handler.setLevel(logging.WARNING)
    return handler
