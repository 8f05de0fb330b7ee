"""The second factor: a code works once, recovery codes too, wrong ones are counted, and what is kept gives no code."""

import threading
import time
from datetime import datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deviations.adapters import vault
from deviations.domain.logins import PENDING, LoginWay, Visit
from deviations.domain.notices import Notice
from deviations.domain.roles import Role
from deviations.domain.workflow import NotAllowed, NotFound
from deviations.models import OutgoingMail, RecoveryCode, User
from deviations.queries import logins as queries
from deviations.services import factor_codes, logins, passwords, second_factor, security
from deviations.services.attempts import TooManyGuesses
from deviations.services.logins import Halfway, Opened
from deviations.services.tokens import hashed
from tests.factories import NOW, audit_lines
from tests.people import PASSWORD, People, email, token
from tests.services.test_logins import LASTS, VISIT, user_named

SECRET = "the instance's secret, long enough"
APP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
OTHER_APP = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def code(at: datetime = NOW, app: str = APP) -> str:
    return pyotp.TOTP(app).at(at)


def wrong_code(at: datetime = NOW, app: str = APP) -> str:
    right = {code(at + timedelta(seconds=s), app) for s in range(-120, 121, 30)}
    return next(str(number) for number in range(100_000, 100_100) if str(number) not in right)


def with_factor(session: Session, name: str = "rut", at: datetime = NOW - timedelta(hours=1)) -> list[str]:
    user = user_named(session, name)
    return second_factor.set_up(
        session, user, APP, code(at), at, password=PASSWORD, secret=SECRET, token=token(name)
    )  # fmt: skip


def halfway(session: Session, name: str = "rut", at: datetime = NOW) -> Halfway:
    found = logins.begin(session, email(name), PASSWORD, at, VISIT)
    assert isinstance(found, Halfway)
    return found


def complete(session: Session, pending: Halfway, typed: str, at: datetime = NOW) -> Opened:
    return second_factor.complete(session, pending.token, typed, at, VISIT, secret=SECRET)


def way_of(session: Session, opened: Opened) -> LoginWay:
    login = queries.logged_in(session, hashed(opened.token), NOW, LASTS)
    assert login is not None
    return login.way


def test_after_the_password_the_code_opens_and_the_halfway_token_is_spent(session: Session) -> None:
    with_factor(session)
    pending = halfway(session)
    assert not pending.enrol
    assert queries.logged_in(session, hashed(pending.token), NOW, LASTS) is None
    opened = complete(session, pending, code())
    assert opened.token != pending.token
    assert way_of(session, opened) is LoginWay.CODE
    with pytest.raises(NotFound):
        complete(session, pending, code(NOW + timedelta(seconds=30)))


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_clock_may_differ_by_half_a_minute(session: Session, seconds: int, fits: bool) -> None:
    with_factor(session)
    pending, typed = halfway(session), code(NOW + timedelta(seconds=seconds))
    if fits:
        assert complete(session, pending, typed)
    else:
        with pytest.raises(NotAllowed, match="wrong_code"):
            complete(session, pending, typed)


def test_a_code_works_once_and_so_does_each_before_it(session: Session) -> None:
    with_factor(session)
    complete(session, halfway(session), code())
    for typed in (code(), code(NOW - timedelta(seconds=30))):
        with pytest.raises(NotAllowed, match="wrong_code"):
            complete(session, halfway(session), typed)
    assert complete(session, halfway(session), code(NOW + timedelta(seconds=30)))


def test_the_code_that_set_it_up_is_spent_too(session: Session) -> None:
    with_factor(session, at=NOW)
    with pytest.raises(NotAllowed, match="wrong_code"):
        complete(session, halfway(session), code())


def test_of_two_with_one_code_at_once_one_is_let_in(engine: Engine) -> None:
    with Session(engine.execution_options(write=True), expire_on_commit=False) as session:
        with_factor(session)
        tokens = [halfway(session), halfway(session)]
        session.commit()
    together, told = threading.Barrier(2), []

    def send(pending: Halfway) -> None:
        together.wait()
        with Session(engine.execution_options(write=True)) as session:
            try:
                complete(session, pending, code())
                told.append("in")
            except NotAllowed:
                told.append("refused")
            session.commit()

    both = [threading.Thread(target=send, args=(pending,)) for pending in tokens]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(told) == ["in", "refused"]


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "000000 000000", "\ud800", "a" * 5000])
def test_nonsense_is_a_wrong_code(session: Session, typed: str) -> None:
    with_factor(session)
    with pytest.raises(NotAllowed, match="wrong_code"):
        complete(session, halfway(session), typed)


def test_a_code_may_be_typed_in_groups(session: Session) -> None:
    with_factor(session)
    assert complete(session, halfway(session), f" {code()[:3]} {code()[3:]} ")


