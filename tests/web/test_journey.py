"""What a reporter reads of her report's way, in Swedish: every kind in every state, and every barrier's news."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from deviations.domain.deadlines import Due, Promised, Span
from deviations.domain.letters import Answer, LetterStatus
from deviations.domain.roles import Actor, Membership, Role
from deviations.domain.workflow import BarrierStatus, CloseReason, Kind, Status
from deviations.models import Barrier, Deviation, Subproject, User
from deviations.queries.journeys import Journey, LetterNews
from deviations.web import journey

TODAY = date(2026, 11, 21)
SOON, PAST = date(2026, 11, 28), date(2026, 11, 10)
RUT, LENA = User(id=1, name="Rut"), User(id=2, name="Lena")
READERS = {
    "rut": Actor(1, "Rut", frozenset({Membership(Role.REPORTER, 7)})),
    "lena": Actor(2, "Lena", frozenset({Membership(Role.LEAD, 7)})),
    "vera": Actor(3, "Vera", frozenset({Membership(Role.COORDINATOR, None)})),
}
LETTER = {"id": 4, "to": ("Nationella rådet",), "sent_on": date(2026, 3, 3), "status": LetterStatus.SENT}


@pytest.fixture(scope="module", autouse=True)
def in_swedish() -> Iterator[None]:
    """Sentences are worded as on a Swedish page."""
    app = Flask(__name__)
    Babel(app, default_locale="sv")
    with app.test_request_context():
        yield


def a_journey(
    kind: Kind,
    status: Status,
    *,
    typist: User = RUT,
    barrier: BarrierStatus | None = None,
    reason: CloseReason | None = None,
    review_on: date | None = None,
    **told: Any,
) -> Journey:
    """The way of a report of Rut's in Söder that came to its state on 3 March."""
    deviation = Deviation(
        kind=kind,
        status=status,
        filed_at=datetime(2026, 11, 3, 12, tzinfo=UTC),
        reporter=RUT,
        reporter_id=RUT.id,
        filed_by=typist,
        filed_by_id=typist.id,
        subproject=Subproject(id=7, name="Söder"),
        close_reason=reason,
    )
    if barrier is not None:
        deviation.barrier = Barrier(name="Försäkring under tio timmar", status=barrier, review_on=review_on)
    return Journey(deviation, since=datetime(2026, 3, 3, 12, tzinfo=UTC), **told)


def told(found: Journey, reader: str = "rut") -> str:
    return journey.told(found, READERS[reader], TODAY).text


SAID = "Du sade att det hände hos er också."
READ = "Alla delprojekt kan läsa guldkornet bland lokala lösningar."
WEEKLY = "Verksamhetsutvecklaren går igenom nya avvikelser varje vecka; du får veta senast den 28 november."
LATE = "Besked skulle ha kommit senast den 10 november. Vi är sena, men den är inte bortglömd."
BEGUN = "Verksamhetsutvecklaren har börjat titta på den."
ASKED = "Verksamhetsutvecklaren behöver veta mer. Svara på frågan, så kan hen gå vidare."
AT_WORK = "Ditt delprojekt arbetar med det. Senast den 28 november får du veta hur det gick."
AT_WORK_LATE = (
    "Ditt delprojekt arbetar med det. Det skulle ha varit klart senast den 10 november. Fråga gärna delprojektledaren."
)
SOLVED = "Delprojektet löste det den 3 mars. Fungerar det inte ändå? Säg till, så tas den upp igen."
WATCHED = "Hindret bevakas: händer det på fler ställen kan det bli en skrivelse."
IN_SIX = "till hindret ”Försäkring under tio timmar”, som finns i 6 kommuner."
CLOSED = "Avslutad den 3 mars: informationen räckte."

