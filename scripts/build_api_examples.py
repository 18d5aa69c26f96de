#!/usr/bin/env python3
"""Take down an answer of every operation of the API, for the examples of its documentation.

Each is asked of a fresh copy of library.json, offline. Run it after the answers have changed:

    scripts/build_api_examples
"""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from booktrack import Library
from booktrack.web import create_app
from booktrack.web.operations import File, Operation
from booktrack.web.operations_all import OPERATIONS

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src" / "booktrack" / "web" / "ui" / "examples.json"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MOST = 2
failed: list[str] = []


async def main() -> None:
    """Write the examples."""
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for one in OPERATIONS:
            if one.sample and "like" not in one.sample:
                told[one.id] = shortened(await answer_of(one, Path(folder)), folder)
        async with client(Path(folder)) as asked:
            for name, path in (
                ("export.json", "exports/json?series=Saga"),
                ("backup.json", "backup"),
            ):
                told[name] = shortened((await asked.get(f"/api/v1/{path}")).json(), folder)
            told["health"] = shortened((await asked.get("/api/health")).json(), folder)
    for one in OPERATIONS:
        if "like" in one.sample:
            told[one.id] = told[one.sample["like"]]
        elif "answer" in one.sample:
            told[one.id] = one.sample["answer"]
    without = [one.id for one in OPERATIONS if one.id not in told and not binary(one)]
    if failed or without:
        raise SystemExit("\n".join([*failed, f"without an example: {without}"]))
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    TARGET.write_text(text + "\n", encoding="utf-8")
    print(f"{len(told)} examples, {len(text)} characters")


@asynccontextmanager
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Return a context with a client of a server on a fresh copy of the library."""
    copy = folder / "library.json"
    for old in folder.glob("library.json*"):
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.copy(ROOT / "library.json", copy)
    with Library(copy, offline=True, clock=lambda: NOW) as library:
        app = create_app(library)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as asked:
            yield asked
        app.state.jobs.close()


async def answer_of(one: Operation, folder: Path) -> Any:
    """Return what the operation answers to its sample."""
    if "answer" in one.sample:
        return one.sample["answer"]
    async with client(folder) as asked:
        for method, path, body in one.sample.get("before", []):
            done = await asked.request(method, f"/api/v1{path}", json=body)
            if not done.is_success:
                failed.append(f"{one.id}, before it {path}: {done.text}")
        response = await asked.request(one.method, address(one), **content(one))
    if response.status_code != one.status:
        failed.append(f"{one.id}: {response.status_code} {response.text}")
    kind = response.headers["content-type"]
    return response.json() if kind == "application/json" else response.text


def address(one: Operation) -> str:
    """Return the sample's address."""
    path = one.path
    for name, value in one.sample.get("path", {}).items():
        path = path.replace(f"{{{name}}}", quote(str(value), safe=""))
    query = urlencode(one.sample.get("query", {}), doseq=True)
    return f"/api/v1{path}" + (f"?{query}" if query else "")


def binary(one: Operation) -> bool:
    """Return whether the answer is a picture, or the whole library."""
    return isinstance(one.answer, File) and one.id != "export"


def content(one: Operation) -> dict[str, Any]:
    """Return the sample's body."""
    if "file" in one.sample:
        return {"files": {"file": ("file", one.sample["file"].encode())}}
    return {"json": one.body.shown} if isinstance(one.body, type) else {}


def shortened(value: Any, folder: str) -> Any:
    """Return the value with its lists cut short, and no folder of this machine in it."""
    if isinstance(value, dict):
        # The documents of a table are numbered: a mapping that is a list in all but name.
        numbered = all(key.isdecimal() for key in value)
        kept = list(value.items())[: MOST if numbered else None]
        return {key: shortened(one, folder) for key, one in kept}
    if isinstance(value, list):
        return [shortened(one, folder) for one in value[:MOST]]
    if isinstance(value, str):
        return value.replace(folder, "/home/ada")
    return value


asyncio.run(main())
