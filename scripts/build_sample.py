#!/usr/bin/env python3
"""Rebuild `library.json`, the sample library, from `scripts/sample_library.toml`.

`python scripts/build_sample.py` writes library.json; with `--check` it fails where library.json is
not what it would write.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from booktrack.domain.isbn import parse_isbn, to_isbn10
from booktrack.domain.merge import Facts, merge
from booktrack.domain.positions import try_position
from booktrack.domain.text import script
from booktrack.store.base import Transaction
from booktrack.store.database import open_store

Entry = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "scripts" / "sample_library.toml"
TARGET = ROOT / "library.json"
WRITTEN = datetime(2026, 11, 22, tzinfo=UTC)
NOW = WRITTEN.isoformat()
READER = 1


def build(path: Path) -> None:
    """Write the sample library to a file that does not exist yet."""
    sample = tomllib.loads(SOURCE.read_text(encoding="utf-8"))
    with open_store(path, clock=lambda: WRITTEN) as store:
        with store.transaction("the sample library", user_id=READER) as tx:
            series = {
                entry.get("key", entry["name"]): (add_series(tx, entry), entry["name"])
                for entry in sample["series"]
            }
            for book in sample["book"]:
                add_book(tx, book, series)
        store.checkpoint()


def add_series(tx: Transaction, entry: Entry) -> int:
    """Store a series with its totals and the volumes that the reader has no book of."""
    named = ("name", "kind", "edition_line", "publication_status", "tracked")
    return tx.insert(
        "series",
        {
            **{name: entry[name] for name in named if name in entry},
            "aliases": [
                {"name": alias, "script": script(alias)} for alias in entry.get("aliases", [])
            ],
            "totals": [
                {name: value for name, value in total.items() if name != "origin"}
                for total in entry.get("totals", [])
            ],
            "volumes": [known_volume(volume) for volume in entry.get("volumes", [])],
            "updated_at": NOW,
        },
    )


def known_volume(volume: Entry) -> Entry:
    """Return a volume as the series lists it; without a position it stands beside the count."""
    slot = "main" if "position" in volume else "special"
    told = {name: value for name, value in volume.items() if name != "origin"}
    return {"source": "curated", "slot": slot, **told}


def add_book(tx: Transaction, entry: Entry, series: dict[str, tuple[int, str]]) -> None:
    """Store a book, its editions and what the reader says of them."""
    values = {
        name: entry[name] for name in ("title", "authors", "alternate_titles") if name in entry
    }
    document = merge({"added_at": NOW}, [facts(entry, values)])
    if "series" in entry:
        series_id, name = series[entry["series"]]
        document |= placed(series_id, name, entry.get("position"))
    book_id = tx.insert("books", document | {"updated_at": NOW})
    for edition in entry["edition"]:
        add_edition(tx, book_id, edition)


def placed(series_id: int, name: str, text: str | None) -> Entry:
    """Return the fields that put a book at its place in a series."""
    position = try_position(text)
    membership: Entry = {"series_id": series_id}
    if position is not None:
        membership |= {
            "position": position.text,
            "sort_key": list(position.sort_key),
            "covers": list(position.covers),
        }
    return {
        "memberships": [membership],
        "series_name": name,
        "series_position": position.text if position else None,
    }


def add_edition(tx: Transaction, book_id: int, entry: Entry) -> None:
    """Store an edition and the reader's word on it."""
    own = {"status", "notes", "origin", "format"}
    values = {name: value for name, value in entry.items() if name not in own}
    values["book_format"] = entry["format"]
    if "isbn_13" in entry:
        values["isbn_10"] = to_isbn10(parse_isbn(entry["isbn_13"]))
    if "price" in entry:
        values["price"] = float(entry["price"])
    document = merge({"book_id": book_id}, [facts(entry, {**values, "source": "curated"})])
    edition_id = tx.insert("editions", document | {"updated_at": NOW})
    if entry["status"] != "missing":
        tx.insert(
            "statuses",
            {
                "user_id": READER,
                "edition_id": edition_id,
                "status": entry["status"],
                "notes": entry.get("notes"),
                "updated_at": NOW,
            },
        )


def facts(entry: Entry, values: Entry) -> Facts:
    """Return what the sample's source says, with the origin of the fact as its record."""
    told = {name: value for name, value in values.items() if value is not None}
    return Facts("curated", entry["origin"], NOW, told)


def content(path: Path) -> list[str]:
    """Return the lines without the file's seal, which differs each time that it is written."""
    return [
        line for line in path.read_text(encoding="utf-8").splitlines() if '"chain":' not in line
    ]


def main() -> int:
    """Write the library where it differs, or with --check compare it."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "library.json"
        build(fresh)
        if TARGET.is_file() and content(fresh) == content(TARGET):
            return 0
        if "--check" in sys.argv[1:]:
            print("library.json is not what scripts/build_sample.py makes: run it", file=sys.stderr)
            return 1
        TARGET.write_bytes(fresh.read_bytes())
    return 0


if __name__ == "__main__":
    sys.exit(main())
