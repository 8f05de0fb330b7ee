"""Finds a diagnosis that stands together with a detail that points out one person: an age, a small place, where
somebody comes from or works, "the only one". Neither is marked alone.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from deviations.domain.health_words import diagnoses
from deviations.domain.name_lists import forms, lexicon
from deviations.domain.personal_data import Kind, Span

LARGEST: Final = frozenset(
    "stockholm stockholms göteborg göteborgs malmö uppsala linköping örebro västerås helsingborg "
    "norrköping jönköping umeå lund "
    "borås huddinge nacka eskilstuna halmstad gävle sundsvall södertälje karlstad växjö".split()
)
"""Municipalities of about a hundred thousand and more (general knowledge: the package has no population figures).

Every other municipality, district, village or island of the lists counts as a small place.
"""

_NO_PLACES: Final = frozenset(
    "norra södra östra västra lilla stora gamla upplands handen kungens roslagen roslags roslagstull "
    "södertörn södertörns "
    "universitetet telefonplan slussen danderyds liljeholmens arlanda ed bro ör vara".split()
)
"""Parts of names of places that say nothing alone, and places that everybody passes."""

_AGE: Final = re.compile(
    r"(?<![\d–-])(?:1[3-9]|[2-9]\d)[- ]?åri(?:g|ga|ge|gt|ng|ngen)(?!\w)|"
    r"\b(?:(?:tjugo|trettio|fyrtio|femtio|sextio|sjuttio)(?:ett|en|två|tre|fyra|fem|sex|sju|åtta|"
    r"nio)?|(?:fem|sex|sjut|ar|nit)ton)"
    r"åri(?:g|ga|ge|gt|ng|ngen)\b|"
    r"\b(?:är|var|blev|blir|fyller|fyllde|fyllt) (?:snart |bara |just |nu )?((?:1[3-9]|[2-9]\d) år)(?! sedan|\w)|"
    r"\b(?:hon|han|hen|deltagaren|klienten|brukaren|patienten|personen|kvinnan|mannen|killen|tjejen) "
    r"(?:är|blev|fyller|fyllde) ((?:1[3-9]|[2-9]\d))(?=[.,)]| och|$)|"
    r"(?:(?<=, )|(?<=\()|(?<=[a-zåäö]n )|^)(?:1[3-9]|[2-9]\d) år(?=,| och| gammal|\))|"
    r"\b(?:1[3-9]|[2-9]\d) år gam(?:mal|la)\b|"
    r"\b(?:född|f\.) ?(?:år |i [a-zåäö]+ )?(?:(?:19|20)\d\d|-?\d\d)(?!\d)|\bfödelseår(?:et)?:? (?:19|20)\d\d|"
    r"\b(?:[2-9]0|tjugo|trettio|fyrtio|femtio|sextio|sjuttio)-?årsåldern\b",
    re.IGNORECASE,
)
_PEOPLES: Final = (
    r"afghan|syri|irak|iransk?|persi|kurd|somali|eritrean|eritr|etiopi|sudan|jemen|libane|palestin|jordan|egypt|marock|"
    r"tunisi|algeri|gambi|nigeri|ghan|ugand|kenya|kenyan|kongoles|rwand|burund|pakistan|bangladesh|bengal|ind|nepal|"
    r"thailändsk?|thai|vietnames|kines|mongol|japan|korean|burmes|filippin|turk|armen|azer|georg|"
    r"ukrain|rys|vitryss|bela?rus|"
    r"pol|rumän|bulgar|ungr|serb|bosni|bosn|kroat|alban|kosovo|kosovoalban|makedon|montenegrin|grek|"
    r"finländ|est|est(?:länd)|"
    r"lett|litau|chilen|colomb|peru|bolivi|argentin|brasili|mexikan|kuban|uzbek|tadzj|kazak|tjetj|"
    r"uigur|assyri|rom|tamil|"
    r"hazar|tigrinj|amhar|tigrean|oromo|swahili|dari|pashto|arab|urdu|hindi|punjabi|spansk|portugis|fransk|engelsk"
)
_ORIGIN: Final = re.compile(
    rf"\b(?:{_PEOPLES})\w{{0,5}}talande\b|"
    rf"\b((?:{_PEOPLES})(?:isk|sk|k|ansk|esisk|nesisk|iansk)?(?:a|t|e)?) (?:kvinna|kvinnan|man|mannen|"
    rf"kille|tjej|medborgare|bakgrund|"
    r"deltagare|familj|flykting|ursprung|mamma|pappa|pojke|flicka|ungdom)\w{0,3}\b|"
    rf"\b(?:talar|pratar|modersmål(?:et)?(?: är)?|kan) (?:bara |endast |enbart )?((?:{_PEOPLES})\w{{0,6}})\b|"
    rf"\b(?:är|en|den|som|vår) ((?:{_PEOPLES})(?:ier|an|er|ar|yn|es|ska|iska|inska|länning|"
    rf"ländska)?(?:en|n|na)?)(?=[ ,.)]|$)",
    re.IGNORECASE,
)
_FROM: Final = re.compile(
    r"\b(?:från|född i|flydde från|flytt från|uppvuxen i|ursprung i|kom från|rötter i) ((?:[A-ZÅÄÖ][\w-]+ ?){1,2})"
)
_ONLY: Final = re.compile(
    r"\b(?:den|det) enda?\b(?= (?:som|i|på|inom|hos|med|av|kvinnan|mannen|deltagaren|personen|tjejen|killen|fallet))|"
    r"\bende?a? (?:i|på|inom) (?:hela )?(?:kommunen|byn|länet|orten|staden|gruppen|projektet|landet|"
    r"skolan|stan|enheten|stadsdelen)\b|"
    r"\b(?:ensam|först|unik) (?:om (?:sin|det|detta|sitt)|i (?:kommunen|länet|byn|orten|landet|gruppen|projektet))\b|"
    r"\bingen annan (?:i|på|inom) (?:kommunen|länet|byn|gruppen|orten|projektet)\b",
    re.IGNORECASE,
)
_JOBS: Final = (
    r"präst|imam|rabbin|diakon|pilot|flygledare|lokförare|sjökapten|yrkesfiskare|fiskare|renskötare|"
    r"samebonde|smed|hovslagare|"
    r"sotare|dirigent|operasångare|operasångerska|skådespelare|skådespelerska|författare|poet|"
    r"journalist|nyhetsankare|domare|"
    r"åklagare|riksdagsledamot|riksdagsman|kommunalråd|borgmästare|polis|polisman|veterinär|"
    r"tandläkare|optiker|brandman|fyrvaktare|"
    r"jägmästare|urmakare|guldsmed|orgelbyggare|kantor|organist|professor|landshövding|ambassadör|"
    r"diplomat|elitidrottare|"
    r"fotbollsproffs|hockeyproffs|landslagsspelare|balettdansös|balettdansare|konstnär|konsertpianist|"
    r"violinist|musiker|"
    r"barnmorska|kirurg|arkitekt|geolog|astronom|kärnfysiker|general|officer|överste|dykare|dansös|"
    r"tatuerare|begravningsentreprenör|"
    r"trollkarl|cirkusartist|minister|advokat|mäklare|notarie|kock på \w+"
)
_JOB: Final = re.compile(
    rf"\b(?:som|är|var|utbildad|före detta|f\.?d\.?|tidigare|varit) (?:en |tidigare |före detta |f\.?d\.? |känd )?"
    rf"(?P<job>(?:{_JOBS}))\b",
    re.IGNORECASE,
)
_WORKPLACE: Final = re.compile(
    r"\b(?:jobbar|jobbade|jobbat|arbetar|arbetade|arbetat|arbetstränar|arbetstränade|praktiserar|"
    r"praktiserade|praktik|anställd|går|gick|"
    r"studerar|bor|bodde|pluggar|städar|tränar)(?: \w+){0,2}? (?:på|hos|vid) (?:\w+(?:et|en|n) )?"
    r"(?P<where>[A-ZÅÄÖ][a-zåäöé]\w*(?:[ -](?:[A-ZÅÄÖ]\w+|folkhögskola|gymnasium|förskola|skola|"
    r"sjukhus|bageri|kyrka|vårdcentral))*)"
)
_AGENCY: Final = re.compile(
    r"(?:Arbetsförmedling|Försäkringskass|Skatteverk|Migrationsverk|Kronofog|Komvux|Samhall|Sfi|"
    r"Socialtjänst|Region|Kommun|Psykiatri)"
)
_SMALL: Final = re.compile(
    r"\b(?:byn|orten|bruksorten|samhället|stadsdelen|kommunen|ön|tätorten|utanför|bor i|bor på|"
    r"bodde i|bodde på|bosatt i|bosatt på|"
    r"flyttat till|flyttade till|hemma i) (?P<place>[A-ZÅÄÖ][a-zåäöé]+(?:[ -][A-ZÅÄÖ][a-zåäöé]+)?)|"
    r"\b(?:en liten (?:by|ort|kommun|stad|ö)|ett litet (?:samhälle|bruk)|glesbygd\w*|(?<=i )byn|(?<=på )ön)\b"
)
_CAPITAL: Final = re.compile(r"(?<![\w-])[A-ZÅÄÖ][a-zåäöé]+(?:-[A-ZÅÄÖ][a-zåäöé]+)?(?!\w)")
_INSTITUTION: Final = re.compile(
    r" (?:sjukhus|vårdcentral|kommun|kommuns|folkhögskola|lasarett|tingsrätt|församling|kyrka|stad|"
    r"stads|län|läns|psykiatri|AME)\b"
)

_ONE: Final = re.compile(
    r"\b(?:hon|han|hen|hennes|hans|hens|honom|henne|deltagaren|deltagarens|klienten|brukaren|"
    r"patienten|personen|kvinnan|mannen|"
    r"killen|tjejen|pojken|flickan|ungdomen|mamman|pappan|sonen|dottern|praktikanten|medarbetaren|kollegan|"
    r"(?:en|vår|min|ung|ny|denna?|denne) (?:\w+ ){0,2}(?:deltagare|klient|brukare|patient|person|"
    r"kvinna|man|kille|tjej|pojke|flicka|ungdom|"
    r"mamma|pappa|förälder|kollega|praktikant|medborgare|med)|^(?:deltagare|klient|brukare|patient|"
    r"kvinna|man|person|kille|tjej)|"
    r"\w*årig|\w*åring(?:en)?|bor|bodde|bosatt|född|lider|fick diagnosen|har diagnosen|\[namn\]|"
    r"\[initialer\])\b|\[(?:namn|initialer)\]",
    re.IGNORECASE,
)
_MANY: Final = re.compile(
    r"\b(?:personer|många|flera|alla|de flesta|de som|den som|unga|vuxna|gruppen|målgrupp\w*|"
    r"deltagarna|deltagare|patienter|brukare|"
    r"klienter|kvinnor|män|barn|ungdomar|människor|andra|vanlig\w*|utredning\w*|kö|kön|väntetid\w*|"
    r"mottagning\w*|team\w*|enhet\w*|"
    r"psykiatrin|vården|insats\w*|finns|saknas|kräver|räknas|ingår|stöd till|stöd för|kunskap om|"
    r"projektet|verksamhet\w*|kurs\w*|"
    r"samverkan\w*|rutin\w*|behandl\w*|kommuner|samtliga|varje|någon|ingen|arbetsgivare|arbetsgivarna|"
    r"ofta|innebär|handläggare|handläggarna|lagen|regeln|riktlinjen)\b",
    re.IGNORECASE,
)
_STOP: Final = re.compile(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ\"”(\d-])|\n+")

Detail = tuple[int, int, str]
"""Where a detail starts and ends, and the word that masks it."""


def combinations(text: str) -> Iterator[Span]:
    """The diagnoses of `text` and the details in the same or the neighbouring sentence, where both stand and the
    text speaks of one person; in no particular order."""
    ill = sorted(diagnoses(text))
    if not ill:
        return
    starts = [0, *(found.end() for found in _STOP.finditer(text))]
    sentence = [bisect_right(starts, start) - 1 for start, _ in ill]
    near = {number + step for number in sentence for step in (-1, 0, 1)}
    ends = [*starts[1:], len(text)]
    details = {at: list(_details(text, starts[at], ends[at])) for at in near if 0 <= at < len(starts)}
    signs = _Signs(text, [*starts, len(text)])
    close = {
        number: {
            detail
            for at in (number - 1, number, number + 1)
            for detail in details.get(at, ())
            if signs.speak_of_one(number, at, detail)
        }
        for number in set(sentence)
    }
    for number, (start, end) in zip(sentence, ill, strict=True):
        if close[number]:
            yield Span(start, end, Kind.COMBINATION, "diagnos")
    for start, end, word in sorted(set().union(*close.values())):
        yield Span(start, end, Kind.COMBINATION, word)


class _Signs:
    """Whether a sentence speaks of one person or of many, looked up once for each."""

    def __init__(self, text: str, starts: list[int]) -> None:
        self._sentences = [text[start:end] for start, end in pairwise(starts)]
        self._one: dict[int, bool] = {}
        self._many: dict[int, bool] = {}

    def speak_of_one(self, diagnosis: int, detail: int, found: Detail) -> bool:
        """True when one of the two sentences names a single person, or nothing in a shared sentence speaks of many."""
        if found[2] == "omständighet" or self._is_one(diagnosis) or self._is_one(detail):
            return True
        return diagnosis == detail and not self._is_many(diagnosis)

    def _is_one(self, number: int) -> bool:
        if number not in self._one:
            self._one[number] = _ONE.search(self._sentences[number]) is not None
        return self._one[number]

    def _is_many(self, number: int) -> bool:
        if number not in self._many:
            self._many[number] = _MANY.search(self._sentences[number]) is not None
        return self._many[number]


def _details(text: str, start: int, end: int) -> Iterator[Detail]:
    """The details between two places of the text, in no particular order."""
    for found in _AGE.finditer(text, start, end):
        yield *found.span(found.lastindex or 0), "ålder"
    for pattern, word in ((_ONLY, "omständighet"), (_ORIGIN, "ursprung")):
        for found in pattern.finditer(text, start, end):
            yield *found.span(found.lastindex or 0), word
    for found in _FROM.finditer(text, start, end):
        if any(form in lexicon().regions for part in found[1].lower().split() for form in forms(part)):
            yield found.start(1), found.start(1) + len(found[1].rstrip()), "ursprung"
    for found in _JOB.finditer(text, start, end):
        yield *found.span("job"), "yrke"
    for found in _WORKPLACE.finditer(text, start, end):
        if not _AGENCY.match(found["where"]) and not _is_place(found["where"]):
            yield *found.span("where"), "arbetsplats"
    yield from _places(text, start, end)


def _places(text: str, start: int, end: int) -> Iterator[Detail]:
    for found in _SMALL.finditer(text, start, end):
        if not found["place"]:
            yield *found.span(), "ort"
        elif not _is_large(found["place"]):
            yield *found.span("place"), "ort"
    for found in _CAPITAL.finditer(text, start, end):
        if _is_place(found[0]) and not _is_large(found[0]) and not _INSTITUTION.match(text, found.end()):
            yield *found.span(), "ort"


def _is_place(word: str) -> bool:
    """True for a municipality, district, village or island of the lists."""
    low = word.lower()
    return low not in _NO_PLACES and any(form in lexicon().local for form in forms(low))


def _is_large(word: str) -> bool:
    low = word.split()[0].lower()
    return any(form in LARGEST or form in lexicon().regions for form in forms(low)) or _AGENCY.match(word) is not None