def test_the_halfway_login_holds_for_ten_minutes(session: Session) -> None:
    with_factor(session)
    pending = halfway(session)
    just, over = NOW + PENDING - timedelta(seconds=1), NOW + PENDING
    with pytest.raises(NotFound):
        complete(session, pending, code(over), over)
    assert complete(session, pending, code(just), just)


def test_five_wrong_codes_close_the_door_also_for_the_right_one(session: Session) -> None:
    with_factor(session)
    pending = halfway(session)
    for _ in range(5):
        with pytest.raises(NotAllowed, match="wrong_code"):
            complete(session, pending, wrong_code())
    with pytest.raises(TooManyGuesses, match="too_many_codes"):
        complete(session, pending, code())
    with pytest.raises(TooManyGuesses):
        complete(session, halfway(session), code())  # starting over does not help
    assert session.scalar(select(func.count()).where(OutgoingMail.kind == Notice.GUESSED)) == 1
    later = NOW + timedelta(minutes=5)
    assert complete(session, pending, code(later), later)


def test_fifty_wrong_codes_a_day_close_it_for_the_day(session: Session) -> None:
    with_factor(session, at=NOW - timedelta(hours=6))
    for block in range(10):
        at = NOW - timedelta(minutes=60 - 6 * block)
        for _ in range(5):
            with pytest.raises(NotAllowed, match="wrong_code"):
                complete(session, halfway(session, at=at), wrong_code(at), at)
    with pytest.raises(TooManyGuesses, match="too_many_today"):
        complete(session, halfway(session), code())
    tomorrow = NOW + timedelta(days=1)
    assert complete(session, halfway(session, at=tomorrow), code(tomorrow), tomorrow)


def test_who_was_locked_out_by_others_guesses_comes_in_by_another_telephone(session: Session, people: People) -> None:
    with_factor(session)
    for _ in range(5):
        with pytest.raises(NotAllowed, match="wrong_code"):
            complete(session, halfway(session), wrong_code())
    second_factor.remove(session, people.adam, user_named(session, "rut"), NOW)
    security.start(session, [Role.REPORTER])
    second_factor.enrol(
        session, halfway(session).token, OTHER_APP, code(app=OTHER_APP), NOW, VISIT, secret=SECRET
    )  # fmt: skip
    later = NOW + timedelta(seconds=30)
    assert complete(session, halfway(session), code(later, OTHER_APP), later)


def test_wrong_codes_count_for_the_network_address_too(session: Session) -> None:
    with_factor(session)
    with pytest.raises(NotAllowed, match="wrong_code"):
        second_factor.complete(
            session, halfway(session).token, wrong_code(), NOW, Visit(LASTS, "192.0.2.7"), secret=SECRET
        )
    for _ in range(199):
        logins.count_source(session, "192.0.2.7", NOW)
    with pytest.raises(TooManyGuesses):
        second_factor.complete(session, halfway(session).token, code(), NOW, Visit(LASTS, "192.0.2.7"), secret=SECRET)


def test_there_are_ten_recovery_codes_each_for_once(session: Session) -> None:
    codes = with_factor(session)
    assert len(set(codes)) == 10
    assert all(len(one) == 14 and one.count("-") == 2 for one in codes)  # 12 of 31 letters: 59 bits
    opened = complete(session, halfway(session), codes[0])
    assert way_of(session, opened) is LoginWay.RECOVERY
    with pytest.raises(NotAllowed, match="wrong_code"):
        complete(session, halfway(session), codes[0])
    assert complete(session, halfway(session), codes[1].upper().replace("-", " "))
    assert queries.codes_left(session, user_named(session, "rut").id) == 8


def test_somebody_elses_recovery_code_is_wrong(session: Session) -> None:
    codes = with_factor(session, "rolf")
    with_factor(session)
    with pytest.raises(NotAllowed, match="wrong_code"):
        complete(session, halfway(session), codes[0])


def test_the_database_gives_neither_codes_nor_the_apps_secret(session: Session) -> None:
    codes = with_factor(session)
    kept = session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(kept) & {*codes, *(hashed(one) for one in codes), *(hashed(one.replace("-", "")) for one in codes)}
    sealed = user_named(session, "rut").totp_secret
    assert sealed is not None and APP not in sealed
    assert vault.unseal(SECRET, sealed, factor_codes.PURPOSE) == APP


def test_with_another_instances_secret_nothing_opens_and_nothing_breaks(session: Session) -> None:
    codes = with_factor(session)
    pending = halfway(session)
    for typed in (code(), codes[0]):
        with pytest.raises(NotAllowed, match="wrong_code"):
            second_factor.complete(session, pending.token, typed, NOW, VISIT, secret="a secret of another instance!!")


