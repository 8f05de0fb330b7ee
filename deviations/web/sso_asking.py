"""The way to another organisation's login service and back: who it is that one can go by, and what the browser's cookie
carries meanwhile.
"""

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, session, url_for

from deviations.adapters import vault
from deviations.adapters.oidc_answers import Question
from deviations.adapters.oidc_settings import Provider
from deviations.domain.workflow import NotFound
from deviations.web.access import now
from deviations.web.entering import settings

if TYPE_CHECKING:
    from deviations.adapters.oidc import LoginService

ASKED, LINKING = "sso", "sso_linking"
HOLDS = timedelta(minutes=10)  # so long somebody may take at her organisation's login page
_PURPOSE = "sso question"


def service(name: str) -> "LoginService":
    """The login service of this name in the settings, one for each process. Raises NotFound."""
    from deviations.adapters.oidc import LoginService  # with all that it brings along

    provider = provider_of(name)
    made: dict[Provider, LoginService] = current_app.extensions.setdefault("sso", {})
    return made.setdefault(provider, LoginService(provider))


def provider_of(name: str) -> Provider:
    """The settings of the login service of this name. Raises NotFound."""
    for provider in settings().sso:
        if provider.name == name:
            return provider
    raise NotFound


def label_of(name: str) -> str:
    """What people call a login service; its plain name when the settings no longer tell of it."""
    return next((provider.label for provider in settings().sso if provider.name == name), name)


def back_to(name: str) -> str:
    """The address that the login service sends people back to, as it is registered there."""
    return url_for("sso.answer", provider=name, _external=True)


def remember(name: str, question: Question, *, onward: str | None, linking: int | None) -> None:
    """Keeps in the cookie, sealed, what must be known when the answer comes: the newest question counts."""
    kept = {
        "provider": name,
        "state": question.state,
        "nonce": question.nonce,
        "verifier": question.verifier,
        "onward": onward,
        "linking": linking,
        "until": (now() + HOLDS).timestamp(),
    }
    session[ASKED] = vault.seal(settings().secret_key, json.dumps(kept), _PURPOSE)


def recall(name: str) -> tuple[Question, str | None, int | None] | None:
    """The question that this browser was sent away with, where to go on to, and the account that is to be linked, if
    any. Each is given once; None when there is none, or it was long ago.
    """
    sealed = session.pop(ASKED, None)
    try:
        kept = json.loads(vault.unseal(settings().secret_key, str(sealed or ""), _PURPOSE))
    except vault.Sealed:
        return None
    if kept["provider"] != name or kept["until"] < now().timestamp():
        return None
    return Question("", kept["state"], kept["nonce"], kept["verifier"]), kept["onward"], kept["linking"]


def agree_to_link(name: str) -> None:
    """Notes that the person who is logged in here wants to be linked to a login service; holds for a while."""
    session[LINKING] = [name, (now() + HOLDS).timestamp()]


def agreed(name: str) -> bool:
    """Whether she has said so, a short while ago."""
    noted = session.get(LINKING)
    return isinstance(noted, list) and len(noted) == 2 and noted[0] == name and noted[1] > now().timestamp()
