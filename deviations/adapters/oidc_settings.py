"""Which login services of other organisations this instance trusts, and how far: read from `sso.json` in its folder."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

FILE = "sso.json"
ANY = "*"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+\Z")
_PRINTABLE = re.compile(r"[\x21-\x7e]+\Z")


class BadProvider(Exception):
    """Something in sso.json that the program refuses to start with; the sentence never repeats a secret."""


class Proof(StrEnum):
    """How this program shows the login service that it is the one that was registered there (OIDC Core, section 9)."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    KEY = "private_key_jwt"


@dataclass(frozen=True, slots=True)
class Provider:
    """One login service. `levels` are the acr values of which a login must have one; `strong` those that stand in for a
    second factor of ours; `domains` the mail domains whose people it may speak for.
    """

    name: str  # stands in addresses and beside each person who came this way: never change it
    label: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)  # or the private key in PEM, for Proof.KEY
    domains: frozenset[str]
    proof: Proof = Proof.BASIC
    scopes: tuple[str, ...] = ("openid", "email", "profile")
    levels: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    hosts: frozenset[str] = frozenset()  # that it is spread over, besides the issuer's own
    mail_claim: str = "email"
    verified_claim: str = "email_verified"  # empty: whatever address it gives in its domains is true
    creates: bool = True
    ends_there: bool = True

    @property
    def asked(self) -> tuple[str, ...]:
        """The levels that a login is asked for, the best liked first: services tell of none that nobody asked for."""
        return tuple(dict.fromkeys((*self.levels, *self.strong)))

    def speaks_for(self, email: str) -> bool:
        """Whether it may say that somebody has this address."""
        domain = email.rpartition("@")[2].casefold()
        return bool(domain) and (ANY in self.domains or domain in self.domains)

    def reaches(self, url: str) -> bool:
        """Whether an address is one of the service's own, and safe from listeners: https, or http on this machine."""
        try:
            parts = urlsplit(url)
            host = (parts.hostname or "").casefold()
            port_fits = host != _host(self.issuer) or parts.port == urlsplit(self.issuer).port
        except ValueError:
            return False
        if parts.username or parts.password or not url.isprintable() or not port_fits:
            return False
        return _safe(parts.scheme, host) and (host == _host(self.issuer) or host in self.hosts)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").casefold()


def _safe(scheme: str, host: str) -> bool:
    return scheme == "https" or (scheme == "http" and host in LOOPBACK)


def read(folder: Path) -> tuple[Provider, ...]:
    """The login services of the instance in a folder, in the file's order; none without the file.

    Raises BadProvider for a file that others may read (it holds secrets), and for what is missing or wrong in it.
    """
    path = folder / FILE
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            written = json.load(file)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError):
        raise BadProvider(f"{path} går inte att läsa. Den ska vara JSON i UTF-8; se docs/sso.md.") from None
    if mode & 0o077:
        raise BadProvider(f"{path} innehåller hemligheter men kan läsas av andra på datorn. Kör: chmod 600 {path}")
    if not isinstance(written, list):
        raise BadProvider(f"{path} ska vara en lista med inloggningstjänster; se docs/sso.md.")
    providers = tuple(_provider(entry, number) for number, entry in enumerate(written, 1))
    for key, what in (("name", "name"), ("label", "label"), ("issuer", "issuer")):
        if len({getattr(provider, key) for provider in providers}) < len(providers):
            raise BadProvider(f"Två inloggningstjänster i {FILE} har samma {what}. Var och en ska ha sitt eget.")
    return providers


_TEXTS = ("name", "label", "issuer", "client_id")
_LISTS = ("domains", "scopes", "acr", "acr_second_factor", "hosts")
_REST = ("client_secret", "client_key", "client_auth", "mail_claim", "verified_claim", "create", "logout")