DUE: dict[str, Any] = {"due": Due(Promised.FIRST_REPLY, SOON, TODAY, Span(7))}
OVERDUE: dict[str, Any] = {"due": Due(Promised.FIRST_REPLY, PAST, date(2026, 11, 3), Span(7))}
PUT_OFF: dict[str, Any] = {"due": Due(Promised.SNOOZE, SOON, PAST)}
PUT_OFF_LATE: dict[str, Any] = {"due": Due(Promised.SNOOZE, PAST, date(2026, 11, 3))}
LONGER: dict[str, Any] = {"due": Due(Promised.EXTENSION, SOON, PAST)}
PLACED: dict[str, Any] = {"barrier": BarrierStatus.WATCHED, "municipalities": 6}
ENOUGH: dict[str, Any] = {"reason": CloseReason.INFORMATION}
EVERY: list[tuple[Kind, Status, dict[str, Any], str]] = [
    (Kind.DEVIATION, Status.DRAFT, {}, "Den är påbörjad men inte skickad."),
    (Kind.DEVIATION, Status.FILED, DUE, f"Den ligger i kön. {WEEKLY}"),
    (Kind.DEVIATION, Status.FILED, OVERDUE, f"Den ligger i kön. {LATE}"),
    (Kind.DEVIATION, Status.IN_REVIEW, DUE, f"{BEGUN} Senast den 28 november får du veta vad som händer."),
    (Kind.DEVIATION, Status.IN_REVIEW, OVERDUE, f"{BEGUN} {LATE}"),
    (Kind.DEVIATION, Status.IN_REVIEW, PUT_OFF, f"{BEGUN} Verksamhetsutvecklaren tar upp den igen den 28 november."),
    (
        Kind.DEVIATION,
        Status.IN_REVIEW,
        PUT_OFF_LATE,
        f"{BEGUN} Den skulle ha tagits upp igen den 10 november. Vi är sena, men den är inte bortglömd.",
    ),
    (Kind.DEVIATION, Status.NEEDS_FACTS, {}, ASKED),
    (Kind.DEVIATION, Status.LOCAL_ACTION, DUE, AT_WORK),
    (Kind.DEVIATION, Status.LOCAL_ACTION, OVERDUE, AT_WORK_LATE),
    (
        Kind.DEVIATION,
        Status.LOCAL_ACTION,
        LONGER,
        "Ditt delprojekt arbetar med det. Det har fått längre tid, "
        "och senast den 28 november får du veta hur det gick.",
    ),
    (Kind.DEVIATION, Status.SOLVED_LOCALLY, {}, SOLVED),
    (Kind.DEVIATION, Status.JOINED, PLACED, f"Verksamhetsutvecklaren har lagt den {IN_SIX} {WATCHED}"),
    (Kind.DEVIATION, Status.CLOSED, ENOUGH, CLOSED),
    (Kind.GOOD_EXAMPLE, Status.DRAFT, {}, f"{READ} Den är påbörjad men inte skickad."),
    (Kind.GOOD_EXAMPLE, Status.FILED, DUE, f"{READ} Verksamhetsutvecklaren läser det senast den 28 november."),
    (Kind.GOOD_EXAMPLE, Status.FILED, OVERDUE, f"{READ} Verksamhetsutvecklaren har inte hunnit läsa det än."),
    (Kind.GOOD_EXAMPLE, Status.IN_REVIEW, DUE, f"{READ} Verksamhetsutvecklaren läser det senast den 28 november."),
    (Kind.GOOD_EXAMPLE, Status.NEEDS_FACTS, {}, f"{READ} {ASKED}"),
    (Kind.GOOD_EXAMPLE, Status.LOCAL_ACTION, DUE, f"{READ} {AT_WORK}"),
    (Kind.GOOD_EXAMPLE, Status.SOLVED_LOCALLY, {}, READ),
    (Kind.GOOD_EXAMPLE, Status.JOINED, PLACED, f"{READ} Verksamhetsutvecklaren har lagt guldkornet {IN_SIX}"),
    (Kind.GOOD_EXAMPLE, Status.CLOSED, ENOUGH, CLOSED),
    (Kind.SAME_HERE, Status.DRAFT, {}, f"{SAID} Den är påbörjad men inte skickad."),
    (Kind.SAME_HERE, Status.FILED, DUE, f"{SAID} Den ligger i kön. {WEEKLY}"),
    (
        Kind.SAME_HERE,
        Status.FILED,
        {"follows": True},
        f"{SAID} Det räknas ihop med den avvikelse som fanns redan och följer med den; du får veta när den avgörs.",
    ),
    (Kind.SAME_HERE, Status.IN_REVIEW, OVERDUE, f"{SAID} {BEGUN} {LATE}"),
    (Kind.SAME_HERE, Status.NEEDS_FACTS, {}, f"{SAID} {ASKED}"),
    (Kind.SAME_HERE, Status.LOCAL_ACTION, DUE, f"{SAID} {AT_WORK}"),
    (Kind.SAME_HERE, Status.SOLVED_LOCALLY, {}, f"{SAID} {SOLVED}"),
    (Kind.SAME_HERE, Status.JOINED, PLACED, f"{SAID} Det räknas {IN_SIX} {WATCHED}"),
    (Kind.SAME_HERE, Status.CLOSED, ENOUGH, f"{SAID} {CLOSED}"),
]


