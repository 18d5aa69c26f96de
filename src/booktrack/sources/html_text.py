"""Descriptions as plain text: services send them with HTML, with entities, or with both."""

from __future__ import annotations

import html
import re

# Not html.parser: it raises AssertionError on "<![x[", and books do have such descriptions.
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/?(?:p|div|li|ul|ol|tr|blockquote|h[1-6]))\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)


def plain_text(markup: str) -> str:
    r"""Return the text that a reader of the HTML would see, one line a paragraph.

    >>> plain_text("<b>A masterpiece</b><br> <br>In his journal &amp; letters")
    'A masterpiece\nIn his journal & letters'
    """
    broken = _BREAK.sub("\n", _UNSEEN.sub("", markup))
    text = html.unescape(_TAG.sub("", broken))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
