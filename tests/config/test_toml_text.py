"""TOML that attacks its parser is refused in one sentence, whichever file it stands in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from alerttui.config.load import load_settings
from alerttui.config.view_file import ViewFile
from alerttui.domain.errors import ConfigError
from alerttui.ingest.mapping_file import read_mapping
from alerttui.tui.theme import theme_named

READERS: Final[dict[str, Callable[[Path], object]]] = {
    "config.toml": lambda file: load_settings(file, {}),
    "views.toml": lambda file: ViewFile(file).read(),
    "mine.toml": lambda file: theme_named("mine", file.parent),
    "map.toml": lambda file: read_mapping(file.read_text("utf-8"), str(file)),
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("a=" + "[" * 50_000, "tables or lists lie too deep in each other", id="deep"),
        pytest.param(f"a{'.a' * 2_000}=1", "tables or lists lie too deep in each other", id="deep names"),
        pytest.param("a=" + "9" * 5_000, "a number has too many digits", id="long number"),
        pytest.param("a=0x" + "f" * 5_000, "a number has too many digits", id="long hexadecimal number"),
        pytest.param("a=", "line 1: not TOML", id="broken"),
    ],
)
def test_a_text_that_breaks_the_parser_is_refused(
    tmp_path: Path, name: str, text: str, complaint: str
) -> None:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=complaint) as refused:
        READERS[name](file)
    assert str(refused.value).startswith(str(file))
