"""Finds telephone numbers and street addresses; those of organisations pass where it is clear."""

import re
from collections.abc import Iterator
from typing import Final

from deviations.domain import names
from deviations.domain.digit_runs import OTHER_NUMBER, Run, runs
from deviations.domain.personal_data import Kind, Span
from deviations.domain.personal_numbers import is_dated

_SWITCHBOARD: Final = re.compile(
    r"(?:växel|kundtjänst|kundcenter|reception|kontaktcenter|servicecenter|medborgarservice|"
    r"självbetjäning|orgnr|sjukvårdsrådgivning)\w*[^\d.!?]{0,20}$",
    re.IGNORECASE,
)


def phones(text: str) -> Iterator[Span]:
    for run in runs(text):
        first = 0
        while first < len(run.groups):
            found = _phone(run, first)
            if found is None:
                first += 1
                continue
            start, last = found
            yield Span(start, run.groups[last][1], Kind.PHONE)
            first = last + 1


def _phone(run: Run, first: int) -> tuple[int, int] | None:
    """Start and last group of a telephone number beginning with group `first`; switchboards pass."""
    start = run.groups[first][0]
    before = run.before(first)
    abroad = before[-3:].rstrip(" (").endswith("+")
    if not abroad and run.text[start] != "0":
        return None
    if abroad:
        start = run.text.rindex("+", 0, start)
    lasts = run.windows(first, 8, 15)
    if (
        not lasts
        or (not first and (OTHER_NUMBER.search(before) or _SWITCHBOARD.search(before)))
        or (first and not abroad and run.between(first - 1) in ("/", ":", "-", "."))
    ):
        return None
    if run.text[start - 1 : start] == "(" and run.text[run.groups[first][1] : run.groups[first][1] + 1] == ")":
        start -= 1
    for last in reversed(lasts):
        digits, lengths = run.digits(first, last), run.lengths(first, last)
        if abroad or digits.startswith("0046"):
            good = _is_abroad(digits)
        else:
            good = _is_national(digits) and not _is_date_or_time(run, first, last, lengths)
        if good and all(len(run.between(group)) <= 4 and ":" not in run.between(group) for group in range(first, last)):
            return start, last
    return None


def _is_abroad(digits: str) -> bool:
    rest = digits.removeprefix("00")
    if not rest.startswith("46"):
        return 9 <= len(rest) <= 14
    return _is_national("0" + rest[2:].removeprefix("0"))


def _is_national(digits: str) -> bool:
    """Area code and subscriber number of a person's telephone.

    010, 020, 0200, 077x and 0900 belong to organisations (PTS's numbering plan).
    """
    if not digits.startswith("0") or digits.startswith(("00", "010", "020", "077", "0900", "0939", "0944")):
        return False
    return len(digits) == 10 if digits.startswith("07") else 8 <= len(digits) <= 10


def _is_date_or_time(run: Run, first: int, last: int, lengths: tuple[int, ...]) -> bool:
    digits = run.digits(first, last)
    marks = {run.between(group).strip() for group in range(first, last)}
    if lengths in {(2, 2, 4), (2, 2, 2, 2), (4, 4), (2, 2, 2, 4)} and (
        "." in marks or lengths != (4, 4) or is_dated("00" + digits[:4])
    ):
        return True
    if "." in marks and len(marks) > 1:
        return True
    return len(lengths) > 1 and lengths[0] == 1 and set(lengths) != {1}


_CLEAR_STREETS: Final = (
    "gatan gata gränd gränden stigen vägen väg allén allé torget torg "
    "esplanaden bangata slingan svängen brinken tvärväg"
)
_VAGUE_STREETS: Final = (
    "backen backe stig plan parken kajen kaj leden stranden strand hamnen bron ringen åsen höjden "
    "höjd liden lid stråket bågen kroken udden gården hagen "
    "dalen kullen ängen lunden trappan terrassen platsen vången vreten sluttningen berget viken "
    "näset by hed gärdet skogen stigar gångväg park gång rundan"
)
_STREET: Final = re.compile(
    rf"({'|'.join((_CLEAR_STREETS + ' ' + _VAGUE_STREETS).split())})"
    r" {1,2}(?:nr\.? ?)?\d{1,3}(?![\d:%])(?:-\d{1,3}(?!\d))?(?: ?[A-H](?!\w)|[a-h](?!\w))?"
    r"((?:,? (?:lgh|lägenhet|vån|våning) ?\d{1,4}|,? \d{1,2} ?tr(?!\w)(?: (?:ög|öh|ned|nb|tv|th|"
    r"mitt)(?!\w))?)*)"
    r"(,?[ \n](?:SE?-? ?)?\d{3} ?\d{2}(?!\d)(?: [A-ZÅÄÖ][\w-]{1,20}(?: [A-ZÅÄÖ][\w-]{1,20})?)?)?",
)
_STEM: Final = re.compile(r"((?:(?:[A-ZÅÄÖ][\w:éü-]{1,20}|S:t|Sankt|[IVX]{1,4}:s|von|af) ){0,3})([\w-]{0,30})$")
_POSTAL: Final = re.compile(
    r"(?<![\d ,.-])(?<!\d )(?:SE?-)?\d{3} \d{2} [A-ZÅÄÖ][a-zåäö]{2,20}(?: [A-ZÅÄÖ][a-zåäö]{2,20})?"
)
_ROADS: Final = re.compile(
    r"^(?:riks|läns|motor|europa|om|gen|ut|av|arbets|tjänste|åter|mellan|tillvägagångs|karriär|"
    r"lärande|utbildnings|steg|vård|hand|handlings|tids|avse|halv|jobb|järn)-?$",
    re.IGNORECASE,
)
_UNIT: Final = re.compile(
    r" ?(?:år|kr|kronor|%|procent|timm|plats|person|deltag|dag|veck|månad|kap|§|st\b|min|meter|km|"
    r"anställda|gånger|av|000|ledamöter|barn|unga)",
    re.IGNORECASE,
)


