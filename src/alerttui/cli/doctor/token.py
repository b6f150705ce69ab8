"""The doctor looks at a token: where it is, whether somebody signs in for it, and when it ends."""

from __future__ import annotations

import time

from alerttui.cli.doctor.report import Fact
from alerttui.cli.remote_workplace import signs_in, tokenless
from alerttui.cli.signing_in import sign_in_advice
from alerttui.config.keyring_entry import keyring_name
from alerttui.config.schema import Profile
from alerttui.config.token_end import token_ends_ms
from alerttui.config.token_holder import TokenHolder
from alerttui.config.tokens import token_source
from alerttui.domain.errors import AlertTuiError, NotLetIn
from alerttui.domain.moments import format_age, format_moment


def look_at_token(profile: Profile, holder: TokenHolder) -> tuple[list[Fact], AlertTuiError | None]:
    """What can be told of the token, never which it is; and why there is none that can be used."""
    if token_source(profile) is None:
        return _look_at_none(profile)
    where = "memory" if holder.is_in_memory else str(token_source(profile))
    facts = []
    if signs_in(profile):
        facts.append(Fact("signs in", "yes", "by e-mail and password, which are kept nowhere"))
    try:
        if profile.sign_in:
            tokenless(profile)
        token = holder.read()
        note = keyring_name() if profile.keyring else "readable; it is shown nowhere"
    except AlertTuiError as error:
        is_signed_out = profile.sign_in and isinstance(error, NotLetIn)
        note = "nobody is signed in" if is_signed_out else "cannot be used"
        return [*facts, Fact("token", f"in {where}", note)], advised(profile, error)
    facts.append(Fact("token", f"in {where}", note))
    ends_ms = token_ends_ms(token)
    if ends_ms is not None:
        facts.append(Fact("token ends", format_moment(ends_ms), _how_soon(ends_ms)))
    return facts, None


def _look_at_none(profile: Profile) -> tuple[list[Fact], AlertTuiError | None]:
    """That there is no token, and what is wrong with that if the product needs one."""
    try:
        tokenless(profile)
    except AlertTuiError as error:
        return [Fact("token", "none", "no place is named")], error
    return [Fact("token", "none", "the product asks for none")], None


def advised(profile: Profile, error: AlertTuiError) -> AlertTuiError:
    """The error with how to sign in again, where that is what helps."""
    if isinstance(error, NotLetIn) and signs_in(profile):
        return NotLetIn(f"{str(error).rstrip('.')}. {sign_in_advice(profile)}")
    return error


def _how_soon(ends_ms: int) -> str:
    left_ms = ends_ms - time.time_ns() // 1_000_000
    return f"in {format_age(left_ms)}" if left_ms > 0 else f"it ended {format_age(-left_ms)} ago"
