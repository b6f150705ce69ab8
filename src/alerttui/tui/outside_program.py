"""Programs that take the terminal over for a while: the analyst's pager and editor.

What they are given is gone when they end: a pager reads a file that has no name any more, an editor one in a
folder of its own that is removed, also when alerttui is told to end meanwhile.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING, Any, Final

from textual.app import SuspendNotSupported

from alerttui.domain.errors import AlertTuiError

if TYPE_CHECKING:
    from textual.app import App

PAGERS: Final = ("less", "more")
EDITORS: Final = ("vi", "nano")
"""Tried in this order where the environment names none."""

FOLDER_PREFIX: Final = "alerttui-outside-"
MAX_READ_BACK_BYTES: Final = 1_000_000
"""A larger file did not come from somebody who writes a comment."""

PATIENCE_S: Final = 2.0
"""A program that has not ended by then, once it was asked to, is killed."""

_ENDING: Final = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_KEYS: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name))
"""What the terminal sends on ctrl+c and its like, to everybody in front."""
_FLAGS_OF_LESS: Final = re.compile(r"-[aAcCdeEfFgGiIJKLmMnNqQrRsSuUVwWX~]+")
"""A bundle of options of `less` that take no value."""
_UNWANTED_FLAGS: Final = re.compile(r"[rREeF]")
_UNWANTED_OPTIONS: Final = (
    "--raw-control-chars", "--RAW-CONTROL-CHARS", "--quit-if-one-screen", "--quit-at-eof", "--QUIT-AT-EOF",
)  # fmt: skip


class OutsideTrouble(AlertTuiError):
    """The program could not be run, or failed; the text says which and what to set."""


class NotSuspended(AlertTuiError):
    """The terminal cannot be handed over here."""


Find = Callable[[str], str | None]
"""Finds a program: its path, or None; `shutil.which`."""


def pager_command(environ: Mapping[str, str], find: Find = shutil.which) -> tuple[str, ...]:
    """The command line of the pager; raises `OutsideTrouble` where there is none."""
    named = environ.get("PAGER", "")
    words = _words("PAGER", named)
    if not words or Path(words[0]).name == "cat":  # which would be over before anybody has read
        words = _first_found(PAGERS, find)
        if not words:
            raise OutsideTrouble("There is no pager here: set PAGER, or install less.")
    return _quiet_less(_found("PAGER", words, find))


def editor_command(environ: Mapping[str, str], find: Find = shutil.which) -> tuple[str, ...]:
    """The command line of the editor; raises `OutsideTrouble` where there is none."""
    variable = "VISUAL" if environ.get("VISUAL", "").strip() else "EDITOR"
    words = _words(variable, environ.get(variable, ""))
    if not words:
        words = _first_found(EDITORS, find)
        if not words:
            raise OutsideTrouble("There is no editor here: set VISUAL or EDITOR.")
    return _without_modelines(_found(variable, words, find))


def _words(variable: str, command: str) -> tuple[str, ...]:
    """A command line as its words; no shell reads it."""
    try:
        return tuple(shlex.split(command))
    except ValueError as error:
        raise OutsideTrouble(f"{variable}={command} is no command line: {error}.") from None


def _first_found(names: Sequence[str], find: Find) -> tuple[str, ...]:
    return next(((name,) for name in names if find(name)), ())


def _found(variable: str, words: tuple[str, ...], find: Find) -> tuple[str, ...]:
    path = find(words[0])
    if path is None:
        raise OutsideTrouble(f"{words[0]} is not there: set {variable} to a program that is.")
    return (path, *words[1:])


def _is_less(path: str) -> bool:
    return "less" in (Path(path).name, Path(path).resolve().name)


def _quiet_less(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without the options by which less lets escapes through, or ends before anybody has read."""
    if not _is_less(words[0]):
        return words
    kept = [words[0]]
    for word in words[1:]:
        bundle = _FLAGS_OF_LESS.fullmatch(word)
        harmless = _UNWANTED_FLAGS.sub("", word) if bundle else word
        if harmless != "-" and harmless not in _UNWANTED_OPTIONS:
            kept.append(harmless)
    return tuple(kept)


def _without_modelines(words: tuple[str, ...]) -> tuple[str, ...]:
    """Vim told not to obey lines of the text, which somebody else wrote, and to leave no copy of it."""
    if re.match(r"n?vim|gvim", Path(words[0]).resolve().name):
        return (words[0], "--cmd", "set nomodeline", "-n", *words[1:])
    return words


def _pager_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """For less, which other pagers may start: no shell, no other files, and not the options LESS may hold."""
    return {**environ, "LESSSECURE": "1", "LESS": "", "LESSOPEN": "", "LESSHISTFILE": "-"}


# -- running


def page(app: App[Any], text: str, environ: Mapping[str, str] = os.environ) -> None:
    """Show a text in the pager; raises `OutsideTrouble` or `NotSuspended`."""
    command = pager_command(environ)
    with _nameless_file(text.encode("utf-8", "backslashreplace")) as file:
        _run(app, command, _pager_environment(environ), file.fileno(), lambda: None)


