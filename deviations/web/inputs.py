"""Reads the query string kindly: what is not a sane number or a known code counts as not given."""

from enum import StrEnum
from typing import TypeVar

from flask import request

from deviations.forms.fields import optional_id

Code = TypeVar("Code", bound=StrEnum)


def number(name: str) -> int | None:
    """A positive id from the address; None when it is missing or none at all."""
    try:
        return optional_id(request.args.get(name))
    except ValueError:
        return None


def is_id(text: str) -> bool:
    """Whether a text is an id, or a version, that a database can hold."""
    try:
        return optional_id(text) is not None
    except ValueError:
        return False


def code(name: str, kind: type[Code]) -> Code | None:
    """A member of an enumeration from the address; None when it is missing or unknown."""
    try:
        return kind(request.args.get(name, ""))
    except ValueError:
        return None
