"""Options that all tests share."""

from __future__ import annotations

import gc

import pytest

# A console makes many short-lived objects: a fifth of the time went into looking for garbage.
gc.set_threshold(50_000, 10, 20)


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
