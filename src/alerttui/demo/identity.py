"""What goes wrong with accounts and logins."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Clue, Json, Notes, Scenario


def _okta(kind: str, outcome: str, actor: str, ip: str, city: str, country: str, **more: object) -> Json:
    return {
        "published": "$event_time",
        "eventType": kind,
        "actor": {"alternateId": actor, "type": "User"},
        "client": {
            "ipAddress": ip,
            "geographicalContext": {"city": city, "country": country},
            "userAgent": {"browser": "CHROME"},
        },
        "outcome": {"result": outcome},
        **more,
    }


IMPOSSIBLE_TRAVEL: Final = Scenario(
    rule="Okta.ImpossibleTravel",
    real_percent=15,
    name="Okta impossible travel",
    kind="SCHEDULED_RULE",
    weight=18,
    severities=("HIGH", "MEDIUM", "MEDIUM", "MEDIUM"),
    log_types=("Okta.SystemLog",),
    log_source="okta-prod",
    tactics=("TA0001",),
    techniques=("T1078",),
    rule_tags=("Okta", "Identity"),
    title="Impossible travel: $login from $city ($country) to $src_city ($src_country) in $minutes minutes",
    description="Two successful logins lie further apart than anyone can travel in the time between them.",
    runbook="1. Compare device and user agent of both logins.\n2. Is one of them our VPN or a mobile "
    "carrier?\n"
    "3. Check HR for *travel*; ask the person by phone, **not** by mail.\n"
    "4. Doubt: `okta sessions clear --user <login>`.",
    context={
        "user": {"login": "$email", "department": "$department", "title": "$job"},
        "first": {"ip": "$home_ip", "city": "$city", "country": "$country", "device": "$host"},
        "second": {"ip": "$src_ip", "city": "$src_city", "country": "$src_country", "device": "unknown"},
        "minutesBetween": "$=minutes",
        "sameDevice": False,
        "mfa": {"second": "push", "accepted": True},
    },
    events=(
        _okta("user.session.start", "SUCCESS", "$email", "$home_ip", "$city", "$country", deviceName="$host"),
        _okta("user.session.start", "SUCCESS", "$email", "$src_ip", "$src_city", "$src_country",
            deviceName=None),
    ),
    least_events=2,
    most_events=2,
    span_s=3300,
    clues=(
        Clue("ip", "$src_ip", "suspicious", 58, "$src_org ($src_asn), $src_city"),
        Clue("ip", "$home_ip", "clean", 0, "home broadband in $city, seen daily"),
        Clue("email", "$email"),
    ),
    tags=("travel", "vpn"),
    notes=Notes(
        triage=("Called $first_name, no answer yet. Sessions left alone, MFA push was accepted.",),
        real=("$first_name is in $city and accepted a push by mistake. Sessions and factors reset.",),
        benign=("On the way to a customer in $src_city, confirmed by phone.",
                "Phone roams through $src_org, laptop is at home. Expected."),
        wrong=("Geo database has the range in the wrong country; second address is our own VPN exit.",),
    ),
)  # fmt: skip

MFA_RESET: Final = Scenario(
    rule="Okta.MFA.ResetBurst",
    name="Burst of MFA factor resets",
    weight=6,
    severities=("HIGH", "MEDIUM"),
    log_types=("Okta.SystemLog",),
    log_source="okta-prod",
    tactics=("TA0003", "TA0006"),
    techniques=("T1556.006", "T1098.005"),
    rule_tags=("Okta", "Help desk"),
    title="MFA factors of several users reset by $admin_login within $minutes minutes",
    description="One administrator reset the factors of more users than a help desk call explains.",
    runbook="1. Match every reset with a help desk call.\n2. Call the **users**, not the administrator.\n"
    "3. Look for new factors enrolled from one address right after.",
    context={
        "admin": {"email": "$admin_email", "ip": "$src_ip"},
        "windowMinutes": "$=minutes",
        "helpDeskTickets": [],
        "newFactorsFrom": {"ip": "$src_ip", "country": "$src_country"},
        "baselinePerDay": 2,
    },
    events=(
        _okta(
            "user.mfa.factor.reset_all", "SUCCESS", "$admin_email", "$src_ip", "$src_city", "$src_country",
            target=[{"type": "User", "alternateId": "$each_email"}],
        ),
    ),
    least_events=4,
    most_events=9,
    span_s=3300,
    clues=(
        Clue("email", "$admin_email"),
        Clue("ip", "$src_ip", "unknown", 30, "$src_org"),
    ),
    tags=("change-approved",),
    notes=Notes(
        triage=("Asked three of the users whether they called the help desk, no answer yet.",),
        real=("Help desk was talked into it. All factors re-enrolled in person, IR-$ticket.",),
        benign=("New phones for the whole team, $admin did them in one go. CHG-$ticket.",),
        wrong=("Bulk import replays old events; times are of last month.",),
    ),
)  # fmt: skip

PASSWORD_SPRAY: Final = Scenario(
    rule="Okta.PasswordSpray",
    real_percent=25,
    name="Password spray against Okta",
    weight=12,
    severities=("MEDIUM", "MEDIUM", "HIGH"),
    log_types=("Okta.SystemLog",),
    log_source="okta-prod",
    tactics=("TA0006",),
    techniques=("T1110.003",),
    rule_tags=("Okta", "Brute force"),
    title="Password spray from $src_ip ($src_country) against $tens users",
    description="One address tries a few passwords on many accounts, slowly enough to stay below lockout.",
    runbook="1. Any **success** from the address? Then treat as compromise.\n2. Block the address at the "
    "edge.\n"
    "3. Force a reset for users that answered `PASSWORD_EXPIRED`.",
    context={
        "sourceIp": "$src_ip",
        "source": {"asn": "$src_asn", "org": "$src_org", "city": "$src_city", "country": "$src_country"},
        "usersTried": "$=tens",
        "attempts": "$=hundreds",
        "successes": 0,
        "passwordPolicy": {"lockoutAfter": 10, "windowMinutes": 30},
    },
    events=(
        _okta(
            "user.session.start", "FAILURE", "$each_email", "$src_ip", "$src_city", "$src_country",
            debugContext={"debugData": {"reason": "INVALID_CREDENTIALS", "requestId": "$each_id"}},
        ),
    ),
    least_events=6,
    most_events=12,
    span_s=2700,
    clues=(Clue("ip", "$src_ip", "malicious", 84, "$src_org; reported for brute force 212 times"),),
    tags=("audit", "blocked"),
    notes=Notes(
        triage=("No success so far. Address is blocked at the edge, watching for the next one.",),
        real=("One account answered with a valid password. Reset done, no session was opened.",),
        benign=("Our own quarterly password audit. The auditors forgot to tell us.",),
        wrong=("Office egress after the SSO outage: everybody retried at once.",),
    ),
)  # fmt: skip

NEW_ADMIN: Final = Scenario(
    rule="Okta.Admin.RoleGranted",
    real_percent=20,
    people="engineers",
    name="New administrator role",
    weight=8,
    severities=("HIGH", "MEDIUM", "MEDIUM"),
    log_types=("Okta.SystemLog",),
    log_source="okta-prod",
    tactics=("TA0003", "TA0004"),
    techniques=("T1098.003",),
    rule_tags=("Okta", "Privilege"),
    title="Super administrator granted to $login by $admin_login",
    description="Somebody became super administrator. At ACME there are five, all named in the access "
    "policy.",
    runbook="1. Ticket with two approvals?\n2. No: remove the role, then ask.\n3. Yes: check that it has an "
    "end date.",
    context={
        "granted": {"role": "SUPER_ADMIN", "to": "$email", "department": "$department"},
        "grantedBy": "$admin_email",
        "sourceIp": "$office_ip",
        "approvals": ["$peer_email"],
        "superAdminsNow": 6,
    },
    events=(
        _okta(
            "user.account.privilege.grant", "SUCCESS", "$admin_email", "$office_ip", "Lisbon", "PT",
            target=[{"type": "User", "alternateId": "$email"}, {"type": "ROLE",
            "displayName": "SUPER_ADMIN"}],
        ),
    ),
    clues=(Clue("email", "$email", note="now super administrator"), Clue("email", "$admin_email")),
    tags=("change-approved",),
    notes=Notes(
        triage=("One approval only. Asked $peer for the second, role stays until noon.",),
        real=("No ticket and $admin denies it. Role removed, his sessions cleared.",),
        benign=("On-call rotation, CHG-$ticket with both approvals. Ends on Friday.",),
        wrong=("Role was granted and taken back by the provisioning job in one minute.",),
    ),
)  # fmt: skip

SCENARIOS: Final = (IMPOSSIBLE_TRAVEL, MFA_RESET, PASSWORD_SPRAY, NEW_ADMIN)
