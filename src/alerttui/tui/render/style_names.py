"""The style words that renderers put on text; theme variables that every built-in theme defines.

`$text-muted` is not among them: a `Content` span drops its 60 %, so muted text would outshine the rest.
"""

from __future__ import annotations

from typing import Final

PLAIN: Final = ""
DIM: Final = "$foreground-muted"
WARNING: Final = "bold $text-warning"
ERROR: Final = "bold $text-error"
SUCCESS: Final = "$text-success"

REVEALED: Final = WARNING
"""A mark that stands for a character which would act, hide or reorder."""

KEY: Final = "$text-accent"
STRING: Final = "$foreground"
NUMBER: Final = "$text-secondary"
WORD: Final = "$text-primary"
"""true, false and null."""

HEADING: Final = "bold $text-accent"
STRONG: Final = "bold"
EMPHASIS: Final = "italic"
STRUCK: Final = "strike"
CODE: Final = "$text-secondary"
QUOTE: Final = "$foreground-muted"
LINK_TEXT: Final = "underline"
LINK_TARGET: Final = "$foreground-muted"
