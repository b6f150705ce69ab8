"""Taking and assigning: mine in one key, a colleague's only after a question."""

from __future__ import annotations

from pathlib import Path

from alerttui.backends.registry import open_local
from alerttui.domain.alert import Actor, Person
from alerttui.domain.patch import CLEAR, AlertPatch, Set
from alerttui.domain.vocabulary import AlertId
from alerttui.triage.session import Session
from tests.alerts import ANA, BOB, NOW_MS, an_alert, some_alerts
from tests.tui.driver import running

PEOPLE = [Person("ana", "ana@acme.example", "Ana"), Person("bob", "bob@acme.example", "Bob"),
          Person("cleo", "cleo@acme.example", "Cleo")]  # fmt: skip


async def test_taking_assigns_to_me_and_makes_active_in_one_change() -> None:
    async with running(some_alerts(2), people=PEOPLE) as console:
        await console.do("alert.take")
        alert = console.stored("a-0")
        assert alert.assignee is not None
        assert (alert.assignee.id, alert.status) == ("ana", "TRIAGED")
        assert len(console.store.journal()) == 1
        assert console.note == "taken: Alert number 0"
        assert console.cursor == "a-0"


async def test_undo_of_taking_gives_back_both() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.take", "change.undo")
        alert = console.stored("a-0")
        assert (alert.assignee, alert.status) == (None, "OPEN")


async def test_a_closed_alert_is_not_reopened_by_taking_it() -> None:
    async with running([an_alert(status="RESOLVED")]) as console:
        await console.do("alert.take")
        assert console.stored("a-1").status == "RESOLVED"
        assert console.stored("a-1").assignee is None
        assert "a closed alert stays closed" in console.note


async def test_a_colleague_is_named_before_his_alert_is_taken_over() -> None:
    async with running([an_alert(status="TRIAGED", assignee=BOB)], people=PEOPLE) as console:
        await console.do("alert.take")
        assert "Take it over from Bob?" in console.screen_text()
        await console.press("enter")
        assert console.stored("a-1").assignee == BOB
        await console.do("alert.take")
        await console.press("esc")
        assert console.stored("a-1").assignee == BOB
        await console.do("alert.take")
        await console.press("y")
        taken = console.stored("a-1").assignee
        assert taken is not None
        assert taken.id == "ana"


async def test_taking_what_is_mine_asks_nothing() -> None:
    async with running([an_alert(status="TRIAGED", assignee=ANA)]) as console:
        await console.do("alert.take")
        assert not console.has_dialog
        assert "so already" in console.note


async def test_taking_is_refused_where_nobody_knows_who_i_am() -> None:
    async with running(some_alerts(2), me=None) as console:
        await console.do("alert.take")
        assert "does not say who you are" in console.note
        assert console.stored("a-0").assignee is None


async def test_marked_alerts_are_taken_together_and_closed_ones_left() -> None:
    alerts = [an_alert("a-0", age_min=1), an_alert("a-1", age_min=2, status="CLOSED"),
              an_alert("a-2", age_min=3, assignee=BOB)]  # fmt: skip
    async with running(alerts, people=PEOPLE) as console:
        await console.do("mark.all", "alert.take")
        assert "Take it over from Bob?" in console.screen_text()
        await console.press("y", "y")
        assert [console.stored(each).status for each in ("a-0", "a-1", "a-2")] == [
            "TRIAGED", "CLOSED", "TRIAGED",
        ]  # fmt: skip
        assert console.stored("a-1").assignee is None


async def test_i_am_the_first_whom_an_alert_can_be_assigned_to() -> None:
    async with running(some_alerts(2), people=PEOPLE) as console:
        await console.do("alert.assign")
        assert console.dialog == "PersonScreen"
        await console.press("enter")
        assignee = console.stored("a-0").assignee
        assert assignee is not None
        assert assignee.id == "ana"
        assert console.stored("a-0").status == "OPEN"
        assert console.note == "assigned to Ana: Alert number 0"


