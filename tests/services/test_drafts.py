"""Nothing typed is lost: drafts are kept as they were typed, by their owner alone, until filed or thirty days old."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import NotAllowed
from deviations.models import Draft
from deviations.queries import drafts as reading
from deviations.services import drafts, filing
from tests.factories import NOW, a_report, audit_lines, days_ago
from tests.people import People, find

TYPED = {"title": ["Ingen försäkring"], "body": ["Hen fick vänta.\r\n\r\nÅäö."], "agencies": ["1", "4"]}


def kept(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Draft)) or 0


def test_what_was_typed_comes_back_letter_by_letter(session: Session, people: People) -> None:
    assert drafts.keep(session, people.rut, "ett", TYPED, NOW) is not None
    begun = reading.get(session, people.rut, "ett")
    assert begun is not None
    assert (begun.title, begun.saved_at, begun.fields) == ("Ingen försäkring", NOW, TYPED)
    assert audit_lines(session, f"draft:{people.rut.id}") == []


def test_a_later_save_takes_the_place_of_an_earlier_whenever_it_comes(session: Session, people: People) -> None:
    later = NOW + timedelta(seconds=5)
    for at, title in ((NOW, "Ing"), (later, "Ingen försäkring"), (NOW, "Inge")):
        drafts.keep(session, people.rut, "ett", {"title": [title]}, at)
    begun = reading.get(session, people.rut, "ett")
    assert begun is not None
    assert (begun.title, begun.saved_at, kept(session)) == ("Ingen försäkring", later, 1)


def test_what_must_never_enter_is_masked_before_it_is_kept(session: Session, people: People) -> None:
    drafts.keep(session, people.rut, "ett", {"body": ["Ring 850709-9805 eller karin@example.com, Björn vet."]}, NOW)
    stored = session.scalars(select(Draft.content)).one()
    begun = reading.get(session, people.rut, "ett")
    assert begun is not None
    (body,) = begun.fields["body"]
    for secret in ("850709", "9805", "karin@"):
        assert secret not in stored + body
    assert "Björn" in body


def test_fields_that_are_not_the_forms_are_left_out(session: Session, people: People) -> None:
    sent = {**TYPED, "csrf_token": ["hemligt"], "mask": ["body:1:2"], "do": ["send"], "form_key": ["ett"]}
    drafts.keep(session, people.rut, "ett", sent, NOW)
    begun = reading.get(session, people.rut, "ett")
    assert begun is not None
    assert begun.fields == TYPED
    assert set(TYPED) <= set(drafts.FIELDS)


@pytest.mark.parametrize("text", ["nul \x00 mitt i", "halv \ud83d bokstav", "\x1b[31m", "\u202e åäö 😀"])
def test_no_character_breaks_a_draft(session: Session, people: People, text: str) -> None:
    drafts.keep(session, people.rut, "ett", {"title": [text]}, NOW)
    session.flush()
    session.expire_all()
    begun = reading.get(session, people.rut, "ett")
    assert begun is not None
    begun.title.encode()
    assert "\x00" not in begun.title
    assert begun.title[-4:] == text[-4:]


@pytest.mark.parametrize("fields", [{}, {"title": [""], "body": [" "]}, {"agencies": ["1"], "rule": ["2"]}])
def test_a_form_with_nothing_written_is_not_begun(
    session: Session, people: People, fields: dict[str, list[str]]
) -> None:
    assert drafts.keep(session, people.rut, "ett", fields, NOW) is None
    assert kept(session) == 0


def test_a_draft_whose_text_was_taken_away_stays_and_is_empty(session: Session, people: People) -> None:
    for title in ("Ingen försäkring", ""):
        drafts.keep(session, people.rut, "ett", {"title": [title]}, NOW)
    (begun,) = reading.mine(session, people.rut)
    assert begun.title == ""


def test_a_late_save_does_not_bring_back_what_was_filed(session: Session, people: People) -> None:
    drafts.keep(session, people.rut, "ett", TYPED, NOW)
    filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW)
    assert drafts.keep(session, people.rut, "ett", TYPED, NOW) is None
    assert kept(session) == 0
    assert drafts.keep(session, people.rolf, "ett", TYPED, NOW) is not None


def test_a_save_that_came_in_while_the_form_was_filed_is_no_draft(session: Session, people: People) -> None:
    filing.file(session, people.rut, a_report(session), form_key="ett", at=NOW)
    session.add(Draft(owner_id=people.rut.id, form_key="ett", content="{}", saved_at=NOW))
    session.flush()
    assert reading.mine(session, people.rut) == []
    assert reading.get(session, people.rut, "ett") is None
    drafts.forget_old(session, NOW)
    assert kept(session) == 0


@pytest.mark.parametrize("key", ["", "x" * 61, "nyckel\n", "å", "\x00"])
def test_a_key_that_no_form_has_is_refused(session: Session, people: People, key: str) -> None:
    with pytest.raises(NotAllowed, match="broken_form"):
        drafts.keep(session, people.rut, key, TYPED, NOW)


def test_a_text_too_long_to_file_is_kept_but_not_one_without_end(session: Session, people: People) -> None:
    drafts.keep(session, people.rut, "ett", {"body": ["ord " * 5_000]}, NOW)
    begun = reading.get(session, people.rut, "ett")
    assert begun is not None
    assert len(begun.fields["body"][0]) == 20_000
    for endless in ({"body": ["x" * 60_001]}, {"agencies": ["1"] * 10_000}):
        with pytest.raises(NotAllowed, match="draft_too_long"):
            drafts.keep(session, people.rut, "ett", endless, NOW)
    assert reading.get(session, people.rut, "ett") == begun


def test_a_person_has_twenty_drafts_and_only_old_ones_make_room(session: Session, people: People) -> None:
    for number in range(drafts.MOST):
        drafts.keep(session, people.rut, f"utkast-{number}", TYPED, days_ago(29 if number else 31))
    drafts.keep(session, people.rut, "ny", TYPED, NOW)
    assert reading.get(session, people.rut, "utkast-0") is None
    assert len(reading.mine(session, people.rut)) == drafts.MOST
    with pytest.raises(NotAllowed, match="too_many_drafts"):
        drafts.keep(session, people.rut, "nyare", TYPED, NOW)
    assert drafts.keep(session, people.rut, "ny", TYPED, NOW) is not None
    assert drafts.keep(session, people.rolf, "ny", TYPED, NOW) is not None


def test_drafts_are_forgotten_after_thirty_days_without_a_touch(session: Session, people: People) -> None:
    drafts.keep(session, people.rut, "glomt", TYPED, days_ago(31))
    drafts.keep(session, people.rut, "kvar", TYPED, days_ago(31))
    drafts.keep(session, people.rut, "kvar", TYPED, days_ago(29))
    drafts.forget_old(session, NOW)
    assert [begun.form_key for begun in reading.mine(session, people.rut)] == ["kvar"]


def test_one_throws_ones_own_draft_away_and_nobody_elses(session: Session, people: People) -> None:
    for person in (people.rut, people.rolf):
        drafts.keep(session, person, "ett", TYPED, NOW)
    drafts.discard(session, people.rut, "ett")
    drafts.discard(session, people.rut, "finns-inte")
    assert reading.mine(session, people.rut) == []
    assert len(reading.mine(session, people.rolf)) == 1


def test_saves_at_once_are_one_draft_and_the_latest_stands(engine: Engine) -> None:
    start, faults = threading.Barrier(4), []

    def save(number: int) -> None:
        try:
            with Session(engine.execution_options(write=True)) as session:
                rut = find(session).rut
                if engine.dialect.name == "postgresql":
                    start.wait(20)
                at = NOW + timedelta(seconds=number)
                drafts.keep(session, rut, "ett", {"title": [f"Titel {number}"]}, at)
                session.commit()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=save, args=(number,)) for number in (2, 0, 3, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert faults == []
    with Session(engine) as session:
        (begun,) = reading.mine(session, find(session).rut)
        assert begun.title == "Titel 3"
