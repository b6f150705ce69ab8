"""The baseline: the least that a Textual application can be, one line of text that changes with every key."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.events import Key
from textual.widgets import Static

READY = "minimal app is ready"


class MinimalApp(App[None]):
    """One line."""

    ENABLE_COMMAND_PALETTE = False

    def compose(self) -> ComposeResult:
        """The line."""
        yield Static(READY, id="line")

    def on_key(self, event: Key) -> None:
        """Say which key it was, and how many there were."""
        self._presses = getattr(self, "_presses", 0) + 1
        self.query_one("#line", Static).update(f"key {self._presses}: {event.key}")


if __name__ == "__main__":
    MinimalApp().run()
