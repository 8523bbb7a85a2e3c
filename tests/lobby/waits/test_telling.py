"""What customers are told: at issue from the outlook or the formula, later only tighter, honest when it breaks."""

from __future__ import annotations

import msgspec
import pytest

from lobby.queue import commands as c
from lobby.queue.events import Promise
from lobby.queue.outlook import Basis, Foreseen, Joining, Outlook
from lobby.waits.estimate import estimate
from lobby.waits.telling import FRESH_MS, in_minutes, joining, offered, telling
from tests.builders import MIA, VISITOR, Room, a_room

MINUTE = 60_000


@pytest.fixture
def busy() -> Room:
    """One counter, one customer at it, two who wait."""
    room = a_room()
    room.open(1)
    room.issue("cash")
    room.call(1)
    room.issue("cash")
    room.issue("cash")
    return room


def seen(room: Room, low_s: float, high_s: float, *, about: bool = False, **waiting: Foreseen) -> None:
    """Give the branch an outlook of now."""
    simple = estimate(room.branch, "cash")
    basis = Basis(ql_s=simple.mean_s if simple else None)
    room.branch.outlook = Outlook(
        room.branch.seq,
        room.clock.now,
        {"cash": Joining(low_s, high_s, (low_s + high_s) / 2, about, basis)},
        {room.branch.ticket(number).id: foreseen for number, foreseen in waiting.items()},
    )


def test_without_an_outlook_the_formula_speaks_and_says_about(busy: Room) -> None:
    told = offered(busy.branch, "cash", busy.clock.now)
    simple = estimate(busy.branch, "cash")
    assert told
    assert simple
    assert told == in_minutes(simple.low_s, simple.high_s, about=True)


def test_a_newcomer_is_offered_what_the_outlook_foresees(busy: Room) -> None:
    seen(busy, 300, 720)
    assert offered(busy.branch, "cash", busy.clock.now) == Promise(300, 720)
    seen(busy, 300, 720, about=True)
    assert offered(busy.branch, "cash", busy.clock.now) == Promise(300, 720, about=True)


def test_an_outlook_that_others_have_joined_since_moves_with_what_they_add(busy: Room) -> None:
    seen(busy, 300, 720)
    before = estimate(busy.branch, "cash")
    busy.issue("cash")
    after = estimate(busy.branch, "cash")
    found = joining(busy.branch, "cash", busy.clock.now)
    assert before
    assert after
    assert found
    assert found.low_s == pytest.approx(300 + after.mean_s - before.mean_s)
    assert found.high_s == pytest.approx(720 + after.mean_s - before.mean_s)


def test_an_old_outlook_is_not_used_any_more(busy: Room) -> None:
    seen(busy, 300, 720)
    told = offered(busy.branch, "cash", busy.clock.now + FRESH_MS + 1)
    assert told
    assert told.about


def test_nothing_is_offered_while_no_counter_is_open(busy: Room) -> None:
    seen(busy, 300, 720)
    assert offered(busy.branch, "loans", busy.clock.now) is None


def test_a_promise_passes_with_the_time_and_then_says_nothing(busy: Room) -> None:
    ticket = msgspec.structs.replace(busy.branch.ticket("A002"), promise=Promise(300, 720))
    at = ticket.since
    assert telling(busy.branch, ticket, at).wait == Promise(300, 720)
    assert telling(busy.branch, ticket, at + 6 * MINUTE).wait == Promise(0, 360)
    over = telling(busy.branch, ticket, at + 13 * MINUTE)
    assert over.wait is None
    assert over.at_risk
    assert not over.revised


def test_who_waits_is_told_what_is_foreseen_and_when_by_the_clock(busy: Room) -> None:
    seen(busy, 300, 720, A002=Foreseen(120, 240, 180, late=0.1))
    now = busy.clock.now
    told = telling(busy.branch, busy.branch.ticket("A002"), now)
    assert told.wait
    assert (told.wait.low_s, told.wait.high_s) == (120, 240)
    assert (told.from_, told.to) == (now + 2 * MINUTE, now + 4 * MINUTE)
    assert not told.at_risk
    later = telling(busy.branch, busy.branch.ticket("A002"), now + 20_000)
    assert (later.from_, later.to) == (told.from_, told.to)


def test_a_promise_that_will_hardly_hold_is_at_risk(busy: Room) -> None:
    seen(busy, 300, 720, A002=Foreseen(120, 900, 600, late=0.6), A003=Foreseen(120, 900, 600, late=0.4))
    assert telling(busy.branch, busy.branch.ticket("A002"), busy.clock.now).at_risk
    assert not telling(busy.branch, busy.branch.ticket("A003"), busy.clock.now).at_risk


