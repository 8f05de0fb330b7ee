"""Finds Swedish verbs in the passive, and the chains of them that hide who does what.

A passive ends in -s ("beaktas", "beviljades", "har prövats") or is made with "bli" ("blir nekad"). Many other words end
in -s, so a word counts only in forms that are hardly ever anything else, or after a verb that asks for it.
"""

import re
from collections.abc import Iterator

NEAR = 6
"""So many words at most stand between two verbs of a chain."""

_HELPERS = frozenset(
    "ska skall skulle bör borde kan kunde kunna måste får fick få behöver behövde vill ville torde lär må att".split()
)
_HAVE = frozenset("har hade ha".split())
_BECOME = frozenset("blir blev bli blivit blivits".split())
_BETWEEN = frozenset(
    "inte också även alltid aldrig ofta redan sedan då därför dock bara helt delvis nu än själv".split()
)
_ACTIVE = frozenset(
    """
    finns fanns funnits finnas hoppas hoppades hoppats minns mindes minnas trivs trivdes trivas lyckas lyckades lyckats
    misslyckas misslyckades misslyckats tycks tycktes känns kändes känts kännas märks märktes märkas syns syntes synts
    synas hörs hördes behövs behövdes behövts behövas krävs krävdes krävts krävas saknas saknades saknats vistas
    vistades andas umgås skäms åldras samlas samlades samsas träffas träffades möts möttes mötas slåss enas enades
    enats låtsas låtsades fattas kallas kallades omfattas omfattades förändras förändrades förändrats förbättras
    förbättrades förbättrats försämras försämrades försämrats utvecklas utvecklades utvecklats öppnas grundas ryms
    hjälps handskas färdas skiljs avses
    alls annars dels genast hos deras vars oss tills minus plus kurs kanvas kalas ananas glas vas bas gas ras fas las
    terras extras mas oaktas således likaledes alldeles särdeles inbördes avsides våras somras höstas vintras plats
    sats allas varandras
    """.split()
)
"""Words that look like passives but happen by themselves, are what the law always says, or are no verbs."""

_REGULAR = re.compile(r"\w{2,}(?:as|ades|ats)$")
_STRONG = re.compile(
    r"\w*(?:förs|görs|ställs|läggs|ges|tas|dras|skrivs|drivs|fylls|följs|hålls|stöds|leds|reds|döms|sätts|vänds|byggs"
    r"|köps|lyfts|bryts|sänds|hävs|stäms|läses|sägs|sköts|utses|anses|åläggs|uppnås|används|erkänns|godkänns|berörs|röjs"
    r"|stängs|nämns|bjuds|anmäls|sänks|tillåts|avslås|föreslås|skjuts|upptäcks|väljs|delges"
    r"|gjordes|skrevs|drevs|gavs|togs|drogs|lades|sattes|hölls|bröts|sändes|ställdes|fördes|fylldes|följdes|dömdes|leddes"
    r"|stöddes|vändes|byggdes|köptes|lyftes|hävdes|stämdes|nåddes|ansågs|sades|medgavs|utsågs|användes|godkändes|byttes"
    r"|slogs|berördes|röjdes|stängdes|nämndes|anmäldes|sänktes|tilläts|valdes|sköts)$"
)
_NO_VERB = re.compile(r"(?:[aeo]rnas|[^fs]fas|[^b]bas|plats|anländas|(?:in|an|av|upp|mot|för)sats)$")
_SUPINE = re.compile(r"\w{2,}(?:[adiou]ts|tts|[rlnkpfg]ts|its)$")
_INFINITIVE = re.compile(r"\w{2,}as$")
_PARTICIPLE = re.compile(r"\w{3,}(?:ad|ade|at)$")
_NO_PARTICIPLE = frozenset("resultat format apparat mandat antikvariat privat glad obekant mat stad grad".split())
_OF_ITSELF = re.compile(r"\s+(?:här|ovan|nedan|i bilaga\w*|i skrivelsen)\b")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def passives(text: str) -> list[tuple[int, int]]:
    """The places of the verbs in the passive, each with the "har" or "blir" before it."""
    found = []
    words = list(_WORD.finditer(text))
    for at, word in enumerate(words):
        before = _before(words, at)
        helper = before[0].casefold() if before else ""
        if word[0][0].isupper() or _OF_ITSELF.match(text, word.end()):
            continue  # a name, "Nackas"; or what the letter says of itself, "som beskrivs här"
        said = word[0].casefold()
        if before and helper in _BECOME and _PARTICIPLE.fullmatch(said) and said not in _NO_PARTICIPLE:
            found.append((before.start(), word.end()))
        elif _is_passive(said, helper):
            found.append((before.start() if before and helper in _HAVE else word.start(), word.end()))
    return found


def chains(text: str) -> Iterator[list[tuple[int, int]]]:
    """The runs of two or more passives with at most NEAR words between one and the next."""
    run: list[tuple[int, int]] = []
    for place in passives(text):
        if run and len(_WORD.findall(text[run[-1][1] : place[0]])) > NEAR:
            if len(run) > 1:
                yield run
            run = []
        run.append(place)
    if len(run) > 1:
        yield run


def _before(words: list[re.Match[str]], at: int) -> re.Match[str] | None:
    """The word before, adverbs between passed over."""
    at -= 1
    while at >= 0 and words[at][0].casefold() in _BETWEEN:
        at -= 1
    return words[at] if at >= 0 else None


def _is_passive(said: str, helper: str) -> bool:
    if said in _ACTIVE or _NO_VERB.search(said):
        return False
    if _REGULAR.fullmatch(said) or _STRONG.fullmatch(said):
        return True
    if helper in _HAVE:
        return bool(_SUPINE.fullmatch(said))
    return helper in _HELPERS and bool(_INFINITIVE.fullmatch(said))
