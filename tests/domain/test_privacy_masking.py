"""Masking: nothing that is refused survives in any spacing, masks are stable, and what the writer keeps is kept."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from deviations.domain import privacy
from deviations.domain.privacy import Kind, Span

NUMBERS = ("8507099805", "198507099805", "6408233234", "191212121212", "7010632391", "198507699810")
SPACES = ("", " ", "\u00a0", "\u2009", "\u202f", "\u2002", "\u3000", "\u200b", "\u2060", "\ufeff", "\t", "  ")
DASHES = (
    "-",
    "–",
    "—",
    "‐",
    "‑",
    "‒",
    "―",
    "−",
    "﹣",
    "－",
    "\u00ad",
    "+",
    "＋",
    "_",
    " - ",
    " – ",
    "\u00a0-\u00a0",
    "-\n",
    "\n",
    "",
)
SHAPES = {
    10: ((10,), (6, 4), (2, 2, 2, 4), (2,) * 5, (1,) * 10),
    12: ((12,), (8, 4), (4, 2, 2, 4), (4, 4, 4), (2,) * 6, (1,) * 12),
}
AROUND = st.sampled_from(
    ["{}", "Hon har {} enligt kassan", "({})", "pnr:{}.", "x\n{}\ny", "Deltagare {}, inskriven i maj"]
)


@st.composite
def personal_numbers(draw: st.DrawFn) -> str:
    """A test number as people write it: in groups, with any space within and any dash before the last four."""
    number = draw(st.sampled_from(NUMBERS))
    shape = draw(st.sampled_from(SHAPES[len(number)]))
    gaps = [draw(st.sampled_from(SPACES)) for _ in shape[1:]]
    if gaps and shape[-1] == 4 and len(shape) != 3:
        gaps[-1] = draw(st.sampled_from(DASHES))
    if shape in ((2, 2, 2, 4), (4, 2, 2, 4)) and draw(st.booleans()):
        gaps[:2] = [draw(st.sampled_from(["-", "–", "/", "."]))] * 2
        gaps[2] = draw(st.sampled_from(["-", "–", "+", " - "]))
    parts, at = [], 0
    for size, gap in zip(shape, [*gaps, ""], strict=True):
        parts += [number[at : at + size], gap]
        at += size
    return draw(digits("".join(parts)))


def digits(text: str) -> st.SearchStrategy[str]:
    """The text with its digits as they are, in full width or in Arabic script."""
    return st.sampled_from([0x30, 0xFF10, 0x660]).map(
        lambda zero: "".join(chr(zero + int(char)) if char in "0123456789" else char for char in text)
    )


@given(personal_numbers(), AROUND)
def test_masking_removes_a_personal_number_in_any_form_of_spacing(number: str, around: str) -> None:
    text = around.format(number)
    for masked in (privacy.mask(text), privacy.mask_refused(text)):
        assert "[personnummer]" in masked
        assert not any(char.isdecimal() for char in masked)
        assert privacy.refused(masked) == []


INVISIBLE = st.sampled_from(["\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u202c", "\u0336", "\ufe0f", "\x07"])
ANY_MARK = st.characters(categories=["P", "S", "Z", "Cf", "Cc", "M"])


@st.composite
def strewn(draw: st.DrawFn, text: str) -> str:
    """The text with characters that can't be seen after some of its own."""
    marks = draw(st.lists(st.just("") | INVISIBLE, min_size=len(text), max_size=len(text)))
    return "".join(char + mark for char, mark in zip(text, marks, strict=True))


@st.composite
def parted_numbers(draw: st.DrawFn) -> str:
    """A test number whose serial any mark divides from the date, or any one mark each pair from the next."""
    number, mark = draw(st.sampled_from(NUMBERS)), draw(ANY_MARK)
    if draw(st.booleans()):
        around = draw(st.sampled_from(["{}", " {}", "{} ", " {} "]))
        return draw(strewn(number[:-4] + around.format(mark) + number[-4:]))
    return mark.join(number[at : at + 2] for at in range(0, len(number), 2))


