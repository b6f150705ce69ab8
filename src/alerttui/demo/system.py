"""What goes wrong in the watchtower itself: a silent source, a broken rule."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Fault, Notes, Scenario

SILENT_SOURCE: Final = Scenario(
    rule="",
    name="",
    kind="",
    type="SYSTEM_ERROR",
    sub_type="SYSTEM_ERROR",
    weight=2,
    severities=("HIGH", "MEDIUM"),
    log_types=("Okta.SystemLog",),
    log_source="okta-prod",
    title="Log source okta-prod has sent no data for 2 hours",
    description="Detections that read Okta.SystemLog see nothing while this lasts.",
    runbook="1. Is the API token expired? **Settings > Log sources > okta-prod**\n2. Okta status page.\n"
    "3. After repair: replay the gap, then run the scheduled rules again.",
    reference="https://runbooks.acme.example/sources/silent",
    context={
        "source": {"id": "6f0c2f3e-5a53-4a43-9b0b-0d1f0c7f4a11", "label": "okta-prod", "type": "okta"},
        "silentMinutes": 120,
        "thresholdMinutes": 120,
        "eventsOnADay": "$=thousands",
        "affectedRules": ["Okta.ImpossibleTravel", "Okta.MFA.ResetBurst", "Okta.PasswordSpray"],
    },
    events=(),
    least_events=0,
    most_events=0,
    tags=("maintenance",),
    notes=Notes(
        triage=("Token expired last night. $admin is making a new one.",),
        real=("New token in place, gap of $hours hours replayed. Nothing new fired.",),
        benign=("Announced maintenance of Okta.",),
        wrong=("Public holiday: so few logins that the threshold was crossed.",),
    ),
    fault=Fault("SOURCE_NO_DATA", "6f0c2f3e-5a53-4a43-9b0b-0d1f0c7f4a11", "okta"),
)

BROKEN_RULE: Final = Scenario(
    rule="AWS.S3.BucketPublic",
    name="S3 bucket made public",
    type="DETECTION_ERROR",
    sub_type="RULE_ERROR",
    weight=2,
    severities=("",),
    log_types=("AWS.CloudTrail",),
    log_source="aws-org-trail",
    title="AWS.S3.BucketPublic failed: KeyError: 'bucketPolicy'",
    description="The rule raised an exception, so this event was not judged by it.",
    runbook="1. Reproduce with the event below as a unit test.\n2. Use `deep_get(event, ...)`.\n3. Ship, "
    "then replay.",
    context={
        "error": {"type": "KeyError", "message": "'bucketPolicy'"},
        "traceback": 'File "AWS.S3.BucketPublic.py", line 14, in rule\n'
        "    policy = event['requestParameters']['bucketPolicy']\nKeyError: 'bucketPolicy'\n",
        "function": "rule",
        "ruleVersion": "$each_id",
    },
    events=(
        {
            "eventTime": "$event_time",
            "eventSource": "s3.amazonaws.com",
            "eventName": "PutBucketPolicy",
            "errorCode": "AccessDenied",
            "requestParameters": None,
            "sourceIPAddress": "$office_ip",
            "recipientAccountId": "$account",
        },
    ),
    most_events=4,
    tags=("needs-tuning",),
    notes=Notes(
        triage=("Reproduced: denied calls have no parameters. Writing the fix.",),
        real=("Fixed with deep_get, replayed: no bucket was missed.",),
        benign=("Known, the fix is in review.",),
        wrong=("Test event from the pack's pipeline.",),
    ),
)

SCENARIOS: Final = (SILENT_SOURCE, BROKEN_RULE)
