"""A list in an address: what is read from it, what is written into it, and what is left out kindly."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deviations.domain.lists import (
    BIGGEST_ID,
    FILTERS,
    LONGEST_TEXT,
    ORDERS,
    Chosen,
    Order,
    Place,
    View,
    from_address,
    to_address,
    unread,
    without,
)
from deviations.domain.workflow import Kind, Status, Step

IDS = st.none() | st.integers(1, BIGGEST_ID)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30), timezones=st.just(UTC))
KEYS = {
    Order.OLDEST: MOMENTS,
    Order.NEWEST: MOMENTS,
    Order.DUE: st.none() | DAYS,
    Order.PRIORITY: st.integers(-1000, BIGGEST_ID),
}


@st.composite
def lists(draw: st.DrawFn) -> Chosen:
    """Any list that a page can make."""
    view = draw(st.sampled_from(View))
    order = draw(st.sampled_from(ORDERS[view]))
    place = st.builds(Place, KEYS[order], st.integers(1, BIGGEST_ID), st.booleans())
    return Chosen(
        view=view,
        agency=draw(IDS),
        rule=draw(IDS),
        municipality=draw(IDS),
        subproject=draw(IDS),
        step=draw(st.none() | st.sampled_from(Step)),
        status=draw(st.none() | st.sampled_from(Status)),
        kind=draw(st.none() | st.sampled_from(Kind)),
        since=draw(st.none() | DAYS),
        until=draw(st.none() | DAYS),
        text=draw(st.sampled_from(["", "arbetsträning", "tio timmar", "å\"ä' OR 1=1 --", "<b>&amp;"])),
        order=None if order is ORDERS[view][0] else order,
        place=draw(st.none() | place),
    )


@given(lists())
def test_an_address_gives_back_the_list_that_it_was_made_of(chosen: Chosen) -> None:
    address = to_address(chosen)
    assert from_address(address) == chosen
    assert unread(address) == ()


@given(st.dictionaries(st.sampled_from(["ko", *FILTERS, "ordning", "efter", "fore"]), st.text()))
def test_whatever_stands_in_an_address_a_list_comes_out_and_what_was_not_read_is_named(args: dict[str, str]) -> None:
    chosen = from_address(args)
    assert from_address(to_address(chosen)) == chosen
    assert set(unread(args)) <= {name for name, value in args.items() if value.strip()}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("part", "abc"),
        ("part", "9223372036854775808"),
        ("kommun", "-1"),
        ("regel", "٣"),
        ("delprojekt", "1e3"),
        ("fran", "2026-02-30"),
        ("till", "0001-01-01"),
        ("till", "9999-12-31"),
        ("status", "borta"),
        ("steg", "INTAKE"),
        ("slag", "deviation\x00"),
    ],
)
def test_a_filter_that_can_not_be_read_is_left_out_and_named(name: str, value: str) -> None:
    assert not from_address({name: value}).filtered
    assert unread({name: value}) == (name,)


@pytest.mark.parametrize(
    "place",
    ["", "_", "5", "x_5", "5_x", "1_2_3", "5_0", "99999999999999999_1", "-99999999999999999_1", "-1_1", "0_1"],
)
def test_a_place_that_can_not_be_read_is_the_first_page(place: str) -> None:
    assert from_address({"efter": place}).place is None


def test_an_order_that_a_view_does_not_have_is_its_usual_one() -> None:
    assert from_address({"ko": "alla", "ordning": "lovad"}).sorted_by is Order.NEWEST
    assert from_address({"ko": "forsenade"}).sorted_by is Order.DUE


def test_a_text_is_cut_to_what_a_search_takes() -> None:
    assert len(from_address({"q": "ord " * 100_000}).text) <= LONGEST_TEXT
    assert from_address({"q": " \x00tio\n\ttimmar\ud800 "}).text == "tio timmar"


def test_a_list_without_one_of_its_filters_begins_anew() -> None:
    chosen = Chosen(agency=3, text="ord", place=Place(5, 5))
    assert without(chosen, "agency") == Chosen(text="ord")
    assert without(chosen, "text") == Chosen(agency=3)
