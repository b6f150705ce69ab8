"""What goes wrong on laptops and servers."""

from __future__ import annotations

from typing import Final

from alerttui.demo.scenario import Clue, Json, Notes, Scenario

HARMLESS_COMMAND: Final = (
    "VwByAGkAdABlAC0ATwB1AHQAcAB1AHQAIAAnAGgAZQBsAGwAbwAgAGYAcgBvAG0AIAB0AGgAZQAgAGQAZQBtAG8AJwA="
)
"""`Write-Output 'hello from the demo'` in UTF-16, as PowerShell wants it."""


def _process(image: str, line: str, parent: str, **more: object) -> Json:
    return {
        "timestamp": "$event_time",
        "event_simpleName": "ProcessRollup2",
        "ComputerName": "$host",
        "LocalAddressIP4": "$host_ip",
        "UserName": "$login",
        "ImageFileName": image,
        "CommandLine": line,
        "ParentBaseFileName": parent,
        "RawProcessId": "$=pid",
        "ParentProcessId": "$=ppid",
        "SHA256HashData": "$sha256",
        **more,
    }


OFFICE_POWERSHELL: Final = Scenario(
    rule="Crowdstrike.Office.EncodedPowerShell",
    people="windows",
    name="Encoded PowerShell started by Office",
    weight=8,
    severities=("HIGH", "CRITICAL", "HIGH"),
    log_types=("Crowdstrike.FDREvent",),
    log_source="edr-fdr",
    tactics=("TA0002", "TA0005"),
    techniques=("T1059.001", "T1027.010", "T1566.001"),
    rule_tags=("Endpoint", "Windows", "Execution"),
    title="WINWORD.EXE started encoded PowerShell on $host ($login)",
    description="Word started powershell.exe with an encoded command. Macros from the internet are blocked "
    "by "
    "policy, so this document came in another way.",
    runbook="1. Decode: `[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String($x))`\n"
    "2. Find the document (mail, share, browser) and who else has it.\n3. Contain the host if the command "
    "loads code.\n"
    "4. Sweep for the hash:\n\n   - mail gateway\n   - file shares\n   - other hosts",
    reference="https://runbooks.acme.example/endpoint/office-child",
    context={
        "host": {"name": "$host", "ip": "$host_ip", "os": "Windows 11 23H2", "contained": False},
        "user": {"login": "$login", "department": "$department"},
        "process": {"image": "powershell.exe", "pid": "$=pid", "encoded": True, "signed": True},
        "parent": {"image": "WINWORD.EXE", "document": "Offer_$ticket.docm", "zone": "Internet"},
        "network": {"domain": "$domain", "ip": "$far_ip"},
    },
    events=(
        _process(
            "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
            f"powershell.exe -NoP -W Hidden -Enc {HARMLESS_COMMAND}",
            "WINWORD.EXE",
        ),
        _process("C:\\Windows\\System32\\conhost.exe", "conhost.exe 0x4", "powershell.exe"),
        {
            "timestamp": "$event_time", "event_simpleName": "DnsRequest", "ComputerName": "$host",
            "DomainName": "$domain", "RequestType": "A", "IP4Records": "$far_ip", "ContextProcessId": "$=pid",
        },
    ),
    least_events=2,
    most_events=3,
    span_s=40,
    clues=(
        Clue("hash", "$sha256", "unknown", None, "Offer_$ticket.docm, first seen today"),
        Clue("domain", "$domain", "malicious", 91, "registered 3 days ago"),
        Clue("host", "$host"),
        Clue("user", "$login"),
    ),
    tags=("red-team", "phishing"),
    notes=Notes(
        triage=("The command asks for $domain. Looking for what Word had open before it.",),
        real=("Phish from a hijacked supplier mailbox. Host reimaged, 4 other copies pulled from inboxes.",),
        benign=("Red team exercise, announced in the channel. They got one click.",),
        wrong=("The label printer add-in does this on every start. Signed and known; exclusion asked.",),
    ),
)  # fmt: skip

