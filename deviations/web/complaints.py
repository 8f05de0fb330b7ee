"""Puts a service's refusal where the person sees it: at the field that it is about, or over the form."""

from collections.abc import Callable

from deviations.domain.workflow import Incomplete, NotAllowed
from deviations.forms.fields import BaseForm
from deviations.services.filing import PersonalData
from deviations.services.triage import RepeatsItself
from deviations.web import labels

FIELD_OF = {
    "needs_note": "note",
    "needs_solution": "solution",
    "needs_barrier": "barrier",
    "needs_reason": "reason",
    "needs_original": "duplicate_of",
    "no_such_original": "duplicate_of",
    "original_is_duplicate": "duplicate_of",
    "needs_text": "text",
    "needs_case_text": "text",
    "too_many_cases": "text",
    "merge_itself": "target",
    "merge_into_gone": "target",
    "merge_with_letter": "target",
    "split_into_itself": "target",
    "not_in_barrier": "reports",
    "needs_review_day": "review_on",
    "needs_until": "until",
    "until_out_of_range": "until",
    "needs_comment": "text",
    "no_such_passage": "passage",
    "needs_address": "address",
    "needs_way": "delivery",
    "way_day": "on",
    "needs_answer": "answer",
    "needs_answer_day": "answer_by",
    "needs_passed_on": "passed_on_to",
    "not_your_subproject": "subproject",
    "not_yet_happened": "occurred_on",
    "email_taken": "email",
    "same_email": "email",
    "not_here": "email",
    "password_short": "password",
    "password_long": "password",
    "password_simple": "password",
    "password_common": "password",
    "password_own": "password",
    "wrong_password": "password",
    "name_taken": "name",
    "no_municipalities": "association",
    "subproject_needed": "subproject",
    "role_held": "role",
    "term_known": "term",
    "term_no_word": "term",
    "term_says_nothing": "term",
    "abbreviation_stands_for": "expansion",
    "term_leads_nowhere": "expansion",
    "template_faults": "body",
    "ends_before_it_begins": "valid_to",
    "no_such_rule": "superseded_by",
}


def done(form: BaseForm, act: Callable[[], None]) -> bool:
    """Whether it was done; else the form says why not. Raises what no other words in the form would help against."""
    try:
        act()
    except (Incomplete, PersonalData) as refused:
        complain(form, refused)
    except NotAllowed as refused:
        if refused.code != "until_out_of_range":
            raise
        complain(form, refused)
    return not form.errors


def complain(form: BaseForm, refused: NotAllowed) -> None:
    """Says in a form why it was refused; personal data is named at each field that holds some."""
    if isinstance(refused, PersonalData):
        for name, spans in refused.found.items():
            at_field(form, name, labels.personal_data([span.kind for span in spans]))
    elif isinstance(refused, RepeatsItself):
        at_field(form, "duplicate_of", labels.repeats_itself(refused.original, refused.of))
    else:
        at_field(form, FIELD_OF.get(refused.code, ""), labels.refusal(refused.code))


def at_field(form: BaseForm, name: str, sentence: str) -> None:
    """A sentence, said once, at the field of that name; over the form when it has no such field."""
    said = form[name].errors if name in form._fields else form.form_errors
    if sentence in said:
        return
    if name in form._fields:
        form[name].errors = [*said, sentence]
    else:
        form.form_errors.append(sentence)
