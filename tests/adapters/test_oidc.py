"""Single sign-on against a real OpenID provider on loopback: what a person brings back from it, and what is refused."""

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from joserfc.jws import JWSRegistry

from deviations.adapters import oidc
from deviations.adapters import oidc_tokens as tokens
from deviations.adapters.oidc import LoginService
from deviations.adapters.oidc_answers import Person, Question, Refused, Unreachable
from deviations.adapters.oidc_settings import Proof, Provider
from deviations.adapters.oidc_tokens import LOGOUT_EVENT, UnknownKey
from tests import sso_provider
from tests.relay import free_port
from tests.sso_provider import LOA2, LOA3, Visitor

BACK = "http://localhost/sso/kommunen/svar"


def settings(server: sso_provider.Provider, **more: Any) -> Provider:
    """The program's settings for a client that has just registered with the provider."""
    client = server.register(BACK)
    known = {"name": "kommunen", "label": "Kommunen", "issuer": server.issuer, "domains": frozenset({"example.com"})}
    return Provider(**{**known, "client_id": client["client_id"], "client_secret": client["client_secret"], **more})


@pytest.fixture
def service(sso_provider: sso_provider.Provider) -> LoginService:
    return LoginService(settings(sso_provider))


def said(url: str) -> dict[str, str]:
    """What an address carries."""
    return dict(parse_qsl(urlsplit(url).query))


def through(service: LoginService, login: str = "nora@example.com", **typed: Any) -> Person:
    """Somebody's whole way there and back."""
    question = service.ask(BACK)
    return service.answer(question, BACK, said(Visitor().log_in(question.url, login, **typed)))


