"""Finds personnummer and samordningsnummer, also mistyped ones; times, organisations' and invoice numbers pass."""

import re
from collections.abc import Iterator
from typing import Final

from deviations.domain.digit_runs import OTHER_NUMBER, Run, runs
from deviations.domain.personal_data import Kind, Span

_ID_WORD: Final = re.compile(
    r"(?:person|p|pers|samordnings|sam|samordn|födelse|identitets)[.\-]?\s?(?:nummer|numret|nr|"
    r"num)\b[^\d.!?]{0,18}$|\bpnr?\b[^\d.!?]{0,12}$",
    re.IGNORECASE,
)


_DOUBLED: Final = str.maketrans("0123456789", "0246813579")  # twice the digit, its own digits added


def luhn(digits: str) -> bool:
    """True when ten digits carry the right check digit (modulus 10, Skatteverket SKV 704)."""
    return sum(map(int, digits[1::2] + digits[::2].translate(_DOUBLED))) % 10 == 0


def identities(text: str) -> Iterator[Span]:
    for run in runs(text):
        first = 0
        while first < len(run.groups):
            last = _identity(run, first)
            if last is None:
                first += 1
                continue
            digits = run.digits(first, last)
            day = int(digits[6:8] if len(digits) >= 11 else digits[4:6])
            kind = Kind.SAMORDNINGSNUMMER if 61 <= day <= 91 else Kind.PERSONNUMMER
            yield Span(run.groups[first][0], run.groups[last][1], kind)
            first = last + 1
    for found in _RESERVE.finditer(text):
        if is_dated(found[1][-6:]):
            yield Span(found.start(), found.end(), Kind.PERSONNUMMER)


_RESERVE: Final = re.compile(r"(?<!\d)((?:19|20)?\d{6})-(?:[A-Z]\d{3}|[A-Z]{2}\d{2})(?!\w)")


def is_dated(six: str) -> bool:
    """True when six digits are a year, a month and a day (for a samordningsnummer the day plus 60)."""
    return 1 <= int(six[2:4]) <= 12 and (1 <= int(six[4:6]) <= 31 or 61 <= int(six[4:6]) <= 91)


def _identity(run: Run, first: int) -> int | None:
    """The last group of a personal number that begins with group `first`, the longest form first, or None."""
    lasts = run.windows(first, 9, 13)
    before = "" if first or not lasts else run.before(first, 40)
    named = bool(before and _ID_WORD.search(before))
    other = bool(before and not named and OTHER_NUMBER.search(before))
    for last in reversed(lasts):
        size = len(run.digits(first, last))
        if size in (10, 12) and _is_identity(run, first, last, named, other):
            return last
    for last in lasts:
        if named and 9 <= len(run.digits(first, last)) <= 13 and not _is_organisation(run.digits(first, last), before):
            return last
        if last == first + 1 and not other and _is_cut_or_stretched(run, first, last):
            return last
    return None


def _is_organisation(digits: str, before: str) -> bool:
    return len(digits) == 10 and digits[2] >= "2" and luhn(digits) and "org" in before.lower()


def _is_identity(run: Run, first: int, last: int, named: bool, other: bool) -> bool:
    """Judges ten or twelve digits by date, check digit, grouping and the word before.

    A wrong check digit is let in when the shape is right: mistyped numbers point out people too.
    """
    digits = run.digits(first, last)
    ten, century = digits[-10:], digits[:-10]
    if not named and ten[2] not in "01":
        return False
    lengths = run.lengths(first, last)
    whole = len(lengths) == 1
    shaped = whole or (lengths[-1] == 4 and lengths[:-1] in _DATE_SHAPES)
    if (century and century not in ("19", "20")) or (_is_phone_like(run, first, last, shaped) and not named):
        return False
    joint = "" if whole else run.between(last - 1).strip()
    if not named and (_is_timestamp(run, first, last) or (other and whole)):
        return False
    if is_dated(ten[:6]):
        if century and not _is_decimal(run, first, last):
            return True
        return (luhn(ten) and not _is_decimal(run, first, last)) or (shaped and joint in ("", "-", "+", "_")) or named
    mistyped = ten[2] in "01" and (not century or "1915" <= digits[:4] <= "2012")
    return named or (
        mistyped
        and not other
        and shaped
        and ((joint in ("-", "+") and len(lengths) == 2) or (whole and century == "19"))
    )


_DATE_SHAPES: Final = frozenset({(6,), (8,), (2, 2, 2), (4, 2, 2), (2, 6), (2, 2, 2, 2), (4, 4), (2, 4)})


def _is_phone_like(run: Run, first: int, last: int, shaped: bool) -> bool:
    """A mobile number can pass every check of a samordningsnummer (day 74): its usual grouping decides."""
    digits, lengths = run.digits(first, last), run.lengths(first, last)
    if len(digits) != 10 or digits[0] != "0" or set(lengths) == {1}:
        return False
    mobile = digits[1] == "7" and digits[2] in "02369"
    return (mobile and lengths != (6, 4)) or (not shaped and set(lengths) != {2})


def _is_timestamp(run: Run, first: int, last: int) -> bool:
    """True for a recent date followed by a time of day, or a date followed by another date."""
    digits, lengths = run.digits(first, last), run.lengths(first, last)
    serial = digits[-4:]
    clock = int(serial[:2]) <= 23 and int(serial[2:]) <= 59
    recent = (
        "15" <= digits[-10:-8] <= "39"
        and digits[:-10] != "19"
        and "+" not in run.text[run.groups[first][0] : run.groups[last][1]]
    )
    dashed = lengths[:3] == (4, 2, 2) or lengths[:3] == (2, 2, 2)
    if (
        dashed
        and last + 1 < len(run.groups)
        and run.between(last) in "-/."
        and run.groups[last + 1][1] - run.groups[last + 1][0] <= 2
    ):
        return True
    return clock and (recent or (dashed and digits[:2] == "20" and "-" not in run.between(last - 1)))


def _is_decimal(run: Run, first: int, last: int) -> bool:
    """True when points, colons or slashes divide the digits as in sums, times and registry numbers."""
    return (
        any(mark in run.between(group) for group in range(first, last) for mark in ".:/")
        and run.lengths(first, last)[-1] != 4
    )


def _is_cut_or_stretched(run: Run, first: int, last: int) -> bool:
    """A birth date, a dash and a serial with one digit too few or too many."""
    lengths = run.lengths(first, last)
    if lengths not in {(6, 3), (6, 5), (8, 3), (8, 5)} or run.between(first).strip() not in ("-", "+"):
        return False
    date = run.digits(first, first)
    born = "1915" <= date[:4] <= "2012" if len(date) == 8 else not "13" <= date[:2] <= "39"
    return born and is_dated(date[-6:])
