"""Numbers that are kept for kiosks: whose they are, for how long, and that nobody else gives them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from lobby import errors
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.branch import Branch
from lobby.queue.leases import LASTS_MS, RENEWED_MS, Lease, leases_of
from lobby.queue.services import business_day
from tests.builders import KIOSK, MIA, TUESDAY, Clock, Room, a_desk, a_service
from tests.lobby.queue.papers import keep, narrow, paper, waiting
from tests.lobby.queue.test_commands import refused

# -- keeping numbers


def test_a_kiosk_gets_the_highest_numbers_of_a_service_for_thirty_days(room: Room) -> None:
    made = room.do(c.LeaseNumbers("cash", "one", 50), KIOSK)
    assert made == [e.NumbersLeased("one", "cash", 950, 999, TUESDAY + LASTS_MS)]
    assert (room.branch.day, room.branch.next_number) == ("", {}), "keeping numbers opens no day and gives none"


def test_each_kiosk_has_numbers_of_its_own_for_each_service(room: Room) -> None:
    until = TUESDAY + LASTS_MS
    assert keep(room, "one") == [(990, 999, until)]
    assert keep(room, "two", 5) == [(985, 989, until)]
    assert keep(room, "one", service="loans") == [(990, 999, until)]


def test_the_server_gives_no_number_that_is_kept_for_a_kiosk() -> None:
    room = narrow(10)
    keep(room, count=3)
    assert [room.issue() for _ in range(7)][-1] == "A007"
    assert refused(room, c.Issue("cash"), errors.NumbersExhausted, KIOSK) == {"service": "Cash"}


def test_the_kept_numbers_are_the_servers_again_when_the_lease_has_run_out() -> None:
    room = narrow(10)
    [(_, _, until)] = keep(room, count=3)
    room.clock.now = until - 1
    for _ in range(7):
        room.issue()
    refused(room, c.Issue("cash"), errors.NumbersExhausted, KIOSK)
    room.clock.now = until
    assert room.issue() == "A008"


def test_numbers_are_kept_over_the_change_of_days(room: Room) -> None:
    room.issue()
    mine = keep(room)
    room.clock.forward(hours=24)
    room.issue()
    assert [(one.first, one.last, one.until) for one in leases_of(room.branch, "cash", "one")] == mine


def test_asking_again_soon_changes_nothing(room: Room) -> None:
    keep(room)
    room.clock.now += LASTS_MS - RENEWED_MS
    assert room.do(c.LeaseNumbers("cash", "one", 10), KIOSK) == []
    assert room.do(c.LeaseNumbers("cash", "one", 3), KIOSK) == []


def test_a_lease_in_its_second_half_is_renewed_with_the_same_numbers(room: Room) -> None:
    keep(room)
    keep(room, "two")
    room.clock.now += LASTS_MS - RENEWED_MS + 1
    later = room.clock.now + LASTS_MS
    assert room.do(c.LeaseNumbers("cash", "one", 10), KIOSK) == [e.NumbersLeased("one", "cash", 990, 999, later)]
    assert keep(room, "one") == [(990, 999, later)]
    assert keep(room, "two") == [(980, 989, later)]


def test_a_kiosk_that_needs_more_gets_what_is_missing_besides(room: Room) -> None:
    keep(room, "one")
    keep(room, "two")
    assert [lease[:2] for lease in keep(room, "one", 25)] == [(990, 999), (965, 979)]


def test_the_stretch_between_two_others_is_used_when_it_is_long_enough(room: Room) -> None:
    keep(room, "one")
    keep(room, "two", 20)
    keep(room, "three")
    room.clock.now += LASTS_MS - RENEWED_MS + 1
    keep(room, "one")
    keep(room, "three")
    room.clock.now += RENEWED_MS - 1
    assert keep(room, "four", 15)[0][:2] == (975, 989), "two's lease has run out"
    assert keep(room, "five", 6)[0][:2] == (954, 959), "what is left of it is too short"
    assert keep(room, "six", 5)[0][:2] == (970, 974)


def test_kiosks_never_get_the_lower_half_and_the_refusal_names_the_service() -> None:
    room = narrow(20)
    assert keep(room, count=10)[0][:2] == (11, 20)
    assert refused(room, c.LeaseNumbers("cash", "two", 1), errors.NoNumbersToLease, KIOSK) == {"service": "Cash"}
    refused(narrow(20), c.LeaseNumbers("cash", "one", 11), errors.NoNumbersToLease, KIOSK)


def test_numbers_that_the_server_has_given_are_not_kept_for_anybody() -> None:
    room = narrow(20)
    for _ in range(16):
        room.issue()
    refused(room, c.LeaseNumbers("cash", "one", 5), errors.NoNumbersToLease, KIOSK)
    assert keep(room, count=4)[0][:2] == (17, 20)


def test_a_service_with_few_numbers_keeps_none_rather_than_stopping_the_branch() -> None:
    room = narrow(1)
    refused(room, c.LeaseNumbers("cash", "one", 1), errors.NoNumbersToLease, KIOSK)
    assert room.issue() == "A001"


def test_what_is_not_offered_is_not_kept(room: Room) -> None:
    assert refused(room, c.LeaseNumbers("tea", "one", 5), errors.UnknownService) == {"service": "tea"}


def test_a_kiosk_is_told_of_no_lease_that_has_run_out(tmp_path: Path) -> None:
    clock = Clock()
    desk = a_desk(tmp_path, clock=clock, setup=narrow(20).branch.setup)
    for holder, count in (("two", 5), ("one", 5)):
        desk.submit(c.LeaseNumbers("cash", holder, count), key=holder, actor=KIOSK)
    clock.now += LASTS_MS
    held = desk.submit(c.LeaseNumbers("cash", "one", 5), key="again", actor=KIOSK).leases
    assert held == (Lease("one", "cash", 16, 20, clock.now + LASTS_MS),)


def test_a_range_that_was_widened_in_the_branch_file_is_the_servers_to_use() -> None:
    room = narrow(10)
    keep(room, count=3)
    room.branch.setup = narrow(30).branch.setup  # as after a restart with the changed file
    given = [room.issue() for _ in range(12)]
    assert given == [f"A{n:03d}" for n in (*range(1, 8), *range(11, 16))], "8 to 10 are the kiosk's"


# -- the numbers as printed


@given(st.sampled_from(["", "A", "ABC"]), st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_a_printed_number_reads_back_as_its_sequence(prefix: str, first: int, more: int, at: int) -> None:
    service = a_service("s", prefix, first=first, last=first + more)
    inside = first + at % (more + 1)
    assert service.sequence(service.number(inside)) == inside
    assert service.sequence(service.number(first + more + 1)) is None


@given(st.text("A0123456789 a-+_٣²", max_size=8))
def test_whatever_is_read_as_a_number_of_a_service_is_printed_just_so(text: str) -> None:
    service = a_service("s", "A", first=5, last=20_000)
    found = service.sequence(text)
    assert found is None or (service.number(found) == text and 5 <= found <= 20_000)


# -- whatever happens


class Machine:
    """A kiosk machine: what it was told of its leases, what it gave, what it has still to hand in."""

    MARGIN_MS = 24 * 3_600_000
    """A kiosk gives no number on the last day of a lease: the clocks may differ."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.leases: tuple[Lease, ...] = ()
        self.reached: dict[tuple[str, int], int] = {}
        self.outbox: list[c.HandIn] = []

    def ask(self, room: Room, count: int) -> None:
        room.do(c.LeaseNumbers("cash", self.name, count), KIOSK)
        self.leases = leases_of(room.branch, "cash", self.name)

    def give(self, room: Room, day: str) -> int | None:
        for lease in self.leases:
            number = self.reached.get((day, lease.first), lease.first)
            if lease.until > room.clock() + self.MARGIN_MS and number <= lease.last:
                self.reached[day, lease.first] = number + 1
                printed = f"A{number:03d}"
                self.outbox.append(paper(room, printed, holder=self.name, token=f"{day} {printed} {self.name}"))
                return number
        return None


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.sampled_from("abc"), st.integers(1, 7)),
        st.tuples(st.just("give"), st.sampled_from("abc"), st.just(0)),
        st.tuples(st.just("hand in"), st.sampled_from("abc"), st.just(0)),
        st.tuples(st.sampled_from(["issue", "issue", "close day"]), st.just(""), st.just(0)),
        st.tuples(st.just("hours"), st.just(""), st.sampled_from([1, 9, 20, 24, 14 * 24, 16 * 24, 29 * 24])),
    ),
    min_size=5,
    max_size=50,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_no_number_is_given_twice_a_day_and_leases_never_overlap_whatever_happens(
    steps: list[tuple[str, str, int]],
) -> None:
    room = narrow(24)
    machines = {name: Machine(name) for name in "abc"}
    given: set[tuple[str, int]] = set()

    def note(number: int) -> None:
        day = business_day(room.branch.setup, room.clock()).date
        assert (day, number) not in given, "given twice"
        given.add((day, number))

    for what, who, many in steps:
        room.clock.forward(1)
        machine = machines.get(who)
        try:
            if what == "hours":
                room.clock.forward(hours=many)
            elif what == "close day":
                room.do(c.CloseDay(), MIA)
            elif what == "issue":
                note(int(room.issue()[1:]))
            elif machine and what == "ask":
                machine.ask(room, many)
            elif machine and what == "give":
                number = machine.give(room, business_day(room.branch.setup, room.clock()).date)
                if number is not None:
                    note(number)
            elif machine and machine.outbox:
                hand_in(room, machine)
        except (errors.NoNumbersToLease, errors.NumbersExhausted, errors.BranchClosed, errors.DayAlreadyClosed):
            pass
        running = [one for one in room.branch.leases.get("cash", ()) if one.until > room.clock()]
        for one in running:
            assert not [o for o in running if o is not one and o.first <= one.last and one.first <= o.last], "overlap"
    for machine in machines.values():
        while machine.outbox:
            hand_in(room, machine)
    folded = Branch(room.branch.setup)
    for recorded in room.history:
        folded.apply(recorded)
    assert folded == room.branch
    numbers = [ticket.number for ticket in room.branch.tickets.values()]
    assert len(numbers) == len(set(numbers)) == len(room.branch.tokens)


