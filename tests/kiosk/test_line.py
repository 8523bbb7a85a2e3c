"""The line of a kiosk machine: when it is up, what it hands over and how often, and whose time it keeps."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from kiosk import line
from kiosk.line import steady_clock
from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.page_marks import mark_of
from lobby.queue.services import Rules
from tests.builders import CARDS, CASH, KIOSK, MIA, TUESDAY, Clock, a_setup
from tests.end_to_end.branch_process import until
from tests.kiosk.line_to_a_desk import Branch, Machine

A_DAY_S = 24 * 3600


@pytest.fixture
def branch(memory_folder: Path, tmp_path: Path) -> Iterator[Branch]:
    with closing(Branch(memory_folder / tmp_path.name)) as branch:
        yield branch


@pytest.fixture
def kiosk(branch: Branch) -> Machine:
    """A machine that has met its branch and then lost it."""
    kiosk = branch.machine()
    assert kiosk.look()
    kiosk.server.down = True
    assert not kiosk.look()
    return kiosk


def told(kiosk: Machine) -> list[c.Command]:
    """What the server was asked to do, leases left out."""
    return [command for command, _ in kiosk.server.heard if not isinstance(command, c.LeaseNumbers)]


def events(branch: Branch, kind: type[e.Event]) -> list[e.Event]:
    return [recorded.event for recorded in branch.desk.events() if isinstance(recorded.event, kind)]


# -- up and down


def test_the_first_look_learns_the_branch_and_holds_numbers_of_each_service(branch: Branch) -> None:
    kiosk = branch.machine()
    assert kiosk.line.briefing is None
    assert kiosk.look()
    assert kiosk.line.briefing is not None
    kept = kiosk.memory.briefing()
    assert kept is not None
    assert kept.setup == branch.desk.setup
    assert {service: kiosk.memory.leased(service, TUESDAY) for service in ("cash", "cards", "loans")} == {
        "cash": 50,
        "cards": 50,
        "loans": 50,
    }


def test_a_machine_that_starts_without_the_server_knows_its_branch_and_goes_on(kiosk: Machine) -> None:
    kiosk.restart()
    assert not kiosk.look()
    assert kiosk.issue().number == "A950"


def test_two_machines_never_hold_the_same_numbers(branch: Branch) -> None:
    first, second = branch.machine(), branch.machine()
    assert first.look()
    assert second.look()
    first.server.down = second.server.down = True
    given = []
    for _ in range(50):
        for machine in (first, second):
            branch.clock.forward(0.5)
            given.append(machine.issue().number)
    assert len(set(given)) == 100
    first.server.down = second.server.down = False
    assert first.look()
    assert second.look()
    assert branch.waiting() == given
    assert first.issue().number == "A001"


def test_the_line_is_up_only_when_nothing_is_left_to_tell(kiosk: Machine) -> None:
    late = c.Issue("cash")

    def someone_touches_while_numbers_are_leased(command: c.Command) -> None:
        if isinstance(command, c.LeaseNumbers):
            kiosk.memory.put("late", late, late)

    kiosk.server.down = False
    kiosk.server.before = someone_touches_while_numbers_are_leased
    assert not kiosk.look()
    kiosk.server.before = lambda command: None
    assert kiosk.look()
    assert told(kiosk) == [late]


def test_what_happens_during_the_hand_over_is_handed_over_too(kiosk: Machine, branch: Branch) -> None:
    for _ in range(3):
        kiosk.issue()

    def someone_touches(command: c.Command) -> None:
        if len(told(kiosk)) == 1:
            kiosk.issue(key="during")

    kiosk.server.down = False
    kiosk.server.before = someone_touches
    assert kiosk.look()
    assert branch.waiting() == ["A950", "A951", "A952", "A953"]


@pytest.fixture
def never_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread looks when it is woken, and would else wait for longer than any test."""
    for pause in ("ASK_S", "ASK_AGAIN_S"):
        monkeypatch.setattr(line, pause, 3600.0)


@pytest.mark.usefixtures("never_by_itself")
def test_the_thread_looks_at_once_when_someone_got_no_answer(branch: Branch) -> None:
    kiosk = branch.machine()
    kiosk.line.start()
    try:
        assert kiosk.line.up
        kiosk.line.lost()
        assert until(lambda: kiosk.line.up, "the line is up again")
    finally:
        kiosk.line.stop()
    assert kiosk.server.closed


