"""What went wrong, told at the kiosk: over HTTP, on a machine of its own, and on the glass in each language."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import msgspec
import pytest
from werkzeug.test import TestResponse

from hardware.errors import DeviceError
from kiosk.machine import MachineDoor
from kiosk.memory import Memory
from lobby import errors
from lobby.care.commands import TakeComplaint
from lobby.care.events import ComplaintReceived
from lobby.care.setup import CATEGORIES
from lobby.care.templates import Named
from lobby.chance import Chance
from lobby.door import Answer
from lobby.queue.commands import Command
from lobby.queue.services import Setup
from lobby.records.people import People
from lobby.records.store import Store
from lobby.words import words
from tests.builders import KIOSK, Clock, words_under
from tests.kiosk.accessibility import axe_violations, cut, hidden_without_a_sign, look
from tests.kiosk.builders import KioskBranch, example_setup
from tests.kiosk.customer import Customer, kiosk_branch

Private = Callable[[str], dict[str, str]]
LANGUAGES = ("en", "ar", "zh", "ru")
keys = (f"wrong-{n}" for n in count())


@pytest.fixture
def branch(memory_folder: Path, tmp_path: Path, clock: Clock) -> KioskBranch:
    return kiosk_branch(memory_folder / tmp_path.name, clock)


def post(branch: KioskBranch, key: str | None = None, **body: object) -> TestResponse:
    headers = {"Idempotency-Key": key or next(keys)}
    return branch.client().post("/kiosk/complaints", data=json.dumps(body), headers=headers)


@pytest.fixture
def private(branch: KioskBranch, memory_folder: Path, tmp_path: Path) -> Iterator[Private]:
    """What was put away of a customer."""
    store = Store.in_folder(memory_folder / tmp_path.name)
    people = People(store, branch.setup.id)
    yield lambda reference: dict(json.loads(words_under(people, reference) or "{}"))
    store.close()


# -- over HTTP


def test_a_complaint_gets_a_reference_its_dates_and_a_slip_once(branch: KioskBranch) -> None:
    first = post(branch, "k", category="fees", language="ru")
    assert first.status_code == 201
    taken = first.get_json()
    assert post(branch, "k", category="fees", language="ru").get_json() == taken
    (received,) = branch.happened(ComplaintReceived)
    assert (received.complaint, received.place, received.language) == (taken["reference"], "kiosk", "ru")
    assert taken["said"]["en"]["promise"] == "You hear from us by Mar 6, 2024 09:00"
    assert taken["qr"].startswith("data:image/svg+xml")
    assert taken["paper"] == "printed"
    assert [(id, slip.language) for id, slip in branch.kiosk.lists.items()] == [(taken["reference"], "ru")]


def test_what_nobody_said_is_the_name_of_the_category_in_the_branchs_language(
    branch: KioskBranch, private: Private
) -> None:
    post(branch, category="card", language="zh")
    (received,) = branch.happened(ComplaintReceived)
    assert (received.category, private(received.person)) == ("card", {"text": "A card or cash machine"})


def test_a_ticket_and_a_telephone_number_are_kept_with_it(branch: KioskBranch, private: Private) -> None:
    branch.client().post("/kiosk/tickets", data='{"service": "loans"}', headers={"Idempotency-Key": "t"})
    (ticket,) = branch.tickets()
    post(branch, category="wait", ticket=ticket.number, contact="+34600000000")
    (received,) = branch.happened(ComplaintReceived)
    assert (received.ticket, received.service, received.contact) == (ticket.id, "loans", True)
    assert private(received.person)["contact"] == "+34600000000"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"category": "nothing"}, "BadField"),
        ({}, "BadField"),
        ({"category": "fees", "contact": "x" * 201}, "BadField"),
        ({"category": "fees", "text": "words"}, "BadField"),
        ({"category": "fees", "ticket": "Z999"}, "UnknownTicket"),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_is_taken_down(
    branch: KioskBranch, fields: dict[str, str], refusal: str
) -> None:
    answer = post(branch, **fields)
    assert answer.get_json(force=True)["title"] == refusal
    assert branch.happened(ComplaintReceived) == []


def test_a_spool_that_refuses_takes_no_reference_away(branch: KioskBranch) -> None:
    branch.kiosk.spool_error = DeviceError("no room", permanent=False)
    answer = post(branch, category="fees").get_json()
    assert answer["paper"] == "none"
    assert branch.happened(ComplaintReceived)[0].complaint == answer["reference"]


def test_without_an_address_for_phones_there_is_no_code(branch: KioskBranch) -> None:
    branch.kiosk.address = ""
    assert post(branch, category="fees").get_json()["qr"] == ""


def test_categories_are_offered_in_each_language_and_the_branch_may_have_its_own(
    memory_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    offered = kiosk_branch(memory_folder / f"{tmp_path.name}-ours", clock).client().get("/kiosk/offer").get_json()
    assert [one["code"] for one in offered["categories"]] == list(CATEGORIES)
    assert offered["categories"][3]["names"]["ru"] == words("ru")("Fees and interest")
    own = (Named("parking", {"en": "Parking", "ar": "موقف السيارات"}), Named("fees"))
    setup = _with_categories(example_setup(), own)
    offered = kiosk_branch(memory_folder / f"{tmp_path.name}-own", clock, setup).client().get("/kiosk/offer").get_json()
    names = offered["categories"][0]["names"]
    assert names == {"en": "Parking", "ar": "موقف السيارات", "zh": "Parking", "ru": "Parking"}


def _with_categories(setup: Setup, categories: tuple[Named, ...]) -> Setup:
    replace = msgspec.structs.replace
    return replace(setup, care=replace(setup.care, complaints=replace(setup.care.complaints, categories=categories)))


# -- on a machine of its own


class DeskThere:
    """The server's desk at the other end of the line; `fails` says how it does not answer."""

    def __init__(self, branch: KioskBranch) -> None:
        self.branch = branch
        self.fails: Exception | None = None

    def submit(self, command: Command, *, key: str) -> Answer:
        answer = self.branch.desk.door(KIOSK).submit(command, key=key)
        if self.fails is not None:
            raise self.fails
        return answer


