"""The macro menu: a letter picks a macro, its preview says what it would do, the letter again does it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from alerttui.config.macro_file import Macro
from alerttui.domain.change import Outcome, OutcomeState
from alerttui.domain.errors import Invalid, NotSupported
from alerttui.domain.showable import shown
from alerttui.triage.change_words import STATE_WORDS, steps
from alerttui.triage.macros import MacroChange, change_of, summary
from alerttui.tui.dialogs.menu import MenuScreen, Option
from alerttui.tui.screens.aim import Aim, severities
from alerttui.tui.screens.desk import BAD, Desk
from alerttui.tui.screens.field_words import in_words
from alerttui.tui.screens.making import Making

HOW_TO: Final = (
    "There is no macro yet. Write one into the configuration, then start again:",
    "  [macros.scanner]",
    '  key = "f"',
    '  status = "CLOSED"    # also: quality verdict tags assignee comment severity',
)
"""What the menu says where there is no macro."""

COMMENT_CELLS: Final = 70
"""How much of a comment a preview quotes."""


async def run_macro(desk: Desk, making: Making, aim: Aim) -> None:
    """Ask for a macro, show what it would do to these alerts, and have it made as one change."""
    macros = desk.settings.macros
    if not macros:
        await desk.ask(MenuScreen("Macros", [Option("b", "back", None)], above=HOW_TO))
        return
    options = [Option(each.key, shown(each.name), each, shown(summary(each))) for each in macros]
    macro = await desk.ask(MenuScreen(f"Macro on {aim.name}", options))
    if macro is None:
        return
    session = desk.session
    try:
        change = change_of(macro, session.capabilities, session.me)
        foreseen = await session.preview(
            aim.ids, change.patch, tags=change.tags, comment=change.comment, seen=aim.seen
        )
    except (Invalid, NotSupported) as error:
        desk.say(f"Macro {macro.name}: {error} Nothing was changed.", BAD)
        return
    if await desk.ask(_preview(desk, macro, change, aim, foreseen)):
        await making.make(aim, change.patch, tags=change.tags, comment=change.comment, label=change.label)


def _preview(
    desk: Desk, macro: Macro, change: MacroChange, aim: Aim, foreseen: Sequence[Outcome]
) -> MenuScreen[bool]:
    """What each alert gets; the cursor stands on yes, so that enter, or the letter again, does it."""
    above = _gets(desk, change, foreseen)
    if len(aim.rows) > 1:
        above += [_counts(foreseen), *severities(aim.rows)]
    options = [
        Option(macro.key, "do it", True, "enter does it too"),
        Option("", "leave everything as it is", False, "esc does it too"),
    ]
    return MenuScreen(f"{shown(macro.name)} on {aim.name}", options, above=above)


def _gets(desk: Desk, change: MacroChange, foreseen: Sequence[Outcome]) -> list[str]:
    """What an alert gets, a line each; of one alert with the value that it has now."""

    def words(name: str, value: str) -> str:
        return in_words(desk, name, value)

    if len(foreseen) == 1:
        only = foreseen[0]
        if not only.ok and only.state is not OutcomeState.CONFLICT:
            lines = [f"{STATE_WORDS[only.state]}: {shown(only.reason)}"]
        else:
            after = only.after if only.ok else change.patch
            lines = steps(only.before, after, words)
            if only.state is OutcomeState.CONFLICT:
                lines.append(f"changed since you saw it: {shown(only.reason)}")
    else:
        lines = steps(change.patch, change.patch, words)
        if change.tags:
            lines += [f"tag +{shown(tag)}" for tag in change.tags.add]
            lines += [f"tag -{shown(tag)}" for tag in change.tags.remove]
    if change.comment:
        quoted = shown(change.comment.split("\n")[0])
        lines.append(f"comment: {quoted[:COMMENT_CELLS]}" + ("..." if quoted != change.comment else ""))
    return lines


def _counts(foreseen: Sequence[Outcome]) -> str:
    """How many alerts it would change, and how many not and why."""
    counts = Counter(outcome.state for outcome in foreseen)
    reasons = {outcome.state: shown(outcome.reason) for outcome in reversed(foreseen)}
    words = {
        OutcomeState.CONFIRMED: "will change",
        OutcomeState.CONFLICT: "changed since you saw them",
        OutcomeState.REFUSED: f"refused ({reasons.get(OutcomeState.REFUSED, '')})",
    }
    return ", ".join(
        f"{count:,} {words.get(state, STATE_WORDS[state])}" for state, count in counts.most_common()
    )
