"""The file that says which login services are trusted: what it may say, and who may read it."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from deviations.adapters.oidc_settings import BadProvider, Proof, Provider, read

SECRET = "the-secret-of-this-client"
LEAST: dict[str, Any] = {
    "name": "kommunen",
    "label": "Kommunen",
    "issuer": "https://login.example.com",
    "client_id": "avvikelser",
    "client_secret": SECRET,
    "domains": ["Kommunen.example"],
}


def written(folder: Path, what: object, mode: int = 0o600) -> Path:
    path = folder / "sso.json"
    path.write_text(json.dumps(what), encoding="utf-8")
    path.chmod(mode)
    return folder


def one(folder: Path, **more: Any) -> Provider:
    (found,) = read(written(folder, [{**LEAST, **more}]))
    return found


def test_without_the_file_there_are_none(tmp_path: Path) -> None:
    assert read(tmp_path) == ()


def test_the_least_that_must_be_said(tmp_path: Path) -> None:
    found = one(tmp_path)
    assert found.speaks_for("nora@kommunen.example")
    assert not found.speaks_for("nora@annan.example")
    assert not found.speaks_for("nora@sub.kommunen.example")
    assert not found.speaks_for("nora")
    assert found.scopes == ("openid", "email", "profile")
    assert (found.verified_claim, found.levels, found.strong, found.creates, found.ends_there) == (
        "email_verified", (), (), True, True,
    )  # fmt: skip


def test_everything_that_can_be_said(tmp_path: Path) -> None:
    found = one(
        tmp_path,
        scopes=["email"],
        acr=["loa3"],
        acr_second_factor=["loa3"],
        hosts=["Tokens.example.com"],
        mail_claim="upn",
        verified_claim=False,
        create=False,
        logout=False,
        client_auth="client_secret_post",
        domains=["*"],
    )
    assert found.scopes == ("openid", "email")
    assert found.levels == ("loa3",)
    assert found.strong == ("loa3",)
    assert (found.mail_claim, found.verified_claim, found.creates, found.ends_there) == ("upn", "", False, False)
    assert found.proof is Proof.POST
    assert found.speaks_for("whoever@anywhere.example")
    assert found.reaches("https://tokens.example.com/token")


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Kommunen"},
        {"name": "en/två"},
        {"name": ""},
        {"label": None},
        {"label": "två\nrader"},
        {"issuer": "http://login.example.com"},
        {"issuer": "https://user:pass@login.example.com"},
        {"issuer": "https://login.example.com?x=1"},
        {"issuer": "https://[::1"},
        {"issuer": "https://login.example.com:0"},
        {"issuer": "ftp://127.0.0.1"},
        {"client_id": 17},
        {"client_secret": ""},
        {"client_secret": None},
        {"client_key": "/nowhere/key.pem"},
        {"client_auth": "none"},
        {"client_auth": "private_key_jwt"},
        {"domains": []},
        {"domains": "kommunen.example"},
        {"domains": ["@kommunen.example"]},
        {"domains": ["kommunen"]},
        {"acr": "loa3"},
        {"acr": ["två ord"]},
        {"create": "nej"},
        {"client_secrte": "stavfel"},
    ],
    ids=str,
)
def test_what_is_wrong_is_refused_at_start_without_repeating_the_secret(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(BadProvider) as refused:
        one(tmp_path, **change)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    for mode in (0o644, 0o640, 0o604, 0o660):
        with pytest.raises(BadProvider, match="chmod 600"):
            read(written(tmp_path, [LEAST], mode))


def test_a_file_that_is_no_list_of_services_is_refused(tmp_path: Path) -> None:
    for what in ({}, [17], "x", None):
        with pytest.raises(BadProvider):
            read(written(tmp_path, what))
    (tmp_path / "sso.json").write_text("{", encoding="utf-8")
    with pytest.raises(BadProvider):
        read(tmp_path)


def test_two_services_cannot_share_a_name_or_an_issuer(tmp_path: Path) -> None:
    other = {**LEAST, "name": "andra", "label": "Andra", "issuer": "https://other.example.com"}
    assert len(read(written(tmp_path, [LEAST, other]))) == 2
    for shared in ("name", "label", "issuer"):
        with pytest.raises(BadProvider, match=shared):
            read(written(tmp_path, [LEAST, {**other, shared: LEAST[shared]}]))


def test_the_secret_is_in_no_word_of_the_settings(tmp_path: Path) -> None:
    assert SECRET not in repr(one(tmp_path))


def test_a_private_key_is_read_from_a_file_of_its_own(tmp_path: Path) -> None:
    key = tmp_path / "key.pem"
    key.write_text("PEM", encoding="ascii")
    key.chmod(0o600)
    entry = {name: value for name, value in LEAST.items() if name != "client_secret"}
    (found,) = read(written(tmp_path, [{**entry, "client_key": str(key)}]))
    assert (found.proof, found.client_secret) == (Proof.KEY, "PEM")
    key.chmod(0o644)
    with pytest.raises(BadProvider):
        read(tmp_path)


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://login.example.com/token", True),
        ("https://LOGIN.example.com/token", True),
        ("http://login.example.com/token", False),
        ("https://login.example.com:8443/token", False),
        ("https://login.example.com.evil.example/", False),
        ("https://login.example.com@evil.example/", False),
        ("https://evil.example/login.example.com", False),
        ("https://169.254.169.254/", False),
        ("http://127.0.0.1/", False),
        ("file:///etc/passwd", False),
        ("//login.example.com/", False),
        ("https://login.example.com/\n", False),
        ("", False),
        ("https://[", False),
    ],
)
def test_only_the_services_own_addresses_are_asked(tmp_path: Path, url: str, own: bool) -> None:
    assert one(tmp_path).reaches(url) is own


def test_a_service_on_this_machine_may_go_without_encryption(tmp_path: Path) -> None:
    found = one(tmp_path, issuer="http://127.0.0.1:4000")
    assert found.reaches("http://127.0.0.1:4000/token")
    assert not found.reaches("http://127.0.0.1:4001/token")


def test_the_program_refuses_to_start_with_a_bad_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from deviations.config import BadSetting, load

    for name in [name for name in os.environ if name.startswith("DEVIATIONS_")]:
        monkeypatch.delenv(name)
    written(tmp_path, [LEAST])
    assert [provider.name for provider in load(tmp_path).sso] == ["kommunen"]
    assert SECRET not in repr(load(tmp_path))
    written(tmp_path, [{**LEAST, "issuer": "http://login.example.com"}])
    with pytest.raises(BadSetting, match="issuer"):
        load(tmp_path)