LSASS: Final = Scenario(
    rule="Windows.LSASS.CredentialDump",
    people="windows",
    name="LSASS memory read",
    weight=6,
    severities=("CRITICAL", "HIGH"),
    log_types=("Windows.EventLogs", "Crowdstrike.FDREvent"),
    log_source="winlog-clients",
    tactics=("TA0006",),
    techniques=("T1003.001",),
    rule_tags=("Endpoint", "Windows", "Credential access"),
    title="LSASS memory dumped on $host by $login (rundll32 comsvcs.dll)",
    description="A process other than a security product opened lsass.exe with rights to read its memory.",
    runbook="1. **Contain the host.** Credentials of everyone logged in there are gone.\n2. List logons of "
    "the last 24 h.\n"
    "3. Reset those, twice for krbtgt if a domain admin is among them.",
    context={
        "host": {"name": "$host", "ip": "$host_ip", "tier": 1},
        "process": {"image": "rundll32.exe", "pid": "$=pid", "grantedAccess": "0x1FFFFF"},
        "dumpFile": "C:\\Windows\\Temp\\debug_$pid.bin",
        "user": "$login",
        "loggedOn": ["$login", "$admin_login"],
        "sha256": "$sha256",
    },
    events=(
        {
            "TimeCreated": "$event_time", "EventID": 10, "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "$host", "SourceImage": "C:\\Windows\\System32\\rundll32.exe",
            "SourceProcessId": "$=pid",
            "TargetImage": "C:\\Windows\\System32\\lsass.exe", "GrantedAccess": "0x1FFFFF",
            "User": "ACME\\$login",
        },
        _process(
            "C:\\Windows\\System32\\rundll32.exe",
            "rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 712 "
            "C:\\Windows\\Temp\\debug_$pid.bin full",
            "cmd.exe",
        ),
    ),
    most_events=2,
    span_s=20,
    clues=(Clue("host", "$host"), Clue("user", "$login"), Clue("user", "$admin_login", note="was logged on"),
           Clue("hash", "$sha256", "clean", 0, "Microsoft signed rundll32.exe")),
    tags=("red-team",),
    notes=Notes(
        triage=("Contained. $admin was logged on there, so his account is in scope too.",),
        real=("Confirmed dump, file was 48 MB and left the host. Resets under way, IR-$ticket.",),
        benign=("Purple team, scenario 7. Dump file deleted, they showed me the hash.",),
        wrong=("Crash handler of the backup agent. Access mask is 0x1410 in the newer version.",),
    ),
)  # fmt: skip

RANSOM_NOTE: Final = Scenario(
    rule="Endpoint.Ransomware.NoteWritten",
    real_percent=70,
    people="windows",
    name="Ransom note written to many folders",
    kind="CORRELATION_RULE",
    weight=1,
    severities=("CRITICAL",),
    log_types=("Crowdstrike.FDREvent",),
    log_source="edr-fdr",
    tactics=("TA0040",),
    techniques=("T1486", "T1490"),
    rule_tags=("Endpoint", "Impact", "Page"),
    title="Ransom note and $thousands renamed files on $host ($login)",
    description="Shadow copies were deleted, then one file name appeared in many folders while others got a "
    "new suffix.",
    runbook="1. **Contain now**, think later.\n2. Cut the file share sessions of this user.\n3. Call the "
    "incident lead: "
    "see [on-call](https://runbooks.acme.example/oncall).\n4. Do not reboot.",
    context={
        "host": {"name": "$host", "ip": "$host_ip", "contained": True},
        "user": "$login",
        "note": {"file": "HOW_TO_RESTORE.txt", "folders": "$=tens"},
        "renamed": {"count": "$=thousands", "suffix": ".lockd"},
        "process": {"image": "C:\\Users\\Public\\svc_upd.exe", "sha256": "$sha256", "signed": False},
        "shares": ["\\\\files-01\\finance", "\\\\files-01\\projects"],
    },
    events=(
        _process("C:\\Windows\\System32\\vssadmin.exe", "vssadmin.exe delete shadows /all /quiet",
            "svc_upd.exe"),
        *11 * ({
            "timestamp": "$event_time", "event_simpleName": "NewScriptWritten", "ComputerName": "$host",
            "TargetFileName": "\\\\files-01\\finance\\q$n\\HOW_TO_RESTORE.txt", "UserName": "$login",
            "Size": 1184,
        },),
    ),
    least_events=5,
    most_events=12,
    span_s=240,
    clues=(Clue("hash", "$sha256", "malicious", 99, "locker family, 58 of 70 engines"), Clue("host", "$host"),
           Clue("file", "HOW_TO_RESTORE.txt"), Clue("user", "$login")),
    tags=("red-team",),
    notes=Notes(
        triage=("Contained by EDR after 40 s. File share sessions cut, incident lead is on the line.",),
        real=("Stopped on one host and one share; restored from snapshot. Report in IR-$ticket.",),
        benign=("Backup team's restore drill with a simulator. It was in the calendar.",),
        wrong=("Archive tool renames in bulk and drops a readme. No deletion of shadow copies by it.",),
    ),
)  # fmt: skip

