"""Following a report and reading it, as a reporter meets it in the browser."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from deviations.domain.workflow import Kind, Status, Step
from deviations.models import Barrier, Deviation, User
from deviations.queries.lists import PAGE
from deviations.services import drafts, filing, triage
from tests import people as staff
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_municipality,
    a_recurring_barrier,
    a_rule,
    days_ago,
    joined,
    moves,
)
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]


def asked(session: Session, people: People, **told: str) -> Deviation:
    """A report of Rut's with a question from Vera."""
    report = a_filed_deviation(session, people.rut, **told)
    triage.move(session, people.vera, report, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()
    return report


def same_here(session: Session, who: str, people: People, of: Barrier | Deviation, line: str) -> Deviation:
    """What this person says happened in Söder too."""
    occurrence = filing.Occurrence(of, a_municipality(session), staff.place(session, "Söder"), TODAY, line)
    said, _ = filing.same_here(session, getattr(people, who), occurrence, form_key=f"same-{who}-{line}", at=NOW)
    return said


def reports(session: Session) -> list[Deviation]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(Deviation).order_by(Deviation.id)))


def test_what_is_typed_is_shown_as_text_and_never_as_code(
    session: Session, people: People, rut: CheckingClient
) -> None:
    nasty = "<script>alert(1)</script> & <b>fet</b> \"'{{7*7}}"
    report = a_filed_deviation(session, people.rut, title=nasty, body=nasty)
    session.commit()
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
    (older,) = [a.get("href") for a in page.all("a") if "efter=" in (a.get("href") or "")]
    assert older is not None
    assert "status=filed" in older
    assert len(rut.page(older).all("tbody")[0]) == 1
    for nasty in ("_external=1", "_scheme=x", "_anchor=a", "_method=POST", "endpoint=x", "self=1", "fore=abc&efter=2"):
        page = rut.page(f"/avvikelser?{nasty}")
        links = [a.get("href") or "" for a in page.all("a")]
        assert any(link.startswith("/avvikelser?") and "efter=" in link for link in links)


