"""What is on the slips: the ticket, the list of documents, the trial; in each language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from hardware.document import Document, Items, Number, Qr, Text, decode, encode
from hardware.drawing import undrawable
from hardware.payload import payload
from hardware.profiles import PROFILES
from kiosk import slip
from kiosk.phrases import people_ahead
from kiosk.slip import list_of_documents, trial
from lobby.config import FILE, BadBranchFile, load
from lobby.queue.events import Promise
from lobby.queue.services import Setup
from lobby.queue.ticket import State
from lobby.views import BranchView, ServiceView, TicketView, branch_view
from lobby.words import LANGUAGES, wait_range, words
from tests.builders import a_room, moment
from tests.kiosk.builders import example_setup

URL = "https://lobby.example/t/k7Q2mX9rTb"


def a_branch(setup: Setup | None = None, **changes: Any) -> BranchView:
    branch = branch_view(a_room(setup or example_setup()).branch, moment("2026-11-22 10:42"))
    return msgspec.structs.replace(branch, **changes)


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


def on_paper(url: str = URL, copy: int = 0, branch: BranchView | None = None, **changes: Any) -> Document:
    ticket = a_ticket(copies=copy, **changes)
    return slip(ticket, branch or a_branch(), words(ticket.language), url=url)


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


# -- what is not on every ticket


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_that_the_law_asks_for_ends_the_ticket_where_a_law_sets_a_limit(language: str) -> None:
    said = words(language)
    by_law = lines(on_paper(language=language, branch=a_branch(legal_wait_min=40)))
    assert by_law[-1] == said("Legal limit for your wait: %(minutes)s minutes", minutes=40)
    assert lines(on_paper(language=language)) == by_law[:-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_time_of_a_kept_appointment_stands_before_the_wait(language: str) -> None:
    said = words(language)
    slot = moment("2026-11-22 11:15")
    with_it, without = (lines(on_paper(language=language, appointment=at)) for at in (slot, None))
    kept = said("Appointment at %(time)s", time="11:15")
    assert [line for line in with_it if line not in without] == [kept]
    assert with_it.index(kept) == with_it.index(wait_range(Promise(480, 840), said)) - 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kiosk_that_knows_neither_who_waits_nor_how_long_says_so_and_counts_nobody(language: str) -> None:
    said = words(language)
    alone = lines(on_paper(language=language, ahead=None, promise=None))
    assert said("The wait is not known yet.") in alone
    assert len(alone) == len(lines(on_paper(language=language))) - 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_copy_says_so_first_and_is_the_same_ticket_otherwise(language: str) -> None:
    first, copy = (on_paper(language=language, copy=copy, appointment=moment("2026-11-22 11:15")) for copy in (0, 3))
    assert lines(copy) == [words(language)("COPY"), *lines(first)]
    for kind in (Number, Qr, Items):
        same = [[element for element in one.elements if isinstance(element, kind)] for one in (first, copy)]
        assert same[0] == same[1]
    assert (first.copy, copy.copy) == (0, 3)


def test_a_further_service_that_nobody_translated_keeps_its_name_in_the_branchs_language() -> None:
    branch = a_branch()
    loans = msgspec.structs.replace(branch.services[3], names={"en": "Loans"})
    branch = msgspec.structs.replace(branch, services=(*branch.services[:3], loans))
    assert words("zh")("Then: %(services)s", services="Loans") in lines(
        on_paper(language="zh", branch=branch, then=("loans",))
    )


# -- the list of documents, and the trial


def service(code: str, branch: BranchView) -> ServiceView:
    return next(one for one in branch.services if one.code == code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_names_branch_service_and_documents_and_says_that_it_is_no_ticket(language: str) -> None:
    branch, said = a_branch(), words(language)
    loans = service("loans", branch)
    document = list_of_documents(loans, branch, said)
    bring = loans.documents.get(language, loans.documents["en"])
    assert [e for e in document.elements if isinstance(e, Items)] == [Items(said("Please bring:"), bring, language)]
    assert lines(document)[:3] == [
        branch.names.get(language, branch.name),
        loans.names.get(language, loans.name),
        said("This is not a ticket. Take one when you come back."),
    ]
    assert "10:42" in lines(document)[3]
    assert not any(isinstance(element, Number | Qr) for element in document.elements)
    assert document.language == language
    assert undrawable(document) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_of_a_service_without_documents_says_that_none_are_needed(language: str) -> None:
    branch, said = a_branch(), words(language)
    bare = msgspec.structs.replace(service("cash", branch), documents={})
    (bring,) = (e for e in list_of_documents(bare, branch, said).elements if isinstance(e, Items))
    assert bring.items == (said("No documents needed"),)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_trial_shows_its_printer_a_number_and_the_time_and_can_be_drawn(language: str) -> None:
    document = trial("Принтер 2", moment("2026-11-22 10:42"), "Europe/London", words(language))
    assert lines(document)[:2] == [words(language)("Test print"), "Принтер 2"]
    assert lines(document)[2].endswith("10:42")
    assert Number("A 123", 18) in document.elements
    assert undrawable(document) == ()


# -- as much as the branch file takes

SENTENCES = {
    "en": "Proof of address, not older than three months, such as a bill for water, gas or power in your own name. ",
    "ar": "إثبات العنوان لا يزيد عمره على ثلاثة أشهر، مثل فاتورة المياه أو الغاز أو الكهرباء باسمك الشخصي. ",
    "zh": "三个月内的住址证明，例如写有您本人姓名的水费、煤气费或电费账单，或由居委会盖章的居住证明。",
    "ru": "Подтверждение адреса не старше трёх месяцев, например счёт за воду, газ или электричество на ваше имя. ",
    "hi": "पते का प्रमाण जो तीन महीने से पुराना न हो, जैसे आपके अपने नाम पर पानी, गैस या बिजली का बिल। ",
}
"""What a list may say of one document."""


def written(folder: Path, language: str, documents: tuple[str, ...]) -> Setup:
    """The setup of a branch file with these documents for its one service; refused as the branch file is."""
    listed = ", ".join(f'"{document}"' for document in documents)
    (folder / FILE).write_text(
        f"""[branch]
