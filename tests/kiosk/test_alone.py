"""What a kiosk machine does without the branch server, and what it refuses then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk import alone
from kiosk.memory import Memory
from lobby import errors
from lobby.door import Answer
from lobby.queue import commands as c
from lobby.queue.leases import Lease
from lobby.queue.services import WEEKDAYS, Hours, Setup, Span
from lobby.queue.services_open import Closure
from lobby.queue.ticket import State
from tests.builders import BY_LAW, CARDS, CASH, LOANS, TUESDAY, Clock, a_setup, moment

NINE_TO_FIVE = Hours({day: (Span(9 * 60, 17 * 60),) for day in WEEKDAYS})
MORNINGS = Hours({day: (Span(9 * 60, 12 * 60),) for day in WEEKDAYS})


@dataclass
class Alone:
    """A kiosk machine that was told of its branch once, holds numbers, and has lost the server."""

    memory: Memory
    clock: Clock
    setup: Setup
    closed: alone.ByHand = alone.NOTHING
    touches: int = 0

    def touch(self, command: c.Command, key: str = "") -> Answer:
        """A touch of its own, unless `key` says whose it is."""
        self.touches += 1
        return alone.carry_out(
            self.memory, self.setup, command, key or f"touch {self.touches}", self.clock, self.closed
        )

    def number(self, service: str = "cash", **fields: Any) -> str:
        ticket = self.touch(c.Issue(service, **fields)).ticket
        assert ticket is not None
        return ticket.number

    def handed_in(self) -> list[c.HandIn]:
        """The tickets that the server will be told of."""
        return [one.command for one in self.memory.unsent() if isinstance(one.command, c.HandIn)]


@pytest.fixture
def kiosk(memory_folder: Path, tmp_path: Path, clock: Clock) -> Iterator[Alone]:
    folder = memory_folder / tmp_path.name
    folder.mkdir()
    with closing(Memory(folder)) as memory:
        for service in ("cash", "cards"):
            memory.lease(service, (Lease(memory.holder, service, 950, 999, TUESDAY + 30 * 24 * 3600 * 1000),))
        yield Alone(memory, clock, a_setup())


# -- a number


def test_a_ticket_has_a_leased_number_a_token_and_no_wait(kiosk: Alone) -> None:
    answer = kiosk.touch(c.Issue("cash", "ar", "by-law", None, ("cards",), True))
    ticket = answer.ticket
    assert ticket is not None
    assert (ticket.number, ticket.id, ticket.state) == ("A950", "2024-03-05-A950", State.WAITING)
    assert (ticket.service, ticket.service_name, ticket.language) == ("cash", "نقد", "ar")
    assert (ticket.priority, ticket.then, ticket.documents) == ("by-law", ("cards",), True)
    assert ticket.arrived_at == TUESDAY
    assert ticket.ahead is None
    assert ticket.promise is None
    assert len(ticket.token) >= 12


def test_the_server_will_be_told_the_very_ticket_and_which_touch_it_stands_for(kiosk: Alone) -> None:
    wish = c.Issue("cash", "ru", "by-law", None, ("cards",), True)
    ticket = kiosk.touch(wish, "the touch").ticket
    (unsent,) = kiosk.memory.unsent()
    assert ticket is not None
    assert (unsent.key, unsent.wish) == ("the touch", wish)
    assert unsent.command == c.HandIn(
        "A950", "cash", kiosk.memory.holder, ticket.token, TUESDAY, "ru", "by-law", ("cards",), True
    )


def test_numbers_and_tokens_are_given_once_and_in_order(kiosk: Alone) -> None:
    assert [kiosk.number() for _ in range(3)] == ["A950", "A951", "A952"]
    assert kiosk.number("cards") == "C950"
    assert len({ticket.token for ticket in kiosk.handed_in()}) == 4


def test_the_language_of_the_branch_is_taken_where_none_is_asked_for(kiosk: Alone) -> None:
    ticket = kiosk.touch(c.Issue("cash")).ticket
    assert ticket is not None
    assert ticket.language == "en"


def test_the_same_touch_gets_the_same_ticket_and_is_told_once(kiosk: Alone) -> None:
    wish = c.Issue("cash")
    first = kiosk.touch(wish, "the touch")
    kiosk.clock.forward(60)
    assert kiosk.touch(wish, "the touch") == first
    assert [ticket.number for ticket in kiosk.handed_in()] == ["A950"]


def test_a_touch_that_was_answered_by_the_server_gets_that_answer_again(kiosk: Alone) -> None:
    wish = c.Issue("cash")
    answer = kiosk.memory.answer("the touch", wish, Answer(42), TUESDAY)
    assert kiosk.touch(wish, "the touch") == answer
    assert kiosk.memory.unsent() == []


def test_the_key_of_another_touch_gives_no_number(kiosk: Alone) -> None:
    kiosk.touch(c.Issue("cash"), "the touch")
    with pytest.raises(errors.KeyReused):
        kiosk.touch(c.Issue("cards"), "the touch")
    assert kiosk.number("cards") == "C950"


def test_when_the_lease_is_used_up_the_customer_is_sent_to_the_staff(kiosk: Alone) -> None:
    numbers = [kiosk.number() for _ in range(50)]
    assert numbers[-1] == "A999"
    with pytest.raises(errors.NumbersExhausted) as refused:
        kiosk.number()
    assert str(refused.value) == "All ticket numbers for Cash are used up today. Please ask the staff."
    assert kiosk.number("cards") == "C950"
    assert len(kiosk.handed_in()) == 51


def test_a_lease_that_runs_out_tomorrow_gives_no_number(kiosk: Alone) -> None:
    kiosk.clock.forward(hours=29 * 24)
    with pytest.raises(errors.NumbersExhausted):
        kiosk.number()


# -- time


def test_a_clock_set_back_moves_no_arrival_and_begins_no_day_anew(kiosk: Alone) -> None:
    assert kiosk.number() == "A950"
    kiosk.clock.forward(hours=-24)
    assert kiosk.number() == "A951"
    kiosk.clock.forward(hours=25)
    assert kiosk.number() == "A952"
    arrivals = [ticket.arrived_at for ticket in kiosk.handed_in()]
    assert arrivals == [TUESDAY, TUESDAY, TUESDAY + 3600_000]


def test_a_day_alone_begins_with_the_first_number_of_the_lease(kiosk: Alone) -> None:
    assert [kiosk.number(), kiosk.number()] == ["A950", "A951"]
    kiosk.clock.now = moment("2024-03-06 03:59")
    assert kiosk.number() == "A952"
    kiosk.clock.now = moment("2024-03-06 04:00")
    ticket = kiosk.touch(c.Issue("cash")).ticket
    assert ticket is not None
    assert (ticket.number, ticket.id) == ("A950", "2024-03-06-A950")
    assert kiosk.number() == "A951"


def test_a_ticket_alone_never_arrives_before_one_that_the_server_gave_here(kiosk: Alone) -> None:
    ticket = kiosk.touch(c.Issue("cash")).ticket
    assert ticket is not None
    later = msgspec.structs.replace(ticket, number="A001", arrived_at=TUESDAY + 500)
    kiosk.memory.answer("online", c.Issue("cash"), Answer(1, later), TUESDAY)
    kiosk.number()
    assert kiosk.handed_in()[-1].arrived_at == TUESDAY + 500


# -- what is not open, and what is not there


@pytest.mark.parametrize(
    ("setup", "at", "refusal"),
    [
        (a_setup(hours=NINE_TO_FIVE), "2024-03-05 08:59", errors.BranchClosed),
        (a_setup(hours=NINE_TO_FIVE), "2024-03-05 17:00", errors.BranchClosed),
        (a_setup(holidays=("2024-03-05",)), "2024-03-05 10:00", errors.BranchClosed),
        (a_setup((msgspec.structs.replace(CASH, hours=MORNINGS),)), "2024-03-05 12:00", errors.ServiceClosed),
    ],
    ids=["before the hours", "after the hours", "a holiday", "the service"],
)
def test_nothing_is_given_while_it_is_closed(
    kiosk: Alone, setup: Setup, at: str, refusal: type[errors.LobbyError]
) -> None:
    kiosk.setup, kiosk.clock.now = setup, moment(at)
    with pytest.raises(refusal):
        kiosk.number()
    assert kiosk.memory.unsent() == []
    kiosk.setup = a_setup()
    assert kiosk.number() == "A950"


def test_a_closed_service_says_its_hours_in_the_customers_language(kiosk: Alone) -> None:
    kiosk.setup = a_setup((msgspec.structs.replace(CASH, hours=MORNINGS), CARDS))
    kiosk.clock.now = moment("2024-03-05 13:00")
    with pytest.raises(errors.ServiceClosed) as refused:
        kiosk.number(language="ar")
    assert refused.value.facts == {"service": "نقد", "hours": "09:00-12:00"}
    assert kiosk.number("cards") == "C950"


def test_a_day_that_was_closed_by_hand_stays_closed_and_the_next_is_open(kiosk: Alone) -> None:
    kiosk.closed = alone.ByHand(day="2024-03-05")
    with pytest.raises(errors.BranchClosed):
        kiosk.number()
    kiosk.clock.forward(hours=24)
    assert kiosk.number() == "A950"


def test_a_service_that_was_closed_by_hand_gives_no_numbers_until_its_time_and_others_do(kiosk: Alone) -> None:
    kiosk.closed = alone.ByHand(services={"cash": Closure("system", TUESDAY, TUESDAY + 3_600_000)})
    with pytest.raises(errors.ServiceClosedByHand) as refused:
        kiosk.number(language="ar")
    assert refused.value.facts == {"service": "نقد"}
    assert kiosk.number("cards") == "C950"
    kiosk.clock.forward(hours=1)
    assert kiosk.number() == "A950"


def test_alone_the_kiosk_goes_on_saying_why_a_service_is_closed() -> None:
    heard = alone.ByHand(services={"cash": Closure("system", TUESDAY, TUESDAY + 3_600_000)})
    cash, cards, _ = alone.view(a_setup(), TUESDAY + 60_000, heard).services
    assert (cash.open, cash.closed_because, cash.opens_at) == (False, "system", TUESDAY + 3_600_000)
    assert (cards.open, cards.closed_because) == (True, "")
    assert alone.view(a_setup(), TUESDAY + 3_600_000, heard).services[0].open


@pytest.mark.parametrize(
    ("wish", "refusal"),
    [
        (c.Issue("gold"), errors.UnknownService),
        (c.Issue("cash", then=("gold",)), errors.UnknownService),
        (c.Issue("cash", "xx"), errors.UnknownLanguage),
        (c.Issue("cash", priority="king"), errors.UnknownPriority),
    ],
)
def test_what_the_branch_does_not_offer_is_refused_and_uses_up_no_number(
    kiosk: Alone, wish: c.Issue, refusal: type[errors.LobbyError]
) -> None:
    with pytest.raises(refusal):
        kiosk.touch(wish)
    assert kiosk.memory.unsent() == []
    assert kiosk.number() == "A950"


def test_a_service_without_a_lease_has_no_numbers(kiosk: Alone) -> None:
    kiosk.setup = a_setup((CASH, CARDS, LOANS))
    with pytest.raises(errors.NumbersExhausted):
        kiosk.number("loans")


# -- other touches


@pytest.mark.parametrize("command", [c.CheckIn("ABCDEF"), c.Cancel("A950"), c.Return("A950"), c.CallNext(1)])
def test_what_needs_the_branchs_memory_is_refused_kindly(kiosk: Alone, command: c.Command) -> None:
    with pytest.raises(errors.NotWithoutServer) as refused:
        kiosk.touch(command)
    assert str(refused.value).endswith("Please take a ticket or ask our staff.")
    assert kiosk.memory.unsent() == []


@pytest.mark.parametrize("reference", ["A950", "2024-03-05-A950"])
def test_a_known_ticket_is_printed_again_as_a_copy_with_its_number(kiosk: Alone, reference: str) -> None:
    ticket = kiosk.touch(c.Issue("cash")).ticket
    assert ticket is not None
    copies = [kiosk.touch(c.Reprint(reference)).ticket for _ in range(2)]
    assert copies == [msgspec.structs.replace(ticket, copies=copy) for copy in (1, 2)]
    assert [one.command for one in kiosk.memory.unsent()][1:] == [c.Reprint("A950"), c.Reprint("A950")]


def test_a_ticket_of_the_server_that_was_given_here_is_printed_again_too(kiosk: Alone) -> None:
    ticket = kiosk.touch(c.Issue("cash")).ticket
    assert ticket is not None
    given = msgspec.structs.replace(ticket, id="2024-03-05-A007", number="A007", ahead=3)
    kiosk.memory.answer("online", c.Issue("cash", "en"), Answer(9, given), TUESDAY)
    assert kiosk.touch(c.Reprint("A007")).ticket == msgspec.structs.replace(given, copies=1)


def test_a_ticket_that_was_not_given_here_today_is_not_printed_again(kiosk: Alone) -> None:
    kiosk.number()
    with pytest.raises(errors.NotWithoutServer):
        kiosk.touch(c.Reprint("A001"))
    kiosk.clock.forward(hours=24)
    with pytest.raises(errors.NotWithoutServer):
        kiosk.touch(c.Reprint("A950"))


def test_an_opinion_and_a_list_are_taken_and_told_later_once(kiosk: Alone) -> None:
    opinion, wanted = c.GiveFeedback(4, "en", "", ("staff",)), c.TakeList("cash", "ru")
    for _ in range(2):
        assert kiosk.touch(opinion, "opinion") == kiosk.touch(wanted, "list") == Answer(0)
    assert [(one.key, one.command, one.wish) for one in kiosk.memory.unsent()] == [
        ("opinion", opinion, None),
        ("list", wanted, None),
    ]


def test_a_full_disk_refuses_kindly_and_gives_nothing_twice(kiosk: Alone) -> None:
    assert kiosk.number() == "A950"
    (pages,) = kiosk.memory._db.execute("PRAGMA page_count").fetchone()
    kiosk.memory._db.execute(f"PRAGMA max_page_count = {pages}")
    given = ["A950"]

    def until_it_is_full() -> None:
        while True:
            given.append(kiosk.number())

    with pytest.raises(errors.StorageFull) as refused:
        until_it_is_full()
    assert str(refused.value) == "The branch's disk is full. Nothing was lost; please tell the operator."
    kiosk.memory._db.execute("PRAGMA max_page_count = 1000000")
    given.append(kiosk.number())
    assert given == [f"A{950 + nth}" for nth in range(len(given))]
    assert [ticket.number for ticket in kiosk.handed_in()] == given


# -- what the page shows


def test_the_branch_alone_offers_its_services_by_their_hours_and_knows_no_waits(kiosk: Alone) -> None:
    setup = a_setup((msgspec.structs.replace(CASH, hours=MORNINGS), CARDS), hours=NINE_TO_FIVE)
    shown = alone.view(setup, moment("2024-03-05 13:00"))
    assert shown.open
    assert {service.code: service.open for service in shown.services} == {"cash": False, "cards": True}
    assert [service.wait for service in shown.services] == [None, None]
    assert not alone.view(setup, moment("2024-03-05 18:00")).open
    assert BY_LAW.code in {priority.code for priority in shown.priorities}
