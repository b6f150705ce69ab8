"""Pieces of a one-line bar: what stands where, what a click there does, and what gives way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from textual.content import Content

from alerttui.tui.render.text import crop


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a bar, and the action that a click on it does."""

    content: Content
    action_id: str = ""


def whole(pieces: Iterable[Piece], width: int) -> Content:
    """The pieces as one line of at most so many cells."""
    return crop(Content("").join(piece.content for piece in pieces), width)


def action_at(pieces: Iterable[Piece], x: int) -> str:
    """The id of the action in a column from 0; empty where there is none."""
    end = 0
    for piece in pieces:
        end += piece.content.cell_length
        if x < end:
            return piece.action_id
    return ""


def sides(left: Sequence[Piece], right: Sequence[Piece], width: int) -> list[Piece]:
    """Pieces at the two ends of a line; the left ones give way."""
    right_cells = sum(piece.content.cell_length for piece in right)
    room = width - right_cells - 1
    if room < 1:
        return fitted(right, width)
    kept = fitted(left, room)
    gap = width - right_cells - sum(piece.content.cell_length for piece in kept)
    return [*kept, Piece(Content(" " * gap)), *right]


def fitted(pieces: Iterable[Piece], width: int) -> list[Piece]:
    """As many pieces as there is room for; the last one is cropped."""
    kept: list[Piece] = []
    for piece in pieces:
        cells = piece.content.cell_length
        if cells > width:
            kept.append(Piece(crop(piece.content, width), piece.action_id))
            break
        kept.append(piece)
        width -= cells
    return kept
