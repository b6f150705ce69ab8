"""No property that a product documents is without a place here and on screen."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from alerttui.domain import alert as parts
from alerttui.domain.alert import Alert
from tests.domain.documented_properties import PRODUCTS
from tests.places import ROOT

SEEDS = ROOT.parent / "shared" / "seeds"
PLACES = [(product, name, place) for product, table in PRODUCTS.items() for name, place in table.items()]


@pytest.mark.parametrize(
    ("product", "name", "place"), PLACES, ids=[f"{each[0]}.{each[1]}" for each in PLACES]
)
def test_every_documented_property_has_a_place_or_a_reason(product: str, name: str, place: str) -> None:
    if place.startswith("("):
        assert len(place) > 20, "a reason is a sentence"
        return
    owner, field = place.split(".")
    assert field in {each.name for each in dataclasses.fields(getattr(parts, owner))}


def schema_properties(schemas: Mapping[str, Any], name: str, prefix: str = "") -> Iterator[str]:
    """The dotted names of all properties of a schema, references followed."""
    for key, schema in schemas[name]["properties"].items():
        yield prefix + key
        inner = schema.get("items", schema)
        if "$ref" in inner:
            yield from schema_properties(schemas, inner["$ref"].rpartition("/")[2], f"{prefix}{key}.")
        elif inner.get("type") == "object":
            yield from (f"{prefix}{key}.{each}" for each in inner["properties"])


def test_the_table_knows_every_property_of_the_published_openapi_document() -> None:
    document = SEEDS / "panther-alerts.txt"
    if not document.exists():
        pytest.skip("the published document is not at hand")
    first = re.search(r"```json\n(.*?)\n```", document.read_text("utf-8"), re.DOTALL)
    assert first is not None
    schemas = json.loads(first[1])["components"]["schemas"]
    documented = set(schema_properties(schemas, "AlertAPI.Alert"))
    assert documented == set(PRODUCTS["panther"])


def test_no_field_of_an_alert_is_without_a_source_in_some_document_or_format() -> None:
    named = {place.split(".")[1] for _, _, place in PLACES if place.startswith("Alert.")}
    ours = {
        "phase", "severity", "assignee_known", "verdict_known", "observed", "sub_type", "log_types",
        "log_sources", "resource_types", "reference", "documents", "risk", "raw",
    }  # fmt: skip
    assert {each.name for each in dataclasses.fields(Alert)} == named | ours