USB: Final = Scenario(
    rule="Endpoint.USB.StorageMounted",
    real_percent=15,
    name="USB storage on a managed laptop",
    weight=16,
    severities=("LOW", "INFO", "LOW"),
    log_types=("Crowdstrike.FDREvent",),
    log_source="edr-fdr",
    tactics=("TA0010",),
    techniques=("T1052.001",),
    rule_tags=("Endpoint", "Policy"),
    title="USB storage mounted on $host by $login, $tens files copied",
    description="Removable storage was mounted and files were written to it.",
    runbook="1. Exception on file for the person?\n2. What was copied? Names only, do not open.\n3. "
    "Otherwise tell the manager.",
    context={
        "host": "$host",
        "user": {"login": "$login", "department": "$department"},
        "device": {"vendor": "Generic", "model": "Flash Disk", "serial": "$serial", "encrypted": False},
        "filesCopied": "$=tens",
        "exception": None,
    },
    events=(
        {
            "timestamp": "$event_time", "event_simpleName": "RemovableMediaVolumeMounted",
            "ComputerName": "$host",
            "UserName": "$login", "DeviceSerialNumber": "$serial", "VolumeFileSystem": "exFAT",
            "LocalAddressIP4": "$host_ip",
        },
    ),
    clues=(Clue("host", "$host"), Clue("user", "$login"), Clue("device", "$serial")),
    tags=("exception-on-file",),
    notes=Notes(
        triage=("Asked $first_name what it is for.",),
        real=("Customer list on a private stick. Handed to People and the manager.",),
        benign=("Slides for the trade fair, exception EX-$ticket exists.",),
        wrong=("It is the camera of the meeting room, it shows up as storage.",),
    ),
)  # fmt: skip

DRIVER: Final = Scenario(
    rule="Windows.Driver.Unsigned",
    people="windows",
    name="Vulnerable or unsigned driver loaded",
    weight=6,
    severities=("MEDIUM", "HIGH"),
    log_types=("Windows.EventLogs",),
    log_source="winlog-clients",
    tactics=("TA0004", "TA0005"),
    techniques=("T1068", "T1543.003"),
    rule_tags=("Endpoint", "Windows"),
    title="Unsigned driver rtcore_$ticket.sys loaded on $host",
    description="A kernel driver without a valid signature was loaded; such drivers switch off security "
    "tools.",
    runbook="1. Hash on the [vulnerable drivers list](https://runbooks.acme.example/endpoint/drivers)?\n"
    "2. Did EDR keep reporting afterwards?\n3. Unknown: contain and collect the file.",
    context={
        "host": {"name": "$host", "ip": "$host_ip"},
        "driver": {"path": "C:\\Windows\\Temp\\rtcore_$ticket.sys", "sha256": "$sha256", "signature": "none"},
        "loadedBy": "$login",
        "edrHeartbeat": {"lostSeconds": 0},
    },
    events=(
        {
            "TimeCreated": "$event_time", "EventID": 6, "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Computer": "$host", "ImageLoaded": "C:\\Windows\\Temp\\rtcore_$ticket.sys", "Signed": "false",
            "Hashes": "SHA256=$sha256", "User": "ACME\\$login",
        },
    ),
    clues=(Clue("hash", "$sha256", "suspicious", 66, "known from overclocking tools"), Clue("host", "$host")),
    tags=("needs-tuning",),
    notes=Notes(
        triage=("EDR still reports, so nothing was switched off. Collecting the file.",),
        real=("Driver was used to stop the sensor. Host rebuilt.",),
        benign=("Hardware test bench of the lab, separate network. Known to $admin.",),
        wrong=("Signed by catalogue; the sensor reads only embedded signatures.",),
    ),
)  # fmt: skip

SCENARIOS: Final = (OFFICE_POWERSHELL, LSASS, RANSOM_NOTE, USB, DRIVER)
