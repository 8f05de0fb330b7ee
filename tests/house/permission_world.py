"""One object of each kind, of one's own, of one's own subproject and of another, for the table of permissions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.learnt import TermKind
from deviations.domain.letters import FileKind, LetterStatus
from deviations.domain.lists import Chosen, View
from deviations.domain.logins import LinkPurpose
from deviations.domain.own_terms import OwnTerm
from deviations.domain.retention import Erasable
from deviations.domain.roles import Role
from deviations.domain.workflow import Status
from deviations.models import (
    Deviation,
    FollowUp,
    Identity,
    Letter,
    LetterComment,
    LetterFile,
    LoginSession,
    Membership,
    Move,
    OneTimeLink,
    PromisedAction,
    ReplyFile,
    Ruling,
    Solution,
    User,
)
from deviations.queries.people import program
from deviations.services import (
    accounts,
    drafts,
    email_changes,
    followups,
    letter_answers,
    letter_cases,
    letter_reminders,
    lexicon,
    one_time_links,
    passwords,
    recipient_links,
    retention,
    reviews,
    rule_changes,
    rulings,
    views,
)
from tests import people as persons
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_draft,
    a_filed_deviation,
    a_letter,
    a_letter_out,
    a_recurring_barrier,
    a_reply,
    a_rule,
    days_ago,
)

PROVIDER = "kommunen"
MINE, PLACE, OTHER = "mine", "place", "other"
WHO: Mapping[str, tuple[str, ...]] = {
    "": (OTHER,),
    "nina": (OTHER,),
    "rut": (MINE, PLACE, OTHER),
    "lena": (MINE, PLACE, OTHER),
    "vera": (MINE, OTHER),
    "stina": (MINE, OTHER),
    "adam": (MINE, OTHER),
}
"""Who asks (nobody, somebody without a role, and one of each role), and whose things she asks for."""

_BESIDE = {"rut": "rolf", "lena": "rut"}
_ELSEWHERE = {"rut": "rita", "lena": "rita"}
OWNERS = ("rut", "rolf", "lena", "vera", "rita")


@dataclass
class World:
    """The numbers and keys of what was made."""

    secret: str
    reports: dict[tuple[str, str], int] = field(default_factory=dict)  # by state and owner
    solutions: dict[str, int] = field(default_factory=dict)
    letters: dict[str, int] = field(default_factory=dict)
    of: dict[str, dict[str, Any]] = field(default_factory=dict)  # kind of thing → person → number or key
    one: dict[str, Any] = field(default_factory=dict)

    def owner(self, who: str, whose: str) -> str:
        """Whose report, and so on, this person asks for."""
        if whose == MINE and who in OWNERS:
            return who
        return (_BESIDE if whose == PLACE else _ELSEWHERE).get(who, "rut")

    def report(self, state: str) -> "Asked":
        """The report in this state that is the person's own, a colleague's or another place's."""
        return lambda who, whose: {"id": self.reports[state, self.owner(who, whose)]}

    def thing(self, kind: str, name: str = "id") -> "Asked":
        """The person's own thing of this kind, or somebody else's."""

        def asked(who: str, whose: str) -> dict[str, Any]:
            known = self.of[kind]
            own = who if who in known else next(iter(known))
            return {name: known[own] if whose == MINE else next(known[one] for one in known if one != who)}

        return asked


Asked = Callable[[str, str], dict[str, Any]]


def build(session: Session, secret: str) -> World:
    """Fills a furnished database and commits."""
    people = persons.find(session)
    world = World(secret)
    persons.invite_guest(session, "nina")
    _reports(session, people, world)
    _letters(session, people, world)
    _desk(session, people, world)
    _accounts(session, people, world)
    session.commit()
    return world


