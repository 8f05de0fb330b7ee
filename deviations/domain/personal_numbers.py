"""Finds personnummer and samordningsnummer, also mistyped ones; times, organisations' and invoice numbers pass."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from deviations.domain.digit_runs import OTHER_NUMBER, Run, parted_runs, runs
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
    """The personal numbers of a plain text, in no particular order; where two overlap the first holds."""
    for found in _RESERVE.finditer(text):
        if _is_reserve(found):
            yield Span(found.start(), found.end(), Kind.PERSONNUMMER)
    for run in runs(text):
        yield from _sweep(run, _identity)
    for run in parted_runs(text):
        yield from _sweep(run, _parted)


def _sweep(run: Run, judge: Callable[[Run, int], int | None]) -> Iterator[Span]:
    first = 0
    while first < len(run.groups):
        last = judge(run, first)
        if last is None:
            first += 1
            continue
        digits = run.digits(first, last)
        day = int(digits[6:8] if len(digits) >= 11 else digits[4:6])
        kind = Kind.SAMORDNINGSNUMMER if 61 <= day <= 91 else Kind.PERSONNUMMER
        yield Span(run.groups[first][0], run.groups[last][1], kind)
        first = last + 1


_RESERVE: Final = re.compile(
    r"(?<!\d)(?P<date>(?:19|20)?\d\d([-./ ]?)\d\d\2\d\d)(?P<joint>[ \n]?[^\w\n]?[ \n]?|_)"
    r"(?P<serial>[A-Z]\d{3}|(?:[A-Z]{2}|(?i:tf)) ?\d{2}|"
    r"(?P<hidden>\d[xX*?•#]{3}|\d\d[xX*?•#]{2}|\d{3}[xX*?•#]|[xX*?•#]{4}))(?!\w)"
)
"""A birth date with a reserve number (`811218-T123`, `811218-TF12`) or a partly hidden one (`811218-9XXX`)."""


def _is_reserve(found: re.Match[str]) -> bool:
    """True for a birth date; after a recent date something else may follow, so there the usual dash is needed."""
    digits = "".join(char for char in found["date"] if char.isdigit())
    if not is_dated(digits[-6:]):
        return False
    usual = found["joint"] in ("-", "+") and not (found["hidden"] and not found["hidden"][0].isdigit())
    return usual or (_is_birth(digits) and (bool(found["joint"]) or bool(found["hidden"]) or len(digits) == 8))


def _is_birth(digits: str) -> bool:
    """True when the year of a date of six or eight digits is one in which an adult of today was born."""
    return "1915" <= digits[:4] <= "2012" if len(digits) == 8 else not "13" <= digits[:2] <= "39"


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
    if not named and (_is_timestamp(run, first, last) or _is_period(run, first, last) or (other and whole)):
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


def _is_period(run: Run, first: int, last: int) -> bool:
    """True for two months or two dates without a century (`202401-202406`, `200408-240810`), and from within a date on.

    A right check digit counts more than two dates: a number in two halves may look like them.
    """
    digits, lengths = run.digits(first, last), run.lengths(first, last)
    if lengths == (6, 6):
        months = digits[6:8] in ("19", "20") and all("01" <= month <= "12" for month in (digits[4:6], digits[10:]))
        return months or (is_dated(digits[:6]) and is_dated(digits[6:]) and not luhn(digits[-10:]))
    return lengths == (2, 2, 4, 2) and first > 0 and run.between(first - 1) == "-"


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
    """True when points, colons or slashes divide the digits as in sums, times and registry numbers.

    One and the same mark between all the pairs of a number (`81.12.18.98.76`) is no such division.
    """
    gaps = {run.between(group) for group in range(first, last)}
    lengths = run.lengths(first, last)
    if len(gaps) == 1 and (set(lengths[1:]) == {2} or set(lengths) == {1}):
        return False
    return lengths[-1] != 4 and any(mark in gap for gap in gaps for mark in ".:/")


def _is_cut_or_stretched(run: Run, first: int, last: int) -> bool:
    """A birth date, a dash and a serial with one digit too few or too many."""
    lengths = run.lengths(first, last)
    if lengths not in {(6, 3), (6, 5), (8, 3), (8, 5)} or run.between(first).strip() not in ("-", "+"):
        return False
    date = run.digits(first, first)
    return _is_birth(date) and is_dated(date[-6:])


_GRIDS: Final = frozenset(
    {(6, 4), (8, 4), (2, 2, 2, 4), (4, 2, 2, 4), (4, 4, 4), (2, 4, 4), (6, 2, 2), (8, 2, 2)}
    | {(2,) * 5, (2,) * 6, (4, 2, 2, 2, 2), (1,) * 10, (1,) * 12}
)


def _parted(run: Run, first: int) -> int | None:
    """The last group of a personal number whose date and serial any mark divides (`811218;9876`), or None.

    More than the two must be divided evenly, by one mark, with nothing but them in the run: a list is none, nor is a
    count (`10,11,12,13,14`).
    """
    for last in reversed(run.windows(first, 10, 12)):
        lengths = run.lengths(first, last)
        if lengths in _GRIDS and _is_even(run, first, last) and not _is_timestamp(run, first, last):
            digits = run.digits(first, last)
            century = digits[:-10] in ("", "19", "20")
            if century and is_dated(digits[-10:-4]) and _is_sure(run, first, last, digits):
                return last
    return None


def _is_even(run: Run, first: int, last: int) -> bool:
    """True when one mark at most stands within the date and within the serial, and no comma with a space."""
    joint, left = last - 1, 4 - run.lengths(first, last)[-1]
    while left > 0:
        joint, left = joint - 1, left - run.lengths(joint, joint)[0]
    gaps = {run.between(group) for group in range(first, last) if group != joint}
    whole = first == 0 and last == len(run.groups) - 1
    values = [int(run.digits(group, group)) for group in range(first, last + 1)]
    counted = all(two == one + 1 for one, two in pairwise(values))
    return len(gaps) <= 1 and all(len(gap) == 1 for gap in gaps) and (last - first < 4 or (whole and not counted))


def _is_sure(run: Run, first: int, last: int, digits: str) -> bool:
    """The check digit is right, or the shape leaves no doubt: a birth date and a serial, close to each other."""
    joint = run.between(last - 1)
    spaced = joint != "".join(joint.split())
    if luhn(digits[-10:]):
        return not (spaced and digits[-4:-2] in ("19", "20"))  # a list of a date and a year
    if first == 0 and OTHER_NUMBER.search(run.before(0, 40)):
        return False
    return not spaced and last - first < 4 and _is_birth(digits[:-4])
