"""Every command, valid and not, in any order, through a real desk on a real database, against a branch of plain lists.

The plain branch knows nothing of events, folds or tables of states. For each command it lists every reason to refuse;
when there is one, the desk must refuse for one of them and change nothing; when there is none, it must succeed and lead
to what the plain branch says. After every step the journal, folded from scratch, must give the live branch.
"""

from __future__ import annotations

import shutil
from collections import Counter
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from lobby.care import commands as care
from lobby.care.events import ClockRanOut, ClockWarned
from lobby.care.setup import CareSetup, ComplaintRules
from lobby.desk import Desk
from lobby.door import Answer
from lobby.errors import KeyReused, LobbyError
from lobby.queue import commands as c
from lobby.queue import supervision
from lobby.queue.branch import Branch
from lobby.queue.decisions import Actor
from lobby.queue.events import AppointmentBooked, ClockSetBack, TicketHandedInLate
from lobby.queue.page_marks import mark_of
from lobby.queue.services import Ratio, Rules
from lobby.queue.ticket_decisions import served_by
from lobby.records import schema
from lobby.records.journal import Journal
from lobby.records.store import Store
from tests.builders import ANN, BOB, KIOSK, LOANS, MIA, TUESDAY, VISITOR, Clock, a_service, a_setup
from tests.fuzz.cases import cases
from tests.lobby.care.test_complaints import AFTER, VERBS
from tests.lobby.queue.plain_branch import (
    EARLY_MS,
    FIRST_LAST,
    GRACE_MS,
    LEASE_MS,
    LIMITS,
    PLACES,
    RENEW_MS,
    PlainBranch,
)

SETUP = a_setup(
    services=(a_service("cash", "A", first=1, last=7), a_service("cards", "C", daily_limit=4), LOANS),
    zone="UTC",
    rules=Rules(
        age_cap_s=2400,
        age_cap_targets=3,
        recalls=1,
        no_show_grace_s=20,
        undo_s=30,
        return_s=300,
        hold_s=60,
        ratios=(Ratio("premium", 1),),
    ),
    care=CareSetup(ComplaintRules(place="gb", escalate_to="mia")),
)
SERVER = Actor("lobby", "server")
SERVICES = st.sampled_from(["cash"] * 4 + ["cards"] * 3 + ["loans"] * 3 + ["tea"])
COUNTERS = st.sampled_from([1] * 4 + [2] * 3 + [3] * 4 + [9])
NUMBERS = st.sampled_from([f"{p}{n:03d}" for p in "ACL" for n in (1, 2, 3)] + ["A004", "a001", "A007", "C999", "X999"])
ACTORS = st.sampled_from([None] * 8 + [ANN, BOB, MIA])
PRIORITIES = st.sampled_from([""] * 4 + ["by-law", "donor", "king"] + ["premium"] * 4)

SLOTS = st.sampled_from([None] * 6 + [-1200, -300, 0, 900])
THEN = st.sampled_from([()] * 4 + [("cards",), ("loans", "cash")])
OFFERS = st.sampled_from([()] * 6 + [("cards",), ("tea",), ("cash", "cards")])
NOTES = st.sampled_from(["", "a private word"])
CATEGORIES = st.sampled_from(["", "fees", "fees", "weather"])
NAMES = st.sampled_from(["", "ann", "bob", "cem"])
HOLDERS = st.sampled_from(["one", "two"])
CODES = st.sampled_from(["AAAA", "BBBB", "C2D2", "c2-d2", " bbbb ", "ZZZZ"])
SLOT_OFFSETS = st.sampled_from([-5, 0, 60, 900, 1800, 2000, 7200, 20 * 3600, 24 * 3600])
DEVICES = st.sampled_from(["printer", "screen"])
TRANSFERS = st.fixed_dictionaries(
    {
        "service": st.sampled_from(["", "", "loans", "cards", "tea"]),
        "to_counter": st.sampled_from([None, None, 1, 3, 9]),
        "to_teller": st.sampled_from(["", "", "ann", "bob"]),
    }
)
CARE = st.lists(
    st.sampled_from(
        ["complain"] * 2
        + ["go_on"] * 7
        + ["promise"] * 2
        + ["see_to_a_promise"] * 3
        + ["watch"] * 2
        + ["praise", "review", "see_to_a_comment"]
    ),
    min_size=2,
    max_size=9,
)
UNTIL = st.sampled_from([None, -5, 0, 60, 3600, 30 * 3600])
HOURS = st.sampled_from([0, 0, 0, 1, 5, 20, 30, 100, 600])
TURNS = st.lists(
    st.tuples(st.sampled_from([1, 3, 3, 1, 2]), st.sampled_from([0, 0, 1, 5, 20, 25, 40])), min_size=3, max_size=10
)
PAUSES = st.sampled_from([1, 5, 10, 20, 30, 60, 200, 400, 1500] * 2 + [10_800, 72_000, 16 * 86_400, -1, -60, -4000])
AT = {"counter": COUNTERS, "actor": ACTORS}
ANYTHING: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "issue": {
        "service": SERVICES,
        "priority": PRIORITIES,
        "language": st.sampled_from(["", "", "ru", "xx"]),
        "slot": SLOTS,
        "then": st.sampled_from([(), (), ("cards",), ("tea",)]),
    },
    "walk_in": {**AT, "service": SERVICES},
    "cancel": {"number": NUMBERS, "actor": st.sampled_from([KIOSK, VISITOR, ANN, MIA])},
    "come_back": {"number": NUMBERS},
    "ask_for_a_minute": {"number": NUMBERS},
    "say_here_i_am": {"number": NUMBERS},
    "print_again": {"number": NUMBERS},
    "record": {"number": NUMBERS, "note": NOTES},
    "open": {**AT, "services": OFFERS},
    "close": AT,
    "take_a_break": AT,
    "end_a_break": AT,
    "call_next": AT,
    "call_ticket": {**AT, "number": NUMBERS},
    "recall": AT,
    "start_service": AT,
    "add_service": {**AT, "service": SERVICES},
    "finish": {**AT, "note": NOTES},
    "park": AT,
    "resume": {**AT, "number": NUMBERS},
    "transfer": {
        **AT,
        "service": SERVICES,
        "to_counter": st.sampled_from([None, 1, 9]),
        "to_teller": st.sampled_from(["", "bob"]),
    },
    "declare_no_show": AT,
    "wait_for_next": AT,
    "stop_waiting": AT,
    "offer": {**AT, "to_teller": NAMES},
    "keep": AT,
    "undo": AT,
    "keep_numbers": {"service": SERVICES, "holder": HOLDERS, "size": st.integers(1, 4)},
    "hand_in": {
        "service": SERVICES,
        "holder": HOLDERS,
        "number": NUMBERS,
        "ago": st.sampled_from([-60, 0, 600, 20 * 3600]),
        "priority": PRIORITIES,
        "language": st.sampled_from(["", "ru", "xx"]),
    },
    "book": {"service": SERVICES, "after": SLOT_OFFSETS, "code": st.one_of(st.just(""), CODES), "note": NOTES},
    "cancel_appointment": {"code": CODES},
    "check_in": {"code": CODES, "priority": PRIORITIES},
    "take_a_list": {"service": SERVICES, "language": st.sampled_from(["", "ru", "xx"])},
    "say_how_it_went": {
        "rating": st.integers(1, 5),
        "service": st.sampled_from(["", "", "cash", "tea"]),
        "number": st.one_of(st.just(""), NUMBERS, NUMBERS),
        "choices": st.sampled_from([(), ("wait", "wait"), ("rain",)]),
        "note": NOTES,
        "who": st.sampled_from([KIOSK, VISITOR, ANN]),
    },
    "raise_an_alert": {"device": DEVICES, "subject": st.sampled_from(["", "A001"])},
    "resolve_an_alert": {"device": DEVICES, "subject": st.sampled_from(["", "A001"])},
    **(
        LEADING := {
            "close_service": {"service": SERVICES, "seconds": UNTIL},
            "open_service": {"service": SERVICES},
            "set_skills": {"counter": COUNTERS, "services": OFFERS},
            "reassign": {"number": NUMBERS, "to": TRANSFERS},
            "post_a_notice": {"language": st.sampled_from(["en", "ru", "xx"]), "seconds": UNTIL},
            "take_a_notice_down": {"which": st.integers(0, 4)},
            "take_an_alert": {"device": DEVICES, "owner": NAMES},
            "acknowledge_an_alert": {"device": DEVICES},
        }
    ),
    "bring_a_time": {"command": st.sampled_from([c.CloseDay(), c.Issue("cash"), c.OpenCounter(1)])},
}


