"""The desk of a letter in the browser: begun, written, kept while it is typed, its versions, numbers, cases and
addresses. All of it without a script.
"""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import Obstacle
from deviations.models import Letter, LetterAutosave, LetterCase, User
from deviations.services import letter_deciding, letter_reviewing, letter_writing
from tests.factories import (
    NOW,
    a_barrier,
    a_draft,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    a_rule,
    an_agency,
    days_ago,
    joined,
)
from tests.pages import CheckingClient, Page, form_values
from tests.people import People

Browser = Callable[[str], CheckingClient]
PAGES = ("redigera", "versioner", "versioner/1", "underlag", "typiska-fall", "mottagare")


@pytest.fixture
def draft(session: Session, people: People) -> Letter:
    """A draft."""
    letter = a_draft(session, people)
    session.commit()
    return letter


def parsed(answer: object) -> Page:
    """The page that came back."""
    return Page(answer.get_data(as_text=True))  # type: ignore[attr-defined]


def fresh(session: Session) -> None:
    """Lets the session see what the browser has just done."""
    session.rollback()
    session.expire_all()


def told(page: Page, action: str) -> dict[str, object]:
    """What a form of the page would send."""
    (form,) = [form for form in page.all("form") if form.get("action") == action]
    return form_values(form)


def token(browser: CheckingClient, path: str = "/") -> str:
    """A token of a page that she has open."""
    return next(f.get("value") or "" for f in browser.page(path).all("input") if f.get("name") == "csrf_token")


# ---- begun


def test_a_letter_is_begun_with_the_recipients_that_its_obstacle_asks_for(
    session: Session, people: People, vera: CheckingClient
) -> None:
    to_council = a_recurring_barrier(session, people, obstacle=Obstacle.LAW, rule=a_rule(session))
    to_owner = a_recurring_barrier(
        session, people, name="Två intyg", obstacle=Obstacle.PRACTICE, agencies=[an_agency(session, "FK")]
    )
    session.commit()
    for barrier, code in ((to_council, "NR"), (to_owner, "FK")):
        for path in (f"/skrivelser/om-hinder/{barrier.id}", f"/hinder/{barrier.id}"):
            values = told(vera.page(path), f"/skrivelser/om-hinder/{barrier.id}")
            assert values["recipients"] == [str(an_agency(session, code).id)]


def test_a_letter_is_begun_with_copies_and_a_further_barrier(
    session: Session, people: People, vera: CheckingClient
) -> None:
    first, second = (a_recurring_barrier(session, people, name=name) for name in ("Tiotimmarsgränsen", "Två intyg"))
    session.commit()
    path = f"/skrivelser/om-hinder/{first.id}"
    chosen = {"another": str(second.id), "copies": [str(an_agency(session, "FK").id)]}
    made = vera.submit(path, path, **chosen)
    fresh(session)
    letter = session.scalars(select(Letter)).one()
    assert made.headers["Location"] == f"/skrivelser/{letter.id}/redigera"
    assert [barrier.name for barrier in letter.about] == ["Tiotimmarsgränsen", "Två intyg"]
    assert [agency.code for agency in letter.copies] == ["FK"]


def test_a_letter_is_not_begun_of_a_barrier_that_has_not_fired(
    session: Session, people: People, vera: CheckingClient
) -> None:
    watched = a_barrier(session, people.vera, [a_filed_deviation(session, people.rut)])
    session.commit()
    assert vera.get(f"/skrivelser/om-hinder/{watched.id}").status_code == 403
    first = a_recurring_barrier(session, people)
    session.commit()
    path = f"/skrivelser/om-hinder/{first.id}"
    data = {**told(vera.page(path), path), "another": str(watched.id)}
    answer = vera.post(path, data=data)
    assert answer.status_code == 422
    assert "Valet finns inte längre" in parsed(answer).text()


# ---- who may


@pytest.mark.parametrize("page", PAGES)
def test_who_does_not_read_drafts_finds_no_desk(logged_in: Browser, draft: Letter, page: str) -> None:
    for name in ("rut", "lena", "adam"):
        assert logged_in(name).get(f"/skrivelser/{draft.id}/{page}").status_code == 404