def hand_in(room: Room, machine: Machine) -> None:
    """The oldest paper of this machine comes in: it waits, or it is noted as late; it may be refused only when the
    machine had been away for so long that others have its numbers."""
    oldest = machine.outbox.pop(0)
    before = room.branch.tickets.keys()
    try:
        made = room.do(oldest, KIOSK)
    except errors.NumberNotLeased:
        assert room.clock() - oldest.arrived_at >= Machine.MARGIN_MS
        return
    today = business_day(room.branch.setup, room.clock())
    if oldest.arrived_at >= today.start and not room.branch.day_closed:
        assert isinstance(made[-1], e.TicketIssued)
        assert oldest.number in waiting(room)
    else:
        assert isinstance(made[-1], e.TicketHandedInLate)
        assert room.branch.tickets.keys() == before


def test_two_kiosks_and_the_server_share_a_service_to_its_last_number() -> None:
    room = narrow(12)
    keep(room, "one", 3)
    keep(room, "two", 3)
    by_server = [room.issue() for _ in range(6)]
    refused(room, c.Issue("cash"), errors.NumbersExhausted, KIOSK)
    for number in range(7, 13):
        holder = "two" if number < 10 else "one"
        room.do(paper(room, f"A{number:03d}", holder=holder), KIOSK)
    assert sorted(room.branch.numbers) == [*by_server, *(f"A{n:03d}" for n in range(7, 13))]
