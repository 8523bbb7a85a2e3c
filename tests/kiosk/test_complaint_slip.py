"""What is on the slip of a complaint, in each language, and what is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hardware.document import Document, Number, Qr, Text, decode, encode
from hardware.drawing import undrawable
from hardware.payload import payload
from hardware.profiles import PROFILES
from kiosk.complaint_slip import complaint_slip, promised
from lobby.care.clocks import ClockKind, Standing
from lobby.care.complaints import State
from lobby.care.views import ClockView, ComplaintView, Told
from lobby.views import BranchView, branch_view
from lobby.words import words
from tests.builders import a_room, moment
from tests.kiosk.builders import example_setup

LANGUAGES = ("en", "ar", "zh", "ru")
URL = "https://lobby.example/c/C-7K3M9QA"
PROMISE = ClockView(ClockKind.PROMISE, moment("2026-11-23 10:42"), Standing.OK)
LAW = ClockView(ClockKind.LAW, moment("2026-12-15 23:59"), Standing.OK)


def a_branch() -> BranchView:
    return branch_view(a_room(example_setup()).branch, moment("2026-11-22 10:42"))


def a_complaint(**changes: Any) -> ComplaintView:
    fields: dict[str, Any] = {
        "reference": "C-7K3M9QA",
        "state": State.RECEIVED,
        "received_at": moment("2026-11-22 10:42"),
        "place": "counter",
        "language": "en",
        "service": "cash",
        "ticket": "2026-11-22-A047",
        "category": "fees",
        "matter": "general",
        "severity": 0,
        "priority": 0,
        "owner": "ann",
        "contact": True,
        "decision": "",
        "cause": "",
        "solved": None,
        "times_reopened": 0,
        "next_at": None,
        "clocks": (PROMISE, LAW),
        "steps": (),
    }
    return ComplaintView(**fields | changes)


def on_paper(language: str = "en", url: str = URL, **changes: Any) -> Document:
    return complaint_slip(a_complaint(language=language, **changes), a_branch(), words(language), url=url)


def lines(document: Document) -> list[str]:
    return [element.text for element in document.elements if isinstance(element, Text)]


def test_the_slip_says_what_happens_until_when_and_how_to_ask() -> None:
    assert lines(on_paper()) == [
        "Main Street",
        "We have your complaint",
        "You hear from us by Nov 23, 2026 10:42",
        "By law you get our final answer by Dec 15, 2026",
        "To ask about it, say this reference at any counter.",
        "See on your phone how it stands",
        "Received Nov 22, 2026 10:42",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reference_is_large_and_the_same_in_every_language(language: str) -> None:
    assert [e for e in on_paper(language).elements if isinstance(e, Number)] == [Number("C-7K3M9QA", 8)]


def test_where_no_law_sets_a_time_none_is_said() -> None:
    slip = on_paper(clocks=(PROMISE,))
    assert not any("law" in line for line in lines(slip))
    assert promised(a_complaint(clocks=(PROMISE,)), a_branch(), words("en")).law == ""


def test_without_an_address_for_phones_there_is_no_code_and_no_word_of_one() -> None:
    slip = on_paper(url="")
    assert not any(isinstance(element, Qr) for element in slip.elements)
    assert not any("phone" in line for line in lines(slip))
    assert [e.data for e in on_paper().elements if isinstance(e, Qr)] == [URL]


def test_the_customers_words_and_the_visit_are_never_on_paper() -> None:
    told = Told("They were rude to Amal", "Amal", "0600 000 000")
    printed = encode(on_paper(told=told)).decode()
    for personal in ("rude", "Amal", "0600", "A047", "fees", "Cash"):
        assert personal not in printed


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("profile", PROFILES)
def test_every_letter_can_be_drawn_on_every_paper(language: str, profile: str) -> None:
    slip = on_paper(language)
    assert undrawable(slip) == ()
    assert decode(encode(slip)) == slip
    assert payload(slip, PROFILES[profile])


def test_dates_are_those_of_the_branchs_own_clock() -> None:
    tokyo = msgspec.structs.replace(a_branch(), zone="Asia/Tokyo")
    assert promised(a_complaint(), tokyo, words("en")).received == "Received Nov 22, 2026 19:42"
