"""What goes wrong in AWS."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Clue, Json, Notes, Scenario


def _trail(service: str, name: str, identity: Json, ip: str, request: Json | None, **more: object) -> Json:
    return {
        "eventVersion": "1.09",
        "eventTime": "$event_time",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "$region",
        "sourceIPAddress": ip,
        "userIdentity": identity,
        "requestParameters": request,
        **more,
        "recipientAccountId": "$account",
    }


_ROLE: Final = {
    "type": "AssumedRole",
    "arn": "arn:aws:sts::$account:assumed-role/$role/$login",
    "accountId": "$account",
    "sessionContext": {"attributes": {"mfaAuthenticated": "false"}},
}

ROOT_LOGIN: Final = Scenario(
    rule="AWS.Console.RootLogin",
    name="AWS root console login without MFA",
    weight=4,
    severities=("CRITICAL", "HIGH"),
    log_types=("AWS.CloudTrail",),
    log_source="aws-org-trail",
    resource_types=("AWS.CloudTrail",),
    tactics=("TA0001", "TA0004"),
    techniques=("T1078.004",),
    rule_tags=("AWS", "Identity & Access Management", "CIS 1.7"),
    title="Root console login without MFA in $account_name ($account) from $src_ip",
    description="The root user of an AWS account signed in to the console and no second factor was used. "
    "Root is sealed at ACME: every login needs an approved break-glass ticket.",
    runbook="## Root login\n\n1. Ask in `#cloud-platform` whether a **break-glass** ticket is open.\n"
    "2. List what root did since:\n\n```sql\nSELECT eventTime, eventName, sourceIPAddress\n"
    "FROM aws_cloudtrail\nWHERE userIdentity_type = 'Root'\nORDER BY eventTime\n```\n\n"
    "3. No ticket: rotate the password, revoke sessions, page the account owner.\n\n"
    "See [Break-glass accounts](https://runbooks.acme.example/aws/root).",
    reference="https://runbooks.acme.example/aws/root",
    context={
        "accountId": "$account",
        "accountName": "$account_name",
        "sourceIp": "$src_ip",
        "location": {"city": "$src_city", "country": "$src_country", "asn": "$src_asn", "org": "$src_org"},
        "mfaUsed": False,
        "lastRootLogin": {"daysAgo": "$=hundreds", "from": "$office_ip"},
        "breakGlassTicket": None,
    },
    events=(
        _trail(
            "signin",
            "ConsoleLogin",
            {"type": "Root", "arn": "arn:aws:iam::$account:root", "accountId": "$account"},
            "$src_ip",
            None,
            responseElements={"ConsoleLogin": "Success"},
            additionalEventData={"MFAUsed": "No", "MobileVersion": "No"},
            userAgent="Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
        ),
    ),
    clues=(
        Clue("ip", "$src_ip", "suspicious", 62, "$src_org, $src_city; never seen for this account"),
        Clue("user", "root@$account_name"),
    ),
    tags=("break-glass", "change-approved"),
    notes=Notes(
        triage=("No break-glass ticket that I can find. Calling the account owner of $account_name now.",),
        real=("Owner did not log in. Password rotated, sessions revoked, IR-$ticket opened.",),
        benign=("Break-glass for the billing migration, CHG-$ticket. $admin confirms it was him.",),
        wrong=(
            "MFA was used; the IdP field is missing in events of this region. Rule needs the fallback field.",
        ),
    ),
)

S3_PUBLIC: Final = Scenario(
    rule="AWS.S3.BucketPublic",
    people="engineers",
    name="S3 bucket made public",
    weight=10,
    severities=("HIGH", "HIGH", "CRITICAL", "MEDIUM"),
    log_types=("AWS.CloudTrail",),
    log_source="aws-org-trail",
    resource_types=("AWS.S3.Bucket",),
    tactics=("TA0009", "TA0010"),
    techniques=("T1530",),
    rule_tags=("AWS", "Data exposure"),
    title="S3 bucket $bucket made public by $login in $account_name",
    description="A bucket policy now allows anonymous reads, and the public access block was removed before "
    "it.",
    runbook="1. Is the bucket on the [public allow-list](https://runbooks.acme.example/aws/public-buckets)?\n"
    "2. If not, put the block back: `aws s3api put-public-access-block --bucket <bucket> ...`\n"
    "3. Count `GetObject` by anonymous callers since the change.\n4. Tell the data owner.",
    context={
        "bucket": {"name": "$bucket", "classification": "internal", "owner": "$department"},
        "actor": {"login": "$login", "role": "$role", "sourceIp": "$office_ip"},
        "account": "$account",
        "region": "$region",
        "policyGrants": [{"principal": "*", "action": ["s3:GetObject"]}],
        "anonymousReads": "$=tens",
    },
    events=(
        _trail("s3", "DeletePublicAccessBlock", _ROLE, "$office_ip", {"bucketName": "$bucket"}),
        _trail(
            "s3",
            "PutBucketPolicy",
            _ROLE,
            "$office_ip",
            {
                "bucketName": "$bucket",
                "bucketPolicy": {
                    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}]
                },
            },
        ),
    ),
    least_events=2,
    most_events=2,
    span_s=90,
    clues=(Clue("user", "$login"), Clue("ip", "$office_ip", "clean", 0, "ACME office egress")),
    tags=("change-approved", "public-by-design"),
    notes=Notes(
        triage=("Asked $first_name in chat whether the bucket is meant to be public. Waiting.",),
        real=("Not intended. Block restored; $tens objects were read anonymously, list handed to privacy.",),
        benign=("Static site assets, approved in CHG-$ticket. Added to the public allow-list.",),
        wrong=("Policy has a VPC condition, so it is not public. The rule ignores `Condition`.",),
    ),
)

KEY_FOR_OTHER: Final = Scenario(
    rule="AWS.IAM.AccessKeyForOtherUser",
    people="engineers",
    name="IAM access key created for another user",
    weight=8,
    severities=("HIGH", "MEDIUM", "MEDIUM"),
    log_types=("AWS.CloudTrail",),
    log_source="aws-org-trail",
    resource_types=("AWS.IAM.User",),
    tactics=("TA0003",),
    techniques=("T1098.001",),
    rule_tags=("AWS", "Persistence"),
    title="$login created an access key for $peer_login in $account_name",
    description="Someone created long-lived credentials for a user that is not himself.",
    runbook="1. Ask both people, not in the same thread.\n2. Check what the new key has done so far.\n"
    "3. If nobody knows: `aws iam update-access-key --status Inactive`, then close with evidence.",
    context={
        "actor": "$login",
        "target": "$peer_login",
        "accessKeyId": "$access_key",
        "account": {"id": "$account", "name": "$account_name"},
        "sourceIp": "$src_ip",
        "targetPolicies": ["PowerUserAccess", "AmazonS3FullAccess"],
        "keyUsedSince": False,
    },
    events=(
        _trail(
            "iam",
            "CreateAccessKey",
            {"type": "IAMUser", "arn": "arn:aws:iam::$account:user/$login", "userName": "$login"},
            "$src_ip",
            {"userName": "$peer_login"},
            responseElements={"accessKey": {"accessKeyId": "$access_key", "status": "Active"}},
        ),
    ),
    clues=(
        Clue("user", "$login"),
        Clue("user", "$peer_login", note="owner of the new key"),
        Clue("ip", "$src_ip", "unknown", None, "$src_org"),
    ),
    tags=("change-approved", "onboarding"),
    notes=Notes(
        triage=("Key has no calls yet. $first_name is out of office, asked the team lead.",),
        real=("$peer knows nothing of it. Key disabled, $login's console sessions revoked.",),
        benign=("Onboarding of a build agent, both confirmed. Asked them to use roles next time.",),
        wrong=("Service user of the same person. Mapping table lacks the alias.",),
    ),
)

CRYPTO_MINING: Final = Scenario(
    rule="AWS.GuardDuty.CryptoMining",
    name="Instance talks to a mining pool",
    weight=6,
    severities=("CRITICAL", "HIGH", "HIGH"),
    log_types=("AWS.GuardDuty",),
    log_source="aws-guardduty-delegated",
    resource_types=("AWS.EC2.Instance",),
    tactics=("TA0040",),
    techniques=("T1496",),
    rule_tags=("AWS", "GuardDuty", "Impact"),
    title="CryptoCurrency:EC2/BitcoinTool.B!DNS on $instance in $region",
    description="An instance asks for the domain of a known mining pool and keeps a connection to it open.",
    runbook="1. Snapshot the volume **before** anything else.\n2. Swap in the isolation security group "
    "`sg-quarantine`.\n"
    "3. Look for new users, cron entries and containers.\n4. Find the way in: exposed port, leaked key, bad "
    "image?",
    context={
        "findingType": "CryptoCurrency:EC2/BitcoinTool.B!DNS",
        "findingSeverity": 8,
        "instance": {
            "id": "$instance",
            "privateIp": "$server_ip",
            "type": "c6i.8xlarge",
            "image": "ami-0$each_id",
        },
        "pool": {"domain": "pool.$domain", "ip": "$far_ip", "port": 3333},
        "account": "$account",
        "cpuPercent": "$=tens",
        "launchedBy": "$role",
    },
    events=(
        {
            "schemaVersion": "2.0",
            "accountId": "$account",
            "region": "$region",
            "type": "CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "severity": 8,
            "resource": {"instanceDetails": {"instanceId": "$instance", "privateIpAddress": "$server_ip"}},
            "service": {
                "action": {"actionType": "DNS_REQUEST", "dnsRequestAction": {"domain": "pool.$domain"}},
                "count": "$=hundreds",
            },
            "updatedAt": "$event_time",
        },
    ),
    most_events=3,
    span_s=2400,
    clues=(
        Clue("domain", "pool.$domain", "malicious", 95, "mining pool, 11 of 14 feeds"),
        Clue("ip", "$far_ip", "malicious", 88, "$far_org; stratum on 3333"),
        Clue("instance", "$instance"),
    ),
    tags=("red-team",),
    notes=Notes(
        triage=("Snapshot taken, instance isolated. Looking at how it got in.",),
        real=("xmrig in /var/tmp, came through an exposed notebook port. Rebuilt from image, port closed.",),
        benign=("Research box of $first_name, measuring pool protocols. Agreed on a tag for it.",),
        wrong=("Only DNS, from our own sinkhole test. No connection was made.",),
    ),
)

SCENARIOS: Final = (ROOT_LOGIN, S3_PUBLIC, KEY_FOR_OTHER, CRYPTO_MINING)
