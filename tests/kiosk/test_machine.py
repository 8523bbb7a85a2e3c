"""A kiosk machine as its pages see it: the server's numbers while it is there, its own when it is not, one for each
touch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import msgspec
import pytest

from kiosk.machine import KioskMachine
from kiosk.printing import Printing
from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue import supervision
from lobby.queue.services import WEEKDAYS, Hours, KioskOptions, Rules, Span
from lobby.signage import Look
from tests.builders import CARDS, CASH, MIA, TUESDAY, a_setup, moment
from tests.kiosk.line_to_a_desk import Branch, Machine

NINE_TO_FIVE = Hours({day: (Span(9 * 60, 17 * 60),) for day in WEEKDAYS})
MORNINGS = Hours({day: (Span(9 * 60, 12 * 60),) for day in WEEKDAYS})


@pytest.fixture
def branch(memory_folder: Path, tmp_path: Path) -> Iterator[Branch]:
    setup = a_setup(
        (CASH, msgspec.structs.replace(CARDS, hours=MORNINGS)),
        hours=NINE_TO_FIVE,
        kiosk=KioskOptions(volume=35),
        rules=Rules(lease_numbers=50),
    )
    with closing(Branch(memory_folder / tmp_path.name, setup)) as branch:
        yield branch


@pytest.fixture
def kiosk(branch: Branch) -> Machine:
    """A machine whose line is up."""
    kiosk = branch.machine()
    assert kiosk.look()
    return kiosk


def touches_heard(kiosk: Machine) -> list[str]:
    return [key for command, key in kiosk.server.heard if isinstance(command, c.Issue)]


def cannot_write(kiosk: Machine, so: bool = True) -> None:
    """Every write fails from now on, as on a disk that takes none."""
    kiosk.memory._db.execute(f"PRAGMA query_only = {'ON' if so else 'OFF'}")


# -- with the server


def test_the_server_gives_the_number_and_says_the_wait(kiosk: Machine, branch: Branch) -> None:
    assert [kiosk.issue().number for _ in range(2)] == ["A001", "A002"]
    assert kiosk.issue().ahead == 2
    assert branch.waiting() == ["A001", "A002", "A003"]
    assert kiosk.memory.unsent() == []


def test_the_same_touch_again_is_answered_from_memory(kiosk: Machine) -> None:
    assert kiosk.issue("touch") == kiosk.issue("touch")
    kiosk.restart()
    assert kiosk.issue("touch").number == "A001"
    assert touches_heard(kiosk) == ["touch"]


def test_the_same_touch_without_the_server_is_the_ticket_that_the_server_gave(kiosk: Machine, branch: Branch) -> None:
    given = kiosk.issue("touch")
    kiosk.server.down = True
    kiosk.look()
    assert kiosk.issue("touch") == given
    kiosk.restart()
    assert kiosk.issue("touch") == given
    kiosk.server.down = False
    assert kiosk.look()
    assert branch.waiting() == ["A001"]


def test_a_touch_that_was_answered_alone_stays_so_when_the_server_is_back(kiosk: Machine, branch: Branch) -> None:
    kiosk.server.down = True
    given = kiosk.issue("touch")
    kiosk.server.down = False
    assert kiosk.look()
    assert kiosk.issue("touch") == given
    assert branch.waiting() == ["A950"]


def test_the_key_of_another_touch_gives_no_number_with_the_server_nor_without(kiosk: Machine) -> None:
    kiosk.issue("touch")
    for down in (False, True):
        kiosk.server.down = down
        with pytest.raises(errors.KeyReused):
            kiosk.door.submit(c.Issue("cards"), key="touch")


def test_a_refusal_of_the_server_is_said_and_no_number_is_given_instead(kiosk: Machine, branch: Branch) -> None:
    branch.clock.now = moment("2024-03-05 13:00")
    with pytest.raises(errors.ServiceClosed):
        kiosk.door.submit(c.Issue("cards"), key="touch")
    assert kiosk.line.up
    assert kiosk.memory.unsent() == []
    branch.clock.now = moment("2024-03-06 10:00")
    ticket = kiosk.door.submit(c.Issue("cards"), key="touch").ticket
    assert ticket is not None
    assert ticket.number == "C001"


# -- losing it


@pytest.mark.parametrize("fault", ["down", "full", "proxy"])
def test_a_server_that_gives_no_number_loses_the_line_and_the_customer_gets_one_all_the_same(
    kiosk: Machine, branch: Branch, fault: str
) -> None:
    setattr(kiosk.server, fault, True)
    assert kiosk.issue().number == "A950"
    assert not kiosk.line.up
    assert not kiosk.look()
    assert kiosk.issue().number == "A951"
    assert branch.waiting() == []
    setattr(kiosk.server, fault, False)
    assert kiosk.look()
    assert branch.waiting() == ["A950", "A951"]
    assert kiosk.issue().number == "A001"


def test_once_the_line_is_lost_nobody_waits_for_the_server_again(kiosk: Machine) -> None:
    kiosk.server.down = True
    kiosk.issue()
    kiosk.server.heard.clear()
    kiosk.server.down = False
    kiosk.issue()
    assert kiosk.server.heard == []


def test_two_taps_of_one_touch_are_one_ticket_when_the_line_is_lost_between_them(
    kiosk: Machine, branch: Branch
) -> None:
    others = []

    def the_first_tap_goes_on_alone_meanwhile(command: c.Command) -> None:
        kiosk.server.before = lambda command: None
        kiosk.line.up = False
        others.append(kiosk.issue("touch"))

    kiosk.server.before = the_first_tap_goes_on_alone_meanwhile
    second = kiosk.issue("touch")
    assert branch.waiting() == ["A001"], "the server has taken the second tap"
    assert [second] == others
    assert second.number == "A950"
    assert kiosk.look()
    assert branch.waiting() == ["A950"]


def test_two_taps_of_one_touch_are_one_ticket_when_the_server_answers_first(kiosk: Machine, branch: Branch) -> None:
    first = []

    def the_first_tap_is_answered_and_then_the_server_goes(command: c.Command) -> None:
        kiosk.server.before = lambda command: None
        first.append(kiosk.issue("touch"))
        kiosk.server.down = True

    kiosk.server.before = the_first_tap_is_answered_and_then_the_server_goes
    assert [kiosk.issue("touch")] == first
    assert branch.waiting() == ["A001"]
    assert kiosk.memory.unsent() == []


def test_what_needs_the_server_is_refused_kindly_without_it(kiosk: Machine) -> None:
    kiosk.server.down = True
    with pytest.raises(errors.NotWithoutServer):
        kiosk.door.submit(c.CheckIn("ABCDEF"), key="code")


def test_a_copy_made_alone_has_the_number_and_is_counted_by_the_server_later(kiosk: Machine, branch: Branch) -> None:
    given = kiosk.issue()
    kiosk.server.down = True
    copy = kiosk.door.submit(c.Reprint(given.number), key="copy").ticket
    assert copy is not None
    assert (copy.number, copy.copies) == ("A001", 1)
    kiosk.server.down = False
    assert kiosk.look()
    assert branch.desk.state.ticket("A001").copies == 1
    assert [type(one.event) for one in branch.desk.events()].count(e.TicketReprinted) == 1


def test_a_ticket_that_was_given_the_number_on_its_paper_is_printed_again_by_its_id(
    kiosk: Machine, branch: Branch
) -> None:
    kiosk.server.lose_answers = 1
    paper = kiosk.issue()
    assert kiosk.look()
    copy = kiosk.door.submit(c.Reprint(paper.id), key="copy").ticket
    assert copy is not None
    assert (copy.number, copy.copies) == ("A950", 1)
    assert kiosk.door.submit(c.Reprint(paper.id), key="copy").ticket == copy
    kiosk.server.down = True
    again = kiosk.door.submit(c.Reprint(paper.id), key="another copy").ticket
    assert again is not None
    assert (again.number, again.copies) == ("A950", 2)


# -- a disk that is full


def test_a_number_of_the_server_is_given_although_it_cannot_be_kept(
    kiosk: Machine, branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    cannot_write(kiosk)
    assert kiosk.issue("touch").number == "A001"
    assert "could not be kept" in caplog.text
    assert kiosk.issue("touch").number == "A001"
    assert kiosk.line.up
    assert branch.waiting() == ["A001"]


def test_a_full_disk_without_the_server_refuses_kindly_and_gives_nothing_twice(kiosk: Machine, branch: Branch) -> None:
    kiosk.server.down = True
    assert kiosk.issue().number == "A950"
    cannot_write(kiosk)
    for _ in range(2):
        with pytest.raises(errors.StorageFull) as refused:
            kiosk.issue("touch")
    assert "please tell the operator" in str(refused.value)
    cannot_write(kiosk, so=False)
    assert kiosk.issue("touch").number == "A951"
    kiosk.server.down = False
    assert kiosk.look()
    assert branch.waiting() == ["A950", "A951"]


# -- what the pages show


def test_the_pages_know_waits_only_while_the_line_is_up(kiosk: Machine, branch: Branch) -> None:
    branch.desk.submit(c.OpenCounter(3), key="open", actor=MIA)
    kiosk.issue()
    assert kiosk.look()
    assert kiosk.door.branch().services[0].waiting == 1
    kiosk.server.down = True
    assert not kiosk.look()
    shown = kiosk.door.branch()
    assert [service.wait for service in shown.services] == [None, None]
    assert shown.open
    branch.clock.now = moment("2024-03-05 18:00")
    assert not kiosk.door.branch().open


def test_a_machine_that_never_met_its_branch_has_nothing_to_show(branch: Branch) -> None:
    kiosk = branch.machine()
    kiosk.server.down = True
    assert not kiosk.look()
    with pytest.raises(errors.ServerUnreachable):
        kiosk.door.branch()
    with pytest.raises(errors.ServerUnreachable):
        kiosk.issue()


def test_a_day_that_was_closed_by_hand_gives_no_numbers_alone_until_the_next(kiosk: Machine, branch: Branch) -> None:
    kiosk.issue()
    branch.desk.submit(c.CloseDay(), key="close", actor=MIA)
    assert kiosk.look()
    kiosk.server.down = True
    kiosk.look()
    with pytest.raises(errors.BranchClosed):
        kiosk.issue()
    branch.clock.now = moment("2024-03-06 10:00")
    assert kiosk.issue().number == "A950"


def test_a_service_closed_by_hand_stays_closed_alone_and_says_so(kiosk: Machine, branch: Branch) -> None:
    until = TUESDAY + 2 * 3_600_000
    branch.desk.submit(supervision.CloseService("cash", "system", until), key="close", actor=MIA)
    assert kiosk.look()
    kiosk.server.down = True
    kiosk.look()
    cash, cards = kiosk.door.branch().services
    assert (cash.closed_because, cash.opens_at, cards.open) == ("system", until, True)
    with pytest.raises(errors.ServiceClosedByHand):
        kiosk.issue()
    branch.clock.now = until
    assert kiosk.issue().number == "A950"


def test_the_pages_have_the_bank_s_colour_as_soon_as_it_is_known_and_keep_it_without_the_server(
    kiosk: Machine,
) -> None:
    machine = KioskMachine(kiosk.line, kiosk.memory, cast(Printing, None))
    assert machine.look() == Look(brand="#0033a0")
    kiosk.server.down = True
    kiosk.look()
    assert machine.look().brand == "#0033a0"
    kiosk.line.briefing = None
    assert machine.look() == Look()


def test_the_address_of_the_customers_page_and_the_volume_are_the_branchs(kiosk: Machine) -> None:
    machine = KioskMachine(kiosk.line, kiosk.memory, cast(Printing, None))
    ticket = kiosk.issue()
    assert machine.ticket_url(ticket) == f"https://lobby.example/t/{ticket.token}"
    assert machine.ticket_url(msgspec.structs.replace(ticket, token="")) == ""
    assert machine.volume() == 35
    kiosk.memory.set_volume(80)
    assert machine.volume() == 80
    assert machine.connected()
    kiosk.server.down = True
    assert machine.ticket_url(kiosk.issue()).startswith("https://lobby.example/t/")
    assert not machine.connected()


def test_the_clock_of_a_ticket_alone_is_the_branchs(kiosk: Machine, branch: Branch) -> None:
    kiosk.server.down = True
    branch.clock.forward(90)
    assert kiosk.issue().arrived_at == TUESDAY + 90_000
