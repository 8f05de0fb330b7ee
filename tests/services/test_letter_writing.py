"""Writing a letter: about several barriers, saved, taken back and written anew, and what was typed and not saved."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from deviations.domain.letters import Evidence, LetterStatus
from deviations.domain.workflow import BarrierStatus, Incomplete, NotAllowed, NotFound
from deviations.models import Letter, LetterAutosave, LetterVersion
from deviations.services import barriers, letter_addresses, letter_autosaves, letter_guard, letter_writing
from deviations.services.checks import PersonalData
from tests.factories import (
    NOW,
    a_barrier,
    a_draft,
    a_filed_deviation,
    a_recurring_barrier,
    an_agency,
    audit_lines,
    joined,
)
from tests.people import People

L = LetterStatus


def two_barriers(session: Session, people: People) -> Letter:
    """A draft about two recurring barriers, to two recipients with one copy."""
    first, second = (a_recurring_barrier(session, people, name=name) for name in ("Tiotimmarsgränsen", "Två intyg"))
    return letter_writing.draft(
        session,
        people.vera,
        first,
        further=[second],
        recipients=[an_agency(session, "NR"), an_agency(session, "AF")],
        copies=[an_agency(session, "FK"), an_agency(session, "AF")],
        at=NOW,
    )


def change(session: Session, people: People, letter: Letter, body: str, **told: object) -> None:
    """Vera saves another text."""
    version = letter.version
    letter_writing.save(session, people.vera, letter, title=letter.title, body=body, version=version, at=NOW, **told)  # type: ignore[arg-type]


def test_one_letter_carries_several_barriers_to_several_recipients(session: Session, people: People) -> None:
    letter = two_barriers(session, people)
    session.commit()
    session.expire_all()
    assert [barrier.name for barrier in letter.about] == ["Tiotimmarsgränsen", "Två intyg"]
    assert [(one.number, one.position, one.barrier.name) for one in letter.numbers] == [
        (1, 0, "Tiotimmarsgränsen"),
        (1, 1, "Två intyg"),
    ]
    assert {agency.code for agency in letter.recipients} == {"NR", "AF"}
    assert [agency.code for agency in letter.copies] == ["FK"]  # who is asked gets no copy besides
    assert Evidence.from_json(letter.numbers[1].evidence).copies == ("Försäkringskassan",)
    assert "Tiotimmarsgränsen" in letter.body and "Två intyg" in letter.body
    assert two_barriers(session, people) is not letter


def test_a_further_barrier_must_be_one_that_letters_are_made_of(session: Session, people: People) -> None:
    first = a_recurring_barrier(session, people)
    watched = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)], name="Bara ett fall")
    gone = a_recurring_barrier(session, people, name="Borta")
    barriers.end(session, people.vera, gone, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=NOW)
    to = [an_agency(session, "NR")]
    for other in (watched, gone):
        with pytest.raises(NotAllowed, match="not_recurring"):
            letter_writing.draft(session, people.vera, first, further=[other], recipients=to, at=NOW)
    letter = letter_writing.draft(session, people.vera, first, recipients=to, at=NOW)
    readdress = {"recipients": to, "copies": [], "version": letter.version, "at": NOW}
    with pytest.raises(NotAllowed, match="not_recurring"):
        letter_addresses.readdress(session, people.vera, letter, further=[watched], **readdress)  # type: ignore[arg-type]
    many = [a_recurring_barrier(session, people, name=f"Hinder {n}") for n in range(5)]
    with pytest.raises(NotAllowed, match="too_many_barriers"):
        letter_writing.draft(session, people.vera, first, further=many, recipients=to, at=NOW)
    with pytest.raises(NotAllowed, match="too_many_barriers"):
        letter_addresses.readdress(session, people.vera, letter, further=many, **readdress)  # type: ignore[arg-type]


def test_an_old_version_is_taken_back_as_a_new_one(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    first = letter.body
    change(session, people, letter, "Den andra texten")
    letter_writing.restore(session, people.vera, letter, 1, version=letter.version, at=NOW)
    assert letter.body == first
    kept = session.scalars(select(LetterVersion).order_by(LetterVersion.number)).all()
    assert [(one.number, one.body == first, one.restored) for one in kept] == [
        (1, True, None),
        (2, False, None),
        (3, True, 1),
    ]
    assert '"restored": 1' in audit_lines(session, f"letter:{letter.id}")[-1].detail


def test_restoring_is_refused_for_what_is_no_version_no_draft_or_was_saved_meanwhile(
    session: Session, people: People
) -> None:
    letter = a_draft(session, people)
    change(session, people, letter, "Den andra texten")
    with pytest.raises(NotFound):
        letter_writing.restore(session, people.vera, letter, 3, version=letter.version, at=NOW)
    with pytest.raises(NotAllowed, match="coordinator_only"):
        letter_writing.restore(session, people.stina, letter, 1, version=letter.version, at=NOW)
    with pytest.raises(StaleDataError), session.begin_nested():
        letter_writing.restore(session, people.vera, letter, 1, version=letter.version - 1, at=NOW)
    session.refresh(letter)
    letter.status = L.IN_REVIEW
    session.flush()
    for act in (letter_writing.redraft, lambda *a, **k: letter_writing.restore(*a, 1, **k)):
        with pytest.raises(NotAllowed, match="only_drafts_change"):
            act(session, people.vera, letter, version=letter.version, at=NOW)
    assert letter.body == "Den andra texten"


def test_the_programs_own_text_can_be_had_again(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    first = (letter.title, letter.body)
    change(session, people, letter, "Min egen text")
    letter_writing.redraft(session, people.vera, letter, version=letter.version, at=NOW)
    assert (letter.title, letter.body) == first
    assert [one.body for one in session.scalars(select(LetterVersion).order_by(LetterVersion.number))][1] == (
        "Min egen text"
    )


def test_a_word_that_was_passed_is_remembered_for_this_letter_alone(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    other = a_draft(session, people, a_recurring_barrier(session, people, name="Två intyg"))
    change(session, people, letter, "Anna Svensson på Arbetsförmedlingen.", passed=["anna svensson"])
    assert letter_guard.mark(letter, "anna svensson") in letter_guard.passed(session, letter)
    assert letter_guard.passed(session, other) == set()
    assert "svensson" not in "".join(line.detail for line in audit_lines(session)).casefold()


def addressed(session: Session, people: People, letter: Letter, **changed: object) -> bool:
    """Sets recipients and barriers as they are but for what is named."""
    told = {
        "recipients": list(letter.recipients),
        "copies": list(letter.copies),
        "further": list(letter.further),
        "version": letter.version,
        "at": NOW + timedelta(hours=1),
        **changed,
    }
    return letter_addresses.readdress(session, people.vera, letter, **told)  # type: ignore[arg-type]


def test_a_barrier_that_comes_along_is_counted_and_an_untouched_text_is_written_anew(
    session: Session, people: People
) -> None:
    letter = a_draft(session, people)
    old = letter.numbers[0]
    second = a_recurring_barrier(session, people, name="Två intyg")
    joined(session, people.vera, a_filed_deviation(session, people.rut), letter.barrier)
    assert addressed(session, people, letter, further=[second])
    assert [(one.number, one.barrier_id) for one in letter.numbers] == [(2, letter.barrier_id), (2, second.id)]
    # what was frozen stays frozen: the report that came in since is not in it
    assert (letter.numbers[0].evidence, letter.numbers[0].at) == (old.evidence, old.at)
    assert "Två intyg" in letter.body
    assert len(letter.snapshots) == 3


def test_a_text_that_somebody_has_touched_is_left_alone(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    change(session, people, letter, "Min egen text")
    second = a_recurring_barrier(session, people, name="Två intyg")
    to = [an_agency(session, "AF")]
    assert not addressed(session, people, letter, further=[second], recipients=to, copies=[an_agency(session, "FK")])
    assert letter.body == "Min egen text"
    assert [agency.code for agency in letter.recipients] == ["AF"]
    assert [one.name for one in letter.further] == ["Två intyg"]


def test_a_barrier_that_goes_takes_its_numbers_and_cases_out_and_keeps_them_in_the_history(
    session: Session, people: People
) -> None:
    letter = two_barriers(session, people)
    first = Evidence.from_json(letter.numbers[0].evidence)
    addressed(session, people, letter, further=[])
    assert [one.number for one in letter.numbers] == [2]
    assert Evidence.from_json(letter.numbers[0].evidence) == first
    assert "Två intyg" not in letter.body
    assert len(letter.snapshots) == 3


def test_the_same_addresses_again_change_nothing(session: Session, people: People) -> None:
    letter = two_barriers(session, people)
    lines, version = len(audit_lines(session)), letter.version
    assert not addressed(session, people, letter)
    assert (len(audit_lines(session)), letter.version) == (lines, version)


def test_addresses_are_refused_to_nobody_over_another_save_and_of_no_draft(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    with pytest.raises(Incomplete, match="needs_recipient"):
        addressed(session, people, letter, recipients=[])
    change(session, people, letter, "Min egen text")
    with pytest.raises(StaleDataError), session.begin_nested():
        addressed(session, people, letter, recipients=[an_agency(session, "AF")], version=letter.version - 1)
    session.refresh(letter)
    letter.status = L.DECIDED
    session.flush()
    with pytest.raises(NotAllowed, match="only_drafts_change"):
        addressed(session, people, letter, recipients=[an_agency(session, "AF")])


def typed(session: Session, people: People, letter: Letter, body: str, **told: object) -> LetterAutosave | None:
    """What Vera has typed and not saved."""
    said = {"title": letter.title, "body": body, "based_on": letter.version, "at": NOW, **told}
    return letter_autosaves.keep(session, people.vera, letter, **said)  # type: ignore[arg-type]


def test_what_is_typed_is_kept_without_what_must_never_enter(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    before, versions = letter.body, len(letter.versions)
    kept = typed(session, people, letter, "Det gäller 850709-9805 och Anna.")
    assert kept is not None
    assert kept.body == "Det gäller [personnummer] och Anna."
    assert (letter.body, len(letter.versions)) == (before, versions)


def test_of_two_late_saves_the_later_one_stands(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    typed(session, people, letter, "Den senare", at=NOW + timedelta(seconds=2))
    kept = typed(session, people, letter, "Den tidigare", at=NOW)
    assert kept is not None and kept.body == "Den senare"


def test_nothing_is_kept_of_what_is_saved_anyway(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    typed(session, people, letter, "Min text")
    assert typed(session, people, letter, letter.body) is None
    typed(session, people, letter, "Min text")
    change(session, people, letter, "Min text")
    assert session.scalars(select(LetterAutosave)).all() == []


def test_what_is_typed_is_kept_of_drafts_only_and_not_without_end(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    with pytest.raises(NotAllowed, match="draft_too_long"):
        typed(session, people, letter, "x" * (letter_autosaves.LONGEST + 1))
    letter.status = L.IN_REVIEW
    session.flush()
    with pytest.raises(NotAllowed, match="only_drafts_change"):
        typed(session, people, letter, "Min text")


def test_what_nobody_touched_for_a_month_or_belongs_to_a_sent_letter_is_forgotten(
    session: Session, people: People
) -> None:
    letter = a_draft(session, people)
    typed(session, people, letter, "Min text")
    letter_autosaves.forget_old(session, NOW + timedelta(days=29))
    assert len(session.scalars(select(LetterAutosave)).all()) == 1
    letter_autosaves.forget_old(session, NOW + timedelta(days=31))
    assert session.scalars(select(LetterAutosave)).all() == []
    typed(session, people, letter, "Min text")
    letter.status = L.SENT
    session.flush()
    letter_autosaves.forget_old(session, NOW)
    assert session.scalars(select(LetterAutosave)).all() == []


def test_a_personal_number_is_not_taken_back_either(session: Session, people: People) -> None:
    letter = a_draft(session, people)
    letter.versions.append(
        LetterVersion(number=2, title="T", body="Gäller 850709-9805.", author_id=people.vera.id, at=NOW)
    )
    session.flush()
    with pytest.raises(PersonalData):
        letter_writing.restore(session, people.vera, letter, 2, version=letter.version, at=NOW)
