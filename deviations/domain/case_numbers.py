"""Finds the numbers under which one person's case is kept; registry numbers of public documents pass."""

import re
from collections.abc import Iterator
from typing import Final

from deviations.domain.personal_data import Kind, Span

_WIDE: Final = r"(?:\n| [-/:_] ?|[-/] )(?=\d\d)"
_TIGHT: Final = r"(?:_|[^\w\s()\[\]])"
_MARK: Final = rf"(?:{_WIDE}|{_TIGHT}| )"
"""What may divide the parts of a number: any one mark, or a dash, slash or colon with spaces before more digits."""
_CASE: Final = re.compile(
    r"(?i:ärende(?:t|ts)?(?:\s?(?:nummer|numret|nr))?|\bakt(?:en)?(?:\s?(?:nummer|numret|nr))?|"
    r"journal(?:en)?(?:\s?(?:nummer|numret|nr))|beteckning(?:en|snummer|snr)?|"
    r"\bmål(?:et)?(?:\s?(?:nummer|numret|nr))?|dossi?(?:er)?\s?(?:nummer|numret|nr)|"
    r"lma-?(?:kort(?:et)?)?\s?(?:nummer|numret|nr)?|skade(?:nummer|numret|nr)|remiss(?:nummer|"
    r"numret|nr|-?id)|"
    r"(?:klient|brukar|deltagar|patient|försäkrings|besluts|ansöknings|anmälnings|sökande|csn|"
    r"utmätnings|inkasso|rättsfalls)-?\s?(?:nummer|numret|nr|-?id)|skuldsanering(?:en|särendet)?|"
    r"sjukfall(?:et)?(?:\s?(?:nr|nummer))?|case|ärende-?id)(?![a-zåäö])"
    r"\.?(?:[ \n]?[:,#(]?[ \n]?(?i:(?:är|var|har|hos|nr|nummer|id|i|på|med|AF|FK|FKs|AFs|"
    r"Försäkringskassan|Migrationsverket|heter|lyder)\b[ .:,]{0,2}){0,3})"
    rf"((?:[A-ZÅÄÖ]{{1,5}}[ -]?)?\d[\dA-Z]{{0,14}}(?:{_MARK}?[\dA-Z]{{1,12}}){{0,4}})(?!\w)"
)
_NUMBER: Final = re.compile(
    r"\d{2,3}(?: \d{2,4}(?!\d)){2,4}(?: \d(?![\w.:]))?|"
    rf"(?:[A-ZÅÄÖa-zåäö]{{1,5}}[ -]?)?\d[\dA-Z]*(?:{_TIGHT}?[\dA-Z]+|{_WIDE}\d+| (?=\d{{3,}})\d+)*"
)
_BARE_CASE: Final = re.compile(r"(?<![\w-])(?:U-\d{2,6}-\d{2}(?:/\d{1,6})?|(?:AF|FK|LMA)-\d{2,4}[-/]\d{4,9})(?!\w)")
_PUBLIC: Final = re.compile(
    r"(?:dnr|diarie|\bHFD|\bHD\b|högsta|\bNJA|\bRÅ\b|rättsfall|prejudikat|vägledande|praxis|"
    r"AD \d)[^.!?]{0,40}$",
    re.IGNORECASE,
)
_COMMITTEE: Final = re.compile(
    r"(?:KS|KF|KSN|SN|AN|AMN|BUN|VON|SF|SBN|ON|ÄN|NSV|VN|KSF|SOC|RS|HSN|AVN|UN)[ -]?(?:19|20)\d\d"
)


def bare_cases(text: str) -> Iterator[Span]:
    for found in _BARE_CASE.finditer(text):
        yield Span(found.start(), found.end(), Kind.CASE_NUMBER)


def cases(text: str) -> Iterator[Span]:
    for found in _CASE.finditer(text):
        number = _NUMBER.match(found[1])
        if number and _is_personal_case(text, found, number[0].rstrip(".:-/ ")):
            yield Span(found.start(1), found.start(1) + len(number[0].rstrip(".:-/ ")), Kind.CASE_NUMBER)


def _is_personal_case(text: str, found: re.Match[str], number: str) -> bool:
    """A long enough number that is no registry number, published judgment, year or date."""
    digits = sum(char.isdigit() for char in number)
    word = found[0].lower()
    numbered = re.search(r"(?:nummer|numret|nr|id)\b", word) is not None
    if _PUBLIC.search(text[max(0, found.start() - 60) : found.start(1)]) or _COMMITTEE.match(number):
        return False
    if re.fullmatch(r"(?:19|20)\d\d(?:-\d\d-\d\d)?|\d{4}:\d{1,4}|\d{1,3}(?: \d{3})+", number) and not numbered:
        return False
    if word.startswith("mål") and not numbered:
        return re.fullmatch(r"(?:[A-ZÖ]{1,2} ?)?\d{1,6}-\d\d", number) is not None
    follows = text[found.start(1) + len(number) :][:12].lstrip().lower()
    return digits >= (3 if numbered else 5) and not follows.startswith(
        ("kr", "dagar", "person", "deltag", "ärende", "timm", "procent", "%")
    )
