"""The demo's letters: drafted, reviewed, decided, sent and answered through the letter service, step by step."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from deviations.demo import material
from deviations.demo.material import working_day
from deviations.demo.play import Happening, Stage, moment
from deviations.domain.letters import Answer, LetterStatus
from deviations.models import Letter
from deviations.services import letters


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
    recipients = [stage.agencies[code] for code in desk.about["recipients"]]
    barrier = stage.barriers[desk.about["barrier"]]
    desk.letter = letters.draft(stage.session, stage.cast.coordinator, barrier, recipients=recipients, at=at)


def _save(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    """Adds the coordinator's own paragraphs to their sections, and mends what the reports wrote in a hurry."""
    stage, letter = desk.stage, desk.open
    body = letter.body
    for heading, paragraph in step["add"].items():
        body = with_paragraph(body, heading, paragraph)
    for hurried, mended in step.get("mend", {}).items():
        body = body.replace(hurried, mended)
    letters.save(
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
    letters.submit(desk.stage.session, desk.stage.cast.coordinator, desk.open, at)


def _decide(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    steering = desk.stage.cast.actors["steering:0"]
    letters.decide(
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
    letters.send(desk.stage.session, desk.stage.cast.coordinator, desk.open, at=at)


def _reply(desk: _Desk, step: Mapping[str, Any], day: date, at: datetime) -> None:
    letters.record_reply(
        desk.stage.session,
        desk.stage.cast.coordinator,
        desk.open,
        kind=LetterStatus(step["kind"]),
        answer=Answer(step["answer"]) if step.get("answer") else None,
        received_on=day,
        their_number=step.get("their_number", ""),
        summary=step["summary"],
        at=at,
    )


_STEPS: Mapping[str, Callable[[_Desk, Mapping[str, Any], date, datetime], None]] = {
    "draft": _draft,
    "save": _save,
    "submit": _submit,
    "decide": _decide,
    "send": _send,
    "reply": _reply,
}
