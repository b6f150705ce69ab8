"""Maps: what they can say, and how mistakes in them are named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from alerttui.domain.errors import ConfigError
from alerttui.domain.moments import parse_moment
from alerttui.domain.vocabulary import Severity
from alerttui.ingest.mapping_file import load_mapping, read_mapping
from alerttui.ingest.picking import Path as ValuePath

from .collecting_store import imported_bytes

MANUAL = Path(__file__).parents[2] / "docs" / "import.md"
GOOD = 'name = "acme"\n[fields]\ntitle = "t"\n'


def fenced(language: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", MANUAL.read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 1
    return str(blocks[0])


def test_the_worked_example_of_the_manual_works(tmp_path: Path) -> None:
    map_file = tmp_path / "acme.toml"
    map_file.write_text(fenced("toml"), "utf-8")
    alerts, report = imported_bytes(fenced("json").encode(), tmp_path, map_file=map_file)
    assert (report.format, report.added) == ("acme", 1)
    new = alerts[0]
    assert (new.alert.id, new.alert.title, new.alert.status) == ("ACME-1", "Door forced", "TRIAGED")
    assert new.alert.severity is Severity.HIGH
    assert new.alert.created_ms == parse_moment("2026-11-20T08:15:00Z")
    assert new.alert.detection.id == "door-7"
    assert new.alert.detection.mitre_techniques == ("T1200",)
    assert [each.value for each in new.alert.indicators] == ["192.0.2.7"]
    assert [event.body for event in new.events] == ['{"door":3}', '{"door":4}']


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = ", "line 1: not TOML"),
        ('name = "acme"\n[fields]\ntitel = "t"\n', "line 3: fields.titel: no such key; did you mean title?"),
        ('name = "acme"\n[feilds]\ntitle = "t"\n', "line 2: feilds: no such key; did you mean fields?"),
        ('[fields]\ntitle = "t"\n', "line 1: name: it is missing"),
        ('name = "A B"\n[fields]\ntitle = "t"\n', "line 1: name: a name of lower-case"),
        ('name = "acme"\n', "fields: at least title"),
        (
            GOOD + '[severity]\nfrom = "s"\nwords = { one = "GRAVE" }\n',
            "line 6: severity.words.one: 'GRAVE' is none of",
        ),
        (GOOD + '[severity.at_least]\nHIGH = "x"\n', "line 5: severity.at_least.HIGH: a number is expected"),
        (GOOD + "[events]\nwhole_record = 1\n", "line 5: events.whole_record: true or false"),
        (GOOD + '[only]\nkind = "("\n', "line 5: only.kind: '(' is not a regular expression"),
        (
            GOOD + '[indicators]\nip = [{ pth = "a" }]\n',
            "line 5: indicators.ip.pth: no such key; did you mean path?",
        ),
        (
            GOOD + '[indicators]\nip = [{ path = "a", value = "b" }]\n',
            "exactly one of path, template and value",
        ),
        (GOOD + "[indicators]\nip = 7\n", "line 5: indicators.ip: a path, a table"),
        (GOOD + '[detect]\nspecificity = "high"\n', "line 5: detect.specificity: a whole number"),
        (GOOD + "[detect]\npresent = [1]\n", "line 5: detect.present: a path or a list of paths"),
        (GOOD + '[observables]\npath = "o"\n', "observables.value: it is missing"),
        (GOOD + 'context = { value = "x" }\n', "line 4: fields.context: a path or a list of paths"),
    ],
)
def test_a_mistake_is_named_with_file_line_key_and_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        read_mapping(text, "acme.toml")
    assert str(refusal.value).startswith("acme.toml, line ")
    assert says in str(refusal.value)


def test_a_map_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.toml"):
        load_mapping(tmp_path / "gone.toml")


@pytest.mark.parametrize(
    ("record", "found"),
    [
        ({"a": {"b": {"c": 1}}}, [1]),
        ({"a.b.c": 1}, [1]),
        ({"a.b": {"c": 1}}, [1]),
        ({"a": {"b.c": 1}}, [1]),
        ({"a": {"x": 1}, "a.b": {"c": 2}}, [2]),
        ({"a.b": 5, "a": {"b": {"c": 3}}}, [3]),
        ({"a": [{"b": {"c": [1, 2]}}, {"b": None}, 7, {"b": [{"c": 3}]}]}, [1, 2, 3]),
        ({"a": {"b": {"c": None}}}, []),
        ({"a": "b.c"}, []),
        ([], []),
    ],
)
def test_a_path_finds_nested_flattened_and_mixed_keys(record: object, found: list[object]) -> None:
    assert ValuePath.of("a.b.c").values(record) == found


def test_a_map_without_detection_takes_every_object(tmp_path: Path) -> None:
    map_file = tmp_path / "acme.toml"
    map_file.write_text(GOOD + '[status]\ndefault = "RESOLVED"\n', "utf-8")
    alerts, _ = imported_bytes(b'{"t": "x"}{"u": 1}', tmp_path, map_file=map_file)
    assert [new.alert.title for new in alerts] == ["x", "acme record without a title"]
    assert alerts[0].alert.status == "RESOLVED"