class LineThere:
    """A line that is up until it is lost."""

    def __init__(self, desk: DeskThere) -> None:
        self.desk = desk
        self.up = True

    def lost(self) -> None:
        self.up = False


@pytest.fixture
def line(branch: KioskBranch) -> LineThere:
    return LineThere(DeskThere(branch))


@pytest.fixture
def memory(memory_folder: Path, tmp_path: Path) -> Iterator[Memory]:
    folder = memory_folder / f"{tmp_path.name}-machine"
    folder.mkdir()
    memory = Memory(folder)
    yield memory
    memory.close()


COMPLAINT = TakeComplaint("Fees and interest", contact="0600 000 000", category="fees")


def test_without_the_server_no_complaint_is_taken_and_no_reference_invented(line: LineThere, memory: Memory) -> None:
    line.up = False
    with pytest.raises(errors.NotWithoutServer):
        MachineDoor(line, memory).submit(COMPLAINT, key="k")  # type: ignore[arg-type]  # all that it asks of a line
    assert memory.unsent_count() == 0


def test_an_answer_that_was_lost_comes_again_under_the_same_reference(
    branch: KioskBranch, line: LineThere, memory: Memory
) -> None:
    door = MachineDoor(line, memory)  # type: ignore[arg-type]  # as above
    line.desk.fails = errors.ServerUnreachable()
    with pytest.raises(errors.ServerUnreachable):
        door.submit(COMPLAINT, key="k")
    assert not line.up
    line.desk.fails, line.up = None, True
    again = door.submit(COMPLAINT, key="k").complaint
    assert again is not None
    assert [one.complaint for one in branch.happened(ComplaintReceived)] == [again.reference]


def test_the_machine_keeps_nothing_that_a_customer_said_of_themselves(line: LineThere, memory: Memory) -> None:
    MachineDoor(line, memory).submit(COMPLAINT, key="k")  # type: ignore[arg-type]  # as above
    kept = b"".join(path.read_bytes() for path in memory.path.parent.glob(f"{memory.path.name}*"))
    assert b"0600 000 000" not in kept


# -- on the glass


def begins(customer: Customer, language: str) -> None:
    customer.speaks(language)
    customer.tap("[data-complaint]")
    customer.settled("complaint")


def chooses(customer: Customer, category: str = "fees") -> None:
    customer.tap(f'[data-category="{category}"]')
    customer.settled("complaint-ticket")


@pytest.mark.browser
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_customer_is_given_a_reference_on_the_screen_and_on_paper(
    customer: Customer, branch: KioskBranch, language: str
) -> None:
    begins(customer, language)
    chooses(customer)
    customer.tap("[data-without]")
    customer.settled("complaint-phone")
    customer.types("+34600")
    customer.tap("[data-enter]")
    customer.settled("reference")
    (received,) = branch.happened(ComplaintReceived)
    assert (received.language, received.category, received.contact) == (language, "fees", True)
    assert customer.text(".number") == received.complaint
    customer.shows(".slip .state", words(language)("Please take your slip"))
    assert customer.page.locator(".reference img").count() == 1
    assert [id for id in branch.kiosk.lists] == [received.complaint]


