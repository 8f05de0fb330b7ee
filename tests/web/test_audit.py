"""The audit log's page: found again by person, kind, thing and day; taken along as a file; and what is written in it of
requests that changed nothing.
"""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from deviations.domain.log import LogKind
from deviations.models import AuditEntry, User
from deviations.queries import audit as reading
from deviations.services import access_log, audit
from tests.factories import NOW, a_filed_deviation, a_letter_out, audit_lines
from tests.pages import CheckingClient, Page
from tests.people import People, email, invite_guest
from tests.web.conftest import Browser

PATH = "/administration/logg"


def rows(page: Page) -> list[list[str]]:
    """The cells of the page's table."""
    return [[page.text(cell) for cell in row.iter("td")] for row in page.all("tr") if row.find("td") is not None]


def lines(session: Session, action: str) -> list[AuditEntry]:
    session.rollback()
    return [line for line in audit_lines(session) if line.action == action]


def posted(browser: CheckingClient, path: str, **data: str) -> int:
    """The status of a POST with a good token."""
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    return browser.post(path, data={"csrf_token": key, **data}).status_code


# The page


def test_the_log_says_in_swedish_who_did_what_when_and_from_where(
    session: Session, people: People, adam: CheckingClient, client: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    client.submit("/logga-in", "/logga-in", email=email("rut"), password="korrekt häst batteri")
    found = rows(adam.page(PATH))
    assert [found[0][1:3], found[0][4]] == [["Rut", "Loggade in"], "127.0.0.1"]
    (filed,) = [row for row in found if row[2] == "Rapporterade"]
    assert filed[1:] == ["Rut", "Rapporterade", f"Avvikelse {report.id}", "–"]
    assert "kl." in filed[0]


def test_the_log_holds_nothing_of_a_reports_words(session: Session, people: People, adam: CheckingClient) -> None:
    a_filed_deviation(session, people.rut, title="Märkesordet bryggan", body="Bryggan höll inte.")
    session.commit()
    for path in (PATH, f"{PATH}/fil.csv"):
        assert "brygga" not in adam.get(path).get_data(as_text=True).casefold()


def test_the_log_is_narrowed_by_person_kind_thing_and_day(
    session: Session, people: People, adam: CheckingClient
) -> None:
    first, second = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)
    audit.record(session, people.adam, "role.given", f"user:{people.rut.id}", NOW, {"role": "lead", "subproject": 1})
    audit.record(session, people.vera, "policy.changed", "policy", NOW - timedelta(days=400))
    session.commit()
    told = {
        f"person={people.rut.id}": {"Rapporterade", "Gav en roll"},
        "slag=reports": {"Rapporterade"},
        "slag=accounts": {"Gav en roll"},
        f"sak=deviation&nr={first.id}": {"Rapporterade"},
        "sak=deviation": {"Rapporterade"},
        f"fran={NOW + timedelta(days=2):%Y-%m-%d}&slag=settings": set(),
        f"till={NOW - timedelta(days=300):%Y-%m-%d}": {"Ändrade gränserna"},
        f"person={people.rita.id}&slag=reports": {"Rapporterade"},
        "person=9999": set(),
    }
    found = {
        query: {row[2].split(" delprojektledare")[0] for row in rows(adam.page(f"{PATH}?{query}"))} for query in told
    }
    assert found == told
    assert [row[3] for row in rows(adam.page(f"{PATH}?sak=deviation&nr={second.id}"))] == [f"Avvikelse {second.id}"]


@pytest.mark.parametrize(
    "query",
    [
        "person=x", "slag=kung", "sak=drake", "nr=7", "sak=deviation&nr=%27--", "fran=0001-01-01", "till=9999-12-31",
        "fran=i+g%C3%A5r", "person=99999999999999", "sak=deviation&nr=" + "1" * 500,
    ],
)  # fmt: skip
def test_what_the_address_says_wrongly_is_left_out_and_said(
    session: Session, people: People, adam: CheckingClient, query: str
) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    page = adam.page(f"{PATH}?{query}")
    assert "gick inte att läsa" in page.text()
    assert "Rapporterade" in page.text()


