"""Which words a name on the network ends in, and which of them are endings of files or fields as well."""

from __future__ import annotations

from typing import Final


def words_in(text: str) -> frozenset[str]:
    """The words of a text: a set that is written without a quote around each."""
    return frozenset(text.split())


COUNTRIES: Final = words_in(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt "
    "bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er "
    "es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht "
    "hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr "
    "ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng "
    "ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd "
    "se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw "
    "tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw"
)

GENERIC: Final = words_in(
    "com net org edu gov mil int arpa info biz name pro mobi asia tel cat jobs travel museum aero "
    "coop post xyz top online site store shop club website space fun live life tech app dev cloud "
    "page host hosting work works icu vip win bid loan men date stream download review trade science "
    "party racing accountant faith cricket link click buzz rest monster bar cam hair makeup quest "
    "beauty skin cfd sbs cyou bond autos boats homes yachts lol pics mom wiki one world today news "
    "media email network solutions services systems support company agency center digital group press "
    "red blue pink black ninja rocks guru expert tips zone city global international ltd inc llc gmbh "
    "bank finance money cash credit capital fund insure legal law health care clinic school academy "
    "university college education training blog tube video game games bet poker casino sex xxx porn "
    "adult google amazon microsoft apple goog aws azure onion i2p bit crypto eth zip mov foo ink art "
    "design photo photos pictures gallery social chat team tools run sh codes software technology "
    "computer domains security ventures partners consulting express delivery supply market marketing "
    "sale deals discount gift gifts wtf lat uno best moe fit yoga pet dog horse farm garden kitchen "
    "house land estate properties rentals villas tours vacations flights taxi car cars auto bike "
    "africa berlin london nyc paris tokyo moscow istanbul swiss vegas miami"
)

PRIVATE: Final = frozenset(("local", "internal", "corp", "lan", "intranet", "home", "localdomain", "private"))
"""Endings that name something within a network."""

RESERVED: Final = frozenset(("example", "test", "invalid", "localhost"))
"""Endings, and names below example.com, that lead nowhere by rule."""

ALSO_FILES: Final = words_in(
    "py sh pl rs md ps so zip mov bar app cc cs ml mk mm ms in do as pm st la sc tf run codes is it id"
)
"""Endings of files too: `install.sh`. Two words alone are then no name on the network in free text."""

ALSO_FIELDS: Final = frozenset(("name", "id", "info", "is", "date", "post", "link", "host", "page", "email"))
"""Endings that fields of a log have as well: however many words stand before, no name in free text."""

NO_NAMES: Final = frozenset(("asp.net", "vb.net", "ado.net", "command.com", "node.js", "socket.io"))
"""Products and programs that look like names on the network."""

NOISE_HOSTS: Final = frozenset(
    (
        "www.w3.org", "schemas.microsoft.com", "schemas.xmlsoap.org", "schemas.openxmlformats.org",
        "json-schema.org", "type.googleapis.com", "ns.adobe.com",
    )
)  # fmt: skip
"""Hosts in the names of formats; nobody goes there."""


def domain_note(name: str) -> str | None:
    """What to say beside a name in lower case: "" for a public one; None where its ending is unknown."""
    ending = name.rpartition(".")[2]
    if ending in PRIVATE:
        return "internal name"
    if ending in RESERVED or f".{name}".endswith((".example.com", ".example.net", ".example.org")):
        return "reserved for examples"
    if ending in COUNTRIES or ending in GENERIC or ending.startswith("xn--"):
        return ""
    return None
