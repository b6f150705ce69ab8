"""docs/backends.md tells what the backends declare, and shows the very backend that the tests use."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.backends.backends_document import BEGIN, END, made_part
from tests.places import ROOT

PAGE = ROOT / "docs" / "backends.md"
SHOWN = ("ticket_box.py", "ticket_box_contract.py")


def test_the_tables_are_those_of_the_capabilities(tmp_path: Path, update_files: bool) -> None:
    made = made_part(tmp_path / "store.db")
    before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    if update_files:
        PAGE.write_text(f"{before}{made}{after}", "utf-8")
    assert PAGE.read_text("utf-8") == f"{before}{made}{after}"


@pytest.mark.parametrize("name", SHOWN)
def test_the_example_is_the_backend_that_is_tested(name: str) -> None:
    shown = (ROOT / "tests" / "backends" / name).read_text("utf-8")
    assert f"```python\n{shown}```" in PAGE.read_text("utf-8")


@pytest.mark.parametrize("link", ["architecture.md", "profiles.md", "remote.md"])
def test_the_page_leads_on(link: str) -> None:
    assert f"({link})" in PAGE.read_text("utf-8")
