"""The privacy guard: finds what points out a person in a free text (numbers, contact data, names, a diagnosis
together with a detail) and masks it.

Personal numbers, e-mail addresses and case numbers are refused; the rest is marked and left to the writer's judgement.
Every pattern works with bounded look-around, so the time grows linearly with the text, also for hostile input.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

from deviations.domain import names
from deviations.domain.case_numbers import bare_cases, cases
from deviations.domain.contact_data import addresses, phones
from deviations.domain.mail_addresses import emails
from deviations.domain.personal_data import Kind, Span
from deviations.domain.personal_numbers import identities
from deviations.domain.plain_text import plain
from deviations.domain.pointing_details import combinations

__all__ = ["Kind", "Span", "find", "kept", "key", "mask", "mask_refused", "refused"]

_REFUSING: Final = (bare_cases, identities, emails, cases)
PASSES = 8
"""How many times a text is looked through while masking: a mask can bring what stood around it to light."""


def find(text: str) -> list[Span]:
    """All passages of `text` that may point out a person, in order and without overlap. Never raises.

    The finders read the text in its plain form; the passages are those of the text as it was written.
    """
    return _found(text, (*_REFUSING, phones, addresses, _names, combinations))


def refused(text: str) -> list[Span]:
    """The passages of `text` that may not be saved at all: personal numbers, e-mail addresses and case numbers.

    They come before all others where passages overlap, so nothing else is searched.
    """
    return _found(text, _REFUSING)


def _found(text: str, finders: Iterable[Callable[[str], Iterator[Span]]]) -> list[Span]:
    """What the finders find, the first of two that overlap."""
    even = plain(text)
    chosen: list[Span] = []
    taken = bytearray(len(text))
    for finder in finders:
        for span in finder(even.text):
            start, end = even.place(span.start, span.end)
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                chosen.append(replace(span, start=start, end=end))
    return sorted(chosen, key=lambda span: span.start)


def kept(text: str, keep: Collection[str]) -> list[Span]:
    """The passages to ask the writer about: marked, not refused, and not among the words she has chosen to `keep`.

    `keep` holds words as `key` gives them; a passage that is kept once is kept wherever it stands.
    """
    return [span for span in find(text) if not span.refused and key(text, span) not in keep]


def key(text: str, span: Span) -> str:
    """The words of a passage in the one form in which "keep this" is remembered: no capitals, single spaces."""
    return " ".join(plain(text[span.start : span.end]).text.casefold().split())


def mask(text: str, spans: Iterable[Span] | None = None) -> str:
    """`text` with each of the given passages replaced by its word in brackets.

    Without `spans`, everything that is found is replaced, until nothing more is found.
    """
    if spans is not None:
        return _masked(text, spans)
    for _ in range(PASSES):
        found = find(text)
        if not found:
            break
        text = _masked(text, found)
    return text


def mask_refused(text: str) -> str:
    """`text` without what may never be saved, each passage replaced by its word in brackets; the rest stands."""
    for _ in range(PASSES):
        found = refused(text)
        if not found:
            break
        text = _masked(text, found)
    return text


def _masked(text: str, spans: Iterable[Span]) -> str:
    parts: list[str] = []
    at = 0
    for span in sorted(spans, key=lambda found: found.start):
        if span.start >= at:
            parts += [text[at : span.start], span.mask]
            at = span.end
    return "".join([*parts, text[at:]])


def _names(text: str) -> Iterator[Span]:
    for start, end, initials in names.find(text):
        yield Span(start, end, Kind.INITIALS if initials else Kind.NAME)
