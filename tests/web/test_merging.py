"""The pages that merge barriers, move reports out of one, close duplicates and set reports apart, without script."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from deviations.domain.letters import LetterStatus
from deviations.domain.workflow import CloseReason, Status
from deviations.models import Barrier, Deviation
from deviations.queries import pairs
from deviations.services import merging, triage
from tests.factories import (
    NOW,
    a_barrier,
    a_filed_deviation,
    a_letter,
    a_recurring_barrier,
    spread_reports,
)
from tests.pages import CheckingClient, Page
from tests.people import People

Browser = Callable[[str], CheckingClient]


def two(session: Session, people: People) -> tuple[Barrier, Barrier]:
    reports = spread_reports(session, people)
    source = a_barrier(session, people.vera, reports[:3], name="Försäkring saknas")
    target = a_barrier(session, people.vera, reports[3:])
    session.commit()
    return source, target


def of(response: Any) -> Page:
    return Page(response.get_data(as_text=True))


def posted(browser: CheckingClient, path: str, **data: object) -> int:
    """The status of a POST with a good token."""
    (key, *_) = [f.get("value") for f in browser.page("/").all("input") if f.get("name") == "csrf_token"]
    return browser.post(path, data={"csrf_token": key, **data}).status_code


def closed(session: Session, people: People, one: Deviation, of: Deviation) -> None:
    decision = triage.Decision(Status.CLOSED, reason=CloseReason.DUPLICATE, duplicate_of=of)
    triage.move(session, people.vera, one, decision, at=NOW)
    session.commit()


def test_a_barrier_becomes_part_of_another_and_both_pages_say_so(
    session: Session, people: People, logged_in: Browser
) -> None:
    source, target = two(session, people)
    vera, action = logged_in("vera"), f"/hinder/{source.id}/sla-ihop"
    assert action in vera.page(f"/hinder/{source.id}").html
    sent = vera.submit(action, action, target=str(target.id), note="Samma gräns.")
    assert sent.headers["Location"] == f"/hinder/{target.id}"
    page = vera.page(f"/hinder/{target.id}")
    assert "Här ingår Försäkring saknas" in page.text()
    assert "Hindret ”Försäkring saknas” slogs ihop med det här" in page.text()
    gone = vera.page(f"/hinder/{source.id}")
    assert "Ihopslaget med ett annat hinder" in gone.text()
    assert f'href="/hinder/{target.id}"' in gone.html
    assert "Slogs ihop med hindret ”Tiotimmarsgränsen”" in gone.text()
    assert "Samma här" not in gone.text()
    assert not [form for form in gone.all("form") if "/avsluta" in (form.get("action") or "")]
    assert "Försäkring saknas" not in vera.page("/hinder").text()


def test_the_flash_undoes_it_and_the_history_says_so(session: Session, people: People, logged_in: Browser) -> None:
    source, target = two(session, people)
    vera, action = logged_in("vera"), f"/hinder/{source.id}/sla-ihop"
    vera.submit(action, action, target=str(target.id), note="Samma gräns.")
    page = vera.page(f"/hinder/{target.id}")
    undo = next(form for form in page.all("form") if (form.get("action") or "").endswith("/angra"))
    token = next(f.get("value") for f in undo.iter("input") if f.get("name") == "csrf_token")
    vera.post(undo.get("action"), data={"csrf_token": token})
    page = vera.page(f"/hinder/{source.id}")
    assert "Ihopslaget" not in page.text()
    assert "Ångrade: slogs ihop med hindret ”Tiotimmarsgränsen”" in page.text()
    assert "Slogs ihop med hindret ”Tiotimmarsgränsen” (ångrat)" in page.text()
    assert "Försäkring saknas" in vera.page("/hinder").text()


def test_merging_asks_for_a_barrier_and_a_reason(session: Session, people: People, logged_in: Browser) -> None:
    source, target = two(session, people)
    action = f"/hinder/{source.id}/sla-ihop"
    sent = logged_in("vera").submit(action, action, target="", note="")
    assert sent.status_code == 422
    assert "Välj vilket hinder" in of(sent).text()
    assert "Skriv en förklaring" in of(sent).text()
    sent = logged_in("vera").submit(action, action, target=str(target.id), note="Ring 850709-9805.")
    assert (sent.status_code, "ett personnummer" in of(sent).text()) == (422, True)
    session.refresh(source)
    assert source.merged_into_id is None


def test_a_letter_under_way_is_named_before_and_after(session: Session, people: People, logged_in: Browser) -> None:
    source = a_recurring_barrier(session, people, name="Försäkring saknas")
    a_letter(session, people, LetterStatus.SENT, source)
    target = a_barrier(session, people.vera)
    session.commit()
    action = f"/hinder/{source.id}/sla-ihop"
    assert "Slå ihop åt andra hållet" in logged_in("vera").page(action).text()
    sent = logged_in("vera").submit(action, action, target=str(target.id), note="Samma gräns.")
    assert sent.status_code == 422
    assert "inte är avslutad" in of(sent).text()


def test_a_merged_barrier_has_no_merge_page_and_other_roles_have_none(
    session: Session, people: People, logged_in: Browser
) -> None:
    source, target = two(session, people)
    for name in ("rut", "lena", "stina", "adam"):
        for page in ("sla-ihop", "dela"):
            logged_in(name).page(f"/hinder/{source.id}/{page}", 404)
    merging.merge(session, people.vera, source, target, "Samma gräns.", at=NOW)
    session.commit()
    assert "del av ett annat hinder" in logged_in("vera").page(f"/hinder/{source.id}/sla-ihop", 403).text()


def test_marked_reports_move_to_a_new_barrier(session: Session, people: People, logged_in: Browser) -> None:
    source, _ = two(session, people)
    vera = logged_in("vera")
    boxes = [f for f in vera.page(f"/hinder/{source.id}").all("input") if f.get("name") == "avvikelse"]
    assert len(boxes) == 3
    marked = boxes[0].get("value")
    path = f"/hinder/{source.id}/dela?avvikelse={marked}"
    ticked = [f for f in vera.page(path).all("input") if f.get("name") == "reports" and f.get("checked") is not None]
    assert [f.get("value") for f in ticked] == [marked]
    sent = vera.submit(path, f"/hinder/{source.id}/dela", name="Ingen läkare", note="Det gäller intyget.")
    assert sent.status_code == 302
    page = vera.page(f"/hinder/{source.id}").text()
    assert "1 avvikelse flyttades till hindret ”Ingen läkare”" in page
    assert "Det gäller intyget." in page
    assert "Ingen läkare" in vera.page("/hinder").text()
    assert "1 avvikelse flyttades" not in logged_in("rut").page(f"/hinder/{source.id}").text()


def test_moving_asks_for_reports_and_for_one_place(session: Session, people: People, logged_in: Browser) -> None:
    source, target = two(session, people)
    action = f"/hinder/{source.id}/dela"
    sent = logged_in("vera").submit(action, action, name="", note="Fel.")
    assert sent.status_code == 422
    assert "Markera minst en avvikelse" in of(sent).text()
    assert "inte båda" in of(sent).text()
    sent = logged_in("vera").submit(action, action, name="Nytt", target=str(target.id), note="Fel.")
    assert "inte båda" in of(sent).text()


def test_a_report_that_moved_meanwhile_is_not_moved_again(session: Session, people: People, logged_in: Browser) -> None:
    source, target = two(session, people)
    vera = logged_in("vera")
    value = next(f for f in vera.page(f"/hinder/{source.id}").all("input") if f.get("name") == "avvikelse").get("value")
    page = vera.page(f"/hinder/{source.id}/dela?avvikelse={value}")
    token = next(f.get("value") for f in page.all("input") if f.get("name") == "csrf_token")
    report = session.get_one(Deviation, int(value.partition("-")[0]))
    triage.move(session, people.vera, report, triage.Decision(Status.JOINED, barrier=target), at=NOW)
    session.commit()
    sent = vera.post(
        f"/hinder/{source.id}/dela", data={"csrf_token": token, "reports": value, "name": "Nytt", "note": "Fel."}
    )
    assert sent.status_code == 422
    assert "finns inte längre" in of(sent).text()


def test_a_duplicate_and_its_original_point_to_each_other(session: Session, people: People, logged_in: Browser) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rita)
    session.commit()
    action = f"/avvikelser/{other.id}/beslut/closed"
    sent = logged_in("vera").submit(
        f"/avvikelser/{other.id}",
        action,
        **{"closed-reason": "duplicate", "closed-duplicate_of": str(one.id), "closed-note": "Samma möte."},
    )
    assert sent.status_code == 302
    assert f'href="/avvikelser/{one.id}"' in logged_in("vera").page(f"/avvikelser/{other.id}").html
    assert "1 dubblett" in logged_in("vera").page(f"/avvikelser/{one.id}").text()
    # Rut may not read Rita's report, nor Rita Rut's: nothing is told of it.
    assert "dubblett" not in logged_in("rut").page(f"/avvikelser/{one.id}").text()
    assert f'href="/avvikelser/{one.id}"' not in logged_in("rita").page(f"/avvikelser/{other.id}").html


def test_a_duplicate_of_nothing_or_of_a_duplicate_is_refused_at_the_field(
    session: Session, people: People, logged_in: Browser
) -> None:
    a, b, c = (a_filed_deviation(session, people.rut) for _ in range(3))
    session.commit()
    closed(session, people, a, b)
    path, action = f"/avvikelser/{c.id}", f"/avvikelser/{c.id}/beslut/closed"
    sent = logged_in("vera").submit(path, action, **{"closed-reason": "duplicate", "closed-duplicate_of": "99999"})
    assert (sent.status_code, "ingen avvikelse med det numret" in of(sent).text()) == (422, True)
    sent = logged_in("vera").submit(path, action, **{"closed-reason": "duplicate", "closed-duplicate_of": str(a.id)})
    assert sent.status_code == 422
    assert f"Avvikelse {a.id} är själv en dubblett av avvikelse {b.id}. Skriv {b.id} i stället." in of(sent).text()


def test_what_looks_like_the_same_happening_is_closed_or_set_apart_by_one_press(
    session: Session, people: People, logged_in: Browser
) -> None:
    first = a_filed_deviation(session, people.rut)
    second, third = (
        a_filed_deviation(session, people.rolf, title=f"Ingen försäkring under tio timmar {n}") for n in "ab"
    )
    session.commit()
    vera = logged_in("vera")
    page = vera.page(f"/avvikelser/{second.id}")
    assert "Samma händelse?" in page.text()
    assert "Samma händelse?" not in logged_in("rut").page(f"/avvikelser/{second.id}").text()
    apart = f"/avvikelser/{second.id}/inte-dubblett/{third.id}"
    assert vera.submit(f"/avvikelser/{second.id}", apart).status_code == 302
    assert pairs.apart(session, [second.id, third.id]) == {(second.id, third.id)}
    forms = vera.page(f"/avvikelser/{second.id}").all("form")
    assert apart not in [form.get("action") for form in forms]
    one_press = next(
        {field.get("name"): field.get("value") for field in form.iter("input")}
        for form in forms
        if any(f.get("name") == "closed-duplicate_of" and f.get("type") == "hidden" for f in form.iter("input"))
    )
    assert one_press["closed-duplicate_of"] == str(first.id)
    assert vera.post(f"/avvikelser/{second.id}/beslut/closed", data=one_press).status_code == 302
    session.rollback()
    session.refresh(second)
    assert second.duplicate_of_id == first.id


def test_a_report_is_not_set_apart_from_itself_or_by_others(
    session: Session, people: People, logged_in: Browser
) -> None:
    one, other = a_filed_deviation(session, people.rut), a_filed_deviation(session, people.rut)
    session.commit()
    assert posted(logged_in("vera"), f"/avvikelser/{one.id}/inte-dubblett/{one.id}") == 404
    for name in ("lena", "rut", "stina"):
        assert posted(logged_in(name), f"/avvikelser/{one.id}/inte-dubblett/{other.id}") == 404
    assert not pairs.apart(session, [one.id, other.id])
