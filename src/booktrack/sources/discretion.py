"""Keeping keys and tokens out of logs and errors.

httpx logs the whole address of each request, and services repeat a wrong key in their answers.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from booktrack.errors import SourceError


class _Discretion(logging.Filter):
    def __init__(self) -> None:
        super().__init__()
        self.secrets: set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        discreet = self.without(message)
        if discreet != message:
            record.msg, record.args = discreet, ()
        return True

    def without(self, text: str) -> str:
        # The longest first: one secret may be a part of another.
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


_discretion = _Discretion()
logging.getLogger("httpx").addFilter(_discretion)


def keep_out_of_logs(*secrets: str) -> None:
    """Show `***` in logs and errors in place of these texts, plain or as addresses quote them.

    Of a header such as "Bearer abc" what follows the first word is kept out by itself too.
    """
    for text in secrets:
        for secret in {text, text.partition(" ")[2]} - {""}:
            _discretion.secrets |= {secret, quote(secret, safe="")}


def conceal(error: SourceError) -> None:
    """Take out of an error what is kept out of logs: a service may repeat what it was sent."""
    error.message = _discretion.without(error.message)
    error.args = (error.message,)
    error.details = {
        name: _discretion.without(value) if isinstance(value, str) else value
        for name, value in error.details.items()
    }
