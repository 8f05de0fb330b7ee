"""Barriers in the browser: what each role sees of their numbers, and how they are made, changed and ended."""

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import BarrierStatus, CloseReason, Kind, Status, Step
from deviations.models import Barrier
from deviations.services import barriers as making
from deviations.services import filing, triage
from tests import people as staff
from tests.factories import (
    NOW,
    TODAY,
    a_barrier,
    a_decision,
    a_filed_deviation,
    a_letter,
    a_municipality,
    a_recurring_barrier,
    a_rule,
    advance,
    an_agency,
    days_ago,
    joined,
)
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]


def numbers(page: Page) -> set[str]:
    """All free-standing numbers that can be read on a page, drawings and their hidden words included."""
    (main,) = page.all("main")
    texts = [*main.itertext(), *(e.get("aria-label") or "" for e in main.iter())]
    return {number for text in texts for number in re.findall(r"(?<![\d.:-])\d+(?![\d.:-])", text)}


@pytest.mark.parametrize(
    ("name", "told"), [("rut", "minst 4"), ("rita", "färre än 5"), ("lena", "minst 4"), ("stina", "färre än 5")]
)
def test_small_counts_are_hidden_from_all_but_the_coordinator(
    session: Session, people: People, logged_in: Browser, name: str, told: str
) -> None:
    """Four reports in Haninge: others can't read 4 anywhere, and those who know the four not whether there are more."""
    barrier = a_recurring_barrier(session, people, (4, 0, 0), name="Remissen")
    session.commit()
    browser = logged_in(name)
    page, listed = browser.page(f"/hinder/{barrier.id}"), browser.page("/hinder")
    assert told in page.text()
    assert told in listed.text()
    assert page.all("figure") == []  # a chart of so few reports could only tell them
    (row,) = [r for r in listed.all("tr") if "Remissen" in listed.text(r)]
    assert " 4 " not in f" {listed.text(row)} ".replace(told, "")


def test_ones_own_report_that_crosses_the_threshold_tells_nothing_of_the_others(
    session: Session, people: People, logged_in: Browser
) -> None:
    """Three in Täby, which Rut may not read: with her second there are five, and the pages change by hers only."""
    barrier = a_recurring_barrier(session, people, (1, 3, 0), name="Remissen")
    session.commit()
    rut = logged_in("rut")
    before = _row_and_figures(rut, barrier)
    joined(session, people.vera, a_filed_deviation(session, people.rut), barrier)
    session.commit()
    after = _row_and_figures(rut, barrier)
    assert (set(re.findall(r"\d+", before)), set(re.findall(r"\d+", after))) == ({"1"}, {"1", "2"})


def test_the_front_page_tells_in_how_many_municipalities_only_where_it_tells_no_small_count(
    session: Session, people: People, logged_in: Browser
) -> None:
    """Two of Rut's own, and three that she may not read."""
    a_recurring_barrier(session, people, (2, 2, 1), name="Remissen")
    session.commit()
    told = {name: logged_in(name).page("/").text() for name in ("rut", "vera")}
    assert all("Remissen" in text for text in told.values())
    assert ("3 kommuner" in told["rut"], "3 kommuner" in told["vera"]) == (False, True)


def _row_and_figures(browser: CheckingClient, barrier: Barrier) -> str:
    """What the list and the barrier's own page say in numbers."""
    listed, page = browser.page("/hinder"), browser.page(f"/hinder/{barrier.id}")
    (row,) = [r for r in listed.all("tr") if barrier.name in listed.text(r)]
    figures = [part for part in page.all("b") if "minst" in page.text(part) or page.text(part).isdigit()]
    return " ".join([listed.text(row), *map(page.text, figures)])


