"""What the shell offers for the word that is being typed: names from the configuration, ids from the store.

Whatever goes wrong offers nothing and says nothing: a complaint would land in the line that is being typed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Final

import click
from click.shell_completion import CompletionItem

from alerttui.cli.offering import Completer
from alerttui.cli.options import options_given
from alerttui.cli.workplace import Workplace, open_workplace, view_book
from alerttui.config.load import load_settings
from alerttui.config.paths import find_places
from alerttui.config.schema import LOCAL_PROFILE, Profile
from alerttui.domain.errors import AlertTuiError

MOST_OFFERED: Final = 50
"""More than fit on a screen."""

MOST_HELP: Final = 60
"""Characters of a title beside its id."""

Offer = tuple[str, str]
"""A value and what it is; the second may be empty."""

Offers = Callable[[click.Context, str], Iterable[Offer]]


def _completer(offers: Offers) -> Completer:
    """A completer as click wants it: what begins with the word, and can be typed as it is."""

    @wraps(offers)
    def complete(context: click.Context, _: click.Parameter, word: str) -> list[CompletionItem[str]]:
        try:
            found = [(value, about) for value, about in offers(context, word) if _begins(value, word)]
        except (AlertTuiError, OSError):
            return []
        return [CompletionItem(value, help=_told(about)) for value, about in found if _can_be_typed(value)][
            :MOST_OFFERED
        ]

    return complete


@_completer
def profile_names(_: click.Context, __: str) -> Iterator[Offer]:
    """Profiles of the configuration."""
    for profile in _profiles():
        yield profile.name, profile.backend


@_completer
def configured_profiles(_: click.Context, __: str) -> Iterator[Offer]:
    """Profiles that can be removed: all but the one that is always there."""
    for profile in _profiles():
        if profile.name != LOCAL_PROFILE:
            yield profile.name, profile.backend


@_completer
def backend_kinds(_: click.Context, __: str) -> Iterator[Offer]:
    """Backends that a profile can name."""
    from alerttui.backends.registry import kinds

    yield from ((kind, "") for kind in kinds())


@_completer
def view_names(context: click.Context, _: str) -> Iterator[Offer]:
    """Views, with their filters."""
    for view in view_book(options_given(context)).views:
        yield view.name, view.text


@_completer
def alert_ids(context: click.Context, word: str) -> Iterator[Offer]:
    """The newest alerts whose id begins so, with their titles; none that was named already."""
    from alerttui.domain.query import AlertQuery, Operator, Term

    if "*" in word:
        return
    named = context.params.get("ids") or ()
    terms = (Term("id", Operator.HAS, (f"{word}*",)),) if word else ()
    with _reading(context) as place:
        rows = place.store.first_rows(AlertQuery(terms), place.context(), MOST_OFFERED + len(named))
    for row in rows:
        if row.id not in named:
            yield row.id, row.title


@_completer
def status_words(context: click.Context, _: str) -> Iterator[Offer]:
    """The backend's own statuses."""
    with _reading(context) as place:
        for status in place.backend.capabilities.statuses:
            yield status.word, status.label


@_completer
def verdict_words(context: click.Context, _: str) -> Iterator[Offer]:
    """The backend's own verdicts."""
    with _reading(context) as place:
        for verdict in place.backend.capabilities.verdicts:
            yield verdict.word, verdict.label


@_completer
def quality_words(_: click.Context, __: str) -> Iterator[Offer]:
    """What a detection can be rated."""
    yield from (("useful", ""), ("noise", ""), ("none", "clears it"))


@_completer
def user_ids(context: click.Context, word: str) -> Iterator[Offer]:
    """Whom alerts can be assigned to."""
    yield "me", "yourself"
    with _reading(context) as place:
        for person in place.store.people(word, MOST_OFFERED):
            yield person.id, person.label


@_completer
def tag_names(context: click.Context, word: str) -> Iterator[Offer]:
    """Tags in use, the most used first."""
    with _reading(context) as place:
        for tag in place.store.tags(word, MOST_OFFERED):
            yield tag.value, str(tag.alerts)


@_completer
def import_formats(_: click.Context, __: str) -> Iterator[Offer]:
    """Formats that an import reads."""
    from alerttui import ingest

    yield from (("auto", "told from the records"), ("alerttui", "what export writes"))
    for path in ingest.__path__:
        yield from ((file.stem, "") for file in sorted(Path(path, "formats").glob("*.toml")))


@_completer
def theme_names(_: click.Context, __: str) -> Iterator[Offer]:
    """Themes that come with alerttui."""
    from alerttui.resources import styles

    yield from ((path.stem, "") for path in sorted((styles() / "themes").glob("*.toml")))


def file_names(_: click.Context, __: click.Parameter, word: str) -> list[CompletionItem[str]]:
    """Files, which the shell itself knows best."""
    return [CompletionItem(word, type="file")]


def _profiles() -> Iterable[Profile]:
    return load_settings(find_places(os.environ).config_file, os.environ).profiles.values()


@contextmanager
def _reading(context: click.Context) -> Iterator[Workplace]:
    """The store of the command line so far, for reading; it is never made."""
    from dataclasses import replace

    with open_workplace(replace(options_given(context), read_only=True, cached=True)) as place:
        yield place


def _begins(value: str, word: str) -> bool:
    return value[: len(word)].casefold() == word.casefold()


def _can_be_typed(value: str) -> bool:
    """Whether it goes through a shell as it is: no control or hidden character, no option, no file's home."""
    from alerttui.domain.showable import shown

    return bool(value) and shown(value) == value and value[0] not in "-~" and os.sep not in value[:1]


def _told(about: str) -> str | None:
    """What stands beside a value: harmless, short, on one line."""
    from alerttui.domain.showable import shown

    return shown(" ".join(about.split()))[:MOST_HELP] or None
