"""Looks whether what a login service signed is true: of whom it tells, for whom it was made, and when."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from deviations.adapters.oidc_answers import Ended, Refused
from deviations.adapters.oidc_settings import Provider

# Signed with a key that only the service has. Never "none", and none that our own secret could make (HS256).
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
KINDS: Mapping[str, Any] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
LEEWAY = 60  # seconds that two clocks may differ
FRESH = 600  # a logout token is told at once, or again for some minutes
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST = 255


class UnknownKey(Exception):
    """Signed with a key that the service had not shown when its keys were last asked for."""


def key_set(shown: Mapping[str, Any]) -> KeySet:
    """The keys that signatures are checked with; kinds that we don't know, and keys for other uses, are left out."""
    found = []
    for key in shown.get("keys") or ():
        if isinstance(key, dict) and key.get("kty") in KINDS and key.get("use", "sig") == "sig":
            try:
                found.append(KINDS[key["kty"]].import_key(key))
            except (JoseError, ValueError, TypeError, KeyError):
                continue  # one bad key must not shut out everybody
    return KeySet(found)


def _opened(token: str, keys: KeySet) -> jwt.Token:
    try:
        return jwt.decode(token, keys, registry=JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False))
    except InvalidKeyIdError:
        raise UnknownKey from None
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Refused("sso_failed", f"signature: {type(error).__name__}") from None


def _valid(opened: jwt.Token, provider: Provider, **known: str) -> CodeIDToken:
    """The claims, after issuer, audience, authorised party and times (OIDC Core 3.1.3.7), and nonce if one is known."""
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    claims = CodeIDToken(opened.claims, opened.header, options, {"client_id": provider.client_id, **known})
    claims.ESSENTIAL_CLAIMS = ["iss", "aud", "exp", "iat"]
    try:
        claims.validate(now=int(time.time()), leeway=LEEWAY)
    except (JoseError, ValueError, TypeError) as error:
        claim = getattr(error, "claim", "") or type(error).__name__
        raise Refused("sso_failed", f"claim: {claim}") from None
    return claims


def identity(token: str, keys: KeySet, provider: Provider, *, nonce: str, access_token: str) -> CodeIDToken:
    """The claims of an ID token that was made for this login. Raises Refused, or UnknownKey."""
    claims = _valid(_opened(token, keys), provider, nonce=nonce, access_token=access_token)
    if not short_text(claims.get("sub")):
        raise Refused("sso_failed", "claim: sub")
    return claims


def ended(token: str, keys: KeySet, provider: Provider) -> Ended:
    """What a logout token says (OpenID Connect Back-Channel Logout 1.0, section 2.6). Raises Refused, or UnknownKey."""
    opened = _opened(token, keys)
    claims = _valid(opened, provider)
    events = claims.get("events")
    subject, session, id = (short_text(claims.get(name)) for name in ("sub", "sid", "jti"))
    wrong = {
        "typ": str(opened.header.get("typ", "logout+jwt")).casefold() not in ("logout+jwt", "jwt"),
        "events": not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict),
        "nonce": "nonce" in claims,  # else an ID token would do
        "sub or sid": not (subject or session),
        "jti": not id,
        "iat": claims["iat"] < time.time() - FRESH,
    }
    if any(wrong.values()):
        raise Refused("sso_failed", f"logout token: {', '.join(name for name in wrong if wrong[name])}")
    return Ended(subject, session, datetime.fromtimestamp(claims["iat"], UTC), id)


def short_text(value: object) -> str:
    """A name that the service gives somebody or something, if it is one that can be kept; else nothing."""
    return value if isinstance(value, str) and len(value) <= _LONGEST and value.isprintable() else ""
