"""Signing in within the console: asked for once, never in the way, and what waits leaves at once."""

from __future__ import annotations

import gc
import logging
from pathlib import Path

import pytest

from alerttui.domain.vocabulary import AlertId
from alerttui.tui.dialogs.sign_in import SignInScreen
from alerttui.tui.widgets.text_fields import SecretField
from tests.doorkeeper import CODE, EMAIL, PASSWORD, TOKEN, DoorEntrance, SignedInRemote
from tests.triage.mirror.remote import Clock
from tests.tui.driver import MEDIUM, NARROW, running
from tests.tui.mirrored_console import MirroredConsole, mirrored_console
from tests.tui.picture import ExpectPicture

MINUTE_MS = 60_000


def an_entrance(*, stored: str = "", is_valid: bool = False) -> DoorEntrance:
    """The entrance to a remote with open alerts, with or without a token that is good."""
    remote = SignedInRemote(Clock())
    remote.fill(12, open_first=12, step_ms=7 * MINUTE_MS)
    if is_valid:
        remote.door.valid.add(stored)
    return DoorEntrance(remote, stored)


async def type_password(console: MirroredConsole, password: str = PASSWORD) -> None:
    """Into the dialog that is up, and enter."""
    await console.type(password)
    await console.press("enter")


async def test_without_a_token_the_dialog_comes_by_itself_and_the_alerts_after_it(
    tmp_path: Path, expect_picture: ExpectPicture
) -> None:
    entrance = an_entrance()
    async with mirrored_console(
        entrance.remote, tmp_path / "m.db", size=NARROW, entrance=entrance
    ) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        await console.until_shown("Nothing was read from fake yet. Nobody is signed in to fake. L signs in.")
        assert "sign in: L" in console.top_text
        assert EMAIL in console.screen_text()
        await console.type("abc")
        assert "•••" in console.screen_text()
        await expect_picture(console, "sign-in-80x24")
        await console.press("backspace", "backspace", "backspace")
        await type_password(console)
        await console.until_shown("Remote alert 1")
        assert (console.has_dialog, console.note) == (False, "Signed in.")
        assert "sign in" not in console.top_text
        assert entrance.kept == [TOKEN]
        assert entrance.remote.door.closed == 1


async def test_a_refusal_is_told_in_the_server_s_words_and_only_the_password_goes(
    tmp_path: Path, expect_picture: ExpectPicture
) -> None:
    entrance = an_entrance()
    async with mirrored_console(
        entrance.remote, tmp_path / "m.db", size=NARROW, entrance=entrance
    ) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        await console.press("shift+tab", "end")
        await console.type("x")
        await console.press("enter")
        await type_password(console, "wrong")
        await console.until_shown("wrong e-mail or password")
        assert f"{EMAIL}x" in console.screen_text()
        assert "•" not in console.screen_text()
        await console.until_shown("Nothing was read from fake yet. Nobody is signed in to fake. L signs in.")
        await expect_picture(console, "sign-in-refused-80x24")
        entrance.remote.door.locked = "Locked for 15 minutes \x1b[31m"
        await type_password(console, "wrong")
        await console.until_shown("Locked for 15 minutes")
        entrance.remote.door.locked = ""
        await console.press("shift+tab", "end", "backspace", "enter")
        await type_password(console)
        await console.until_shown("Remote alert 1")


async def test_a_code_is_asked_for_and_may_be_wrong(tmp_path: Path, expect_picture: ExpectPicture) -> None:
    entrance = an_entrance()
    entrance.remote.door.wants_code = True
    async with mirrored_console(
        entrance.remote, tmp_path / "m.db", size=NARROW, entrance=entrance
    ) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        await type_password(console)
        await console.until_shown("enter sends the code")
        await console.until_shown("Nothing was read from fake yet. Nobody is signed in to fake. L signs in.")
        await expect_picture(console, "sign-in-code-80x24")
        await console.type("000000")
        await console.press("enter")
        await console.until_shown("wrong code")
        await console.type(CODE)
        await console.press("enter")
        await console.until_shown("Remote alert 1")
        assert entrance.remote.door.codes == ["000000", CODE]


async def test_esc_leaves_and_work_goes_on_offline(tmp_path: Path) -> None:
    path = tmp_path / "m.db"
    entrance = an_entrance(stored=TOKEN, is_valid=True)
    async with mirrored_console(entrance.remote, path, entrance=entrance) as console:
        await console.until_shown("Remote alert 1")
        assert not console.has_dialog
    entrance.stored = ""
    async with mirrored_console(entrance.remote, path, entrance=entrance) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        await console.press("esc")
        assert console.note == "Not signed in; L does it. What you do waits until then."
        await console.press("s", "r")
        await console.until(lambda: console.mirrored.running.state.counts.queued == 1)
        await console.until_shown("sign in: L")
        assert not console.has_dialog
        await console.press("L")
        await type_password(console)
        await console.until_sent()
        assert entrance.remote.alerts[AlertId("r-0")].status == "RESOLVED"