def test_the_log_is_paged_by_its_lines(session: Session, people: People, adam: CheckingClient) -> None:
    for number in range(reading.PAGE + 5):
        audit.record(session, people.vera, "policy.changed", f"policy:{number}", NOW)
    session.commit()
    first = adam.page(f"{PATH}?slag=settings")
    (older,) = [link.get("href") for link in first.all("a") if link.get("rel") == "next"]
    assert older is not None
    second = adam.page(older)
    seen = [row[3] for row in rows(first)] + [row[3] for row in rows(second)]
    wanted = [f"Gränser för återkommande hinder {number}" for number in reversed(range(reading.PAGE + 5))]
    assert seen[: len(wanted)] == wanted


def test_somebody_who_left_long_ago_has_no_name_in_the_log(
    session: Session, people: People, adam: CheckingClient
) -> None:
    a_filed_deviation(session, people.rut)
    session.get_one(User, people.rut.id).masked_at = NOW
    session.commit()
    for path in (f"{PATH}?slag=reports", f"{PATH}/fil.csv?slag=reports"):
        told = adam.get(path).get_data(as_text=True)
        assert "Tidigare medarbetare" in told
        assert ">Rut<" not in told and ";Rut;" not in told and email("rut") not in told


def test_the_check_says_whether_the_log_is_whole(session: Session, people: People, adam: CheckingClient) -> None:
    a_filed_deviation(session, people.rut)
    session.commit()
    text = adam.page(f"{PATH}/kontroll").text()
    assert "Loggen är hel" in text and "Skrivelserna är hela" in text
    session.execute(update(AuditEntry).where(AuditEntry.action == "deviation.filed").values(action="deviation.read"))
    session.commit()
    assert "Loggen är ändrad" in adam.page(f"{PATH}/kontroll").text()


@pytest.mark.parametrize("name", ["rut", "lena", "vera", "stina"])
def test_the_log_is_not_there_for_others(logged_in: Browser, name: str) -> None:
    for path in (PATH, f"{PATH}/kontroll", f"{PATH}/fil.csv", f"{PATH}/fil.xlsx"):
        assert logged_in(name).get(path).status_code == 404


# As a file


def test_the_file_holds_what_was_asked_for_with_every_detail(
    session: Session, people: People, adam: CheckingClient
) -> None:
    a_filed_deviation(session, people.rut)
    audit.record(session, people.adam, "role.given", f"user:{people.rut.id}", NOW, {"role": "lead", "subproject": 1})
    session.commit()
    answer = adam.get(f"{PATH}/fil.csv?slag=accounts")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=logg-")
    head, *found = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";")
    assert head == ["Rad", "När", "Vem", "Konto", "Vad", "Gäller", "Varifrån", "Kod", "Sak", "Detaljer"]
    (row,) = found
    assert row[2:6] == ["Adam", str(people.adam.id), "Gav en roll", f"Konto {people.rut.id} (Rut)"]
    assert json.loads(row[9]) == {"role": "lead", "subproject": 1}
    book = load_workbook(io.BytesIO(adam.get(f"{PATH}/fil.xlsx?slag=accounts").get_data()))
    assert [cell.value for cell in book.active[2]][7:9] == ["role.given", f"user:{people.rut.id}"]


def test_a_name_that_looks_like_a_formula_stays_a_text(session: Session, people: People, adam: CheckingClient) -> None:
    session.get_one(User, people.rut.id).name = '=HYPERLINK("http://ond.example")'
    a_filed_deviation(session, people.rut)
    session.commit()
    assert "'=HYPERLINK" in adam.get(f"{PATH}/fil.csv").get_data(as_text=True)
    book = load_workbook(io.BytesIO(adam.get(f"{PATH}/fil.xlsx").get_data()))
    assert {cell.data_type for row in book.active.iter_rows(min_row=2) for cell in row if cell.value} <= {"s", "n"}


def test_there_is_no_other_kind_of_file(adam: CheckingClient) -> None:
    assert adam.get(f"{PATH}/fil.pdf").status_code == 404


# Reading and fetching are lines too


