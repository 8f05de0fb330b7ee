"""The service answers to its own names only, so that nobody else's name gets into the links that it makes."""

from pathlib import Path

import pytest
from flask import Flask

from deviations.app import create_app


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"])
def test_a_foreign_host_name_gets_a_sentence_and_no_page(app: Flask, host: str) -> None:
    for answer in (
        app.test_client().get("/logga-in", headers={"Host": host}),
        app.test_client().post("/", base_url=f"http://{host}/"),
    ):
        assert answer.status_code == 400
        assert answer.mimetype == "text/plain"
        assert "finns inte på den här adressen" in answer.text
        assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8000", "localhost:8123"])
def test_this_machines_own_names_are_answered_to(app: Flask, host: str) -> None:
    assert app.test_client().get("/logga-in", headers={"Host": host}).status_code == 200


def test_the_names_are_a_setting(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEVIATIONS_HOSTS", "avvikelser.example.se, reserv.example.se")
    app = create_app(tmp_path / "i", database_url=database, testing=True)
    try:
        asked = {
            name: app.test_client().get("/logga-in", headers={"Host": name}).status_code
            for name in ("avvikelser.example.se", "reserv.example.se", "localhost")
        }
    finally:
        app.extensions["engine"].dispose()
    assert asked == {"avvikelser.example.se": 200, "reserv.example.se": 200, "localhost": 400}
