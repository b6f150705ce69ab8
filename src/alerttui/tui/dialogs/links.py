"""The dialogs of links: which one, and what to do with it once its whole URL and real host were shown."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key

from alerttui.domain.links import FoundLink, Link, LinkRefused, checked_link
from alerttui.tui.dialogs.menu import Dialog, MenuScreen, Option
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM, ERROR, STRONG, WARNING
from alerttui.tui.render.text import content, wrap
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.line_view import LineView

LISTED_URL_LINES: Final = 3
"""In the list a longer URL is cut; the question shows all of it."""

MOST_OF_SCREEN: Final = 0.7
"""Share of the screen's lines that these dialogs fill at most; the panel itself may have 80 %."""

FROM_DATA: Final = "the attacker may have written it"


class LinkView(DocumentView):
    """Links of several lines each; the cursor goes from one to the next."""

    def skips(self, line: int) -> bool:
        """The cursor rests on the first line of a link only."""
        return not self._lines[line].value

    def fit(self, most: int) -> None:
        """Be as high as the document, up to so many lines."""
        self.styles.height = max(1, min(self.line_count(), most))


def link_lines(found: Sequence[FoundLink], width: int) -> list[DocLine]:
    """Per link its number, real host and place, then the URL below."""
    lines: list[DocLine] = []
    for number, each in enumerate(found, start=1):
        key = content(f"{number:>2} " if number < 10 else "   ", "bold $accent")
        try:
            link = checked_link(each.url)
            host = content(link.host_ascii, STRONG)
            warned = Content.styled("  ! ", WARNING) if link.warnings else Content("")
        except LinkRefused:
            host, warned = Content.styled("not opened", ERROR), Content("")
        where = content(f"  {each.where}", DIM)
        lines.append(DocLine(key + host + warned + where, value=each.url))
        url = wrap(content(each.url), max(8, width - 4), max_lines=LISTED_URL_LINES)
        lines += [DocLine(Content("    ") + part) for part in url]
    return lines


class LinkListScreen(Dialog[FoundLink]):
    """The links of an alert; a digit, or the cursor and enter, picks one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "pick", "pick", show=False),
        Binding("down,ctrl+n,j", "move(1)", "down", show=False),
        Binding("up,ctrl+p,k", "move(-1)", "up", show=False),
    ]

    def __init__(self, title: str, found: Sequence[FoundLink]) -> None:
        super().__init__(title)
        self._found = found

    def compose(self) -> ComposeResult:
        """Title and links."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            view = LinkView(id="links")
            view.show(lambda width: link_lines(self._found, width))
            yield view

    def on_mount(self) -> None:
        """The links have the focus."""
        self.query_one("#links", LinkView).focus()

    def on_resize(self) -> None:
        """As many lines as there is room for; wrapping is known once it is laid out."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        self.query_one("#links", LinkView).fit(int(self.app.size.height * MOST_OF_SCREEN))

    def on_key(self, event: Key) -> None:
        """A digit picks its link."""
        number = int(event.character) if event.character and event.character.isdecimal() else 0
        if 0 < number <= len(self._found):
            event.stop()
            self.dismiss(self._found[number - 1])

    def action_move(self, steps: int) -> None:
        """To the next link or the one before."""
        self.query_one("#links", LinkView).move_by(steps)

    @on(LineView.LineOpened, "#links")
    def action_pick(self) -> None:
        """Take the link under the cursor."""
        line = self.query_one("#links", LinkView).line_under_cursor
        for each in self._found:
            if line is not None and line.value == each.url:
                self.dismiss(each)
                return


class LinkAnswer(Enum):
    """What to do with a link."""

    COPY = "copy"
    OPEN = "open"


class LinkQuestion(MenuScreen[LinkAnswer]):
    """The whole URL and the host that it leads to; copying is where the cursor stands."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown,ctrl+d", "read(1)", "further", show=False),
        Binding("pageup,ctrl+u", "read(-1)", "back", show=False),
    ]

    def __init__(self, found: FoundLink, link: Link | None, refusal: str, no_browser: str) -> None:
        title, options = "This link is not opened", [Option("y", "copy", LinkAnswer.COPY)]
        if link is not None:
            title, note = "Copy or open this link?", no_browser and f"not here: {no_browser}"
            options.append(Option("o", "open in a browser", LinkAnswer.OPEN, note))
        super().__init__(title, options)
        self._found = found
        self._link = link
        self._refusal = refusal

    def compose(self) -> ComposeResult:
        """Title, the link, the answers."""
        with Vertical(classes="dialog-panel"):
            yield self.title_view()
            link = LinkView(id="link")
            link.can_focus = False
            link.show(self._link_lines)
            yield link
            yield self.options_view()

    def on_resize(self) -> None:
        """As much of the URL as there is room for; the rest can be scrolled to."""
        self.call_after_refresh(self._fit)

    def _fit(self) -> None:
        lines = int(self.app.size.height * MOST_OF_SCREEN) - len(self._options)
        self.query_one("#link", LinkView).fit(lines)

    def _link_lines(self, width: int) -> list[DocLine]:
        lines = []
        if self._link is not None:
            host = content(self._link.host_ascii, STRONG)
            lines += [DocLine(each) for each in wrap(Content("leads to  ") + host, width)]
        lines += [DocLine(each) for each in wrap(content(self._found.url), width)]
        where = f"found in {self._found.where}"
        if self._found.is_from_data:
            lines += [DocLine(each) for each in wrap(content(f"{where}: {FROM_DATA}", WARNING), width)]
        else:
            lines.append(DocLine(content(where, DIM)))
        for warning in self._link.warnings if self._link else ():
            lines += [DocLine(each) for each in wrap(content(warning, WARNING), width)]
        if self._refusal:
            lines += [DocLine(each) for each in wrap(content(self._refusal, ERROR), width)]
        return lines

    def action_read(self, pages: int) -> None:
        """Scroll a URL that is longer than the room for it."""
        view = self.query_one("#link", LinkView)
        view.scroll_relative(y=pages * max(1, view.size.height - 1), animate=False)
