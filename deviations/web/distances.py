"""How far a barrier is from the policy, in words: "4 av 5 avvikelser, 2 av 3 kommuner", "Det fattas 1 kommun"."""

from flask import Flask
from flask_babel import gettext, ngettext

from deviations.domain.recurrence import KINDS, Policy, Standing
from deviations.web import labels

ALWAYS = ("deviations", "municipalities")
"""What a short distance always tells; the others only where they are in the way."""


def short(standing: Standing) -> str:
    """What a barrier has of what it needs: "4 av 5 avvikelser, 2 av 3 kommuner, 1 av 2 delprojekt"; of what it has more
    than it needs only how many there are.
    """
    told = [part for part in standing.parts if part[0] in ALWAYS or part[1] < part[2]]
    return ", ".join(
        f"{have} {labels.parts(kind, have)}"
        if have > need
        else str(gettext("%(have)s av %(need)s %(what)s", have=have, need=need, what=labels.parts(kind, need)))
        for kind, have, need in told
    )


def missing(standing: Standing) -> str:
    """What is still missing: "Det fattas 1 avvikelse och 2 kommuner."; empty where nothing is. That some place is
    missing goes without saying where one is enough: any report brings it.
    """
    needed = {kind for kind, _, need in standing.parts if need > 1} | {"deviations"}
    told = [f"{more} {labels.parts(kind, more)}" for kind, more in standing.missing if kind in needed]
    return str(gettext("Det fattas %(what)s.", what=labels.listed(told))) if told else ""


def limit(policy: Policy) -> str:
    """Thresholds as they stand in a sentence: "minst 5 avvikelser, 3 kommuner och 2 delprojekt inom 12 månader"."""
    needs = [(kind, getattr(policy, kind)) for kind in KINDS]
    told = [f"{need} {labels.parts(kind, need)}" for kind, need in needs if kind in ALWAYS or need > 1]
    months = ngettext("%(num)s månad", "%(num)s månader", policy.months)
    return str(gettext("minst %(what)s inom %(months)s", what=labels.listed(told), months=months))


def init_app(app: Flask) -> None:
    """Makes them known to the templates: `standing|distance`, `standing|missing`, `policy|limit`."""
    app.jinja_env.filters["distance"] = short
    app.jinja_env.filters["missing"] = missing
    app.jinja_env.filters["limit"] = limit