def test_the_steering_group_reads_versions_and_numbers_and_changes_nothing(
    stina: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}"
    for page in ("versioner", "versioner/1", "underlag", "underlag?nummer=1"):
        forms = [form.get("action") or "" for form in stina.page(f"{path}/{page}").all("form")]
        assert not [action for action in forms if action.startswith(path) and "versioner" not in action]
    for page in ("redigera", "typiska-fall", "mottagare"):
        assert stina.get(f"{path}/{page}").status_code == 404
    key = {"csrf_token": token(stina)}
    for act in ("underlag", "versioner/1/ta-tillbaka", "skriv-om", "osparat", "mottagare", "typiska-fall/1"):
        assert stina.post(f"{path}/{act}", data=key).status_code == 404


def test_who_may_not_see_small_counts_learns_only_what_has_changed(
    session: Session, people: People, vera: CheckingClient, stina: CheckingClient, draft: Letter
) -> None:
    """Twenty before and twenty-one now tells of one report."""
    joined(session, people.vera, a_filed_deviation(session, people.rut), draft.barrier)
    session.commit()
    path = f"/skrivelser/{draft.id}/underlag"
    rows = {name: figures(browser.page(path)) for name, browser in (("v", vera), ("s", stina))}
    assert any(any(map(str.isdigit, cell)) for cell in rows["v"])
    assert rows["s"] and not any(any(map(str.isdigit, cell)) for cell in rows["s"])


def figures(page: Page) -> list[str]:
    """What the table of changes says was and is."""
    return [page.text(cell) for cell in page.all("td")]


@pytest.mark.parametrize("status", [LetterStatus.IN_REVIEW, LetterStatus.DECIDED])
def test_the_desk_is_closed_for_what_is_no_draft_any_more(
    session: Session, people: People, vera: CheckingClient, status: LetterStatus
) -> None:
    letter = a_letter(session, people, status)
    session.commit()
    path = f"/skrivelser/{letter.id}"
    key = {"csrf_token": token(vera), "version": str(letter.version), "title": "T", "body": "B", "text": "T"}
    for page in ("redigera", "typiska-fall", "mottagare"):
        assert vera.get(f"{path}/{page}").status_code == 403
    report = letter.barrier.deviations[0].id
    acts = ("underlag", "versioner/1/ta-tillbaka", "skriv-om", "osparat", "osparat/kasta", "granska", "mottagare")
    for act in (*acts, f"typiska-fall/{report}", f"typiska-fall/{report}/flytta", f"typiska-fall/{report}/ta-bort"):
        assert vera.post(f"{path}/{act}", data=key).status_code == 403, act
    assert vera.get(f"{path}/versioner").status_code == vera.get(f"{path}/underlag").status_code == 200


# ---- the text


