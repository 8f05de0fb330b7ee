"""What a letter asks for follows the type of obstacle and who is asked, and can be worded otherwise."""

import pytest

from deviations.domain.letter_requests import (
    SHIPPED,
    UNSETTLED,
    BadWording,
    Wording,
    addressee,
    interim,
    requests,
    wording,
)
from deviations.domain.workflow import Obstacle

COUNCIL = "Nationella rådet för finansiell samordning"
OWN = Wording("x", "y", "z", "ber {parterna} om det", "ger {parterna} i uppdrag", "gör det")


def test_every_type_of_obstacle_has_a_wording_without_faults() -> None:
    assert set(SHIPPED) == set(Obstacle)
    assert [words.check() for words in (*SHIPPED.values(), UNSETTLED)] == [{}] * 9


@pytest.mark.parametrize("words", [OWN, *SHIPPED.values()])
def test_a_wording_comes_back_from_json_as_it_went(words: Wording) -> None:
    assert Wording.from_json(words.to_json()) == words


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"heading": "x"}', "3", OWN.to_json()[:-1]])
def test_what_is_not_a_wording_is_refused(text: str) -> None:
    with pytest.raises(BadWording):
        Wording.from_json(text)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("heading", " "),
        ("goal", "en översyn."),
        ("mark", "x" * 301),
        ("council", "ber {parter} om det"),
        ("body", "ber {parterna} om det"),
        ("government", "två\nrader"),
        ("council", "{parterna.__class__} ser över"),
    ],
)
def test_a_wording_that_cannot_stand_in_a_sentence_is_told(field: str, text: str) -> None:
    assert list(Wording(**{**_fields(OWN), field: text}).check()) == [field]


def _fields(words: Wording) -> dict[str, str]:
    return {name: getattr(words, name) for name in ("heading", "goal", "mark", "council", "government", "body")}


def test_an_instances_own_wording_goes_before_the_one_that_ships() -> None:
    assert wording("law", {"law": OWN}) is OWN
    assert wording("practice", {"law": OWN}) is SHIPPED["practice"]
    assert wording("", {"law": OWN}) is UNSETTLED


def test_braces_of_a_wording_reach_nothing() -> None:
    sly = Wording("x", "y", "z", "{parterna.__class__} {0}", "x", "y")
    assert requests(sly, [COUNCIL], ["Arbetsförmedlingen"], False)[0].what == "{parterna.__class__} {0}"


def test_the_obstacle_says_who_is_asked_first() -> None:
    assert addressee("law") == addressee("ordinance") == "department"
    assert addressee("regulation") == addressee("practice") == addressee("information") == "owner"
    assert addressee("") == "council"
    assert addressee("practice", owners=3) == "council"


def test_who_does_not_apply_the_rule_is_asked_to_work_on_those_who_do() -> None:
    asked = requests(SHIPPED["practice"], ["Sveriges Kommuner och Regioner"], ["regionens psykiatri"], False)
    assert "verkar för att regionens psykiatri ändrar sitt arbetssätt" in asked[0].what
    own = requests(SHIPPED["practice"], ["Regionen - psykiatri"], ["regionens psykiatri"], False)
    assert own[0].what.startswith("ser över sitt arbetssätt")


def test_the_same_request_is_not_said_twice() -> None:
    first, second = requests(SHIPPED["practice"], ["SKR", COUNCIL], ["Arbetsförmedlingen"], False)
    assert "Arbetsförmedlingen ändrar sitt arbetssätt" in first.what
    assert second.what == "verkar för samma sak inom sitt ansvar"
    owners = ["Arbetsförmedlingen", "Försäkringskassan"]
    assert requests(SHIPPED["guideline"], owners, owners, False)[1].what == "gör detsamma för sin del"


def test_a_question_goes_to_who_can_answer_it() -> None:
    assert interim(["SKR", "Arbetsförmedlingen"], ["Arbetsförmedlingen"]).recipient == "Arbetsförmedlingen"
    assert interim(["SKR", COUNCIL], ["Arbetsförmedlingen"]).recipient == COUNCIL
    assert interim(["SKR"], []).what.startswith("lämnar oss ett skriftligt besked om hur")
    assert interim([], []).what.startswith("tar reda på och meddelar oss hur")
