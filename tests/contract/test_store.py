from __future__ import annotations

from pathlib import Path

from booktrack.store import Store, open_store
from contract.store_contract import StoreContract
from support.stores import clock


class TestDatabase(StoreContract):
    def open(self, path: Path) -> Store:
        return open_store(path, clock=clock)
