"""The inside of a Markdown paragraph: emphasis, code, and links that say where they really lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from alerttui.domain.showable import shown
from alerttui.tui.render.style_names import CODE, EMPHASIS, LINK_TARGET, LINK_TEXT, STRONG, STRUCK
from alerttui.tui.render.text import shown_content

if TYPE_CHECKING:
    from markdown_it.token import Token

_STYLES = {"strong": STRONG, "em": EMPHASIS, "s": STRUCK, "link": LINK_TEXT}


def inline_content(tokens: Sequence[Token], style: str) -> Content:
    """The tokens of one paragraph as content on top of a style; a link is text, never an action."""
    parts: list[Content] = []
    open_styles: list[str] = [style]
    links: list[tuple[str, int]] = []  # the target, and where among the parts the link's text begins
    for token in tokens:
        kind, _, edge = token.type.rpartition("_")
        if edge == "open" and kind in _STYLES:
            if kind == "link":
                links.append((_attribute(token, "href", "title"), len(parts)))
            open_styles.append(_STYLES[kind])
        elif edge == "close" and kind in _STYLES:
            open_styles.pop()
            if kind == "link":
                target, start = links.pop()
                text = "".join(part.plain for part in parts[start:])
                if shown(target) != text:
                    parts.append(_part(f" → {target}", LINK_TARGET))
        else:
            parts.append(_leaf(token, open_styles))
    return Content("").join(parts)


def _leaf(token: Token, open_styles: Sequence[str]) -> Content:
    style = " ".join(filter(None, open_styles))
    if token.type == "softbreak":
        return Content(" ")
    if token.type == "hardbreak":
        return Content("\n")
    if token.type == "code_inline":
        return _part(token.content, f"{style} {CODE}")
    if token.type == "image":
        return _part(f"[image: {token.content} → {_attribute(token, 'src', 'title')}]", LINK_TARGET)
    return _part(token.content, style)


def _attribute(token: Token, name: str, title_name: str) -> str:
    title = token.attrs.get(title_name)
    return str(token.attrs.get(name, "")) + (f' "{title}"' if title else "")


def _part(text: str, style: str) -> Content:
    """Shown again, because an entity such as `&#x202E;` becomes its character only here."""
    return shown_content(shown(text), style.strip())
