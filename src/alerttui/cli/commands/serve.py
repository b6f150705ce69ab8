"""`alerttui serve`: the local store as a Panther-compatible REST API."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

import click

from alerttui.cli.offering import offering
from alerttui.cli.options import current_options, global_options
from alerttui.cli.output import counted, put_line, say
from alerttui.cli.workplace import Workplace, open_workplace
from alerttui.config.paths import at_home, find_places
from alerttui.domain.errors import ConfigError

if TYPE_CHECKING:
    from alerttui.server.tokens import TokenBook

PORT: Final = 8642


@click.command(name="serve")
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=PORT,
    show_default=True,
    help="0 finds a free one.",
)
@click.option(
    "--token-file",
    metavar="F",
    help="Who may use it; tokens.toml beside the configuration is taken where it exists.",
    shell_complete=offering("file_names"),
)
@click.option("--create-token", metavar="NAME", help="Make a token, print it, and end.")
@click.option("--permissions", metavar="P,...", help="Of the new token: read (the default), or read,manage.")
@click.option(
    "--cors", "origins", metavar="ORIGIN", multiple=True, help="Let pages from there ask; may be given again."
)
@global_options(filters=False, remote=False)
def command(
    host: str,
    port: int,
    token_file: str | None,
    create_token: str | None,
    permissions: str | None,
    origins: Sequence[str],
) -> int:
    """Serve the store over HTTP, in the form of Panther's REST API, until ctrl+c.

    \b
    alerttui serve --create-token laptop --permissions read,manage
    alerttui serve
    curl -H "X-API-Key: $TOKEN" "http://127.0.0.1:8642/alerts?status=OPEN&limit=5"

    Without a token file everybody on this machine may read and change, and nobody else: to listen for
    other machines, make a token first.
    """
    if create_token is not None:
        return _create(create_token, permissions or "read", _token_file(token_file, must_exist=False))
    if permissions is not None:
        raise click.UsageError("--permissions is for --create-token.", click.get_current_context())
    _check_origins(origins)
    _require_extra()
    return _serve(host, port, _token_file(token_file, must_exist=True), origins)


def _serve(host: str, port: int, token_file: Path | None, origins: Sequence[str]) -> int:
    from alerttui.server.app import create_app
    from alerttui.server.running import find_address, layered, listen, serve, url_of
    from alerttui.server.tokens import TokenBook

    book = TokenBook(token_file)
    has_tokens = bool(book.tokens())
    address = find_address(host, port)
    if not address.is_loopback and not has_tokens:
        raise ConfigError(
            f"{host} can be reached from other machines, and there is no token to ask them for; "
            "make one with alerttui serve --create-token NAME, then start again."
        )
    with (
        open_workplace(current_options(filters=False), local_only="Serving") as place,
        closing(listen(address)) as listener,
        _logging_to_stderr(),
    ):
        read_only = place.active.read_only
        app = create_app(place.store, place.backend, tokens=book, read_only=read_only)
        _say_start(place, book, url_of(listener), is_loopback=address.is_loopback)
        serve(layered(app, host, is_open=book.is_open, origins=origins), listener)
    say("alerttui: stopped.")
    return 0


def _say_start(place: Workplace, book: TokenBook, url: str, *, is_loopback: bool) -> None:
    may = "reading only" if place.active.read_only else "reading and changing"
    say(f"alerttui: serving {place.store.path} at {url}, {may}; ctrl+c ends it.")
    if book.is_open:
        say("alerttui: no token is asked for: every user of this machine has access.")
    else:
        say(f"alerttui: {counted(len(book.tokens()), 'token')} in {book.path}.")
    if not is_loopback:
        say("alerttui: tokens and alerts cross the network in clear text; put a proxy with TLS in front.")


def _create(name: str, permissions: str, token_file: Path | None) -> int:
    from alerttui.server.tokens import TokenBook, read_permissions

    granted = read_permissions(permissions.split(","))
    is_first = token_file is not None and not token_file.exists()
    secret = TokenBook(token_file).create(name, granted)
    put_line(secret)
    say(f"alerttui: token {name} ({', '.join(sorted(each.value for each in granted))}) is in {token_file}.")
    say("alerttui: this was the only time that it is shown; deleting its table in the file ends it.")
    if is_first:
        say("alerttui: a server that runs without tokens asks for none until it is started again.")
    return 0


def _token_file(given: str | None, *, must_exist: bool) -> Path | None:
    """The file that was named; else the usual one, or none where there is none and one must be."""
    from alerttui.server.tokens import FILE_NAME

    if given is not None:
        return at_home(given)
    usual = find_places(os.environ).config_file.with_name(FILE_NAME)
    return usual if usual.exists() or not must_exist else None


def _check_origins(origins: Sequence[str]) -> None:
    for origin in origins:
        scheme, _, rest = origin.partition("://")
        if scheme not in ("http", "https") or not rest or set(rest) & set("/*?# "):
            raise click.UsageError(
                f"--cors {origin}: an origin such as https://soc.example is expected, each by its name.",
                click.get_current_context(),
            )


def _require_extra() -> None:
    from importlib.util import find_spec

    if find_spec("starlette") is None or find_spec("uvicorn") is None:
        raise ConfigError("the server is not installed here; pip install 'alerttui[server]' adds it.")


@contextmanager
def _logging_to_stderr() -> Iterator[None]:
    """Send the server's log to stderr, shown, one line a request, with times in UTC."""
    handler = _TalkHandler(sys.stderr) if sys.stderr else logging.NullHandler()
    loggers = [(logging.getLogger("alerttui"), logging.INFO), (logging.getLogger("uvicorn"), logging.WARNING)]
    for logger, level in loggers:
        logger.addHandler(handler)
        logger.setLevel(level)
        logger.propagate = False
    try:
        yield
    finally:
        for logger, _ in loggers:
            logger.removeHandler(handler)
            logger.setLevel(logging.NOTSET)
            logger.propagate = True


class _TalkHandler(logging.StreamHandler[TextIO]):
    """Writes lines of the log; where nobody reads stderr any more, the server goes on."""

    def __init__(self, stream: TextIO) -> None:
        from alerttui.cli.console_log import ShownFormatter

        super().__init__(stream)
        formatter = ShownFormatter("%(asctime)s %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        formatter.converter = time.gmtime
        self.setFormatter(formatter)
        self.addFilter(lambda record: "WebSocket" not in str(record.msg))  # uvicorn advises to install one

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging calls it so
        """Do nothing."""
