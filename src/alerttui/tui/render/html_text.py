"""Comments that come as HTML, as the text that one reads in them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Final

MAX_CHARACTERS: Final = 64_000
"""What comes later stays as it was written."""

MAX_WORK: Final = 5_000_000
"""Tags times characters; with more, the text stays as it was written: Python's parser is quadratic."""

_BLOCKS: Final = {
    *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "form", "header"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table"),
    *("tr", "ul"),
}
_CELLS: Final = frozenset(("td", "th"))
_CODE_TAGS: Final = frozenset(("script", "style"))


def html_to_text(text: str) -> str:
    """The text of an HTML fragment: links with their target, scripts as text, nothing run or fetched.

    The result is as hostile as before: it still has to be shown.
    """
    if "<" not in text and "&" not in text:
        return text
    head = text[:MAX_CHARACTERS]
    if head.count("<") * len(head) > MAX_WORK:
        return text
    reader = _Reader()
    reader.feed(head)
    reader.close()
    return reader.text() + text[MAX_CHARACTERS:]


class _Reader(HTMLParser):
    """Collects the text, with a line for every block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._links: list[tuple[str, int]] = []

    def text(self) -> str:
        lines = (line.strip(" ") for line in "".join(self._parts).split("\n"))
        kept: list[str] = []
        for line in lines:
            if line or (kept and kept[-1]):
                kept.append(line)
        return "\n".join(kept).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(reversed(attrs))  # of a repeated attribute browsers obey the first
        if tag == "a":
            self._links.append((values.get("href") or "", len(self._parts)))
        elif tag == "img":
            self._parts.append(f"[image: {values.get('alt') or ''} → {values.get('src') or ''}]")
        elif tag == "li":
            self._parts.append("\n• ")
        elif tag in _BLOCKS:
            self._parts.append("\n")
        elif tag in _CELLS:
            self._parts.append(" │ ")
        elif tag in _CODE_TAGS:
            self._parts.append(f"[{tag}: ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links:
            target, start = self._links.pop()
            if target and "".join(self._parts[start:]) != target:
                self._parts.append(f" → {target}")
        elif tag in _CODE_TAGS:
            self._parts.append("]")
        elif tag in _BLOCKS:
            self._parts.append("\n")

    def handle_data(self, data: str) -> None:
        self._parts.append(data)

    def handle_comment(self, data: str) -> None:
        self._parts.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self._parts.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self._parts.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self._parts.append(f"<?{data}>")
