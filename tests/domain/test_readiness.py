"""What is not in order before an instance is used for real is found, once each, the worst first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from deviations.domain import readiness
from deviations.domain.readiness import Contents, Finding, Lack, Level, Looked, Surroundings, judge
from deviations.domain.roles import Role

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
READY = Surroundings(behind_proxy=True, hosts=["a.example.se"], mail=True, public_host="a.example.se")
FULL = Contents(admins=2, backup=NOW - timedelta(days=1), statement=True)


def lacks(around: Surroundings = READY, inside: Contents = FULL, looked: Looked = Looked()) -> list[Lack]:  # noqa: B008 - frozen
    return [one.lack for one in judge(around, inside, looked, NOW)]


def test_an_instance_in_order_is_left_in_peace() -> None:
    assert lacks() == []


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"demo": True}, Lack.DEMO),
        ({"debug": True}, Lack.DEBUG),
        ({"behind_proxy": False}, Lack.TLS),
        ({"hosts": ()}, Lack.HOSTS),
        ({"public_tls": False}, Lack.PUBLIC_HTTP),
        ({"open_files": ["secret_key"]}, Lack.OPEN_FILES),
        ({"listens_on": "0.0.0.0"}, Lack.WIDE_OPEN),
        ({"listens_on": "::"}, Lack.WIDE_OPEN),
        ({"public_host": "b.example.se"}, Lack.OTHER_HOST),
        ({"database_in_the_clear": True}, Lack.PLAIN_DATABASE),
        ({"root": True}, Lack.ROOT),
        ({"mail": False}, Lack.NO_MAIL),
    ],
)
def test_each_fault_of_the_surroundings_is_found_and_nothing_else(change: dict[str, object], lack: Lack) -> None:
    assert lacks(around=replace(READY, **change)) == [lack]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "lack"),
    [
        ({"admins": 0}, Lack.NO_ADMIN),
        ({"admins": 1}, Lack.ONE_ADMIN),
        ({"factor_off": [Role.ADMIN]}, Lack.ADMIN_FACTOR_OFF),
        ({"factor_off": [Role.STEERING]}, Lack.FACTOR_OFF),
        ({"without_factor": 3}, Lack.WITHOUT_FACTOR),
        ({"waiting": 1}, Lack.WAITING),
        ({"backup": None}, Lack.NO_BACKUP),
        ({"backup": NOW - timedelta(days=8, seconds=1)}, Lack.OLD_BACKUP),
        ({"oldest_mail": NOW - timedelta(minutes=61)}, Lack.STUCK_MAIL),
        ({"statement": False}, Lack.NO_STATEMENT),
    ],
)
def test_each_fault_of_the_database_is_found_and_nothing_else(change: dict[str, object], lack: Lack) -> None:
    assert lacks(inside=replace(FULL, **change)) == [lack]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("looked", "lack"),
    [
        (Looked(damaged=True), Lack.DAMAGED),
        (Looked(broken_at=7), Lack.BROKEN_LOG),
        (Looked(changed_letters=1), Lack.CHANGED_LETTERS),
    ],
)
def test_what_a_look_through_everything_shows_is_told(looked: Looked, lack: Lack) -> None:
    assert lacks(looked=looked) == [lack]


@pytest.mark.parametrize(
    "inside", [replace(FULL, backup=NOW - timedelta(days=8)), replace(FULL, oldest_mail=NOW - timedelta(minutes=60))]
)
def test_what_is_just_within_its_time_is_in_order(inside: Contents) -> None:
    assert lacks(inside=inside) == []


def test_mail_that_waits_where_none_can_be_sent_is_told_once() -> None:
    waits = replace(FULL, oldest_mail=NOW - timedelta(days=2))
    assert lacks(replace(READY, mail=False), waits) == [Lack.NO_MAIL]


def test_whoever_listens_to_the_world_without_a_proxy_is_told_of_tls_only() -> None:
    assert lacks(replace(READY, behind_proxy=False, listens_on="0.0.0.0")) == [Lack.TLS]


def test_the_worst_comes_first() -> None:
    found = judge(Surroundings(mail=False), Contents(), Looked(broken_at=3), NOW)
    levels = [one.level for one in found]
    assert levels == sorted(levels, key=[Level.STOP, Level.WARN].index)
    assert levels[0] is Level.STOP and levels[-1] is Level.WARN


def test_a_python_past_its_last_day_is_told() -> None:
    after = datetime(2027, 11, 1, tzinfo=UTC)
    fresh = replace(FULL, backup=after)
    assert judge(READY, fresh, Looked(), after) == [Finding(Lack.OLD_PYTHON, {"version": "3.11", "day": "2027-10-31"})]
    assert judge(replace(READY, python=(3, 12)), fresh, Looked(), after) == []
    assert judge(replace(READY, python=(4, 0)), fresh, Looked(), after) == []  # newer than this program


def test_every_lack_is_either_to_stop_at_or_to_warn_of() -> None:
    assert {Finding(lack).level for lack in readiness.STOPS} == {Level.STOP}
    assert {Finding(lack).level for lack in set(Lack) - readiness.STOPS} == {Level.WARN}
