"""What the tests of the console share."""

from __future__ import annotations

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.tui.picture import ExpectPicture, expecting


@pytest.fixture
def expect_picture(snapshot: SnapshotAssertion) -> ExpectPicture:
    """Compares the console with a picture by its name."""
    return expecting(snapshot)