def look_at(app: App[Any], data: bytes, name: str, environ: Mapping[str, str] = os.environ) -> None:
    """Open a copy that cannot be written in the editor; raises `OutsideTrouble` or `NotSuspended`."""
    command = editor_command(environ)
    with _private_file(name, data, 0o400) as path:
        remove = _remover(path.parent)
        _run(app, (*command, str(path)), dict(environ), None, remove)


def edit(
    app: App[Any],
    text: str,
    name: str,
    keep: Callable[[str], None],
    environ: Mapping[str, str] = os.environ,
) -> str:
    """The text as the analyst leaves it in the editor; it is kept at once, even if alerttui must end.

    Raises `OutsideTrouble` or `NotSuspended`; the text is then left as it was.
    """
    command = editor_command(environ)
    with _private_file(name, text.encode("utf-8", "backslashreplace"), 0o600) as path:
        remove = _remover(path.parent)

        def rescue() -> None:
            with suppress(OSError, AlertTuiError):
                keep(_read_back(path))
            remove()

        _run(app, (*command, str(path)), dict(environ), None, rescue)
        try:
            edited = _read_back(path)
        except OSError as error:
            raise OutsideTrouble(f"The editor left no file: {error.strerror or error}.") from error
    keep(edited)
    return edited


def _read_back(path: Path) -> str:
    """What the editor left, without the line end that editors put behind the last line."""
    with path.open("rb") as file:
        data = file.read(MAX_READ_BACK_BYTES)
    return data.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")


def _run(
    app: App[Any],
    command: Sequence[str],
    environ: Mapping[str, str],
    stdin: int | None,
    at_end: Callable[[], None],
) -> None:
    """Hand the terminal over until the program ends; `at_end` is done if alerttui must end before it."""
    problem = ""
    try:
        with app.suspend():  # nothing may be raised in it: the console would not come back
            problem = _run_in_front(command, environ, stdin, at_end)
    except SuspendNotSupported:
        raise NotSuspended("The terminal cannot be handed to another program here.") from None
    if problem:
        raise OutsideTrouble(f"{Path(command[0]).name} {problem}.")


def _run_in_front(
    command: Sequence[str], environ: Mapping[str, str], stdin: int | None, at_end: Callable[[], None]
) -> str:
    """Run a program on the terminal; what went wrong, empty if nothing did."""
    try:
        process = subprocess.Popen(command, env=dict(environ), stdin=stdin)
    except OSError as error:
        return f"could not be started: {error.strerror or error}"
    with _signals(process, at_end):
        code = process.wait()
    if code < 0:
        return f"was ended by signal {-code}"
    return f"ended with an error ({code})" if code else ""


@contextmanager
def _signals(process: subprocess.Popen[bytes], at_end: Callable[[], None]) -> Iterator[None]:
    """Leave ctrl+c to the program; what asks alerttui to end ends the program first, and then alerttui."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked: list[int] = []

    def ignore(number: int, frame: FrameType | None) -> None:
        """A function and not SIG_IGN, which the program would inherit."""

    def finish(number: int, frame: FrameType | None) -> None:
        if not asked:
            asked.append(number)
            process.terminate()
            patience = threading.Timer(PATIENCE_S, process.kill)
            patience.daemon = True
            patience.start()
            at_end()

    taken: tuple[int, ...] = (*_KEYS, *_ENDING)
    before = {number: signal.getsignal(number) for number in taken}
    woken = signal.set_wakeup_fd(-1)  # else the event loop would still hear of every ctrl+c
    for number in taken:
        signal.signal(number, finish if number in _ENDING else ignore)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken)
        for number in asked:
            os.kill(os.getpid(), number)


# -- files


@contextmanager
def _nameless_file(data: bytes) -> Iterator[IO[bytes]]:
    """A file to read from that has no name, and so cannot stay behind."""
    try:
        file = tempfile.TemporaryFile(prefix=FOLDER_PREFIX)  # noqa: SIM115  # closed below, errors told apart
        file.write(data)
        file.seek(0)
    except OSError as error:
        raise OutsideTrouble(f"No file could be made for the pager: {error.strerror or error}.") from error
    with file:
        yield file


@contextmanager
def _private_file(name: str, data: bytes, mode: int) -> Iterator[Path]:
    """A file in a folder of its own that nobody else can enter; both are gone afterwards."""
    place = _place()
    remove_leftovers(place)
    try:
        folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=place))
    except OSError as error:
        raise OutsideTrouble(f"No file could be made in {place}: {error.strerror or error}.") from error
    try:
        path = folder / name
        _write(path, data, mode)
        yield path
    finally:
        _remover(folder)()


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    except OSError as error:
        raise OutsideTrouble(f"{path} could not be written: {error.strerror or error}.") from error


def _place() -> Path:
    """In memory where the system has a place for that, else where temporary files are."""
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    return Path(runtime) if runtime and os.access(runtime, os.W_OK) else Path(tempfile.gettempdir())


def _remover(folder: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(place: Path) -> None:
    """Remove what an alerttui that was killed has left: folders of ours whose process is gone."""
    for folder in place.glob(f"{FOLDER_PREFIX}*"):
        number = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
        with suppress(OSError):
            is_ours = folder.lstat().st_uid == os.getuid() and folder.is_dir() and not folder.is_symlink()
            if is_ours and number.isdigit() and not _is_running(int(number)):
                shutil.rmtree(folder, ignore_errors=True)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
