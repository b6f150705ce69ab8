"""Options that all tests share."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """One option writes anew what tests compare with files: pictures and the keys document."""
    parser.addoption(
        "--update-files",
        action="store_true",
        help="write the pictures under tests/tui/pictures and docs/keys.md anew, instead of comparing",
    )


@pytest.fixture
def update_files(request: pytest.FixtureRequest) -> bool:
    """Whether files are to be written anew."""
    return bool(request.config.getoption("--update-files"))


SLOW_AND_WAITING = "test_pty_actions"
"""Tests on a real terminal, which mostly wait: begun first, they do not keep the others waiting in the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slowest tests first; the order of the others stays."""
    items.sort(key=lambda item: SLOW_AND_WAITING not in item.nodeid)
