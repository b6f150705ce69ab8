"""What a server says in the body of an error, in whichever shape: one line, fit to be shown, no secrets."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from alerttui.domain.json_text import JsonRefused, exact_json, parse_json
from alerttui.domain.showable import shown

MAX_BODY: Final = 64_000
"""So many bytes of an error's body are looked at."""

MAX_WORDS: Final = 300
MAX_ITEMS: Final = 5
MAX_NESTING: Final = 8

_MAIN_KEYS: Final = ("message", "error", "detail", "msg", "reason", "error_description", "title")
_MORE_KEYS: Final = ("errors", "details", "required_scopes")
_PLACES: Final = ("body", "query", "path", "header")
"""Where FastAPI says a field was: no news for an analyst."""

_HIDDEN: Final = ("script", "style", "head")
_CHARSET: Final = re.compile(r"charset=\"?(iso-8859-1|latin-?1|windows-1252)\b", re.IGNORECASE)


def error_text(status: int, headers: Mapping[str, str], body: bytes, *, secrets: Sequence[str] = ()) -> str:
    """The server's own words in at most some 300 characters, or what the status means if it says nothing.

    `headers` are by lower-case name; what of `secrets` the server repeats is left out.
    """
    text = _decoded(headers, body[:MAX_BODY])
    request_id = headers.get("x-request-id", "")
    try:
        value = parse_json(text.removeprefix("\ufeff"))
    except JsonRefused:
        words = _text_of_page(text) if _is_page(headers, text) else text
    else:
        words = _words_of(value, 0) or (exact_json(value) if value not in (None, "", [], {}) else "")
        request_id = _request_id(value) or request_id
    line = _one_line(words, secrets, MAX_WORDS) or _meaning(status)
    number = _one_line(request_id, secrets, 80)
    return f"{line} [request {number}]" if number else line


def _words_of(value: object, depth: int) -> str:
    """The words in a JSON value; empty if it holds none where words are known to be."""
    if depth > MAX_NESTING:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return _list_of(value, depth)
    if not isinstance(value, dict):
        return ""
    main = _field_words(value, depth) or next(
        (words for key in _MAIN_KEYS if (words := _words_of(value.get(key), depth + 1))), ""
    )
    more = [words for key in _MORE_KEYS if (words := _labelled(key, value.get(key), depth)) and words != main]
    return ": ".join(filter(None, (main.rstrip(".:") if more else main, "; ".join(more))))


def _labelled(key: str, value: object, depth: int) -> str:
    words = _words_of(value, depth + 1)
    return f"{key.replace('_', ' ')} {words}" if words and key == "required_scopes" else words


def _list_of(values: list[object], depth: int) -> str:
    said = [words for each in values[:MAX_ITEMS] if (words := _words_of(each, depth + 1))]
    if said and len(values) > MAX_ITEMS:
        said.append(f"and {len(values) - MAX_ITEMS} more")
    return "; ".join(said)


def _field_words(value: Mapping[str, object], depth: int) -> str:
    """`status: not one of ...` of an error that names its field, as FastAPI does or as field and message."""
    reason = _words_of(value.get("msg") or value.get("message"), depth + 1)
    place = value.get("loc", value.get("field"))
    if isinstance(place, list):
        parts = [str(each) for each in place[:8] if isinstance(each, (str, int))]
        place = ".".join(parts[1:] if len(parts) > 1 and parts[0] in _PLACES else parts)
    return f"{place}: {reason}" if reason and isinstance(place, str) and place else ""


def _request_id(value: object) -> str:
    """The number under which the server's own log has the request."""
    if not isinstance(value, dict):
        return ""
    for holder in (value, value.get("meta"), value.get("error")):
        if isinstance(holder, dict) and isinstance(number := holder.get("request_id"), str) and number:
            return number
    return ""


def _one_line(text: str, secrets: Sequence[str], longest: int) -> str:
    for secret in secrets:
        for form in {secret, quote(secret, safe=""), html.escape(secret)}:
            text = text.replace(form, "(secret)")
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[:longest].rstrip() + "…"
    return shown(text)


def _meaning(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"


def _decoded(headers: Mapping[str, str], body: bytes) -> str:
    is_western = _CHARSET.search(headers.get("content-type", ""))
    return body.decode("cp1252" if is_western else "utf-8", "replace")


def _is_page(headers: Mapping[str, str], text: str) -> bool:
    return "html" in headers.get("content-type", "").lower() or text.lstrip()[:1] == "<"


def _text_of_page(page: str) -> str:
    """What a reader sees of a page; its title if that is all there is."""
    title = re.search(r"<title[^>]{0,200}>([^<]{0,300})", page, re.IGNORECASE)
    text = html.unescape(" ".join(_visible(page)))
    return text if text.strip() else html.unescape(title[1]) if title else ""


def _visible(page: str) -> Iterator[str]:
    """The text between tags, in one walk: a search that finds nothing ends it, so no page takes long."""
    lower = page.lower()
    position = 0
    while (start := page.find("<", position)) >= 0:
        yield page[position:start]
        hidden = next((name for name in _HIDDEN if re.match(rf"{name}\b", lower[start + 1 : start + 8])), "")
        if lower.startswith("<!--", start):
            end = lower.find("-->", start) + 2
        else:
            closing = lower.find(f"</{hidden}", start) if hidden else start
            end = lower.find(">", closing) if closing >= 0 else -1
        if end <= start:
            return
        position = end + 1
    yield page[position:]