def test_reading_the_log_is_a_line_of_it(session: Session, people: People, adam: CheckingClient) -> None:
    adam.page(f"{PATH}?slag=logins&person={people.rut.id}")
    adam.page(f"{PATH}/kontroll")
    first, second = lines(session, "audit.read")
    assert (first.actor_id, first.subject, first.source) == (people.adam.id, "audit", "127.0.0.1")
    assert json.loads(first.detail) == {"person": people.rut.id, "slag": "logins"}
    assert json.loads(second.detail) == {"check": True}
    assert audit.verify(session)[1] is None


def test_every_file_that_somebody_fetches_is_a_line(
    session: Session, people: People, adam: CheckingClient, vera: CheckingClient
) -> None:
    letter = a_letter_out(session, people).id
    session.commit()
    assert vera.get("/skrivelser/tavla.csv").status_code == 200
    assert vera.get(f"/skrivelser/{letter}/fil.txt").status_code == 200
    assert vera.head(f"/skrivelser/{letter}/fil.txt").status_code == 200
    assert adam.get(f"{PATH}/fil.csv?slag=logins").status_code == 200
    assert vera.get("/skrivelser/9999/fil.txt").status_code == 404
    told = [(line.actor_id, line.subject) for line in lines(session, "export.made")]
    assert told == [
        (people.vera.id, "page:letters.export"),
        (people.vera.id, f"letter:{letter}"),
        (people.adam.id, "page:audit.export"),
    ]
    assert json.loads(lines(session, "export.made")[2].detail) == {
        "page": "GET /administration/logg/fil.<format>",
        "slag": "logins",
        "lines": 0,
    }


