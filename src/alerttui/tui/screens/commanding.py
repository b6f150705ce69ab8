"""Commanding: the palette's commands, and doing one as if its key had been pressed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from inspect import iscoroutinefunction
from typing import Final

from alerttui.triage.actions import ACTIONS, Action, Group
from alerttui.triage.command_search import Command
from alerttui.tui.screens.desk import Desk

ORDER: Final = (
    Group.DECIDE,
    Group.MARK,
    Group.FILTER,
    Group.TAKE_OUT,
    Group.CONSOLE,
    Group.PANES,
    Group.MOVE,
)
"""The groups as the palette lists them: what one looks for first, what every hand knows last."""

ITSELF: Final = "console.palette"

REMEMBERED: Final = 5
"""Commands that are listed first because they were used last."""


def no_others() -> Sequence[Command]:
    """Where actions are all there is."""
    return ()


@dataclass(slots=True)
class Commanding:
    """Opens the palette over every action of the registry, and whatever else can be named."""

    desk: Desk
    act: Callable[[str], object]
    """Does an action by its id, as its key would: on what is under the cursor of the focused pane."""
    refusal: Callable[[Action], str]
    """Why an action cannot be done now, in the focused pane; empty if it can."""
    others: Callable[[], Sequence[Command]] = no_others
    """Views, themes and profiles, when the palette opens."""
    recent: list[str] = field(default_factory=list)
    """Ids of what was done through the palette, latest first."""

    def open(self) -> None:
        """Show the palette; what it finds is done once it is closed.

        Not as work beside the keys: so no key that follows enter can come between the two.
        """
        from alerttui.tui.dialogs.palette import PaletteScreen

        commands = [*self._actions(), *self.others()]
        self.desk.screen.app.push_screen(PaletteScreen(commands, self._do, self.recent[:REMEMBERED]))

    def _actions(self) -> list[Command]:
        return [
            Command(
                id=action.id,
                label=action.label,
                help=action.help,
                key=" ".join(self.desk.keymap.labels(action.id)[:1]),
                refusal=self.refusal(action),
                run=partial(self.act, action.id),
            )
            for action in self._named()
            if action.id != ITSELF
        ]

    def _named(self) -> Sequence[Action]:
        """The actions as they are called over this connection; what the product lacks comes last."""
        can = self.desk.session.capabilities
        ordered = sorted(ACTIONS, key=lambda each: (each.is_lacking(can), ORDER.index(each.group)))
        return [action.named_for(can) for action in ordered]

    def _do(self, command: Command) -> None:
        if command.id in self.recent:
            self.recent.remove(command.id)
        self.recent.insert(0, command.id)
        if iscoroutinefunction(command.run):
            self.desk.run(command.run, command.label)
        else:
            self.desk.attempt(command.run, command.label)  # type: ignore[arg-type]  # its answer is dropped