# Setting up


def test_setting_up_asks_for_the_password_and_a_right_code(session: Session) -> None:
    rut = user_named(session, "rut")
    for password, typed, refusal in (("fel", code(), "wrong_password"), (PASSWORD, wrong_code(), "wrong_code")):
        with pytest.raises(NotAllowed, match=refusal):
            second_factor.set_up(
                session, rut, APP, typed, NOW, password=password, secret=SECRET, token=token("rut")
            )  # fmt: skip
    assert rut.totp_secret is None and rut.totp_confirmed_at is None
    assert isinstance(logins.begin(session, email("rut"), PASSWORD, NOW, VISIT), Opened)


def test_setting_up_ends_the_other_logins_mails_and_writes_a_line(session: Session) -> None:
    other = logins.begin(session, email("rut"), PASSWORD, NOW - timedelta(minutes=1), VISIT)
    with_factor(session, at=NOW)
    assert queries.logged_in(session, hashed(other.token), NOW, LASTS) is None
    assert queries.logged_in(session, hashed(token("rut")), NOW, LASTS) is not None
    assert session.scalar(select(func.count()).where(OutgoingMail.kind == Notice.FACTOR_CHANGED)) == 1
    assert audit_lines(session)[-1].action == "factor.on"


def test_another_telephone_needs_a_code_of_the_present_one(session: Session) -> None:
    codes = with_factor(session)
    rut, given = user_named(session, "rut"), {"password": PASSWORD, "secret": SECRET, "token": token("rut")}
    new = code(app=OTHER_APP)
    for present in ("", new, wrong_code()):
        with pytest.raises(NotAllowed, match="wrong_present_code"):
            second_factor.set_up(session, rut, OTHER_APP, new, NOW, present=present, **given)
    assert len(second_factor.set_up(session, rut, OTHER_APP, new, NOW, present=codes[3], **given)) == 10
    later = NOW + timedelta(minutes=5)
    for typed in (code(later), codes[4]):
        with pytest.raises(NotAllowed, match="wrong_code"):
            complete(session, halfway(session), typed, later)
    assert complete(session, halfway(session), code(later, OTHER_APP), later)


def test_a_mistyped_new_code_spends_no_recovery_code(session: Session) -> None:
    codes = with_factor(session)
    rut = user_named(session, "rut")
    with pytest.raises(NotAllowed, match="wrong_code"):
        second_factor.set_up(
            session, rut, OTHER_APP, wrong_code(app=OTHER_APP), NOW,
            password=PASSWORD, present=codes[0], secret=SECRET, token=token("rut"),
        )  # fmt: skip
    assert queries.codes_left(session, rut.id) == 10


def test_a_role_that_needs_it_sets_it_up_before_it_is_let_in(session: Session) -> None:
    security.start(session)
    pending = halfway(session, "vera")
    assert pending.enrol
    with pytest.raises(NotAllowed, match="wrong_code"):
        second_factor.enrol(session, pending.token, APP, wrong_code(), NOW, VISIT, secret=SECRET)
    opened, codes = second_factor.enrol(session, pending.token, APP, code(), NOW, VISIT, secret=SECRET)
    assert way_of(session, opened) is LoginWay.CODE
    assert len(codes) == 10
    assert queries.logged_in(session, hashed(token("vera")), NOW, LASTS) is None
    with pytest.raises(NotFound):
        second_factor.enrol(session, pending.token, APP, code(NOW + timedelta(seconds=30)), NOW, VISIT, secret=SECRET)


def test_who_has_one_cannot_go_round_it_by_setting_up_another_halfway(session: Session) -> None:
    with_factor(session)
    pending = halfway(session)
    with pytest.raises(NotFound):
        second_factor.enrol(session, pending.token, OTHER_APP, code(app=OTHER_APP), NOW, VISIT, secret=SECRET)
    assert queries.logged_in(session, hashed(pending.token), NOW, LASTS) is None


def test_a_recovery_code_is_no_code_while_nothing_is_set_up(session: Session) -> None:
    security.start(session)
    with pytest.raises(NotAllowed, match="wrong_code"):
        complete(session, halfway(session, "vera"), code())


# Afterwards


