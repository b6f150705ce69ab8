"""The mouse: ours for clicks and the wheel, or the terminal's for selecting text."""

from __future__ import annotations

from dataclasses import dataclass

from alerttui.tui.screens.desk import WARN, Desk


@dataclass(slots=True)
class Mouse:
    """Switches who has the mouse."""

    desk: Desk

    def toggle(self) -> None:
        """Give the mouse to the terminal, or take it back."""
        from alerttui.tui.terminal_driver import TerminalDriver

        driver = self.desk.screen.app._driver  # Textual has no public way to switch it while it runs
        if not isinstance(driver, TerminalDriver):
            self.desk.say("There is no mouse to switch here.", WARN)
            return
        key = self.desk.keymap.label("console.mouse")
        driver.switch_mouse(is_on=not driver.has_mouse)
        if driver.has_mouse:
            self.desk.say(f"Mouse on: click, wheel, drag the divider; shift+drag selects text. {key}: off.")
        else:
            self.desk.say(f"Mouse off: dragging selects text. {key}: on.")
