"""Tags and comments: rules are shown while typing, drafts survive, nothing is sent twice."""

from __future__ import annotations

from pathlib import Path

from alerttui.tui.screens.desk import ConsoleSettings
from tests.alerts import an_alert, some_alerts
from tests.tui.driver import NARROW, running

TEN = tuple(f"tag{number}" for number in range(10))


async def test_the_tags_of_one_alert_are_edited_as_a_whole() -> None:
    async with running([an_alert(tags=("vip", "old"))]) as console:
        await console.do("alert.tags")
        assert "vip old" in console.screen_text()
        await console.type("new")
        await console.press("enter")
        assert console.stored("a-1").tags == ("vip", "old", "new")
        assert console.note == "tags vip old new: Alert a-1"


async def test_an_emptied_line_clears_the_tags() -> None:
    async with running([an_alert(tags=("vip",))]) as console:
        await console.do("alert.tags")
        await console.press("ctrl+u", "enter")
        assert console.stored("a-1").tags == ()
        assert console.note == "tags cleared: Alert a-1"


async def test_esc_leaves_the_tags() -> None:
    async with running([an_alert(tags=("vip",))]) as console:
        await console.do("alert.tags")
        await console.type("more")
        await console.press("esc")
        assert console.stored("a-1").tags == ("vip",)


async def test_tab_completes_the_tag_from_tags_in_use() -> None:
    alerts = [
        an_alert("a-0", age_min=1),
        an_alert("a-1", tags=("scanner",)),
        an_alert("a-2", tags=("scanner",)),
    ]
    async with running(alerts) as console:
        await console.do("alert.tags")
        await console.type("sca")
        assert "scanner 2" in console.screen_text()
        await console.press("tab", "enter")
        assert console.stored("a-0").tags == ("scanner",)


async def test_a_bad_tag_shows_its_rule_and_enter_does_nothing() -> None:
    async with running(some_alerts(1)) as console:
        await console.do("alert.tags")
        await console.type("Not_OK!")
        assert "tags may use a-z, 0-9, _ and - (1-30 characters)" in console.screen_text()
        await console.press("enter")
        assert console.dialog == "TagsScreen"
        assert console.stored("a-0").tags == ()


async def test_the_eleventh_tag_is_refused_while_typing() -> None:
    async with running([an_alert(tags=TEN)]) as console:
        await console.do("alert.tags")
        await console.type("eleventh")
        assert "at most 10 tags" in console.screen_text()
        await console.press("enter")
        assert console.dialog == "TagsScreen"


async def test_tags_are_added_to_and_removed_from_many() -> None:
    alerts = [an_alert("a-0", age_min=1, tags=("old", "vip")), an_alert("a-1", age_min=2)]
    async with running(alerts) as console:
        await console.do("mark.all", "alert.tags")
        await console.type("new -old +more")
        await console.press("enter", "y")
        assert console.stored("a-0").tags == ("vip", "new", "more")
        assert console.stored("a-1").tags == ("new", "more")
        assert len(console.store.journal()) == 1
        await console.do("change.undo")
        assert console.stored("a-0").tags == ("old", "vip")
        assert console.stored("a-1").tags == ()


async def test_an_alert_with_ten_tags_is_refused_by_name_while_the_others_go_through() -> None:
    alerts = [an_alert("full", age_min=1, tags=TEN), an_alert("a-1", age_min=2), an_alert("a-2", age_min=3)]
    async with running(alerts) as console:
        await console.do("mark.all", "alert.tags")
        await console.type("eleventh")
        await console.press("enter", "y")
        assert console.stored("full").tags == TEN
        assert console.stored("a-1").tags == console.stored("a-2").tags == ("eleventh",)
        assert "full: an alert keeps at most 10 tags" in console.note
        assert "2 changed, 1 refused" in console.note
        assert console.marked() == {"full", "a-1", "a-2"}


async def test_a_comment_is_added_and_shown() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        assert console.dialog == "ComposerScreen"
        await console.type("asked mara")
        await console.press("enter")
        await console.type("waiting")
        await console.press("ctrl+s")
        assert not console.has_dialog
        assert console.comments("a-0") == ["asked mara\nwaiting"]
        assert console.note == "comment added: Alert number 0"
        await console.do("pane.comments")
        assert "asked mara" in console.pane_text("comments")


