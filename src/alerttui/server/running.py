"""Listening on a socket and serving the app there until a signal ends it."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp
from uvicorn import Config, Server

from alerttui.domain.errors import Unavailable
from alerttui.server.access_log import AccessLog
from alerttui.server.bounded_head import HEAD_BYTES, BoundedHead
from alerttui.server.connection import BoundedConnection
from alerttui.server.own_hosts import OwnHosts, is_loopback

KEEP_ALIVE_S: Final = 30
"""An idle connection is kept so long: consoles ask every few seconds."""
STOPPING_S: Final = 5
"""Running requests have so long to finish after a signal."""
_BACKLOG: Final = 128
_SWITCH_S: Final = 0.0005
"""So soon a thread that makes a long list lets others run; by default one request may wait 5 ms for each."""

_SocketAddress: TypeAlias = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]

_STOP_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, as the system knows it."""

    host: str
    """As it was asked for."""
    family: socket.AddressFamily
    socket_address: _SocketAddress

    @property
    def is_loopback(self) -> bool:
        """True if no other machine can reach it."""
        return is_loopback(str(self.socket_address[0]))


def find_address(host: str, port: int) -> Address:
    """What the host's name means; raises `Unavailable`."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError) as error:
        reason = error.strerror if isinstance(error, socket.gaierror) else "no name of a host"
        raise Unavailable(f"{host} cannot be listened on: {reason}.") from error
    family, _, _, _, socket_address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return Address(host, family, socket_address)


def listen(address: Address) -> socket.socket:
    """A socket that listens there; raises `Unavailable` with what to do."""
    try:
        listener = socket.create_server(address.socket_address, family=address.family, backlog=_BACKLOG)
        # Connections inherit it. asyncio sets it itself only on sockets that name their protocol, and
        # without it the body of an answer waits 40 ms for the client to acknowledge the head.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        host, port = address.host, int(address.socket_address[1])
        reason = error.strerror or str(error)
        if error.errno == errno.EADDRINUSE:
            reason = "another program listens there; stop it, or choose --port N (0 finds a free one)"
        elif error.errno in (errno.EACCES, errno.EPERM):
            reason = "not allowed; ports below 1024 are the system's, so choose a higher --port"
        elif error.errno == errno.EADDRNOTAVAIL:
            reason = "this machine does not have that address"
        raise Unavailable(f"cannot listen on {host}, port {port}: {reason}.") from error


def url_of(listener: socket.socket) -> str:
    """Where clients find it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if listener.family == socket.AF_INET6 else f"http://{host}:{port}"


def layered(app: ASGIApp, host: str, *, is_open: bool, origins: Sequence[str] = ()) -> ASGIApp:
    """The app with what surrounds it: log, size of the head, whose pages may ask, which names are ours."""
    if is_open:
        app = OwnHosts(app, host)
    if origins:
        app = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=("GET", "PATCH", "POST"),
            allow_headers=("X-API-Key", "Content-Type"),
            max_age=600,
        )
    return AccessLog(BoundedHead(app))


def serve(app: ASGIApp, listener: socket.socket) -> None:
    """Serve until SIGTERM, SIGINT or SIGHUP; running requests are finished first."""
    sys.setswitchinterval(_SWITCH_S)
    config = Config(
        app,
        http=BoundedConnection,
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=STOPPING_S,
        backlog=_BACKLOG,
    )
    _StoppableServer(config).run(sockets=[listener])


class _StoppableServer(Server):
    """Ends in good order by all of the signals; uvicorn's own way ends the process by the signal again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        caught = [each for each in _STOP_SIGNALS if signal.getsignal(each) is not signal.SIG_IGN]
        for each in caught:
            loop.add_signal_handler(each, self._stop)
        try:
            yield
        finally:
            for each in caught:
                loop.remove_signal_handler(each)

    def _stop(self) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True