def test_the_question_carries_a_challenge_a_nonce_and_a_state(service: LoginService) -> None:
    asked, again = service.ask(BACK), service.ask(BACK)
    query = parse_qs(urlsplit(asked.url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["response_type"] == ["code"]
    assert query["state"] == [asked.state] != [again.state]
    assert query["nonce"] == [asked.nonce] != [again.nonce]
    assert asked.verifier not in asked.url
    assert asked.verifier not in repr(asked)


def test_a_person_comes_back_with_her_verified_address_and_name(service: LoginService) -> None:
    found = through(service, "Nora@Example.com", name="Nora Ny")
    assert (found.subject, found.email, found.verified, found.name) == (
        "Nora@Example.com", "nora@example.com", True, "Nora Ny",
    )  # fmt: skip
    assert found.id_token not in repr(found)


def test_the_address_is_asked_for_where_the_token_leaves_it_out(service: LoginService) -> None:
    found = through(service)
    claims = jwt.decode(found.id_token, service._look().keys).claims
    assert "email" not in claims
    assert found.email == "nora@example.com"


@pytest.mark.parametrize(("told", "verified"), [(True, True), ("true", True), (1, True), (False, False), ("ja", False)])
def test_an_address_counts_only_when_the_service_says_that_it_is_verified(
    service: LoginService, told: object, verified: bool
) -> None:
    assert through(service, email_verified=told).verified is verified


def test_another_claim_may_say_that_an_address_is_verified(sso_provider: sso_provider.Provider) -> None:
    entra = LoginService(settings(sso_provider, verified_claim="xms_edov"))
    assert not through(entra, "a@example.com").verified
    assert through(entra, "b@example.com", xms_edov=1).verified


def test_no_address_is_no_address(service: LoginService) -> None:
    found = through(service, "utan@example.com", email=None)
    assert (found.email, found.verified) == ("", False)


@pytest.mark.parametrize(
    "hostile",
    ["", "rut", "@", "a@b@example.com", "rut@exam ple.com", "rut\0@example.com", "rut@example.com\ud800", 17, []],
)
def test_an_address_that_is_none_is_not_kept(service: LoginService, hostile: object) -> None:
    assert service._address({"email": hostile, "email_verified": True}) == ("", False)


def test_a_client_with_a_key_of_its_own_needs_no_shared_secret(sso_provider: sso_provider.Provider) -> None:
    key = RSAKey.generate_key(2048, {"kid": "ours", "use": "sig", "alg": "RS256"})
    shown = {"keys": [key.as_dict(private=False)]}
    client = sso_provider.register(BACK, token_endpoint_auth_method="private_key_jwt", jwks=shown)
    known = settings(sso_provider, client_id=client["client_id"], proof=Proof.KEY)
    mine = replace(known, client_secret=key.as_pem(private=True).decode())
    assert through(LoginService(mine)).email == "nora@example.com"


def test_a_required_level_is_asked_for_and_looked_at(sso_provider: sso_provider.Provider) -> None:
    service = LoginService(settings(sso_provider, levels=(LOA3, LOA2)))
    assert parse_qs(urlsplit(service.ask(BACK).url).query)["acr_values"] == [f"{LOA3} {LOA2}"]
    assert through(service, acr=LOA2).level == LOA2
    with pytest.raises(Refused) as refused:
        through(service, acr="http://id.sambi.se/loa/loa1")
    assert refused.value.code == "sso_level"
    with pytest.raises(Refused, match="acr: none"):
        through(service)


def test_a_service_that_takes_demands_is_demanded_a_level() -> None:
    if sso_provider.why_not():
        pytest.skip(sso_provider.why_not())
    with sso_provider.running(claims_parameter=True) as server:
        service = LoginService(settings(server, levels=(LOA2,), strong=(LOA3,)))
        demanded = json.loads(parse_qs(urlsplit(service.ask(BACK).url).query)["claims"][0])
        assert demanded == {"id_token": {"acr": {"essential": True, "values": [LOA2, LOA3]}}}
        assert through(service, acr=LOA3).level == LOA3


def test_a_level_that_stands_in_for_a_second_factor_is_asked_for_and_not_demanded(
    sso_provider: sso_provider.Provider,
) -> None:
    service = LoginService(settings(sso_provider, strong=(LOA3,)))
    assert parse_qs(urlsplit(service.ask(BACK).url).query)["acr_values"] == [LOA3]
    assert through(service, acr=LOA3).level == LOA3
    assert through(service, acr=LOA2).level == LOA2
    assert through(service).level == ""


Change = Callable[[Question, dict[str, str]], tuple[Question, dict[str, str]]]
FORGED: dict[str, tuple[Change, str]] = {
    "state": (lambda asked, said: (asked, {**said, "state": "forged"}), "state"),
    "no state": (lambda asked, said: (asked, {"code": said["code"]}), "state"),
    "issuer": (lambda asked, said: (asked, {**said, "iss": "https://other.example"}), "iss"),
    "no issuer": (lambda asked, said: (asked, {k: v for k, v in said.items() if k != "iss"}), "iss"),
    "code": (lambda asked, said: (asked, {**said, "code": "guessed"}), "token: invalid_grant"),
    "no code": (lambda asked, said: (asked, {k: v for k, v in said.items() if k != "code"}), "no code"),
    "verifier": (lambda asked, said: (replace(asked, verifier="x" * 64), said), "token: invalid_grant"),
    "nonce": (lambda asked, said: (replace(asked, nonce="another"), said), "claim: nonce"),
    "error": (lambda asked, said: (asked, {**said, "error": "server_error"}), "server_error"),
}


@pytest.mark.parametrize("what", FORGED)
def test_an_answer_that_does_not_fit_the_question_is_refused(service: LoginService, what: str) -> None:
    change, why = FORGED[what]
    question = service.ask(BACK)
    brought = said(Visitor().log_in(question.url, "nora@example.com"))
    asked, forged = change(question, brought)
    with pytest.raises(Refused) as refused:
        service.answer(asked, BACK, forged)
    assert refused.value.why == why


def test_a_code_counts_once(service: LoginService) -> None:
    question = service.ask(BACK)
    brought = said(Visitor().log_in(question.url, "nora@example.com"))
    assert service.answer(question, BACK, brought).subject == "nora@example.com"
    with pytest.raises(Refused, match="invalid_grant"):
        service.answer(question, BACK, brought)


def test_a_wrong_secret_is_refused_by_the_provider(sso_provider: sso_provider.Provider) -> None:
    with pytest.raises(Refused, match="invalid_client"):
        through(LoginService(settings(sso_provider, client_secret="not the secret of this client")))


def test_who_cancels_is_told_that_she_did(service: LoginService) -> None:
    with pytest.raises(Refused) as refused:
        through(service, cancel=True)
    assert refused.value.code == "sso_cancelled"


# Signed with the provider's own key, so only the look at what they say can tell that they are wrong


def true_claims(service: LoginService) -> dict[str, Any]:
    now = int(time.time())
    whom = {"iss": service.provider.issuer, "aud": service.provider.client_id, "sub": "nora"}
    return {**whom, "iat": now, "exp": now + 300, "nonce": "the nonce"}


def looked_at(service: LoginService, token: str) -> dict[str, Any]:
    keys = service._look().keys
    return dict(tokens.identity(token, keys, service.provider, nonce="the nonce", access_token=""))


HOSTILE_CLAIMS: dict[str, dict[str, Any]] = {
    "another issuer": {"iss": "https://other.example"},
    "another audience": {"aud": "another-client"},
    "one of several audiences, without saying for whom": {"aud": ["another-client", "third"]},
    "authorised party": {"azp": "another-client"},
    "expired": {"exp": int(time.time()) - 3600},
    "issued tomorrow": {"iat": int(time.time()) + 86_400},
    "not yet": {"nbf": int(time.time()) + 3600},
    "another nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "no expiry": {"exp": None},
    "no audience": {"aud": None},
    "no issuer": {"iss": None},
    "nobody": {"sub": None},
    "nobody's name": {"sub": ""},
    "a number for a name": {"sub": 17},
    "a name without end": {"sub": "x" * 300},
    "an expiry in words": {"exp": "tomorrow"},
}


def test_a_true_token_is_taken(service: LoginService, sso_provider: sso_provider.Provider) -> None:
    for kid in ("rsa", "ec"):
        assert looked_at(service, sso_provider.sign(true_claims(service), kid))["sub"] == "nora"


@pytest.mark.parametrize("what", HOSTILE_CLAIMS)
def test_a_token_that_says_something_wrong_is_refused(
    service: LoginService, sso_provider: sso_provider.Provider, what: str
) -> None:
    claims = {**true_claims(service), **HOSTILE_CLAIMS[what]}
    token = sso_provider.sign({name: value for name, value in claims.items() if value is not None})
    with pytest.raises(Refused):
        looked_at(service, token)


def by_hand(secret: bytes, head: dict[str, str], body: str) -> str:
    """A token of the oldest trick: the public key, which everybody has, taken for a shared secret."""
    signed = f"{urlsafe_b64encode(json.dumps(head).encode()).decode().rstrip('=')}.{body}"
    mark = hmac.new(secret, signed.encode(), "sha256").digest()
    return f"{signed}.{urlsafe_b64encode(mark).decode().rstrip('=')}"


def test_a_token_that_nobody_or_somebody_else_signed_is_refused(
    service: LoginService, sso_provider: sso_provider.Provider
) -> None:
    claims = true_claims(service)
    true = sso_provider.sign(claims)
    head, body, signature = true.split(".")
    public = sso_provider.keys.get_by_kid("rsa").as_pem(private=False)
    other = RSAKey.generate_key(2048, {"kid": "rsa"})
    own = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(service.provider.client_secret), algorithms=["HS256"])
    none = by_hand(b"", {"alg": "none"}, body).rpartition(".")[0]
    hostile = {
        "another key": jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, other),
        "the public key as a secret": by_hand(public, {"alg": "HS256", "kid": "rsa"}, body),
        "our own secret": own,
        "alg none": f"{none}.{signature}",
        "alg none and nothing": f"{none}.",
        "no signature": f"{head}.{body}.",
        "cut": true[:-8],
        "another's body": f"{head}.{sso_provider.sign({**claims, 'sub': 'eva'}).split('.')[1]}.{signature}",
        "a key of its own in the head": jwt.encode(
            {"alg": "RS256", "kid": "rsa", "jwk": other.as_dict(private=False)}, claims, other,
            registry=JWSRegistry(algorithms=["RS256"], strict_check_header=False),
        ),
        "words": "not a token",
        "nothing": "",
    }  # fmt: skip
    for what, token in hostile.items():
        with pytest.raises((Refused, UnknownKey)):
            pytest.fail(f"{what}: {looked_at(service, token)}")


