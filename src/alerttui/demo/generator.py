"""The stream of alerts: which scenario comes when, how old it is, and in what company."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import count as count_up
from random import Random
from typing import Final

from alerttui.backends.store import NewAlert
from alerttui.demo import aws, cloud, endpoint, hostile, identity, network, saas, system
from alerttui.demo.dice import between, pick, shuffled
from alerttui.demo.scenario import Scenario
from alerttui.demo.story import Story, new_story
from alerttui.demo.telling import tell
from alerttui.demo.world import SCANNER_IP

SCENARIOS: Final = (
    *aws.SCENARIOS,
    *cloud.SCENARIOS,
    *identity.SCENARIOS,
    *endpoint.SCENARIOS,
    *network.SCENARIOS,
    *saas.SCENARIOS,
    *system.SCENARIOS,
)
"""Every ordinary scenario; the hostile ones come apart from these."""

MANY: Final = 5_000
"""From so many alerts on, stories are told again with other times, and alerts keep two events."""

_RETOLD: Final = 80
"""Stories per scenario when there are many alerts."""

_EVENTS_OF_MANY: Final = 2

_AGES_MIN: Final = (
    0, 96, 196, 301, 410, 525, 647, 775, 911, 1055, 1209, 1375, 1553, 1747, 1958, 2191, 2451, 2744, 3080,
    3475, 3952, 4557, 5382, 6689, 10_080,
)  # fmt: skip
"""Quantiles of age in minutes: exponential with a mean of 38 hours, cut at seven days."""

_NEWEST_MS: Final = 160_000
"""Age of the newest alert."""

_HOUR_MS: Final = 3_600_000

_CLUSTERS: Final[tuple[tuple[Scenario, dict[str, str]], ...]] = (
    (network.PORT_SCAN, {}),
    (
        network.SSH_BRUTE,
        {
            "src_ip": SCANNER_IP,
            "src_city": "Ashburn",
            "src_country": "US",
            "src_asn": "AS64497",
            "src_org": "Example Internet Census",
        },
    ),
)
"""Rules that fire again and again over the same scanner, and what their casts have in common."""


def generate(count: int, seed: int, now_ms: int) -> Iterator[NewAlert]:
    """`count` alerts as of `now_ms`, the same to the byte for the same three numbers."""
    dice = Random(seed)
    author = _Author(dice, retells=count >= MANY)
    most_events = _EVENTS_OF_MANY if count >= MANY else 100
    for position, (story, age_ms) in zip(range(count), _stories(count, author, dice), strict=False):
        yield tell(
            story,
            blake2b(f"{seed}/{position}".encode(), digest_size=16).hexdigest(),
            now_ms - (_NEWEST_MS if position == 0 else age_ms),
            now_ms,
            dice,
            most_events=most_events,
            undelivered=position == 5,
        )


class _Author:
    """Makes stories; where there are many alerts, tells a fixed number of them again."""

    def __init__(self, dice: Random, *, retells: bool) -> None:
        self._dice = dice
        self._retells = retells
        self._told: dict[tuple[Scenario, bool, int], Story] = {}

    def story(self, scenario: Scenario, given: dict[str, str] | None = None) -> Story:
        """A story of this scenario."""
        if not self._retells:
            return new_story(scenario, self._dice, given)
        key = (scenario, given is None, between(self._dice, 1, _RETOLD))
        if key not in self._told:
            self._told[key] = new_story(scenario, self._dice, given)
        return self._told[key]


def _stories(count: int, author: _Author, dice: Random) -> Iterator[tuple[Story, int]]:
    hostile_every = 18 if count <= 400 else 33
    deck = shuffled(dice, SCENARIOS)
    weighted = tuple(each for each in SCENARIOS for _ in range(each.weight))
    foes = clusters = 0
    for beat in count_up():
        if beat % hostile_every == hostile_every // 2:
            yield author.story(hostile.SCENARIOS[foes % len(hostile.SCENARIOS)]), _age_ms(dice)
            foes += 1
        elif beat % 80 == 15:
            yield from _cluster(author, dice, clusters)
            clusters += 1
        else:
            yield author.story(deck.pop() if deck else pick(dice, weighted)), _age_ms(dice)


def _cluster(author: _Author, dice: Random, number: int) -> Iterator[tuple[Story, int]]:
    scenario, common = _CLUSTERS[number % len(_CLUSTERS)]
    age_ms = (5 + 17 * number % 150) * _HOUR_MS + between(dice, 0, 2 * _HOUR_MS)
    given = {**common, "severity": scenario.severities[0], "minutes": "10"}
    for _ in range(between(dice, 6, 10)):
        yield author.story(scenario, given), age_ms
        age_ms -= between(dice, 560_000, 720_000)


def _age_ms(dice: Random) -> int:
    step = between(dice, 0, len(_AGES_MIN) - 2)
    least, most = _AGES_MIN[step] * 60_000, _AGES_MIN[step + 1] * 60_000
    return _NEWEST_MS + between(dice, 15_000, 75_000) + between(dice, least, most - 1)
