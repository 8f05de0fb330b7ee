"""Single sign-on by OpenID Connect: the question that a person takes along to her organisation's login service,
and what it answers. Code flow with PKCE, nonce and state; nothing is fetched before somebody asks.
"""

import hmac
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import KeySet

from deviations.adapters import oidc_tokens as tokens
from deviations.adapters import oidc_wire as wire
from deviations.adapters.oidc_answers import Ended, Person, Question, Refused, Unreachable
from deviations.adapters.oidc_settings import Provider
from deviations.adapters.oidc_tokens import UnknownKey

DESCRIPTION = "/.well-known/openid-configuration"
HOLDS = 3600.0  # seconds that the service's description and keys are remembered
PAUSE = 5.0  # seconds after no answer in which it is not asked again, so that not all our threads wait for it
AGAIN = 60.0  # at most so often are its keys asked for anew because one is unknown
_ADDRESS = re.compile(r"[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+")  # one @, nothing that can't be seen
_TRUE = (True, 1, "true", "1")  # as services say that an address is verified (Entra ID's xms_edov is a number)
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the service says of itself, and its keys."""

    description: Mapping[str, Any]
    keys: KeySet
    at: float


class LoginService:
    """One organisation's login service; one for each process, as it remembers the service's description and keys."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._known: _Known | None = None
        self._down_at: float | None = None
        self._asking = Lock()

    def ask(self, back: str) -> Question:
        """A new question; `back` is where the service sends the person afterwards. Raises Unreachable."""
        known = self._look()
        state, nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48)
        with wire.client(self.provider) as client:
            url, _ = client.create_authorization_url(
                known.description["authorization_endpoint"],
                state=state,
                code_verifier=verifier,
                redirect_uri=back,
                nonce=nonce,
                **self._levels(known),
            )
        return Question(url, state, nonce, verifier)

    def _levels(self, known: _Known) -> dict[str, str]:
        """How the question asks for a level (OIDC Core 3.1.2.1), and demands one where it can (5.5.1.1)."""
        if not self.provider.asked:
            return {}
        asked = {"acr_values": " ".join(self.provider.asked)}
        if self.provider.levels and known.description.get("claims_parameter_supported") is True:
            acr = {"essential": True, "values": self.provider.asked}
            asked["claims"] = json.dumps({"id_token": {"acr": acr}})
        return asked

    def answer(self, question: Question, back: str, said: Mapping[str, str]) -> Person:
        """Who it is, from what the service sent along in the address. Raises Refused and Unreachable."""
        known = self._look()
        self._check_answer(question, said, known)
        with wire.client(self.provider) as client:
            found = self._token(client, known, question, back, said["code"])
            id_token, access = str(found.get("id_token") or ""), str(found.get("access_token") or "")
            claims = self._checked(
                lambda keys: tokens.identity(id_token, keys, self.provider, nonce=question.nonce, access_token=access)
            )
            level = tokens.short_text(claims.get("acr"))
            if self.provider.levels and level not in self.provider.asked:
                raise Refused("sso_level", f"acr: {level or 'none'}")
            about = {**self._userinfo(client, known, claims, access), **claims}
        email, verified = self._address(about)
        name = _name(about) or email.partition("@")[0]
        return Person(claims["sub"], email, verified, name, level, tokens.short_text(claims.get("sid")), id_token)

    def ended(self, logout_token: str) -> Ended:
        """Whose login ended at the service, as it tells us itself. Raises Refused and Unreachable."""
        self._look()
        return self._checked(lambda keys: tokens.ended(logout_token, keys, self.provider))

    def leave(self, id_token: str, back: str) -> str | None:
        """Where the person logs out of the service itself (OpenID Connect RP-Initiated Logout); None where one can't.

        Raises Unreachable.
        """
        end = self._look().description.get("end_session_endpoint")
        if not self.provider.ends_there or not isinstance(end, str) or not self.provider.reaches(end):
            return None
        asked = {"client_id": self.provider.client_id, "post_logout_redirect_uri": back}
        whole = {**asked, **({"id_token_hint": id_token} if id_token else {})}
        return requests.Request("GET", end, params=whole).prepare().url

    def _look(self, *, anew: bool = False) -> _Known:
        """The description and the keys, from memory unless they are old.

        One at a time asks for them; who waited for one that got no answer does not wait for another.
        """
        with self._asking:
            at = time.monotonic()
            if self._known is not None and at - self._known.at <= (AGAIN if anew else HOLDS):
                return self._known
            if self._down_at is not None and at - self._down_at < PAUSE:
                raise Unreachable("no answer a moment ago")
            try:
                self._known = self._fetched()
            except Unreachable:
                self._down_at = time.monotonic()
                raise
            return self._known

    def _fetched(self) -> _Known:
        with wire.client(self.provider) as client:
            description = wire.fetch(client, self.provider.issuer.rstrip("/") + DESCRIPTION)
            self._check_description(description)
            keys = tokens.key_set(wire.fetch(client, description["jwks_uri"]))
        return _Known(description, keys, time.monotonic())

    def _check_description(self, description: Mapping[str, Any]) -> None:
        """OpenID Connect Discovery 4.3: the issuer must be the very one; and all addresses must be its own."""
        if description.get("issuer") != self.provider.issuer:
            raise Unreachable("the description is of another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not self.provider.reaches(str(description.get(name))):
                raise Unreachable(f"{name} is not one of its own addresses; see hosts in the settings")

    def _checked(self, check: Callable[[KeySet], Found]) -> Found:
        """What a check finds; with new keys when the one that signed is not known (services change theirs)."""
        try:
            return check(self._look().keys)
        except UnknownKey:
            pass
        try:
            return check(self._look(anew=True).keys)
        except UnknownKey:
            raise Refused("sso_failed", "signature: unknown key") from None

    def _check_answer(self, question: Question, said: Mapping[str, str], known: _Known) -> None:
        """State against forged answers; `iss` against one service's answer that is sold as another's (RFC 9207)."""
        if not hmac.compare_digest(said.get("state", "").encode(), question.state.encode()):
            raise Refused("sso_started_over", "state")
        must = known.description.get("authorization_response_iss_parameter_supported") is True
        if said.get("iss", None if must else self.provider.issuer) != self.provider.issuer:
            raise Refused("sso_failed", "iss")
        if "error" in said:
            cancelled = said["error"] == "access_denied"
            raise Refused("sso_cancelled" if cancelled else "sso_failed", tokens.short_text(said["error"])[:60])
        if not said.get("code"):
            raise Refused("sso_failed", "no code")

    def _token(
        self, client: OAuth2Session, known: _Known, question: Question, back: str, code: str
    ) -> Mapping[str, Any]:
        where = known.description["token_endpoint"]
        try:
            found: Mapping[str, Any] = client.fetch_token(
                where,
                grant_type="authorization_code",
                code=code,
                code_verifier=question.verifier,
                redirect_uri=back,
                allow_redirects=False,
            )
        except AuthlibBaseError as error:
            raise Refused("sso_failed", f"token: {tokens.short_text(error.error)[:60]}") from None
        except (requests.RequestException, OSError, ValueError) as error:
            raise Unreachable(type(error).__name__) from None
        return found

    def _userinfo(
        self, client: OAuth2Session, known: _Known, claims: Mapping[str, Any], access: str
    ) -> Mapping[str, Any]:
        """What the ID token left out of the address and the name. It must be of the same person (OIDC Core 5.3.2)."""
        where = known.description.get("userinfo_endpoint")
        if claims.get(self.provider.mail_claim) or not access or not self.provider.reaches(str(where)):
            return {}
        found = wire.fetch(client, str(where), bearer=access)
        if found.get("sub") != claims["sub"]:
            raise Refused("sso_failed", "userinfo: sub")
        return found

    def _address(self, about: Mapping[str, Any]) -> tuple[str, bool]:
        email = about.get(self.provider.mail_claim)
        if not isinstance(email, str) or not _ADDRESS.fullmatch(email.strip()) or len(email) > 254:
            return "", False
        claim = self.provider.verified_claim
        return email.strip().casefold(), not claim or about.get(claim) in _TRUE


def _name(about: Mapping[str, Any]) -> str:
    parts = [about.get("name")] if about.get("name") else [about.get("given_name"), about.get("family_name")]
    whole = " ".join(part.strip() for part in parts if isinstance(part, str))
    return "".join(letter for letter in whole if letter.isprintable())[:120].strip()
