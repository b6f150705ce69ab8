"""What the name of a field says of its value: a user, a host, a process; or that a value is no address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from alerttui.domain.name_endings import words_in

_NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")

_USER: Final = words_in(
    "user username useraccount accountname srcuser dstuser sourceuser destuser destinationuser "
    "sourceusername destinationusername targetuser targetusername subjectusername srcusername "
    "dstusername suser duser login loginname logonname samaccountname userprincipalname effectiveuser "
    "runas runasuser dbuser clientuser sudouser remoteuser actor actorlogin actorname "
    "actordisplayname userdisplayname logonuser useridentityusername initiatedby"
)
_HOST: Final = words_in(
    "host hostname computer computername workstation workstationname machine machinename devicename "
    "dvchost dvc srchost dsthost desthost sourcehost desthostname srchostname dsthostname "
    "sourcehostname destinationhostname targethost targethostname clienthost nodename endpointname "
    "agentname agenthostname devicehostname computerdnsname remotehost"
)
_DOMAIN: Final = words_in(
    "domain domainname fqdn query queryname questionname rrname dnsquery dnsrrname sni servername "
    "tlssni destinationdomain destdomain urldomain httphostname httphost hostheader requesthost "
    "registereddomain dnsrequest"
)
_PROCESS: Final = words_in(
    "process processname procname procexe exe executable exepath procexepath newprocessname "
    "parentprocessname processpath processexecutable parentexecutable processparentname "
    "initiatingprocessfilename callerprocessname parentprocess procpname comm"
)
_IMAGE: Final = words_in("image parentimage sourceimage targetimage callerimage parentname parentpath")
"""A process where the value is a path; elsewhere an image is a container's or a picture."""
_FILE: Final = words_in(
    "file filename filepath targetfilename imageloaded targetfile fullpath filefullpath fdname "
    "sourcefilename servicefilename path imagepath originalpath hostpath"
)
_WITHIN_REQUEST: Final = frozenset(("http", "url", "tls", "ssl", "dns", "request", "query"))
"""Below these, a host is the one that was asked for."""

_OPERATION: Final = words_in(
    "action event eventname eventtype eventsource eventaction method methodname operation "
    "operationname type category servicename service activity activityname apiversion apigroup api "
    "logtype plogtype attype invokedby permission permissions scope scopes rule ruleid rulename "
    "ruletitle dataset module provider accesscheck generatorid producer originalfilename uid"
)
"""Fields whose values are dotted words: operations, formats, permissions."""

_FORMATS: Final = frozenset(("xmlns", "schema", "schemaurl", "xsi"))
"""Fields that name the format of their record."""

_UNIX_ROOTS: Final = words_in(
    "applications bin boot dev etc home lib lib64 library media mnt opt private proc root run sbin "
    "snap srv sys system tmp users usr var volumes windows"
)
"""First parts of paths of files; others are mostly paths within a website."""

_AGENT: Final = ("useragent", "agentversion")
_ID_ENDINGS: Final = (
    "id", "ids", "token", "session", "etag", "nonce", "cookie", "commit", "before", "after", "sha", "key",
    "idstring", "jti", "arn", "owner", "trace", "serial", "signature",
)  # fmt: skip

PLACEHOLDERS: Final = frozenset(
    ("", "-", "--", "?", "n/a", "na", "none", "null", "(null)", "<na>", "unknown", "undefined",
     "not available", "hidden_due_to_security_reasons", "true", "false", "redacted", "[redacted]")
)  # fmt: skip
"""Values that stand for no value."""

MAX_NAME: Final = 1_024
"""A longer value is a text, whatever its field is called."""


@dataclass(frozen=True, slots=True)
class Hints:
    """How a text in a field is read."""

    kind: str = ""
    """user, host, domain, process, image or file where the field's name says so."""
    is_format: bool = False
    """True where the value names the format of the record, and is no evidence."""
    has_addresses: bool = True
    """False in versions and paths, whose numbers only look like addresses."""
    has_names: bool = True
    """False where dotted words are operations rather than names on the network."""
    has_hashes: bool = True
    """False in ids, which look like hashes."""


FREE_TEXT: Final = Hints()


def words_of(names: Iterable[str | int]) -> list[str]:
    """The parts of a path without case and signs: `src_ip`, `Event.EventData.User`, `host.name`."""
    parts = (part for name in names if isinstance(name, str) for part in name.split("."))
    return [word for part in parts if (word := _NOT_A_WORD.sub("", part.lower()))]


def hints_of(names: Sequence[str | int]) -> Hints:
    """What the path to a value says of it."""
    words = words_of(names[-3:])
    if not words:
        return FREE_TEXT
    last, parent = words[-1], words[-2] if len(words) > 1 else ""
    kind = "process" if "".join(words[-3:]) in _PROCESS else _kind(last, parent)
    is_path = last in ("url", "uri", "path", "uripath", "requesturi", "urlpath", "uriquery")
    is_version = "version" in last or last in _AGENT or last.endswith(_AGENT)
    return Hints(
        kind=kind,
        is_format=last in _FORMATS,
        has_addresses=not is_version and not is_path and kind not in ("process", "image", "file"),
        has_names=kind in ("", "domain")
        and not (is_version or is_path or last in _OPERATION or last.endswith("type")),
        has_hashes=not is_path and not (last.endswith(_ID_ENDINGS) and "hash" not in last),
    )


def _kind(last: str, parent: str) -> str:
    pair = parent + last
    if last in _DOMAIN or pair in _DOMAIN or (parent in _WITHIN_REQUEST and last in ("host", "hostname")):
        return "domain"
    kinds = (("user", _USER), ("host", _HOST), ("process", _PROCESS), ("image", _IMAGE), ("file", _FILE))
    return next((kind for word in (pair, last) for kind, fields in kinds if word in fields), "")


def is_value_of(kind: str, value: str) -> bool:
    """Whether a value can be what its field's name says."""
    if len(value) > MAX_NAME or value.strip().lower() in PLACEHOLDERS or "\n" in value:
        return False
    if not any(character.isalnum() for character in value):
        return False
    if kind == "image":
        return "\\" in value or value.startswith("/") or value.lower().endswith(".exe")
    if kind == "file":
        is_windows = value.startswith("\\\\") or value[1:3] in (":\\", ":/")
        return is_windows or _is_unix_path(value) or _is_file_name(value)
    if kind == "process":
        return not value.isdigit()
    return not value.isdigit() and " " not in value.strip() if kind == "host" else True


def _is_unix_path(value: str) -> bool:
    first, _, rest = value.lstrip("~").lstrip("/").partition("/")
    return value[:1] in ("/", "~") and bool(rest) and (first.lower() in _UNIX_ROOTS or value[0] == "~")


def _is_file_name(value: str) -> bool:
    name, dot, ending = value.rpartition(".")
    is_ending = 1 <= len(ending) <= 5 and ending.isalnum()
    return bool(name and dot) and is_ending and "->" not in value and not value.startswith("/")
