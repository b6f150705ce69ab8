"""Single alerts of one connection, and what belongs to one: its event, its comments, its relations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from alerttui.backends.remote.asking import Requester
from alerttui.backends.remote.chad import wire
from alerttui.backends.remote.chad.access import Access
from alerttui.backends.remote.chad.capabilities import CURRENT
from alerttui.backends.remote.chad.detecting import Forms
from alerttui.backends.remote.chad.dialect import Wanted
from alerttui.backends.remote.chad.listing import Listing
from alerttui.backends.remote.chad.place import Place
from alerttui.backends.remote.chad.reading import alert_of, comments_of, event_of, id_of, related_of
from alerttui.backends.remote.decoding import LISTED, ONE, aside, value_of
from alerttui.domain.alert import Alert, Comment, Event, RelatedAlert
from alerttui.domain.errors import BadAnswer, NotFound, Rejected
from alerttui.domain.json_text import parse_json
from alerttui.domain.query_values import Window
from alerttui.domain.showable import shown
from alerttui.domain.vocabulary import AlertId

MAX_REMEMBERED: Final = 50_000
"""Alerts whose creation is remembered, by which an API key finds them again."""

MAX_PAGES: Final = 100
"""Pages that are looked through for one alert."""

LOOK_AT_ONCE: Final = 250

_MAX_BYTES: Final = 16_000_000


class Records:
    """Reads single alerts. An API key has no such reading in the current form: there, lists are searched."""

    def __init__(
        self,
        requester: Requester,
        access: Access,
        forms: Forms,
        listing: Listing,
        *,
        clock: Callable[[], int],
        window_ms: int,
        note: Callable[[Alert], Alert],
    ) -> None:
        self._requester = requester
        self._access = access
        self._forms = forms
        self._listing = listing
        self._clock = clock
        self._window_ms = window_ms
        self._note = note
        self._created: dict[AlertId, int] = {}

    def saw(self, alert: Alert) -> None:
        """Remember when an alert was created."""
        if not alert.observed:
            self._created.pop(alert.id, None)
            self._created[alert.id] = alert.created_ms
            if len(self._created) > MAX_REMEMBERED:
                del self._created[next(iter(self._created))]

    async def read(self, alert_id: AlertId) -> Alert:
        """One alert in full; raises `NotFound`."""
        return (await self.read_whole(alert_id))[0]

    async def read_whole(self, alert_id: AlertId) -> tuple[Alert, Mapping[str, object]]:
        """One alert, and the object that it was read from."""
        dialect = await self._forms.dialect()
        wire.checked(alert_id)
        if self._access.has_key and dialect.form == CURRENT:
            alert = await self._find(alert_id)
            value = await aside(len(alert.raw), parse_json, alert.raw.decode(), _MAX_BYTES)
            return alert, value if isinstance(value, dict) else {}
        request = wire.get_alert(alert_id, with_key=self._access.has_key)
        if dialect.form == CURRENT:
            request = wire.with_failures(request)
        answer = await self._requester.ask(request)
        if answer.status == wire.FAILED:
            answer = await self._requester.ask(request)
        if answer.status == wire.FAILED:  # it is about this alert: CHAD is there
            raise Rejected(f"CHAD cannot tell alert {shown(alert_id)}: {wire.words_of(answer)}.")
        value = await value_of(self._requester, answer, ONE)
        if not isinstance(value, dict) or id_of(value) != alert_id:
            raise BadAnswer(
                f"CHAD's answer is not alert {shown(alert_id)}: an object with its id is expected."
            )
        self._forms.learn_row(value)
        tells = self._forms.known == CURRENT
        alert = await aside(
            len(answer.body), alert_of, value, answer.body, answer.requested_ms, tells_owner=tells
        )
        return self._note(alert), value

    async def _find(self, alert_id: AlertId) -> Alert:
        """One alert by its creation, which never changes, else in the whole window; raises `NotFound`."""
        created_ms = self._created.get(alert_id)
        if created_ms is not None:
            window = Window(created_ms, created_ms)
        else:
            window = Window(self._clock() - self._window_ms if self._window_ms else None)
        found = await self._search(alert_id, Wanted(created=window))
        if found is None:
            raise NotFound([alert_id])
        return found

    async def _search(self, alert_id: AlertId, wanted: Wanted) -> Alert | None:
        place: Place | None = Place()
        for _ in range(MAX_PAGES):
            if place is None:
                return None
            page, place = await self._listing.page(wanted, place, LOOK_AT_ONCE)
            for alert in page.results:
                if alert.id == alert_id:
                    return alert
        raise BadAnswer(
            f"Alert {shown(alert_id)} is not among the newest {MAX_PAGES * LOOK_AT_ONCE:,} of CHAD, "
            "and an API key cannot ask for it alone."
        )

    async def events(self, alert_id: AlertId) -> list[Event]:
        """The log that fired the rule, if there is one; raises `NotFound`."""
        _, value = await self.read_whole(alert_id)
        event = event_of(value)
        return [event] if event is not None else []

    async def comments(self, alert_id: AlertId) -> list[Comment]:
        """All comments, oldest first; raises `NotFound`: of an unknown alert CHAD tells that it has none."""
        dialect = await self._forms.dialect()
        if not dialect.keeps_comments_apart:
            _, value = await self.read_whole(alert_id)
            return comments_of(value.get("comments"), alert_id)
        answer = await self._requester.ask(wire.list_comments(alert_id))
        rows = await value_of(self._requester, answer, LISTED)
        if not isinstance(rows, list):
            what = f"CHAD's comments of alert {shown(alert_id)} are not as documented: a list is expected."
            raise BadAnswer(what)
        if not rows:
            await self.read(alert_id)
        return comments_of(rows, alert_id)

    async def related(self, alert_id: AlertId) -> Sequence[RelatedAlert]:
        """What CHAD relates to an alert, newest first; raises `NotFound`."""
        dialect = await self._forms.dialect()
        if not dialect.keeps_comments_apart:
            return (await self.read(alert_id)).related
        answer = await self._requester.ask(wire.related(alert_id))
        value = await value_of(self._requester, answer, LISTED)
        rows = value.get("alerts") if isinstance(value, dict) else value
        if not isinstance(rows, list):
            raise BadAnswer(
                f"CHAD's answer of what is related to {shown(alert_id)} is not what it documents."
            )
        return related_of(rows, alert_id, _reason(value))


def _reason(value: object) -> str:
    minutes = value.get("window_minutes") if isinstance(value, dict) else None
    is_number = isinstance(minutes, int) and not isinstance(minutes, bool)
    return f"same rule within {minutes} minutes" if is_number else "same rule"
