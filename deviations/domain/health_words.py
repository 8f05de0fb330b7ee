"""The words for illnesses, diagnoses and addictions that the field writes, in their stems and abbreviations.

Alone they point out nobody: half of what this program is about has to do with them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_STEMS: Final = (
    # psychiatry and neurodevelopment
    r"autis|asperger|tourette|adhd|bipol[äa]r|mano?depress|depress|depri?m|schizo|psykos|psykotis|"
    r"paranoi|vanföreställning|"
    r"utmattning|utbränd|utbrändh|ångest|panikattack|paniksyndrom|panikångest|tvångssyndrom|"
    r"tvångstank|ptsd|posttraumat|"
    r"borderline|personlighetsst|personlighetssynd|anore[xk]|bulimi|ätstörning|självskad|suicid|självmord|dissociat|"
    r"könsdysfori|katatoni|fobi$|dyslexi|dyskalkyli|utvecklingsstör|"
    # addiction
    r"alkoholis|narkoman|narkomani|heroin|amfetamin|metadon|opioid|beroendesjuk|"
    r"(?:alkohol|drog|narkotika|spel|läkemedels|tablett|cannabis|opiat)(?:beroend|missbruk)|missbruk|"
    # body
    r"cancer|tumör|leukemi|lymfom|malign|cytostatika|cellgift|parkinson|alzheimer|demens|"
    r"stroke|hjärtinfarkt|hjärtsvikt|hjärnskad|hjärnblödning|skallskad|epilep|diabet|reumat|"
    r"fibromyalgi|artros|artrit|bechterew|"
    r"astma|hiv-?(?:smitt|posit)?|hepatit|tuberkulos|crohn|ulcerös|endometrios|migrän|whiplash|"
    r"post-?covid|långtidscovid|muskeldystrofi|cp-skad|ryggmärgsskad|förlam|amputer|dövblind|synskad|"
    r"hörselskad|narkolepsi|lupus|psoriasis|sarkoidos|ehlers|skolios|diskbråck|njursvikt|dialys|"
    r"^blind$|^döv$|transplant|tortyrskad|krigsskad|missfall|förlossningsdep"
)
_SERVICE: Final = re.compile(
    r"vård|enhet|mottagning|förbund|team|utredning|fond|behandling|centr|rådgiv|grupp|klinik|"
    r"samordnare|koordinator|lagstift|"
    r"hjälp|linje|handlägg|boende|prevent|register|forskning|förening|konsulent|stöd|kurs|hem(?:met)?$"
)
_STEM: Final = re.compile(_STEMS)
_PHRASE: Final = re.compile(
    r"\b(?:psykisk (?:sjukdom|ohälsa|funktionsnedsättning)|psykiskt sjuk|"
    r"intellektuell funktionsnedsättning|downs syndrom|"
    r"multipel skleros|cerebral pares)\b",
    re.IGNORECASE,
)
_SHORT: Final = re.compile(
    r"(?<![\w-])(?:MS(?! (?:Teams|Office|Word|Excel|Project|Outlook))|ALS|KOL|ADD|NPF|OCD|IBS|IBD|HIV|"
    r"AIDS|TBC|ME/CFS|GAD|EIPS|"
    r"(?:diagnos|diagnosen|kod|F-diagnos)(?:en)? [A-TV-Z]\d\d(?:\.\d{1,2})?)(?![\w-])"
)
_AFTER: Final = re.compile(r" (?:sjukdom|syndrom|störning|depression)(?:en|et)?\b")


def diagnoses(text: str) -> Iterator[tuple[int, int]]:
    """Start and end (exclusive) of each word for an illness in `text`; names of clinics, teams and the like pass."""
    for word in _WORD.finditer(text):
        if _is_illness(word[0].lower()):
            more = _AFTER.match(text, word.end())
            yield word.start(), more.end() if more else word.end()
    for pattern in (_PHRASE, _SHORT):
        for found in pattern.finditer(text):
            yield found.span()


@lru_cache(maxsize=8192)
def _is_illness(low: str) -> bool:
    found = _STEM.search(low)
    return found is not None and not _SERVICE.search(low, found.end())
