"""The library's own consistency, read anew from the files; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from booktrack.domain.models import MODELS
from booktrack.errors import InvalidDocument, StoreError
from booktrack.store.encoding import decode
from booktrack.store.history import History
from booktrack.store.indexes import index_of
from booktrack.store.log import Log
from booktrack.store.references import references
from booktrack.store.state import State

Problem = dict[str, Any]


def report(log: Log, history: History) -> dict[str, Any]:
    """Return `{"ok", "problems", "revision", "schema", "tables", "journal", "history"}`.

    Args:
        log: not loaded yet; what it finds on the disk is what is checked.
        history: of the same library.
    """
    problems: list[Problem] = []
    try:
        log.load()
        problems += problems_of(log.state)
    except (StoreError, OSError) as error:
        problems.append(problem("unreadable", str(error)))
    finally:
        log.close()
    kept = 0
    try:
        kept = sum(1 for _ in history.entries())
    except (StoreError, OSError) as error:
        problems.append(problem("history", str(error)))
    return {
        "ok": not problems,
        "problems": problems,
        "path": str(log.path),
        "revision": log.state.revision,
        "schema": log.schema.version,
        "tables": {name: len(part) for name, part in sorted(log.state.tables.items())},
        "snapshot": {"bytes": log.snapshot_size},
        "journal": {"bytes": log.journal_size},
        "history": {"transactions": kept},
    }


def problems_of(state: State) -> Iterator[Problem]:
    """Return what is wrong with the documents: models, references, ids."""
    ids = {name: set(part.ids()) for name, part in state.tables.items()}
    for table, part in state.tables.items():
        highest = max(ids[table], default=0)
        if highest >= state.next_id(table):
            yield problem("next_id", f"{table}: id {highest} would be given again", table, highest)
        for doc_id, raw in part.items():
            try:
                document = decode(raw)
                if table in MODELS:
                    MODELS[table].check(document)
            except (msgspec.MsgspecError, InvalidDocument) as error:
                yield problem("invalid", f"{table} {doc_id}: {error}", table, doc_id)
                continue
            for target, target_id in references(table, document) if table in MODELS else ():
                if target_id not in ids.get(target, ()):
                    text = f"{table} {doc_id} names {target} {target_id}, which is not there"
                    yield problem("dangling", text, table, doc_id)


def problems_of_indexes(state: State) -> Iterator[Problem]:
    """Return which indexes are not what a naive recount gives."""
    for name, index in state.built_indexes().items():
        recount = index_of(name)
        for doc_id, raw in state.table(recount.table).items():
            recount.change(doc_id, None, raw)
        if recount.as_dict() != index.as_dict():
            yield problem("index", f"the index {name} is not what a recount gives")


def problem(
    code: str, message: str, table: str | None = None, doc_id: int | None = None
) -> Problem:
    """Return one line of the report."""
    return {"code": code, "message": message, "table": table, "id": doc_id}
