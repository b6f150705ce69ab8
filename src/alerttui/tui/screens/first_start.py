"""The first start: an empty store offers, in the panes' room, the ways to begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from textual.content import Content

from alerttui.tui.render.document import DocLine, blank, heading, text_lines
from alerttui.tui.render.style_names import CODE, DIM
from alerttui.tui.render.text import content, wrap
from alerttui.tui.screens.desk import Desk
from alerttui.tui.screens.emptiness import is_store_empty
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading

IMPORT: Final = "i"
DEMO: Final = "d"
REMOTE: Final = "p"

OFFERS: Final = (
    (
        IMPORT,
        "import a file of alerts",
        "An export of your product, or of alerttui; the format is told by itself.",
    ),
    (DEMO, "look at made-up alerts", "A whole shift to try every key on; nothing of it is kept."),
    (REMOTE, "connect a product", "Panther, CHAD, Calseta, SentinelNerd: what to write where."),
)
"""Letter, what it does, and a word more."""

ADD: Final = "alerttui profile add prod"

PROFILE: Final = """\
[profiles.prod]
backend = "panther"
url = "https://api.acme.example"
token_env = "PANTHER_API_TOKEN"
me = "ana@acme.example"
"""


@dataclass(slots=True)
class FirstStart:
    """Shows the offers while there is no alert at all, and takes their letters."""

    desk: Desk
    queue: Queue
    reading: Reading
    is_shown: bool = False
    _topic: str = ""

    def look(self) -> None:
        """See whether there is anything to offer: the panes have just said what they show."""
        is_bare = self.reading.open is None and not self.reading.is_waiting and not len(self.queue.listing)
        should = is_bare and self.desk.session.mirror is None and is_store_empty(self.desk)
        if should:
            self._topic = self._topic if self.is_shown else ""
            self._show(keep_place=self.is_shown)
        self.is_shown = should

    def take(self, key: str) -> bool:
        """Do what a letter of the offers says; False where there are none, or it is no letter of theirs."""
        if not self.is_shown or key not in (IMPORT, DEMO, REMOTE):
            return False
        if key == IMPORT:
            self.desk.run(self._import, "import")
        else:
            self._topic = "" if self._topic == key else key
            self._show(keep_place=False)
        return True

    async def _import(self) -> None:
        from alerttui.tui.screens.importing import Importing

        await Importing(self.desk, self.queue).ask()

    def _show(self, *, keep_place: bool) -> None:
        self.reading.panes.detail.show(self._lines, keep_place=keep_place)

    def _lines(self, width: int) -> list[DocLine]:
        if self._topic:
            return self._topic_lines(width)
        lines = [heading("No alerts yet. Three ways to begin:"), blank()]
        for key, label, more in OFFERS:
            lines.append(DocLine(content(f" {key}  ", "bold $accent") + content(label)))
            margin = Content("    ")
            lines += [DocLine(margin + line) for line in wrap(content(more, DIM), width - 4)]
        keys, leave = self.desk.keymap.label("console.help"), self.desk.keymap.label("console.quit")
        return [*lines, blank(), *text_lines(f"{keys} shows every key, {leave} leaves.", width, DIM)]

    def _topic_lines(self, width: int) -> list[DocLine]:
        label = next(label for key, label, _ in OFFERS if key == self._topic)
        way_back = text_lines(f"{self._topic} again: the other ways to begin", width, DIM)
        return [heading(label.capitalize()), *self._told(self._topic, width), *way_back]

    def _told(self, topic: str, width: int) -> list[DocLine]:
        if topic == DEMO:
            leave = self.desk.keymap.label("console.quit")
            return [
                *text_lines(f"Leave with {leave} and run", width),
                DocLine(Content.styled("alerttui demo", CODE), value="alerttui demo"),
            ]
        folder = self.desk.settings.config_folder
        place = folder / "config.toml" if folder else "config.toml in the folder of alerttui's configuration"
        return [
            *text_lines("Leave, and let it ask you for what it needs:", width),
            DocLine(content(ADD, CODE), value=ADD),
            *text_lines(f"Or write it into {place}:", width),
            *(DocLine(content(line, CODE), value=PROFILE) for line in PROFILE.splitlines()),
            *text_lines("The token itself stays in a variable, or a file, that is named there.", width),
        ]
