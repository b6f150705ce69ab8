"""What goes wrong on the wire."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Clue, Notes, Scenario

SSH_BRUTE: Final = Scenario(
    rule="Linux.SSH.BruteForce",
    real_percent=8,
    name="SSH brute force on a bastion",
    weight=18,
    severities=("MEDIUM", "LOW", "LOW", "HIGH"),
    log_types=("Linux.Syslog",),
    log_source="syslog-bastions",
    resource_types=("Host",),
    tactics=("TA0006",),
    techniques=("T1110.001",),
    rule_tags=("Network", "Linux", "Brute force"),
    title="SSH brute force on bastion-01 from $src_ip ($src_asn), $hundreds failures in $minutes minutes",
    description="Many failed SSH logins from one address in a short time. Bastions accept keys only, "
    "so a success after it would be remarkable.",
    runbook="1. `Accepted` from the same address? Treat as compromise.\n2. Otherwise add it to the edge "
    "block list (expires in 7 d).",
    context={
        "sourceIp": "$src_ip",
        "source": {"city": "$src_city", "country": "$src_country", "asn": "$src_asn", "org": "$src_org"},
        "target": {"host": "bastion-01.corp.acme.example", "ip": "10.0.1.10", "port": 22},
        "failures": "$=hundreds",
        "users": ["root", "admin", "ubuntu", "git", "$login"],
        "accepted": 0,
    },
    events=(
        {
            "timestamp": "$event_time", "hostname": "bastion-01.corp.acme.example", "appname": "sshd",
            "procid": "$=pid", "severity": "info",
            "message": "Failed password for invalid user admin from $src_ip port $port ssh2",
            "parsed": {"user": "admin", "src_ip": "$src_ip", "src_port": "$=port", "result": "failed"},
        },
        {
            "timestamp": "$event_time", "hostname": "bastion-01.corp.acme.example", "appname": "sshd",
            "procid": "$=pid", "severity": "info",
            "message": "Failed password for root from $src_ip port $port ssh2",
            "parsed": {"user": "root", "src_ip": "$src_ip", "src_port": "$=port", "result": "failed"},
        },
    ),
    least_events=6,
    most_events=12,
    span_s=3300,
    clues=(Clue("ip", "$src_ip", "malicious", 77, "$src_org; SSH brute force, 9 feeds"),
           Clue("host", "bastion-01.corp.acme.example")),
    tags=("scanner", "blocked", "needs-tuning"),
    notes=Notes(
        triage=("No Accepted line. Blocked at the edge for 7 days.",),
        real=("One key login from the range right after, of a leaver. Key removed, IR-$ticket.",),
        benign=("Noise against a host that takes keys only. Closed with the others of this source.",),
        wrong=("Internet noise, keys only on this host. Threshold should be higher.",
               "Same as every night. Raise the threshold or drop to INFO."),
    ),
)  # fmt: skip

PORT_SCAN: Final = Scenario(
    rule="Network.PortScan.External",
    real_percent=3,
    name="External port scan",
    weight=10,
    severities=("LOW", "LOW", "INFO"),
    log_types=("AWS.VPCFlow",),
    log_source="vpc-flow-prod",
    tactics=("TA0043",),
    techniques=("T1595.001",),
    rule_tags=("Network", "Reconnaissance"),
    title="Port scan of $server_ip from $scanner_ip ($tens ports)",
    description="One outside address tried many ports of one host within minutes; all were rejected.",
    runbook="1. Known research scanner? Tag `scanner`, close.\n2. Any ACCEPT on a port that should be "
    "closed? Then look.",
    context={
        "sourceIp": "$scanner_ip",
        "source": {"org": "Example Internet Census", "asn": "AS64497", "reverse": "census-7.scan.example"},
        "target": {"host": "$server", "ip": "$server_ip"},
        "ports": "$=tens",
        "accepted": [],
    },
    events=(
        {
            "version": 5, "account": "$account", "interfaceId": "eni-0a$ticket", "srcAddr": "$scanner_ip",
            "dstAddr": "$server_ip", "srcPort": "$=port", "dstPort": "$=service_port", "protocol": 6,
            "packets": 1, "bytes": 40, "start": "$event_time", "action": "REJECT", "flowLogStatus": "OK",
        },
    ),
    least_events=3,
    most_events=9,
    span_s=200,
    clues=(Clue("ip", "$scanner_ip", "benign", 12, "research scanner, opt-out by mail"), Clue("host",
    "$server")),
    tags=("scanner",),
    notes=Notes(
        triage=("Census scanner again, checking that nothing answered.",),
        real=("Port 6379 answered on $server_name. Security group fixed, nothing was read.",),
        benign=("Known census scanner, all rejected.",),
        wrong=("Scanner, all rejected. We should not alert on REJECT only.",),
    ),
)  # fmt: skip

NEW_DOMAIN: Final = Scenario(
    rule="DNS.NewlySeenDomain",
    real_percent=30,
    name="DNS to a newly seen domain",
    weight=14,
    severities=("LOW", "MEDIUM", "LOW"),
    log_types=("Zeek.DNS",),
    log_source="zeek-office",
    tactics=("TA0011",),
    techniques=("T1071.004", "T1583.001"),
    rule_tags=("Network", "DNS"),
    title="$host asked for newly seen domain $domain",
    description="Nobody at ACME asked for this domain before, and it was registered less than a week ago.",
    runbook="1. Who else asked?\n2. What came before: mail, search, an installer?\n3. Sandbox the page; do "
    "not open it from here.",
    context={
        "query": "$domain",
        "registered": {"daysAgo": 3, "registrar": "Example Registrar"},
        "answers": ["$far_ip"],
        "client": {"host": "$host", "ip": "$host_ip", "user": "$login"},
        "otherClients": 0,
        "category": "uncategorised",
    },
    events=(
        {
            "ts": "$event_time", "uid": "C$each_id", "id.orig_h": "$host_ip", "id.orig_p": "$=port",
            "id.resp_h": "10.0.0.53", "id.resp_p": 53, "proto": "udp", "query": "$domain", "qtype_name": "A",
            "rcode_name": "NOERROR", "answers": ["$far_ip"], "TTLs": [60],
        },
    ),
    most_events=4,
    span_s=1200,
    clues=(Clue("domain", "$domain", "suspicious", 48, "registered 3 days ago"),
           Clue("ip", "$far_ip", "unknown", None, "$far_org, $far_city"), Clue("host", "$host")),
    tags=("needs-tuning",),
    notes=Notes(
        triage=("Page is a login form, taking a picture of it in the sandbox.",),
        real=("Copy of our login page. Blocked, $first_name had typed a password: reset.",),
        benign=("New campaign site of our own agency, $peer confirms.",),
        wrong=("A CDN that rotates names. Should be excluded by its parent domain.",),
    ),
)  # fmt: skip

BEACON: Final = Scenario(
    rule="Network.Beaconing.Periodic",
    name="Periodic connections to one address",
    kind="SCHEDULED_RULE",
    weight=8,
    severities=("MEDIUM", "HIGH", "MEDIUM"),
    log_types=("Zeek.Conn",),
    log_source="zeek-dc",
    tactics=("TA0011",),
    techniques=("T1071.001", "T1573.002"),
    rule_tags=("Network", "Command and control"),
    title="$server_name beacons to $far_ip every 60 s for $hours hours",
    description="Connections of the same size leave at nearly the same interval for hours. People do not "
    "browse so.",
    runbook="1. Which process? `ss -tnp dst <ip>`\n2. Is it monitoring or an update agent? Check the "
    "allow-list.\n"
    "3. Unknown: isolate, take memory first.",
    context={
        "source": {"host": "$server", "ip": "$server_ip"},
        "destination": {"ip": "$far_ip", "port": 443, "domain": "$domain", "org": "$far_org"},
        "intervalSeconds": {"median": 60.2, "jitter": 0.031},
        "connections": "$=hundreds",
        "ja4": "t13d1516h2_$each_id",
        "hours": "$=hours",
    },
    events=(
        {
            "ts": "$event_time", "uid": "C$each_id", "id.orig_h": "$server_ip", "id.orig_p": "$=port",
            "id.resp_h": "$far_ip", "id.resp_p": 443, "proto": "tcp", "service": "ssl", "duration": 0.412,
            "orig_bytes": 517, "resp_bytes": 1460, "conn_state": "SF", "server_name": "$domain",
        },
    ),
    least_events=8,
    most_events=12,
    pace_s=60,
    clues=(Clue("ip", "$far_ip", "suspicious", 71, "$far_org; seen with two frameworks"),
           Clue("domain", "$domain"), Clue("url", "https://$domain/api/v2/poll", "suspicious", 64)),
    tags=("monitoring", "red-team"),
    notes=Notes(
        triage=("Process is /usr/local/bin/nodeagent, not in the package list. Asking $admin.",),
        real=("Implant in a build image. Host isolated, image pulled from the registry.",),
        benign=("Uptime probe of a new vendor, contract is signed. Added to the allow-list.",),
        wrong=("Licence check of the scanner. 60 s is its default.",),
    ),
)  # fmt: skip

TOR: Final = Scenario(
    rule="Network.TOR.Exit",
    real_percent=15,
    name="Connection to or from a TOR relay",
    weight=8,
    severities=("LOW", "MEDIUM"),
    log_types=("AWS.ALB",),
    log_source="alb-customer-portal",
    tactics=("TA0011", "TA0001"),
    techniques=("T1090.003",),
    rule_tags=("Network", "Anonymiser"),
    title="Customer portal login from TOR exit 198.51.100.139 ($tens requests)",
    description="An address on the list of TOR exits used the login page of the customer portal.",
    runbook="1. Did a login succeed? Then tell fraud.\n2. Else close; the list is refreshed hourly.",
    context={
        "sourceIp": "198.51.100.139",
        "list": {"name": "tor-exits", "since": "$event_time"},
        "requests": "$=tens",
        "paths": {"/login": "$=tens", "/reset": 2},
        "loginSucceeded": False,
        "ipv6": "$ipv6",
    },
    events=(
        {
            "timestamp": "$event_time", "type": "https", "elb": "app/customer-portal",
            "clientIp": "198.51.100.139",
            "clientPort": "$=port", "targetStatusCode": 401, "requestMethod": "POST",
            "requestUrl": "https://portal.acme.example/login",
            "userAgent": "Mozilla/5.0 (rv:128.0) Firefox/128.0",
            "receivedBytes": "$=hundreds",
        },
    ),
    least_events=2,
    most_events=6,
    span_s=500,
    clues=(Clue("ip", "198.51.100.139", "suspicious", 50, "TOR exit, Example Exit Relays eV"),
           Clue("url", "https://portal.acme.example/login")),
    tags=("tor",),
    notes=Notes(
        triage=("All 401 so far. Watching for a success.",),
        real=("One account got in. Fraud has locked it and called the customer.",),
        benign=("A journalist who is our customer, known to support.",),
        wrong=("Relay left the list yesterday, ours was stale.",),
    ),
)  # fmt: skip

SCENARIOS: Final = (SSH_BRUTE, PORT_SCAN, NEW_DOMAIN, BEACON, TOR)
