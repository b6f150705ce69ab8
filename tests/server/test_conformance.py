"""Made-up requests, good and bad, get documented answers only: by Panther's document, and by our own.

schemathesis makes the requests from a document, and judges the answers by it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from starlette.types import Receive, Scope, Send

from alerttui.backends.registry import open_local
from alerttui.demo import generate
from alerttui.domain.alert import Comment, Person
from alerttui.server.app import create_app
from alerttui.server.auth import caller_of
from alerttui.server.openapi import document
from alerttui.server.tokens import Permission, Token, TokenBook
from tests.alerts import NOW_MS, an_alert

Test = Callable[[Any, str], None]

EXAMPLES: Final = 20
"""Random requests for each operation, after some 10 to 200 systematic ones."""

KNOWN_ID: Final = "0"
"""Of an alert and of a person."""
KNOWN_COMMENT: Final = "0-c0"
TOKEN_NAME: Final = "conformance"
WRITER: Final = caller_of(Token(TOKEN_NAME, frozenset())).actor
"""Of the comment: nobody else may write it anew."""

PANTHER: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("panther_schema.json").read_text("utf-8")
)


class _Door:
    """The app of the running test; requests are made up before there is one."""

    def __init__(self) -> None:
        self.app: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


DOOR: Final = _Door()


def _with_examples(described: dict[str, Any]) -> dict[str, Any]:
    """The document with ids that are known to the store, so that not every id is an unknown one."""
    known = deepcopy(described)
    for path, operations in known["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                if parameter["name"] in ("id", "alert-id"):
                    parameter["example"] = KNOWN_COMMENT if "comments/" in path else KNOWN_ID
    for schema in known["components"]["schemas"].values():
        properties = schema["properties"]
        if "ids" in properties:
            properties["ids"] |= {"example": [KNOWN_ID]}
        if "alertId" in properties:
            properties["alertId"] |= {"example": KNOWN_ID}
            properties["body"] |= {"example": "seen before"}
    return known


def _requests(described: dict[str, Any], *without: str) -> Callable[[Test], Test]:
    """Give a test requests made by a document, always the same ones; some checks may be left out."""
    settings = {
        "seed": 1,
        "generation": {
            "deterministic": True,
            "max-examples": EXAMPLES,
            "database": "none",
            "with-security-parameters": False,
        },
        "checks": {name: {"enabled": False} for name in without},
    }
    config = SchemathesisConfig.from_dict(settings)
    schema = schemathesis.openapi.from_dict(_with_examples(described), config=config)
    schema.app = DOOR
    given: Callable[[Test], Test] = schema.parametrize()
    return given


by_panther: Final = _requests(
    PANTHER,
    # We refuse some of what the document allows, always with its 400: unknown fields and parameters, which
    # would be dropped in silence; limits below 1; a sub-type of another type; times that are none.
    "positive_data_acceptance",
)
by_ourselves: Final = _requests(
    document(),
    # A sub-type must go with the type and a cursor comes from a page: no schema can tell.
    "positive_data_acceptance",
    # Writing tags is not described, for it is always refused, with 400 and the reason.
    "unsupported_method",
    "allow_header_conformance",
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token for the app over a store with demo alerts."""
    folder = tmp_path_factory.mktemp("conformance")
    store, backend = open_local(folder / "alerts.db")
    store.add(generate(150, 1, NOW_MS))
    own = Comment(id=KNOWN_COMMENT, author=WRITER, body="first", created_ms=NOW_MS)
    store.add([replace(an_alert(KNOWN_ID, events=['{"a": 1}']), comments=[own])])
    store.add_person(Person(KNOWN_ID, email="zero@soc.example", name="Zero"))
    book = TokenBook(folder / "tokens.toml")
    DOOR.app = create_app(store, backend, tokens=book, clock=lambda: NOW_MS)
    yield book.create(TOKEN_NAME, frozenset(Permission))
    store.close()


@by_panther
def test_every_answer_is_as_panther_documents_it(case: Any, token: str) -> None:
    case.call_and_validate(headers={"X-API-Key": token})


@by_ourselves
def test_every_answer_is_as_we_document_it(case: Any, token: str) -> None:
    case.call_and_validate(headers={"X-API-Key": token})
