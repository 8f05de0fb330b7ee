"""The interface's words for mail: what it is about, how far it came, why it was not taken, how often one wants it."""

from collections.abc import Mapping

from flask_babel import LazyString, gettext, lazy_gettext

from deviations.domain.notices import MailChoice, MailState, Notice

CHOICES: Mapping[MailChoice, LazyString] = {
    MailChoice.EACH: lazy_gettext("När något händer"),
    MailChoice.WEEKLY: lazy_gettext("En sammanfattning i veckan, på måndag morgon"),
    MailChoice.NONE: lazy_gettext("Inga mejl"),
}

NOTICES: Mapping[Notice, LazyString] = {
    Notice.RECEIVED: lazy_gettext("Mottagen avvikelse eller mottaget guldkorn"),
    Notice.NEEDS_FACTS: lazy_gettext("En fråga om avvikelsen eller guldkornet"),
    Notice.SOLVED_LOCALLY: lazy_gettext("Löst lokalt"),
    Notice.JOINED: lazy_gettext("Del av ett hinder"),
    Notice.LETTER_SENT: lazy_gettext("Skrivelsen är skickad"),
    Notice.LETTER_OUT: lazy_gettext("Skrivelsen, till mottagaren"),
    Notice.ANSWER_CAME: lazy_gettext("Skrivelsen är besvarad"),
    Notice.FOLLOW_UP: lazy_gettext("Fungerar det nu?"),
    Notice.WEEKLY: lazy_gettext("Veckans sammanfattning"),
    Notice.TAKEN_BACK: lazy_gettext("Ett beslut är ändrat"),
    Notice.MINUTES: lazy_gettext("Minnesanteckningar från veckogenomgången"),
    Notice.DIGEST: lazy_gettext("Veckan för delprojektledare och verksamhetsutvecklare"),
    Notice.RECIPIENT_ACTED: lazy_gettext("En mottagare har använt sin länk"),
    Notice.ANSWER_LATE: lazy_gettext("Ett svar på en skrivelse dröjer"),
    Notice.PROMISE_LATE: lazy_gettext("Något som en mottagare lovat dröjer"),
    Notice.INVITED: lazy_gettext("Inbjudan"),
    Notice.RESET: lazy_gettext("Länk för ett nytt lösenord"),
    Notice.ADDRESS_OLD: lazy_gettext("Byte av adress, till den gamla adressen"),
    Notice.ADDRESS_NEW: lazy_gettext("Byte av adress, till den nya adressen"),
    Notice.ADDRESS_CHANGED: lazy_gettext("Adressen är bytt"),
    Notice.PASSWORD_CHANGED: lazy_gettext("Lösenordet är bytt"),
    Notice.GUESSED: lazy_gettext("Många fel lösenord"),
    Notice.FACTOR_CHANGED: lazy_gettext("Tvåstegsinloggningen är ändrad"),
    Notice.ROLE_CHANGED: lazy_gettext("Rollen är ändrad"),
    Notice.SSO_LINKED: lazy_gettext("Kopplad till en annan inloggning"),
}

STATES: Mapping[MailState, LazyString] = {
    MailState.WAITING: lazy_gettext("Väntar"),
    MailState.SENT: lazy_gettext("Skickat"),
    MailState.SUMMARISED: lazy_gettext("I veckans sammanfattning"),
    MailState.UNWANTED: lazy_gettext("Behövs inte längre"),
    MailState.WITHDRAWN: lazy_gettext("Beslutet togs tillbaka först"),
    MailState.TOO_OLD: lazy_gettext("För gammalt"),
    MailState.FAILED: lazy_gettext("Gick inte att skicka"),
}

_FAULTS: Mapping[str, LazyString] = {
    "recipient": lazy_gettext("E-postservern tar inte emot adressen."),
    "mail": lazy_gettext("E-postservern tar inte emot mejlet."),
    "sender": lazy_gettext("E-postservern tar inte emot avsändaren."),
    "bad_address": lazy_gettext("E-postadressen går inte att använda."),
    "broken_off": lazy_gettext("E-postservern avbröt."),
    "login": lazy_gettext("E-postservern tar inte emot inloggningen."),
    "tls": lazy_gettext("Anslutningen till e-postservern går inte att kryptera."),
    "unreachable": lazy_gettext("E-postservern svarar inte."),
    "changed": lazy_gettext("Skrivelsen är ändrad efter att den skickades, så den mejlas inte."),
    "interrupted": lazy_gettext("Avbröts varje gång det skulle skickas."),
}


def fault(code: str) -> str:
    """The sentence for what the outbox noted, with the relay's number if it gave one."""
    kind, _, number = code.partition(" ")
    sentence = str(_FAULTS.get(kind, ""))
    return gettext("%(sentence)s (svar %(number)s)", sentence=sentence, number=number) if number else sentence