def test_new_recovery_codes_need_password_and_code_and_replace_the_old(session: Session) -> None:
    old = with_factor(session)
    rut = user_named(session, "rut")
    with pytest.raises(NotAllowed, match="wrong_password"):
        second_factor.new_codes(session, rut, NOW, password="fel lösenord", present=old[0], secret=SECRET)
    with pytest.raises(NotAllowed, match="wrong_present_code"):
        second_factor.new_codes(session, rut, NOW, password=PASSWORD, present=wrong_code(), secret=SECRET)
    new = second_factor.new_codes(session, rut, NOW, password=PASSWORD, present=old[0], secret=SECRET)
    assert not set(old) & set(new)
    told = select(OutgoingMail.detail).where(OutgoingMail.kind == Notice.FACTOR_CHANGED).order_by(OutgoingMail.id)
    assert session.scalars(told).all() == ['{"on": true}', '{"codes": true}']
    with pytest.raises(NotAllowed, match="wrong_code"):
        complete(session, halfway(session), old[1])
    assert complete(session, halfway(session), new[0])
    with pytest.raises(NotFound):
        second_factor.new_codes(session, user_named(session, "rolf"), NOW, password=PASSWORD, present="", secret=SECRET)


def test_a_half_done_login_does_not_outlive_the_password_that_began_it(engine: Engine, people: People) -> None:
    with Session(engine.execution_options(write=True), expire_on_commit=False) as session:
        spare = with_factor(session)[0]
        pending = halfway(session)
        session.commit()
    begun, told = threading.Event(), []

    def send() -> None:
        begun.wait()
        with Session(engine.execution_options(write=True)) as session:
            try:
                complete(session, pending, spare)
                told.append("in")
            except NotFound:
                told.append("refused")
            session.commit()

    thread = threading.Thread(target=send)
    thread.start()
    with Session(engine.execution_options(write=True)) as session:
        rut = user_named(session, "rut")
        passwords.change(session, people.rut, rut, current=PASSWORD, new="tre gröna hästar ljuger", token="", at=NOW)
        begun.set()
        time.sleep(0.5)  # the other browser is at it, and waits for its turn
        session.commit()
    thread.join(30)
    assert told == ["refused"]


def test_switching_off_needs_password_and_code_and_a_role_that_allows_it(session: Session, people: People) -> None:
    with_factor(session)
    rut, given = user_named(session, "rut"), {"secret": SECRET, "token": token("rut")}
    with pytest.raises(NotAllowed, match="wrong_password"):
        second_factor.switch_off(session, rut, NOW, password="fel", typed=code(), **given)
    with pytest.raises(NotAllowed, match="wrong_code"):
        second_factor.switch_off(session, rut, NOW, password=PASSWORD, typed=wrong_code(), **given)
    security.choose(session, people.adam, [Role.REPORTER], None, NOW)
    with pytest.raises(NotAllowed, match="factor_needed"):
        second_factor.switch_off(session, rut, NOW, password=PASSWORD, typed=code(), **given)
    security.choose(session, people.adam, [], None, NOW)
    second_factor.switch_off(session, rut, NOW, password=PASSWORD, typed=code(), **given)
    assert (rut.totp_secret, rut.totp_confirmed_at, rut.totp_step) == (None, None, None)
    assert session.scalar(select(func.count()).select_from(RecoveryCode)) == 0
    assert isinstance(logins.begin(session, email("rut"), PASSWORD, NOW, VISIT), Opened)


def test_an_administrator_takes_a_lost_one_off_and_her_logins_end(session: Session, people: People) -> None:
    with_factor(session)
    rut = user_named(session, "rut")
    for name in ("rut", "lena", "vera", "stina"):
        with pytest.raises(NotAllowed, match="admin_only"):
            second_factor.remove(session, getattr(people, name), rut, NOW)
    second_factor.remove(session, people.adam, rut, NOW)
    assert rut.totp_secret is None
    assert queries.of(session, rut.id, NOW, LASTS) == []
    line = audit_lines(session)[-1]
    assert (line.action, line.actor_id, line.subject) == ("factor.removed", people.adam.id, f"user:{rut.id}")
    told = select(OutgoingMail.detail).where(OutgoingMail.kind == Notice.FACTOR_CHANGED).order_by(OutgoingMail.id)
    assert session.scalars(told).all() == ['{"on": true}', '{"on": false}']
    with pytest.raises(NotFound):
        second_factor.remove(session, people.adam, rut, NOW)


def test_an_administrator_does_not_take_her_own_off_that_way(session: Session, people: People) -> None:
    with_factor(session, "adam")
    adam = user_named(session, "adam")
    with pytest.raises(NotAllowed, match="not_own_factor"):
        second_factor.remove(session, people.adam, adam, NOW)
    second_factor.remove(session, None, adam, NOW)  # whoever sits at the server's terminal may
    assert adam.totp_secret is None


def test_how_many_have_one_is_counted_by_role(session: Session) -> None:
    with_factor(session, "rut")
    session.scalars(select(User).where(User.email == email("rolf"))).one().active = False
    session.flush()
    found = queries.factors(session)
    assert found[Role.REPORTER] == (3, 1)
    assert found[Role.ADMIN] == (1, 0)