@pytest.fixture
def widest_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each code is as wide as chance can make it, but for its last letter."""
    turns = count()
    monkeypatch.setattr(
        Chance, "letters", lambda _, alphabet, length: "W" * (length - 1) + alphabet[next(turns) % len(alphabet)]
    )


@pytest.mark.browser
@pytest.mark.usefixtures("widest_codes")
def test_every_page_of_the_way_is_accessible_in_each_look(customer: Customer, branch: KioskBranch) -> None:
    """In Arabic on an upright screen, in Russian on a wide one: the way round and the long words."""
    for language, width, height in (("ar", 1080, 1920), ("ru", 1920, 1080)):
        customer.page.set_viewport_size({"width": width, "height": height})
        begins(customer, language)
        _sound(customer)
        chooses(customer)
        _sound(customer)
        customer.tap("[data-without]")
        customer.settled("complaint-phone")
        customer.types("0")
        _sound(customer)
        customer.tap("[data-enter]")
        customer.settled("reference")
        _sound(customer)
        customer.tap(".actions .main")
        customer.settled("start")


def _sound(customer: Customer) -> None:
    for name in ("normal", "low reach", "largest text, low reach, high contrast"):
        look(customer.page, name)
        assert axe_violations(customer.page) == [], name
        assert cut(customer.page) == [], name
        assert not hidden_without_a_sign(customer.page), name
    look(customer.page, "normal")


@pytest.mark.browser
def test_the_whole_way_by_keys_alone(customer: Customer, branch: KioskBranch, private: Private) -> None:
    customer.page.focus("[data-complaint]")
    customer.key("Enter")
    customer.settled("complaint")
    customer.key("4")
    customer.settled("complaint-ticket")
    assert customer.is_focused("input.code")
    customer.key("Escape")
    customer.settled("complaint")
    customer.key("1")
    customer.settled("complaint-ticket")
    customer.page.focus("[data-without]")
    customer.key("Enter")
    customer.settled("complaint-phone")
    customer.page.keyboard.type("0600", delay=200)
    customer.key("Enter")
    customer.settled("reference")
    (received,) = branch.happened(ComplaintReceived)
    assert (received.category, private(received.person)["contact"]) == ("wait", "0600")


@pytest.mark.browser
def test_an_unknown_ticket_leads_back_to_its_page_with_what_was_typed(customer: Customer, branch: KioskBranch) -> None:
    begins(customer, "en")
    chooses(customer)
    customer.types("A999")
    customer.tap("[data-enter]")
    customer.settled("complaint-phone")
    customer.tap("[data-without]")
    customer.settled("refused")
    customer.tap(".refused [data-back]")
    customer.settled("complaint-ticket")
    assert customer.page.input_value(".code") == "A999"
    assert branch.happened(ComplaintReceived) == []


@pytest.mark.browser
def test_the_next_customer_finds_nothing_of_the_one_before(customer: Customer, branch: KioskBranch) -> None:
    begins(customer, "en")
    chooses(customer)
    customer.types("A12")
    customer.after(61)
    customer.page.wait_for_selector("#still-there")
    customer.after(21)
    customer.settled("start")
    begins(customer, "en")
    chooses(customer)
    assert customer.page.input_value(".code") == ""


@pytest.mark.browser
def test_the_entry_is_hidden_while_the_server_is_away_and_where_the_branch_wants_none(
    customer: Customer, branch: KioskBranch
) -> None:
    entry = customer.page.locator("[data-complaint]")
    entry.wait_for(state="visible")
    branch.kiosk.at_hand = False
    customer.after(5)
    entry.wait_for(state="hidden")
    branch.kiosk.at_hand = True
    customer.after(5)
    entry.wait_for(state="visible")
    kiosk = msgspec.structs.replace(branch.desk.setup.kiosk, complaints=False)
    branch.desk.use(msgspec.structs.replace(branch.desk.setup, kiosk=kiosk))
    customer.after(5)
    entry.wait_for(state="hidden")


@pytest.mark.browser
def test_a_server_lost_on_the_way_is_said_and_the_same_wish_may_be_tried_again(
    customer: Customer, branch: KioskBranch
) -> None:
    begins(customer, "en")
    chooses(customer)
    customer.tap("[data-without]")
    customer.settled("complaint-phone")
    branch.kiosk.at_hand = False
    branch.kiosk.refuses[TakeComplaint] = errors.NotWithoutServer()
    customer.after(5)
    customer.tap("[data-without]")
    customer.settled("refused")
    branch.kiosk.at_hand = True
    branch.kiosk.refuses.clear()
    customer.after(5)
    customer.page.locator(".refused .button.main").tap()
    customer.settled("reference")
    assert len({key for key, asked in zip(branch.posts, branch.asked, strict=True) if asked == "complaints"}) == 1
    assert len(branch.happened(ComplaintReceived)) == 1
