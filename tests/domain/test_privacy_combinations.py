"""A diagnosis with a detail that points out one person is marked; neither is alone."""

import pytest

from deviations.domain import privacy
from deviations.domain.privacy import Kind


def marked(text: str) -> list[str]:
    return [text[span.start : span.end] for span in privacy.find(text) if span.kind is Kind.COMBINATION]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("En 47-årig kvinna med psykos nekas.", ["47-årig", "psykos"]),
        ("Hon är 34 år och har autism.", ["34 år", "autism"]),
        ("Deltagaren är född 1978 och har MS.", ["född 1978", "MS"]),
        ("Hon kommer från Eritrea och har ptsd.", ["Eritrea", "ptsd"]),
        ("En somalisktalande man med cancer väntar.", ["somalisktalande", "cancer"]),
        ("Han arbetstränar på Coop och har adhd.", ["Coop", "adhd"]),
        ("Mannen bor i Hallstavik och har ett missbruk.", ["Hallstavik", "missbruk"]),
        ("Han är den enda i kommunen med bipolär sjukdom.", ["den enda", "bipolär sjukdom"]),
        ("Kvinnan var präst och är utbränd.", ["präst", "utbränd"]),
    ],
)
def test_a_diagnosis_and_a_pointing_detail_are_both_marked(text: str, words: list[str]) -> None:
    assert marked(text) == words
    assert not any(span.refused for span in privacy.find(text))


def test_the_detail_may_stand_in_the_neighbouring_sentence_and_no_farther() -> None:
    assert marked("Deltagaren har epilepsi. Hon bor på Ornö.") == ["epilepsi", "Ornö"]
    assert marked("Deltagaren har epilepsi. Planen finns. Hon bor på Ornö.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Hon har autism och får ingen plats.",
        "En kvinna bor i Hallstavik och är 47 år.",
        "Kvinnan har cancer och bor i Stockholm.",
        "Vuxna 18–29 år med adhd hamnar mellan stolarna.",
        "Autismmottagningen i Täby tar emot en ny deltagare.",
        "Cancerfonden har svarat deltagaren i Nykvarn.",
        "Depression ger rätt till sjukpenning enligt 27 kap. 2 § SFB.",
        "Personer med schizofreni i Vallentuna får vänta.",
        "Ms Teams fungerar inte för hen i Nykvarn.",
    ],
)
def test_a_diagnosis_alone_a_detail_alone_and_many_people_pass(text: str) -> None:
    assert marked(text) == []


def test_each_detail_has_a_mask_that_says_what_it_was() -> None:
    assert privacy.mask("En 47-årig kvinna från Eritrea med autism bor i Nykvarn.") == (
        "En [ålder] kvinna från [ursprung] med [diagnos] bor i [ort]."
    )
    assert privacy.mask("Han praktiserar på Coop, var polis och har adhd.") == (
        "Han praktiserar på [arbetsplats], var [yrke] och har [diagnos]."
    )
