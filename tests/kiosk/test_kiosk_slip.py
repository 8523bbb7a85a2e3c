"""What is on the ticket, in each language."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from hardware.document import Document, Items, Number, Qr, Text, decode, encode
from hardware.drawing import undrawable
from kiosk import slip
from kiosk.phrases import people_ahead
from lobby.queue.events import Promise
from lobby.queue.ticket import State
from lobby.views import BranchView, TicketView, branch_view
from lobby.words import wait_range, words
from tests.builders import a_room, moment
from tests.kiosk.builders import example_setup

LANGUAGES = ["en", "ar", "zh", "ru"]
URL = "https://lobby.example/t/k7Q2mX9rTb"


def a_branch() -> BranchView:
    return branch_view(a_room(example_setup()).branch, moment("2026-11-22 10:42"))


def a_ticket(**changes: Any) -> TicketView:
    fields: dict[str, Any] = {
        "id": "2026-11-22-A047",
        "number": "A047",
        "service": "cash",
        "service_name": "Cash",
        "language": "en",
        "state": State.WAITING,
        "arrived_at": moment("2026-11-22 10:42"),
        "ahead": 6,
        "promise": Promise(480, 840),
    }
    return TicketView(**fields | changes)


def on_paper(url: str = URL, copy: int = 0, **changes: Any) -> Document:
    ticket = a_ticket(copies=copy, **changes)
    return slip(ticket, a_branch(), words(ticket.language), url=url)


def lines(document: Document) -> list[str]:
    return [element.text for element in document.elements if isinstance(element, Text)]


def test_an_english_slip_says_everything_once_from_top_to_bottom() -> None:
    assert lines(on_paper()) == [
        "Main Street",
        "Cash",
        wait_range(Promise(480, 840), words("en")),
        "6 people before you",
        "Follow your turn on your phone",
        "Issued Nov 22, 2026 10:42",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_is_18_mm_high_and_untouched_by_the_language(language: str) -> None:
    assert [e for e in on_paper(language=language).elements if isinstance(e, Number)] == [Number("A047", 18)]


@pytest.mark.parametrize(
    ("language", "branch", "service", "first"),
    [
        ("en", "Main Street", "Cash", "Passport or ID card"),
        ("ar", "الشارع الرئيسي", "الخدمات النقدية", "جواز السفر أو بطاقة الهوية"),
        ("zh", "中央大街支行", "现金业务", "护照或身份证"),
        ("ru", "Главная улица", "Касса", "Паспорт или удостоверение личности"),
    ],
)
def test_names_and_documents_are_in_the_customers_language(
    language: str, branch: str, service: str, first: str
) -> None:
    document = on_paper(language=language)
    assert lines(document)[:2] == [branch, service]
    (bring,) = (e for e in document.elements if isinstance(e, Items))
    assert bring.title == words(language)("Please have ready:")
    assert bring.items[0] == first
    assert document.language == bring.language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_before_are_counted_in_each_languages_own_forms(language: str) -> None:
    said = words(language)
    for ahead in (1, 2, 3, 5, 11, 21, 100):
        expected = said.plural("%(count)s person before you", "%(count)s people before you", ahead)
        assert expected in lines(on_paper(language=language, ahead=ahead))
    assert said("Nobody is waiting before you") in lines(on_paper(language=language, ahead=0))


def test_english_knows_one_and_many() -> None:
    assert [people_ahead(n, words("en")) for n in (0, 1, 2)] == [
        "Nobody is waiting before you",
        "1 person before you",
        "2 people before you",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wait_that_is_not_known_is_said_so(language: str) -> None:
    assert words(language)("The wait is not known yet.") in lines(on_paper(language=language, promise=None))


@pytest.mark.parametrize("language", LANGUAGES)
def test_date_and_time_are_the_branchs_own(language: str) -> None:
    in_summer = moment("2026-07-01 23:30")
    issued = lines(on_paper(language=language, arrived_at=in_summer))[-1]
    assert "23:30" in issued
    assert "2026" in issued


def test_a_copy_is_marked_and_keeps_its_number() -> None:
    document = on_paper(copy=2)
    assert lines(document)[0] == "COPY"
    assert document.copy == 2
    assert Number("A047", 18) in document.elements
    assert "COPY" not in lines(on_paper())


def test_without_an_address_for_phones_there_is_no_code_and_no_word_of_it() -> None:
    document = on_paper(url="")
    assert not any(isinstance(e, Qr) for e in document.elements)
    assert "Follow your turn on your phone" not in lines(document)
    assert Qr(URL) in on_paper().elements


def test_further_services_of_the_visit_are_named() -> None:
    assert "Then: Loans and Cards" in lines(on_paper(then=("loans", "cards")))


def test_a_service_that_is_gone_from_the_branch_file_keeps_its_name() -> None:
    assert lines(on_paper(service="old", service_name="Old service"))[1] == "Old service"


def test_documents_that_nobody_translated_come_in_the_branchs_language() -> None:
    branch = a_branch()
    cash = msgspec.structs.replace(branch.services[0], documents={"en": ("Bank card",)})
    branch = msgspec.structs.replace(branch, services=(cash,))
    document = slip(a_ticket(language="zh"), branch, words("zh"), url="")
    assert [e.items for e in document.elements if isinstance(e, Items)] == [("Bank card",)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_survives_the_spool_and_has_a_glyph_for_every_character(language: str) -> None:
    document = on_paper(language=language, copy=1, then=("loans",))
    assert decode(encode(document)) == document
    assert undrawable(document) == ()
