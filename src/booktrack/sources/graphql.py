"""What GraphQL services have in common: one address, questions as POST, errors with status 200."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from booktrack.errors import SourceChanged, shown
from booktrack.sources.base import Ask, Reply


@dataclass(frozen=True)
class Fault:
    """An entry of `errors`, or the bare `{"error": ...}` that some gateways put in its place."""

    message: str
    status: int | None = None
    code: str | None = None


def question(
    url: str, query: str, variables: Mapping[str, Any], secret_headers: Mapping[str, str]
) -> Ask:
    """Return the request for a query, which changes nothing and may be kept and repeated."""
    return Ask(
        url,
        method="POST",
        json={"query": query, "variables": dict(variables)},
        only_reads=True,
        secret_headers=secret_headers,
    )


def faults_in(reply: Reply) -> list[Fault]:
    """Return what the reply says went wrong, nothing where it is not JSON."""
    body = _object(reply)
    errors = body.get("errors")
    found = [_fault(entry) for entry in errors] if isinstance(errors, list) else []
    if not found and isinstance(body.get("error"), str):
        found = [_fault({"message": body.get("error_description") or body["error"]})]
    return found


def has_data(reply: Reply) -> bool:
    """Return whether the reply answers anything, be it beside errors."""
    data = _object(reply).get("data")
    return isinstance(data, dict) and any(value is not None for value in data.values())


def data_of(reply: Reply, source: str) -> dict[str, Any]:
    """Return the answer's `data`.

    Raises:
        SourceChanged: there is none.
    """
    data = reply.json()
    data = data.get("data") if isinstance(data, dict) else None
    if isinstance(data, dict):
        return data
    raise SourceChanged(
        f"{source} answered in a new form: data: an object is due, got {shown(data)}",
        source=source,
        field="data",
    )


def _object(reply: Reply) -> dict[str, Any]:
    try:
        body = reply.json()
    except SourceChanged:
        return {}
    return body if isinstance(body, dict) else {}


def _fault(entry: Any) -> Fault:
    if not isinstance(entry, dict):
        return Fault(shown(entry))
    extensions = entry.get("extensions")
    code = extensions.get("code") if isinstance(extensions, dict) else None
    status = entry.get("status")
    return Fault(
        message=shown(entry.get("message"), 200),
        status=status if isinstance(status, int) else None,
        code=code if isinstance(code, str) else None,
    )