@pytest.mark.usefixtures("never_by_itself")
def test_the_thread_goes_on_after_a_fault_that_nobody_thought_of(
    branch: Branch, caplog: pytest.LogCaptureFixture
) -> None:
    kiosk = branch.machine()
    kiosk.memory.put("late", c.TakeList("cash"))

    def fails(command: c.Command) -> None:
        kiosk.server.before = lambda command: None
        raise RuntimeError("a fault")

    kiosk.server.before = fails
    kiosk.line.start()
    try:
        assert not kiosk.line.up
        kiosk.line.lookout()
        assert until(lambda: kiosk.line.up, "the line is up after all")
    finally:
        kiosk.line.stop()
    assert "the line failed" in caplog.text


def test_a_server_that_stays_away_is_said_once(kiosk: Machine, caplog: pytest.LogCaptureFixture) -> None:
    kiosk.restart()
    with caplog.at_level(logging.WARNING, "kiosk.line"):
        for _ in range(5):
            kiosk.look()
    assert [record.getMessage() for record in caplog.records] == [
        "going on without the branch server: The branch server cannot be reached."
    ]


# -- the hand-over


def test_tickets_are_handed_over_in_order_and_wait_where_they_would_have_waited(kiosk: Machine, branch: Branch) -> None:
    before = branch.desk.submit(c.Issue("cash"), key="before", actor=KIOSK).ticket
    branch.clock.forward(10)
    alone = [kiosk.issue().number]
    branch.clock.forward(10)
    between = branch.desk.submit(c.Issue("cash"), key="between", actor=KIOSK).ticket
    branch.clock.forward(10)
    alone.append(kiosk.issue().number)
    branch.clock.forward(600)
    kiosk.server.down = False
    assert kiosk.look()
    assert before is not None
    assert between is not None
    assert branch.waiting() == [before.number, alone[0], between.number, alone[1]]


def test_other_things_are_told_in_their_turn(kiosk: Machine) -> None:
    kiosk.issue()
    kiosk.door.submit(c.GiveFeedback(5), key="opinion")
    kiosk.door.submit(c.Reprint("A950"), key="copy")
    kiosk.door.submit(c.TakeList("cash"), key="list")
    kiosk.server.down = False
    assert kiosk.look()
    assert [type(command) for command in told(kiosk)] == [c.HandIn, c.GiveFeedback, c.Reprint, c.TakeList]


def test_a_server_that_goes_away_in_the_middle_hears_the_rest_later_and_nothing_twice(
    kiosk: Machine, branch: Branch
) -> None:
    numbers = [kiosk.issue().number for _ in range(5)]

    def goes_away(command: c.Command) -> None:
        kiosk.server.down = len(told(kiosk)) >= 2

    kiosk.server.down = False
    kiosk.server.before = goes_away
    assert not kiosk.look()
    assert branch.waiting() == numbers[:2]
    assert [one.command.number for one in kiosk.memory.unsent()] == numbers[2:]  # type: ignore[attr-defined]
    kiosk.server.before = lambda command: None
    kiosk.server.down = False
    assert kiosk.look()
    assert branch.waiting() == numbers
    assert len(told(kiosk)) == 5


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_hand_over_whose_answer_is_lost_counts_once(kiosk: Machine, branch: Branch, lost: int) -> None:
    numbers = [kiosk.issue().number for _ in range(2)]
    kiosk.server.down = False
    kiosk.server.lose_answers = lost
    for _ in range(lost):
        kiosk.restart()
        assert not kiosk.look()
    assert kiosk.look()
    assert branch.waiting() == numbers
    assert len(events(branch, e.TicketIssued)) == 2


def test_what_the_server_refuses_stays_on_record_and_holds_nobody_up(kiosk: Machine, branch: Branch) -> None:
    kiosk.issue("first")
    kiosk.issue("second")
    kiosk.server.down = False
    kiosk.server.refuse["first"] = errors.NumberTaken(number="A950")
    assert kiosk.look()
    assert branch.waiting() == ["A951"]
    assert kiosk.memory.unsent() == []
    assert kiosk.memory.unsent_count() == 1
    kiosk.line.lost()
    assert kiosk.look()
    assert [key for command, key in kiosk.server.heard if isinstance(command, c.HandIn)] == ["first", "second"]


@pytest.mark.parametrize(
    "fault",
    [
        errors.StorageFull(),
        errors.NotSignedIn(),
        errors.NotAllowed(role="kiosk"),
        errors.TooManyAttempts(seconds=60),
        errors.BadRequest(problem="HTTP 502"),
    ],
    ids=lambda fault: fault.name,
)
def test_what_is_no_decision_about_the_ticket_is_no_refusal_of_it(
    kiosk: Machine, branch: Branch, fault: errors.LobbyError
) -> None:
    kiosk.issue("touch")
    kiosk.server.down = False
    kiosk.server.refuse["touch"] = fault
    assert not kiosk.look()
    assert len(kiosk.memory.unsent()) == 1
    del kiosk.server.refuse["touch"]
    assert kiosk.look()
    assert branch.waiting() == ["A950"]


