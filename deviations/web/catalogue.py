"""The rule catalogue: what each rule says, how sure that is, which barriers it makes, and how it has changed."""

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from deviations.domain.roles import Role
from deviations.extensions import db
from deviations.queries import catalogue, rule_changes
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
    """One rule, the barriers that rest on it, and its changes with who has looked over what since."""
    found = catalogue.rule(db.session, code)
    changes = rule_changes.of_rule(db.session, found)
    return render_template(
        "catalogue/rule.html",
        rule=found,
        barriers=rule_changes.resting_on(db.session, me(), found),
        marked=rule_changes.marked(db.session),
        changes=changes,
        told=rule_changes.fields,
        looked_over=rule_changes.looked_over(db.session, me(), [one.id for one in changes]),
        writes=me().has(Role.COORDINATOR),
    )