def test_every_kind_in_every_state_has_its_sentence() -> None:
    assert {(kind, status) for kind, status, _, _ in EVERY} == set(product(Kind, Status))


@pytest.mark.parametrize(
    ("kind", "status", "given", "text"), EVERY, ids=[f"{k}-{s}-{'-'.join(map(str, g))}" for k, s, g, _ in EVERY]
)
def test_a_report_tells_its_author_where_it_is_and_what_comes_next(
    kind: Kind, status: Status, given: dict[str, Any], text: str
) -> None:
    assert told(a_journey(kind, status, **given)) == text


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (None, "”."),
        (1, "”, som finns i 1 kommun."),
        (2, "”, som finns i 2 kommuner."),
        (14, "”, som finns i 14 kommuner."),
    ],
)
@pytest.mark.parametrize("kind", list(Kind))
def test_the_number_of_municipalities_is_told_or_left_out_where_it_would_tell_too_much(
    kind: Kind, count: int | None, words: str
) -> None:
    found = a_journey(kind, Status.JOINED, barrier=BarrierStatus.WATCHED, municipalities=count)
    assert f"Försäkring under tio timmar{words}" in told(found)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (BarrierStatus.WATCHED, WATCHED),
        (BarrierStatus.RECURRING, "Hindret är återkommande, och nästa steg är en skrivelse."),
        (BarrierStatus.ESCALATED, "Hindret är lyft i en skrivelse."),
        (BarrierStatus.ANSWERED, "Skrivelsen om hindret är besvarad."),
        (BarrierStatus.REMOVED, "Hindret är undanröjt. Händer det igen, rapportera det."),
        (BarrierStatus.WRITTEN_OFF, "Hindret är avskrivet."),
        (BarrierStatus.RETURNED, "Hindret var borta men har kommit tillbaka, och det bevakas igen."),
    ],
)
def test_the_state_of_the_barrier_says_what_comes_next(status: BarrierStatus, sentence: str) -> None:
    assert told(a_journey(Kind.DEVIATION, Status.JOINED, barrier=status)).endswith(f"tio timmar”. {sentence}")


def test_a_barrier_written_off_says_when_it_is_looked_at_again() -> None:
    found = a_journey(Kind.DEVIATION, Status.JOINED, barrier=BarrierStatus.WRITTEN_OFF, review_on=date(2027, 5, 1))
    assert told(found).endswith("Hindret är avskrivet och ses över igen den 1 maj 2027.")


SENT = "En skrivelse skickades till Nationella rådet den 3 mars;"


