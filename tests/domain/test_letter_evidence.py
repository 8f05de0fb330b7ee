"""The evidence that a letter freezes comes back as it went, also from older letters; nothing else is taken for it."""

import json
from dataclasses import replace
from datetime import date

import pytest

from deviations.domain.letter_evidence import BadEvidence, Evidence
from tests.evidences import BARE, EARLIER, INSURANCE, TEN_HOURS

KNOWN_FROM_START = list(json.loads(TEN_HOURS.to_json()))[:-3]


@pytest.mark.parametrize(
    "evidence",
    [
        TEN_HOURS,
        BARE,
        replace(
            TEN_HOURS,
            earlier=(EARLIER, replace(EARLIER, answered_on=None, answer="", summary="")),
            returned_on=date(2026, 11, 1),
            rules=(replace(INSURANCE, valid_from=date(2020, 1, 1), valid_to=date(2026, 6, 30)),),
        ),
    ],
)
def test_evidence_comes_back_from_json_as_it_went(evidence: Evidence) -> None:
    assert Evidence.from_json(evidence.to_json()) == evidence
    assert Evidence.from_json(evidence.to_json()).to_json() == evidence.to_json()


def test_evidence_of_an_older_letter_is_read_too() -> None:
    told = json.loads(TEN_HOURS.to_json())
    older = {name: told[name] for name in KNOWN_FROM_START}
    for rule in older["rules"]:
        del rule["valid_from"], rule["valid_to"]
    read = Evidence.from_json(json.dumps(older))
    assert read == replace(TEN_HOURS, reports=())


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "3", '{"taken_on": "x"}', TEN_HOURS.to_json()[:-1]])
def test_what_is_not_evidence_is_refused(text: str) -> None:
    with pytest.raises(BadEvidence):
        Evidence.from_json(text)


@pytest.mark.parametrize("missing", ["deviations", "rules", "policy"])
def test_evidence_that_lacks_what_it_always_had_is_refused(missing: str) -> None:
    told = json.loads(TEN_HOURS.to_json())
    del told[missing]
    with pytest.raises(BadEvidence):
        Evidence.from_json(json.dumps(told))


@pytest.mark.parametrize(
    ("name", "value"), [("rules", [{"x": 1}]), ("rules", [3]), ("first_on", "i går"), ("earlier", [[]])]
)
def test_evidence_with_broken_parts_is_refused(name: str, value: object) -> None:
    told = json.loads(TEN_HOURS.to_json())
    told[name] = value
    with pytest.raises(BadEvidence):
        Evidence.from_json(json.dumps(told))