@pytest.mark.parametrize("name", ["rut", "rita", "lena", "stina"])
def test_as_many_reports_as_municipalities_do_not_tell_one_in_each(
    session: Session, people: People, logged_in: Browser, name: str
) -> None:
    """Five in Haninge, one in Täby and one in Botkyrka: who knows her own must not learn the others'."""
    barrier = a_recurring_barrier(session, people, (5, 1, 1), name="Remissen")
    session.commit()
    browser = logged_in(name)
    page, listed = browser.page(f"/hinder/{barrier.id}"), browser.page("/hinder")
    (row,) = [r for r in listed.all("tr") if "Remissen" in listed.text(r)]
    assert "minst 5" in listed.text(row)
    assert "minst 5" in page.text()
    drawn = " ".join(re.sub(r"\d{4} kv \d", "", page.text(figure)) for figure in page.all("figure"))
    assert not {"7", "1"} & set(re.findall(r"(?<![\d.:-])\d+(?![\d.:-])", drawn))


def test_widths_of_bars_give_no_hidden_count_away(session: Session, people: People, logged_in: Browser) -> None:
    """Drawn for one, for two and for four reports, the same picture comes out."""
    drawings = []
    for count in (1, 2, 4):
        barrier = a_recurring_barrier(session, people, (9, count, 0), name="Remissen")
        session.commit()
        page = logged_in("stina").get(f"/hinder/{barrier.id}").get_data(as_text=True)
        figures = re.findall(r"<figure.*?</figure>", page, re.S)
        drawings.append(re.sub(r'(id|aria-labelledby|aria-describedby)="[^"]*"', "", "".join(figures)))
    assert all(one == other for one, other in pairwise(drawings))


def test_a_count_cannot_be_worked_out_from_the_total(session: Session, people: People, logged_in: Browser) -> None:
    """11 in all, of which 9 in Haninge: then Täby's 2 must not follow."""
    barrier = a_recurring_barrier(session, people, (9, 2, 0), name="Remissen")
    session.commit()
    page = logged_in("stina").page(f"/hinder/{barrier.id}")
    (figure, *_) = page.all("figure")
    assert "minst 5" in page.text()
    assert "11" not in numbers(page)
    assert not {"9", "2"} & set(
        re.findall(r"(?<!\d)\d+(?!\d)", re.sub(r"\d{4} kv \d|i 2 kommuner", "", page.text(figure)))
    )


