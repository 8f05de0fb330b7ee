"""Looks at an instance as it is set up here, and puts into words what is not in order and what to do about it."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from deviations import config
from deviations.cli import opened
from deviations.cli.wording import Refused
from deviations.domain.readiness import LOOPBACK, Contents, Finding, Lack, Looked, Surroundings, judge

if TYPE_CHECKING:
    from sqlalchemy import Engine

SECURED = ("require", "verify-ca", "verify-full")  # libpq's sslmode
PRIVATE = (config.SECRET_FILE, "sso.json", "jobs.sqlite3")


def look(place: Path, engine: "Engine", now: datetime, *, host: str, through: bool) -> list[Finding]:
    """What is not in order with an instance, the worst first. `host` is where it listens; `through`: reads the whole
    database and log as well, which takes a while.
    """
    found = opened.settings(place)
    return judge(_around(found, host), _inside(engine), _looked(engine) if through else Looked(), now)


def debugging() -> bool:
    """Whether the environment switches on Flask's debug mode, which shows faults to whoever meets them."""
    return os.environ.get("FLASK_DEBUG", "").lower() not in ("", "0", "false", "no")


def refuse_debugging() -> None:
    """Raises Refused where debug mode is switched on."""
    if debugging():
        raise Refused("FLASK_DEBUG är satt: fel kan visa programmets insida för vem som helst. Ta bort den ur miljön.")


def _around(found: config.Config, host: str) -> Surroundings:
    public = urlsplit(found.mail.public_url if found.mail is not None else "")
    return Surroundings(
        demo=found.demo,
        debug=debugging(),
        behind_proxy=found.behind_proxy,
        listens_on=host,
        hosts=found.hosts,
        mail=found.mail is not None,
        public_host=public.hostname or "",
        public_tls=public.scheme != "http" or (public.hostname or "") in LOOPBACK,
        open_files=_open_files(found),
        database_in_the_clear=_in_the_clear(found),
        root=hasattr(os, "geteuid") and os.geteuid() == 0,
        python=sys.version_info[:2],
    )


def _open_files(found: config.Config) -> list[str]:
    """The folder, and the files in it, that others on this machine may read. Windows keeps rights otherwise."""
    from sqlalchemy.engine import make_url

    if os.name == "nt":
        return []
    files = [found.folder / name for name in PRIVATE]
    if found.own_file:
        database = make_url(found.database_url).database or ""
        files += [Path(database), Path(f"{database}-wal")]
    there = [found.folder, *(path for path in files if path.exists())]
    return [path.name for path in there if path.stat().st_mode & 0o077]


def _in_the_clear(found: config.Config) -> bool:
    """Whether a database on another machine is asked without TLS."""
    from sqlalchemy.engine import make_url

    url = make_url(found.database_url)
    away = not found.own_file and url.host is not None and url.host not in LOOPBACK and not url.host.startswith("/")
    return away and url.query.get("sslmode", os.environ.get("PGSSLMODE")) not in SECURED


def _inside(engine: "Engine") -> Contents:
    from sqlalchemy.orm import Session

    from deviations.queries import readiness

    with Session(engine) as session:
        return readiness.contents(session)


def _looked(engine: "Engine") -> Looked:
    """Reads everything: SQLite's file, the audit log's chain, the seals of sent letters."""
    from sqlalchemy.orm import Session

    from deviations.services import audit, letter_seal

    with Session(engine) as session:
        if engine.dialect.name == "sqlite" and session.connection().exec_driver_sql(
            "PRAGMA integrity_check(1)"
        ).scalar() not in ("ok", None):
            return Looked(damaged=True)
        return Looked(broken_at=audit.verify(session)[1], changed_letters=len(letter_seal.verify(session)))


def worded(finding: Finding) -> tuple[str, str]:
    """What is wrong, and what to do about it."""
    said, do = WORDS[finding.lack]
    told = dict(finding.told)
    if "count" in told:
        count = told["count"]
        said = said if count == 1 or finding.lack not in MANY else MANY[finding.lack]
    if "roles" in told:
        told["roles"] = " och ".join(ROLES[str(role)] for role in told["roles"])  # type: ignore[attr-defined]
    return said.format(**told), do.format(**told)


ROLES = {"coordinator": "verksamhetsutvecklare", "steering": "styrgrupp"}
WORDS: dict[Lack, tuple[str, str]] = {
    Lack.DEMO: (
        "Det här är en demo med påhittade uppgifter.",
        "Gör en riktig instans i en egen mapp: deviations --instance MAPP init.",
    ),
    Lack.DEBUG: (
        "FLASK_DEBUG är satt: fel kan visa programmets insida för den som råkar ut för dem.",
        "Ta bort FLASK_DEBUG ur miljön.",
    ),
    Lack.TLS: (
        "Trafiken är inte krypterad (TLS). Därför svarar programmet bara den här datorn.",
        "Sätt en proxy med TLS framför, och tala om det med DEVIATIONS_BEHIND_PROXY=1.",
    ),
    Lack.HOSTS: (
        "DEVIATIONS_HOSTS är inte satt: programmet tror på vilket namn som helst i adressen.",
        "Sätt DEVIATIONS_HOSTS till tjänstens namn, till exempel avvikelser.example.se.",
    ),
    Lack.PUBLIC_HTTP: (
        "DEVIATIONS_PUBLIC_URL börjar med http://: länkarna i mejlen skickar lösenord okrypterat.",
        "Låt adressen börja med https://.",
    ),
    Lack.OPEN_FILES: (
        "Andra på datorn kan läsa: {files}.",
        "Låt bara programmets användare läsa dem: chmod 700 på mappen och chmod 600 på filerna.",
    ),
    Lack.DAMAGED: (
        "Databasfilen är skadad.",
        "Stoppa programmet och lägg tillbaka en säkerhetskopia (docs/operations.md).",
    ),
    Lack.BROKEN_LOG: (
        "Loggen är bruten vid rad {line}: den raden eller raden före är ändrad eller borttagen.",
        "Ta reda på vem som har kunnat skriva i databasen, och jämför med en säkerhetskopia.",
    ),
    Lack.CHANGED_LETTERS: (
        "En skickad skrivelse är inte den som skickades.",
        "Kör deviations audit verify, som säger vad som är ändrat.",
    ),
    Lack.NO_ADMIN: (
        "Ingen administratör kan logga in.",
        "Kör deviations init igen: det ger en ny länk till den första administratören.",
    ),
    Lack.ADMIN_FACTOR_OFF: (
        "Administratörer loggar in utan tvåstegsinloggning.",
        "Kräv den under Administration → Säkerhet.",
    ),
    Lack.NO_BACKUP: (
        "Ingen säkerhetskopia är tagen.",
        "Kör deviations backup varje natt. På PostgreSQL: pg_dump, och sedan deviations backup --noted.",
    ),
    Lack.OLD_BACKUP: (
        "Den senaste säkerhetskopian är {days} dagar gammal.",
        "Se efter varför den inte tas varje natt, och kör deviations backup.",
    ),
    Lack.FACTOR_OFF: (
        "Tvåstegsinloggning krävs inte av {roles}, som arbetar med hela insatsen.",
        "Kräv den under Administration → Säkerhet.",
    ),
    Lack.WITHOUT_FACTOR: (
        "1 person som ska ha tvåstegsinloggning har inte ställt in den än.",
        "Programmet ber om det vid nästa inloggning. Se vilka under Administration.",
    ),
    Lack.ONE_ADMIN: (
        "Bara en person kan administrera.",
        "Bjud in en till under Administration, så att ni inte står utan om hon är borta.",
    ),
    Lack.WIDE_OPEN: (
        "Programmet lyssnar på {host}: den som når porten kommer förbi proxyn och kan hitta på sin adress.",
        "Lyssna på 127.0.0.1, eller släpp bara fram proxyn i brandväggen.",
    ),
    Lack.OTHER_HOST: (
        "Länkarna i mejlen leder till {host}, ett namn som programmet inte svarar på.",
        "Ta med namnet i DEVIATIONS_HOSTS, eller rätta DEVIATIONS_PUBLIC_URL.",
    ),
    Lack.PLAIN_DATABASE: (
        "Databasen nås över nätet utan krypterad förbindelse.",
        "Lägg till ?sslmode=verify-full i DEVIATIONS_DATABASE_URL.",
    ),
    Lack.ROOT: (
        "Programmet körs som root.",
        "Kör det som en egen användare som bara äger instansens mapp.",
    ),
    Lack.NO_MAIL: (
        "E-posten är inte inställd: mejlen väntar i utkorgen, och ingen kan själv byta ett glömt lösenord.",
        "Sätt DEVIATIONS_SMTP_URL, DEVIATIONS_MAIL_FROM och DEVIATIONS_PUBLIC_URL.",
    ),
    Lack.STUCK_MAIL: (
        "Ett mejl som kunde ha skickats har väntat i {hours} h.",
        "Se till att deviations worker går (med SQLite gör serve det), och se efter i utkorgen.",
    ),
    Lack.WAITING: (
        "1 person väntar på en roll.",
        "Ge en roll, eller stäng kontot, under Administration.",
    ),
    Lack.NO_STATEMENT: (
        "Tillgänglighetsredogörelsen är inte ifylld. Lagen (2018:1937) kräver den.",
        "Fyll i den under Administration → Tillgänglighet.",
    ),
    Lack.OLD_PYTHON: (
        "Python {version} får inga säkerhetsrättningar efter {day}.",
        "Byt till en nyare Python.",
    ),
}
MANY = {
    Lack.CHANGED_LETTERS: "{count} skickade skrivelser är inte de som skickades.",
    Lack.WITHOUT_FACTOR: "{count} personer som ska ha tvåstegsinloggning har inte ställt in den än.",
    Lack.WAITING: "{count} personer väntar på en roll.",
}
