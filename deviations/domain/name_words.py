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
    r"(?:\w{0,24}(?:handläggare|handledare|sekreterare|samordnare|koordinator|förmedlare|coach|coacher|assistent|"
    r"terapeut|läkare|konsulent|vägledare|pedagog|rådgivare|sköterska|ledare|lärare|kontaktperson|deltagare|"
    r"medarbetare|kollega|praktikant|psykolog|kurator|chef|utredare|utvecklare|anhörig|ägare|granne|skyddsombud)|"
    r"klient|brukare|patient|tolk|doktor|dr|"
    r"syster|bror|dotter|son|mamma|pappa|mor|far|fru|man|make|maka|sambo|vän|väninna|pojke|"
    r"flicka|herr|elev|student|rektor|vikarie|familj|syskon|änka|änkling|förälder|föräldrar|"
    r"personal|socionom|jurist|advokat|präst|diakon|imam|"
    r"ombud|förvaltare|ordförande|kund|sökande|kille|tjej|kvinna|ungdom|person|volontär|"
    r"barn|tant|farbror|moster|faster|kusin|mormor|morfar|farmor|farfar|"
    r"husse|gift|född|fd|fröken|doktorn|killen|tjejen|mannen|kvinnan|frun|vännen|"
    r"sonen|dottern|brodern|pojken|flickan)"
    r"(?:n|en|ns|ens|na|s|r|rna|t|an|et)?$"
)

CLIENTS: Final = re.compile(r"(?:deltagare|brukare|klient|patient|sökande)(?:n|en)?$")

TELLING: Final = frozenset(
    "ringde ringer vill sa säger sade berättar berättade mår bor bodde hoppas undrar orkar behöver frågade grät "
    "tycker mejlade svarade saknar känner vågar heter sover sov läser bröt samlar lider förstår "
    "talar pratar tappade flydde "
    "flyttade trivs skäms gråter lever gifte skilde nekas nekades väntar väntade sökte söker studerar praktiserar "
    "arbetstränar fyller överklagade tackade avbokade uteblev åkte missade jobbar bär".split()
)
"""What only people do: unlike `har` and `tog`, which firms do too."""

SAINTS: Final = frozenset({"sankt", "sankta", "santa"})

STATES: Final = frozenset(
    "gravid orolig sjuk sjukskriven hemlös bostadslös arbetslös arbetssökande ensam ensamstående "
    "gift skild änka änkling "
    "ledsen rädd trött nöjd missnöjd inskriven utskriven utförsäkrad svensk ny mamma pappa född".split()
)
"""What only people are."""

LIVED: Final = frozenset(
    "fått varit sökt väntat bott jobbat arbetat hört överklagat svårt ont blivit slutat börjat "
    "kommit gått ringt mejlat "
    "skrivit pratat berättat tappat bytt missat nekats flyttat studerat läst fyllt barn två tre inte "
    "aldrig ingen inget inga".split()
)
"""What follows `har` mostly when a person has."""

CALLS: Final = frozenset(
    "ring ringde ringer mejla maila kontakta mvh heter hette träffade sms:a hej hälsningar".split()
)

PRONOUNS: Final = frozenset("han hon hen honom henne hans hennes hens".split())

WORK_AT: Final = re.compile(
    r"(?:praktik|arbets?träning|träning|jobb|anställning|plats|platsen|praktiken|praktiserar|tränar)(?:en|et|s)?$"
)

TWO_LETTERS: Final = frozenset(
    "af fk am so är på av om en ej vi du ni de ur åt in ut ta få se gå nu då ju så sa än ha bo my by ko bi is ås ål ek "
    "sy tå kl fd nr dv st mm pm it hr sj id tv ok eu ex ca os vc bl pc vd sd bt ja jo du dö fy hm aj oj".split()
)

GREETINGS: Final = frozenset(
    "hej hejsan hälsningar hälsning mvh vänligen ring ringde ringer mejla maila mailade messa "
    "kontakta fråga heter hette kallas namn namnet tack hälsa träffa träffade kära käre bästa "
    "undertecknad "
    "kallad alias signerat vh  // sign handläggs underskrivet mobil hälsar kram sms:a smsa sök nå "
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
    r"(?:\w{0,24}(?:sjukhus|skola|gymnasi|förskola|stiftelse|gata|väg|gränd|torg|park|kyrkogård|kyrka|församling|"
    r"församlingshus|plats|pris|fond|förbund|förlag|tvätteri|bageri|konditori|bokhandel|restaurang|café|kafé|hotell|"
    r"museum|museet|slott|universitet|akademi|förening|vårdcentral|mottagning|centrum|syndrom|sjukdom|modell|metod|"
    r"projekt|grupp|hamn|station|allé|kapell|köpcentrum|bibliotek|servicehus|skolan|kliniken|städ|bygg|måleri)"
    r"(?:en|n|et|t|an|s)?|\w{2,20}dag|"
    r"kulle|polaris|plan|lasarett|bro|hus|huset|backe|gården|gård|ab|hb|kb|kommun|stad|län|hemmet|gym|"
    r"vidare|rehab|id|eid|och co|& co)$"
)

