"""The library on disk: a plain TinyDB file with a journal under it. DESIGN section 4."""

from booktrack.store.base import Document, Reader, Store, Transaction
from booktrack.store.database import Database, open_store
from booktrack.store.recovery import recover

__all__ = ["Database", "Document", "Reader", "Store", "Transaction", "open_store", "recover"]