class EveryCommand(RuleBasedStateMachine):
    template: ClassVar[Path]
    """A folder with an empty database."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = TemporaryDirectory(dir=self.template.parent)
        self.folder = Path(self.temporary.name)
        shutil.copy(self.template / "lobby.db", self.folder)
        self.clock = Clock()
        self.keys = count()
        self.model = PlainBranch()
        self.sent: list[tuple[c.Command, str, Actor, Answer]] = []
        self.ids: set[str] = set()
        self.start()

    def start(self) -> None:
        self.store = Store.in_folder(self.folder)
        self.desk = Desk(SETUP, Journal(self.store, SETUP.id), clock=self.clock)

    def teardown(self) -> None:
        self.store.close()
        self.temporary.cleanup()

    def send(self, command: c.Command, actor: Actor, reasons: set[str]) -> Answer | None:
        """Submit; compare success or refusal with the model's reasons."""
        key = f"key-{next(self.keys)}"
        seq = self.desk.seq
        refusal = answer = None
        try:
            answer = self.desk.submit(command, key=key, actor=actor)
        except LobbyError as refused:
            refusal = refused
        if answer is None:
            assert refusal is not None
            assert refusal.name in reasons, f"{command} refused: {refusal.name}; expected {reasons or 'success'}"
            assert str(refusal)
            assert self.desk.seq == seq
            return None
        assert not reasons, f"{command} succeeded, expected {reasons}"
        if answer.seq:
            assert answer.seq == self.desk.seq > seq
            self.sent.append((command, key, actor, answer))
        else:
            assert self.desk.seq == seq
        return answer

    def at_counter(self, counter: int, actor: Actor | None) -> Actor:
        """`None` is whoever sits there."""
        if actor is not None:
            return actor
        teller = self.model.counters.get(counter, {}).get("teller") or {1: "ann", 2: "bob"}.get(counter, "cem")
        return Actor(teller, "teller" if teller != "mia" else "manager")

    def look(self) -> None:
        """The model's time is the clock's, and never before the last event's. What was called by itself after the last
        command was called then; what time alone has made due since is called now, as the server sees to."""
        self.model.call_by_itself(self.desk.state.at)
        self.model.at = max(self.clock(), self.desk.state.at)
        ready = any(place["ready"] for place in self.model.counters.values())
        if ready and any(ticket["away_until"] for ticket in self.model.tickets.values()):
            self.desk.submit(c.CallWhoIsDue(), key=f"due-{next(self.keys)}", actor=SERVER)
            self.model.call_by_itself(self.model.at)

    # -- time and restarts

    @rule(
        seconds=st.sampled_from(
            [1, 5, 10, 20, 30, 60, 200, 400, 1500] * 2 + [3 * 3600, 20 * 3600, 16 * 24 * 3600, -1, -60, -4000]
        )
    )
    def time_passes_or_the_clock_is_set_back(self, seconds: int) -> None:
        self.clock.forward(seconds)

    @rule(snapshot=st.booleans())
    def the_server_starts_again(self, snapshot: bool) -> None:
        if snapshot:
            self.desk.close()
        self.store.close()
        self.start()
        kept = self.clock() - 40 * 3_600_000
        self.sent = [entry for entry in self.sent if self.desk.events(entry[3].seq - 1, 1)[0].at > kept]

    # -- the same key again

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 1000))
    def a_command_is_sent_twice(self, which: int) -> None:
        command, key, actor, answer = self.sent[which % len(self.sent)]
        seq = self.desk.seq
        assert self.desk.submit(command, key=key, actor=actor) == answer
        assert self.desk.seq == seq

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 1000))
    def a_key_is_used_for_something_else(self, which: int) -> None:
        _, key, actor, _ = self.sent[which % len(self.sent)]
        with pytest.raises(KeyReused):
            self.desk.submit(c.RecordInteraction("A001", f"something else {which}"), key=key, actor=actor)

    # -- what the machine does: mostly what people would do, sometimes anything at all

    @initialize(busy=st.sampled_from([True, True, True, False]))
    def a_day_begins(self, busy: bool) -> None:
        if busy:
            for counter in (1, 3):
                self.open(counter, (), None)
            for service in ("cash", "loans", "cards", "cash"):
                self.issue(service, "", "", None, ("cards",))

    @rule(
        service=st.sampled_from(["cash", "cash", "cards", "loans"]),
        priority=PRIORITIES,
        slot=SLOTS,
        then=THEN,
    )
    def a_customer_comes(self, service: str, priority: str, slot: int | None, then: tuple[str, ...]) -> None:
        self.issue(service, priority, "", slot, then)

    @rule(services=st.lists(st.sampled_from(["cash", "cards", "loans"]), min_size=1, max_size=3), data=st.data())
    def counters_wait_and_customers_come(self, services: list[str], data: st.DataObject) -> None:
        for counter in data.draw(st.sampled_from([(1,), (3,), (1, 3), (3, 1)])):
            self.clock.forward(data.draw(st.sampled_from([0, 1])))
            place = self.model.counters[counter]
            if not place["open"]:
                self.open(counter, (), None)
            if self.model.counters[counter]["ticket"]:
                self.park(counter, None)
            self.wait_for_next(counter, None)
            self.wait_for_next(counter, None)
        for service in services:
            self.issue(service, "", "", None, ())
            self.everything_holds()

    @rule(data=st.data())
    def everybody_needs_a_minute_while_a_counter_waits(self, data: st.DataObject) -> None:
        self.look()
        waiting = [n for n, t in self.model.tickets.items() if t["state"] == "waiting"]
        for number in waiting[:6]:
            self.ask_for_a_minute(number)
        counter = data.draw(st.sampled_from([1, 3]))
        if not self.model.counters[counter]["ticket"]:
            self.wait_for_next(counter, None)
        self.clock.forward(data.draw(st.sampled_from([0, 30, 59, 60, 61])))
        if waiting and data.draw(st.booleans()):
            self.say_here_i_am(data.draw(st.sampled_from(waiting)))
        self.look()
        self.everything_holds()

    @rule(data=st.data())
    def a_customer_acts(self, data: st.DataObject) -> None:
        missed = [n for n, t in self.model.tickets.items() if t["state"] == "no_show"]
        away = [n for n, t in self.model.tickets.items() if t["away_until"] > self.model.at]
        number = data.draw(st.sampled_from([*self.model.tickets, *missed * 5, *away * 2, "X999"]))
        state = self.model.tickets.get(number, {}).get("state")
        acts = [lambda: self.print_again(number), lambda: self.record(number, "a private word")]
        if state == "no_show":
            acts += [lambda: self.come_back(number)] * 6
        elif number in away:
            acts += [lambda: self.say_here_i_am(number), lambda: self.ask_for_a_minute(number)]
        elif state == "waiting":
            acts += [lambda: self.ask_for_a_minute(number)] * 3
        if state != "no_show" and (state != "waiting" or len(self.model.waiting(3)) > 2):
            acts += [lambda: self.cancel(number, data.draw(st.sampled_from([KIOSK, VISITOR, ANN])))] * 2
        data.draw(st.sampled_from(acts))()

    @rule(turns=TURNS, data=st.data())
    def tellers_work(self, turns: list[tuple[int, int]], data: st.DataObject) -> None:
        for counter, pause in turns:
            self.a_teller_acts(counter, pause, data)
            self.everything_holds()

    @rule(turns=TURNS, data=st.data())
    def tellers_go_on_working(self, turns: list[tuple[int, int]], data: st.DataObject) -> None:
        self.tellers_work(turns, data)

    def everything_holds(self) -> None:
        self.the_journal_folded_from_scratch_is_the_live_branch()
        self.the_branch_is_what_the_model_says()
        self.nobody_is_in_two_places()

    def a_teller_acts(self, counter: int, pause: int, data: st.DataObject) -> None:
        """Whoever sits at the counter does what is possible there, after a pause."""
        self.clock.forward(pause)
        model, place = self.model, self.model.counters[counter]
        number = place["ticket"]
        acts: dict[str, int] = {}
        if not place["open"] or model.closed:
            acts = {"open": 1}
        elif place["break"]:
            acts = {"end_a_break": 3, "open": 1, "close": 1, "undo": 1}
        elif place["ready"]:
            acts = {"stop_waiting": 1, "wait_for_next": 1, "take_a_break": 1, "close": 1, "resume": 1, "offer": 1}
            acts["walk_in"] = 1
        elif number is None:
            acts = {"call_next": 6, "wait_for_next": 3, "call_ticket": 2, "resume": 3, "undo": 3, "take_a_break": 1}
            acts |= {"close": 1, "walk_in": 2}
        elif model.tickets[number]["state"] == "called":
            missed = 6 if model.tickets[number]["calls"] > 1 else 1
            acts = {"start_service": 5, "recall": 3, "declare_no_show": missed, "transfer": 1, "undo": 2}
        else:
            acts = {"finish": 5, "park": 3, "add_service": 2, "transfer": 3, "undo": 2}
        if place["open"] and not model.closed:
            acts |= {"offer": 1} if place["offered"] is None else {"take_over": 4, "keep": 2}
        act = data.draw(st.sampled_from([name for name, weight in acts.items() for _ in range(weight)]))
        waiting = [n for n, t in model.tickets.items() if t["state"] == "waiting"]
        parked = [n for n, t in model.tickets.items() if t["state"] == "parked"]
        more: dict[str, Any] = {
            "open": {"services": data.draw(OFFERS)} if act == "open" else {},
            "call_ticket": {"number": data.draw(st.sampled_from(waiting or ["A001"]))} if act == "call_ticket" else {},
            "resume": {"number": data.draw(st.sampled_from(parked or ["A001"]))} if act == "resume" else {},
            "add_service": {"service": "cards"},
            "walk_in": {"service": data.draw(SERVICES)} if act == "walk_in" else {},
            "finish": {"note": "a private word"},
        }
        if act == "transfer":
            more["transfer"] = data.draw(TRANSFERS)
        if act == "offer":
            more["offer"] = {"to_teller": data.draw(NAMES)}
        getattr(self, act)(counter=counter, actor=None, **more.get(act, {}))

    @rule(data=st.data())
    def anything_at_all(self, data: st.DataObject) -> None:
        """Any command with any arguments, whoever asks, whatever the state."""
        act = data.draw(st.sampled_from(sorted(ANYTHING)))
        getattr(self, act)(**{name: data.draw(values) for name, values in ANYTHING[act].items()})

    @rule(act=st.sampled_from(["wait"] * 5 + ["close_day", "reopen_day", "start_a_rehearsal"]))
    def the_day_goes_on(self, act: str) -> None:
        if act == "wait":
            self.clock.forward(600)
        elif self.model.tickets:
            getattr(self, act)()

    # -- tickets

    def issue(self, service: str, priority: str, language: str, slot: int | None, then: tuple[str, ...]) -> None:
        self.look()
        model = self.model
        at = None if slot is None else model.at + slot * 1000
        kept = at if at is not None and model.at <= at + GRACE_MS else None
        reasons = model.offered(service, *then, priority=priority, language=language)
        reasons |= self.not_given(service, slot is not None, kept is not None)
        answer = self.send(c.Issue(service, language, priority, at, then), KIOSK, reasons)
        if answer:
            self.given(answer, service, kept, priority=priority, then=list(then))

    def walk_in(self, counter: int, service: str, actor: Actor | None) -> None:
        """Number and call are one: whoever waits for the next customer at another counter does not get this one."""
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        reasons = model.offered(service) | self.not_given(service, False, False)
        if model.new_day() and counter in PLACES:
            reasons.add("CounterNotOpen")
        else:
            reasons |= model.free(counter, who)
            if counter in PLACES and not model.can_call(
                counter, {"service": service, "for_counter": None, "for_teller": ""}
            ):
                reasons.add("WrongService")
        answer = self.send(c.Issue(service, at_counter=counter), who, reasons)
        if answer:
            self.given(answer, service, None)
            assert answer.ticket is not None
            assert (answer.ticket.state, answer.ticket.counter) == ("called", counter)
            model.call(counter, answer.ticket.number)

    def not_given(self, service: str, booked: bool, in_time: bool) -> set[str]:
        """Why the server gives no number for a service now; who is booked does not count for the day's limit, and is
        let in, when they are in time, where the service is closed by hand."""
        model, why = self.model, set()
        if not in_time and model.shut_services.get(service, 0) > model.at:
            why.add("ServiceClosedByHand")
        if model.is_closed():
            why.add("BranchClosed")
        if service in LIMITS and not booked and not model.new_day() and model.issued.get(service, 0) >= LIMITS[service]:
            why.add("DailyLimitReached")
        if service in FIRST_LAST and model.next_number(service) is None:
            why.add("NumbersExhausted")
        return why

    def given(self, answer: Answer, service: str, slot: int | None, **fields: Any) -> None:
        """The server gave the next number, for an appointment in time where there is a slot."""
        model = self.model
        sequence = model.next_number(service)
        assert sequence is not None
        model.begin_day()
        number = f"{FIRST_LAST[service][0]}{sequence:03d}"
        ahead = sum(t["state"] == "waiting" and t["service"] == service for t in model.tickets.values())
        model.next[service] = sequence + 1
        assert answer.ticket is not None
        assert (answer.ticket.number, answer.ticket.ahead) == (number, ahead)
        assert answer.ticket.state in ("waiting", "called")
        assert answer.ticket.token
        assert answer.ticket.id not in self.ids
        self.ids.add(answer.ticket.id)
        since = max(model.at, slot or 0)
        model.put(number, service, since=since, appointment=slot, token=answer.ticket.token, **fields)

    def cancel(self, number: str, actor: Actor) -> None:
        self.look()
        model = self.model
        if self.send(c.Cancel(number, "gave up"), actor, model.known(number, "waiting", "called", "parked")):
            number = number.upper()
            counter = model.tickets[number]["counter"]
            if counter is not None:
                model.leave(counter)
                model.undo.pop(counter, None)
            model.touch(number, state="cancelled", counter=None, for_counter=None, for_teller="")

    def come_back(self, number: str) -> None:
        self.look()
        model = self.model
        reasons = model.known(number, "no_show")
        ticket = model.tickets.get(number.upper())
        if model.closed or model.new_day():
            reasons.add("BranchClosed")
        if ticket and (ticket["returned"] or model.at > ticket["missed_at"] + 300_000):
            reasons.add("TooLateToReturn")
        if self.send(c.Return(number), KIOSK, reasons) and ticket:
            model.again(
                number.upper(),
                ticket["service"],
                returned=True,
                for_counter=ticket["for_counter"],
                for_teller=ticket["for_teller"],
            )

    def waits(self, number: str) -> set[str]:
        """Why a customer has no place that could be kept."""
        if self.model.tickets.get(number.upper(), {}).get("state") == "called":
            return {"CalledAlready"}
        return self.model.known(number, "waiting")

    def ask_for_a_minute(self, number: str) -> None:
        self.look()
        model, reasons = self.model, self.waits(number)
        ticket = model.tickets.get(number.upper(), {"away": False, "away_until": 0})
        away = ticket["away_until"] > model.at
        if not away and ticket["away"]:
            reasons.add("HeldBefore")
        if not away and model.new_day():
            reasons.add("BranchClosed")
        if answer := self.send(c.Hold(number), VISITOR, reasons):
            assert (answer.seq == 0) == away
            if not away:
                model.touch(number.upper(), away=True, away_until=min(model.at + 60_000, model.day_end))

    def say_here_i_am(self, number: str) -> None:
        self.look()
        model, reasons = self.model, self.waits(number)
        if answer := self.send(c.Release(number), VISITOR, reasons):
            away = model.tickets[number.upper()]["away_until"] > model.at
            assert (answer.seq == 0) == (not away)
            if away:
                model.touch(number.upper(), away_until=model.at)

    def print_again(self, number: str) -> None:
        self.look()
        ticket = self.model.tickets.get(number.upper())
        if self.send(c.Reprint(number), KIOSK, set() if ticket else {"UnknownTicket"}) and ticket:
            self.model.touch(number.upper(), copies=ticket["copies"] + 1)

    def record(self, number: str, note: str) -> None:
        self.look()
        known = number.upper() in self.model.tickets
        if self.send(c.RecordInteraction(number, "asked", note), ANN, set() if known else {"UnknownTicket"}):
            self.model.record()

    # -- counters

    def open(self, counter: int, services: tuple[str, ...], actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        if counter == 2 and services and "tea" not in services:
            services = ("loans",)
        reasons = {"UnknownCounter"} if counter not in PLACES else set()
        if "tea" in services:
            reasons.add("UnknownService")
        if model.is_closed():
            reasons.add("BranchClosed")
        place = model.counters.get(counter)
        is_open = place is not None and place["open"] and not model.new_day()
        taken_over = False
        if is_open and place and place["teller"] != who.name:
            taken_over = place["offered"] in ("", who.name)
            if not taken_over:
                reasons.add("CounterTaken" if place["offered"] is None else "CounterOffered")
        before = self.desk.seq
        answer = self.send(c.OpenCounter(counter, services), who, reasons)
        if answer is None or place is None:
            return
        if taken_over:
            place |= {"teller": who.name, "ready": False, "offered": None}
            model.undo.pop(counter, None)
            if number := place["ticket"]:
                served_by = (
                    who.name if model.tickets[number]["state"] == "serving" else model.tickets[number]["served_by"]
                )
                model.touch(number, called_by=who.name, served_by=served_by)
            return
        if is_open and (not services or list(services) == place["services"]):
            assert {type(recorded.event) for recorded in self.desk.events(before)} <= {ClockSetBack}
            return
        model.begin_day()
        held = model.counters[counter]["ticket"]
        offered = list(services) or PLACES[counter]
        model.counters[counter] = model.shut() | {
            "open": True,
            "teller": who.name,
            "services": offered,
            "ticket": held,
            "free_since": model.at,
        }
        model.undo.pop(counter, None)

    def close(self, counter: int, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        reasons = model.held(counter, who)
        if counter in PLACES and model.counters[counter]["ticket"]:
            reasons.add("CounterBusy")
        if self.send(c.CloseCounter(counter), who, reasons):
            model.counters[counter] = model.shut()
            model.undo.pop(counter, None)

    def take_a_break(self, counter: int, actor: Actor | None) -> None:
        self.look()
        who = self.at_counter(counter, actor)
        if self.send(c.TakeBreak(counter, "lunch"), who, self.model.free(counter, who)):
            self.model.counters[counter] |= {"break": "lunch", "ready": False}
            self.model.undo.pop(counter, None)

    def end_a_break(self, counter: int, actor: Actor | None) -> None:
        self.look()
        who = self.at_counter(counter, actor)
        reasons = self.model.held(counter, who)
        if counter in PLACES and self.model.counters[counter]["open"] and not self.model.counters[counter]["break"]:
            reasons.add("CounterNotOnBreak")
        if self.send(c.EndBreak(counter), who, reasons):
            self.model.counters[counter] |= {"break": "", "free_since": self.model.at}

    def wait_for_next(self, counter: int, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        answer = self.send(c.WaitForNext(counter), who, model.free(counter, who))
        if answer is None:
            return
        if due := model.waiting(counter):
            assert answer.ticket is not None
            assert answer.ticket.number == due[0]
            model.call(counter, due[0])
        else:
            assert (answer.seq == 0) == model.counters[counter]["ready"]
            model.counters[counter]["ready"] = True

    def stop_waiting(self, counter: int, actor: Actor | None) -> None:
        self.look()
        who = self.at_counter(counter, actor)
        if answer := self.send(c.StopWaiting(counter), who, self.model.held(counter, who)):
            assert (answer.seq > 0) == self.model.counters[counter]["ready"]
            self.model.counters[counter]["ready"] = False

    def offer(self, counter: int, to_teller: str, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        reasons = model.held(counter, who)
        place = model.counters.get(counter)
        if place and place["open"] and place["teller"] == to_teller:
            reasons.add("BadField")
        if (answer := self.send(c.OfferCounter(counter, to_teller), who, reasons)) and place:
            assert (answer.seq == 0) == (place["offered"] == to_teller)
            if answer.seq:
                place |= {"offered": to_teller, "ready": False}

    def keep(self, counter: int, actor: Actor | None) -> None:
        self.look()
        who = self.at_counter(counter, actor)
        if answer := self.send(c.KeepCounter(counter), who, self.model.held(counter, who)):
            assert (answer.seq == 0) == (self.model.counters[counter]["offered"] is None)
            self.model.counters[counter]["offered"] = None

    def take_over(self, counter: int, actor: Actor | None) -> None:
        """Somebody else opens the counter that is in use, with a right to it or without."""
        name = self.model.counters.get(counter, {}).get("offered") or "bob"
        self.open(counter, (), Actor(name, "teller"))

    def call_next(self, counter: int, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        reasons = model.free(counter, who)
        due = model.waiting(counter) if counter in PLACES else []
        if not due:
            reasons.add("NobodyWaiting")
        answer = self.send(c.CallNext(counter), who, reasons)
        if answer:
            assert answer.ticket is not None
            assert answer.why is not None
            assert answer.ticket.number == due[0]
            assert answer.why.runner_up == (due[1] if len(due) > 1 else "")
            waited = (model.at - model.tickets[due[0]]["since"]) // 1000
            assert answer.why.waited_s == max(0, waited)
            model.call(counter, due[0])

    def call_ticket(self, counter: int, number: str, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        reasons = model.free(counter, who) | model.known(number, "waiting")
        ticket = model.tickets.get(number.upper())
        if counter in PLACES and ticket and not model.can_call(counter, ticket):
            kept = ticket["for_counter"] is not None or ticket["for_teller"]
            reasons.add("NotYourTicket" if kept else "WrongService")
        due = model.waiting(counter) if counter in PLACES else []
        answer = self.send(c.CallTicket(counter, number, "asked"), who, reasons)
        if answer:
            assert answer.why is not None
            assert answer.why.rule == "by_hand"
            assert answer.why.runner_up == ("" if not due or due[0] == number.upper() else due[0])
            model.call(counter, number.upper())

    def verb(
        self, command: c.CounterCommand, actor: Actor | None, states: tuple[str, ...], more: set[str] | None = None
    ) -> str | None:
        """Send a verb on the customer at the counter; give the number when it succeeded."""
        self.look()
        who = self.at_counter(command.counter, actor)
        reasons = self.model.present(command.counter, who, *states) | (more or set())
        number = self.model.counters.get(command.counter, {}).get("ticket")
        return number if self.send(command, who, reasons) else None

    def recall(self, counter: int, actor: Actor | None) -> None:
        if number := self.verb(c.Recall(counter), actor, ("called",)):
            self.model.touch(number, calls=self.model.tickets[number]["calls"] + 1, called_at=self.model.at)
            self.model.undo.pop(counter, None)

    def start_service(self, counter: int, actor: Actor | None) -> None:
        if number := self.verb(c.Start(counter), actor, ("called",)):
            before = self.model.remember(counter, number)
            self.model.touch(number, state="serving", served_by=self.model.tickets[number]["called_by"])
            self.model.keep(counter, number, before)

    def add_service(self, counter: int, service: str, actor: Actor | None) -> None:
        more = {"UnknownService"} if service == "tea" else set()
        if number := self.verb(c.AddService(counter, service), actor, ("serving",), more):
            self.model.touch(number, then=[*self.model.tickets[number]["then"], service])

    def finish(self, counter: int, note: str, actor: Actor | None) -> None:
        model = self.model
        if number := self.verb(c.Finish(counter, "done", note), actor, ("serving",)):
            before = model.remember(counter, number)
            then = model.tickets[number]["then"]
            if then:
                model.again(number, then[0], then=then[1:])
            else:
                model.touch(number, state="finished", counter=None, for_counter=None, for_teller="")
            model.leave(counter)
            model.keep(counter, number, before)
            model.record(counter)

    def park(self, counter: int, actor: Actor | None) -> None:
        if number := self.verb(c.Park(counter, "papers"), actor, ("serving",)):
            before = self.model.remember(counter, number)
            self.model.touch(number, state="parked", counter=None)
            self.model.leave(counter)
            self.model.keep(counter, number, before)

    def resume(self, counter: int, number: str, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        if self.send(c.Resume(counter, number), who, model.free(counter, who) | model.known(number, "parked")):
            number = number.upper()
            before = model.remember(counter, number)
            model.touch(number, state="serving", counter=counter, served_by=model.counters[counter]["teller"])
            model.counters[counter] |= {"ticket": number, "ready": False}
            model.keep(counter, number, before)

    def transfer(self, counter: int, service: str, to_counter: int | None, to_teller: str, actor: Actor | None) -> None:
        more = set()
        if not service and to_counter is None and not to_teller:
            more.add("BadField")
        if service == "tea":
            more.add("UnknownService")
        if to_counter == 9:
            more.add("UnknownCounter")
        command = c.Transfer(counter, service, to_counter, to_teller, "elsewhere")
        model = self.model
        place = model.counters.get(counter)
        served = place and place["ticket"] and model.tickets[place["ticket"]]["state"] == "serving"
        if served and place and self.at_counter(counter, actor).name != place["teller"]:
            more.add("TicketInService")
        if number := self.verb(command, actor, ("called", "serving"), more):
            before = model.remember(counter, number)
            chosen = service or model.tickets[number]["service"]
            model.again(number, chosen, for_counter=to_counter, for_teller=to_teller)
            model.leave(counter)
            model.keep(counter, number, before)

    def declare_no_show(self, counter: int, actor: Actor | None) -> None:
        self.look()
        model, more = self.model, set()
        number = model.counters.get(counter, {}).get("ticket")
        if number:
            ticket = model.tickets[number]
            if ticket["calls"] < 2 or model.at < ticket["called_at"] + 20_000:
                more.add("TooSoonForNoShow")
        if number := self.verb(c.DeclareNoShow(counter), actor, ("called",), more):
            before = model.remember(counter, number)
            model.touch(number, state="no_show", counter=None, missed_at=model.at)
            model.leave(counter)
            model.keep(counter, number, before)

    def undo(self, counter: int, actor: Actor | None) -> None:
        self.look()
        model, who = self.model, self.at_counter(counter, actor)
        reasons = model.held(counter, who)
        last = model.undo.get(counter)
        if last is None or model.tickets.get(last[1], {}).get("touched") != last[2]:
            reasons.add("NothingToUndo")
        elif model.at > last[0] + 30_000:
            reasons.add("TooLateToUndo")
        if self.send(c.UndoStep(counter), who, reasons) and last:
            _, number, _, ticket, place = last
            model.touch(number, **{name: value for name, value in ticket.items() if name != "touched"})
            now = model.counters[counter]
            model.counters[counter] = place | {"ready": False, "offered": now["offered"], "services": now["services"]}
            del model.undo[counter]
            if ticket["state"] == "waiting":
                model.uncall(counter)
            if made := model.recorded.pop(counter, None):
                model.records.remove(made)

    # -- a kiosk without the server

    @rule(data=st.data())
    def a_kiosk_has_been_alone(self, data: st.DataObject) -> None:
        """It gives a number that it keeps, perhaps for a touch that the server has a ticket for, and hands it in."""
        model, service = self.model, data.draw(st.sampled_from(["cash", "cash", "loans", "cards"]))
        holder = data.draw(HOLDERS)
        if not model.held_by(service, holder) or data.draw(st.integers(0, 3)) == 0:
            self.keep_numbers(service, holder, data.draw(st.integers(1, 3)))
        mine = [n for lease in model.held_by(service, holder) for n in range(lease["first"], lease["last"] + 1)]
        if not mine:
            return
        number = f"{FIRST_LAST[service][0]}{data.draw(st.sampled_from(mine)):03d}"
        ghosts = [
            n
            for n, t in model.tickets.items()
            if n.startswith(number[0]) and not t["token"].startswith("paper-") and t["state"] != "cancelled"
        ]
        self.hand_in(
            service,
            holder,
            number,
            data.draw(st.sampled_from([0, 0, 5, 30, 600, 9 * 3600, -60])),
            data.draw(PRIORITIES.filter(lambda p: p != "king")),
            data.draw(st.sampled_from(["", "ru"])),
            replaces=data.draw(st.sampled_from([*ghosts, ""])),
            again=data.draw(st.integers(0, 3)) == 0,
        )

    def keep_numbers(self, service: str, holder: str, size: int) -> None:
        self.look()
        model, reasons = self.model, self.model.offered(service)
        mine = [one for one in model.held_by(service, holder) if one["until"] > model.at]
        missing = size - sum(one["last"] - one["first"] + 1 for one in mine)
        stretch = model.stretch(service, missing) if service in FIRST_LAST and missing > 0 else None
        if service in FIRST_LAST and missing > 0 and stretch is None:
            reasons.add("NoNumbersToLease")
        answer = self.send(c.LeaseNumbers(service, holder, size), KIOSK, reasons)
        if answer is None:
            return
        for one in mine:
            if one["until"] < model.at + RENEW_MS:
                one["until"] = model.at + LEASE_MS
        if stretch is not None:
            model.lease(holder, service, *stretch)
        running = {(lease.first, lease.last, lease.until) for lease in answer.leases if lease.until > model.at}
        assert running == {
            (one["first"], one["last"], one["until"])
            for one in model.held_by(service, holder)
            if one["until"] > model.at
        }

    def hand_in(
        self,
        service: str,
        holder: str,
        number: str,
        ago: int,
        priority: str,
        language: str,
        replaces: str = "",
        again: bool = False,
    ) -> None:
        """`replaces` is the number of a ticket that the server had issued; `again` that this very paper was handed in
        before, if it was."""
        self.look()
        model, reasons = self.model, self.model.offered(service, priority=priority, language=language)
        digits = number[1:] if number.startswith(FIRST_LAST.get(service, ("?",))[0]) else "0"
        if not any(one["first"] <= int(digits) <= one["last"] for one in model.held_by(service, holder)):
            reasons.add("NumberNotLeased")
        arrived = min(model.at, model.at - ago * 1000)
        late = arrived < model.day_of(model.at)
        taken = None if model.new_day() else model.tickets.get(number)
        token = taken["token"] if taken and again else f"paper-{next(self.keys)}"
        if taken and taken["token"] != token and not late:
            reasons.add("NumberTaken")
        ghost = model.tickets.get(replaces) if not model.new_day() else None
        reference = self.desk.state.numbers.get(replaces, "2024-03-05-A999") if replaces else ""
        command = c.HandIn(
            number, service, holder, token, model.at - ago * 1000, language, priority, (), False, reference
        )
        before = self.desk.seq
        answer = self.send(command, KIOSK, reasons)
        if answer is None:
            return
        if late or (model.is_closed() and taken is None):
            assert isinstance(self.desk.events(before)[-1].event, TicketHandedInLate)
            assert answer.ticket is None
        elif taken is not None:
            assert answer.seq == 0
        else:
            assert answer.ticket is not None
            assert (answer.ticket.number, answer.ticket.token) == (number, token)
            if ghost is not None:
                self.has_been_renamed(replaces, number, arrived, token)
            else:
                model.begin_day()
                model.put(number, service, arrived=arrived, since=arrived, token=token, priority=priority)

    def has_been_renamed(self, old: str, new: str, arrived: int, token: str) -> None:
        model = self.model
        model.rename(old, new, arrived, token)
        ticket = model.tickets[new]
        if ticket["state"] == "no_show" and not ticket["returned"]:
            kept = {"for_counter": ticket["for_counter"], "for_teller": ticket["for_teller"]}
            model.again(new, ticket["service"], returned=True, **kept)

    # -- appointments

    @rule(data=st.data())
    def appointments_are_made_and_met(self, data: st.DataObject) -> None:
        model = self.model
        codes = list(model.appointments)
        if len(codes) < 2 or data.draw(st.booleans()):
            self.book(data.draw(st.sampled_from(["loans", "loans", "cards"])), data.draw(SLOT_OFFSETS), "", "")
            return
        code = data.draw(st.sampled_from(codes))
        ahead = (model.appointments[code]["slot"] - model.at) // 1000
        self.clock.forward(data.draw(st.sampled_from([0, max(0, ahead - 1800), max(0, ahead), max(0, ahead) + 700])))
        if data.draw(st.integers(0, 4)) == 0:
            self.cancel_appointment(code)
        else:
            self.check_in(code.lower(), data.draw(st.sampled_from(["", "premium"])))

    def book(self, service: str, after: int, code: str, note: str) -> None:
        self.look()
        model, reasons = self.model, self.model.offered(service)
        wanted = code.strip().replace("-", "").upper()
        if wanted in model.appointments:
            reasons.add("CodeTaken")
        if after < 0:
            reasons.add("BadField")
        slot = model.at + after * 1000
        answer = self.send(c.Book(service, slot, code, "", note), ANN, reasons)
        if answer is None:
            return
        made = answer.appointment
        assert made is not None
        assert made.code == wanted or not code
        booked = self.desk.events(answer.seq - 1)[-1].event
        assert isinstance(booked, AppointmentBooked)
        assert bool(booked.note) == bool(note)
        model.appointments[made.code] = {"service": service, "slot": slot, "ticket": "", "cancelled": False}

    def found(self, code: str) -> tuple[set[str], dict[str, Any]]:
        """The appointment with this code, or the reason to refuse."""
        found = self.model.appointments.get(code.strip().replace("-", "").upper())
        return ({"UnknownAppointment"}, {}) if found is None else (set(), found)

    def cancel_appointment(self, code: str) -> None:
        self.look()
        reasons, found = self.found(code)
        if found and found["ticket"]:
            reasons.add("AppointmentUsed")
        answer = self.send(c.CancelAppointment(code), ANN, reasons)
        if answer:
            assert (answer.seq == 0) == found["cancelled"]
            found["cancelled"] = True

    def check_in(self, code: str, priority: str) -> None:
        self.look()
        model = self.model
        reasons, found = self.found(code)
        if found:
            slot, service = found["slot"], found["service"]
            reasons |= model.offered(service, priority=priority)
            reasons |= self.not_given(service, True, model.at <= slot + GRACE_MS)
            why = {
                "AppointmentUsed": bool(found["ticket"]),
                "AppointmentIsCancelled": found["cancelled"],
                "AppointmentOnAnotherDay": model.day_of(slot) != model.day_of(model.at),
                "AppointmentTooEarly": model.at < slot - EARLY_MS,
            }
            reasons |= {name for name, applies in why.items() if applies}
        answer = self.send(c.CheckIn(code, "", priority), KIOSK, reasons)
        if answer and found:
            assert answer.ticket is not None
            found["ticket"] = answer.ticket.id
            self.given(answer, service, slot if model.at <= slot + GRACE_MS else None, priority=priority)

    # -- besides the queue

    @rule(act=st.sampled_from(["take_a_list", "say_how_it_went", "raise_an_alert", "resolve_an_alert"]), data=st.data())
    def something_besides_the_queue(self, act: str, data: st.DataObject) -> None:
        getattr(self, act)(**{name: data.draw(values) for name, values in ANYTHING[act].items()})

    def take_a_list(self, service: str, language: str) -> None:
        self.look()
        if self.send(c.TakeList(service, language), KIOSK, self.model.offered(service, language=language)):
            self.model.begin_day()
            self.model.lists[service] = self.model.lists.get(service, 0) + 1

    def say_how_it_went(
        self, rating: int, service: str, number: str, choices: tuple[str, ...], note: str, who: Actor
    ) -> None:
        self.look()
        model, ticket = self.model, self.model.tickets.get(number.upper())
        reasons = model.offered(service)
        if number and (ticket is None or model.new_day()):
            reasons |= {"UnknownTicket"}
        elif ticket is not None and number.upper() in model.answered:
            reasons |= {"AlreadyAnswered"}
        elif ticket is not None and ticket["state"] in ("waiting", "called") and not ticket["served_by"]:
            reasons |= {"TooSoonToSay"}
        if number and who is ANN:
            reasons |= {"NotAllowed"}
        if "rain" in choices:
            reasons |= {"BadField"}
        if self.send(c.GiveFeedback(rating, "", service, choices, number, note), who, reasons):
            model.begin_day()
            model.ratings[rating] = model.ratings.get(rating, 0) + 1
            if number:
                model.answered[number.upper()] = rating
            if note:
                model.comments.append({"at": model.at, "rating": rating, "settled_by": ""})

    def raise_an_alert(self, device: str, subject: str) -> None:
        self.look()
        answer = self.send(c.RaiseAlert(device, "paper_out", subject), KIOSK, set())
        assert answer is not None
        known = (device, "paper_out", subject) in self.model.alerts
        assert (answer.seq == 0) == known
        alert = {"since": self.model.at, "seen_by": "", "owner": ""}
        self.model.alerts.setdefault((device, "paper_out", subject), alert)

    def resolve_an_alert(self, device: str, subject: str) -> None:
        self.look()
        answer = self.send(c.ResolveAlert(device, "paper_out", subject), KIOSK, set())
        assert answer is not None
        known = self.model.alerts.pop((device, "paper_out", subject), None)
        assert (answer.seq == 0) == (known is None)
        self.model.alerts_over += known is not None

    # -- somebody leads

    @rule(acts=st.lists(st.sampled_from(sorted(LEADING)), min_size=1, max_size=3), data=st.data())
    def somebody_leads(self, acts: list[str], data: st.DataObject) -> None:
        for act in acts:
            getattr(self, act)(**{name: data.draw(values) for name, values in LEADING[act].items()})
            self.the_branch_is_what_the_model_says()

    def close_service(self, service: str, seconds: int | None) -> None:
        self.look()
        model = self.model
        until = model.until(seconds)
        reasons = model.offered(service) | ({"BadField"} if until <= model.at else set())
        answer = self.send(
            supervision.CloseService(service, "system", until if seconds is not None else None), MIA, reasons
        )
        if answer:
            assert (answer.seq == 0) == (model.shut_services.get(service) == until)
            model.shut_services[service] = until

    def open_service(self, service: str) -> None:
        self.look()
        model = self.model
        answer = self.send(supervision.OpenService(service), MIA, model.offered(service))
        if answer:
            assert (answer.seq == 0) == (model.shut_services.pop(service, 0) <= model.at)

    def set_skills(self, counter: int, services: tuple[str, ...]) -> None:
        self.look()
        model, reasons = self.model, self.model.offered(*services)
        place = model.counters.get(counter)
        if place is None:
            reasons.add("UnknownCounter")
        elif not place["open"]:
            reasons.add("CounterNotOpen")
        if counter in PLACES and set(services) - set(PLACES[counter]):
            reasons.add("WrongService")
        if self.send(supervision.SetCounterSkills(counter, services), MIA, reasons) and place:
            asked = list(services) or PLACES[counter]
            place["services"] = place["services"] if set(asked) == set(place["services"]) else asked

    def reassign(self, number: str, to: dict[str, Any]) -> None:
        self.look()
        model = self.model
        reasons = model.known(number, "waiting") | model.offered(to["service"])
        if to["to_counter"] == 9:
            reasons.add("UnknownCounter")
        if not any(to.values()):
            reasons.add("BadField")
        if self.send(supervision.Reassign(number, **to), MIA, reasons):
            ticket = model.tickets[number.upper()]
            there = {
                "service": to["service"] or ticket["service"],
                "for_counter": to["to_counter"],
                "for_teller": to["to_teller"],
            }
            if there != {name: ticket[name] for name in there}:
                model.touch(number.upper(), **there)

    def post_a_notice(self, language: str, seconds: int | None) -> None:
        self.look()
        model = self.model
        until = model.until(seconds)
        reasons = {"UnknownLanguage"} if language == "xx" else set()
        if until <= model.at:
            reasons.add("BadField")
        if sum(end > model.at for end in model.notices.values()) >= 4:
            reasons.add("TooManyNotices")
        command = supervision.PostNotice({language: "Hello"}, until if seconds is not None else None)
        if self.send(command, MIA, reasons):
            (posted,) = self.desk.state.notices.keys() - model.notices.keys()
            model.notices[posted] = until

    def take_a_notice_down(self, which: int) -> None:
        self.look()
        model = self.model
        known = [*model.notices, "unknown"]
        notice = known[which % len(known)]
        shown = model.notices.get(notice, 0) > model.at
        if self.send(supervision.TakeNoticeDown(notice), MIA, set() if shown else {"UnknownNotice"}):
            del model.notices[notice]

    def take_an_alert(self, device: str, owner: str) -> None:
        self.look()
        alert = self.model.alerts.get((device, "paper_out", ""))
        command = supervision.TakeAlert(device, "paper_out", "", owner)
        held = alert is not None and not owner and alert["owner"] not in ("", "mia")
        if self.send(command, MIA, {"AlertHeld"} if held else set() if alert else {"AlertIsOver"}) and alert:
            alert |= {"owner": owner or "mia", "seen_by": alert["seen_by"] or "mia"}

    def acknowledge_an_alert(self, device: str) -> None:
        self.look()
        alert = self.model.alerts.get((device, "paper_out", ""))
        command = supervision.AcknowledgeAlert(device, "paper_out")
        if self.send(command, MIA, set() if alert else {"AlertIsOver"}) and alert:
            alert["seen_by"] = alert["seen_by"] or "mia"

    # -- complaints, promises, praise, reviews

    @rule(acts=CARE, data=st.data())
    def people_are_cared_for(self, acts: list[str], data: st.DataObject) -> None:
        for act in acts:
            self.clock.forward(hours=data.draw(HOURS) if act == "watch" else 0)
            self.look()
            getattr(self, act)(data)

    def complain(self, data: st.DataObject) -> None:
        self.look()
        contact, category = data.draw(st.sampled_from(["", "a private word"])), data.draw(CATEGORIES)
        who = data.draw(st.sampled_from([ANN, KIOSK, VISITOR]))
        command = care.TakeComplaint("a private word", "a private word", contact, category=category)
        answer = self.send(command, who, {"BadField"} if category == "weather" else set())
        if answer is None:
            return
        assert answer.complaint is not None
        reference = answer.complaint.reference
        self.model.complaints[reference] = {
            "state": "received",
            "owner": "ann" if who is ANN else "",
            "contact": bool(contact),
            "payments": False,
            "extended": False,
            "solved": None,
            "closed_at": None,
            "promise_due": answer.complaint.clocks[0].due,
            "law_from": self.model.at,
        }
        self.model.set_the_laws_clock(reference)

    @rule(steps=st.integers(2, 9), data=st.data())
    def a_complaint_is_worked_on(self, steps: int, data: st.DataObject) -> None:
        if not self.model.complaints:
            self.complain(data)
        for _ in range(steps):
            self.clock.forward(data.draw(st.sampled_from([0, 0, 600])))
            self.go_on(data)
            self.the_casebook_is_what_the_model_says()
        self.clock.forward(hours=data.draw(HOURS))
        self.watch(data)

    def go_on(self, data: st.DataObject) -> None:
        """A step of some complaint: mostly one that may come now and brings it on."""
        self.look()
        model = self.model
        reference = data.draw(st.sampled_from([*list(model.complaints)[:2] * 5, "C-2222222"]))
        found = model.complaints.get(reference)
        verbs = [*VERBS]
        if found:
            may = AFTER[found["state"]]
            verbs += [*may] * 3 + [verb for verb, state in may.items() if state != found["state"]] * 12
        verb = data.draw(st.sampled_from(verbs))
        who = data.draw(st.sampled_from([ANN, BOB, MIA]))
        reasons = set() if found else {"UnknownComplaint"}
        if found and verb not in AFTER[found["state"]]:
            reasons.add("WrongComplaintState")
        if found and verb == "extend" and (found["extended"] or not found["payments"]):
            reasons.add("NoLongerTime")
        command = msgspec.structs.replace(VERBS[verb], complaint=reference.lower().replace("-", " "))
        if "note" in command.__struct_fields__:
            command = msgspec.structs.replace(command, note="a private word")
        answer = self.send(command, who, reasons)
        if answer is None or found is None:
            return
        assert answer.seq or (verb == "assign" and found["owner"] == "bob")
        found["state"] = AFTER[found["state"]][verb]
        if verb == "acknowledge":
            found["owner"] = found["owner"] or who.name
        elif verb == "assign":
            found["owner"] = "bob"
        elif verb in ("assess", "extend"):
            found |= {"payments": True, "extended": found["extended"] or verb == "extend"}
            model.set_the_laws_clock(reference)
        elif verb == "close":
            found["closed_at"] = model.at
            assert (answer.follow_up is not None) == (found["contact"] and not found["solved"])
            if answer.follow_up is not None:
                owner = found["owner"] or who.name
                model.promised(answer.follow_up.reference, owner, answer.follow_up.due, reference)
        elif verb in ("reopen", "not solved"):
            found |= {"closed_at": None, "solved": None, "extended": False, "law_from": model.at}
            model.set_the_laws_clock(reference)
            model.armed_again(reference, "law")
            model.asked(reference)
        elif verb == "solved":
            found["solved"] = True
            model.asked(reference)

    def promise(self, data: st.DataObject) -> None:
        model = self.model
        hours, ahead = data.draw(
            st.sampled_from([(None, None), (4, None), (4, 60), (None, 60), (None, 9000), (None, 0)])
        )
        owner = data.draw(st.sampled_from(["", "cem"]))
        due = None if ahead is None else model.at + ahead * 1000
        reasons = {"BadField"} if (hours is None) == (ahead is None) or ahead == 0 else set()
        command = care.PromiseFollowUp("a private word", due, hours, "a private word", owner=owner)
        if answer := self.send(command, ANN, reasons):
            assert answer.follow_up is not None
            model.promised(answer.follow_up.reference, owner or "ann", answer.follow_up.due)

    def see_to_a_promise(self, data: st.DataObject) -> None:
        model = self.model
        reference = data.draw(st.sampled_from([*model.follow_ups, "F-2222222"]))
        found = model.follow_ups.get(reference)
        reasons = {"UnknownFollowUp"} if found is None else {"FollowUpDone"} if found["ended_at"] is not None else set()
        verb = data.draw(st.sampled_from(["keep", "drop", "move", "move"]))
        if verb != "move":
            made = care.KeepFollowUp(reference) if verb == "keep" else care.DropFollowUp(reference, "a private word")
            if self.send(made, BOB, reasons) and found:
                found["ended_at"] = model.at
            return
        ahead, owner, note = data.draw(st.sampled_from([None, -5, 300, 90_000])), data.draw(NAMES), data.draw(NOTES)
        due = None if ahead is None else model.at + ahead * 1000
        if ahead is not None and ahead < 0:
            reasons.add("BadField")
        answer = self.send(care.MoveFollowUp(reference, due, owner, note), BOB, reasons)
        if answer and found:
            after = {"due": due or found["due"], "owner": owner or found["owner"]}
            assert (answer.seq == 0) == (not note and after == {name: found[name] for name in after})
            if after["due"] != found["due"]:
                model.armed_again(reference, "due")
            found |= after

    def watch(self, data: st.DataObject) -> None:
        """Everything is said of a clock that has run out, of none that stands, and nothing twice; what ran out is
        handed on only where there is somebody."""
        self.look()
        model, before, escalate = self.model, self.desk.seq, data.draw(st.booleans())
        self.send(care.WatchClocks(escalate), SERVER, set())
        running = model.running()
        for recorded in self.desk.events(before):
            event = recorded.event
            if not isinstance(event, ClockWarned | ClockRanOut):
                continue
            over = isinstance(event, ClockRanOut)
            due, one = running[event.subject, event.clock]
            assert (event.subject, event.clock, over) not in model.warned
            assert (event.due, over) == (due, due < model.at)
            assert event.owner == ("mia" if over and escalate else one["owner"])
            one["owner"] = event.owner
            model.warned.add((event.subject, event.clock, over))
        assert {(*clock, True) for clock, (due, _) in running.items() if due < model.at} <= model.warned
        seq = self.desk.seq
        self.send(care.WatchClocks(), SERVER, set())
        assert self.desk.seq == seq

    def praise(self, data: st.DataObject) -> None:
        model = self.model
        teller, number = data.draw(NAMES), data.draw(st.sampled_from([*model.tickets, "", "X999"]))
        served_by, who = model.tickets.get(number, {}).get("served_by"), data.draw(st.sampled_from([KIOSK, ANN]))
        reasons = set()
        if (teller and who is KIOSK) or not (teller or number):
            reasons = {"BadField"}
        elif not teller and not served_by:
            reasons = {"UnknownTicket"} if number not in model.tickets else {"NobodyToPraise"}
        if self.send(care.Praise("a private word", teller, number), who, reasons):
            model.praise.append((model.at, teller or served_by or ""))

    def review(self, data: st.DataObject) -> None:
        records = self.desk.state.care.records
        seq, who = data.draw(st.sampled_from([*records, 999_999])), data.draw(st.sampled_from([ANN, MIA]))
        reasons = {"UnknownRecord"} if seq not in records else set()
        if seq in records and records[seq].teller == who.name:
            reasons = {"OwnRecord"}
        if self.send(care.ReviewRecord(seq, note="a private word"), who, reasons):
            self.model.reviewed[self.model.records[list(records).index(seq)]] = self.model.at

    def see_to_a_comment(self, data: st.DataObject) -> None:
        known = list(self.desk.state.care.comments)
        seq = data.draw(st.sampled_from([*known, 999_999]))
        one = self.model.comments[known.index(seq)] if seq in known else None
        reasons = {"UnknownComment"} if one is None else {"CommentIsSettled"} if one["settled_by"] else set()
        if self.send(care.SettleComment(seq, "a private word"), MIA, reasons):
            assert one is not None
            one["settled_by"] = "mia"

    # -- the day

    def close_day(self) -> None:
        self.look()
        model = self.model
        reasons = {"DayAlreadyClosed"} if model.closed or not model.day_end else set()
        if self.send(c.CloseDay(), MIA, reasons):
            model.end_day()

    def reopen_day(self) -> None:
        self.look()
        reasons = set() if self.model.closed and not self.model.new_day() else {"DayNotClosed"}
        if self.send(c.ReopenDay(), MIA, reasons):
            self.model.closed = False

    def start_a_rehearsal(self) -> None:
        self.look()
        self.send(c.StartRehearsal(), MIA, {"BranchIsLive"})

    def bring_a_time(self, command: c.Command) -> None:
        seq = self.desk.seq
        with pytest.raises(LobbyError, match="rehearsal"):
            self.desk.submit(command, key=f"key-{next(self.keys)}", actor=MIA, at=TUESDAY)
        assert self.desk.seq == seq

    # -- what is always true

    @invariant()
    def the_journal_folded_from_scratch_is_the_live_branch(self) -> None:
        folded = Branch(SETUP)
        last = 0
        for recorded in self.desk.journal.read():
            assert recorded.at >= last
            last = recorded.at
            folded.apply(recorded)
        assert folded == self.desk.state
        assert self.desk.journal.verify() == self.desk.seq

    @invariant()
    def the_branch_is_what_the_model_says(self) -> None:
        branch, model = self.desk.state, self.model
        model.call_by_itself(branch.at)
        assert list(branch.numbers) == list(model.tickets)
        for number, expected in model.tickets.items():
            ticket = branch.ticket(number)
            seen = {
                "state": ticket.state.value,
                "served_by": served_by(ticket),
                "service": ticket.service,
                "arrived": ticket.arrived_at,
                "since": ticket.since,
                "appointment": ticket.appointment,
                "priority": ticket.priority,
                "then": list(ticket.then),
                "counter": ticket.counter,
                "calls": ticket.step.calls,
                "returned": ticket.returned,
                "away": ticket.held,
                "copies": ticket.copies,
                "token": ticket.token == mark_of(expected["token"]) and expected["token"],
            }
            if expected["state"] == "waiting":
                seen |= {"for_counter": ticket.for_counter, "for_teller": ticket.for_teller}
                seen |= {"away_until": ticket.held_until or 0}
            assert seen == {name: expected[name] for name in seen}, number
        for n, place in model.counters.items():
            counter = branch.counter(n)
            held = branch.tickets[counter.ticket].number if counter.ticket else None
            assert (counter.open, counter.teller, held) == (place["open"], place["teller"], place["ticket"])
            offered = counter.offered_to if counter.offered else None
            assert (counter.ready, offered) == (place["ready"], place["offered"])
            services = list(counter.services) or (list(SETUP.services) if counter.open else [])
            assert (services, counter.break_reason) == (place["services"], place["break"])
        assert branch.day_closed == model.closed
        assert {service: n for service, n in branch.next_number.items() if n} == model.next
        assert (branch.issued, branch.lists_taken) == (model.issued, model.lists)
        assert Counter(one.rating for one in branch.opinions.values()) == model.ratings
        assert {branch.tickets[id].number: rating for id, rating in branch.answered.items()} == model.answered
        assert {
            (a.device, a.problem, a.subject): {"since": a.since, "seen_by": a.seen_by, "owner": a.owner}
            for a in branch.alerts.values()
        } == model.alerts
        assert len(branch.alerts_over) == model.alerts_over
        for shut, ends in (
            (branch.closures, model.shut_services),
            (branch.notices, model.notices),
        ):
            assert {k: one.until for k, one in shut.items() if one.until > model.at} == {
                k: end for k, end in ends.items() if end > model.at
            }
        assert {
            code: {"service": a.service, "slot": a.slot, "ticket": a.ticket, "cancelled": a.cancelled}
            for code, a in branch.appointments.items()
        } == model.appointments

    @invariant()
    def the_casebook_is_what_the_model_says(self) -> None:
        book, model = self.desk.state.care, self.model
        told = ("state", "owner", "contact", "extended", "solved", "closed_at", "promise_due", "law_from", "law_due")
        assert {r: {name: getattr(one, name) for name in told} for r, one in book.complaints.items()} == {
            r: {name: one[name] for name in told} for r, one in model.complaints.items()
        }
        assert {r: (one.owner, one.due, one.ended_at) for r, one in book.follow_ups.items()} == {
            r: (one["owner"], one["due"], one["ended_at"]) for r, one in model.follow_ups.items()
        }
        assert [one.at for one in book.records.values()] == [at for at, _ in model.records]
        assert [(one.at, one.teller) for one in book.praise] == model.praise
        assert [
            {"at": one.at, "rating": one.rating, "settled_by": one.settled_by} for one in book.comments.values()
        ] == model.comments

    @invariant()
    def no_number_is_kept_for_two(self) -> None:
        branch, model = self.desk.state, self.model
        running = [
            (lease.service, number)
            for leases in branch.leases.values()
            for lease in leases
            if lease.until > model.at
            for number in range(lease.first, lease.last + 1)
        ]
        assert len(running) == len(set(running))
        assert set(running) == {(service, number) for service in FIRST_LAST for number in model.kept(service)}

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        branch = self.desk.state
        held = [counter.ticket for counter in branch.counters.values() if counter.ticket]
        assert len(held) == len(set(held))
        at_counters = {t.id for t in branch.tickets.values() if t.state in ("called", "serving")}
        assert set(held) == at_counters
        index = [id for ids in branch.waiting.values() for id in ids]
        assert len(index) == len(set(index))
        assert set(index) == {t.id for t in branch.tickets.values() if t.state == "waiting"}
        assert all(branch.tickets[id].service == service for service, ids in branch.waiting.items() for id in ids)
        assert len(branch.numbers) == len(set(branch.numbers.values())) == len(branch.tickets)
        assert len(branch.tokens) == len(branch.tickets)

    @invariant()
    def who_left_at_the_close_is_counted_in_the_journal(self) -> None:
        folded, left = Branch(SETUP), 0
        for recorded in self.desk.events(0, 10_000):
            before = {t.id for t in folded.tickets.values() if t.step.ended == "left_at_close"}
            folded.apply(recorded)
            left += len({t.id for t in folded.tickets.values() if t.step.ended == "left_at_close"} - before)
        assert left == self.model.left

    @invariant()
    def what_a_person_writes_about_another_stays_out_of_the_journal(self) -> None:
        assert all("private word" not in entry.body for entry in self.desk.journal.entries())
        with self.store.read() as connection:
            kept = set(connection.execute(select(schema.people.c.reference)).scalars())
        said = {
            getattr(r.event, name, "") for r in self.desk.events(0, 10_000) for name in ("note", "person", "private")
        }
        assert kept == said - {""}


@pytest.mark.slow
@pytest.mark.parametrize("steps", [5, 40])
def test_every_command_in_any_order_agrees_with_a_plain_model(memory_folder: Path, steps: int) -> None:
    """A failure is told at once, as it was found: to make it small takes minutes (add `Phase.shrink`). One that needs
    few steps is found in few."""
    EveryCommand.template = memory_folder / f"template-{steps}"
    EveryCommand.template.mkdir()
    Store.in_folder(EveryCommand.template).close()
    run_state_machine_as_test(
        EveryCommand,
        settings=settings(
            max_examples=cases(50).max_examples,
            stateful_step_count=steps,
            deadline=None,
            phases=[Phase.generate],
            print_blob=False,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )
