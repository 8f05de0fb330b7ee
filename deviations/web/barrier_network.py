"""How a barrier hangs together, as a picture with the sentence that says the finding, and the same as a table."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from flask_babel import gettext, lazy_gettext, ngettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from deviations.adapters.strands import Bundle, strands
from deviations.domain.small_numbers import at_least
from deviations.extensions import db
from deviations.queries import network
from deviations.web import labels
from deviations.web.access import me

if TYPE_CHECKING:
    from deviations.models import Barrier
    from deviations.queries.network import Picture, Strand

KINDS: Mapping[str, LazyString] = {
    "rule": lazy_gettext("Regel"),
    "agency": lazy_gettext("Part"),
    "step": lazy_gettext("Steg i kedjan"),
    "statute": lazy_gettext("Lagrum"),
    "term": lazy_gettext("Ord i texterna"),
}


def drawn(barrier: "Barrier", names: Mapping[str, str]) -> dict[str, object] | None:
    """The picture with its finding and its table; None where there is nothing that it hangs together by.

    `names` turns rule and agency codes into words.
    """
    picture = network.of_barrier(db.session, me(), barrier)
    if not picture.strands:
        return None
    rows = [(str(KINDS[strand.kind]), _name(strand, names), _count(strand)) for strand in picture.strands]
    finding = _finding(picture, names)
    title = str(gettext("Så hänger det ihop"))
    reports = "" if picture.reports is None else str(picture.reports)
    return {
        "title": title,
        "finding": finding,
        "svg": Markup(strands(list(_bundles(picture, names)), reports, title, finding)),
        "headers": (gettext("Vad"), gettext("Namn"), gettext("Avvikelser")),
        "rows": rows,
        "dashed": _dashed(picture),
    }


def _dashed(picture: "Picture") -> str:
    """What the dashed lines mean, where there are any."""
    if all(strand.count for strand in picture.strands):
        return ""
    if picture.reports is None:
        return str(gettext("Streckad linje: hur många avvikelser det är visas inte."))
    return str(gettext("Streckad linje: hindrets sida eller regeln säger det, men ingen avvikelse."))


def _bundles(picture: "Picture", names: Mapping[str, str]) -> Iterator[Bundle]:
    for kind, word in KINDS.items():
        things = [(_name(s, names), s.count, _count(s) if s.count else "") for s in picture.strands if s.kind == kind]
        if things:
            yield Bundle(str(word), things)


def _name(strand: "Strand", names: Mapping[str, str]) -> str:
    if strand.kind == "step":
        return str(next((label for step, label in labels.STEPS.items() if step == strand.code), strand.code))
    if strand.kind == "term":
        return strand.code.replace("*", "…")
    return names.get(strand.code, strand.code)


def _count(strand: "Strand") -> str:
    if strand.count is None:
        return ""
    return at_least(strand.count) if strand.at_least else str(strand.count)


def _finding(picture: "Picture", names: Mapping[str, str]) -> str:
    """What the picture says: what most reports have in common, or what the barrier's own page says that it is about."""
    told = [strand for strand in picture.strands if strand.count and not strand.at_least]
    if not picture.reports or not told:
        own = [_name(strand, names) for strand in picture.strands if strand.own and strand.kind in ("rule", "agency")]
        return str(gettext("Hindret gäller %(what)s.", what=labels.listed(own))) if own else ""
    most = max(
        told,
        key=lambda strand: (
            strand.kind == "rule" and 2 * (strand.count or 0) > (picture.reports or 0),
            strand.count or 0,
        ),
    )
    return f"{_share(most.count or 0, picture)} {_says(most, names)}"


def _share(count: int, picture: "Picture") -> str:
    reports = picture.reports or 0
    if picture.latest:
        return str(gettext("%(count)s av de %(num)s senaste avvikelserna", count=count, num=reports))
    return str(ngettext("%(count)s av %(num)s avvikelse", "%(count)s av %(num)s avvikelser", reports, count=count))


def _says(strand: "Strand", names: Mapping[str, str]) -> str:
    what = _name(strand, names)
    sentences = {
        "rule": gettext("gäller regeln %(what)s.", what=what),
        "step": gettext("gäller steget %(what)s.", what=what),
        "term": gettext("nämner ordet %(what)s.", what=what),
    }
    return str(sentences.get(strand.kind) or gettext("nämner %(what)s.", what=what))
