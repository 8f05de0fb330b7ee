"""The form of an own word in the lexicon by which reports are compared, and the one that tries a sentence."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import StringField, TextAreaField
from wtforms.fields import SelectChoice

from deviations.domain.learnt import TermKind
from deviations.domain.own_terms import LONGEST, LONGEST_EXPANSION, OwnTerm, written
from deviations.forms.deviations import CheckboxChoices, Choice, VersionedForm
from deviations.forms.fields import BaseForm, choices, text_checks

RULES = ("rule_1", "rule_2", "rule_3", "rule_4")
SENTENCE = 1_000


class TermForm(VersionedForm):
    """What a term stands for, and which rules and agencies it belongs to; at most four rules, as more say nothing."""

    term = StringField(
        lazy_gettext("Ordet"),
        validators=text_checks(LONGEST, lazy_gettext("Skriv ordet eller förkortningen.")),
        render_kw={"autocomplete": "off"},
    )
    kind = Choice(lazy_gettext("Vad är det?"))
    expansion = StringField(
        lazy_gettext("Betyder samma som"),
        validators=text_checks(LONGEST_EXPANSION),
        render_kw={"autocomplete": "off"},
    )
    rule_1 = Choice(lazy_gettext("Hör till regeln"))
    rule_2 = Choice(lazy_gettext("Och till regeln"))
    rule_3 = Choice(lazy_gettext("Och till regeln"))
    rule_4 = Choice(lazy_gettext("Och till regeln"))
    agencies = CheckboxChoices(lazy_gettext("Hör till parten"))

    def __init__(
        self, *, rules: Iterable[tuple[str, str, str]], agencies: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        kinds = [
            (TermKind.WORD, gettext("Ett ord som folk använder")),
            (TermKind.ABBREVIATION, gettext("En förkortning, som bara läses som det den står för")),
        ]
        self.kind.choices = choices(kinds)
        offered = [SelectChoice("", gettext("Ingen regel"))]
        offered += [SelectChoice(code, label, optgroup=group) for code, label, group in rules]
        for name in RULES:
            self[name].choices = offered
        self.agencies.choices = choices(agencies)

    @property
    def own_term(self) -> OwnTerm:
        """What was typed, once it is valid."""
        return OwnTerm(
            term=written(self.term.data or ""),
            kind=TermKind(self.kind.data),
            expansion=self.expansion.data or "",
            rules=tuple(dict.fromkeys(filter(None, (self[name].data for name in RULES)))),
            agencies=tuple(self.agencies.data or ()),
        )


class SentenceForm(BaseForm):
    """A sentence to try; it is stored nowhere."""

    sentence = TextAreaField(
        lazy_gettext("En mening ur en avvikelse"),
        validators=text_checks(SENTENCE, lazy_gettext("Skriv en mening.")),
    )
