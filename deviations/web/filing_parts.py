"""What the filing form holds: what was sent, put over the draft and the defaults, and the choices that it offers."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from deviations.domain.days import today
from deviations.domain.facts import Fact
from deviations.domain.workflow import Kind, Step
from deviations.extensions import db
from deviations.forms.deviations import Choice
from deviations.forms.fields import clean, clean_line, showable
from deviations.forms.filing import LIMITS, FilingForm, is_key, new_key
from deviations.queries import catalogue, deviations, drafts, people
from deviations.services import filing
from deviations.services.drafts import FIELDS as KEPT
from deviations.web import labels
from deviations.web.access import me
from deviations.web.filters import day

if TYPE_CHECKING:
    from deviations.models import Deviation, Subproject

Fields = dict[str, list[str]]

FIRST = ("harm", "kind", "title", "body", "agencies", "more_agencies")
SECOND = ("reporter", "q", "rule", "rule_hint", "occurred_on", "step", "weeks_lost", "people_hit", "tried", "wished")
PLACE = ("municipality", "subproject")  # asked on the first part only when there is no sensible default
ONE_LINE = ("title", "rule_hint", "line")
BOXES = ("agencies", "more_agencies")  # what is not ticked is not sent


@dataclass(frozen=True, slots=True)
class Places:
    """For which subprojects a person may file, the municipalities to choose among, and what is most likely."""

    own: Sequence["Subproject"]
    municipalities: list[tuple[int, str, str]]
    defaults: Fields

    @property
    def asked_first(self) -> list[str]:
        """What must be asked on the first part, as nothing tells it."""
        return [name for name in PLACE if not self.defaults[name][0]]

    @property
    def subprojects(self) -> list[tuple[int, str]]:
        """The own subprojects as choices."""
        return [(place.id, place.name) for place in self.own]


def places() -> Places:
    """Where the person who asks works. What she chose last stands first where there is a choice."""
    own = people.own_subprojects(db.session, me())
    near = {m.id for place in own for m in place.municipalities}
    counties = {m.county_code for place in own for m in place.municipalities}
    found = [m for m in catalogue.municipalities(db.session) if m.id in near or m.county_code in counties]
    groups = {True: gettext("Ditt delprojekt"), False: gettext("Övriga i länet")}
    choices = [(m.id, m.name, groups[m.id in near]) for m in sorted(found, key=lambda m: m.id not in near)]
    return Places(own, choices, _defaults(own, {id for id, _, _ in choices}))


def _defaults(own: Sequence["Subproject"], municipalities: set[int]) -> Fields:
    last = deviations.latest(db.session, me())
    by_id = {place.id: place for place in own}
    home = own[0] if len(own) == 1 else by_id.get(last.subproject_id) if last else None
    town = last.municipality_id if last and last.municipality_id in municipalities else None
    if home is not None and len(home.municipalities) == 1:
        town = home.municipalities[0].id
    return {
        "kind": [str(Kind.DEVIATION)],
        "municipality": [str(town or "")],
        "subproject": [str(home.id if home else "")],
        "occurred_on": [today().isoformat()],
        "rule": [""],
        "step": [""],
        "reporter": [""],
    }


def begun(key: str, defaults: Fields) -> Fields:
    """The draft of a form over the defaults."""
    draft = drafts.get(db.session, me(), key)
    return {**defaults, **(draft.fields if draft else {}), "form_key": [key]}


def sent(posted: "MultiDict[str, str]", defaults: Fields) -> Fields:
    """All fields of the form: what was sent of one part over the draft, that holds the other, over the defaults.

    Fields of unknown names are left out. A form without a part is whole. A key that is none is left as it came.
    """
    known = {*KEPT, *FIRST, *SECOND, *PLACE, "form_key", "part"}
    typed = {name: [showable(v) for v in values] for name, values in posted.lists() if name in known}
    key, part = posted.get("form_key", ""), posted.get("part")
    base = dict(defaults)
    if part in ("1", "2") and is_key(key):
        base = begun(key, defaults)
        old = base.pop("keep", [])
        typed["keep"] = [*typed.get("keep", []), *_of_other_part(old, base, typed)]
    if part != "2":
        base = {name: values for name, values in base.items() if name not in BOXES}
    return {**base, **typed}


def _of_other_part(old: Sequence[str], base: Fields, typed: Fields) -> list[str]:
    """The words that were kept in texts which were not sent now."""
    rest = " ".join(" ".join(base.get(name, [])) for name in filing.TEXTS if name not in typed).casefold()
    spaced = " ".join(rest.split())
    return [word for word in old if word in spaced]


def text_of(fields: Mapping[str, Sequence[str]], name: str) -> str:
    """A text as the form cleans it, no longer than it may be."""
    raw, name = next(iter(fields.get(name, ())), ""), name.rpartition("-")[2]
    cleaned = clean_line(raw) if name in ONE_LINE else clean(raw)
    return cleaned[: LIMITS[name]]


def texts(fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """All texts that people write in a report, cleaned."""
    return {name: text_of(fields, name) for name in filing.TEXTS}


def begun_at_all(fields: Mapping[str, Sequence[str]]) -> bool:
    """Whether anything has been written."""
    return any(texts(fields).values())


def made(fields: Fields, where: Places) -> FilingForm:
    """The form with these fields, and everything that it offers to choose among."""
    session = db.session
    parties = catalogue.agency_choices(session)
    values: MultiDict[str, str] = MultiDict((name, v) for name, many in fields.items() for v in many)
    form = FilingForm(
        formdata=values,
        kinds=[(Kind.DEVIATION, gettext("Något fungerar inte")), (Kind.GOOD_EXAMPLE, gettext("Guldkorn"))],
        agencies=[(a.id, a.short_name) for a in parties.usual],
        more_agencies=[(a.id, a.short_name) for a in parties.others],
        reporters=[(user.id, user.name) for user in people.colleagues(session, me())],
        rules=[(rule.id, rule.name) for rule in catalogue.rules(session)],
        municipalities=where.municipalities,
        subprojects=where.subprojects,
        steps=list(labels.STEPS.items()),
    )
    if not form.form_key.data:
        form.form_key.data = new_key()
    return form


def report(form: FilingForm) -> filing.Report:
    """What the service files. The form has been validated."""
    session = db.session
    parties = {a.id: a for a in catalogue.agencies(session)}
    rules = {r.id: r for r in catalogue.rules(session)}
    towns = {m.id: m for m in catalogue.municipalities(session)}
    homes = {s.id: s for s in people.subprojects(session)}
    colleagues = {user.id: user for user in people.colleagues(session, me())}
    return filing.Report(
        title=form.title.data,
        body=form.body.data,
        municipality=towns[form.municipality.id_chosen or 0],
        subproject=homes[form.subproject.id_chosen or 0],
        occurred_on=form.day or today(),
        agencies=[parties[id] for id in sorted(form.agency_ids)],
        kind=Kind(form.kind.data),
        rule=rules.get(form.rule.id_chosen or 0),
        rule_hint=form.rule_hint.data,
        step=Step(form.step.data) if form.step.data else None,
        weeks_lost=form.weeks_lost.data,
        people_hit=form.people_hit.data,
        tried=form.tried.data,
        wished=form.wished.data,
        reporter=colleagues.get(form.reporter.id_chosen or 0),
    )


def says_the_same(form: FilingForm, filed: "Deviation", named: Collection[str]) -> bool:
    """Whether nothing in the fields that were sent (`named`) would be lost if the form counted as that report."""
    written = {*filing.TEXTS, "weeks_lost", "people_hit"} & {*named, "title", "body"}
    return all(form[name].data == getattr(filed, name) for name in written)


def fact(fields: Mapping[str, Sequence[str]]) -> Fact:
    """What is written so far, as likeness sees it; anything odd counts as not said."""
    chosen = {value for name in BOXES for value in fields.get(name, ())}
    rule = next(iter(fields.get("rule", ())), "")
    step = next(iter(fields.get("step", ())), "")
    codes = {str(r.id): r.code for r in catalogue.rules(db.session)} if rule else {}
    parties = catalogue.agencies(db.session) if chosen else ()
    return Fact(
        id="",
        title=text_of(fields, "title"),
        body=text_of(fields, "body"),
        agencies=tuple(a.code for a in parties if str(a.id) in chosen),
        rule=codes.get(rule),
        rule_hint=text_of(fields, "rule_hint"),
        step=step if step in set(Step) else "",
    )


def shown_part(form: FilingForm, fields: Fields, where: Places) -> int:
    """The part to show: the one with faults, the first one first; else the one that was sent."""
    first = (*FIRST, *where.asked_first)
    if any(form[name].errors for name in first):
        return 1
    if any(form[name].errors for name in (*SECOND, *PLACE)):
        return 2
    return 2 if fields.get("part") == ["2"] else 1


def summary(form: FilingForm, where: Places) -> list[str]:
    """What will be sent along without being asked on the first part, as far as it is known: where, when, for whom."""
    known = {name: "" if name in where.asked_first else _label(form[name]) for name in PLACE}
    told = (known["municipality"], day(form.day or today()), known["subproject"])
    return [words for words in told if words]


def _label(field: Choice) -> str:
    """What is chosen in a field, in words; empty for no choice."""
    return next((str(choice.label) for choice in field.choices or [] if field.data and choice.value == field.data), "")
