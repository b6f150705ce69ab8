"""Signing in to a remote profile's system: by its key, and once by itself where the console has no token."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from alerttui.domain.errors import AlertTuiError, NotSupported
from alerttui.tui.screens.desk import GOOD, WARN, Desk


@dataclass(slots=True)
class SigningIn:
    """Asks, and hands the token on; what is typed elsewhere is never interrupted."""

    desk: Desk

    @property
    def key(self) -> str:
        """What to press."""
        return self.desk.keymap.label("sign_in")

    async def at_start(self) -> None:
        """Ask where there is no token yet, unless the analyst does something else by now."""
        mirror = self.desk.session.mirror
        if mirror is None or mirror.entrance is None or not mirror.capabilities.signs_in:
            return
        if await asyncio.to_thread(mirror.entrance.has_token):
            return
        if mirror.running.turn.take() and self.desk.is_free:
            await self.ask(is_foreseen=False)

    async def ask(self, *, is_foreseen: bool = True) -> None:
        """Sign in by a dialog, and go on with the token at once."""
        mirror = self.desk.session.mirror
        if mirror is None:
            raise NotSupported("In a local store there is nothing to sign in to.")
        from alerttui.tui.dialogs.sign_in import SignInScreen

        name = mirror.entrance.name if mirror.entrance else ""
        attempt = mirror.sign_in()
        try:
            screen = SignInScreen(f"Sign in to {self.desk.session.profile}", attempt, name)
            token = await self.desk.ask(screen, is_foreseen=is_foreseen)
        finally:
            with suppress(AlertTuiError):  # what it gave is there, or the analyst left
                await attempt.close()
        if token is None:
            self.desk.say(f"Not signed in; {self.key} does it. What you do waits until then.", WARN)
            return
        self.desk.let_keys_go()
        await mirror.signed_in(token)
        self.desk.say("Signed in.", GOOD)