def _reports(session: Session, people: persons.People, world: World) -> None:
    towns = {"rut": "Söder", "rolf": "Söder", "lena": "Söder", "vera": "Söder", "rita": "Norr"}
    for owner, place in towns.items():
        for state in ("open", "asked", "local", "longer", "solved", "snoozed", "twin"):
            town = "Haninge" if place == "Söder" else "Täby"
            report = a_filed_deviation(session, getattr(people, owner), place=place, municipality=town)
            world.reports[state, owner] = report.id
            _bring(session, people, report, state)
            if state == "solved":
                way = session.scalars(select(Solution).where(Solution.deviation_id == report.id)).one()
                world.solutions[owner] = way.id
    world.one["barrier"] = a_recurring_barrier(session, people).id
    world.one["proposed"] = world.reports["open", "rut"]
    world.one["changed"] = _with_a_changed_rule(session, people)
    world.one["other_barrier"] = a_barrier(session, people.vera, name="Ett hinder till").id
    step = session.scalars(select(Move).where(Move.target == Status.SOLVED_LOCALLY)).first()
    assert step is not None
    asked = FollowUp(move_id=step.id, deviation_id=step.deviation_id, asked_at=NOW)
    session.add(asked)
    session.flush()
    world.one["question"] = followups.token(world.secret, asked.id, True)


def _with_a_changed_rule(session: Session, people: persons.People) -> int:
    rule = a_rule(session)
    barrier = a_barrier(session, people.vera, name="Hinder med en ändrad regel", rule=rule, at=days_ago(2))
    told = rule_changes.Entry(
        name=rule.name, statute=rule.statute, paragraph=rule.paragraph, agency_text=rule.agency_text,
        description=f"{rule.description} Gäller från första timmen.", barrier_text=rule.barrier_text,
        confidence=rule.confidence, source=rule.source,
    )  # fmt: skip
    rule_changes.change(session, people.vera, rule, told, version=rule.version, at=NOW)
    return barrier.id


def _bring(session: Session, people: persons.People, report: Any, state: str) -> None:
    vera, chosen = people.vera, [(report, None)]
    to = {"asked": Status.NEEDS_FACTS, "local": Status.LOCAL_ACTION, "longer": Status.LOCAL_ACTION}
    to["solved"] = Status.SOLVED_LOCALLY
    if state in to:
        rulings.take(session, vera, chosen, a_decision(session, to[state]), at=NOW)
    if state == "longer":
        lead = people.lars if report.subproject.name == "Norr" else people.lena
        rulings.ask_longer(session, lead, report, TODAY + timedelta(days=90), "Vi väntar.", at=NOW)
    if state == "snoozed":
        rulings.snooze(session, vera, chosen, TODAY + timedelta(days=9), "Efter mötet.", at=NOW)


def _letters(session: Session, people: persons.People, world: World) -> None:
    barrier = a_recurring_barrier(session, people)
    for state in (LetterStatus.IN_REVIEW, LetterStatus.DECIDED):
        world.letters[state] = a_letter(session, people, state, barrier).id
    for name in ("out", "late", "reminded", "answered"):
        letter = a_letter_out(session, people, files=[_file(kind) for kind in FileKind])
        letter.answer_by = TODAY - timedelta(days=1) if name in ("late", "reminded") else letter.answer_by
        world.letters[name] = letter.id
    answered = session.get_one(Letter, world.letters["answered"])
    reply = letter_answers.record_reply(session, people.vera, answered, at=NOW, **a_reply())
    action, content = PromisedAction(text="Ta upp frågan."), b"Ja."
    reply.promised.append(action)
    file = ReplyFile(name="svar.txt", kind="txt", size=3, sha256=sha256(content).hexdigest(), content=content)
    reply.files.append(file)
    late = session.get_one(Letter, world.letters["late"])
    reminded = session.get_one(Letter, world.letters["reminded"])
    letter_reminders.remind(session, people.vera, reminded, until=TODAY + timedelta(days=30), body="Vi väntar.", at=NOW)
    comment = LetterComment(
        letter_id=world.letters["in_review"], number=1, author_id=people.stina.id, at=NOW, text="Skriv kortare."
    )
    session.add(comment)
    link, token = recipient_links.make(session, people.vera, late, late.recipients[0], NOW)
    draft = a_draft(session, people, barrier)  # last: an untouched one would be what the others are made of
    world.letters["draft"] = draft.id
    session.flush()
    owner = program(session)
    case = session.scalars(select(Deviation).where(Deviation.barrier_id == draft.barrier_id)).first()
    assert owner is not None and case is not None
    letter_cases.take(session, people.vera, draft, case, "Deltagaren fick ingen plats.", at=NOW)
    world.one |= {
        "reply": reply.id, "action": action.id, "file": file.id, "comment": comment.id, "link": link.id,
        "case": case.id, "recipient": token, "agency": late.recipients[0].id,
        "association": owner.owner_id,
    }  # fmt: skip