def test_a_new_key_is_fetched_once_and_an_unknown_one_does_not_make_us_ask_without_end(
    service: LoginService, sso_provider: sso_provider.Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = RSAKey.generate_key(2048, {"kid": "stranger"})
    token = jwt.encode({"alg": "RS256", "kid": "stranger"}, {**true_claims(service), "jti": "1"}, stranger)
    with pytest.raises(Refused, match="unknown key"):
        service.ended(token)
    known = service._look()
    with pytest.raises(Refused, match="unknown key"):
        service.ended(token)
    assert service._look() is known  # asked again less than a minute ago
    old = replace(known, keys=tokens.key_set({"keys": []}), at=known.at - 120)
    service._known = old  # as it was before the service changed its keys
    with pytest.raises(Refused, match="logout token"):
        service.ended(sso_provider.sign(true_claims(service)))
    assert service._look() is not old


# A logout token


def logout_claims(service: LoginService, **more: Any) -> dict[str, Any]:
    claims = {name: value for name, value in true_claims(service).items() if name != "nonce"}
    return {**claims, "jti": "token-1", "sid": "session-1", "events": {LOGOUT_EVENT: {}}, **more}


def test_a_logout_token_says_whose_login_ended(service: LoginService, sso_provider: sso_provider.Provider) -> None:
    ended = service.ended(sso_provider.sign(logout_claims(service), typ="logout+jwt"))
    assert (ended.subject, ended.session, ended.id) == ("nora", "session-1", "token-1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"nonce": "an ID token's"},
        {"events": None},
        {"events": {"http://other": {}}},
        {"events": [LOGOUT_EVENT]},
        {"events": {LOGOUT_EVENT: "ja"}},
        {"jti": None},
        {"sub": None, "sid": None},
        {"iat": int(time.time()) - 3600},
        {"aud": "another-client"},
        {"iss": "https://other.example"},
        {"exp": int(time.time()) - 600},
        {"exp": None},
    ],
    ids=lambda wrong: "-".join(wrong),  # without the moments, which differ between processes
)
def test_a_logout_token_that_is_something_else_is_refused(
    service: LoginService, sso_provider: sso_provider.Provider, wrong: dict[str, Any]
) -> None:
    claims = {name: value for name, value in logout_claims(service, **wrong).items() if value is not None}
    with pytest.raises(Refused):
        service.ended(sso_provider.sign(claims, typ="logout+jwt"))


