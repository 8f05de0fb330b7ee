"""The interface's words and the program's own glossary say the same."""

from sqlalchemy.orm import Session

from deviations.domain.logins import AttemptKind
from deviations.domain.workflow import Kind, Status
from deviations.queries import catalogue
from deviations.services import attempts
from deviations.web import labels


def test_the_glossary_names_every_state_that_an_avvikelse_can_be_in(session: Session) -> None:
    (told,) = (term.definition for term in catalogue.glossary(session) if term.term == "status")
    _, _, listed = told.removesuffix(".").partition(": ")
    assert listed.replace(" eller ", ", ").split(", ") == [str(labels.STATUSES[status]).lower() for status in Status]


def test_every_kind_has_a_word_for_every_state_and_decision() -> None:
    for kind in Kind:
        assert labels.states(kind).keys() == set(Status)
        assert labels.decisions(kind).keys() == labels.DECISIONS.keys()
    assert str(labels.states(Kind.GOOD_EXAMPLE)[Status.SOLVED_LOCALLY]) == "Läst"


def test_each_door_that_is_closed_has_its_own_sentence() -> None:
    said = {kind: labels.refusal(attempts.REFUSALS[kind]) for kind in AttemptKind}
    assert len(set(said.values())) == len(AttemptKind)
    assert [kind for kind, sentence in said.items() if "lösenord" in sentence] == [AttemptKind.PASSWORD]
