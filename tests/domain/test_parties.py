"""Parties are written in many ways and brought to one code each."""

import pytest

from deviations.domain.parties import EXTRA, codes, mentioned, whole


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("AF", "AF"),
        ("arbetsförmedlingen", "AF"),
        ("Arbetsförmedl.", "AF"),
        ("Arbetsförmedlingens", "AF"),
        ("F-kassan", "FK"),
        ("Soc", "KOM-SOC"),
        ("Ek. bistånd", "KOM-SOC"),
        ("AME", "KOM-AMA"),
        ("vc", "REG-PV"),
        ("Vården", "REGION"),
        ("Region Stockholm", "REGION"),
        ("Nacka kommun", "KOMMUN"),
        ("Kommunen (socialnämnden)", "KOM-SOC"),
        ("a-kassan", "AKASSA"),
        ("Facket", "FACK"),
        ("Polisen", "POLIS"),
        ("Överförmyndaren", "OVERF"),
        ("Tingsrätten", "TINGS"),
        ("Samordningsförbundet", "FORB"),
        ("reg-psy", "REG-PSY"),
    ],
)
def test_a_name_is_brought_to_its_code(written: str, code: str) -> None:
    assert codes([written]) == (code,)


def test_codes_are_sorted_and_said_once() -> None:
    assert codes(["FK", "Arbetsförmedlingen", "af", "Försäkringskassan"]) == ("AF", "FK")


def test_several_parties_in_one_name_are_taken_apart() -> None:
    assert codes(["AF/FK och kommunen"]) == ("AF", "FK", "KOMMUN")
    assert codes(["Regionen (primärvård, psykiatri)"]) == ("REG-PSY", "REG-PV")


@pytest.mark.parametrize("unknown", ["", "   ", "Månkontoret", "()", "\x00", "/"])
def test_an_unknown_party_is_dropped(unknown: str) -> None:
    assert codes([unknown]) == ()


def test_parties_are_found_in_running_text() -> None:
    assert mentioned("AF:s handläggare och försäkringskassans; kommunens a kassa") == (
        "AF",
        "AKASSA",
        "FK",
        "KOMMUN",
    )


def test_small_words_are_not_taken_for_agencies() -> None:
    assert mentioned("av alla nr och ra som sos kam") == ()
    assert mentioned("Anmälan till AV och NR") == ("AV", "NR")


def test_a_part_knows_its_whole() -> None:
    assert (whole("KOM-SOC"), whole("REG-HAB"), whole("AF")) == ("KOMMUN", "REGION", "AF")


def test_the_extra_parties_have_names() -> None:
    assert set(EXTRA) == {"AKASSA", "FACK", "POLIS", "OVERF", "TINGS", "REGION", "KOMMUN"}
    assert codes(EXTRA) == tuple(sorted(EXTRA))