def _provider(entry: object, number: int) -> Provider:
    """One entry, checked field by field: a misspelt setting must not be passed over in silence."""
    if not isinstance(entry, dict):
        raise _wrong(number, "ska vara ett objekt med fälten i docs/sso.md")
    unknown = sorted(set(entry) - {*_TEXTS, *_LISTS, *_REST})
    if unknown:
        raise _wrong(number, f"har ett fält som inte finns: {unknown[0][:40]}")
    texts = {name: _text(entry, name, number) for name in _TEXTS}
    lists = {name: _list(entry, name, number) for name in _LISTS}
    _check(texts, lists, number)
    proof, secret = _secret(entry, number)
    return Provider(
        **texts,
        client_secret=secret,
        proof=proof,
        domains=frozenset(name.casefold() for name in lists["domains"]),
        scopes=tuple(dict.fromkeys(("openid", *(lists["scopes"] or ("email", "profile"))))),
        levels=lists["acr"],
        strong=lists["acr_second_factor"],
        hosts=frozenset(name.casefold() for name in lists["hosts"]),
        mail_claim=_text(entry, "mail_claim", number, "email"),
        verified_claim=_text(entry, "verified_claim", number, "email_verified")
        if entry.get("verified_claim", 1)
        else "",
        creates=_flag(entry, "create", number),
        ends_there=_flag(entry, "logout", number),
    )


def _wrong(number: int, what: str) -> BadProvider:
    return BadProvider(f"Inloggningstjänst {number} i {FILE} {what}.")


def _text(entry: Mapping[str, object], name: str, number: int, default: str = "") -> str:
    found = entry.get(name, default)
    if not isinstance(found, str) or not found.strip() or len(found) > 500 or not found.isprintable():
        raise _wrong(number, f"saknar {name}, eller har något annat än en text på en rad där")
    return found.strip()


def _list(entry: Mapping[str, object], name: str, number: int) -> tuple[str, ...]:
    found = entry.get(name, [])
    if not isinstance(found, list) or not all(isinstance(text, str) and _PRINTABLE.match(text) for text in found):
        raise _wrong(number, f"ska ha en lista med texter utan blanksteg i {name}")
    return tuple(dict.fromkeys(found))


def _flag(entry: Mapping[str, object], name: str, number: int) -> bool:
    found = entry.get(name, True)
    if not isinstance(found, bool):
        raise _wrong(number, f"ska ha true eller false i {name}")
    return found


def _check(texts: Mapping[str, str], lists: Mapping[str, tuple[str, ...]], number: int) -> None:
    if not _NAME.match(texts["name"]):
        raise _wrong(number, "ska ha ett name av bara små bokstäver a–z, siffror och bindestreck, högst 40 tecken")
    try:
        parts = urlsplit(texts["issuer"])
        sound = _safe(parts.scheme, (parts.hostname or "").casefold()) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise _wrong(number, "ska ha en issuer som börjar med https://, precis som tjänsten själv skriver den")
    wrong = [name for name in lists["domains"] if name != ANY and not _DOMAIN.match(name.casefold())]
    if not lists["domains"] or wrong:
        raise _wrong(number, 'ska ha minst en e-postdomän i domains, till exempel ["kommunen.example"], eller ["*"]')


def _secret(entry: Mapping[str, object], number: int) -> tuple[Proof, str]:
    """How the program shows who it is, and with what; a secret is never repeated in a sentence."""
    key, secret = entry.get("client_key"), entry.get("client_secret")
    if isinstance(key, str) and secret is None and "client_auth" not in entry:
        return Proof.KEY, _private_key(Path(key), number)
    if key is None and isinstance(secret, str) and secret.strip():
        try:
            proof = Proof(str(entry.get("client_auth", Proof.BASIC)))
        except ValueError:
            proof = Proof.KEY
        if proof is not Proof.KEY:
            return proof, secret.strip()
        raise _wrong(number, f"ska ha {Proof.BASIC} eller {Proof.POST} i client_auth")
    raise _wrong(number, "ska ha antingen client_secret eller client_key (en fil med en privat nyckel)")


def _private_key(path: Path, number: int) -> str:
    try:
        with path.open(encoding="ascii") as file:
            if os.fstat(file.fileno()).st_mode & 0o077:
                raise _wrong(
                    number, "har en client_key som andra på datorn kan läsa. Gör filen läsbar bara för tjänsten"
                )
            return file.read()
    except (OSError, ValueError):
        raise _wrong(number, "har en client_key som inte går att läsa") from None
