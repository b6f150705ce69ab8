"""The API over a private store, as a client in the same process sees it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette

from alerttui.backends.registry import open_local
from alerttui.backends.store import AlertStore, NewAlert
from alerttui.server.app import create_app
from alerttui.server.tokens import Permission, Token
from tests.alerts import NOW_MS

CI: Final = Token("ci", frozenset(Permission))
READER: Final = Token("reader", frozenset({Permission.READ}))
WRITER: Final = Token("writer", frozenset({Permission.MANAGE}))

KEYS: Final = {"ci-key": CI, "reader-key": READER, "writer-key": WRITER}


@dataclass(slots=True)
class FewTokens:
    """A book of tokens for tests."""

    is_open: bool = False
    keys: Mapping[str, Token] = field(default_factory=lambda: KEYS)

    def find(self, key: str) -> Token | None:
        """Whose token this is."""
        return self.keys.get(key)


@dataclass(slots=True)
class Api:
    """A server and a client that has the key of `CI`."""

    store: AlertStore
    app: Starlette
    client: AsyncClient
    clock: list[int]

    async def get(self, path: str, **options: Any) -> Response:
        """GET."""
        return await self.client.get(path, **options)

    async def results(self, path: str) -> list[Any]:
        """The entries of one page, of an answer that must be good."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.json()["results"]
        return found

    async def ids(self, path: str) -> list[str]:
        """The ids on one page."""
        return [each["id"] for each in await self.results(path)]

    async def every(self, path: str, limit: int = 50) -> list[Any]:
        """The entries of all pages."""
        found: list[Any] = []
        cursor = ""
        joint = "&" if "?" in path else "?"
        for _ in range(1000):
            answer = await self.client.get(f"{path}{joint}limit={limit}&cursor={cursor}")
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += page["results"]
            if "next" not in page:
                return found
            cursor = page["next"]
        raise AssertionError("the list does not end")

    async def send(self, method: str, path: str, body: object, **options: Any) -> Response:
        """A request with a JSON body; bytes are sent as they are."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", **options.pop("headers", {})}
        return await self.client.request(method, path, content=content, headers=headers, **options)

    async def patch(self, path: str, body: object, **options: Any) -> Response:
        """PATCH."""
        return await self.send("PATCH", path, body, **options)

    async def post(self, path: str, body: object, **options: Any) -> Response:
        """POST."""
        return await self.send("POST", path, body, **options)


def message(answer: Response, status: int) -> str:
    """What a refusal says; its body must be the documented one."""
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert set(body) == {"message"}
    told = body["message"]
    assert isinstance(told, str)
    return told


@asynccontextmanager
async def serving(
    alerts: Iterable[NewAlert] = (),
    *,
    key: str = "ci-key",
    is_open: bool = False,
    read_only: bool = False,
) -> AsyncIterator[Api]:
    """A server over a new store of these alerts."""
    store, backend = open_local(None)
    store.add(alerts)
    clock = [NOW_MS]
    app = create_app(store, backend, tokens=FewTokens(is_open), read_only=read_only, clock=lambda: clock[0])
    transport = ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"X-API-Key": key} if key else {}
    async with AsyncClient(transport=transport, base_url="http://testserver", headers=headers) as client:
        yield Api(store=store, app=app, client=client, clock=clock)
    store.close()
