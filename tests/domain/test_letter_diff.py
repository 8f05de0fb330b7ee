"""What differs between two texts of a letter: readable, complete, and quick for any text."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.letter_diff import Mark, Passage, counted, differences, stretches

OLD = """## Sammanfattning

Vi begär att Nationella rådet tar upp frågan. Det gäller fem kommuner.

## Hindret

Reglerna säger tio timmar.

Ett stycke som tas bort."""
NEW = """## Sammanfattning

Vi ber att Nationella rådet snarast tar upp frågan. Det gäller sju kommuner i länet.

Ett nytt stycke.

## Hindret

Reglerna säger tio timmar."""


def marked(passages: list[Passage]) -> str:
    """The passages with what is gone as [-…-] and what is new as [+…+]."""
    signs = {Mark.SAME: "{}", Mark.GONE: "[-{}-]", Mark.NEW: "[+{}+]"}
    return "\n\n".join("".join(signs[run.mark].format(run.text) for run in one.runs) for one in passages)


def side(passages: list[Passage], without: Mark) -> list[str]:
    """The words of one of the two texts, as the passages hold it."""
    return " ".join(run.text for one in passages for run in one.runs if run.mark is not without).split()


def test_changed_words_are_marked_where_they_stand() -> None:
    assert marked(differences(OLD, NEW)) == (
        "## Sammanfattning\n\n"
        "Vi [-begär-][+ber+] att Nationella rådet [+snarast +]tar upp frågan. Det gäller [-fem-][+sju+] kommuner "
        "[+i länet+].\n\n"
        "[+Ett nytt stycke.+]\n\n"
        "## Hindret\n\nReglerna säger tio timmar.\n\n"
        "[-Ett stycke som tas bort.-]"
    )


def test_equal_texts_have_nothing_marked() -> None:
    passages = differences(OLD, OLD)
    assert not any(passage.changed for passage in passages)
    assert counted(passages).gone == counted(passages).new == 0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "Hej", "[+Hej+]"),
        ("Hej", "", "[-Hej-]"),
        ("Tio timmar.", "Tio timmar", "Tio timmar[-.-]"),
        ("En mening. Till.", "En mening.\n\nTill.", "En mening.\n\nTill."),
        # nothing in common worth showing: one text in place of the other
        ("Alla får försäkring.", "Vi hörs på torsdag.", "[-Alla får försäkring.-]\n\n[+Vi hörs på torsdag.+]"),
        ("- ett\n- två\n- tre", "- ett\n- två\n- fyra", "- ett\n- två\n- [-tre-][+fyra+]"),
    ],
)
def test_small_changes_read_as_a_person_would_mark_them(old: str, new: str, told: str) -> None:
    assert marked(differences(old, new)) == told


def test_a_moved_paragraph_is_gone_in_one_place_and_new_in_the_other() -> None:
    told = marked(
        differences("Första.\n\nAndra hindret.\n\nTredje frågan.", "Andra hindret.\n\nTredje frågan.\n\nFörsta.")
    )
    assert told == "[-Första.-]\n\nAndra hindret.\n\nTredje frågan.\n\n[+Första.+]"


def test_words_are_counted_on_both_sides() -> None:
    count = counted(differences(OLD, NEW))
    assert (count.gone, count.new) == (7, 8)


def test_what_is_the_same_lies_in_stretches_that_a_page_can_fold() -> None:
    assert [(changed, len(found)) for changed, found in stretches(differences(OLD, NEW))] == [
        (False, 1),
        (True, 2),
        (False, 2),
        (True, 1),
    ]


@given(st.text(alphabet="ab .,\n-å😀", max_size=60), st.text(alphabet="ab .,\n-å😀", max_size=60))
def test_both_texts_are_whole_in_what_is_shown(old: str, new: str) -> None:
    passages = differences(old, new)
    words = ["".join(side(passages, gone)) for gone in (Mark.NEW, Mark.GONE)]
    assert words == ["".join(old.split()), "".join(new.split())]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 30_000, "b a " * 15_000),
        ("\n\na" * 20_000, "\n\nb\n\na" * 10_000),
        (".," * 30_000, ",." * 30_000),
        (" ".join(map(str, range(12_000))), " ".join(map(str, reversed(range(12_000))))),
        (" " * 60_000, "\t \n" * 20_000),
        ("ab " * 600 + "x", "ba " * 600 + "y"),
    ],
)
def test_no_text_makes_it_slow(old: str, new: str) -> None:
    began = time.process_time()
    differences(old, new)
    assert time.process_time() - began < 3
