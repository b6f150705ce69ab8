"""The least server: Starlette and uvicorn, one route, as many bytes as it takes to say hello."""

from __future__ import annotations

import socket
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from uvicorn import Config, Server


async def _hello(request: Request) -> Response:
    return Response(b'{"hello":"world"}', media_type="application/json")


if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sys.stderr.write(f"serving at http://127.0.0.1:{listener.getsockname()[1]}, \n")
    sys.stderr.flush()
    app = Starlette(routes=[Route("/hello", _hello)])
    Server(Config(app, http="h11", access_log=False, log_level="error")).run(sockets=[listener])