def test_an_id_token_ends_nothing(service: LoginService, sso_provider: sso_provider.Provider) -> None:
    with pytest.raises(Refused):
        service.ended(through(service).id_token)
    with pytest.raises(Refused):
        service.ended(sso_provider.sign(logout_claims(service), typ="at+jwt"))


# The network


def test_a_service_that_is_down_is_unreachable(service: LoginService) -> None:
    down = LoginService(replace(service.provider, issuer=f"http://127.0.0.1:{free_port()}"))
    with pytest.raises(Unreachable):
        down.ask(BACK)


def test_who_comes_while_it_is_down_does_not_wait_for_it_too(
    hostile: tuple[str, type["Hostile"]], service: LoginService, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer, kind = hostile
    kind.pages[DESCRIPTION] = "words"
    down = LoginService(replace(service.provider, issuer=issuer))
    for _ in range(5):
        with pytest.raises(Unreachable):
            down.ask(BACK)
    assert kind.asked == [DESCRIPTION]
    monkeypatch.setattr(oidc, "PAUSE", 0.0)
    with pytest.raises(Unreachable):
        down.ask(BACK)
    assert kind.asked == [DESCRIPTION] * 2


class Hostile(BaseHTTPRequestHandler):
    """A server that answers what its `pages` say: text, an address to go to instead, or text without end."""

    pages: ClassVar[dict[str, str]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Called by http.server."""
        self.asked.append(self.path)
        page = self.pages.get(self.path, "{}")
        self.send_response(302 if page.startswith("http") else 200)
        self.send_header("Location", page)
        self.end_headers()
        if page == "endless":
            with suppress(OSError):
                for _ in range(10_000):
                    self.wfile.write(b" " * 10_000)
        else:
            self.wfile.write(page.encode())

    def log_message(self, *args: object) -> None:
        """Not a word."""


@pytest.fixture
def hostile() -> Iterator[tuple[str, type[Hostile]]]:
    """Such a server, and its address."""
    kind = type("Kind", (Hostile,), {"pages": {}, "asked": []})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", kind
        server.shutdown()


DESCRIPTION = "/.well-known/openid-configuration"


@pytest.mark.parametrize("text", ["endless", "[]", "words", "{}", "http://127.0.0.1:1/elsewhere"])
def test_a_description_that_is_none_is_as_good_as_no_answer(
    hostile: tuple[str, type[Hostile]], service: LoginService, text: str
) -> None:
    issuer, kind = hostile
    kind.pages[DESCRIPTION] = text
    began = time.monotonic()
    with pytest.raises(Unreachable):
        LoginService(replace(service.provider, issuer=issuer)).ask(BACK)
    assert kind.asked == [DESCRIPTION]
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("name", ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri"])
@pytest.mark.parametrize(
    "elsewhere",
    ["https://169.254.169.254/keys", "http://127.0.0.1:1/keys", "https://other.example/x", "file:///etc/passwd"],
)
def test_a_description_cannot_send_us_to_addresses_that_are_not_the_services_own(
    hostile: tuple[str, type[Hostile]], service: LoginService, name: str, elsewhere: str
) -> None:
    issuer, kind = hostile
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    kind.pages[DESCRIPTION] = json.dumps({"issuer": issuer, **{n: f"{issuer}/{n}" for n in names}, name: elsewhere})
    with pytest.raises(Unreachable):
        LoginService(replace(service.provider, issuer=issuer)).ask(BACK)
    assert kind.asked == [DESCRIPTION]


def test_the_services_description_is_asked_for_once(hostile: tuple[str, type[Hostile]], service: LoginService) -> None:
    issuer, kind = hostile
    names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    kind.pages[DESCRIPTION] = json.dumps({"issuer": issuer, **{name: f"{issuer}/{name}" for name in names}})
    asking = LoginService(replace(service.provider, issuer=issuer))
    assert kind.asked == []
    asking.ask(BACK)
    asking.ask(BACK)
    assert kind.asked == [DESCRIPTION, "/jwks_uri"]


# Logging out


def test_the_way_out_names_the_login_and_leads_back(service: LoginService, sso_provider: sso_provider.Provider) -> None:
    found = through(service)
    out = service.leave(found.id_token, "http://localhost/logga-in")
    assert out is not None
    assert out.startswith(f"{sso_provider.issuer}/session/end?")
    assert said(out)["id_token_hint"] == found.id_token
    assert LoginService(replace(service.provider, ends_there=False)).leave(found.id_token, "x") is None
