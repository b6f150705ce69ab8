"""`alerttui stats --from-product`: a product's own figures, or why there are none."""

from __future__ import annotations

import importlib.metadata
import json
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from alerttui.backends.registry import ENTRY_POINT_GROUP
from alerttui.domain.errors import Unreachable
from alerttui.domain.listing import Statistics
from alerttui.domain.query import EVERYTHING, AlertQuery, QueryContext
from tests.backends.ticket_box import CAPABILITIES, TicketBox
from tests.cli.conftest import Run
from tests.cli.remote import configure

FIGURES = Statistics(
    total=1_234,
    by_status={"todo": 1_000, "done": 234},
    by_severity={"High": 34, "Low": 1_200},
    by_rule={"Login at night": 7},
    told={"mean time to resolve": "2h 15m", "odd\x1b[2J": "\u202e"},
)

PROFILE = """\
[profiles.prod]
backend = "{kind}"
url = "https://box.example"
token_env = "BOX_TOKEN"
[profiles.prod.options]
file = "{file}"
"""


class CountingBox(TicketBox):
    """Tickets of a tool that counts them."""

    name = "counting-box"
    capabilities = replace(CAPABILITIES, backend="counting-box", statistics_refusal="")

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        assert query == EVERYTHING
        return FIGURES


class SilentBox(CountingBox):
    """One that does not answer."""

    name = "silent-box"
    capabilities = replace(CountingBox.capabilities, backend="silent-box")

    async def statistics(self, query: AlertQuery, context: QueryContext) -> Statistics:
        raise Unreachable("The box does not answer.")


BOXES = (TicketBox, CountingBox, SilentBox)


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """The boxes are installed."""
    points = [EntryPoint(box.name, f"{box.__module__}:{box.__name__}", ENTRY_POINT_GROUP) for box in BOXES]
    monkeypatch.setattr(importlib.metadata, "entry_points", lambda *, group: points)


@pytest.fixture(autouse=True)
def reachable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a profile needs: a token, and a place in memory."""
    monkeypatch.setenv("BOX_TOKEN", "none")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    (home / "run").mkdir(mode=0o700)


def use(home: Path, kind: str) -> None:
    """A profile `prod` of this kind."""
    (home / "tickets.json").write_text("[]")
    configure(home, PROFILE.format(kind=kind, file=home / "tickets.json"))


def test_a_products_own_figures_are_printed_under_its_name(home: Path, run: Run) -> None:
    use(home, "counting-box")
    result = run("--profile", "prod", "stats", "--from-product")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[:3] == ["counting-box's own figures", "", "1,234 alerts"]
    assert " 1,000  todo" in lines
    assert "   234  done" in lines
    assert " 1,200  Low" in lines
    assert "     7  Login at night" in lines
    assert "mean time to resolve  2h 15m" in lines
    assert "MEDIAN" not in result.stdout
    assert result.stdout.replace("\n", "").isprintable()


@pytest.mark.parametrize("form", ["--json", "--jsonl"])
def test_in_json_the_figures_are_one_object_in_the_products_words(home: Path, run: Run, form: str) -> None:
    use(home, "counting-box")
    result = run("--profile", "prod", "stats", "--from-product", form)
    assert json.loads(result.stdout) == {
        "product": "counting-box",
        "total": 1_234,
        "byStatus": {"todo": 1_000, "done": 234},
        "bySeverity": {"High": 34, "Low": 1_200},
        "byRule": {"Login at night": 7},
        "told": FIGURES.told,
    }


def test_a_product_without_figures_says_why(home: Path, run: Run) -> None:
    use(home, "ticket-box")
    result = run("--profile", "prod", "stats", "--from-product")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "alerttui: Tickets are not counted.\n"


def test_a_product_that_does_not_answer_is_an_error_and_nothing_is_made_up(home: Path, run: Run) -> None:
    use(home, "silent-box")
    result = run("--profile", "prod", "stats", "--from-product")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr == "alerttui: The box does not answer.\n"


@pytest.mark.usefixtures("store_file")
def test_a_local_store_has_no_product(run: Run) -> None:
    result = run("stats", "--from-product")
    assert (result.exit_code, result.stdout) == (3, "")
    assert "local is a local store" in result.stderr


@pytest.mark.parametrize(
    "more", [["is:open"], ["--query", "is:open"], ["--view", "Open"], ["--cached"]], ids=" ".join
)
def test_a_filter_or_the_wish_to_ask_nothing_contradicts_it(home: Path, run: Run, more: list[str]) -> None:
    use(home, "counting-box")
    result = run("--profile", "prod", "stats", "--from-product", *more)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--from-product" in result.stderr
