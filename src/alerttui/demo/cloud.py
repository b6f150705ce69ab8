"""What goes wrong in GCP and Azure."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Clue, Notes, Scenario

GCP_KEY: Final = Scenario(
    rule="GCP.IAM.ServiceAccountKeyCreated",
    real_percent=20,
    people="engineers",
    name="GCP service account key created",
    weight=10,
    severities=("MEDIUM", "MEDIUM", "LOW", "HIGH"),
    log_types=("GCP.AuditLog",),
    log_source="gcp-org-audit",
    resource_types=("GCP.ServiceAccount",),
    tactics=("TA0003", "TA0006"),
    techniques=("T1098.001", "T1552.004"),
    rule_tags=("GCP", "Persistence"),
    title="Service account key created by $email in $project",
    description="A downloadable key was created for a service account. Workload identity needs no keys.",
    runbook="1. Who, and from which address?\n2. Does the account hold `roles/owner` or `roles/editor`?\n"
    "3. Not in Terraform and no ticket: delete the key.",
    context={
        "project": "$project",
        "serviceAccount": "ci-deploy@$project.sa.example",
        "keyName": "projects/$project/serviceAccounts/ci-deploy/keys/$key_id",
        "caller": {"email": "$email", "ip": "$src_ip", "userAgent": "google-cloud-sdk gcloud/502.0"},
        "roles": ["roles/storage.admin", "roles/run.developer"],
        "existingKeys": 3,
    },
    events=(
        {
            "timestamp": "$event_time",
            "logName": "projects/$project/logs/cloudaudit%2Factivity",
            "protoPayload": {
                "methodName": "google.iam.admin.v1.CreateServiceAccountKey",
                "authenticationInfo": {"principalEmail": "$email"},
                "requestMetadata": {"callerIp": "$src_ip", "callerSuppliedUserAgent": "gcloud/502.0"},
                "response": {"name": "keys/$key_id", "key_type": "USER_MANAGED"},
            },
            "severity": "NOTICE",
        },
    ),
    clues=(Clue("email", "$email"), Clue("ip", "$src_ip", "unknown", None, "$src_org, $src_city")),
    tags=("change-approved", "needs-tuning"),
    notes=Notes(
        triage=("Key exists, not used yet. Asked $first_name which pipeline needs it.",),
        real=("Key ended up in a public gist. Deleted, audit of its calls attached to IR-$ticket.",),
        benign=("Vendor without federation, ticket CHG-$ticket. Expires in 30 days.",),
        wrong=("Google-managed rotation, not a user key. Filter on `key_type`.",),
    ),
)

AZURE_CA: Final = Scenario(
    rule="Azure.ConditionalAccess.PolicyDisabled",
    name="Azure conditional access policy disabled",
    weight=4,
    severities=("HIGH", "CRITICAL", "HIGH"),
    log_types=("Azure.Audit",),
    log_source="entra-audit",
    tactics=("TA0005", "TA0006"),
    techniques=("T1556.009",),
    rule_tags=("Azure", "Defense evasion"),
    title='Conditional access policy "Require MFA for admins" disabled by $admin_login',
    description="A policy that protects privileged sign-ins went from enabled to report-only or disabled.",
    runbook="1. Enable the policy again *first*, ask afterwards.\n2. List sign-ins of admins while it was "
    "off.\n"
    "3. Check the session of the actor for token theft.",
    context={
        "policy": {"id": "$guid", "name": "Require MFA for admins", "before": "enabled", "after": "disabled"},
        "actor": {"upn": "$admin_email", "ip": "$src_ip", "sessionAgeMinutes": "$=minutes"},
        "tenant": "acme.example",
        "adminSignInsSince": ["$peer_email"],
        "changeWindow": False,
    },
    events=(
        {
            "activityDateTime": "$event_time",
            "activityDisplayName": "Update conditional access policy",
            "category": "Policy",
            "result": "success",
            "initiatedBy": {"user": {"userPrincipalName": "$admin_email", "ipAddress": "$src_ip"}},
            "targetResources": [
                {
                    "id": "$guid",
                    "modifiedProperties": [
                        {"displayName": "state", "oldValue": "enabled", "newValue": "disabled"}
                    ],
                }
            ],
        },
    ),
    clues=(Clue("email", "$admin_email"), Clue("ip", "$src_ip", "suspicious", 55, "$src_org; not an office")),
    tags=("change-approved",),
    notes=Notes(
        triage=("Policy is on again. $admin does not answer, trying his phone.",),
        real=("Stolen token. Sessions revoked, two admin sign-ins in the gap under review in IR-$ticket.",),
        benign=("$admin was locked out during the tenant migration, CHG-$ticket. Policy is back on.",),
        wrong=("The test tenant writes into this log too; the real policy never changed.",),
    ),
)

DATABASE_PUBLIC: Final = Scenario(
    rule="AWS.RDS.InstancePublic",
    people="engineers",
    name="Database reachable from the internet",
    kind="POLICY",
    weight=6,
    real_percent=30,
    severities=("HIGH", "MEDIUM", "MEDIUM"),
    log_types=("AWS.RDS.Instance",),
    log_source="cloud-scan",
    resource_types=("AWS.RDS.Instance",),
    tactics=("TA0001",),
    techniques=("T1190",),
    rule_tags=("AWS", "Configuration", "CIS 2.3"),
    title="Database $role-db in $account_name ($region) is publicly accessible",
    description="The instance has a public address, and its security group lets more in than our networks.",
    runbook="1. Set `PubliclyAccessible` to **false** in Terraform, not by hand.\n"
    "2. Security group: who is let in?\n3. Logins from outside since the change?",
    context={
        "resource": {"arn": "arn:aws:rds:$region:$account:db:$role-db", "engine": "postgres"},
        "publiclyAccessible": True,
        "securityGroup": {"id": "sg-0$ticket", "ingress": [{"port": 5432, "cidr": "0.0.0.0/0"}]},
        "tags": {"owner": "$login", "env": "$account_name"},
        "failingSince": "$event_time",
    },
    events=(
        {
            "resourceId": "arn:aws:rds:$region:$account:db:$role-db",
            "resourceType": "AWS.RDS.Instance",
            "timeCreated": "$event_time",
            "accountId": "$account",
            "attributes": {"PubliclyAccessible": True, "StorageEncrypted": True, "MultiAZ": False},
        },
    ),
    clues=(Clue("user", "$login", note="owner by tag"),),
    tags=("change-approved",),
    notes=Notes(
        triage=("Asked $first_name, who owns it by tag.",),
        real=("Opened by hand for a test and forgotten. Closed, no logins from outside.",),
        benign=("Honeypot of the research team, isolated account.",),
        wrong=("The group has our own prefix list; the policy reads only CIDR rules.",),
    ),
)

SCENARIOS: Final = (GCP_KEY, AZURE_CA, DATABASE_PUBLIC)
