"""Every column of the database is judged: it may hold personal data and stands in docs/privacy.md, or it holds none."""

import re
from collections import Counter
from collections.abc import Iterator

from deviations.models import Base
from deviations.queries.own_data import PARTS
from tests.house.tree import ROOT

KINDS = {"told", "secret", "text", "outside", "ids"}
ROW = re.compile(r"^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \| (\w+) \| .+ \|$", re.M)
Column = tuple[str, str]

NOT_PERSONAL = {
    "agency": "id code name short_name kind decides in_national_council confidence source",
    "association": "id code name short_name county_code confidence source organisation_number address",
    "association_municipality": "association_id municipality_id",
    "attempt": "id kind at",
    "audit_entry": "id digest",
    "barrier": "id status obstacle step rule_id created_at fired_at fired_why review_on merged_into_id version",
    "barrier_agency": "barrier_id agency_id",
    "barrier_words": "id",
    "deviation": "id kind status form_key rule_id step barrier_id same_as_id duplicate_of_id close_reason queue"
    " priority due_on due_how snoozed_until asked_until erased_at version",
    "deviation_agency": "deviation_id agency_id",
    "deviation_words": "id",
    "draft": "id form_key",
    "email_change": "id",
    "follow_up": "id move_id",
    "glossary_term": "id term identifier category definition",
    "grouping_run": "fineness at reports seconds groups",
    "identity": "id",
    "internal_note": "id deviation_id barrier_id",
    "kin_verdict": "id first_id second_id kin",
    "learnt_weights": "id made_at weights learnt_from tested_on first_before first_after state ended_at",
    "letter": "id barrier_id association_id status created_at changed_at your_reference decided_on decided_paragraph"
    " registry_number sent_on answer_by answer_how seal version",
    "letter_autosave": "letter_id based_on",
    "letter_barrier": "letter_id barrier_id",
    "letter_case": "id letter_id barrier_id deviation_id position",
    "letter_comment": "id letter_id number",
    "letter_copy": "letter_id agency_id",
    "letter_dispatch": "id letter_id agency_id copy delivery",
    "letter_file": "letter_id kind sha256",
    "letter_recipient": "letter_id agency_id",
    "letter_reminder": "id letter_id number on answer_by",
    "letter_snapshot": "id letter_id number position barrier_id",
    "letter_template": "association_id version",
    "letter_version": "id letter_id number restored",
    "lexicon_entry": "id kind rules agencies off version",
    "link_use": "id link_id at act",
    "login_session": "id",
    "membership": "id",
    "move": "id deviation_id barrier_id letter_id source target act until ruling_id",
    "municipality": "id code name county_code county",
    "obstacle_wording": "obstacle addressee_id version",
    "one_time_link": "id email_change_id",
    "outgoing_mail": "id deviation_id letter_id tries next_try_at claimed_until",
    "pair_verdict": "id first_id second_id same",
    "pending_login": "id",
    "program": "id name owner_id",
    "promised_action": "id reply_id due_on",
    "recipient_link": "id letter_id agency_id expires_at",
    "recovery_code": "id",
    "reply": "id letter_id kind answer agency_id received_on answer_by their_number link_id",
    "reply_file": "id reply_id kind size sha256",
    "retention_decision": "id number decided_on ended_at",
    "retention_rule": "id decision_id what months",
    "retention_run": "id rule_id before counts",
    "review": "id minutes",
    "review_item": "review_id position deviation_id",
    "rule": "id code name statute paragraph agency_text description barrier_text confidence source valid_from valid_to"
    " superseded_by last_checked version",
    "rule_agency": "rule_id agency_id",
    "rule_change": "id rule_id before after",
    "rule_looked_over": "change_id barrier_id",
    "ruling": "id what count review_id",
    "saved_view": "id shared",
    "series": "association_id year last",
    "setting": "name",
    "solution": "id deviation_id barrier_id subproject_id worked created_at",
    "solution_trial": "id solution_id subproject_id",
    "solution_words": "id",
    "subproject": "id program_id association_id name",
    "subproject_municipality": "subproject_id municipality_id",
    "suggestion_outcome": "id at deviation_id barrier_id ruling_id weights_id place was_new looked_new",
    "verdict": "id deviation_id barrier_id belongs",
}
"""What holds numbers, codes, days and words of things and organisations, and nothing that people tell of people."""


def mapped() -> Iterator[tuple[Column, str]]:
    """Each column of the map in docs/privacy.md, with its kind."""
    for table, columns, kind in ROW.findall((ROOT / "docs/privacy.md").read_text(encoding="utf-8")):
        for column in re.findall(r"\w+", columns):
            yield (table, column), kind


def real() -> set[Column]:
    return {(table.name, column.name) for table in Base.metadata.sorted_tables for column in table.columns}


def judged_harmless() -> set[Column]:
    return {(table, column) for table, columns in NOT_PERSONAL.items() for column in columns.split()}


def test_every_column_is_judged_and_none_twice() -> None:
    personal = Counter(column for column, _ in mapped())
    assert [column for column, count in personal.items() if count > 1] == []
    assert sorted(real() - set(personal) - judged_harmless()) == []
    assert sorted(set(personal) & judged_harmless()) == []


def test_the_map_names_no_column_that_is_not_there() -> None:
    assert sorted({column for column, _ in mapped()} - real()) == []
    assert sorted(judged_harmless() - real()) == []


def test_every_kind_of_the_map_is_explained() -> None:
    text = (ROOT / "docs/privacy.md").read_text(encoding="utf-8")
    assert {kind for _, kind in mapped()} == KINDS
    assert [kind for kind in KINDS if f"**{kind}**" not in text] == []


def test_what_is_told_to_a_person_is_what_she_can_fetch() -> None:
    fetched = {(part.name, column) for part in PARTS for column in (*part.whose, *part.columns)}
    told = {column for column, kind in mapped() if kind == "told"}
    assert sorted(told - fetched) == []
    hidden = {column for column, kind in mapped() if kind in {"secret", "text", "outside", "ids"}}
    named = {("letter", "title"), ("lexicon_entry", "term")}  # so that she knows which one is meant
    assert sorted(hidden & fetched - named) == []


def test_every_column_that_points_to_a_person_is_in_the_map() -> None:
    points = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "user.id" for key in column.foreign_keys)
    }
    assert sorted(points - {column for column, _ in mapped()}) == []
