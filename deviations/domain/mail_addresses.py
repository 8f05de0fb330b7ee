"""Finds e-mail addresses, also spelt out, spaced or broken over two lines; mail boxes of organisations pass."""

import re
from collections.abc import Iterator
from typing import Final

from deviations.domain import names
from deviations.domain.personal_data import Kind, Span

_AT: Final = re.compile(
    r"[ \n]{0,3}@[ \n]{0,3}|[ \n]?[(\[{<][ \n]?(?:at|a|@|snabel[- ]?a)[ \n]?[)\]}>][ \n]?|[ \n]snabel[- ]?a[ \n]|"
    r"[ \n]at[ \n](?=[\w-]{1,63}[ \n](?:dot|punkt)[ \n])",
    re.IGNORECASE,
)
_SPELT_DOT: Final = r"[ \n]?[(\[{](?:dot|punkt|\.)[)\]}][ \n]?|[ \n](?:dot|punkt)[ \n]"
_SPELT: Final = re.compile(rf"(?<!\w)(?:[\w-]{{1,20}}(?:{_SPELT_DOT}|[ ]\.[ ]?)){{1,3}}\Z", re.IGNORECASE)
_LOCAL: Final = re.compile(r"\"[^\"\n]{1,60}\"|[\w.%+'&#$~^=-]{1,64}")
_LABEL: Final = r"[\w-]{1,63}"
_DOMAIN: Final = re.compile(rf"\[?{_LABEL}(?:(?:\.|{_SPELT_DOT}){_LABEL}){{1,5}}", re.IGNORECASE)
_TOP: Final = r"(?i:com|net|org|se|nu|eu|info|fi|no|dk|de|uk|io|biz|gov|edu|ax|is|pl|ru|ua|fr|es|it|nl)"
_ENDS_IN_TOP: Final = re.compile(rf"(?:\.|(?<!\w)){_TOP}\Z")
_SPACED: Final = re.compile(
    rf"{_LABEL}(?:[ \n]{{0,2}}\.[ \n]{{0,2}}{_LABEL}){{0,3}}?"
    rf"(?:[ \n]{{1,2}}\.[ \n]{{0,2}}{_TOP}|\.(?:[ \n]{{1,2}}(?![A-Z]))?{_TOP})(?!\w)"
)
"""A domain with white space around its points: it has to end in a usual top domain, so that no sentence is taken."""
_MAILBOX: Final = frozenset(
    "info information kundtjanst kundservice kundtjänst kontakt contact registrator registratur "
    "reception support hej hello kansli kansliet kommun kommunen post brev mail "
    "bokning jobb rekrytering redaktion press media noreply no reply ekonomi faktura fakturor "
    "invoice socialtjanst socialtjansten dataskydd dataskyddsombud dso gdpr hr it "
    "servicedesk helpdesk service servicecenter center kontaktcenter medborgarservice "
    "medborgarkontoret växel vaxel vaxeln arkiv diarium diariet namnd namnden forvaltning "
    "af fk amu ame ama lan vux vuxna unga komvux sfi lss vc bup psyk akut jour jouren mottagning "
    "mottagningen vardcentral rehab rehabilitering finsam samordning samverkan "
    "arbetsmarknad arbetsformedlingen forsakringskassan samordningsforbund forbund forbundet mia "
    "projekt team teamet grupp gruppen admin administration webb webmaster web "
    "nyhetsbrev events event kurs kurser utbildning styrelse styrelsen ledning chef myndighet "
    "remiss remisser anmalan ansokan tolk tolkar order butik salj sales office "
    "kommunstyrelsen tillganglighet synpunkter klagomal visselblasare funktionsbrevlada "
    "forsorjningsstod ekonomisktbistand budget skuld radgivning och i for".split()
)
_MAILBOX_END: Final = re.compile(
    r"(?:enheten|enhet|forvaltningen|forvaltning|mottagningen|mottagning|kontoret|kontor|tjanst|"
    r"tjansten|gruppen|teamet|centrum|ombud|namnd|namnden|verket|kassan"
    r"|formedlingen|vard|varden|kommun|region|regionen|projektet|service|center|centret|butiken|"
    r"jouren|ledning|stod|forbund|forbundet|skolan|support|faktura)$"
)


def emails(text: str) -> Iterator[Span]:
    """The e-mail addresses of a plain text, also spelt out, spaced or broken over two lines."""
    for at in _AT.finditer(text):
        end = _domain_end(text, at.end())
        local = _LOCAL.match(text[max(0, at.start() - 64) : at.start()][::-1])
        if local and end and not _is_mailbox(local[0][::-1]):
            start = at.start() - len(local[0].rstrip(".'-"))
            spelt = _SPELT.search(text, max(0, start - 64), start)
            yield Span(spelt.start() if spelt else start, end, Kind.EMAIL)


def _domain_end(text: str, start: int) -> int | None:
    """Where the domain that begins at `start` ends, or None when there is none."""
    close = _DOMAIN.match(text, start)
    spaced = None if close and _ENDS_IN_TOP.search(close[0]) else _SPACED.match(text, start)
    found = spaced or close
    return found.start() + len(found[0].rstrip(".-")) if found else None


def _is_mailbox(local: str) -> bool:
    """True when every word of the part before @ names a function or a place, as in `registrator` or `lss.solna`."""
    words = [word for word in re.split(r"[._\-+0-9']+", local.lower()) if word]
    return bool(words) and all(word in _MAILBOX or _MAILBOX_END.search(word) or names.is_place(word) for word in words)
