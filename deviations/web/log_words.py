"""The audit log in words: what each line says was done, to what, and its details as far as they have words."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from deviations.domain.log import LogKind
from deviations.domain.roles import Role
from deviations.web import labels, sso_words
from deviations.web.sso_asking import label_of

if TYPE_CHECKING:
    from deviations.queries.audit import Line

KINDS: Mapping[LogKind, LazyString] = {
    LogKind.LOGINS: lazy_gettext("Inloggningar och lösenord"),
    LogKind.ACCOUNTS: lazy_gettext("Konton och roller"),
    LogKind.REFUSED: lazy_gettext("Nekad åtkomst"),
    LogKind.FETCHED: lazy_gettext("Hämtade filer och läsning av loggen"),
    LogKind.REPORTS: lazy_gettext("Avvikelser och lösningar"),
    LogKind.BARRIERS: lazy_gettext("Hinder"),
    LogKind.LETTERS: lazy_gettext("Skrivelser"),
    LogKind.RETENTION: lazy_gettext("Gallring"),
    LogKind.SETTINGS: lazy_gettext("Inställningar och drift"),
}

ACTIONS: Mapping[str, LazyString] = {
    "login.done": lazy_gettext("Loggade in"),
    "login.failed": lazy_gettext("Kom inte in"),
    "login.ended": lazy_gettext("Loggade ut"),
    "login.ended_all": lazy_gettext("Loggade ut överallt"),
    "login.ended_there": lazy_gettext("Loggades ut av sin organisation"),
    "login.code_failed": lazy_gettext("Fel kod"),
    "login.shut": lazy_gettext("För många fel, inloggningen stängdes en stund"),
    "factor.on": lazy_gettext("Slog på tvåstegsinloggning"),
    "factor.off": lazy_gettext("Stängde av tvåstegsinloggning"),
    "factor.codes_made": lazy_gettext("Gjorde nya reservkoder"),
    "factor.removed": lazy_gettext("Tog bort tvåstegsinloggningen"),
    "password.reset_asked": lazy_gettext("Nytt lösenord begärdes"),
    "password.reset_link_made": lazy_gettext("Gjorde en länk till nytt lösenord"),
    "identity.linked": lazy_gettext("Kopplade organisationens inloggning"),
    "identity.unlinked": lazy_gettext("Tog bort organisationens inloggning"),
    "access.refused": lazy_gettext("Nekades"),
    "access.refused_often": lazy_gettext("Nekades så ofta att resten av timmen inte antecknas"),
    "export.made": lazy_gettext("Hämtade en fil"),
    "audit.read": lazy_gettext("Läste loggen"),
    "account.invited": lazy_gettext("Bjöd in"),
    "account.opened": lazy_gettext("Öppnade kontot"),
    "account.closed": lazy_gettext("Stängde kontot"),
    "account.invitation_taken_back": lazy_gettext("Tog tillbaka inbjudan"),
    "account.masked": lazy_gettext("Namnet slutade visas"),
    "account.came_by_sso": lazy_gettext("Kom in genom sin organisation"),
    "account.address_asked": lazy_gettext("Bad om att byta e-postadress"),
    "account.address_confirmed": lazy_gettext("Bekräftade e-postadressen"),
    "account.address_changed": lazy_gettext("Bytte e-postadress"),
    "account.address_cancelled": lazy_gettext("Avbröt bytet av e-postadress"),
    "account.address_refused": lazy_gettext("Sade nej till bytet av e-postadress"),
    "account.password_reset": lazy_gettext("Valde nytt lösenord genom en länk"),
    "account.changed": lazy_gettext("Ändrade kontot"),
    "account.password_changed": lazy_gettext("Bytte lösenord"),
    "account.password_set": lazy_gettext("Fick ett lösenord"),
    "role.given": lazy_gettext("Gav en roll"),
    "role.taken": lazy_gettext("Tog bort en roll"),
    "deviation.filed": lazy_gettext("Rapporterade"),
    "deviation.moved": lazy_gettext("Tog ett steg"),
    "deviation.completed": lazy_gettext("Kompletterade"),
    "deviation.snoozed": lazy_gettext("Sköt upp"),
    "deviation.woken": lazy_gettext("Tog upp före dagen"),
    "deviation.extension_asked": lazy_gettext("Bad om längre tid"),
    "deviation.extended": lazy_gettext("Gav längre tid"),
    "deviation.extension_refused": lazy_gettext("Gav inte längre tid"),
    "deviation.undone": lazy_gettext("Ångrade ett beslut om"),
    "deviation.noted": lazy_gettext("Skrev en intern anteckning"),
    "followup.answered": lazy_gettext("Svarade på om det fungerar nu"),
    "pair.apart": lazy_gettext("Sade att två avvikelser är olika händelser"),
    "suggestion.refused": lazy_gettext("Sade nej till ett förslag"),
    "solution.tried": lazy_gettext("Berättade hur lösningen gick"),
    "review.started": lazy_gettext("Började en veckogenomgång"),
    "review.ended": lazy_gettext("Avslutade en veckogenomgång"),
    "ruling.undone": lazy_gettext("Ångrade ett beslut"),
    "proposal.kin_apart": lazy_gettext("Tog bort ur ett förslag"),
    "proposal.kin_divided": lazy_gettext("Delade ett förslag"),
    "proposal.kin_together": lazy_gettext("Lade ihop förslag"),
    "barrier.created": lazy_gettext("Gjorde ett hinder"),
    "barrier.described": lazy_gettext("Ändrade beskrivningen"),
    "barrier.moved": lazy_gettext("Tog ett steg"),
    "barrier.merged": lazy_gettext("Slog ihop hinder"),
    "barrier.split": lazy_gettext("Delade ett hinder"),
    "barrier.undone": lazy_gettext("Tog tillbaka hindret"),
    "barrier.noted": lazy_gettext("Skrev en intern anteckning"),
    "barrier.looked_over": lazy_gettext("Såg över efter en ändrad regel"),
    "letter.drafted": lazy_gettext("Gjorde ett utkast"),
    "letter.redrafted": lazy_gettext("Skrev om utkastet från underlaget"),
    "letter.saved": lazy_gettext("Sparade texten"),
    "letter.addressed": lazy_gettext("Ändrade mottagare eller hinder"),
    "letter.numbers_taken": lazy_gettext("Hämtade nya siffror"),
    "letter.case_passed": lazy_gettext("Godkände ett typiskt fall"),
    "letter.case_dropped": lazy_gettext("Tog bort ett typiskt fall"),
    "letter.cases_ordered": lazy_gettext("Ordnade de typiska fallen"),
    "letter.commented": lazy_gettext("Kommenterade"),
    "letter.comment_settled": lazy_gettext("Avgjorde en kommentar"),
    "letter.moved": lazy_gettext("Tog ett steg"),
    "letter.dispatched": lazy_gettext("Antecknade hur skrivelsen skickas"),
    "letter.replied": lazy_gettext("Antecknade ett svar"),
    "letter.promise_added": lazy_gettext("Antecknade ett löfte"),
    "letter.promise_noted": lazy_gettext("Antecknade om löftet hölls"),
    "letter.reminded": lazy_gettext("Skrev en påminnelse"),
    "letter.link_made": lazy_gettext("Gjorde en länk till mottagaren"),
    "letter.link_withdrawn": lazy_gettext("Drog in en länk"),
    "letter_template.changed": lazy_gettext("Ändrade mallen"),
    "letter_template.dropped": lazy_gettext("Tog bort den egna mallen"),
    "obstacle_wording.changed": lazy_gettext("Ändrade en formulering"),
    "obstacle_wording.dropped": lazy_gettext("Tog bort den egna formuleringen"),
    "letterhead.changed": lazy_gettext("Ändrade brevhuvudet"),
    "agency.mail_address_changed": lazy_gettext("Ändrade e-postadressen"),
    "rule.changed": lazy_gettext("Ändrade regeln"),
    "policy.changed": lazy_gettext("Ändrade gränserna"),
    "promises.changed": lazy_gettext("Ändrade svarstiderna"),
    "lexicon.added": lazy_gettext("Lade till ett ord"),
    "lexicon.changed": lazy_gettext("Ändrade ett ord"),
    "lexicon.refused": lazy_gettext("Sade nej till ett ord"),
    "lexicon.switched": lazy_gettext("Stängde av eller satte på ett ord"),
    "lexicon.taken_away": lazy_gettext("Tog bort ett ord"),
    "learning.switched": lazy_gettext("Stängde av eller satte på lärandet"),
    "weights.learnt": lazy_gettext("Nya vikter prövades"),
    "weights.ended": lazy_gettext("Vikter slutade användas"),
    "statement.changed": lazy_gettext("Ändrade tillgänglighetsredogörelsen"),
    "backup.taken": lazy_gettext("En säkerhetskopia togs"),
    "backup.noted": lazy_gettext("En säkerhetskopia noterades"),
    "retention.decided": lazy_gettext("Antecknade ett gallringsbeslut"),
    "retention.ended": lazy_gettext("Avslutade ett gallringsbeslut"),
    "retention.carried_out": lazy_gettext("Gallrade"),
    "retention.masking_set": lazy_gettext("Ändrade när namn slutar visas"),
    "security.changed": lazy_gettext("Ändrade vilka som loggar in i två steg"),
    "program.started": lazy_gettext("Lade upp insatsen"),
    "subproject.added": lazy_gettext("Lade till ett delprojekt"),
}
"""What was done, by the code of each line that the program writes (`tests/house/test_log.py` sees to it)."""

NOUNS: Mapping[str, LazyString] = {
    "user": lazy_gettext("Konto"),
    "deviation": lazy_gettext("Avvikelse"),
    "barrier": lazy_gettext("Hinder"),
    "letter": lazy_gettext("Skrivelse"),
    "solution": lazy_gettext("Lösning"),
    "review": lazy_gettext("Veckogenomgång"),
    "ruling": lazy_gettext("Beslut"),
    "rule": lazy_gettext("Regel"),
    "lexicon": lazy_gettext("Ord i ordlistan"),
    "letter_template": lazy_gettext("Mall"),
    "obstacle_wording": lazy_gettext("Formulering"),
    "association": lazy_gettext("Samordningsförbund"),
    "agency": lazy_gettext("Part"),
    "subproject": lazy_gettext("Delprojekt"),
    "program": lazy_gettext("Insats"),
    "view": lazy_gettext("Sparad vy"),
    "statement": lazy_gettext("Tillgänglighetsredogörelse"),
    "backup": lazy_gettext("Säkerhetskopia"),
    "weights": lazy_gettext("Vikter"),
    "retention_decision": lazy_gettext("Gallringsbeslut"),
    "retention_run": lazy_gettext("Gallring"),
    "setting": lazy_gettext("Inställning"),
    "page": lazy_gettext("Sida"),
    "policy": lazy_gettext("Gränser för återkommande hinder"),
    "promises": lazy_gettext("Svarstider"),
    "learning": lazy_gettext("Lärande"),
    "audit": lazy_gettext("Loggen"),
}
"""What the things are called that a line can be about."""

ASKED = ("user", "deviation", "barrier", "letter", "solution", "rule", "subproject")
"""The things that one can ask the log for."""

WHYS: Mapping[str, LazyString] = {
    "role": lazy_gettext("sidan är för andra roller"),
    "thing": lazy_gettext("det hör till någon annan"),
    "token": lazy_gettext("formuläret var inte vårt, eller för gammalt"),
    "guesses": lazy_gettext("för många försök"),
}


def action(code: str) -> str:
    """What was done; a code of a later version of the program stands as it is."""
    return str(ACTIONS.get(code, code))


def subject(text: str, names: Mapping[int, str]) -> str:
    """What it was done to: "Avvikelse 17", "Konto 4 (Rut Ek)"."""
    noun, _, number = text.partition(":")
    word = str(NOUNS.get(noun, noun))
    if noun == "user" and number == "unknown":
        return str(gettext("Okänd e-postadress"))
    if noun == "user" and number.isdigit() and int(number) in names:
        return f"{word} {number} ({names[int(number)]})"
    return f"{word} {number}" if number else word


def users_in(lines: Sequence["Line"]) -> list[int]:
    """The numbers of the accounts that lines are about."""
    found = (line.subject.removeprefix("user:") for line in lines if line.subject.startswith("user:"))
    return [int(number) for number in found if number.isdigit()]


def detail(line: "Line") -> str:
    """The details of a line, as far as they have words; the file holds all of them."""
    told = json.loads(line.detail)
    sentences = (say(told, line) for say in (_step, _role, _login, _refusal, _fields, _counted))
    return "; ".join(sentence for sentence in sentences if sentence)


def _step(told: Mapping[str, Any], line: "Line") -> str:
    words: Mapping[str, Mapping[Any, LazyString]] = {
        "deviation": labels.STATUSES,
        "barrier": labels.BARRIERS,
        "letter": labels.LETTERS,
    }
    states = words.get(line.subject.partition(":")[0], {})
    source, target = states.get(told.get("from")), states.get(told.get("to"))
    return str(gettext("från %(source)s till %(target)s", source=source, target=target)) if source and target else ""


def _role(told: Mapping[str, Any], line: "Line") -> str:
    if told.get("role") not in set(Role):
        return ""
    role = labels.ROLES[Role(told["role"])]
    place = told.get("subproject")
    return str(gettext("%(role)s i delprojekt %(place)s", role=role, place=place)) if place else str(role)


def _login(told: Mapping[str, Any], line: "Line") -> str:
    """By whose login somebody came, or what kept her out: the sentence that she herself read."""
    if "provider" not in told:
        return str(gettext("fel lösenord")) if line.action == "login.failed" else ""
    name, why = label_of(str(told["provider"])), sso_words.WORDS.get(str(told.get("why")))
    return f"{name}: {why}" if why else name


def _refusal(told: Mapping[str, Any], line: "Line") -> str:
    if line.action != "access.refused":
        return f"{told['page']}" if line.action == "export.made" and "page" in told else ""
    why = WHYS.get(str(told.get("why")))
    return f"{why if why else labels.refusal(str(told.get('why')))} ({told.get('page', '')})"


def _fields(told: Mapping[str, Any], line: "Line") -> str:
    fields = told.get("fields")
    if not isinstance(fields, list):
        return ""
    return str(gettext("fält: %(names)s", names=", ".join(str(field) for field in fields)))


def _counted(told: Mapping[str, Any], line: "Line") -> str:
    lines = told.get("lines")
    return str(ngettext("%(num)s rad", "%(num)s rader", lines)) if isinstance(lines, int) else ""
