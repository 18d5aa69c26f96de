from __future__ import annotations

from pathlib import Path

from contract.store_contract import StoreContract
from support.stores import clock

from booktrack.store import Store, open_store


class TestDatabase(StoreContract):
    def open(self, path: Path) -> Store:
        return open_store(path, clock=clock)
