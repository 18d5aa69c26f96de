"""Reading what a request gives, and saying in one line what is wrong with it."""

from __future__ import annotations

import os
import tempfile
from typing import IO, Any
from urllib.parse import parse_qsl

import msgspec
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from booktrack.errors import shown
from booktrack.web.operations import Body, Nothing, Params, Upload
from booktrack.web.problems import Problem

JSON = dict[str, Any]

_MOST_PARAMETERS = 100
_IN_MEMORY = 1 << 20


def params_of(model: type[Params], values: dict[str, str], query: bytes) -> JSON:
    """Return the arguments in a path and behind a question mark.

    Raises:
        Problem: One is wrong, or there is no such parameter.
    """
    if model is Nothing and not query:
        return {}
    given: dict[str, Any] = dict(values)
    if query:
        lists = model.lists()
        for name, value in _pairs(query):
            if not value:
                raise _invalid([f"{shown(name)} is empty; leave it out"], "query")
            if name in lists:
                given.setdefault(name, []).append(value)
            elif name in given:
                raise _invalid([f"{shown(name)} is given twice"], "query")
            else:
                given[name] = value
    try:
        return model.model_validate(given).arguments()
    except ValidationError as error:
        raise _told(error, "query") from None


def _pairs(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_PARAMETERS,
        )
    except UnicodeDecodeError as error:
        raise Problem(400, "what follows the question mark is not UTF-8") from error
    except ValueError as error:
        raise Problem(400, f"there are more than {_MOST_PARAMETERS} parameters") from error


async def json_body(model: type[Body], request: Request) -> JSON:
    """Return the arguments in a JSON body.

    Raises:
        Problem: It is no JSON, or not of the model.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        # A page of a stranger can send a form without asking, but never this type.
        raise Problem(415, f"the body is sent as application/json, not as {shown(kind)}")
    body = await request.body()
    try:
        given = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, f"the body is no JSON: {error}", code="invalid_json") from None
    if not isinstance(given, dict):
        raise _invalid([f"the body is an object, not {shown(given)}"], "body")
    try:
        return model.model_validate(given).arguments()
    except ValidationError as error:
        raise _told(error, "body") from None


def _told(error: ValidationError, where: str) -> Problem:
    lines = []
    for one in error.errors(include_url=False, include_context=False):
        name = ".".join(str(part) for part in one["loc"]) or where
        # The value is not shown: it may be a key or a password in the wrong field.
        lines.append(f"{name}: {_lower(one['msg'])}")
    return _invalid(lines, where)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _invalid(lines: list[str], where: str) -> Problem:
    detail = "; ".join(lines[:5])
    return Problem(422, detail.encode(errors="replace").decode(), where=where)


async def upload_of(request: Request, upload: Upload) -> IO[bytes]:
    """Return the uploaded file, open at its beginning; large ones lie on the disk.

    Raises:
        Problem: None was sent, or it is empty.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        file = await _part(request)
    elif kind in upload.media:
        file = await _streamed(request)
    else:
        known = ", ".join(("multipart/form-data", *upload.media))
        raise Problem(415, f"a file is sent as one of {known}, not as {shown(kind)}")
    if file.seek(0, os.SEEK_END) > upload.largest:
        file.close()
        raise Problem(413, f"{upload.what} is larger than {upload.largest >> 20} MiB")
    file.seek(0)
    if not file.read(1):
        file.close()
        raise Problem(422, f"{upload.what} is empty", code="invalid_file")
    file.seek(0)
    return file


async def _part(request: Request) -> IO[bytes]:
    try:
        form = await request.form(max_files=1, max_fields=20)
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise Problem(400, f"the form cannot be read: {error.detail}") from error
    part = form.get("file")
    if not isinstance(part, UploadFile):
        await form.close()
        raise Problem(422, "the form has no file in its field 'file'", where="body")
    file: IO[bytes] = part.file
    return file


async def _streamed(request: Request) -> IO[bytes]:
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by who reads it
    try:
        async for piece in request.stream():
            file.write(piece)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file