async def test_typing_narrows_and_arrows_choose() -> None:
    async with running(some_alerts(2), people=PEOPLE) as console:
        await console.do("alert.assign")
        await console.press("down", "enter")
        first = console.stored("a-0").assignee
        assert first is not None
        assert first.id == "bob"
        await console.do("alert.assign")
        await console.type("cleo@")
        await console.press("enter")
        second = console.stored("a-0").assignee
        assert second is not None
        assert (second.id, second.name) == ("cleo", "Cleo")


async def test_nobody_clears_the_assignee() -> None:
    async with running([an_alert(assignee=BOB)], people=PEOPLE) as console:
        await console.do("alert.assign")
        await console.type("nobody")
        await console.press("enter")
        assert console.stored("a-1").assignee is None
        assert console.note == "unassigned: Alert a-1"


async def test_an_id_that_nobody_knows_is_taken_as_typed() -> None:
    async with running(some_alerts(2), people=PEOPLE) as console:
        await console.do("alert.assign")
        await console.type("u-4711")
        await console.press("enter")
        assignee = console.stored("a-0").assignee
        assert assignee is not None
        assert assignee.id == "u-4711"


async def test_esc_in_the_people_leaves_the_assignee() -> None:
    async with running([an_alert(assignee=BOB)], people=PEOPLE) as console:
        await console.do("alert.assign")
        await console.type("cleo")
        await console.press("esc")
        assert console.stored("a-1").assignee == BOB
        assert console.store.journal() == []


async def test_taking_over_leaves_an_alert_that_was_closed_while_it_was_asked(tmp_path: Path) -> None:
    file = tmp_path / "alerts.db"
    bobs = an_alert("a-1", assignee=BOB)
    async with running([bobs], path=file) as console:
        await console.do("alert.take")
        store, backend = open_local(file)
        bob = Session(store, backend, me=BOB, clock=lambda: NOW_MS)
        await bob.change([AlertId("a-1")], AlertPatch(status=Set("RESOLVED")))
        store.close()
        await console.press("y")
        assert console.stored("a-1").status == "RESOLVED"
        assert console.stored("a-1").assignee == BOB
        assert "left alone" in console.note


async def test_whoever_left_is_still_called_by_name() -> None:
    gone = Person("u-1f0c", "eve@acme.example", "Eve", enabled=False)
    async with running([an_alert(assignee=Actor("u-1f0c"))], people=[*PEOPLE, gone]) as console:
        await console.until(lambda: "Eve" in console.screen_text())
        await console.do("alert.assign")
        await console.press("enter")
        await console.do("pane.history")
        assert "assignee Eve → Ana" in console.screen_text()
        assert "u-1f0c" not in console.screen_text()


async def test_whom_the_store_got_to_know_just_now_is_told_by_name() -> None:
    async with running(some_alerts(1), people=PEOPLE) as console:
        console.store.add_person(Person("u-77aa", "fay@acme.example", "Fay"))
        await console.do("alert.assign")
        await console.type("u-77aa")
        await console.press("enter")
        assert console.note == "assigned to Fay: Alert number 0"
        await console.do("change.undo")
        assert console.note == "undo: assigned to Fay: Alert number 0"


async def test_what_somebody_else_did_meanwhile_is_told_by_names(tmp_path: Path) -> None:
    file, eve = tmp_path / "alerts.db", Person("u-1f0c", "eve@acme.example", "Eve")
    async with running(some_alerts(1), people=[*PEOPLE, eve], path=file) as console:
        store, backend = open_local(file)
        bob = Session(store, backend, me=BOB, clock=lambda: NOW_MS)
        patch, seen = AlertPatch(assignee=Set("u-1f0c")), AlertPatch(assignee=CLEAR)
        first = AlertId("a-0")
        await bob.change([first], patch)
        (outcome,) = (
            await console.session.change(
                [first], AlertPatch(assignee=Set("cleo")), seen={first: seen}, label="assigned"
            )
        ).outcomes
        assert outcome.reason.startswith("assignee is now Eve, changed by Bob")
        (foreseen,) = await console.session.preview(
            [first], AlertPatch(assignee=Set("cleo")), seen={first: seen}
        )
        assert foreseen.reason == "assignee is now Eve"
        store.close()
