"""The faults that any service may have, each with how booktrack tells of it."""

from __future__ import annotations

import gzip

from support.upstream import (
    answers,
    drops,
    drops_in_the_body,
    never_answers,
    pours,
    redirects,
    redirects_to_itself,
    speaks_no_http,
    trickles,
    truncates,
)

HTML = b"<!DOCTYPE html><html><body>We are down for maintenance</body></html>"
_BOMB = gzip.compress(b" " * 50_000_000, 1)

FAULTS = {
    "429": (answers({"message": "Too Many Requests."}, 429), "rate_limited"),
    "429 for a minute": (answers({}, 429, retry_after="50"), "rate_limited"),
    "429 for an hour": (answers({}, 429, retry_after="3600"), "rate_limited"),
    "403": (answers(HTML, 403, content_type="text/html"), "refused"),
    "500": (answers(HTML, 500, content_type="text/html"), "unavailable"),
    "502": (answers(HTML, 502, content_type="text/html"), "unavailable"),
    "503": (answers(HTML, 503), "unavailable"),
    "503 with a pause": (answers(HTML, 503, retry_after="120"), "unavailable"),
    "no answer": (never_answers, "unavailable"),
    "a byte every five seconds": (trickles(5), "unavailable"),
    "dropped": (drops, "unavailable"),
    "dropped in the body": (drops_in_the_body, "unavailable"),
    "no HTTP": (speaks_no_http, "unavailable"),
    "HTML": (answers(HTML, content_type="text/html"), "changed"),
    "HTML said to be JSON": (answers(HTML), "changed"),
    "an empty body": (answers(b""), "changed"),
    "null": (answers(b"null"), "changed"),
    "a text": (answers(b'"Dune"'), "changed"),
    "a number": (answers(b"42"), "changed"),
    "truncated JSON": (truncates, "changed"),
    "JavaScript": (answers(b"var _OLBookInfo = {};"), "changed"),
    "50 MB, announced": (pours(50, announced=True), "changed"),
    "50 MB": (pours(50, announced=False), "changed"),
    "a gzip bomb": (answers(_BOMB, content_encoding="gzip"), "changed"),
    "damaged gzip": (answers(b"no gzip", content_encoding="gzip"), "changed"),
    "an unknown packing": (answers(b"{}", content_encoding="br"), "changed"),
    "redirected to itself": (redirects_to_itself, "changed"),
    "redirected to nowhere": (answers(b"", 302), "changed"),
    "redirected inside": (redirects("http://127.0.0.1:9200/_search"), "changed"),
    "redirected inside by name": (redirects("http://localhost:9200/"), "changed"),
    "redirected to a file": (redirects("file:///etc/passwd"), "changed"),
}
