"""The proposals in the browser: what a card tells, and each press on it with what comes of it."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.models import Barrier, Deviation, KinVerdict, Ruling
from deviations.queries import learning, proposals
from tests.factories import a_barrier, a_filed_deviation, a_rule, joined
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

PATH = "/hinder/forslag"
INSURANCE = "Arbetsförmedlingen säger nej till arbetsträning under tio timmar i veckan, för då saknas försäkring."
TEETH = "Socialtjänsten avslår akut tandvård, och ingen vågar gå på intervju med trasiga tänder."


@pytest.fixture
def alike(session: Session, people: People) -> list[Deviation]:
    """Four reports about the same thing, in three municipalities."""
    names = ("rut", "rut", "rita", "ruben")
    found = [a_filed_deviation(session, getattr(people, name), body=INSURANCE) for name in names]
    session.commit()
    return found


@pytest.fixture
def teeth(session: Session, people: People) -> list[Deviation]:
    """Two reports about another."""
    told = {"title": "Tandvård beviljas inte", "body": TEETH, "agency": "KOM-SOC"}
    found = [a_filed_deviation(session, people.ruben, **told) for _ in range(2)]
    session.commit()
    return found


def card(page: Page) -> dict[str, object]:
    """What the first card of a page would send, untouched."""
    (form, *_) = [form for form in page.all("form") if form.get("action") == f"{PATH}/nytt-hinder"]
    return form_values(form)


def press(browser: CheckingClient, path: str, act: str, **changed: object) -> Page:
    """Press a button on the first card, and get the page that follows."""
    answer = browser.post(f"{PATH}/{act}", data={**card(browser.page(path)), **changed}, follow_redirects=True)
    assert answer.status_code == 200
    return Page(answer.get_data(as_text=True))


def marks(reports: Sequence[Deviation]) -> list[str]:
    return [f"{one.id}:{one.version}" for one in reports]


def words(session: Session) -> set[tuple[int, int, bool]]:
    session.rollback()
    rows = session.execute(select(KinVerdict.first_id, KinVerdict.second_id, KinVerdict.kin))
    return {(a, b, kin) for a, b, kin in rows}


def test_a_card_tells_what_where_and_why(vera: CheckingClient, alike: list[Deviation]) -> None:
    page = vera.page(PATH)
    (found,) = [section for section in page.all("section") if "proposal" in (section.get("class") or "")]
    text = page.text(found)
    for said in ("4 avvikelser", "3 kommuner", "3 delprojekt", "Typiskt fall", "Haninge", "Täby", "Botkyrka"):
        assert said in text
    assert text.count("Hör ihop med nr ") == 3
    assert "Samma part: Arbetsförmedlingen" in text and "tio timmar i veckan" in text


def test_only_the_coordinator_sees_them(logged_in, alike: list[Deviation]) -> None:  # type: ignore[no-untyped-def]
    for name in ("rut", "lena", "stina", "adam"):
        for path in (PATH, f"{PATH}/{alike[0].id}"):
            assert logged_in(name).get(path).status_code == 404


def test_the_marked_ones_become_a_barrier(
    session: Session, people: People, vera: CheckingClient, alike: list[Deviation]
) -> None:
    for one in alike[:3]:
        one.rule = a_rule(session)
    session.commit()
    form = press(vera, PATH, "nytt-hinder", valda=marks(alike[:3]))
    assert "3 avvikelser läggs i hindret" in form.text()
    (values,) = [form_values(f) for f in form.all("form") if f.get("action") == "/hinder/nytt"]
    assert (values["name"], values["rule"]) == (a_rule(session).name, [str(a_rule(session).id)])
    assert vera.post("/hinder/nytt", data=values).status_code == 302
    session.rollback()
    session.expire_all()
    barrier = session.scalars(select(Barrier)).one()
    assert {one.id for one in barrier.deviations} == {one.id for one in alike[:3]}
    assert alike[3].barrier is None


def test_one_that_does_not_belong_leaves_by_one_press_and_comes_back_by_another(
    session: Session, vera: CheckingClient, alike: list[Deviation]
) -> None:
    out = alike[1]
    page = press(vera, PATH, "hor-inte-hit", ut=str(out.id))
    assert f"Avvikelse {out.id} föreslås inte ihop med de andra igen." in page.text()
    assert {int(id) for id in str(card(page)["alla"]).split("-")} == {one.id for one in alike if one is not out}
    assert len(words(session)) == 3
    ruling = session.scalars(select(Ruling)).one()
    undo = next(form for form in page.all("form") if form.get("action") == f"/beslut/{ruling.id}/angra")
    told = vera.post(undo.get("action"), data=form_values(undo), follow_redirects=True).get_data(as_text=True)
    assert f"Nr {out.id}: Hör inte ihop med resten av förslaget" in told
    assert words(session) == set()
    assert len(str(card(vera.page(PATH))["alla"]).split("-")) == 4


def test_what_is_marked_and_what_is_not_become_two_proposals(
    session: Session, vera: CheckingClient, alike: list[Deviation]
) -> None:
    a, b, c, d = alike
    page = press(vera, PATH, "dela", valda=marks([a, d]))
    assert "Förslaget är delat." in page.text()
    assert words(session) == {(a.id, b.id, False), (a.id, c.id, False), (b.id, d.id, False), (c.id, d.id, False)}
    assert [set(group) for group in _groups(session)] == [{a.id, d.id}, {b.id, c.id}]


def _groups(session: Session) -> tuple[tuple[int, ...], ...]:
    from tests.people import find

    return proposals.counted(session, find(session).vera).groups


@pytest.mark.parametrize("marked", [[], [0, 1, 2, 3]])
def test_to_divide_some_must_be_marked_and_some_not(
    session: Session, vera: CheckingClient, alike: list[Deviation], marked: list[int]
) -> None:
    page = press(vera, PATH, "dela", valda=marks([alike[at] for at in marked]))
    assert "Avmarkera de avvikelser som handlar om något annat." in page.text()
    assert words(session) == set()


def test_two_proposals_become_one(
    session: Session, vera: CheckingClient, alike: list[Deviation], teeth: list[Deviation]
) -> None:
    path = f"{PATH}/{alike[0].id}"
    (other,) = [value for value in _options(vera.page(path), "med") if value]
    assert {int(id) for id in other.split("-")} == {one.id for one in teeth}
    page = press(vera, path, "lagg-ihop", med=other)
    assert "Förslagen är sammanlagda till ett." in page.text()
    assert [set(group) for group in _groups(session)] == [{one.id for one in (*alike, *teeth)}]


def _options(page: Page, name: str) -> list[str]:
    (select_,) = [field for field in page.all("select") if field.get("name") == name]
    return [option.get("value") or "" for option in select_.iter("option")]


def test_the_marked_ones_can_be_placed_in_a_barrier_that_looked_too_unlike(
    session: Session, people: People, vera: CheckingClient, alike: list[Deviation]
) -> None:
    old = a_filed_deviation(session, people.rut, title="Tandvård beviljas inte", body=TEETH, agency="KOM-SOC")
    barrier = a_barrier(session, people.vera, [old], name="Skadeskyddet")
    session.commit()
    page = press(vera, f"{PATH}/{alike[0].id}", "lagg-i", hinder=str(barrier.id), valda=marks(alike[:2]))
    assert "2 avvikelser hör nu till hindret ”Skadeskyddet”." in page.text()
    session.expire_all()
    assert [one.barrier_id for one in alike] == [barrier.id, barrier.id, None, None]


@pytest.mark.parametrize("act", ["dela", "hor-inte-hit", "lagg-ihop", "lagg-i"])
def test_what_was_decided_meanwhile_is_told_and_nothing_is_done(
    session: Session, people: People, vera: CheckingClient, alike: list[Deviation], act: str
) -> None:
    barrier = a_barrier(session, people.vera, name="Skadeskyddet")
    session.commit()
    sent = card(vera.page(PATH))
    joined(session, people.vera, alike[0], barrier)
    session.commit()
    changed = {"valda": marks(alike[:2]), "ut": str(alike[1].id), "hinder": str(barrier.id), "med": str(alike[3].id)}
    answer = vera.post(f"{PATH}/{act}", data={**sent, **changed}, follow_redirects=True)
    assert "Någon har redan beslutat om en eller flera av avvikelserna" in answer.get_data(as_text=True)
    assert words(session) == set()
    assert session.scalars(select(Ruling)).all() == []


def test_a_report_that_somebody_changed_since_is_not_placed_unseen(
    session: Session, people: People, vera: CheckingClient, alike: list[Deviation]
) -> None:
    barrier = a_barrier(session, people.vera, name="Skadeskyddet")
    session.commit()
    sent = card(vera.page(PATH))
    alike[1].weeks_lost = 3
    session.commit()
    answer = vera.post(f"{PATH}/lagg-i", data={**sent, "hinder": str(barrier.id)}, follow_redirects=True)
    assert "inget är gjort" in answer.get_data(as_text=True)
    session.expire_all()
    assert {one.barrier_id for one in alike} == {None}


def test_a_reports_page_leads_to_the_proposal_that_it_is_in(
    session: Session, people: People, vera: CheckingClient, alike: list[Deviation], teeth: list[Deviation]
) -> None:
    path = f"{PATH}/{teeth[0].id}"
    assert path in [a.get("href") for a in vera.page(f"/avvikelser/{teeth[0].id}").all("a")]
    page = vera.page(path)
    assert "2 avvikelser" in page.text() and str(alike[0].id) not in str(card(page)["alla"]).split("-")
    alone = a_filed_deviation(session, people.rut, title="Parkering", body="Parkeringen vid sjukhuset är för dyr.")
    placed = joined(session, people.vera, alone, a_barrier(session, people.vera, name="Parkeringen"))
    other = a_filed_deviation(session, people.rut, title="Gräset", body="Gräsklipparen på kontoret är trasig.")
    session.commit()
    assert "Den liknar ingen annan tillräckligt" in vera.page(f"{PATH}/{other.id}").text()
    assert "Den hör redan till ett hinder" in vera.page(f"{PATH}/{placed.id}").text()
    vera.page(f"{PATH}/999999", 404)


def test_they_are_turned_over_page_by_page(
    vera: CheckingClient, alike: list[Deviation], teeth: list[Deviation], monkeypatch: pytest.MonkeyPatch
) -> None:
    from deviations.web import proposals as pages

    monkeypatch.setattr(pages, "PAGE", 1)
    first, second = vera.page(PATH), vera.page(f"{PATH}?sida=2&indelning=okänd")
    assert "Tandvård" not in first.text() and "2 förslag" in first.text()
    assert "Tandvård" in second.text()
    assert vera.page(f"{PATH}?sida=99").text() == second.text()


def test_without_any_the_page_says_why(
    session: Session, people: People, vera: CheckingClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Det finns inga öppna avvikelser utan hinder" in vera.page(PATH).text()
    report = a_filed_deviation(session, people.rut)
    session.commit()
    assert "liknar inte varandra tillräckligt" in vera.page(PATH).text()
    monkeypatch.setattr(proposals, "LIVE", 0)
    assert "Förslagen räknas" in vera.page(f"{PATH}/{report.id}").text()


def test_while_they_are_learnt_it_says_so(
    vera: CheckingClient, alike: list[Deviation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learning, "AT_ONCE", 0)
    monkeypatch.setattr(learning, "_begin", lambda engine, known: None)
    assert "Avvikelserna läses in" in vera.page(PATH).text()


def test_a_new_grouping_is_asked_for_not_too_often(
    session: Session, vera: CheckingClient, alike: list[Deviation], monkeypatch: pytest.MonkeyPatch
) -> None:
    from deviations.domain.learnt import Fineness
    from deviations.services import proposals as keeping

    monkeypatch.setattr(proposals, "LIVE", 1)
    just_now = datetime.now(UTC)  # NOW may be long ago: the whole suite takes more than ten minutes
    keeping.keep(session, {f: [[alike[0].id, alike[1].id]] for f in Fineness}, reports=2, seconds=1, at=just_now)
    session.commit()
    assert "Förslagen räknades i dag kl." in vera.page(PATH).text()
    again = vera.submit(PATH, f"{PATH}/rakna-om")
    assert "Vänta tio minuter mellan gångerna" in vera.page(again.headers["Location"]).text()
    keeping.keep(session, {f: [] for f in Fineness}, reports=2, seconds=1, at=just_now - keeping.EVERY)
    session.commit()
    assert (
        "Förslagen räknas om i bakgrunden"
        in vera.page(vera.submit(PATH, f"{PATH}/rakna-om").headers["Location"]).text()
    )


def test_what_is_no_proposal_is_taken_kindly(vera: CheckingClient, alike: list[Deviation]) -> None:
    for act in ("nytt-hinder", "dela", "hor-inte-hit", "lagg-ihop", "lagg-i"):
        sent = {"csrf_token": card(vera.page(PATH))["csrf_token"], "alla": "x-1--2'-99999999999", "valda": "1:x"}
        assert vera.post(f"{PATH}/{act}", data=sent).status_code == 302


def test_what_was_decided_is_in_the_review_in_its_own_words(
    session: Session, people: People, vera: CheckingClient, alike: list[Deviation]
) -> None:
    begun = vera.submit("/genomgang", "/genomgang").headers["Location"]
    press(vera, PATH, "hor-inte-hit", ut=str(alike[1].id))
    assert f"Nr {alike[1].id}: Hör inte ihop med resten av förslaget." in vera.page(begun).text()
