"""Which runs of characters are one emoji, so that the joiners inside them need no reveal."""

from __future__ import annotations

from typing import Final

_VS16: Final = "\ufe0f?"
_ZWJ: Final = "\u200d"
_SKIN: Final = "[\U0001f3fb-\U0001f3ff]?"
_ADULT: Final = f"[\U0001f468\U0001f469\U0001f9d1]{_SKIN}"
_CHILD: Final = "[\U0001f466\U0001f467\U0001f9d2]"
_WORK: Final = (
    "[\u2695\u2696\u2708\U0001f33e\U0001f373\U0001f37c\U0001f384\U0001f393\U0001f3a4\U0001f3a8\U0001f3eb"
    "\U0001f3ed\U0001f4bb\U0001f4bc\U0001f527\U0001f52c\U0001f680\U0001f692\U0001f9af\U0001f9b0-\U0001f9b3"
    "\U0001f9bc\U0001f9bd]"
)
_FACING_RIGHT: Final = f"(?:{_ZWJ}\u27a1{_VS16})?"

_ACTIVE: Final = (
    "[\u26f9\U0001f3c3-\U0001f3cc\U0001f46e-\U0001f487\U0001f574-\U0001f575\U0001f645-\U0001f64e"
    "\U0001f6a3-\U0001f6b6\U0001f926-\U0001f93e\U0001f9b8-\U0001f9df]"
)
_NATIONS: Final = (
    "\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073"
)

PICTOGRAPH: Final = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
"""A regex class of the characters that a variation selector may turn into a picture (or back)."""

NEWER_EMOJI: Final = frozenset(
    "\U0001f6dc\U0001fa75\U0001fa76\U0001fa77\U0001fa87\U0001fa88\U0001fa89\U0001fa8f\U0001faad\U0001faae"
    "\U0001faaf\U0001fabb\U0001fabc\U0001fabd\U0001fabe\U0001fabf\U0001fac6\U0001face\U0001facf\U0001fada"
    "\U0001fadb\U0001fadc\U0001fadf\U0001fae8\U0001fae9\U0001faf7\U0001faf8"
)
"""Emoji of Unicode 15 and 16, which the oldest supported Python does not know yet."""

_PAIRS: Final = (
    "\U0001f3f3 \U0001f308",  # rainbow flag
    "\U0001f3f3 \u26a7",  # transgender flag
    "\U0001f3f4 \u2620",  # pirate flag
    "\U0001f415 \U0001f9ba",  # service dog
    "\U0001f408 \u2b1b",  # black cat
    "\U0001f426 \u2b1b",  # black bird
    "\U0001f426 \U0001f525",  # phoenix
    "\U0001f43b \u2744",  # polar bear
    "\U0001f441 \U0001f5e8",  # eye in a speech bubble
    "\U0001f62e \U0001f4a8",  # face exhaling
    "\U0001f635 \U0001f4ab",  # face with spiral eyes
    "\U0001f636 \U0001f32b",  # face in clouds
    "\U0001f642 \u2194",  # head shaking
    "\U0001f642 \u2195",  # head nodding
    "\u2764 \U0001f525",  # heart on fire
    "\u2764 \U0001fa79",  # mending heart
    "\U0001f34b \U0001f7e9",  # lime
    "\U0001f344 \U0001f7eb",  # brown mushroom
    "\u26d3 \U0001f4a5",  # broken chain
)

_JOINED: Final = (
    f"{_ADULT}{_ZWJ}\u2764{_VS16}{_ZWJ}(?:\U0001f48b{_ZWJ})?{_ADULT}",  # couples
    f"{_ADULT}{_ZWJ}\U0001f91d{_ZWJ}{_ADULT}",  # holding hands
    f"{_ADULT}{_ZWJ}{_WORK}{_VS16}{_FACING_RIGHT}",  # at work
    f"(?:{_ADULT}{_ZWJ})?{_ADULT}(?:{_ZWJ}{_CHILD}){{1,2}}",  # families
    # somebody doing something, as a woman or a man
    f"{_ACTIVE}(?:{_VS16}|{_SKIN}){_ZWJ}[\u2640\u2642]{_VS16}{_FACING_RIGHT}",
    f"[\U0001f3c3\U0001f6b6\U0001f9ce]{_SKIN}{_FACING_RIGHT}",
    *(f"{first}{_VS16}{_ZWJ}{second}{_VS16}" for first, second in map(str.split, _PAIRS)),
    # England, Scotland, Wales: the only flags in use that are spelled with tag characters
    "\U0001f3f4\U000e0067\U000e0062(?:" + _NATIONS + ")\U000e007f",
)

EMOJI_SEQUENCE: Final = "|".join(
    (
        *_JOINED,
        "[0-9#*]\ufe0f\u20e3",  # keycaps
        f"{PICTOGRAPH}[\ufe0e\ufe0f]",
    )
)
"""A regex of the sequences whose joiners, selectors and tags belong to one picture."""