def test_a_busy_database_costs_nobody_her_file(
    app: Flask, session: Session, people: People, adam: CheckingClient, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else holds the lock for longer than anybody waits."""
    with Session(engine.execution_options(write=True)) as busy:
        audit.record(busy, people.vera, "policy.changed", "policy", NOW)
        assert adam.get(f"{PATH}/fil.csv").status_code == 200
        assert adam.get("/avvikelser/1").status_code == 404
        busy.rollback()
    assert lines(session, "export.made") == [] and lines(session, "access.refused") == []


# Refused access


def test_a_page_for_other_roles_is_a_line(session: Session, people: People, rut: CheckingClient) -> None:
    assert rut.get("/administration").status_code == 404
    assert posted(rut, "/installningar/svarstider") == 404
    first, second = lines(session, "access.refused")
    assert (first.actor_id, first.subject, first.source) == (people.rut.id, "page:admin.index", "127.0.0.1")
    assert json.loads(first.detail) == {"why": "role", "page": "GET /administration"}
    assert json.loads(second.detail) == {"why": "role", "page": "POST /installningar/svarstider"}


def test_somebody_elses_thing_is_a_line_and_what_is_not_there_is_none(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut).id
    session.commit()
    rita, lars = logged_in("rita"), logged_in("lars")
    assert rita.get(f"/avvikelser/{report}").status_code == 404
    assert rita.get(f"/avvikelser/{report + 500}").status_code == 404
    assert rita.get("/finns-inte").status_code == 404
    assert posted(lars, f"/delprojekt/{report}/ta") == 404
    told = [(line.actor_id, line.subject, json.loads(line.detail)["why"]) for line in lines(session, "access.refused")]
    assert told == [(people.rita.id, f"deviation:{report}", "thing"), (people.lars.id, f"deviation:{report}", "thing")]


def test_ones_own_thing_with_something_else_in_the_address_is_none(
    session: Session, people: People, vera: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut).id
    session.commit()
    assert posted(vera, f"/avvikelser/{report}/hinder/9999") == 404
    assert lines(session, "access.refused") == []


def test_a_form_that_is_not_ours_is_a_line(session: Session, people: People, rut: CheckingClient) -> None:
    assert rut.post("/konto", data={"name": "Hemligt namn"}).status_code == 400
    assert rut.post("/konto", data={"name": "Hemligt namn", "csrf_token": "påhittad"}).status_code == 400
    for line in lines(session, "access.refused"):
        assert (line.actor_id, json.loads(line.detail)["why"]) == (people.rut.id, "token")
        assert "Hemligt" not in line.detail + line.subject and "påhittad" not in line.detail
    assert len(lines(session, "access.refused")) == 2


def test_an_act_of_another_role_is_a_line(session: Session, people: People, logged_in: Browser) -> None:
    report = a_filed_deviation(session, people.rut).id
    session.commit()
    assert posted(logged_in("lena"), f"/avvikelser/{report}/beslut/closed", reason="information", note="Hej hej") == 403
    (line,) = lines(session, "access.refused")
    assert (line.actor_id, json.loads(line.detail)["why"]) == (people.lena.id, "not_your_move")


def test_too_many_guesses_are_lines_and_tell_no_address(session: Session, client: CheckingClient) -> None:
    for _ in range(12):
        client.submit("/logga-in", "/logga-in", email="okand@example.com", password="fel lösenord här")
    assert len(lines(session, "login.failed")) == 10
    told = lines(session, "access.refused")
    assert [json.loads(line.detail)["why"] for line in told] == ["guesses", "guesses"]
    assert [line.actor_id for line in told] == [None, None]
    assert "okand" not in "".join(line.detail + line.subject for line in audit_lines(session))


def test_a_key_in_an_address_never_stands_in_the_log(session: Session, rut: CheckingClient) -> None:
    token = "hemligtnyckelvarde"
    for path in (f"/inbjudan/{token}", f"/svar/{token}", f"/uppfoljning/{token}", f"/avvikelser/ny/{token}"):
        rut.get(path)
        rut.post(path)
    assert token not in "".join(line.detail + line.subject for line in audit_lines(session))


def test_who_knocks_all_the_time_does_not_fill_the_log(
    session: Session, people: People, rut: CheckingClient, logged_in: Browser
) -> None:
    for _ in range(access_log.MOST + 5):
        rut.get("/administration")
    assert len(lines(session, "access.refused")) == access_log.MOST
    assert len(lines(session, "access.refused_often")) == 1
    logged_in("rolf").get("/administration")
    assert [line.actor_id for line in lines(session, "access.refused")][-1] == people.rolf.id
    later = datetime.now(UTC) + access_log.WITHIN
    with Session(session.get_bind(), info={"source": "127.0.0.1"}) as another:
        assert access_log.refused(another, people.rut, "page:x", later, {})
    assert audit.verify(session)[1] is None


def test_the_log_shows_refusals_in_words(
    session: Session, people: People, adam: CheckingClient, rut: CheckingClient
) -> None:
    rut.get("/administration")
    (row,) = rows(adam.page(f"{PATH}?slag=refused"))
    assert row[1:3] == ["Rut", "Nekades sidan är för andra roller (GET /administration)"]


# Who waits for a role


def test_who_waits_for_a_role_sees_one_page_and_her_own_account(session: Session, logged_in: Browser) -> None:
    invite_guest(session, "nina")
    report = "/avvikelser/1"
    session.commit()
    nina = logged_in("nina")
    assert "Du väntar på en roll" in nina.page("/").text()
    for path in ("/avvikelser", "/hinder", "/skrivelser", "/regler", "/sok", "/administration", report, "/triage"):
        page = nina.page(path, 403)
        assert "Du väntar på en roll" in page.text(), path
    assert nina.get("/konto").status_code == 200
    assert lines(session, "access.refused") == []


def test_every_kind_of_line_can_be_asked_for(session: Session, people: People) -> None:
    one_of_each = ("login.done", "account.closed", "access.refused", "export.made", "deviation.filed")
    others = ("barrier.created", "letter.saved", "retention.decided", "policy.changed", "letter_template.changed")
    for action in (*one_of_each, *others):
        audit.record(session, people.adam, action, "x:1", NOW)
    found = {
        kind: {line.action for line in reading.listed(session, people.adam, reading.LogChosen(kind=kind))[0]}
        for kind in LogKind
    }
    assert all(found.values())
    assert found[LogKind.LETTERS] & {"letter.saved", "letter_template.changed"} == {"letter.saved"}
    assert "letter_template.changed" in found[LogKind.SETTINGS]
