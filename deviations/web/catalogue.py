"""The rule catalogue: what each rule says, how sure that is, and which barriers it makes."""

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from deviations.extensions import db
from deviations.queries import barriers, catalogue
from deviations.web.access import READERS, me, roles

if TYPE_CHECKING:
    from deviations.models import Rule

bp = Blueprint("catalogue", __name__, url_prefix="/regler")


@bp.get("")
@roles(*READERS)
def rules() -> str:
    """All rules by who applies them."""
    found = catalogue.rules(db.session)
    groups: dict[str, list[Rule]] = {}
    for rule in found:
        groups.setdefault(rule.agency_text.split(";")[0].strip(), []).append(rule)
    return render_template("catalogue/rules.html", groups=groups, count=len(found))


@bp.get("/<code>")
@roles(*READERS)
def rule(code: str) -> str:
    """One rule and the barriers that rest on it."""
    found = catalogue.rule(db.session, code)
    own = [b for b in barriers.by_name(db.session, me()) if b.rule_id == found.id]
    return render_template("catalogue/rule.html", rule=found, barriers=own)
