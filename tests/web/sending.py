"""Sends forms with files as a browser does. (The test client alone would leave its temporary files open.)"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.pages import CheckingClient, form_values


def post_files(browser: CheckingClient, address: str, data: Mapping[str, Any]) -> TestResponse:
    """Posts fields and files; a file is a pair of content and name, several of one field are a list."""
    boundary, body = encode_multipart({name: _sent(value) for name, value in data.items()})
    return browser.post(address, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def _sent(value: Any) -> Any:
    if isinstance(value, list):
        return [_sent(one) for one in value]
    if isinstance(value, tuple):
        content, name = value
        return FileStorage(BytesIO(content), filename=name)
    return value


def send(browser: CheckingClient, path: str, action: str, **changed: Any) -> TestResponse:
    """Fills the form to `action` on a page in and sends it, files and all."""
    (form,) = [form for form in browser.page(path).all("form") if form.get("action") == action]
    return post_files(browser, action, {**form_values(form), **changed})
