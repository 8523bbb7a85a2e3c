"""What staff typed to explain a step, and what opens a customer's page, are not in the journal: it is kept for ever and
goes to the head office."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from lobby.desk import Desk
from lobby.door import Answer
from lobby.errors import BadField
from lobby.past_calls import why_ticket, with_reasons
from lobby.person import mentions, words_in
from lobby.queue import commands as c
from lobby.queue import events as e
from lobby.queue.decisions import Actor
from lobby.queue.reasons import EXPLAINED, PARKED, WALK_IN
from lobby.queue.supervision import Reassign
from lobby.records.journal import Journal
from lobby.records.people import Look, People
from lobby.records.store import Store
from lobby.retention import KINDS
from lobby.words import words
from lobby.words.why_lines import in_words
from tests.builders import ANN, KIOSK, MIA, Clock, a_setup

OWN = "Mrs Quillfeather is faint"
SETUP = a_setup(break_reasons=("lunch",))
Do = Callable[..., Answer]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store.in_folder(tmp_path)) as opened:
        yield opened


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(SETUP, Journal(store, SETUP.id), clock=Clock())


@pytest.fixture
def do(desk: Desk) -> Do:
    keys = iter(range(1000))

    def submit(command: c.Command, actor: Actor = ANN) -> Answer:
        return desk.door(actor).submit(command, key=str(next(keys)))

    return submit


def written(desk: Desk) -> str:
    return "\n".join(entry.body for entry in desk.journal.entries())


def every_explained_step(do: Do, reason: str) -> None:
    """Each command of `EXPLAINED` once, with this reason."""
    do(c.OpenCounter(1))
    for _ in range(2):
        do(c.Issue("cash"), KIOSK)
    do(c.CallTicket(1, "A002", reason))
    do(c.Start(1))
    do(c.Park(1, reason))
    do(c.TakeBreak(1, reason))
    do(c.EndBreak(1))
    do(Reassign("A001", to_counter=1, reason=reason), MIA)
    do(c.CallNext(1))
    do(c.Transfer(1, service="cards", reason=reason))
    do(c.Cancel("A001", reason))


def test_what_staff_typed_is_in_the_erasable_store_and_a_choice_in_the_journal(
    desk: Desk, do: Do, store: Store
) -> None:
    every_explained_step(do, OWN)
    assert "Quillfeather" not in written(desk)
    assert "Quillfeather" not in msgspec.json.encode(desk.journal.receipts(0)).decode(), "nor in any answer"
    explained = [r for r in desk.events() if getattr(r.event, "note", "")]
    assert len(explained) == len(EXPLAINED)
    people = People(store, SETUP.id)
    assert set(people.read({r.event.note for r in explained}, LOOK).values()) == {OWN}  # type: ignore[union-attr]
    assert set(EXPLAINED) <= set(KINDS["records"]), "they are kept as long as other notes of a visit"
    replayed = Journal(store, SETUP.id).replay(SETUP)
    assert replayed == desk.state

    gone = words_in(mentions(desk.events(), desk.state.ticket("A001").id))
    assert people.erase(gone) == 3
    assert Journal(store, SETUP.id).verify() == desk.seq


LOOK = Look("reasons-read", "mia", "manager", 0)


@pytest.mark.parametrize("reason", [WALK_IN, PARKED[0], "lunch"])
def test_a_choice_from_a_list_stays_in_the_journal(desk: Desk, do: Do, reason: str) -> None:
    every_explained_step(do, reason)
    explained = [r.event for r in desk.events() if getattr(r.event, "reason", "")]
    assert {(one.reason, one.note) for one in explained} == {(reason, "")}  # type: ignore[union-attr]
    assert len(explained) == len(EXPLAINED)


def test_an_old_journal_with_words_and_tokens_in_it_reads_as_before(store: Store) -> None:
    desk = Desk(SETUP, Journal(store, SETUP.id), clock=Clock())
    desk.submit(c.OpenCounter(1), key="1", actor=ANN)
    issued = e.TicketIssued("2024-03-05-A001", "A001", 1, "cash", "en", "nB4bCZzgBqYJ", 0)
    called = e.TicketCalled("2024-03-05-A001", 1, "ann", "by_hand", 0, 600, 0.0, reason=OWN)
    at = desk.state.at
    desk.journal.append([e.Recorded(desk.seq + 1, at, "k", issued), e.Recorded(desk.seq + 2, at, "ann", called)])
    again = Desk(SETUP, Journal(store, SETUP.id), clock=Clock())
    opened = again.state.ticket_by("nB4bCZzgBqYJ")
    assert opened is not None
    assert opened.number == "A001"
    assert again.state.ticket_by(opened.token) is None, "what the state holds opens nothing"
    found = in_words(why_ticket(again.journal, again.state, "A001"), words("en"))
    assert found.line.startswith(f"Called out of order ({OWN}).")
    assert again.journal.verify() == again.seq


def test_who_may_know_reads_why_somebody_was_called_and_the_trail_says_so(desk: Desk, do: Do, store: Store) -> None:
    do(c.OpenCounter(1))
    for _ in range(2):
        do(c.Issue("cash"), KIOSK)
    do(c.CallTicket(1, "A002", OWN))
    people, english = People(store, SETUP.id), words("en")
    for number, said in (("A002", f"Called out of order ({OWN}). A001 was due."), ("A001", "A002 was called out of")):
        why = why_ticket(desk.journal, desk.state, number)
        told = in_words(with_reasons(why, people, LOOK), english)
        assert said in f"{told.line} {[one.line for one in told.overtaken]}"
        assert OWN not in str(in_words(why, english)), "without a look there are no words"
    people.erase({one.note for one in why.overtaken})
    assert in_words(with_reasons(why, people, LOOK), english).overtaken[0].line == "A002 was called out of order."


def test_a_reason_that_nobody_can_read_is_none(desk: Desk, do: Do) -> None:
    do(c.OpenCounter(1))
    do(c.Issue("cash"), KIOSK)
    with pytest.raises(BadField, match="reason"):
        do(c.CallTicket(1, "A001", "\u200b\u202e"))


def test_the_journal_has_a_tokens_mark_alone_and_a_copy_opens_the_same_page_also_after_a_restart(
    desk: Desk, do: Do, store: Store
) -> None:
    issued = do(c.Issue("cash"), KIOSK).ticket
    assert issued is not None
    assert do(c.Reprint("A001"), KIOSK).ticket.token == issued.token  # type: ignore[union-attr]
    assert issued.token not in written(desk)
    again = Desk(SETUP, Journal(store, SETUP.id), clock=Clock())
    assert again.state.ticket_by(issued.token) == again.state.ticket("A001")
    copy = again.door(KIOSK).submit(c.Reprint("A001"), key="copy").ticket
    assert copy is not None
    assert (copy.token, copy.check) == (issued.token, issued.check)
    assert issued.token not in msgspec.json.encode(again.state).decode(), "nor is it in a snapshot"
