"""What one connection can do, and for everything that it cannot: why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from alerttui.domain.errors import Invalid, NotSupported
from alerttui.domain.patch import KEEP, AlertPatch, Clear, Set, checked_tags, is_address
from alerttui.domain.vocabulary import (
    TAG_LIMIT,
    TAG_PATTERN,
    Phase,
    Quality,
    StatusWord,
    Verdict,
    VerdictWord,
)


class AssignBy(Enum):
    """What names an assignee on the wire."""

    ID = "id"
    EMAIL = "email"
    NONE = "none"


class RetrySafety(Enum):
    """What may be done after an answer that never came."""

    IDEMPOTENT = "idempotent"
    SETTLE = "settle by re-reading"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRule:
    """Whether a field may be set and cleared; a reason in place of "no"."""

    set_refusal: str = ""
    clear_refusal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRule:
    """Whether comments can be read and written, and what format the backend really stores."""

    read_refusal: str = ""
    read_caveat: str = ""
    """Why there may be comments that cannot be read; empty where all can."""
    write_refusal: str = ""
    formats: tuple[str, ...] = ("PLAIN_TEXT",)
    max_length: int = 10_000
    with_change: bool = False
    """True if a comment travels in the very request of a change, which is then made at most once."""
    notes: bool = False
    """True where the product has no comments: notes are kept on this machine instead, and never sent."""

    def check(self, body: str) -> None:
        """Raise `NotSupported` where none can be added, `Invalid` for one that is empty or too long."""
        if self.write_refusal:
            raise NotSupported(self.write_refusal)
        self.check_text(body)

    def check_text(self, body: str) -> None:
        """Raise `Invalid` for a comment, or a local note in its place, that is empty or too long."""
        if not body.strip():
            raise Invalid("comment", body, "a comment needs some text")
        if len(body) > self.max_length:
            rule = f"at most {self.max_length:,} characters; it has {len(body):,}"
            raise Invalid("comment", f"{body[:40]}...", rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """Computed per connection; the console follows this and never a backend's name."""

    backend: str
    """The kind, as a profile names it."""
    product: str = ""
    """What it is called in a sentence; empty for the kind itself."""
    statuses: tuple[StatusWord, ...]
    closing_targets: tuple[str, ...]
    """Status words that close, in menu order."""
    active_target: str = ""
    """The status that "take it" sets; empty where there is none."""
    verdicts: tuple[VerdictWord, ...] = ()
    verdict_required: bool = False
    """True if an alert is closed with a verdict in the same request, or not at all."""
    verdict_alone_refusal: str = ""
    """Why a verdict is given while closing only; empty where it can be set at any time."""
    verdict_while_closed: bool = False
    """True if a verdict counts while its alert is closed only: reopening clears it."""
    actions_refusal: str = "This backend takes no list of actions; write them into the comment."
    """Why closing cannot list the actions that were taken; empty where it can."""
    severities: tuple[str, ...] = ()
    malices: tuple[str, ...] = ()
    """Words that a malice or risk may be overridden with; empty where any text may stand."""
    fields: Mapping[str, FieldRule] = field(default_factory=dict)
    """Rule per patch field; a field that is absent here cannot be changed."""
    tag_pattern: str = TAG_PATTERN
    tag_rule: str = ""
    """What `tag_pattern` means, in words for a refusal; the pattern itself is told where it is empty."""
    tag_limit: int = TAG_LIMIT
    assign_by: AssignBy = AssignBy.ID
    assigns_into: str = ""
    """The status that an alert gets wherever it is assigned; empty where assigning stands alone."""
    needs_token: bool = True
    """False where a profile need not name a place of a token."""
    signs_in: bool = False
    """True if the token is got with a person's e-mail and password, for some hours."""
    comments: CommentRule = field(default_factory=CommentRule)
    events_paged: bool = True
    tag_counts_refusal: str = ""
    """Why `tags` gives the tags there are instead of those in use with their numbers; empty if it counts."""
    history_refusal: str = ""
    related_refusal: str = ""
    statistics_refusal: str = ""
    live_refusal: str = "This backend has no live stream."
    narrows: Mapping[str, str] = field(default_factory=dict)
    """Query fields that the backend narrows safely, each with the source of that claim."""
    narrows_singly: frozenset[str] = frozenset()
    """Of `narrows`, fields of which one request may name one value only: several take several lists."""
    vendor_decided: frozenset[str] = frozenset()
    """Query fields whose values no list row carries: only the product can tell which alerts match."""
    listed_types: tuple[str, ...] = ("",)
    """Values of `type` that the product lists apart, the main one first; an empty word for one list."""
    page_limit: int = 50
    """The most alerts that one page may hold."""
    list_limit: int = 0
    """How many alerts one list reaches at most; 0 for all. A page that ends there says so (`Page.is_cut`)."""
    is_listed_by_creation: bool = True
    """True if pages come in the order of creation, newest first: reading may stop at what is known."""
    bulk_native: bool = True
    bulk_chunk: int = 0
    """Ids per request; 0 for no limit."""
    requests_per_minute: int = 0
    """0 for no limit."""
    retry: Mapping[str, RetrySafety] = field(default_factory=dict)
    is_queued: bool = False
    """True where changes are journalled first and sent beside the keys."""
    read_only_reason: str = ""

    @property
    def label(self) -> str:
        """What the connection's product is called in a sentence."""
        return self.product or self.backend

    def status(self, word: str) -> StatusWord:
        """What is known of a status word; an unknown word is shown as it came, in the unknown phase."""
        for each in self.statuses:
            if each.word == word:
                return each
        return StatusWord(word, word, word, Phase.UNKNOWN, "")

    def phase(self, word: str) -> Phase:
        """The phase that a native status word belongs to."""
        return self.status(word).phase

    def verdict(self, word: str) -> VerdictWord:
        """What is known of a verdict word; an unknown word is shown as it came."""
        for each in self.verdicts:
            if each.word == word:
                return each
        return VerdictWord(word, word, Verdict.UNDETERMINED, "")

    def for_reading(self, reason: str) -> Capabilities:
        """What is left where nothing may be written; a product without comments keeps its own reason."""
        comments = replace(self.comments, write_refusal=self.comments.write_refusal or reason)
        return replace(self, read_only_reason=reason, comments=comments)

    def has(self, field_name: str) -> bool:
        """True if alerts of the product have a patch field that can be set, by whoever may."""
        rule = self.fields.get(field_name)
        return rule is not None and not rule.set_refusal

    def refusal(self, field_name: str, *, clear: bool = False) -> str:
        """Why a patch field cannot be set (or cleared); empty if it can."""
        if self.read_only_reason:
            return self.read_only_reason
        rule = self.fields.get(field_name)
        if rule is None:
            return f"{self.label} cannot change {field_name}."
        return rule.clear_refusal if clear else rule.set_refusal

    def refusal_in(self, patch: AlertPatch, field_name: str) -> str:
        """Why a field that a patch sets or clears cannot be, next to the rest of it; empty if it can."""
        is_clear = isinstance(getattr(patch, field_name), Clear)
        if is_clear and field_name == "verdict" and self.verdict_while_closed and self.reopens(patch):
            return self.refusal("status")
        if field_name == "assignee" and not is_clear and patch.status not in (KEEP, Set(self.assigns_into)):
            return self.refusal("assignee") or self.assigning_refusal
        return self.refusal(field_name, clear=is_clear)

    @property
    def assigning_refusal(self) -> str:
        """Why an alert cannot be assigned in any status; empty if it can."""
        if not self.assigns_into:
            return ""
        return f"{self.label} assigns only together with the status {self.status(self.assigns_into).label}."

    def check(self, patch: AlertPatch, present_tags: Sequence[str] = ()) -> None:
        """Raise `Invalid` or `NotSupported` unless this connection can take the patch as it is.

        An alert may keep what it has of `present_tags`; without them, every tag of the patch is checked.
        """
        for name, value in patch.changed():
            refusal = self.refusal_in(patch, name)
            if refusal:
                raise NotSupported(refusal)
            if not isinstance(value, Clear):
                self._check_value(name, value.value, present_tags)
        self._check_verdict(patch)

    def check_words(self, patch: AlertPatch, comment: str, actions: Sequence[str]) -> None:
        """Raise `Invalid` or `NotSupported` unless a change can carry this comment and these actions."""
        if comment:
            self.comments.check(comment)
        if not actions:
            return
        if self.actions_refusal:
            raise NotSupported(self.actions_refusal)
        if not self.closes(patch):
            raise Invalid("actions", actions[0], "actions taken are listed while closing")
        if any("\n" in each or not each.strip() for each in actions):
            raise Invalid("actions", "", "one action a line is expected, and none empty")

    def closes(self, patch: AlertPatch) -> bool:
        """True if a patch sets a status that closes."""
        return isinstance(patch.status, Set) and patch.status.value in self.closing_targets

    def reopens(self, patch: AlertPatch) -> bool:
        """True if a patch sets a status that does not close."""
        return isinstance(patch.status, Set) and not self.closes(patch)

    def _check_verdict(self, patch: AlertPatch) -> None:
        """What a verdict and the status that it belongs to have to do with each other."""
        if self.verdict_required and self.closes(patch) and not isinstance(patch.verdict, Set):
            words = ", ".join(each.word for each in self.verdicts)
            raise Invalid("verdict", "", f"closing needs a verdict in the same change: one of {words}")
        if self.verdict_alone_refusal and isinstance(patch.verdict, Set) and not self.closes(patch):
            raise NotSupported(self.verdict_alone_refusal)

    def checked_tags(self, tags: Sequence[str], present: Sequence[str] = ()) -> tuple[str, ...]:
        """The tags without duplicates and in order; raises `Invalid` where one breaks a rule of ours.

        An alert may keep what it has: `present`.
        """
        return checked_tags(tags, present, pattern=self.tag_pattern, limit=self.tag_limit, rule=self.tag_rule)

    def _check_value(
        self, name: str, value: str | Quality | tuple[str, ...], present_tags: Sequence[str]
    ) -> None:
        if isinstance(value, tuple):
            self.checked_tags(value, present_tags)
        elif name == "assignee" and self.assign_by is AssignBy.EMAIL and not is_address(str(value)):
            rule = f"{self.label} assigns by e-mail: name@example.com is expected"
            raise Invalid("assignee", value, rule)
        elif name == "status" and value not in [each.word for each in self.statuses]:
            raise Invalid("status", value, "one of " + ", ".join(each.word for each in self.statuses))
        elif name == "verdict" and value not in [each.word for each in self.verdicts]:
            raise Invalid("verdict", value, "one of " + ", ".join(each.word for each in self.verdicts))
        elif name == "severity" and value not in self.severities:
            raise Invalid("severity", value, "one of " + ", ".join(self.severities))
        elif name == "malice" and self.malices and value not in self.malices:
            raise Invalid("malice", value, "one of " + ", ".join(self.malices))