async def test_an_empty_comment_is_not_sent() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        await console.type("  ")
        await console.press("ctrl+s")
        assert console.dialog == "ComposerScreen"
        assert console.comments("a-0") == []


async def test_a_draft_survives_esc_and_is_dropped_once_sent() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        await console.type("half a thou")
        await console.press("esc")
        assert console.note == "Nothing was sent; the draft is kept."
        assert console.comments("a-0") == []
        await console.do("alert.comment")
        assert "half a thou" in console.screen_text()
        await console.type("ght")
        await console.press("ctrl+s")
        assert console.comments("a-0") == ["half a thought"]
        await console.do("alert.comment")
        assert "half a thou" not in "\n".join(console.lines()[-8:])


async def test_a_draft_belongs_to_its_alert() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        await console.type("for the first")
        await console.press("esc")
        await console.do("alert.next", "alert.comment")
        assert "for the first" not in console.screen_text()


async def test_a_draft_survives_a_restart(tmp_path: Path) -> None:
    settings = ConsoleSettings(drafts_folder=tmp_path / "drafts")
    path = tmp_path / "alerts.db"
    async with running(some_alerts(2), settings=settings, path=path) as console:
        await console.do("alert.comment")
        await console.type("not sent")
        assert console.app.unsent_drafts == 1
    async with running(settings=settings, path=path) as console:
        assert console.app.unsent_drafts == 1
        await console.do("alert.comment")
        assert "not sent" in console.screen_text()
        await console.press("ctrl+s")
        assert console.comments("a-0") == ["not sent"]
        assert console.app.unsent_drafts == 0


async def test_a_comment_is_sent_once_however_often_the_key_comes() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        await console.type("once")
        await console.burst("ctrl+s", "ctrl+s", "ctrl+s")
        assert console.comments("a-0") == ["once"]


async def test_one_comment_goes_to_all_marked_alerts() -> None:
    async with running(some_alerts(3)) as console:
        await console.do("mark.toggle", "mark.toggle", "alert.comment")
        assert "Comment on 2 marked" in console.screen_text()
        await console.type("same for both")
        await console.press("ctrl+s")
        assert [console.comments(f"a-{number}") for number in range(3)] == [
            ["same for both"], ["same for both"], [],
        ]  # fmt: skip


async def test_what_is_typed_into_a_comment_acts_on_nothing() -> None:
    async with running(some_alerts(3), size=NARROW) as console:
        await console.do("alert.comment")
        await console.type("aczZ.sunqR0/?")
        assert console.dialog == "ComposerScreen"
        await console.press("ctrl+s")
        assert console.comments("a-0") == ["aczZ.sunqR0/?"]
        assert console.stored("a-0").status == "OPEN"


async def test_a_pasted_comment_keeps_its_lines_and_is_not_sent_by_them() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        await console.paste("one\ntwo\nthree")
        assert console.dialog == "ComposerScreen"
        await console.press("ctrl+s")
        assert console.comments("a-0") == ["one\ntwo\nthree"]


async def test_a_paste_over_the_list_does_nothing() -> None:
    async with running(some_alerts(2)) as console:
        await console.paste("acz.u\nn")
        assert not console.has_dialog
        assert console.store.journal() == []


async def test_q_asks_before_a_draft_in_memory_is_lost() -> None:
    async with running(some_alerts(2)) as console:
        await console.do("alert.comment")
        await console.type("unsent words")
        await console.press("esc", "q")
        assert not console.app._exit


async def test_sending_nothing_says_so_until_something_is_written() -> None:
    async with running([an_alert()]) as console:
        await console.press("n", "ctrl+s")
        assert console.has_dialog
        assert "There is nothing to send yet" in console.screen_text()
        await console.type("x")
        assert "ctrl+s send" in console.screen_text()
        await console.press("ctrl+s")
        assert console.comments("a-1") == ["x"]


async def test_a_draft_shows_among_the_comments_until_it_is_sent() -> None:
    async with running([an_alert(comments=["seen before"])]) as console:
        await console.do("pane.comments")
        await console.press("n")
        await console.type("asked the owner")
        await console.press("esc")
        shown = console.pane_text("comments")
        assert shown.index("not sent  n goes on writing") < shown.index("asked the owner")
        assert shown.index("asked the owner") < shown.index("seen before")
        await console.press("n", "ctrl+s")
        assert "not sent" not in console.pane_text("comments")
        assert "asked the owner" in console.pane_text("comments")
