"""Going to another profile: which there are, which stay closed and why, and what the console ends with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from alerttui.config.active import choose_profile
from alerttui.config.paths import Places
from alerttui.config.profile_choice import ProfileChoice, profile_choices
from alerttui.config.schema import Layer, Origin, Profile, Settings
from alerttui.tui.screens.switching import Switching, SwitchTo
from tests.alerts import some_alerts
from tests.tui.driver import NARROW, Console, running

PROFILES = (
    ProfileChoice(name="local", backend="sqlite", where="/data/alerts.db", is_active=True),
    ProfileChoice(name="lab", backend="sqlite", where="/data/lab.db"),
    ProfileChoice(
        name="prod", backend="panther", where="api.example", refusal="this version cannot reach it yet"
    ),
)


class Leaving:
    """Remembers what was left for."""

    def __init__(self) -> None:
        self.results: list[SwitchTo] = []

    async def leave(self, result: SwitchTo) -> None:
        """Leave, as far as this test goes."""
        self.results.append(result)


async def ask(console: Console, leaving: Leaving, profiles: Sequence[ProfileChoice] = PROFILES) -> Switching:
    """Open the menu, as the key does."""
    switching = Switching(console.screen.desk, profiles, leaving.leave)
    console.screen.desk.run(switching.choose, "profile")
    await console.settle()
    return switching


async def test_the_menu_says_where_each_profile_lies_and_why_one_stays_closed() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await ask(console, Leaving())
        shown = [" ".join(line.split()) for line in console.lines()[-4:]]
        assert shown == [
            "Go to the profile",
            "1 local open now · sqlite /data/alerts.db",
            "2 lab sqlite /data/lab.db",
            "3 prod this version cannot reach it yet · panther api.example",
        ]


async def test_picking_a_profile_leaves_for_it() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        leaving = Leaving()
        await ask(console, leaving)
        await console.press("2")
        await ask(console, leaving)
        await console.press("down", "enter")
        assert leaving.results == [SwitchTo("lab"), SwitchTo("lab")]


async def test_a_closed_profile_and_the_open_one_say_so_and_nothing_is_left() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        leaving = Leaving()
        await ask(console, leaving)
        await console.press("3")
        assert console.note == "prod (panther) stays closed: this version cannot reach it yet."
        await ask(console, leaving)
        await console.press("enter")
        assert console.note == "local is the profile that is open."
        await ask(console, leaving)
        await console.press("esc")
        assert leaving.results == []


async def test_where_there_is_no_other_profile_it_says_how_to_make_one() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await ask(console, Leaving(), PROFILES[:1])
        assert not console.has_dialog
        assert console.note == "This is the only profile; [profiles.NAME] in the configuration adds one."


async def test_the_palette_gets_a_command_for_each_other_profile() -> None:
    async with running(some_alerts(3)) as console:
        commands = Switching(console.screen.desk, PROFILES, Leaving().leave).commands()
        assert [(each.id, each.key, each.refusal) for each in commands] == [
            ("profile:lab", "P", ""),
            ("profile:prod", "P", "this version cannot reach it yet"),
        ]


def test_the_choices_are_the_profiles_of_the_configuration(tmp_path: Path) -> None:
    there = tmp_path / "there.db"
    there.touch()
    settings = Settings(
        profiles={
            "local": Profile(name="local"),
            "lab": Profile(name="lab", path=there),
            "gone": Profile(name="gone", path=tmp_path / "gone.db"),
            "kept": Profile(name="kept", path=tmp_path / "kept.db", read_only=True),
            "prod": Profile(name="prod", backend="panther", url="https://api.example:8443/x"),
            "odd": Profile(name="odd", backend="chad", url="https://[broken"),
            "told": Profile(name="told", backend="chad", url="https://ana:secret@api.example"),
        },
        origins=choose_origins("profiles.lab.path", "profiles.gone.path", "profiles.kept.path"),
    )
    places = Places(config_file=tmp_path / "c.toml", data_folder=tmp_path, state_folder=tmp_path)
    active = choose_profile(settings, places, {}, profile_flag="lab")
    found = {each.name: each for each in profile_choices(settings, places, active)}
    assert [each.name for each in found.values() if each.is_active] == ["lab"]
    assert found["local"].refusal == ""
    assert found["gone"].refusal == "no such file yet; alerttui --profile gone import FILE makes it"
    assert found["kept"].refusal == "there is no such file"
    assert (found["prod"].where, found["prod"].refusal) == ("api.example:8443", "")
    assert found["odd"].where == ""
    assert found["told"].where == ""


def choose_origins(*names: str) -> dict[str, Origin]:
    """These values were said in a file."""
    return {name: Origin(Layer.FILE, "c.toml, line 1") for name in names}
