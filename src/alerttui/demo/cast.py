"""Who and what one alert is about: a value for every `$name` that a scenario may use."""

from __future__ import annotations

from random import Random
from typing import Final, Literal

from alerttui.demo.dice import between, digits, pick
from alerttui.demo.world import (
    ACCOUNTS,
    ADMINS,
    BAD_DOMAINS,
    BUCKETS,
    EMPLOYEES,
    ENGINEERS,
    OFFICE,
    ON_WINDOWS,
    OUTSIDE_MAIL,
    PLACES,
    PROJECTS,
    REGIONS,
    ROLES,
    SCANNER_IP,
    SERVERS,
    Employee,
    Place,
)

EVENT_TIME: Final = "\x01"
"""Stands in a prepared JSON text where the time of the event goes, as ISO 8601; JSON never has it raw."""
EVENT_CLOCK: Final = "\x02"
"""The same time as Panther writes it."""
ROW_ID: Final = "\x03"
PARSE_CLOCK: Final = "\x04"
ALERT_ID: Final = "\x05"

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


_PEOPLE: Final = {"anyone": EMPLOYEES, "engineers": ENGINEERS, "windows": ON_WINDOWS}


def new_cast(dice: Random, people: Literal["anyone", "engineers", "windows"]) -> dict[str, str]:
    """Everybody and everything of one alert; who it is about comes from these people."""
    user = pick(dice, _PEOPLE[people])
    peer = pick(dice, [each for each in _PEOPLE[people] if each is not user])
    admin = pick(dice, [each for each in ADMINS if each not in (user, peer)])
    source = pick(dice, PLACES)
    far = PLACES[(PLACES.index(source) + between(dice, 1, len(PLACES) - 1)) % len(PLACES)]
    return {
        "event_time": EVENT_TIME,
        "event_clock": EVENT_CLOCK,
        "row_id": ROW_ID,
        "parse_clock": PARSE_CLOCK,
        "alert_id": ALERT_ID,
        "scanner_ip": SCANNER_IP,
        "office_ip": OFFICE.ip,
        **_of_employee(user),
        "peer": peer.name,
        "peer_login": peer.login,
        "peer_email": f"{peer.login}@acme.example",
        "admin": admin.name,
        "admin_login": admin.login,
        "admin_email": f"{admin.login}@acme.example",
        **_of_place("src", source),
        **_of_place("far", far),
        **_of_cloud(dice),
        **_of_machines(dice),
        **_numbers(dice),
    }


def event_cast(dice: Random, position: int) -> dict[str, str]:
    """What differs from one event of an alert to the next."""
    other = EMPLOYEES[(position * 7 + 3) % len(EMPLOYEES)]
    return {
        "n": str(position + 1),
        "each_login": other.login,
        "each_email": f"{other.login}@acme.example",
        "each_id": digits(dice, 12),
        "port": str(between(dice, 32_768, 60_999)),
        "service_port": ("22", "80", "443", "445", "3389", "5432", "6379", "8080", "9200")[position % 9],
    }


def _of_employee(user: Employee) -> dict[str, str]:
    return {
        "user": user.name,
        "first_name": user.name.partition(" ")[0],
        "login": user.login,
        "email": f"{user.login}@acme.example",
        "department": user.department,
        "job": user.job,
        "host": user.host,
        "host_ip": user.host_ip,
        "city": user.city,
        "country": user.country,
        "home_ip": f"192.0.2.{20 + EMPLOYEES.index(user)}",
    }


def _of_place(prefix: str, place: Place) -> dict[str, str]:
    return {
        f"{prefix}_ip": place.ip,
        f"{prefix}_city": place.city,
        f"{prefix}_country": place.country,
        f"{prefix}_asn": place.asn,
        f"{prefix}_org": place.organisation,
    }


def _of_cloud(dice: Random) -> dict[str, str]:
    account, account_name = pick(dice, ACCOUNTS)
    key = "".join(pick(dice, _BASE32) for _ in range(9))
    return {
        "account": account,
        "account_name": account_name,
        "region": pick(dice, REGIONS),
        "bucket": pick(dice, BUCKETS),
        "role": pick(dice, ROLES),
        "access_key": f"AKIA{key}EXAMPLE",
        "instance": f"i-0{digits(dice, 16)}",
        "project": pick(dice, PROJECTS),
        "key_id": digits(dice, 40),
    }


def _of_machines(dice: Random) -> dict[str, str]:
    server, server_ip = pick(dice, SERVERS)
    return {
        "server": server,
        "server_name": server.partition(".")[0],
        "server_ip": server_ip,
        "domain": pick(dice, BAD_DOMAINS).format(digits(dice, 4)),
        "outside_mail": pick(dice, OUTSIDE_MAIL),
        "ipv6": f"2001:db8:{digits(dice, 4)}::{between(dice, 1, 9999)}",
        "sha256": digits(dice, 64),
        "guid": _guid(dice),
        "serial": f"USB{digits(dice, 10).upper()}",
        "pid": str(between(dice, 1_200, 18_000)),
        "ppid": str(between(dice, 600, 9_000)),
    }


def _numbers(dice: Random) -> dict[str, str]:
    return {
        "tens": str(between(dice, 12, 95)),
        "hundreds": str(between(dice, 110, 960)),
        "thousands": str(between(dice, 1_050, 9_800)),
        "minutes": str(between(dice, 6, 55)),
        "hours": str(between(dice, 2, 9)),
        "ticket": str(between(dice, 3_100, 9_900)),
    }


def _guid(dice: Random) -> str:
    parts = (digits(dice, 8), digits(dice, 4), "4" + digits(dice, 3), "a" + digits(dice, 3), digits(dice, 12))
    return "-".join(parts)
