"""Browsers and a filled program for the tests of pages."""

from collections.abc import Callable

import pytest

from tests.pages import CheckingClient

Browser = Callable[[str], CheckingClient]


@pytest.fixture
def rut(logged_in: Browser) -> CheckingClient:
    """Rut's browser: a reporter in Söder."""
    return logged_in("rut")


@pytest.fixture
def vera(logged_in: Browser) -> CheckingClient:
    """Vera's browser: the coordinator."""
    return logged_in("vera")


@pytest.fixture
def stina(logged_in: Browser) -> CheckingClient:
    """Stina's browser: the steering group."""
    return logged_in("stina")


@pytest.fixture
def adam(logged_in: Browser) -> CheckingClient:
    """Adam's browser: the administrator."""
    return logged_in("adam")
