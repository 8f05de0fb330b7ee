"""What the pages of the second factor share: the secret that is offered to a telephone, and how it is shown."""

from typing import TYPE_CHECKING, Any

from flask import session
from markupsafe import Markup

from deviations.adapters import qr, vault
from deviations.services import factor_codes
from deviations.web.entering import settings

if TYPE_CHECKING:
    from deviations.models import User

OFFERED = "factor"
PURPOSE = "offered totp"


def offered(user: "User") -> str:
    """The secret that this browser was shown for this person, or a new one. It lies sealed in the cookie until a code
    confirms it: a page that is loaded again shows the same, and the database holds no half-done factor.
    """
    secret, mine = settings().secret_key, f"{user.id} "
    try:
        told = vault.unseal(secret, str(session.get(OFFERED, "")), PURPOSE)
    except vault.Sealed:
        told = ""
    if not told.startswith(mine):
        told = mine + factor_codes.fresh()
        session[OFFERED] = vault.seal(secret, told, PURPOSE)
    return told.removeprefix(mine)


def confirmed() -> None:
    """What was offered is in use now, and offered no more."""
    session.pop(OFFERED, None)


def shown(user: "User") -> dict[str, Any]:
    """What `logins/_telephone.html` shows of the secret: as a QR code, as a link, and in groups to type."""
    totp_secret = offered(user)
    address = factor_codes.address(totp_secret, user)
    # The drawing is made of numbers only (adapters/qr), never of what anybody typed.
    return {
        "qr": Markup(qr.svg(address)),
        "otpauth": address,
        "groups": [totp_secret[at : at + 4] for at in range(0, len(totp_secret), 4)],
    }