@pytest.mark.parametrize(
    ("news", "sentence"),
    [
        ({"answer_by": date(2026, 12, 2)}, f"{SENT} svar väntas senast den 2 december."),
        ({"answer_by": date(2026, 12, 2), "status": LetterStatus.ACKNOWLEDGED}, "svar väntas senast den 2 december."),
        (
            {"answer_by": date(2027, 1, 2), "status": LetterStatus.EXTENDED},
            f"{SENT} mottagaren har bett om mer tid, och svar väntas senast den 2 januari 2027.",
        ),
        (
            {"answer_by": date(2026, 6, 2)},
            f"{SENT} svaret skulle ha kommit senast den 2 juni men har inte gjort det.",
        ),
        (
            {"answer_by": date(2026, 6, 2), "status": LetterStatus.EXTENDED},
            f"{SENT} svaret skulle ha kommit senast den 2 juni men har inte gjort det.",
        ),
        ({"answer_by": None}, f"{SENT} svaret har inte kommit än."),
        ({"answer_by": date(2026, 6, 2), "status": LetterStatus.SILENT}, f"{SENT} inget svar har kommit."),
        ({"answer_by": date(2026, 6, 2), "status": LetterStatus.CLOSED}, f"{SENT} inget svar har kommit."),
        (
            {"answer_by": None, "to": ("Nationella rådet", "Försäkringskassan", "Arbetsförmedlingen")},
            "skickades till Nationella rådet, Försäkringskassan och Arbetsförmedlingen den 3 mars;",
        ),
    ],
)
def test_a_letter_tells_when_its_answer_is_awaited_or_that_it_is_late(news: dict[str, Any], sentence: str) -> None:
    letter = LetterNews(**{**LETTER, **news})
    found = a_journey(Kind.DEVIATION, Status.JOINED, barrier=BarrierStatus.ESCALATED, letter=letter)
    assert sentence in told(found)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer.ACCEPTED, "ja till förslaget"),
        (Answer.PARTLY, "ja till en del av förslaget"),
        (Answer.DECLINED, "nej, med motivering"),
        (Answer.PASSED_ON, "lämnat vidare till någon annan"),
    ],
)
@pytest.mark.parametrize("status", [LetterStatus.ANSWERED, LetterStatus.CLOSED])
def test_an_answer_is_told_with_what_it_said(status: LetterStatus, answer: Answer, words: str) -> None:
    letter = LetterNews(
        **{**LETTER, "answer_by": None, "status": status, "answered_on": date(2026, 5, 5), "answer": answer}
    )
    found = a_journey(Kind.DEVIATION, Status.JOINED, barrier=BarrierStatus.ANSWERED, letter=letter)
    assert told(found).endswith(f"Skrivelsen till Nationella rådet fick svar den 5 maj: {words}.")


def test_an_old_letter_says_nothing_of_a_barrier_that_has_come_back() -> None:
    letter = LetterNews(**{**LETTER, "answer_by": date(2026, 6, 2)})
    found = a_journey(Kind.DEVIATION, Status.JOINED, barrier=BarrierStatus.RETURNED, letter=letter)
    assert told(found).endswith("Hindret var borta men har kommit tillbaka, och det bevakas igen.")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (CloseReason.INFORMATION, "informationen räckte."),
        (CloseReason.NOT_A_DEVIATION, "det var ingen avvikelse."),
        (CloseReason.WRITTEN_OFF, "det går inte att göra något åt."),
        (CloseReason.DUPLICATE, "samma sak är redan rapporterad, och det är den avvikelsen som går vidare."),
    ],
)
def test_a_closed_report_says_why_in_the_words_of_whoever_closed_it(reason: CloseReason, words: str) -> None:
    found = a_journey(Kind.DEVIATION, Status.CLOSED, reason=reason, words="Beslutet är ändrat.")
    way = journey.told(found, READERS["rut"], TODAY)
    assert (way.text, way.quote) == (f"Avslutad den 3 mars: {words}", "Beslutet är ändrat.")


