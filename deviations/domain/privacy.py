"""The privacy guard: finds what points out a person in a free text (numbers, contact data, names) and masks it.

Personal numbers, e-mail addresses and case numbers are refused; the rest is pointed out
and left to the writer's judgement.
Every pattern works with bounded look-around, so the time grows linearly with the text, also for hostile input.
"""

from collections.abc import Iterable, Iterator

from deviations.domain import names
from deviations.domain.case_numbers import bare_cases, cases
from deviations.domain.contact_data import addresses, emails, phones
from deviations.domain.digit_runs import plain as plain_form
from deviations.domain.personal_data import MASKS, Kind, Span
from deviations.domain.personal_numbers import identities

__all__ = ["Kind", "Span", "find", "mask", "refused"]


def find(text: str) -> list[Span]:
    """All passages of `text` that may point out a person, in order and without overlap. Never raises."""
    even = plain_form(text)
    chosen: list[Span] = []
    taken = bytearray(len(text))
    for source in (bare_cases, identities, emails, cases, phones, addresses, _names):
        for span in source(even):
            if not any(taken[span.start : span.end]):
                taken[span.start : span.end] = b"\x01" * (span.end - span.start)
                chosen.append(span)
    return sorted(chosen, key=lambda span: span.start)


def mask(text: str, spans: Iterable[Span] | None = None) -> str:
    """`text` with each passage (by default all that are found) replaced by a word in brackets for its kind."""
    parts: list[str] = []
    at = 0
    for span in sorted(find(text) if spans is None else spans, key=lambda found: found.start):
        if span.start >= at:
            parts += [text[at : span.start], MASKS[span.kind]]
            at = span.end
    return "".join([*parts, text[at:]])


def refused(text: str) -> list[Span]:
    """The passages of `text` that may not be saved at all: personal numbers, e-mail addresses and case numbers."""
    return [span for span in find(text) if span.refused]


def _names(text: str) -> Iterator[Span]:
    for start, end, initials in names.find(text):
        yield Span(start, end, Kind.INITIALS if initials else Kind.NAME)
