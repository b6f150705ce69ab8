"""The doctor's report: facts in sections, and what is wrong with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alerttui.domain.showable import shown

INDENT: Final = "  "


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the report."""

    name: str
    value: str
    note: str = ""
    """Where the value comes from, or what follows from it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong, or could be better."""

    about: str
    """The section, or what in it."""
    what: str
    remedy: str
    """What to do."""
    is_wrong: bool = True
    """False for what alerttui works well enough with."""


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under one heading, and the problems found among them."""

    name: str
    facts: Sequence[Fact]
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that was found, made harmless to paste: the home folder is ~, and text is showable."""

    sections: Sequence[Section]
    home: str = ""
    """What is written as ~."""

    @property
    def problems(self) -> list[Problem]:
        """What was found, what is wrong first."""
        found = [problem for section in self.sections for problem in section.problems]
        return sorted(found, key=lambda problem: not problem.is_wrong)

    @property
    def is_fine(self) -> bool:
        """True if nothing is wrong."""
        return not any(problem.is_wrong for problem in self.problems)

    def safe(self, text: str) -> str:
        """The text as it may be shown and pasted."""
        return shown(abbreviated(text, self.home))

    def lines(self, width: int | None = None) -> Iterator[str]:
        """The report for people, problems first; wrapped at words where a width is given."""
        yield self._verdict()
        for problem in self.problems:
            sign = "!" if problem.is_wrong else "-"
            yield ""
            yield from wrapped(f"{sign} {self.safe(f'{problem.about}: {problem.what}')}", width, INDENT)
            yield from wrapped(f"{INDENT}{self.safe(problem.remedy)}", width, INDENT)
        names = max((len(fact.name) for section in self.sections for fact in section.facts), default=0)
        for section in self.sections:
            if not section.facts:
                continue
            yield ""
            yield section.name
            for fact in section.facts:
                name = f"{INDENT}{self.safe(fact.name).ljust(names)}{INDENT}"
                note = f"  ({self.safe(fact.note)})" if fact.note else ""
                yield from wrapped(f"{name}{self.safe(fact.value)}{note}", width, " " * len(name))

    def as_json(self) -> dict[str, object]:
        """The report for programs."""
        return {
            "ok": self.is_fine,
            "problems": [
                {
                    "about": problem.about,
                    "what": self.safe(problem.what),
                    "remedy": self.safe(problem.remedy),
                    "wrong": problem.is_wrong,
                }
                for problem in self.problems
            ],
            "sections": {
                section.name: {
                    fact.name: {
                        "value": self.safe(fact.value),
                        **({"note": self.safe(fact.note)} if fact.note else {}),
                    }
                    for fact in section.facts
                }
                for section in self.sections
            },
        }

    def _verdict(self) -> str:
        wrong = sum(problem.is_wrong for problem in self.problems)
        better = len(self.problems) - wrong
        if not self.problems:
            return "Everything is fine."
        parts = [f"{wrong} wrong"] if wrong else ["Nothing is wrong"]
        if better:
            parts.append(f"{better} could be better")
        return "; ".join(parts) + "."


def wrapped(line: str, width: int | None, margin: str) -> list[str]:
    """The line, in as many as it takes; a word that is too long, such as a path, is not broken."""
    if width is None or len(line) <= width:
        return [line.rstrip()]
    from textwrap import wrap

    return wrap(
        line,
        width,
        subsequent_indent=margin,
        replace_whitespace=False,
        drop_whitespace=True,
        break_long_words=False,
        break_on_hyphens=False,
    )


def abbreviated(text: str, home: str) -> str:
    """The text with the home folder as ~, wherever a path begins with it."""
    if not home.startswith("/") or home == "/":
        return text
    return re.sub(re.escape(home.rstrip("/")) + r"(?=$|[^\w.-])", "~", text)


def mode_text(mode: int) -> str:
    """The rights of a file as people write them: 0600."""
    return f"{mode & 0o7777:04o}"


def size_text(size: float) -> str:
    """A size in bytes in at most one decimal and one unit: 1.2 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1_000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 10 else f"{size:.1f} {unit}"
        size /= 1_000
    return f"{size:.1f} TB"


def rights_of(path: Path) -> int | None:
    """The rights of a file or folder; None where there is none, or it cannot be seen."""
    try:
        return path.stat().st_mode & 0o7777
    except OSError:
        return None
