"""With what the address of each route is filled for the table of permissions, and what is sent to it.

A new route whose address holds something must be written in here; the test says so. One with several rows is asked for
in several states.
"""

from collections.abc import Callable, Mapping
from typing import Any

from deviations.domain.days import today
from tests.house.permission_world import PROVIDER, Asked, World

Fill = Callable[[World], Asked]


def fixed(**values: Any) -> Fill:
    """The same for everybody; a text that begins with @ is looked up in the world."""

    def fill(world: World) -> Asked:
        found = {name: _found(world, value) for name, value in values.items()}
        return lambda who, whose: found

    return fill


def _found(world: World, value: Any) -> Any:
    return world.one[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def report(state: str = "open", /, **also: Any) -> Fill:
    """A report in this state: one's own, a colleague's, another place's."""

    def fill(world: World) -> Asked:
        of, more = world.report(state), {name: _found(world, value) for name, value in also.items()}
        return lambda who, whose: {**of(who, whose), **more}

    return fill


def letter(state: str, /, **also: Any) -> Fill:
    """A letter in this state, which is nobody's own."""
    return lambda world: fixed(id=world.letters[state], **also)(world)


def own(kind: str, name: str = "id") -> Fill:
    """One's own thing of this kind, or somebody else's."""
    return lambda world: world.thing(kind, name)


def solution(world: World) -> Asked:
    """The solution of one's own place or of another."""
    return lambda who, whose: {"id": world.solutions[world.owner(who, whose)]}


def twins(world: World) -> Asked:
    """Two reports that look alike."""
    return lambda who, whose: {
        "id": world.reports["open", world.owner(who, whose)],
        "other": world.reports["twin", world.owner(who, whose)],
    }


DECISIONS = ("in_review", "needs_facts", "local_action", "solved_locally", "joined", "closed")
VALUES: Mapping[str, Mapping[str, Fill]] = {
    "deviations.show": {"": report()},
    "deviations.decide": {target: report("open", target=target) for target in DECISIONS},
    "deviations.reopen": {"": report("solved")},
    "deviations.answer": {"": report("asked")},
    "deviations.join": {"": report("open", barrier_id="@barrier")},
    "deviations.refuse": {"": report("open", barrier_id="@barrier")},
    "notes.on_deviation": {"": report()},
    "notes.on_barrier": {"": fixed(id="@barrier")},
    "waiting.give_time": {"": report("longer")},
    "waiting.refuse_time": {"": report("longer")},
    "waiting.wake": {"": report("snoozed")},
    "merging.never_together": {"": twins},
    "completing.edit": {"": report()},
    "completing.save": {"": report()},
    "completing.correct": {"": report("open", code="FORS-01")},
    "filing.begun": {"": own("draft", "key")},
    "filing.more": {"": own("draft", "key")},
    "filing.same": {
        "of a report": report("open", of="avvikelse"),
        "of a barrier": fixed(of="hinder", id="@barrier"),
    },
    "filing.file_same": {
        "of a report": report("open", of="avvikelse"),
        "of a barrier": fixed(of="hinder", id="@barrier"),
    },
    "rulings.undo": {"": own("ruling")},
    "local.ask_longer": {"": report("local")},
    "local.solve": {"": report("local")},
    "local.take_on": {"": report("open")},
    "local.give_back": {"": report("local")},
    "review.go_on": {"": fixed(id="@begun")},
    "review.item": {"": fixed(id="@begun", position=1)},
    "review.decide": {"": fixed(id="@begun", position=1, code="lokal")},
    "review.undo": {"": fixed(id="@begun")},
    "review.done": {"": fixed(id="@begun")},
    "review.end": {"": fixed(id="@begun")},
    "minutes.show": {"": fixed(id="@ended")},
    "minutes.docx": {"": fixed(id="@ended")},
    "barriers.show": {"": fixed(id="@barrier")},
    "barriers.end": {"": fixed(id="@barrier")},
    "barrier_forms.edit": {"": fixed(id="@barrier")},
    "barrier_forms.change": {"": fixed(id="@barrier")},
    "merging.ask_split": {"": fixed(id="@barrier")},
    "merging.split": {"": fixed(id="@barrier")},
    "merging.ask_merge": {"": fixed(id="@other_barrier")},
    "merging.merge": {"": fixed(id="@other_barrier")},
    "rule_forms.look": {"": fixed(id="@changed")},
    "rule_forms.looked": {"": fixed(id="@changed")},
    "rule_forms.edit": {"": fixed(code="FORS-01")},
    "rule_forms.change": {"": fixed(code="FORS-01")},
    "catalogue.rule": {"": fixed(code="FORS-01")},
    "proposals.show": {"": fixed(id="@proposed")},
    "lexicon.edit": {"": fixed(id="@term")},
    "lexicon.change": {"": fixed(id="@term")},
    "lexicon.switch": {"": fixed(id="@term")},
    "lexicon.take_away": {"": fixed(id="@term")},
    "solutions.show": {"": solution},
    "solutions.tried": {"": solution},
    "views.share": {"": own("view")},
    "views.remove": {"": own("view")},
    "letters.show": {"a draft": letter("draft"), "a sent one": letter("out")},
    "letters.download": {"a draft": letter("draft", format="txt"), "a sent one": letter("out", format="txt")},
    "letters.export": {"": fixed(format="csv")},
    "letter_addresses.new": {"": fixed(barrier_id="@barrier")},
    "letter_addresses.create": {"": fixed(barrier_id="@barrier")},
    "letter_addresses.edit": {"": letter("draft")},
    "letter_addresses.save": {"": letter("draft")},
    "letter_desk.edit": {"": letter("draft")},
    "letter_desk.save": {"": letter("draft")},
    "letter_desk.preview": {"": letter("draft")},
    "letter_desk.check": {"": letter("draft")},
    "letter_desk.autosave": {"": letter("draft")},
    "letter_desk.discard": {"": letter("draft")},
    "letter_desk.redraft": {"": letter("draft")},
    "letter_cases.index": {"": letter("draft")},
    "letter_cases.take": {"": letter("draft", deviation_id="@case")},
    "letter_cases.move": {"": letter("draft", deviation_id="@case")},
    "letter_cases.drop": {"": letter("draft", deviation_id="@case")},
    "letter_numbers.index": {"": letter("draft")},
    "letter_numbers.renew": {"": letter("draft")},
    "letter_versions.index": {"": letter("draft")},
    "letter_versions.show": {"": letter("draft", number=1)},
    "letter_versions.restore": {"": letter("draft", number=1)},
    "letter_review.submit": {"": letter("draft")},
    "letter_review.comment": {"": letter("in_review")},
    "letter_review.settle": {"": letter("in_review", comment_id="@comment", state="klar")},
    "letter_review.decide": {"": letter("in_review")},
    "letter_review.send_back": {"": letter("in_review")},
    "letter_sending.send": {"": letter("decided")},
    "letter_sending.dispatch": {"": letter("out", agency_id="@agency")},
    "letter_answers.note": {"": letter("out")},
    "letter_answers.reply": {"": letter("out")},
    "letter_answers.promise": {"": letter("answered", reply_id="@reply")},
    "letter_answers.add_promise": {"": letter("answered", reply_id="@reply")},
    "letter_answers.carried_out": {"": letter("answered", action_id="@action")},
    "letter_answers.download": {"": letter("answered", file_id="@file")},
    "letter_answers.close": {"": letter("answered")},
    "letter_links.index": {"": letter("out")},
    "letter_links.make": {"": letter("out")},
    "letter_links.withdraw": {"": letter("late", link_id="@link")},
    "letter_reminders.write": {"": letter("late")},
    "letter_reminders.keep": {"": letter("late")},
    "letter_reminders.download": {"": letter("reminded", number=1, format="txt")},
    "letter_settings.mail_address": {"": fixed(id="@agency")},
    "letter_settings.keep_mail_address": {"": fixed(id="@agency")},
    "letter_settings.letterhead": {"": fixed(id="@association")},
    "letter_settings.keep_letterhead": {"": fixed(id="@association")},
    "letter_settings.wording": {"": fixed(obstacle="practice")},
    "letter_settings.keep_wording": {"": fixed(obstacle="practice")},
    "letter_settings.drop_wording": {"": fixed(obstacle="practice")},
    "letter_templates.edit": {"": fixed(id="@association")},
    "letter_templates.save": {"": fixed(id="@association")},
    "letter_templates.preview": {"": fixed(id="@association")},
    "letter_templates.drop": {"": fixed(id="@association")},
    "recipients.show": {"": fixed(token="@recipient")},
    "recipients.more_time": {"": fixed(token="@recipient")},
    "recipients.ask_for_time": {"": fixed(token="@recipient")},
    "recipients.receive": {"": fixed(token="@recipient")},
    "recipients.fetch": {"": fixed(token="@recipient")},
    "recipients.write": {"": fixed(token="@recipient")},
    "recipients.answer": {"": fixed(token="@recipient")},
    "followups.ask": {"": fixed(token="@question")},
    "followups.answer": {"": fixed(token="@question")},
    "accounts.invitation": {"": fixed(token="@invitation")},
    "accounts.accept": {"": fixed(token="@invitation")},
    "resets.choose": {"": fixed(token="@reset")},
    "resets.reset": {"": fixed(token="@reset")},
    "addresses.asked": {"": fixed(token="@address")},
    "addresses.answer": {"": fixed(token="@address")},
    "sso.start": {"": fixed(provider=PROVIDER)},
    "sso.answer": {"": fixed(provider=PROVIDER)},
    "sso.back_channel": {"": fixed(provider=PROVIDER)},
    "sso.link": {"": fixed(provider=PROVIDER)},
    "sso.ready": {"": fixed(provider=PROVIDER)},
    "sso.unlink_other": {"": fixed(id="@user", identity_id="@identity")},
    "sso.unlink": {"": own("identity")},
    "logins.end": {"": own("login")},
    "staff.renew": {"": own("invited")},
    "staff.take_back": {"": own("invited")},
    "people.show": {"": fixed(id="@user")},
    "people.add_role": {"": fixed(id="@user")},
    "people.remove_role": {"": fixed(id="@user", membership_id="@membership")},
    "people.end_login": {"": fixed(id="@user", login_id="@login")},
    "people.end_logins": {"": fixed(id="@user")},
    "people.remove_factor": {"": fixed(id="@user")},
    "people.renew": {"": own("invited")},
    "people.take_back": {"": own("invited")},
    "people.close": {"": fixed(id="@user")},
    "people.reopen": {"": fixed(id="@user")},
    "account_links.password_link": {"": fixed(id="@user")},
    "account_links.address": {"": fixed(id="@user")},
    "account_links.change_address": {"": fixed(id="@user")},
    "audit.export": {"": fixed(format="csv")},
    "retention.end": {"": fixed(id="@decision")},
    "retention.show": {"": fixed(what="texter")},
    "retention.carry_out": {"": fixed(what="texter")},
}

ALSO: Mapping[str, Callable[[World], Mapping[str, Any]]] = {
    "review.undo": lambda world: {"ruling": world.of["ruling"]["vera"]},
    "lexicon.answer": lambda world: {"do": "add", "term": "trepartssamtal", "rule": "FORS-01"},
    "lexicon.switch_shipped": lambda world: {"term": "fk"},
}
"""What some forms need besides DATA."""

DATA: Mapping[str, Any] = {
    "note": "Vi vet mer nu.",
    "text": "Vi vet mer nu.",
    "answer": "Det hände två gånger.",
    "solution": "Vi ringde varandra.",
    "why": "Det fungerar inte.",
    "reason": "information",
    "until": "2027-01-15",
    "title": "Ingen plats",
    "body": "Deltagaren får ingen plats.",
    "name": "Ett namn",
    "worked": "yes",
    "occurred_on": today().isoformat(),
}
"""What is sent to each form beside its token, so that it comes as far as to who may do it."""
