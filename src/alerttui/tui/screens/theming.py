"""Theming: a menu of all themes that shows each one while the cursor is on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from alerttui.domain.errors import ConfigError
from alerttui.tui.contrast import reading_warning
from alerttui.tui.dialogs.menu import Dialog
from alerttui.tui.look import wear
from alerttui.tui.render.document import DocLine, text_lines
from alerttui.tui.render.style_names import DIM, ERROR, WARNING
from alerttui.tui.render.text import content
from alerttui.tui.screens.desk import BAD, GOOD, WARN, Desk
from alerttui.tui.theme import PREFIX, ThemeFile, read_theme, theme_files
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

WATCH_S: Final = 1.0
"""How often the menu looks whether a theme's file was written anew; only while the menu is open."""

SHOWN_THEMES: Final = 10
"""Lines of themes; further ones scroll."""

Stamp = tuple[int, int]
"""What tells one state of a file from another: when it was written, in ns, and its size."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What there is to say about the theme that was put on last."""

    text: str = ""
    style: str = DIM


@dataclass(slots=True)
class Theming:
    """Chooses how the console looks."""

    desk: Desk

    async def choose(self) -> None:
        """Let the analyst try every theme; what is chosen holds until the console is left."""
        if not self.desk.settings.has_colours:
            self.desk.say("NO_COLOR is set: no theme has colours. Unset it to choose one.", WARN)
            return
        app = self.desk.screen.app
        before = app.current_theme
        trial = Trial(self.desk, self.desk.settings.themes_folder)
        name = await self.desk.ask(ThemeScreen(trial, before.name.removeprefix(PREFIX)))
        if name is None:
            wear(app, before)
        else:
            self._say_kept(name)

    def names(self) -> list[str]:
        """Every theme that can be chosen, ours first."""
        return list(theme_files(self.desk.settings.themes_folder))

    def choose_named(self, name: str) -> None:
        """Put a theme on by its name."""
        remark = Trial(self.desk, self.desk.settings.themes_folder).put_on(name)
        if remark.style == ERROR:
            self.desk.say(remark.text, BAD)
        else:
            self._say_kept(name)

    def _say_kept(self, name: str) -> None:
        self.desk.say(f'Theme {name} until you quit. To keep it, configure: theme = "{name}"', GOOD)


@dataclass(slots=True)
class Trial:
    """Puts themes on the console, one after the other, and anew when the file of the present one changes."""

    desk: Desk
    folder: Path | None
    files: dict[str, ThemeFile] = field(default_factory=dict)
    _worn: ThemeFile | None = None
    _stamp: Stamp | None = None

    def __post_init__(self) -> None:
        self.files = theme_files(self.desk.settings.themes_folder)

    def put_on(self, name: str) -> Remark:
        """Show the console in this theme; where its file has an error, say it and leave the look as it is."""
        file = self._worn = self.files[name]
        self._stamp = _stamp(file.path)
        try:
            theme = read_theme(file)
        except ConfigError as error:
            return Remark(str(error), ERROR)
        wear(self.desk.screen.app, theme)
        return Remark(reading_warning(theme), WARNING)

    def look_again(self) -> Remark | None:
        """Put the present theme on anew if its file was written since, and see which files there are now."""
        self.files = theme_files(self.desk.settings.themes_folder)
        worn = self._worn
        if worn is None or worn.is_shipped or worn.name not in self.files:
            return None
        return self.put_on(worn.name) if _stamp(worn.path) != self._stamp else None


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


class ThemeScreen(Dialog[str]):
    """All themes, each shown while the cursor is on it; the answer is the name of the one that is kept."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "keep", show=False),
        Binding("down,j,ctrl+n", "move(1)", "down", show=False),
        Binding("up,k,ctrl+p", "move(-1)", "up", show=False),
    ]

    def __init__(self, trial: Trial, current: str) -> None:
        super().__init__("Theme: enter keeps it, esc goes back")
        self._trial = trial
        self._current = current
        self._names = list(trial.files)
        self._remark = Remark()

    def compose(self) -> ComposeResult:
        """Title, the themes, what there is to say about the one that is shown."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            yield DocumentView(id="themes")
            yield DocumentView(id="theme-remark")

    def on_mount(self) -> None:
        """The cursor starts on the theme that the console wears."""
        remark = self.query_one("#theme-remark", DocumentView)
        remark.can_focus = False
        themes = self._show_themes()
        if self._current in self._names:
            themes.cursor = self._names.index(self._current)
        themes.focus()
        self._show_remark()
        self.set_interval(WATCH_S, self._look_again)

    def _show_themes(self) -> DocumentView:
        themes = self.query_one("#themes", DocumentView)
        themes.show(lambda _: [self._line(name) for name in self._names], keep_place=True)
        themes.styles.height = min(len(self._names), SHOWN_THEMES)
        return themes

    def _show_remark(self) -> None:
        view = self.query_one("#theme-remark", DocumentView)
        remark = self._remark
        view.show(lambda width: text_lines(remark.text, width, remark.style))
        view.styles.height = max(1, view.line_count())

    def _line(self, name: str) -> DocLine:
        notes = []
        if name in self._trial.files and not self._trial.files[name].is_shipped:
            notes.append("yours")
        if name == self._current:
            notes.append("as it was")
        note = Content("  ") + content(", ".join(notes), DIM) if notes else Content("")
        return DocLine(content(f" {name}") + note)

    @on(LineView.CursorMoved, "#themes")
    def try_on(self) -> None:
        """Show the console in the theme under the cursor."""
        self._tell(self._trial.put_on(self._under_cursor))

    @property
    def _under_cursor(self) -> str:
        return self._names[self.query_one("#themes", DocumentView).cursor]

    def _tell(self, remark: Remark) -> None:
        self._remark = remark
        self._show_remark()

    def _look_again(self) -> None:
        """A file that was written anew shows at once; files that came or went are listed."""
        remark = self._trial.look_again()
        if list(self._trial.files) != self._names:
            name = self._under_cursor
            self._names = list(self._trial.files)
            themes = self._show_themes()
            themes.move_to(self._names.index(name) if name in self._names else 0)
        if remark is not None:
            self._tell(remark)

    def action_move(self, lines: int) -> None:
        """Move the cursor."""
        self.query_one("#themes", DocumentView).move_by(lines)

    @on(LineView.LineOpened, "#themes")
    def action_pick(self) -> None:
        """Keep the theme under the cursor, if its file can be read."""
        if self._remark.style != ERROR:
            self.dismiss(self._under_cursor)
