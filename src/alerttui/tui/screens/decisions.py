"""Decisions: the change keys, from the question they ask to the change that is to be made."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from alerttui.domain.alert import Person
from alerttui.domain.capabilities import AssignBy, Capabilities
from alerttui.domain.errors import Invalid
from alerttui.domain.listing import AlertRow
from alerttui.domain.patch import CLEAR, KEEP, AlertPatch, Clear, Set, TagEdit, is_address
from alerttui.domain.vocabulary import AlertId, Phase, Quality
from alerttui.triage import planning
from alerttui.triage.session import ChangeResult
from alerttui.tui.dialogs.menu import MenuScreen, Option, confirm
from alerttui.tui.screens.aim import Aim
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.made import Repeatable
from alerttui.tui.screens.making import Making

TakeAim = Callable[[], Coroutine[Any, Any, Aim | None]]
"""Finds out on what a change acts, asking where that is not plain; None to leave everything."""


@dataclass(slots=True)
class Decisions:
    """Every verb that changes alerts: asks what is to be done, and has it made."""

    desk: Desk
    making: Making
    take_aim: TakeAim

    async def on_aim(self, verb: Callable[[Aim], Coroutine[Any, Any, None]]) -> None:
        """Do one of the verbs on what is aimed at now, if that is anything."""
        aim = await self.take_aim()
        if aim is not None:
            await verb(aim)

    # -- one verb each

    async def status(self, aim: Aim) -> None:
        """Ask for one of the backend's own words, and set it."""
        statuses = self.desk.session.capabilities.statuses
        present = {row.status for row in aim.rows}
        options = [
            Option(each.key, each.label, each.word, "now" if present == {each.word} else "")
            for each in statuses
        ]
        word = await self.desk.ask(MenuScreen(f"Status of {aim.name}", options))
        capabilities = self.desk.session.capabilities
        if word in capabilities.closing_targets and capabilities.verdict_required:
            await self.close(aim, word)  # it is asked there with which verdict
        elif word:
            label = f"status {capabilities.status(word).label}"
            await self.making.make(aim, AlertPatch(status=Set(word)), label=label)

    async def quality(self, aim: Aim) -> None:
        """Rate the detection, or clear the rating."""
        options: list[Option[Set[Quality] | Clear]] = [
            Option("u", "Useful", Set(Quality.USEFUL)),
            Option("n", "Noise", Set(Quality.NOISE)),
        ]
        if not self.desk.session.capabilities.refusal("quality", clear=True):
            options.append(Option("x", "Clear the rating", CLEAR))
        picked = await self.desk.ask(MenuScreen(f"Quality of {aim.name}", options))
        if picked is not None:
            label = "quality cleared" if isinstance(picked, Clear) else f"quality {picked.value.value}"
            await self.making.make(aim, AlertPatch(quality=picked), label=label)

    async def severity(self, aim: Aim) -> None:
        """Ask for one of the connection's severities, and set it."""
        words = self.desk.session.capabilities.severities
        present = {row.severity_word for row in aim.rows}
        options = [
            Option(letter, word, word, "now" if present == {word} else "")
            for letter, word in zip(menu_letters(words), words, strict=True)
        ]
        word = await self.desk.ask(MenuScreen(f"Severity of {aim.name}", options))
        if word:
            await self.making.make(aim, AlertPatch(severity=Set(word)), label=f"severity {word}")

    async def malice(self, aim: Aim) -> None:
        """Override malice or risk with a word of the connection, or a typed one; or take it away."""
        capabilities = self.desk.session.capabilities
        title = f"Malice or risk of {aim.name}"
        clears = not capabilities.refusal("malice", clear=True)
        letters = menu_letters((*capabilities.malices, *(("x",) if clears else ())))
        options: list[Option[Set[str] | Clear]] = [
            Option(letter, word, Set(word))
            for letter, word in zip(letters, capabilities.malices, strict=False)
        ]
        if not capabilities.malices:
            options.append(Option("w", "A word of your own", Set("")))
        if clears:
            options.append(Option(letters[-1], "Take the override away", CLEAR))
        picked = await self.desk.ask(MenuScreen(title, options))
        if picked == Set(""):
            picked = await self._typed_word(title)
        if picked is not None:
            label = "malice override taken away" if isinstance(picked, Clear) else f"malice {picked.value}"
            await self.making.make(aim, AlertPatch(malice=picked), label=label)

    async def _typed_word(self, title: str) -> Set[str] | None:
        """A word that somebody types, where the connection takes any."""
        from alerttui.tui.dialogs.view_menu import NameScreen

        typed = await self.desk.ask(NameScreen(title, "", lambda text: "" if text.strip() else "type a word"))
        return Set(typed) if typed else None

    async def macro(self, aim: Aim) -> None:
        """Do one of the user's own sets of changes."""
        from alerttui.tui.screens.macros import run_macro

        await run_macro(self.desk, self.making, aim)

    async def close(self, aim: Aim, target: str = "") -> None:
        """Close with target, verdict and comment, or a local note, as one act; the target may be picked."""
        from alerttui.tui.dialogs.close import CloseScreen

        capabilities = self.desk.session.capabilities
        drafts, drafted = self.desk.drafts, AlertId(f"close {aim.ids[0]}")
        listed = AlertId(f"actions {aim.ids[0]}")
        closing = await self.desk.ask(
            CloseScreen(
                f"Close {aim.name}",
                capabilities,
                target=target,
                draft=drafts.get(drafted),
                keep=partial(self._keep, drafted),
                actions=drafts.get(listed),
                keep_actions=partial(self._keep, listed),
            )
        )
        if closing is None:
            return
        verdict = Set(closing.verdict) if closing.verdict else KEEP
        label = f"closed as {capabilities.status(closing.status).label}"
        if closing.verdict:
            label += f", {capabilities.verdict(closing.verdict).label}"
        patch = AlertPatch(status=Set(closing.status), verdict=verdict)
        why = closing.comment.strip()
        if not capabilities.comments.notes:
            result = await self.making.make(aim, patch, comment=why, label=label, actions=closing.actions)
            self._drop_if_sent(drafted, result)
            self._drop_if_made(listed, result)
            return
        result = await self.making.make(aim, patch, label=label, note=why)
        self._drop_if_made(drafted, result)

    async def take(self, aim: Aim) -> None:
        """Assign to me and make active; a colleague is named before his alert is taken over."""
        plan = await self.desk.session.take(aim.ids)
        if plan.taken_from:
            people = sorted({self.desk.person_label(owner) for _, owner in plan.taken_from})
            count = f"{len(plan.taken_from):,} alerts" if len(plan.taken_from) > 1 else "it"
            title = f"Take {count} over from {', '.join(people)}?"
            if not await self.desk.ask(confirm(title, "take over"), is_foreseen=False):
                return
        if not plan.edits:
            gone = "the alert is no longer in the store. R refreshes the list."
            stays = "a closed alert stays closed until its status is set."
            self.desk.say(f"Nothing was taken: {stays if plan.closed else gone}", WARN)
            return
        await self.making.take(aim, plan)

    async def assign(self, aim: Aim) -> None:
        """Assign to somebody, or to nobody."""
        from alerttui.tui.dialogs.picker import Candidate, PersonScreen

        session = self.desk.session
        clears = not session.capabilities.refusal("assignee", clear=True)
        if refusal := assigning_refusal(aim.rows, session.capabilities):
            self.desk.say(refusal, WARN)
            return
        by_email = session.capabilities.assign_by is AssignBy.EMAIL

        def find(text: str) -> list[Candidate]:
            me = session.me.id if session.me else ""
            people = sorted(session.store.people(text), key=lambda each: (each.id != me, each.label.lower()))
            found = [Candidate(each.id, each.label, _note_of(each, me)) for each in people]
            if clears and text in ("", "-", "none", "nobody"):
                found.append(Candidate("", "nobody", "clears the assignee"))
            is_new = not any(each.value == text for each in found)
            if text and is_new and (is_address(text) or not by_email):
                found.append(Candidate(text, text, "as typed"))
            return found

        picked = await self.desk.ask(PersonScreen(f"Assign {aim.name}", find, only_emails=by_email))
        if picked is not None:
            label = f"assigned to {self.desk.person_label(picked)}" if picked else "unassigned"
            patch = AlertPatch(assignee=Set(picked) if picked else CLEAR)
            into = session.capabilities.assigns_into
            if picked and into and any(row.status != into for row in aim.rows):
                if not await self._is_assigned_into(aim, into):
                    return
                patch = replace(patch, status=Set(into))
            await self.making.make(aim, patch, label=label)

    async def _is_assigned_into(self, aim: Aim, into: str) -> bool:
        """Ask whether alerts may get the status that assigning brings along."""
        capabilities = self.desk.session.capabilities
        others = sum(row.status != into for row in aim.rows)
        count = f"{others:,} alerts become" if others > 1 else "The alert becomes"
        title = f"{count} {capabilities.status(into).label}: {capabilities.label} assigns only so. Assign?"
        is_meant = await self.desk.ask(confirm(title, "assign"), is_foreseen=False)
        return is_meant is True

    async def tags(self, aim: Aim) -> None:
        """Edit the tags of one alert as a whole, or add to and remove from those of many."""
        from alerttui.tui.dialogs.picker import Candidate, TagsScreen

        store = self.desk.session.store
        # A list with a tag that nobody could type today is edited by what to add and to remove.
        rules = self.desk.session.capabilities
        is_single = len(aim.rows) == 1 and is_typable(aim.rows[0].tags, rules)

        def find(text: str) -> list[Candidate]:
            return [Candidate(each.value, each.value, f"{each.alerts}") for each in store.tags(text, 12)]

        typed = await self.desk.ask(
            TagsScreen(
                f"Tags of {aim.name}",
                "".join(f"{tag} " for tag in aim.rows[0].tags) if is_single else "",
                find=find,
                problem_of=partial(tag_problem if is_single else tag_edit_problem, rules=rules),
                help_text="enter replaces the list" if is_single else "tag or +tag adds, -tag removes",
            )
        )
        if typed is None:
            return
        if is_single:
            tags = tuple(typed.split())
            label = f"tags {' '.join(tags)}" if tags else "tags cleared"
            patch = AlertPatch(tags=Set(tags) if tags else CLEAR)
            edit = TagEdit(
                add=tuple(tag for tag in tags if tag not in aim.rows[0].tags),
                remove=tuple(tag for tag in aim.rows[0].tags if tag not in tags),
            )
            again = Repeatable(AlertPatch(), edit, "", planning.label(AlertPatch(), edit))
            await self.making.make(aim, patch, label=label, again=again)
        else:
            edit = tag_edit(typed)
            await self.making.make(aim, AlertPatch(), tags=edit, label=planning.label(AlertPatch(), edit))

    async def comment(self, aim: Aim) -> None:
        """Write a comment on one alert, or the same one on many; a local note where there are no comments."""
        from alerttui.tui.dialogs.composer import ComposerScreen

        session, drafts, first = self.desk.session, self.desk.drafts, aim.ids[0]
        rule = session.capabilities.comments
        text = await self.desk.ask(
            ComposerScreen(
                f"{'Local note' if rule.notes else 'Comment'} on {aim.name}",
                drafts.get(first),
                keep=partial(self._keep, first),
                stored_as="plain text" if rule.notes else rule.formats[0].lower().replace("_", " "),
                stays_here=rule.notes,
            )
        )
        if text is None:
            self.making.reopen()  # the comments show the draft
            end = " until the console ends, and in no file" if drafts.has_failed(first) else ""
            said = f"{'No note was kept' if rule.notes else 'Nothing was sent'}; the draft is kept{end}."
            self.desk.say(said if drafts.get(first).strip() else "")
            return
        if rule.notes:
            if await self.making.note(aim, text):
                drafts.drop(first)
            return
        result = await self.making.make(aim, AlertPatch(), comment=text, label="comment")
        self._drop_if_sent(first, result)

    def _keep(self, drafted: AlertId, text: str) -> None:
        self.desk.attempt(partial(self.desk.drafts.keep, drafted, text), "draft")

    def _drop_if_sent(self, drafted: AlertId, result: ChangeResult | None) -> None:
        """A draft is dropped only when every alert has the comment, or the journal has it for every alert."""
        if result is not None and all(outcome.keeps_comment for outcome in result.outcomes):
            self.desk.drafts.drop(drafted)

    def _drop_if_made(self, drafted: AlertId, result: ChangeResult | None) -> None:
        """A draft of what goes with a change is dropped once every alert has the change, or will have it."""
        if result is not None and all(outcome.ok for outcome in result.outcomes):
            self.desk.drafts.drop(drafted)

    async def outcomes(self) -> None:
        """Show what the latest change of this session did to each alert; the failed ones can be retried."""
        from alerttui.tui.screens.outcomes import show_outcomes

        await show_outcomes(self.making)

    async def repeat(self) -> None:
        """Make the last change again on what is aimed at now."""
        again = self.making.last
        if again is None:
            self.desk.say("Nothing to repeat yet: no change was made since the start.", WARN)
            return
        aim = await self.take_aim()
        if aim is None:
            return
        if again.is_take:
            await self.take(aim)
        elif again.note and not (again.patch or again.tags or again.comment):
            await self.making.note(aim, again.note)
        else:
            await self.making.make(
                aim,
                again.patch,
                tags=again.tags,
                comment=again.comment,
                label=again.label,
                note=again.note,
                actions=again.actions,
            )