@given(parted_numbers(), AROUND)
def test_masking_removes_a_personal_number_whatever_mark_parts_it(number: str, around: str) -> None:
    masked = privacy.mask_refused(around.format(number))
    assert "[personnummer]" in masked
    assert not any(char.isdecimal() for char in masked)


@given(
    st.sampled_from(["811218", "19811218", "81-12-18", "1981-12-18"]),
    ANY_MARK,
    st.sampled_from(["9XXX", "98xx", "987*", "T123", "TF12", "tf12"]),
)
def test_masking_removes_reserve_numbers_and_half_hidden_numbers_whatever_mark_parts_them(
    date: str, mark: str, serial: str
) -> None:
    if unicodedata.category(mark)[0] in "CM" and date.startswith("8"):
        mark = "-"  # with nothing to be seen between them, six digits and letters also name goods
    assert privacy.mask_refused(f"Numret {date}{mark}{serial} gäller.") == "Numret [personnummer] gäller."


@given(
    st.sampled_from(
        ["@", "＠", "﹫", " @ ", "\n@ ", "@\n", "@\r\n", " (at) ", "[at]", " <at> ", " snabel-a ", " snabel a "]
    ),
    st.sampled_from(
        [".", "．", "。", "｡", "﹒", "․", " . ", " .", ". ", ".\n", " dot ", " punkt ", "(dot)", "[.]", " [punkt] "]
    ),
    st.data(),
    AROUND,
)
def test_masking_removes_a_mail_address_however_its_points_are_written(
    at: str, point: str, data: st.DataObject, around: str
) -> None:
    address = data.draw(strewn(f"rut.ek{at}post{point}example{point}com"))
    assert privacy.mask_refused(around.format(address)) == around.format("[e-postadress]")


@given(st.data())
def test_invisible_characters_hide_no_name_and_no_case_number(data: st.DataObject) -> None:
    text = data.draw(strewn("Anna Svensson ringde om aktnummer 4471-2022 i maj"))
    masked = privacy.mask(text)
    assert masked.startswith("[namn]")
    assert "[ärendenummer]" in masked
    assert not any(char.isdecimal() for char in masked)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Z", "M", "Cf", "Cc"]), max_size=80))