async def test_a_token_that_ends_in_the_middle_of_writing_takes_no_key_and_no_word(tmp_path: Path) -> None:
    entrance = an_entrance(stored=TOKEN, is_valid=True)
    door = entrance.remote.door
    async with mirrored_console(entrance.remote, tmp_path / "m.db", entrance=entrance) as console:
        await console.until_shown("Remote alert 1")
        await console.press("s", "r")
        await console.until_sent()
        await console.press("n")
        await console.type("half a th")
        door.valid.clear()
        door.gives = "another-token"
        entrance.remote.clock.now_ms += 2 * MINUTE_MS
        await console.until(lambda: not console.mirrored.running.state.is_let_in)
        await console.type("ought")
        assert console.dialog == "ComposerScreen"
        assert "sign in: L" in console.screen_text()
        assert "half a thought" in console.screen_text()
        await console.press("ctrl+s")
        await console.until(lambda: console.mirrored.running.state.counts.queued == 1)
        assert not console.has_dialog
        await console.press("L")
        await type_password(console)
        await console.until_sent()
        assert [each.body for each in entrance.remote.comments_of[AlertId("r-1")]] == ["half a thought"]
        assert entrance.remote.token == "another-token"
        assert "sign in" not in console.top_text


async def test_a_click_on_the_top_line_opens_it_too(tmp_path: Path) -> None:
    entrance = an_entrance(stored="old")
    async with mirrored_console(
        entrance.remote, tmp_path / "m.db", size=MEDIUM, entrance=entrance
    ) as console:
        await console.until_shown("sign in: L")
        assert not console.has_dialog
        await console.pilot.click("#top", offset=(console.top_text.index("sign in"), 0))
        await console.settle()
        assert console.dialog == "SignInScreen"


async def test_the_trouble_with_the_token_says_which_key_helps(tmp_path: Path) -> None:
    entrance = an_entrance(stored="old")
    async with mirrored_console(entrance.remote, tmp_path / "m.db", entrance=entrance) as console:
        await console.until_shown("sign in: L")
        trouble = console.mirrored.running.state.trouble
        assert trouble.endswith("the token ended. L signs in.")


async def test_what_is_typed_while_the_server_thinks_asks_it_nothing_more(tmp_path: Path) -> None:
    entrance = an_entrance()
    door = entrance.remote.door
    async with mirrored_console(entrance.remote, tmp_path / "m.db", entrance=entrance) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        await console.type("wrong")
        door.open.clear()
        for name in ("enter", "enter", "escape"):
            console.strike(name)  # it does not come to rest while the server thinks
            await console.sees(lambda: console.app._gate.is_idle)
        await console.until(lambda: not console.has_dialog)
        assert (len(door.tried), door.closed) == (1, 1)


async def test_a_token_that_could_not_be_kept_is_used_and_told(tmp_path: Path) -> None:
    entrance = an_entrance()
    entrance.keeping_fails = (
        "the keyring cannot be used: it is locked, and stayed so; the token was not kept."
    )
    async with mirrored_console(entrance.remote, tmp_path / "m.db", entrance=entrance) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        await type_password(console)
        await console.until_shown("Remote alert 1")
        assert "the token was not kept" in console.note


async def test_a_password_outlives_no_dialog_and_is_in_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    entrance = an_entrance()
    async with mirrored_console(entrance.remote, tmp_path / "m.db", entrance=entrance) as console:
        await console.until(lambda: console.dialog == "SignInScreen")
        field = console.app.screen.query_one("#password", SecretField)
        await console.paste(PASSWORD)
        assert field.value == PASSWORD
        field.action_select_all()
        await console.press("ctrl+c", "ctrl+x")
        assert (console.app.clipboard, field.value) == ("", PASSWORD)
        assert PASSWORD not in repr(field) + console.screen_text()
        await console.press("esc")
        assert field.value == ""
        await console.press("L")
        await type_password(console, "wr0ng-but-secret")
        await console.until_shown("wrong e-mail")
        await type_password(console)
        await console.until_shown("Remote alert 1")
        gc.collect()
        fields = [each for each in gc.get_objects() if isinstance(each, (SecretField, SignInScreen))]
        assert not [each for each in fields if isinstance(each, SecretField) and each.value]
        texts = [record.getMessage() for record in caplog.records]
        texts += [each.read_bytes().decode("latin-1") for each in tmp_path.rglob("*") if each.is_file()]
        assert not [text for text in texts if PASSWORD in text or "wr0ng-but-secret" in text or TOKEN in text]


async def test_where_nobody_signs_in_the_key_says_so() -> None:
    async with running() as console:
        await console.do("sign_in")
        assert console.note == "Nobody signs in to a local store."
