"""The last lines of the log, for a page to show: in memory, on one line each, without secrets."""

from __future__ import annotations

import logging
import re
from collections import deque
from datetime import UTC, datetime
from itertools import count
from typing import Any

JSON = dict[str, Any]

_KEPT = 1_000
_LONGEST = 2_000
_LOGGERS = ("booktrack", "uvicorn.error")
_LEVELS = {"WARNING": "warning", "ERROR": "error", "CRITICAL": "error", "DEBUG": "debug"}

_NAMED = re.compile(
    r"(?i)([\w-]*(?:token|password|passwd|secret|api[_-]?key|authorization|cookie|\bkey)[\w-]*"
    r"[\"']?\s*[=:]\s*[\"']?)(?:Bearer\s+|Basic\s+)?[^\s\"'&,;)}\]]+"
)
_BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}")
_USER_IN_ADDRESS = re.compile(r"(://)[^/\s:@]+:[^/\s@]+@")
# A line break in a title or an address would let it write lines of its own.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def without_secrets(text: str) -> str:
    """Return the text on one line, with what is named a key, a token or a password taken out."""
    text = _NAMED.sub(r"\1•••", text)
    text = _BEARER.sub(r"\1 •••", text)
    text = _USER_IN_ADDRESS.sub(r"\1•••@", text)
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), text)[:_LONGEST]


class LogBuffer(logging.Handler):
    """Keeps the last thousand lines."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[JSON] = deque(maxlen=_KEPT)
        self._numbers = count(1)

    def emit(self, record: logging.LogRecord) -> None:
        """Take a line down."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            text = f"{text}: {type(error).__name__}: {error}"
        self._lines.append(
            {
                "id": str(next(self._numbers)),
                "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(
                    timespec="milliseconds"
                ),
                "level": _LEVELS.get(record.levelname, "info"),
                "source": record.name,
                "message": without_secrets(text),
            }
        )

    def lines(self, limit: int, level: str | None = None) -> list[JSON]:
        """Return the last lines, newest first."""
        kept = [one for one in list(self._lines) if level in (None, one["level"])]
        return kept[::-1][:limit]

    def clear(self) -> None:
        """Forget all lines."""
        self._lines.clear()


def attached() -> LogBuffer:
    """Return the buffer of this process, which listens from the first call on."""
    for handler in logging.getLogger(_LOGGERS[0]).handlers:
        if isinstance(handler, LogBuffer):
            return handler
    buffer = LogBuffer()
    for name in _LOGGERS:
        logging.getLogger(name).addHandler(buffer)
    return buffer
