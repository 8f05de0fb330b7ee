"""Seals what the database must hold and may not show: whoever has a copy of it, and not the instance's secret, reads
nothing.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken


class Sealed(Exception):
    """What was sealed can't be opened with this secret."""


def seal(secret: str, text: str, purpose: str) -> str:
    """The text encrypted and signed (Fernet: AES-128-CBC and HMAC-SHA256), for one purpose only."""
    return _box(secret, purpose).encrypt(text.encode()).decode("ascii")


def unseal(secret: str, sealed: str, purpose: str) -> str:
    """The text again. Raises Sealed when it was sealed with another secret or for another purpose, or was changed."""
    try:
        return _box(secret, purpose).decrypt(sealed.encode("ascii", "replace")).decode()
    except InvalidToken:
        raise Sealed from None


def mark(secret: str, text: str, purpose: str) -> str:
    """A keyed mark of a text (HMAC-SHA256, URL-safe without padding, 43 characters): the same each time, and nobody
    without the secret can make it.
    """
    made = hmac.new(_key(secret, purpose), text.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")


def _key(secret: str, purpose: str) -> bytes:
    """A key of its own for each purpose (HKDF's extract and expand in one step, RFC 5869: 32 bytes are one block)."""
    return hmac.new(secret.encode(), f"deviations {purpose}\x01".encode(), hashlib.sha256).digest()


def _box(secret: str, purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_key(secret, purpose)))
