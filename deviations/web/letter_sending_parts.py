"""What the page of a letter shows of its sending: how it went to each party, its seal, and what has been changed."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import current_app

from deviations.config import Config
from deviations.domain.days import today
from deviations.domain.letters import OUT, Delivery, LetterStatus
from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.forms.fields import BaseForm
from deviations.forms.letter_review import GuardForm, WayForm
from deviations.queries import letter_mails
from deviations.services import letter_seal
from deviations.web import labels, notices
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Agency, Letter, LetterDispatch, OutgoingMail


@dataclass(frozen=True, slots=True)
class Went:
    """How a sent letter went to one party, and how its mail fares (in words; `lost` when it never came)."""

    agency: "Agency"
    copy: bool
    dispatch: "LetterDispatch | None"
    mail: str = ""
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """What the page says of the sending; `changed` names what is not as it was sent."""

    went: tuple[Went, ...]
    changed: tuple[str, ...]
    sends: bool


def parties(letter: "Letter") -> list["Agency"]:
    """To whom a letter goes: recipients, then those who get a copy."""
    return [*letter.recipients, *(one for one in letter.copies if one not in letter.recipients)]


def forms(letter: "Letter") -> dict[str, BaseForm]:
    """The forms of the steps of sending that are this person's: one for each way."""
    if not me().has(Role.COORDINATOR) or letter.status not in (LetterStatus.DECIDED, *OUT):
        return {}
    found: dict[str, BaseForm] = {way_name(agency): way_form(letter, agency) for agency in parties(letter)}
    if letter.status is LetterStatus.DECIDED:
        found["send"] = GuardForm(formdata=None, prefix="send-", version=str(letter.version))
    return found


def way_name(agency: "Agency") -> str:
    """By what the form of the way to an agency is known."""
    return f"way{agency.id}"


def way_form(letter: "Letter", agency: "Agency", *, sent: bool = False) -> WayForm:
    """The form of the way to one party: as it was `sent`, else with what is known. While a letter is being sent the day
    is today's and is not asked for.
    """
    form = _way_form(letter, agency, sent)
    if letter.status is LetterStatus.DECIDED:
        del form.on
    return form


def _way_form(letter: "Letter", agency: "Agency", sent: bool) -> WayForm:
    ways = [(way, label) for way, label in labels.DELIVERIES.items()]
    prefix, later = f"{way_name(agency)}-", agency not in letter.recipients
    if sent:
        return WayForm(prefix=prefix, ways=ways, later=later)
    kept = next((one for one in letter.dispatches if one.agency_id == agency.id), None)
    delivery = kept.delivery if kept is not None else Delivery.MAIL if agency.email and _settings().mail else ""
    known = {"delivery": delivery, "address": agency.email, "on": _day(kept)}
    return WayForm(formdata=None, prefix=prefix, ways=ways, later=later, **known)


def _day(kept: "LetterDispatch | None") -> date:
    return kept.on if kept is not None else today()


def _settings() -> Config:
    settings: Config = current_app.extensions["settings"]
    return settings


def parts(letter: "Letter") -> dict[str, object]:
    """`sending`: how the letter went and whether it is what was sent; None before it is decided on."""
    if letter.status is not LetterStatus.DECIDED and letter.status not in OUT and not letter.seal:
        return {"sending": None}
    changed = tuple(str(labels.SEALED[what]) for what in letter_seal.check(letter))
    return {"sending": Sending(went=_went(letter), changed=changed, sends=_settings().mail is not None)}


def _went(letter: "Letter") -> tuple[Went, ...]:
    mails = letter_mails.of(db.session, letter.id)
    ways = {one.agency_id: one for one in letter.dispatches}
    return tuple(
        _one(agency, agency not in letter.recipients, ways.get(agency.id), mails.get(agency.id))
        for agency in parties(letter)
    )


def _one(agency: "Agency", copy: bool, way: "LetterDispatch | None", mail: "OutgoingMail | None") -> Went:
    if way is None or mail is None or way.delivery is not Delivery.MAIL:
        return Went(agency, copy, way)
    said = " ".join(filter(None, (str(notices.STATES[mail.state]), notices.fault(mail.error))))
    return Went(agency, copy, way, said, mail.state in letter_mails.LOST)