THING_BEFORE: Final = re.compile(
    r"(?:lex|sankt|sankta|s:t|s:ta|santa|st|stormen|orkanen|villa|firma|ica|coop|prins|prinsessan|"
    r"kung|kungen|drottning|"
    r"drottningen|påve|heliga|firman|vid|märket|hunden|katten|"
    r"\w{0,24}(?:insats|projekt|program|system|app|grupp|enhet|mottagning|klinik|modell|metod|tjänst|verktyg|"
    r"verksamhet|aktivitet|butik|kedja|kurs|utbildning|bok|film|tidning|förening|förbund|stiftelse|bolag|företag|"
    r"restaurang|café|kafé|hotell|kvarter|hus|sal|lokal|rum|linje|station|båt|fartyg|färja|gård|kyrka|församling|"
    r"skola|gymnasi|boende|hem|enkät|modul|kampanj|satsning|nätverk|rapport|plattform|portal|databas|bot|robot|sajt|"
    r"blankett|test|skala|instrument|anordnare|leverantör|avdelning|team|hjälpmedel|läkemedel|koncept|pris|fond|"
    r"byrå|affär|kiosk|registr|\w{2}eri|kör|lag|klubb|systemet|programmet)(?:e?n|e?t|an|a|et|er|s|ns|ets)?)$"
)

SHAPE: Final = re.compile(
    r"[^\W\d_]{2,}(?:sson|ssons|sdotter|dotter|qvist|kvist|ström|berg|lund|gren|stedt|strand|blad|"
    r"mark|holm|dahl|borg|fors|löf|lander|ander|ling|lén|rén|dén|nén|sén|mén|vall|hjelm|sköld|bäck|"
    r"skog|sten|"
    r"ović|ević|ovic|evic|ić|šić|nen|zadeh|zada|oğlu|oglu|ski|ska|wicz|enko|chuk|shvili|yan|ian|"
    r"pour|nejad|nia|poor|escu|ullah|mariam|medhin|hiwot|iani|adze|liani|ianu|ević|ovski|evski|ova|eva|yeva|kova)s?$",
    re.IGNORECASE,
)

LONE_SHAPE: Final = re.compile(
    r"[^\W\d_]{3,}(?:sson|ssons|sdotter|qvist|kvist|stedt|ović|ević|ovic|evic|zadeh|oğlu|wicz|enko|"
    r"ullah|ollah|uddin|eddin|shvili|ovna|selassie|zadah)s?$",
    re.IGNORECASE,
)

MID_SHAPE: Final = re.compile(
    r"[^\W\d_]{2,}(?:ström|gren|löf|qvist|stedt|dén|lén|sköld|hjelm|blad|lander)s?$", re.IGNORECASE
)
"""Endings of last names that no place has: enough for a word with a capital inside a sentence."""

PARTICLES: Final = frozenset(
    "af av von de van der den al el bin ibn abu la da dos di du del ter ben ul ur bint".split()
)

ABBREVIATIONS: Final = frozenset(
    "AF FK AM SO HR IT VD PC TV OK EU FN UF KF KS SN BO VC LO SD US UK AB HB KB PM OS ID NR FÖ KL "
    "DV DS SI ST VO VÅ AT TF ÅR GP EA PA PÅ DE VI ER AI FM EM SJ SL KI HD RF JO JK MB GB AC DC FL "
    "ÅM SB CV".split()
)

THING_IN: Final = re.compile(
    r"(?:gata|gatan|vägen|torg|torget|kyrka|kyrkan|sjukhus|sjukhuset|gränd|parken|skolan|gården|"
    r"hemmet|huset|församling|dagen)$"
)

BODY: Final = re.compile(
    r"(?:enheten|enhet|kassan|lingen|verket|kontoret|nämnden|förbundet|teamet|gruppen|mottagningen|"
    r"centrum|centralen|tjänsten|tjänst|vården|ningen|arna|erna|ande|het|heten|ation|tionen|skap|"
    r"projektet)s?$"
)

DEFINITE: Final = re.compile(
    r"ét$|.{3,}(?:eln|ern|orn)s?$|.{5,}(?:en|et|an|ar|er|or|na|ing|ade|ande)s?$|"
    r".{2}et$|.{3}ot$|(?=.*[åäö]).{2,}(?:[åeéaö]n|na|[aeo]r)$"
)
"""How Swedish nouns and verbs end that open a sentence: `budfirman`, `lönekontoret`."""

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
    "alla inga man en den dag tid mål post plan ren sol min din sin vår ville vilja många "
    "maj april juni juli holm palm blom gran tall rask sund frisk stark".split()
)

LOWER_AFTER_NAMING: Final = frozenset(
    "björn stig sten bo rut siv gun ulla mona jan kim kaj lo roman ruth nour samer reem stella "
    "vera linnea nora ida lea leo noa tove tina mira lina lena iman hana sami nina mona omid petra".split()
)