# -- a touch that the server had carried out


@pytest.mark.parametrize("lost_more", [0, 1, 2])
def test_a_touch_that_the_server_had_carried_out_gets_the_number_on_its_paper(branch: Branch, lost_more: int) -> None:
    kiosk = branch.machine()
    assert kiosk.look()
    branch.clock.forward(60)
    kiosk.server.lose_answers = 1
    paper = kiosk.issue("touch")
    assert paper.number == "A950"
    assert branch.waiting() == ["A001"]
    kiosk.server.lose_answers = lost_more
    for _ in range(lost_more):
        assert not kiosk.look()
    assert kiosk.look()
    (waits,) = branch.desk.door(KIOSK).queue().waiting
    assert (waits.number, waits.arrived_at) == ("A950", paper.arrived_at)
    assert branch.desk.state.tokens == {mark_of(paper.token): waits.id}
    assert len(events(branch, e.TicketIssued)) == 1
    assert len(events(branch, e.TicketRenumbered)) == 1
    assert kiosk.memory.unsent_count() == 0


def test_the_freed_number_of_the_server_is_not_given_again_and_the_next_touch_is_as_ever(branch: Branch) -> None:
    kiosk = branch.machine()
    assert kiosk.look()
    kiosk.server.lose_answers = 1
    kiosk.issue()
    assert kiosk.look()
    assert kiosk.issue().number == "A002"
    assert branch.waiting() == ["A950", "A002"]


def test_an_opinion_whose_answer_was_lost_counts_once(branch: Branch) -> None:
    kiosk = branch.machine()
    assert kiosk.look()
    kiosk.server.lose_answers = 1
    kiosk.door.submit(c.GiveFeedback(5), key="opinion")
    assert kiosk.look()
    assert len(events(branch, e.FeedbackGiven)) == 1
    assert kiosk.memory.unsent_count() == 0


def test_a_key_of_a_hundred_signs_can_be_renumbered_too(branch: Branch) -> None:
    kiosk = branch.machine()
    assert kiosk.look()
    kiosk.server.lose_answers = 1
    kiosk.issue("k" * 100)
    assert kiosk.look()
    assert max(len(key) for _, key in kiosk.server.heard) == 100


# -- numbers for later


def test_the_lease_is_topped_up_when_less_than_half_is_left_and_not_before(kiosk: Machine) -> None:
    for _ in range(25):
        kiosk.issue()
    kiosk.server.down = False
    assert kiosk.look()
    assert kiosk.memory.leased("cash", TUESDAY) == 50
    kiosk.server.down = True
    kiosk.look()
    kiosk.issue()
    kiosk.server.down = False
    assert kiosk.look()
    assert kiosk.memory.leased("cash", TUESDAY) == 100
    assert kiosk.memory.leased("cards", TUESDAY) == 50


def test_a_new_day_needs_no_new_numbers(kiosk: Machine, branch: Branch) -> None:
    for _ in range(50):
        kiosk.issue()
    branch.clock.forward(A_DAY_S)
    kiosk.server.down = False
    assert kiosk.look()
    assert kiosk.memory.leased("cash", branch.clock()) == 50
    kiosk.server.down = True
    kiosk.look()
    assert kiosk.issue().number == "A950"


def test_a_lease_in_its_second_half_is_renewed_with_its_numbers(kiosk: Machine, branch: Branch) -> None:
    branch.clock.forward(20 * A_DAY_S)
    kiosk.server.down = False
    assert kiosk.look()
    kiosk.server.down = True
    branch.clock.forward(20 * A_DAY_S)
    kiosk.look()
    assert kiosk.issue().number == "A950"


