"""The words of gallring: what each rule takes, what stays, and what goes by itself."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from deviations.domain.retention import Erasable

NAMES: Mapping[Erasable, LazyString] = {
    Erasable.REPORT_TEXTS: lazy_gettext("Texter i avvikelser"),
    Erasable.NOTES: lazy_gettext("Interna anteckningar"),
    Erasable.ACCOUNTS: lazy_gettext("Stängda konton"),
    Erasable.MAIL: lazy_gettext("Uppgifter om mejl"),
    Erasable.SOURCES: lazy_gettext("Nätverksadresser"),
}

GOES: Mapping[Erasable, LazyString] = {
    Erasable.REPORT_TEXTS: lazy_gettext(
        "Rubrik, berättelse, vad som prövades, vad som borde ändras och det som skrevs på vägen. Gäller avvikelser som "
        "är lösta eller avslutade, eller hör till ett hinder som är borta eller avskrivet. Månaderna räknas från det "
        "senaste som hände med avvikelsen och hindret, för ett avskrivet hinder tidigast från dagen då det skulle ses "
        "över."
    ),
    Erasable.NOTES: lazy_gettext(
        "Anteckningar om sådana avvikelser och hinder. Räknas från samma dag, eller från dagen då anteckningen skrevs "
        "om den är nyare."
    ),
    Erasable.ACCOUNTS: lazy_gettext(
        "Namn, e-postadress, allt som behövdes för att logga in, egna vyer och utkast. Räknas från dagen då kontot "
        "stängdes."
    ),
    Erasable.MAIL: lazy_gettext(
        "Adress, detaljer och fel om mejl som inte väntar på att skickas. Räknas från dagen då mejlet kom till."
    ),
    Erasable.SOURCES: lazy_gettext(
        "Varifrån någon kom, i loggen och på mottagarnas länkar. Räknas från den dagen. Loggen i övrigt står kvar, "
        "obruten."
    ),
}

STAYS: Mapping[Erasable, LazyString] = {
    Erasable.REPORT_TEXTS: lazy_gettext(
        "Regel, part, kommun, delprojekt, dag, antal, läge och historik står kvar, så att statistiken stämmer. Lokala "
        "lösningar och guldkorn som visas för alla står kvar. Skickade skrivelser ändras aldrig."
    ),
    Erasable.NOTES: lazy_gettext("Loggen visar att en anteckning skrevs, av vem och när, men inte vad som stod."),
    Erasable.ACCOUNTS: lazy_gettext(
        "Vad kontot har gjort står kvar i historik och logg, som gjort av en tidigare medarbetare. Ett gallrat konto "
        "går inte att öppna igen."
    ),
    Erasable.MAIL: lazy_gettext(
        "Att ett mejl skickades, av vilket slag, när och till vilket konto. Mejl med en skrivelse hör till skrivelsen "
        "och står kvar helt."
    ),
    Erasable.SOURCES: lazy_gettext("Vem som gjorde vad, och när."),
}

KINDS: Mapping[str, LazyString] = {
    "deviation": lazy_gettext("Avvikelser"),
    "good_example": lazy_gettext("Guldkorn"),
    "same_here": lazy_gettext("Samma här"),
    "deviation_note": lazy_gettext("Anteckningar om avvikelser"),
    "barrier_note": lazy_gettext("Anteckningar om hinder"),
    "account": lazy_gettext("Konton"),
    "mail": lazy_gettext("Mejl"),
    "audit_entry": lazy_gettext("Rader i loggen"),
    "link_use": lazy_gettext("Besök via mottagarnas länkar"),
    # what a run counted
    "report_texts": lazy_gettext("Avvikelser"),
    "step_texts": lazy_gettext("Texter i historiken"),
    "notes": lazy_gettext("Anteckningar"),
    "accounts": lazy_gettext("Konton"),
    "mails": lazy_gettext("Mejl"),
    "log_addresses": lazy_gettext("Adresser i loggen"),
    "link_addresses": lazy_gettext("Adresser på mottagarnas länkar"),
}

FLEETING: tuple[tuple[LazyString, LazyString, LazyString], ...] = (
    (
        lazy_gettext("Utkast"),
        lazy_gettext("30 dagar efter senaste ändringen"),
        lazy_gettext("De blev aldrig inskickade."),
    ),
    (
        lazy_gettext("Osparad text i en skrivelse"),
        lazy_gettext("30 dagar"),
        lazy_gettext("Den sparade texten finns som version."),
    ),
    (
        lazy_gettext("Inloggningar"),
        lazy_gettext("när de har gått ut eller avslutats"),
        lazy_gettext("Att någon loggade in står i loggen."),
    ),
    (
        lazy_gettext("Misslyckade försök"),
        lazy_gettext("ett dygn"),
        lazy_gettext("De räknas bara för att stoppa den som gissar."),
    ),
    (
        lazy_gettext("Engångslänkar och byten av e-postadress"),
        lazy_gettext("30 dagar efter att de användes eller gick ut"),
        lazy_gettext("De fungerar inte längre."),
    ),
)
"""What goes without a rule: what it is, when, and why it is fleeting and of little weight."""