def test_passages_of_any_text_are_in_order_inside_it_and_do_not_overlap(text: str) -> None:
    at = 0
    for span in privacy.find(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


def test_passages_are_counted_in_the_text_as_it_was_written() -> None:
    text = "\u202aA\u030asa Lind\u00adqvist\u202c, ﬁnsk, 8112\u00ad18–98\u200b76."
    found = [text[span.start : span.end] for span in privacy.find(text)]
    assert found == ["A\u030asa Lind\u00adqvist\u202c", "8112\u00ad18–98\u200b76"]


def test_a_passage_with_invisible_characters_is_kept_under_the_same_words() -> None:
    text = "Björn\u00ad Alm ringde."
    assert privacy.kept(text, {"björn alm"}) == []


@given(
    st.sampled_from(["maria.t", "h_osman1990", "kent-åke", "b.k+jobb", "marko punkt ilic"]),
    st.sampled_from(["@", " @ ", "＠", "(at)", " [at] ", " snabel-a ", "(snabela)", "\u00a0@\u00a0"]),
    st.sampled_from(["example.com", "post.example.org", "example punkt com", "example．net", "example(dot)com"]),
    AROUND,
)
def test_masking_removes_a_mail_address_however_the_at_sign_is_written(
    local: str, at: str, domain: str, around: str
) -> None:
    text = around.format(local + at + domain)
    masked = privacy.mask_refused(text)
    assert "[e-postadress]" in masked
    assert "example" not in masked
    assert local.split()[-1] not in masked


@given(
    st.sampled_from(["ärendenummer", "Ärendenr", "aktnummer", "Journalnummer", "LMA-nummer", "dossiernummer"]),
    st.sampled_from([" ", ": ", "\u00a0", " är ", "\n"]),
    st.sampled_from(["4471-2022", "4471–2022", "4471/2022", "44712022", "AF-2024/0011902", "４４７１-２０２２"]),
)
def test_masking_removes_a_case_number_after_its_word(word: str, gap: str, number: str) -> None:
    masked = privacy.mask_refused(f"Kassans {word}{gap}{number} gäller.")
    assert "[ärendenummer]" in masked
    assert not any(char.isdecimal() for char in masked)


PIECES = st.lists(
    st.sampled_from(
        [
            *"aAbBåÄö019 -.@:/+,()\n٣８‑&§[]",
            *(
                "\u00a0",
                "Anna ",
                "gatan ",
                "ärende ",
                "850709-9805",
                "ring ",
                "autism ",
                "47-årig ",
                "i Rimbo ",
                "Hon ",
                ". ",
                "är ",
            ),
            *(
                "Farah",
                "A.K. ",
                "070-174 06 12 ",
                "k@example.com ",
                "och ",
                "AF ",
                "lex Sarah ",
                "Sankt ",
                "von ",
                "'",
                "[namn]",
            ),
        ]
    ),
    max_size=40,
).map("".join)


@given(PIECES)
def test_passages_are_in_order_inside_the_text_and_do_not_overlap(text: str) -> None:
    at = 0
    for span in privacy.find(text):
        assert at <= span.start < span.end <= len(text)
        at = span.end


@given(PIECES)
def test_the_same_text_is_always_read_the_same(text: str) -> None:
    assert privacy.find(text) == privacy.find(text)


@given(PIECES)
def test_masking_a_masked_text_changes_nothing(text: str) -> None:
    masked = privacy.mask(text)
    assert privacy.mask(masked) == masked
    assert privacy.mask_refused(masked) == masked
    assert privacy.find(masked) == []


@given(st.text(max_size=60))
def test_any_text_can_be_read_and_masked(text: str) -> None:
    assert privacy.refused(privacy.mask_refused(text)) == []


def test_masks_are_swedish_words_in_brackets_and_leave_nothing_to_find() -> None:
    text = "Ring Amina Nur, 070-174 06 12 eller amina@example.com, Storgatan 12, pnr 850709-9805, om A.K."
    masked = privacy.mask(text)
    assert masked == "Ring [namn], [telefonnummer] eller [e-postadress], [adress], pnr [personnummer], om [initialer]"
    assert privacy.find(masked) == []


def test_only_the_given_passages_are_masked() -> None:
    assert privacy.mask("Anna och Erik", [Span(9, 13, Kind.NAME)]) == "Anna och [namn]"


def test_before_a_draft_is_stored_only_what_is_refused_is_masked() -> None:
    text = "Amina Nur, 070-174 06 12, har 850709-9805 och aktnummer 4471-2022."
    assert privacy.mask_refused(text) == "Amina Nur, 070-174 06 12, har [personnummer] och aktnummer [ärendenummer]."


def test_what_the_writer_keeps_is_asked_about_no_more() -> None:
    text = "Björn  Alm ringde. Sedan ringde Aisha, 850709-9805."
    assert [privacy.key(text, span) for span in privacy.kept(text, set())] == ["björn alm", "aisha"]
    assert [privacy.key(text, span) for span in privacy.kept(text, {"björn alm"})] == ["aisha"]
    assert privacy.kept(text, {"björn alm", "aisha"}) == []
    assert [span.kind for span in privacy.refused(text)] == [Kind.PERSONNUMMER]


def test_what_is_refused_can_not_be_kept() -> None:
    text = "Numret är 850709-9805."
    assert privacy.kept(text, {"850709-9805"}) == []
    assert privacy.refused(text)
