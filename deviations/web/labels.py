"""The interface's words for the domain's codes: one thing, one word, everywhere."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flask_babel import LazyString, gettext, lazy_gettext, ngettext

from deviations.domain.accounts import AccountState
from deviations.domain.learnt import WeightsState
from deviations.domain.letters import Answer, Delivery, LetterStatus
from deviations.domain.logins import LoginWay
from deviations.domain.priority import HIGH, MIDDLE
from deviations.domain.privacy import Kind as Personal
from deviations.domain.roles import Role
from deviations.domain.workflow import Act, BarrierStatus, CloseReason, Kind, Obstacle, Status, Step
from deviations.services import kin, letter_seal, rulings

if TYPE_CHECKING:
    from deviations.models import Ruling

ROLES: Mapping[Role, LazyString] = {
    Role.REPORTER: lazy_gettext("medarbetare"),
    Role.LEAD: lazy_gettext("delprojektledare"),
    Role.COORDINATOR: lazy_gettext("verksamhetsutvecklare"),
    Role.STEERING: lazy_gettext("styrgrupp"),
    Role.ADMIN: lazy_gettext("administratör"),
}

ACCOUNTS: Mapping[AccountState, LazyString] = {
    AccountState.WAITING: lazy_gettext("väntar på en roll"),
    AccountState.INVITED: lazy_gettext("inbjuden"),
    AccountState.OPEN: lazy_gettext("öppet"),
    AccountState.CLOSED: lazy_gettext("stängt"),
}

LOGIN_WAYS: Mapping[LoginWay, LazyString] = {
    LoginWay.PASSWORD: lazy_gettext("lösenord"),
    LoginWay.CODE: lazy_gettext("kod från telefonen"),
    LoginWay.RECOVERY: lazy_gettext("reservkod"),
    LoginWay.SSO: lazy_gettext("organisationens inloggning"),
}

STATUSES: Mapping[Status, LazyString] = {
    Status.DRAFT: lazy_gettext("Utkast"),
    Status.FILED: lazy_gettext("Anmäld"),
    Status.IN_REVIEW: lazy_gettext("Under bedömning"),
    Status.NEEDS_FACTS: lazy_gettext("Behöver fakta"),
    Status.LOCAL_ACTION: lazy_gettext("Lokal åtgärd"),
    Status.SOLVED_LOCALLY: lazy_gettext("Löst lokalt"),
    Status.JOINED: lazy_gettext("Del av ett hinder"),
    Status.CLOSED: lazy_gettext("Avslutad"),
}

DECISIONS: Mapping[Status, LazyString] = {
    Status.IN_REVIEW: lazy_gettext("Ta upp till bedömning"),
    Status.NEEDS_FACTS: lazy_gettext("Fråga den som rapporterade"),
    Status.LOCAL_ACTION: lazy_gettext("Lämna till delprojektledaren för lokal åtgärd"),
    Status.SOLVED_LOCALLY: lazy_gettext("Markera som löst lokalt"),
    Status.JOINED: lazy_gettext("Lägg till ett hinder"),
    Status.CLOSED: lazy_gettext("Avsluta"),
}

RULINGS: Mapping[str, LazyString] = {
    **{status.value: label for status, label in STATUSES.items()},
    Act.SNOOZED: lazy_gettext("Uppskjuten"),
    Act.WOKEN: lazy_gettext("Upptagen före sin dag"),
    Act.EXTENDED: lazy_gettext("Längre tid"),
    Act.EXTENSION_REFUSED: lazy_gettext("Nej till längre tid"),
    rulings.REFUSED: lazy_gettext("Hör inte till det föreslagna hindret"),
    rulings.READ: lazy_gettext("Läst"),
    kin.APART: lazy_gettext("Hör inte ihop med resten av förslaget"),
    kin.DIVIDED: lazy_gettext("Delade i två förslag"),
    kin.TOGETHER: lazy_gettext("Sammanlagda till ett förslag"),
}

# A guldkorn has nothing to solve: who reads it and leaves it as it is has read it.
READ = {Status.SOLVED_LOCALLY: lazy_gettext("Läst")}
MARK_READ = {Status.SOLVED_LOCALLY: lazy_gettext("Markera som läst")}

CLOSE_REASONS: Mapping[CloseReason, LazyString] = {
    CloseReason.NOT_A_DEVIATION: lazy_gettext("Det är ingen avvikelse"),
    CloseReason.INFORMATION: lazy_gettext("Det var bara information som saknades"),
    CloseReason.DUPLICATE: lazy_gettext("Samma sak är redan rapporterad"),
    CloseReason.WRITTEN_OFF: lazy_gettext("Avskriven: går inte att göra något åt"),
}

STEPS: Mapping[Step, LazyString] = {
    Step.INTAKE: lazy_gettext("Ingång och anvisning"),
    Step.ASSESSMENT: lazy_gettext("Kartläggning och utredning"),
    Step.PLANNING: lazy_gettext("Planering och samverkan"),
    Step.PLACEMENT: lazy_gettext("Arbetsträning, praktik och studier"),
    Step.INCOME: lazy_gettext("Försörjning och ersättning"),
    Step.HANDOVER: lazy_gettext("Överlämning till ordinarie verksamhet"),
    Step.FOLLOW_UP: lazy_gettext("Avslut och uppföljning"),
}

OBSTACLES: Mapping[Obstacle, LazyString] = {
    Obstacle.LAW: lazy_gettext("Lag"),
    Obstacle.ORDINANCE: lazy_gettext("Förordning"),
    Obstacle.REGULATION: lazy_gettext("Myndighetens föreskrift"),
    Obstacle.GUIDELINE: lazy_gettext("Handläggarstöd eller riktlinje"),
    Obstacle.PRACTICE: lazy_gettext("Arbetssätt eller praxis"),
    Obstacle.INFORMATION: lazy_gettext("Information saknas"),
    Obstacle.RESOURCES: lazy_gettext("Resurser saknas"),
    Obstacle.AGREEMENT: lazy_gettext("En överenskommelse följs inte"),
}

WEIGHTS: Mapping[WeightsState, LazyString] = {
    WeightsState.IN_USE: lazy_gettext("Används nu"),
    WeightsState.NOT_BETTER: lazy_gettext("Inte säkert bättre, används inte"),
    WeightsState.GONE_WORSE: lazy_gettext("Blev sämre, används inte längre"),
    WeightsState.REPLACED: lazy_gettext("Ersatta av nyare"),
    WeightsState.SWITCHED_OFF: lazy_gettext("Avstängda för hand"),
}

BARRIERS: Mapping[BarrierStatus, LazyString] = {
    BarrierStatus.WATCHED: lazy_gettext("Bevakas"),
    BarrierStatus.RECURRING: lazy_gettext("Återkommande"),
    BarrierStatus.ESCALATED: lazy_gettext("Lyft i en skrivelse"),
    BarrierStatus.ANSWERED: lazy_gettext("Besvarat"),
    BarrierStatus.REMOVED: lazy_gettext("Undanröjt"),
    BarrierStatus.WRITTEN_OFF: lazy_gettext("Avskrivet"),
    BarrierStatus.RETURNED: lazy_gettext("Tillbaka igen"),
    BarrierStatus.UNDONE: lazy_gettext("Ångrat"),
}

LETTERS: Mapping[LetterStatus, LazyString] = {
    LetterStatus.DRAFT: lazy_gettext("Utkast"),
    LetterStatus.IN_REVIEW: lazy_gettext("Hos styrgruppen"),
    LetterStatus.DECIDED: lazy_gettext("Beslutad"),
    LetterStatus.SENT: lazy_gettext("Skickad"),
    LetterStatus.ACKNOWLEDGED: lazy_gettext("Mottagen"),
    LetterStatus.EXTENDED: lazy_gettext("Mer tid begärd"),
    LetterStatus.ANSWERED: lazy_gettext("Besvarad"),
    LetterStatus.SILENT: lazy_gettext("Inget svar"),
    LetterStatus.CLOSED: lazy_gettext("Avslutad"),
}

ANSWERS: Mapping[Answer, LazyString] = {
    Answer.ACCEPTED: lazy_gettext("Ja till förslaget"),
    Answer.PARTLY: lazy_gettext("Ja till en del av förslaget"),
    Answer.DECLINED: lazy_gettext("Nej, med motivering"),
    Answer.PASSED_ON: lazy_gettext("Lämnat vidare till någon annan"),
}

DELIVERIES: Mapping[Delivery, LazyString] = {
    Delivery.MAIL: lazy_gettext("E-post"),
    Delivery.POST: lazy_gettext("Post"),
    Delivery.E_SERVICE: lazy_gettext("E-tjänst"),
}

SEALED: Mapping[str, LazyString] = {
    "number": lazy_gettext("diarienumret"),
    "day": lazy_gettext("dagen den skickades"),
    "head": lazy_gettext("avsändaren eller mottagarnas namn"),
    "title": lazy_gettext("rubriken"),
    "body": lazy_gettext("texten"),
    "numbers": lazy_gettext("siffrorna"),
    "cases": lazy_gettext("de typiska fallen"),
    "recipients": lazy_gettext("mottagarna"),
    "copies": lazy_gettext("vilka som får kopia"),
    "decision": lazy_gettext("beslutet"),
    "pdf": lazy_gettext("PDF-filen"),
    "docx": lazy_gettext("Word-filen"),
    "txt": lazy_gettext("textfilen"),
    letter_seal.STATUS: lazy_gettext("läget"),
    letter_seal.SEAL: lazy_gettext("förseglingen"),
    letter_seal.GONE: lazy_gettext("hela skrivelsen"),
}
"""What of a sent letter can differ from what was sent, as it stands in a sentence."""

CONFIDENCE: Mapping[str, LazyString] = {
    "sourced": lazy_gettext("Kontrollerad mot källan"),
    "partly sourced": lazy_gettext("Delvis kontrollerad"),
    "from memory": lazy_gettext("Inte kontrollerad"),
}

ADDRESSEES: Mapping[str, LazyString] = {
    "department": lazy_gettext("Departementet, genom Nationella rådet"),
    "owner": lazy_gettext("Den som äger regeln"),
    "council": lazy_gettext("Nationella rådet"),
}

RULE_FIELDS: Mapping[str, LazyString] = {
    "name": lazy_gettext("Namn"),
    "statute": lazy_gettext("Författning"),
    "paragraph": lazy_gettext("Paragraf"),
    "description": lazy_gettext("Vad regeln säger"),
    "valid_from": lazy_gettext("Gäller från och med"),
    "valid_to": lazy_gettext("Gäller till och med"),
    "superseded_by": lazy_gettext("Ersatt av"),
}

PERSONAL: Mapping[Personal, LazyString] = {
    Personal.PERSONNUMMER: lazy_gettext("ett personnummer"),
    Personal.SAMORDNINGSNUMMER: lazy_gettext("ett samordningsnummer"),
    Personal.EMAIL: lazy_gettext("en e-postadress"),
    Personal.CASE_NUMBER: lazy_gettext("ett ärendenummer"),
    Personal.PHONE: lazy_gettext("ett telefonnummer"),
    Personal.ADDRESS: lazy_gettext("en adress"),
    Personal.NAME: lazy_gettext("ett namn"),
    Personal.INITIALS: lazy_gettext("initialer"),
    Personal.COMBINATION: lazy_gettext("en uppgift som tillsammans med andra kan peka ut någon"),
}

REFUSALS: Mapping[str, LazyString] = {
    "no_such_move": lazy_gettext("Det steget går inte att ta härifrån. Ladda om sidan och se hur läget är nu."),
    "not_your_move": lazy_gettext("Det beslutet fattar någon annan. Fråga verksamhetsutvecklaren."),
    "needs_note": lazy_gettext("Skriv en förklaring, så att den som läser historiken förstår."),
    "needs_solution": lazy_gettext("Beskriv vad ni gjorde, så att andra delprojekt kan göra likadant."),
    "needs_barrier": lazy_gettext("Välj vilket hinder avvikelsen hör till."),
    "needs_reason": lazy_gettext("Välj varför avvikelsen avslutas."),
    "needs_original": lazy_gettext("Skriv numret på avvikelsen som redan finns."),
    "no_such_original": lazy_gettext("Det finns ingen avvikelse med det numret. Kontrollera numret."),
    "original_is_duplicate": lazy_gettext("Den avvikelsen är själv en dubblett. Skriv numret på originalet."),
    "is_its_duplicate": lazy_gettext(
        "Den ena är avslutad som dubblett av den andra. Ta upp den igen först om det är olika händelser."
    ),
    "needs_text": lazy_gettext("Skriv något i anteckningen."),
    "not_your_notes": lazy_gettext("Interna anteckningar skriver delprojektledaren och verksamhetsutvecklaren."),
    "barrier_merged": lazy_gettext(
        "Hindret är en del av ett annat hinder nu. Öppna hindrets sida, så ser du vilket, och fortsätt där."
    ),
    "merge_itself": lazy_gettext("Ett hinder kan inte slås ihop med sig självt. Välj ett annat."),
    "merge_into_gone": lazy_gettext(
        "Det hindret är undanröjt eller avskrivet. Slå ihop åt andra hållet, eller ändra dess status först."
    ),
    "merge_with_letter": lazy_gettext(
        "Det finns en skrivelse om hindret som inte är avslutad. Slå ihop åt andra hållet, så ligger skrivelsen kvar "
        "vid sitt hinder och dess siffror stämmer, eller avsluta skrivelsen först."
    ),
    "not_in_barrier": lazy_gettext(
        "Någon av avvikelserna hör inte till hindret längre. Ladda om sidan och markera igen."
    ),
    "split_into_itself": lazy_gettext("Avvikelserna hör redan till det hindret. Välj ett annat."),
    "needs_review_day": lazy_gettext("Välj en dag då ni tittar på hindret igen."),
    "needs_recipient": lazy_gettext("Välj minst en mottagare."),
    "needs_sections": lazy_gettext("Skrivelsen saknar en eller flera obligatoriska rubriker."),
    "needs_blanks": lazy_gettext("Texten har luckor kvar inom hakparenteser. Fyll i dem eller ta bort dem först."),
    "needs_decision": lazy_gettext("Skriv vilket organ som beslutade och paragrafen i protokollet."),
    "needs_answer": lazy_gettext("Välj vad svaret gick ut på."),
    "needs_answer_day": lazy_gettext("Välj vilken dag de lovar att svara."),
    "not_your_subproject": lazy_gettext("Du kan bara rapportera för ditt eget delprojekt."),
    "not_yet_happened": lazy_gettext("Datumet har inte varit än. Välj dagens datum eller tidigare."),
    "not_recurring": lazy_gettext(
        "En skrivelse görs om ett återkommande hinder. Det här hindret har inte nått gränsen."
    ),
    "too_many_barriers": lazy_gettext(
        "En skrivelse kan ta upp högst fem hinder. Skriv hellre en skrivelse till om de andra."
    ),
    "too_many_cases": lazy_gettext("Fyra typiska fall räcker. Ta bort ett av dem först."),
    "needs_case_text": lazy_gettext("Skriv vad som hände, i några meningar."),
    "names_not_judged": lazy_gettext(
        "Det finns ord i fallet som kan peka ut någon. Ersätt dem, eller säg vems namn det är."
    ),
    "not_of_letter": lazy_gettext("Avvikelsen hör inte till något av skrivelsens hinder längre. Ladda om sidan."),
    "template_faults": lazy_gettext("Mallen behöver rättas innan den kan sparas."),
    "wording_faults": lazy_gettext("Formuleringarna behöver rättas innan de kan sparas."),
    "ends_before_it_begins": lazy_gettext("Sista dagen ligger före den första. Rätta en av dem."),
    "no_such_rule": lazy_gettext("Den regeln finns inte i katalogen. Välj en annan."),
    "points_out": lazy_gettext(
        "Det står ord i skrivelsen som kan peka ut någon. Läs dem, och kryssa i rutan om ingen deltagare pekas ut."
    ),
    "not_in_review": lazy_gettext(
        "Skrivelsen ligger inte hos styrgruppen längre. Ladda om sidan och se hur läget är nu."
    ),
    "needs_comment": lazy_gettext("Skriv vad du tycker behöver ändras."),
    "no_such_passage": lazy_gettext(
        "De orden finns inte i skrivelsen. Kopiera dem från texten, eller lämna fältet tomt."
    ),
    "not_sent": lazy_gettext("Skrivelsen är inte skickad än."),
    "not_a_recipient": lazy_gettext("Skrivelsen går inte dit. Ladda om sidan och välj en av mottagarna."),
    "needs_way": lazy_gettext("Välj hur skrivelsen skickas."),
    "way_day": lazy_gettext("Välj en dag från den dag skrivelsen fick sitt diarienummer till i dag."),
    "needs_address": lazy_gettext("Skriv en e-postadress, till exempel registrator@myndigheten.se."),
    "mail_on_its_way": lazy_gettext("Mejlet håller på att skickas just nu. Vänta en minut och ladda om sidan."),
    "needs_passed_on": lazy_gettext("Skriv till vem frågan är lämnad vidare."),
    "letter_not_out": lazy_gettext("En länk görs till en skrivelse som är skickad och inte avslutad."),
    "not_late": lazy_gettext("Svarstiden har inte gått ut, så det är för tidigt att påminna."),
    "link_overused": lazy_gettext("Länken har använts för många gånger. Vänta en timme och försök igen."),
    "only_drafts_change": lazy_gettext("Bara utkast kan ändras. Den här skrivelsen har gått vidare."),
    "coordinator_only": lazy_gettext("Det gör verksamhetsutvecklaren."),
    "steering_only": lazy_gettext("Det beslutar styrgruppen."),
    "admin_only": lazy_gettext("Det gör administratören."),
    "not_yourself": lazy_gettext("Det kan du inte göra med ditt eget konto. Be en annan administratör."),
    "password_short": lazy_gettext("Lösenordet ska ha minst 12 tecken. En mening går bra."),
    "password_long": lazy_gettext("Lösenordet ska ha högst 128 tecken. Korta det."),
    "password_simple": lazy_gettext(
        "Lösenordet är för lätt att gissa: samma tecken om igen, eller tangenter i rad. Välj hellre tre eller fyra ord "
        "som inte hör ihop."
    ),
    "password_common": lazy_gettext(
        "Det lösenordet är för lätt att gissa, för många väljer likadana. Välj hellre tre eller fyra ord som inte hör "
        "ihop."
    ),
    "password_own": lazy_gettext(
        "Lösenordet är för lätt att gissa: det är ditt namn eller din adress. Välj ett annat."
    ),
    "no_password": lazy_gettext("Kontot har inget lösenord. Skaffa ett först."),
    "same_email": lazy_gettext("Den adressen har kontot redan."),
    "too_many_changes": lazy_gettext("Du har bett om att byta adress många gånger i dag. Försök igen i morgon."),
    "not_here": lazy_gettext(
        "Den adressen går inte att bjuda in härifrån. Be administratören lägga till personen i ditt delprojekt."
    ),
    "may_not_invite": lazy_gettext("Du kan bara bjuda in till ditt eget delprojekt."),
    "already_opened": lazy_gettext("Kontot är redan i bruk. Stäng det om det ska bort."),
    "not_opened": lazy_gettext("Kontot är inte öppnat än. Gör en ny inbjudan i stället."),
    "email_taken": lazy_gettext("Det finns redan ett konto med den e-postadressen."),
    "subproject_needed": lazy_gettext(
        "Medarbetare och delprojektledare hör till ett delprojekt, övriga roller till hela insatsen."
    ),
    "role_held": lazy_gettext("Personen har redan den rollen."),
    "account_closed": lazy_gettext("Kontot är stängt. Öppna det först."),
    "last_admin": lazy_gettext("Någon måste kunna administrera. Gör någon annan till administratör först."),
    "name_taken": lazy_gettext("Det finns redan ett delprojekt med det namnet."),
    "no_municipalities": lazy_gettext(
        "Programmet vet inte vilka kommuner förbundet har. Be den som sköter servern lägga in dem."
    ),
    "program_exists": lazy_gettext("Insatsen finns redan."),
    "no_program": lazy_gettext("Ingen insats är upplagd än. Be administratören köra deviations init."),
    "wrong_password": lazy_gettext("Lösenordet stämmer inte. Försök igen."),
    "wrong_code": lazy_gettext("Koden stämmer inte. Vänta tills appen visar en ny kod och skriv den."),
    "wrong_present_code": lazy_gettext("Koden stämmer inte. Skriv en ny kod från appen du har nu, eller en reservkod."),
    "too_many_codes": lazy_gettext("För många fel koder. Vänta fem minuter och försök igen."),
    "too_many_today": lazy_gettext(
        "För många fel koder i dag. Vänta till i morgon, eller be administratören om hjälp."
    ),
    "too_many_links": lazy_gettext(
        "För många länkar som inte gäller har öppnats från ert nät. Vänta fem minuter och försök igen."
    ),
    "too_many_from_there": lazy_gettext("För många försök från ert nät. Vänta fem minuter och försök igen."),
    "too_many_invitations": lazy_gettext("Du har bjudit in många i dag. Fortsätt i morgon."),
    "factor_needed": lazy_gettext("Din roll kräver tvåstegsinloggning, så den går inte att stänga av."),
    "not_own_factor": lazy_gettext("Din egen tvåstegsinloggning ändrar du under Mitt konto."),
    "too_many_guesses": lazy_gettext("För många fel lösenord. Vänta fem minuter och försök igen."),
    "not_your_colleague": lazy_gettext(
        "Du kan rapportera åt den som arbetar i samma delprojekt. Välj en annan person."
    ),
    "not_of_good_example": lazy_gettext("”Samma här” sägs om något som inte fungerar. Det här är ett guldkorn."),
    "line_too_long": lazy_gettext("Meningen är för lång. Korta den till högst 200 tecken."),
    "needs_line": lazy_gettext("Skriv en mening om hur det var hos er."),
    "term_known": lazy_gettext("Ordet finns redan bland era egna ord. Ändra det i stället."),
    "term_no_word": lazy_gettext("Skriv ett ord eller en förkortning på 2–80 tecken, med minst en bokstav."),
    "term_says_nothing": lazy_gettext("Ordet är så vanligt att det inte säger vad en text handlar om."),
    "abbreviation_stands_for": lazy_gettext("Skriv vad förkortningen står för."),
    "term_leads_nowhere": lazy_gettext("Skriv vad ordet betyder, eller välj en regel eller en part som det hör till."),
    "no_such_code": lazy_gettext("Regeln eller parten finns inte längre. Välj igen."),
    "broken_form": lazy_gettext("Formuläret är trasigt. Ladda om sidan och skicka igen."),
    "draft_too_long": lazy_gettext("Texten är för lång för att sparas som utkast. Korta den."),
    "too_many_drafts": lazy_gettext(
        "Du har 20 utkast redan. Skicka eller ta bort något av dem under Mina avvikelser, så kan det här sparas."
    ),
    "no_longer_open": lazy_gettext("Avvikelsen är inte öppen längre, så den går inte att komplettera."),
    "not_your_report": lazy_gettext("Bara den som rapporterade avvikelsen, eller skrev in den, kan komplettera den."),
    "nothing_asked": lazy_gettext("Delprojektet ber inte om längre tid längre. Ladda om sidan."),
    "span_out_of_bounds": lazy_gettext("Skriv ett antal dagar mellan 1 och 365."),
    "not_your_word": lazy_gettext("Du kan bara svara för ett delprojekt där du arbetar."),
    "own_solution": lazy_gettext("Det är ert eget delprojekt som har berättat om lösningen."),
    "nothing_chosen": lazy_gettext("Markera minst en avvikelse först."),
    "too_many_chosen": lazy_gettext("Det är för många på en gång. Markera högst 500 avvikelser."),
    "barrier_gone": lazy_gettext("Hindret finns inte längre. Ladda om sidan och välj ett annat."),
    "needs_until": lazy_gettext("Välj en dag."),
    "until_out_of_range": lazy_gettext("Välj en senare dag, högst ett år framåt."),
    "not_snoozed": lazy_gettext("Avvikelsen är inte uppskjuten."),
    "undo_not_yours": lazy_gettext("Bara den som fattade beslutet kan ångra det."),
    "undone_already": lazy_gettext("Beslutet är redan ångrat."),
    "undo_too_late": lazy_gettext(
        "Ett beslut går att ångra i 24 timmar. Öppna avvikelsen och fatta ett nytt beslut i stället."
    ),
    "erased": lazy_gettext(
        "Avvikelsens text är gallrad, så den går inte att ta upp igen. Händer det på nytt, rapportera en ny avvikelse."
    ),
    "account_erased": lazy_gettext("Kontot är gallrat och går inte att öppna. Bjud in personen på nytt."),
    "undo_erased": lazy_gettext("Texten har gallrats sedan beslutet fattades, så det går inte att ångra."),
    "months_out_of_range": lazy_gettext("Antalet månader är för litet eller för stort."),
    "needs_number": lazy_gettext("Skriv beslutets nummer, så att det går att hitta."),
    "needs_decider": lazy_gettext("Skriv vem som har beslutat, till exempel samordningsförbundets styrelse."),
    "needs_rules": lazy_gettext("Skriv efter hur många månader för minst en sorts uppgift."),
    "ended_already": lazy_gettext("Beslutet gäller redan inte längre."),
    "not_decided": lazy_gettext("Det finns inget gallringsbeslut som gäller för det här längre. Ingenting togs bort."),
    "retention_changed": lazy_gettext(
        "Något har ändrats sedan sidan visades, så ingenting togs bort. Läs vad som står nu och tryck en gång till."
    ),
    "nothing_to_erase": lazy_gettext("Det finns inget att gallra just nu."),
    "undo_changed": lazy_gettext(
        "Det har hänt något mer sedan beslutet, så det går inte att ångra. Öppna avvikelsen och fatta ett nytt beslut."
    ),
    "review_open": lazy_gettext("Du har redan en veckogenomgång på gång. Fortsätt med den, eller avsluta den först."),
    "nothing_waits": lazy_gettext("Inget väntar på beslut just nu, så det finns inget att gå igenom."),
    "not_your_review": lazy_gettext("Den genomgången är någon annans."),
    "needs_name": lazy_gettext("Skriv ett namn, så att du hittar vyn igen."),
    "not_your_desk": lazy_gettext("Vyer sparas av verksamhetsutvecklare och delprojektledare."),
    "not_your_view": lazy_gettext("Det är någon annans vy. Spara den under ett eget namn om du vill ändra den."),
    "too_many_views": lazy_gettext("Du har 30 vyer redan. Ta bort någon av dem, så kan den här sparas."),
    "view_too_long": lazy_gettext("Sökorden är för många för att sparas i en vy. Korta dem."),
    "personal_data": lazy_gettext("Texten innehåller något som pekar ut en person. Ta bort det och försök igen."),
}


def states(kind: Kind) -> Mapping[Status, LazyString]:
    """The names of the states that this kind of report can be in."""
    return {**STATUSES, **READ} if kind is Kind.GOOD_EXAMPLE else STATUSES


def decisions(kind: Kind) -> Mapping[Status, LazyString]:
    """The names of the decisions on this kind of report."""
    return {**DECISIONS, **MARK_READ} if kind is Kind.GOOD_EXAMPLE else DECISIONS


def ruling(taken: "Ruling") -> str:
    """A decision in a few words: "Avvikelse 17: Del av ett hinder", "12 avvikelser: Avslutad"."""
    if taken.what == Act.MERGED:
        return str(gettext("Två hinder är ihopslagna"))
    what = RULINGS[taken.what]
    if taken.count == 1 and taken.chosen:
        return str(gettext("Nr %(id)s: %(what)s", id=taken.chosen[0], what=what))
    return str(ngettext("%(num)s avvikelse: %(what)s", "%(num)s avvikelser: %(what)s", taken.count, what=what))


def priority(value: int) -> str:
    """A computed priority (`domain.priority`) in words; the figure itself means nothing to a reader."""
    if value >= HIGH:
        return str(gettext("Hög"))
    return str(gettext("Medel") if value >= MIDDLE else gettext("Låg"))


def refusal(code: str) -> str:
    """The sentence for a refused act."""
    return str(REFUSALS.get(code, lazy_gettext("Det går inte att göra just nu.")))


def repeats_itself(original: int, of: int) -> str:
    """The sentence for a duplicate of what is itself a duplicate."""
    return str(
        gettext(
            "Avvikelse %(original)s är själv en dubblett av avvikelse %(of)s. Skriv %(of)s i stället.",
            original=original,
            of=of,
        )
    )


def personal_data(kinds: list[Personal]) -> str:
    """What to say when a text holds something that must never enter, naming each kind once."""
    named = [str(PERSONAL[kind]) for kind in dict.fromkeys(kinds)]
    sentence = gettext(
        "Texten innehåller %(found)s. Sådant får aldrig sparas här. "
        "Ta bort det och skicka igen; resten av texten är kvar.",
        found=listed(named),
    )
    return str(sentence)


def never_kept() -> str:
    """What to say when something that must never enter was masked before a draft was kept."""
    return str(
        gettext(
            "Personnummer, e-postadresser och ärendenummer sparas aldrig. I utkastet står ett ord inom hakparenteser i "
            "stället."
        )
    )


def listed(words: Sequence[str]) -> str:
    """Words as they stand in a sentence: "a", "a och b", "a, b och c"."""
    if len(words) < 2:
        return "".join(words)
    return str(gettext("%(first)s och %(last)s", first=", ".join(words[:-1]), last=words[-1]))


def parts(kind: str, count: int) -> str:
    """The noun that follows "4 av 5" for one of the policy's thresholds."""
    nouns = {
        "deviations": ngettext("avvikelse", "avvikelser", count),
        "municipalities": ngettext("kommun", "kommuner", count),
        "subprojects": ngettext("delprojekt", "delprojekt", count),
        "associations": ngettext("samordningsförbund", "samordningsförbund", count),
    }
    return str(nouns[kind])