@pytest.mark.parametrize(
    "query",
    [
        "status=xyz&part=abc&fore=-1_-1",
        "fore=99999999999_5&part=2147483648&delprojekt=9223372036854775808",
        "status=&part=&kommun=%D9%A3&fore=%00",
        "status=%ED%A0%80&part=%ff%fe&fore=1.5",
        "part=1&part=2&status=filed&status=joined",
        "%00=1&=&&&",
        "efter=" + "9" * 5_000 + "_1",
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


MINE = "/avvikelser/mina"


def test_each_report_tells_its_way_in_plain_words(session: Session, people: People, rut: CheckingClient) -> None:
    waiting = a_filed_deviation(session, people.rut, title="Den nya")
    late = a_filed_deviation(session, people.rut, title="Den gamla", at=days_ago(30))
    barrier = a_recurring_barrier(session, people, (2, 3, 2))
    joined(session, people.vera, a_filed_deviation(session, people.rut, title="Den placerade"), barrier)
    session.commit()
    page = rut.page(MINE)
    ways = {page.text(item.find(".//h3")): page.text(item) for item in page.all("li") if item.find(".//h3") is not None}
    assert "Den ligger i kön." in ways[waiting.title]
    assert "Vi är sena" in ways[late.title]
    assert "till hindret ”Tiotimmarsgränsen”, som finns i 3 kommuner." in ways["Den placerade"]


def test_a_barrier_with_few_reports_does_not_tell_in_how_many_municipalities_it_is(
    session: Session, people: People, rut: CheckingClient
) -> None:
    a_barrier(session, people.vera, [a_filed_deviation(session, getattr(people, n)) for n in ("rut", "rita")])
    session.commit()
    text = rut.page(MINE).text()
    assert "Verksamhetsutvecklaren har lagt den till hindret ”Tiotimmarsgränsen”." in text
    assert "2 kommuner" not in text


def test_a_question_is_answered_in_the_list_and_comes_first(
    session: Session, people: People, rut: CheckingClient
) -> None:
    report, other = asked(session, people, title="Frågad"), asked(session, people, title="Frågad igen")
    a_filed_deviation(session, people.rut, title="Senare och utan fråga")
    session.commit()
    page = rut.page(MINE)
    titles = [page.text(h) for h in page.all("h3")]
    assert set(titles[:2]) == {"Frågad", "Frågad igen"}
    assert "2 frågor till dig" in page.text()
    assert "Vi behöver veta mer." in page.text()
    action = f"/avvikelser/{report.id}/svar?fran=mina"
    empty = rut.submit(MINE, action, note="")
    assert (empty.status_code, "Skriv ett svar" in empty.get_data(as_text=True)) == (422, True)
    named = rut.submit(MINE, action, note="Birgitta Lindqvist sade nej.")
    back = Page(named.get_data(as_text=True))
    assert named.status_code == 422
    assert [t.strip() for t in ("".join(a.itertext()) for a in back.all("textarea")) if t.strip()] == [
        "Birgitta Lindqvist sade nej."
    ]
    answer = rut.submit(MINE, action, note="Det var i mars.")
    assert (answer.status_code, answer.headers["Location"]) == (302, MINE)
    assert "1 fråga till dig" in rut.page(MINE).text()
    session.expire_all()
    assert [session.get_one(Deviation, d.id).status for d in (report, other)] == [
        Status.IN_REVIEW,
        Status.NEEDS_FACTS,
    ]


@pytest.mark.parametrize("path", ["/avvikelser/{id}", MINE])
def test_a_name_in_an_answer_is_masked_or_kept_by_one_press(
    session: Session, people: People, rut: CheckingClient, path: str
) -> None:
    report = asked(session, people)
    path = path.format(id=report.id)
    action = f"/avvikelser/{report.id}/svar" + ("?fran=mina" if path == MINE else "")
    sent = rut.submit(path, action, note="Birgitta Lindqvist sade nej.")
    page = Page(sent.get_data(as_text=True))
    (form,) = [f for f in page.all("form") if f.get("action") == action]
    (mask,) = [b for b in form.iter("button") if b.get("name") == "mask"]
    masked = Page(rut.post(action, data={**form_values(form), "mask": mask.get("value")}).get_data(as_text=True))
    (form,) = [f for f in masked.all("form") if f.get("action") == action]
    assert form_values(form)["note"].strip() == "[namn] sade nej."
    (keep,) = [b.get("value") for b in page.all("input") if b.get("name") == "keep"]
    said = {**form_values(form), "note": "Birgitta Lindqvist sade nej.", "keep": keep}
    assert rut.post(action, data=said).status_code == 302
    assert moves(session, report)[-1].note == "Birgitta Lindqvist sade nej."


def test_what_is_begun_stands_in_the_list_until_it_is_thrown_away(
    session: Session, people: People, rut: CheckingClient, logged_in: Browser
) -> None:
    keys = ["a" * 32, "b" * 32]
    drafts.keep(session, people.rut, keys[0], {"title": ["Påbörjad rubrik"], "body": ["Något"]}, NOW)
    drafts.keep(session, people.rut, keys[1], {"title": [""], "body": ["Bara text"]}, NOW)
    session.commit()
    page = rut.page(MINE)
    assert {"Påbörjad rubrik", "Utan rubrik"} <= {page.text(h) for h in page.all("h3")}
    links = [a.get("href") for a in page.all("a")]
    assert f"/avvikelser/ny/{keys[0]}" in links
    assert "Påbörjad rubrik" not in logged_in("rolf").page(MINE).text()
    rut.submit(MINE, "/avvikelser/ny/utkast/bort", form_key=keys[0])
    left = rut.page(MINE).text()
    assert "Påbörjad rubrik" not in left
    assert "Utan rubrik" in left


def test_nothing_filed_and_nothing_begun_says_how_to_begin(rut: CheckingClient) -> None:
    page = rut.page(MINE)
    assert "Du har inte rapporterat något än" in page.text()
    assert "/avvikelser/ny" in [a.get("href") for a in page.all("a")]


def test_a_lead_finds_her_local_actions_beside_her_own_reports(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut, title="Lokalt att lösa")
    triage.move(session, people.vera, report, a_decision(session, Status.LOCAL_ACTION), at=NOW)
    session.commit()
    assert "1 avvikelse väntar på dig som delprojektledare Lokalt att lösa" in logged_in("lena").page(MINE).text()
    assert "som delprojektledare" not in logged_in("lars").page(MINE).text()


def test_what_was_typed_for_a_colleague_stands_in_both_lists(
    session: Session, people: People, logged_in: Browser
) -> None:
    report = a_filed_deviation(
        session, people.lena, place="Söder", reporter=session.get_one(User, people.rut.id), title="Rut ringde"
    )
    triage.move(session, people.vera, report, a_decision(session, Status.NEEDS_FACTS), at=NOW)
    session.commit()
    rut, lena = logged_in("rut"), logged_in("lena")
    assert "Lena skrev in den åt dig." in rut.page(MINE).text()
    assert "Du skrev in den åt Rut. Verksamhetsutvecklaren väntar på svar från Rut." in lena.page(MINE).text()
    assert "Lena skrev in den åt Rut" in lena.page(f"/avvikelser/{report.id}").text()
    assert [f for f in rut.page(MINE).all("form") if (f.get("action") or "").endswith("fran=mina")]
    assert not [f for f in lena.page(MINE).all("form") if (f.get("action") or "").endswith("fran=mina")]


def test_a_solution_that_does_not_hold_is_taken_up_again_by_its_author_alone(
    session: Session, people: People, rut: CheckingClient, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut)
    triage.move(session, people.vera, report, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    session.commit()
    path, action = f"/avvikelser/{report.id}", f"/avvikelser/{report.id}/fungerar-inte"
    assert "Fungerar det inte ändå? Säg till" in rut.page(path).text()
    assert "Vi kom överens om ett trepartssamtal varje månad." in rut.page(MINE).text()
    rolf = logged_in("rolf")
    assert action not in [f.get("action") for f in rolf.page(path).all("form")]
    (token, *_) = [i.get("value") for i in rolf.page(path).all("input") if i.get("name") == "csrf_token"]
    assert rolf.post(action, data={"csrf_token": token, "note": "Det tog stopp igen."}).status_code == 403
    assert rut.submit(path, action, note=" ").status_code == 422
    assert rut.submit(path, action, note="Det gäller 850709-9805.").status_code == 422
    assert rut.submit(path, action, note="Samtalen har slutat.").status_code == 302
    assert reports(session)[0].status is Status.IN_REVIEW
    assert moves(session, report)[-1].note == "Samtalen har slutat."
    assert action not in [f.get("action") for f in rut.page(path).all("form")]
    again = rut.post(action, data={"csrf_token": token, "note": "En gång till."})
    assert again.status_code in (400, 409)


def test_who_read_it_can_say_same_here_and_it_is_listed_at_the_report(
    session: Session, people: People, rut: CheckingClient, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut, title="Den första")
    said = same_here(session, "rolf", people, report, "Samma sak i förrgår.")
    session.commit()
    path = f"/avvikelser/{report.id}"
    offer = f"/avvikelser/samma/avvikelse/{report.id}"
    assert offer in [a.get("href") for a in logged_in("rolf").page(path).all("a")]
    own = rut.page(path)
    assert offer not in [a.get("href") for a in own.all("a")]
    assert "+1 har sagt samma här Samma sak i förrgår." in own.text()
    occurrence = logged_in("rolf").page(f"/avvikelser/{said.id}")
    assert "Samma sak som: Den första" in occurrence.text()
    assert "Du sade att det hände hos er också." in occurrence.text()


def test_a_guldkorn_is_recognised_wherever_it_is_listed(
    session: Session, people: People, rut: CheckingClient, vera: CheckingClient
) -> None:
    a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, title="Gemensam kartläggning", body="Alla läste.")
    session.commit()
    assert "Alla delprojekt kan läsa guldkornet bland lokala lösningar." in rut.page(MINE).text()
    for page in (rut.page("/avvikelser"), vera.page("/triage"), rut.page("/losningar")):
        assert "Gemensam kartläggning" in page.text()
        assert "Guldkorn" in page.text()


def test_a_guldkorn_is_read_not_solved_and_stands_on_its_page_once(
    session: Session, people: People, vera: CheckingClient
) -> None:
    words = "Alla läste samma karta."
    gold = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, title="Gemensam kartläggning", body=words)
    session.commit()
    path = f"/avvikelser/{gold.id}"
    page = vera.page(path)
    assert page.text(page.all("main")[0]).count(words) == 1
    assert "Markera som läst" in page.text() and "Markera som löst lokalt" not in page.text()
    assert "nytt hinder" not in page.text()
    assert "solved_locally-not_worked" not in [i.get("name") for i in page.all("input")]
    assert vera.submit(path, f"{path}/beslut/solved_locally").status_code == 302
    assert f"Guldkorn {gold.id} är nu: läst." in vera.page("/triage").text()
    read = vera.page(path).text()
    assert "Läst" in read and "Löst lokalt" not in read


def test_a_guldkorn_that_others_read_in_other_words_shows_those_too(
    session: Session, people: People, vera: CheckingClient
) -> None:
    gold = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, body="Alla läste samma karta.")
    decision = triage.Decision(Status.SOLVED_LOCALLY, solution="Kartan läses av alla parter samtidigt.")
    triage.move(session, people.vera, gold, decision, at=NOW)
    session.commit()
    text = vera.page(f"/avvikelser/{gold.id}").text()
    assert "Alla läste samma karta." in text and "Lokal lösning Kartan läses av alla parter samtidigt." in text


