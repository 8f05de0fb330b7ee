"""What people read when their organisation's login does not let them in, by the code of each refusal."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

WORDS: Mapping[str, LazyString] = {
    "sso_cancelled": lazy_gettext("Du avbröt inloggningen. Inget har hänt."),
    "sso_started_over": lazy_gettext(
        "Svaret hör inte till en inloggning som du har börjat här nyss. Börja om, så går det oftast."
    ),
    "sso_failed": lazy_gettext(
        "Svaret från inloggningstjänsten gick inte att lita på, så vi släppte inte in någon. Försök igen. "
        "Händer det flera gånger, säg till administratören."
    ),
    "sso_level": lazy_gettext(
        "Du loggade in på ett sätt som inte är säkert nog för den här tjänsten. Försök igen och välj ett säkrare sätt, "
        "till exempel e-legitimation eller tjänstekort."
    ),
    "sso_closed": lazy_gettext("Ditt konto är stängt. Säg till administratören om du behöver det igen."),
    "sso_mail_unverified": lazy_gettext(
        "Din organisation lämnade ingen bekräftad e-postadress, så vi vet inte vilket konto som är ditt. "
        "Logga in med lösenord, och koppla sedan inloggningen på sidan Mitt konto."
    ),
    "sso_mail_elsewhere": lazy_gettext(
        "Adressen som din organisation lämnade hör inte till en organisation som får logga in den här vägen."
    ),
    "sso_other_person": lazy_gettext(
        "Kontot med din adress är redan kopplat till någon annan hos inloggningstjänsten. "
        "Administratören kan ta bort den kopplingen."
    ),
    "sso_needs_level": lazy_gettext(
        "Ditt konto kräver tvåstegsinloggning, så den här första gången behöver vi veta säkert att det är du. "
        "Logga in som du brukar, och koppla sedan inloggningen på sidan Mitt konto."
    ),
    "sso_needs_link": lazy_gettext(
        "Ditt konto här har ett lösenord. Logga in med det en gång, och koppla inloggningen på sidan Mitt konto. "
        "Sedan räcker din organisations inloggning."
    ),
    "sso_open_first": lazy_gettext(
        "Ditt konto kräver tvåstegsinloggning, så den här första gången behöver vi veta säkert att det är du. "
        "Öppna din inbjudan först, och koppla sedan inloggningen på sidan Mitt konto."
    ),
    "sso_unknown": lazy_gettext(
        "Det finns inget konto med din adress. Din delprojektledare eller administratören kan bjuda in dig."
    ),
    "sso_taken": lazy_gettext("Den inloggningen är redan kopplad till ett annat konto."),
    "sso_linked_already": lazy_gettext("Ditt konto är redan kopplat till en annan inloggning där. Ta bort den först."),
    "sso_only_way": lazy_gettext(
        "Det är din enda väg in. Skaffa ett lösenord först (”Glömt lösenordet?” på inloggningssidan)."
    ),
}
