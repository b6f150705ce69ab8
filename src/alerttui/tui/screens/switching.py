"""Switching: going to another profile. The console ends with its name, and is opened again on that one."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from alerttui.triage.command_search import Command
from alerttui.tui.dialogs.menu import MenuScreen, Option
from alerttui.tui.render.document import DocLine
from alerttui.tui.render.style_names import DIM
from alerttui.tui.screens.desk import NOTE, WARN, Desk

if TYPE_CHECKING:
    from alerttui.config.profile_choice import ProfileChoice

ACTION: Final = "console.profile"

DIGITS: Final = "123456789"
"""The keys of the first profiles; further ones are picked with the cursor."""


@dataclass(frozen=True, slots=True)
class SwitchTo:
    """What the console ends with where another profile is to be opened."""

    profile: str


Leave = Callable[[SwitchTo], Coroutine[Any, Any, None]]
"""Leaves the console as quitting does, and with this result."""


@dataclass(slots=True)
class Switching:
    """Asks for a profile, and leaves for it as quitting does: no change and no draft is lost by it."""

    desk: Desk
    profiles: Sequence[ProfileChoice]
    leave: Leave

    async def choose(self) -> None:
        """Ask which profile, and go there."""
        if all(each.is_active for each in self.profiles):
            self.desk.say("This is the only profile; [profiles.NAME] in the configuration adds one.")
            return
        name = await self.desk.ask(ProfileScreen(self.profiles))
        if name is not None:
            await self.go(name)

    async def go(self, name: str) -> None:
        """Leave for a profile, or say why not."""
        choice = next(each for each in self.profiles if each.name == name)
        if choice.is_active:
            self.desk.say(f"{name} is the profile that is open.", NOTE)
        elif choice.refusal:
            self.desk.say(f"{name} ({choice.backend}) stays closed: {choice.refusal}.", WARN)
        else:
            await self.leave(SwitchTo(name))

    def commands(self) -> list[Command]:
        """Each profile but the open one, for the palette."""
        return [
            Command(
                id=f"profile:{each.name}",
                label=f"profile: {each.name}",
                help=f"Go to the profile {each.name}: {each.backend} {each.where}".rstrip(),
                key=self.desk.keymap.label(ACTION),
                refusal=each.refusal,
                run=partial(self.go, each.name),
            )
            for each in self.profiles
            if not each.is_active
        ]


class ProfileScreen(MenuScreen[str]):
    """A menu of profiles; one that cannot be opened is dim."""

    def __init__(self, profiles: Sequence[ProfileChoice]) -> None:
        options = [
            Option(DIGITS[place] if place < len(DIGITS) else "", each.name, each.name, about(each))
            for place, each in enumerate(profiles)
        ]
        active = [place for place, each in enumerate(profiles) if each.is_active]
        super().__init__("Go to the profile", options, cursor=active[0] if active else 0)
        self._dim_names = {each.name for each in profiles if each.refusal}

    def _line(self, option: Option[str]) -> DocLine:
        line = super()._line(option)
        return DocLine(line.content.stylize(DIM)) if option.value in self._dim_names else line


def about(choice: ProfileChoice) -> str:
    """What stands beside a profile's name: why not, or that it is open; what it is, and where."""
    state = choice.refusal or ("open now" if choice.is_active else "")
    return " · ".join(filter(None, (state, f"{choice.backend} {choice.where}".rstrip())))
