"""The form of the documents, which has a number, and the steps from one number to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from booktrack.errors import StoreTooNew
from booktrack.store.base import Document
from booktrack.store.encoding import decode, encode
from booktrack.store.sections import section_of
from booktrack.store.snapshot import Meta, Snapshot
from booktrack.store.state import State

Tables = dict[str, dict[int, Document]]


class Schema(NamedTuple):
    """The number of the form that this booktrack writes.

    `steps[n]` changes the documents of all tables in place from form n to form n + 1.
    """

    version: int
    steps: Mapping[int, Callable[[Tables], None]]

    def refuse_newer(self, found: int, path: Path) -> None:
        """Return if this booktrack can read that form.

        Raises:
            StoreTooNew: the file is of a later form.
        """
        if found > self.version:
            raise StoreTooNew(
                f"{path} was written by a newer booktrack (schema {found}, this one knows "
                f"{self.version}); it was left untouched. Update booktrack",
                path=str(path),
                schema=found,
            )

    def upgrade(self, state: State, found: int) -> State:
        """Return the state with its documents in today's form, one revision later."""
        tables: Tables = {
            name: {doc_id: decode(raw) for doc_id, raw in part.items()}
            for name, part in state.tables.items()
        }
        for number in range(found, self.version):
            self.steps[number](tables)
        sections = {
            name: section_of((key, encode(name, documents[key])) for key in sorted(documents))
            for name, documents in tables.items()
        }
        next_ids = {
            name: max(state.next_id(name), max(documents, default=0) + 1)
            for name, documents in tables.items()
        }
        snapshot = Snapshot(Meta(), sections, "", own=True)
        return State(snapshot, state.revision + 1, {**state.next_ids, **next_ids})


SCHEMA = Schema(version=1, steps={})
