"""What goes wrong in the services that ACME rents."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Clue, Notes, Scenario

MASS_DOWNLOAD: Final = Scenario(
    rule="GSuite.Drive.MassDownload",
    real_percent=35,
    name="Mass download from Drive",
    kind="SCHEDULED_RULE",
    weight=12,
    severities=("MEDIUM", "HIGH", "MEDIUM"),
    log_types=("GSuite.ActivityEvent",),
    log_source="gsuite-acme",
    tactics=("TA0009", "TA0010"),
    techniques=("T1530", "T1567.002"),
    rule_tags=("SaaS", "Insider"),
    title="$user downloaded $thousands files from Drive in $hours hours",
    description="Somebody took more files in a day than in the three months before.",
    runbook="1. Has the person given **notice**? Ask People, discreetly.\n2. Which folders? Client or own?\n"
    "3. Device: managed or private?\n4. Do not contact the person first.",
    context={
        "user": {"email": "$email", "department": "$department", "leaver": None},
        "files": "$=thousands",
        "folders": ["Contracts 2026", "Price lists", "Roadmap"],
        "device": {"managed": False, "ip": "$src_ip"},
        "baseline": {"median": 41, "p99": 160},
        "hours": "$=hours",
    },
    events=(
        {
            "id": {"time": "$event_time", "applicationName": "drive", "uniqueQualifier": "$each_id"},
            "actor": {"email": "$email", "profileId": "1$ticket"},
            "ipAddress": "$src_ip",
            "name": "download",
            "parameters": {"doc_title": "Price list $n (confidential)", "doc_type": "spreadsheet",
            "visibility": "people_within_domain"},
        },
    ),
    least_events=5,
    most_events=12,
    span_s=5400,
    clues=(Clue("email", "$email"), Clue("ip", "$src_ip", "unknown", 20, "$src_org, $src_city")),
    tags=("change-approved", "leaver"),
    notes=Notes(
        triage=("Asked People whether $first_name is leaving. Nobody contacts them yet.",),
        real=("Leaver with a private device. Access ended early, legal has the list.",),
        benign=("Moved the team to a shared drive, CHG-$ticket.",),
        wrong=("Backup client syncs everything after a reinstall. Count by user agent.",),
    ),
)  # fmt: skip

TOKEN_NEW_ASN: Final = Scenario(
    rule="GitHub.Token.NewASN",
    people="engineers",
    name="Personal access token used from a new network",
    weight=10,
    severities=("MEDIUM", "HIGH", "MEDIUM"),
    log_types=("GitHub.Audit",),
    log_source="github-acme",
    tactics=("TA0001", "TA0006"),
    techniques=("T1528", "T1078.004"),
    rule_tags=("SaaS", "Source code"),
    title="Token of $login used from new network $src_asn ($src_org)",
    description="A personal access token was used from a network that this person never used before.",
    runbook="1. Which repositories were cloned?\n2. Revoke the token: it is cheap.\n3. Search the clones "
    "for secrets.\n\n"
    "See [Leaked tokens](https://runbooks.acme.example/github/tokens).",
    context={
        "actor": "$login",
        "token": {"hash": "$sha256", "scopes": ["repo", "read:org"], "expires": None},
        "network": {"asn": "$src_asn", "org": "$src_org", "country": "$src_country", "ip": "$src_ip"},
        "repositories": ["acme/billing", "acme/infra-live"],
        "knownNetworks": ["AS64496"],
        "clones": "$=tens",
    },
    events=(
        {
            "@timestamp": "$event_time", "action": "git.clone", "actor": "$login", "actor_ip": "$src_ip",
            "repo": "acme/billing", "programmatic_access_type": "Personal access token (classic)",
            "hashed_token": "$sha256", "user_agent": "git/2.47.0", "org": "acme",
        },
        {
            "@timestamp": "$event_time", "action": "git.clone", "actor": "$login", "actor_ip": "$src_ip",
            "repo": "acme/infra-live", "programmatic_access_type": "Personal access token (classic)",
            "hashed_token": "$sha256", "user_agent": "git/2.47.0", "org": "acme",
        },
    ),
    least_events=2,
    most_events=6,
    span_s=800,
    clues=(Clue("ip", "$src_ip", "suspicious", 60, "$src_org"), Clue("user", "$login"),
           Clue("hash", "$sha256", note="hash of the token, not of a file")),
    tags=("travel", "change-approved"),
    notes=Notes(
        triage=("Token revoked to be safe, $first_name is making a new one with an end date.",),
        real=("Token was in a public dotfiles repository. Secrets of infra-live are being rotated.",),
        benign=("Works from a co-working space this month. Asked for a fine-grained token.",),
        wrong=("CI runners of the vendor moved networks; the token belongs to the app.",),
    ),
)  # fmt: skip

FORWARDING: Final = Scenario(
    rule="Microsoft365.Mail.ForwardingRule",
    name="Mail forwarding to an outside address",
    weight=10,
    severities=("HIGH", "MEDIUM", "HIGH"),
    log_types=("Microsoft365.Audit.Exchange",),
    log_source="m365-acme",
    tactics=("TA0009", "TA0003"),
    techniques=("T1114.003", "T1564.008"),
    rule_tags=("SaaS", "Mail", "BEC"),
    title="Mailbox of $user forwards to $outside_mail",
    description="An inbox rule sends mail to an address outside ACME and marks it as read.",
    runbook="1. Remove the rule.\n2. Sign-ins of the mailbox in the last 7 days?\n3. Search sent mail for "
    "*changed bank details*.\n"
    "4. Finance or executives: call them, tag `vip`.",
    context={
        "mailbox": "$email",
        "owner": {"name": "$user", "department": "$department", "title": "$job"},
        "rule": {"name": "..", "forwardTo": ["$outside_mail"], "markAsRead": True,
        "subjectContains": ["invoice", "payment"]},
        "client": {"ip": "$src_ip", "country": "$src_country", "app": "OWA"},
        "mfa": "satisfied by claim in the token",
    },
    events=(
        {
            "CreationTime": "$event_time", "Operation": "New-InboxRule", "Workload": "Exchange",
            "UserId": "$email",
            "ClientIP": "$src_ip", "ResultStatus": "True",
            "Parameters": [
                {"Name": "Name", "Value": ".."}, {"Name": "ForwardTo", "Value": "$outside_mail"},
                {"Name": "MarkAsRead", "Value": "True"}, {"Name": "SubjectContainsWords",
                "Value": "invoice;payment"},
            ],
        },
    ),
    clues=(Clue("email", "$outside_mail", "suspicious", 70, "free mail, created this month"),
           Clue("email", "$email", note="the mailbox"), Clue("ip", "$src_ip", "suspicious", 57,
           "$src_org, $src_city")),
    tags=("user-told", "phishing"),
    comment_format="HTML",
    notes=Notes(
        triage=("<p>Rule removed. Looking at <b>sent items</b> for changed bank details.</p>",),
        real=("<p>Token theft by a proxy page. Two invoices altered; <em>finance stopped them</em>.</p>",),
        benign=("<p>$first_name&#x27;s own rule for parental leave, told why we cannot have that.</p>",),
        wrong=("<p>Target is our ticket system&#x27;s domain, missing in the allow-list.</p>",),
    ),
)  # fmt: skip

SCENARIOS: Final = (MASS_DOWNLOAD, TOKEN_NEW_ASN, FORWARDING)
