"""What the pages of a letter's desk share: the draft itself, the ways between them, and what the letter's page says of
them.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext, ngettext

from deviations.domain.letters import LetterStatus
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed
from deviations.extensions import db
from deviations.forms.letters import NewLetterForm
from deviations.queries import letter_desk as desk
from deviations.queries import letter_parallel, letters
from deviations.services import letter_cases
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Agency, Barrier, Letter


def draft(id: int) -> "Letter":
    """A draft for its desk. Raises NotFound, and NotAllowed (`only_drafts_change`) for what is no draft any more."""
    letter = letters.get(db.session, me(), id)
    if letter.status is not LetterStatus.DRAFT:
        raise NotAllowed("only_drafts_change")
    return letter


def of(letter: "Letter", here: str) -> dict[str, Any]:
    """What each page of the desk needs: the letter, the ways to the other pages, and letters on the same rule."""
    return {
        "letter": letter,
        "writes": writes(letter),
        "ways": ways(letter, here),
        "parallel": letter_parallel.parallel(db.session, me(), letter.about, letter),
    }


def writes(letter: "Letter") -> bool:
    """Whether this person may change the letter as it is now."""
    return me().has(Role.COORDINATOR) and letter.status is LetterStatus.DRAFT


def ways(letter: "Letter", here: str = "") -> list[dict[str, Any]]:
    """The pages of the desk as links, the one that is open marked. Who does not write, or writes no more, reads on."""
    mine, chosen = writes(letter), len(letter.cases)
    found = [
        ("edit", "letter_desk.edit", gettext("Texten"), mine),
        ("cases", "letter_cases.index", _counted(gettext("Typiska fall"), chosen), mine),
        ("numbers", "letter_numbers.index", gettext("Underlaget"), True),
        ("addresses", "letter_addresses.edit", gettext("Mottagare och hinder"), mine),
        ("versions", "letter_versions.index", _counted(gettext("Versioner"), len(letter.versions)), True),
    ]
    return [
        {"href": url_for(endpoint, id=letter.id), "text": text, "here": name == here}
        for name, endpoint, text, open_ in found
        if open_
    ]


def _counted(word: str, count: int) -> str:
    return f"{word} ({count})"


def new_form(barrier: "Barrier", barriers: Iterable[tuple[int, str, str]] = ()) -> NewLetterForm:
    """The form of a new letter about a barrier, to whom the table of obstacles says until something is sent."""
    near, others = choices(*desk.parties(db.session, [barrier]))
    form = NewLetterForm(near=near, others=others, barriers=barriers)
    if not form.is_submitted():
        form.address(agency.id for agency in desk.suggested(db.session, [barrier]))
    return form


def choices(*lists: "Sequence[Agency]") -> list[list[tuple[int, str]]]:
    """Lists of agencies as a form offers them."""
    return [[(agency.id, agency.name) for agency in agencies] for agencies in lists]


def parts(letter: "Letter") -> dict[str, Any]:
    """What the letter's page says of the desk, to those who read drafts."""
    if not me().has(Role.COORDINATOR, Role.STEERING):
        return {"desk": None}
    mine = writes(letter)
    return {
        "desk": {
            "ways": ways(letter),
            "writes": mine,
            "unsaved": desk.autosave(db.session, me(), letter) if mine else None,
            "few_cases": _few_cases(letter) if mine else "",
        }
    }


def _few_cases(letter: "Letter") -> str:
    """What to say while fewer typical cases are chosen than a letter should have."""
    chosen = len(letter.cases)
    if chosen >= letter_cases.FEWEST:
        return ""
    if not chosen:
        return str(gettext("Inga typiska fall är valda än. Två till fyra visar läsaren vad siffrorna handlar om."))
    return str(
        ngettext(
            "%(num)s typiskt fall är valt. Två till fyra brukar vara lagom.",
            "%(num)s typiska fall är valda. Två till fyra brukar vara lagom.",
            chosen,
        )
    )
