"""Frozen evidence for tests of letters: a barrier that says everything, and one of which next to nothing is known."""

from dataclasses import replace
from datetime import date

from deviations.domain.letter_evidence import CitedRule, EarlierLetter, Evidence

INSURANCE = CitedRule(
    "FORS-01",
    "Försäkring vid arbetsträning under tio timmar i veckan",
    "SFS 1998:1785; SFS 2000:628",
    "1 § (1998:1785); 5 och 11 §§ (2000:628)",
    "Statens personskadeersättning lämnas till den som deltar i ett arbetsmarknadspolitiskt program.",
    "partly sourced",
    "Arbetsförmedlingen; Kammarkollegiet",
)
WORKING_LIFE = CitedRule(
    "AF-01",
    "Heltid i program",
    "SFS 2000:634",
    "7 a §",
    "Ett program ska normalt avse heltid.",
    "sourced",
    "Arbetsförmedlingen",
)
TEN_HOURS = Evidence(
    taken_on=date(2026, 11, 21),
    program="MIA Vidare",
    association="Samordningsförbundet Östra Södertörn",
    barrier="Försäkring vid arbetsträning under tio timmar i veckan",
    description="Deltagare som orkar färre än tio timmar i veckan får ingen plats. Arbetsplatsen säger nej.",
    obstacle="practice",
    step="placement",
    agencies=("Arbetsförmedlingen", "Försäkringskassan"),
    rules=(INSURANCE,),
    first_on=date(2025, 12, 4),
    last_on=date(2026, 11, 12),
    deviations=31,
    municipalities=(("Haninge", 9), ("Huddinge", 7), ("Nacka", 6), ("Södertälje", 5), ("Salem", 3), ("Täby", 1)),
    associations=("Samordningsförbundet Östra Södertörn", "Samordningsförbundet VärNa"),
    subprojects=5,
    quarters=(("2025 kv 4", 3), ("2026 kv 1", 7), ("2026 kv 2", 8), ("2026 kv 3", 6), ("2026 kv 4", 7)),
    weeks_lost=(3, 4, 6, 8, 9, 10, 26, 12),
    people_hit=38,
    tried=("Vi har bett arbetsgivaren teckna en egen försäkring.",),
    solutions=(("Kommunen tecknade en gruppförsäkring", True), ("Att börja på tio timmar", False)),
    wishes=("Att försäkringen gäller från första timmen.",),
    cases=("En deltagare klarar sex timmar på ett kafé.", "En annan klarar fyra timmar i ett lager."),
    policy=(3, 5, 2, 12),
    recipients=(),
    copies=("Försäkringskassan",),
    reports=tuple(range(1, 32)),
)
BARE = replace(
    TEN_HOURS,
    barrier="AF tar inte emot utan intyg",
    description="",
    obstacle="",
    step="",
    agencies=(),
    rules=(),
    first_on=date(2026, 1, 2),
    last_on=date(2026, 1, 2),
    deviations=1,
    municipalities=(("Salem", 1),),
    associations=(),
    subprojects=0,
    quarters=(("2026 kv 1", 1),),
    weeks_lost=(),
    people_hit=None,
    tried=(),
    solutions=(),
    wishes=(),
    cases=(),
)
EARLIER = EarlierLetter(
    registry_number="OST 2026/1",
    sent_on=date(2026, 7, 3),
    recipients=("Nationella rådet för finansiell samordning",),
    answered_on=date(2026, 10, 22),
    answer="partly",
    summary="Rådet delar bilden att gränsen tillämpas olika. Ett gemensamt besked tas fram.",
)
