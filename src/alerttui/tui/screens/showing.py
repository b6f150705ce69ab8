"""Showing: what each pane shows of the alert that is open, or says where there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from alerttui.domain.moments import format_age
from alerttui.triage.actions import BY_ID
from alerttui.triage.session import OpenAlert
from alerttui.tui.render.detail import detail_lines
from alerttui.tui.render.document import DocLine, FoldKey, blank, text_lines
from alerttui.tui.render.facts import Words
from alerttui.tui.render.json_document import Folds
from alerttui.tui.render.style_names import DIM
from alerttui.tui.render.thread import comment_lines, draft_lines, history_lines
from alerttui.tui.screens.desk import WARN, Desk
from alerttui.tui.screens.digging import Digging
from alerttui.tui.screens.event_reading import EventReading
from alerttui.tui.screens.panes import Panes
from alerttui.tui.widgets.document_view import DocumentView


@dataclass(slots=True)
class Showing:
    """Fills the views; keeps which parts of the alert's JSON are folded."""

    desk: Desk
    panes: Panes
    words: Words
    clock: Callable[[], int]
    """The moment as of which ages are told."""
    events: EventReading = field(init=False)
    digging: Digging = field(init=False)
    why_unread: Callable[[str], str] = lambda part: ""
    """Why "events" or "comments" of the open alert are not here yet; empty where they are."""
    _open: OpenAlert | None = None
    _folds: Folds = field(default_factory=Folds)
    _told_ms: int = 0
    _draft: str = ""
    """The draft that the comments show."""
    _unread: tuple[str, ...] = ()
    """What the panes said of parts that were not here when they were shown."""
    _told_trouble: str = ""
    """What was said last of local notes that cannot be read."""

    def __post_init__(self) -> None:
        self.events = EventReading(self.desk, self.panes)
        self.digging = Digging(self.desk, self.panes, self.words, self.clock)

    def show(self, opened: OpenAlert, *, keep_place: bool) -> None:
        """Show an alert: another one from its top, the same one anew at the same place."""
        if not keep_place:
            self._folds = Folds()
        self._open = opened
        self.events.take(opened.alert.id, opened.events, is_same=keep_place)
        self._show_detail(keep_place=keep_place)
        self.events.show(keep_place=keep_place, nothing=self.why_unread("events"))
        self._show_comments(opened, keep_place=keep_place)
        self._say_notes_trouble()
        self._show_history(opened, keep_place=keep_place)
        self.digging.take(opened, keep_place=keep_place)
        self._unread = self._all_unread()

    @property
    def says_what_is_unread(self) -> bool:
        """True unless a part was read since, in which there was nothing: the panes still wait for it."""
        return self._unread == self._all_unread()

    def _all_unread(self) -> tuple[str, ...]:
        return self.why_unread("events"), self.why_unread("comments")

    def show_sentence(self, sentence: str, style: str = DIM) -> None:
        """Show one sentence in every pane, and no alert."""
        self._open = None
        self.events.clear()
        self.digging.clear()
        for view in self.panes.all():
            if view is not self.panes.event_list:
                view.show_message(sentence, style)
        self.panes.event_list.show(lambda _: [])

    def show_placeholders(self) -> None:
        """Show nothing: the first alert is being read."""
        empty: list[DocLine] = []
        for view in self.panes.all():
            view.show(lambda _: empty)

    def retell_ages(self) -> None:
        """Tell the age in the detail as of the moment of the list, if it reads differently."""
        opened = self._open
        if opened is None or self.clock() == self._told_ms:
            return
        created_ms = opened.alert.created_ms
        if format_age(self.clock() - created_ms) != format_age(self._told_ms - created_ms):
            self._show_detail(keep_place=True)

    def _show_detail(self, *, keep_place: bool) -> None:
        opened, folds, now_ms = self._open, self._folds, self.clock()
        if opened is None:
            return
        alert, self._told_ms = opened.alert, now_ms
        self.panes.detail.show(
            lambda width: detail_lines(alert, self.words, folds, now_ms, width), keep_place=keep_place
        )

    def _show_comments(self, opened: OpenAlert, *, keep_place: bool) -> None:
        page, person = opened.comments, self.desk.person_label
        rule = self.desk.session.capabilities.comments
        self._draft = draft = self.desk.drafts.get(opened.alert.id)
        if not page.results and not draft.strip():
            if rule.notes:
                why = f"{rule.read_refusal} {self._notes_trouble or self._how_to_comment()}"
            else:
                why = rule.read_refusal or self.why_unread("comments")
            none = f"None is told. {rule.read_caveat}" if rule.read_caveat else "No comments yet."
            self.panes.comments.show_message(why or f"{none} {self._how_to_comment()}")
            return
        more = (page.total or 0) - len(page.results)
        key = self.desk.keymap.label("alert.comment")
        self.panes.comments.show(
            lambda width: [
                *draft_lines(draft, key, width, "not kept yet" if rule.notes else "not sent"),
                *comment_lines(page.results, person, width, more=more),
                *([blank(), *text_lines(rule.read_caveat, width, DIM)] if rule.read_caveat else []),
            ],
            keep_place=keep_place,
        )

    @property
    def _notes_trouble(self) -> str:
        notes = self.desk.session.notes
        return notes.trouble if notes else ""

    def _say_notes_trouble(self) -> None:
        """Say once why local notes cannot be shown; everything else goes on without them."""
        trouble = self._notes_trouble
        if trouble and trouble != self._told_trouble:
            self.desk.say(f"Local notes are not shown: {trouble}", WARN)
        self._told_trouble = trouble

    def retell_draft(self) -> None:
        """Show the draft of the open alert as it is by now."""
        if self._open is not None and self.desk.drafts.get(self._open.alert.id) != self._draft:
            self._show_comments(self._open, keep_place=True)

    def _how_to_comment(self) -> str:
        what = "a local note" if self.desk.session.capabilities.comments.notes else "one"
        refusal = self.desk.session.refusal_of(BY_ID["alert.comment"])
        return refusal or f"{self.desk.keymap.label('alert.comment')} writes {what}."

    def _show_history(self, opened: OpenAlert, *, keep_place: bool) -> None:
        entries, person = opened.history, self.desk.person_label
        refusal = self.desk.session.capabilities.history_refusal
        if not entries:
            self.panes.history.show_message(refusal or "Nothing was changed on this alert yet.")
            return
        own = self.desk.session.backend.name
        self.panes.history.show(
            lambda width: history_lines(entries, person, width, own=own), keep_place=keep_place
        )

    # -- folds

    def toggle_fold(self, view: DocumentView, key: FoldKey) -> None:
        """Open or close a fold, keeping the place."""
        if view is self.panes.detail:
            self._folds.toggle(key)
            self._show_detail(keep_place=True)
        elif view is self.panes.event:
            self.events.toggle_fold(key)

    def remembered_folds(self, view: DocumentView) -> Callable[[], None]:
        """What folds a view's JSON again as it is folded now."""
        if view is self.panes.event:
            return self.events.remembered_folds()
        folds, before = self._folds, self._folds.remembered()

        def put_back() -> None:
            if view is self.panes.detail and folds is self._folds and folds.remembered() != before:
                folds.put_back(before)
                self._show_detail(keep_place=True)

        return put_back

    def unfold_to(self, view: DocumentView, key: FoldKey) -> None:
        """Open whatever hides a part of a view's JSON."""
        if view is self.panes.detail:
            self._folds.unfold_to(key)
            self._show_detail(keep_place=True)
        elif view is self.panes.event:
            self.events.unfold_to(key)

    def toggle_all_folds(self, view: DocumentView) -> bool:
        """Fold every part of a view's JSON, or unfold it; False where there is none."""
        if view in (self.panes.event, self.panes.event_list):
            return self.events.toggle_all_folds()
        if view is not self.panes.detail or not self._folds.toggle_all():
            return False
        self._show_detail(keep_place=True)
        return True
