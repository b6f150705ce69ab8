"""`views.toml`: the views that were made in the console, in a file that people may edit as well."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from alerttui.config.private_file import alone_with, write_private
from alerttui.config.toml_lines import line_of
from alerttui.config.toml_text import parsed_toml
from alerttui.domain.errors import ConfigError
from alerttui.domain.view import name_problem

FILE_NAME: Final = "views.toml"
TABLE: Final = "views"

Views = dict[str, str]
"""Name to filter, in the order in which they were made."""


class ViewFile:
    """Own views in one file beside the configuration; every change starts from what the file says then."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, config_file: Path) -> ViewFile:
        """The file of the user who has this configuration."""
        return cls(config_file.with_name(FILE_NAME))

    def read(self) -> Views:
        """The views; none where there is no file. Raises `ConfigError` naming file, line and key."""
        text = self._text()
        if not text.strip():
            return {}
        return self._checked(parsed_toml(text, self.path), text)

    def put(self, name: str, text: str) -> None:
        """Keep a view, in place of the one of the same name."""

        def put(views: Views) -> Views:
            return views | {name: text}

        self._change(put)

    def rename(self, name: str, to: str) -> None:
        """Give a view another name; it keeps its place."""

        def rename(views: Views) -> Views:
            self._require(views, name)
            return {to if each == name else each: text for each, text in views.items()}

        self._change(rename)

    def remove(self, name: str) -> None:
        """Forget a view."""

        def remove(views: Views) -> Views:
            self._require(views, name)
            return {each: text for each, text in views.items() if each != name}

        self._change(remove)

    def _text(self) -> str:
        try:
            return self.path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return ""
        except UnicodeDecodeError as error:
            raise ConfigError(f"{self.path}: not UTF-8 at byte {error.start}; save it as UTF-8") from None
        except OSError as error:
            raise ConfigError(f"{self.path}: cannot be read: {error.strerror}") from error

    def _checked(self, tables: dict[str, Any], text: str) -> Views:
        for key in tables:
            if key != TABLE:
                raise self._refusal(text, (key,), f"no such key; views stand under [{TABLE}]")
        views = tables.get(TABLE, {})
        if not isinstance(views, dict):
            raise self._refusal(text, (TABLE,), "a table of names and filters is expected")
        for name, filter_text in views.items():
            if not isinstance(filter_text, str):
                reason = f"a filter in quotes is expected, not {filter_text!r}"
                raise self._refusal(text, (TABLE, name), reason)
            if problem := name_problem(name):
                raise self._refusal(text, (TABLE, name), problem)
        return dict(views)

    def _refusal(self, text: str, keys: tuple[str, ...], reason: str) -> ConfigError:
        return ConfigError(f"{self.path}, line {line_of(text, keys)}: {'.'.join(keys)}: {reason}")

    def _require(self, views: Views, name: str) -> None:
        if name not in views:
            raise ConfigError(f"{self.path}: there is no view {name!r} any more; nothing was changed.")

    def _change(self, change: Callable[[Views], Views]) -> None:
        import tomli_w  # only for writing

        try:
            with alone_with(self.path):
                changed = change(self.read())
                write_private(self.path, tomli_w.dumps({TABLE: changed}).encode("utf-8"))
        except OSError as error:
            reason = f"cannot be written: {error.strerror}; nothing was changed."
            raise ConfigError(f"{self.path}: {reason}") from error