def test_the_coordinator_sees_every_count_and_the_distance(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_recurring_barrier(session, people, (3, 1, 0))
    session.commit()
    text = vera.page(f"/hinder/{barrier.id}").text()
    assert "färre än 5" not in text
    assert "4 av minst 5 avvikelser" in text
    assert "2 av minst 3 kommuner" in text
    assert "4 av 5 avvikelser, 2 av 3 kommuner" in vera.page("/hinder").text()


def test_reports_on_a_barriers_page_are_those_one_may_read(
    session: Session, people: People, logged_in: Browser
) -> None:
    filed = [
        a_filed_deviation(session, people.rut, title="Från Söder"),
        a_filed_deviation(session, people.rita, title="Från Norr"),
    ]
    barrier = a_barrier(session, people.vera, filed)
    session.commit()
    reads = {
        name: [t for t in ("Från Söder", "Från Norr") if t in logged_in(name).page(f"/hinder/{barrier.id}").text()]
        for name in ("rut", "rolf", "rita", "stina", "vera")
    }
    assert reads == {
        "rut": ["Från Söder"],
        "rolf": ["Från Söder"],
        "rita": ["Från Norr"],
        "stina": [],
        "vera": ["Från Söder", "Från Norr"],
    }


@pytest.mark.parametrize("name", ["rut", "lena", "stina", "adam"])
def test_only_the_coordinator_changes_barriers(session: Session, people: People, logged_in: Browser, name: str) -> None:
    barrier = a_recurring_barrier(session, people)
    session.commit()
    browser = logged_in(name)
    for path in ("/hinder/nytt", "/hinder/forslag", "/hinder/granser", f"/hinder/{barrier.id}/andra"):
        assert browser.get(path).status_code == 404
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    for path in ("nytt", "granser", f"{barrier.id}/andra", f"{barrier.id}/avsluta"):
        assert browser.post(f"/hinder/{path}", data={"csrf_token": key, "name": "Kapat"}).status_code == 404


@pytest.mark.parametrize("ids", ["abc", "999999", "1-2-3", "-1", "٣", "1%00", "9" * 3000, "1--2"])
def test_a_barrier_of_reports_that_are_not_there_is_not_found(vera: CheckingClient, ids: str) -> None:
    assert vera.get(f"/hinder/nytt?avvikelser={ids}").status_code == 404


def test_a_barrier_without_reports_can_be_made_too(session: Session, vera: CheckingClient) -> None:
    assert vera.submit("/hinder/nytt", "/hinder/nytt", name="Ett känt hinder").status_code == 302
    assert session.scalars(select(Barrier.name)).all() == ["Ett känt hinder"]


def test_changing_a_barrier_over_somebodys_newer_text_is_refused_with_the_text_given_back(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    path = f"/hinder/{barrier.id}/andra"
    (form,) = [f for f in vera.page(path).all("form") if f.get("action") == path]
    old = {**form_values(form), "description": "Min egen beskrivning"}
    assert vera.submit(path, path, name="Det nya namnet").status_code == 302
    answer = vera.post(path, data=old)
    assert answer.status_code == 409
    assert "Min egen beskrivning" in answer.get_data(as_text=True)
    assert "Det nya namnet" in vera.page(f"/hinder/{barrier.id}").text()
    without = {name: value for name, value in old.items() if name != "version"}
    assert vera.post(path, data=without).status_code == 409


def test_a_personal_number_in_a_barrier_is_refused_with_the_text_kept(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    for path, field in ((f"/hinder/{barrier.id}/andra", "description"), ("/hinder/nytt", "name")):
        answer = vera.submit(path, path, **{"name": "Hindret", field: "Gäller 850709-9805."})
        assert answer.status_code == 422
        assert "ett personnummer" in answer.get_data(as_text=True)
        assert "Gäller 850709-9805." in answer.get_data(as_text=True)


def test_a_barrier_is_ended_with_its_reason_and_comes_back(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    path = f"/hinder/{barrier.id}"
    end = f"{path}/avsluta"
    assert "Skriv en förklaring" in vera.submit(path, end, target="removed", note="").get_data(as_text=True)
    answer = vera.submit(path, end, target="written_off", note="Ingen äger frågan.")
    assert answer.status_code == 422
    assert "Välj en dag då ni tittar på hindret igen." in answer.get_data(as_text=True)
    assert vera.submit(path, end, target="recurring", note="Jag vill.").status_code == 422
    secret = vera.submit(path, end, target="removed", note="Ring 850709-9805.")
    named = vera.submit(path, end, target="removed", note="Karin Lundström ordnade det.")
    assert (named.status_code, "Kan det här peka ut någon?" in named.get_data(as_text=True)) == (422, True)
    assert (secret.status_code, "Ring 850709-9805." in secret.get_data(as_text=True)) == (422, True)
    assert vera.submit(path, end, target="removed", note="Regeln är ändrad.").status_code == 302
    assert "Undanröjt" in vera.page(path).text()
    assert vera.submit(path, end, target="returned", note="Den tillämpas som förr.").status_code == 302
    session.expire_all()
    assert session.get_one(Barrier, barrier.id).status is BarrierStatus.RETURNED


@pytest.mark.parametrize("field", ["name", "description"])
def test_a_barriers_words_that_may_point_somebody_out_are_asked_about(
    session: Session, people: People, vera: CheckingClient, field: str
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    typed = {"name": "Ett eget namn", field: "Karin Lundström fick inget svar."}
    for path in ("/hinder/nytt", f"/hinder/{barrier.id}/andra"):
        answer = vera.submit(path, path, **typed)
        page = Page(answer.get_data(as_text=True))
        assert answer.status_code == 422
        assert "Kan det här peka ut någon?" in page.text()
        (box,) = [f for f in page.all("input") if f.get("name") == "keep"]
        (form,) = [f for f in page.all("form") if f.get("action") == path]
        assert vera.post(path, data={**form_values(form), "keep": box.get("value")}).status_code == 302
    session.rollback()
    kept = session.scalars(select(getattr(Barrier, field))).all()
    assert kept == [typed[field], typed[field]]


@pytest.mark.parametrize("query", ["status=xyz", "status=", "status=%00", "status=recurring&status=x", "x=%ff"])
def test_a_strange_filter_shows_the_list(rut: CheckingClient, query: str) -> None:
    assert "Strukturella hinder" in rut.page(f"/hinder?{query}").text()


def test_local_solutions_are_open_to_all_readers(session: Session, people: People, logged_in: Browser) -> None:
    decision = a_decision(session, Status.SOLVED_LOCALLY)
    triage.move(session, people.lena, a_filed_deviation(session, people.rut), decision, at=NOW)
    session.commit()
    for name in ("rita", "stina", "vera"):
        assert decision.solution in logged_in(name).page("/losningar").text()
    assert logged_in("adam").get("/losningar").status_code == 404


def test_same_here_is_offered_to_those_who_file_and_counted_kindly(
    session: Session, people: People, logged_in: Browser
) -> None:
    barrier = a_recurring_barrier(session, people)
    place, town = staff.place(session, "Söder"), a_municipality(session)
    occurrence = filing.Occurrence(barrier, town, place, TODAY, "Samma sak i förrgår.")
    filing.same_here(session, people.rut, occurrence, form_key="same-1", at=NOW)
    session.commit()
    path, offer = f"/hinder/{barrier.id}", f"/avvikelser/samma/hinder/{barrier.id}"
    offered = {
        name: offer in [a.get("href") for a in logged_in(name).page(path).all("a")]
        for name in ("rut", "lena", "vera", "stina")
    }
    assert offered == {"rut": True, "lena": True, "vera": True, "stina": False}
    text = logged_in("vera").page(path).text()
    assert "Samma sak i förrgår. Samma här" in text
    assert "1 av dem är ”samma här”" in text
    assert "av dem är ”samma här”" not in logged_in("rut").page(path).text()


def test_solutions_are_narrowed_by_words_by_agency_and_to_guldkorn(
    session: Session, people: People, rut: CheckingClient
) -> None:
    solved = a_filed_deviation(session, people.rut, agency="FK")
    decision = triage.Decision(Status.SOLVED_LOCALLY, solution="Vi ÅKTE dit tillsammans.")
    triage.move(session, people.vera, solved, decision, at=NOW)
    good = a_filed_deviation(session, people.rita, kind=Kind.GOOD_EXAMPLE, title="Gemensam kartläggning")
    session.commit()
    agency = {code: an_agency(session, code).id for code in ("FK", "AF")}

    def listed(query: str) -> list[bool]:
        text = rut.page(f"/losningar?{query}").text()
        return ["Vi ÅKTE dit" in text, good.title in text]

    assert listed("") == [True, True]
    assert listed("ord=åkte+dit") == [True, False]
    assert listed("ord=kartläggning") == [False, True]
    assert listed(f"part={agency['FK']}") == [True, False]
    assert listed(f"part={agency['AF']}") == [False, True]
    assert listed("slag=guldkorn") == [False, True]
    assert "Inga lösningar passar" in rut.page("/losningar?ord=finnsinte").text()
    for strange in ("ord=%00", "part=abc&slag=1", "ord=" + "x" * 5_000, "ord=%25", "ord=%ff"):
        rut.page(f"/losningar?{strange}")


def test_a_guldkorn_that_was_closed_as_none_is_no_solution(
    session: Session, people: People, rut: CheckingClient
) -> None:
    good = a_filed_deviation(session, people.rut, kind=Kind.GOOD_EXAMPLE, title="Inget att sprida")
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.NOT_A_DEVIATION)
    triage.move(session, people.vera, good, decision, at=NOW)
    session.commit()
    assert "Inget att sprida" not in rut.page("/losningar").text()


def test_those_near_the_policy_can_be_chosen_by_who_sees_small_counts(
    session: Session, people: People, logged_in: Browser
) -> None:
    a_recurring_barrier(session, people, (2, 1, 1), name="Remissen")
    a_recurring_barrier(session, people, (1, 0, 0), name="Underskriften")
    session.commit()
    told = logged_in("vera").page("/hinder?status=nara").text()
    assert ("Remissen" in told, "Underskriften" in told) == (True, False)
    assert "4 av 5 avvikelser, 3 av 3 kommuner" in told
    rut = logged_in("rut").page("/hinder?status=nara").text()
    assert ("Remissen" in rut, "Underskriften" in rut, "Nära gränsen" in rut) == (True, True, False)


def test_the_distance_is_said_in_words(session: Session, people: People, vera: CheckingClient) -> None:
    near, far = a_recurring_barrier(session, people, (4, 1, 0)), a_recurring_barrier(session, people, (1, 0, 0))
    session.commit()
    assert "Det fattas 1 kommun." in vera.page(f"/hinder/{near.id}").text()
    text = vera.page(f"/hinder/{far.id}").text()
    assert "Det fattas 4 avvikelser, 2 kommuner och 1 delprojekt." in text


def test_an_empty_barrier_says_what_it_needs_and_draws_nothing(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_barrier(session, people.vera)
    session.commit()
    page = vera.page(f"/hinder/{barrier.id}")
    assert "Det fattas 5 avvikelser, 3 kommuner och 2 delprojekt." in page.text()
    assert page.all("figure") == []
    assert "Ett typiskt fall" not in page.text()


def test_the_history_tells_of_the_first_report_the_policy_the_letters_and_the_answers(
    session: Session, people: People, vera: CheckingClient
) -> None:
    barrier = a_recurring_barrier(session, people, at=days_ago(40))
    letter = a_letter(session, people, LetterStatus.ANSWERED, barrier)
    session.commit()
    page = vera.page(f"/hinder/{barrier.id}")
    (history,) = [part for part in page.all("ol") if part.get("class") == "timeline"]
    text = page.text(history)
    told = ["Första avvikelsen hände", "Bevakas", "Gränsen nåddes: 5 avvikelser", f"Skrivelse {letter.registry_number}",
            "ja till förslaget"]  # fmt: skip
    places = [text.find(words) for words in told]
    assert -1 not in places
    assert places == sorted(places)
    assert "Lyft i en skrivelse" not in text  # the letter itself is told instead
    assert "Rådet tar upp frågan på sitt nästa möte." in page.text()


def test_only_an_answer_is_called_one_and_it_is_shown_in_the_recipients_words(
    session: Session, people: People, vera: CheckingClient
) -> None:
    letter = a_letter(session, people, LetterStatus.SENT, a_recurring_barrier(session, people))
    advance(session, people, letter, LetterStatus.ACKNOWLEDGED)
    advance(session, people, letter, LetterStatus.ANSWERED)
    letter.replies[-1].summary, letter.replies[-1].text = "", "Vi ändrar våra rutiner till våren."  # by its link
    session.commit()
    text = vera.page(f"/hinder/{letter.barrier_id}").text()
    assert f"Skrivelse {letter.registry_number}: mottagen" in text
    assert f"Svar på skrivelse {letter.registry_number}: ja till förslaget" in text
    assert text.count(": mottagen") == 2 and "Svar den" in text
    assert not re.search(r"Svar[^:]*: mottagen", text)
    assert "Vi ändrar våra rutiner till våren." in text


def test_a_barrier_that_came_back_says_how_it_was_gone(session: Session, people: People, vera: CheckingClient) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)])
    making.end(session, people.vera, barrier, BarrierStatus.REMOVED, note="Regeln är ändrad.", at=days_ago(30))
    session.commit()
    assert "Hindret är tillbaka" not in vera.page(f"/hinder/{barrier.id}").text()
    joined(session, people.vera, a_filed_deviation(session, people.rita), barrier)
    session.commit()
    text = vera.page(f"/hinder/{barrier.id}").text()
    assert "Hindret är tillbaka" in text
    assert "Så sades det när det avslutades: ”Regeln är ändrad.”" in text


def test_steps_and_weeks_are_told_to_the_coordinator_and_hidden_where_they_are_few(
    session: Session, people: People, logged_in: Browser
) -> None:
    reports = [
        a_filed_deviation(session, people.rita, step=Step.INTAKE if n else Step.INCOME, weeks_lost=2 + n)
        for n in range(7)
    ]
    barrier = a_barrier(session, people.vera, reports)
    session.commit()
    pages = {name: logged_in(name).page(f"/hinder/{barrier.id}") for name in ("vera", "rut", "rita")}
    named = ("Ingång och anvisning", "Försörjning och ersättning")
    steps = {
        name: [page.text(row) for row in page.all("tr") if page.text(row).startswith(named)]
        for name, page in pages.items()
    }
    assert steps["vera"] == ["Ingång och anvisning6", "Försörjning och ersättning1"]
    assert steps["rut"] == ["Ingång och anvisningminst 5", "Försörjning och ersättningfärre än 5"]
    assert steps["rita"] == steps["vera"]  # she may read them all
    weeks = {name: page.text() for name, page in pages.items()}
    assert all("minst 5 veckor (medianen)" in text for text in weeks.values())
    exact = {name: ("2 till 8 veckor" in text, "35 veckor" in text) for name, text in weeks.items()}
    assert exact == {"vera": (True, True), "rut": (False, False), "rita": (False, False)}


def test_many_reports_are_folded_and_all_can_be_marked(session: Session, people: People, vera: CheckingClient) -> None:
    barrier = a_recurring_barrier(session, people, (10, 10, 5))
    session.commit()
    page = vera.page(f"/hinder/{barrier.id}")
    assert "Visa 15 avvikelser till" in page.text()
    assert len([box for box in page.all("input") if box.get("name") == "avvikelse"]) == 25


def test_the_typical_case_is_shown_to_those_who_may_read_it(
    session: Session, people: People, logged_in: Browser
) -> None:
    barrier = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut) for _ in range(6)])
    session.commit()
    shown = {
        name: "Ett typiskt fall" in logged_in(name).page(f"/hinder/{barrier.id}").text()
        for name in ("vera", "rolf", "rita", "stina")
    }
    assert shown == {"vera": True, "rolf": True, "rita": False, "stina": False}


def test_like_barriers_point_to_each_other_with_what_their_pages_say(
    session: Session, people: People, logged_in: Browser
) -> None:
    rule = a_rule(session)
    one = a_recurring_barrier(session, people, name="Tiotimmarsgränsen", rule=rule)
    other = a_recurring_barrier(session, people, name="Försäkring saknas", rule=rule)
    session.commit()
    page = logged_in("vera").page(f"/hinder/{one.id}")
    assert "Liknande hinder" in page.text()
    assert f"Samma regel: {rule.code}" in page.text()
    (merge,) = [a.get("href") or "" for a in page.all("a") if "med=" in (a.get("href") or "")]
    (chosen,) = [o for o in logged_in("vera").page(merge).all("option") if o.get("selected") is not None]
    assert chosen.get("value") == str(other.id)
    rut = logged_in("rut").page(f"/hinder/{one.id}").text()
    assert "Liknande hinder" not in rut  # each has too few reports that she may not read
