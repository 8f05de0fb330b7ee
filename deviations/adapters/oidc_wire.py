"""Asks another organisation's login service over the network: only its own addresses, not for long, not for much."""

import io
import time
from collections.abc import Callable
from typing import Any

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from deviations.adapters.oidc_answers import Unreachable
from deviations.adapters.oidc_settings import Proof, Provider

CONNECT, READ, WHOLE = 3.05, 5.0, 10.0  # seconds: somebody waits for the page
MOST = 500_000  # bytes of an answer; the largest there is, a list of keys, has some thousand


class _Guard(HTTPAdapter):
    """Lets only the service's own addresses be asked, and reads no more of an answer than is worth reading.

    It is the only way out: also an address that the service's own description names comes by here.
    """

    def __init__(self, allowed: Callable[[str], bool]) -> None:
        super().__init__()
        self._allowed = allowed

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """The answer, read to its end."""
        if not self._allowed(request.url or ""):
            raise Unreachable("an address that is not its own")
        began = time.monotonic()
        answer = super().send(request, stream=True, timeout=(CONNECT, READ), **self._rest(kwargs))
        read = bytearray()
        try:
            for part in answer.raw.stream(65_536, decode_content=True):
                read += part
                if len(read) > MOST or time.monotonic() - began > WHOLE:
                    raise Unreachable("an answer without end")
        except HTTPError as error:
            raise Unreachable(type(error).__name__) from None
        finally:
            answer.close()
        answer.raw = io.BytesIO(read)
        return answer

    @staticmethod
    def _rest(kwargs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in kwargs.items() if name not in ("stream", "timeout")}


def client(provider: Provider) -> OAuth2Session:
    """Authlib's client for one conversation with the service; to be closed by whoever asked for it."""
    opened = OAuth2Session(
        provider.client_id,
        provider.client_secret,
        token_endpoint_auth_method=provider.proof.value,
        code_challenge_method="S256",
        scope=" ".join(provider.scopes),
    )
    if provider.proof is Proof.KEY:
        opened.register_client_auth_method(PrivateKeyJWT(alg="RS256"))
    guard = _Guard(provider.reaches)
    opened.mount("https://", guard)
    opened.mount("http://", guard)
    return opened


def fetch(opened: OAuth2Session, url: str, *, bearer: str = "") -> dict[str, Any]:
    """The JSON object at one of the service's addresses. Raises Unreachable."""
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
    try:
        answer = opened.get(url, headers=headers, allow_redirects=False, withhold_token=True)
        found = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, OSError, ValueError) as error:
        raise Unreachable(type(error).__name__) from None
    if not isinstance(found, dict):
        raise Unreachable(f"answer {answer.status_code} where a JSON object was asked for")
    return found
