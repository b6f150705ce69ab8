"""The people, machines and addresses of ACME, all of them from ranges that are reserved for examples."""

from __future__ import annotations

from typing import Final, NamedTuple

from alerttui.domain.alert import Actor, Person

DEMO_ME: Final = Actor("u-ana", "user", "Ana Ribeiro")
"""The analyst who sits at the demo."""

PEOPLE: Final = (
    Person("u-ana", "ana@acme.example", "Ana Ribeiro"),
    Person("u-mara", "mara@acme.example", "Mara Lindqvist"),
    Person("u-li", "li@acme.example", "Li Wei"),
    Person("u-sato", "sato@acme.example", "Haruki Sato"),
    Person("u-noor", "noor@acme.example", "Noor Haddad"),
    Person("u-tom", "tom@acme.example", "Tom Okafor"),
    Person("u-ines", "ines@acme.example", "Inês Duarte", enabled=False),
)
"""The SOC; one of them has left."""

ANALYSTS: Final = tuple(Actor(each.id, "user", each.name) for each in PEOPLE if each.enabled)


def demo_people() -> tuple[Person, ...]:
    """Everyone whom an alert of the demo can be, or once could be, assigned to."""
    return PEOPLE


class Employee(NamedTuple):
    """Somebody whom alerts are about."""

    name: str
    login: str
    department: str
    job: str
    host: str
    host_ip: str
    city: str
    country: str


def _employee(name: str, department: str, job: str, host: str, city: str, country: str) -> Employee:
    number = int(host[3:])
    host_ip = f"10.20.4.{number - 2000}" if host.startswith("LT-") else f"10.20.6.{number - 3090}"
    return Employee(name, name.lower().replace(" ", "."), department, job, host, host_ip, city, country)


EMPLOYEES: Final = (
    _employee("Petra Novak", "Finance", "Controller", "LT-2041", "Prague", "CZ"),
    _employee("Diego Salas", "Sales", "Account Executive", "LT-2077", "Madrid", "ES"),
    _employee("Grace Kim", "Engineering", "Staff Engineer", "MB-3102", "Dublin", "IE"),
    _employee("Omar Farouk", "Engineering", "SRE", "MB-3110", "Berlin", "DE"),
    _employee("Hannah Weiss", "Legal", "Counsel", "LT-2090", "Vienna", "AT"),
    _employee("Yuki Tanaka", "Design", "Product Designer", "MB-3125", "Osaka", "JP"),
    _employee("Lucas Martin", "Finance", "Accounts Payable", "LT-2103", "Lyon", "FR"),
    _employee("Aisha Bello", "People", "HR Partner", "LT-2118", "London", "GB"),
    _employee("Viktor Horvat", "IT", "Systems Engineer", "LT-2125", "Zagreb", "HR"),
    _employee("Chloe Dubois", "Marketing", "Campaign Manager", "LT-2131", "Paris", "FR"),
    _employee("Rahul Mehta", "Data", "Data Engineer", "MB-3140", "Pune", "IN"),
    _employee("Emily Carter", "Executive", "Chief Financial Officer", "LT-2002", "Boston", "US"),
    _employee("Jonas Berg", "Engineering", "Release Engineer", "MB-3151", "Oslo", "NO"),
    _employee("Sofia Costa", "Support", "Support Lead", "LT-2144", "Lisbon", "PT"),
    _employee("Marcus Reed", "Sales", "Sales Engineer", "LT-2150", "Austin", "US"),
    _employee("Elif Demir", "Research", "Scientist", "LT-2162", "Ankara", "TR"),
    _employee("Noah Fischer", "Operations", "Warehouse Planner", "LT-2170", "Zurich", "CH"),
    _employee("Ben Adeyemi", "Engineering", "Platform Engineer", "MB-3163", "Leeds", "GB"),
    _employee("Katya Orlova", "Data", "Analytics Engineer", "MB-3170", "Riga", "LV"),
    _employee("Daniela Popa", "Executive", "Chief Executive Officer", "LT-2001", "Bucharest", "RO"),
)  # fmt: skip

ADMINS: Final = tuple(
    each for each in EMPLOYEES if each.login in ("viktor.horvat", "omar.farouk", "jonas.berg")
)

