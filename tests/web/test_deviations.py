"""Filing a report and following it, as a reporter meets it in the browser."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status
from deviations.models import Deviation
from deviations.queries.deviations import PAGE
from deviations.services import triage
from tests.factories import NOW, TODAY, a_decision, a_filed_deviation, an_agency
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
NEW = "/avvikelser/ny"


@pytest.fixture
def three(session: Session) -> dict[str, object]:
    """The three answers that a report needs."""
    af = str(an_agency(session).id)
    session.rollback()
    return {"title": "Ingen plats under tio timmar", "body": "Deltagaren orkar sex timmar.", "agencies": [af]}


def reports(session: Session) -> list[Deviation]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Deviation).order_by(Deviation.id)))


def test_three_answers_are_enough(session: Session, rut: CheckingClient, three: dict[str, object]) -> None:
    answer = rut.submit(NEW, NEW, **three)
    (report,) = reports(session)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/avvikelser/{report.id}")
    assert (report.title, report.status, report.kind) == (three["title"], Status.FILED, Kind.DEVIATION)
    assert (report.subproject.name, report.rule, report.step) == ("Söder", None, None)
    text = rut.page(f"/avvikelser/{report.id}").text()
    assert f"Tack! Avvikelse {report.id} är anmäld." in text
    assert "Ingen plats under tio timmar" in rut.page("/avvikelser/mina").text()


@pytest.mark.parametrize("missing", ["title", "body", "agencies"])
def test_each_of_the_three_is_asked_for_and_the_rest_is_kept(
    session: Session, rut: CheckingClient, three: dict[str, object], missing: str
) -> None:
    answer = rut.submit(NEW, NEW, **{**three, missing: [] if missing == "agencies" else "   "}, tried="Vi ringde dem.")
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert reports(session) == []
    (form,) = [f for f in page.all("form") if f.get("action") == NEW]
    kept = form_values(form)
    assert kept["tried"].strip() == "Vi ringde dem."
    for name in set(three) - {missing}:
        assert (kept[name].strip() if isinstance(kept[name], str) else kept[name]) == three[name]
    (title,) = page.all("title")
    assert page.text(title).startswith("Fel:")


def test_own_municipalities_come_first_and_the_others_are_of_the_county(rut: CheckingClient) -> None:
    (choice,) = [s for s in rut.page(NEW).all("select") if s.get("name") == "municipality"]
    groups = {g.get("label"): ["".join(o.itertext()) for o in g.iter("option")] for g in choice.iter("optgroup")}
    assert groups["Ditt delprojekt"] == ["Haninge", "Nynäshamn", "Tyresö"]
    assert "Stockholm" in groups["Övriga i länet"]
    assert "Kiruna" not in groups["Övriga i länet"]


def test_everything_that_can_be_said_is_kept(session: Session, rut: CheckingClient, three: dict[str, object]) -> None:
    said = {
        "kind": "good_example",
        "rule_hint": "tiotimmarsregeln",
        "step": "placement",
        "weeks_lost": "6",
        "people_hit": "0",
        "tried": "Vi ringde.\r\nOch skrev.",
        "wished": "En försäkring för alla.",
        "occurred_on": "2026-01-31",
    }
    assert rut.submit(NEW, NEW, **three, **said).status_code == 302
    (report,) = reports(session)
    assert (report.kind, report.rule_hint, report.step) == (Kind.GOOD_EXAMPLE, "tiotimmarsregeln", "placement")
    assert (report.weeks_lost, report.people_hit, report.occurred_on) == (6, 0, date(2026, 1, 31))
    assert (report.tried, report.wished) == ("Vi ringde.\nOch skrev.", "En försäkring för alla.")


def test_the_same_form_sent_twice_is_one_report(
    session: Session, rut: CheckingClient, three: dict[str, object]
) -> None:
    (form,) = [f for f in rut.page(NEW).all("form") if f.get("action") == NEW]
    filled = {**form_values(form), **three}
    first, second = rut.post(NEW, data=filled), rut.post(NEW, data=filled)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(reports(session)) == 1
    assert "redan anmäld" in rut.page(second.headers["Location"]).text()


def test_going_back_and_sending_the_same_words_again_is_one_report(
    session: Session, rut: CheckingClient, logged_in: Browser, three: dict[str, object]
) -> None:
    assert rut.submit(NEW, NEW, **three).headers["Location"] == rut.submit(NEW, NEW, **three).headers["Location"]
    assert len(reports(session)) == 1
    assert logged_in("rolf").submit(NEW, NEW, **three).status_code == 302  # a colleague who met the same thing
    assert rut.submit(NEW, NEW, **{**three, "body": "En annan deltagare orkar fyra timmar."}).status_code == 302
    assert len(reports(session)) == 3


@pytest.mark.parametrize(
    ("field", "text", "marked"),
    [
        ("body", "Handläggaren Birgitta Lindqvist sa nej till sex timmar.", "Birgitta Lindqvist"),
        ("title", "Ring 070-174 06 35 om arbetsträningen", "070-174 06 35"),
        ("tried", "Vi gick hem till Storgatan 14 och knackade på.", "Storgatan 14"),
    ],
)
def test_what_may_point_somebody_out_is_asked_about_and_kept_only_on_a_yes(
    session: Session, rut: CheckingClient, three: dict[str, object], field: str, text: str, marked: str
) -> None:
    answer = rut.submit(NEW, NEW, **{**three, field: text})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert f"”{marked}”" in page.text()
    assert "Det här pekar inte ut någon" in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == NEW]
    kept = form_values(form)
    assert str(kept[field]).strip() == text
    assert reports(session) == []
    assert rut.post(NEW, data={**kept, "harmless": "y"}).status_code == 302
    assert getattr(reports(session)[0], field) == text


def test_a_yes_lets_no_personal_number_in(session: Session, rut: CheckingClient, three: dict[str, object]) -> None:
    answer = rut.submit(NEW, NEW, **{**three, "body": "Birgitta Lindqvist, 19850709-9805, fick nej."})
    page = Page(answer.get_data(as_text=True))
    assert "personnummer" in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == NEW]
    assert rut.post(NEW, data={**form_values(form), "harmless": "y"}).status_code == 422
    assert reports(session) == []


@pytest.mark.parametrize(
    ("field", "text", "named"),
    [
        ("body", "Hen, 850709-9805, fick nej.", "ett personnummer"),
        ("title", "Nej till 19850709-9805", "ett personnummer"),
        ("tried", "Sökte på 850769-9805 hos FK.", "ett samordningsnummer"),
        ("wished", "Svara karin@example.com.", "en e-postadress"),
        ("rule_hint", "850709 9805", "ett personnummer"),
    ],
)
def test_a_personal_number_is_refused_with_a_sentence_and_the_text_kept(
    session: Session, rut: CheckingClient, three: dict[str, object], field: str, text: str, named: str
) -> None:
    answer = rut.submit(NEW, NEW, **{**three, field: text})
    page = Page(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert f"Texten innehåller {named}. Sådant får aldrig sparas här." in page.text()
    (form,) = [f for f in page.all("form") if f.get("action") == NEW]
    assert form_values(form)[field].strip() == text
    assert reports(session) == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weeks_lost", "sex", "Skriv ett helt tal"),
        ("weeks_lost", "-1", "mellan 0 och 520"),
        ("weeks_lost", "--5", "Skriv ett helt tal"),
        ("weeks_lost", "-", "Skriv ett helt tal"),
        ("weeks_lost", "٣", "Skriv ett helt tal"),
        ("weeks_lost", "2,5", "Skriv ett helt tal"),
        ("weeks_lost", "521", "mellan 0 och 520"),
        ("people_hit", "99999999999999999999", "Skriv ett helt tal"),
        ("occurred_on", "1999-12-31", "från år 2000"),
        ("occurred_on", str(TODAY + timedelta(days=3)), "har inte varit än"),
        ("title", "x" * 201, "Texten är 201 tecken lång. Korta den till högst 200 tecken."),
        ("body", "x" * 10_001, "högst 10000 tecken"),
        ("tried", "x" * 5_001, "högst 5000 tecken"),
        ("body", "Hej\x00då", "osynligt tecken"),
        ("title", "Hej\x1bdå", "osynligt tecken"),
        ("municipality", "999999", "Valet finns inte längre"),
        ("municipality", "", "Valet finns inte längre"),
        ("subproject", "abc", "Valet finns inte längre"),
        ("rule", "2147483648", "Valet finns inte längre"),
        ("step", "vänta", "Valet finns inte längre"),
        ("agencies", ["9223372036854775808"], "Ett av valen finns inte längre"),
        ("more_agencies", ["-1"], "Ett av valen finns inte längre"),
        ("form_key", "å", "Formuläret är trasigt"),
        ("form_key", "x" * 61, "Formuläret är trasigt"),
        ("form_key", "a\x00b", "Formuläret är trasigt"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field_in_swedish(
    session: Session, rut: CheckingClient, three: dict[str, object], field: str, value: object, sentence: str
) -> None:
    answer = rut.submit(NEW, NEW, **{**three, field: value})
    assert answer.status_code == 422
    text = Page(answer.get_data(as_text=True)).text()
    assert sentence in text
    assert "invalid literal" not in text
    assert reports(session) == []


@pytest.mark.parametrize(("field", "value"), [("occurred_on", "igår"), ("kind", "klagomål")])
def test_the_librarys_own_refusals_are_in_swedish_too(
    rut: CheckingClient, three: dict[str, object], field: str, value: str
) -> None:
    answer = rut.submit(NEW, NEW, **{**three, field: value})
    text = Page(answer.get_data(as_text=True)).text()
    assert answer.status_code == 422
    assert "valid" not in text.casefold()


def test_a_reporter_files_for_her_own_subproject_only(
    session: Session, rut: CheckingClient, logged_in: Browser, three: dict[str, object]
) -> None:
    (choice,) = [s for s in logged_in("rita").page(NEW).all("select") if s.get("name") == "subproject"]
    (norr,) = [o.get("value") for o in choice.iter("option")]
    assert rut.submit(NEW, NEW, **three, subproject=norr).status_code == 422
    assert reports(session) == []


def test_what_is_typed_is_shown_as_text_and_never_as_code(
    session: Session, rut: CheckingClient, three: dict[str, object]
) -> None:
    nasty = "<script>alert(1)</script> & <b>fet</b> \"'{{7*7}}"
    rut.submit(NEW, NEW, **{**three, "title": nasty, "body": nasty})
    (report,) = reports(session)
    for path in (f"/avvikelser/{report.id}", "/avvikelser", "/avvikelser/mina", "/"):
        page = rut.page(path)
        assert nasty in page.text()
        assert not any("alert" in "".join(script.itertext()) for script in page.all("script"))


def test_a_question_is_answered_by_its_reporter(session: Session, people: People, rut: CheckingClient) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()
    path = f"/avvikelser/{report.id}"
    assert "1 avvikelse väntar på dig" in rut.page("/").text()
    assert "Vi behöver veta mer." in rut.page(path).text()
    empty = rut.submit(path, f"{path}/svar", note=" ")
    assert (empty.status_code, "Skriv ett svar" in empty.get_data(as_text=True)) == (422, True)
    secret = rut.submit(path, f"{path}/svar", note="Det gäller 850709-9805.")
    assert secret.status_code == 422
    assert "Det gäller 850709-9805." in secret.get_data(as_text=True)
    assert rut.submit(path, f"{path}/svar", note="Det var i mars.").status_code == 302
    assert reports(session)[0].status is Status.IN_REVIEW
    again = rut.post(f"{path}/svar", data={"csrf_token": "x", "note": "En gång till, tack."})
    assert again.status_code == 400


def test_a_colleague_reads_the_question_but_does_not_answer(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()
    rolf = logged_in("rolf")
    page = rolf.page(f"/avvikelser/{report.id}")
    assert not [f for f in page.all("form") if (f.get("action") or "").endswith("/svar")]
    (key, *_) = [f.get("value") for f in page.all("input") if f.get("name") == "csrf_token"]
    answer = rolf.post(f"/avvikelser/{report.id}/svar", data={"csrf_token": key, "note": "Jag vet."})
    assert answer.status_code == 403
    assert "Jag vet." in answer.get_data(as_text=True)


def test_a_long_list_has_pages_whatever_stands_in_the_address(
    session: Session, people: People, rut: CheckingClient
) -> None:
    for _ in range(PAGE + 1):
        a_filed_deviation(session, people.rut)
    session.commit()
    page = rut.page("/avvikelser?status=filed")
    (older,) = [a.get("href") for a in page.all("a") if "fore=" in (a.get("href") or "")]
    assert older is not None
    assert "status=filed" in older
    assert len(rut.page(older).all("tbody")[0]) == 1
    for nasty in ("_external=1", "_scheme=x", "_anchor=a", "_method=POST", "endpoint=x", "self=1", "fore=abc&fore=2"):
        page = rut.page(f"/avvikelser?{nasty}")
        links = [a.get("href") or "" for a in page.all("a")]
        assert any(link.startswith("/avvikelser?") and "fore=" in link for link in links)


@pytest.mark.parametrize(
    "query",
    [
        "status=xyz&part=abc&fore=-1",
        "fore=99999999999&part=2147483648&delprojekt=9223372036854775808",
        "status=&part=&kommun=%D9%A3&fore=%00",
        "status=%ED%A0%80&part=%ff%fe&fore=1.5",
        "part=1&part=2&status=filed&status=joined",
        "%00=1&=&&&",
        "fore=" + "9" * 5_000,
    ],
)
def test_a_strange_address_shows_the_list_all_the_same(rut: CheckingClient, query: str) -> None:
    assert "Avvikelser" in rut.page(f"/avvikelser?{query}").text()


def test_reports_are_narrowed_in_the_list(session: Session, people: People, vera: CheckingClient) -> None:
    söder = a_filed_deviation(session, people.rut, title="Från Söder")
    a_filed_deviation(session, people.rita, title="Från Norr", agency="FK")
    session.commit()
    text = vera.page(f"/avvikelser?delprojekt={söder.subproject_id}").text()
    assert "Från Söder" in text
    assert "Från Norr" not in text
    assert "Inga avvikelser passar" in vera.page("/avvikelser?status=closed").text()
    assert session.scalar(select(func.count()).select_from(Deviation)) == 2
