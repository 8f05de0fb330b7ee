"""Whose account it is when somebody comes by her organisation's login: known by the service's own name for her, else by
her verified address; who is nobody yet gets an account that waits for a role.
"""

import json
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.adapters.oidc_answers import Ended, Person
from deviations.adapters.oidc_settings import Provider
from deviations.domain.logins import LinkPurpose, LoginWay, Visit
from deviations.domain.notices import Notice
from deviations.domain.roles import Actor, Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import AuditEntry, Identity, LoginSession, PendingLogin, User
from deviations.queries import identities, people
from deviations.queries import logins as queries
from deviations.services import account_mail, audit, checks, factor_codes, logins, one_time_links, passwords
from deviations.services.logins import Came, Halfway, Opened
from deviations.services.tokens import hashed

PURPOSE = "id token"
SKEW = timedelta(minutes=1)  # that the service's clock may be behind ours
REMEMBERED = timedelta(minutes=30)  # longer than a logout token holds
ENDED_THERE = "login.ended_there"
KINDS: tuple[type[LoginSession | PendingLogin], ...] = (LoginSession, PendingLogin)
"""Whole logins and half-done ones: both know by whom somebody came."""


def enter(
    session: Session,
    provider: Provider,
    person: Person,
    at: datetime,
    visit: Visit,
    *,
    secret: str,
) -> Opened | Halfway:
    """Logs somebody in whom a login service has vouched for; or halfway, when her account has or needs a second factor
    and the service's level doesn't stand in for it.

    Raises NotAllowed: `sso_closed`, `sso_mail_unverified`, `sso_mail_elsewhere`, `sso_other_person`,
    `sso_needs_level`, `sso_open_first`, `sso_needs_link`, `sso_unknown`. The caller commits in every case, so that
    refusals are in the log.
    """
    audit.wait_turn(session)  # of two first logins of one person the second sees what the first made
    try:
        user = _account(session, provider, person, at)
    except NotAllowed as refused:
        whose = identities.with_address(session, person.email) if person.verified else None
        failed(session, provider, refused.code, at, whose)
        logins.count_source(session, visit.source, at)
        raise
    came = Came(provider.name, person.session, vault.seal(secret, person.id_token, PURPOSE))
    if _needs_more(session, provider, person, user):
        return logins.halfway(session, user, at, visit, came)
    return logins.open_login(session, user, LoginWay.SSO, at, visit, came)


def failed(
    session: Session, provider: Provider, why: str, at: datetime, user: User | None = None, *, said: str = ""
) -> None:
    """Writes down that somebody did not come in by a login service, and why: by the refusal's code, and by what was
    `said` of an answer that could not be trusted.
    """
    subject = f"user:{user.id}" if user else "user:unknown"
    told = {"provider": provider.name, "why": why, **({"said": said} if said else {})}
    audit.record(session, None, "login.failed", subject, at, told)


def _account(session: Session, provider: Provider, person: Person, at: datetime) -> User:
    identity = identities.known(session, provider.name, person.subject)
    if identity is None:
        return _by_address(session, provider, person, at)
    if not identity.user.active:
        raise NotAllowed("sso_closed")
    identity.used_at = at
    return identity.user


def _by_address(session: Session, provider: Provider, person: Person, at: datetime) -> User:
    """The account with her address, linked from now on, or a new one. One with a password is never linked by the
    address alone: whoever knows the password would stay inside what is hers from now on.
    """
    if not person.email or not person.verified:
        raise NotAllowed("sso_mail_unverified")
    if not provider.speaks_for(person.email):
        raise NotAllowed("sso_mail_elsewhere")
    user = identities.with_address(session, person.email)
    if user is None:
        return _new_account(session, provider, person, at)
    if not user.active:
        raise NotAllowed("sso_closed")
    if identities.linked(session, provider.name, user.id) is not None:
        raise NotAllowed("sso_other_person")  # addresses are given to new people; the service's own names never are
    if _needs_more(session, provider, person, user):
        opened = user.password_hash is not None or identities.of(session, user.id)
        raise NotAllowed("sso_needs_level" if opened else "sso_open_first")
    if user.password_hash is not None:  # chosen maybe by whoever handed the invitation over: its owner links it herself
        raise NotAllowed("sso_needs_link")
    _link(session, provider, person, user, at)
    return user


def _needs_more(session: Session, provider: Provider, person: Person, user: User) -> bool:
    """Whether the account's second factor is asked for besides."""
    if person.level in provider.strong:
        return False
    return user.totp_confirmed_at is not None or queries.needs_factor(session, user)


def _new_account(session: Session, provider: Provider, person: Person, at: datetime) -> User:
    """An account without any role: an administrator gives her one, or closes it."""
    if not provider.creates:
        raise NotAllowed("sso_unknown")
    user = User(email=person.email, name=_name(person), active=True, created_at=at)
    session.add(user)
    session.flush()
    audit.record(
        session, people.actor_of(user), "account.came_by_sso", f"user:{user.id}", at, {"provider": provider.name}
    )
    session.add(Identity(user=user, provider=provider.name, subject=person.subject, linked_at=at, used_at=at))
    return user


