"""Secrets that stand in addresses and cookies: how they are made, and what is kept of them."""

import hashlib
import secrets

from deviations.adapters import vault

BYTES = 32


def fresh() -> str:
    """A new random token: 256 bits, as an address can carry them."""
    return secrets.token_urlsafe(BYTES)


def hashed(token: str) -> str:
    """What is kept of a token: its SHA-256."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def derived(secret: str, nonce: str) -> str:
    """The token that belongs to a nonce: only who has the instance's secret can work it out, so that a mail can be
    worded when it is sent although the token stands in no table.
    """
    return vault.mark(secret, nonce, "one-time link")
