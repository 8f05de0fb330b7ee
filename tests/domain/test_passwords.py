"""Passwords: any sentence is one; what everybody guesses first is none."""

import time
import unicodedata

import pytest

from deviations.domain import passwords
from deviations.domain.passwords import Fault, fault, normal

OWN = ("rut.rask@haninge.se", "Rut Rask")


@pytest.mark.parametrize(
    "password",
    [
        "sju sjösjuka sjömän",
        "korrekt häst batteri",
        "tolv tecken!",
        "hej på dig du",
        "jag gillar pannkakor",
        "x" * 60 + "yzåäö" * 13,
        "åäö 漢字 emoji 🙂 mening",
        "漢字漢語日本語中文字彙典 sommar",
        "Ruts katt heter Doris",
        "  mellanslag på båda sidor  ",
        "fK3-9vQ!mLp2zx",
        "å" * 8 + "bcdefghijklmnopqrstuvwxyz"[::3],
    ],
)
def test_long_ones_of_any_letters_are_taken(password: str) -> None:
    assert fault(password, OWN) is None


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", Fault.SHORT),
        ("elva tecken", Fault.SHORT),
        ("f" * 60 + "åäöqwerty uiop" * 5, Fault.LONG),
        ("a" * 20, Fault.SIMPLE),
        ("abcdabcdabcd", Fault.SIMPLE),
        ("hejsanhejsan", Fault.SIMPLE),
        ("123456789012", Fault.SIMPLE),
        ("321098765432", Fault.SIMPLE),
        ("QWERTYUIOPÅA", Fault.SIMPLE),
        ("abcdefghijklm", Fault.SIMPLE),
        ("1qaz2wsx3edc", Fault.SIMPLE),
        ("motherfucker", Fault.COMMON),
        ("LEAVEMEALONE", Fault.COMMON),
        ("password1234", Fault.COMMON),
        ("Sommar2024!!", Fault.COMMON),
        ("sommar2024sommar", Fault.COMMON),
        ("Lösenord1234", Fault.COMMON),
        ("l0senord1234!", Fault.COMMON),
        ("losenord 2026", Fault.COMMON),
        ("Stockholm2024", Fault.COMMON),
        ("2026-Södertälje", Fault.COMMON),
        ("mellanstolarna1", Fault.COMMON),
        ("MIA Vidare 2026", Fault.COMMON),
        ("Haninge kommun 2025", Fault.COMMON),
        ("rut.rask@haninge.se", Fault.OWN),
        ("Rut Rask 19850101", Fault.OWN),
        ("!!RUTRASK2026!!", Fault.OWN),
        ("rask1234567890x", Fault.OWN),
    ],
)
def test_short_and_easy_ones_are_not(password: str, why: Fault) -> None:
    assert fault(password, OWN) is why


def test_rings_and_dots_written_apart_make_the_same_password() -> None:
    apart = unicodedata.normalize("NFD", "sju sjösjuka sjömän")
    assert apart != "sju sjösjuka sjömän"
    assert normal(apart) == "sju sjösjuka sjömän"
    assert normal("  Två  Mellanslag ") == "  Två  Mellanslag "


def test_length_is_counted_in_characters_as_they_are_read() -> None:
    assert fault(unicodedata.normalize("NFD", "åäöåäöåäöåä")) is Fault.SHORT


def test_the_bundled_list_is_as_long_as_is_said() -> None:
    common = passwords._common()
    assert sum(len(word) >= passwords.SHORTEST for word in common) == 12_000
    assert len(common) == 17_000
    assert all(word == word.casefold() and word.isascii() for word in common)
    assert not [word for word in common if "@" in word]


def test_every_long_password_of_the_list_is_refused_in_any_case() -> None:
    long = sorted(word for word in passwords._common() if len(word) >= passwords.SHORTEST)[::50]
    assert [word for word in long if fault(word.upper()) is None] == []


def test_no_long_password_holds_up_its_judge() -> None:
    fault("till att läsa listorna")
    begun = time.process_time()
    for password in ("stockholmsommar" * 9, "sommar" * 21, "1" * 64 + "abcde" * 12, "solsolsolsol" * 10 + "xy"):
        fault(password[:128], OWN)
    assert time.process_time() - begun < 1  # milliseconds, where trying every way to divide it would take for ever
