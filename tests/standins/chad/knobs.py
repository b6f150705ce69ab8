"""What may be set on the stand-in: what goes wrong, and everything the contract leaves open."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Form = Literal["current", "documented"]
"""The API of the server's source, or the one its published documents describe."""


@dataclass
class Knobs:
    """Each default is a healthy server as it is shipped."""

    # Listing.
    clustering: bool = False
    """A list asked for without cluster=false has another type, and alerts have related ones."""
    cluster_minutes: int = 60
    window: int = 10_000
    """Limit and offset may reach this far together; behind it the search store refuses."""
    thin_rows: bool = False
    """Documented lists leave out the log, the enrichment, the comments and the related alerts."""

    # The search store.
    outage: bool = False
    configured: bool = True
    unhealthy_status: int = 503
    """What /health answers with during an outage; its body says the same either way."""
    refused_ids: set[str] = field(default_factory=set)
    """Alerts that cannot be changed, for no reason that is told."""

    # Access.
    csrf_beside_jwt: bool = True
    """The documented form asks for X-CSRF-Token beside a token, as its document says."""
    secure_cookie: bool = True
    """The CSRF cookie is meant for https only, so a client over plain http does not return it."""
    delegated: bool = False
    """Another system logs people in: there is no login here."""
    session_minutes: int = 480
    key_requests: int = 100
    """So many requests in 60 seconds are allowed with one API key."""

    # Changing.
    comment_status: int = 201
    bulk_failed: Literal["ids", "objects"] = "ids"
    """What the documented bulk answer lists as failed; its document shows an empty list only."""

    # The stream.
    mode: Literal["push", "pull"] = "push"
    """In pull mode nothing is ever announced."""
    announced_twice: bool = False
    pong_with_token: bool = True

    # The rest.
    openapi: bool = True
    delays: dict[str, float] = field(default_factory=dict)
    """Seconds before an operation is carried out, by operation; "*" stands for every other one."""
