"""Every text from outside goes through one gate on its way to the screen."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.places import SOURCE

TUI = SOURCE / "tui"
RENDER = TUI / "render"
GATE = {RENDER / "text.py", RENDER / "json_lines.py", RENDER / "markdown_lines.py"}
"""The gate itself, and two that join parts which went through it; they have property tests of their own."""

ALLOWED_WIDGETS = {"Input", "TextArea"}
"""Widgets of Textual that never read markup; everything else we draw ourselves."""

FORBIDDEN_CALLS = {"notify", "from_markup", "from_rich_text", "from_text"}
FORBIDDEN_ATTRIBUTES = {"border_title", "border_subtitle", "tooltip", "sub_title"}


def modules() -> list[Path]:
    return sorted(TUI.rglob("*.py"))


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node


def is_own_text(node: ast.expr) -> bool:
    """Text that stands in the source: a literal, one repeated, or one with numbers formatted in."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult):
        return is_own_text(node.left) or is_own_text(node.right)
    if isinstance(node, ast.IfExp):
        return is_own_text(node.body) and is_own_text(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return all(
            isinstance(part, ast.Constant)
            or (isinstance(part, ast.FormattedValue) and part.format_spec is not None)
            for part in node.values
        )
    return False


def makes_content(call: ast.Call) -> bool:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id == "Content"
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Name)
        and function.value.id == "Content"
        and function.attr in ("styled", "assemble", "blank")
    )


def texts(call: ast.Call) -> Iterator[ast.expr]:
    for argument in call.args if getattr(call.func, "attr", "") == "assemble" else call.args[:1]:
        yield argument.elts[0] if isinstance(argument, ast.Tuple) else argument


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_content_is_made_of_our_own_words_or_by_the_gate(path: Path) -> None:
    if path in GATE:
        return
    tree = ast.parse(path.read_text("utf-8"))
    foreign = [
        f"{path.name}:{call.lineno} {ast.unparse(text)}"
        for call in calls(tree)
        if makes_content(call)
        for text in texts(call)
        if not is_own_text(text)
    ]
    assert not foreign, "make these with content(...), which passes shown()"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_text_fields_are_our_own(path: Path) -> None:
    if path.name == "text_fields.py":
        return
    made = [
        f"{path.name}:{call.lineno}"
        for call in calls(ast.parse(path.read_text("utf-8")))
        if isinstance(call.func, ast.Name) and call.func.id in ALLOWED_WIDGETS
    ]
    assert not made, "use LineField or TextField, which show what is pasted"


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.name)
def test_no_widget_that_reads_markup_is_used(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual.widgets"):
            assert {alias.name for alias in node.names} <= ALLOWED_WIDGETS, f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            assert node.func.attr not in FORBIDDEN_CALLS, f"{path.name}:{node.lineno}"
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            assert node.attr not in FORBIDDEN_ATTRIBUTES, f"{path.name}:{node.lineno}"
