"""Files a report: who may, that it names nobody by number, and that a form sent twice makes one report."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from deviations.domain import privacy
from deviations.domain.days import day_of
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import Kind, NotAllowed, Status, Step
from deviations.models import Agency, Deviation, Move, Municipality, Rule, Subproject
from deviations.queries import deviations
from deviations.services import audit, notices

TEXTS = ("title", "body", "rule_hint", "tried", "wished")


@dataclass(slots=True)
class Report:
    """What a person has filled in. Weeks and people are numbers only; nothing here may point out anybody."""

    title: str
    body: str
    municipality: Municipality
    subproject: Subproject
    occurred_on: date
    agencies: Sequence[Agency] = field(default_factory=list)
    kind: Kind = Kind.DEVIATION
    rule: Rule | None = None
    rule_hint: str = ""
    step: Step | None = None
    weeks_lost: int | None = None
    people_hit: int | None = None
    tried: str = ""
    wished: str = ""


class PersonalData(NotAllowed):
    """A text holds something that must never enter. `found` maps the field to what was found in it."""

    def __init__(self, found: dict[str, list[privacy.Span]]) -> None:
        super().__init__("personal_data")
        self.found = found


def check_texts(texts: dict[str, str]) -> None:
    """Raises PersonalData when any of these texts holds a personal number or the like (promise 3)."""
    found = {name: spans for name, text in texts.items() if (spans := privacy.refused(text))}
    if found:
        raise PersonalData(found)


def check_words(report: Report) -> None:
    """Raises PersonalData when any text of the report holds what must never enter."""
    check_texts({name: getattr(report, name) for name in TEXTS})


def pointing(report: Report) -> dict[str, list[str]]:
    """What in a report may point out somebody without being refused: names, telephone numbers, addresses, by field.

    The person who files it decides; she knows whether "Björn" is a participant or a bus stop.
    """
    found: dict[str, list[str]] = {}
    for name in TEXTS:
        text = getattr(report, name)
        words = [text[span.start : span.end] for span in privacy.find(text) if not span.refused]
        if words:
            found[name] = list(dict.fromkeys(words))
    return found


def file(
    session: Session,
    actor: Actor,
    report: Report,
    *,
    form_key: str,
    at: datetime,
    twin_within: timedelta | None = None,
) -> tuple[Deviation, bool]:
    """The filed report, and whether this call filed it (False: this form had been sent before).

    With `twin_within`, the very same title and text by the same person, that short a time ago, are the same report
    too: who goes back and sends again gets a form with another key.

    Raises NotAllowed (`not_your_subproject`, `not_yet_happened`) and PersonalData; then nothing is saved.
    """
    known = deviations.filed_with(session, actor, form_key)
    if known is None and twin_within is not None:
        known = deviations.twin(session, actor, report.title, report.body, since=at - twin_within)
    if known is not None:
        return known, False
    _check(actor, report, at)
    deviation = _made(actor, report, form_key, at)
    try:
        with session.begin_nested():
            session.add(deviation)
            session.flush()
    except IntegrityError:  # the same form in another process, a moment ago
        known = deviations.filed_with(session, actor, form_key)
        if known is None:
            raise
        return known, False
    session.add(Move(at=at, actor_id=actor.id, deviation_id=deviation.id, source=Status.DRAFT, target=Status.FILED))
    audit.record(session, actor, "deviation.filed", f"deviation:{deviation.id}", at)
    notices.received(session, deviation, at)
    return deviation, True


def _check(actor: Actor, report: Report, at: datetime) -> None:
    anywhere = actor.has(Role.COORDINATOR)
    if not anywhere and report.subproject.id not in actor.subprojects():
        raise NotAllowed("not_your_subproject")
    if report.occurred_on > day_of(at):
        raise NotAllowed("not_yet_happened")
    check_words(report)


def _made(actor: Actor, report: Report, form_key: str, at: datetime) -> Deviation:
    return Deviation(
        kind=report.kind,
        status=Status.FILED,
        title=report.title,
        body=report.body,
        reporter_id=actor.id,
        filed_by_id=actor.id,
        form_key=form_key,
        subproject=report.subproject,
        municipality=report.municipality,
        rule=report.rule,
        rule_hint=report.rule_hint,
        step=report.step,
        weeks_lost=report.weeks_lost,
        people_hit=report.people_hit,
        tried=report.tried,
        wished=report.wished,
        occurred_on=report.occurred_on,
        filed_at=at,
        agencies=list(report.agencies),
    )
