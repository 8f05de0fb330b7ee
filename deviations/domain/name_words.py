"""The words around a name that tell a person from a thing: roles, greetings, verbs, endings."""

import re
from typing import Final

LOWER_WORDS: Final = frozenset(
    "freja ann anne linn lin lea elle ella elli elna elin ester egil esa ari ara arta art ati alem "
    "iman idun ian hana hani hala haya mani mai mali malee ming mir mulu muse nima nina nur nuur "
    "oya raya rana rola ruba saba sana "
    "sami samer sema sima suad tara tala tord tore ture thore uma una usha vida vidar yan yen yaw "
    "yong zia ala ani ade aya ayah aina aila anab asli asma assar axel bao barni bile binh can cem "
    "chen "
    "dara deepa dina diler dona dora dunia ece eden ege elma emel fata fana fanta fatos feng gang "
    "gert gita gül hai hoa hoda hodo hao hui hind hiba hibo huda inas ines jia jun juman karam "
    "kasper kim "
    "kinda kiran kent lamin lana leen lena leo lia lina lise lola lula luz mara mai malak mata "
    "medina meja melat mira mirna mona muna munir nada nader nadim naima nam nanna neda nimo noa "
    "nora nour nuha "
    "olle omid orvar outi ove pär ping raid raja rahma rama rami rand ravi reem reine rima rita "
    "robin roger rosa ruth saga salam salar sally salma salme samer sander sari "
    "septi sham shan sima sina sindy stella sten suda suha sun suna svea tahira talal tamer teuta "
    "thi thu tina tord trang tuva ting uno urban valon van vera viet vivi xin yana yara yves zef "
    "zina".split()
)

ROLES: Final = re.compile(
    r"(?:handläggare|deltagare|kollega|klient|brukare|patient|handledare|chef|tolk|läkare|doktor|"
    r"kurator|psykolog|coach|coacher|samordnare|koordinator|terapeut|sekreterare|assistent|"
    r"syster|bror|dotter|son|mamma|pappa|mor|far|fru|man|make|maka|sambo|vän|väninna|granne|pojke|"
    r"flicka|herr|elev|student|praktikant|rektor|lärare|vikarie|projektledare|ledare|utredare|"
    r"rådgivare|vägledare|kontaktperson|personal|konsulent|sjuksköterska|socionom|jurist|advokat|"
    r"ombud|förvaltare|ordförande|kund|sökande|kille|tjej|kvinna|ungdom|person|volontär|medarbetare|"
    r"barn|tant|farbror|moster|faster|kusin|mormor|morfar|farmor|farfar|överläkare|arbetsterapeut|"
    r"fysioterapeut|husse|gift|född|fd|fröken|doktorn|killen|tjejen|mannen|kvinnan|frun|vännen|"
    r"sonen|dottern|brodern|pojken|flickan)"
    r"(?:n|en|ns|ens|na|s|r|rna|t|an|et)?$"
)

GREETINGS: Final = frozenset(
    "hej hejsan hälsningar hälsning mvh vänligen ring ringde ringer mejla maila mailade messa "
    "kontakta fråga heter hette kallas namn namnet tack hälsa träffa träffade kära käre bästa "
    "undertecknad "
    "kallad alias signerat vh // sign handläggs underskrivet mobil hälsar kram sms:a smsa sök nå "
    "namnge kontaktade".split()
)

PERSONAL: Final = frozenset("hon han hen jag tolken deltagaren dottern sonen mannen kvinnan killen tjejen".split())

TALK: Final = frozenset("med av till från för hos om åt och eller när att som än men".split())

VERBS: Final = frozenset(
    "ringde ringer vill sa säger sade berättar berättade mår bor bodde hoppas undrar orkar fyller "
    "heter fick får jobbar arbetar tycker kom kommer väntar slutar slutade började mejlade svarade "
    "svarar "
    "tackade frågade frågar behöver behövde saknar känner kände bad ber grät skrev skriver missade "
    "gick går åkte försökte hittade sökte söker vågar vägrar bytte tog fixade hjälpte mötte blev "
    "lovade "
    "bokade avbokade överklagade överklagar uteblev läser pratar talar bär studerar praktiserar "
    "arbetstränar har".split()
)

THING_AFTER: Final = re.compile(
    r"(?:\w{2,20}(?:sjukhus|sjukhuset|skolan|gymnasiet|förskola|hemmet|stiftelsen|gatan|priset|dag)|"
    r"kulle|polaris|torg|torget|kyrka|kyrkan|kyrkogård|gata|gatan|gränd|väg|vägen|plan|park|parken|"
    r"sjukhus|sjukhuset|lasarett|församling|skola|skolan|gymnasium|gymnasiet|vårdcentral|mottagning|"
    r"allé|bro|hus|huset|backe|station|"
    r"kapell|gården|gård|stiftelse|stiftelsen|fond|köpcentrum|ab|hb|kommun|stad|län|sjukdom|syndrom|"
    r"modellen|metoden|projektet|gruppen|bokhandel|bageri|café|restaurang|hotell|hamn|centrum|gym|"
    r"konditori|akademi|akademin|universitet|slott|museum|museet|pris|priset|vidare|förskola|"
    r"förening|rehab|hemmet|"
    r"och co|& co)$"
)

