"""What the page of a letter shows of its review: the step to the styrgrupp, comments, verdicts and the decision."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from deviations.domain.days import today
from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Role
from deviations.forms.fields import BaseForm
from deviations.forms.letter_review import CommentForm, DecideForm, GuardForm, NoteForm
from deviations.services import letter_reviewing as reviewing
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Letter, LetterComment


@dataclass(frozen=True, slots=True)
class Said:
    """A comment as the page shows it: whether its passage still stands in the letter, and whether this person may say
    that it is seen to.
    """

    comment: "LetterComment"
    stands: bool
    settles: bool


@dataclass(frozen=True, slots=True)
class Review:
    """What was said of a letter: open comments, settled ones, and each one's verdict on the text as it is now."""

    open: tuple[Said, ...]
    settled: tuple[Said, ...]
    verdicts: tuple["LetterComment", ...]
    number: int


def forms(letter: "Letter") -> dict[str, BaseForm]:
    """The forms of the steps of review that are this person's."""
    writes, steers = me().has(Role.COORDINATOR), me().has(Role.STEERING)
    found: dict[str, BaseForm] = {}
    if letter.status is LetterStatus.DRAFT and writes:
        found["submit"] = GuardForm(formdata=None, prefix="submit-", version=str(letter.version))
    if letter.status is LetterStatus.IN_REVIEW and (writes or steers):
        found["comment"] = comment_form(letter)
    if letter.status in (LetterStatus.IN_REVIEW, LetterStatus.DECIDED) and (writes or steers):
        found["send_back"] = NoteForm(formdata=None)
    if letter.status is LetterStatus.IN_REVIEW and steers:
        found["decide"] = DecideForm(formdata=None, on=today(), version=str(letter.version))
    return found


def comment_form(letter: "Letter", *, sent: bool = False) -> CommentForm:
    """The form of a comment, empty or as it was `sent`."""
    judges = me().has(Role.STEERING)
    if sent:
        return CommentForm(prefix="comment-", judges=judges)
    return CommentForm(formdata=None, prefix="comment-", judges=judges, version=str(letter.version))


def parts(letter: "Letter") -> dict[str, object]:
    """`review`: what was said of the letter, for those who write and decide; None for others."""
    if not me().has(Role.COORDINATOR, Role.STEERING):
        return {"review": None}
    said = [_said(letter, one) for one in letter.comments if one.text or one.passage]
    return {
        "review": Review(
            open=tuple(one for one in said if one.comment.settled_at is None),
            settled=tuple(one for one in said if one.comment.settled_at is not None),
            verdicts=tuple(reviewing.verdicts(letter)),
            number=letter.versions[-1].number,
        )
    }


def _said(letter: "Letter", one: "LetterComment") -> Said:
    return Said(
        comment=one,
        stands=not one.passage or reviewing.stands(one.passage, letter),
        settles=reviewing.may_settle(me(), letter, one),
    )
