"""The live stream: new alerts, and nothing else, to whoever listens."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.standins.chad.accounts import known, mint
from tests.standins.chad.refusals import Refused
from tests.standins.chad.world import Held, User, World

PROTOCOL = "Bearer"
Message = dict[str, Any]


@dataclass(eq=False)
class Listener:
    """One open connection; messages may come from any thread."""

    loop: asyncio.AbstractEventLoop
    queue: asyncio.Queue[Message | None] = field(default_factory=asyncio.Queue)

    def put(self, message: Message | None) -> None:
        """None ends the connection."""
        with contextlib.suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.queue.put_nowait, message)


@dataclass
class Stream:
    """All connections, and every text that came in on one."""

    world: World
    listeners: list[Listener] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def announce(self, alert: Held) -> None:
        if self.world.knobs.mode == "pull":
            return
        names = ("alert_id", "rule_id", "rule_title", "severity")
        data = {name: alert.fields.get(name) for name in names}
        data |= {"timestamp": alert.fields.get("created_at"), "matched_log": alert.fields.get("log_document")}
        for listener in list(self.listeners):
            for _ in range(2 if self.world.knobs.announced_twice else 1):
                listener.put({"type": "alert", "data": data})

    def drop(self) -> None:
        """Ends every connection, as a restart of the server does."""
        for listener in list(self.listeners):
            listener.put(None)

    async def serve(self, websocket: WebSocket) -> None:
        user = self._user(websocket)
        if user is None:
            await websocket.close()
            return
        await websocket.accept(subprotocol=PROTOCOL)
        listener = Listener(asyncio.get_running_loop())
        listener.queue.put_nowait({"type": "connected", "message": "Connected to alert stream"})
        self.listeners.append(listener)
        sending = asyncio.create_task(_send_all(websocket, listener))
        try:
            await self._listen(websocket, listener, user)
        finally:
            self.listeners.remove(listener)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    async def _listen(self, websocket: WebSocket, listener: Listener, user: User) -> None:
        """Until the client leaves, or sends what the server does not know: that ends the connection."""
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):
            while (message := await websocket.receive())["type"] == "websocket.receive":
                text = message.get("text")
                self.texts.append(str(text))
                if text != "ping":
                    await websocket.close(1011)
                    return
                renewed = {"token": mint(self.world, user)} if self.world.knobs.pong_with_token else {}
                listener.put({"type": "pong", **renewed})

    def _user(self, websocket: WebSocket) -> User | None:
        offered = websocket.scope.get("subprotocols") or []
        token = offered[1] if len(offered) == 2 and offered[0] == PROTOCOL else None
        try:
            return known(self.world, token or websocket.query_params.get("token"))
        except Refused:
            return None


async def _send_all(websocket: WebSocket, listener: Listener) -> None:
    with contextlib.suppress(WebSocketDisconnect, RuntimeError):
        while (message := await listener.queue.get()) is not None:
            await websocket.send_json(message)
        await websocket.close(1012)