def test_a_new_barrier_is_offered_of_an_avvikelse_that_is_in_none(
    session: Session, people: People, vera: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path, offer = f"/avvikelser/{report.id}", f"/hinder/nytt?avvikelser={report.id}"
    assert offer in [a.get("href") for a in vera.page(path).all("a")]
    joined(session, people.vera, report, a_barrier(session, people.vera))
    session.commit()
    assert offer not in [a.get("href") for a in vera.page(path).all("a")]


def test_of_what_did_not_help_its_author_says_that_it_is_still_a_barrier(
    session: Session, people: People, rut: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    failed = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi ringde dem varje dag.", worked=False)
    triage.move(session, people.vera, report, failed, at=NOW)
    session.commit()
    path, action = f"/avvikelser/{report.id}", f"/avvikelser/{report.id}/fungerar-inte"
    text = rut.page(path).text()
    assert "Det är fortfarande ett hinder" in text and "Det fungerar inte ändå" not in text
    assert rut.submit(path, action, note="De svarar fortfarande inte.").status_code == 302
    assert reports(session)[0].status is Status.IN_REVIEW


COMPLETE = "/avvikelser/{id}/komplettera"


def test_a_report_is_completed_later_and_the_history_says_with_what(
    session: Session, people: People, rut: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path, page = COMPLETE.format(id=report.id), f"/avvikelser/{report.id}"
    assert path in [a.get("href") for a in rut.page(page).all("a")]
    assert path in [a.get("href") for a in rut.page(MINE).all("a")]
    said = {
        "step": "placement",
        "weeks_lost": "6",
        "people_hit": "0",
        "tried": "Vi ringde.",
        "wished": "Försäkra alla.",
    }
    assert rut.submit(path, path, rule=str(a_rule(session).id), **said).status_code == 302
    session.expire_all()
    (found,) = reports(session)
    assert (found.rule_id, found.step, found.weeks_lost, found.people_hit) == (
        a_rule(session).id,
        Step.PLACEMENT,
        6,
        0,
    )
    assert (found.tried, found.wished, found.municipality.name) == ("Vi ringde.", "Försäkra alla.", "Haninge")
    text = rut.page(page).text()
    assert (
        "Kompletterade: regel, steg i kedjan, veckor, antal deltagare, vad ni har prövat, vad som skulle behöva ändras"
        in text
    )
    assert path not in [a.get("href") for a in rut.page(page).all("a")]
    assert rut.submit(path, path).status_code == 302
    assert "Inget var ändrat." in rut.page(page).text()


def test_rules_are_found_by_ordinary_words_while_completing_and_nothing_is_saved_or_lost(
    session: Session, people: People, rut: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path = COMPLETE.format(id=report.id)
    (form,) = [f for f in rut.page(path).all("form") if f.get("id") == "complete"]
    typed = {**form_values(form), "q": "försäkring arbetsträning", "tried": "Vi skrev till dem.", "do": "find"}
    answer = rut.post(path, data=typed)
    page = Page(answer.get_data(as_text=True))
    (form,) = [f for f in page.all("form") if f.get("id") == "complete"]
    assert answer.status_code == 200
    assert len([i for i in form.iter("input") if i.get("name") == "rule"]) > 1
    assert form_values(form)["tried"].strip() == "Vi skrev till dem."
    assert reports(session)[0].tried == ""


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("weeks_lost", "sex", "Skriv ett helt tal"),
        ("people_hit", "-1", "mellan 0 och 100000"),
        ("occurred_on", "2099-01-01", "har inte varit än"),
        ("municipality", "999999", "Valet finns inte längre"),
        ("rule", "999999", "Valet finns inte längre"),
        ("tried", "Ring 850709-9805.", "ett personnummer"),
        ("wished", "Fråga Birgitta Lindqvist.", "peka ut någon"),
        ("rule_hint", "x" * 201, "högst 200 tecken"),
    ],
)
def test_what_cannot_be_added_is_refused_at_its_field_with_the_text_kept(
    session: Session, people: People, rut: CheckingClient, field: str, value: str, sentence: str
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path = COMPLETE.format(id=report.id)
    (form,) = [f for f in rut.page(path).all("form") if f.get("id") == "complete"]
    answer = rut.post(path, data={**form_values(form), "wished": "Ändra regeln.", field: value})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert sentence in Page(text).text()
    assert ("Ändra regeln." if field != "wished" else value) in text
    assert reports(session)[0].version == 1


def test_completing_what_somebody_else_has_moved_gives_the_text_back(
    session: Session, people: People, rut: CheckingClient
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path = COMPLETE.format(id=report.id)
    (form,) = [f for f in rut.page(path).all("form") if f.get("id") == "complete"]
    old = {**form_values(form), "tried": "Vi ringde runt."}
    triage.move(session, people.vera, report, a_decision(session, Status.IN_REVIEW), at=NOW)
    session.commit()
    answer = rut.post(path, data=old)
    assert answer.status_code == 409
    assert "Vi ringde runt." in answer.get_data(as_text=True)
    assert reports(session)[0].tried == ""


def test_only_its_own_people_complete_a_report_and_only_while_it_is_open(
    session: Session, people: People, rut: CheckingClient, vera: CheckingClient, logged_in: Browser
) -> None:
    report = a_filed_deviation(session, people.rut)
    session.commit()
    path = COMPLETE.format(id=report.id)
    for other in (logged_in("rolf"), logged_in("lena"), logged_in("rita"), vera):
        assert other.get(path).status_code == 404
    triage.move(session, people.vera, report, a_decision(session, Status.SOLVED_LOCALLY), at=NOW)
    session.commit()
    assert rut.get(path).headers["Location"] == f"/avvikelser/{report.id}"
    assert path not in [a.get("href") for a in rut.page(f"/avvikelser/{report.id}").all("a")]
