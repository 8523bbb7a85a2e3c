"""Days of a branch by chance, with all that a chain's report counts: queues, answers, complaints, follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from lobby.care import commands as care
from lobby.care.complaints import Complaint
from lobby.care.setup import CareSetup
from lobby.errors import LobbyError
from lobby.queue import commands as c
from tests.builders import ANN, BOB, CEM, MIA, VISITOR, Room, a_room, a_setup, moment
from tests.lobby.care.office import rules

TELLERS = (ANN, BOB, CEM)
HOUR_S = 3600


def generated(
    branch: str,
    seed: int,
    days: Sequence[str],
    customers: int = 20,
    *,
    names: dict[str, str] | None = None,
    slow: float = 1.0,
) -> Room:
    """These business days (ISO) in `branch`, over; who is `slow` serves longer, and the wait grows with it."""
    setup = a_setup(id=branch, names=names or {"en": branch.title()}, care=CareSetup(rules()))
    room, chance = a_room(setup, moment(f"{days[0]} 09:00")), Random(seed)
    for day in days:
        room.clock.now = max(room.clock.now, moment(f"{day} 09:00"))
        for counter, teller in enumerate(TELLERS, 1):
            room.open(counter, teller)
        for _ in range(customers):
            _customer(room, chance, slow)
        _care(room, chance)
        room.do(c.CloseDay(), MIA)
    return room


def _customer(room: Room, chance: Random, slow: float) -> None:
    service, counter = chance.choice((("cash", 1), ("cash", 3), ("cards", 1), ("loans", 2)))
    number = room.issue(service)
    room.clock.forward(chance.expovariate(1 / (400 * slow)))
    if chance.random() < 0.1:
        room.do(c.Cancel(number), VISITOR)
        return
    teller = TELLERS[counter - 1]
    called = room.call(counter, teller)
    if chance.random() < 0.06:
        room.clock.forward(60)
        room.do(c.Recall(counter), teller)
        room.clock.forward(60)
        room.do(c.DeclareNoShow(counter), teller)
        return
    room.do(c.Start(counter), teller)
    room.clock.forward(chance.expovariate(1 / (240 * slow)))
    room.do(c.Finish(counter), teller)
    if chance.random() < 0.4:
        rating = chance.choice((5, 5, 4, 4, 3, 2, 1))
        room.do(c.GiveFeedback(rating, ticket=called, note="Too long" if rating < 3 else ""), VISITOR)


def _care(room: Room, chance: Random) -> None:
    """What is done about care in the evening; some of what came in on earlier days too."""
    for _ in range(chance.randrange(3)):
        category = chance.choice(("fees", "wait", ""))
        room.do(
            care.TakeComplaint("It was charged twice", contact="020 7946 0018", category=category),
            ANN,
            _reference(room),
        )
    for _ in range(chance.randrange(3)):
        room.do(care.PromiseFollowUp("Call back", within_h=chance.choice((1, 24))), ANN, _reference(room))
    for one in tuple(room.branch.care.complaints.values()):
        if one.is_open and chance.random() < 0.6:
            _go_on(room, one)
    for promise in tuple(room.branch.care.follow_ups.values()):
        if promise.is_open and chance.random() < 0.5:
            room.do(care.KeepFollowUp(promise.reference, "Done"), ANN)
    for seq, comment in tuple(room.branch.care.comments.items()):
        if comment.waits and chance.random() < 0.5:
            room.do(care.SettleComment(seq), MIA)


def _go_on(room: Room, complaint: Complaint) -> None:
    """The next step of the complaint."""
    steps: list[Any] = [
        care.AcknowledgeComplaint(complaint.reference, "phone"),
        care.AssessComplaint(complaint.reference, "fees", 1, 1),
        care.AnswerComplaint(complaint.reference, "upheld", "phone", "You are right"),
        care.CloseComplaint(complaint.reference, "mistake", "Mended"),
    ]
    for step in steps:
        try:
            room.do(step, MIA)
        except LobbyError:
            continue  # it is beyond that


def _reference(room: Room) -> str:
    return f"{room.branch.seq:07d}"
