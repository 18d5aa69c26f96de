"""Keeping keys and tokens out of the log: httpx logs the whole address of each request."""

from __future__ import annotations

import logging
from urllib.parse import quote


class _Discretion(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if any(secret in message for secret in self.secrets):
            for secret in self.secrets:
                message = message.replace(secret, "***")
            record.msg, record.args = message, ()
        return True


_discretion = _Discretion()
logging.getLogger("httpx").addFilter(_discretion)


def keep_out_of_logs(*secrets: str) -> None:
    """Show `***` in httpx's log in place of these texts, plain or as addresses quote them."""
    for secret in secrets:
        _discretion.secrets |= {secret, quote(secret, safe="")} - {""}
