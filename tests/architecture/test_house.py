"""The house stays liveable: no import cycles, no overgrown rooms, a start that loads only what it shows."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from tests.places import ROOT, SOURCE

MODULE_LINES = 400
FUNCTION_LINES = 60
VAGUE_NAMES = {"utils", "helpers", "manager", "common", "misc"}


def test_no_module_is_part_of_an_import_cycle() -> None:
    graph = grimp.build_graph("alerttui", cache_dir=None)
    for module in sorted(graph.modules):
        for imported in graph.find_modules_directly_imported_by(module):
            chain = graph.find_shortest_chain(importer=imported, imported=module)
            assert chain is None, f"{module} imports {imported}, which leads back: {chain}"


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda path: str(path.relative_to(SOURCE)))
def test_rooms_keep_their_size(path: Path) -> None:
    text = path.read_text("utf-8")
    assert text.count("\n") <= MODULE_LINES
    assert path.stem not in VAGUE_NAMES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            size = (node.end_lineno or node.lineno) - node.lineno + 1
            assert size <= FUNCTION_LINES, f"{node.name} has {size} lines"


def modules_loaded_by(statement: str) -> set[str]:
    """The modules in a fresh interpreter after a statement."""
    code = f"{statement}\nimport sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


def test_the_command_line_loads_neither_the_console_nor_a_network_library() -> None:
    loaded = modules_loaded_by("import alerttui.cli.main")
    assert not {"textual", "rich", "httpx", "pydantic", "markdown_it", "sqlite3"} & loaded


def test_the_console_starts_without_what_its_first_frame_does_not_need() -> None:
    loaded = modules_loaded_by("import alerttui.tui.app, alerttui.backends.registry")
    assert not {"httpx", "pydantic", "markdown_it", "textual.widgets._text_area"} & loaded


def test_no_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    hosts = (
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "registry.npm" + "js.org",
        "/ro" + "ot/",
        "/wo" + "rk/",
    )
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.suffix in (".svg", ".raw", ".gz") or not path.is_file():
            continue
        text = path.read_text("utf-8", errors="replace")
        for host in hosts:
            assert host not in text, f"{name} names {host}"
