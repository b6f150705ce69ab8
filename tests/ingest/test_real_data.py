"""Real alerts from public repositories, where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from alerttui.domain.vocabulary import Severity
from alerttui.ingest.errors import FormatError
from alerttui.ingest.importer import import_file

from .collecting_store import NOW_MS, CollectingStore, imported

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real data is not at hand")

COUNTS = [
    ("suricata/first-org-conf-2015.alerts-only.json", "suricata", 136),
    ("suricata/wrccdc-2017.alerts-only.json", "suricata", 161),
    ("sigma/sigma_matches.ndjson", "sigma", 90),
    ("panther/rules_with_events.ndjson", "panther-rules", 180),
    ("wazuh/alerts.ndjson", "wazuh", 15),
    ("falco/falco.ndjson", "falco", 4),
    ("ocsf/example_output_aws.ocsf.json", "ocsf", 5),
    ("ocsf/example_output_gcp.ocsf.json", "ocsf", 5),
    ("elastic/elastic_alert.json", "elastic", 1),
    ("elastic/02_elastic_malware_hash.json", "elastic", 1),
]


@pytest.mark.parametrize(("name", "format_name", "count"), COUNTS)
def test_as_many_alerts_come_out_as_went_in(name: str, format_name: str, count: int) -> None:
    alerts, report = imported(DATA / name)
    assert (report.format, report.read, report.added) == (format_name, count, count)
    assert len({new.alert.id for new in alerts}) == count
    whole = (DATA / name).read_bytes()
    assert all(new.raw in whole for new in alerts)
    assert all(new.alert.severity is not Severity.UNKNOWN for new in alerts)
    assert all(new.alert.title and new.alert.detection.id for new in alerts)


@pytest.mark.parametrize(("name", "format_name", "count"), COUNTS)
def test_a_file_doubled_counts_double_and_then_adds_nothing(
    name: str, format_name: str, count: int, tmp_path: Path
) -> None:
    doubled = tmp_path / "doubled.json"
    doubled.write_bytes((DATA / name).read_bytes() + b"\n" + (DATA / name).read_bytes())
    store = CollectingStore()
    report = import_file(doubled, store.as_store, now_ms=NOW_MS)
    by_content = all(new.native_id.startswith("sha256:") for new in store.alerts)
    assert (report.read, report.added) == (2 * count, 2 * count if by_content else count)
    assert import_file(doubled, store.as_store, now_ms=NOW_MS).added == 0


@pytest.mark.parametrize("name", ["hostile/blns.json", "hostile/sshd-injection.log"])
def test_files_that_are_no_alerts_are_refused(name: str) -> None:
    with pytest.raises(FormatError, match=r"line [12] is"):
        imported(DATA / name)


def test_every_sigma_technique_is_a_technique() -> None:
    alerts, _ = imported(DATA / "sigma/sigma_matches.ndjson")
    techniques = [each for new in alerts for each in new.alert.detection.mitre_techniques]
    assert len(techniques) > 90
    assert all(each.startswith("T") and each[1:5].isdigit() for each in techniques)
