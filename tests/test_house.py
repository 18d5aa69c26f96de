"""The rules of CONTRIBUTING.md that no linter keeps."""

from __future__ import annotations

import ast
import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "booktrack"
MODULES = sorted(SOURCE.rglob("*.py"))
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

# What domain may use beside its own kind: nothing here opens, waits, asks a clock or draws.
PURE_PACKAGES = {"annotated_types", "pydantic", "pydantic_core", "rapidfuzz", "stdnum"}
PURE_STDLIB = {
    *("__future__", "abc", "bisect", "calendar", "collections", "contextlib", "copy"),
    *("dataclasses", "datetime", "decimal", "difflib", "enum", "fractions", "functools"),
    *("hashlib", "heapq", "html", "itertools", "json", "math", "operator", "re", "string"),
    *("types", "typing", "typing_extensions", "unicodedata"),
}
IMPURE_CALLS = {"open", "print", "input", "today", "now", "utcnow"}

SLOW_TO_LOAD = {"IPython", "PIL", "icalendar", "rich", "typer"}
IMPORT_NAME = {
    "pillow": "PIL",
    "python-multipart": "python_multipart",
    "python-stdnum": "stdnum",
    "zxing-cpp": "zxingcpp",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


every_module = pytest.mark.parametrize("path", MODULES, ids=name_of)
every_domain_module = pytest.mark.parametrize(
    "path", sorted((SOURCE / "domain").rglob("*.py")), ids=name_of
)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), name_of(path))


def imported(path: Path) -> Iterator[str]:
    """Yield the dotted name of every import of the file, relative ones made absolute."""
    package = ["booktrack", *path.relative_to(SOURCE).parent.parts]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


def called(path: Path) -> Iterator[str]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                yield node.func.id
            elif isinstance(node.func, ast.Attribute):
                yield node.func.attr


def requirement(text: str) -> str:
    """Return the bare name of `name[extra]>=1`."""
    found = re.match(r"[A-Za-z0-9._-]+", text)
    assert found, text
    return found.group().lower()


def requirements(*extras: str) -> set[str]:
    optional = PROJECT["optional-dependencies"]
    return {requirement(line) for extra in extras for line in optional[extra]}


REQUIRED = {requirement(line) for line in PROJECT["dependencies"]}
OPTIONAL = requirements("web", "audible", "barcode", "bibtex", "notebook")


@every_module
def test_a_module_ends_before_line_600(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 600


@every_domain_module
def test_domain_imports_only_what_is_pure(path: Path) -> None:
    strangers = {
        name
        for name in imported(path)
        if name.split(".")[0] not in PURE_PACKAGES | PURE_STDLIB
        and name != "urllib.parse"
        and not re.match(r"booktrack\.(domain|errors)\b", name)
    }
    assert not strangers


@every_domain_module
def test_domain_asks_no_clock_and_opens_nothing(path: Path) -> None:
    assert not IMPURE_CALLS & set(called(path))


@every_module
def test_only_the_command_line_prints(path: Path) -> None:
    is_cli = path.relative_to(SOURCE).parts[0].startswith("cli")
    assert is_cli or "print" not in set(called(path))


@every_module
def test_a_third_party_import_is_a_declared_dependency(path: Path) -> None:
    known = {IMPORT_NAME.get(name, name) for name in REQUIRED | OPTIONAL}
    third_party = {name.split(".")[0] for name in imported(path)} - sys.stdlib_module_names
    # pydantic's own core and its vocabulary come with it and are part of its interface.
    own = {"booktrack", "annotated_types", "pydantic_core", "typing_extensions"}
    assert third_party - own <= known


def test_import_booktrack_loads_no_extra_and_nothing_slow() -> None:
    names = {IMPORT_NAME.get(name, name) for name in OPTIONAL} | SLOW_TO_LOAD
    code = f"import sys, booktrack; print(*sorted({names!r} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_test_extra_includes_the_server_and_leaves_the_checkers_out() -> None:
    optional = PROJECT["optional-dependencies"]
    assert "booktrack[web]" in optional["test"]
    assert not requirements("dev") & (requirements("test") | REQUIRED)
    assert set(optional) == {"web", "audible", "barcode", "bibtex", "notebook", "test", "dev"}


def test_no_package_is_both_required_and_extra() -> None:
    assert not REQUIRED & OPTIONAL


def test_contributing_gives_a_reason_for_every_dependency() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("## Dependencies")[1]
    rows = [line for line in text.splitlines() if line.startswith("|")]
    named = {word for row in rows for word in re.findall(r"[a-z0-9-]+", row.rsplit("|", 2)[0])}
    wanted = REQUIRED | requirements(*PROJECT["optional-dependencies"]) - {"booktrack"}
    assert wanted <= named


def readme_command(name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "readme_command"), name],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["try", "test"])
def test_readme_has_the_command_on_one_line(name: str) -> None:
    answer = readme_command(name)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("python3 -m venv .venv")
    assert answer.stdout.count("\n") == 1


def test_an_unknown_readme_command_is_an_error() -> None:
    answer = readme_command("nothing")
    assert answer.returncode == 1
    assert "try, test" in answer.stderr


def test_ci_asks_the_readme_for_its_commands_and_has_no_copy_of_them() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    for name in ("try", "test"):
        assert f"scripts/readme_command {name}" in script
        assert readme_command(name).stdout.strip() not in script
    assert "scripts/check" in script


def test_the_version_is_the_one_that_is_installed() -> None:
    import booktrack

    assert booktrack.__version__ == PROJECT["version"]


def test_a_test_cannot_reach_out() -> None:
    with pytest.raises(RuntimeError, match="mark it `live`"):
        socket.create_connection(("example.org", 80))
    # 192.0.2.0/24 is set aside for documentation (RFC 5737).
    with socket.socket() as client, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))


def test_a_test_may_talk_to_its_own_machine() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1])) as client,
    ):
        assert client.getpeername() == server.getsockname()
