"""The demo's letters: drafted, reviewed, decided, sent and answered through the letter service, step by step."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from deviations.demo import material
from deviations.demo.material import working_day
from deviations.demo.play import Happening, Stage, moment
from deviations.domain.letters import Answer, Delivery, LetterStatus
from deviations.models import Agency, Letter
from deviations.queries.letter_cases import suggested
from deviations.services import (
    letter_answers,
    letter_cases,
    letter_deciding,
    letter_guard,
    letter_reviewing,
    letter_sending,
    letter_writing,
)
from deviations.services.letter_answers import Promise


@dataclass(slots=True)
class _Desk:
    """One letter on its way; there is none before its first step."""

    stage: Stage
    about: Mapping[str, Any]
    letter: Letter | None = None

    @property
    def open(self) -> Letter:
        """The letter. Raises LookupError when the material has a step before the draft."""
        if self.letter is None:
            raise LookupError(self.about["barrier"])
        return self.letter


def happenings(stage: Stage) -> Iterator[Happening]:
    """Every step of every letter, at its day."""
    for number, about in enumerate(material.letters()):
        desk = _Desk(stage, about)
        for step in about["steps"]:
            day = _day(stage, step)
            at = moment(day, 400 + 10 * number)
            yield at, partial(_STEPS[step["do"]], desk, step, day, at)


def _day(stage: Stage, step: Mapping[str, Any]) -> date:
    return working_day(stage.today - timedelta(days=step["days_ago"]))


def _draft(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    stage = desk.stage
    recipients, copies = (_agencies(stage, desk.about.get(name, ())) for name in ("recipients", "copies"))
    barrier, vera = stage.barriers[desk.about["barrier"]], stage.cast.coordinator
    desk.letter = letter_writing.draft(stage.session, vera, barrier, recipients=recipients, copies=copies, at=at)


def _agencies(stage: Stage, codes: Iterable[str]) -> list[Agency]:
    return [stage.agencies[code] for code in codes]


def _cases(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    """The coordinator takes in the most typical cases in which nothing points to a person."""
    session, vera, letter = desk.stage.session, desk.stage.cast.coordinator, desk.open
    plain = [case for case in suggested(session, vera, letter.barrier) if not case.spans]
    for case in plain[: step["count"]]:
        letter_cases.take(session, vera, letter, case.deviation, case.text, at=at)


def _save(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    """Adds the coordinator's own paragraphs to their sections."""
    stage, letter = desk.stage, desk.open
    body = letter.body
    for heading, paragraph in step["add"].items():
        body = with_paragraph(body, heading, paragraph)
    letter_writing.save(
        stage.session,
        stage.cast.coordinator,
        letter,
        title=step.get("title", letter.title),
        body=body,
        version=letter.version,
        at=at,
    )


def with_paragraph(markdown: str, heading: str, paragraph: str) -> str:
    """The text with a paragraph at the end of one section. Raises LookupError when there is no such section."""
    before, found, rest = markdown.partition(f"## {heading}\n")
    if not found:
        raise LookupError(heading)
    section, following, after = rest.partition("\n## ")
    return f"{before}{found}{section.rstrip()}\n\n{paragraph}\n{following}{after}"


def _submit(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    kept = _read(desk)
    letter_deciding.submit(desk.stage.session, desk.stage.cast.coordinator, desk.open, at, kept=kept)


def _comment(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    said = {"passage": step.get("passage", ""), "approves": step["approves"]}
    letter_reviewing.comment(
        desk.stage.session, desk.stage.cast.actors["steering:0"], desk.open, text=step["text"], at=at, **said
    )


def _decide(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    steering = desk.stage.cast.actors["steering:0"]
    letter_deciding.decide(
        desk.stage.session,
        steering,
        desk.open,
        body=step["body"],
        on=day,
        paragraph=step["paragraph"],
        took_part=step["took_part"],
        signer=step["signer"],
        at=at,
    )


def _send(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    """A demo mails nobody: its letters are posted."""
    ways = [letter_sending.Way(agency, Delivery.POST, day) for agency in (*desk.open.recipients, *desk.open.copies)]
    coordinator = desk.stage.cast.coordinator
    letter_sending.send(desk.stage.session, coordinator, desk.open, at=at, ways=ways, kept=_read(desk))


def _read(desk: _Desk) -> set[str]:
    """The words that the guard asks about: the material names nobody but those who decide and sign."""
    return {one.key for one in letter_guard.look(desk.stage.session, desk.open)}


def _reply(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    letter_answers.record_reply(
        desk.stage.session,
        desk.stage.cast.coordinator,
        desk.open,
        kind=LetterStatus(step["kind"]),
        answer=Answer(step["answer"]) if step.get("answer") else None,
        received_on=day,
        their_number=step.get("their_number", ""),
        summary=step["summary"],
        text=step.get("text", ""),
        agency=desk.stage.agencies[step["agency"]],
        promised=[_promise(one, day) for one in step.get("promised", ())],
        at=at,
    )


def _promise(said: Mapping[str, Any], day: date) -> Promise:
    """What a recipient promised on a day, and until when if it said so."""
    due_on = working_day(day + timedelta(days=said["in_days"])) if "in_days" in said else None
    return Promise(said["text"], due_on)


_STEPS: Mapping[str, Callable[[_Desk, Mapping[str, Any], date, datetime], None]] = {
    "draft": _draft,
    "cases": _cases,
    "save": _save,
    "submit": _submit,
    "comment": _comment,
    "decide": _decide,
    "send": _send,
    "reply": _reply,
}
