"""The floor: Starlette that serves the same JSON and does nothing else.

    FLOOR_ANSWERS=answers.json uvicorn benchmarks.servers.floor:app

The file holds `{"/path?query": answer}`; each answer is encoded anew for each request, as a route
that returns a dict does.
"""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

_ANSWERS = json.loads(Path(os.environ["FLOOR_ANSWERS"]).read_bytes())
gc.freeze()  # else the collector looks through them all, time and again


async def _answer(request: Request) -> JSONResponse:
    query = request.url.query
    await request.body()
    return JSONResponse(_ANSWERS[f"{request.url.path}?{query}" if query else request.url.path])


app = Starlette(routes=[Route("/{path:path}", _answer, methods=["GET", "PUT", "POST", "PATCH"])])