id = "b"
name = "Main Street"
languages = ["{language}"]
[[services]]
code = "cash"
name = "Cash"
documents = {{ {language} = [{listed}] }}
[[counters]]
number = 1
""",
        encoding="utf-8",
    )
    return load(folder).setup


def is_taken(folder: Path, language: str, documents: tuple[str, ...]) -> bool:
    try:
        written(folder, language, documents)
    except BadBranchFile:
        return False
    return True


@pytest.mark.parametrize("language", ["en", "ar", "zh", "ru", "hi"])
def test_the_longest_list_that_the_branch_file_takes_can_be_printed_on_every_paper(
    tmp_path: Path, language: str
) -> None:
    text = SENTENCES[language] * 3
    longest = next(text[:size] for size in range(200, 0, -1) if is_taken(tmp_path, language, (text[:size],)))
    count = next(count for count in range(40, 0, -1) if is_taken(tmp_path, language, (longest,) * count))
    assert count >= 12
    branch = a_branch(written(tmp_path, language, (longest,) * count), legal_wait_min=30)
    slot = moment("2026-11-22 11:15")
    ticket = on_paper(branch=branch, language=language, copy=1, appointment=slot, then=("cash", "cash", "cash"))
    for document in (ticket, list_of_documents(branch.services[0], branch, words(language))):
        for profile in PROFILES.values():
            payload(document, profile)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_check_stands_small_at_the_end_and_reads_from_left_to_right(language: str) -> None:
    document = on_paper(language=language, check="1234-Q678")
    said = words(language)("Proof of issue %(code)s", code="\u200e1234-Q678")
    last = [element for element in document.elements if isinstance(element, Text)][-1]
    assert (last.text, last.size) == (said, 18)
    assert not undrawable(document)
    assert all("1234" not in line for line in lines(on_paper(language=language))), "none where a kiosk was alone"