ENGINEERS: Final = tuple(
    each for each in EMPLOYEES if each.department in ("Engineering", "IT", "Data", "Research")
)

ON_WINDOWS: Final = tuple(each for each in EMPLOYEES if each.host.startswith("LT-"))

VIPS: Final = frozenset(each.login for each in EMPLOYEES if each.department == "Executive")
"""Logins of those whose alerts get the tag vip."""


class Place(NamedTuple):
    """An address on the internet with what enrichment says of it."""

    ip: str
    city: str
    country: str
    asn: str
    organisation: str


PLACES: Final = (
    Place("203.0.113.24", "Lagos", "NG", "AS64500", "Example Mobile NG"),
    Place("203.0.113.61", "Chisinau", "MD", "AS64501", "Bulletproof Example SRL"),
    Place("203.0.113.90", "Singapore", "SG", "AS64502", "Example Cloud Pte"),
    Place("203.0.113.118", "Sao Paulo", "BR", "AS64503", "Exemplo Telecom"),
    Place("203.0.113.152", "Hanoi", "VN", "AS64504", "Example Broadband VN"),
    Place("203.0.113.199", "Amsterdam", "NL", "AS64505", "Example VPS BV"),
    Place("198.51.100.23", "Kyiv", "UA", "AS64506", "Example Hosting UA"),
    Place("198.51.100.44", "Ashburn", "US", "AS64507", "Example Compute Inc"),
    Place("198.51.100.85", "Jakarta", "ID", "AS64508", "Example Net ID"),
    Place("198.51.100.139", "Frankfurt", "DE", "AS64509", "Example Exit Relays eV"),
    Place("198.51.100.201", "Toronto", "CA", "AS64510", "Example VPN Ltd"),
    Place("192.0.2.77", "Bogota", "CO", "AS64511", "Ejemplo Fibra"),
    Place("192.0.2.146", "Tbilisi", "GE", "AS64499", "Example Residential GE"),
    Place("192.0.2.210", "Manila", "PH", "AS64498", "Example Mobile PH"),
)

OFFICE: Final = Place("192.0.2.10", "Lisbon", "PT", "AS64496", "ACME Corp")
"""Where ACME's people come out on the internet."""

ACCOUNTS: Final = (
    ("111122223333", "acme-prod"), ("444455556666", "acme-staging"), ("123456789012", "acme-payments"),
    ("777788889999", "acme-sandbox"),
)  # fmt: skip

REGIONS: Final = ("eu-west-1", "eu-central-1", "us-east-1", "ap-southeast-1")

BUCKETS: Final = (
    "acme-invoices-archive", "acme-data-lake-raw", "acme-web-assets", "acme-hr-exports", "acme-db-backups",
)  # fmt: skip

ROLES: Final = ("deploy-bot", "ci-runner", "data-export", "backup-operator", "terraform")

PROJECTS: Final = ("acme-analytics", "acme-ml-prod", "acme-web")

SERVERS: Final = (
    ("bastion-01.corp.acme.example", "10.0.1.10"), ("build-07.corp.acme.example", "10.0.3.27"),
    ("files-01.corp.acme.example", "10.0.2.15"), ("k8s-node-12.corp.acme.example", "10.0.8.112"),
    ("jump-eu.corp.acme.example", "10.0.1.11"), ("sql-02.corp.acme.example", "10.0.5.22"),
)  # fmt: skip

BAD_DOMAINS: Final = (
    "cdn-sync-{}.example", "acme-sso-{}.test", "update-{}.example", "paste-{}.test",
    "edge-metrics-{}.example",
    "docs-share-{}.test", "{}kqx7.example", "login-0365-{}.example",
)  # fmt: skip
"""Domains of attackers; the gap is filled anew each time, for such domains are new by nature."""

OUTSIDE_MAIL: Final = (
    "p.novak.private@mail.example", "backup.inbox@mail.test", "accounts@supplier-billing.example",
    "j.smith8841@freemail.test",
)  # fmt: skip

SCANNER_IP: Final = "198.51.100.7"
"""The research scanner that everybody sees every day."""