THING_BEFORE: Final = re.compile(
    r"^(?:lex|sankt|sankta|s:t|s:ta|santa|st|stiftelsen|restaurang|restaurangen|café|caféet|hotell|"
    r"hotellet|kvarteret|villa|gruppen|grupp|projektet|projekt|föreningen|orkanen|stormen|stationen|"
    r"båten|fartyget|gården|"
    r"metoden|programmet|systemet|appen|huset|butiken|modellen|enheten|avdelning|avdelningen|firma|"
    r"firman|företaget|bolaget|kafé|kafeet|skolan|hunden|katten|vid|linje|rum|rummet|salen|lokalen|"
    r"märket|boken|filmen|tidningen|kyrkan|församlingen|boendet|hemmet)$"
)

SHAPE: Final = re.compile(
    r"[^\W\d_]{2,}(?:sson|ssons|sdotter|dotter|qvist|kvist|ström|berg|lund|gren|stedt|strand|blad|"
    r"mark|holm|dahl|borg|fors|löf|lander|ander|ling|lén|rén|dén|nén|sén|mén|vall|hjelm|sköld|bäck|"
    r"skog|sten|"
    r"ović|ević|ovic|evic|ić|šić|nen|zadeh|zada|oğlu|oglu|ski|ska|wicz|enko|chuk|shvili|yan|ian|"
    r"pour|nejad|nia|poor|escu|ullah|mariam|medhin|hiwot)s?$",
    re.IGNORECASE,
)

LONE_SHAPE: Final = re.compile(
    r"[^\W\d_]{3,}(?:sson|ssons|sdotter|qvist|kvist|stedt|ović|ević|ovic|evic|zadeh|oğlu|wicz|enko)s?$",
    re.IGNORECASE,
)

PARTICLES: Final = frozenset(
    "af av von de van der den al el bin ibn abu la da dos di du del ter ben ul ur bint".split()
)

ABBREVIATIONS: Final = frozenset(
    "AF FK AM SO HR IT VD PC TV OK EU FN UF KF KS SN BO VC LO SD US UK AB HB KB PM OS ID NR FÖ KL "
    "DV DS SI ST VO VÅ AT TF ÅR GP EA PA PÅ DE VI ER AI FM EM SJ SL KI HD RF JO JK MB GB AC DC FL "
    "ÅM SB CV".split()
)

THING_IN: Final = re.compile(
    r"(?:gata|gatan|vägen|torg|torget|kyrka|sjukhus|gränd|parken|skolan|gården|församling|dagen)$"
)

BRANDS: Final = frozenset("max iris vega viva siri alexa misa emmaus stella saga nova".split())

BODY: Final = re.compile(
    r"(?:enheten|enhet|kassan|lingen|verket|kontoret|nämnden|förbundet|teamet|gruppen|mottagningen|"
    r"centrum|centralen|tjänsten|tjänst|vården|ningen|arna|erna|ande|het|heten|ation|tionen|skap|"
    r"projektet)s?$"
)

FUNCTION_WORDS: Final = frozenset(
    "han hon hen den det de vi ni jag du man sol lov lova lovar karens sann och eller men om när "
    "att som på i till från för med utan hos mot vid efter före enligt under över av än så då nu "
    "här där hur vad vem "
    "vilken vilket vilka varför alla ingen inget inga någon något några varje många flera andra "
    "denna detta dessa min mitt mina din ditt dina sin sitt sina vår vårt våra er ert era deras "
    "hennes dess ej inte bara också "
    "kan ska skall måste får vill bör har hade är var blir blev finns fanns gör gjorde ger gav tar "
    "tog går gick kommer kom ser såg säger sa vet samma hela halva mer mest mycket lite få färre "
    "ny nya nytt gamla stora lilla små "
    "bra dålig sen sedan först sist ibland ofta aldrig alltid redan ännu kanske bland mellan genom "
    "trots samt dock därför ändå org tel mobil telefon adress kontakt bilaga obs info samer "
    "muslimer judar romer kurder araber kristi stan "
    "mellan stolarna hej mvh tack".split()
)

ORDINARY_END: Final = re.compile(
    r"(?:en|et|erna|arna|orna|ade|de|te|ande|ende|igt|ning|het|are|aren|ar|er|or|skt|ska|igen|ligt)$"
)

LETTERED: Final = frozenset(
    "vitamin plan alternativ hepatit korridor hus hall del bilaga punkt avsnitt klass grupp steg "
    "typ nivå port ingång trapphus avdelning blankett modul kurs spår zon team diagnos fas uppgång "
    "rum sal block yta byggnad fråga fall version lista".split()
)

AFTER_GREETING: Final = frozenset(
    "alla allihop team gänget kollegor på igen då och vi jag till gruppen hej tack en ett det den "
    "kommunen regionen du ni er mig oss någon dem honom henne handläggaren kansliet projektet svar "
    "frågor".split()
)

NEVER_OPENING: Final = frozenset(
    "hans alla inga per man en den dag tid mål post plan ren sol min din sin vår ville vilja många "
    "maj april juni juli holm palm blom gran tall rask sund frisk stark".split()
)

LOWER_AFTER_NAMING: Final = frozenset(
    "björn stig sten bo rut siv gun ulla mona jan kim kaj lo roman ruth nour samer reem stella "
    "vera linnea nora ida lea leo noa tove tina mira lina lena iman hana sami nina mona omid petra".split()
)
