"""The parts of the console, made once and introduced to each other."""

from __future__ import annotations

from dataclasses import dataclass

from textual.containers import Container, Horizontal, Vertical
from textual.screen import Screen

from alerttui.domain.query import AlertQuery
from alerttui.domain.query_text import print_query
from alerttui.triage.actions import Pane
from alerttui.triage.listing import Listing
from alerttui.triage.marks import Marks
from alerttui.triage.session import Session
from alerttui.tui.render.bars import tab_pieces
from alerttui.tui.render.facts import Words
from alerttui.tui.render.filter_line import filter_line
from alerttui.tui.screens.aiming import Aiming
from alerttui.tui.screens.arrangement import Arrangement
from alerttui.tui.screens.bars import Bars
from alerttui.tui.screens.decisions import Decisions
from alerttui.tui.screens.desk import ConsoleSettings, Desk, Keys
from alerttui.tui.screens.filtering import Filtering
from alerttui.tui.screens.finding import Finding
from alerttui.tui.screens.kept_shares import KeptShares, read_shares
from alerttui.tui.screens.making import Making
from alerttui.tui.screens.marking import Marking
from alerttui.tui.screens.mirroring import Mirroring
from alerttui.tui.screens.navigation import Navigation
from alerttui.tui.screens.panes import Panes
from alerttui.tui.screens.pointing import Pointing
from alerttui.tui.screens.queue import Queue
from alerttui.tui.screens.reading import Reading
from alerttui.tui.screens.viewing import Viewing
from alerttui.tui.widgets.alert_list import AlertList
from alerttui.tui.widgets.divider import Divider, TabBar
from alerttui.tui.widgets.document_view import DocumentView
from alerttui.tui.widgets.filter_bar import FilterBar


@dataclass(frozen=True, slots=True)
class Parts:
    """Who does what on the console; the screen composes `right` and the bars around the list."""

    desk: Desk
    queue: Queue
    panes: Panes
    reading: Reading
    marking: Marking
    making: Making
    decisions: Decisions
    filter_bar: FilterBar
    filtering: Filtering
    arrangement: Arrangement
    navigation: Navigation
    pointing: Pointing
    viewing: Viewing
    finding: Finding
    bars: Bars
    mirroring: Mirroring
    divider: Divider
    kept_shares: KeptShares
    right: Container
    """Everything beside, or below, the list."""


def make_parts(
    screen: Screen[None],
    session: Session,
    query: AlertQuery,
    settings: ConsoleSettings,
    keys: Keys,
) -> Parts:
    """The parts of one console on one session, starting with a query."""
    desk = Desk(screen, session, settings, keys)
    queue = _queue(desk, query)
    panes = _panes()
    reading = Reading(desk, panes, _words(desk), lambda: queue.view.told_ms, queue.is_behind)
    marking = Marking(desk, queue)
    making = Making(desk, queue, reading.again)
    filter_bar = FilterBar(print_query(query), filter_line, id="filter")
    filtering = Filtering(desk, queue, filter_bar, reading)
    tabs = TabBar((), tab_pieces, id="tabs")
    settings.views.suit(desk.session.capabilities)
    viewing = Viewing(desk, queue, filtering, settings.views)
    events = Vertical(panes.event_list, panes.event, id="events")
    rooms = {
        Pane.LIST: queue.view,
        Pane.DETAIL: panes.detail,
        Pane.EVENTS: events,
        Pane.COMMENTS: panes.comments,
        Pane.HISTORY: panes.history,
        Pane.INDICATORS: panes.indicators,
        Pane.RELATED: panes.related,
    }
    lower = Horizontal(events, panes.comments, panes.history, panes.indicators, panes.related, id="lower")
    divider = Divider(id="divider")
    shares = read_shares(settings.state_folder)
    kept_shares = KeptShares(desk)
    arrangement = Arrangement(screen, rooms, lower, tabs, divider, shares, kept_shares.keep)
    finding = Finding(desk, reading, arrangement)
    mirroring = Mirroring(desk, queue, reading, arrangement)
    reading.showing.why_unread = mirroring.why_unread
    aiming = Aiming(desk, queue, reading, arrangement)
    return Parts(
        desk=desk,
        queue=queue,
        panes=panes,
        reading=reading,
        marking=marking,
        making=making,
        decisions=Decisions(desk, making, aiming.take),
        filter_bar=filter_bar,
        filtering=filtering,
        arrangement=arrangement,
        navigation=Navigation(desk, queue, panes, reading, arrangement, filtering, marking, making, finding),
        pointing=Pointing(desk, queue, reading, arrangement),
        viewing=viewing,
        finding=finding,
        bars=Bars(desk, queue, viewing, reading, mirroring, arrangement, filter_bar, tabs),
        mirroring=mirroring,
        divider=divider,
        kept_shares=kept_shares,
        right=Container(panes.detail, tabs, lower, id="panes"),
    )


def _words(desk: Desk) -> Words:
    can = desk.session.capabilities
    return Words(can.status, can.verdict, desk.person_label, can.has)


def _queue(desk: Desk, query: AlertQuery) -> Queue:
    session = desk.session
    marks = Marks()
    data_version = session.store.data_version()
    listing = Listing(session.store, query, session.query_context())
    view = AlertList(
        listing,
        clock=session.clock,
        status_label=lambda word: session.capabilities.status(word).short,
        person_label=desk.person_label,
        marked=marks,
        id="list",
    )
    return Queue(desk, view, marks, listing, session.clock(), data_version)


def _panes() -> Panes:
    return Panes(
        detail=DocumentView(id="detail"),
        event_list=DocumentView(id="event-list"),
        event=DocumentView(id="event"),
        comments=DocumentView(id="comments"),
        history=DocumentView(id="history"),
        indicators=DocumentView(id="indicators"),
        related=DocumentView(id="related"),
    )