def _file(kind: FileKind) -> LetterFile:
    content = b"%PDF-1.7\ntrailer\n<<>>\n%%EOF\n"
    return LetterFile(kind=kind, content=content, sha256=sha256(content).hexdigest())


def _desk(session: Session, people: persons.People, world: World) -> None:
    ended = reviews.start(session, people.vera, [world.reports["open", "rut"]], at=NOW)
    reviews.end(session, people.vera, ended, at=NOW)
    begun = reviews.start(session, people.vera, [world.reports["open", "rolf"], world.reports["open", "rita"]], at=NOW)
    term = OwnTerm("sassam", TermKind.ABBREVIATION, "strukturerad kartläggning", ("FORS-01",), ("FK",))
    world.one |= {"ended": ended.id, "begun": begun.id, "term": lexicon.add(session, people.vera, term, at=NOW).id}
    world.of["view"] = {
        name: views.save(session, getattr(people, name), "Vår vy", Chosen(view=View.ALL), shared=False, at=NOW).id
        for name in ("lena", "vera")
    }
    world.of["draft"] = {}
    for name in ("rut", "lena", "vera"):
        key = f"a-begun-draft-of-{name}"
        drafts.keep(session, getattr(people, name), key, {"title": ["Tio timmar"], "body": ["Det saknas."]}, NOW)
        world.of["draft"][name] = key
    taken = {}
    for name in ("lena", "vera"):
        report = a_filed_deviation(session, people.rut)
        decision = a_decision(session, Status.LOCAL_ACTION)
        taken[name] = rulings.take(session, getattr(people, name), [(report, None)], decision, at=NOW)
    session.flush()
    world.of["ruling"] = {name: ruling.id for name, ruling in taken.items() if isinstance(ruling, Ruling)}


def _accounts(session: Session, people: persons.People, world: World) -> None:
    world.of["invited"] = {}
    for lead, name in (("lena", "Söder"), ("lars", "Norr")):
        place = persons.place(session, name)
        world.one["invitation"] = accounts.invite(
            session, people.adam, email=f"ny@{lead}.example.com", name="Nya Kollegan", role=Role.REPORTER,
            subproject=place, secret=world.secret, at=NOW,
        )  # fmt: skip
        invited = select(User.id).where(User.email == f"ny@{lead}.example.com")
        world.of["invited"][lead] = session.scalars(invited).one()
    rolf = people.rolf.id
    world.one["user"] = rolf
    world.one["membership"] = session.scalars(select(Membership.id).where(Membership.user_id == rolf)).one()
    logins = {
        user.email.partition("@")[0]: id
        for id, user in session.execute(select(LoginSession.id, User).join(LoginSession.user))
    }
    world.one["login"] = logins["rolf"]
    world.of["login"] = {name: logins[name] for name in ("rolf", *(who for who in WHO if who))}
    linked = {
        name: Identity(user_id=login.user_id, provider="landstinget", subject=name, linked_at=NOW, used_at=NOW)
        for name, login in ((who, session.get_one(LoginSession, logins[who])) for who in world.of["login"])
    }
    session.add_all(linked.values())
    session.flush()
    world.of["identity"] = {name: one.id for name, one in linked.items()}
    world.one["identity"] = linked["rolf"].id
    account = session.get_one(User, rolf)
    account.totp_secret, account.totp_confirmed_at = "sealed", NOW
    world.one["reset"] = passwords.reset_link(session, people.adam, account, secret=world.secret, at=NOW)
    email_changes.ask(
        session, people.rolf, account, "ny@example.org", password=persons.PASSWORD, secret=world.secret, at=NOW
    )
    to_old = select(OneTimeLink).where(OneTimeLink.purpose == LinkPurpose.OLD_ADDRESS)
    world.one["address"] = one_time_links.token(session.scalars(to_old).one(), world.secret)
    decided = retention.Decided("5/2026", "Styrelsen", TODAY, {Erasable.REPORT_TEXTS: 24})
    world.one["decision"] = retention.decide(session, people.adam, decided, at=NOW).id
