"""The doctor looks at the connection of a remote profile: the way, the token, who we are, what we may do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from alerttui.backends.contract import Identity
from alerttui.cli.doctor.report import Fact, Problem, Section
from alerttui.cli.doctor.token import advised, look_at_token
from alerttui.cli.reaching import Reach, reach
from alerttui.cli.remote_workplace import connect_remote, is_asked_for
from alerttui.config.active import ActiveProfile
from alerttui.config.address import Address
from alerttui.config.schema import Profile, Settings
from alerttui.config.token_holder import TokenHolder
from alerttui.domain.capabilities import Capabilities
from alerttui.domain.errors import AlertTuiError, ConfigError, NotLetIn, NotPermitted, SlowDown, TlsFailed
from alerttui.domain.patch import PATCH_FIELDS

MOST_SKEW_MS: Final = 60_000
"""With clocks further apart, "the last 24 hours" means something else here than there."""


def look_at_connection(
    settings: Settings,
    active: ActiveProfile,
    environ: Mapping[str, str],
    holder: TokenHolder | None = None,
) -> tuple[list[Section], Reach]:
    """The way to the server of the active remote profile, and what the server says to its token.

    The `holder` has the token where somebody signed in; else it is read from where the profile says.
    """
    holder = holder or TokenHolder(active.profile, environ)
    way = look_at_way(settings, active, environ, holder)
    sections, found = look_at_server(active, holder)
    told = {problem.what for problem in way.problems}
    untold = [problem for problem in sections[0].problems if problem.what not in told]
    return [way, replace(sections[0], problems=untold), *sections[1:]], found


def look_at_way(
    settings: Settings, active: ActiveProfile, environ: Mapping[str, str], holder: TokenHolder
) -> Section:
    """What is known of the way to the server without asking it."""
    profile = active.profile
    facts = [
        Fact("address", profile.url, str(settings.origin(f"profiles.{profile.name}.url"))),
        Fact("encryption", _encryption(profile), _ca_origin(settings, profile)),
    ]
    problems = list(_plain_problems(profile))
    proxy, proxy_problems = _look_at_proxy(profile, environ)
    facts.append(proxy)
    problems += proxy_problems
    token_facts, refusal = look_at_token(profile, holder)
    facts += token_facts
    if refusal is not None:
        is_wrong = not (is_asked_for(profile) and isinstance(refusal, NotLetIn))
        problems.append(replace(problem_of("token", refusal), is_wrong=is_wrong))
    if profile.requests_per_minute:
        origin = settings.origin(f"profiles.{profile.name}.requests_per_minute")
        facts.append(Fact("at most", f"{profile.requests_per_minute:,} requests a minute", str(origin)))
    return Section("Way to the server", facts, problems)


def look_at_server(active: ActiveProfile, holder: TokenHolder) -> tuple[list[Section], Reach]:
    """What the server says, within a bounded time; nothing is asked of it where the token is missing."""
    try:
        found = reach(connect_remote(active, holder))
    except AlertTuiError as error:
        found = Reach(error=error)
    if found.error is not None:
        found.error = advised(active.profile, found.error)
    return server_sections(found), found


def server_sections(found: Reach) -> list[Section]:
    """What a system said, for people."""
    facts = []
    if found.identity:
        facts += list(_identity_facts(found.identity))
    if found.fastest_ms is not None:
        facts.append(Fact("latency", f"{found.fastest_ms:.0f} ms", "the fastest answer"))
    problems = list(_skew_problems(found.identity))
    if found.error:
        facts.append(Fact("reached", "no" if found.identity is None else "yes, but it refuses"))
        problems.append(problem_of("connection", found.error))
    else:
        facts.insert(0, Fact("reached", "yes", "alerts can be read"))
    sections = [Section("Server", facts, problems)]
    if found.capabilities:
        sections.append(Section("What it can do", list(capability_facts(found.capabilities))))
    return sections


def capability_facts(can: Capabilities) -> Iterator[Fact]:
    """What this connection can do, and for everything that it cannot: why."""
    if can.read_only_reason:
        yield Fact("changes", "no", can.read_only_reason)
    for name in PATCH_FIELDS:
        refusal, clearing = can.refusal(name), can.refusal(name, clear=True)
        yield Fact(f"set {name}", "no" if refusal else "yes", refusal)
        if clearing and not refusal:
            yield Fact(f"clear {name}", "no", clearing)
    unread = can.comments.read_refusal
    yield Fact("comments", "no" if unread else "yes", unread or can.comments.read_caveat)
    yield Fact("add comments", *_yes_or_no(can.comments.write_refusal))
    yield Fact("history", *_yes_or_no(can.history_refusal))
    yield Fact("related", *_yes_or_no(can.related_refusal))
    yield Fact("statistics", *_yes_or_no(can.statistics_refusal))
    yield Fact("live", *_yes_or_no(can.live_refusal))
    if can.requests_per_minute:
        yield Fact("limit", f"{can.requests_per_minute:,} requests a minute")


def problem_of(about: str, error: AlertTuiError) -> Problem:
    """An error as the doctor tells it: what is wrong, and what to do."""
    what, _, remedy = str(error).rstrip(".").rpartition(". ")
    return Problem(about, what or remedy, remedy if what else _usual_remedy(error))


def _usual_remedy(error: AlertTuiError) -> str:
    match error:
        case NotLetIn():
            return "make a new token in the product, and put it where the profile says"
        case NotPermitted():
            return "give the token this permission in the product, or use another token"
        case TlsFailed():
            return 'if the server has certificates of your own: ca_file = "..." in the profile'
        case SlowDown():
            return "wait a while; requests_per_minute in the profile keeps alerttui below a limit"
        case ConfigError():
            return "correct the profile"
        case _:
            return "look at the address, the network and the proxy; the mirror can be used meanwhile"


def _yes_or_no(refusal: str) -> tuple[str, str]:
    return ("no", refusal) if refusal else ("yes", "")


def _encryption(profile: Profile) -> str:
    address = Address(profile.url)
    if address.is_plain_http:
        return "none: plain HTTP" + (" on this machine" if address.is_loopback else "")
    return f"TLS, certificates of {profile.ca_file}" if profile.ca_file else "TLS, the usual certificates"


def _ca_origin(settings: Settings, profile: Profile) -> str:
    key = "ca_file" if profile.ca_file else "allow_http" if profile.allow_http else ""
    return str(settings.origin(f"profiles.{profile.name}.{key}")) if key else ""


def _plain_problems(profile: Profile) -> Iterator[Problem]:
    if Address(profile.url).is_in_clear:
        yield Problem(
            "connection",
            "the token and every alert cross the network in clear text (allow_http)",
            "put TLS in front of the server and write https://",
            is_wrong=False,
        )


def _look_at_proxy(profile: Profile, environ: Mapping[str, str]) -> tuple[Fact, list[Problem]]:
    from alerttui.backends.remote.transport.endpoint import Endpoint
    from alerttui.backends.remote.transport.proxy import proxy_for

    proxy = proxy_for(Endpoint.parse(profile.url, allow_http=profile.allow_http), environ)
    fact = Fact("proxy", proxy.address or "none", proxy.variable)
    if not proxy.problem:
        return fact, []
    return fact, [Problem("proxy", proxy.problem, f"correct {proxy.variable}, or unset it")]


def _identity_facts(identity: Identity) -> Iterator[Fact]:
    if identity.server:
        yield Fact("server", identity.server)
    me = identity.me
    if me:
        yield Fact("me", me.label, me.id if me.name else "")
    else:
        yield Fact("me", "not known", "alerts cannot be taken; write me = ... in the profile")
    yield Fact("permissions", ", ".join(identity.permissions) or "not told")
    if identity.clock_ahead_ms is not None:
        yield Fact("clock", _skew_text(identity.clock_ahead_ms))


def _skew_problems(identity: Identity | None) -> Iterator[Problem]:
    ahead_ms = identity.clock_ahead_ms if identity else None
    if ahead_ms is not None and abs(ahead_ms) > MOST_SKEW_MS:
        yield Problem(
            "clock",
            f"the server's clock and this one differ: {_skew_text(ahead_ms)}",
            "set the clock here by NTP; filters such as created>24h are off by as much",
            is_wrong=False,
        )


def _skew_text(ahead_ms: int) -> str:
    seconds = abs(ahead_ms) / 1_000
    if seconds < 2:
        return "as here, within 2 seconds"
    return f"{seconds:,.0f} seconds {'ahead of' if ahead_ms > 0 else 'behind'} this one"