def test_the_text_is_shown_as_it_will_look_without_being_saved(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path, before = f"/skrivelser/{draft.id}/redigera", draft.body
    body = f"{before}\n\nEn **fet** mening.\n\n{'Ord och ' * 30}slut."
    answer = vera.submit(path, path, body=body, do="look")
    page = parsed(answer)
    assert answer.status_code == 200
    assert "<strong>fet</strong>" in page.html
    assert "språkråd" in page.text()
    assert "Meningen har" in page.text()
    fresh(session)
    assert draft.body == before
    assert session.scalars(select(LetterAutosave)).one().body == body.strip()


def test_what_was_typed_is_offered_when_she_comes_back(session: Session, vera: CheckingClient, draft: Letter) -> None:
    path = f"/skrivelser/{draft.id}"
    typed = {"csrf_token": token(vera), "title": draft.title, "body": "Jag hann inte", "version": str(draft.version)}
    kept = vera.post(f"{path}/osparat", data=typed)
    assert kept.status_code == 200 and ":" not in kept.json["saved"] and len(kept.json["saved"]) == 5
    assert "inte är sparat" in vera.page(f"{path}/redigera").text()
    assert "Fortsätt med det du skrev" in vera.page(path).text()
    assert told(vera.page(f"{path}/redigera"), f"{path}/redigera")["body"].strip() == draft.body.strip()  # type: ignore[attr-defined]
    again = vera.page(f"{path}/redigera?osparat=1")
    assert told(again, f"{path}/redigera")["body"] == "Jag hann inte"
    saved = vera.post(f"{path}/redigera", data=told(again, f"{path}/redigera"))
    assert saved.status_code == 302
    fresh(session)
    assert draft.body == "Jag hann inte"
    assert "inte är sparat" not in vera.page(f"{path}/redigera").text()


def test_what_was_typed_is_nobody_elses_and_can_be_thrown_away(
    session: Session, people: People, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}"
    other = session.get_one(User, people.stina.id)
    session.add(LetterAutosave(letter_id=draft.id, user_id=other.id, title="T", body="Stinas", based_on=1, at=NOW))
    session.commit()
    assert "Stinas" not in vera.page(f"{path}/redigera?osparat=1").html
    typed = {"csrf_token": token(vera), "title": "T", "body": "Veras", "version": str(draft.version)}
    vera.post(f"{path}/osparat", data=typed)
    assert vera.submit(f"{path}/redigera", f"{path}/osparat/kasta").status_code == 302
    assert [one.body for one in session.scalars(select(LetterAutosave))] == ["Stinas"]


def test_what_was_typed_before_somebody_else_saved_stands_beside_it(
    session: Session, people: People, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}"
    typed = {"csrf_token": token(vera), "title": draft.title, "body": "Min", "version": str(draft.version)}
    vera.post(f"{path}/osparat", data=typed)
    letter_writing.save(session, people.vera, draft, title="T", body="Deras", version=draft.version, at=NOW)
    session.add(LetterAutosave(letter_id=draft.id, user_id=people.vera.id, title="T", body="Min", based_on=1, at=NOW))
    session.commit()
    page = vera.page(f"{path}/redigera?osparat=1")
    assert "Någon annan sparade medan du skrev" in page.text()
    assert "Deras" in page.text() and "Min" in page.text()
    assert vera.post(f"{path}/redigera", data=told(page, f"{path}/redigera")).status_code == 302
    fresh(session)
    assert draft.body == "Min"


def test_a_refused_text_is_kept_for_tomorrow_too(session: Session, vera: CheckingClient, draft: Letter) -> None:
    path = f"/skrivelser/{draft.id}/redigera"
    assert vera.submit(path, path, title="", body="Min långa text").status_code == 422
    assert session.scalars(select(LetterAutosave)).one().body == "Min långa text"


def test_a_name_is_asked_about_once_and_a_number_never_gets_in(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}/redigera"
    named = f"{draft.body}\n\nAnna Svensson på enheten har svarat."
    asked = vera.submit(path, path, body=named)
    page = parsed(asked)
    assert asked.status_code == 422
    assert "Det är en företrädares namn" in page.text()
    fresh(session)
    assert "Svensson" not in draft.body
    data = told(page, path)
    boxes = [box.get("value") for box in page.all("input") if box.get("name") == "keep"]
    assert vera.post(path, data={**data, "keep": boxes}).status_code == 302
    assert vera.submit(path, path, body=f"{named}\n\nOch så det här.").status_code == 302  # not asked again
    refused = vera.submit(path, path, body=f"{named}\n\nDet gäller 850709-9805.")
    assert refused.status_code == 422
    assert [box.get("value") for box in parsed(refused).all("input") if box.get("name") == "keep"] == []


def test_a_name_is_masked_by_its_button(session: Session, vera: CheckingClient, draft: Letter) -> None:
    path = f"/skrivelser/{draft.id}/redigera"
    page = parsed(vera.submit(path, path, body="Anna Svensson sa nej. Anna Svensson sa ja."))
    (button,) = [one for one in page.all("button") if one.get("name") == "mask"]
    masked = parsed(vera.post(path, data={**told(page, path), "mask": button.get("value")}))
    assert told(masked, path)["body"] == "[namn] sa nej. [namn] sa ja."


def test_the_script_is_told_of_words_and_advice(vera: CheckingClient, draft: Letter) -> None:
    path, key = f"/skrivelser/{draft.id}", token(vera)
    marks = vera.post(f"{path}/granska", data={"csrf_token": key, "text": "Anna Svensson.", "title": "", "q": "x"})
    assert set(marks.json["fields"]) == {"text", "title"}
    assert "Anna Svensson" in marks.json["fields"]["text"]
    beside = vera.post(f"{path}/forhandsvisa", data={"csrf_token": key, "title": "T", "body": "Ord och " * 40})
    assert 'data-place="body"' in beside.get_data(as_text=True)
    assert "Meningen har" in beside.get_data(as_text=True)


def test_open_comments_stand_beside_the_text(session: Session, people: People, vera: CheckingClient) -> None:
    letter = a_letter(session, people, LetterStatus.IN_REVIEW)
    said = [
        letter_reviewing.comment(session, people.stina, letter, text=text, at=NOW) for text in ("Kortare.", "Klart.")
    ]
    letter_reviewing.settle(session, people.vera, letter, said[1].id, NOW)
    letter_deciding.send_back(session, people.stina, letter, "Ett ord till.", NOW)
    session.commit()
    text = vera.page(f"/skrivelser/{letter.id}/redigera").text()
    assert "1 öppen kommentar" in text and "Kortare." in text and "Klart." not in text


def test_the_preview_fills_the_evidence_blocks_from_the_frozen_numbers(vera: CheckingClient, draft: Letter) -> None:
    path, key = f"/skrivelser/{draft.id}", token(vera)
    data = {"csrf_token": key, "title": "T", "body": "Före.\n\n{{kommuntabell}}\n\n{{finns inte}}\n\n{{metod 2}}"}
    shown = vera.post(f"{path}/forhandsvisa", data=data).get_data(as_text=True)
    assert "{{kommuntabell}}" not in shown
    assert "Haninge" in shown
    assert (
        shown.count("{{finns inte}}") == shown.count("{{metod 2}}") == 3
    )  # in the advice with its place, and the text
    assert shown.count("fylls inte i från underlaget") == 2


def test_the_length_is_reckoned_with_the_cases_that_are_chosen(
    session: Session, people: People, vera: CheckingClient, draft: Letter
) -> None:
    path, told = f"/skrivelser/{draft.id}/forhandsvisa", {"title": "T", "body": "Vi ber er.\n\n{{typiska fall}}"}
    assert "Skrivelsen blir ungefär" not in vera.post(path, data={"csrf_token": token(vera), **told}).text
    of = {"barrier_id": draft.barrier_id, "passed_by_id": people.vera.id, "passed_at": NOW}
    for at, report in enumerate(draft.barrier.deviations[:4]):
        draft.cases.append(LetterCase(deviation_id=report.id, position=at, text="En mening om fallet. " * 150, **of))
    session.commit()
    assert "Skrivelsen blir ungefär" in vera.post(path, data={"csrf_token": token(vera), **told}).text


def test_the_text_can_be_begun_anew(session: Session, vera: CheckingClient, draft: Letter) -> None:
    path, first = f"/skrivelser/{draft.id}", draft.body
    assert vera.submit(f"{path}/redigera", f"{path}/redigera", body="Min text").status_code == 302
    assert vera.submit(f"{path}/redigera", f"{path}/skriv-om").status_code == 302
    fresh(session)
    assert draft.body == first
    assert len(draft.versions) == 3


# ---- versions


def test_versions_are_listed_read_compared_and_taken_back(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path, first = f"/skrivelser/{draft.id}", draft.body
    edited = f"{path}/redigera"
    assert vera.submit(edited, edited, body=first.replace("Tiotimmarsgränsen", "Timgränsen", 1)).status_code == 302
    listed = vera.page(f"{path}/versioner")
    assert "Version 2" in listed.text() and "Programmets utkast" in listed.text()
    compared = vera.page(f"{path}/versioner?fran=1&till=2")
    assert [compared.text(one) for one in compared.all("ins")] == ["[tillagt:] Timgränsen [slut]"]
    assert [compared.text(one) for one in compared.all("del")] == ["[borttaget:] Tiotimmarsgränsen [slut]"]
    assert "stycken är lika" in compared.text()
    assert "Texterna är lika." in vera.page(f"{path}/versioner?fran=2&till=2").text()
    assert "Tiotimmarsgränsen" in vera.page(f"{path}/versioner/1").text()
    assert vera.submit(f"{path}/versioner/1", f"{path}/versioner/1/ta-tillbaka").status_code == 302
    fresh(session)
    assert draft.body == first
    assert "Version 1 togs tillbaka" in vera.page(f"{path}/versioner").text()


@pytest.mark.parametrize("asked", ["fran=9", "fran=1&till=9", "fran=abc", "fran=-1", "fran=99999999999"])
def test_versions_that_are_none_are_not_compared(vera: CheckingClient, draft: Letter, asked: str) -> None:
    answer = vera.get(f"/skrivelser/{draft.id}/versioner?{asked}")
    assert answer.status_code == (404 if "9" in asked and "999" not in asked else 200)


def test_a_version_is_not_taken_back_over_somebodys_newer_text(
    session: Session, people: People, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}"
    vera.submit(f"{path}/redigera", f"{path}/redigera", body="Den andra")
    restore = f"{path}/versioner/1/ta-tillbaka"
    data = told(vera.page(f"{path}/versioner/1"), restore)
    vera.submit(f"{path}/redigera", f"{path}/redigera", body="Den tredje")
    assert vera.post(restore, data=data).status_code == 409
    fresh(session)
    assert draft.body == "Den tredje"


# ---- numbers


def taken_yesterday(session: Session, people: People) -> Letter:
    """A draft whose numbers were taken a day ago."""
    barrier = a_recurring_barrier(session, people, (6, 5, 5), days_ago(2))
    letter = a_draft(session, people, barrier, days_ago(1))
    session.commit()
    return letter


def test_numbers_are_compared_taken_anew_and_counted_again(
    session: Session, people: People, vera: CheckingClient
) -> None:
    letter = taken_yesterday(session, people)
    path = f"/skrivelser/{letter.id}/underlag"
    assert "Siffrorna är desamma i dag" in vera.page(path).text()
    for _ in range(3):
        joined(session, people.vera, a_filed_deviation(session, people.rut), letter.barrier)
    session.commit()
    body = letter.body
    page = vera.page(path)
    assert "16" in page.text() and "19" in page.text()
    assert "stämmer inte med de nya siffrorna" in page.text()
    assert vera.post(path, data=told(page, path)).status_code == 302
    after = vera.page(path)
    assert "Underlag 2" in after.text() and "Meningar som inte stämmer" in after.text()
    assert "stämmer inte med siffrorna" in vera.page(f"/skrivelser/{letter.id}/redigera").text()
    fresh(session)
    assert letter.body == body
    for number in (1, 2):
        assert "blir det samma siffror" in vera.page(f"{path}?nummer={number}").text()
    assert vera.get(f"{path}?nummer=3").status_code == 404
    assert vera.post(path, data=told(page, path)).status_code == 409  # taken over the first ones, once is enough


def test_small_numbers_stay_hidden_in_what_has_changed(session: Session, people: People, vera: CheckingClient) -> None:
    letter = taken_yesterday(session, people)
    alone = a_filed_deviation(session, people.vera, place="Väst", municipality="Nynäshamn")
    joined(session, people.vera, alone, letter.barrier)
    session.commit()
    page = vera.page(f"/skrivelser/{letter.id}/underlag")
    (row,) = [page.text(row) for row in page.all("tr") if "Nynäshamn" in page.text(row)]
    assert "1" not in row


# ---- cases


def test_cases_are_suggested_chosen_reworded_ordered_and_taken_away(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}/typiska-fall"
    ids = [report.id for report in draft.barrier.deviations]
    page = vera.page(path)
    offered = [one for one in ids if f"{path}/{one}" in {form.get("action") for form in page.all("form")}]
    assert len(offered) >= 2
    first, second = offered[:2]
    assert vera.submit(path, f"{path}/{first}", text="En person fick vänta.").status_code == 302
    assert vera.submit(path, f"{path}/{second}", text="En annan fick nej.").status_code == 302
    assert vera.submit(path, f"{path}/{second}/flytta").status_code == 302  # down: it is last already
    page = vera.page(path)
    up = {**told(page, f"{path}/{second}/flytta"), "do": "up"}
    assert vera.post(f"{path}/{second}/flytta", data=up).status_code == 302
    assert vera.submit(path, f"{path}/{first}", text="En person fick vänta i ett år.").status_code == 302
    fresh(session)
    found = session.scalars(select(LetterCase).order_by(LetterCase.position)).all()
    assert [(case.deviation_id, case.text) for case in found] == [
        (second, "En annan fick nej."),
        (first, "En person fick vänta i ett år."),
    ]
    assert "Typiska fall (2)" in vera.page(f"/skrivelser/{draft.id}").text()
    assert "En annan fick nej." in vera.page(f"/skrivelser/{draft.id}").text()
    assert "ingen plats för fallen" not in vera.page(path).text()
    edited = f"/skrivelser/{draft.id}/redigera"
    vera.submit(edited, edited, body="Utan plats.")
    assert "ingen plats för fallen" in vera.page(path).text()
    assert vera.submit(path, f"{path}/{first}/ta-bort").status_code == 302
    fresh(session)
    assert len(session.scalars(select(LetterCase)).all()) == 1


def test_a_case_with_a_name_is_asked_about_and_one_with_a_number_refused(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}/typiska-fall"
    id = draft.barrier.deviations[0].id
    asked = vera.submit(path, f"{path}/{id}", text="Anna Svensson fick nej.")
    page = parsed(asked)
    assert asked.status_code == 422
    assert "Anna Svensson fick nej." in page.html
    boxes = [box.get("value") for box in page.all("input") if box.get("name") == "keep"]
    assert boxes == ["anna svensson"]
    refused = vera.submit(path, f"{path}/{id}", text="Det gäller 850709-9805.")
    assert refused.status_code == 422
    assert "ett personnummer" in parsed(refused).text()
    assert vera.submit(path, f"{path}/{id}", text="").status_code == 422
    assert session.scalars(select(LetterCase)).all() == []
    data = {**told(page, f"{path}/{id}"), "keep": boxes}
    assert vera.post(f"{path}/{id}", data=data).status_code == 302
    fresh(session)
    assert session.scalars(select(LetterCase)).one().text == "Anna Svensson fick nej."


# ---- addresses


def test_recipients_copies_and_barriers_are_changed(
    session: Session, people: People, vera: CheckingClient, draft: Letter
) -> None:
    second = a_recurring_barrier(session, people, name="Två intyg")
    session.commit()
    path = f"/skrivelser/{draft.id}/mottagare"
    codes = {code: str(an_agency(session, code).id) for code in ("AF", "FK")}
    chosen = {"recipients": [], "more_recipients": [codes["AF"]], "copies": [codes["FK"]], "another": str(second.id)}
    assert vera.submit(path, path, **chosen).status_code == 302
    fresh(session)
    assert [agency.code for agency in draft.recipients] == ["AF"]
    assert [agency.code for agency in draft.copies] == ["FK"]
    assert [one.name for one in draft.further] == ["Två intyg"]
    assert "Två intyg" in draft.body
    assert vera.submit(path, path, further=[]).status_code == 302
    fresh(session)
    assert draft.further == []


@pytest.mark.parametrize("recipients", [[], ["abc"], ["2147483648"]])
def test_a_letter_stays_addressed_to_somebody(
    session: Session, vera: CheckingClient, draft: Letter, recipients: list[str]
) -> None:
    path = f"/skrivelser/{draft.id}/mottagare"
    assert vera.submit(path, path, recipients=recipients).status_code == 422
    fresh(session)
    assert [agency.code for agency in draft.recipients] == ["NR"]


def test_addresses_are_not_changed_over_somebodys_newer_save(
    session: Session, vera: CheckingClient, draft: Letter
) -> None:
    path = f"/skrivelser/{draft.id}"
    shown = told(vera.page(f"{path}/mottagare"), f"{path}/mottagare")
    data = {**shown, "more_recipients": [str(an_agency(session).id)]}
    vera.submit(f"{path}/redigera", f"{path}/redigera", body="Den andra")
    assert vera.post(f"{path}/mottagare", data=data).status_code == 409
    fresh(session)
    assert [agency.code for agency in draft.recipients] == ["NR"]