def test_a_service_with_too_few_numbers_takes_none_from_the_others(
    memory_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    narrow = msgspec.structs.replace(CASH, last=1)
    with closing(Branch(memory_folder / tmp_path.name, a_setup((narrow, CARDS)))) as branch:
        kiosk = branch.machine()
        assert kiosk.look()
        assert kiosk.memory.leased("cash", TUESDAY) == 0
        assert kiosk.memory.leased("cards", TUESDAY) == 60
    assert "Cash has too few numbers left" in caplog.text


def test_numbers_that_a_restored_server_gave_to_another_are_not_given_though_it_has_no_more(
    memory_folder: Path, tmp_path: Path, kiosk: Machine
) -> None:
    assert kiosk.memory.leased("cash", TUESDAY) == 50
    with closing(Branch(memory_folder / f"{tmp_path.name}-restored")) as restored:
        kiosk.line.desk = restored.machine().line.desk
        restored.desk.submit(c.LeaseNumbers("cash", "another", 499), key="all", actor=KIOSK)
        kiosk.look()
    assert kiosk.memory.leased("cash", TUESDAY) == 0
    assert kiosk.memory.leased("cards", TUESDAY) == 50


def test_how_many_numbers_are_kept_is_the_branchs_to_say(memory_folder: Path, tmp_path: Path) -> None:
    rules = Rules(lease_numbers=3)
    with closing(Branch(memory_folder / tmp_path.name, a_setup(rules=rules))) as branch:
        kiosk = branch.machine()
        assert kiosk.look()
        assert kiosk.memory.leased("cash", TUESDAY) == 3


# -- whose time


@pytest.mark.parametrize("wrong_s", [-7200, -1, 1, 7200])
def test_tickets_alone_arrive_by_the_servers_clock_also_after_a_restart(branch: Branch, wrong_s: float) -> None:
    kiosk = branch.machine(Clock(TUESDAY + round(wrong_s * 1000)))
    assert kiosk.look()
    kiosk.server.down = True
    kiosk.look()
    for clock in (branch.clock, kiosk.clock):
        clock.forward(60)
    assert kiosk.issue().arrived_at == TUESDAY + 60_000
    kiosk.restart()
    assert kiosk.issue().arrived_at == TUESDAY + 60_000


@pytest.mark.parametrize("takes_ms", [5, 400, 2900])
def test_a_clock_that_is_right_is_believed_however_long_the_server_takes(branch: Branch, takes_ms: int) -> None:
    kiosk = branch.machine(Clock())
    kiosk.server.takes_ms = takes_ms
    assert kiosk.look()
    branch.clock.now = kiosk.clock.now
    assert kiosk.line.now() == branch.clock()


def test_a_wrong_clock_is_put_right_within_the_time_that_an_answer_takes(branch: Branch) -> None:
    kiosk = branch.machine(Clock(TUESDAY - 3600_000))
    kiosk.server.takes_ms = 40
    kiosk.line.look()
    gone_by = kiosk.clock() - (TUESDAY - 3600_000)
    assert abs(kiosk.line.now() - (branch.clock() + gone_by)) <= 40


def test_a_clock_that_was_a_day_ahead_alone_is_forgotten_once_the_server_is_back(branch: Branch) -> None:
    kiosk = branch.machine(Clock())
    assert kiosk.look()
    kiosk.server.down = True
    kiosk.look()
    kiosk.clock.forward(A_DAY_S)
    kiosk.issue()
    kiosk.server.down = False
    assert kiosk.look()
    kiosk.server.down = True
    kiosk.look()
    for clock in (branch.clock, kiosk.clock):
        clock.forward(60)
    assert kiosk.issue().arrived_at == TUESDAY + 60_000


def test_the_machines_own_clock_goes_on_when_that_of_the_system_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = steady_clock()
    before = clock()
    assert abs(before - time.time_ns() // 1_000_000) < 60_000
    monkeypatch.setattr(time, "time_ns", lambda: 0)
    assert before <= clock() < before + 60_000


# -- who is not welcome


def test_a_revoked_kiosk_says_so_and_gives_no_numbers_even_when_the_server_goes_away_afterwards(branch: Branch) -> None:
    kiosk = branch.machine()
    assert kiosk.look()
    kiosk.server.revoked = True
    with pytest.raises(errors.NotSignedIn):
        kiosk.issue()
    assert not kiosk.look()
    kiosk.server.revoked, kiosk.server.down = False, True
    assert not kiosk.look()
    with pytest.raises(errors.NotSignedIn):
        kiosk.issue()
    with pytest.raises(errors.NotSignedIn):
        kiosk.door.branch()
    assert branch.waiting() == []
    kiosk.server.down = False
    assert kiosk.look()
    assert kiosk.issue().number == "A001"


# -- a disk that is full


def test_a_full_disk_takes_neither_the_line_away_nor_a_ticket(kiosk: Machine, branch: Branch) -> None:
    numbers = [kiosk.issue().number for _ in range(3)]
    kiosk.memory._db.execute("PRAGMA query_only = ON")  # every write fails as on a disk that cannot be written
    kiosk.server.down = False
    assert kiosk.look()
    assert branch.waiting() == numbers
    assert kiosk.issue().number == "A001"
    kiosk.memory._db.execute("PRAGMA query_only = OFF")
    kiosk.restart()
    assert kiosk.look()
    assert branch.waiting() == [*numbers, "A001"]
    assert kiosk.memory.unsent_count() == 0


def test_a_manager_sees_an_ordinary_queue_afterwards(kiosk: Machine, branch: Branch) -> None:
    kiosk.issue()
    kiosk.server.down = False
    assert kiosk.look()
    branch.desk.submit(c.OpenCounter(3), key="open", actor=MIA)
    called = branch.desk.submit(c.CallNext(3), key="next", actor=MIA).ticket
    assert called is not None
    assert called.number == "A950"