def test_who_asked_for_a_few_minutes_is_told_no_time_before_they_are_over(busy: Room) -> None:
    """Promised two to eight minutes, away from the first up to the sixth; then up to the eleventh, beyond the end."""
    id = busy.ticket("A002").id
    busy.branch.tickets[id] = msgspec.structs.replace(busy.branch.tickets[id], promise=Promise(120, 480))
    busy.clock.forward(minutes=1)
    busy.do(c.Hold("A002"), VISITOR)
    now, ticket = busy.clock.now, busy.ticket("A002")
    told = telling(busy.branch, ticket, now)
    assert (told.from_, told.to) == (now + 5 * MINUTE, ticket.since + 8 * MINUTE)
    later = msgspec.structs.replace(ticket.step, held_until=now + 10 * MINUTE)
    told = telling(busy.branch, msgspec.structs.replace(ticket, steps=(later,)), now)
    assert (told.from_, told.to, told.at_risk) == (now + 10 * MINUTE, now + 10 * MINUTE, False)


def test_who_is_told_another_wait_sees_that_it_is_another(busy: Room) -> None:
    id = busy.branch.ticket("A002").id
    promised = busy.branch.ticket("A002").promise
    busy.do(c.RevisePromises((c.Revision(id, 600, 900),)), MIA)
    ticket = busy.branch.ticket("A002")
    assert ticket.promise == promised
    told = telling(busy.branch, ticket, ticket.since)
    assert told.revised
    assert told.wait == Promise(600, 900)


def test_nobody_who_does_not_wait_is_told_anything(busy: Room) -> None:
    assert telling(busy.branch, busy.branch.ticket("A001"), busy.clock.now).wait is None
    gone = busy.branch.ticket("A001").id
    assert busy.do(c.RevisePromises((c.Revision(gone, 600, 900), c.Revision("no such", 1, 2))), MIA) == []


def test_who_no_open_counter_may_call_is_told_nothing(busy: Room) -> None:
    seen(busy, 300, 720, A002=Foreseen(120, 240, 180))
    busy.do(c.Start(1))
    busy.do(c.Finish(1))
    busy.do(c.CloseCounter(1))
    told = telling(busy.branch, busy.branch.ticket("A002"), busy.clock.now)
    assert told.wait is None
    busy.open(2)
    assert telling(busy.branch, busy.branch.ticket("A002"), busy.clock.now).wait is None


def test_after_the_first_call_no_promise_is_revised_and_an_undo_is_not_stopped(busy: Room) -> None:
    busy.do(c.Start(1))
    busy.do(c.Finish(1))
    busy.call(1)
    busy.do(c.Transfer(1, "cash"))
    id = busy.branch.ticket("A002").id
    assert busy.do(c.RevisePromises((c.Revision(id, 600, 900),)), MIA) == []
    waits = busy.branch.ticket("A003").id
    busy.do(c.RevisePromises((c.Revision(waits, 600, 900),)), MIA)
    busy.do(c.UndoStep(1))
    assert busy.branch.ticket("A002").counter == 1


def test_nobody_is_shown_a_later_call_than_whoever_comes_after_them(busy: Room) -> None:
    ticket = busy.issue("cash")
    seen(busy, 780, 4740, **{ticket: Foreseen(1800, 6660, 4000)})
    shown = telling(busy.branch, busy.branch.ticket(ticket), busy.clock.now)
    assert shown.wait == Promise(780, 4740)
    assert not shown.revised, "the promise stands"


def test_a_newcomers_noise_moves_nobodys_range(busy: Room) -> None:
    ticket = busy.issue("cash")
    seen(busy, 600, 1740, **{ticket: Foreseen(660, 1800, 1200)})
    assert telling(busy.branch, busy.branch.ticket(ticket), busy.clock.now).wait == Promise(660, 1800)


def test_who_waits_for_one_counter_may_be_called_after_a_newcomer(busy: Room) -> None:
    ticket = busy.issue("cash")
    busy.branch.put(msgspec.structs.replace(busy.branch.ticket(ticket), for_counter=1))
    seen(busy, 300, 720, **{ticket: Foreseen(1800, 6660, 4000)})
    assert telling(busy.branch, busy.branch.ticket(ticket), busy.clock.now).wait == Promise(1800, 6660)