def _name(person: Person) -> str:
    """Her name as the service tells it, unless it is a number or the like (promise 3)."""
    plain = person.email.partition("@")[0]
    return plain[:120] if not person.name or checks.refusals({"name": person.name}) else person.name


def _link(session: Session, provider: Provider, person: Person, user: User, at: datetime) -> None:
    # The account has its owner: a link that was printed for it, and maybe kept by whoever printed it, opens it no more.
    one_time_links.forget(session, user, LinkPurpose.INVITATION, LinkPurpose.RESET)
    session.add(Identity(user=user, provider=provider.name, subject=person.subject, linked_at=at, used_at=at))
    told = {"provider": provider.name}
    audit.record(session, people.actor_of(user), "identity.linked", f"user:{user.id}", at, told)
    account_mail.tell(session, user, Notice.SSO_LINKED, at, detail={"provider": provider.label})


def check_owner(
    session: Session, user: User, at: datetime, *, password: str, typed: str, secret: str, token: str
) -> None:
    """Asks whoever wants to link the account for its password and a code of its second factor, as far as it has them:
    what is linked stands in for both. One with neither must have come by a login service to the login of `token`.

    Raises TooManyGuesses, and NotAllowed (`wrong_password`, `wrong_code`, `no_password`); the caller commits then too.
    """
    if user.password_hash is not None:
        passwords.check(session, user, password, at)
    if user.totp_confirmed_at is not None:
        factor_codes.check(session, user, typed, at, secret)
    elif user.password_hash is None:
        mine = (LoginSession.user_id == user.id, LoginSession.token_hash == hashed(token))
        if not session.scalar(select(LoginSession.provider).where(*mine)):
            raise NotAllowed("no_password")


def link(session: Session, provider: Provider, person: Person, user: User, at: datetime) -> None:
    """Links one's own account, in which one is logged in, to the login service that one has just come from.

    Raises NotAllowed: `sso_taken` when that login is another account's, `sso_linked_already` when the account has
    another login at the same service.
    """
    audit.wait_turn(session)
    identity = identities.known(session, provider.name, person.subject)
    if identity is not None:
        if identity.user_id != user.id:
            raise NotAllowed("sso_taken")
        return
    if identities.linked(session, provider.name, user.id) is not None:
        raise NotAllowed("sso_linked_already")
    _link(session, provider, person, user, at)


def unlink(session: Session, actor: Actor, identity: int, at: datetime, *, but: str = "") -> None:
    """Takes a link away: one's own, or anybody's for administrators. Logins that came that way end, half-done ones too,
    but for that of the token `but`.

    Raises NotFound for what is not there or not one's own, and NotAllowed (`sso_only_way`) when it is the only way that
    one has into one's own account.
    """
    found = session.get(Identity, identity)
    if found is None or (found.user_id != actor.id and not actor.has(Role.ADMIN)):
        raise NotFound
    if found.user_id == actor.id and found.user.password_hash is None:
        raise NotAllowed("sso_only_way")
    for kind in KINDS:
        came = (kind.user_id == found.user_id, kind.provider == found.provider, kind.token_hash != hashed(but))
        session.execute(delete(kind).where(*came))
    audit.record(session, actor, "identity.unlinked", f"user:{found.user_id}", at, {"provider": found.provider})
    session.delete(found)


def end_there(session: Session, provider: Provider, ended: Ended, at: datetime) -> int:
    """Ends the logins of which the login service says that they ended there, half-done ones too, once for each token;
    how many they were.

    Only logins from before the token: one that is sent again can't end what began after it.
    """
    audit.wait_turn(session)
    mark = hashed(f"{provider.name} {ended.id}")[:32]
    if _told(session, mark, at):
        return 0
    gone: list[LoginSession | PendingLogin] = []
    for kind in KINDS:
        gone.extend(session.scalars(select(kind).where(*_meant(session, provider, ended, kind))))
    for login in gone:
        session.delete(login)
    told = {"provider": provider.name, "token": mark, "logins": len(gone)}
    who = {login.user_id for login in gone}
    audit.record(session, None, ENDED_THERE, f"user:{who.pop()}" if len(who) == 1 else "user:unknown", at, told)
    return len(gone)


def _meant(
    session: Session, provider: Provider, ended: Ended, kind: type[LoginSession | PendingLogin]
) -> list[ColumnElement[bool]]:
    meant = [kind.provider == provider.name, kind.created_at <= ended.at + SKEW]
    if ended.session:
        meant.append(kind.provider_session == ended.session)
    if ended.subject:
        identity = identities.known(session, provider.name, ended.subject)
        meant.append(kind.user_id == (identity.user_id if identity else None))
    return meant


def _told(session: Session, mark: str, at: datetime) -> bool:
    """Whether a token has come before: the log's own lines remember it."""
    lines = select(AuditEntry.detail).where(AuditEntry.action == ENDED_THERE, AuditEntry.at > at - REMEMBERED)
    return any(json.loads(detail).get("token") == mark for detail in session.scalars(lines))


def id_token(login: LoginSession, secret: str) -> str:
    """What the login service gave for a login, to be shown to it when one logs out; empty when it can't be read."""
    try:
        return vault.unseal(secret, login.id_token, PURPOSE) if login.id_token else ""
    except vault.Sealed:  # the instance has another secret now
        return ""
