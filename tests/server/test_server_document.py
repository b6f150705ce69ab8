"""docs/server.md and /openapi.json tell of the same operations, parameters and options."""

from __future__ import annotations

import re
from typing import Any

import pytest

from alerttui.cli.commands.serve import command
from alerttui.server.alert_filter import KNOWN
from alerttui.server.openapi import document
from tests.places import ROOT

TEXT = (ROOT / "docs" / "server.md").read_text("utf-8")
PATHS: dict[str, dict[str, Any]] = document()["paths"]  # type: ignore[assignment]  # as OpenAPI has it


@pytest.mark.parametrize("path", PATHS)
def test_every_operation_has_an_example(path: str) -> None:
    written = re.sub(r"\{[a-z]+\}", '[^ /?"]+', path)
    calls = [line for line in TEXT.splitlines() if re.search(rf'\$U{written}["?]', line)]
    for method in PATHS[path]:
        wanted = {"patch": "-X PATCH", "post": "-d "}.get(method, "curl")
        assert any(wanted in call for call in calls), f"{method} {path}"


def test_every_parameter_of_the_list_is_explained_and_described() -> None:
    described = [each["name"] for each in PATHS["/alerts"]["get"]["parameters"]]
    assert sorted(described) == sorted(KNOWN)
    for name in described:
        assert re.search(rf"^\| .*`{name}`.* \|", TEXT, re.MULTILINE), name


def test_every_option_is_explained() -> None:
    for option in command.params:
        flags = [each for each in option.opts if each not in ("--view", "--query")]
        assert all(f"`{each}" in TEXT for each in flags), flags


def test_no_name_in_the_description_is_without_its_schema() -> None:
    schemas: dict[str, Any] = document()["components"]["schemas"]  # type: ignore[index]  # as OpenAPI has it
    used = set(re.findall(r"#/components/schemas/([A-Za-z.]+)", str(document())))
    assert used == set(schemas)
