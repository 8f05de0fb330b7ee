"""What stands beside a letter and a barrier: other letters on the same barrier or rule with what they were answered,
and that the rule has changed.
"""

from typing import TYPE_CHECKING, Any

from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.queries import rule_changes
from deviations.queries.letter_parallel import parallel
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Barrier, Letter


def parts(letter: "Letter") -> dict[str, Any]:
    """Of a letter's page: for who writes and who decides its parallel letters, and for each barrier the changes to look
    over.
    """
    marked = rule_changes.marked(db.session)
    return {
        "parallel": parallel(db.session, me(), letter.about, but=letter) if _writes() or _decides() else [],
        "rule_changes": rule_changes.of_letter(letter, marked),
        "looks_over": _writes(),
    }


def of_barrier(barrier: "Barrier") -> dict[str, Any]:
    """Of a barrier's page: the changes to look over, and for who writes the letters on the same rule that are about
    other barriers.
    """
    found = parallel(db.session, me(), [barrier]) if _writes() else []
    return {
        "rule_waiting": rule_changes.waiting(db.session, barrier),
        "rule_told": rule_changes.fields,
        "parallel": [one for one in found if not one.barriers],
    }


def _writes() -> bool:
    return me().has(Role.COORDINATOR)


def _decides() -> bool:
    return me().has(Role.STEERING)
