"""What analysts did with an alert since it was created: status, verdict, tags, comments, history."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from alerttui.demo.dice import between, chance, digits, pick
from alerttui.demo.story import Story, filled
from alerttui.demo.world import ANALYSTS, DEMO_ME, SCANNER_IP
from alerttui.domain.alert import Actor, Comment
from alerttui.domain.change import HistoryEntry
from alerttui.domain.vocabulary import Phase, Quality, Verdict

THROUGH: Final = "demo"
"""Backend that the history names."""

_MINUTE_MS: Final = 60_000

_ODDS: Final = (
    (20 * _MINUTE_MS, (94, 6, 0)),
    (4 * 60 * _MINUTE_MS, (74, 18, 5)),
    (24 * 60 * _MINUTE_MS, (60, 18, 15)),
    (1 << 62, (55, 10, 24)),
)
"""Up to which age how many of a hundred are OPEN, TRIAGED, RESOLVED; the rest is CLOSED."""

_LEFT_OPEN_PERCENT: Final = {"CRITICAL": 30, "HIGH": 85}
"""Of the alerts that would be open by age, how many are, for grave ones are taken first."""

_PATIENCE_MIN: Final = {"CRITICAL": 12, "HIGH": 50, "MEDIUM": 150}
"""Minutes within which an alert that was taken at all was taken."""

_FIRST_WORD_MS: Final = 45 * _MINUTE_MS
"""The first comment follows the taking within this time, a later one the one before within four times it."""

_EARLY_TAGS: Final = frozenset({"blocked", "leaver", "phishing", "scanner", "vpn"})
"""Tags that one may give before the verdict is known."""

_REPLIES: Final = (
    "I had the one before, same picture. Ask me for the query.",
    "Thanks. I take the next one of this rule.",
    "Seen, nothing to add from the identity side.",
    "Pulled the last 24 h for this entity, nothing else stands out.",
    "Please tag these, I want them in the tuning review on Thursday.",
)


@dataclass(slots=True)
class Decisions:
    """Where an alert stands; filled in the order in which things happened."""

    status: str = "OPEN"
    phase: Phase = Phase.OPEN
    quality: Quality | None = None
    verdict: str = ""
    tags: tuple[str, ...] = ()
    assignee: Actor | None = None
    acknowledged_ms: int | None = None
    closed_ms: int | None = None
    closed_by: Actor | None = None
    updated_ms: int | None = None
    updated_by: Actor | None = None
    comments: list[Comment] = field(default_factory=list)
    history: list[HistoryEntry] = field(default_factory=list)

    def note(self, at_ms: int, by: Actor, name: str, before: str, after: str, why: str = "") -> None:
        """Remember that a field changed."""
        self.updated_ms, self.updated_by = at_ms, by
        self.history.append(
            HistoryEntry(at_ms=at_ms, by=by, field=name, before=before, after=after, why=why, through=THROUGH)
        )


def decide(story: Story, created_ms: int, now_ms: int, dice: Random) -> Decisions:
    """What has been done with this alert by now."""
    made = Decisions()
    status = _status(now_ms - created_ms, story.severity_word, dice)
    if status == "OPEN":
        return made
    analyst = DEMO_ME if chance(dice, 6) else pick(dice, ANALYSTS)
    age_ms = now_ms - created_ms
    patience_ms = _PATIENCE_MIN.get(story.severity_word, 300) * _MINUTE_MS
    at_ms = created_ms + between(dice, 1, min(age_ms // 2, patience_ms))
    _take(made, story, analyst, at_ms, dice)
    if status == "TRIAGED":
        _discuss(made, story, analyst, at_ms, now_ms, dice)
        return made
    if chance(dice, 40):
        _discuss(made, story, analyst, at_ms, now_ms, dice)
        at_ms = max(at_ms, made.comments[-1].created_ms or 0) if made.comments else at_ms
    left_ms = now_ms - at_ms
    at_ms += between(dice, left_ms // 40, min(left_ms * 9 // 10, 8 * 60 * _MINUTE_MS))
    _close(made, story, analyst, at_ms, status, dice)
    return made


def _status(age_ms: int, severity: str, dice: Random) -> str:
    opened, triaged, resolved = next(odds for until_ms, odds in _ODDS if age_ms < until_ms)
    roll = dice.random() * 100
    if roll < opened:
        if chance(dice, _LEFT_OPEN_PERCENT.get(severity, 100)):
            return "OPEN"
        return "TRIAGED" if chance(dice, 50) or age_ms < 60 * _MINUTE_MS else "RESOLVED"
    if roll < opened + triaged:
        return "TRIAGED"
    return "RESOLVED" if roll < opened + triaged + resolved else "CLOSED"


def _take(made: Decisions, story: Story, analyst: Actor, at_ms: int, dice: Random) -> None:
    made.assignee, made.acknowledged_ms = analyst, at_ms
    made.status, made.phase = "TRIAGED", Phase.ACTIVE
    made.note(at_ms, analyst, "status", "OPEN", "TRIAGED")
    made.note(at_ms, analyst, "assignee", "", analyst.id)
    if story.concerns_vip and chance(dice, 80):
        _tag(made, analyst, at_ms, "vip")
    early = [tag for tag in story.scenario.tags if tag in _EARLY_TAGS]
    if early and chance(dice, 40):
        _tag(made, analyst, at_ms, pick(dice, early))


def _tag(made: Decisions, analyst: Actor, at_ms: int, tag: str) -> None:
    if tag in made.tags:
        return
    before = made.tags
    made.tags = (*before, tag)
    made.note(at_ms, analyst, "tags", ", ".join(before), ", ".join(made.tags))


def _discuss(made: Decisions, story: Story, analyst: Actor, at_ms: int, until_ms: int, dice: Random) -> None:
    if chance(dice, 75):
        at_ms += between(dice, 0, min((until_ms - at_ms) // 4, _FIRST_WORD_MS))
        _comment(
            made, story, analyst, at_ms, filled(pick(dice, story.scenario.notes.triage), story.cast), dice
        )
    while made.comments and len(made.comments) < 3 and chance(dice, 30):
        at_ms += between(dice, 0, min((until_ms - at_ms) // 4, 4 * _FIRST_WORD_MS))
        reply = pick(dice, _REPLIES)
        if story.scenario.comment_format == "HTML":
            reply = f"<p>{reply}</p>"
        others = [each for each in ANALYSTS if each != made.updated_by]
        _comment(made, story, pick(dice, others), at_ms, reply, dice)


def _comment(made: Decisions, story: Story, by: Actor, at_ms: int, body: str, dice: Random) -> None:
    made.comments.append(
        Comment(
            id=digits(dice, 32),
            author=by,
            body=body,
            format=story.scenario.comment_format,
            created_ms=at_ms,
            updated_ms=at_ms,
        )
    )
    made.note(at_ms, by, "comment", "", body)


def _close(made: Decisions, story: Story, analyst: Actor, at_ms: int, status: str, dice: Random) -> None:
    verdict, remarks = _verdict(story, status, dice)
    remark = filled(pick(dice, remarks), story.cast) if remarks and chance(dice, 85) else ""
    made.note(at_ms, analyst, "status", made.status, status, why=remark)
    made.status, made.phase = status, Phase.CLOSED
    made.closed_ms, made.closed_by = at_ms, analyst
    if verdict:
        made.verdict = verdict.value
        made.note(at_ms, analyst, "verdict", "", made.verdict)
    if remark:
        _comment(made, story, analyst, at_ms, remark, dice)
    _rate(made, analyst, at_ms, verdict, dice)
    if verdict is Verdict.BENIGN and story.scenario.tags and chance(dice, 60):
        _tag(made, analyst, at_ms, story.scenario.tags[0])
    elif verdict is Verdict.FALSE_POSITIVE:
        if SCANNER_IP in story.title and chance(dice, 60):
            _tag(made, analyst, at_ms, "scanner")
        if chance(dice, 45):
            _tag(made, analyst, at_ms, "needs-tuning")


def _verdict(story: Story, status: str, dice: Random) -> tuple[Verdict | None, tuple[str, ...]]:
    notes = story.scenario.notes
    if story.scenario.type != "ALERT":
        return None, notes.real if status == "RESOLVED" else notes.wrong
    roll = dice.random() * 100
    if status == "RESOLVED":
        return (
            (Verdict.TRUE_POSITIVE, notes.real)
            if roll < story.scenario.real_percent
            else (Verdict.BENIGN, notes.benign)
        )
    if roll < 12:
        return Verdict.DUPLICATE, ("Duplicate of the one before, see there.",)
    return (Verdict.FALSE_POSITIVE, notes.wrong) if roll < 90 else (Verdict.UNDETERMINED, ())


def _rate(made: Decisions, analyst: Actor, at_ms: int, verdict: Verdict | None, dice: Random) -> None:
    if verdict is Verdict.TRUE_POSITIVE and chance(dice, 70):
        made.quality = Quality.USEFUL
    elif verdict in (Verdict.FALSE_POSITIVE, Verdict.DUPLICATE) and chance(dice, 75):
        made.quality = Quality.NOISE
    elif verdict is Verdict.BENIGN and chance(dice, 30):
        made.quality = Quality.USEFUL
    if made.quality:
        made.note(at_ms, analyst, "quality", "", made.quality.value)