def _note_of(person: Person, me: str) -> str:
    """What stands beside somebody who can be picked."""
    if person.id == me:
        return "me"
    return "" if person.email == person.label else person.email


def assigning_refusal(rows: Sequence[AlertRow], capabilities: Capabilities) -> str:
    """Why these alerts cannot be assigned where that brings a status along: it would reopen closed ones."""
    closed = sum(row.phase == Phase.CLOSED for row in rows)
    if not capabilities.assigning_refusal or not closed:
        return ""
    are, their = ("is", "its") if closed == 1 else ("are", "their")
    which = f"It {are}" if len(rows) == 1 else f"{closed:,} of {len(rows):,} {are}"
    return f"{capabilities.assigning_refusal} {which} closed: set {their} status first."


def menu_letters(words: Sequence[str]) -> list[str]:
    """A letter for each word of a product, its own first letters if they are free, else a digit."""
    found: list[str] = []
    for word in words:
        own = [letter for letter in word.lower() if letter.isascii() and letter.isalnum()]
        found.append(next(each for each in (*own, *"123456789", "") if each not in found or not each))
    return found


def is_typable(tags: Sequence[str], rules: Capabilities) -> bool:
    """True if a list of tags can be typed as words: none has a space in it, none breaks a rule."""
    return " ".join(tags).split() == list(tags) and not tag_problem(" ".join(tags), rules)


def tag_problem(text: str, rules: Capabilities) -> str:
    """Which rule of the connection a typed list of tags breaks; empty if none."""
    try:
        rules.checked_tags(text.split())
    except Invalid as error:
        return f"{error.value}: {error.rule}"
    return ""


def tag_edit(text: str) -> TagEdit:
    """What a typed edit of many alerts' tags means: tag or +tag adds, -tag removes."""
    words = text.split()
    add = tuple(word.lstrip("+") for word in words if not word.startswith("-"))
    return TagEdit(add=add, remove=tuple(word[1:] for word in words if word.startswith("-")))


def tag_edit_problem(text: str, rules: Capabilities) -> str:
    """Which rule a typed edit breaks; empty if none."""
    edit = tag_edit(text)
    if not edit:
        return "type a tag to add, or -tag to remove"
    return tag_problem(" ".join((*edit.add, *edit.remove)), rules)