def addresses(text: str) -> Iterator[Span]:
    for found in _STREET.finditer(text):
        stem = None if _UNIT.match(text, found.end()) else _stem(text, found.start())
        if stem is None or _ENTRANCE.match(text, found.end()):
            continue
        before = text[max(0, found.start() - 110) : found.start() - len(stem[0])]
        if _is_street(stem[1], stem[2], found[1]) and not _is_where_a_body_is(before):
            head = _head(text, found.start() - len(stem[2]) - len(stem[1]), stem[1])
            yield Span(head, _with_town(text, found.end()), Kind.ADDRESS)
    for found in _POSTAL.finditer(text):
        if names.is_place(found[0].split()[2]) and not re.search(
            r"box \d{1,5},? $", text[max(0, found.start() - 12) : found.start()], re.IGNORECASE
        ):
            yield Span(found.start(), found.end(), Kind.ADDRESS)


_BODY: Final = re.compile(
    r"\b\w{0,24}(?:torget|punkten|kontoret|mottagningen|centralen|enheten|förvaltningen|församlingen|skolan|sjukhuset|"
    r"kassan|verket|förmedlingen|nämnden|förbundet|kommunen|kansliet|lokalen|lokaler|lokalerna|mötet|"
    r"aktiviteten|kursen|"
    r"butiken|restaurangen|centret|biblioteket|verkstaden|teamet|kyrkan|utbildningen|gruppen|projektet|verksamheten|"
    r"företaget|caféet|huset|centrum|kontor|jobbtorg|mottagning|folkhögskola|föreningen|receptionen|"
    r"entrén|mötesplatsen|mötesplats|träffen|ses|träffas|möts|samlas)\b"
    r""
)
_ENTRANCE: Final = re.compile(r",? (?:är|har) (?:entrén|ingången|öppet|stängt|vår|kontoret|lokalen|besöksadress)")
_PERSON: Final = re.compile(
    r"\b(?:bor|bodde|hon|han|hen|hennes|hans|hens|hem|hemma|adress|adressen|skriven|folkbokförd|lägenheten|hyr|"
    r"hembesök|deltagaren|deltagarens|klienten|brukaren|lgh)\b",
    re.IGNORECASE,
)


def _is_where_a_body_is(before: str) -> bool:
    """True when the sentence so far speaks of an office, a shop, a meeting, and of nobody's home."""
    sentence = re.split(r"[.!?\n](?=\s|$)", before)[-1]
    return _BODY.search(sentence.lower()) is not None and not _PERSON.search(sentence)


def _stem(text: str, end: int) -> re.Match[str] | None:
    """The capitalised words and the beginning of the word before a street ending, from at most 75 characters."""
    return _STEM.search(" ".join(text[max(0, end - 75) : end].split(" ")[-4:]))


def _is_street(words: str, stem: str, ending: str) -> bool:
    if not stem:
        return bool(words) and words.rstrip().endswith(("s", "ra", "re", "a"))
    if _ROADS.search(stem) or stem.lower() in {"lång", "egen", "rätt"}:
        return False
    if ending in _VAGUE_STREETS.split():
        return (
            stem[0].isupper()
            and not (ending in {"plan", "park", "by", "gång", "strand"} and len(stem) > 12)
            and ending not in {"plan", "gång"}
        )
    return stem[0].isupper() or (len(stem) > 2 and ending in {"gatan", "vägen", "stigen", "gränd"})


_NOT_STREET: Final = frozenset(
    "Vi Hon Han Hen De Jag På Till Från Hos Mot Vid Bor Nu Adress Adressen Adress: Besök Posten "
    "Hyr I Flytt Ring Hembesök Hemadress Hemadress: Besöksadress Besöksadress: Bostad Bostad:".split()
)


def _head(text: str, start: int, words: str) -> int:
    """Where the street's name begins: without a sentence's first word such as "Hon" or "På"."""
    for word in words.split():
        if word not in _NOT_STREET:
            break
        start += len(word) + 1
    return start


def _with_town(text: str, end: int) -> int:
    town = re.compile(r", ([A-ZÅÄÖ][\w-]{1,20})(?: [A-ZÅÄÖ]\w{1,20})?").match(text, end)
    return town.end() if town and names.is_place(town[1]) else end