def test_a_solution_that_did_not_help_is_told_honestly() -> None:
    found = a_journey(Kind.DEVIATION, Status.SOLVED_LOCALLY, worked=False, words="Vi bytte handledare.")
    way = journey.told(found, READERS["rut"], TODAY)
    assert way.text == (
        "Delprojektet prövade en lösning den 3 mars, men den hjälpte inte. "
        "Är det fortfarande ett hinder? Säg till, så tas den upp igen."
    )
    assert way.quote == "Vi bytte handledare."


@pytest.mark.parametrize("status", [Status.FILED, Status.IN_REVIEW, Status.LOCAL_ACTION, Status.JOINED])
def test_notes_that_were_written_between_colleagues_are_not_quoted(status: Status) -> None:
    found = a_journey(Kind.DEVIATION, status, words="Fråga Lena.", barrier=BarrierStatus.WATCHED)
    assert journey.told(found, READERS["rut"], TODAY).quote == ""


@pytest.mark.parametrize(
    ("reader", "kind", "status", "text"),
    [
        ("rut", Kind.DEVIATION, Status.NEEDS_FACTS, f"Lena skrev in den åt dig. {ASKED}"),
        (
            "rut",
            Kind.GOOD_EXAMPLE,
            Status.SOLVED_LOCALLY,
            "Lena skrev in guldkornet åt dig. Alla delprojekt kan läsa det bland lokala lösningar.",
        ),
        (
            "lena",
            Kind.DEVIATION,
            Status.NEEDS_FACTS,
            "Du skrev in den åt Rut. Verksamhetsutvecklaren väntar på svar från Rut.",
        ),
        (
            "lena",
            Kind.DEVIATION,
            Status.FILED,
            "Du skrev in den åt Rut. Den ligger i kön. Verksamhetsutvecklaren går igenom nya avvikelser varje vecka; "
            "Rut får veta senast den 28 november.",
        ),
        (
            "lena",
            Kind.SAME_HERE,
            Status.SOLVED_LOCALLY,
            "Du skrev in den åt Rut. Rut sade att det hände hos dem också. Delprojektet löste det den 3 mars.",
        ),
        (
            "vera",
            Kind.DEVIATION,
            Status.LOCAL_ACTION,
            "Lena skrev in den åt Rut. Delprojektet Söder arbetar med det. "
            "Senast den 28 november får Rut veta hur det gick.",
        ),
    ],
)
def test_what_was_typed_for_a_colleague_names_both_and_promises_the_right_one(
    reader: str, kind: Kind, status: Status, text: str
) -> None:
    assert told(a_journey(kind, status, typist=LENA, **DUE), reader) == text


@pytest.mark.parametrize(
    ("due", "how"),
    [
        (
            Due(Promised.FIRST_REPLY, PAST, date(2026, 11, 3), Span(7)),
            "7 dagar från den 3 november, då den rapporterades.",
        ),
        (
            Due(Promised.FIRST_REPLY, SOON, TODAY, Span(1)),
            "1 dag från den 21 november, då den togs upp igen.",
        ),
        (
            Due(Promised.LOCAL_ANSWER, SOON, PAST, Span(10, working=True)),
            "10 arbetsdagar från den 10 november, då delprojektet fick den. "
            "Lördagar, söndagar och helgdagar räknas inte.",
        ),
    ],
)
def test_a_reporter_reads_how_her_day_was_counted(due: Due, how: str) -> None:
    found = journey.told(a_journey(Kind.DEVIATION, Status.FILED, due=due), READERS["rut"], TODAY)
    assert found.how == f"Så räknades dagen: {how}"


@pytest.mark.parametrize("told", [{}, PUT_OFF])
def test_of_a_day_that_nobody_counted_nothing_is_reckoned(told: dict[str, Any]) -> None:
    assert journey.told(a_journey(Kind.DEVIATION, Status.FILED, **told), READERS["rut"], TODAY).how == ""
