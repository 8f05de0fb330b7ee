"""A letter under review: comments of passages, one verdict a person and version, and what is seen to."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.letters import DECISION, LetterStatus
from deviations.domain.roles import Actor
from deviations.domain.workflow import Incomplete, NotAllowed, NotFound
from deviations.models import Letter
from deviations.services import audit, letter_deciding, letter_reviewing, letter_writing
from deviations.services.filing import PersonalData
from deviations.services.letter_reviewing import comment, settle, verdicts
from tests.factories import NOW, a_draft, a_letter, advance, audit_lines
from tests.people import WORK, People

L = LetterStatus


@pytest.fixture
def letter(session: Session, people: People) -> Letter:
    """A letter under review."""
    return a_letter(session, people, L.IN_REVIEW)


def again(session: Session, people: People, letter: Letter, **changed: str) -> None:
    """Sent back, changed, and handed in once more."""
    letter_deciding.send_back(session, people.stina, letter, "Ett ord till.", NOW)
    text = {"title": letter.title, "body": letter.body, **changed}
    letter_writing.save(session, people.vera, letter, version=letter.version, at=NOW, **text)
    advance(session, people, letter, L.IN_REVIEW)


def test_a_comment_is_kept_with_the_version_and_the_passage_it_is_about(
    session: Session, people: People, letter: Letter
) -> None:
    passage = "Samordningsförbundet Östra  Södertörn\nhemställer"
    said = comment(session, people.stina, letter, text="Skriv vilken paragraf.", passage=passage, at=NOW)
    assert (said.number, said.author.name, said.approves) == (letter.versions[-1].number, "Stina", None)
    assert letter_reviewing.stands(said.passage, letter)
    line = audit_lines(session, f"letter:{letter.id}")[-1]
    assert line.action == "letter.commented"
    assert "paragraf" not in line.detail
    assert audit.verify(session)[1] is None


@pytest.mark.parametrize("who", WORK)
def test_those_who_write_and_decide_comment_and_only_the_styrgrupp_judges(
    session: Session, people: People, letter: Letter, who: str
) -> None:
    actor: Actor = getattr(people, who)
    may = {None: who in ("vera", "stina"), True: who == "stina"}
    for approves, allowed in may.items():
        if allowed:
            comment(session, actor, letter, text="Bra.", approves=approves, at=NOW)
            continue
        with pytest.raises(NotAllowed):
            comment(session, actor, letter, text="Bra.", approves=approves, at=NOW)


@pytest.mark.parametrize("status", [L.DRAFT, L.DECIDED])
def test_comments_are_for_a_letter_under_review(session: Session, people: People, status: LetterStatus) -> None:
    letter = a_letter(session, people, status)
    with pytest.raises(NotAllowed, match="not_in_review"):
        comment(session, people.stina, letter, text="Bra.", at=NOW)


def test_a_comment_says_something_of_what_is_there(session: Session, people: People, letter: Letter) -> None:
    with pytest.raises(Incomplete, match="needs_comment"):
        comment(session, people.stina, letter, text="", at=NOW)
    with pytest.raises(Incomplete, match="needs_comment"):
        comment(session, people.stina, letter, text="", approves=False, at=NOW)
    with pytest.raises(Incomplete, match="no_such_passage"):
        comment(session, people.stina, letter, text="Bort med det.", passage="Det här står inte där", at=NOW)
    with pytest.raises(PersonalData):
        comment(session, people.stina, letter, text="Ring 850709-9805.", at=NOW)
    assert letter.comments == []


def test_of_several_verdicts_the_latest_holds_and_a_new_version_asks_anew(
    session: Session, people: People, letter: Letter
) -> None:
    comment(session, people.stina, letter, text="Paragrafen saknas.", approves=False, at=NOW)
    comment(session, people.stina, letter, text="", approves=True, at=NOW)
    comment(session, people.stina, letter, text="Tack!", at=NOW)
    assert [(one.author_id, one.approves) for one in verdicts(letter)] == [(people.stina.id, True)]
    again(session, people, letter, title="Om tio timmar")
    assert verdicts(letter) == []
    assert len(letter.comments) == 3


def test_what_was_changed_after_it_was_read_is_not_judged(session: Session, people: People, letter: Letter) -> None:
    read = letter.version
    comment(session, people.vera, letter, text="Läs sidan två.", at=NOW, version=read)
    again(session, people, letter, title="Om tio timmar")
    with pytest.raises(StaleDataError):
        comment(session, people.stina, letter, text="", approves=True, at=NOW, version=read)
    assert verdicts(letter) == []


def test_a_passage_that_was_rewritten_is_told_from_one_that_stands(
    session: Session, people: People, letter: Letter
) -> None:
    passage = "För deltagaren betyder hindret väntan"
    comment(session, people.stina, letter, text="Mildra.", passage=passage, at=NOW)
    assert letter_reviewing.stands(passage, letter)
    again(session, people, letter, body=letter.body.replace("betyder hindret", "är det här"))
    assert not letter_reviewing.stands(passage, letter)


def test_a_comment_is_seen_to_and_opened_again(session: Session, people: People, letter: Letter) -> None:
    said = comment(session, people.stina, letter, text="Mildra.", at=NOW)
    for _ in range(2):
        settle(session, people.vera, letter, said.id, NOW)
    assert (said.settled_at, said.settled_by_id) == (NOW, people.vera.id)
    settle(session, people.stina, letter, said.id, NOW, done=False)
    assert (said.settled_at, said.settled_by_id) == (None, None)
    actions = [line.action for line in audit_lines(session, f"letter:{letter.id}")]
    assert actions.count("letter.comment_settled") == 2


def test_a_comment_is_settled_by_who_may_and_while_it_matters(session: Session, people: People, letter: Letter) -> None:
    hers = comment(session, people.vera, letter, text="Se bilagan.", at=NOW)
    for who in ("rut", "lena", "stina", "adam"):
        with pytest.raises(NotAllowed):
            settle(session, getattr(people, who), letter, hers.id, NOW)
    other = a_draft(session, people)
    with pytest.raises(NotFound):
        settle(session, people.vera, other, hers.id, NOW)
    letter_deciding.send_back(session, people.stina, letter, "Ett ord till.", NOW)
    settle(session, people.vera, letter, hers.id, NOW)
    advance(session, people, letter, L.IN_REVIEW)
    advance(session, people, letter, L.DECIDED)
    with pytest.raises(NotAllowed):
        settle(session, people.vera, letter, hers.id, NOW, done=False)


def test_a_decided_letter_goes_back_to_a_draft_without_its_decision(session: Session, people: People) -> None:
    letter = a_letter(session, people, LetterStatus.IN_REVIEW)
    read = letter.body
    assert DECISION in read
    advance(session, people, letter, LetterStatus.DECIDED)
    assert DECISION not in letter.body
    letter_deciding.send_back(session, people.vera, letter, "Ett namn blev kvar.", NOW)
    assert (letter.status, letter.body) == (LetterStatus.DRAFT, read)
    assert (letter.decided_by, letter.decided_on, letter.decided_paragraph) == ("", None, "")
    assert letter.versions[-1].restored == letter.versions[-3].number
    advance(session, people, letter, LetterStatus.IN_REVIEW)
    advance(session, people, letter, LetterStatus.DECIDED)
    assert DECISION not in letter.body


def test_a_decision_without_a_blank_in_the_text_leaves_it_as_it_was(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    ending = "## Beslut\n\nStyrelsen.\n\n## Underskrift\n\nStina Ek\n\n## Bilagor\n\nInga.\n"
    body = letter.body.split("## Beslut")[0] + ending
    letter_writing.save(session, people.vera, letter, title=letter.title, body=body, version=letter.version, at=NOW)
    for step in (LetterStatus.IN_REVIEW, LetterStatus.DECIDED, LetterStatus.DRAFT):
        advance(session, people, letter, step, NOW + timedelta(minutes=1))
    assert letter.body == letter.versions[-1].body == body


def test_a_comment_sent_twice_is_one(session: Session, people: People, letter: Letter) -> None:
    said = {"text": "Skriv vilken paragraf.", "approves": False, "at": NOW}
    first = comment(session, people.stina, letter, **said)  # type: ignore[arg-type]
    assert comment(session, people.stina, letter, **said) is first  # type: ignore[arg-type]
    assert comment(session, people.vera, letter, text="Skriv vilken paragraf.", at=NOW) is not first
    assert len(letter.comments) == 2
