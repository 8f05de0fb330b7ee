"""Keeps how letters are worded here: an association's template and letterhead, what is asked for each type of obstacle,
and where agencies take mail.
"""

from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain import letter_blocks, letter_draft, letter_template
from deviations.domain.letter_requests import COUNCIL, Wording
from deviations.domain.letter_words import day
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, Obstacle
from deviations.models import Agency, Association, Barrier, LetterTemplate, ObstacleWording
from deviations.queries import letter_evidence
from deviations.queries import letter_settings as reading
from deviations.services import audit, letter_sheets
from deviations.services.checks import check_texts
from deviations.services.letter_steps import coordinator_only

Row = TypeVar("Row", LetterTemplate, ObstacleWording)


def keep_template(
    session: Session, actor: Actor, association: Association, body: str, *, version: int, at: datetime
) -> None:
    """Saves an association's own template; `version` is 0 where it had none when the form was shown.

    Raises NotAllowed for others than the coordinator, Incomplete (`template_faults`) for a text that
    `letter_template.check` finds fault with, PersonalData, and StaleDataError as `_as_shown`.
    """
    coordinator_only(actor)
    check_texts({"body": body})
    if letter_template.check(body):
        raise Incomplete("template_faults")
    row = _as_shown(session, LetterTemplate, association.id, version)
    if row is None:
        row = LetterTemplate(association_id=association.id)
        session.add(row)
    row.body, row.changed_at, row.changed_by_id = body, at, actor.id
    session.flush()
    audit.record(session, actor, "letter_template.changed", f"letter_template:{association.id}", at)


def drop_template(session: Session, actor: Actor, association: Association, *, version: int, at: datetime) -> None:
    """Lets an association go by the template that ships again. Raises NotAllowed and StaleDataError."""
    coordinator_only(actor)
    row = _as_shown(session, LetterTemplate, association.id, version)
    if row is not None:
        audit.record(session, actor, "letter_template.dropped", f"letter_template:{association.id}", at)
        session.delete(row)
        session.flush()


def keep_wording(
    session: Session,
    actor: Actor,
    obstacle: Obstacle,
    wording: Wording,
    *,
    addressee: Agency | None,
    version: int,
    at: datetime,
) -> None:
    """Saves the instance's own wording of a type of obstacle, and to whom it is put (None: the owner of the rule).

    Raises NotAllowed for others than the coordinator, Incomplete (`wording_faults`), PersonalData, and StaleDataError
    as `_as_shown`; `version` is 0 where there was none of its own.
    """
    coordinator_only(actor)
    texts = {name: getattr(wording, name) for name in Wording.__dataclass_fields__}
    check_texts(texts)
    if wording.check():
        raise Incomplete("wording_faults")
    row = _as_shown(session, ObstacleWording, obstacle, version)
    if row is None:
        row = ObstacleWording(obstacle=obstacle)
        session.add(row)
    row.wording, row.addressee = wording.to_json(), addressee
    row.changed_at, row.changed_by_id = at, actor.id
    session.flush()
    audit.record(session, actor, "obstacle_wording.changed", f"obstacle_wording:{obstacle}", at)


def drop_wording(session: Session, actor: Actor, obstacle: Obstacle, *, version: int, at: datetime) -> None:
    """Lets a type of obstacle be worded as the program ships it again. Raises NotAllowed and StaleDataError."""
    coordinator_only(actor)
    row = _as_shown(session, ObstacleWording, obstacle, version)
    if row is not None:
        audit.record(session, actor, "obstacle_wording.dropped", f"obstacle_wording:{obstacle}", at)
        session.delete(row)
        session.flush()


def _as_shown(session: Session, table: type[Row], key: object, version: int) -> Row | None:
    """The row as it is now. Raises StaleDataError where that is not what the form showed."""
    audit.wait_turn(session)
    row = session.get(table, key, populate_existing=True)
    if (row.version if row is not None else 0) != version:
        raise StaleDataError(f"saved meanwhile: {table.__tablename__} {key}")
    return row


def set_letterhead(
    session: Session, actor: Actor, association: Association, *, organisation_number: str, address: str, at: datetime
) -> None:
    """What stands over an association's letters: its organisation number and its address, a line each.

    Raises NotAllowed for others than the coordinator.
    """
    coordinator_only(actor)
    lines = [line.strip() for line in address.splitlines() if line.strip()]
    association.organisation_number, association.address = organisation_number.strip(), "\n".join(lines)
    session.flush()
    audit.record(session, actor, "letterhead.changed", f"association:{association.id}", at)


def set_mail_address(session: Session, actor: Actor, agency: Agency, address: str, *, at: datetime) -> None:
    """Where an agency's registrar takes letters by mail; empty for none. Raises NotAllowed for others than the
    coordinator; the same address again changes nothing.
    """
    coordinator_only(actor)
    if agency.email == address.strip():
        return
    agency.email = address.strip()
    session.flush()
    audit.record(session, actor, "agency.mail_address_changed", f"agency:{agency.id}", at)


def preview(session: Session, barrier: Barrier, association: Association, template: str, today: date) -> str:
    """The letter that a template would give about a barrier today, as HTML. Nothing is stored.

    Raises NotFound for a barrier that nobody has met, and TooLarge.
    """
    from deviations.adapters.letter_html import sheet_html
    from deviations.adapters.letter_sheet import LetterSheet

    to = reading.addressee(session, barrier.obstacle)
    evidence = letter_evidence.evidence(session, barrier, today, [to] if to is not None else [])
    wordings = reading.wordings(session)
    body = letter_draft.draft([evidence], wordings, template)
    return sheet_html(
        LetterSheet(
            sender=letter_sheets.letterhead(association),
            place_and_date=day(today),
            registry_number="",
            your_reference="",
            handler="",
            recipients=(to.name if to is not None else COUNCIL,),
            copies=(),
            title=letter_draft.heading([evidence], wordings),
            body=letter_blocks.expand(body, [evidence], []),
            mark=letter_sheets.DRAFT_MARK,
            charts=letter_blocks.charts([evidence]),
        )
    )
