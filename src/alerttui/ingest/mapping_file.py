"""Reads a mapping from TOML, strictly: what is not understood is named with file, line and nearest name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Final, NoReturn, TypeVar

from alerttui.config.toml_lines import line_of
from alerttui.config.toml_text import parsed_toml
from alerttui.domain.errors import ConfigError
from alerttui.domain.vocabulary import Severity
from alerttui.ingest.mapping import (
    FIELD_NAMES,
    PART_FIELDS,
    Detect,
    EventRule,
    FormatMapping,
    Identity,
    ObservableRule,
    Picks,
    SeverityRule,
    StatusRule,
)
from alerttui.ingest.picking import Path, Pick, template_of

T = TypeVar("T")
Keys = tuple[str, ...]
Table = dict[str, object]

_TOP: Final = (
    "name", "title", "source", "inside", "keep_rest", "detect", "only", "identity", "fields", "severity",
    "status", "events", "indicators", "observables",
)  # fmt: skip
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")


def load_mapping(file: FilePath) -> FormatMapping:
    """The mapping in a file; raises `ConfigError` naming file, line and key."""
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: the map cannot be read: {error}") from None
    return read_mapping(text, str(file))


def read_mapping(text: str, file: str) -> FormatMapping:
    """The mapping in a TOML text; `file` is only named in complaints."""
    return _MapReader(text, file).mapping(parsed_toml(text, file))


@dataclass(frozen=True, slots=True)
class _MapReader:
    text: str
    file: str

    def mapping(self, table: Table) -> FormatMapping:
        self._only_known(table, _TOP, ())
        name = self._text(table, ("name",))
        if not _NAME.fullmatch(name):
            self._complain(("name",), "a name of lower-case letters, digits, - and _ is expected")
        fields = self._table(table, ("fields",))
        self._only_known(fields, FIELD_NAMES, ("fields",))
        if not fields.keys() & {"title", "rule_name", "rule_id"}:
            self._complain(("fields",), "at least title, rule_name or rule_id is expected")
        return FormatMapping(
            name=name,
            title=self._text(table, ("title",), default=name),
            source=self._text(table, ("source",), default=name),
            inside=self._paths(table, ("inside",)),
            detect=self._detect(table),
            only=self._patterns(table, ("only",)),
            identity=self._identity(table),
            fields={key: self._picks(fields, ("fields", key)) for key in fields},
            severity=self._severity(table),
            status=self._status(table),
            events=self._events(table),
            indicators=self._indicators(table),
            observables=self._observables(table),
            keep_rest=self._flag(table, ("keep_rest",)),
        )

    # -- sections

    def _detect(self, table: Table) -> Detect:
        section = self._section(
            table, "detect", ("specificity", "present", "any", "at_least", "absent", "match")
        )
        return Detect(
            specificity=self._number(section, ("detect", "specificity"), 50),
            present=self._paths(section, ("detect", "present")),
            any=self._paths(section, ("detect", "any")),
            at_least=self._number(section, ("detect", "at_least"), 1),
            absent=self._paths(section, ("detect", "absent")),
            match=self._patterns(section, ("detect", "match")),
        )

    def _identity(self, table: Table) -> Identity:
        section = self._section(table, "identity", ("any", "all", "not_an_id"))
        pattern = self._text(section, ("identity", "not_an_id"), default="")
        return Identity(
            any=self._picks(section, ("identity", "any")),
            all=self._picks(section, ("identity", "all")),
            not_an_id=self._pattern(pattern, ("identity", "not_an_id")) if pattern else None,
        )

    def _severity(self, table: Table) -> SeverityRule:
        section = self._section(table, "severity", ("from", "shown", "words", "at_least"))
        words = self._words(section, ("severity", "words"))
        bounds = self._table(section, ("severity", "at_least"))
        at_least = []
        for word, bound in bounds.items():
            if isinstance(bound, bool) or not isinstance(bound, (int, float)):
                self._complain(("severity", "at_least", word), "a number is expected")
            at_least.append((float(bound), self._one_severity(word, ("severity", "at_least", word))))
        return SeverityRule(
            picks=self._picks(section, ("severity", "from")),
            shown=self._picks(section, ("severity", "shown")),
            words={
                word.lower(): self._one_severity(meaning, ("severity", "words", word))
                for word, meaning in words.items()
            },
            at_least=tuple(sorted(at_least, reverse=True)),
        )

    def _one_severity(self, word: str, keys: Keys) -> Severity:
        severity = Severity.from_word(word)
        if severity is Severity.UNKNOWN:
            self._complain(keys, f"{word!r} is none of CRITICAL, HIGH, MEDIUM, LOW, INFO")
        return severity

    def _status(self, table: Table) -> StatusRule:
        section = self._section(table, "status", ("from", "words", "default"))
        return StatusRule(
            picks=self._picks(section, ("status", "from")),
            words={word.lower(): to for word, to in self._words(section, ("status", "words")).items()},
            default=self._text(section, ("status", "default"), default="OPEN"),
        )

    def _events(self, table: Table) -> EventRule:
        section = self._section(table, "events", ("whole_record", "paths", "time"))
        return EventRule(
            whole_record=self._flag(section, ("events", "whole_record")),
            paths=self._paths(section, ("events", "paths")),
            time=self._picks(section, ("events", "time")),
        )

    def _indicators(self, table: Table) -> tuple[tuple[str, Picks], ...]:
        section = self._table(table, ("indicators",))
        return tuple((kind, self._picks(section, ("indicators", kind))) for kind in section)

    def _observables(self, table: Table) -> ObservableRule | None:
        if "observables" not in table:
            return None
        section = self._section(table, "observables", ("path", "value", "kind", "kinds"))
        kinds = self._words(section, ("observables", "kinds"))
        return ObservableRule(
            path=Path.of(self._text(section, ("observables", "path"))),
            value=Path.of(self._text(section, ("observables", "value"))),
            kind=Path.of(self._text(section, ("observables", "kind"))),
            kinds={word.lower(): kind for word, kind in kinds.items()},
        )

    # -- values

    def _picks(self, table: Table, keys: Keys) -> Picks:
        value = table.get(keys[-1], [])
        picks = tuple(self._pick(each, keys) for each in (value if isinstance(value, list) else [value]))
        if keys[0] == "fields" and keys[-1] in PART_FIELDS and any(pick.path is None for pick in picks):
            self._complain(keys, "a path or a list of paths is expected")
        return picks

    def _pick(self, value: object, keys: Keys) -> Pick:
        if isinstance(value, str) and value:
            return Pick(path=Path.of(value))
        if not isinstance(value, dict):
            self._complain(
                keys, "a path, a table with path, template or value, or a list of these is expected"
            )
        self._only_known(value, ("path", "template", "value", "split", "match", "case"), keys)
        if len(value.keys() & {"path", "template", "value"}) != 1:
            self._complain(keys, "exactly one of path, template and value is expected")
        case = self._text(value, (*keys, "case"), default="")
        if case not in ("", "upper", "lower"):
            self._complain((*keys, "case"), "upper or lower is expected")
        pattern = self._text(value, (*keys, "match"), default="")
        return Pick(
            path=Path.of(self._text(value, (*keys, "path"))) if "path" in value else None,
            template=template_of(self._text(value, (*keys, "template"), default="")),
            constant=self._text(value, (*keys, "value"), default=""),
            split=self._text(value, (*keys, "split"), default=""),
            match=self._pattern(pattern, (*keys, "match")) if pattern else None,
            case=case,
        )

    def _paths(self, table: Table, keys: Keys) -> tuple[Path, ...]:
        value = table.get(keys[-1], [])
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
            self._complain(keys, "a path or a list of paths is expected")
        return tuple(Path.of(each) for each in value)

    def _patterns(self, table: Table, keys: Keys) -> tuple[tuple[Path, re.Pattern[str]], ...]:
        words = self._words(table, keys)
        return tuple((Path.of(path), self._pattern(text, (*keys, path))) for path, text in words.items())

    def _pattern(self, text: str, keys: Keys) -> re.Pattern[str]:
        try:
            return re.compile(text)
        except re.error as error:
            self._complain(keys, f"{text!r} is not a regular expression: {error}")

    def _words(self, table: Table, keys: Keys) -> dict[str, str]:
        section = self._table(table, keys)
        return {word: self._text(section, (*keys, word)) for word in section}

    def _text(self, table: Table, keys: Keys, default: str | None = None) -> str:
        value = table.get(keys[-1], default)
        if value is None:
            self._complain(keys, "it is missing")
        if not isinstance(value, str) or (not value and default is None):
            self._complain(keys, "text is expected")
        return value

    def _number(self, table: Table, keys: Keys, default: int) -> int:
        return self._of_kind(table, keys, default, int, "a whole number is expected")

    def _flag(self, table: Table, keys: Keys) -> bool:
        return self._of_kind(table, keys, False, bool, "true or false is expected")

    def _of_kind(self, table: Table, keys: Keys, default: T, kind: type[T], rule: str) -> T:
        value = table.get(keys[-1], default)
        if not isinstance(value, kind) or type(value) is not kind:
            self._complain(keys, rule)
        return value

    def _section(self, table: Table, name: str, known: Sequence[str]) -> Table:
        section = self._table(table, (name,))
        self._only_known(section, known, (name,))
        return section

    def _table(self, table: Table, keys: Keys) -> Table:
        value = table.get(keys[-1], {})
        if not isinstance(value, dict):
            self._complain(keys, "a table is expected")
        return value

    # -- complaints

    def _only_known(self, table: Table, known: Iterable[str], keys: Keys) -> None:
        names = tuple(known)
        for key in table:
            if key not in names:
                near = get_close_matches(key, names, n=1)
                hint = f"did you mean {near[0]}?" if near else "one of " + ", ".join(names)
                self._complain((*keys, key), f"no such key; {hint}")

    def _complain(self, keys: Keys, rule: str) -> NoReturn:
        raise ConfigError(f"{self.file}, line {line_of(self.text, keys)}: {'.'.join(keys)}: {rule}")
