"""Markdown of runbooks and comments as lines: bounded in time, nothing fetched, nothing to click."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Final

from textual.content import Content

from alerttui.domain.showable import shown
from alerttui.tui.render.markdown_inline import inline_content
from alerttui.tui.render.style_names import CODE, DIM, HEADING, QUOTE, STRONG, WARNING
from alerttui.tui.render.text import cells_of, crop, shown_content, wrap

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

MAX_CHARACTERS: Final = 64_000
"""What comes later is shown as plain text; this much takes under 200 ms in the worst cases we found."""

MAX_SOURCE_LINES: Final = 1_000
MAX_BLOCKS: Final = 500
MAX_NESTING: Final = 40
"""Deeper lists and quotes are shown as plain text: the parser would drop what is in them."""

MAX_COLUMNS: Final = 40
"""A table with a wider row is shown as text: the parser fills up every row to the widest."""

MAX_INLINE_CHARACTERS: Final = 3_000
"""In a longer paragraph emphasis and links are left as written: reading them takes more than linear time."""

MAX_INLINE_TOTAL: Final = 16_000
"""So many characters are read for emphasis and links in one document; the rest is left as written."""

MAX_PLAIN_LINES: Final = 5_000

_WORD: Final = re.compile(r"[^\W_]+")
_MAX_JOINED_WORDS: Final = 500
"""So many words may stand otherwise in the source, because emphasis cuts them in two."""

_QUOTE_BAR: Final = "▌ "
_BULLET: Final = "• "


def markdown_lines(text: str, width: int) -> list[Content]:
    """A Markdown text as lines of at most `width` cells."""
    source = shown(text[:MAX_CHARACTERS], multiline=True)
    lines = source.split("\n")
    parsed = lines[:MAX_SOURCE_LINES]
    is_tabular = all(line.count("|") <= MAX_COLUMNS for line in parsed)
    page = _Page(_parser(is_tabular), width)
    unread = page.draw("\n".join(parsed), parsed)
    if page.has_lost("\n".join(parsed[: len(parsed) - len(unread)])):
        page, unread = _Page(_parser(is_tabular), width), parsed
    unread += lines[MAX_SOURCE_LINES:]
    if unread or len(text) > MAX_CHARACTERS:
        page.draw_plain("\n".join(unread), beyond=max(0, len(text) - MAX_CHARACTERS))
    return page.lines


@cache
def _parser(is_tabular: bool) -> MarkdownIt:
    """A parser that leaves HTML, bare URLs, reference definitions and the spelling of targets alone."""
    from markdown_it import MarkdownIt

    class ExactMarkdown(MarkdownIt):
        """Shows every target as it was written, the forbidden ones too, since none can be followed."""

        def normalizeLink(self, url: str) -> str:  # noqa: N802  # the name is markdown-it's
            return url

        def normalizeLinkText(self, link: str) -> str:  # noqa: N802  # the name is markdown-it's
            return link

        def validateLink(self, url: str) -> bool:  # noqa: N802  # the name is markdown-it's
            return True

    parser = ExactMarkdown("commonmark", {"html": False, "linkify": False, "maxNesting": MAX_NESTING})
    parser.enable("strikethrough")
    if is_tabular:
        parser.enable("table")
    # Definitions of references would vanish from the screen; the inside of paragraphs is read one by one.
    parser.disable(["reference", "html_block", "html_inline", "inline"])
    return parser


class _Page:
    """The lines drawn so far, and the lists and quotes around the block that is being drawn."""

    def __init__(self, parser: MarkdownIt, width: int) -> None:
        self.lines: list[Content] = []
        self._parser = parser
        self._width = max(width, 2)
        self._prefixes: list[str] = []
        self._marker = ""
        """The bullet or number that the next line starts with, in place of its innermost prefix."""
        self._blocks = 0
        self._inline_left = MAX_INLINE_TOTAL
        self._style = ""
        self._drawn: list[str] = []
        """What was drawn, before it was wrapped."""

    def has_lost(self, source: str) -> bool:
        """Whether a word of the source is nowhere on the page, as a table does with cells beyond its head."""
        drawn = "\n".join(self._drawn)
        missing = set(_WORD.findall(unescape(source))).difference(_WORD.findall(drawn))
        return len(missing) > _MAX_JOINED_WORDS or not all(word in drawn for word in missing)

    def draw(self, source: str, source_lines: Sequence[str]) -> list[str]:
        """Draw blocks until there are too many; gives back the source lines that were not drawn."""
        tokens = self._parser.parse(source)
        if any(token.nesting == 1 and token.level >= MAX_NESTING - 1 for token in tokens):
            return list(source_lines)
        row: list[Content] | None = None
        for token in tokens:
            if self._blocks >= MAX_BLOCKS and token.map and token.nesting >= 0:
                return list(source_lines[token.map[0] :])
            if token.type == "tr_open":
                row = []
            elif token.type == "tr_close" and row is not None:
                self._draw_block(Content(" │ ").join(row), is_separate=False)
                row = None
            elif token.type == "inline" and row is not None:
                row.append(self._inline(token))
            else:
                self._draw_token(token)
        return []

    def draw_plain(self, text: str, beyond: int) -> None:
        """What is too much to be read as Markdown, as it was written."""
        self._separate()
        self.lines.append(crop(Content.styled("… from here on as plain text", WARNING), self._width))
        self.lines.extend(wrap(shown_content(text), self._width, max_lines=MAX_PLAIN_LINES, beyond=beyond))

    def _draw_token(self, token: Token) -> None:
        kind = token.type
        if kind in ("bullet_list_open", "ordered_list_open", "table_open"):
            self._separate()
        elif kind == "blockquote_open":
            self._separate()
            self._open(_QUOTE_BAR)
        elif kind == "list_item_open":
            marker = f"{token.info}{token.markup} " if token.info else _BULLET
            self._open(" " * len(marker))
            self._marker = marker
            self._drawn.append(marker)
        elif kind in ("blockquote_close", "list_item_close"):
            self._close()
        elif kind in ("heading_open", "th_open", "thead_open"):
            self._style = HEADING if kind == "heading_open" else STRONG
        elif kind in ("heading_close", "thead_close"):
            self._style = ""
        elif kind == "inline":
            self._draw_block(self._inline(token))
        elif kind in ("fence", "code_block"):
            self._draw_code(token)
        elif kind == "hr":
            self._draw_block(Content.styled("─" * max(3, self._room()), DIM))

    def _inline(self, token: Token) -> Content:
        text = token.content
        if len(text) > min(MAX_INLINE_CHARACTERS, self._inline_left):
            return shown_content(shown(text, multiline=True), self._style)
        self._inline_left -= len(text)
        children: list[Token] = []
        self._parser.inline.parse(text, self._parser, {}, children)
        return inline_content(children, self._style)

    def _draw_code(self, token: Token) -> None:
        code = shown_content(shown(token.content.removesuffix("\n"), multiline=True), CODE)
        self._separate()
        self._open("  ")
        if token.info.strip():
            self._draw_block(shown_content(shown(token.info.strip()), DIM))
        self._draw_block(code)
        self._close()

    def _open(self, prefix: str) -> None:
        if self._marker:  # a list inside the first line of a list item
            self._emit(Content(""))
        self._prefixes.append(prefix)

    def _close(self) -> None:
        if self._marker:  # an item with nothing in it
            self._emit(Content(""))
        self._prefixes.pop()

    def _separate(self) -> None:
        """An empty line between the outermost blocks."""
        if not self._prefixes and self.lines and self.lines[-1].plain:
            self.lines.append(Content(""))

    def _draw_block(self, block: Content, *, is_separate: bool = True) -> None:
        self._blocks += 1
        self._drawn.append(block.plain)
        if is_separate:
            self._separate()
        for line in wrap(block, self._room()):
            self._emit(line)

    def _room(self) -> int:
        return max(self._width - cells_of(self._prefix()), 2)

    def _prefix(self) -> str:
        """What stands before a line; of very deep nesting only the innermost levels."""
        prefix = "".join(self._prefixes)
        return prefix[-(self._width // 2) :] if len(prefix) > self._width // 2 else prefix

    def _emit(self, line: Content) -> None:
        prefix = self._prefix()
        if self._marker:
            prefix = prefix[: max(0, len(prefix) - len(self._marker))] + self._marker
            self._marker = ""
        self.lines.append(crop(Content.styled(prefix, QUOTE) + line, self._width))
